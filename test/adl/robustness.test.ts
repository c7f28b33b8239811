// Whatever the text, checking it ends soon and never throws: random edits of a good description, and texts made to
// make a loader blow up.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adlCheck } from "../../src/adl/index.ts";
import { withFiles } from "./temporary.ts";

const good =
  readFileSync("test/adl/fail/support/mini.adl", "utf8") +
  readFileSync("test/adl/fail/support/core.uadl", "utf8").replace(
    /#import.*/,
    "#define P(a,b) (a+b)\n#if P(1,0)\n#endif",
  );
const pieces = good.match(/\w+|\s+|"[^"]*"|[^\w\s]/g) ?? [];

function check(text: string): string[] {
  return withFiles({ "x.uadl": text }, (path) => adlCheck([path]).map((d) => d.code));
}

describe("any text", () => {
  it("made by edits of characters is read or refused, never a crash", () => {
    const edit = fc.record({
      at: fc.nat(good.length - 1),
      remove: fc.nat(3),
      insert: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom("{", "}", "(", ")", '"', "#", "/*", ";", "\0", "é", "\n"),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = good;
        for (const { at, remove, insert } of edits)
          text = text.slice(0, at) + insert + text.slice(at + remove);
        check(text);
      }),
      { numRuns: 150, seed: 20240601 },
    );
  });

  it("made by moving pieces about is read or refused, never a crash", () => {
    const position = fc.nat(pieces.length - 1);
    const move = fc.record({
      from: position,
      count: fc.integer({ min: 1, max: 30 }),
      to: position,
      drop: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 4 }), (moves) => {
        const list = [...pieces];
        for (const { from, count, to, drop } of moves) {
          const moved = drop ? list.splice(from, count) : list.slice(from, from + count);
          list.splice(to, 0, ...moved);
        }
        check(list.join(""));
      }),
      { numRuns: 150, seed: 20240602 },
    );
  });
});

function action(code: string): string {
  return `define (arch=M) { define (regfile=GPR) { size=32; } define (instrfield=OP) { bits=(0,31); } define (instr=x) { fields=(OP(1)); action={ ${code} }; } }`;
}

const doubling = Array.from({ length: 60 }, (_, i) => `#define A${i + 1} A${i} A${i}`).join("\n");

describe("hostile texts end in a diagnostic", () => {
  it.each([
    ["macros that double sixty times", `#define A0 x\n${doubling}\nA60`, "BW0119"],
    ["macros that double nothing", `#define A0\n${doubling}\nA60`, "BW0119"],
    ["open comments", "/*".repeat(200_000), "BW0103"],
    ["open documentation", `${'"""a'.repeat(100_001)}`, "BW0103"],
    ["strange characters", "\u{1F600}\\x\0".repeat(20_000), "BW0101"],
    ["parentheses", action(`var x = ${"(".repeat(50_000)}1;`), "BW0121"],
    ["unbraced ifs", action(`${"if (1) ".repeat(20_000)};`), "BW0121"],
    ["else chains", action(`${"if (1) ; else ".repeat(20_000)};`), "BW0121"],
    ["labels", action(`${"L: ".repeat(20_000)};`), "BW0121"],
    ["signs", action(`var x = ${"- ".repeat(50_000)}1;`), "BW0121"],
    ["conditionals", action(`var x = ${"1?1:".repeat(50_000)}1;`), "BW0121"],
    ["sums", action(`var x = ${"1+".repeat(50_000)}1;`), "BW0121"],
    ["members", action(`var x = x${".y".repeat(50_000)};`), "BW0121"],
    ["types", action(`${"bits<".repeat(20_000)}1;`), "BW0121"],
    ["nothing but names", "a ".repeat(150_000), "BW0122"],
    ["nothing but blocks", "define ".repeat(100_000), "BW0122"],
    ["too many tokens", ";".repeat(500_000), "BW0118"],
    ["a file that is too large", " ".repeat(1_100_000), "BW0111"],
    ["digits", action(`var x = ${"9".repeat(500_000)};`), "BW0221"],
    ["sizes", "define (arch=M) { define (regfile=G) { size=99999999999999; } }", "BW0206"],
    ["shifts", action("bits<32> x = 1 << 0x7fffffff;"), "BW0209"],
    [
      "functions that call each other twice",
      `define (arch=M) { ${Array.from({ length: 60 }, (_, i) => `void f${i}() { f${i + 1}(); f${i + 1}(); }`).join(" ")} void f60() {} define (instrfield=O) { bits=(0,31); } define (instr=x) { fields=(O); action={ f0(); } } }`,
      "BW0209",
    ],
    [
      "names of built-in objects",
      "define (arch=__proto__) { define (reg=constructor) {} define (reg=__proto__) { define (field=toString) { bits=1; } } define (regfile=valueOf) { size=2; define (entry=1) { reg=constructor; } } }",
      "BW0209",
    ],
  ])("%s", (_, text, code) => {
    const start = performance.now();
    expect(check(text)).toContain(code);
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});
