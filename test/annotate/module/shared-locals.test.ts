// Locals that several values share: random functions of blocks, loops, arms and jumps compute what they did before.
import { expect, test } from "vitest";
import { shareLocals } from "../../../src/annotate/module/shared-locals.ts";
import { binaryen, FEATURES, type Expression, type WasmModule } from "../../../src/annotate/wasm.ts";

/** A fixed sequence of numbers below `most`. */
function randomNumbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

const LOCALS = 300;
/** Statements in which the same locals are used, about; few, so that most locals are wanted for a short time. */
const NEAR = 6;
/** From one local to the next that is used: they are in no order, and some of the first ones have small numbers. */
const STEP = 47;
/** Parameters: what the function has seen, and a number. Then come the locals, of two types, and the turns that are left. */
const FIRST = 2;
const FUEL = FIRST + LOCALS;

/** A function (i32, i32) -> i32 of random statements, which ends after some turns of its loops. */
function randomModule(seed: number): WasmModule {
  const random = randomNumbers(seed);
  const m = new binaryen.Module();
  m.setFeatures(FEATURES);
  const isLong = (local: number): boolean => local >= FIRST && local % 3 === 0;
  const read = (local: number): Expression =>
    isLong(local) ? m.i32.wrap(m.local.get(local, binaryen.i64)) : m.local.get(local, binaryen.i32);
  let written = 0;
  const near = (): number => FIRST + (((written >> 2) * STEP + random(NEAR) * STEP) % LOCALS);
  const any = (): Expression => read(random(8) === 0 ? 1 : near());
  const value = (): Expression => {
    switch (random(4)) {
      case 0:
        return m.i32.const(random(1000));
      case 1:
        return m.i32.add(any(), any());
      case 2:
        return m.i32.mul(any(), m.i32.const(random(1000) + 3));
      default:
        return any();
    }
  };
  const write = (local: number): Expression =>
    m.local.set(local, isLong(local) ? m.i64.extend_u(value()) : value());
  const condition = (): Expression => m.i32.and(any(), m.i32.const(1 << random(4)));
  const labels: string[] = [];
  let made = 0;
  const statements = (depth: number): Expression[] =>
    Array.from({ length: 2 + random(5) }, () => statement(depth));
  const within = (label: string, depth: number): Expression[] => {
    labels.push(label);
    const inside = statements(depth - 1);
    labels.pop();
    return inside;
  };
  const statement = (depth: number): Expression => {
    const kind = random(depth > 0 ? 10 : 5);
    const out = labels[random(labels.length)];
    if (kind === 4 && out !== undefined && !out.startsWith("loop")) return m.br(out, condition());
    written += 1;
    if (kind < 3) return write(near());
    if (kind < 5)
      return m.local.set(0, m.i32.add(m.i32.mul(m.local.get(0, binaryen.i32), m.i32.const(31)), value()));
    const label = String((made += 1));
    if (kind < 7) return m.block(label, within(label, depth));
    if (kind < 8)
      return m.if(condition(), m.block(null, statements(depth - 1)), m.block(null, statements(depth - 1)));
    const fuel = m.local.tee(FUEL, m.i32.sub(m.local.get(FUEL, binaryen.i32), m.i32.const(1)), binaryen.i32);
    const again = m.br(`loop${label}`, m.i32.gt_s(fuel, m.i32.const(0)));
    return m.loop(
      `loop${label}`,
      m.block(null, [m.block(label, within(label, depth)), m.if(condition(), again)]),
    );
  };
  const locals = Array.from({ length: LOCALS }, (_, i) => (isLong(FIRST + i) ? binaryen.i64 : binaryen.i32));
  const body = [m.local.set(FUEL, m.i32.const(60)), ...statements(5), m.return(m.local.get(0, binaryen.i32))];
  const types = binaryen.createType([binaryen.i32, binaryen.i32]);
  m.addFunction("f", types, binaryen.i32, [...locals, binaryen.i32], m.block(null, body, binaryen.i32));
  m.addFunctionExport("f", "f");
  return m;
}

type Compute = (a: number, b: number) => number;

function results(wasm: Uint8Array): number[] {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)));
  const f = instance.exports["f"] as Compute;
  return [f(0, 0), f(1, 2), f(77, -5), f(123456, 99)];
}

function localCount(wasm: Uint8Array): number {
  const m = binaryen.readBinary(wasm);
  const count = binaryen.getFunctionInfo(m.getFunctionByIndex(0)).vars.length;
  m.dispose();
  return count;
}

test("random functions compute the same with shared locals", () => {
  let saved = 0;
  for (let seed = 1; seed <= 100; seed += 1) {
    const m = randomModule(seed);
    const wasm = m.emitBinary();
    m.dispose();
    const shared = wasm.slice();
    shareLocals(shared, 1);
    expect({ seed, results: results(shared) }).toEqual({ seed, results: results(wasm) });
    if (shared.some((byte, i) => byte !== wasm[i])) saved += 1;
  }
  expect(saved).toBeGreaterThan(75);
});

test("values that live one after the other share a local, large functions only", () => {
  const m = new binaryen.Module();
  m.setFeatures(FEATURES);
  const get = (local: number): Expression => m.local.get(local, binaryen.i32);
  const steps = Array.from({ length: 300 }, (_, i) => m.local.set(i + 1, m.i32.add(get(i), m.i32.const(i))));
  const locals = Array.from({ length: 300 }, () => binaryen.i32);
  m.addFunction("f", binaryen.i32, binaryen.i32, locals, m.block(null, [...steps, get(300)], binaryen.i32));
  m.addFunctionExport("f", "f");
  const wasm = m.emitBinary();
  m.dispose();
  const small = wasm.slice();
  shareLocals(small, 1000);
  expect(small).toEqual(wasm);
  shareLocals(wasm);
  expect(wasm.length).toBe(small.length);
  expect(localCount(wasm)).toBe(1);
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm))).exports;
  expect((f as (a: number) => number)(5)).toBe(5 + (299 * 300) / 2);
});
