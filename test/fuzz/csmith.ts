// `npm run fuzz -- --count N --seed S`: random programs on every executor. What is found is kept in a folder outside of the
// project, as a C file and the command that shows it.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasHost32 } from "./host-program.ts";
import { isByteOrderFree, LEVELS, randomProgram } from "./random-program.ts";
import { supervise, type Case } from "./supervisor.ts";

/** Every so many programs run on the reference model as well; prime to the cores and levels that take turns. */
const EACH_ON_REFERENCE = 7;
/** Cores whose instructions include what keeps the compiler from branching where the IR does not (see docs/matching.md). */
const CORES = ["e200z3", "ppc440"];

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    core: { type: "string" },
    opt: { type: "string" },
    save: { type: "string", default: join(tmpdir(), "blockwatt-fuzz") },
  },
});

const folder = mkdtempSync(join(tmpdir(), "blockwatt-fuzz-work-"));
try {
  process.exitCode = await supervise(cases(), keep);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function* cases(): Iterable<Case> {
  const cores = values.core?.split(",") ?? CORES;
  const levels = values.opt === undefined ? LEVELS : values.opt.split(",");
  const host32 = hasHost32();
  for (let i = 0; i < Number(values.count); i += 1) {
    const seed = Number(values.seed) + i;
    const level = levels[Math.floor(seed / cores.length) % levels.length] ?? "-O2";
    yield {
      name: String(seed),
      core: cores[seed % cores.length] ?? "",
      level,
      spec: randomProgram(folder, seed, level),
      host: host32 && isByteOrderFree(seed),
      reference: seed % EACH_ON_REFERENCE === 0,
    };
  }
}

function keep({ name, core, level, spec }: Case, kind: string, detail: string): void {
  const kept = join(values.save, `${name}-${core}${level}-${kind}`);
  mkdirSync(kept, { recursive: true });
  copyFileSync(spec.sources[0] ?? "", join(kept, `seed${name}.c`));
  const again = `npm run fuzz -- --count 1 --seed ${name} --core ${core} --opt ${level}`;
  writeFileSync(join(kept, "found.txt"), `${detail}\n\n${again}\n`);
}
