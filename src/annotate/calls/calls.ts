// Calls: direct, indirect, variadic, with copies of by-value arguments, to runtime functions, and to intrinsics.
//
// C lets a caller and a callee disagree about a function's type; on the target the registers just pass through. A
// direct call therefore fits its arguments to what the callee takes; an indirect one with another type traps.

import type { CallInstruction, FunctionType, Value } from "../../bitcode/index.ts";
import { alignOf } from "../memory/alignment.ts";
import { emitAssembly } from "./assembly.ts";
import { copyBlock } from "../memory/block-copy.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { emitIntrinsic } from "./intrinsics.ts";
import {
  byValueCopies,
  isSurelyExpanded,
  likeliestCalls,
  LONG_JUMP,
  SET_JUMP,
  type MemoryOperation,
} from "../../ir/index.ts";
import { addressOf } from "../memory/memory.ts";
import { emitLongJump } from "../control/nonlocal-jumps.ts";
import { setBits } from "../numbers/number-locals.ts";
import { asPassed, bitsPassed, nothingPassed } from "./passing.ts";
import { leaveReturnAddress } from "./return-address.ts";
import { resolveCallee, signatureOf, SYSCALL_STUB, type CallTarget, type Signature } from "../program.ts";
import { layOutArguments } from "./variadic.ts";
import { binaryen, NAMES, type Expression, type WasmType } from "../wasm.ts";
import { calledName } from "./runtime-call.ts";

const MEMCPY = "memcpy";

export function emitCall(f: FunctionEmitter, inst: CallInstruction, out: Expression[]): void {
  if (inst.callee.kind === "asm") {
    emitAssembly(f, inst, out);
    return;
  }
  const callee = resolveCallee(inst.callee);
  if (callee?.name.startsWith("llvm.") === true) {
    emitIntrinsic(f, inst, callee.name, out);
    return;
  }
  const before = f.p.callMayExit(inst) ? f.beforeExitingCall() : [];
  if (f.live) before.push(...f.live.beforeCall(inst));
  before.push(...leaveReturnAddress(f, callee));
  if (callee === null) {
    emitIndirect(f, inst, before, out);
    return;
  }
  if (callee.name === SYSCALL_STUB) {
    const args = inst.args.slice(0, 4).map((arg) => f.use(arg));
    while (args.length < 4) args.push(f.m.i32.const(0));
    out.push(...before);
    finish(f, inst, f.m.call(NAMES.syscall, args, binaryen.i32), [binaryen.i32], out);
    return;
  }
  if (callee.name === SET_JUMP && f.setJumps !== null) {
    out.push(...f.setJumps.set(inst));
    return;
  }
  if (callee.name === LONG_JUMP) {
    out.push(...emitLongJump(f, inst, before));
    return;
  }
  if (!f.p.functions.has(callee.name)) {
    if (callee.linkage === "extern_weak") {
      out.push(f.p.trap());
      return;
    }
    throw new Untranslatable(
      `the function ${callee.name} has no IR`,
      "functions written in assembly cannot be translated",
    );
  }
  const type = callee.valueType;
  const signature = signatureOf(type, f.p.floatingPoint);
  const args = passedArguments(f, inst, type, out);
  out.push(...before);
  const result = signature.results[0] ?? binaryen.none;
  finish(f, inst, f.m.call(callee.name, fit(f, args, signature), result), signature.results, out);
}

/** Values of a call's arguments, copies made, the block of variable arguments last. */
function passedArguments(
  f: FunctionEmitter,
  inst: CallInstruction,
  type: FunctionType,
  out: Expression[],
): Expression[] {
  const copies = byValueCopies(inst);
  const called = calledCopies(f, copies);
  const one = (arg: Value, index: number): Expression[] => {
    const copy = copies.findIndex(({ argument }) => argument === index);
    const bytes = copies[copy]?.bytes ?? null;
    return bytes === null ? f.fields(arg) : [copiedArgument(f, arg, bytes, called(copy), out)];
  };
  const passed: Expression[] = [];
  const fixed = type.variadic ? inst.args.slice(0, type.params.length) : inst.args;
  fixed.forEach((arg, i) => {
    passed.push(...one(arg, i));
  });
  if (type.variadic) {
    const { statements, address } = layOutArguments(
      f,
      inst,
      type,
      (arg, i) => one(arg, i)[0] ?? f.m.i32.const(0),
    );
    out.push(...statements);
    passed.push(address);
  }
  return passed;
}

