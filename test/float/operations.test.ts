// Floating-point operations of the language: a slice of what `npm run compare-float` tries.
import { describe, expect, it } from "vitest";
import { checkOperation, OPERATIONS } from "./operations.ts";

describe("floating-point operations agree with the host and with arithmetic on integers", () => {
  it.each(OPERATIONS.map((o) => [o.name, o] as const))("%s", (_, operation) => {
    const { tried, wrong } = checkOperation(operation, 500, 1);
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(500);
  });
});
