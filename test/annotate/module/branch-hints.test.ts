// Hints for branches that are hardly ever taken: which are found, and that the module stays one.
import { expect, test } from "vitest";
import { withBranchHints } from "../../../src/annotate/module/branch-hints.ts";
import { binaryen, FEATURES, type Expression, type WasmModule } from "../../../src/annotate/wasm.ts";

/** The module of one function (f64, i32) -> nothing with these statements, after an import and another function. */
function moduleOf(statements: (m: WasmModule) => Expression[]): Uint8Array {
  const m = new binaryen.Module();
  m.setFeatures(FEATURES);
  m.setMemory(1, 1, "memory");
  m.addGlobal("why", binaryen.i32, true, m.i32.const(0));
  m.addFunctionImport("call", "env", "call", binaryen.none, binaryen.none);
  m.addFunction("other", binaryen.none, binaryen.none, [], m.call("call", [], binaryen.none));
  const params = binaryen.createType([binaryen.f64, binaryen.i32]);
  m.addFunction("f", params, binaryen.none, [binaryen.v128], m.block(null, statements(m)));
  m.addFunctionExport("f", "f");
  const wasm = m.emitBinary();
  m.dispose();
  return wasm;
}

const number = (m: WasmModule): Expression => m.local.get(0, binaryen.f64);
const flag = (m: WasmModule): Expression => m.local.get(1, binaryen.i32);

test("branches to the end of the program, and for NaNs, are hinted; others are not", () => {
  const wasm = moduleOf((m) => [
    m.if(flag(m), m.call("call", [], binaryen.none)),
    m.local.set(2, m.v128.const(Array.from({ length: 16 }, () => 4))),
    m.local.set(2, m.v128.load(300, 4, flag(m))),
    m.memory.copy(flag(m), flag(m), flag(m)),
    m.if(m.i32.eqz(m.f64.le(number(m), m.f64.const(1))), m.nop()),
    m.if(m.i32.eqz(m.f64.le(number(m), number(m))), m.local.set(0, m.f64.const(2))),
    m.if(flag(m), m.block(null, [m.global.set("why", m.i32.const(-300)), m.unreachable()])),
    m.if(flag(m), m.unreachable()),
  ]);
  const hinted = withBranchHints(wasm);
  const bytes = new Uint8Array(hinted);
  expect(new WebAssembly.Module(bytes)).toBeInstanceOf(WebAssembly.Module);
  const [section] = WebAssembly.Module.customSections(
    new WebAssembly.Module(bytes),
    "metadata.code.branch_hint",
  );
  const [functions, index, count, ...hints] = new Uint8Array(section ?? new ArrayBuffer(0));
  expect({ functions, index, count }).toEqual({ functions: 1, index: 2, count: 3 });
  // Each: the offset in the function's body (less than 128), one byte follows, unlikely.
  const places = [0, 3, 6].map((at) => hints.slice(at, at + 3));
  expect(places.map(([, size, likely]) => [size, likely])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
  // The body begins with its locals: one group of one vector.
  const body = bytes.findIndex((_, i) => bytes[i] === 1 && bytes[i + 1] === 1 && bytes[i + 2] === 0x7b);
  expect(places.map(([at]) => bytes[body + (at ?? 0)])).toEqual([0x04, 0x04, 0x04]);
});

test("a module without such branches stays as it is", () => {
  const wasm = moduleOf((m) => [m.if(flag(m), m.call("call", [], binaryen.none))]);
  expect(withBranchHints(wasm)).toBe(wasm);
});
