// What the emitter wants to know about a function's values before it writes code:
//  - how often and where a value is used (a value used once, in its own block, becomes part of its user's expression);
//  - whether anyone looks at the bits above an odd-sized integer's width. An i8 lives in a 32-bit local; its upper bits
//    are cleared only when some use can see them ("clean"), so that byte arithmetic costs what word arithmetic costs;
//  - what multiple of a power of two a pointer is known to be, and how large an index can be: both make addressing
//    cheaper.

import { operandsOf } from "../bitcode/index.ts";
import type { GlobalFunction, Instruction, Value } from "../bitcode/index.ts";
import { isConstant, isWideInteger } from "./constants.ts";
import { deadValues } from "./dead-values.ts";

export interface FunctionFacts {
  /** Uses by slot, counted over all operands (a user that uses it twice counts twice). */
  readonly useCount: readonly number[];
  /** By slot: emitted inside its only user. */
  readonly folded: readonly boolean[];
  /** By slot: the bits above the width must be zero. */
  readonly clean: readonly boolean[];
  /** By slot: a loaded byte or halfword whose every use wants it sign-extended, so that its local holds it so. */
  readonly signExtended: readonly boolean[];
  /** The instruction that defines a slot; undefined for arguments. */
  readonly definition: readonly (Instruction | undefined)[];
  /** Not to be computed: nothing wants them. Their own uses do not count. */
  readonly dead: ReadonlySet<Instruction>;
  /** By slot: some use is other than the address of a load or store (directly or through constant offsets). */
  readonly materialised: readonly boolean[];
}

/** No effect, cannot trap, does not read memory: may be computed later than where it stands, or not at all. */
export function isPure(inst: Instruction): boolean {
  switch (inst.op) {
    case "binary":
      switch (inst.operator) {
        case "add":
        case "sub":
        case "mul":
        case "and":
        case "or":
        case "xor":
        case "shl":
        case "lshr":
        case "ashr":
          return true;
        default:
          return false;
      }
    case "cast":
      switch (inst.operator) {
        case "trunc":
        case "zext":
        case "sext":
        case "ptrtoint":
        case "ptrtoaddr":
        case "inttoptr":
        case "bitcast":
          return true;
        default:
          return false;
      }
    case "icmp":
    case "select":
    case "getelementptr":
    case "freeze":
    case "fneg":
      return inst.type.kind !== "struct" && inst.type.kind !== "array";
    default:
      return false;
  }
}

function isIntrinsic(inst: Instruction): boolean {
  return inst.op === "call" && inst.callee.kind === "function" && inst.callee.name.startsWith("llvm.");
}

const widthOf = (type: Value["type"]): number =>
  type.kind === "integer" ? type.width : type.kind === "double" ? 64 : 32;

/** True when the type fills its local, so that there are no upper bits to care about. */
export function fillsLocal(type: Value["type"]): boolean {
  const width = widthOf(type);
  return width === 32 || width === 64;
}

