// The text made for an operator and constant folding must agree with each other and with plain arithmetic on integers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BinaryOperator, ValueType } from "../../src/machine/action.ts";
import {
  binary,
  complement,
  concat,
  constant,
  convert,
  halvesOf,
  negate,
  paired,
  slice,
  truth,
  value,
} from "../../src/isa/values.ts";
import type { Value } from "../../src/isa/values.ts";
import { BUILTIN_SUPPORT } from "../../src/iss/builtins.ts";

const type: fc.Arbitrary<ValueType> = fc.record({
  width: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constantFrom(1, 5, 8, 16, 31, 32, 33, 64)),
  signed: fc.boolean(),
});
const bits = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n ** 31n, 2n ** 31n - 1n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n),
);
const operand = fc.tuple(type, bits).map(([t, b]) => constant(t, b));

/** The same value, but as a variable whose value generated code must work with; `words`: two where it has 64 bits. */
function hidden(v: Value, name: string, words = false): Value {
  return words && v.type.width === 64 ? paired(v.type, `${name}h`, `${name}l`) : value(v.type, name);
}

function evaluate(v: Value, names: Readonly<Record<string, Value>>): bigint {
  const declared = Object.entries(names).map(([n, c]) => {
    const [high, low] = halvesOf(c) ?? ["0", "0"];
    return `const ${n}=${c.js},${n}h=${high},${n}l=${low};`;
  });
  const result = new Function(`${BUILTIN_SUPPORT}${declared.join("")}return ${v.js};`)() as number | bigint;
  const wide = v.type.width > 32;
  expect(typeof result).toBe(wide ? "bigint" : "number");
  const unsigned = BigInt.asUintN(v.type.width, BigInt(result));
  // The form that values.ts promises: int32 for 32 bits, plain bits otherwise.
  expect(BigInt(result)).toBe(v.type.width === 32 ? BigInt.asIntN(32, unsigned) : unsigned);
  return unsigned;
}

function meaning(v: Value, signed = v.type.signed): bigint {
  return signed ? BigInt.asIntN(v.type.width, v.known ?? 0n) : (v.known ?? 0n);
}

const OPERATORS: readonly BinaryOperator[] = [
  ..."+ - * / % & | ^ << >> == != < <= > >= && ||".split(" "),
] as BinaryOperator[];

describe("operators", () => {
  it("folded and generated agree", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...OPERATORS),
        type,
        operand,
        operand,
        fc.integer({ min: 0, max: 7 }),
        (op, t, a, b, hide) => {
          const logic = ["==", "!=", "<", "<=", ">", ">=", "&&", "||"].includes(op);
          const result = logic ? { width: 1, signed: false } : t;
          const folded = binary(result, op, a, b);
          const x = hide & 1 ? hidden(a, "x", (hide & 4) !== 0) : a;
          const y = hide & 2 ? hidden(b, "y", (hide & 4) !== 0) : b;
          expect(evaluate(binary(result, op, x, y), { x: a, y: b })).toBe(folded.known);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("folding is integer arithmetic", () => {
    fc.assert(
      fc.property(operand, operand, (a, b) => {
        const t = { width: 64, signed: true };
        const wrap = (n: bigint): bigint => BigInt.asUintN(64, n);
        expect(binary(t, "+", a, b).known).toBe(wrap(meaning(a) + meaning(b)));
        expect(binary(t, "*", a, b).known).toBe(wrap(meaning(a) * meaning(b)));
        const both = a.type.signed && b.type.signed;
        const width = Math.max(a.type.width, b.type.width);
        const same = [a, b].map((v) => convert(v, { width, signed: v.type.signed }));
        const [p, q] = same.map((v) => meaning({ ...v, type: { width, signed: both } }));
        expect(binary({ width: 1, signed: false }, "<", a, b).known).toBe((p ?? 0n) < (q ?? 0n) ? 1n : 0n);
      }),
    );
  });

  it("conversions, slices, complements and concatenations agree", () => {
    fc.assert(
      fc.property(operand, operand, type, fc.nat(63), fc.nat(63), (a, b, t, p, q) => {
        const x = hidden(a, "x", p % 2 === 0);
        const names = { x: a, y: b };
        expect(evaluate(convert(x, t), names)).toBe(BigInt.asUintN(t.width, meaning(a)));
        expect(evaluate(complement(x), names)).toBe(complement(a).known);
        expect(evaluate(negate(x), names)).toBe(negate(a).known);
        const [high, low] = halvesOf(a) ?? ["0", "0"];
        expect(new Function(`const x=${a.js},xh=${high},xl=${low};return ${truth(x)}`)()).toBe(
          a.known !== 0n,
        );
        const w = a.type.width;
        const [first, last] = [Math.min(p % w, q % w), Math.max(p % w, q % w)];
        const width = last - first + 1;
        const plain = { width, signed: false };
        const wanted = BigInt.asUintN(width, (a.known ?? 0n) >> BigInt(w - 1 - last));
        expect(slice(a, first, last, plain).known).toBe(wanted);
        expect(evaluate(slice(x, first, last, plain), names)).toBe(wanted);
        if (w + b.type.width > 64) return;
        const whole = { width: w + b.type.width, signed: false };
        const joined = ((a.known ?? 0n) << BigInt(b.type.width)) | (b.known ?? 0n);
        expect(concat([a, b], whole).known).toBe(joined);
        expect(evaluate(concat([x, hidden(b, "y")], whole), names)).toBe(joined);
        const halves = halvesOf(convert(x, { width: 64, signed: a.type.signed }));
        if (halves) {
          const extended = BigInt.asUintN(64, meaning(a));
          expect(evaluate(value({ width: 32, signed: false }, halves[0]), names)).toBe(extended >> 32n);
          expect(evaluate(value({ width: 32, signed: false }, halves[1]), names)).toBe(
            extended & 0xffffffffn,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });
});
