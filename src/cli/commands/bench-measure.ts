// Times one program natively, as a plain and as an annotated module, and under qemu-ppc.
//
// A sample is the fastest of a few runs: whatever else the machine does only makes runs slower. Native and qemu-ppc runs are
// fresh processes, module runs are fresh instances in a fresh process. Repetitions are rounds: each round takes one sample of every
// variant, in an order that rotates from round to round, so that a machine that gets slower or faster meanwhile favours
// none. Ratios are medians of the ratios within rounds. Figures are processor time: programs are single threads that wait
// for nothing, so on a quiet machine it equals wall time, and on a busy one it leaves out what others took. Wall time is
// kept beside it, and for qemu-ppc it is the only one. See docs/benchmarking.md.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, InternalError } from "../../base/diagnostic.ts";
import { median } from "../../report/figures.ts";
import type { ProgramRun } from "../../toolchain/native.ts";
import { buildNative, runNative } from "../../toolchain/native.ts";
import { runChecked } from "../../toolchain/process.ts";
import { runQemu } from "../../toolchain/qemu.ts";
import type { StoredModule } from "../module-variants.ts";
import type { ProgramSpec } from "../../toolchain/spec.ts";
import type { SampleAnswer, SampleRequest } from "./bench-sample.ts";

export const variants = ["native", "plain_wasm", "annotated", "qemu"] as const;
export type Variant = (typeof variants)[number];

export interface BenchSubject {
  readonly spec: ProgramSpec;
  readonly elfPath: string;
  /** CPU for qemu-ppc. */
  readonly qemuCpu: string;
  readonly plain: StoredModule;
  readonly annotated: Omit<StoredModule, "sourceMap">;
}

export interface MeasureOptions {
  /** Rounds that count; one more comes before them and does not. */
  readonly repetitions: number;
  /** ELF of a program that does nothing, to know qemu-ppc's own start; null leaves qemu-ppc out. */
  readonly emptyElf: string | null;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

/** Seconds of every sample, in the order of rounds: processor time by variant (empty for qemu when it is left out), and wall
 *  time by variant with `_wall`. */
export type Samples = Readonly<Record<Variant | `${Exclude<Variant, "qemu">}_wall`, readonly number[]>>;

/** Runs of which the fastest is a sample. */
const RUNS = 5;

interface Outcome {
  readonly seconds: number;
  readonly cpuSeconds?: number;
  readonly exitCode: number;
  readonly stdoutSha256: string;
}

/** Takes all samples. Fails: BW0920 when a variant's output or exit status differs from the native one's: the time of
 *  another computation says nothing. */
export async function measureProgram(subject: BenchSubject, options: MeasureOptions): Promise<Samples> {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-bench-"));
  try {
    const run = await samplers(subject, folder, options);
    const names = variants.filter((variant) => variant !== "qemu" || options.emptyElf !== null);
    const samples = {
      ...{
        native: [] as number[],
        plain_wasm: [] as number[],
        annotated: [] as number[],
        qemu: [] as number[],
      },
      ...{ native_wall: [] as number[], plain_wasm_wall: [] as number[], annotated_wall: [] as number[] },
    };
    const rounds = options.repetitions + 1;
    let expected: Outcome | undefined;
    let done = 0;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < names.length; i++) {
        const variant = names[(i + round) % names.length]!;
        const outcome = await run[variant]();
        expected ??= outcome;
        if (outcome.exitCode !== expected.exitCode || outcome.stdoutSha256 !== expected.stdoutSha256) {
          fail(
            "BW0920",
            `${subject.spec.name}: ${variant} ends with status ${outcome.exitCode} or prints something else than native does (status ${expected.exitCode})`,
            `find out why with: blockwatt validate ${subject.spec.name}`,
          );
        }
        if (round > 0) {
          samples[variant].push(outcome.cpuSeconds ?? outcome.seconds);
          if (variant !== "qemu") samples[`${variant}_wall`].push(outcome.seconds);
        }
        options.progress((done += 1), rounds * names.length);
      }
    }
    return samples;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median of the ratios a/b within rounds. */
export function pairedRatio(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new InternalError("samples of a round are missing");
  return median(a.map((seconds, i) => seconds / b[i]!));
}

/** How to take one sample of each variant. */
async function samplers(
  subject: BenchSubject,
  folder: string,
  options: MeasureOptions,
): Promise<Readonly<Record<Variant, () => Promise<Outcome>>>> {
  const { spec, elfPath } = subject;
  const { signal } = options;
  const native = await buildNative(spec, signal);
  const stdin = spec.stdin === undefined ? new Uint8Array() : readFileSync(spec.stdin);
  const outcomeOf = (r: ProgramRun): Outcome => ({
    seconds: r.seconds,
    ...(r.cpuSeconds === undefined ? {} : { cpuSeconds: r.cpuSeconds }),
    exitCode: r.exitCode,
    stdoutSha256: createHash("sha256").update(r.stdout).digest("hex"),
  });
  const qemuRun = (elf: string, args: readonly string[]) => async (): Promise<Outcome> =>
    outcomeOf(await runQemu(subject.qemuCpu, elf, args, stdin, { signal }));
  return {
    native: () => fastest(async () => outcomeOf(await runNative(native, spec.args, stdin, signal))),
    plain_wasm: moduleSampler("plain", subject.plain, subject, folder, signal),
    annotated: moduleSampler("annotated", subject.annotated, subject, folder, signal),
    qemu: async () => {
      const whole = await fastest(qemuRun(elfPath, spec.args));
      const start = await fastest(qemuRun(options.emptyElf ?? elfPath, []));
      return { ...whole, seconds: Math.max(0, whole.seconds - start.seconds) };
    },
  };
}

async function fastest(run: () => Promise<Outcome>): Promise<Outcome> {
  const time = (outcome: Outcome): number => outcome.cpuSeconds ?? outcome.seconds;
  let best = await run();
  for (let i = 1; i < RUNS; i++) {
    const next = await run();
    if (time(next) < time(best)) best = next;
  }
  return best;
}

function moduleSampler(
  name: string,
  program: Omit<StoredModule, "sourceMap">,
  subject: BenchSubject,
  folder: string,
  signal: AbortSignal,
): () => Promise<Outcome> {
  const { spec, elfPath } = subject;
  const file = (extension: string): string => join(folder, `${name}.${extension}`);
  writeFileSync(file("wasm"), program.wasm);
  writeFileSync(file("layout.json"), JSON.stringify(program.layout));
  const request: SampleRequest = {
    wasm: file("wasm"),
    layout: file("layout.json"),
    elf: elfPath,
    args: [spec.name, ...spec.args],
    ...(spec.stdin === undefined ? {} : { stdin: spec.stdin }),
    runs: RUNS,
  };
  writeFileSync(file("request.json"), JSON.stringify(request));
  const script = fileURLToPath(new URL("./bench-sample.ts", import.meta.url));
  const args = ["--expose-gc", "--import", import.meta.resolve("tsx"), script, file("request.json")];
  return async () => {
    const { stdout } = await runChecked({
      command: process.execPath,
      args,
      what: `${spec.name}: the ${name} module does not run`,
      code: "BW0921",
      signal,
    });
    return JSON.parse(stdout) as SampleAnswer;
  };
}
