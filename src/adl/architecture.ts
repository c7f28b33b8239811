// What an instruction set has besides registers and instructions: parameters, exceptions, address translation, caches,
// local memories, event buses, and the functions that are called at fixed moments. In two steps: first all names, so
// that code may use them in any order; then the code of their hooks.
import type { HelperFunction, ValueType } from "../machine/action.ts";
import type {
  ArchitectureModel,
  CacheModel,
  EventBus,
  ExceptionModel,
  LocalMemory,
  Moment,
  Parm,
} from "../machine/model.ts";
import type { Aspect } from "./aspects.ts";
import { codeOfAspects, readAspects } from "./aspects.ts";
import { childrenOf } from "./blocks.ts";
import { elaborateContexts } from "./contexts.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { BIT } from "./fold.ts";
import {
  booleanOf,
  checkKnown,
  codeOf,
  constantOf,
  elementsOf,
  entryOf,
  expressionOf,
  integerOf,
  nameIn,
  oneOf,
} from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { declareMmu, elaborateMmu } from "./mmu.ts";
import { attributesOf } from "./registers.ts";
import { Scope } from "./scope.ts";
import type { HelperSignature } from "./scope.ts";
import { readParameters, typeHelper } from "./helper-functions.ts";
import type { Part } from "./structures.ts";
import { readStructureFields, structureOf } from "./structures.ts";
import { registersRead } from "./watched-registers.ts";
import { UNSIGNED } from "./width-rules.ts";

const MOMENTS: readonly Moment[] = [
  "pre_fetch",
  "post_fetch",
  "post_exec",
  "pre_cycle",
  "post_cycle",
  "pre_exception",
  "post_exception",
  "branch_taken",
  "decode_miss",
  "decode_retry",
  "post_packet",
  "post_packet_commit",
  "addr_check",
  "itable_watch",
  "active",
  "post_sim",
];

/** Keys of architectures and cores that this file and isa.ts read, or that have no effect on what is simulated. */
export const ARCHITECTURE_KEYS = [
  "tests",
  "untested",
  "clock_cycle_ratio",
  ...MOMENTS,
  ..."attrs archs type instrtables exception_is_branch bit_endianness instr_endianness data_endianness blk".split(
    " ",
  ),
  ..."reserved_bits_value invalid_entry_read invalid_entry_write immediate_writehooks".split(" "),
  ..."interleaved_reads interleaved_writes parallel_execution packet_pos_incr pre_asm post_asm post_packet_asm".split(
    " ",
  ),
];
export const ARCHITECTURE_CHILDREN = (
  "reg regfile instrfield instr parm exception mmu cache mem eventbus ra_mask ea_mask aspect group reloc assembler " +
  "ext_resource subinstr context prefixcounter"
).split(" ");

/** Types code and gives it a name among the architecture's hooks. */
export interface HookTyper {
  /** The hook's name, or undefined when the block has no such key. `scope`: names that only this code has. */
  type(block: Block, key: string, name: string, result?: ValueType, scope?: Scope): string | undefined;
  /** Code that is no key of its own: an expression as the body of a function. */
  add(hook: HelperFunction): string;
  readonly hooks: ReadonlyMap<string, HelperFunction>;
}

export function createHookTyper(block: Block, scope: Scope, findings: Findings): HookTyper {
  const hooks = new Map<string, HelperFunction>();
  const outer = readAspects(block, findings);
  const own = new Map<Block, readonly Aspect[]>();
  return {
    hooks,
    add(hook) {
      hooks.set(hook.name, hook);
      return hook.name;
    },
    type(owner, key, name, result, inner = scope) {
      const entry = entryOf(owner, key);
      // A key may take a number or code: `reset`. Its reader has looked at the number.
      if (key === "reset" && entry?.value.kind === "expression") return undefined;
      const code = codeOf(owner, key, findings);
      if (!entry || !code) return undefined;
      let aspects = own.get(owner);
      if (!aspects) own.set(owner, (aspects = owner === block ? [] : readAspects(owner, findings)));
      const signature: HelperSignature = {
        name,
        parameters: readParameters(code.parameters, inner, findings),
        ...(result ? { result } : {}),
      };
      const scopes = [aspects, outer];
      const typed = typeHelper({ body: code.body, span: entry.span }, signature, inner, findings, (label) =>
        codeOfAspects(scopes, [], (a) => a.labels.includes(label)),
      );
      hooks.set(name, typed.helper);
      return name;
    },
  };
}

