// Source maps of modules: which line a byte is from.
import { expect, test } from "vitest";
import { framesOf } from "../../src/run/frames.ts";
import { placeOfByte } from "../../src/run/source-map.ts";

// Byte 10: a.c:4; byte 20: no line; byte 24: b.c:2; byte 24 + 33: b.c:40.
const mappings = "UAGA,U,ICFA,iCAsCA";

test("a byte is from the line of the last entry at or before it", () => {
  const map = JSON.stringify({ moved: 0, version: 3, sources: ["a.c", "b.c"], mappings });
  expect([9, 10, 19, 20, 24, 56, 57, 999].map((byte) => placeOfByte(map, byte))).toEqual([
    undefined,
    { file: "a.c", line: 4 },
    { file: "a.c", line: 4 },
    undefined,
    { file: "b.c", line: 2 },
    { file: "b.c", line: 2 },
    { file: "b.c", line: 40 },
    { file: "b.c", line: 40 },
  ]);
});

test("code that was moved after the map was made", () => {
  const map = JSON.stringify({ moved: 100, sources: ["a.c", "b.c"], mappings });
  expect([10, 110].map((byte) => placeOfByte(map, byte))).toEqual([undefined, { file: "a.c", line: 4 }]);
});

test("a damaged map says nothing", () => {
  expect(placeOfByte("{", 10)).toBeUndefined();
});

test("frames of the module, without those of its support functions and of the host", () => {
  const error = new Error();
  error.stack = `RuntimeError: unreachable
    at bw:flush (wasm://wasm/0127dcce:wasm-function[3]:0x1f)
    at inner.2 (wasm://wasm/0127dcce:wasm-function[12]:0x2af)
    at main (wasm://wasm/0127dcce:wasm-function[13]:0x300)
    at run (file:///x/run.ts:7:1)`;
  expect(framesOf(error)).toEqual([
    { name: "inner.2", offset: 0x2af },
    { name: "main", offset: 0x300 },
  ]);
});
