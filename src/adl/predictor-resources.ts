// Branch predictors of a core's resources. Defaults are the uADL manual's.
import type { BranchPredictor } from "../machine/model.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { constantOf, expressionOf, nameIn, nameOf } from "./keys.ts";

/** One branch predictor: its algorithm, and its other keys as parameters of the algorithm. */
export function readPredictor(block: Block, findings: Findings): BranchPredictor {
  const algorithm = nameOf(block, "algorithm", findings);
  if (!block.keys.has("algorithm"))
    findings.error("BW0208", block.span, `branch predictor ${block.name} has no algorithm`);
  const parameters: Record<string, number | string> = {};
  for (const key of block.keys.keys()) {
    if (key === "algorithm" || key === "attrs") continue;
    const e = expressionOf(block, key, findings);
    if (!e || e.kind === "broken") continue;
    const value = constantOf(e);
    const name = nameIn(e);
    if (value !== undefined) parameters[key] = Number(value);
    else if (e.kind === "number" && e.unit === undefined) parameters[key] = Number(e.text);
    else if (name) parameters[key] = name.text;
    else findings.error("BW0205", e.span, `${key} takes a number or a name`);
  }
  return { name: block.name, algorithm: algorithm?.text ?? "", parameters };
}