export function functionFacts(fn: GlobalFunction): FunctionFacts {
  const dead = deadValues(fn);
  const useCount = new Array<number>(fn.slotCount).fill(0);
  const definition = new Array<Instruction | undefined>(fn.slotCount).fill(undefined);
  const block = new Int32Array(fn.slotCount).fill(-1);
  const userBlock = new Int32Array(fn.slotCount).fill(-2);
  const clean = new Array<boolean>(fn.slotCount).fill(false);
  const materialised = new Array<boolean>(fn.slotCount).fill(false);
  const unsignedUse = new Array<boolean>(fn.slotCount).fill(false);
  const work: number[] = [];
  const slotOf = (value: Value): number =>
    value.kind === "instruction" || value.kind === "argument" ? value.slot : -1;
  const wantClean = (value: Value): void => {
    const slot = slotOf(value);
    if (slot >= 0 && clean[slot] !== true && !fillsLocal(value.type)) {
      clean[slot] = true;
      work.push(slot);
    }
  };

  for (const arg of fn.args) clean[arg.slot] = true;
  for (const b of fn.blocks) {
    for (const inst of b.instructions) {
      if (inst.slot >= 0) {
        definition[inst.slot] = inst;
        block[inst.slot] = b.index;
      }
      if (dead.has(inst)) continue;
      const operands = operandsOf(inst);
      operands.forEach((operand, i) => {
        const slot = slotOf(operand);
        if (slot < 0) return;
        useCount[slot] = (useCount[slot] ?? 0) + 1;
        // Intrinsics may use an operand several times.
        userBlock[slot] = inst.op === "phi" || isIntrinsic(inst) ? -3 : b.index;
        const addressing =
          (inst.op === "load" && i === 0) ||
          (inst.op === "store" && i === 1) ||
          (inst.op === "getelementptr" && i === 0 && inst.indices.every((index) => isConstant(index)));
        if (!addressing) materialised[slot] = true;
        if (!wantsSign(inst)) unsignedUse[slot] = true;
        if (!toleratesDirty(inst, i)) wantClean(operand);
      });
    }
  }
  for (let slot = work.pop(); slot !== undefined; slot = work.pop()) {
    const inst = definition[slot];
    if (inst !== undefined) for (const operand of cleanDependencies(inst)) wantClean(operand);
  }

  const folded = definition.map(
    (inst, slot) =>
      inst !== undefined &&
      useCount[slot] === 1 &&
      block[slot] === userBlock[slot] &&
      isPure(inst) &&
      !isWideInteger(inst.type) &&
      inst.type.kind !== "vector",
  );
  const signExtended = definition.map(
    (inst, slot) =>
      inst?.op === "load" &&
      inst.type.kind === "integer" &&
      (inst.type.width === 8 || (inst.type.width === 16 && inst.align >= 2)) &&
      unsignedUse[slot] !== true,
  );
  return { useCount, folded, clean, signExtended, definition, dead, materialised };
}

/** Does the user sign-extend its operand before anything else? */
function wantsSign(inst: Instruction): boolean {
  return (
    (inst.op === "cast" && inst.operator === "sext") || (inst.op === "icmp" && inst.predicate.startsWith("s"))
  );
}

/** Does this use of an odd-sized value ignore the bits above its width, whatever becomes of the result? */
function toleratesDirty(inst: Instruction, operand: number): boolean {
  switch (inst.op) {
    case "binary":
      switch (inst.operator) {
        case "add":
        case "sub":
        case "mul":
        case "and":
        case "or":
        case "xor":
          return true;
        case "shl":
          return operand === 0 || widthOf(inst.type) >= 8;
        case "ashr":
          return operand === 0 || widthOf(inst.type) >= 8;
        case "lshr":
          return operand === 1 && widthOf(inst.type) >= 8;
        case "sdiv":
        case "srem":
          return true;
        default:
          return false;
      }
    case "icmp":
      return inst.predicate.startsWith("s");
    case "cast":
      return inst.operator === "trunc" || inst.operator === "sext";
    case "select":
      return operand !== 0;
    case "phi":
    case "freeze":
      return true;
    case "getelementptr":
      return operand > 0;
    case "store":
      return operand === 0 && [8, 16].includes(widthOf(inst.value.type));
    default:
      return false;
  }
}

/** When the result must be clean, the operands that must be clean for it (the others are masked afterwards). */
function cleanDependencies(inst: Instruction): readonly Value[] {
  switch (inst.op) {
    case "binary":
      if (inst.operator === "and") {
        // Clean when either side is; a constant always is.
        if (isConstant(inst.left) || isConstant(inst.right)) return [];
        return [inst.left];
      }
      if (inst.operator === "or" || inst.operator === "xor") return [inst.left, inst.right];
      if (inst.flags.nuw && ["add", "sub", "mul", "shl"].includes(inst.operator))
        return [inst.left, inst.right];
      return [];
    case "select":
      return [inst.ifTrue, inst.ifFalse];
    case "phi":
      return inst.incoming.map((entry) => entry.value);
    case "freeze":
      return [inst.operand];
    default:
      return [];
  }
}

/** True when `compute` gives a clean result by itself once `cleanDependencies` are clean. */
export function isCleanAlready(inst: Instruction): boolean {
  switch (inst.op) {
    case "binary":
      if (["and", "or", "xor", "lshr", "udiv", "urem"].includes(inst.operator)) return true;
      return inst.flags.nuw && ["add", "sub", "mul", "shl"].includes(inst.operator);
    case "cast":
      return !["trunc", "sext", "fptosi"].includes(inst.operator);
    default:
      return true;
  }
}

