// One latency function, three users: the reference pipeline evaluates it on register values, characterization runs every
// value that it can take, annotated programs evaluate it on the IR's operands. All must agree.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { latencyExpression } from "../../src/annotate/counting/latency-expression.ts";
import type { MachineSite } from "../../src/annotate/counting/latency-sites.ts";
import { latencySites } from "../../src/annotate/counting/latency-sites.ts";
import { identityPlan } from "../../src/annotate/index.ts";
import type { SiteExpression } from "../../src/annotate/plan.ts";
import type { GlobalFunction } from "../../src/bitcode/index.ts";
import { readModule } from "../../src/bitcode/index.ts";
import type { Expression, HelperFunction, Statement, ValueType } from "../../src/machine/action.ts";
import { createPathRunner } from "../../src/pipeline/index.ts";
import type { SiteLatency } from "../../src/pipeline/index.ts";
import { runChecked } from "../../src/toolchain/process.ts";
import { findTools } from "../../src/toolchain/tools.ts";
import { assemble, coreModel } from "../pipeline/core-timing.ts";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The value of a site expression as WebAssembly computes it, unsigned. */
function valueOf(e: SiteExpression, operands: readonly number[]): number {
  const go = (inner: SiteExpression): number => valueOf(inner, operands);
  switch (e.op) {
    case "const":
      return e.value >>> 0;
    case "operand":
      return operands[e.index]! >>> 0;
    case "result":
      throw new Error("no result here");
    case "clz":
      return Math.clz32(go(e.value));
    case "eqz":
      return Number(go(e.value) === 0);
    case "if":
      return go(e.condition) !== 0 ? go(e.then) : go(e.else);
    default: {
      const [a, b] = [go(e.left), go(e.right)];
      const results: Record<typeof e.op, number | boolean> = {
        add: a + b,
        sub: a - b,
        mul: Math.imul(a, b),
        and: a & b,
        or: a | b,
        xor: a ^ b,
        shl: a << b,
        shr_u: a >>> b,
        shr_s: (a | 0) >> b,
        eq: a === b,
        ne: a !== b,
        lt_s: (a | 0) < (b | 0),
        lt_u: a < b,
        le_s: (a | 0) <= (b | 0),
        le_u: a <= b,
        gt_s: (a | 0) > (b | 0),
        gt_u: a > b,
        ge_s: (a | 0) >= (b | 0),
        ge_u: a >= b,
      };
      return Number(results[e.op]) >>> 0;
    }
  }
}

/** 32-bit values: small ones, powers of two and their neighbours, anything; either sign. */
const word = fc
  .oneof(
    fc.integer({ min: 0, max: 40 }),
    fc
      .tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: -2, max: 2 }))
      .map(([bit, d]) => 2 ** bit + d),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  )
  .chain((value) => fc.constantFrom(value, -value))
  .map((value) => value >>> 0);

function siteOf(core: string, line: string): SiteLatency {
  const model = coreModel(core);
  const words = Uint32Array.of(assemble(model, line));
  const found = createPathRunner(model, { pieces: [{ address: 0x1000, words }] }).latencyAt(0x1000);
  expect(found).toBeDefined();
  return found!;
}

describe.each(["toy", "e200z3"])("divides on %s", (core) => {
  const helpers = { ...coreModel(core).isa.helpers, ...coreModel(core).pipeline.helpers };

  test.each(["divw", "divwu"])("%s: the translated expression gives what the description gives", (name) => {
    const { latency, inputs, options } = siteOf(core, `${name} RT=3 RA=4 RB=5`);
    const operands = new Map<string, SiteExpression>(
      latency.operands.map((operand, index) => {
        const input = inputs[index]!;
        return [
          operand,
          input.kind === "constant" ? { op: "const", value: input.value } : { op: "operand", index },
        ];
      }),
    );
    const translated = latencyExpression(latency.expression, { operands, helpers })!;
    expect(translated).toBeDefined();
    const possible = new Set(options);
    fc.assert(
      fc.property(word, word, (dividend, divisor) => {
        const values = [dividend, divisor];
        const all = inputs.map((input, index) => (input.kind === "constant" ? input.value : values[index]!));
        const cycles = latency.evaluate(all);
        expect(valueOf(translated, values)).toBe(cycles);
        expect(possible).toContain(cycles);
      }),
      { numRuns: 5000, seed: 11 },
    );
  });
});

// ---- The translator on action code of every form that it takes -------------------------------------------------------

const u32: ValueType = { width: 32, signed: false };
const bit: ValueType = { width: 1, signed: false };
const local = (name: string, type = u32): Expression => ({ kind: "local", name, type });
const constant = (value: number, type = u32): Expression => ({
  kind: "constant",
  value: BigInt(value),
  type,
});
const binary = (
  operator: Extract<Expression, { kind: "binary" }>["operator"],
  left: Expression,
  right: Expression,
  type = left.type,
): Expression => ({ kind: "binary", operator, left, right, type });
const declare = (name: string, value: Expression): Statement => ({
  kind: "declare",
  name,
  type: value.type,
  value,
});
const assign = (name: string, value: Expression): Statement => ({
  kind: "assign",
  target: local(name, value.type),
  value,
});
const give = (value: Expression): Statement => ({ kind: "return", value });
const when = (test: Expression, then: Statement[], otherwise: Statement[] = []): Statement => ({
  kind: "if",
  test,
  then,
  otherwise,
});

