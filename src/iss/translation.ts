// Address translation of a described architecture: searches its translation tables, checks permissions, calls the hooks.
//
// As the language has it, a translation is kept and used again for its page until something that it depends on changes;
// hooks such as `hit` are only called for a new one, and when loads and stores take turns on the same page. One page is
// kept for instructions and one for data.
import type { ArchitectureModel, Lookup } from "../machine/model.ts";
import type { CodeValue } from "./model-code.ts";

export type TranslationKind = 0 | 1 | 2;

/** Calls a hook by name. */
export type CallHook = (name: string, ...values: CodeValue[]) => CodeValue;

/** A hook's code; it takes no notice of values that it has no parameters for. */
export type HookCode = (...values: CodeValue[]) => CodeValue;

/** The hooks that are called for nearly every address. */
interface FrequentHooks {
  readonly bothEnable: HookCode | undefined;
  readonly instructionEnable: HookCode | undefined;
  readonly dataEnable: HookCode | undefined;
  readonly check: HookCode | undefined;
}

/** The entry that translates an address; set and way −1: made by the handler of a miss. */
interface Found {
  readonly set: number;
  readonly way: number;
  readonly entry: bigint;
  readonly lookup: Lookup;
}

interface Kept {
  mask: number;
  page: number;
  real: number;
  lookup: Lookup | undefined;
  entry: bigint;
  set: number;
  way: number;
  valid: [boolean, boolean, boolean];
  /** Attributes of the instruction that it was made for, where the tests ask for them. */
  attributes: string;
}

/** A table's entries: [set][way]. */
export type Table = bigint[][];

const nothing = (): Kept => ({
  mask: 0,
  page: 0,
  real: 0,
  lookup: undefined,
  entry: 0n,
  set: -1,
  way: -1,
  valid: [false, false, false],
  attributes: "",
});

export class Translator {
  readonly tables: ReadonlyMap<string, Table>;
  /** Result of the last translation, as `lastRealAddr` gives it. */
  last = 0;
  readonly #machine: ArchitectureModel;
  readonly #call: CallHook;
  readonly #instruction = nothing();
  readonly #data = nothing();
  readonly #saved = nothing();
  #savedKind: TranslationKind = 1;
  #savedLast = 0;
  #lastDataKind: TranslationKind = 1;
  readonly #effective: number;
  readonly #real: number;
  readonly #ordered: readonly Lookup[];
  /** Tables by the one that they stand in. */
  readonly #inner = new Map<string, Lookup[]>();
  readonly #attributes: () => string;
  /** Whether which tests count may depend on the instruction. */
  readonly #byInstruction: boolean;
  readonly #plain: boolean;
  /** Whether tables are searched on after one has a hit. */
  readonly #searchesAll: boolean;
  /** Of what translations depend on. */
  #generation = 0;
  readonly #views = new Map<string, number>();
  #lastView = 0;
  #view = 0;
  #viewOf = -1;
  #viewPage = 0;
  #viewMask = 0;

  #frequent: FrequentHooks | undefined;
  readonly #codeOf: (hook: string) => HookCode;

  /** `attributes`: those of the instruction being executed, as one text; `hookCode`: the code of a hook, once there is some. */
  constructor(
    machine: ArchitectureModel,
    call: CallHook,
    attributes: () => string,
    hookCode: (hook: string) => HookCode,
  ) {
    this.#codeOf = hookCode;
    this.#attributes = attributes;
    this.#machine = machine;
    this.#call = call;
    this.#effective = Number(BigInt.asIntN(32, machine.addressMask.effective));
    this.#real = Number(BigInt.asIntN(32, machine.addressMask.real));
    const lookups = machine.mmu?.lookups ?? [];
    this.tables = new Map(lookups.map((l) => [l.name, emptyTable(l)]));
    this.#byInstruction = lookups.some((l) => l.testSets.length > 1);
    this.#searchesAll = ["multi_hit", "final_hit"].some((hook) => machine.mmu?.hooks[hook] !== undefined);
    this.#plain = !machine.mmu && machine.moments.addr_check === undefined;
    for (const l of lookups)
      if (l.parent !== undefined) this.#inner.set(l.parent, [...(this.#inner.get(l.parent) ?? []), l]);
    this.#ordered = lookups
      .filter((l) => l.priority !== undefined && l.parent === undefined)
      .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  }

