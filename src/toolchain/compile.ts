// C sources to bitcode, with the list of files that each compilation read.

import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CoreToolchain } from "./core.ts";
import { bitcodeFlags } from "./flags.ts";
import { inParallel, signalOf } from "./build-options.ts";
import type { BuildOptions } from "./build-options.ts";
import { CXX_FLAGS } from "./cxx.ts";
import type { CLibrary } from "./c-library.ts";
import { isCxxName } from "./spec.ts";
import { runChecked } from "./process.ts";
import type { Tools } from "./tools.ts";

export interface CompiledSources {
  /** One bitcode file a source, in the sources' order. */
  readonly bitcode: readonly string[];
  /** Every file that the compiler read, sorted, without the C library's and compiler's own headers. */
  readonly dependencies: readonly string[];
}

/** Compiles every source into `work`. Fails: BW0501 with the compiler's messages word for word. */
export async function compileSources(
  sources: readonly string[],
  cflags: readonly string[],
  core: CoreToolchain,
  library: CLibrary,
  tools: Tools,
  work: string,
  options: BuildOptions,
): Promise<CompiledSources> {
  const outputs = sources.map((_, i) => join(work, `source${i}.bc`));
  const dependencies = new Set<string>();
  await inParallel(
    sources.map((source, i) => ({ source, i })),
    async ({ source, i }) => {
      const list = join(work, `source${i}.d`);
      const folder = dirname(source);
      await runChecked({
        command: tools.path.clang,
        args: [
          ...bitcodeFlags(core, library.include),
          ...(isCxxName(source) ? CXX_FLAGS : []),
          // Results must not depend on where the sources are.
          `-ffile-prefix-map=${folder}/=`,
          "-fdebug-compilation-dir=.",
          ...cflags,
          "-MMD",
          "-MF",
          list,
          source,
          "-o",
          outputs[i]!,
        ],
        cwd: folder,
        code: "BW0501",
        what: `${source} does not compile`,
        ...signalOf(options),
      });
      for (const file of makeDependencies(readFileSync(list, "utf8")))
        dependencies.add(resolve(folder, file));
    },
  );
  return { bitcode: outputs, dependencies: [...dependencies].sort() };
}

/** File names on the right of a make rule, with make's escapes undone. */
export function makeDependencies(rule: string): string[] {
  const right = rule.slice(rule.indexOf(": ") + 2).replace(/\\\r?\n/g, " ");
  const names = right.match(/(?:\\.|\$\$|\S)+/g) ?? [];
  return names.map((name) => name.replace(/\$\$/g, "$").replace(/\\(.)/g, "$1"));
}