/** What was declared, for the second step. */
export interface Declared {
  readonly parms: readonly Parm[];
  readonly exceptions: ReadonlyMap<string, { width: number; fields: ExceptionModel["fields"] }>;
  readonly buses: ReadonlyMap<string, { width: number; fields: ExceptionModel["fields"] }>;
  readonly caches: ReadonlyMap<string, { set: readonly Part[]; way: readonly Part[] }>;
}

/** Fields that every way of a cache has. */
const WAY_FIELDS: readonly Part[] = [
  { name: "valid", width: 1, initial: 0n },
  { name: "dirty", width: 1, initial: 0n },
  { name: "locked", width: 1, initial: 0n },
  { name: "tag", width: 32, initial: 0n },
];

/** Makes all names known to `scope`. */
export function declareArchitecture(block: Block, scope: Scope, findings: Findings): Declared {
  const parms = childrenOf(block, "parm").map((child) => declareParm(child, scope, findings));
  const exceptions: Map<string, { width: number; fields: ExceptionModel["fields"] }> = new Map();
  for (const child of childrenOf(block, "exception")) {
    const parts = readStructureFields(child, "field", findings);
    const structure = { ...structureOf(`${child.name}_t`, parts), exception: child.name };
    scope.set(child.name, {
      kind: "exception",
      name: child.name,
      structure: parts.length > 0 ? structure : undefined,
    });
    if (parts.length > 0) scope.set(structure.name, { kind: "type", structure });
    exceptions.set(child.name, { width: parts.length > 0 ? structure.width : 0, fields: structure.fields });
  }
  const buses: Map<string, { width: number; fields: ExceptionModel["fields"] }> = new Map();
  for (const child of childrenOf(block, "eventbus")) {
    const structure = structureOf(`${child.name}_t`, readStructureFields(child, "field", findings));
    scope.set(child.name, { kind: "bus", name: child.name, structure });
    scope.set(structure.name, { kind: "type", structure });
    buses.set(child.name, { width: structure.width, fields: structure.fields });
  }
  const caches = new Map<string, { set: readonly Part[]; way: readonly Part[] }>();
  for (const child of childrenOf(block, "cache")) {
    const set = readStructureFields(child, "setfield", findings);
    const way = [...WAY_FIELDS, ...readStructureFields(child, "wayfield", findings)];
    const fields = new Map([...set, ...way].map((f) => [f.name, f.width]));
    scope.set(child.name, { kind: "cache", name: child.name, fields });
    caches.set(child.name, { set, way });
  }
  for (const child of childrenOf(block, "mem")) {
    if (child.name !== "Mem") scope.set(child.name, { kind: "memory", name: child.name });
  }
  declareMmu(block, scope, findings);
  return { parms, exceptions, buses, caches };
}

function declareParm(block: Block, scope: Scope, findings: Findings): Parm {
  checkKnown(block, ["options", "value", "constant", "watch"], [], findings);
  // A defmod adds options.
  const written = (block.keys.get("options") ?? []).flatMap((entry) =>
    entry.value.kind === "expression" ? elementsOf(entry.value.value) : [],
  );
  const options = written.flatMap((e) => {
    const name = e.kind === "boolean" ? String(e.value) : nameIn(e)?.text;
    if (name === undefined) findings.error("BW0205", e.span, "options takes a list of names");
    return name === undefined ? [] : [name];
  });
  const value = expressionOf(block, "value", findings);
  const initial = value ? (value.kind === "boolean" ? String(value.value) : nameIn(value)?.text) : undefined;
  const index = initial === undefined || initial === "undefined" ? 0 : options.indexOf(initial);
  if (index < 0) findings.error("BW0212", value?.span, `${initial} is no option of ${block.name}`);
  scope.set(block.name, { kind: "parm", name: block.name, options });
  options.forEach((option, i) => {
    if (!scope.lookup(option)) scope.set(option, { kind: "constant", value: BigInt(i) });
  });
  return { name: block.name, options, initial: Math.max(0, index) };
}

