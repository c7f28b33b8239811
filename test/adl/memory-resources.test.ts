// Caches, memories, ports and predictors of a description: what is read, and what is reported.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadMachine } from "../../src/adl/index.ts";
import { architectureOf } from "../../src/iss/model-code.ts";
import { withFiles } from "./temporary.ts";

const folder = join(import.meta.dirname, "../pipeline/memory/recorded");
const adl = readFileSync(join(folder, "tiny.adl"), "utf8");
const uadl = readFileSync(join(folder, "tiny.uadl"), "utf8");

/** Loads the small cached machine with `from` replaced by `to` in its pipeline's or instruction set's description. */
function load(from = "", to = "") {
  expect(uadl.includes(from) || adl.includes(from)).toBe(true);
  const files = { "tiny.uadl": uadl.replace(from, to), "tiny.adl": adl.replace(from, to) };
  const { model, diagnostics } = withFiles(files, (path) =>
    loadMachine(path, { description: path.replace(".uadl", ".adl"), defines: { DATA_MODE: "WriteBack" } }),
  );
  // BW0251: the branch leaves bits open, as it did when its times were recorded.
  const messages = diagnostics
    .filter((one) => one.code !== "BW0251")
    .map((one) => `${one.code} ${one.message}`);
  return { model, messages };
}

describe("a described hierarchy", () => {
  test("is read with the language's defaults for what it leaves out", () => {
    const { model, messages } = load();
    expect(messages).toEqual([]);
    const data = model!.pipeline.caches.find((cache) => cache.name === "Data")!;
    expect(data).toMatchObject({ nextLevel: "Both", writeMode: "WriteBack", maxRequests: 2, dataWidth: 32 });
    expect(data.numbers).toMatchObject({
      read_hit_latency: 1,
      linefill_access_width: 64,
      store_buffer_size: 2,
    });
    expect(data.flags).toMatchObject({ critical_word_first: true, consecutive_linefills: false });
    expect(model!.pipeline.branchPredictors[0]).toMatchObject({ name: "Guess", algorithm: "Counter" });
    expect(architectureOf(model!.isa).caches.map(({ sets, ways }) => [sets, ways])).toEqual([
      [2, 2],
      [2, 2],
      [4, 4],
    ]);
  });

  test("takes ports, and a cache may name one as its next level", () => {
    const { model, messages } = load(
      "write_latency = 2;",
      "write_latency = 2; define (port U) { read_latency = 5; }",
    );
    expect(messages).toEqual([]);
    const [memory] = model!.pipeline.memories;
    expect(memory!.ports).toMatchObject([{ name: "U", type: "unified", readLatency: 5 }]);
  });

  test("chooses lines to replace as the instruction set says", () => {
    const { model, messages } = load(
      "size = 512;",
      "size = 512; replacement = PseudoLRU; replace_invalid_first = true;",
    );
    expect(messages).toEqual([]);
    const both = architectureOf(model!.isa).caches.find((cache) => cache.name === "Both");
    expect(both).toMatchObject({ replacement: "PseudoLRU", replaceInvalidFirst: true });
  });

  for (const [what, from, to, expected] of [
    ["an unknown key", "read_hit_latency = 2;", "read_hit_latencies = 2;", /^BW0204 .*read_hit_latencies/],
    [
      "a key without effect",
      "read_hit_latency = 2;",
      "linefill_writeback_latency = 2;",
      /^BW0204 .*no effect/,
    ],
    ["an unknown next level", "next_level_memory = mem;", "next_level_memory = men;", /^BW0212 .*men/],
    [
      "an unknown write mode",
      "write_mode = WriteBack;",
      "write_mode = WriteBehind;",
      /^BW0205 .*WriteThrough/,
    ],
    [
      "a width that is no power of two",
      "data_width = 64;\n      write",
      "linefill_access_width = 48;\n      write",
      /^BW0206/,
    ],
    [
      "a tree over three ways",
      "set_assoc = 4;",
      "set_assoc = 3; replacement = PseudoLRU;",
      /^BW0206 .*Both has 3/,
    ],
    [
      "an unknown replacement",
      "set_assoc = 4;",
      "set_assoc = 4; replacement = Random;",
      /^BW0205 .*RoundRobin/,
    ],
  ] as const) {
    test(`${what} is reported`, () => {
      expect(load(from, to).messages.join("\n")).toMatch(expected);
    });
  }
});
