// `npm run compare-programs -- PATH…`: C programs of anybody's on every executor, as `npm run fuzz` does with random ones. A C file is
// a program, and so is each C file of a folder; with `--together`, a folder's files are one program.
import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isSourceName } from "../../src/toolchain/spec.ts";
import { LEVELS } from "./random-program.ts";
import { supervise, type Case } from "./supervisor.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    core: { type: "string", default: "e200z3,ppc440,ppc603e" },
    opt: { type: "string" },
    /** Compiler options, separated by spaces. */
    flags: { type: "string", default: "-w" },
    /** Files that are part of every program. */
    with: { type: "string", multiple: true, default: [] },
    together: { type: "boolean", default: false },
    /** Cores and levels take turns; without: each program on each of them. */
    turns: { type: "boolean", default: false },
    reference: { type: "boolean", default: false },
  },
});

if (positionals.length > 0) process.exitCode = await supervise(cases(), () => undefined);
else {
  console.error("no program given: npm run compare-programs -- FILE.c FOLDER …");
  process.exitCode = 2;
}

function* cases(): Iterable<Case> {
  const variants = values.core
    .split(",")
    .flatMap((core) => (values.opt?.split(",") ?? LEVELS).map((level) => ({ core, level })));
  for (const [i, sources] of positionals.flatMap(programsOf).entries()) {
    const turn = variants[i % variants.length];
    for (const { core, level } of values.turns && turn ? [turn] : variants) {
      const name = values.together ? basename(resolve(sources[0] ?? "", "..")) : basename(sources[0] ?? "");
      const cflags = [...values.flags.split(" ").filter((flag) => flag !== ""), level];
      const all = [...sources, ...values.with.map((path) => resolve(path))];
      const spec = { name: "program", sources: all, cflags, args: [] };
      yield { name, core, level, spec, host: false, reference: values.reference };
    }
  }
}

/** The programs that a path names, each as its files. */
function programsOf(path: string): string[][] {
  if (!statSync(path).isDirectory()) return [[resolve(path)]];
  const files = readdirSync(path)
    .filter(isSourceName)
    .sort()
    .map((name) => resolve(join(path, name)));
  return values.together ? [files] : files.map((file) => [file]);
}