export interface ArchitectureContext {
  readonly block: Block;
  readonly scope: Scope;
  readonly declared: Declared;
  readonly hooks: HookTyper;
  readonly helpers: ReadonlyMap<string, HelperFunction>;
  /** Whether a change of the register may change translations. */
  readonly isMmuControl: (register: string) => boolean;
  readonly counters: ArchitectureModel["counters"];
  readonly resetAddress: number | string;
  readonly tables: ArchitectureModel["tables"];
  readonly littleEndian: NonNullable<ArchitectureModel["littleEndian"]>;
  readonly packets: ArchitectureModel["packets"];
  readonly findings: Findings;
}

/** The second step: everything with its code. */
export function elaborateArchitecture(context: ArchitectureContext): ArchitectureModel {
  const { block, scope, declared, hooks, helpers, findings } = context;
  const watches: { hook: string; registers: readonly string[] }[] = [];
  const watch = (hook: string | undefined): void => {
    if (hook === undefined) return;
    watches.push({ hook, registers: registersRead(hook, hooks.hooks, helpers) });
  };
  for (const child of childrenOf(block, "parm")) watch(hooks.type(child, "watch", `${child.name}.watch`));
  const exceptions = childrenOf(block, "exception").map((c) => elaborateException(c, context));
  const caches = childrenOf(block, "cache").map((c) => elaborateCache(c, context));
  const memories = childrenOf(block, "mem").map((c) => elaborateMemory(c, context));
  const buses = childrenOf(block, "eventbus").map((child): EventBus => {
    checkKnown(child, ["action"], ["field"], findings);
    const action = hooks.type(child, "action", `${child.name}.action`);
    const { width, fields } = declared.buses.get(child.name) ?? { width: 1, fields: [] };
    return { name: child.name, width, fields, ...(action === undefined ? {} : { action }) };
  });
  const mmu = elaborateMmu(block, scope, hooks, context.isMmuControl, helpers, findings);
  const moments: Partial<Record<Moment, string>> = {};
  for (const moment of MOMENTS) {
    const result =
      moment === "active" || moment === "decode_retry"
        ? BIT
        : moment === "itable_watch"
          ? UNSIGNED
          : undefined;
    const hook = hooks.type(block, moment, `.${moment}`, result, momentScope(moment, context));
    if (hook === undefined) continue;
    moments[moment] = hook;
    if (moment === "itable_watch") watch(hook);
  }
  const contexts = elaborateContexts(block, scope, hooks, watch, findings);
  const isBranch = expressionOf(block, "exception_is_branch", findings);
  const mask = (type: string): bigint => {
    const child = childrenOf(block, type).at(-1);
    const value = child && expressionOf(child, "value", findings);
    return (value && constantOf(value, findings.constants)) ?? 0xffffffffn;
  };
  return {
    hooks: Object.fromEntries(hooks.hooks),
    parms: declared.parms,
    exceptions,
    ...(mmu ? { mmu } : {}),
    caches,
    memories,
    buses,
    ...(contexts.length > 0 ? { contexts } : {}),
    ...(context.tables ? { tables: context.tables } : {}),
    ...(context.packets ? { packets: context.packets } : {}),
    ...(context.littleEndian.instructions || context.littleEndian.data
      ? { littleEndian: context.littleEndian }
      : {}),
    watches,
    moments,
    counters: context.counters,
    resetAddress: context.resetAddress,
    addressMask: { effective: mask("ea_mask"), real: mask("ra_mask") },
    exceptionIsBranch: !(isBranch?.kind === "boolean" && !isBranch.value),
    ...cycleRatioOf(block, findings),
  };
}

