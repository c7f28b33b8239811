// Emits the turns of a counted loop of floating-point arithmetic that are done in the lanes of vectors; see float-loop.ts. Two vectors of
// elements make one turn of the vector loop: all results first, then one look for NaNs, then the stores.

import { InternalError } from "../../base/diagnostic.ts";
import type { Instruction, LoadInstruction, StoreInstruction, Value } from "../../bitcode/index.ts";
import type { CountedLoop } from "./counted-loop.ts";
import { laneCall, type FloatLoop } from "./float-loop.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { fusedLanes } from "../numbers/fused.ts";
import { hardNumber } from "../numbers/hard-float.ts";
import { addressOf, wholeAddress } from "../memory/memory.ts";
import { vectorOf, wordsSwapped } from "../numbers/number-lanes.ts";
import { finished, shiftInductions, stepped, type EmitInstruction } from "./unrolled-turns.ts";
import { binaryen, sequence, type Expression } from "../wasm.ts";

/** Vectors of each value in one turn of the vector loop. */
const GROUPS = 2;

const BINARY = { fadd: "add", fsub: "sub", fmul: "mul", fdiv: "div" } as const;

/** Statements for all turns that come in whole vectors; `leave` gives those that go on after the last turn. */
export function floatTurns(
  f: FunctionEmitter,
  node: number,
  loop: CountedLoop,
  float: FloatLoop,
  emit: EmitInstruction,
  leave: () => Expression[],
): Expression[] {
  const { m } = f;
  f.enter(node);
  const width = float.format === "f64" ? 2 : 4;
  const turns = GROUPS * width;
  const left = f.loopCounter();
  const enough = (): Expression => m.i32.ge_u(f.get(left), m.i32.const(turns));
  const scalars = (turn: number, out: Expression[]): void => {
    shiftInductions(f, loop, turn);
    for (const inst of float.scalars) emit(inst, out);
  };

  const start: Expression[] = [];
  scalars(0, start);
  const fits = entryTest(f, float, turns);
  const before: Expression[] = [];
  const same = new Map<Value, number>();
  for (const value of float.spread) {
    const local = f.newLocal(binaryen.v128);
    before.push(m.local.set(local, vectorOf(m, float.format).splat(hardNumber(f, value))));
    same.set(value, local);
  }

  const body: Expression[] = [];
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    scalars(group * width, body);
    const locals = new Map(same);
    for (const inst of float.lanes) {
      f.instruction = inst;
      const local = f.newLocal(binaryen.v128);
      body.push(m.local.set(local, computed(f, float, inst, locals)));
      locals.set(inst, local);
    }
    return locals;
  });
  const [label, out] = [`f${String(node)}`, `f${String(node)}_nan`];
  const nan = anyNan(f, float, groups);
  if (nan !== null) body.push(m.br_if(out, nan));
  groups.forEach((locals, group) => {
    scalars(group * width, body);
    for (const store of float.stores) body.push(stored(f, float, store, locals));
  });
  body.push(...stepped(f, loop, turns), m.br_if(label, enough()));
  f.shifted.clear();
  const rest = m.if(m.i32.eqz(f.get(left)), sequence(m, finished(f, loop, leave)));
  const all = [...before, m.block(out, [m.loop(label, m.block(null, body))]), rest];
  const guarded = fits === null ? all : [m.if(fits, m.block(null, all))];
  return [m.if(enough(), m.block(null, [...start, ...guarded]))];
}

/**
 * True when words are aligned and no store meets an access of another turn of the same vector turn, or one of its own turn that comes
 * later. Distances stay the same throughout, since all go up by one element. Null: that is so for sure.
 */
