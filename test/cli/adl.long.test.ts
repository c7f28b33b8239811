// `blockwatt adl …` as a user runs it: exit statuses, what is written where, and what stays as it is.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blockwatt, projectFolder } from "../bad-input/command-line.ts";
import type { Answer } from "../bad-input/command-line.ts";

const untidy = "define (arch=M){define(regfile=G){size=4;}\n//kept\n}\n";
const tidy = "define (arch=M) {\n  define (regfile=G) { size = 4; }\n  //kept\n}\n";
let folder = "";

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "blockwatt-adl-cli-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<Answer> {
  return blockwatt({ args: ["adl", ...args], cwd: folder });
}

test("fmt --check changes nothing and says what it would change, --stdout prints it, fmt does it", async () => {
  writeFileSync(join(folder, "m.adl"), untidy);
  expect(await run("fmt", "--check", "m.adl")).toEqual({
    status: 1,
    stdout: "",
    stderr: "not formatted: m.adl\n",
  });
  expect(await run("fmt", "--stdout", "m.adl")).toEqual({ status: 0, stdout: tidy, stderr: "" });
  expect(readFileSync(join(folder, "m.adl"), "utf8")).toBe(untidy);
  expect(await run("fmt", "m.adl")).toEqual({ status: 0, stdout: "", stderr: "formatted: m.adl\n" });
  expect(readFileSync(join(folder, "m.adl"), "utf8")).toBe(tidy);
  expect(await run("fmt", "--check", "m.adl")).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("fmt --expanded takes macros and import folders from the command line", async () => {
  writeFileSync(join(folder, "e.adl"), '#import "registers.adl"\ndefine (arch=M) { define (reg=NAME) {} }\n');
  const missing = await run("fmt", "--expanded", "e.adl");
  expect([missing.status, missing.stdout, /BW0110/.test(missing.stderr)]).toEqual([1, "", true]);
  const shared = join(projectFolder, "adl", "powerpc");
  const { status, stdout } = await run("fmt", "--expanded", "-I", shared, "-D", "NAME=ODD", "e.adl");
  expect([status, stdout.endsWith("define (arch=M) {\n  define (reg=ODD) {}\n}\n")]).toEqual([0, true]);
});

test("check: warnings fail only when strict", async () => {
  const text =
    "define (arch=M) { define (instrfield=O) { bits = (0,31); } define (instr=x) { fields = (O(1)); } }\n";
  writeFileSync(join(folder, "w.adl"), text);
  const lenient = await run("check", "--json", "w.adl");
  const report = JSON.parse(lenient.stdout) as { errors: number; warnings: number; coverage: unknown[] };
  expect([lenient.status, report.errors, report.warnings]).toEqual([0, 0, 1]);
  expect(report.coverage).toEqual([
    { name: "M", instructions: 1, semantics: 0, unsupported: [], untested: [] },
  ]);
  const strict = await run("check", "--strict", "w.adl");
  expect([strict.status, strict.stdout.includes("1 errors, 0 warnings")]).toEqual([1, true]);
});

test("doc writes a page, or says why not", async () => {
  const path = join(projectFolder, "adl", "powerpc", "powerpc.adl");
  const { status, stdout } = await run("doc", path, "-o", "page");
  expect([status, stdout]).toEqual([0, "page/index.html\n"]);
  expect(readFileSync(join(folder, "page", "index.html"), "utf8")).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  writeFileSync(join(folder, "bad.adl"), "define (arch=M) {");
  const bad = await run("doc", "bad.adl", "-o", "none");
  expect([bad.status, bad.stdout, existsSync(join(folder, "none"))]).toEqual([1, "", false]);
});
