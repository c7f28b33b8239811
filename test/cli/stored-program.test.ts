// Prepared programs in the cache: what was written is read; what is missing or damaged is told, so that it is made again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadProgram, writeProgram } from "../../src/cli/stored-program.ts";
import type { ProgramBundle } from "../../src/report/bundle.ts";

// A module with one empty function; of the bundle, some rows.
const wasm = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00, 0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b],
]);
const bundle = { program: "p", costs: { edges: [{ edge: 1, cycles: 2.5 }] } } as unknown as ProgramBundle;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blockwatt-program-"));
  writeProgram(folder, wasm, bundle);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("what was written is read", async () => {
  const loaded = loadProgram(folder, true);
  expect(loaded?.bundle).toStrictEqual(bundle);
  expect([...loaded!.wasm]).toEqual([...wasm]);
  expect(await loaded!.compiled).toBeInstanceOf(WebAssembly.Module);
  // The second time from V8's code.
  expect(await loadProgram(folder, true)!.compiled).toBeInstanceOf(WebAssembly.Module);
});

test("damaged code of V8 is made again", async () => {
  await loadProgram(folder, true)!.compiled;
  const file = join(folder, "program.code");
  const code = readFileSync(file);
  writeFileSync(file, code.subarray(0, code.length - 1));
  expect(await loadProgram(folder, true)!.compiled).toBeInstanceOf(WebAssembly.Module);
  expect(readFileSync(file).length).toBe(code.length);
});

test.each(["program.wasm", "program.rows"])("%s missing, cut, changed", (name) => {
  const file = join(folder, name);
  const bytes = readFileSync(file);
  rmSync(file);
  expect(loadProgram(folder, false)).toBeUndefined();
  writeFileSync(file, bytes.subarray(0, bytes.length - 1));
  expect(loadProgram(folder, false)).toBeUndefined();
  const changed = Buffer.from(bytes);
  changed[changed.length - 1]! ^= 1;
  writeFileSync(file, changed);
  expect(loadProgram(folder, true)).toBeUndefined();
});
