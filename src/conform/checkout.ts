// One folder of a checkout of the public suite: its rules, its cases, and the sorting of cases into those that can be run and
// the others with the reason why not.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { readCases } from "./cases.ts";
import type { ConformCase } from "./cases.ts";
import type { UnsupportedCase } from "./report.ts";

export interface SuiteFilter {
  readonly model?: string;
  readonly test?: string;
}

export interface Checkout extends ReturnType<typeof readCases> {
  readonly folder: string;
  /** Text of the folder's Makefile.am, and what its variables stand for. */
  readonly makefile: string;
  readonly variables: { readonly srcdir: string; readonly top_srcdir: string };
}

/** `part`: the folder below `tests`. Fails: BW0940 the folder is no checkout of the suite. */
export function openCheckout(root: string, part: string): Checkout {
  const folder = join(resolve(root), "tests", part);
  const [makefile, script] = [join(folder, "Makefile.am"), join(folder, "regress")];
  for (const file of [makefile, script]) {
    if (!existsSync(file)) {
      fail(
        "BW0940",
        `${root} is no checkout of the public suite: there is no ${file}`,
        "name the repository's top folder",
      );
    }
  }
  return {
    folder,
    makefile: readFileSync(makefile, "utf8"),
    variables: { srcdir: folder, top_srcdir: resolve(root) },
    ...readCases(readFileSync(script, "utf8"), folder),
  };
}

export function isWhole(filter: SuiteFilter): boolean {
  return filter.model === undefined && filter.test === undefined;
}

/** `examine` gives a case that can be run, or the reason why not. */
export function sortCases<Case extends object>(
  { cases, skipped }: Checkout,
  filter: SuiteFilter,
  examine: (one: ConformCase) => Case | string,
): { runnable: Case[]; unsupported: UnsupportedCase[] } {
  const runnable: Case[] = [];
  const unsupported: UnsupportedCase[] = [];
  for (const one of cases) {
    if (filter.model !== undefined && one.model !== filter.model) continue;
    if (filter.test !== undefined && one.name !== filter.test) continue;
    const found = examine(one);
    if (typeof found === "string") unsupported.push({ model: one.model, test: one.name, reason: found });
    else runnable.push(found);
  }
  if (isWhole(filter)) {
    for (const { line, what, reason } of skipped) {
      const model = /^\.?\/?(\S+)/.exec(what)?.[1]?.replace(/^.*\//, "") ?? "";
      unsupported.push({ model, test: `line ${line}`, reason });
    }
  }
  return { runnable, unsupported };
}
