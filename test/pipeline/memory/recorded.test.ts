// A hierarchy of two levels of caches and a memory, with a predictor at fetch, against times that the description
// language's original simulator recorded from the same description.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadImage, loadSetup, simulate } from "../../../src/conform/index.ts";
import { parseDat, recordingOf, sectionsOf } from "../../../src/dat/index.ts";

const folder = join(import.meta.dirname, "recorded");

interface Run {
  readonly found: readonly string[];
  readonly recorded: readonly string[];
  /** Hits and misses by cache. */
  readonly lookups: Readonly<Record<string, readonly number[]>>;
}

function runRecorded(file: string, mode: string): Run {
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
    lookups: Object.fromEntries([...run.memory].map(([name, { hits, misses }]) => [name, [hits, misses]])),
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
        const { found, recorded } = runRecorded(`${name}-${program}.dat`, mode);
        expect(found.length).toBeGreaterThan(100);
        expect(found).toEqual(recorded);
      });
    }
  }

  test("come with the lookups that the same run counts", () => {
    // Lines "lookup: hit" and "lookup: miss" of the original with -trace-all. Each load and store of program 3 is one: 30.
    const first = runRecorded("write-back-3.dat", "WriteBack").lookups;
    expect([first["Code"], first["Data"]]).toEqual([
      [92, 9],
      [17, 13],
    ]);
    const second = runRecorded("write-back-7.dat", "WriteBack").lookups;
    expect([second["Code"], second["Data"]]).toEqual([
      [133, 13],
      [53, 12],
    ]);
  });
});
