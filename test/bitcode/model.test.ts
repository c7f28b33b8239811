// What a user of the model sees of a small program, written out in full.

import { describe, expect, it } from "vitest";
import {
  fileOf,
  paramAttribute,
  readModule,
  subprogramOf,
  successorsOf,
  terminatorOf,
  textOf,
  type GlobalFunction,
  type Module,
  type Value,
} from "../../src/bitcode/index.ts";
import { compileText } from "./llvm.ts";

const SOURCE = `struct pair { short a; int b; };
static const char text[] = "hi";
int table[3] = {1, -2, 3};
extern int put(const char *, ...);
int pick(struct pair by_value, unsigned char c, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) {
    switch (table[i % 3]) {
      case -2: sum += c; break;
      case 7: return put(text, sum, 1.5);
      default: sum ^= by_value.b;
    }
  }
  return sum;
}
`;

function read(source: string, options: readonly string[]): Module {
  return readModule(compileText(source, options));
}

function shown(value: Value): string {
  switch (value.kind) {
    case "instruction":
    case "argument":
      return `s${String(value.slot)}`;
    case "integer":
      return `i${String(value.type.width)} ${String(value.value)}`;
    case "float":
      return value.bits.toString(16);
    case "function":
    case "global":
      return value.name;
    default:
      return value.kind;
  }
}

function outline(fn: GlobalFunction): string[] {
  return fn.blocks.map((block) => {
    const edges = `${block.predecessors.join()} -> ${successorsOf(terminatorOf(block)).join()}`;
    return `${String(block.index)} (${edges}): ${block.instructions.map((instruction) => instruction.op).join(" ")}`;
  });
}

describe("the model of a small program", () => {
  const module = read(SOURCE, ["-O1", "-g", "-fno-vectorize"]);
  const pick = module.functions.find((fn) => fn.name === "pick") as GlobalFunction;

  it("has the file's facts", () => {
    const { triple, dataLayout, sourceFileName, epoch } = module;
    expect({ triple, dataLayout, sourceFileName, epoch, producer: module.producer.slice(0, 7) }).toEqual({
      triple: "powerpc-unknown-linux-gnu",
      dataLayout: "E-m:e-p:32:32-Fn32-i64:64-n32",
      sourceFileName: "-",
      epoch: 0,
      producer: "LLVM22.",
    });
  });

  it("has the globals with their initialisers", () => {
    const globals = module.globals.map(({ name, linkage, isConstant, align, initializer }) => {
      const elements =
        initializer?.kind === "data" ? Array.from<number | bigint>(initializer.elements) : initializer;
      return { name, linkage, isConstant, align, elements };
    });
    expect(globals).toEqual([
      { name: "table", linkage: "external", isConstant: false, align: 4, elements: [1, 0xfffffffe, 3] },
      { name: "text", linkage: "internal", isConstant: true, align: 1, elements: [0x68, 0x69, 0] },
    ]);
  });

  it("has functions, parameters and blocks", () => {
    const byval = paramAttribute(pick.attributes, 0, "byval");
    const member = byval?.kind === "type" && byval.type?.kind === "struct" ? byval.type : null;
    expect({
      functions: module.functions
        .filter((fn) => !fn.name.startsWith("llvm."))
        .map((fn) => [fn.name, fn.isDeclaration]),
      params: pick.valueType.params.map((type) => (type.kind === "integer" ? type.width : type.kind)),
      byval: [
        member?.name,
        member?.elements.map((type) => (type.kind === "integer" ? type.width : type.kind)),
      ],
      zeroext: paramAttribute(pick.attributes, 1, "zeroext"),
      none: paramAttribute(pick.attributes, 9, "zeroext"),
      slots: pick.args.map((arg) => arg.slot),
      variadic: module.functions.find((fn) => fn.name === "put")?.valueType.variadic,
    }).toEqual({
      functions: [
        ["pick", false],
        ["put", true],
      ],
      params: ["pointer", 8, 32],
      byval: ["struct.pair", [16, 32]],
      zeroext: { kind: "enum", name: "zeroext" },
      none: undefined,
      slots: [0, 1, 2],
      variadic: true,
    });
    const edges = outline(pick);
    expect(edges[0]).toMatch(/^0 \( -> .*\): /);
    // Every edge is seen from both of its ends.
    const out = pick.blocks.flatMap((block) =>
      successorsOf(terminatorOf(block)).map((to) => [block.index, to]),
    );
    const back = pick.blocks.flatMap((block) => block.predecessors.map((from) => [from, block.index]));
    const sorted = (list: number[][]): string[] => list.map((edge) => edge.join()).sort();
    expect(sorted(out)).toEqual(sorted(back));
  });

  it("numbers results densely and refers to them as objects", () => {
    const slots = pick.blocks.flatMap((block) =>
      block.instructions
        .filter((instruction) => instruction.slot >= 0)
        .map((instruction) => instruction.slot),
    );
    expect(slots).toEqual(Array.from({ length: pick.slotCount - 3 }, (_, index) => index + 3));
    const branch = pick.blocks.flatMap((block) => block.instructions).find(({ op }) => op === "switch");
    if (branch?.op !== "switch") throw new Error("no switch");
    expect(branch.cases.map(({ value }) => shown(value))).toEqual(["i32 -2", "i32 7"]);
    const call = pick.blocks
      .flatMap((block) => block.instructions)
      .find((instruction) => instruction.op === "call" && shown(instruction.callee) === "put");
    if (call?.op !== "call") throw new Error("no call");
    expect([shown(call.callee), shown(call.args[0] as Value), shown(call.args[2] as Value)]).toEqual([
      "put",
      "text",
      "3ff8000000000000",
    ]);
    const location = call.debugLocation;
    expect([
      location?.line,
      fileOf(location?.scope ?? null)?.name,
      textOf(subprogramOf(location?.scope ?? null)?.fields["name"]),
      textOf(pick.subprogram?.fields["name"]),
    ]).toEqual([10, "<stdin>", "pick", "pick"]);
  });

  it("interns types", () => {
    const types = new Map(module.types.map((type) => [type, type.id]));
    expect([...types.values()]).toEqual(module.types.map((_, index) => index));
    expect(pick.args[2]?.type).toBe(pick.valueType.returnType);
  });
});
