// What a class's code makes of the values of its operands, such as the latency of a multiplication that ends early: the
// largest expressions that depend on nothing else. Each is evaluated once, when the instruction is issued, so that timing
// depends on a few results (0 or 9 cycles) and not on the values themselves.
import type { Expression, HelperFunction, Statement } from "../../machine/action.ts";
import type { InstructionClass, PipelineModel } from "../../machine/model.ts";
import { forEachMethodCall } from "../method-calls.ts";

/** In order of appearance. `operands`: the names of the class's operands. */
export function valueExpressions(
  one: InstructionClass,
  operands: readonly string[],
  pipeline: PipelineModel,
): Expression[] {
  const found: Expression[] = [];
  const finder = new Finder(one, operands, pipeline);
  const entered = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const part of node) visit(part);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    if (finder.isOfValues(node as Expression)) {
      if (finder.takesValue(node)) found.push(node as Expression);
      return;
    }
    const { kind, helper } = node as { readonly kind?: string; readonly helper?: string };
    // The text of a helper that asks resources stands in the place of its call.
    if (kind === "call" && helper !== undefined && !entered.has(helper)) {
      entered.add(helper);
      for (const body of finder.bodiesOf(helper)) if (asksResources(body)) visit(body);
    }
    for (const part of Object.values(node)) visit(part);
  };
  visit(one.action);
  return found;
}

/** Whether code calls methods of resources or of the instruction. */
export function asksResources(body: readonly Statement[]): boolean {
  let found = false;
  forEachMethodCall(body, () => {
    found = true;
  });
  return found;
}

class Finder {
  readonly #operands: ReadonlySet<string>;
  readonly #functions: ReadonlyMap<string, readonly string[]>;
  readonly #helpers: Readonly<Record<string, HelperFunction>>;

  constructor(one: InstructionClass, operands: readonly string[], pipeline: PipelineModel) {
    this.#operands = new Set(operands);
    this.#helpers = pipeline.helpers;
    const chosen = new Map<string, string[]>();
    for (const table of [one.functions, ...Object.values(one.functionOverrides)]) {
      for (const [name, helper] of Object.entries(table))
        chosen.set(name, [...(chosen.get(name) ?? []), helper]);
    }
    this.#functions = chosen;
  }

  /** Of a helper, or of those that a name stands for in this class. */
  bodiesOf(name: string): (readonly Statement[])[] {
    return (this.#functions.get(name) ?? [name]).flatMap((one) => {
      const helper = this.#helpers[one];
      return helper ? [helper.body] : [];
    });
  }

  isOfValues(node: Expression): boolean {
    const all = (list: readonly Expression[]): boolean => list.every((one) => this.isOfValues(one));
    switch (node.kind) {
      case "constant":
        return true;
      case "method":
        return this.#operands.has(node.object) && ["value", "field_value", "is_real"].includes(node.method);
      case "call":
        return all(node.arguments) && !this.bodiesOf(node.helper).some(asksResources);
      case "builtin":
        return all(node.arguments);
      case "unary":
      case "extend":
        return this.isOfValues(node.value);
      case "slice":
        return all([node.value, node.first, node.last]);
      case "concat":
        return all(node.parts);
      case "binary":
        return all([node.left, node.right]);
      case "conditional":
        return all([node.test, node.then, node.otherwise]);
      default:
        return false;
    }
  }

  takesValue(node: unknown): boolean {
    let found = false;
    forEachMethodCall(node, ({ method }) => {
      if (method === "value") found = true;
    });
    return found;
  }
}
