// V8's code of a module, kept as bytes: what comes back is the same module, and what is damaged or another module's does not.
import { expect, test } from "vitest";
import { codeOfModule, compileModule, restoreModule } from "../../src/run/index.ts";

/** A module with one function f, (i32) -> i32: the argument plus `addend`, which is below 64; a trap for 0. */
const moduleThatAdds = (addend: number): Uint8Array =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
    ...[0x0a, 0x10, 0x01, 0x0e, 0x00],
    // local.get 0, i32.eqz, if, unreachable, end
    ...[0x20, 0x00, 0x45, 0x04, 0x40, 0x00, 0x0b],
    ...[0x20, 0x00, 0x41, addend, 0x6a],
    0x0b,
  ]);

const call = (module: WebAssembly.Module | undefined, argument: number): number =>
  (new WebAssembly.Instance(module!).exports["f"] as (argument: number) => number)(argument);

/** Where in the module it traps. */
const trapOf = (module: WebAssembly.Module | undefined): string | undefined => {
  try {
    call(module, 0);
    return undefined;
  } catch (error) {
    return /wasm-function\[\d+\]:0x[0-9a-f]+/.exec((error as Error).stack ?? "")?.[0];
  }
};

const wasm = moduleThatAdds(5);
const compiled = await compileModule(wasm);
const code = codeOfModule(compiled, wasm);

test("this engine gives a module's code", () => {
  expect(code).toBeDefined();
});

test("the module that comes back computes and traps as the compiled one", () => {
  const restored = restoreModule(code!, wasm);
  expect(call(restored, 37)).toBe(42);
  expect(trapOf(restored)).toBe(trapOf(compiled));
  expect(trapOf(restored)).toMatch(/^wasm-function/);
});

test("a Buffer that is a part of another one comes back, too", () => {
  const whole = Buffer.concat([Buffer.alloc(13), code!, Buffer.alloc(5)]);
  expect(call(restoreModule(whole.subarray(13, 13 + code!.length), wasm), 1)).toBe(6);
});

test("the code of another module does not", () => {
  expect(restoreModule(code!, moduleThatAdds(6))).toBeUndefined();
});

test("what is cut, at any place, does not", () => {
  for (let length = 0; length < code!.length; length++)
    expect(restoreModule(code!.subarray(0, length), wasm)).toBeUndefined();
});

test("what is changed, in any byte, does not", () => {
  for (let place = 0; place < code!.length; place++) {
    const damaged = code!.slice();
    damaged[place]! ^= 0x41;
    expect(restoreModule(damaged, wasm)).toBeUndefined();
  }
});

test("bytes after the end do not", () => {
  expect(restoreModule(Buffer.concat([code!, Buffer.alloc(1)]), wasm)).toBeUndefined();
});

test("a module without functions has no code", async () => {
  const empty = wasm.subarray(0, 8);
  expect(codeOfModule(await compileModule(empty), empty)).toBeUndefined();
  const memory = Uint8Array.from([...empty, 0x05, 0x03, 0x01, 0x00, 0x01, 0x0a, 0x01, 0x00]);
  expect(codeOfModule(await compileModule(memory), memory)).toBeUndefined();
});
