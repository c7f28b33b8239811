// Writes the expected output of every benchmark into suite.json, from a native build on this machine.
//
// The native run is the second opinion that shares nothing with the target: another instruction set, byte
// order, pointer size and C library. A program that does not end with `OK` and exit status 0, in either size,
// is refused. Names, licences and descriptions in suite.json are written by hand and kept; only hashes change.
// Usage: node benchmarks/bless.mjs [--check]      (CC chooses the compiler; --check writes nothing)

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const suiteFile = join(root, "suite.json");
const suite = JSON.parse(readFileSync(suiteFile, "utf8"));
const checkOnly = process.argv.includes("--check");
const compiler = process.env["CC"] ?? "clang-22";
const scratch = mkdtempSync(join(tmpdir(), "blockwatt-bless-"));
let problems = 0;

function report(text) {
  console.error(text);
  problems += 1;
}

try {
  for (const entry of suite.programs) {
    const folder = join(root, entry.folder);
    const program = JSON.parse(readFileSync(join(folder, "program.json"), "utf8"));
    const executable = join(scratch, entry.name);
    const sources = program.sources.map((source) => join(folder, source));
    const warnings = ["-Wall", "-Wextra", "-Werror", "-pedantic"];
    const flags = ["-std=c11", "-O2", ...warnings, ...program.cflags, ...sources, "-lm", "-o", executable];
    const build = spawnSync(compiler, flags);
    if (build.status !== 0) {
      report(`${entry.name}: ${compiler} refuses it\n${build.stderr ?? build.error?.message}`);
      continue;
    }
    const hashes = {};
    for (const [size, args] of Object.entries(program.args)) {
      const run = spawnSync(executable, args, { input: program.stdin ?? "", timeout: 60_000 });
      if (run.status !== 0 || !run.stdout.toString("latin1").endsWith("OK\n")) {
        report(`${entry.name} ${size}: exit status ${run.status}, output:\n${run.stdout}`);
      }
      hashes[size] = createHash("sha256").update(run.stdout).digest("hex");
      if (checkOnly && hashes[size] !== entry.expected_stdout_sha256[size]) {
        report(`${entry.name} ${size}: output differs from suite.json`);
      }
    }
    entry.expected_stdout_sha256 = hashes;
  }
} finally {
  rmSync(scratch, { recursive: true });
}

if (problems === 0 && !checkOnly) {
  writeFileSync(suiteFile, `${JSON.stringify(suite, null, 2)}\n`);
}
console.error(`${suite.programs.length} programs, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
