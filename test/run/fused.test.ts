// The exact multiply-add in integers, against the host processor's where WebAssembly has it.
import { expect, test } from "vitest";
import { allowRelaxedSimd, fusedMultiplyAdd, hostFuses } from "../../src/run/fused.ts";
import { binaryen } from "../../src/annotate/wasm.ts";

const TINY = 2 ** -1074;

test("corners: overflow, underflow, ties, zeros, infinities", () => {
  const u = 2 ** -52;
  expect(fusedMultiplyAdd(1 + u, 1 + u, -1 - 2 * u)).toBe(u * u);
  expect(fusedMultiplyAdd(1e200, 1e200, -Infinity)).toBe(-Infinity);
  expect(fusedMultiplyAdd(1e300, 1e10, -1e308)).toBe(Infinity);
  expect(fusedMultiplyAdd(2 ** 1023, 2, -(2 ** 1023))).toBe(2 ** 1023);
  expect(fusedMultiplyAdd(TINY, 0.5, 0)).toBe(0);
  expect(fusedMultiplyAdd(TINY, 0.75, 0)).toBe(TINY);
  expect(fusedMultiplyAdd(TINY, -0.5, TINY)).toBe(0);
  expect(Object.is(fusedMultiplyAdd(-1, 0, -0), -0)).toBe(true);
  expect(Object.is(fusedMultiplyAdd(1, 3, -3), 0)).toBe(true);
  expect(Object.is(fusedMultiplyAdd(-TINY, TINY, 0), -0)).toBe(true);
  expect(fusedMultiplyAdd(Infinity, 0, 1)).toBeNaN();
});

test.runIf(hostFuses())("random operands as the processor has them", () => {
  allowRelaxedSimd();
  const m = new binaryen.Module();
  m.setFeatures(binaryen.Features.All);
  const { f64 } = binaryen;
  const raw = binaryen as unknown as {
    _BinaryenSIMDTernary: (module: number, op: number, a: number, b: number, c: number) => number;
  };
  const [a = 0, b = 0, c = 0] = [0, 1, 2].map((i) => m.f64x2.splat(m.local.get(i, f64)));
  const { ptr } = m as unknown as { ptr: number };
  const sum = raw._BinaryenSIMDTernary(ptr, binaryen.RelaxedMaddVecF64x2, a, b, c);
  m.addFunction("f", binaryen.createType([f64, f64, f64]), f64, [], m.f64x2.extract_lane(sum, 0));
  m.addFunctionExport("f", "f");
  const instance = new WebAssembly.Instance(new WebAssembly.Module(m.emitBinary() as BufferSource));
  const processor = instance.exports["f"] as (a: number, b: number, c: number) => number;
  let seed = 1;
  const word = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) | 0);
  const view = new DataView(new ArrayBuffer(8));
  const random = (near: number): number => {
    view.setInt32(0, word());
    view.setInt32(4, word() & (word() & 1 ? -1 : -0x10000));
    if (near > 0) view.setInt16(0, (view.getInt16(0) & 0x800f) | ((near + (word() & 63)) << 4));
    return view.getFloat64(0);
  };
  const differences: number[][] = [];
  for (let i = 0; i < 20_000; i += 1) {
    const [x, y, z] =
      i % 2 ? [random(0), random(0), random(0)] : [random(1000), random(480), random(i % 4 ? 450 : 1)];
    const expected = processor(x, y, z);
    const found = fusedMultiplyAdd(x, y, z);
    if (!Object.is(found, expected)) differences.push([x, y, z, expected, found]);
  }
  expect(differences).toEqual([]);
});
