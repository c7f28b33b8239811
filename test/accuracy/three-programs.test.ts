// The estimate against the reference model, on small programs of different kinds: table look-ups, calls through
// pointers, a large switch; and one in floating point where results come out of order. All programs on all cores: all-programs.long.test.ts.
import { expect, test } from "vitest";
import { faults, validate } from "./validate.ts";

test.each([
  ["e200z3", ["crc32"]],
  ["ppc440", ["quicksort", "protocol"]],
  ["e500v2", ["kalman"]],
])(
  "output and counts are equal, errors within the limits, on %s",
  { timeout: 600_000 },
  async (core, programs) => {
    const report = await validate([...programs, "--core", core]);
    expect(report.results.length).toBe(programs.length);
    expect(faults(report)).toEqual([]);
  },
);