/** `clock_cycle_ratio`: cycles for each instruction, which may be a fraction; 0 means one. */
function cycleRatioOf(block: Block, findings: Findings): { readonly cycleRatio?: number } {
  const e = expressionOf(block, "clock_cycle_ratio", findings);
  if (!e || e.kind === "broken") return {};
  const ratio = e.kind === "number" ? Number(e.text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1e6) return ratio === 0 ? {} : { cycleRatio: ratio };
  findings.error("BW0205", e.span, "clock_cycle_ratio takes a number from 0 to 1000000");
  return {};
}

/** In the function that picks the instruction table, tables are named. */
function momentScope(moment: Moment, { scope, tables }: ArchitectureContext): Scope {
  if (moment !== "itable_watch") return scope;
  const inner = new Scope(scope);
  tables?.forEach((t, i) => inner.set(t.name, { kind: "constant", value: BigInt(i) }));
  return inner;
}

function elaborateException(
  block: Block,
  { declared, hooks, findings }: ArchitectureContext,
): ExceptionModel {
  checkKnown(block, ["action", "enable", "priority", "sensitivity"], ["field", "aspect"], findings);
  const { width, fields } = declared.exceptions.get(block.name) ?? { width: 0, fields: [] };
  const action = hooks.type(block, "action", `${block.name}.action`);
  const enable = hooks.type(block, "enable", `${block.name}.enable`, BIT);
  const sensitivity = oneOf(block, "sensitivity", ["edge", "level"], findings);
  return {
    name: block.name,
    priority: integerOf(block, "priority", 0, { min: 0, max: 1_000_000 }, findings),
    sensitivity,
    attributes: attributesOf(block, findings),
    ...(action === undefined ? {} : { action }),
    ...(enable === undefined ? {} : { enable }),
    fields,
    width,
  };
}

const CACHE_HOOKS: readonly (readonly [string, ValueType | undefined])[] = [
  ["sets_func", UNSIGNED],
  ["assoc_func", UNSIGNED],
  ["enable", BIT],
  ["hit", undefined],
  ["hit_pred", BIT],
  ["miss", undefined],
  ["line_access", undefined],
  ["replace", UNSIGNED],
  ["invalidate_line", undefined],
  ["read_line", undefined],
  ["miss_enable", BIT],
  ["write_through", BIT],
];

