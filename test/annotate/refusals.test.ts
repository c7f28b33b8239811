// What can't be translated is named with its place, all of it at once and before anything runs.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { annotate, identityPlan } from "../../src/annotate/index.ts";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { readModule, type Module } from "../../src/bitcode/index.ts";
import { readElf, type ElfFile } from "../../src/elf/index.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";

let module: Module;
let elf: ElfFile;

beforeAll(async () => {
  const core = await withLibrary("ppc440");
  const source = fileURLToPath(new URL("programs/refused.c", import.meta.url));
  const built = await buildProgram(specOfSources([source]), core);
  elf = readElf(readFileSync(built.elfPath), built.elfPath);
  module = readModule(readFileSync(built.bitcodePath));
}, 600_000);

function refusals(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics
      .map(
        (d) => `${d.code} ${d.place?.file.replace(/.*\//, "") ?? ""}:${String(d.place?.line)} ${d.message}`,
      )
      .sort();
  }
  return [];
}

test("IR without a meaning on the host", () => {
  expect(refusals(() => annotate(module, elf))).toMatchInlineSnapshot(`
    [
      "BW0801 refused.c:16 the return address of a caller is not supported in function caller",
      "BW0801 refused.c:18 the instruction callbr is not supported in function jumping",
      "BW0801 refused.c:5 inline assembly cannot be translated: "cntlzw $0,$1" in function assembly",
    ]
  `);
});

test("a plan that does not fit", () => {
  const fn = module.functions.find((one) => one.name === "exit");
  if (fn === undefined) throw new Error("no exit");
  const plan = identityPlan(fn);
  const cases = {
    "edges missing": { ...plan, edges: [] },
    "no entry": { ...plan, nodes: plan.nodes.slice(1) },
    "no such instruction": {
      ...plan,
      sites: [{ node: 0, instruction: 9999, classes: 2, classify: { op: "const", value: 0 } as const }],
    },
  };
  const seen = Object.entries(cases).map(([name, one]) => {
    const all = refusals(() => annotate(module, elf, { plans: new Map([["exit", one]]) }));
    return `${name}: ${all.filter((text) => text.startsWith("BW0803")).join("; ")}`;
  });
  expect(seen).toMatchInlineSnapshot(`
    [
      "edges missing: BW0803 __call_atexit.c:88 a plan has no edge for successor 0 in function exit",
      "no entry: BW0803 exit.c:53 a plan does not start at the entry in function exit",
      "no such instruction: BW0803 exit.c:53 a site names no instruction in function exit",
    ]
  `);
});

test("another build's executable", () => {
  const other = { ...elf, symbols: elf.symbols.filter((symbol) => symbol.name !== "__bw_start") };
  expect(refusals(() => annotate(module, { ...other, symbols: [] }))).toMatchInlineSnapshot(`
    [
      "BW0802 :undefined the program lacks __bw_start or __bw_stack_top",
    ]
  `);
});
