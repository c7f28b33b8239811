// Keys of stored measurements: both the core's description and the engine that ran it are in them.
import { expect, test } from "vitest";
import { referenceModelHash, toolHash } from "../../src/cli/tool-hash.ts";

test("a reference model is a description and an engine: its hash differs by description and is stable", () => {
  const one = referenceModelHash("a");
  expect(one).toMatch(/^[0-9a-f]{24}$/);
  expect(referenceModelHash("a")).toBe(one);
  expect(referenceModelHash("b")).not.toBe(one);
  expect(one).not.toBe(toolHash());
});
