// A hierarchy of two levels of caches and a memory, with a predictor at fetch, against times that the description
// language's original simulator recorded from the same description.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadImage, loadSetup, simulate } from "../../../src/conform/index.ts";
import { parseDat, recordingOf, sectionsOf } from "../../../src/dat/index.ts";

const folder = join(import.meta.dirname, "recorded");

function times(file: string, mode: string): { found: readonly string[]; recorded: readonly string[] } {
  const loaded = loadSetup({
    adl: join(folder, "tiny.adl"),
    uadl: join(folder, "tiny.uadl"),
    includes: [],
    defines: { DATA_MODE: mode },
  });
  if (!("model" in loaded)) throw new Error(loaded.diagnostics.map((one) => one.message).join("\n"));
  const { model } = loaded;
  const path = join(folder, file);
  const { instructions } = recordingOf(sectionsOf(parseDat(readFileSync(path, "latin1"), path).document));
  const run = simulate(model, { safeMode: true }, loadImage([path], model.isa), {
    timed: instructions.length,
    instructions: instructions.length,
    trace: true,
  });
  const line = (address = -1, issue?: number, complete?: number): string =>
    `${address.toString(16)} ${issue} ${complete}`;
  return {
    found: run.trace!.map((one) => line(one.address, one.issue, one.complete)),
    recorded: instructions.map((one) => line(one.address, one.issue, one.complete)),
  };
}

describe("recorded times", () => {
  for (const [name, mode] of [
    ["write-back", "WriteBack"],
    ["write-through", "WriteThrough"],
  ] as const) {
    for (const program of [3, 7]) {
      test(`of a data cache that is ${name}, program ${program}`, () => {
        const { found, recorded } = times(`${name}-${program}.dat`, mode);
        expect(found.length).toBeGreaterThan(100);
        expect(found).toEqual(recorded);
      });
    }
  }
});
