// The functional half of a checkout: descriptions alone, and runs of the simulators that were generated from them, with
// what those recorded. Which can be run, and why the others cannot.
import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { DatTest } from "../dat/index.ts";
import type { ConformCase } from "./cases.ts";
import { isWhole, openCheckout, sortCases } from "./checkout.ts";
import type { SuiteFilter } from "./checkout.ts";
import { functionalSetupOf } from "./functional-setup.ts";
import type { FunctionalSetup } from "./functional-setup.ts";
import { readDescriptionRules } from "./makefile.ts";
import type { DescriptionRecipe } from "./makefile.ts";
import type { UnsupportedCase } from "./report.ts";
import { documentOf, threadsIn } from "./suite.ts";

export interface FunctionalCase {
  readonly case: ConformCase;
  readonly setup: FunctionalSetup;
  readonly recorded: DatTest;
  readonly inputs: readonly string[];
}

export interface FunctionalSuite {
  /** Every description of the folder, whether a case runs it or not. */
  readonly descriptions: readonly string[];
  readonly runnable: readonly FunctionalCase[];
  readonly unsupported: readonly UnsupportedCase[];
}

/** Fails: BW0940 the folder is no checkout of the suite. */
export function readFunctionalSuite(root: string, filter: SuiteFilter = {}): FunctionalSuite {
  const checkout = openCheckout(root, "iss");
  const { folder } = checkout;
  const rules = readDescriptionRules(checkout.makefile, checkout.variables);
  const documents = new Map<string, DatTest | string>();
  const { runnable, unsupported } = sortCases(checkout, filter, (one) =>
    examine(one, folder, rules, documents),
  );
  const descriptions = isWhole(filter)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".adl"))
        .sort()
        .map((name) => join(folder, name))
    : [...new Set(runnable.map((one) => one.setup.adl))];
  return { descriptions, runnable, unsupported };
}

function examine(
  one: ConformCase,
  folder: string,
  rules: ReadonlyMap<string, DescriptionRecipe>,
  documents: Map<string, DatTest | string>,
): FunctionalCase | string {
  const rule = rules.get(one.model) ?? { model: one.model, line: 0, adl: `${one.model}.adl`, flags: [] };
  const adl = isAbsolute(rule.adl) ? rule.adl : join(folder, rule.adl);
  if (!existsSync(adl)) return "is no model that the generator makes alone (a test program in C++)";
  const setup = functionalSetupOf({ ...rule, adl }, one.flags);
  if ("reason" in setup) return setup.reason;
  if (one.mustDiffer) return "the recorded result is wrong on purpose";
  const inputs = [...one.inputs, ...(setup.setup.script?.inputs ?? [])];
  const foreign = [one.results, ...inputs].find((file) => !/\.(dat|elf)$/.test(file));
  if (foreign !== undefined) return `is in another format: ${foreign.replace(/^.*\./, ".")}`;
  const recorded = documentOf(one.results, one.coreNames, documents);
  if (typeof recorded === "string") return recorded;
  for (const input of inputs) {
    if (!existsSync(input)) return `is not in the checkout: ${input.replace(/^.*\//, "")}`;
  }
  if (threadsIn(recorded)) return "runs several threads or cores";
  return { case: one, setup: setup.setup, recorded, inputs };
}
