// Copies and fills of memory, whether the IR names them or a structure is passed by value: how many accesses each takes when
// the back end writes it out, which decides whether it does so or calls the library.
import type { CallInstruction, Instruction } from "../bitcode/index.ts";
import { paramAttribute } from "../bitcode/index.ts";
import { intrinsicOf } from "./block-facts.ts";
import { allocSize } from "./type-layout.ts";
import { Untranslatable } from "./untranslatable.ts";

/** Accesses that a back end takes for a copy before it calls the library: this many at least. */
const FEWEST_ACCESSES = 4;

/** Something in an instruction that moves memory. */
export interface MemoryOperation {
  /** The library function that does it. */
  readonly callee: "memcpy" | "memmove" | "memset";
  /** Of a structure that is passed by value: which argument it is. Null: the instruction itself. */
  readonly argument: number | null;
  /** Bytes; null: known only at run time. */
  readonly bytes: number | null;
  /** Accesses to as many bytes when it is written out; Infinity where the length is not known. */
  readonly accesses: number;
}

/** Accesses that no two of touch the same byte. */
function accessesTo(bytes: number): number {
  return Math.floor(bytes / 4) + ((bytes >> 1) & 1) + (bytes & 1);
}

/** Does the back end move so many bytes by single accesses, whatever the target and the wanted size of the code? */
export function isSurelyExpanded(bytes: number): boolean {
  return accessesTo(bytes) <= FEWEST_ACCESSES;
}

/** Copies that the caller makes of structures passed by value, in the order of the arguments. */
export function byValueCopies(call: CallInstruction): MemoryOperation[] {
  return call.args.flatMap((_, argument): MemoryOperation[] => {
    const byval = paramAttribute(call.attributes, argument, "byval");
    if (byval?.kind !== "type" || byval.type === null) return [];
    try {
      const bytes = allocSize(byval.type);
      return [{ callee: "memcpy", argument, bytes, accesses: overlapping(bytes) }];
    } catch (error) {
      if (error instanceof Untranslatable) return [];
      throw error;
    }
  });
}

/** The last access may overlap the one before. */
function overlapping(bytes: number): number {
  return bytes < 4 ? accessesTo(bytes) : Math.ceil(bytes / 4);
}

/** What an instruction does to memory that the library may be called for. */
export function memoryOperations(instruction: Instruction): MemoryOperation[] {
  if (instruction.op !== "call") return [];
  const name = intrinsicOf(instruction);
  if (name === undefined) return byValueCopies(instruction);
  const callee = /^llvm\.(memcpy|memmove|memset)\.(?!inline)/.exec(name)?.[1] as
    MemoryOperation["callee"] | undefined;
  if (callee === undefined) return [];
  const [, , length, volatile] = instruction.args;
  const bytes = length?.kind === "integer" ? Number(BigInt.asUintN(32, length.value)) : null;
  // What is volatile, or must be loaded before anything is stored, is accessed once.
  const once = callee === "memmove" || volatile?.kind !== "integer" || volatile.value !== 0n;
  const accesses = bytes === null ? Infinity : once ? accessesTo(bytes) : overlapping(bytes);
  return [{ callee, argument: null, bytes, accesses }];
}

/**
 * Indexes of the `count` operations that became calls, ascending: the ones that take most accesses, the first ones among
 * equals.
 */
export function likeliestCalls(operations: readonly MemoryOperation[], count: number): number[] {
  return operations
    .map(({ accesses }, index) => ({ accesses, index }))
    .sort((a, b) => (a.accesses === b.accesses ? a.index - b.index : b.accesses - a.accesses))
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}
