// The same program on the host, built by the same compiler with plain -O2, as any user would: the yardstick for the
// annotated program's speed. Vectorisation and the host's own C library are on; nothing is held back.
//
// What is timed is the program: a constructor and a destructor linked beside it (host-timer.c) read the clock.

import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { cachedFolder, contentHash } from "./cache.ts";
import { projectFolder } from "./core.ts";
import { executeProgram } from "./execute.ts";
import { runChecked } from "./process.ts";
import type { ProgramSpec } from "./spec.ts";
import { findTools } from "./tools.ts";

/** Part of every key: raise it when the command below changes. */
const RECIPE = 2;

/** Flags of a native build; the program's own cflags follow. */
const FLAGS = ["-std=gnu17", "-O2"];

const RUN_LIMIT_MS = 300_000;

export interface ProgramRun {
  /** Wall time of the program itself, without starting the process. */
  readonly seconds: number;
  /** The same in processor time, where it is known: on a busy machine, the time that the program itself took. */
  readonly cpuSeconds?: number;
  readonly stdout: Uint8Array;
  readonly exitCode: number;
}

/**
 * Builds a program for the host, or finds it in the cache; returns the executable's path. The key is the preprocessed
 * text, so a changed header is a new build. Fails: BW0501 C errors, BW0502 missing tool, BW0505, BW0506, BW0508.
 */
export async function buildNative(spec: ProgramSpec, signal?: AbortSignal): Promise<string> {
  const tools = await findTools();
  const timer = join(projectFolder, "src", "toolchain", "host-timer.c");
  const common = {
    command: tools.path.clang,
    code: "BW0501",
    what: `${spec.name} does not compile for the host`,
    ...(signal === undefined ? {} : { signal }),
  };
  const texts: string[] = [];
  for (const source of spec.sources) {
    // -P: without line markers, so that the place of the sources is no part of the key.
    const { stdout } = await runChecked({
      ...common,
      args: [...FLAGS, ...spec.cflags, "-E", "-P", source],
      cwd: dirname(source),
    });
    texts.push(stdout);
  }
  const recipe = JSON.stringify([RECIPE, tools.version, FLAGS, spec.cflags]);
  const key = contentHash(recipe, readFileSync(timer), ...texts);
  const folder = await cachedFolder("native", key, async (work) => {
    const objects: string[] = [];
    for (const [i, source] of [...spec.sources, timer].entries()) {
      const object = join(work, `${i}-${basename(source, ".c")}.o`);
      const own = source === timer ? [] : spec.cflags;
      await runChecked({
        ...common,
        args: [...FLAGS, ...own, "-c", source, "-o", object],
        cwd: dirname(source),
      });
      objects.push(object);
    }
    await runChecked({ ...common, args: [...objects, "-lm", "-o", join(work, "program")] });
  });
  return join(folder, "program");
}

/**
 * Runs a native build. Fails: BW0507 time-out, BW0508 cancelled, BW0521 when the program did not end by returning from
 * main or calling exit(), since its time is then unknown.
 */
export async function runNative(
  executable: string,
  args: readonly string[],
  stdin: Uint8Array,
  signal?: AbortSignal,
): Promise<ProgramRun> {
  const result = await executeProgram({
    command: executable,
    args,
    stdin,
    timeoutMs: RUN_LIMIT_MS,
    what: "the program's native build",
    ...(signal === undefined ? {} : { signal }),
  });
  const [seconds = Number.NaN, cpuSeconds = Number.NaN] = result.side.split(" ").map(Number);
  if (!Number.isFinite(seconds) || !Number.isFinite(cpuSeconds)) {
    fail(
      "BW0521",
      `the program's native build ended without exit() (status ${result.exitCode}); its time is unknown`,
      "a program that is measured has to return from main or call exit()",
    );
  }
  return { seconds, cpuSeconds, stdout: result.stdout, exitCode: result.exitCode };
}
