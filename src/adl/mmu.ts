// Address translation: translation tables (`lookup` blocks), their match tests and hooks.
import type { Expression, HelperFunction, ValueType } from "../machine/action.ts";
import type { Lookup, LookupTest, MmuModel } from "../machine/model.ts";
import type { HookTyper } from "./architecture.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { BIT, WORD, binary, constant, slice } from "./fold.ts";
import {
  booleanOf,
  checkKnown,
  constantOf,
  entryOf,
  expressionOf,
  integerOf,
  nameIn,
  nameOf,
  namesOf,
} from "./keys.ts";
import { Scope } from "./scope.ts";
import type { Structure } from "./scope.ts";
import { ActionTyper } from "./statements.ts";
import { readStructureFields, structureOf } from "./structures.ts";
import type { SyntaxExpression } from "./syntax.ts";
import { registersRead } from "./watched-registers.ts";
import { ADDRESS, INT } from "./width-rules.ts";

const MMU_HOOKS: readonly (readonly [string, ValueType | undefined])[] = [
  ["both_enable", BIT],
  ["instr_enable", BIT],
  ["data_enable", BIT],
  ["data_miss", BIT],
  ["store_miss", BIT],
  ["load_miss", BIT],
  ["instr_miss", BIT],
  ["multi_hit", undefined],
  ["final_hit", undefined],
  ["misaligned_read", undefined],
  ["aligned_write", undefined],
  ["misaligned_write", undefined],
  ["pre_read", undefined],
  ["post_read", undefined],
  ["pre_write", undefined],
  ["post_write", undefined],
];

const LOOKUP_KEYS = (
  "attrs type priority inherit interface pageshift sizetype size sizescale sizeoffset sizeshift test test_order valid " +
  "realpage exec_perm data_perm load_perm store_perm multi_hit final_hit miss hit reset"
).split(" ");

/** Tables that only lend their contents to others. */
function tables(block: Block): Block[] {
  return childrenOf(block, "mmu").flatMap((mmu) => childrenOf(mmu, "lookup"));
}

/** Makes tables, the types of their entries, and their numbers known. */
export function declareMmu(block: Block, scope: Scope, findings: Findings): void {
  tables(block).forEach((child, id) => {
    const parts = [
      ...readStructureFields(child, "setfield", findings),
      ...readStructureFields(child, "wayfield", findings),
    ];
    const structure = structureOf(`${child.name}_t`, parts, id);
    scope.set(child.name, { kind: "lookup", name: child.name, structure });
    scope.set(structure.name, { kind: "type", structure });
    scope.set(`${child.name}_id`, { kind: "constant", value: BigInt(id) });
  });
}

export function elaborateMmu(
  block: Block,
  scope: Scope,
  hooks: HookTyper,
  isControl: (register: string) => boolean,
  helpers: ReadonlyMap<string, HelperFunction>,
  findings: Findings,
): MmuModel | undefined {
  const mmu = childrenOf(block, "mmu").at(-1);
  if (!mmu) return undefined;
  const keys = [...MMU_HOOKS.map(([k]) => k), "attrs", "interleaved_reads", "interleaved_writes"];
  checkKnown(mmu, keys, ["lookup", "aspect"], findings);
  const named: Record<string, string> = {};
  for (const [key, result] of MMU_HOOKS) {
    const hook = hooks.type(mmu, key, `mmu.${key}`, result);
    if (hook !== undefined) named[key] = hook;
  }
  const flag = (key: string): boolean => booleanOf(mmu.keys.has(key) ? mmu : block, key, true, findings);
  const lookups = childrenOf(mmu, "lookup").map((child, id) =>
    elaborateLookup(child, id, scope, hooks, findings),
  );
  const used = [
    ...Object.values(named),
    ...lookups.flatMap((l) => [
      ...Object.values(l.hooks),
      ...l.testSets.flatMap((t) => [
        t.enable ?? "",
        ...t.tests.map((x) => (x.kind === "hook" ? x.hook : "")),
      ]),
    ]),
  ];
  const control = new Set(used.flatMap((hook) => registersRead(hook, hooks.hooks, helpers)));
  return {
    lookups,
    hooks: named,
    control: [...control].filter(isControl).sort(),
    interleavedReads: flag("interleaved_reads"),
    interleavedWrites: flag("interleaved_writes"),
  };
}

