// The whole of `npm run rtl-check`.
import { expect, test } from "vitest";
import { mixedPrograms } from "./measurements.ts";
import { rtlReport } from "./rtl-check.ts";

test("microwatt is within its limits on everything that was measured", async () => {
  const report = await rtlReport();
  const beyond = [...report.micro, ...report.programs, ...report.mixed, ...report.energy].filter(
    (one) => !one.within,
  );
  expect(beyond).toEqual([]);
  expect([report.micro.length, report.programs.length, report.energy.length]).toEqual([73, 3, 3]);
  // Every distance of programs made by chance is the RTL's.
  expect(report.mixed.map(({ name, differences }) => [name, differences])).toEqual(
    mixedPrograms().map((name) => [name, []]),
  );
});
