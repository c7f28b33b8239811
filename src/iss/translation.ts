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
  #lastDataKind: TranslationKind = 1;
  readonly #effective: number;
  readonly #real: number;
  readonly #ordered: readonly Lookup[];
  readonly #attributes: () => string;
  /** Whether which tests count may depend on the instruction. */
  readonly #byInstruction: boolean;
  readonly #plain: boolean;
  /** Of what translations depend on. */
  #generation = 0;
  readonly #views = new Map<string, number>();
  #lastView = 0;
  #view = 0;
  #viewOf = -1;
  #viewPage = 0;
  #viewMask = 0;

  /** `attributes`: those of the instruction being executed, as one text. */
  constructor(machine: ArchitectureModel, call: CallHook, attributes: () => string) {
    this.#attributes = attributes;
    this.#machine = machine;
    this.#call = call;
    this.#effective = Number(BigInt.asIntN(32, machine.addressMask.effective));
    this.#real = Number(BigInt.asIntN(32, machine.addressMask.real));
    const lookups = machine.mmu?.lookups ?? [];
    this.tables = new Map(lookups.map((l) => [l.name, emptyTable(l)]));
    this.#byInstruction = lookups.some((l) => l.testSets.length > 1);
    this.#plain = !machine.mmu && machine.moments.addr_check === undefined;
    this.#ordered = lookups
      .filter((l) => l.priority !== undefined)
      .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  }

  /** Whether addresses are translated at all. */
  get exists(): boolean {
    return this.#machine.mmu !== undefined;
  }

  /** A number that stays the same as long as addresses of instructions are translated alike, and alike kept. */
  view(): number {
    if (this.#plain || !this.#machine.mmu) return 0;
    const { page, mask, valid } = this.#instruction;
    if (valid[0] && this.#viewPage === page && this.#viewMask === mask && this.#viewOf === this.#generation)
      return this.#view;
    const key = valid[0] ? `${this.#generation} ${page} ${mask}` : `${this.#generation}`;
    let view = this.#views.get(key);
    if (view === undefined) {
      if (this.#views.size > 10_000) this.#views.clear();
      this.#views.set(key, (view = ++this.#lastView));
    }
    this.#view = view;
    this.#viewOf = valid[0] ? this.#generation : -1;
    this.#viewPage = page;
    this.#viewMask = mask;
    return view;
  }

  /** Whether translating the address of an instruction has an effect: another page is kept, and hooks are called. */
  changes(address: number): boolean {
    const mmu = this.#machine.mmu;
    if (!mmu || this.#isOff(mmu.hooks["both_enable"])) return false;
    const { valid, mask, page } = this.#instruction;
    if (valid[0] && (address & this.#effective & mask) === page) return false;
    return !this.#isOff(mmu.hooks["instr_enable"]);
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
    if (this.#isOff(mmu.hooks["both_enable"])) return this.#off(ea);
    const kept = kind === 0 ? this.#instruction : this.#data;
    const attributes = kind !== 0 && this.#byInstruction ? this.#attributes() : "";
    if (kept.valid[kind] && (ea & kept.mask) === kept.page && kept.attributes === attributes && kept.lookup) {
      if (kind !== 0 && this.#lastDataKind !== kind) this.#hit(kept.lookup, kind, kept.entry, ea, sequence);
      if (kind !== 0) this.#lastDataKind = kind;
      return this.#done(kind, ea, kept.real | (ea & ~kept.mask), kept.lookup.id, kept.set, kept.way);
    }
    if (kind !== 0) this.#lastDataKind = kind;
    if (this.#isOff(mmu.hooks[kind === 0 ? "instr_enable" : "data_enable"])) return this.#off(ea);
    kept.valid[kind] = false;
    for (let again = 0; again < 8; again++) {
      for (const lookup of this.#ordered) {
        if (lookup.type === (kind === 0 ? "Data" : "Instr")) continue;
        const found = this.#search(lookup, kind, ea, sequence);
        if (!found) continue;
        this.#keep(kept, kind, lookup, ea, found);
        kept.attributes = attributes;
        return this.#done(kind, ea, kept.real | (ea & ~kept.mask), lookup.id, found.set, found.way);
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

  #isOff(hook: string | undefined): boolean {
    return hook !== undefined && this.#call(hook) === 0;
  }

  #done(kind: TranslationKind, ea: number, real: number, id: number, set: number, way: number): number {
    const ra = (real & this.#real) >>> 0;
    this.last = ra;
    const check = this.#machine.moments.addr_check;
    if (check !== undefined) this.#callWith(check, ea, ra | 0, kind, id, set, way);
    return ra;
  }

  /** Calls a hook with as many of the values as it has parameters. */
  #callWith(hook: string, ...values: CodeValue[]): CodeValue {
    const wanted = this.#machine.hooks[hook]?.parameters.length ?? 0;
    return this.#call(hook, ...values.slice(0, wanted));
  }

  #search(
    lookup: Lookup,
    kind: TranslationKind,
    ea: number,
    sequence: number,
  ): { set: number; way: number; entry: bigint } | undefined {
    const found = lookup.array ? this.#match(lookup, kind, ea) : undefined;
    if (found) {
      const entry = this.tables.get(lookup.name)?.[found.set]?.[found.way] ?? 0n;
      this.#permissions(lookup, kind, entry, ea, sequence);
      this.#hit(lookup, kind, entry, ea, sequence);
      return { ...found, entry };
    }
    const miss = lookup.hooks["miss"];
    if (miss === undefined) return undefined;
    const made = this.#callWith(miss, kind, ea, sequence);
    return { set: -1, way: -1, entry: wideOf(made, lookup.width) };
  }

  #match(lookup: Lookup, kind: TranslationKind, ea: number): { set: number; way: number } | undefined {
    const table = this.tables.get(lookup.name) ?? [];
    const testSet =
      lookup.testSets.find((t) => t.enable === undefined || this.#callWith(t.enable, kind) !== 0) ??
      lookup.testSets.at(-1);
    const index = testSet?.tests.find((t) => t.kind === "index");
    const sets = index
      ? [((ea >>> (31 - index.last)) & (2 ** (index.last - index.first + 1) - 1)) % Math.max(1, table.length)]
      : table.keys();
    for (const set of sets) {
      const ways = table[set] ?? [];
      for (let way = 0; way < ways.length; way++) {
        const entry = ways[way] ?? 0n;
        if (
          lookup.hooks["valid"] !== undefined &&
          this.#call(lookup.hooks["valid"], codeOf(entry, lookup.width)) === 0
        )
          continue;
        const holds = testSet?.tests.every((t) => {
          if (t.kind === "index") return true;
          if (t.kind === "hook") return this.#call(t.hook, codeOf(entry, lookup.width), ea, kind) !== 0;
          const mask = maskOf(lookup, entry);
          return ((pageOf(lookup, entry, t.field) ^ ea) & mask) === 0;
        });
        if (holds) return { set, way };
      }
    }
    return undefined;
  }

  #permissions(lookup: Lookup, kind: TranslationKind, entry: bigint, ea: number, sequence: number): void {
    const names = kind === 0 ? ["exec_perm"] : ["data_perm", kind === 1 ? "load_perm" : "store_perm"];
    for (const name of names) {
      const hook = lookup.hooks[name];
      if (hook !== undefined) this.#callWith(hook, codeOf(entry, lookup.width), ea, sequence);
    }
  }

  #hit(lookup: Lookup, kind: TranslationKind, entry: bigint, ea: number, sequence: number): void {
    const hook = lookup.hooks["hit"];
    if (hook !== undefined) this.#callWith(hook, kind, codeOf(entry, lookup.width), ea, sequence);
  }

  #keep(
    kept: Kept,
    kind: TranslationKind,
    lookup: Lookup,
    ea: number,
    found: { set: number; way: number; entry: bigint },
  ): void {
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
