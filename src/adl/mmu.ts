// Address translation: translation tables (`lookup` blocks), their match tests and hooks.
import type { Expression, HelperFunction, ValueType } from "../machine/action.ts";
import type { Lookup, LookupTest, MmuModel } from "../machine/model.ts";
import type { HookTyper } from "./architecture.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { Findings } from "./findings.ts";
import { BIT, WORD, binary, constant, slice } from "./fold.ts";
import {
  booleanOf,
  checkKnown,
  constantOf,
  expressionOf,
  integerOf,
  nameIn,
  nameOf,
  namesOf,
} from "./keys.ts";
import { lookupsOf } from "./lookup-inheritance.ts";
import type { LookupBlock } from "./lookup-inheritance.ts";
import { Scope } from "./scope.ts";
import type { Binding, Structure } from "./scope.ts";
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
  "realpage exec_perm data_perm load_perm store_perm multi_hit final_hit miss hit reset mem_read mem_write mem_size"
).split(" ");

/** Makes tables, the types of their entries, and their numbers known. */
export function declareMmu(block: Block, scope: Scope, findings: Findings): void {
  const mmu = childrenOf(block, "mmu").at(-1);
  if (!mmu) return;
  lookupsOf(mmu, findings).forEach(({ block: child }, id) => {
    const ofSets = readStructureFields(child, "setfield", findings);
    const parts = [...ofSets, ...readStructureFields(child, "wayfield", findings)];
    const structure = structureOf(`${child.name}_t`, parts, id);
    const setFields = new Set(ofSets.map((one) => one.name));
    scope.set(child.name, { kind: "lookup", name: child.name, structure, setFields });
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
  // Faults of the blocks themselves were told when their names were declared.
  const written = lookupsOf(mmu, new Findings());
  const lookups = written.map((_, id) => elaborateLookup(written, id, scope, hooks, findings));
  const used = [
    ...Object.values(named),
    // What `hit` and `miss` use informs of a translation, and does not decide it.
    ...lookups.flatMap((l) => [
      ...Object.entries(l.hooks).flatMap(([key, hook]) => (key === "hit" || key === "miss" ? [] : [hook])),
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
  lookups: readonly LookupBlock[],
  id: number,
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
): Lookup {
  const { block, parent } = lookups[id]!;
  checkKnown(
    block,
    LOOKUP_KEYS,
    ["array", "setfield", "wayfield", "tests", "test", "lookup", "aspect"],
    findings,
  );
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
  const outer = outerTables(parent, lookups, scope);
  for (const { name, structure: own } of outer) {
    const type: ValueType = { width: own.width, signed: false };
    fieldScope.set(name, { kind: "local", name, type, structure: own });
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
    ...(parent === undefined ? {} : { parent }),
    type: type === "Instr" || type === "Data" ? type : "Both",
    priority: booleanOf(block, "interface", false, findings) ? undefined : priority,
    fields: structure.fields,
    width: structure.width,
    ...setWidthOf(binding),
    initial: structure.initial,
    ...(array ? { array: { entries, ways: assoc === 0 ? entries : assoc } } : {}),
    testSets: readTestSets(block, [{ name: "entry", structure }, ...outer], fieldScope, hooks, findings),
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

/** Bits of the fields that all ways of a set share: the leftmost ones. */
function setWidthOf(binding: Binding | undefined): { readonly setWidth?: number } {
  if (binding?.kind !== "lookup" || binding.setFields.size === 0) return {};
  const shared = binding.structure.fields.filter((one) => binding.setFields.has(one.name));
  return { setWidth: Math.max(...shared.map((one) => one.last)) + 1 };
}

/** The tables around one, the innermost first, with their entries' structures. */
function outerTables(parent: string | undefined, lookups: readonly LookupBlock[], scope: Scope): Entry[] {
  const binding = parent === undefined ? undefined : scope.lookup(parent);
  if (parent === undefined || binding?.kind !== "lookup") return [];
  const next = lookups.find((one) => one.block.name === parent)?.parent;
  return [{ name: parent, structure: binding.structure }, ...outerTables(next, lookups, scope)];
}

function nameOfPriority(block: Block, findings: Findings): number | undefined {
  const e = expressionOf(block, "priority", findings);
  if (e && nameIn(e)?.text === "ignore") return undefined;
  return integerOf(block, "priority", 0, { min: 0, max: 1_000_000 }, findings);
}

/** The entry at hand, or the one of a table around it, as tests name it. */
interface Entry {
  readonly name: string;
  readonly structure: Structure;
}

function readTestSets(
  block: Block,
  entries: readonly Entry[],
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
): Lookup["testSets"] {
  const sets = [...childrenOf(block, "tests"), ...childrenOf(block, "test")];
  if (sets.length === 0) return [{ tests: readTests(block, block.name, entries, scope, hooks, findings) }];
  const order = namesOf(block, "test_order", findings).map((n) => n.text);
  const ordered = order.length > 0 ? order.flatMap((n) => sets.filter((s) => s.name === n)) : sets;
  return ordered.map((set, i) => {
    checkKnown(set, ["enable", "test"], [], findings);
    const name = `${block.name}.${set.name}`;
    // The last one is the rest: its predicate does not count.
    const enable = i === ordered.length - 1 ? undefined : hooks.type(set, "enable", `${name}.enable`, BIT);
    return {
      ...(enable === undefined ? {} : { enable }),
      tests: readTests(set, name, entries, scope, hooks, findings),
    };
  });
}

function readTests(
  block: Block,
  name: string,
  entries: readonly Entry[],
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
      { kind: "hook", hook: addTest(`${name}.test${i}`, entries, scope, hooks, findings, body) },
    ];
    switch (kind) {
      case "AddrComp": {
        const field = first ? nameIn(first)?.text : undefined;
        if (field !== undefined && entries[0]?.structure.fields.some((f) => f.name === field) === true)
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
  entries: readonly Entry[],
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
  body: (typer: ActionTyper) => Expression,
): string {
  const typer = new ActionTyper(new Scope(scope), findings);
  const value = body(typer);
  const parameters = entries.map((one) => ({
    name: one.name,
    type: { width: one.structure.width, signed: false },
  }));
  const [own, outer] = [parameters.slice(0, 1), parameters.slice(1)];
  const hook: HelperFunction = {
    name,
    parameters: [...own, { name: "ea", type: ADDRESS }, { name: "kind", type: INT }, ...outer],
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
