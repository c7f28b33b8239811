// Latencies that depend on operand values: what a class's action passes to set_latency, as a function of values.
// Characterisation runs an instruction at each latency that it can take; annotated programs evaluate the same function
// on the values at hand, so both sides use this one expression.
import { fail } from "../base/diagnostic.ts";
import type { Expression } from "../machine/action.ts";
import type { InstructionClass } from "../machine/model.ts";
import { compileExpression, compileHelper, endless, reachedHelpers } from "./expression.ts";
import type { EngineLayout } from "./layout.ts";
import { forEachMethodCall } from "./method-calls.ts";

/** The latency expression of one instruction class whose latency depends on operand values. */
export interface LatencyFunction {
  readonly className: string;
  /** Argument of set_latency; `x.value()` of the operands named in `operands` are its inputs. */
  readonly expression: Expression;
  /** Operand names, in slot order. */
  readonly operands: readonly string[];
  /** The latency for operand values (unsigned 32-bit), in the order of `operands`. */
  evaluate(values: readonly number[]): number;
}

/** The latency function of a class, or undefined when its latency is fixed.
 *  Fails: BW0708 when value() is used elsewhere than in one set_latency. */
export function latencyFunction(layout: EngineLayout, classIndex: number): LatencyFunction | undefined {
  const operands = layout.valueOperands(classIndex);
  if (operands.length === 0) return undefined;
  const one = layout.model.pipeline.classes[classIndex]!;
  const found = latencyArguments(one).filter((expression) => layout.usesValues(expression));
  const [expression] = found;
  if (found.length !== 1 || !expression) {
    return fail(
      "BW0708",
      `instruction class ${one.name}: operand values may decide a latency only, in one set_latency`,
      "pass value() to a helper function that returns the latency",
    );
  }
  const text = compileExpression(expression, {
    helperPrefix: "h_",
    leaf: (leaf) => {
      if (leaf.kind === "method") {
        const slot = operands.indexOf(leaf.object);
        const operand = layout.operandIndex(classIndex, leaf.object);
        if (leaf.method === "value" && slot >= 0) return `v[${slot}]`;
        if (leaf.method === "field_value" && operand >= 0) return "0";
      }
      return fail("BW0708", `instruction class ${one.name}: a latency may depend on operand values only`);
    },
  });
  const source = reachedHelpers(expression, (name) => helperNamed(layout, name))
    .map((helper) => compileHelper(helper, "h_"))
    .join("\n");
  const make = new Function("endless", `"use strict"; ${source}\nreturn (v) => ${text};`) as (
    endless: () => never,
  ) => (values: readonly number[]) => number;
  const evaluate = make(endless);
  return { className: one.name, expression, operands, evaluate };
}

function helperNamed(layout: EngineLayout, name: string) {
  const helper = layout.model.pipeline.helpers[name] ?? layout.model.isa.helpers[name];
  return helper ?? fail("BW0702", `there is no helper function ${name}`);
}

function latencyArguments(one: InstructionClass): Expression[] {
  const found: Expression[] = [];
  forEachMethodCall(one.action, ({ object, method, arguments: [latency] }) => {
    if (object === "" && method === "set_latency" && latency) found.push(latency);
  });
  return found;
}

/** Values at which latency functions of multipliers and dividers change: powers of two, their neighbours and negatives. */
const probes: readonly number[] = (() => {
  const values = new Set<number>([0]);
  for (let bit = 0; bit < 32; bit++) {
    for (const offset of [-1, 0, 1]) {
      const value = 2 ** bit + offset;
      values.add(value >>> 0);
      values.add(-value >>> 0);
    }
  }
  return [...values];
})();

/**
 * The latencies that a function can take, smallest first. `fixed`: values of operands that the instruction word fixes,
 * undefined for those in registers.
 */
export function latencyRange(latency: LatencyFunction, fixed: readonly (number | undefined)[]): number[] {
  const results = new Set<number>();
  const values = fixed.map((value) => value ?? 0);
  const vary = (slot: number): void => {
    if (slot === fixed.length) {
      results.add(latency.evaluate(values));
      return;
    }
    const given = fixed[slot];
    if (given !== undefined) {
      values[slot] = given;
      vary(slot + 1);
      return;
    }
    for (const probe of probes) {
      values[slot] = probe;
      vary(slot + 1);
    }
  };
  vary(0);
  return [...results].sort((a, b) => a - b);
}