/** Which of a call's copies, by index, the machine code calls a function for: its name, or null. */
function calledCopies(
  f: FunctionEmitter,
  copies: readonly MemoryOperation[],
): (copy: number) => string | null {
  const own = f.node.calls?.filter(
    ({ instruction, callee }) => instruction === f.instructionIndex && callee === MEMCPY,
  );
  if (own === undefined) return () => null;
  const chosen = likeliestCalls(copies, own.length);
  return (copy) => {
    const bytes = copies[copy]?.bytes ?? 0;
    if (chosen.includes(copy)) return MEMCPY;
    return isSurelyExpanded(bytes) || own.length > 0 ? null : (calledName(f, [MEMCPY]) ?? null);
  };
}

/** The caller's own copy of a structure passed by value, made by the function `called` if any; its address. */
function copiedArgument(
  f: FunctionEmitter,
  arg: Value,
  bytes: number,
  called: string | null,
  out: Expression[],
): Expression {
  const place = f.aside.reserve(bytes, 16);
  if (called !== null) {
    const copied = callRuntime(f, called, [f.aside.at(place), f.use(arg), f.m.i32.const(bytes)], false);
    out.push(binaryen.getExpressionType(copied) === binaryen.none ? copied : f.m.drop(copied));
    return f.aside.at(place);
  }
  const source = addressOf(f, arg);
  out.push(
    ...copyBlock(
      f,
      { base: f.aside.at(place), offset: 0, multiple: 16 },
      source,
      bytes,
      4,
      alignOf(f, arg, 4),
    ),
  );
  return f.aside.at(place);
}

/** Arguments as the callee's signature has them: converted, zero where missing, dropped where too many. */
function fit(f: FunctionEmitter, args: readonly Expression[], signature: Signature): Expression[] {
  return signature.params.map((type, i) => {
    const arg = args[i];
    return arg === undefined ? nothingPassed(f, type) : asPassed(f, type, arg);
  });
}

/** Puts a call's results where the IR wants them. */
function finish(
  f: FunctionEmitter,
  inst: CallInstruction,
  call: Expression,
  results: readonly WasmType[],
  out: Expression[],
): void {
  const { m } = f;
  const wanted =
    inst.slot >= 0 && (f.facts.useCount[inst.slot] ?? 0) > 0 ? f.localsOf(inst.slot, inst.type) : [];
  const first = results[0];
  if (first === undefined) {
    out.push(call);
    return;
  }
  const local = wanted[0];
  if (local === undefined) {
    out.push(m.drop(call));
    return;
  }
  const type = binaryen.getExpressionType(f.get(local));
  out.push(setBits(f, local, asPassed(f, type, bitsPassed(f, call))));
  wanted.slice(1).forEach((extra, i) => {
    const kind = results[i + 1];
    if (kind !== undefined) out.push(setBits(f, extra, m.global.get(f.p.resultGlobal(i + 1, kind), kind)));
  });
}

/** Most functions that an indirect call is tried on by one comparison after the other. */
const COMPARED_TARGETS = 8;
/** Most functions that an indirect call chooses among by a jump table; with more, code would grow too much. */
const LISTED_TARGETS = 24;

/**
 * An indirect call. Where few functions have their address taken and fit, the pointer is compared with theirs and they
 * are called directly, which is much cheaper than a checked call through the table; the table is for all the rest, but for functions
 * without parameters, which may be meant by calls with some.
 */
