// From the final IR to a linked program: back end, probe labels, assembler, linker, addresses.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import type { CoreToolchain } from "./core.ts";
import type { FinalIr } from "./final-ir.ts";
import { framesFit, framesOfMir } from "./frames.ts";
import type { FrameLayout } from "./frames.ts";
import { NO_USE_LISTS, llcFlags, targetFlags } from "./flags.ts";
import { signalOf } from "./build-options.ts";
import type { BuildOptions } from "./build-options.ts";
import type { CLibrary } from "./c-library.ts";
import { KEEP_LABEL_TABLE } from "./label-table.ts";
import { PROBE_LABEL, labelProbes, probeBlocks, resolveProbes } from "./probes.ts";
import type { ProbeLabel } from "./probes.ts";
import { runChecked, runTool } from "./process.ts";
import { readToolText } from "./text-file.ts";
import type { Tools } from "./tools.ts";

export type MachineCode =
  | {
      readonly kind: "linked";
      readonly elf: string;
      readonly assembly: string;
      readonly probes: readonly ProbeLabel[];
    }
  /** The code calls functions that the final IR lacks; they must be kept from the library. */
  | { readonly kind: "missing"; readonly functions: readonly string[]; readonly message: string };

/** Makes `program.elf` in `work` from the bitcode file there; `ir` is the same as text. Fails: BW0504. */
export async function makeMachineCode(
  ir: Pick<FinalIr, "text">,
  bitcode: string,
  core: CoreToolchain,
  library: CLibrary,
  tools: Tools,
  work: string,
  options: BuildOptions,
  time: <T>(step: string, action: () => Promise<T>) => Promise<T>,
): Promise<MachineCode> {
  const run = (tool: keyof Tools["path"], args: readonly string[]) =>
    runChecked({ command: tools.path[tool], args, cwd: work, ...signalOf(options) });
  const placed = await time("generate", async () => {
    const backEnd = [...llcFlags(core), "--start-before=ppc-isel", bitcode];
    await run("llc", [...backEnd, "-o", "probed.s"]);
    const labelled = labelProbes(readToolText(join(work, "probed.s"), "its assembly"));
    writeFileSync(join(work, "program.s"), labelled.assembly);
    await run("clang", [
      ...targetFlags(core),
      "-fdebug-compilation-dir=.",
      "-c",
      "program.s",
      "-o",
      "program.o",
    ]);
    return labelled.probes;
  });
  return await time("link", async () => {
    const linked = await runTool({
      command: tools.path["ld.lld"],
      args: [
        "-static",
        "--gc-sections",
        ...KEEP_LABEL_TABLE,
        "--error-limit=0",
        "-z",
        "max-page-size=4096",
        "-T",
        library.linkerScript,
        ...(/^@.* thread_local/m.test(ir.text) ? ["--entry=__bw_start_threaded"] : []),
        ...core.ldflags,
        "program.o",
        ...library.objects,
        "-o",
        "labelled.elf",
      ],
      cwd: work,
      ...signalOf(options),
    });
    if (linked.status !== 0) {
      const undefinedNames = [...linked.stderr.matchAll(/undefined symbol: (\S+)/g)].map((m) => m[1]!);
      const message = linked.stderr.trim();
      if (undefinedNames.length === 0) fail("BW0514", `the program does not link:\n${message}`);
      return { kind: "missing", functions: [...new Set(undefinedNames)].sort(), message };
    }
    const { stdout } = await run("llvm-nm", ["--no-sort", "labelled.elf"]);
    const addresses = new Map<string, number>();
    for (const line of stdout.split("\n")) {
      const [address, , name] = line.split(" ");
      if (name?.startsWith(PROBE_LABEL)) addresses.set(name, parseInt(address!, 16));
    }
    await run("llvm-objcopy", [
      "--wildcard",
      `--strip-symbol=${PROBE_LABEL}*`,
      "--remove-section=.pseudo_probe_desc",
      "--remove-section=.comment",
      "labelled.elf",
      "program.elf",
    ]);
    const probes = resolveProbes(placed, probeBlocks(ir.text), addresses);
    return {
      kind: "linked",
      elf: join(work, "program.elf"),
      assembly: join(work, "program.s"),
      probes,
    };
  });
}

/**
 * The stack frames of the code that `makeMachineCode` made from the bitcode: the same code generation once more, as far as its
 * prologues. Printing machine IR takes far longer with line tables than generating the code, so that it is done without them;
 * debug information does not change code, and where the assembly shows otherwise, it is done with them.
 */
export async function findFrames(
  bitcode: string,
  assembly: string,
  core: CoreToolchain,
  tools: Tools,
  work: string,
  options: BuildOptions,
  time: <T>(step: string, action: () => Promise<T>) => Promise<T>,
): Promise<Readonly<Record<string, FrameLayout>>> {
  const run = (tool: keyof Tools["path"], args: readonly string[]) =>
    runChecked({ command: tools.path[tool], args, cwd: work, ...signalOf(options) });
  const frames = async (input: string) => {
    const stop = ["--start-before=ppc-isel", "--stop-after=prologepilog"];
    await run("llc", [...llcFlags(core), ...stop, input, "-o", "frames.mir"]);
    return framesOfMir(readToolText(join(work, "frames.mir"), "its machine IR"));
  };
  return await time("frames", async () => {
    await run("opt", [NO_USE_LISTS, "--strip-debug", "-passes=no-op-module", bitcode, "-o", "plain.bc"]);
    const found = await frames("plain.bc");
    return framesFit(found, readFileSync(assembly, "utf8")) ? found : await frames(bitcode);
  });
}
