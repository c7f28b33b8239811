// In which order, and with which signs, does the machine code give the operands to its floating-point instructions? The back end lets
// changes of sign go from one operation to the next, multiplies by a negated constant, takes a negated term off, and does one of two
// equal operations. Numbers stay the same; which NaN is handed on, and its sign, do not.
//
// Operations of the IR block and of the machine code are told by their shape: what they are made of, down to constants and to what comes
// from elsewhere, whatever the signs. Of equal shapes, those are the same whose signs agree, in order. A wrong belief gives a NaN another
// sign or payload, and never a wrong number.
import type { BasicBlock, Instruction, Type, Value } from "../bitcode/index.ts";
import { intrinsicOf, withoutSign } from "../ir/index.ts";
import { constantOf, type NumberOperation, type NumberSource } from "./machine-numbers.ts";

/** How the machine code does an operation of the IR. */
export interface NumberTerms {
  /** Index in the IR block's `instructions`. */
  readonly instruction: number;
  /** Of a multiply-add by two instructions: its product, or its sum, whose operands are the product (0) and the third argument (1). */
  readonly step: "whole" | "product" | "sum";
  /** Operands in the order in which their NaNs are handed on. */
  readonly terms: readonly { readonly operand: number; readonly negated: boolean }[];
  /** The machine code's result is the operation's with its sign changed. */
  readonly negated: boolean;
  /** No operation: a product with one or minus one is the other factor, as it is. */
  readonly moved?: true;
}

/** What a value is made of, apart from signs. */
interface Shape {
  readonly id: number;
  readonly negated: boolean;
  /** Index of the operation that makes it. */
  readonly made: number | null;
}

/** An operation of the IR, of one lane. */
interface Wanted {
  readonly id: number;
  readonly instruction: number;
  readonly step: NumberTerms["step"];
  readonly kind: NumberOperation["kind"];
  /** `turned`: the shape is that of the operand with its sign changed. */
  readonly operands: readonly { readonly operand: number; readonly shape: Shape; readonly turned: boolean }[];
  readonly minus: boolean;
}

/** A way to see a machine operation as one of the IR's. */
interface Reading {
  readonly terms: NumberTerms["terms"];
  readonly negated: boolean;
  readonly cost: number;
}

const EXCHANGED = 0.25;
const NEGATED_SUM = 4;
const NEGATED = 0.5;
/** An operand is made by an equal operation, not by the one that the IR names. */
const ANOTHER = 3;
/** The operation has been found already. */
const AGAIN = 10;

/** More operations of a block are not looked at. */
const MOST_OPERATIONS = 5_000;
const MOST_LANES = 16;

const ORDERS: Readonly<Record<number, readonly (readonly number[])[]>> = {
  1: [[0]],
  2: [
    [0, 1],
    [1, 0],
  ],
  3: [
    [0, 1, 2],
    [2, 1, 0],
  ],
};

/** Has a block operations that may become floating-point instructions? */
export function hasNumbers(block: BasicBlock): boolean {
  return block.instructions.some((instruction) => {
    if (instruction.op === "binary") return instruction.operator in BINARY;
    if (instruction.op === "cast")
      return instruction.operator === "fpext" || instruction.operator === "fptrunc";
    return instruction.op === "call" && /^llvm\.(?:fmuladd|fma)\./.test(intrinsicOf(instruction) ?? "");
  });
}

