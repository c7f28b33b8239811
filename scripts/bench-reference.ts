// Measures how fast the engine of operation state machines runs programs: million instructions a second of processor time
// of this process, functional simulation included, the best of several runs.
//
//   npm run bench-reference                               the cores of targets/ that it can run
//   npm run bench-reference -- --suite DIR                and two descriptions of the public suite
//   npm run bench-reference -- --instructions 3000000 --repetitions 5 --record --json
//
// The first run of a process compiles everything; it is told apart (first_mips).
import { join } from "node:path";
import { parseArgs } from "node:util";
import { entry, mixedProgram } from "../benchmarks/reference/mixed-program.ts";
import { hostLoad, recordHistory } from "../src/cli/history.ts";
import { loadSetup, runsPrograms, simulate } from "../src/conform/index.ts";
import type { MachineModel } from "../src/machine/model.ts";
import { projectFolder } from "../src/toolchain/core.ts";

const { values } = parseArgs({
  options: {
    suite: { type: "string" },
    instructions: { type: "string", default: "3000000" },
    repetitions: { type: "string", default: "4" },
    record: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

interface Described {
  readonly name: string;
  readonly adl: string;
  readonly uadl: string;
  readonly includes: readonly string[];
  /** Registers that the program wants set. */
  readonly registers: readonly { readonly name: string; readonly value: bigint }[];
}

interface Measured {
  readonly description: string;
  readonly mode: "normal" | "safe";
  readonly instructions: number;
  readonly cycles: number;
  /** Share of the pipeline's work that was looked up. */
  readonly looked_up: number;
  readonly first_mips: number;
  readonly mips: number;
}

function described(suite: string | undefined): Described[] {
  const cores = ["e200z3", "ppc440"].map((name) => {
    const uadl = join(projectFolder, "targets", name, "core.uadl");
    return { name, adl: uadl, uadl, includes: [], registers: [] };
  });
  if (suite === undefined) return cores;
  const [uadl, iss] = [join(suite, "tests/uadl"), join(suite, "tests/iss")];
  const includes = [uadl, join(suite, "designs"), iss];
  return [
    {
      name: "dlx-z0",
      adl: join(uadl, "z0.adl"),
      uadl: join(uadl, "dlx-z0.uadl"),
      includes,
      registers: [],
    },
    {
      name: "dlx2-fwd",
      adl: join(iss, "mod11.adl"),
      uadl: join(uadl, "dlx2-fwd.uadl"),
      includes,
      // Addresses are real ones.
      registers: [{ name: "HDBCR0", value: 0x80000000n }],
    },
    ...cores,
  ];
}

/** Rounds that are more than anybody runs. */
const rounds = 30_000;

function measure(model: MachineModel, one: Described, safeMode: boolean): Measured {
  const words = mixedProgram(rounds, runsPrograms(model.isa) ? 0x44000002 : 0);
  const bytes = Uint8Array.from(words.flatMap((word) => [24, 16, 8, 0].map((by) => (word >>> by) & 255)));
  const { counters } = model.isa.machine ?? { counters: { nia: "NIA" } };
  const image = {
    memory: [{ memory: "Mem", address: entry, bytes }],
    registers: [...one.registers, { name: counters.nia, value: BigInt(entry) }],
    diagnostics: [],
  };
  const limit = Number(values.instructions);
  const speeds: number[] = [];
  let last: ReturnType<typeof simulate> | undefined;
  for (let n = 0; n < Number(values.repetitions); n++) {
    const before = process.cpuUsage();
    last = simulate(model, { safeMode }, image as unknown as Parameters<typeof simulate>[2], {
      timed: 0,
      instructions: limit,
    });
    const { user, system } = process.cpuUsage(before);
    speeds.push(last.instructions / (user + system));
  }
  const { replayed, simulated } = last!.replayed ?? { replayed: 0, simulated: 1 };
  return {
    description: one.name,
    mode: safeMode ? "safe" : "normal",
    instructions: last!.instructions,
    cycles: last!.cycles,
    looked_up: replayed / (replayed + simulated),
    first_mips: speeds[0]!,
    mips: Math.max(...speeds),
  };
}

const load = hostLoad();
const results: Measured[] = [];
for (const one of described(values.suite)) {
  const loaded = loadSetup({ ...one, defines: {} });
  if ("diagnostics" in loaded)
    throw new Error(`${one.name}: ${loaded.diagnostics[0]?.message ?? "not loaded"}`);
  for (const safeMode of [false, true]) {
    const measured = measure(loaded.model, one, safeMode);
    results.push(measured);
    const { description, mode, instructions, cycles, looked_up, first_mips, mips } = measured;
    console.error(
      `${description} ${mode}: ${instructions} instructions, ${cycles} cycles, ${(100 * looked_up).toFixed(1)} % looked up, ` +
        `${mips.toFixed(2)} MIPS (first run ${first_mips.toFixed(2)})`,
    );
  }
}
const report = { schema: "blockwatt.bench-reference/1", results };
if (values.json) console.log(JSON.stringify(report, null, 2));
if (values.record) await recordHistory(report, load);
