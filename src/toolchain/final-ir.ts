// From a program's bitcode to its final IR: linked with the C library, optimised as a whole, taken through every IR pass
// of the back end, and marked with one probe per block. Both the target's code and the annotated module are made from
// exactly this bitcode.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CoreToolchain } from "./core.ts";
import { NO_USE_LISTS, llcFlags, needsBranch } from "./flags.ts";
import { conditionsAsNumbers } from "./condition-values.ts";
import { exposedSelects } from "./hidden-selects.ts";
import { withLabelTable } from "./label-table.ts";
import { lowerIntrinsics, mayNeedLowering } from "./lower-intrinsics.ts";
import { irFromMir, nameLongTypes } from "./mir.ts";
import { COMPLEX_NAME, rareNames } from "./newlib-sources.ts";
import { selectsToBranches } from "./selects.ts";
import { hasTimeBaseLoop } from "./time-base-loop.ts";
import { hasLargeSwitch, withProbes } from "./probes.ts";
import { signalOf } from "./build-options.ts";
import type { BuildOptions } from "./build-options.ts";
import type { CLibrary } from "./c-library.ts";
import { runChecked } from "./process.ts";
import { readToolText } from "./text-file.ts";
import { splitSetJumps } from "./split-set-jumps.ts";
import { splitWideSwitches } from "./wide-switches.ts";
import { isStackProtected, STACK_FAULT, STACK_GUARD, withStackChecks } from "./stack-protection.ts";
import type { Tools } from "./tools.ts";
import { hasVectorNumbers, withOptnone, withoutOptnone } from "./vector-numbers.ts";

/** The program's two C entry points, and functions that machine code often calls without the IR saying so. Others are
 *  found when they are missing, at the price of another round; the linker drops what turns out to be unused. */
const ALWAYS_KEPT = [
  ...["main", "__bw_start", "memcpy", "memmove", "memset"],
  ...["__divdi3", "__moddi3", "__udivdi3", "__umoddi3"],
];

/** The same for programs that use floating point. */
const KEPT_FOR_FLOAT = [
  ...["add", "sub", "mul", "div"].flatMap((name) => [`__${name}df3`, `__${name}sf3`]),
  ...["eq", "ne", "lt", "le", "gt", "ge", "unord"].flatMap((name) => [`__${name}df2`, `__${name}sf2`]),
  ...["si", "unssi", "di", "unsdi"].flatMap((to) => {
    const prefix = to.startsWith("uns") ? "fixuns" : "fix";
    return [`__${prefix}df${to.slice(-2)}`, `__${prefix}sf${to.slice(-2)}`];
  }),
  ...["floatsi", "floatunsi", "floatdi", "floatundi"].flatMap((name) => [`__${name}df`, `__${name}sf`]),
  ...["__extendsfdf2", "__truncdfsf2"],
];

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

