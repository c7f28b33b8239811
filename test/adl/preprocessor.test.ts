// The preprocessor: what is left of a text, as the spelling of its tokens.
import { describe, expect, it } from "vitest";
import { Findings } from "../../src/adl/findings.ts";
import { preprocess } from "../../src/adl/preprocessor.ts";
import { withFiles } from "./temporary.ts";

function tokens(files: Readonly<Record<string, string>>): string {
  return withFiles(files, (path) => {
    const findings = new Findings();
    const text = preprocess(path, findings)
      .tokens.map((t) => t.image)
      .join(" ");
    expect(findings.list()).toEqual([]);
    return text;
  });
}

describe("preprocessor", () => {
  it.each([
    ["#define N 32\nwidth = N;", "width = 32 ;"],
    ["#define ADD(a,b) (a + b)\nADD(1,ADD(2,3))", "( 1 + ( 2 + 3 ) )"],
    ["#define NONE() x\nNONE() NONE", "x NONE"],
    ["#define SPACED (a)\nSPACED", "( a )"],
    ["#define ID(x) x\nID(ID(ID(1)))", "1"],
    ["#define A B\n#define B A\nA B", "A B"],
    ["#define F(x) x F\nF(1)(2)", "1 F ( 2 )"],
    ["#define LONG a \\\n b\nLONG c", "a b c"],
    ["#define N 1\n#undef N\nN", "N"],
    ["#ifdef N\na\n#else\nb\n#endif", "b"],
    ["#define N\n#ifndef N\na\n#elif 1\nb\n#else\nc\n#endif", "b"],
    ["#if 0\n#if 1\na\n#else\nb\n#endif\n#else\nc\n#endif", "c"],
    ["#define V 0x10\n#if defined(V) && V == 16 && !(1 > 2) && (V << 1) / 4 % 5 == 3\nyes\n#endif", "yes"],
    ["#if unknown || 0\na\n#endif\nb", "b"],
    ['a // b\n/* c\n d */ e "f // g" h', 'a e "f // g" h'],
    ["\uFEFFa", "a"],
  ])("%j", (text, expected) => {
    expect(tokens({ "x.adl": text })).toBe(expected);
  });

  it("imports a file once, includes it each time, and carries macros over", () => {
    expect(
      tokens({
        "x.adl": '#define N 1\n#import "y.adl"\n#import "./y.adl"\n#include "z.adl"\n#include "z.adl"\nM',
        "y.adl": "y N\n#define M 2\n",
        "z.adl": "z",
      }),
    ).toBe("y 1 z z 2");
  });
});
