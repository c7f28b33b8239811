// Limits of a run: when the module's call of the host ends it, and what is said then.
import { expect, test } from "vitest";
import { LIVE_CYCLE } from "../../src/annotate/layout.ts";
import { LimitReached, limited, stoppedDiagnostic } from "../../src/run/limits.ts";

test("the host is asked again at the limit, and ends the run there", () => {
  const asked: number[] = [];
  const sample = limited(
    (cycles) => {
      asked.push(cycles);
      return cycles + 2000;
    },
    { cycles: 10 },
  );
  expect(sample(0, 0)).toBe(2000);
  expect(sample(1500, 0)).toBe(2000);
  expect(sample(10 * LIVE_CYCLE - 1, 0)).toBe(10 * LIVE_CYCLE);
  expect(asked).toEqual([0, 10 * LIVE_CYCLE - 1]);
  expect(() => sample(10 * LIVE_CYCLE, 0)).toThrow(LimitReached);
});

test("a deadline that has passed ends the run at the next call", () => {
  const sample = limited(() => Infinity, { seconds: -1 });
  expect(() => sample(1, 1)).toThrow(LimitReached);
});

test("what is said", () => {
  const reached = new LimitReached("cycles", 1003.4);
  const frames = ["inner", "middle", "main"];
  expect(stoppedDiagnostic(reached, { cycles: 1000 }, "a.c:7", frames).diagnostics).toEqual([
    {
      code: "BW0814",
      severity: "error",
      message: "stopped after 1000 cycles (--max-cycles): in inner at a.c:7, 1003 cycles so far",
      help: "called from: middle ← main",
    },
  ]);
});
