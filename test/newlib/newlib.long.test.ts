// Programs that go through the C library: every executor prints the same, leaves the same files and takes the same ways.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faults, validate } from "../accuracy/validate.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "blockwatt-newlib-"));
  mkdirSync(join(folder, "data", "sub"), { recursive: true });
  writeFileSync(join(folder, "data", "a.txt"), "hello file\n");
  writeFileSync(join(folder, "data", "sub", "b.txt"), "second\n");
  symlinkSync("/etc/passwd", join(folder, "data", "leak"));
  cpSync(fileURLToPath(new URL("programs", import.meta.url)), join(folder, "programs"), { recursive: true });
  const nano = { sources: ["programs/nano.c"], printf: "nano", stdin: "programs/input.txt" };
  writeFileSync(join(folder, "program.json"), JSON.stringify(nano));
});
afterAll(() => rmSync(folder, { recursive: true }));

const options = (): string[] => [
  "--mount",
  `${folder}/data:/data`,
  "--env",
  "HOME=/data",
  "--env",
  "ZONE=x y",
];

describe.each(["ppc440", "e200z3"])("on %s", (core) => {
  test.each(["stdio", "library", "math", "rare", "files", "posix"])("%s", async (name) => {
    const report = await validate([join(folder, "programs", `${name}.c`), "--core", core, ...options()]);
    expect(faults(report)).toEqual([]);
  });

  test("the small printf", async () => {
    expect(faults(await validate([folder, "--core", core]))).toEqual([]);
  });
});