function elaborateLookup(
  block: Block,
  id: number,
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
): Lookup {
  checkKnown(
    block,
    LOOKUP_KEYS,
    ["array", "setfield", "wayfield", "tests", "test", "lookup", "aspect"],
    findings,
  );
  for (const nested of childrenOf(block, "lookup"))
    findings.error("BW0240", nested.span, "a lookup inside a lookup is not supported");
  const inherit = entryOf(block, "inherit");
  if (inherit) findings.error("BW0240", inherit.span, "inherit of a lookup is not supported");
  const binding = scope.lookup(block.name);
  const structure: Structure =
    binding?.kind === "lookup" ? binding.structure : { name: "", width: 1, fields: [], initial: 0n };
  const fieldScope = new Scope(scope);
  const entry: Expression = { kind: "local", name: "entry", type: { width: structure.width, signed: false } };
  for (const f of structure.fields) {
    const [first, last] = [constant(BigInt(f.first), WORD), constant(BigInt(f.last), WORD)];
    fieldScope.set(f.name, {
      kind: "alias",
      expression: slice(entry, first, last, f.last - f.first + 1),
      offset: 0,
    });
  }
  const kind: Expression = { kind: "local", name: "kind", type: INT };
  const isKind = (n: bigint): Expression => binary("==", kind, constant(n, INT), BIT);
  const not = (e: Expression): Expression => ({ kind: "unary", operator: "!", value: e, type: BIT });
  for (const [name, expression] of [
    ["Instr", isKind(0n)],
    ["Data", not(isKind(0n))],
    ["Load", isKind(1n)],
    ["Store", isKind(2n)],
    ["ea", { kind: "local", name: "ea", type: ADDRESS }],
  ] as const)
    fieldScope.set(name, { kind: "alias", expression: expression as Expression, offset: 0 });

  const named: Record<string, string> = {};
  const results: Readonly<Record<string, ValueType>> = {
    valid: BIT,
    miss: { width: structure.width, signed: false },
  };
  for (const key of "hit miss exec_perm data_perm load_perm store_perm multi_hit final_hit reset".split(
    " ",
  )) {
    const hook = hooks.type(block, key, `${block.name}.${key}`, results[key]);
    if (hook !== undefined) named[key] = hook;
  }
  // `valid` has no parameters, but sees the entry's fields.
  const validScope = new Scope(fieldScope);
  const valid = hooks.type(block, "valid", `${block.name}.valid`, BIT, validScope);
  if (valid !== undefined) {
    const typed = hooks.hooks.get(valid);
    if (typed) hooks.add({ ...typed, parameters: [{ name: "entry", type: entry.type }] });
    named["valid"] = valid;
  }

  const size = expressionOf(block, "size", findings);
  const sizeName = size ? nameIn(size)?.text : undefined;
  const isField = sizeName !== undefined && structure.fields.some((f) => f.name === sizeName);
  const bytes = size && !isField ? constantOf(size, findings.constants) : undefined;
  if (size && !isField && bytes === undefined)
    findings.error("BW0212", size.span, "size is a field of the lookup, or a number of bytes");
  const [array] = childrenOf(block, "array");
  const priority = nameOfPriority(block, findings);
  const type = nameOf(block, "type", findings)?.text;
  const entries = array ? integerOf(array, "entries", 1, { min: 1, max: 65_536 }, findings) : 0;
  const assoc = array ? integerOf(array, "set_assoc", 0, { min: 0, max: 65_536 }, findings) : 0;
  const realPage = nameOf(block, "realpage", findings)?.text;
  const bounds = { min: -64, max: 64 };
  return {
    name: block.name,
    id,
    type: type === "Instr" || type === "Data" ? type : "Both",
    priority: booleanOf(block, "interface", false, findings) ? undefined : priority,
    fields: structure.fields,
    width: structure.width,
    initial: structure.initial,
    ...(array ? { array: { entries, ways: assoc === 0 ? entries : assoc } } : {}),
    testSets: readTestSets(block, structure, fieldScope, hooks, findings),
    size: isField ? { field: sizeName } : bytes === undefined ? undefined : { bytes: Number(bytes) },
    sizeType: nameOf(block, "sizetype", findings)?.text === "LeftMask" ? "LeftMask" : "BitSize",
    sizeScale: integerOf(block, "sizescale", 1, bounds, findings),
    sizeOffset: integerOf(block, "sizeoffset", 0, { min: -1024, max: 1024 }, findings),
    sizeShift: integerOf(block, "sizeshift", 0, bounds, findings),
    pageShift: integerOf(block, "pageshift", 0, bounds, findings),
    ...(realPage === undefined ? {} : { realPage }),
    hooks: named,
  };
}

function nameOfPriority(block: Block, findings: Findings): number | undefined {
  const e = expressionOf(block, "priority", findings);
  if (e && nameIn(e)?.text === "ignore") return undefined;
  return integerOf(block, "priority", 0, { min: 0, max: 1_000_000 }, findings);
}

