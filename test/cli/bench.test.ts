// Ratios of benchmark samples.
import { describe, expect, it } from "vitest";
import { pairedRatio } from "../../src/cli/commands/bench-measure.ts";

describe("paired ratio", () => {
  it("is the median of the rounds' ratios, not the ratio of the medians", () => {
    expect(pairedRatio([2, 6, 12], [1, 2, 6])).toBe(2);
    expect(pairedRatio([2, 9], [1, 3])).toBe(2.5);
  });

  it("wants a partner for every sample", () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow(/a round are missing/);
  });
});
