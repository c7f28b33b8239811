// Instructions: encodings, variants, aliases, and what the register-use analysis finds in their actions.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadIsa } from "../../src/adl/index.ts";
import { formatDiagnostic } from "../../src/base/diagnostic.ts";
import type { Instruction, IsaModel } from "../../src/machine/model.ts";
import { withFiles } from "./temporary.ts";

const mini = readFileSync("test/adl/fail/support/mini.adl", "utf8");

function isaWith(text: string): IsaModel {
  return withFiles({ "x.adl": `${mini}\ndefine (arch=Mini) {\n${text}\n}\n` }, (path) => {
    const { isa, diagnostics } = loadIsa(path);
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    if (!isa) throw new Error("no instruction set");
    return isa;
  });
}

function instruction(isa: IsaModel, name: string): Instruction {
  const found = isa.instructions.find((i) => i.name === name);
  if (!found) throw new Error(`no instruction ${name}`);
  return found;
}

/** Sources and targets of an instruction with this action, as short text. */
function uses(action: string, more = ""): { sources: string[]; targets: string[] } {
  const isa = isaWith(
    `${more}\n define (instr=x) { fields=(OP(1),RT,RA,RB,XO(5),RC(0)); action={ ${action} }; }`,
  );
  const { sources, targets } = instruction(isa, "x");
  const text = (list: Instruction["sources"]): string[] =>
    list.map((u) => {
      const at = u.field ?? u.index;
      const mask = u.mask === 0xffffffff ? "" : `&${u.mask.toString(16)}`;
      const moved = u.maskField === undefined ? "" : `>>${u.maskUnit}*${u.maskField}`;
      return `${u.name}${at === undefined ? "" : `(${at}${u.upToLast ? "…" : ""})`}${mask}${moved}${u.unlessZero ? "?" : ""}`;
    });
  return { sources: text(sources), targets: text(targets) };
}

describe("instructions", () => {
  it("have one encoding for each variant, named by its suffixes", () => {
    const isa = isaWith(`
      define (instrfield=OE) { bits=(21,21); variant_suffix="o"; }
      define (instrfield=XO9) { bits=(22,30); }
      define (instr=sub) { fields=(OP(31),RT,RA,RB,OE,XO9(40),RC); variants=(OE,RC); syntax=("%i %f,%f,%f",RT,RA,RB); action={ GPR(RT) = GPR(RA); }; }`);
    const list = isa.instructions.filter((i) => i.name.startsWith("sub"));
    expect(list.map((i) => [i.name, i.mask.toString(16), i.match.toString(16), i.fields])).toEqual([
      ["sub", "fc0007ff", "7c000050", ["RT", "RA", "RB"]],
      ["sub.", "fc0007ff", "7c000051", ["RT", "RA", "RB"]],
      ["subo", "fc0007ff", "7c000450", ["RT", "RA", "RB"]],
      ["subo.", "fc0007ff", "7c000451", ["RT", "RA", "RB"]],
    ]);
  });

  it("fold a variant's field, so that dead branches leave no uses", () => {
    const isa = isaWith("");
    expect(instruction(isa, "add").targets.map((u) => u.name)).toEqual(["GPR"]);
    expect(instruction(isa, "add.").targets.map((u) => u.name)).toEqual(["GPR", "FLAGS"]);
    expect(instruction(isa, "add").action).toHaveLength(1);
  });

  it("encode split fields from the left", () => {
    const isa = isaWith(`
      define (instrfield=SPRN) { bits=((16,20),(11,15)); }
      define (instr=mv) { fields=(OP(2),RT,SPRN(33),XO(1),RC(0)); action={ GPR(RT) = 0; }; }`);
    const mv = instruction(isa, "mv");
    // 33 is 00001 00001: the left half stands in bits 16 to 20.
    expect((mv.match >>> 11) & 0x3ff).toBe((1 << 5) | 1);
    expect(isa.fields["SPRN"]?.width).toBe(10);
  });

  it("carry their aliases", () => {
    const isa = isaWith(`define (instr=double) { alias=add(RB(3)); syntax=("%i %f,%f",RT,RA); }`);
    expect(instruction(isa, "add").aliases).toEqual([
      { name: "double", constraints: { RB: 3 }, syntax: { template: "%i %f,%f", operands: ["RT", "RA"] } },
    ]);
  });

  it("tell branches and memory from their actions", () => {
    const isa = isaWith(`
      define (instr=br) { fields=(OP(3),LI,Z30(1)); action={ LINK = CIA + 4; if (FLAGS.Z == 1) { NIA = LI; } }; }
      define (instr=ba) { fields=(OP(3),LI,Z30(2)); action={ NIA = LI - CIA; }; }
      define (instr=ret) { fields=(OP(4),LI,Z30(2)); action={ bits<32> t = LINK & 0xfffffffc; NIA = t; }; }
      define (instr=sh) { fields=(OP(5),RT,RA,SI); action={ Mem(GPR(RA) + SI,2) = GPR(RT)(16,31); }; }
      define (instr=lm) { fields=(OP(6),RT,RA,SI); action={
        bits<32> ea = GPR(RA) + SI; bits<6> r;
        for (r = RT; r <= 31; r = r + 1) { GPR(r) = Mem(ea,4); ea = ea + 4; } }; }`);
    const facts = (name: string): unknown => {
      const { branch, memory, targets } = instruction(isa, name);
      return { branch, memory, targets: targets.map((t) => `${t.name}${t.upToLast ? "…" : ""}`) };
    };
    expect([facts("br"), facts("ba"), facts("ret"), facts("sh"), facts("lm"), facts("b")]).toEqual([
      {
        branch: { conditional: true, link: true, target: { field: "LI", relative: true } },
        memory: undefined,
        targets: ["LINK"],
      },
      {
        branch: { conditional: false, link: false, target: { field: "LI", relative: false } },
        memory: undefined,
        targets: [],
      },
      {
        branch: { conditional: false, link: false, target: { register: "LINK" } },
        memory: undefined,
        targets: [],
      },
      { branch: undefined, memory: { kind: "store", bytes: 2, multiple: false }, targets: [] },
      { branch: undefined, memory: { kind: "load", bytes: 4, multiple: true }, targets: ["GPR…"] },
      {
        branch: { conditional: false, link: false, target: { field: "LI", relative: true } },
        memory: undefined,
        targets: [],
      },
    ]);
  });
});