/** The operations of a block, as far as the machine code has them. */
export function numberTerms(block: BasicBlock, operations: readonly NumberOperation[]): NumberTerms[] {
  if (operations.length === 0 || operations.length > MOST_OPERATIONS) return [];
  const shapes = new Shapes();
  const { wanted, moved } = new WantedOperations(block, shapes, operations).all();
  if (wanted.length > MOST_OPERATIONS) return [];
  const byShape = new Map<number, { readonly one: Wanted; readonly index: number }[]>();
  wanted.forEach((one, index) => {
    const list = byShape.get(one.id);
    if (list === undefined) byShape.set(one.id, [{ one, index }]);
    else list.push({ one, index });
  });
  const found: { readonly index: number; readonly negated: boolean }[] = [];
  const made: number[] = [];
  const used = new Set<number>();
  const result: NumberTerms[] = [...moved];
  const known = new Set<string>();
  operations.forEach((operation, position) => {
    const sources = operation.operands.map((source): Shape => shapeOfSource(shapes, source, made, found));
    const id = shapes.operation(
      operation.kind,
      sources.map((one) => one.id),
      operation.wide,
      constantsOf(operation.operands),
    );
    made[position] = id;
    let best: { readonly index: number; readonly one: Wanted; readonly reading: Reading } | undefined;
    for (const { one, index } of byShape.get(id) ?? []) {
      for (const reading of readingsOf(one, operation, sources)) {
        const cost = reading.cost + (used.has(index) ? AGAIN : 0);
        if (best === undefined || cost < best.reading.cost)
          best = { index, one, reading: { ...reading, cost } };
      }
    }
    if (best === undefined) return;
    const { index, one, reading } = best;
    found[position] = { index, negated: reading.negated };
    used.add(index);
    const { instruction, step } = one;
    const key = `${String(instruction)},${step},${String(reading.negated)}`;
    if (known.has(key)) return;
    known.add(key);
    result.push({ instruction, step, terms: reading.terms, negated: reading.negated });
  });
  return result;
}

function readingsOf(one: Wanted, operation: NumberOperation, sources: readonly Shape[]): Reading[] {
  const readings: Reading[] = [];
  if (one.operands.length !== sources.length || one.kind !== operation.kind) return [];
  for (const order of ORDERS[sources.length] ?? []) {
    if (operation.kind === "quotient" && order[0] === 1) continue;
    let cost = order[0] === 0 ? 0 : EXCHANGED;
    const terms: { operand: number; negated: boolean; turned: boolean }[] = [];
    const fits = order.every((place, i) => {
      const source = sources[i]!;
      const { operand, shape, turned } = one.operands[place]!;
      if (source.id !== shape.id) return false;
      if (source.made !== null && source.made !== shape.made) cost += ANOTHER;
      terms.push({ operand, negated: source.negated !== shape.negated, turned });
      return true;
    });
    if (!fits) continue;
    const negated = resultOf(one, operation, terms, order);
    if (negated === null) continue;
    if (negated) cost += operation.kind === "sum" ? NEGATED_SUM : NEGATED;
    const own = terms.map(({ operand, negated: other, turned }) => ({ operand, negated: other !== turned }));
    readings.push({ terms: own, negated, cost });
  }
  return readings;
}

/** Is the machine code's result the operation's (false), that with its sign changed (true), or neither (null)? */
function resultOf(
  one: Wanted,
  operation: NumberOperation,
  terms: NumberTerms["terms"],
  order: readonly number[],
): boolean | null {
  const [first, second, third] = terms.map(({ negated }) => negated);
  if (first === undefined) return null;
  if (second === undefined) return first;
  if (operation.kind === "product" || operation.kind === "quotient") return first !== second;
  const sign = (at: number): boolean => (operation.minus && at === 1) !== (one.minus && order[at] === 1);
  const left = third === undefined ? first !== sign(0) : first !== third;
  const right = second !== sign(1);
  return left === right ? left !== operation.negated : null;
}

function shapeOfSource(
  shapes: Shapes,
  source: NumberSource,
  made: readonly number[],
  found: readonly { readonly index: number; readonly negated: boolean }[],
): Shape {
  const { from, negated } = source;
  switch (from.kind) {
    case "constant":
      return { id: shapes.constant(from.bits), negated, made: null };
    case "elsewhere":
      return { id: ELSEWHERE, negated, made: null };
    case "operation": {
      const known = found[from.index];
      return {
        id: made[from.index] ?? ELSEWHERE,
        negated: negated !== (known?.negated ?? false),
        made: known?.index ?? null,
      };
    }
  }
}

function constantsOf(operands: readonly NumberSource[]): readonly (bigint | null)[] {
  return operands.map(({ from }) => (from.kind === "constant" ? from.bits : null));
}

const ELSEWHERE = 0;
const ONE = 0x3ff0000000000000n;
const TWO = 0x4000000000000000n;

/** Numbers for shapes: equal ones have the same. */
class Shapes {
  readonly #ids = new Map<string, number>();

