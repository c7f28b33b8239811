// Which registers an instruction reads and writes for hazards, as the language works it out: by the fields that name them,
// and by the bits that are touched.
import { expect, test } from "vitest";
import { describe } from "../pipeline/osm/machine.ts";

const { instructions } = describe({}).isa;

/** `S<` reads, `T>` writes the register of a field; others by name, with the bits unless it is all of them. */
function accessesOf(name: string): string[] {
  const found = instructions.find((one) => one.name === name)?.accesses ?? [];
  return found.map(({ name: register, index, source, target }) => {
    const bits = source?.mask ?? target?.mask ?? 0n;
    const where = index.kind === "field" ? index.field : register;
    return `${where}${bits === 0n ? "" : `:${bits.toString(16)}`}${source ? "<" : ""}${target ? ">" : ""}`;
  });
}

test.each([
  ["stop", []],
  ["add", ["S<", "T>"]],
  ["get", ["S<", "T>"]],
  ["put", ["S<", "T<"]],
  ["jump", ["$cia<", "$nia>"]],
  ["loop", ["$cia<", "$nia>", "T<"]],
  ["pair", ["S<", "T>"]],
  ["low", ["FLAGS:ff>"]],
  ["high", ["FLAGS:ff00>"]],
  ["askHigh", ["FLAGS:ff00<", "T>"]],
])("%s", (name, accesses) => {
  expect(accessesOf(name)).toEqual(accesses);
});
