// The editors' grammar against the loader's lexer: on all our descriptions, every token that the lexer sees is coloured as
// what it is, and everything between tokens as a comment or as nothing.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import type { IGrammar } from "vscode-textmate";
import { Findings } from "../../src/adl/findings.ts";
import { tokenize } from "../../src/adl/lexer.ts";
import * as T from "../../src/adl/tokens.ts";

const GRAMMAR = "editors/textmate/adl.tmLanguage.json";

async function loadGrammar(): Promise<IGrammar> {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(GRAMMAR, "utf8"), GRAMMAR),
  });
  const grammar = await registry.loadGrammar("source.adl");
  if (!grammar) throw new Error("no grammar");
  return grammar;
}

const grammar = await loadGrammar();

/** The innermost scopes of every character of a text. */
function scopesOf(text: string): string[][] {
  const scopes: string[][] = [];
  let stack = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const result = grammar.tokenizeLine(line, stack);
    for (let at = 0; at <= line.length; at++) {
      const token = result.tokens.find((t) => t.startIndex <= at && at < t.endIndex) ?? result.tokens.at(-1);
      scopes.push((token?.scopes ?? []).slice(1));
    }
    stack = result.ruleStack;
  }
  return scopes;
}

/** What the scopes of a token must match, by the lexer's kind of token. */
function expected(type: (typeof T.ALL_TOKENS)[number]): RegExp {
  if (type === T.StringLiteral) return /^string/;
  if (type === T.DocString) return /^comment\.block\.documentation/;
  if (type === T.IntegerLiteral || type === T.FloatLiteral)
    return /^constant\.(numeric|character)|^entity\.name\.section/;
  if (type === T.Define || type === T.Defmod) return /^storage\.type\.define/;
  if (type === T.True || type === T.False) return /^constant\.language/;
  if (type === T.Func) return /^keyword\.other\.func/;
  if (type === T.Const) return /^storage\.modifier/;
  if (type === T.Enum) return /^storage\.type/;
  if (type === T.Identifier) return /^(entity|variable|storage|keyword)/;
  if (type.LABEL !== undefined && T.KEYWORDS.has(type.LABEL)) return /^keyword\.control/;
  return /^(punctuation|keyword\.(operator|other\.unit)|meta|entity)|^$/;
}

const files = [
  ...readdirSync("adl/powerpc").map((name) => `adl/powerpc/${name}`),
  ...readdirSync("targets", { recursive: true, encoding: "utf8" }).map((name) => `targets/${name}`),
  "test/adl/format/untidy.adl",
].filter((name) => /\.u?adl$/.test(name));

describe("TextMate grammar", () => {
  it.each(files)("%s", (name) => {
    const text = readFileSync(name, "utf8");
    const scopes = scopesOf(text);
    const wrong: string[] = [];
    let from = 0;
    const check = (at: number, what: string, pattern: RegExp): void => {
      const found = scopes[at] ?? [];
      if (found.some((scope) => pattern.test(scope)) || (found.length === 0 && pattern.test(""))) return;
      wrong.push(`${text.slice(0, at).split("\n").length}: ${what} is ${found.join(" ") || "nothing"}`);
    };
    for (const token of tokenize({ name, path: name, text }, new Findings())) {
      const start = token.startOffset;
      for (let at = from; at < start; at++)
        if (/\S/.test(text[at] ?? "")) check(at, `comment ${text.slice(at, at + 8)}`, /^comment/);
      if (token.tokenType === T.Directive)
        check(start, token.image.slice(0, 20), /^(keyword\.control\.directive|meta\.preprocessor)/);
      else check(start, token.image.slice(0, 20), expected(token.tokenType));
      from = start + token.image.length;
    }
    expect(wrong).toEqual([]);
  });

  it("colours what is ours", () => {
    const text = 'define (event=e) { energy = 12.4 pJ estimate 40 percent "why"; trigger = issue; }';
    const scopes = scopesOf(text);
    const at = (piece: string): string | undefined => scopes[text.indexOf(piece)]?.at(-1);
    expect(["define", "event", "energy", "12.4", "pJ", "estimate", "40", "percent", '"why"'].map(at)).toEqual(
      [
        "storage.type.define.adl",
        "entity.name.type.block.adl",
        "variable.other.property.adl",
        "constant.numeric.adl",
        "keyword.other.unit.adl",
        "keyword.other.source.adl",
        "constant.numeric.adl",
        "keyword.other.unit.adl",
        "string.quoted.double.adl",
      ],
    );
  });

  it("tells labels, types and calls in code", () => {
    const text =
      "define (instr_class=c) {\n action = {\n S_ID: if (x ? y : z) { bits<8> q = m.get(1); }\n };\n}";
    const scopes = scopesOf(text);
    const at = (piece: string): string | undefined => scopes[text.indexOf(piece)]?.at(-1);
    expect(["S_ID", "if", "y :", "bits", "8>", "get"].map(at)).toEqual([
      "entity.name.label.adl",
      "keyword.control.adl",
      "variable.other.adl",
      "storage.type.adl",
      "constant.numeric.adl",
      "entity.name.function.member.adl",
    ]);
  });

  it("is what the extension's manifest names", () => {
    const manifest = JSON.parse(readFileSync("editors/textmate/package.json", "utf8")) as {
      contributes: {
        grammars: { path: string; scopeName: string }[];
        languages: { configuration: string }[];
      };
    };
    const [one] = manifest.contributes.grammars;
    expect(one).toEqual({ language: "adl", scopeName: "source.adl", path: "./adl.tmLanguage.json" });
    JSON.parse(readFileSync("editors/textmate/language-configuration.json", "utf8"));
  });
});