describe("register use", () => {
  it.each([
    ["GPR(RT) = GPR(RA) + GPR(RB);", ["GPR(RA)", "GPR(RB)"], ["GPR(RT)"]],
    ["GPR(RT) = ((RA == 0) ? 0 : GPR(RA)) + GPR(RB);", ["GPR(RA)?", "GPR(RB)"], ["GPR(RT)"]],
    ["if (RA != 0) { GPR(RT) = GPR(RA); }", ["GPR(RA)?"], ["GPR(RT)"]],
    ["GPR(RT) = ((RA == 0) ? 0 : GPR(RA)) + GPR(RA);", ["GPR(RA)"], ["GPR(RT)"]],
    ["FLAGS.Z = FLAGS.F1 == 3;", ["FLAGS&f000000"], ["FLAGS&80000000"]],
    ["FLAGS(4*RA,4*RA+3) = FLAGS(RB) == 1;", ["FLAGS&80000000>>1*RB"], ["FLAGS&f0000000>>4*RA"]],
    ["unsigned i = 4*RA; FLAGS(i+1,i+1) = 1;", [], ["FLAGS&40000000>>4*RA"]],
    ["GPR(RT) = 1; GPR(RA) = GPR(RT);", [], ["GPR(RT)", "GPR(RA)"]],
    ["if (GPR(RA) == 0) { GPR(RT) = 1; } GPR(RB) = GPR(RT);", ["GPR(RA)", "GPR(RT)"], ["GPR(RT)", "GPR(RB)"]],
    ["GPR(5) = SPR(8);", ["LINK"], ["GPR(5)"]],
    ["SPR(RA) = GPR(RT);", ["GPR(RT)"], ["SPR(RA)"]],
    ["bits<32> n = GPR(RA); while (n > 0) { GPR(n) = 0; n = n - 1; }", ["GPR(RA)"], ["GPR"]],
    ["GPR(RA)(0,15) = 0;", [], ["GPR(RA)&ffff0000"]],
    ["bits<5> r = RA; GPR(r) = 0;", [], ["GPR(RA)"]],
  ])("of %s", (action, sources, targets) => {
    expect(uses(action)).toEqual({ sources, targets });
  });

  it("looks through functions, with their arguments", () => {
    const helpers = `
      void put(bits<5> r, bits<32> v) { GPR(r) = v; }
      bits<1> zero(bits<3> f) { return FLAGS(4*f); }
      void early(bits<32> v) { if (v == 0) { return; } GPR(3) = v; }`;
    expect(uses("put(RT,GPR(RA));", helpers)).toEqual({ sources: ["GPR(RA)"], targets: ["GPR(RT)"] });
    expect(uses("put(7,zero(2));", helpers)).toEqual({ sources: ["FLAGS&800000"], targets: ["GPR(7)"] });
    expect(uses("early(1); GPR(RT) = GPR(3);", helpers)).toEqual({
      sources: ["GPR(3)"],
      targets: ["GPR(3)", "GPR(RT)"],
    });
  });
});
