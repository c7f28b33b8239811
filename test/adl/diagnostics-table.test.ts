// docs/diagnostics.md lists exactly the codes that the loader can give.
import { readFileSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";

function codesIn(text: string): string[] {
  return [...new Set(text.match(/BW0[12]\d\d/g) ?? [])].sort();
}

it("every code of the description language stands in the table, and only those", () => {
  const files = readdirSync("src/adl", { recursive: true, encoding: "utf8" }).filter((f) =>
    f.endsWith(".ts"),
  );
  const used = files.map((file) => readFileSync(`src/adl/${file}`, "utf8"));
  expect(codesIn(readFileSync("docs/diagnostics.md", "utf8"))).toEqual(codesIn(used.join("\n")));
});
