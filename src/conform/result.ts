// A case's run as a `.dat` result, to lay beside the recorded one.
import { printDat, resultDocument } from "../dat/index.ts";
import type { CaseOutcome } from "./run.ts";

/** Undefined when there was no run, or its trace was not kept. */
export function resultText(outcome: CaseOutcome): string | undefined {
  const { simulated } = outcome;
  if (!simulated?.trace) return undefined;
  const head = [`${outcome.model}, ${outcome.test}`];
  return printDat(
    resultDocument(simulated.core, simulated.trace, simulated.finals ?? [], simulated.widthOf, head),
  );
}
