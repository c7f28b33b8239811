// Addresses as sums, to see how far apart two accesses are. Nothing is concluded from what pointers may point to: what a program
// does outside its objects is to be as on the target.

import type { Type, Value } from "../../bitcode/index.ts";
import { constantBits, isConstant, type AddressMap } from "../constants.ts";
import { gepParts } from "../memory/pointer-multiple.ts";

/** How far apart two addresses are. */
export interface Difference {
  readonly constant: number;
  /** Names what else is in it; empty: nothing. */
  readonly variable: string;
}

interface Sum {
  constant: number;
  readonly terms: Map<Value, number>;
}

const WORD = 2 ** 32;

/** Definitions that are followed for one address. */
const MOST_STEPS = 64;

export class AddressTerms {
  readonly #addresses: AddressMap;
  readonly #known = new Map<Value, Sum>();
  readonly #numbers = new Map<Value, number>();

  constructor(addresses: AddressMap) {
    this.#addresses = addresses;
  }

  /** One address less another. */
  difference(one: Value, other: Value): Difference {
    const [a, b] = [this.#of(one), this.#of(other)];
    const terms = new Map(a.terms);
    for (const [value, scale] of b.terms) {
      const left = modulo((terms.get(value) ?? 0) - scale);
      if (left === 0) terms.delete(value);
      else terms.set(value, left);
    }
    const names = [...terms].map(([value, scale]) => `${String(this.#number(value))}*${String(scale)}`);
    return { constant: (a.constant - b.constant) | 0, variable: names.sort().join("+") };
  }

  #number(value: Value): number {
    let number = this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, (number = this.#numbers.size));
    return number;
  }

  #of(address: Value): Sum {
    let sum = this.#known.get(address);
    if (sum === undefined) this.#known.set(address, (sum = this.#taken(address)));
    return sum;
  }

  #taken(address: Value): Sum {
    const terms = new Map<Value, number>();
    let constant = 0;
    const work: (readonly [Value, number])[] = [[address, 1]];
    for (let steps = 0; ; steps += 1) {
      const next = work.pop();
      if (next === undefined) break;
      const [value, scale] = next;
      if (isConstant(value)) {
        const bits = Number(BigInt.asUintN(32, constantBits(value, this.#addresses)));
        constant = modulo(constant + product(bits, scale));
        continue;
      }
      const parts = steps < MOST_STEPS ? this.#parts(value) : null;
      if (parts === null) {
        const sum = modulo((terms.get(value) ?? 0) + scale);
        if (sum === 0) terms.delete(value);
        else terms.set(value, sum);
        continue;
      }
      constant = modulo(constant + product(modulo(parts.constant), scale));
      for (const [part, factor] of parts.terms) work.push([part, product(modulo(factor), scale)]);
    }
    return { constant, terms };
  }

  /** A value as a sum modulo the size of memory; null: it is a value of its own. */
  #parts(value: Value): { constant: number; terms: (readonly [Value, number])[] } | null {
    if (value.kind !== "instruction") return null;
    if (value.op === "getelementptr") {
      const { constant, variable } = gepParts(value, this.#addresses);
      if (variable.some(({ index }) => !isWord(index.type))) return null;
      return {
        constant,
        terms: [[value.base, 1], ...variable.map(({ index, scale }) => [index, scale] as const)],
      };
    }
    if (value.op !== "binary" || !isWord(value.type)) return null;
    const { left, right, operator } = value;
    if (operator === "add")
      return {
        constant: 0,
        terms: [
          [left, 1],
          [right, 1],
        ],
      };
    if (operator === "sub")
      return {
        constant: 0,
        terms: [
          [left, 1],
          [right, -1],
        ],
      };
    if (right.kind !== "integer") return null;
    const amount = Number(BigInt.asUintN(32, right.value));
    if (operator === "mul") return { constant: 0, terms: [[left, amount]] };
    return operator === "shl" && amount < 32 ? { constant: 0, terms: [[left, 2 ** amount]] } : null;
  }
}

function isWord(type: Type): boolean {
  return type.kind === "integer" && type.width === 32;
}

function modulo(value: number): number {
  return ((value % WORD) + WORD) % WORD;
}

function product(a: number, b: number): number {
  return Math.imul(a, b) >>> 0;
}