function readTestSets(
  block: Block,
  structure: Structure,
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
): Lookup["testSets"] {
  const sets = [...childrenOf(block, "tests"), ...childrenOf(block, "test")];
  if (sets.length === 0) return [{ tests: readTests(block, block.name, structure, scope, hooks, findings) }];
  const order = namesOf(block, "test_order", findings).map((n) => n.text);
  const ordered = order.length > 0 ? order.flatMap((n) => sets.filter((s) => s.name === n)) : sets;
  return ordered.map((set, i) => {
    checkKnown(set, ["enable", "test"], [], findings);
    const name = `${block.name}.${set.name}`;
    // The last one is the rest: its predicate does not count.
    const enable = i === ordered.length - 1 ? undefined : hooks.type(set, "enable", `${name}.enable`, BIT);
    return {
      ...(enable === undefined ? {} : { enable }),
      tests: readTests(set, name, structure, scope, hooks, findings),
    };
  });
}

function readTests(
  block: Block,
  name: string,
  structure: Structure,
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
): LookupTest[] {
  return (block.keys.get("test") ?? []).flatMap((entry, i): LookupTest[] => {
    const e = entry.value.kind === "expression" ? entry.value.value : undefined;
    const kind = e?.kind === "call" ? nameIn(e.callee)?.text : undefined;
    if (e?.kind !== "call" || kind === undefined) {
      findings.error(
        "BW0205",
        entry.span,
        "a test is Compare(…), AddrComp(…), AddrIndex(…), Bounded(…) or Check(…)",
      );
      return [];
    }
    const [first, ...rest] = e.arguments;
    const made = (body: (typer: ActionTyper) => Expression): LookupTest[] => [
      { kind: "hook", hook: addTest(`${name}.test${i}`, structure, scope, hooks, findings, body) },
    ];
    switch (kind) {
      case "AddrComp": {
        const field = first ? nameIn(first)?.text : undefined;
        if (field !== undefined && structure.fields.some((f) => f.name === field))
          return [{ kind: "address", field }];
        break;
      }
      case "AddrIndex": {
        const [from, to] = e.arguments.map((a) => constantOf(a, findings.constants));
        if (from !== undefined && to !== undefined)
          return [{ kind: "index", first: Number(from), last: Number(to) }];
        break;
      }
      case "Check":
        if (first) return made((typer) => typer.condition(first));
        break;
      case "Compare":
        if (first && rest.length > 0) return made((typer) => anyEqual(typer, first, rest));
        break;
      case "Bounded":
        if (first && rest[0]) return made((typer) => bounded(typer, e.arguments));
        break;
    }
    findings.error("BW0205", e.span, `this is no test of a lookup`);
    return [];
  });
}

function addTest(
  name: string,
  structure: Structure,
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
  body: (typer: ActionTyper) => Expression,
): string {
  const typer = new ActionTyper(new Scope(scope), findings);
  const value = body(typer);
  const hook: HelperFunction = {
    name,
    parameters: [
      { name: "entry", type: { width: structure.width, signed: false } },
      { name: "ea", type: ADDRESS },
      { name: "kind", type: INT },
    ],
    result: BIT,
    body: [{ kind: "return", value }],
  };
  return hooks.add(hook);
}

/** The field has one of the values. */
function anyEqual(
  typer: ActionTyper,
  field: SyntaxExpression,
  values: readonly SyntaxExpression[],
): Expression {
  return values
    .map((v): Expression => {
      const equal = typer.operate("==", typer.typed(field), typer.typed(v), v.span);
      return equal.kind === "untyped" ? constant(equal.value, BIT) : equal;
    })
    .reduce((a, b) => binary("||", a, b, BIT));
}

/** low <= ea & mask <= high. */
function bounded(typer: ActionTyper, [low, high, mask]: readonly SyntaxExpression[]): Expression {
  const ea: SyntaxExpression = { kind: "name", name: "ea", span: low?.span ?? high?.span ?? mask!.span };
  const address = mask ? typer.operate("&", typer.typed(ea), typer.typed(mask), mask.span) : typer.typed(ea);
  const test = (operator: ">=" | "<=", bound: SyntaxExpression | undefined): Expression => {
    if (!bound) return constant(1n, BIT);
    const result = typer.operate(operator, address, typer.typed(bound), bound.span);
    return result.kind === "untyped" ? constant(result.value, BIT) : result;
  };
  return binary("&&", test(">=", low), test("<=", high), BIT);
}
