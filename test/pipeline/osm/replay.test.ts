// What the pipeline did before is looked up when it comes again: with it or without it, whether states go through their
// numbers or not, and whether instructions execute one by one or several as one, the times and the registers are the same.
import { describe as group, expect, test } from "vitest";
import type { OsmOptions } from "../../../src/pipeline/index.ts";
import { describe, passing, run, word } from "./machine.ts";
import type { Changes } from "./machine.ts";

const dual = {
  fetchUnit: "entries = 8; fetch_size = (8,4);",
  stages:
    "define (pipestage D) { size = 2; } define (pipestage = (E,W)) { size = 2; scheduler = lock_step; }",
  states: "S_D,S_E,S_Ep,S_W",
  mapping: "D = S_D; E = (S_E,S_Ep); W = S_W;",
};
const held = "define (operands) { Value = R(S); }";
const slow = passing("divide", {
  S_E: "{ exec(); set_latency((Src.can_read() && Value.value() > 7) ? 5 : 1); change_state(S_Ep); }",
  S_Ep: "if (check_latency() && W.has_space()) { change_state(S_W); } else { decr_latency(); }",
}).replace("define (operands) { Src", `define (operands) { ${held.slice(held.indexOf("Value"), -2)} Src`);
const predicted = passing("jump, loop", {
  S_D: "if (Src.can_read() && E.has_space()) { Src.read(); exec(); if (!last_branch_prediction_correct()) { taken_flush(); } BP.update(); change_state(S_E); }",
  S_E: "if (W.has_space()) { change_state(S_W); }",
  S_W: "{ change_state(S_INIT); }",
});

const machines: Readonly<Record<string, Changes>> = {
  "single issue": {},
  "one slow memory, latencies by value": {
    memory: "read_latency = 3; write_latency = 2; data_width = 32; max_requests = 1;",
    states: "S_D,S_E,S_Ep,S_W",
    mapping: "D = S_D; E = (S_E,S_Ep); W = S_W;",
    classes: { slow },
  },
  "two a cycle, forwarding, semaphore, prediction": {
    ...dual,
    fetchUnit: `${dual.fetchUnit} branch_predictor = BP;`,
    resources:
      "define (forwarding_path = Path) { size = 2; } define (semaphore Gate) {} define (branch_predictor BP) { algorithm = Counter; size = 4; counter_width = 2; }",
    classes: {
      simple: passing("add, stop, low, high, askHigh", {
        S_D: "if (Src.can_read_fp(Path) && E.has_space()) { Src.read(Path); Trg.allocate(); change_state(S_E); }",
        S_E: "if (W.has_space()) { exec(); Path.write(Trg); change_state(S_W); }",
      }),
      slow: passing("divide", {
        S_D: "if (Src.can_read_fp(Path) && Gate.can_allocate() && E.has_space()) { Src.read(Path); Trg.allocate(); Gate.allocate(); change_state(S_E); }",
        S_E: "{ exec(); set_latency(2); change_state(S_Ep); }",
        S_Ep: "if (check_latency() && W.has_space()) { Path.write(Trg); change_state(S_W); } else { decr_latency(); }",
        S_W: "{ write_ops(); Gate.deallocate(); change_state(S_INIT); }",
      }),
      branch: predicted,
    },
  },
};

/** Nested loops of instructions by chance; r6 and r7 count them. `fails`: some raise an exception. */
function program(seed: number, fails: boolean): number[] {
  let state = seed;
  const chance = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const register = (): number => 1 + chance(5);
  const some = (count: number): number[] =>
    Array.from({ length: count }, () => {
      switch (chance(9)) {
        case 0:
          return word("get", register(), 0, 512 + 4 * chance(8));
        case 1:
          return word("put", register(), 0, 512 + 4 * chance(8) + (chance(8) === 0 ? 2 : 0));
        case 2:
          return word("divide", register(), register());
        case 3:
          return word("pair", register(), 0, 512 + 4 * chance(8));
        case 4:
          return word("loop", register(), 0, 8);
        case 5:
          return word("low", 0, 0, chance(100));
        case 6:
          return fails && chance(6) === 0 ? word("fail") : word("askHigh", register());
        default:
          return word("add", register(), register(), chance(16) - 8);
      }
    });
  const inner = [...some(2 + chance(4)), word("add", 7, 7, -1)];
  const outer = [word("add", 7, 0, 6), ...inner, word("loop", 7, 0, -4 * inner.length), ...some(3)];
  const round = [...outer, word("add", 6, 6, -1)];
  return [word("add", 6, 0, 8), ...round, word("loop", 6, 0, -4 * round.length), word("stop")];
}

/** An exception ends the program. */
const handlers = { 0x100: [word("add", 5, 5, 1), word("stop")] };

const ways: Readonly<Record<string, OsmOptions & { readonly blocks?: boolean }>> = {
  "looked up": { replay: "when_known" },
  "through numbers": { replay: "through_numbers" },
  "looked up, several as one": { replay: "when_known", blocks: true },
  "through numbers, several as one": { replay: "through_numbers", blocks: true },
};

group("a pipeline looks up what it did before", () => {
  for (const [name, changes] of Object.entries(machines)) {
    for (const mode of ["normal", "safe"] as const) {
      test(`${name}, ${mode}`, () => {
        const model = describe(changes);
        let replayed = 0;
        let inBlocks = 0;
        for (let seed = 1; seed <= 5; seed++) {
          // Two that retire side by side want a flush before them, which no class here makes.
          const words = program(seed, changes.stages === undefined);
          const options = { mode, handlers, timed: 2000, limit: 100_000 };
          const { times, cycles, halted, registers } = run(model, words, { ...options, replay: "never" });
          for (const [way, more] of Object.entries(ways)) {
            const {
              replayed: ofRun,
              inBlocks: together,
              ...other
            } = run(model, words, { ...options, ...more });
            expect([seed, way, other]).toEqual([seed, way, { times, cycles, halted, registers }]);
            replayed += ofRun;
            inBlocks += together;
          }
        }
        // Most of it was.
        expect(replayed).toBeGreaterThan(300);
        expect(inBlocks).toBeGreaterThan(1000);
      });
    }
  }

  test("a limit of cycles ends the run where it does without", () => {
    const model = describe({});
    const words = program(3, true);
    for (const limit of [17, 100, 333]) {
      const one = run(model, words, { handlers, limit, replay: "never" });
      const other = run(model, words, { handlers, limit, blocks: true });
      expect({ ...other, replayed: 0, inBlocks: 0, registers: [] }).toEqual({ ...one, registers: [] });
    }
  });
});