function entryTest(f: FunctionEmitter, float: FloatLoop, turns: number): Expression | null {
  const { m } = f;
  const tests: Expression[] = [];
  const whole = (inst: LoadInstruction | StoreInstruction): Expression =>
    wholeAddress(f, addressOf(f, inst.address));
  const accesses = [...float.loads, ...float.stores];
  const reach = turns * (float.format === "f64" ? 8 : 4) - 1;
  const order = f.fn.blocks[f.node.irBlock]?.instructions ?? [];
  for (const [i, store] of float.stores.entries()) {
    for (const other of accesses) {
      if (other === store || (other.op === "store" && float.stores.indexOf(other) < i)) continue;
      const isBefore = other.op === "load" && order.indexOf(other) < order.indexOf(store);
      if (other.address === store.address && (isBefore || other.op === "store")) continue;
      const distance = (): Expression => m.i32.sub(whole(other), whole(store));
      const far = m.i32.gt_u(m.i32.add(distance(), m.i32.const(reach)), m.i32.const(2 * reach));
      tests.push(isBefore || other.op === "store" ? m.i32.or(far, m.i32.eqz(distance())) : far);
    }
  }
  for (const access of accesses) {
    if (f.p.multiples.of(f.fn, access.address) >= 4) continue;
    tests.push(m.i32.eqz(m.i32.and(whole(access), m.i32.const(3))));
  }
  const [first, ...others] = tests;
  return first === undefined ? null : others.reduce((all, test) => m.i32.and(all, test), first);
}

/** Is any stored result of any group a NaN? Null: none is computed. */
function anyNan(
  f: FunctionEmitter,
  { format, stores }: FloatLoop,
  groups: readonly ReadonlyMap<Value, number>[],
): Expression | null {
  const { m } = f;
  const results = new Set(stores.map(({ value }) => value).filter((value) => isComputed(value)));
  let any: Expression | null = null;
  for (const locals of groups) {
    for (const value of results) {
      const result = (): Expression => f.get(localOf(locals, value));
      const nans = vectorOf(m, format).ne(result(), result());
      any = any === null ? nans : m.v128.or(any, nans);
    }
  }
  return any === null ? null : m.v128.any_true(any);
}

/** Is a stored value made here, and not only copied? */
function isComputed(value: Value): boolean {
  return value.kind === "instruction" && value.op !== "load";
}

function localOf(locals: ReadonlyMap<Value, number>, value: Value): number {
  const local = locals.get(value);
  if (local === undefined) throw new InternalError("a value in lanes is missing");
  return local;
}

function stored(
  f: FunctionEmitter,
  { format }: FloatLoop,
  store: StoreInstruction,
  locals: ReadonlyMap<Value, number>,
): Expression {
  const { m } = f;
  const { base, offset } = addressOf(f, store.address);
  const value = f.get(localOf(locals, store.value));
  return m.v128.store(offset, 4, base ?? m.i32.const(0), format === "f64" ? wordsSwapped(m, value) : value);
}

function computed(
  f: FunctionEmitter,
  { format }: FloatLoop,
  inst: Instruction,
  locals: ReadonlyMap<Value, number>,
): Expression {
  const { m } = f;
  const vector = vectorOf(m, format);
  const lanes = (value: Value | undefined): Expression => {
    if (value === undefined) throw new InternalError("an operation in lanes lacks an operand");
    return f.get(localOf(locals, value));
  };
  switch (inst.op) {
    case "load": {
      const { base, offset } = addressOf(f, inst.address);
      const loaded = m.v128.load(offset, 4, base ?? m.i32.const(0));
      return format === "f64" ? wordsSwapped(m, loaded) : loaded;
    }
    case "fneg":
      return vector.neg(lanes(inst.operand));
    case "binary":
      return vector[BINARY[inst.operator as keyof typeof BINARY]](lanes(inst.left), lanes(inst.right));
    case "call": {
      const [a, b, c] = inst.args;
      if (laneCall(inst) === "fabs") return vector.abs(lanes(a));
      return fusedLanes(f, format, [lanes(a), lanes(b), lanes(c)]);
    }
    default:
      throw new InternalError(`the instruction ${inst.op} has no meaning in lanes`);
  }
}