  /** Addresses are real ones, and nothing looks at them. */
  get isPlain(): boolean {
    return this.#plain;
  }

  /** The real address of an instruction on the page that is kept, or while nothing is translated. */
  realOf(address: number): number {
    const ea = address & this.#effective;
    const { valid, mask, page, real } = this.#instruction;
    const isKept = this.#machine.mmu !== undefined && valid[0] && (ea & mask) === page;
    const isOff = !isKept || isOffBy((this.#frequent ?? this.#findFrequent()).bothEnable);
    return ((isOff ? ea : real | (ea & ~mask)) & this.#real) >>> 0;
  }

  /** Keeps what translations of data are kept now; `restore` takes it back. */
  save(): void {
    copyKept(this.#data, this.#saved);
    this.#savedKind = this.#lastDataKind;
    this.#savedLast = this.last;
  }

  restore(): void {
    copyKept(this.#saved, this.#data);
    this.#lastDataKind = this.#savedKind;
    this.last = this.#savedLast;
  }

  /** Whether addresses are translated at all. */
  get exists(): boolean {
    return this.#machine.mmu !== undefined;
  }

  /** A number that stays the same as long as addresses of instructions are translated alike, and alike kept. */
  view(): number {
    if (this.#plain || !this.#machine.mmu) return 0;
    const { valid } = this.#instruction;
    const page = valid[0] ? this.#instruction.page : 0;
    const mask = valid[0] ? this.#instruction.mask : 0;
    if (this.#viewOf === this.#generation && this.#viewPage === page && this.#viewMask === mask)
      return this.#view;
    const key = `${this.#generation} ${page} ${mask}`;
    let view = this.#views.get(key);
    if (view === undefined) {
      if (this.#views.size > 10_000) this.#views.clear();
      this.#views.set(key, (view = ++this.#lastView));
    }
    this.#view = view;
    this.#viewOf = this.#generation;
    this.#viewPage = page;
    this.#viewMask = mask;
    return view;
  }

  /** Whether translating the address of an instruction has an effect: another page is kept, and hooks are called. */
  changes(address: number): boolean {
    const mmu = this.#machine.mmu;
    if (!mmu) return false;
    const { bothEnable, instructionEnable } = this.#frequent ?? this.#findFrequent();
    if (isOffBy(bothEnable)) return false;
    const { valid, mask, page } = this.#instruction;
    if (valid[0] && (address & this.#effective & mask) === page) return false;
    return !isOffBy(instructionEnable);
  }

  /** Nothing is translated now, for instructions and data alike. */
  get isOff(): boolean {
    return (
      this.#plain ||
      (this.#machine.mmu !== undefined && isOffBy((this.#frequent ?? this.#findFrequent()).bothEnable))
    );
  }

  /** Forgets kept translations: a register, parameter or table that they depend on has changed. */
  invalidate(): void {
    this.#generation++;
    this.#instruction.valid = [false, false, false];
    this.#data.valid = [false, false, false];
  }

  /** The next fetch is translated anew, with its permission. */
  recheck(): void {
    this.#instruction.valid[0] = false;
  }

  /** All tables as after reset. */
  reset(): void {
    this.invalidate();
    for (const l of this.#machine.mmu?.lookups ?? []) {
      const table = this.tables.get(l.name);
      table?.forEach((ways) => ways.fill(l.initial));
      if (l.hooks["reset"] !== undefined) this.#call(l.hooks["reset"]);
    }
  }

  /** The real address, as an unsigned number. May raise an exception of the architecture. */
  translate(kind: TranslationKind, address: number, sequence = 0): number {
    const ea = address & this.#effective;
    if (this.#plain) return (this.last = (ea & this.#real) >>> 0);
    const mmu = this.#machine.mmu;
    if (!mmu) return this.#done(kind, ea, ea, -1, -1, -1);
    const { bothEnable, instructionEnable, dataEnable } = this.#frequent ?? this.#findFrequent();
    if (isOffBy(bothEnable)) return this.#off(ea);
    const kept = kind === 0 ? this.#instruction : this.#data;
    const attributes = kind !== 0 && this.#byInstruction ? this.#attributes() : "";
    if (kept.valid[kind] && (ea & kept.mask) === kept.page && kept.attributes === attributes && kept.lookup) {
      if (kind !== 0 && this.#lastDataKind !== kind)
        this.#hit(kept.lookup, kind, [codeOf(kept.entry, kept.lookup.width)], ea, sequence);
      if (kind !== 0) this.#lastDataKind = kind;
      return this.#done(kind, ea, kept.real | (ea & ~kept.mask), kept.lookup.id, kept.set, kept.way);
    }
    if (kind !== 0) this.#lastDataKind = kind;
    if (isOffBy(kind === 0 ? instructionEnable : dataEnable)) return this.#off(ea);
    kept.valid[kind] = false;
    for (let again = 0; again < 8; again++) {
      let first: Found | undefined;
      let count = 0;
      for (const lookup of this.#ordered) {
        if (!concerns(lookup, kind)) continue;
        const found = this.#search(lookup, kind, ea, sequence);
        if (!found) continue;
        first ??= found;
        count++;
        if (!this.#searchesAll) break;
      }
      if (first) {
        const { multi_hit: several, final_hit: last } = mmu.hooks;
        if (count > 1 && several !== undefined) this.#callWith(several, kind, ea, sequence);
        if (last !== undefined) this.#callWith(last, kind, ea, sequence, count);
        // Several translations at once are none, unless a hook raises an exception.
        if (count > 1) return this.#done(kind, ea, ea, -1, -1, -1);
        this.#keep(kept, kind, first.lookup, ea, first);
        kept.attributes = attributes;
        return this.#done(kind, ea, kept.real | (ea & ~kept.mask), first.lookup.id, first.set, first.way);
      }
      if (!this.#missed(kind, ea, sequence)) break;
    }
    return this.#done(kind, ea, ea, -1, -1, -1);
  }

  /** Set and way of the entry that translates the address, or undefined. */
  search(name: string, address: number, kind: TranslationKind): { set: number; way: number } | undefined {
    const lookup = this.#machine.mmu?.lookups.find((l) => l.name === name);
    return lookup && this.#match(lookup, kind, address & this.#effective);
  }

  #off(ea: number): number {
    this.last = (ea & this.#real) >>> 0;
    return this.last;
  }

  #findFrequent(): FrequentHooks {
    const { mmu, moments } = this.#machine;
    const code = (hook: string | undefined): HookCode | undefined =>
      hook === undefined ? undefined : this.#codeOf(hook);
    this.#frequent = {
      bothEnable: code(mmu?.hooks["both_enable"]),
      instructionEnable: code(mmu?.hooks["instr_enable"]),
      dataEnable: code(mmu?.hooks["data_enable"]),
      check: code(moments.addr_check),
    };
    return this.#frequent;
  }

  #done(kind: TranslationKind, ea: number, real: number, id: number, set: number, way: number): number {
    const ra = (real & this.#real) >>> 0;
    this.last = ra;
    const { check } = this.#frequent ?? this.#findFrequent();
    if (check !== undefined) check(ea, ra | 0, kind, id, set, way);
    return ra;
  }

  /** Calls a hook with as many of the values as it has parameters. */
  #callWith(hook: string, ...values: CodeValue[]): CodeValue {
    const wanted = this.#machine.hooks[hook]?.parameters.length ?? 0;
    return this.#call(hook, ...values.slice(0, wanted));
  }

  /** `outer`: the entries of the tables that this one stands in, the innermost first. */
  #search(
    lookup: Lookup,
    kind: TranslationKind,
    ea: number,
    sequence: number,
    outer: readonly CodeValue[] = [],
  ): Found | undefined {
    const { multi_hit: another, final_hit: last, miss } = lookup.hooks;
    let found: Found | undefined;
    let count = 0;
    for (const at of lookup.array ? this.#matches(lookup, kind, ea, outer) : []) {
      if (found && another !== undefined) {
        this.#callWith(another, kind, ea, sequence);
        return found;
      }
      const entry = this.tables.get(lookup.name)?.[at.set]?.[at.way] ?? 0n;
      const entries = [codeOf(entry, lookup.width), ...outer];
      this.#permissions(lookup, kind, entries, ea, sequence);
      this.#hit(lookup, kind, entries, ea, sequence);
      const inner = this.#inner.get(lookup.name);
      if (inner) {
        for (const one of inner) {
          if (!concerns(one, kind)) continue;
          const within = this.#search(one, kind, ea, sequence, entries);
          if (within) return within;
        }
        continue;
      }
      found = { ...at, entry, lookup };
      count++;
      if (another === undefined && last === undefined) return found;
    }
    if (found) {
      if (last !== undefined) this.#callWith(last, kind, ea, sequence, count);
      return found;
    }
    if (miss === undefined) return undefined;
    if (!lookup.array && !this.#holds(lookup, this.#testSet(lookup, kind), 0n, kind, ea, outer))
      return undefined;
    const made = this.#callWith(miss, kind, ea, sequence);
    const entry = wideOf(made, lookup.width);
    if (!lookup.array) {
      const entries = [codeOf(entry, lookup.width), ...outer];
      this.#permissions(lookup, kind, entries, ea, sequence);
    }
    return { set: -1, way: -1, entry, lookup };
  }

  #match(lookup: Lookup, kind: TranslationKind, ea: number): { set: number; way: number } | undefined {
    for (const at of this.#matches(lookup, kind, ea, [])) return at;
    return undefined;
  }

  #testSet(lookup: Lookup, kind: TranslationKind): Lookup["testSets"][number] | undefined {
    return (
      lookup.testSets.find((t) => t.enable === undefined || this.#callWith(t.enable, kind) !== 0) ??
      lookup.testSets.at(-1)
    );
  }

  /** All entries that the address is of, one after the other: hooks that run in between may change what holds. */
  *#matches(
    lookup: Lookup,
    kind: TranslationKind,
    ea: number,
    outer: readonly CodeValue[],
  ): Generator<{ set: number; way: number }> {
    const table = this.tables.get(lookup.name) ?? [];
    const testSet = this.#testSet(lookup, kind);
    const index = testSet?.tests.find((t) => t.kind === "index");
    const sets = index
      ? [((ea >>> (31 - index.last)) & (2 ** (index.last - index.first + 1) - 1)) % Math.max(1, table.length)]
      : table.keys();
    for (const set of sets) {
      const ways = table[set] ?? [];
      for (let way = 0; way < ways.length; way++) {
        const entry = ways[way] ?? 0n;
        const { valid } = lookup.hooks;
        if (valid !== undefined && this.#call(valid, codeOf(entry, lookup.width)) === 0) continue;
        if (this.#holds(lookup, testSet, entry, kind, ea, outer)) yield { set, way };
      }
    }
  }

  #holds(
    lookup: Lookup,
    testSet: Lookup["testSets"][number] | undefined,
    entry: bigint,
    kind: TranslationKind,
    ea: number,
    outer: readonly CodeValue[],
  ): boolean {
    return (testSet?.tests ?? []).every((t) => {
      if (t.kind === "index") return true;
      if (t.kind === "hook") return this.#call(t.hook, codeOf(entry, lookup.width), ea, kind, ...outer) !== 0;
      const mask = maskOf(lookup, entry);
      return ((pageOf(lookup, entry, t.field) ^ ea) & mask) === 0;
    });
  }

  #permissions(
    lookup: Lookup,
    kind: TranslationKind,
    entries: readonly CodeValue[],
    ea: number,
    sequence: number,
  ): void {
    const names = kind === 0 ? ["exec_perm"] : ["data_perm", kind === 1 ? "load_perm" : "store_perm"];
    for (const name of names) {
      const hook = lookup.hooks[name];
      if (hook !== undefined) this.#callWith(hook, ...this.#taken(hook, lookup, entries), ea, sequence);
    }
  }

  #hit(
    lookup: Lookup,
    kind: TranslationKind,
    entries: readonly CodeValue[],
    ea: number,
    sequence: number,
  ): void {
    const { hit } = lookup.hooks;
    if (hit !== undefined) this.#callWith(hit, kind, ...this.#taken(hit, lookup, entries), ea, sequence);
  }

  /** The entries that a hook has parameters for: its own, and those of outer tables when it names them. */
  #taken(hook: string, lookup: Lookup, entries: readonly CodeValue[]): readonly CodeValue[] {
    const wanted = this.#machine.hooks[hook]?.parameters.length ?? 0;
    const others = wanted - (hook === lookup.hooks["hit"] ? 3 : 2);
    return entries.slice(0, Math.max(1, lookup.parent === undefined ? 1 : others));
  }

  #keep(kept: Kept, kind: TranslationKind, lookup: Lookup, ea: number, found: Found): void {
    const mask = maskOf(lookup, found.entry);
    if (kept.mask !== mask || kept.page !== (ea & mask) || kept.entry !== found.entry)
      kept.valid = [false, false, false];
    kept.mask = mask;
    kept.page = ea & mask;
    kept.real =
      lookup.realPage === undefined ? ea & mask : pageOf(lookup, found.entry, lookup.realPage) & mask;
    kept.lookup = lookup;
    kept.entry = found.entry;
    kept.set = found.set;
    kept.way = found.way;
    kept.valid[kind] = true;
  }

  /** Calls the handlers of a miss; true when the search is to be repeated. */
  #missed(kind: TranslationKind, ea: number, sequence: number): boolean {
    const hooks = this.#machine.mmu?.hooks ?? {};
    const names = kind === 0 ? ["instr_miss"] : [kind === 1 ? "load_miss" : "store_miss", "data_miss"];
    for (const name of names) {
      const hook = hooks[name];
      if (hook !== undefined && this.#callWith(hook, ea, sequence) !== 0) return true;
    }
    return false;
  }
}

function concerns(lookup: Lookup, kind: TranslationKind): boolean {
  return lookup.type !== (kind === 0 ? "Data" : "Instr");
}

function isOffBy(enable: HookCode | undefined): boolean {
  return enable !== undefined && enable() === 0;
}

function copyKept(from: Kept, to: Kept): void {
  to.mask = from.mask;
  to.page = from.page;
  to.real = from.real;
  to.lookup = from.lookup;
  to.entry = from.entry;
  to.set = from.set;
  to.way = from.way;
  to.attributes = from.attributes;
  for (let kind = 0; kind < 3; kind++) to.valid[kind] = from.valid[kind]!;
}

/** Hooks that may be called while an address is translated. */
export function translationHooks({ mmu, moments }: ArchitectureModel): string[] {
  const ofLookups = (mmu?.lookups ?? []).flatMap((lookup) => [
    ...Object.entries(lookup.hooks).flatMap(([name, hook]) => (name === "reset" ? [] : [hook])),
    ...lookup.testSets.flatMap((set) => [
      ...(set.enable === undefined ? [] : [set.enable]),
      ...set.tests.flatMap((test) => (test.kind === "hook" ? [test.hook] : [])),
    ]),
  ]);
  const check = moments.addr_check === undefined ? [] : [moments.addr_check];
  return [...Object.values(mmu?.hooks ?? {}), ...ofLookups, ...check];
}

function emptyTable(lookup: Lookup): Table {
  const { entries, ways } = lookup.array ?? { entries: 1, ways: 1 };
  const sets = Math.max(1, Math.floor(entries / ways));
  return Array.from({ length: sets }, () => new Array<bigint>(ways).fill(lookup.initial));
}

/** An entry as generated code holds values of its width. */
export function codeOf(entry: bigint, width: number): CodeValue {
  return width > 32 ? entry : Number(BigInt.asIntN(32, entry));
}

/** A value of generated code as an unsigned number. */
export function wideOf(v: CodeValue, width: number): bigint {
  return BigInt.asUintN(width, BigInt(v));
}

function fieldOf(lookup: Lookup, entry: bigint, name: string): number {
  const field = lookup.fields.find((f) => f.name === name);
  if (!field) return 0;
  const bits = entry >> BigInt(lookup.width - 1 - field.last);
  return Number(BigInt.asUintN(Math.min(32, field.last - field.first + 1), bits));
}

/** Ones for the bits of an address that name its page. */
function maskOf(lookup: Lookup, entry: bigint): number {
  const { size, sizeType, sizeScale, sizeOffset, sizeShift } = lookup;
  if (!size) return -1;
  if ("bytes" in size) return ~(size.bytes - 1);
  const value = fieldOf(lookup, entry, size.field);
  if (sizeType === "LeftMask") return shifted(~value, sizeShift);
  const log = sizeScale * (value + sizeOffset);
  const ones = log >= 32 ? -1 : 2 ** Math.max(0, log) - 1;
  return shifted(~ones, sizeShift);
}

function pageOf(lookup: Lookup, entry: bigint, field: string): number {
  const value = fieldOf(lookup, entry, field);
  return shifted(value, lookup.sizeShift + lookup.pageShift);
}

function shifted(value: number, by: number): number {
  if (by >= 32) return 0;
  return by >= 0 ? value << by : value >>> -by;
}