function emitIndirect(
  f: FunctionEmitter,
  inst: CallInstruction,
  before: readonly Expression[],
  out: Expression[],
): void {
  const { m, p } = f;
  const signature = signatureOf(inst.functionType, p.floatingPoint);
  const result = signature.results[0] ?? binaryen.none;
  const passed = fit(f, passedArguments(f, inst, inst.functionType, out), signature);
  const target = f.newLocal(binaryen.i32);
  out.push(m.local.set(target, f.use(inst.callee)));
  // The arguments are wanted in several places.
  const args = passed.map((value, i) => {
    const local = f.newLocal(signature.params[i] ?? binaryen.i32);
    out.push(m.local.set(local, value));
    return local;
  });
  const values = (): Expression[] => args.map((local) => m.local.get(local, f.typeOf(local)));
  out.push(...before);

  const firstCell = p.counters ? f.indirectCallCells() : -1;
  const through = (): Expression => {
    const index = f.newLocal(binaryen.i32);
    const statements = [
      m.local.set(index, m.i32.shr_u(m.i32.sub(f.get(target), m.i32.const(p.textBase)), m.i32.const(2))),
    ];
    if (firstCell >= 0) {
      const base = p.cellAddress(firstCell);
      const which = m.i32.load16_u(p.targetMapBase, 2, m.i32.shl(f.get(index), m.i32.const(1)));
      const cell = f.newLocal(binaryen.i32);
      const counted = [
        m.local.set(cell, m.i32.shl(which, m.i32.const(3))),
        m.i64.store(base, 8, f.get(cell), m.i64.add(m.i64.load(base, 8, f.get(cell)), m.i64.const(1n))),
        ...(f.live ? f.live.calledIndirectly(cell) : []),
      ];
      // Outside the code there is nothing to count by: the call traps.
      const entries = (p.counterBase - p.targetMapBase) / 2;
      statements.push(m.if(m.i32.lt_u(f.get(index), m.i32.const(entries)), m.block(null, counted)));
    }
    const params = binaryen.createType([...signature.params]);
    statements.push(m.call_indirect(NAMES.table, f.get(index), values(), params, result));
    return m.block(null, statements, result);
  };
  const targets = p.callTargets(inst);
  const direct = ({ name, position }: CallTarget): Expression => {
    const call = m.call(name, values(), result);
    if (firstCell < 0) return call;
    const counted = [p.addToCell(firstCell + position), ...(f.live?.calledGuessed(name) ?? []), call];
    return m.block(null, counted, result);
  };
  const isTarget = ({ name }: CallTarget): Expression =>
    m.i32.eq(f.get(target), m.i32.const(p.addresses.of(name) | 0));
  const withoutParameters = (one: CallTarget & { readonly ends: boolean }): Expression => {
    const statements = [m.call(one.name, [], one.ends ? binaryen.none : result)];
    if (firstCell >= 0)
      statements.unshift(p.addToCell(firstCell + one.position), ...(f.live?.calledGuessed(one.name) ?? []));
    if (one.ends) statements.push(m.unreachable());
    return m.block(null, statements, result);
  };
  let call = through();
  const others = p.callTargetsWithoutParameters(inst);
  for (const one of others)
    if (one.ends || others.length <= COMPARED_TARGETS)
      call = m.if(isTarget(one), withoutParameters(one), call);
  if (targets.length <= COMPARED_TARGETS)
    for (const one of targets) call = m.if(isTarget(one), direct(one), call);
  else if (targets.length <= LISTED_TARGETS)
    call = chosenByTable(f, target, targets, isTarget, direct, call, result);
  finish(f, inst, call, signature.results, out);
}

/**
 * A jump by the called function's position among those whose address is taken, to a direct call; `otherwise` is for what
 * turns out to be none of `targets`.
 */
function chosenByTable(
  f: FunctionEmitter,
  target: number,
  targets: readonly CallTarget[],
  isTarget: (one: CallTarget) => Expression,
  direct: (one: CallTarget) => Expression,
  otherwise: Expression,
  result: WasmType,
): Expression {
  const { m, p } = f;
  const id = `i${String(f.nodeIndex)}_${String(f.instructionIndex)}`;
  const done = `${id}_done`;
  const other = `${id}_other`;
  const label = ({ position }: CallTarget): string => `${id}_${String(position)}`;
  const first = Math.min(...targets.map(({ position }) => position));
  const last = Math.max(...targets.map(({ position }) => position));
  const cases = Array.from({ length: last - first + 1 }, (_, i) => {
    const one = targets.find(({ position }) => position === first + i);
    return one === undefined ? other : label(one);
  });
  const index = m.i32.shr_u(m.i32.sub(f.get(target), m.i32.const(p.textBase)), m.i32.const(2));
  const position = m.i32.load16_u(p.targetMapBase, 2, m.i32.shl(index, m.i32.const(1)));
  let inner: Expression = m.switch(cases, other, m.i32.sub(position, m.i32.const(first)));
  for (const one of targets) {
    const go = result === binaryen.none ? [direct(one), m.br(done)] : [m.br(done, undefined, direct(one))];
    inner = m.block(null, [m.block(label(one), [inner]), m.br_if(other, m.i32.eqz(isTarget(one))), ...go]);
  }
  return m.block(done, [m.block(other, [inner]), otherwise], result);
}

/** A call of a runtime function that the IR does not name, with results of one i32 or i64. */
export function callRuntime(
  f: FunctionEmitter,
  name: string,
  args: readonly Expression[],
  wide: boolean,
): Expression {
  const { m, p } = f;
  const fn = p.functions.get(name);
  if (fn === undefined)
    throw new Untranslatable(
      `the runtime function ${name} is needed, but the module has no IR for it`,
      "link the compiler's runtime library into the program as bitcode",
    );
  const signature = signatureOf(fn.valueType, p.floatingPoint);
  const result = signature.results[0] ?? binaryen.none;
  const call = m.call(name, fit(f, args, signature), result);
  if (result === binaryen.none) return call;
  return asPassed(f, wide ? binaryen.i64 : binaryen.i32, bitsPassed(f, call));
}
