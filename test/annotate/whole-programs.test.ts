// Whole C programs, chosen for the IR that they become, print on the host what they print on the simulated machine and,
// where qemu-ppc is there, under QEMU; block and edge counts agree too.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { annotate } from "../../src/annotate/index.ts";
import { readModule } from "../../src/bitcode/index.ts";
import { programStreams, runFunctional } from "../../src/cli/executors.ts";
import { loadCore } from "../../src/cli/load-core.ts";
import { plansOf } from "../../src/cli/prepare.ts";
import { readElf } from "../../src/elf/index.ts";
import { machineCounts, mapProgram, verifyCounts } from "../../src/match/index.ts";
import { runAnnotated } from "../../src/run/index.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { joinPrograms } from "../toolchain/joined-programs.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";

/** Programs that are one here; of the last, which ends by exit, the exit status is compared. */
const TOGETHER = {
  integers: ["arithmetic", "memory", "control", "vector", "division", "wide-integers", "calls"],
  "floating point": ["float-classes", "float", "float-library"],
};

const folder = mkdtempSync(join(tmpdir(), "blockwatt-whole-programs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = (name: string): string => fileURLToPath(new URL(`programs/${name}.c`, import.meta.url));

beforeAll(async () => {
  await withLibrary("ppc440");
}, 600_000);

test.each(["integers", "floating point", "wide-switch", "unaligned", "unaligned 1"] as const)(
  "%s",
  async (program) => {
    const core = loadCore("ppc440");
    const [name = "", ...args] = program.split(" ");
    const spec =
      program in TOGETHER
        ? joinPrograms(TOGETHER[program as keyof typeof TOGETHER].map(source), folder)
        : { ...specOfSources([source(name)]), args };
    const built = await buildProgram(spec, core.toolchain);
    const elf = readElf(readFileSync(built.elfPath), built.elfPath);
    const module = readModule(readFileSync(built.bitcodePath));
    const { code, mapping } = mapProgram({ module, elf, listing: readFileSync(built.assemblyPath, "utf8") });
    const plans = plansOf({ mapping });

    const target = runFunctional(core, elf, spec);
    const expected = { exitCode: target.iss.exitCode, stdout: target.stdout.toString() };
    const qemu = spawnSync("qemu-ppc", ["-cpu", core.toolchain.qemu_cpu, built.elfPath, ...spec.args], {
      encoding: "utf8",
      // The program gets the environment, whose size is limited.
      env: { PATH: process.env["PATH"] ?? "" },
    });
    if (qemu.error === undefined) expect({ exitCode: qemu.status, stdout: qemu.stdout }).toEqual(expected);

    const alignment = name === "unaligned" ? "any" : "trap";
    const run = (options: Parameters<typeof annotate>[2]) => {
      const { wasm, layout } = annotate(module, elf, { ...options, frames: built.frames, alignment });
      const streams = programStreams(spec);
      const result = runAnnotated({ wasm, layout, elf, ...streams.io });
      return { layout, result, seen: { exitCode: result.exitCode, stdout: streams.stdout().toString() } };
    };
    expect(run({ counters: false }).seen).toEqual(expected);
    const { layout, result, seen } = run({ plans });
    expect(seen).toEqual(expected);

    const entry = code.blockAt(elf.entry)?.id ?? -1;
    const counts = machineCounts(code, mapping, result.counts, layout.addressTaken, entry);
    expect(counts.contradictions).toEqual([]);
    expect(counts.unmatched).toEqual([]);
    expect(verifyCounts(code, counts, target.iss.profile).differences).toEqual([]);
  },
  300_000,
);
