// Reading and printing the `.dat` format: what a line means, what is wrong with a bad one, and that nothing is lost.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberOf, parseDat, printDat } from "../../src/dat/index.ts";
import type { DatCommand, DatItem } from "../../src/dat/index.ts";

const parse = (text: string) => parseDat(text, "t.dat");

describe("parseDat", () => {
  test("reads commands with their pairs, comments, blocks and blank lines", () => {
    const { document, diagnostics } = parse(
      [
        "# head",
        "= asm",
        "  addi r1,r1,1   # text = of another program",
        "= /asm",
        "",
        "MD n=Mem ra=0x10 d=0x38210001\t#\taddi",
        '12. A l=1 m="two words" t=',
      ].join("\n"),
    );
    expect(document.items).toEqual([
      { kind: "comment", line: 1, text: " head" },
      { kind: "block", line: 2, tag: "asm", lines: ["  addi r1,r1,1   # text = of another program"] },
      { kind: "blank", line: 5 },
      {
        kind: "command",
        line: 6,
        name: "MD",
        pairs: [
          { key: "n", value: "Mem", quoted: false },
          { key: "ra", value: "0x10", quoted: false },
          { key: "d", value: "0x38210001", quoted: false },
        ],
        comment: "\taddi",
      },
    ]);
    expect(diagnostics).toEqual([
      {
        code: "BW0360",
        severity: "error",
        message: "a value is missing here",
        place: { file: "t.dat", line: 7, column: 27 },
        help: "write: COMMAND key=value …",
      },
    ]);
  });

  test("tells every bad line and goes on", () => {
    const { document, diagnostics } = parse("= /asm\nR n=GPR i=1 d=2\nR n GPR\n0x10\n=\n= asm\nR n=A d=1\n");
    expect(document.items.map((item) => item.line)).toEqual([2]);
    expect(
      diagnostics.map(({ code, message, place }) => [code, place?.line, place?.column, message]),
    ).toEqual([
      ["BW0362", 1, 1, "the block asm ends here without having begun"],
      ["BW0360", 3, 3, "this is no command, number or key=value: n GPR"],
      ["BW0360", 4, 1, "this is no command, number or key=value: 0x10"],
      ["BW0360", 5, 1, "a block needs a name"],
      ["BW0361", 6, 1, "the block asm does not end"],
    ]);
  });

  test("gives up on what is no such file", () => {
    const { diagnostics } = parse("\u0000\u0001\n".repeat(1000));
    expect(diagnostics).toHaveLength(21);
    expect(diagnostics.at(-1)).toMatchObject({ message: "more faults follow; the rest is not read" });
  });

  test("keeps nested blocks in the outer one", () => {
    const { document } = parse("= a\n= b\nx\n= /b\n= /a\n");
    expect(document.items).toEqual([{ kind: "block", line: 1, tag: "a", lines: ["= b", "x", "= /b"] }]);
  });
});

test("numberOf reads the format's numbers and nothing else", () => {
  expect(
    ["0x1F", "0b101", "007", "-3", "+4", "0x12_34", "x", "0x", "1.5", "", undefined].map(numberOf),
  ).toEqual([31n, 5n, 7n, -3n, 4n, 0x1234n, undefined, undefined, undefined, undefined, undefined]);
});

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const pair = fc.oneof(
  fc.record({
    key: word,
    value: fc.stringMatching(/^[!$-~]{1,12}$/),
    quoted: fc.constant(false),
  }),
  fc.record({ key: word, value: fc.stringMatching(/^[ !#-~]{0,20}$/), quoted: fc.constant(true) }),
);
const comment = fc.stringMatching(/^([ -~]{0,20}[!-~])?$/);
const command: fc.Arbitrary<DatCommand> = fc
  .record({
    name: word,
    id: fc.option(fc.nat().map(String), { nil: undefined }),
    pairs: fc.array(pair, { maxLength: 5 }),
    comment: fc.option(comment, { nil: undefined }),
  })
  .map(({ name, id, pairs, comment: text }) => ({
    kind: "command",
    line: 0,
    ...(id === undefined ? {} : { id }),
    name,
    pairs,
    ...(text === undefined ? {} : { comment: text }),
  }));
const item: fc.Arbitrary<DatItem> = fc.oneof(
  command,
  fc.constant<DatItem>({ kind: "blank", line: 0 }),
  comment.map((text): DatItem => ({ kind: "comment", line: 0, text })),
  fc
    .record({ tag: word, lines: fc.array(fc.stringMatching(/^[!-<>-~][ -~]{0,12}$/), { maxLength: 3 }) })
    .map(({ tag, lines }): DatItem => ({ kind: "block", line: 0, tag, lines })),
);

test("a printed document reads back as itself", () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 20 }), (items) => {
      const { document, diagnostics } = parse(printDat({ file: "t.dat", items }));
      expect(diagnostics).toEqual([]);
      expect(document.items.map((one) => ({ ...one, line: 0 }))).toEqual(items);
    }),
  );
});

test("no text makes the reader fail", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 200 }), (text) => {
      const { document, diagnostics } = parse(text);
      expect(document.items.length + diagnostics.length).toBeLessThanOrEqual(text.split("\n").length + 1);
    }),
  );
});

test("long lines and deep blocks are read in time that grows with their length", () => {
  const texts = [
    `A ${"a=1 ".repeat(100_000)}`,
    `A ${" ".repeat(500_000)}x`,
    `A ${'a="'.repeat(99_999)}`,
    `${"= a\n".repeat(50_000)}${"= /a\n".repeat(49_999)}`,
  ];
  const before = performance.now();
  expect(texts.map((text) => parse(text).diagnostics.length)).toEqual([0, 1, 1, 1]);
  expect(performance.now() - before).toBeLessThan(5000);
});
