// Which counted loops can take four turns at a time in the lanes of a vector. The host's compiler makes native loops so; the
// target has no vector unit, so its final IR is scalar, and this brings back what native code has.
//
// Only what is exact: 32-bit integers, which wrap alike in any order, on elements that lie side by side in memory. Words
// have the host's byte order, so four words are a vector; bytes and halfwords are brought into order by a shuffle.
// Stores are allowed where no later turn of the same four reads or writes what they write, which is tested on entry.

import { operandsOf } from "../../bitcode/index.ts";
import type {
  BinaryInstruction,
  CallInstruction,
  GepInstruction,
  GlobalFunction,
  Instruction,
  LoadInstruction,
  PhiInstruction,
  StoreInstruction,
  Value,
} from "../../bitcode/index.ts";
import { usedAfter, type CountedLoop } from "./counted-loop.ts";
import { isConstant } from "../constants.ts";
import { allocSize } from "../../ir/index.ts";

/** Elements that a load or store passes over, one a turn. */
export interface Stream {
  readonly inst: LoadInstruction | StoreInstruction;
  /** Bytes of an element. */
  readonly bytes: 1 | 2 | 4;
  /** Elements come from high to low addresses. */
  readonly downwards: boolean;
  /** Loads of bytes and halfwords: extended with their sign. */
  readonly signed: boolean;
}

/** A sum (or another operation in any order) over all turns. */
export interface Reduction {
  readonly phi: PhiInstruction;
  readonly operator: "add" | "or" | "xor";
  /** The value that goes around. */
  readonly result: Instruction;
}

/** The products of two rows of halfwords, summed up: the host has one instruction for four of these turns. */
export interface DotProduct {
  readonly left: Stream;
  readonly right: Stream;
}

export interface VectorLoop {
  readonly streams: ReadonlyMap<Instruction, Stream>;
  readonly reductions: readonly Reduction[];
  /** In-block values that are computed in lanes, in order; loads, stores and links of reductions included. */
  readonly lanes: readonly Instruction[];
  /** In-block address computations, which stay scalar. */
  readonly scalars: readonly Instruction[];
  /** Operands from outside the loop, to be spread over all lanes. */
  readonly spread: readonly Value[];
  readonly dot: DotProduct | null;
}

/** Values in lanes at the same time that the registers hold. */
const MOST_LANES = 24;

const LANE_OPERATORS = new Set(["add", "sub", "mul", "and", "or", "xor"]);
const SHIFTS = new Set(["shl", "lshr", "ashr"]);
const LANE_CALL = /^llvm\.([su](max|min)|abs)\.i32$/;

/** The loop in lanes, or null. `blockIndex` is the loop's only block. */
export function vectorLoop(fn: GlobalFunction, blockIndex: number, loop: CountedLoop): VectorLoop | null {
  return loop.finishable ? new Analysis(fn, blockIndex, loop).run() : null;
}

class Analysis {
  readonly #fn: GlobalFunction;
  readonly #loop: CountedLoop;
  readonly #instructions: readonly Instruction[];
  readonly #inside: ReadonlySet<Value>;
  readonly #steps = new Map<Value, number>();
  readonly #links = new Map<Instruction, Reduction>();
  readonly #lanes = new Set<Instruction>();
  readonly #spread = new Set<Value>();
  readonly #streams = new Map<Instruction, Stream>();

  constructor(fn: GlobalFunction, blockIndex: number, loop: CountedLoop) {
    this.#fn = fn;
    this.#loop = loop;
    this.#instructions = fn.blocks[blockIndex]?.instructions ?? [];
    this.#inside = new Set<Value>(this.#instructions.filter((inst) => inst.slot >= 0));
    for (const { phi, next, step } of loop.inductions) {
      this.#steps.set(phi, step);
      this.#steps.set(next, step);
    }
  }

