// Floating point by the core's own instructions: the annotated module, with the host's fused multiply-add and without, prints
// what the functional simulator and QEMU print, to the last bit of every NaN; block and edge counts agree.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { annotate } from "../../src/annotate/index.ts";
import { readModule } from "../../src/bitcode/index.ts";
import { programStreams, runFunctional } from "../../src/cli/executors.ts";
import { loadCore } from "../../src/cli/load-core.ts";
import { plansOf } from "../../src/cli/prepare.ts";
import { readElf } from "../../src/elf/index.ts";
import { machineCounts, mapProgram, verifyCounts } from "../../src/match/index.ts";
import { hostFuses } from "../../src/run/fused.ts";
import { runAnnotated } from "../../src/run/index.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";

const CORES = ["ppc603e", "e500v2"] as const;

beforeAll(async () => {
  for (const core of CORES) await withLibrary(core);
}, 1_200_000);

const PROGRAMS = ["hardware-float", "number-loops"] as const;

test.each([
  ...PROGRAMS.flatMap((program) => CORES.map((core) => ({ program, core }))),
  { program: "number-regions", core: "ppc603e" },
  { program: "number-pairs", core: "ppc603e" },
])(
  "$program on $core",
  async ({ program, core: name }) => {
    const core = loadCore(name);
    const spec = specOfSources([fileURLToPath(new URL(`programs/${program}.c`, import.meta.url))]);
    const built = await buildProgram(spec, core.toolchain);
    const elf = readElf(readFileSync(built.elfPath), built.elfPath);
    const module = readModule(readFileSync(built.bitcodePath));
    const { code, mapping } = mapProgram({ module, elf, listing: readFileSync(built.assemblyPath, "utf8") });
    const plans = plansOf({ mapping });
    const target = runFunctional(core, elf, spec);
    const expected = target.stdout.toString();
    const qemu = spawnSync("qemu-ppc", ["-cpu", core.toolchain.qemu_cpu, built.elfPath], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
    if (qemu.error === undefined) expect(qemu.stdout).toBe(expected);
    for (const fused of hostFuses() ? [false, true] : [false]) {
      const { floatingPoint, frames } = built;
      const { wasm, layout } = annotate(module, elf, { plans, frames, floatingPoint, fused });
      const { io, stdout } = programStreams(spec);
      const { counts } = runAnnotated({ wasm, layout, elf, ...io });
      expect({ fused, stdout: stdout().toString() }).toEqual({ fused, stdout: expected });
      const entry = code.blockAt(elf.entry);
      const machine = machineCounts(code, mapping, counts, layout.addressTaken, entry?.id ?? 0);
      expect(verifyCounts(code, machine, target.iss.profile).differences).toEqual([]);
    }
  },
  600_000,
);
