// Counts the cases of instructions whose latency depends on their operands.

import { operandsOf } from "../../bitcode/index.ts";
import type { GlobalFunction, Instruction, Value } from "../../bitcode/index.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { FunctionPlan, PlanSite, SiteExpression } from "../plan.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Up to this many classes are counted in locals by comparison; more of them in memory by index. */
const LOCAL_CLASSES = 4;

/**
 * Statements that count one execution of a site, after its instruction. `localFor` makes a 64-bit local that is added to
 * a cell at the function's end.
 */
export function countSite(
  f: FunctionEmitter,
  site: PlanSite,
  inst: Instruction,
  firstCell: number,
  localFor: (cell: number) => number,
): Expression[] {
  const { m } = f;
  if (site.classes === 2) {
    const local = localFor(firstCell);
    const value = evaluate(f, site.classify, inst);
    const more = m.i64.extend_u(site.sum ? value : m.i32.ne(value, m.i32.const(0)));
    return [m.local.set(local, m.i64.add(f.get(local), more))];
  }
  const chosen = f.newLocal(binaryen.i32);
  const out = [m.local.set(chosen, evaluate(f, site.classify, inst))];
  if (site.classes <= LOCAL_CLASSES) {
    for (let k = 1; k < site.classes; k += 1) {
      const local = localFor(firstCell + k - 1);
      const more = m.i64.extend_u(m.i32.eq(f.get(chosen), m.i32.const(k)));
      out.push(m.local.set(local, m.i64.add(f.get(local), more)));
    }
    return out;
  }
  const base = f.p.cellAddress(firstCell) - 8;
  const at = (): Expression => m.i32.shl(f.get(chosen), m.i32.const(3));
  const add = m.i64.store(base, 8, at(), m.i64.add(m.i64.load(base, 8, at()), m.i64.const(1n)));
  out.push(m.if(f.get(chosen), add));
  return out;
}

/**
 * The class of one execution. Parts that the expression shares are computed once; both ways of a choice are computed and
 * one is selected, since they have no effects and a branch would cost more.
 */
export function evaluate(f: FunctionEmitter, expression: SiteExpression, inst: Instruction): Expression {
  const { m } = f;
  const uses = new Map<SiteExpression, number>();
  const count = (e: SiteExpression): void => {
    const before = uses.get(e) ?? 0;
    uses.set(e, before + 1);
    if (before === 0) operandsOfSite(e).forEach(count);
  };
  count(expression);
  const locals = new Map<SiteExpression, number>();
  // Called in the order of evaluation, so that the first call of a shared part is where it is computed.
  const go = (e: SiteExpression): Expression => {
    const known = locals.get(e);
    if (known !== undefined) return f.get(known);
    const value = compute(e);
    if ((uses.get(e) ?? 0) < 2 || e.op === "const" || e.op === "operand") return value;
    const local = f.newLocal(binaryen.i32);
    locals.set(e, local);
    return m.local.tee(local, value, binaryen.i32);
  };
  const compute = (e: SiteExpression): Expression => {
    switch (e.op) {
      case "const":
        return m.i32.const(e.value | 0);
      case "operand": {
        const operand = operandsOf(inst)[e.index];
        if (operand === undefined) throw new Untranslatable("a site names no operand", undefined, "BW0803");
        return unsigned(f, operand);
      }
      case "result":
        if (inst.slot < 0)
          throw new Untranslatable(
            "a site asks for the result of an instruction without one",
            undefined,
            "BW0803",
          );
        return unsigned(f, inst);
      case "clz":
        return m.i32.clz(go(e.value));
      case "eqz":
        return m.i32.eqz(go(e.value));
      case "if": {
        const then = go(e.then);
        const otherwise = go(e.else);
        return m.select(go(e.condition), then, otherwise);
      }
      default: {
        const left = go(e.left);
        return m.i32[e.op](left, go(e.right));
      }
    }
  };
  return go(expression);
}

function operandsOfSite(e: SiteExpression): readonly SiteExpression[] {
  switch (e.op) {
    case "const":
    case "operand":
    case "result":
      return [];
    case "clz":
    case "eqz":
      return [e.value];
    case "if":
      return [e.then, e.else, e.condition];
    default:
      return [e.left, e.right];
  }
}

function unsigned(f: FunctionEmitter, value: Value): Expression {
  if (scalarWidth(value.type) > 32)
    throw new Untranslatable("a site's operand is wider than 32 bits", undefined, "BW0803");
  return f.mask(value.type, f.use(value));
}

/** Sites by node. What they look at gets locals of its own: `folded` is changed. */
export function prepareSites(
  fn: GlobalFunction,
  plan: FunctionPlan,
  folded: boolean[],
): Map<number, PlanSite[]> {
  const byNode = new Map<number, PlanSite[]>();
  for (const site of plan.sites ?? []) {
    const list = byNode.get(site.node);
    if (list === undefined) byNode.set(site.node, [site]);
    else list.push(site);
    const block = fn.blocks[plan.nodes[site.node]?.irBlock ?? -1];
    const inst = block?.instructions[site.instruction];
    if (inst === undefined) throw new Untranslatable("a site names no instruction", undefined, "BW0803");
    if (inst.slot >= 0) folded[inst.slot] = false;
    for (const operand of operandsOf(inst)) if (operand.kind === "instruction") folded[operand.slot] = false;
  }
  return byNode;
}