  #id(key: string): number {
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = this.#ids.size + 1));
    return id;
  }

  constant(bits: bigint): number {
    return this.#id(`constant ${bits.toString(16)}`);
  }

  /** `constants`: bits of the operands' magnitudes. */
  operation(
    kind: NumberOperation["kind"],
    operands: readonly number[],
    wide: boolean,
    constants: readonly (bigint | null)[],
  ): number {
    const [a = 0, b = 0, c = 0] = operands;
    const name = `${kind} ${wide ? "double" : "single"}`;
    switch (kind) {
      case "product": {
        const two = constants.indexOf(TWO);
        const other = operands[1 - two] ?? 0;
        return two < 0
          ? this.#id(`${name} ${sorted(a, b)}`)
          : this.operation("sum", [other, other], wide, []);
      }
      case "quotient": {
        const inverse = inverseOf(constants[1] ?? null);
        if (inverse === null) return this.#id(`${name} ${String(a)} ${String(b)}`);
        return this.operation("product", [a, this.constant(inverse)], wide, [constants[0] ?? null, inverse]);
      }
      case "sum":
        return this.#id(`${name} ${sorted(a, b)}`);
      case "fused":
        return this.#id(`${name} ${sorted(a, c)} ${String(b)}`);
      case "width":
        return this.#id(`${name} ${String(a)}`);
    }
  }
}

function sorted(a: number, b: number): string {
  return a < b ? `${String(a)} ${String(b)}` : `${String(b)} ${String(a)}`;
}

/** One divided by a power of two. */
function inverseOf(bits: bigint | null): bigint | null {
  if (bits === null || (bits & ((1n << 52n) - 1n)) !== 0n) return null;
  const exponent = bits >> 52n;
  return exponent === 0n || exponent >= 2046n ? null : (2046n - exponent) << 52n;
}

/** The operations of an IR block that become floating-point instructions, in order. */
class WantedOperations {
  readonly #block: BasicBlock;
  readonly #shapes: Shapes;
  readonly #hasUnit: boolean;
  readonly #all: Wanted[] = [];
  readonly #moved: NumberTerms[] = [];
  readonly #made = new Map<Value, Map<number, Shape>>();

  constructor(block: BasicBlock, shapes: Shapes, operations: readonly NumberOperation[]) {
    this.#block = block;
    this.#shapes = shapes;
    // Without a floating-point unit, single precision is widened by an instruction; only a unit narrows, or adds to products.
    this.#hasUnit = operations.some(({ unit }) => unit);
  }

