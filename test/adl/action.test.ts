// Types and folding of action code: one expression each, shown as text with the width of every part.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadIsa } from "../../src/adl/index.ts";
import { formatDiagnostic } from "../../src/base/diagnostic.ts";
import type { Expression, Statement } from "../../src/machine/action.ts";
import { withFiles } from "./temporary.ts";

const mini = readFileSync("test/adl/fail/support/mini.adl", "utf8");

function action(text: string): readonly Statement[] {
  const body = `define (instr=x) { fields=(OP(1),RT,RA,UI); action={ ${text} }; }`;
  return withFiles({ "x.adl": `${mini}\ndefine (arch=Mini) { ${body} }` }, (path) => {
    const { isa, diagnostics } = loadIsa(path);
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    return isa?.instructions.find((i) => i.name === "x")?.action ?? [];
  });
}

function show(e: Expression): string {
  const type = `${e.type.signed ? "s" : "u"}${e.type.width}`;
  switch (e.kind) {
    case "constant":
      return `${e.value}:${type}`;
    case "local":
      return e.name;
    case "field":
      return `${e.field}:${type}`;
    case "register":
      return e.register;
    case "element":
      return `${e.registerFile}[${show(e.index)}]`;
    case "slice":
      return `${show(e.value)}(${show(e.first)},${show(e.last)}):${type}`;
    case "concat":
      return `{${e.parts.map(show).join(", ")}}:${type}`;
    case "extend":
      return `${type}(${show(e.value)})`;
    case "unary":
      return `${e.operator}${show(e.value)}`;
    case "binary":
      return `(${show(e.left)} ${e.operator} ${show(e.right)}):${type}`;
    case "conditional":
      return `(${show(e.test)} ? ${show(e.then)} : ${show(e.otherwise)})`;
    case "memory":
      return `Mem${e.bytes}(${show(e.address)})`;
    case "builtin":
      return `${e.name}(${e.arguments.map(show).join(", ")}):${type}`;
    default:
      return e.kind;
  }
}

/** The value of `var v = …;`. */
function value(text: string): string {
  const [first] = action(`var v = ${text};`);
  return first?.kind === "declare" && first.value ? show(first.value) : "nothing";
}

describe("action code", () => {
  it.each([
    ["GPR(RA) + 1", "(GPR[u32(RA:u5)] + 1:u32):u32"],
    ["signed(GPR(RA)) < -1", "(s32(GPR[u32(RA:u5)]) < 4294967295:s32):u1"],
    ["GPR(RA) < UI", "(GPR[u32(RA:u5)] < u32(UI:u16)):u1"],
    ["FLAGS.Z + FLAGS.Z", "(FLAGS(0:u32,0:u32):u1 + FLAGS(0:u32,0:u32):u1):u1"],
    ["FLAGS.Z + 1", "(u32(FLAGS(0:u32,0:u32):u1) + 1:u32):u32"],
    ["FLAGS.Z & ~FLAGS.F1(3)", "(FLAGS(0:u32,0:u32):u1 & ~FLAGS(7:u32,7:u32):u1):u1"],
    ["UI(0) == 1", "(u32(UI:u16(0:u32,0:u32):u1) == 1:u32):u1"],
    ["concat(UI,zero(16))", "{UI:u16, 0:u16}:u32"],
    ["UI << 16", "(UI:u16 << 16:u32):u16"],
    ["sign_extend(UI,64)", "s64(s16(UI:u16))"],
    ["Mem(GPR(RA),2)", "Mem2(GPR[u32(RA:u5)])"],
    ["1 + 2 * 3 - (4 << 1)", "4294967295:s32"],
    ["(1 == 1) ? GPR(1) : GPR(2)", "GPR[1:u32]"],
    ["0xffffffff + bits<64>(1)", "4294967296:u64"],
    ["bits<8>(0x1ff & 0xff)(0,3)", "15:u4"],
    ["carry(GPR(RA),~GPR(RT),1)", "carry(GPR[u32(RA:u5)], ~GPR[u32(RT:u5)], 1:u1):u1"],
    ["OP", "1:u6"],
    ["GPR(RA).signedLT(GPR(RT))", "(s32(GPR[u32(RA:u5)]) < s32(GPR[u32(RT:u5)])):u1"],
  ])("%s", (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it("converts what is assigned to the target's width", () => {
    const [declared, assigned] = action("bits<4> c = 2; FLAGS.F1 = c | FLAGS.Z;");
    expect(declared).toMatchObject({ kind: "declare", name: "c", type: { width: 4, signed: false } });
    expect(assigned?.kind === "assign" && [show(assigned.target), show(assigned.value)]).toEqual([
      "FLAGS(4:u32,7:u32):u4",
      "(c | u4(FLAGS(0:u32,0:u32):u1)):u4",
    ]);
  });

  it("gives shadowing locals names of their own, and drops branches that cannot run", () => {
    const list = action(
      "var a = 1; { var a = GPR(RA); GPR(RT) = a; } if (OP == 2) { GPR(RT) = 9; } else { a++; }",
    );
    expect(list.map((s) => (s.kind === "declare" ? s.name : s.kind))).toEqual([
      "a",
      "a_2",
      "assign",
      "assign",
    ]);
  });

  it("reads switches without fall through", () => {
    const [s] = action("switch (RA) { case 1: case 2: GPR(1) = 0; break; default: GPR(2) = 0; }");
    expect(s?.kind === "switch" && s.cases.map((c) => [c.values, c.body.length])).toEqual([
      [[1n, 2n], 1],
      [[], 1],
    ]);
  });
});
