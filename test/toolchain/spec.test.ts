import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
