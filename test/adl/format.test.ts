// The formatter: our own files are formatted; formatting changes no token, and twice changes nothing; a description
// printed from its tree parses to the same tree. BLOCKWATT_BLESS=1 writes the expected text anew.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Findings } from "../../src/adl/findings.ts";
import { expandDescription, formatDescription } from "../../src/adl/format/index.ts";
import { piecesOf, textOf } from "../../src/adl/format/pieces.ts";
import { printItems } from "../../src/adl/format/print.ts";
import { parse } from "../../src/adl/parser.ts";
import { preprocess } from "../../src/adl/preprocessor.ts";
import type { SyntaxItem } from "../../src/adl/syntax.ts";
import { items, withoutSpans } from "./format/arbitrary.ts";
import { withFiles } from "./temporary.ts";

const ours = [
  ...readdirSync("adl/powerpc").map((name) => `adl/powerpc/${name}`),
  ...readdirSync("targets", { recursive: true, encoding: "utf8" }).map((name) => `targets/${name}`),
].filter((name) => /\.u?adl$/.test(name));
const wrong = readdirSync("test/adl/fail").map((name) => `test/adl/fail/${name}`);
const all = [...ours, ...wrong.filter((name) => /\.u?adl$/.test(name)), "test/adl/format/untidy.adl"];

function parsed(path: string): { items: SyntaxItem[]; errors: number } {
  const findings = new Findings();
  const list = parse(preprocess(path, findings).tokens, findings);
  return { items: list, errors: findings.errors };
}

describe("formatting", () => {
  it("finds our own files formatted", () => {
    const untidy = ours.filter((name) => {
      const text = readFileSync(name, "utf8");
      return formatDescription(name, text).text !== text;
    });
    expect(untidy, "run: npx blockwatt adl fmt FILE…").toEqual([]);
  });

  it("keeps every character in its pieces", () => {
    for (const name of all) {
      const text = readFileSync(name, "utf8");
      const findings = new Findings();
      const pieces = piecesOf({ name, path: name, text }, findings);
      // Where something makes no token, the text is refused.
      if (findings.errors === 0) expect(textOf(pieces), name).toBe(text);
    }
  });

  it("lays out an untidy text", () => {
    const { text } = formatDescription("untidy.adl", readFileSync("test/adl/format/untidy.adl", "utf8"));
    if (process.env["BLOCKWATT_BLESS"] === "1") writeFileSync("test/adl/format/tidy.expect", text);
    expect(text).toBe(readFileSync("test/adl/format/tidy.expect", "utf8"));
  });

  it("changes nothing the second time", () => {
    for (const name of all) {
      const { text } = formatDescription(name, readFileSync(name, "utf8"));
      expect(formatDescription(name, text).text, name).toBe(text);
    }
  });

  it("leaves a file alone whose brackets do not pair up", () => {
    const text = "define (arch=M) {\n#ifdef X\ndefine (reg=A) {\n#else\ndefine (reg=B) {\n#endif\n}\n}\n";
    const { text: after, diagnostics } = formatDescription("x.adl", text);
    expect(after).toBe(text);
    expect(diagnostics.map((d) => `${d.code} ${d.place?.line}`)).toEqual(["BW0124 1"]);
  });

  it("never fails, and is stable, whatever the text", () => {
    const good = readFileSync("test/adl/format/untidy.adl", "utf8");
    const piece = fc.constantFrom(
      "{",
      "}",
      "(",
      ")",
      '"',
      "#",
      "/*",
      "//",
      ";",
      "\n",
      ":",
      "?",
      "if ",
      "else ",
      "<",
      "- -",
    );
    const edit = fc.record({ at: fc.nat(good.length - 1), remove: fc.nat(3), insert: piece });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = good;
        for (const { at, remove, insert } of edits)
          text = text.slice(0, at) + insert + text.slice(at + remove);
        const once = formatDescription("x.adl", text);
        if (once.diagnostics.length === 0) expect(formatDescription("x.adl", once.text).text).toBe(once.text);
        else expect(once.text).toBe(text);
      }),
      { numRuns: 300, seed: 20240703 },
    );
    for (const deep of [
      "if (1) ".repeat(20_000),
      "{".repeat(50_000),
      "(".repeat(50_000),
      "L: ".repeat(20_000),
    ])
      expect(formatDescription("x.adl", deep).diagnostics.map((d) => d.code)).toEqual(["BW0124"]);
  });

  it("gives one text for every way to space a description, and that text says the same", () => {
    const source = readFileSync("test/adl/fail/support/mini.adl", "utf8");
    const pieces = piecesOf({ name: "x", path: "x", text: source }, new Findings());
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.constantFrom(" ", "  ", "\n", "\n\n\n", "\t", " /* c */ ", " // c\n")),
        (gaps) => {
          let text = "";
          for (const piece of pieces) {
            const [directive] = piece.trivia.filter((t) => t.kind === "directive");
            text += directive ? `\n${directive.text}\n` : (gaps.next().value ?? " ");
            text += piece.image;
          }
          const once = formatDescription("x.adl", text).text;
          expect(formatDescription("x.adl", once).text).toBe(once);
          const before = withFiles({ "x.adl": text }, parsed);
          expect(withoutSpans(withFiles({ "x.adl": once }, parsed))).toEqual(withoutSpans(before));
        },
      ),
      { numRuns: 60, seed: 20240701 },
    );
  });
});

describe("printing a tree", () => {
  it.each(ours.filter((name) => /core\.uadl|powerpc\.adl/.test(name)))(
    "%s parses to the same tree",
    (name) => {
      const { text } = expandDescription(name, {});
      expect(withoutSpans(withFiles({ "x.uadl": text ?? "" }, parsed))).toEqual(withoutSpans(parsed(name)));
    },
  );

  it("any tree parses to the same tree", () => {
    fc.assert(
      fc.property(items, (list) => {
        const { text } = formatDescription("x.adl", printItems(list));
        const again = withFiles({ "x.adl": text }, parsed);
        expect(again.errors, text).toBe(0);
        expect(withoutSpans(again.items)).toEqual(withoutSpans(list));
      }),
      { numRuns: 200, seed: 20240702 },
    );
  });
});
