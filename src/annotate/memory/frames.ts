// Stack frames at the target's addresses.
//
// A function lowers the stack pointer by what its machine prologue lowers it, and each `alloca` is where the back end put
// it. Then every address that the program can see is the target's. Memory that only the host side needs is elsewhere
// (aside.ts); stack variables whose place in the machine frame is not known go below it, in multiples of 16 bytes.
//
// Functions from which no stack variable can be reached don't touch the stack pointer at all.
import type { CallInstruction, GlobalFunction, Module } from "../../bitcode/index.ts";
import { paramAttribute } from "../../bitcode/index.ts";
import type { Program } from "../program.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** A machine stack frame, relative to the stack pointer on entry. */
export interface MachineFrame {
  /** Bytes by which the prologue lowers the stack pointer. */
  readonly size: number;
  /** Offset of each `alloca`, in IR order; null where it is not fixed. */
  readonly allocas: readonly (number | null)[];
}

/** By how much a function lowers the stack pointer: its machine frame, and what only the host needs. */
export interface FrameSteps {
  readonly machine: number;
  readonly extra: number;
}

/** Statements that end the program where the address in the local `lowest` is below the stack. */
export function checkStack(p: Program, lowest: number): Expression[] {
  const { m } = p;
  // An address that has gone below zero is below the stack, too.
  const full = m.i32.lt_s(m.local.get(lowest, binaryen.i32), m.i32.const(p.stackBottom));
  return [m.if(full, p.stackOverflow())];
}

/**
 * Statements that lower the stack pointer; the local `frame` gets the machine frame's lowest address. `checked`: the stack may
 * be full.
 */
export function lowerStack(
  p: Program,
  frame: number,
  { machine, extra }: FrameSteps,
  checked: boolean,
): Expression[] {
  const { m } = p;
  const lowest = m.i32.sub(p.stackPointer(), m.i32.const(machine));
  const lowered = m.local.tee(frame, lowest, binaryen.i32);
  const set = p.setStackPointer(extra === 0 ? lowered : m.i32.sub(lowered, m.i32.const(extra)));
  return checked ? [set, ...checkStack(p, frame)] : [set];
}

/** Statement that puts the stack pointer back; `frame` is the machine frame's lowest address. */
export function raiseStack(p: Program, frame: Expression, { machine }: FrameSteps): Expression {
  return p.setStackPointer(p.m.i32.add(frame, p.m.i32.const(machine)));
}

/** Offset of each alloca of `fn` in its machine frame, by slot. */
export function allocaOffsets(fn: GlobalFunction, frame: MachineFrame | undefined): Map<number, number> {
  const offsets = new Map<number, number>();
  let index = 0;
  for (const block of fn.blocks) {
    for (const inst of block.instructions) {
      if (inst.op !== "alloca") continue;
      const offset = frame?.allocas[index++];
      if (offset !== undefined && offset !== null) offsets.set(inst.slot, offset);
    }
  }
  return offsets;
}

/** Names of the functions in which, or below which, something is on the stack. */
export function stackUsers(module: Module, addressTaken: readonly string[]): ReadonlySet<string> {
  const users = new Set<string>();
  const callers = new Map<string, string[]>();
  const indirectCallers: string[] = [];
  for (const fn of module.functions) {
    if (fn.valueType.variadic) users.add(fn.name);
    for (const block of fn.blocks) {
      for (const inst of block.instructions) {
        if (inst.op === "alloca") users.add(fn.name);
        if (inst.op !== "call") continue;
        if (passesOnStack(inst) || asksForFrame(inst)) users.add(fn.name);
        if (inst.callee.kind === "function") {
          const list = callers.get(inst.callee.name) ?? [];
          callers.set(inst.callee.name, list);
          list.push(fn.name);
        } else indirectCallers.push(fn.name);
      }
    }
  }
  const work = [...users];
  const add = (name: string): void => {
    if (users.has(name)) return;
    users.add(name);
    work.push(name);
  };
  const taken = new Set(addressTaken);
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    for (const caller of callers.get(name) ?? []) add(caller);
    if (taken.has(name)) for (const caller of indirectCallers) add(caller);
  }
  return users;
}

function asksForFrame(call: CallInstruction): boolean {
  return call.callee.kind === "function" && call.callee.name.startsWith("llvm.frameaddress");
}

function passesOnStack(call: CallInstruction): boolean {
  return (
    call.functionType.variadic ||
    call.args.some((_, index) => paramAttribute(call.attributes, index, "byval") !== undefined)
  );
}
