// Wrong descriptions, one file for each kind of fault, with the whole text of their diagnostics beside them.
// BLOCKWATT_BLESS=1 writes the expected texts anew; read what it changes.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { adlCheck } from "../../src/adl/index.ts";
import { formatDiagnostic } from "../../src/base/diagnostic.ts";

const folder = "test/adl/fail";

describe("wrong descriptions", () => {
  const files = readdirSync(folder).filter((name) => /\.u?adl$/.test(name));

  it.each(files)("%s", (name) => {
    const actual = `${adlCheck([`${folder}/${name}`])
      .map(formatDiagnostic)
      .join("\n")}\n`;
    const golden = `${folder}/${name.replace(/\.u?adl$/, "")}.expect`;
    if (process.env["BLOCKWATT_BLESS"] === "1") writeFileSync(golden, actual);
    expect(actual).toBe(existsSync(golden) ? readFileSync(golden, "utf8") : "(not blessed yet)");
  });

  it("are all wrong, and only in the ways that they show", () => {
    for (const name of files) {
      const text = readFileSync(`${folder}/${name.replace(/\.u?adl$/, "")}.expect`, "utf8");
      expect(text, name).toMatch(/(error|warning) BW\d{4}: /);
    }
  });
});
