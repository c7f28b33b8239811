// What power of two divides a pointer for sure. Within a function that follows from how the pointer is computed; for
// arguments and results of functions it follows from every call, since the program is known as a whole.

import type {
  Constant,
  GepInstruction,
  GlobalFunction,
  Instruction,
  Module,
  Type,
  Value,
} from "../../bitcode/index.ts";
import { constantBits, isConstant, scalarWidth, type AddressMap } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import { knownMultiple } from "../function-facts.ts";
import { allocSize, structOffset } from "../../ir/index.ts";

/** The largest power of two that is told apart. */
const MOST = 16;
/** Definitions that are followed for one question. */
const STEPS = 64;
/** Rounds over the calls of a program before arguments and results are given up. */
const ROUNDS = 20;

export interface GepParts {
  readonly constant: number;
  readonly variable: readonly { readonly index: Value; readonly scale: number }[];
}

/** An address computation as a constant and scaled indexes, to be added to its base. */
export function gepParts(gep: GepInstruction, addresses: AddressMap): GepParts {
  let type: Type = gep.sourceType;
  let constant = 0;
  const variable: { index: Value; scale: number }[] = [];
  const step = (index: Value, scale: number): void => {
    if (isConstant(index))
      constant += Number(BigInt.asIntN(scalarWidth(index.type), constantBits(index, addresses))) * scale;
    else variable.push({ index, scale });
  };
  gep.indices.forEach((index, i) => {
    if (i === 0) {
      step(index, allocSize(type));
    } else if (type.kind === "struct") {
      if (index.kind !== "integer") throw new Untranslatable("a structure index is not a number");
      const k = Number(index.value);
      constant += structOffset(type, k);
      const element = type.elements[k];
      if (element === undefined) throw new Untranslatable("a structure index is out of range");
      type = element;
    } else if (type.kind === "array") {
      type = type.element;
      step(index, allocSize(type));
    } else throw new Untranslatable("an address computation goes into a scalar or vector");
  });
  return { constant, variable };
}

export function powerIn(value: number): number {
  const low = value & -value & (MOST - 1);
  return low === 0 ? MOST : low;
}

/** The power of two, at most 16, that divides what an address computation adds to its base. */
export function gepMultiple(gep: GepInstruction, addresses: AddressMap): number {
  const parts = gepParts(gep, addresses);
  let multiple = powerIn(parts.constant);
  for (const { index, scale } of parts.variable)
    multiple = Math.min(multiple, powerIn(scale) * knownMultiple(index));
  return multiple;
}

/** Functions that the back end may call with arguments that no call in the IR shows. */
const CALLED_UNSEEN = new Set(["memcpy", "memmove", "memset"]);

export class PointerMultiples {
  readonly #addresses: AddressMap;
  /** By function: what divides each argument; functions that are not here may get anything. */
  readonly #arguments = new Map<GlobalFunction, number[]>();
  /** By function: what divides its result. */
  readonly #results = new Map<GlobalFunction, number>();

