import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../src/base/folder.ts";

describe("makeFolder", () => {
  it("makes a folder with its parents, once or twice", () => {
    const folder = mkdtempSync(join(tmpdir(), "blockwatt-test-"));
    makeFolder(join(folder, "a", "b", "c"));
    makeFolder(join(folder, "a", "b", "c"));
    expect(existsSync(join(folder, "a", "b", "c"))).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it("throws below a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "blockwatt-test-"));
    writeFileSync(join(folder, "file"), "");
    expect(() => makeFolder(join(folder, "file", "a", "b"))).toThrow(/ENOTDIR/);
    rmSync(folder, { recursive: true });
  });

  it("throws, and returns at all, where no folder can be made", () => {
    expect(() => makeFolder("/proc/blockwatt/a")).toThrow(/ENOENT|EACCES|EPERM/);
  });
});
