// The whole of `npm run rtl-check`.
import { expect, test } from "vitest";
import { rtlReport } from "./rtl-check.ts";

test("microwatt is within its limits on everything that was measured", async () => {
  const report = await rtlReport();
  const beyond = [...report.micro, ...report.programs, ...report.energy].filter((one) => !one.within);
  expect(beyond).toEqual([]);
  expect([report.micro.length, report.programs.length, report.energy.length]).toEqual([73, 3, 3]);
});