function elaborateCache(block: Block, { scope, declared, hooks, findings }: ArchitectureContext): CacheModel {
  const keys = [
    "type",
    "level",
    "sets",
    "size",
    "linesize",
    "set_assoc",
    "replacement",
    "replace_invalid_first",
  ];
  checkKnown(block, [...keys, ...CACHE_HOOKS.map(([k]) => k)], ["setfield", "wayfield", "aspect"], findings);
  const inner = new Scope(scope);
  const self = scope.lookup(block.name);
  if (self) inner.set("ThisCache", self);
  const named: Record<string, string> = {};
  for (const [key, result] of CACHE_HOOKS) {
    const hook = hooks.type(block, key, `${block.name}.${key}`, result, inner);
    if (hook !== undefined) named[key] = hook;
  }
  const largest = (key: string): number => {
    const values = elementsOf(expressionOf(block, key, findings)).map((e) =>
      constantOf(e, findings.constants),
    );
    return values.reduce<number>((max, v) => Math.max(max, Number(v ?? 0n)), 0);
  };
  const lineBytes = largest("linesize") || 32;
  const size = largest("size");
  const assoc = largest("set_assoc");
  const ways = assoc === 0 ? Math.max(1, Math.floor(size / lineBytes)) : assoc;
  const sets = largest("sets") || Math.max(1, Math.floor(size / (lineBytes * ways)));
  const shape: [string, number][] = [
    ["size", LIMITS.cacheBytes],
    ["linesize", LIMITS.cacheBytes],
    ["sets", LIMITS.cacheLines],
    ["set_assoc", LIMITS.cacheLines],
  ];
  for (const [key, most] of shape) {
    if (largest(key) > most || (key === "linesize" && !Number.isInteger(Math.log2(lineBytes))))
      findings.error(
        "BW0206",
        entryOf(block, key)?.span ?? block.span,
        `${key} is ${largest(key)}; it must be ${key === "linesize" ? "a power of two " : ""}up to ${most}`,
      );
  }
  if (sets * ways > LIMITS.cacheLines)
    findings.error("BW0206", block.span, `${block.name} has more than ${LIMITS.cacheLines} lines`);
  const type = oneOf(block, "type", ["unified", "data", "instr"], findings);
  const replacement = oneOf(block, "replacement", ["RoundRobin", "LRU", "PseudoLRU"], findings);
  if (replacement === "PseudoLRU" && !Number.isInteger(Math.log2(ways))) {
    findings.error(
      "BW0206",
      block.span,
      `pseudo-LRU is a binary tree over the ways of a set; cache ${block.name} has ${ways}`,
      "use replacement = LRU",
    );
  }
  const { set, way } = declared.caches.get(block.name) ?? { set: [], way: [] };
  return {
    name: block.name,
    type,
    level: integerOf(block, "level", 1, { min: 1, max: 16 }, findings),
    sets,
    ways,
    lineBytes,
    replacement,
    replaceInvalidFirst: booleanOf(block, "replace_invalid_first", false, findings),
    setFields: set,
    wayFields: way,
    hooks: named,
  };
}

/** Sizes of accesses for which the hooks of a memory are made. */
const SIZES = [1, 2, 4, 8, 16];

function elaborateMemory(block: Block, { scope, hooks, findings }: ArchitectureContext): LocalMemory {
  const keys = ["instr_mem", "size", "addr_unit", "parent", "read", "instr_read", "write", "prefetch_mem"];
  checkKnown(block, keys, ["aspect"], findings);
  // `func(unsigned s, bits<s> v)`: one function for each size, in which s is known.
  const bySize = (key: string): Record<number, string> | undefined => {
    const code = entryOf(block, key) ? codeOf(block, key, findings) : undefined;
    if (!code) return undefined;
    const size = code.parameters[0]?.name ?? "";
    const saved = findings.constants.get(size);
    const made: Record<number, string> = {};
    for (const bytes of SIZES) {
      findings.constants.set(size, BigInt(8 * bytes));
      const result = { width: 8 * bytes, signed: false };
      const hook = hooks.type(block, key, `${block.name}.${key}.${bytes}`, result);
      if (hook !== undefined) made[bytes] = hook;
    }
    if (saved === undefined) findings.constants.delete(size);
    else findings.constants.set(size, saved);
    return made;
  };
  const [read, instructionRead, write] = [bySize("read"), bySize("instr_read"), bySize("write")];
  const [parent, offset] = elementsOf(expressionOf(block, "parent", findings));
  const parentName = parent ? nameIn(parent)?.text : undefined;
  if (parentName !== undefined && scope.lookup(parentName)?.kind !== "memory")
    findings.error("BW0212", parent?.span, `unknown memory ${parentName}`);
  return {
    name: block.name,
    size: integerOf(block, "size", 0, { min: 0, max: 2 ** 32 }, findings),
    addressUnit: integerOf(block, "addr_unit", 1, { min: 1, max: 64 }, findings),
    instructions: booleanOf(block, "instr_mem", false, findings),
    ...(parentName === undefined
      ? {}
      : {
          parent: {
            memory: parentName,
            offset: Number((offset && constantOf(offset, findings.constants)) ?? 0n),
          },
        }),
    ...(read ? { read } : {}),
    ...(instructionRead ? { instructionRead } : {}),
    ...(write ? { write } : {}),
  };
}
