// One C program on every executor: qemu-ppc, the functional simulator, the annotated module; where asked, the reference model and a
// build for the host. Outputs must be the same, and so must be the counts of every block and edge. What differs is told in words.
import { annotate } from "../../src/annotate/index.ts";
import { hasCode } from "../../src/base/diagnostic.ts";
import { programStreams, runFunctional, runReference } from "../../src/cli/executors.ts";
import { floatOptions } from "../../src/cli/float-options.ts";
import type { Core } from "../../src/cli/load-core.ts";
import { loadElf, mapBuilt, plansOf } from "../../src/cli/prepare.ts";
import { machineCounts, verifyCounts } from "../../src/match/index.ts";
import { runAnnotated, UNALIGNED } from "../../src/run/index.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { runQemu } from "../../src/toolchain/qemu.ts";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";
import { convertsOutOfRange, handsOnPoison, TRAPPED } from "./checked-program.ts";
import { endsOnHost, hasHost32, runOnHost } from "./host-program.ts";

export interface Verdict {
  /** `skipped`: the program takes too long, or ends with a fault. `unmatched`: all is well but for functions without a block mapping. */
  readonly kind: "same" | "different" | "unmatched" | "skipped";
  readonly detail: string;
  readonly instructions: number;
}

/** Exit statuses by SIGSEGV, and by the SIGTRAP that clang leaves where a program's meaning ends (undefined behaviour). */
const FAULTS = [139, TRAPPED];

const ENDLESS = "has an endless loop, and so no meaning";

const NO_VALUE = "converts a number that the integer type cannot hold, and has no meaning from there on";

/** Programs that take longer under qemu-ppc are skipped. */
const LIMIT_MS = 4000;

export interface MoreExecutors {
  /** The program prints the same whatever the order of bytes: it is built for the host as well. */
  readonly host?: boolean;
  /** Run it on the cycle-accurate reference model as well. */
  readonly reference?: boolean;
}

/** Programs with more instructions are too long for the reference model here. */
const REFERENCE_LIMIT = 2_000_000;

export async function compareExecutors(
  core: Core,
  spec: ProgramSpec,
  more: MoreExecutors = {},
): Promise<Verdict> {
  const built = await buildProgram(spec, core.toolchain);
  let qemu: string;
  try {
    const run = await runQemu(core.toolchain.qemu_cpu, built.elfPath, spec.args, new Uint8Array(), {
      timeoutMs: LIMIT_MS,
    });
    if (FAULTS.includes(run.exitCode ?? 0))
      return { kind: "skipped", detail: "faults, as by endless recursion", instructions: 0 };
    qemu = `${Buffer.from(run.stdout).toString()}exit ${String(run.exitCode)}`;
  } catch (error) {
    if (!hasCode(error, "BW0507")) throw error;
    return { kind: "skipped", detail: "takes too long", instructions: 0 };
  }
  const elf = loadElf(built);
  const { module, mapped } = mapBuilt(built, elf);
  const { code, mapping } = mapped;
  const functional = runUnlessMisaligned(core, elf, spec);
  if (functional === undefined)
    return { kind: "skipped", detail: "misaligned on this core", instructions: 0 };
  const { instructions } = functional.iss;
  const simulated = `${functional.stdout.toString()}exit ${String(functional.exitCode)}`;
  const differs = (detail: string): Verdict => ({ kind: "different", detail, instructions });
  if (simulated !== qemu) return differs(`functional simulator: ${difference(simulated, qemu)}`);
  if (more.host) {
    const host = await runOnHost(spec);
    if (host !== qemu) {
      if (!(await endsOnHost(spec))) return { kind: "skipped", detail: ENDLESS, instructions };
      return differs(`host: ${difference(host, qemu)}`);
    }
  }
  if (more.reference && instructions <= REFERENCE_LIMIT) {
    const { stdout, exitCode, result } = await runReference(core, elf, spec, {
      signal: new AbortController().signal,
    });
    const modelled = `${stdout.toString()}exit ${String(exitCode)}`;
    if (modelled !== qemu) return differs(`reference model: ${difference(modelled, qemu)}`);
    if (result.instructions !== instructions)
      return differs(`reference model: ${String(result.instructions)} instructions`);
  }

  const plans = plansOf({ mapping });
  const unmatched: string[] = [];
  for (const [name, fn] of mapping.functions) {
    if (fn.status.kind === "unmatched")
      unmatched.push(
        `${name} (${fn.status.reason} in block ${String(fn.status.irBlock)}: ${fn.status.detail})`,
      );
  }
  const runWith = (alignment: "trap" | "any") => {
    const { wasm, layout } = annotate(module, elf, {
      plans,
      frames: built.frames,
      alignment,
      ...floatOptions(built),
    });
    const streams = programStreams(spec);
    const result = runAnnotated({ wasm, layout, elf, ...streams.io });
    return { layout, result, seen: `${streams.stdout().toString()}exit ${String(result.exitCode)}` };
  };
  let run: ReturnType<typeof runWith>;
  try {
    run = runWith("trap");
  } catch (error) {
    if (hasCode(error, "BW0810")) {
      if (hasHost32() && !(await endsOnHost(spec))) return { kind: "skipped", detail: ENDLESS, instructions };
      if (await convertsOutOfRange(core, spec)) return { kind: "skipped", detail: NO_VALUE, instructions };
    }
    if (!hasCode(error, UNALIGNED)) throw error;
    run = runWith("any");
  }
  if (run.seen !== qemu) {
    if (handsOnPoison(module) && (await convertsOutOfRange(core, spec)))
      return { kind: "skipped", detail: NO_VALUE, instructions };
    return differs(`annotated module: ${difference(run.seen, qemu)}`);
  }
  const entry = code.blockAt(elf.entry)?.id ?? -1;
  const counts = machineCounts(code, mapping, run.result.counts, run.layout.addressTaken, entry);
  if (counts.contradictions.length > 0) return differs(`contradictions: ${counts.contradictions.join("; ")}`);
  const { differences } = verifyCounts(code, counts, functional.iss.profile);
  const [first] = differences.filter((one) => !counts.unmatched.includes(one.function));
  if (unmatched.length > 0) return { kind: "unmatched", detail: unmatched.join("; "), instructions };
  if (first !== undefined)
    return differs(`${String(differences.length)} counts, the first one: ${JSON.stringify(first, plainly)}`);
  return { kind: "same", detail: "", instructions };
}

/** Undefined when the core takes an alignment exception, as by a pointer to a packed member; `qemu-ppc` knows of none. */
function runUnlessMisaligned(...program: Parameters<typeof runFunctional>) {
  try {
    return runFunctional(...program);
  } catch (error) {
    if (!hasCode(error, "BW0304")) throw error;
    return undefined;
  }
}

function plainly(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

/** The first line that is not the same, with its number. */
function difference(seen: string, qemu: string): string {
  const ours = seen.split("\n");
  const theirs = qemu.split("\n");
  const at = ours.findIndex((line, i) => line !== theirs[i]);
  const line = at < 0 ? ours.length : at;
  const brief = (text: string | undefined): string => JSON.stringify((text ?? "").slice(0, 200));
  return `line ${String(line + 1)}: ${brief(ours[line])}; qemu-ppc: ${brief(theirs[line])}`;
}
