// Loops of one node that end by the hardware loop counter alone. Their number of turns is known on entry, so the counter
// of their back edge is raised once per entry, and most turns run in an unrolled copy without tests: with the induction
// variables as constants on top of their value at the start of the copy, which go into the offsets of loads and stores.

import {
  operandsOf,
  terminatorOf,
  type GlobalFunction,
  type Instruction,
  type PhiInstruction,
  type Type,
} from "../../bitcode/index.ts";
import type { FunctionPlan } from "../plan.ts";

/** A phi that grows by a constant each turn. */
export interface Induction {
  readonly phi: PhiInstruction;
  /** The instruction that makes the next value. */
  readonly next: Instruction;
  readonly step: number;
}

export interface CountedLoop {
  /** Index of the plan edge from the node to itself. */
  readonly edge: number;
  /** Index of the plan edge out of the loop. */
  readonly exit: number;
  /** No phi of the loop is used after it, so that a copy of the loop can do the last turn, too. */
  readonly finishable: boolean;
  readonly inductions: readonly Induction[];
  /** The call of `llvm.loop.decrement`. */
  readonly decrement: Instruction;
  /** Turns in the unrolled copy; 1: not worth it. */
  readonly copies: number;
}

/** Instructions that an unrolled copy may have, in its whole: with more, values no longer fit the registers. */
const UNROLLED_INSTRUCTIONS = 80;

/** Intrinsics that become nothing or plain arithmetic. */
const SIMPLE_CALL =
  /^llvm\.(pseudoprobe|lifetime|assume|dbg|prefetch|ctlz|cttz|ctpop|bswap|fsh[lr]|abs|[su]m(ax|in)|[su]cmp|ptrmask|expect|[us](add|sub)\.sat)\b/;

/** The same where the host computes with numbers as the core does. */
const SIMPLE_NUMBER_CALL = /^llvm\.(fabs|fmuladd|fma)\.f(32|64)$/;

/** The counted loop at a node of the plan, or null; `isHardware`: types of numbers that the core computes with itself. */
export function countedLoop(
  fn: GlobalFunction,
  plan: FunctionPlan,
  node: number,
  isHardware: (type: Type) => boolean,
): CountedLoop | null {
  const planNode = plan.nodes[node];
  const block = planNode === undefined ? undefined : fn.blocks[planNode.irBlock];
  if (planNode === undefined || block === undefined) return null;
  const last = terminatorOf(block);
  if (last.op !== "condbr" || last.condition.kind !== "instruction") return null;
  const decrement = last.condition;
  if (!isDecrement(decrement) || !block.instructions.includes(decrement)) return null;
  const own = plan.edges.flatMap((edge, i) => (edge.from === node && edge.to === node ? [{ edge, i }] : []));
  const exits = plan.edges.flatMap((edge, i) => (edge.from === node && edge.to !== node ? [i] : []));
  const exit = exits[0];
  const self = own[0];
  if (own.length !== 1 || self === undefined || exits.length !== 1 || exit === undefined) return null;
  if (self.edge.successors.length !== 1 || self.edge.successors[0] !== 0 || last.ifTrue === last.ifFalse)
    return null;

  const inductions: Induction[] = [];
  let size = 0;
  for (const inst of block.instructions) {
    if (inst === decrement || inst === last) continue;
    if (inst.op === "phi") {
      const induction = inductionOf(inst, block.index, block.instructions);
      if (induction !== null) inductions.push(induction);
      continue;
    }
    if (!isSimple(inst) && !isSimpleArithmetic(inst, isHardware)) return null;
    if (inst.op !== "call" && inst.op !== "getelementptr") size += 1;
  }
  const withoutCalls = planNode.calls === null || planNode.calls.length === 0;
  const most = Math.floor(UNROLLED_INSTRUCTIONS / Math.max(1, size));
  const copies = !withoutCalls || plan.sites?.some((site) => site.node === node) === true ? 1 : most;
  return {
    edge: self.i,
    exit,
    finishable: !block.instructions.some((inst) => inst.op === "phi" && usedAfter(fn, inst)),
    inductions,
    decrement,
    copies: copies >= 8 ? 8 : copies >= 4 ? 4 : copies >= 2 ? 2 : 1,
  };
}

/** Is an instruction's value used in another block than its own? */
export function usedAfter(fn: GlobalFunction, inst: Instruction): boolean {
  return fn.blocks.some(
    (block) =>
      !block.instructions.includes(inst) &&
      block.instructions.some((user) => operandsOf(user).includes(inst)),
  );
}

/** Does an instruction count one turn, and tell whether another one follows? */
export function isDecrement(inst: Instruction): boolean {
  if (inst.op !== "call" || inst.callee.kind !== "function") return false;
  const amount = inst.args[0];
  return (
    /^llvm\.loop\.decrement\.i32$/.test(inst.callee.name) && amount?.kind === "integer" && amount.value === 1n
  );
}

/** No runtime call, no trap that matters, no effect but stores. */
function isSimple(inst: Instruction): boolean {
  switch (inst.op) {
    case "binary":
      if (inst.operator.startsWith("f")) return false;
      return !/div|rem/.test(inst.operator) || inst.type.kind !== "integer" || inst.type.width <= 32;
    case "cast":
      return /^(trunc|zext|sext|ptrtoint|inttoptr|bitcast)$/.test(inst.operator);
    case "icmp":
    case "select":
    case "freeze":
    case "getelementptr":
      return true;
    case "load":
    case "store":
      return !inst.volatile && inst.ordering === "notatomic";
    case "call":
      return inst.callee.kind === "function" && SIMPLE_CALL.test(inst.callee.name);
    default:
      return false;
  }
}

/** An operation on numbers that the core has an instruction for. */
function isSimpleArithmetic(inst: Instruction, isHardware: (type: Type) => boolean): boolean {
  switch (inst.op) {
    case "binary":
      return /^f(add|sub|mul|div)$/.test(inst.operator) && isHardware(inst.type);
    case "fneg":
      return isHardware(inst.type);
    case "fcmp":
      return isHardware(inst.left.type);
    case "cast":
      return /^fp(ext|trunc)$/.test(inst.operator) && isHardware(inst.type) && isHardware(inst.operand.type);
    case "call": {
      const name = inst.callee.kind === "function" ? inst.callee.name : "";
      return SIMPLE_NUMBER_CALL.test(name) && isHardware(inst.type);
    }
    default:
      return false;
  }
}

/** `phi` grows by a constant: by `add` of 32 bits, or by a pointer computation in bytes. */
function inductionOf(
  phi: PhiInstruction,
  block: number,
  instructions: readonly Instruction[],
): Induction | null {
  const next = phi.incoming.find((entry) => entry.block === block)?.value;
  if (next?.kind !== "instruction" || !instructions.includes(next)) return null;
  if (next.op === "binary") {
    if (next.operator !== "add" || next.type.kind !== "integer" || next.type.width !== 32) return null;
    if (next.left !== phi || next.right.kind !== "integer") return null;
    return { phi, next, step: Number(next.right.value) };
  }
  if (next.op !== "getelementptr" || next.base !== phi || next.indices.length !== 1) return null;
  const index = next.indices[0];
  if (next.sourceType.kind !== "integer" || next.sourceType.width !== 8 || index?.kind !== "integer")
    return null;
  return { phi, next, step: Number(index.value) };
}