  all(): { readonly wanted: readonly Wanted[]; readonly moved: readonly NumberTerms[] } {
    this.#block.instructions.forEach((instruction, index) => {
      const { type } = instruction;
      const lanes = type.kind === "vector" ? Math.min(type.scalable ? 0 : type.count, MOST_LANES) : 1;
      const scalar = type.kind === "vector" ? type.element : type;
      if (scalar.kind !== "float" && scalar.kind !== "double") return;
      for (let lane = 0; lane < lanes; lane += 1) {
        const shape = this.#want(instruction, index, lane, scalar);
        if (shape === null) continue;
        const byLane = this.#made.get(instruction) ?? new Map<number, Shape>();
        this.#made.set(instruction, byLane.set(lane, shape));
      }
    });
    return { wanted: this.#all, moved: this.#moved };
  }

  #want(instruction: Instruction, index: number, lane: number, type: Type): Shape | null {
    const wide = type.kind === "double";
    const of = (value: Value): Shape => this.#shapeOf(value, lane);
    const make = (
      kind: NumberOperation["kind"],
      step: NumberTerms["step"],
      shapes: readonly (readonly [number, Shape, true?])[],
      minus = false,
    ): Shape => {
      const constants = shapes.map(([, { id }]) => this.#bits.get(id) ?? null);
      const operands = shapes.map(([operand, shape, turned = false]) => ({ operand, shape, turned }));
      // A factor of one is none; that of two is a sum of one operand with itself.
      if (kind === "product" || kind === "fused") {
        const places = kind === "product" ? [0, 1] : [0, 2];
        const one = places.find((place) => constants[place] === ONE);
        if (one !== undefined) {
          const factor = shapes[one]![1];
          const [operand, other] = shapes[places[0] === one ? places[1]! : places[0]!]!;
          const product = { ...other, negated: other.negated !== factor.negated };
          if (kind === "fused")
            return make("sum", step, [
              factor.negated ? [operand, product, true] : [operand, product],
              shapes[1]!,
            ]);
          if (lane === 0) {
            const terms = [{ operand, negated: factor.negated }];
            this.#moved.push({ instruction: index, step, terms, negated: false, moved: true });
          }
          return product;
        }
      }
      const two = kind === "product" ? constants.indexOf(TWO) : -1;
      const power = kind === "quotient" ? inverseOf(constants[1] ?? null) : null;
      const id = this.#shapes.operation(
        kind,
        shapes.map(([, shape]) => shape.id),
        wide,
        constants,
      );
      const wanted: Wanted = { id, instruction: index, step, kind, operands, minus };
      if (two >= 0) {
        const [operand, other] = shapes[1 - two]!;
        const turned = shapes[two]![1].negated;
        const shape = { ...other, negated: other.negated !== turned };
        const both = [
          { operand, shape, turned },
          { operand, shape, turned },
        ];
        this.#all.push({ ...wanted, kind: "sum", operands: both });
      } else if (power !== null) {
        const inverse = { ...shapes[1]![1], id: this.#constant(power) };
        this.#all.push({
          ...wanted,
          kind: "product",
          operands: [operands[0]!, { operand: 1, shape: inverse, turned: false }],
        });
      } else this.#all.push(wanted);
      return { id, negated: false, made: this.#all.length - 1 };
    };
    switch (instruction.op) {
      case "binary": {
        const kind = BINARY[instruction.operator];
        if (kind === undefined) return null;
        const [left, right] = [of(instruction.left), of(instruction.right)];
        return make(
          kind,
          "whole",
          [
            [0, left],
            [1, right],
          ],
          instruction.operator === "fsub",
        );
      }
      case "cast": {
        if (instruction.operator === "fpext" && this.#hasUnit) return of(instruction.operand);
        if (instruction.operator !== "fpext" && instruction.operator !== "fptrunc") return null;
        return make("width", "whole", [[0, of(instruction.operand)]]);
      }
      case "call": {
        const name = /^llvm\.(fmuladd|fma)\./.exec(intrinsicOf(instruction) ?? "")?.[1];
        const [a, b, c] = instruction.args;
        if (name === undefined || a === undefined || b === undefined || c === undefined) return null;
        if (this.#hasUnit)
          return make("fused", "whole", [
            [0, of(a)],
            [2, of(c)],
            [1, of(b)],
          ]);
        if (name === "fma") return null;
        const product = make("product", "product", [
          [0, of(a)],
          [1, of(b)],
        ]);
        return make("sum", "sum", [
          [0, product],
          [1, of(c)],
        ]);
      }
      default:
        return null;
    }
  }

  /** Bits of constants' shapes. */
  readonly #bits = new Map<number, bigint>();

  #constant(bits: bigint): number {
    const id = this.#shapes.constant(bits);
    this.#bits.set(id, bits);
    return id;
  }

  #shapeOf(value: Value, lane: number): Shape {
    const core = withoutSign(this.#block, value);
    const made = this.#made.get(core.value)?.get(lane);
    if (made !== undefined) return { ...made, negated: made.negated !== core.negated };
    const source = constantLane(core.value, lane);
    if (source?.from.kind !== "constant") return { id: ELSEWHERE, negated: core.negated, made: null };
    return { id: this.#constant(source.from.bits), negated: source.negated !== core.negated, made: null };
  }
}

/** The constant in a lane. */
function constantLane(value: Value, lane: number): NumberSource | null {
  if (value.kind === "float") return constantOf(value.bits, value.type.kind === "double");
  if (value.kind === "zero") return constantOf(0n, true);
  if (value.type.kind !== "vector") return null;
  const wide = value.type.element.kind === "double";
  if (value.kind === "data") return constantOf(BigInt(value.elements[lane] ?? 0), wide);
  const element = value.kind === "aggregate" ? value.elements[lane] : undefined;
  return element === undefined ? null : constantLane(element, 0);
}

const BINARY: Readonly<Partial<Record<string, NumberOperation["kind"]>>> = {
  fadd: "sum",
  fsub: "sum",
  fmul: "product",
  fdiv: "quotient",
};
