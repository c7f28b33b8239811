// `blockwatt build P`: compiles for the target; the ELF also runs under qemu-ppc.
import { readFileSync, writeFileSync } from "node:fs";
import { fail } from "../../base/diagnostic.ts";
import { buildProgram } from "../../toolchain/build.ts";
import { loadCoreToolchain } from "../../toolchain/core.ts";
import type { CommandContext } from "../context.ts";
import { printReport } from "../output.ts";
import { createProgress } from "../progress.ts";
import { programSpec } from "../program-arguments.ts";

export async function buildCommand(
  context: CommandContext,
  program: string,
  more: readonly string[],
  options: { core: string; json?: boolean; output?: string },
): Promise<void> {
  const toolchain = loadCoreToolchain(options.core);
  const spec = await programSpec(program, more, "small");
  const progress = createProgress(options.json ?? false);
  const built = await buildProgram(spec, toolchain, {
    signal: context.signal,
    progress: progress.step,
  }).finally(progress.finish);
  if (options.output !== undefined) {
    try {
      // Not copyFile: when that fails it removes its target, even a device.
      writeFileSync(options.output, readFileSync(built.elfPath), { mode: 0o755 });
    } catch (error) {
      fail(
        "BW0903",
        `can't write ${options.output}: ${(error as Error).message}`,
        "name a file in a writable folder",
      );
    }
  }
  printReport(
    {
      schema: "blockwatt.build/1",
      program: spec.name,
      core: toolchain.core,
      elf: options.output ?? built.elfPath,
      bitcode: built.bitcodePath,
      assembly: built.assemblyPath,
      probes: built.probes.length,
      versions: built.versions,
      seconds: built.seconds,
    },
    options.json ?? false,
    (report) => `${report.elf}\n  final IR  ${report.bitcode}\n  assembly  ${report.assembly}`,
  );
}