/** Upper bound of a value as an unsigned number; follows a few definitions only. */
export function unsignedBound(value: Value, depth = 6): number {
  const width = widthOf(value.type);
  const most = 2 ** Math.min(width, 53) - 1;
  if (value.kind === "integer") return Number(BigInt.asUintN(Math.min(width, 53), value.value));
  if (value.kind !== "instruction" || depth === 0) return most;
  switch (value.op) {
    case "binary": {
      const left = (): number => unsignedBound(value.left, depth - 1);
      const right = (): number => unsignedBound(value.right, depth - 1);
      const shift = value.right.kind === "integer" ? Number(value.right.value) : -1;
      switch (value.operator) {
        case "and":
          return Math.min(left(), right());
        case "or":
        case "xor": {
          const bits = Math.max(bitLength(left()), bitLength(right()));
          return Math.min(most, 2 ** bits - 1);
        }
        case "lshr":
          return shift >= 0 && shift < width ? Math.floor(left() / 2 ** shift) : left();
        case "shl": {
          const product = shift >= 0 && shift < width ? left() * 2 ** shift : most + 1;
          return product <= most ? product : most;
        }
        case "add": {
          const sum = left() + right();
          return sum <= most ? sum : most;
        }
        case "mul": {
          const product = left() * right();
          return product <= most ? product : most;
        }
        case "urem": {
          const divisor = right();
          return divisor > 0 ? Math.min(left(), divisor - 1) : most;
        }
        case "udiv":
          return left();
        default:
          return most;
      }
    }
    case "cast":
      if (value.operator === "zext") return unsignedBound(value.operand, depth - 1);
      if (value.operator === "trunc") return Math.min(most, unsignedBound(value.operand, depth - 1));
      return most;
    case "select":
      return Math.max(unsignedBound(value.ifTrue, depth - 1), unsignedBound(value.ifFalse, depth - 1));
    case "icmp":
      return 1;
    case "freeze":
      return unsignedBound(value.operand, depth - 1);
    default:
      return most;
  }
}

function bitLength(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}

/** Ways into a block that a phi's multiple is looked for on. */
const FOLLOWED_WAYS = 4;

/** The power of two, at most 16, that divides an integer for sure. */
export function knownMultiple(value: Value): number {
  return multipleOf(value, 6, []);
}

/** The same, followed to a depth; what `phis` are multiples of is what else they are made of. */
function multipleOf(value: Value, depth: number, phis: readonly Value[]): number {
  if (value.kind === "integer") {
    const bits = value.value & 15n;
    return bits === 0n ? 16 : Number(bits & -bits);
  }
  if (phis.includes(value)) return 16;
  if (value.kind !== "instruction" || depth <= 0) return 1;
  if (value.op === "binary") {
    const left = (): number => multipleOf(value.left, depth - 1, phis);
    const right = (): number => multipleOf(value.right, depth - 1, phis);
    switch (value.operator) {
      case "add":
      case "sub":
      case "or":
      case "xor":
        return Math.min(left(), right());
      case "and":
        return Math.max(left(), right());
      case "mul":
        return Math.min(16, left() * right());
      case "shl":
        return value.right.kind === "integer" && value.right.value >= 0n && value.right.value < 32n
          ? Math.min(16, left() * 2 ** Number(value.right.value))
          : left();
      default:
        return 1;
    }
  }
  if (value.op === "cast" && (value.operator === "zext" || value.operator === "sext"))
    return multipleOf(value.operand, depth - 1, phis);
  if (value.op === "select")
    return Math.min(multipleOf(value.ifTrue, depth - 1, phis), multipleOf(value.ifFalse, depth - 1, phis));
  if (value.op === "phi" && value.incoming.length <= FOLLOWED_WAYS) {
    const within = [...phis, value];
    return Math.min(16, ...value.incoming.map((entry) => multipleOf(entry.value, depth - 2, within)));
  }
  return 1;
}
