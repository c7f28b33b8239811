// Cores: resources, classes and power as they reach the model, the checks of space that the loader puts in, the hash.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadMachine } from "../../src/adl/index.ts";
import { formatDiagnostic } from "../../src/base/diagnostic.ts";
import type { Expression, Statement } from "../../src/machine/action.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import { withFiles } from "./temporary.ts";

const mini = readFileSync("test/adl/fail/support/mini.adl", "utf8");
const core = readFileSync("test/adl/fail/support/core.uadl", "utf8");

function load(change = "", base = core): MachineModel {
  const files = { "core.uadl": `${base}\ndefmod (core mini) {\n${change}\n}\n`, "mini.adl": mini };
  return withFiles(files, (path) => {
    const { model, diagnostics } = loadMachine(path);
    expect(diagnostics.filter((d) => d.code !== "BW0202").map(formatDiagnostic)).toEqual([]);
    if (!model) throw new Error("no model");
    return model;
  });
}

function show(e: Expression): string {
  if (e.kind === "method") {
    const values = e.arguments.map((a) =>
      a.kind === "name" ? a.name : a.kind === "constant" ? String(a.value) : show(a),
    );
    return `${e.object === "" ? "" : `${e.object}.`}${e.method}(${values.join(",")})`;
  }
  return e.kind === "binary" ? `${show(e.left)} ${e.operator} ${show(e.right)}` : e.kind;
}

function text(code: readonly Statement[] | undefined): string {
  return (code ?? [])
    .map((s) => {
      if (s.kind === "if") {
        const otherwise = s.otherwise.length > 0 ? ` else { ${text(s.otherwise)} }` : "";
        return `if (${show(s.test)}) { ${text(s.then)} }${otherwise}`;
      }
      if (s.kind === "repeat") return `Repeat: ${text(s.body)}`;
      return s.kind === "expression" ? `${show(s.value)};` : s.kind;
    })
    .join(" ");
}

