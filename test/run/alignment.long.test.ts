// Accesses that are not aligned: words are split by every core, floating-point numbers are an alignment exception on those that
// say so (`word_aligned`): the same line and status on the annotated module and on both simulators.
import { basename } from "node:path";
import { expect, test } from "vitest";
import { annotate } from "../../src/annotate/index.ts";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { runFunctional, runReference } from "../../src/cli/executors.ts";
import { floatOptions } from "../../src/cli/float-options.ts";
import { loadCore } from "../../src/cli/load-core.ts";
import { loadElf } from "../../src/cli/prepare.ts";
import { loadModule } from "../../src/cli/load-module.ts";
import { runAnnotated } from "../../src/run/index.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { inFolder } from "../bad-input/command-line.ts";

const text = `#include <stdio.h>
#include <stdlib.h>
static _Alignas(8) char room[64];
__attribute__((noinline)) static int word(const void *p) { return *(const int *)p; }
__attribute__((noinline)) static double half(const double *p) {
  return *p * 0.5;
}
__attribute__((noinline)) static void put(float *p, float x) {
  *p = x + 1;
}
int main(int argc, char **argv) {
  int at = argc > 2 ? atoi(argv[2]) : 0;
  for (int i = 0; i < 64; i++) room[i] = (char)(64 + i);
  printf("%x\\n", word(room + at));
  if (argv[1][0] == 'd') return half((double *)(room + at)) > 0;
  if (argv[1][0] == 'f') put((float *)(room + at), (float)at);
  printf("%x\\n", word(room + 4));
  return 0;
}
`;

function outcome(action: () => { exitCode: number; printed: string }): string {
  try {
    const { exitCode, printed } = action();
    return `exit ${String(exitCode)}: ${printed}`;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { place, exitStatus, message } = error.diagnostics[0]!;
    const line = place === undefined ? "" : `${basename(place.file)}:${String(place.line)}`;
    return `${line} status ${String(exitStatus)} ${/SIG\w+/.exec(message)?.[0] ?? message}`;
  }
}

async function outcomes(name: string, args: readonly string[]): Promise<string[]> {
  return inFolder({ "p.c": text }, async (folder) => {
    const core = loadCore(name);
    const spec = { ...specOfSources([`${folder}/p.c`]), args: [...args] };
    const built = await buildProgram(spec, core.toolchain);
    const elf = loadElf(built);
    const { wordAligned } = core.model.pipeline;
    const made = annotate(loadModule(built.bitcodePath), elf, {
      ...floatOptions(built),
      frames: built.frames,
      alignment: "any",
      alignedNumbers: wordAligned?.includes("lfd") ?? false,
    });
    const host = outcome(() => {
      let printed = "";
      const { exitCode } = runAnnotated({
        ...made,
        sourceMap: () => made.map,
        elf,
        args: ["p", ...args],
        write: (_, bytes) => (printed += Buffer.from(bytes).toString()),
      });
      return { exitCode, printed };
    });
    const functional = outcome(() => {
      const { exitCode, stdout } = runFunctional(core, elf, spec);
      return { exitCode, printed: stdout.toString() };
    });
    let error: unknown;
    const reference = await runReference(core, elf, spec, { signal: new AbortController().signal }).catch(
      (thrown: unknown) => (error = thrown),
    );
    const modelled = outcome(() => {
      if (error !== undefined) throw error as Error;
      const { exitCode, stdout } = reference as { exitCode: number; stdout: Buffer };
      return { exitCode, printed: stdout.toString() };
    });
    return [host, functional, modelled];
  });
}

test.each([
  ["ppc603e", ["d", "8"], "exit 1: 48494a4b\n"],
  ["ppc603e", ["w", "3"], "exit 0: 43444546\n44454647\n"],
  ["ppc603e", ["d", "4"], "exit 1: 44454647\n"],
  ["ppc603e", ["d", "2"], "p.c:15 status 135 SIGBUS"],
  ["ppc603e", ["f", "7"], "p.c:9 status 135 SIGBUS"],
  ["e200z3", ["d", "3"], "exit 1: 43444546\n"],
  ["e200z3", ["f", "1"], "exit 0: 41424344\n454647\n"],
] as const)("%s %j", async (core, args, expected) => {
  const seen = await outcomes(core, args);
  expect(seen).toEqual([expected, expected, expected]);
});
