// A checkout of the public suite as a list of cases: which can be run, and why the others cannot.
import { existsSync, readFileSync } from "node:fs";
import { parseDat, sectionsOf } from "../dat/index.ts";
import type { DatTest } from "../dat/index.ts";
import type { ConformCase } from "./cases.ts";
import { openCheckout, sortCases } from "./checkout.ts";
import type { SuiteFilter } from "./checkout.ts";
import { readMakefile } from "./makefile.ts";
import type { Recipe } from "./makefile.ts";
import type { UnsupportedCase } from "./report.ts";
import { setupOf } from "./setup.ts";
import type { ModelSetup } from "./setup.ts";

export interface RunnableCase {
  readonly case: ConformCase;
  readonly setup: ModelSetup;
  /** The recorded result, and the files that set up the run. */
  readonly recorded: DatTest;
  readonly inputs: readonly string[];
}

export interface Suite {
  readonly runnable: readonly RunnableCase[];
  readonly unsupported: readonly UnsupportedCase[];
}

/** Fails: BW0940 the folder is no checkout of the suite. */
export function readSuite(root: string, filter: SuiteFilter = {}): Suite {
  const checkout = openCheckout(root, "uadl");
  const recipes = readMakefile(checkout.makefile, checkout.variables);
  const documents = new Map<string, DatTest | string>();
  return sortCases(checkout, filter, (one) => examine(one, recipes, documents));
}

/** A case that can be run, or the reason why not. */
function examine(
  one: ConformCase,
  recipes: ReadonlyMap<string, Recipe>,
  documents: Map<string, DatTest | string>,
): RunnableCase | string {
  const recipe = recipes.get(one.model);
  if (!recipe) return "is no model that the generator makes alone (a test program in C++)";
  const setup = setupOf(recipe, one);
  if ("reason" in setup) return setup.reason;
  if (one.mustDiffer) return "the recorded result is wrong on purpose";
  const recorded = documentOf(one.results, one.coreNames, documents);
  if (typeof recorded === "string") return recorded;
  const inputs = [...one.inputs, ...(setup.setup.script?.inputs ?? [])];
  for (const input of inputs) {
    if (!existsSync(input)) return `is not in the checkout: ${input.replace(/^.*\//, "")}`;
  }
  if (threadsIn(recorded)) return "runs several threads or cores";
  return { case: one, setup: setup.setup, recorded, inputs };
}

/** Whether a recording is of more than one thread or core. */
export function threadsIn(recorded: DatTest): boolean {
  const cores = new Set(recorded.entries.filter((entry) => entry.core !== "").map((entry) => entry.core));
  return [...cores].some((core) => core.includes(":")) || cores.size > 1;
}

/** The first test of a `.dat` file, or why it cannot be had. Results are kept in `known`. */
export function documentOf(
  file: string,
  coreNames: ReadonlyMap<string, string>,
  known: Map<string, DatTest | string>,
): DatTest | string {
  const key = `${file} ${[...coreNames].join()}`;
  let result = known.get(key);
  if (result === undefined) {
    if (!existsSync(file)) result = `is not in the checkout: ${file.replace(/^.*\//, "")}`;
    else {
      const { document } = parseDat(readFileSync(file, "latin1"), file);
      result = sectionsOf(document, coreNames);
    }
    known.set(key, result);
  }
  return result;
}
