// The estimate against the reference model, on three small programs of different kinds: table look-ups, calls through
// pointers, a large switch. All programs: all-programs.long.test.ts.
import { expect, test } from "vitest";
import { faults, validate } from "./validate.ts";

test("output and counts are equal, errors within the limits, on both cores", async () => {
  const report = await validate(["crc32", "quicksort", "protocol", "--all-cores"]);
  expect(report.results.length).toBe(6);
  expect(faults(report)).toEqual([]);
}, 600_000);
