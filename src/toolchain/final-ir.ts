// From a program's bitcode to its final IR: linked with the C library, optimised as a whole, taken through every IR pass
// of the back end, and marked with one probe per block. Both the target's code and the annotated module are made from
// exactly this bitcode.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CoreToolchain } from "./core.ts";
import { llcFlags } from "./flags.ts";
import { irFromMir } from "./mir.ts";
import { signalOf } from "./newlib.ts";
import type { BuildProgress, CLibrary } from "./newlib.ts";
import { runChecked } from "./process.ts";
import type { Tools } from "./tools.ts";

/** Functions that machine code may call without the IR saying so, and the program's two C entry points. */
const ALWAYS_KEPT = ["main", "__bw_start", "memcpy", "memmove", "memset"];

export interface FinalIr {
  readonly bitcode: string;
  /** The same as text. */
  readonly text: string;
}

/** Does this IR compute with, pass or store floating-point numbers? Conservative: a type's name is enough. */
export function usesFloatingPoint(ir: string): boolean {
  return ir
    .split("\n")
    .some(
      (line) => !line.startsWith("!") && /\b(?:double|float)\b/.test(line.replace(/"(?:[^"\\]|\\.)*"/g, "")),
    );
}

/** A module that refers to functions, so that the linker takes them from the library. */
function keptReferences(names: readonly string[]): string {
  const list = names.map((name) => `ptr @${name}`).join(", ");
  const used = `@llvm.compiler.used = appending global [${names.length} x ptr] [${list}], section "llvm.metadata"`;
  return [...names.map((name) => `declare void @${name}()`), used, ""].join("\n");
}

/** Makes the final IR in `work`. `extra` names further library functions to keep: those that an earlier attempt's
 *  optimiser or back end turned out to call. */
export async function makeFinalIr(
  sources: readonly string[],
  extra: readonly string[],
  core: CoreToolchain,
  library: CLibrary,
  tools: Tools,
  work: string,
  options: BuildProgress,
  time: <T>(step: string, action: () => Promise<T>) => Promise<T>,
): Promise<FinalIr> {
  const run = (tool: keyof Tools["path"], args: readonly string[], code?: string, what?: string) =>
    runChecked({
      command: tools.path[tool],
      args,
      cwd: work,
      ...(code === undefined ? {} : { code }),
      ...(what === undefined ? {} : { what }),
      ...signalOf(options),
    });
  const kept = [...ALWAYS_KEPT, ...extra];
  await time("link", async () => {
    writeFileSync(join(work, "kept.ll"), keptReferences(kept));
    await run("llvm-link", [...sources, "kept.ll", "-o", "program.bc"], "BW0514", "the sources do not link");
    const { stdout: text } = await run("llvm-dis", ["program.bc", "-o", "-"]);
    const bitcode = library.bitcode[usesFloatingPoint(text) ? "float" : "integer"];
    await run("llvm-link", ["--only-needed", "program.bc", bitcode, "-o", "linked.bc"], "BW0514");
  });
  await time("optimise", () =>
    run("opt", [
      "-passes=internalize,globaldce,lto<O2>",
      `--internalize-public-api-list=${kept.join(",")}`,
      "--vectorize-loops=false",
      "--interleave-loops=false",
      "linked.bc",
      "-o",
      "optimised.bc",
    ]),
  );
  await time("lower", async () => {
    await run("llc", [...llcFlags(core), "--stop-before=ppc-isel", "optimised.bc", "-o", "final.mir"]);
    writeFileSync(join(work, "unprobed.ll"), irFromMir(readFileSync(join(work, "final.mir"), "utf8")));
    await run("opt", ["-passes=pseudo-probe", "unprobed.ll", "-o", "final.bc"]);
    await run("llvm-dis", ["final.bc", "-o", "final.ll"]);
  });
  return { bitcode: join(work, "final.bc"), text: readFileSync(join(work, "final.ll"), "utf8") };
}