/** Does this IR call a function of the C library's rare part? */
export function usesRareFunctions(ir: string): boolean {
  const rare = rareNames();
  return [...ir.matchAll(/^declare [^@]*@([\w.$]+)\(/gm)].some(
    ([, name = ""]) => rare.has(name) || COMPLEX_NAME.test(name),
  );
}

/** A module that refers to functions, so that the linker takes them from the library. */
function keptReferences(names: readonly string[]): string {
  const list = names.map((name) => `ptr @${name}`).join(", ");
  const used = `@llvm.compiler.used = appending global [${names.length} x ptr] [${list}], section "llvm.metadata"`;
  const declared = (name: string): string =>
    name === STACK_GUARD ? `@${name} = external global ptr` : `declare void @${name}()`;
  return [...names.map(declared), used, ""].join("\n");
}

/** Has the program functions that run before main or after exit? */
function hasConstructors(ir: string): boolean {
  return /^@llvm\.global_(?:ctors|dtors) =/m.test(ir);
}

/** Takes the place of the library's empty `__bw_construct`. */
const CONSTRUCT = [
  "declare void @__bw_construct_all()",
  "define void @__bw_construct() alwaysinline {",
  "  call void @__bw_construct_all()",
  "  ret void",
  "}",
  "",
].join("\n");

/** Makes the final IR in `work`. `extra` names further library functions to keep: those that an earlier attempt's
 *  optimiser or back end turned out to call. */
export async function makeFinalIr(
  sources: readonly string[],
  extra: readonly string[],
  core: CoreToolchain,
  library: CLibrary,
  tools: Tools,
  work: string,
  options: BuildOptions,
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
  let loops = false;
  const kept = await time("link", async () => {
    await run(
      "llvm-link",
      [NO_USE_LISTS, ...sources, "-o", "program.bc"],
      "BW0514",
      "the sources do not link",
    );
    const { stdout: text } = await run("llvm-dis", ["program.bc", "-o", "-"]);
    loops = hasTimeBaseLoop(text);
    const rare = usesRareFunctions(text);
    const float = rare || usesFloatingPoint(text);
    const guard = isStackProtected(text) ? [STACK_GUARD, STACK_FAULT] : [];
    const names = [...new Set([...ALWAYS_KEPT, ...(float ? KEPT_FOR_FLOAT : []), ...guard, ...extra])];
    const construct = hasConstructors(text) ? CONSTRUCT : "";
    writeFileSync(join(work, "kept.ll"), `${keptReferences(names)}${construct}`);
    const bitcode = await library.bitcode({ float, rare, nano: false }, options);
    await run("llvm-link", [NO_USE_LISTS, "program.bc", "kept.ll", "-o", "referring.bc"], "BW0514");
    await run(
      "llvm-link",
      [NO_USE_LISTS, "--only-needed", "referring.bc", bitcode, "-o", "linked.bc"],
      "BW0514",
    );
    return names;
  });
  await time("optimise", () =>
    run("opt", [
      NO_USE_LISTS,
      // Programs have one thread: atomic operations are plain ones, as with -mthread-model=single. The loops of load-reserve
      // and store-conditional that the back end makes of them would be branches that the IR does not have.
      "-passes=internalize,globaldce,function(lower-atomic),lto<O2>",
      `--internalize-public-api-list=${kept.join(",")}`,
      "--vectorize-loops=false",
      "--interleave-loops=false",
      "linked.bc",
      "-o",
      "optimised.bc",
    ]),
  );
  const missing = await time("lower", async () => {
    const calls = await lowerInPlace(work, loops, run);
    return calls.filter((name) => !kept.includes(name));
  });
  if (missing.length > 0)
    return await makeFinalIr(sources, [...extra, ...missing], core, library, tools, work, options, time);
  await time("lower", async () => {
    await run("llc", [...llcFlags(core), "--stop-before=ppc-isel", "optimised.bc", "-o", "final.mir"]);
    const lowest = nameLongTypes(irFromMir(readToolText(join(work, "final.mir"), "its machine IR")));
    const whole = withStackChecks(lowest);
    const lowered = hasVectorNumbers(whole, core) ? await scalarized(whole, work, run) : whole;
    const needs = needsBranch(core);
    const exposed = needs?.("i32") === true ? conditionsAsNumbers(exposedSelects(lowered)) : lowered;
    const split = splitWideSwitches(exposed);
    const ir = withLabelTable(splitSetJumps(needs === null ? split : selectsToBranches(split, needs)));
    const large = hasLargeSwitch(ir);
    writeFileSync(join(work, "unprobed.ll"), large ? withProbes(ir) : ir);
    const passes = large ? "verify" : "pseudo-probe";
    await run("opt", [NO_USE_LISTS, `-passes=${passes}`, "unprobed.ll", "-o", "final.bc"]);
    await run("llvm-dis", ["final.bc", "-o", "final.ll"]);
  });
  return { bitcode: join(work, "final.bc"), text: readToolText(join(work, "final.ll"), "its final IR") };
}

/** The IR with operations on elements for those on vectors. */
async function scalarized(
  ir: string,
  work: string,
  run: (tool: keyof Tools["path"], args: readonly string[]) => Promise<unknown>,
): Promise<string> {
  writeFileSync(join(work, "vectors.ll"), withoutOptnone(ir));
  await run("opt", ["-S", "-passes=function(scalarizer)", "vectors.ll", "-o", "scalars.ll"]);
  return withOptnone(readToolText(join(work, "scalars.ll"), "its IR"));
}

/** Lowers intrinsics in `optimised.bc`, if there are any to lower, or `anyhow`; the library functions that are called instead. */
async function lowerInPlace(
  work: string,
  anyhow: boolean,
  run: (tool: keyof Tools["path"], args: readonly string[]) => Promise<unknown>,
): Promise<readonly string[]> {
  if (!anyhow && !mayNeedLowering(readFileSync(join(work, "optimised.bc")))) return [];
  await run("llvm-dis", ["optimised.bc", "-o", "optimised.ll"]);
  const { ir, calls } = lowerIntrinsics(readToolText(join(work, "optimised.ll"), "its IR"));
  writeFileSync(join(work, "lowered.ll"), ir);
  await run("opt", [
    NO_USE_LISTS,
    "-passes=always-inline,globaldce,function(instsimplify)",
    "lowered.ll",
    "-o",
    "optimised.bc",
  ]);
  return calls;
}