  run(): VectorLoop | null {
    const reductions: Reduction[] = [];
    for (const inst of this.#instructions) {
      if (inst.op !== "phi") break;
      if (this.#steps.has(inst)) continue;
      const reduction = this.#reduction(inst);
      if (reduction === null) return null;
      reductions.push(reduction);
    }
    const scalars: Instruction[] = [];
    for (const inst of this.#instructions) {
      if (inst.op === "phi" || inst === this.#loop.decrement || inst.op === "condbr") continue;
      if (this.#steps.has(inst)) continue;
      const isResult = reductions.some((one) => one.result === inst);
      if (inst.slot >= 0 && !isResult && usedAfter(this.#fn, inst)) return null;
      if (inst.op === "getelementptr") {
        if (this.#stepOf(inst) === null || usedAsValue(inst, this.#instructions)) return null;
        scalars.push(inst);
      } else if (isMarker(inst)) continue;
      else if (!this.#lane(inst)) return null;
    }
    const streams = [...this.#streams.values()];
    const hasLoad = streams.some(({ inst }) => inst.op === "load");
    const stores = streams.filter(({ inst }) => inst.op === "store");
    if (!hasLoad || this.#lanes.size > MOST_LANES) return null;
    // With stores, places of two accesses must keep their distance, so that one test on entry is enough.
    if (stores.length > 0 && streams.some(({ bytes, downwards }) => bytes !== 4 || downwards)) return null;
    return {
      streams: this.#streams,
      reductions,
      lanes: [...this.#lanes],
      scalars,
      spread: [...this.#spread],
      dot: this.#dotProduct(reductions),
    };
  }

  /** A phi that only collects: phi = phi op x op y … in any order. */
  #reduction(phi: PhiInstruction): Reduction | null {
    const from = phi.incoming.find(({ value }) => this.#inside.has(value))?.value;
    if (from?.kind !== "instruction" || from.op !== "binary" || !isWord(from)) return null;
    const { operator } = from;
    if (operator !== "add" && operator !== "or" && operator !== "xor") return null;
    const reduction: Reduction = { phi, operator, result: from };
    const path = this.#pathTo(phi, from, operator);
    if (path === null || this.#usesInside(phi) !== 1) return null;
    for (const link of path) {
      if (this.#links.has(link)) return null;
      if (this.#usesInside(link) !== 1) return null;
      this.#links.set(link, reduction);
    }
    return reduction;
  }

  /** The operations of one kind between `phi` and `at`, `at` included; null: `at` is no such chain. */
  #pathTo(phi: PhiInstruction, at: Value, operator: string): BinaryInstruction[] | null {
    if (at.kind !== "instruction" || at.op !== "binary" || at.operator !== operator) return null;
    if (!this.#inside.has(at) || !isWord(at)) return null;
    if (at.left === phi || at.right === phi) return at.left === at.right ? null : [at];
    for (const side of [at.left, at.right]) {
      const path = this.#pathTo(phi, side, operator);
      if (path !== null) return [...path, at];
    }
    return null;
  }

  #usesInside(value: Value): number {
    let uses = 0;
    for (const user of this.#instructions)
      for (const operand of operandsOf(user)) if (operand === value) uses += 1;
    return uses;
  }

  /** Makes an instruction one in lanes, if it can be. */
  #lane(inst: Instruction): boolean {
    switch (inst.op) {
      case "load":
      case "store": {
        const stream = this.#stream(inst);
        if (stream === null) return false;
        this.#streams.set(inst, stream);
        if (inst.op === "store" && !this.#operand(inst.value)) return false;
        break;
      }
      case "binary": {
        if (!isWord(inst)) return false;
        const link = this.#links.get(inst);
        if (SHIFTS.has(inst.operator)) {
          if (inst.right.kind !== "integer" || inst.right.value < 0n || inst.right.value > 31n) return false;
          if (!this.#operand(inst.left)) return false;
        } else if (!LANE_OPERATORS.has(inst.operator)) return false;
        else if (
          ![inst.left, inst.right].every((side) => isLink(side, link, this.#links) || this.#operand(side))
        )
          return false;
        break;
      }
      case "cast":
        if (inst.operator !== "sext" && inst.operator !== "zext") return false;
        if (!isWord(inst) || inst.operand.kind !== "instruction" || inst.operand.op !== "load") return false;
        if (!this.#lanes.has(inst.operand)) return false;
        break;
      case "call":
        if (inst.callee.kind !== "function" || !LANE_CALL.test(inst.callee.name)) return false;
        if (
          !inst.args.every(
            (arg) => arg.type.kind !== "integer" || arg.type.width !== 32 || this.#operand(arg),
          )
        )
          return false;
        break;
      default:
        return false;
    }
    this.#lanes.add(inst);
    return true;
  }

  /** An operand of an operation in lanes: computed in lanes, or the same for all turns. */
  #operand(value: Value): boolean {
    if (value.type.kind !== "integer" || value.type.width !== 32) return false;
    if (!this.#inside.has(value)) {
      if (!isConstant(value) && value.kind !== "instruction" && value.kind !== "argument") return false;
      this.#spread.add(value);
      return true;
    }
    if (this.#steps.has(value)) return true;
    if (value.kind !== "instruction" || this.#links.has(value)) return false;
    return this.#lanes.has(value) && !(value.op === "load" && value.type.width !== 32);
  }

  #stream(inst: LoadInstruction | StoreInstruction): Stream | null {
    const type = inst.op === "load" ? inst.type : inst.value.type;
    if (type.kind !== "integer") return null;
    const bytes = type.width === 32 ? 4 : type.width === 16 ? 2 : type.width === 8 ? 1 : 0;
    if (bytes === 0 || inst.align < bytes) return null;
    const step = this.#stepOf(inst.address);
    if (step !== bytes && step !== -bytes) return null;
    const downwards = step < 0;
    if (bytes === 4) return { inst, bytes, downwards, signed: false };
    if (inst.op === "store") return null;
    const casts = new Set<string>();
    for (const user of this.#instructions)
      if (operandsOf(user).includes(inst)) casts.add(user.op === "cast" ? user.operator : "other");
    if (casts.size !== 1 || casts.has("other")) return null;
    return { inst, bytes, downwards, signed: casts.has("sext") };
  }

  #stepOf(value: Value): number | null {
    return stepOf(value, this.#steps, this.#inside);
  }

  /** The loop as a whole as the sum of products of two rows of halfwords. */
  #dotProduct(reductions: readonly Reduction[]): DotProduct | null {
    const sum = reductions[0];
    const [left, right] = [...this.#streams.values()];
    if (reductions.length !== 1 || sum?.operator !== "add" || this.#streams.size !== 2) return null;
    if (left === undefined || right === undefined || this.#lanes.size !== 6) return null;
    const { result } = sum;
    if (result.op !== "binary") return null;
    const product = result.left === sum.phi ? result.right : result.left;
    if (product.kind !== "instruction" || product.op !== "binary" || product.operator !== "mul") return null;
    const loaded = (value: Value): Value | null =>
      value.kind === "instruction" && value.op === "cast" ? value.operand : null;
    const factors = new Set([loaded(product.left), loaded(product.right)]);
    const fits = [left, right].every(
      (stream) => stream.bytes === 2 && stream.signed && !stream.downwards && factors.has(stream.inst),
    );
    return fits ? { left, right } : null;
  }
}

/** By how much a 32-bit value grows each turn; null: not by a constant. */
export function stepOf(
  value: Value,
  steps: ReadonlyMap<Value, number>,
  inside: ReadonlySet<Value>,
): number | null {
  const known = steps.get(value);
  if (known !== undefined) return known;
  if (!inside.has(value)) return 0;
  if (value.kind !== "instruction" || value.op !== "getelementptr") return null;
  let step = stepOf(value.base, steps, inside);
  let type = value.sourceType;
  for (const [i, index] of value.indices.entries()) {
    if (i > 0) {
      if (type.kind !== "array") {
        // Members of structures are constants.
        if (type.kind !== "struct" || index.kind !== "integer") return null;
        const element = type.elements[Number(index.value)];
        if (element === undefined) return null;
        type = element;
        continue;
      }
      type = type.element;
    }
    const more = stepOf(index, steps, inside);
    if (step === null || more === null) return null;
    if (more !== 0 && (index.type.kind !== "integer" || index.type.width !== 32)) return null;
    step += more * allocSize(type);
  }
  return step;
}

/** Is an address put to another use than loading, storing and further addresses? */
export function usedAsValue(gep: GepInstruction, instructions: readonly Instruction[]): boolean {
  return instructions.some((user) => {
    if (!operandsOf(user).includes(gep)) return false;
    if (user.op === "load") return false;
    if (user.op === "store") return user.value === gep;
    return user.op !== "getelementptr";
  });
}

function isWord(inst: Instruction): boolean {
  return inst.type.kind === "integer" && inst.type.width === 32;
}

/** Notes for the compiler that become nothing. */
export function isMarker(inst: Instruction): boolean {
  return (
    inst.op === "call" &&
    inst.callee.kind === "function" &&
    /^llvm\.(pseudoprobe|lifetime|assume|dbg|prefetch|donothing)\b/.test(inst.callee.name)
  );
}

function isLink(
  value: Value,
  reduction: Reduction | undefined,
  links: ReadonlyMap<Instruction, Reduction>,
): boolean {
  if (reduction === undefined) return false;
  if (value === reduction.phi) return true;
  return value.kind === "instruction" && links.get(value) === reduction;
}

/** The same call by name without its types. */
export function laneCall(call: CallInstruction): string {
  return call.callee.kind === "function" ? (LANE_CALL.exec(call.callee.name)?.[1] ?? "") : "";
}