describe("a core", () => {
  it("reaches the model whole", () => {
    const { name, description, pipeline } = load();
    expect(name).toBe("mini");
    expect(description).toBe(
      "A complete small core that the wrong descriptions of this folder change with defmod.",
    );
    expect(pipeline.fetchUnit).toEqual({
      name: "Fetcher",
      memory: "Mem.I",
      entries: 4,
      entrySize: 4,
      fetchSizes: [8, 4],
      lazyFetch: true,
      flushFetch: true,
      canCancel: true,
      reuseData: false,
      minFetchEntries: 0,
      maxFetchCount: 0,
    });
    expect(pipeline.stages.map((s) => s.name)).toEqual(["mID", "mEX"]);
    expect(pipeline.machines).toEqual([
      {
        name: "normal",
        initialState: "S_INIT",
        states: ["S_INIT", "S_ID", "S_EX"],
        stageOf: { S_ID: "mID", S_EX: "mEX" },
        exceptionState: {},
      },
    ]);
    expect(pipeline.classes.map((c) => [c.name, c.instructions.map((i) => i.instruction)])).toEqual([
      ["simple", ["add", "add.", "b"]],
      ["load", ["lw"]],
    ]);
  });

  it("asks for space before a move to another stage, unless its code does", () => {
    const action = load().pipeline.classes[0]?.action ?? {};
    expect(Object.entries(action).map(([state, code]) => `${state}: ${text(code)}`)).toEqual([
      "S_INIT: if (mID.has_space()) { change_state(S_ID); }",
      "S_ID: if (Src.can_read_fp(Fwd) && mEX.has_space()) { Src.read(Fwd); Trg.allocate(); change_state(S_EX); }",
      "S_EX: exec(); Fwd.write(Trg); Trg.write(); change_state(S_INIT);",
    ]);
  });

  it("asks for space for all that move together out of a lock-step stage", () => {
    const model = load(`
      defmod (resources) { defmod (pipestage=mID) { size = 2; lock_step = true; } }
      defmod (instr_class=load) { action = { S_ID: { Repeat: Src.read(); change_state(S_EX); } }; }`);
    const action = model.pipeline.classes.find((c) => c.name === "load")?.action ?? {};
    expect(text(action["S_ID"])).toBe("if (mEX.has_space(2)) { Repeat: Src.read(); change_state(S_EX); }");
    // A defmod replaces state by state: the others are as before.
    expect(text(action["S_EX"])).toBe("exec(); Trg.write(); change_state(S_INIT);");
  });

  it("reads operands with fields, masks, directions and overrides", () => {
    const model = load(`
      defmod (instr_class=load) {
        instructions = lw(RA(0));
        defmod (operands) { A = GPR(RA); A = (GPR(3),source,0x0f); C = field(SI); D = 7; E = FLAGS(0xf0); F = GPR; }
        define (instr=lw) { define (operands) { D = (FLAGS,force_source); } }
        action = { S_ID: { set_latency(delay(A.value(),D.value())); change_state(S_EX); } };
      }
      unsigned delay(bits<32> a, bits<32> b) { return (a == 0) ? b : 3; }`);
    const one = model.pipeline.classes.find((c) => c.name === "load");
    expect(one?.instructions).toEqual([
      { instruction: "lw", constraints: {} },
      { instruction: "lw", constraints: { RA: 0 } },
    ]);
    expect(one?.operands).toEqual([
      { name: "Src", elements: [{ kind: "sources" }] },
      { name: "Trg", elements: [{ kind: "targets" }] },
      {
        name: "A",
        elements: [
          { kind: "register", name: "GPR", field: "RA", role: "any" },
          { kind: "register", name: "GPR", index: 3, role: "source", mask: 15 },
        ],
      },
      { name: "C", elements: [{ kind: "field", field: "SI" }] },
      { name: "D", elements: [{ kind: "constant", value: 7 }] },
      { name: "E", elements: [{ kind: "register", name: "FLAGS", mask: 0xf0, role: "any" }] },
      { name: "F", elements: [{ kind: "register", name: "GPR", role: "any" }] },
    ]);
    expect(one?.operandOverrides).toEqual({
      lw: [{ name: "D", elements: [{ kind: "register", name: "FLAGS", role: "force_source" }] }],
    });
    expect(Object.keys(model.pipeline.helpers)).toEqual(["delay"]);
  });

  it("converts energies and their like to SI units", () => {
    const { power } = load(`
      define (power=nominal) {
        frequency = 0.132 GHz from "sheet 2";
        voltage = 1500 mV from "sheet 2";
        nominal_voltage = 1.2 V from "sheet 2";
        leakage = 5 mW estimate 50 percent "like its neighbour";
        dynamic_scaling = "(v/vn)^2";
        define (event=a) { trigger = issue(simple); energy = 12.4 pJ from "sheet 3"; }
        define (event=b) { trigger = occupy(mEX); classes = (load); energy = 3 mW/MHz from "sheet 3"; }
        define (event=c) { trigger = read(GPR); energy = 1 fJ from "sheet 3"; }
        define (event=d) { trigger = memory_write(Mem.D); energy = 1 nJ from "sheet 3"; }
      }`);
    const source = { kind: "document", text: "sheet 3" };
    expect(power.frequency).toEqual({
      value: 132e6,
      unit: "Hz",
      source: { kind: "document", text: "sheet 2" },
    });
    expect([power.voltage.value, power.nominalVoltage.value]).toEqual([1.5, 1.2]);
    expect(power.leakage).toEqual({
      value: 0.005,
      unit: "W",
      source: { kind: "estimate", boundPercent: 50, text: "like its neighbour" },
    });
    expect(power.events).toEqual([
      {
        name: "a",
        trigger: { kind: "issue", classes: ["simple"] },
        energy: { value: 12.4e-12, unit: "J", source },
      },
      {
        name: "b",
        trigger: { kind: "occupy", stage: "mEX", classes: ["load"] },
        energy: { value: 3e-9, unit: "J", source },
      },
      {
        name: "c",
        trigger: { kind: "read", registerFile: "GPR" },
        energy: { value: 1e-15, unit: "J", source },
      },
      {
        name: "d",
        trigger: { kind: "memory_write", memory: "Mem.D" },
        energy: { value: 1e-9, unit: "J", source },
      },
    ]);
  });
});

describe("a model's hash", () => {
  it("depends on what the machine does, not on the words of its description", () => {
    const { hash } = load();
    expect(
      load("", `// Other words.\n\n${core.replace("data sheet, table 1", "another document")}`).hash,
    ).toBe(hash);
    expect(load("defmod (resources) { defmod (memory=Mem) { read_latency = 2; } }").hash).not.toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("descriptions that come with Blockwatt", () => {
  it.each(["toy", "e200z3", "ppc440"])("%s loads without a finding", (name) => {
    const { model, diagnostics } = loadMachine(`targets/${name}/core.uadl`);
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    expect(model?.isa.instructions.length).toBeGreaterThan(150);
    expect(loadMachine(`targets/${name}/core.uadl`).model).toBe(model);
  });
});
