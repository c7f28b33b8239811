import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { coreNames, loadCoreToolchain } from "../../src/toolchain/core.ts";
import { benchmarkNames, loadProgramSpec } from "../../src/toolchain/spec.ts";
import { closestNames } from "../../src/toolchain/suggest.ts";
import { diagnosticsOf } from "./temporary-cache.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "blockwatt-spec-"));
  writeFileSync(join(folder, "main.c"), "int main(void) { return 0; }\n");
  writeFileSync(join(folder, "input.txt"), "x");
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (text: string, size: "small" | "full" = "small") => {
  writeFileSync(join(folder, "program.json"), text);
  return loadProgramSpec(folder, size);
};

describe("program specifications", () => {
  test("every benchmark loads at both sizes", async () => {
    expect(benchmarkNames()).toContain("crc32");
    for (const name of benchmarkNames()) {
      for (const size of ["small", "full"] as const)
        expect((await loadProgramSpec(name, size)).name).toBe(name);
    }
  });

  test("a C file", async () => {
    const source = join(folder, "main.c");
    expect(await loadProgramSpec(source, "small")).toEqual({
      name: "main",
      sources: [source],
      cflags: [],
      args: [],
    });
  });

  test("a folder, with arguments and input by size", async () => {
    const text = JSON.stringify({
      sources: ["main.c"],
      cflags: ["-DX"],
      args: { small: ["1"], full: ["2"] },
      stdin: "input.txt",
    });
    expect(await load(text, "full")).toEqual({
      name: folder.slice(folder.lastIndexOf("/") + 1),
      sources: [join(folder, "main.c")],
      cflags: ["-DX"],
      args: ["2"],
      stdin: join(folder, "input.txt"),
    });
  });

  test("a project: patterns, include folders, defines, environment, mounts, packages", async () => {
    const root = mkdtempSync(join(tmpdir(), "blockwatt-project-"));
    try {
      for (const path of ["src/deep", "include", "data", "node_modules/@some/lib/c"]) {
        mkdirSync(join(root, path), { recursive: true });
      }
      for (const path of ["src/a.c", "src/b.c", "src/skip_windows.c", "src/deep/c.c", "src/d.h"]) {
        writeFileSync(join(root, path), "");
      }
      writeFileSync(join(root, "node_modules/@some/lib/package.json"), "{}");
      writeFileSync(join(root, "node_modules/@some/lib/c/lib.c"), "");
      const description = {
        name: "thing",
        sources: ["src/**/*.c", "!src/*_windows.c", "src/a.c", "npm:@some/lib/c/*.c"],
        include: ["include", "npm:@some/lib/c"],
        defines: { N: 3, ON: true, OFF: false, TEXT: "x y" },
        cflags: ["-Wall"],
        printf: "nano",
        env: { HOME: "/data", LEVEL: 2 },
        mounts: ["data:/data:ro"],
      };
      writeFileSync(join(root, "program.json"), JSON.stringify(description));
      const package_ = join(root, "node_modules/@some/lib");
      const expected = {
        name: "thing",
        sources: ["src/a.c", "src/b.c", "src/deep/c.c"]
          .map((p) => join(root, p))
          .concat(join(package_, "c/lib.c")),
        cflags: [
          ...[`-I${join(root, "include")}`, `-I${join(package_, "c")}`],
          ...[`-ffile-prefix-map=${package_}/=@some/lib/`, "-DN=3", "-DON", "-DTEXT=x y", "-Wall"],
        ],
        args: [],
        environment: ["HOME=/data", "LEVEL=2"],
        mounts: [{ host: join(root, "data"), guest: "/data", readOnly: true }],
        nanoPrintf: true,
      };
      expect(await loadProgramSpec(root, "small")).toEqual(expected);
      expect(await loadProgramSpec(join(root, "program.json"), "small")).toEqual(expected);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test("an unknown benchmark comes with suggestions", async () => {
    const [diagnostic] = await diagnosticsOf(() => loadProgramSpec("crc23", "small"));
    expect(diagnostic?.code).toBe("BW0510");
    expect(diagnostic?.message).toBe('unknown program "crc23": no benchmark, C file or folder of that name');
    expect(diagnostic?.help).toMatch(/^did you mean crc32\? benchmarks: /);
  });

  test("a missing C file", async () => {
    const [diagnostic] = await diagnosticsOf(() => loadProgramSpec(join(folder, "no.c"), "small"));
    expect(diagnostic).toEqual({ code: "BW0512", message: `no such file: ${join(folder, "no.c")}` });
  });

  test("a folder without program.json", async () => {
    const [diagnostic] = await diagnosticsOf(() => loadProgramSpec(tmpdir(), "small"));
    expect(diagnostic?.code).toBe("BW0510");
  });

  test.each([
    ["{", "BW0511", /^not valid JSON: /],
    ["{}", "BW0511", /"sources": .*expected array/i],
    ['{"sources": []}', "BW0511", /"sources": /],
    ['{"sources": ["main.c"], "arg": []}', "BW0511", /Unrecognized key.*"arg"/],
    ['{"sources": ["main.c"], "args": {"small": ["1"]}}', "BW0511", /"args"/],
    ['{"sources": ["main.c"], "cflags": "-O3"}', "BW0511", /"cflags"/],
    ['{"sources": ["main.c", "gone.c"]}', "BW0512", /^source gone.c is missing in /],
    ['{"sources": ["../main.c"]}', "BW0511", /^"..\/main.c" leads out of /],
    ['{"sources": ["main.c"], "include": ["/usr/include"]}', "BW0511", /leads out of /],
    ['{"sources": ["main.c"], "mounts": ["../..:/x"]}', "BW0511", /leads out of /],
    ['{"sources": ["main.c"], "mounts": ["/etc:/x"]}', "BW0511", /leads out of /],
    ['{"sources": ["*.cpp"]}', "BW0512", /^no file matches \*\.cpp in /],
    [
      '{"sources": ["npm:no-such-package/a.c"]}',
      "BW0517",
      /^the npm package no-such-package is not installed /,
    ],
    ['{"sources": ["main.c"], "defines": {"A B": 1}}', "BW0511", /"defines/],
    ['{"sources": ["main.c"], "stdin": "gone.txt"}', "BW0512", /^input file gone.txt is missing in /],
  ])("%s is refused", async (text, code, message) => {
    const [diagnostic] = await diagnosticsOf(() => load(text));
    expect(diagnostic?.code).toBe(code);
    expect(diagnostic?.message).toMatch(message);
  });
});

describe("cores", () => {
  test("all load", () => {
    for (const name of coreNames()) expect(loadCoreToolchain(name).core).toBe(name);
  });

  test("an unknown core comes with a suggestion", async () => {
    const [diagnostic] = await diagnosticsOf(() => loadCoreToolchain("pc440"));
    expect(diagnostic?.code).toBe("BW0513");
    expect(diagnostic?.message).toBe('unknown core "pc440"');
    expect(diagnostic?.help).toMatch(/^did you mean ppc440\? cores: /);
  });

  test("path tricks are no core names", async () => {
    const [diagnostic] = await diagnosticsOf(() => loadCoreToolchain("../targets/toy"));
    expect(diagnostic?.code).toBe("BW0513");
  });
});

test("suggestions are close, few, and the closest first", () => {
  expect(closestNames("sha265", ["sha256", "aes128", "crc32"])).toBe("sha256");
  expect(closestNames("zzzzzz", ["sha256", "aes128"])).toBeUndefined();
});