function translate(body: readonly Statement[]): SiteExpression | undefined {
  const helper: HelperFunction = {
    name: "f",
    parameters: [
      { name: "a", type: u32 },
      { name: "b", type: u32 },
    ],
    result: u32,
    body,
  };
  const value = (object: string): Expression => ({
    kind: "method",
    object,
    method: "value",
    arguments: [],
    type: u32,
  });
  const call: Expression = { kind: "call", helper: "f", arguments: [value("A"), value("B")], type: u32 };
  const operands = new Map<string, SiteExpression>([
    ["A", { op: "operand", index: 0 }],
    ["B", { op: "operand", index: 1 }],
  ]);
  return latencyExpression(call, { operands, helpers: { f: helper } });
}

describe("translation", () => {
  const a = local("a");
  const b = local("b");
  const s32: ValueType = { width: 32, signed: true };
  const byte: ValueType = { width: 8, signed: false };
  const low: Expression = { kind: "slice", value: a, first: constant(24), last: constant(31), type: byte };

  test.each<[string, Statement[], (a: number, b: number) => number]>([
    ["sums wrap", [give(binary("+", a, b))], (x, y) => x + y],
    ["products wrap", [give(binary("*", a, b))], (x, y) => Math.imul(x, y)],
    ["shifts by 32 and more give 0", [give(binary("<<", a, b))], (x, y) => (y < 32 ? x << y : 0)],
    ["and so to the right", [give(binary(">>", a, b))], (x, y) => (y < 32 ? x >>> y : 0)],
    [
      "a signed shift to the right gives the sign",
      [
        give({
          kind: "extend",
          type: u32,
          value: binary(">>", { kind: "extend", type: s32, value: a }, b, s32),
        }),
      ],
      (x, y) => (x | 0) >> Math.min(y, 31),
    ],
    ["slices count from the left", [give({ kind: "extend", type: u32, value: low })], (x) => x & 255],
    [
      "narrow sums wrap at their width",
      [give({ kind: "extend", type: u32, value: binary("+", low, low, byte) })],
      (x) => (2 * (x & 255)) & 255,
    ],
    [
      "narrow signed values are extended by their sign",
      [
        give({
          kind: "extend",
          type: u32,
          value: { kind: "extend", type: { width: 8, signed: true }, value: low },
        }),
      ],
      (x) => (x << 24) >> 24,
    ],
    ["divides by a power of two", [give(binary("/", a, constant(8)))], (x) => x >>> 3],
    ["remainders of a power of two", [give(binary("%", a, constant(8)))], (x) => x & 7],
    [
      "signed and unsigned comparisons",
      [
        when(binary("<", a, b, bit), [give(constant(1))]),
        when(
          binary("<", { kind: "extend", type: s32, value: a }, { kind: "extend", type: s32, value: b }, bit),
          [give(constant(2))],
        ),
        give(constant(3)),
      ],
      (x, y) => (x < y ? 1 : (x | 0) < (y | 0) ? 2 : 3),
    ],
    [
      "a return in one way only, with code after it",
      [
        declare("x", a),
        when(
          binary("==", b, constant(0), bit),
          [give(constant(5))],
          [assign("x", binary("+", local("x"), b))],
        ),
        give(local("x")),
      ],
      (x, y) => (y === 0 ? 5 : x + y),
    ],
    [
      "assignments in both ways",
      [
        declare("x", constant(0)),
        when(binary(">", a, b, bit), [assign("x", binary("-", a, b))], [assign("x", binary("-", b, a))]),
        give(binary("^", local("x"), constant(1))),
      ],
      (x, y) => Math.abs(x - y) ^ 1,
    ],
    [
      "logic by truth, not by bits",
      [
        when(
          binary(
            "&&",
            binary("!=", a, constant(0), bit),
            binary("||", binary("==", b, constant(2), bit), low, bit),
            bit,
          ),
          [give(constant(1))],
        ),
        give(constant(0)),
      ],
      (x, y) => Number(x !== 0 && (y === 2 || (x & 255) !== 0)),
    ],
  ])("%s", (_, body, expected) => {
    const translated = translate(body)!;
    expect(translated).toBeDefined();
    fc.assert(
      fc.property(word, word, (x, y) => {
        expect(valueOf(translated, [x, y])).toBe(expected(x, y) >>> 0);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test.each<[string, Statement[]]>([
    ["a loop", [{ kind: "while", test: binary("<", a, b, bit), body: [] }, give(a)]],
    ["a way without a value", [when(binary("<", a, b, bit), [give(a)])]],
    ["64-bit values", [give({ kind: "extend", type: { width: 64, signed: false }, value: a })]],
    ["a division by something else", [give(binary("/", a, b))]],
    ["recursion", [give({ kind: "call", helper: "f", arguments: [a, b], type: u32 })]],
  ])("%s has no expression form", (_, body) => {
    expect(translate(body)).toBeUndefined();
  });
});

// ---- Sites: which IR operations the machine's divides are ------------------------------------------------------------

describe("latency sites of IR", () => {
  let functions: ReadonlyMap<string, GlobalFunction>;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "blockwatt-sites-"));
    try {
      writeFileSync(
        join(folder, "a.ll"),
        `define i32 @plain(i32 %a, i32 %b) {
  %q = udiv i32 %a, %b
  %p = mul i32 %q, %b
  ret i32 %p
}
define i32 @several(i32 %a, i32 %b) {
  %q = sdiv i32 %a, 7
  %r = srem i32 %a, %b
  %s = sdiv i32 %b, %a
  %t = add i32 %r, %s
  ret i32 %t
}
define i16 @narrow(i16 %a, i16 %b) {
  %q = sdiv i16 %a, %b
  ret i16 %q
}
define i64 @wide(i64 %a, i64 %b) {
  %q = udiv i64 %a, %b
  ret i64 %q
}
`,
      );
      const tools = await findTools();
      await runChecked({
        command: tools.path["llvm-as"],
        args: [join(folder, "a.ll"), "-o", join(folder, "a.bc")],
      });
      const module = readModule(readFileSync(join(folder, "a.bc")));
      functions = new Map(module.functions.map((fn) => [fn.name, fn]));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const core = "e200z3";
  const helpers = { ...coreModel(core).isa.helpers, ...coreModel(core).pipeline.helpers };
  const machineSite = (address: number, name = "divw"): MachineSite => {
    const { latency, inputs, options } = siteOf(core, `${name} RT=3 RA=4 RB=5`);
    return {
      address,
      irBlock: 0,
      kind: "divide",
      options,
      expression: latency.expression,
      operands: latency.operands,
      fixed: inputs.map((input) => (input.kind === "constant" ? input.value : undefined)),
    };
  };
  const linked = (name: string, machine: readonly MachineSite[]) => {
    const fn = functions.get(name)!;
    return latencySites(fn, identityPlan(fn).nodes, machine, helpers);
  };
  const indices = (name: string, machine: readonly MachineSite[]) =>
    linked(name, machine).map(({ site, addresses }) => [site.instruction, addresses]);

  test("a divide is linked to its operation; the class is the index of its latency", () => {
    const [only, ...more] = linked("plain", [machineSite(0x1000, "divwu")]);
    expect(more).toEqual([]);
    const { options } = siteOf(core, "divwu RT=3 RA=4 RB=5");
    expect(only).toMatchObject({
      addresses: [0x1000],
      site: { node: 0, instruction: 0, classes: options.length },
    });
    const { latency, inputs } = siteOf(core, "divwu RT=3 RA=4 RB=5");
    fc.assert(
      fc.property(word, word, (x, y) => {
        const all = inputs.map((input, at) => (input.kind === "constant" ? input.value : [x, y][at]!));
        expect(options[valueOf(only!.site.classify, [x, y])]).toBe(latency.evaluate(all));
      }),
      { numRuns: 2000, seed: 5 },
    );
  });

  test("by order within a block; divides by constants are none", () => {
    expect(indices("several", [machineSite(0x1010), machineSite(0x1000)])).toEqual([
      [1, [0x1000]],
      [2, [0x1010]],
    ]);
  });

  test("a block that the back end duplicated: copies share their operation", () => {
    expect(
      indices(
        "several",
        [0x1000, 0x1010, 0x2000, 0x2010].map((address) => machineSite(address)),
      ),
    ).toEqual([
      [1, [0x1000, 0x2000]],
      [2, [0x1010, 0x2010]],
    ]);
  });

  test("where the numbers do not agree nothing is guessed; wide divides are calls", () => {
    expect(indices("several", [machineSite(0x1000)])).toEqual([]);
    expect(indices("wide", [machineSite(0x1000)])).toEqual([]);
    expect(indices("plain", [])).toEqual([]);
  });

  test("narrow signed operands are extended by their sign, as the machine's registers are", () => {
    const [only] = linked("narrow", [machineSite(0x1000)]);
    const { latency, inputs, options } = siteOf(core, "divw RT=3 RA=4 RB=5");
    const short = fc.integer({ min: -32768, max: 32767 });
    fc.assert(
      fc.property(short, short, (x, y) => {
        const all = inputs.map((input, at) => (input.kind === "constant" ? input.value : [x, y][at]! >>> 0));
        const classified = valueOf(only!.site.classify, [x & 0xffff, y & 0xffff]);
        expect(options[classified]).toBe(latency.evaluate(all));
      }),
      { numRuns: 2000, seed: 5 },
    );
  });
});
