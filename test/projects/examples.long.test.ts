// The example projects: somebody else's C, unpatched. Every executor prints the same with errors within the limits, every
// function is mapped, and SQLite gives the rows that SQLite on this host gives.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { programStreams } from "../../src/cli/executors.ts";
import { loadCore } from "../../src/cli/load-core.ts";
import { mapBuilt, loadElf } from "../../src/cli/prepare.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { projectFolder } from "../../src/toolchain/core.ts";
import { runQemu } from "../../src/toolchain/qemu.ts";
import { loadProgramSpec } from "../../src/toolchain/spec.ts";
import { faults, validate } from "../accuracy/validate.ts";

const folderOf = (name: string): string => join(projectFolder, "examples", name);

describe.each(["lz4", "tree-sitter", "secp256k1", "sqlite"])("%s", (name) => {
  test.each(["e200z3", "ppc440"])("on %s", async (core) => {
    const report = await validate([folderOf(name), "--core", core]);
    expect(report.results.map(({ program }) => program)).toEqual([name]);
    expect(faults(report)).toEqual([]);
    const { toolchain } = loadCore(core);
    const built = await buildProgram(await loadProgramSpec(folderOf(name), "small"), toolchain);
    const { mapped } = mapBuilt(built, loadElf(built));
    const unmatched = [...mapped.mapping.functions.values()].filter(
      ({ status }) => status.kind === "unmatched",
    );
    expect(unmatched.map((fn) => fn.function)).toEqual([]);
  });
});

test("SQLite on the target gives the rows of SQLite on the host", async () => {
  const core = loadCore("ppc440");
  const spec = await loadProgramSpec(folderOf("sqlite"), "small");
  const built = await buildProgram(spec, core.toolchain);
  const input = readFileSync(spec.stdin!);
  const { qemu_cpu: cpu } = core.toolchain;
  const target = await runQemu(cpu, built.elfPath, spec.args, input, { files: spec });
  expect(Buffer.from(target.stdout).toString("utf8").trimEnd().split("\n")).toEqual(
    rowsOnHost(input.toString("utf8"), Number(spec.args[0])),
  );
  expect(programStreams(spec).io.args).toEqual(["sqlite", ...spec.args]);
});

/** What the script prints in better-sqlite3: each row with its columns as SQLite makes them text. */
function rowsOnHost(script: string, n: number): string[] {
  const db = new Database(":memory:");
  try {
    db.exec("PRAGMA foreign_keys = OFF; CREATE TABLE params(n INTEGER)");
    db.prepare("INSERT INTO params VALUES (?)").run(n);
    const rows: string[] = [];
    for (const sql of script.replace(/^--.*$/gm, "").split(/;\s*$/m)) {
      if (sql.trim() === "") continue;
      const statement = db.prepare(sql);
      if (!statement.reader) {
        statement.run();
        continue;
      }
      for (const row of statement.raw().safeIntegers().iterate() as Iterable<unknown[]>) {
        rows.push(row.map((value) => textOf(db, value)).join("|"));
      }
    }
    return rows;
  } finally {
    db.close();
  }
}

function textOf(db: Database.Database, value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value !== "number") return String(value as string | bigint);
  return db.prepare("SELECT CAST(? AS TEXT)").pluck().get(value) as string;
}
