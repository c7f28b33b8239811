// Branch predictors of a core's resources. Defaults are the uADL manual's.
import type { BranchPredictor } from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { readHook } from "./hooks.ts";
import { constantOf, expressionOf, nameIn, nameOf, namesOf } from "./keys.ts";
import type { Scope } from "./scope.ts";

/** One branch predictor: its algorithm, and its other keys as parameters of the algorithm. */
export function readPredictor(block: Block, scope: Scope, findings: Findings): BranchPredictor {
  const algorithm = nameOf(block, "algorithm", findings);
  if (!block.keys.has("algorithm"))
    findings.error("BW0208", block.span, `branch predictor ${block.name} has no algorithm`);
  const parameters: Record<string, number | string> = {};
  const apart = new Set(["algorithm", "attrs", "enable", "reg_compares", "header"]);
  // Arguments of an algorithm may stand in a block of their own.
  for (const source of [block, ...childrenOf(block, "args")]) {
    for (const key of source.keys.keys()) {
      if (!apart.has(key)) readParameter(source, key, parameters, findings);
    }
  }
  const enable = readHook(block, "enable", { parameters: 0, result: "bool" }, scope, findings);
  const compares = namesOf(block, "reg_compares", findings);
  for (const { text, span } of compares) {
    const [register = "", field] = text.split(".");
    const binding = scope.lookup(register);
    if (binding?.kind !== "register") {
      findings.error("BW0212", span, `unknown register ${register}`, didYouMean(register, scope.names()));
    } else if (field !== undefined && !binding.register.fields.some((one) => one.name === field)) {
      const fields = binding.register.fields.map((one) => one.name);
      findings.error("BW0212", span, `register ${register} has no field ${field}`, didYouMean(field, fields));
    }
  }
  return {
    name: block.name,
    algorithm: algorithm?.text ?? "",
    parameters,
    ...(enable ? { enable } : {}),
    ...(compares.length > 0 ? { registerCompares: compares.map((one) => one.text) } : {}),
  };
}

function readParameter(
  block: Block,
  key: string,
  parameters: Record<string, number | string>,
  findings: Findings,
): void {
  const e = expressionOf(block, key, findings);
  if (!e || e.kind === "broken") return;
  const value = constantOf(e);
  const name = nameIn(e);
  if (value !== undefined) parameters[key] = Number(value);
  else if (e.kind === "number" && e.unit === undefined) parameters[key] = Number(e.text);
  else if (name) parameters[key] = name.text;
  else findings.error("BW0205", e.span, `${key} takes a number or a name`);
}
