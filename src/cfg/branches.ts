// What a PowerPC instruction word does to the flow of control: the little of decoding that a control-flow graph needs.
// Branches have had these encodings in every 32-bit PowerPC since the first, so they are written here once; everything
// else about instructions comes from the ISA description.

export type Flow =
  | { readonly kind: "next" }
  /** `b`, or a conditional branch that is always taken. */
  | { readonly kind: "branch"; readonly target: number }
  | { readonly kind: "conditional"; readonly target: number }
  | { readonly kind: "call"; readonly target: number }
  /** A call under a condition (`bcl`, `bclrl`, `bcctrl`): compilers do not make these. */
  | { readonly kind: "conditionalCall" }
  | { readonly kind: "indirectCall" }
  | { readonly kind: "return" }
  | { readonly kind: "conditionalReturn" }
  | { readonly kind: "indirect" }
  | { readonly kind: "trap" };

const NEXT: Flow = { kind: "next" };

/** The flow of the instruction `word` at `address`. Targets are unsigned. */
export function flowOf(word: number, address: number): Flow {
  const opcode = word >>> 26;
  const link = (word & 1) !== 0;
  const absolute = (word & 2) !== 0;
  const always = ((word >>> 21) & 0x14) === 0x14;
  if (opcode === 18) {
    const displacement = ((word & 0x03fffffc) << 6) >> 6;
    const target = (absolute ? displacement : address + displacement) >>> 0;
    return link ? { kind: "call", target } : { kind: "branch", target };
  }
  if (opcode === 16) {
    const displacement = ((word & 0xfffc) << 16) >> 16;
    const target = (absolute ? displacement : address + displacement) >>> 0;
    if (link) {
      // `bcl 20,31,.+4` reads the program counter; it is not a call.
      if (target === (address + 4) >>> 0) return NEXT;
      return always ? { kind: "call", target } : { kind: "conditionalCall" };
    }
    return always ? { kind: "branch", target } : { kind: "conditional", target };
  }
  if (opcode === 19) {
    const extended = (word >>> 1) & 0x3ff;
    if (extended === 16) {
      if (link) return always ? { kind: "indirectCall" } : { kind: "conditionalCall" };
      return always ? { kind: "return" } : { kind: "conditionalReturn" };
    }
    if (extended === 528) {
      if (link) return always ? { kind: "indirectCall" } : { kind: "conditionalCall" };
      return { kind: "indirect" };
    }
    return NEXT;
  }
  // `tw 31,…`: an unconditional trap.
  if (opcode === 31 && ((word >>> 1) & 0x3ff) === 4 && ((word >>> 21) & 31) === 31) return { kind: "trap" };
  return NEXT;
}
