// Which IR operations become instructions whose latency depends on operands, and how the annotated module tells which
// latency each execution has.
//
// Machine multiplies and divides are matched with the IR's by order within one IR block. Where the counts differ (a product
// of constants became shifts, a remainder became divide + multiply + subtract), the operations that are certain are kept:
// divides never split, multiplies are taken when their number agrees. What has no counterpart stays at its base latency.
import type { GlobalFunction, Instruction as IrInstruction } from "../../bitcode/index.ts";
import type { HelperFunction, Expression as ActionExpression } from "../../machine/action.ts";
import { latencyExpression } from "./latency-expression.ts";
import type { PlanNode, PlanSite, SiteExpression } from "../plan.ts";

/** A machine instruction whose latency depends on its operands. */
export interface MachineSite {
  readonly address: number;
  /** Index of the IR block whose code it belongs to. */
  readonly irBlock: number;
  readonly kind: "divide" | "multiply";
  /** Latencies in cycles, the base first. */
  readonly options: readonly number[];
  readonly expression: ActionExpression;
  /** Operand names of the latency expression, first source first. */
  readonly operands: readonly string[];
  /** Operands that the instruction word fixes, by position in `operands`. */
  readonly fixed: readonly (number | undefined)[];
}

/**
 * A site of the plan and the machine instructions whose latencies it counts; class = index of the latency option. Several
 * addresses are copies of one instruction in a block that the back end duplicated; they share the counts evenly.
 */
export interface LinkedSite {
  readonly site: PlanSite;
  readonly addresses: readonly number[];
}

/**
 * The same sites, counted by sum where the costs allow it: `isEven` says of an instruction whether each further latency
 * option costs what the one before cost more.
 */
export function summedSites(
  sites: readonly LinkedSite[],
  isEven: (address: number) => boolean,
): readonly LinkedSite[] {
  return sites.map((linked) =>
    linked.addresses.every(isEven) ? { ...linked, site: { ...linked.site, classes: 2, sum: true } } : linked,
  );
}

/** Sites of one function. `helpers` are those of the core's description. */
export function latencySites(
  fn: GlobalFunction,
  nodes: readonly PlanNode[],
  machine: readonly MachineSite[],
  helpers: Readonly<Record<string, HelperFunction>>,
): LinkedSite[] {
  const linked: LinkedSite[] = [];
  const blocks = new Set(machine.map((site) => site.irBlock));
  for (const irBlock of blocks) {
    const block = fn.blocks[irBlock];
    if (!block) continue;
    for (const kind of ["divide", "multiply"] as const) {
      const sites = machine
        .filter((site) => site.irBlock === irBlock && site.kind === kind)
        .sort((one, other) => one.address - other.address);
      const operations = block.instructions
        .map((inst, index) => ({ index, role: roleOf(inst, kind) }))
        .filter(({ role }) => role !== "none");
      if (sites.length === 0 || operations.length === 0 || sites.length % operations.length !== 0) continue;
      operations.forEach(({ index, role }, position) => {
        if (role !== "counted") return;
        const copies = sites.filter((_, at) => at % operations.length === position);
        const classify = classifier(copies[0]!, block.instructions[index]!, helpers);
        if (!classify) return;
        const addresses = copies.map((copy) => copy.address);
        nodes.forEach((node, id) => {
          if (node.irBlock !== irBlock) return;
          const site = { node: id, instruction: index, classes: copies[0]!.options.length, classify };
          linked.push({ site, addresses });
        });
      });
    }
  }
  return linked;
}

/**
 * What an operation means for machine instructions of a kind: "counted" becomes one with the operation's own operands,
 * "present" one whose operands the IR does not show (the product inside a remainder), "none" none.
 */
function roleOf(inst: IrInstruction, kind: MachineSite["kind"]): "counted" | "present" | "none" {
  if (inst.op !== "binary" || inst.type.kind !== "integer" || inst.type.width > 32) return "none";
  const constantOperand = inst.right.kind === "integer" || inst.left.kind === "integer";
  switch (inst.operator) {
    case "sdiv":
    case "udiv":
      return kind === "divide" && inst.right.kind !== "integer" ? "counted" : "none";
    case "srem":
    case "urem":
      if (inst.right.kind === "integer") return "none";
      return kind === "divide" ? "counted" : "present";
    case "mul":
      return kind === "multiply" && !constantOperand ? "counted" : "none";
    default:
      return "none";
  }
}

/** Expression giving the index of the latency option. */
function classifier(
  site: MachineSite,
  operation: IrInstruction,
  helpers: Readonly<Record<string, HelperFunction>>,
): SiteExpression | undefined {
  const operands = new Map<string, SiteExpression>();
  site.operands.forEach((name, index) => {
    const fixed = site.fixed[index];
    operands.set(
      name,
      fixed === undefined ? registerValue(operation, index) : { op: "const", value: fixed | 0 },
    );
  });
  const latency = latencyExpression(site.expression, { operands, helpers });
  if (!latency) return undefined;
  const base = site.options[0]!;
  if (site.options.every((option, index) => option === base + index)) {
    return { op: "sub", left: latency, right: { op: "const", value: base } };
  }
  let index: SiteExpression = { op: "const", value: 0 };
  for (let option = 1; option < site.options.length; option++) {
    index = {
      op: "if",
      condition: { op: "eq", left: latency, right: { op: "const", value: site.options[option]! } },
      then: { op: "const", value: option },
      else: index,
    };
  }
  return index;
}

/** What the machine's register holds of an operand: narrow ones are extended, by their sign where the operation has one. */
function registerValue(operation: IrInstruction, index: number): SiteExpression {
  const operand: SiteExpression = { op: "operand", index };
  if (operation.op !== "binary" || operation.type.kind !== "integer") return operand;
  const signed = operation.operator === "sdiv" || operation.operator === "srem";
  const { width } = operation.type;
  if (!signed || width >= 32) return operand;
  const shift: SiteExpression = { op: "const", value: 32 - width };
  return { op: "shr_s", left: { op: "shl", left: operand, right: shift }, right: shift };
}
