// Rows come back as JSON would give them; damaged bytes do not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRows, encodeRows } from "../../src/base/row-tables.ts";

const asJson = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

const examples: Record<string, unknown> = {
  nothing: null,
  "a number": 7,
  empty: { list: [], record: {} },
  "rows of integers": {
    rows: [
      { a: 1, b: -2 },
      { a: 2147483647, b: -2147483648 },
    ],
  },
  "rows of other numbers": [{ a: 0.5 }, { a: 4294967295 }, { a: 1 }],
  "negative zero": [{ a: -0 }, { a: 0.5 }],
  "not a number": [{ a: NaN }, { a: Infinity }, { a: 1 }],
  "rows of texts": [{ a: "x" }, { a: "y" }, { a: "x" }, { a: "" }],
  "keys that are not always there, in other orders": [{ a: 1, b: 2 }, { b: 3, a: 4 }, { b: 5 }, {}],
  "undefined values": [
    { a: undefined, b: 1 },
    { a: 2, b: undefined },
  ],
  "lists of integers": [{ a: [] }, { a: [1] }, { a: [2, 3] }],
  "other lists": [{ a: [] }, { a: [1.5] }, { a: ["x", null, [1]] }],
  "rows in rows": [
    { name: "f", rows: [{ a: 1 }, { a: 2 }] },
    { name: "g", rows: [] },
    { name: "h", rows: [{ a: 3 }], one: { rows: [{ a: 4 }] } },
  ],
  "rows that contain themselves in kind": [{ next: [{ next: [{ next: [] }] }] }],
  "null, truth, objects": [{ a: null }, { a: true }, { a: { b: 1 } }, { a: false }],
  "keys that are no names": [{ "a b": 1, '"\\': 2, 1: 3, constructor: 4, class: 5 }],
  "an array of different things": [1, { a: 1 }, [{ a: 2 }], "x"],
};

test.each(Object.keys(examples))("%s", (name) => {
  const data = examples[name];
  const decoded = decodeRows(encodeRows(data));
  expect(decoded).toStrictEqual(asJson(data));
  // The order of keys, too.
  expect(JSON.stringify(decoded)).toBe(JSON.stringify(data));
});

test("any data", () => {
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 31, "a", "b"),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.array(
        fc.record({ k: tie("any"), m: fc.integer(), n: fc.array(fc.integer()) }, { requiredKeys: [] }),
      ),
      fc.dictionary(fc.constantFrom("p", "q", "r s"), tie("any"), { maxKeys: 3 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (data) => {
      expect(JSON.stringify(decodeRows(encodeRows(data)))).toBe(JSON.stringify(data));
    }),
    { numRuns: 200 },
  );
});

test("bytes that are cut or changed, at any place, or more", () => {
  const bytes = encodeRows(examples["rows in rows"]);
  for (let place = 0; place < bytes.length; place++) {
    expect(decodeRows(bytes.subarray(0, place))).toBeUndefined();
    const damaged = Buffer.from(bytes);
    damaged[place]! ^= 0x21;
    expect(decodeRows(damaged)).toBeUndefined();
  }
  expect(decodeRows(Buffer.concat([bytes, Buffer.alloc(8)]))).toBeUndefined();
});
