// Which registers a word really uses, where its fields rule some out.
import { describe, expect, it } from "vitest";
import { instructionOfWord } from "../../src/isa/index.ts";
import { instructionNamed, isa, word } from "../iss/support/isa.ts";

function uses(name: string, fields: Readonly<Record<string, number>>): [string, string] {
  const found = instructionOfWord(isa, instructionNamed(name), word(name, fields));
  const names = (list: readonly { readonly name: string }[]): string =>
    [...new Set(list.map((u) => u.name))].sort().join(" ");
  return [names(found.sources), names(found.targets)];
}

describe("uses of a word", () => {
  it.each([
    ["bc", { BO: 12, BI: 2 }, "CR", ""],
    ["bc", { BO: 16, BI: 0 }, "CTR", "CTR"],
    ["bc", { BO: 8, BI: 2 }, "CR CTR", "CTR"],
    ["bcl", { BO: 20, BI: 31 }, "", "LR"],
    ["bclr", { BO: 20 }, "LR", ""],
    ["bclr", { BO: 12 }, "CR LR", ""],
    ["bclrl", { BO: 16 }, "CTR LR", "CTR LR"],
    ["bcctr", { BO: 20 }, "CTR", ""],
    ["bcctrl", { BO: 4 }, "CR CTR", "LR"],
    ["mtcrf", { FXM: 255 }, "GPR", "CR"],
    ["mtcrf", { FXM: 254 }, "CR GPR", "CR"],
    ["mtspr", { SPRN: 9 }, "GPR", "SPR"],
    ["add", {}, "GPR", "GPR"],
    ["addo.", {}, "GPR XER", "CR GPR XER"],
    ["isel", {}, "CR GPR", "GPR"],
    ["cmpi", {}, "GPR XER", "CR"],
    ["lswx", {}, "GPR XER", "GPR"],
  ])("%s %j reads %s, writes %s", (name, fields, reads, writes) => {
    expect(uses(name, fields as Record<string, number>)).toEqual([reads, writes]);
  });
});
