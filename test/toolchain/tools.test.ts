import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findNewlib } from "../../src/toolchain/newlib.ts";
import { findTools } from "../../src/toolchain/tools.ts";
import { diagnosticsOf, withOwnCache } from "./temporary-cache.ts";

const NAMES = [
  "clang",
  "llvm-link",
  "opt",
  "llc",
  "llvm-as",
  "llvm-dis",
  "llvm-nm",
  "llvm-objcopy",
  "ld.lld",
];
let folder: string;
let path: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blockwatt-tools-"));
  path = process.env["PATH"];
  process.env["PATH"] = folder;
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

function install(names: readonly string[], suffix: string, version: string): void {
  const script = `#!/bin/sh\necho "Debian clang version ${version}"\n`;
  for (const name of names) writeFileSync(join(folder, name + suffix), script, { mode: 0o755 });
}

test("nothing installed", () =>
  withOwnCache(async () => {
    expect(await diagnosticsOf(findTools)).toEqual([
      {
        code: "BW0502",
        message: "clang is not installed (looked for clang-22 … clang-19 and clang on PATH)",
        help: "apt-get install clang-22 llvm-22 lld-22 (or run: npm run setup)",
      },
    ]);
  }));

test("clang without its companions", () =>
  withOwnCache(async () => {
    install(["clang", "ld.lld"], "-20", "20.1.0");
    expect(await diagnosticsOf(findTools)).toEqual([
      {
        code: "BW0502",
        message: `${NAMES.filter((n) => n !== "clang" && n !== "ld.lld")
          .map((n) => `${n}-20`)
          .join(", ")} not found on PATH`,
        help: "apt-get install llvm-20 (or run: npm run setup)",
      },
    ]);
  }));

test("a complete older set is taken when a newer one is incomplete", () =>
  withOwnCache(async () => {
    install(["clang"], "-22", "22.1.0");
    install(NAMES, "-19", "19.1.7");
    expect((await findTools()).version).toBe("Debian clang version 19.1.7");
  }));

test("too old", () =>
  withOwnCache(async () => {
    install(NAMES, "", "14.0.6");
    expect(await diagnosticsOf(findTools)).toEqual([
      {
        code: "BW0503",
        message: `${join(folder, "clang")} is too old (Debian clang version 14.0.6)`,
        help: "LLVM 19 or newer is needed; try: npm run setup",
      },
    ]);
  }));

test("the version is asked again when the tool changes", () =>
  withOwnCache(async () => {
    install(NAMES, "", "19.1.0");
    expect((await findTools()).version).toBe("Debian clang version 19.1.0");
    install(NAMES, "", "20.1.10");
    expect((await findTools()).version).toBe("Debian clang version 20.1.10");
  }));

test("newlib's source missing", async () => {
  process.env["BLOCKWATT_NEWLIB"] = join(folder, "newlib-9.9.tar.xz");
  try {
    expect(await diagnosticsOf(findNewlib)).toEqual([
      {
        code: "BW0515",
        message: "newlib's source is not installed",
        help: "apt-get install newlib-source (or run: npm run setup)",
      },
    ]);
  } finally {
    delete process.env["BLOCKWATT_NEWLIB"];
  }
});