  /** `addressTaken` and `start` are called from places unseen. */
  constructor(
    module: Module,
    addresses: AddressMap,
    addressTaken: ReadonlySet<string>,
    start: string,
    resolve: (callee: Value) => GlobalFunction | null,
  ) {
    this.#addresses = addresses;
    const defined = module.functions.filter((fn) => !fn.isDeclaration);
    for (const fn of defined) {
      this.#results.set(fn, MOST);
      if (!addressTaken.has(fn.name) && !CALLED_UNSEEN.has(fn.name) && fn.name !== start)
        this.#arguments.set(
          fn,
          fn.args.map(() => MOST),
        );
    }
    for (let round = 0; this.#lower(defined, resolve); round += 1) {
      if (round < ROUNDS) continue;
      this.#arguments.clear();
      this.#results.clear();
      break;
    }
  }

  /** One round over all calls and returns; true when something became less. */
  #lower(functions: readonly GlobalFunction[], resolve: (callee: Value) => GlobalFunction | null): boolean {
    let changed = false;
    for (const fn of functions)
      for (const block of fn.blocks)
        for (const inst of block.instructions) {
          if (inst.op === "ret" && inst.value?.type.kind === "pointer") {
            const before = this.#results.get(fn) ?? 1;
            const now = before === 1 ? 1 : Math.min(before, this.of(fn, inst.value));
            if (now < before) changed = true;
            this.#results.set(fn, now);
          }
          if (inst.op !== "call") continue;
          const callee = resolve(inst.callee);
          const known = callee === null ? undefined : this.#arguments.get(callee);
          if (callee === null || known === undefined) continue;
          const sameShape =
            callee.args.length <= inst.args.length &&
            callee.args.every((arg, i) => arg.type.kind === inst.args[i]?.type.kind);
          callee.args.forEach((arg, i) => {
            const before = known[i] ?? 1;
            const given = inst.args[i];
            if (before === 1 || arg.type.kind !== "pointer") return;
            const now = sameShape && given !== undefined ? Math.min(before, this.of(fn, given)) : 1;
            if (now < before) changed = true;
            known[i] = now;
          });
        }
    return changed;
  }

  /** The power of two, at most 16, that divides a pointer of a function for sure. */
  of(fn: GlobalFunction, value: Value): number {
    try {
      return this.#of(fn, value, new Set());
    } catch (error) {
      // The emitter will name it when it comes there.
      if (error instanceof Untranslatable) return 1;
      throw error;
    }
  }

  #of(fn: GlobalFunction, value: Value, seen: Set<number>): number {
    if (isConstant(value)) return this.#ofConstant(value);
    if (value.kind === "argument") {
      const attribute = fn.attributes.params[value.index]?.find((entry) => entry.name === "align");
      const stated = attribute?.kind === "int" ? Math.min(MOST, Number(attribute.value)) : 1;
      return Math.max(stated, this.#arguments.get(fn)?.[value.index] ?? 1);
    }
    if (value.kind !== "instruction") return 1;
    // Also ends the cycles that unreachable code can have.
    if (seen.has(value.slot)) return MOST;
    if (seen.size > STEPS) return 1;
    seen.add(value.slot);
    return this.#ofInstruction(fn, value, seen);
  }

  #ofConstant(value: Constant): number {
    if (value.type.kind !== "pointer") return knownMultiple(value);
    // Undefined values are whatever suits; as addresses they are zero here.
    return powerIn(Number(BigInt.asIntN(32, constantBits(value, this.#addresses))));
  }

  #ofInstruction(fn: GlobalFunction, value: Instruction, seen: Set<number>): number {
    switch (value.op) {
      case "alloca":
        return Math.min(MOST, value.align ?? 1);
      case "getelementptr": {
        const multiple = gepMultiple(value, this.#addresses);
        return multiple === 1 ? 1 : Math.min(multiple, this.#of(fn, value.base, seen));
      }
      case "phi": {
        let multiple = MOST;
        for (const { value: incoming } of value.incoming) {
          multiple = Math.min(multiple, this.#of(fn, incoming, seen));
          if (multiple === 1) break;
        }
        return multiple;
      }
      case "select":
        return Math.min(this.#of(fn, value.ifTrue, seen), this.#of(fn, value.ifFalse, seen));
      case "freeze":
        return this.#of(fn, value.operand, seen);
      case "cast":
        return value.operator === "inttoptr" ? knownMultiple(value.operand) : 1;
      case "call":
        return this.#ofCall(value);
      default:
        return 1;
    }
  }

  #ofCall(call: Extract<Instruction, { op: "call" }>): number {
    const { callee } = call;
    if (callee.kind !== "function") return 1;
    if (callee.name.startsWith("llvm.ptrmask") && call.args[1] !== undefined)
      return knownMultiple(call.args[1]);
    if (call.type.kind !== "pointer" || callee.valueType.returnType.kind !== "pointer") return 1;
    return this.#results.get(callee) ?? 1;
  }
}
