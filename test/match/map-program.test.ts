// Block mapping of whole programs: what the host counts is what the machine counts; damage is refused.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { annotate } from "../../src/annotate/index.ts";
import { readModule } from "../../src/bitcode/index.ts";
import { programStreams, runFunctional } from "../../src/cli/executors.ts";
import { loadCore, type Core } from "../../src/cli/load-core.ts";
import { plansOf } from "../../src/cli/prepare.ts";
import { readElf } from "../../src/elf/index.ts";
import { machineCounts, mapProgram, verifyCounts, type FunctionMapping } from "../../src/match/index.ts";
import { runAnnotated } from "../../src/run/index.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { joinPrograms } from "../toolchain/joined-programs.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

beforeAll(async () => {
  for (const name of ["ppc440", "e200z3", "ppc603e"]) await withLibrary(name);
}, 600_000);

const folder = mkdtempSync(join(tmpdir(), "blockwatt-map-program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function built(
  core: Core,
  sources: readonly string[],
  llcflags: readonly string[] = [],
  cflags: readonly string[] = [],
) {
  const toolchain = { ...core.toolchain, llcflags: [...core.toolchain.llcflags, ...llcflags] };
  const spec = joinPrograms(sources.map(program), folder, cflags);
  const result = await buildProgram(spec, toolchain);
  const elf = readElf(readFileSync(result.elfPath), result.elfPath);
  const module = readModule(readFileSync(result.bitcodePath));
  const mapped = mapProgram({ module, elf, listing: readFileSync(result.assemblyPath, "utf8") });
  return { spec, elf, module, frames: result.frames, ...mapped };
}

function unmatched(functions: ReadonlyMap<string, FunctionMapping>): string[] {
  return [...functions.values()].flatMap(({ function: name, status }) =>
    status.kind === "unmatched" ? [`${name}: ${status.reason}`] : [],
  );
}

describe("counts on the host are counts on the machine, block by block and edge by edge", () => {
  test.each([
    [["switches.c", "conditions.c", "float-minima.c", "deep-exit.c"], "ppc440", [], []],
    [["switches.c", "float-terms.c", "switch-again.c"], "e200z3", ["--ppc-min-jump-table-entries=4"], []],
    [["switches.c"], "ppc440", ["--align-all-blocks=4"], []],
    [["float-choices.c", "float-minima.c", "float-terms.c"], "ppc440", [], ["-O0"]],
    [["float-choices.c", "merged-copies.c", "merged-calls.c", "past-the-end.c"], "ppc440", [], ["-O1"]],
    [["conditions-passed.c", "merged-pointers.c"], "ppc603e", [], []],
    [["known-conditions.c"], "ppc440", [], ["-Os"]],
  ])(
    "%j on %s %j %j",
    async (sources, name, llcflags, cflags) => {
      const core = loadCore(name);
      const { spec, elf, module, frames, code, mapping } = await built(core, sources, llcflags, cflags);
      expect(unmatched(mapping.functions)).toEqual([]);

      const plans = plansOf({ mapping });
      const { wasm, layout } = annotate(module, elf, { plans, frames });
      const streams = programStreams(spec);
      const host = runAnnotated({ wasm, layout, elf, ...streams.io });
      const target = runFunctional(core, elf, spec);
      expect(streams.stdout().toString()).toBe(target.stdout.toString());

      const entry = code.blockAt(elf.entry)!.id;
      const counts = machineCounts(code, mapping, host.counts, layout.addressTaken, entry);
      expect(counts.contradictions).toEqual([]);
      expect(counts.unmatched).toEqual([]);
      const { differences, unknownTransfers } = verifyCounts(code, counts, target.iss.profile);
      expect(differences).toEqual([]);
      expect(unknownTransfers).toEqual([]);
    },
    600_000,
  );
});

test("damaged listings and programs are refused or mapped, never crash", async () => {
  const toolchain = await withLibrary("ppc440");
  const result = await buildProgram(specOfSources([program("no-library.c")]), toolchain);
  const bytes = readFileSync(result.elfPath);
  const module = readModule(readFileSync(result.bitcodePath));
  const text = readFileSync(result.assemblyPath, "utf8");
  const outcome = (action: () => unknown): string => {
    try {
      action();
      return "mapped";
    } catch (error) {
      if (error instanceof DiagnosticError) return error.diagnostics[0]!.code.slice(0, 4);
      throw error;
    }
  };
  const seen = new Set<string>();
  const lines = text.split("\n");
  const elf = readElf(bytes, "p.elf");
  fc.assert(
    fc.property(
      fc.nat(lines.length - 1),
      fc.nat(lines.length - 1),
      fc.constantFrom("drop", "swap", "copy"),
      (i, j, how) => {
        const changed = [...lines];
        if (how === "drop") changed.splice(i, 1);
        else if (how === "copy") changed.splice(i, 0, lines[j]!);
        else [changed[i], changed[j]] = [lines[j]!, lines[i]!];
        seen.add(outcome(() => mapProgram({ module, elf, listing: changed.join("\n") })));
      },
    ),
    { numRuns: 40, seed: 1 },
  );
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= flip;
      seen.add(outcome(() => mapProgram({ module, elf: readElf(changed, "p.elf"), listing: text })));
    }),
    { numRuns: 40, seed: 1 },
  );
  expect([...seen].sort()).toEqual(["BW03", "BW06", "mapped"]);
}, 600_000);

test("a switch on 64 bits is a tree of comparisons", async () => {
  const { mapping } = await built(loadCore("ppc440"), ["wide-switch.c"]);
  expect(unmatched(mapping.functions)).toEqual([]);
}, 600_000);
