// What generated code of a described architecture asks its simulator for: memory behind translation and hooks, exceptions,
// translation tables, caches, buses, and the rest of SERVICES. Method names are the services' names.
import { fail } from "../base/diagnostic.ts";
import { hex8 } from "../isa/decoder.ts";
import type { LocalMemory } from "../machine/model.ts";
import { cacheAccess } from "./cache-array.ts";
import type { CacheAccess, CacheArray } from "./cache-array.ts";
import { lineField, setLineField } from "./caches.ts";
import type { CodeValue } from "./model-code.ts";
import type { MemoryAccess } from "./model-simulator.ts";
import { wideOf } from "./translation.ts";
import { ControlServices } from "./control-services.ts";
import type { ServiceContext } from "./control-services.ts";
import { findAccessHooks, type AccessHooks } from "./access-hooks.ts";

/** An access that is written down. */
type Noted = MemoryAccess | undefined;

export class MachineServices extends ControlServices {
  readonly outputs = [0, 0];
  /** Accesses to data are only counted, in `parts`: those of up to four bytes in pieces of `pieceBytes`, others of 8. */
  counting = false;
  parts = 0;
  pieceBytes = 4;
  /** What stores have overwritten, as triples (address, 1 or 4 bytes, what was there); undefined: nobody asks. */
  overwritten: number[] | undefined;
  /** A store has changed one of `guardedBytes` from `guardedFrom` on: instructions that are being executed. */
  changedCode = false;
  guardedFrom = 0;
  guardedBytes = 0;
  /** Memory is reached without translation, hooks and caches. */
  readonly #direct: boolean;
  /** Data is stored with its lowest byte first. */
  readonly #little: boolean;
  readonly #realMask: number;
  #accessHooks: AccessHooks | undefined;
  readonly #context: ServiceContext;
  readonly #global: LocalMemory | undefined;
  readonly #local = new Map<string, Uint8Array>();
  readonly #tracksCaches: boolean;
  /** The memory that instructions come from; undefined: the global one. */
  readonly #fetched: string | undefined;
  /** Bits of a translation table's entries that all ways of a set share. */
  readonly #sharedBits = new Map<string, bigint>();
  readonly #minimumPage = 1024;

  constructor(context: ServiceContext) {
    super(context);
    this.#context = context;
    for (const { name, width, setWidth } of context.machine.mmu?.lookups ?? [])
      if (setWidth !== undefined)
        this.#sharedBits.set(name, ((1n << BigInt(setWidth)) - 1n) << BigInt(width - setWidth));
    this.#global = context.machine.memories.find((m) => m.name === "Mem");
    for (const m of context.machine.memories)
      if (m.name !== "Mem") this.#local.set(m.name, new Uint8Array(Math.min(m.size, 1 << 26)));
    this.#fetched = context.machine.memories.find((m) => m.instructions && m.name !== "Mem")?.name;
    this.#little = context.machine.littleEndian?.data === true;
    this.#tracksCaches = context.machine.caches.length > 0 && !context.timed;
    this.#realMask = Number(
      BigInt.asIntN(32, context.machine.addressMask.effective & context.machine.addressMask.real),
    );
    this.#direct =
      !this.#little &&
      context.translator.isPlain &&
      !this.#tracksCaches &&
      this.#global?.read === undefined &&
      this.#global?.write === undefined;
  }

  // ---- Translation -----------------------------------------------------------------------------------------------

  translate(kind: number, address: number): number {
    return this.#context.translator.translate(kind === 0 ? 0 : kind === 1 ? 1 : 2, address) | 0;
  }

  forgetTranslations(): void {
    this.#context.translator.invalidate();
  }

  last_real_address(): number {
    return this.#context.translator.last | 0;
  }

  search(table: string, address: number, kind: number): number {
    const found = this.#context.translator.search(table, address, kind === 0 ? 0 : kind === 1 ? 1 : 2);
    if (!found) return 0;
    this.outputs[0] = found.set;
    this.outputs[1] = found.way;
    return 1;
  }

  sets(object: string): number {
    return this.#context.translator.tables.get(object)?.length ?? this.#array(object).geometry.sets;
  }

  ways(object: string): number {
    return this.#context.translator.tables.get(object)?.[0]?.length ?? this.#array(object).geometry.ways;
  }

  // ---- Entries of tables and caches ------------------------------------------------------------------------------

  readonly #asked = (hook: string): number => Number(this.#context.call(hook));

  entry(object: string, field: string, set: number, way = 0): bigint {
    const { contexts } = this.#context;
    if (contexts.has(object)) return contexts.readByCode(object, set >>> 0, way, this.#asked);
    const table = this.#context.translator.tables.get(object);
    if (table) {
      const ways = table[set] ?? this.#noEntry(object, set, way);
      return ways[way] ?? this.#noEntry(object, set, way);
    }
    const array = this.#array(object);
    const contents = array.set(set) ?? this.#noEntry(object, set, way);
    if (Object.hasOwn(contents.fields, field)) return BigInt(contents.fields[field]!);
    const line = contents.lines[way] ?? this.#noEntry(object, set, way);
    return lineField(line, field);
  }

  writeEntry(object: string, field: string, v: bigint, set: number, way?: number): void {
    const { contexts } = this.#context;
    if (contexts.has(object)) return contexts.writeByCode(object, set >>> 0, way ?? 0, v, this.#asked);
    const table = this.#context.translator.tables.get(object);
    if (table) {
      const ways = table[set] ?? this.#noEntry(object, set, way ?? 0);
      const shared = this.#sharedBits.get(object) ?? 0n;
      if (way === undefined) {
        for (const [at, old] of ways.entries()) ways[at] = (old & ~shared) | (v & shared);
      } else {
        const old = ways[way] ?? this.#noEntry(object, set, way);
        ways[way] = (v & ~shared) | (old & shared);
      }
      this.#context.translator.invalidate();
      return;
    }
    const array = this.#array(object);
    const contents = array.set(set) ?? this.#noEntry(object, set, way ?? 0);
    if (Object.hasOwn(contents.fields, field)) {
      contents.fields[field] = Number(v);
      return;
    }
    const line = contents.lines[way ?? 0] ?? this.#noEntry(object, set, way ?? 0);
    setLineField(line, field, v);
  }

  #noEntry(object: string, set: number, way: number): never {
    return fail("BW0334", `${object} has no entry ${set},${way} (at address 0x${hex8(this.#context.cia())})`);
  }

  // ---- Memory ----------------------------------------------------------------------------------------------------

  /** The instruction word at a real address, through the memory's hook; 32 bits wherever the instruction ends. */
  fetch(real: number): number {
    if (this.#fetched !== undefined) return this.#fetchLocal(this.#fetched, real);
    const word = this.#context.memory.readWord(real);
    const hook = this.#global?.instructionRead?.[4] ?? this.#global?.read?.[4];
    if (this.#tracksCaches) this.#context.caches.access(cacheAccess.CacheIFetch, real);
    return hook === undefined ? word : Number(this.#context.call(hook, ...this.#withSize(hook, 4, word))) | 0;
  }

  /** A word of the memory that instructions come from, where that is one of its own. */
  #fetchLocal(name: string, address: number): number {
    const { data, at } = this.#localMemory(name, address, 0);
    let word = 0;
    for (let i = 0; i < 4; i++) word = (word << 8) | (data[at + i] ?? 0);
    return word;
  }

  noteFetch(address: number, real: number, bytes: number): void {
    this.#context.accesses?.accesses.push({ kind: "fetch", effective: address >>> 0, real, bytes });
  }

  load1(address: number): number {
    if (this.#direct && this.counting) return this.#context.memory.readByte(this.#count(address, 1));
    return Number(this.#load(address, 1));
  }

  load2(address: number): number {
    return Number(this.#load(address, 2));
  }

  load4(address: number): number {
    if (this.#direct && this.counting) return this.#context.memory.readWord(this.#count(address, 4));
    return Number(this.#load(address, 4)) | 0;
  }

  loadWide(address: number, bytes: number): bigint {
    return wideOf(this.#load(address, bytes), 8 * bytes);
  }

  store1(address: number, v: number): void {
    if (this.#direct && this.counting) {
      const real = this.#count(address, 1);
      this.#overwrites(real, 1);
      if (!this.#context.memory.writeByte(real, v)) this.#memoryIsFull();
      return;
    }
    this.#store(address, 1, v);
  }

  store2(address: number, v: number): void {
    this.#store(address, 2, v);
  }

  store4(address: number, v: number): void {
    if (this.#direct && this.counting) {
      const real = this.#count(address, 4);
      this.#overwrites(real, 4);
      if (!this.#context.memory.writeWord(real, v)) this.#memoryIsFull();
      return;
    }
    this.#store(address, 4, v);
  }

  storeWide(address: number, bytes: number, v: bigint): void {
    this.#store(address, bytes, v);
  }

  // Accesses of no bytes only translate: they ask whether an address may be read or written.
  load0(address: number): number {
    const noted = this.#begin("read", address, 0);
    const real = this.#context.translator.translate(1, address);
    if (noted) noted.real = real;
    return 0;
  }

  store0(address: number): void {
    const noted = this.#begin("write", address, 0);
    const real = this.#context.translator.translate(2, address);
    if (noted) noted.real = real;
  }

  /** How many bytes of an access lie in its first page. */
  #inFirstPage(address: number, bytes: number): number {
    if (!this.#context.translator.exists) return bytes;
    return Math.min(bytes, this.#minimumPage - (address & (this.#minimumPage - 1)));
  }

  /**
   * The real address of the second part of an access that goes on in another page, at `next`. `begin` does the first part: after
   * this translation, or before it where the description interleaves translations with accesses. The hook for misaligned
   * accesses comes between the two parts.
   */
  #secondPage(kind: 1 | 2, next: number, begin: () => void): number {
    const { mmu } = this.#context.machine;
    const interleaved = kind === 1 ? mmu?.interleavedReads : mmu?.interleavedWrites;
    const hook = mmu?.hooks[kind === 1 ? "misaligned_read" : "misaligned_write"];
    if (interleaved !== false) begin();
    const second = this.#context.translator.translate(kind, next, 1);
    if (interleaved === false) begin();
    if (hook !== undefined) this.#context.call(hook, next, second | 0);
    return second >>> 0;
  }

  #load(address: number, bytes: number): CodeValue {
    const { memory, translator, undo } = this.#context;
    if (undo.ignoring) return bytes > 4 ? 0n : 0;
    const hooks = this.#accessHooks ?? this.#findAccessHooks();
    const noted = this.#begin("read", address, bytes);
    const real = translator.translate(1, address);
    const first = this.#inFirstPage(address, bytes);
    let second = 0;
    if (first === bytes) this.#beginLoad(noted, address, real, first);
    else second = this.#loadAcross(noted, address, bytes, real);
    let v: CodeValue;
    if (bytes === 4 && first === 4 && !this.#little) v = memory.readWord(real);
    else if (bytes === 1) v = memory.readByte(real);
    else if (bytes > 4) {
      let wide = 0n;
      for (let n = 0; n < bytes; n++) wide = (wide << 8n) | BigInt(this.#byte(n, bytes, real, first, second));
      v = wide;
    } else {
      let word = 0;
      for (let n = 0; n < bytes; n++) word = (word << 8) | this.#byte(n, bytes, real, first, second);
      v = word >>> 0;
    }
    const hook = hooks.read[bytes];
    if (hook !== undefined) v = hook(v);
    hooks.postRead?.(address, real | 0);
    return v;
  }
  /** Byte `n` of a value, from the highest, where `first` of its bytes lie at `real` and the rest at `second`. */
  #byte(n: number, bytes: number, real: number, first: number, second: number): number {
    const i = this.#little ? bytes - 1 - n : n;
    return this.#context.memory.readByte((i < first ? real + i : second + i - first) >>> 0);
  }

  #beginLoad(noted: Noted, address: number, real: number, first: number): void {
    this.#accessHooks?.preRead?.(address, real | 0);
    if (noted) noted.real = real;
    this.#throughCaches(cacheAccess.CacheRead, real, first);
  }

  /** Begins a load from two pages; the real address of the second part. */
  #loadAcross(noted: Noted, address: number, bytes: number, real: number): number {
    const first = this.#inFirstPage(address, bytes);
    const second = this.#secondPage(1, (address + first) | 0, () =>
      this.#beginLoad(noted, address, real, first),
    );
    this.#throughCaches(cacheAccess.CacheRead, second, bytes - first);
    return second;
  }

  #store(address: number, bytes: number, given: CodeValue): void {
    const hooks = this.#accessHooks ?? this.#findAccessHooks();
    const noted = this.#begin("write", address, bytes);
    const real = this.#context.translator.translate(2, address);
    const first = this.#inFirstPage(address, bytes);
    if (first === bytes) this.#beginStore(noted, address, bytes, given, real, first);
    else this.#storeAcross(noted, address, bytes, given, real);
    hooks.postWrite?.(address, real | 0);
  }

  /** Writes the first part; the value as it is to be in memory. */
  #beginStore(
    noted: Noted,
    address: number,
    bytes: number,
    given: CodeValue,
    real: number,
    first: number,
  ): CodeValue {
    const hooks = this.#accessHooks;
    hooks?.alignedWrite?.(address, real | 0);
    hooks?.preWrite?.(address, real | 0);
    const v = hooks?.write[bytes]?.(given) ?? given;
    if (noted) noted.real = real;
    this.#write(real, v, bytes, 0, first);
    return v;
  }

  #storeAcross(noted: Noted, address: number, bytes: number, given: CodeValue, real: number): void {
    const first = this.#inFirstPage(address, bytes);
    let v = given;
    const second = this.#secondPage(2, (address + first) | 0, () => {
      v = this.#beginStore(noted, address, bytes, given, real, first);
    });
    this.#write(second, v, bytes, first, bytes);
  }

  /** Writes bytes `from` up to `to` of a value of `bytes` bytes, in the order in which they lie in memory, to `at` on. */
  #write(at: number, v: CodeValue, bytes: number, from: number, to: number): void {
    const { memory, undo } = this.#context;
    if (!undo.stores(at, to - from)) return;
    this.#throughCaches(cacheAccess.CacheWrite, at, to - from);
    if (this.counting) this.#overwrites(at, to - from);
    let done = true;
    if (bytes === 4 && to - from === 4 && !this.#little) done = memory.writeWord(at, v as number);
    else
      for (let i = from; i < to; i++) {
        const right = 8 * (this.#little ? i : bytes - 1 - i);
        const byte = typeof v === "bigint" ? Number((v >> BigInt(right)) & 255n) : (v >>> right) & 255;
        done &&= memory.writeByte((at + i - from) >>> 0, byte);
      }
    if (!done) this.#memoryIsFull();
  }

  #memoryIsFull(): never {
    return fail("BW0334", "the program uses more memory than the simulator has");
  }

  #findAccessHooks(): AccessHooks {
    const { machine, hookCode } = this.#context;
    return (this.#accessHooks = findAccessHooks(machine, hookCode, this.#global?.read, this.#global?.write));
  }

  #withSize(hook: string, bytes: number, v: CodeValue): CodeValue[] {
    const count = this.#context.machine.hooks[hook]?.parameters.length ?? 2;
    return count === 1 ? [v] : [8 * bytes, v];
  }

  /** Counts an access; the real address where nothing else comes between. */
  #count(address: number, bytes: number): number {
    const unit = bytes > 4 ? 8 : this.pieceBytes;
    this.parts += Math.ceil(((address & (unit - 1)) + bytes) / unit);
    return (this.#context.translator.last = (address & this.#realMask) >>> 0);
  }

  /** An instruction of a block is fetched from where the one before was: what looks at addresses is asked. */
  fetched(address: number): void {
    this.#context.translator.translate(0, address);
  }

  /** Before a store of a block: what it overwrites is kept, where that is asked. */
  #overwrites(real: number, bytes: number): void {
    if (
      (real - this.guardedFrom) >>> 0 < this.guardedBytes ||
      (real + bytes - 1 - this.guardedFrom) >>> 0 < this.guardedBytes
    )
      this.changedCode = true;
    const { memory } = this.#context;
    const list = this.overwritten;
    if (!list) return;
    if (bytes === 4) list.push(real, 4, memory.readWord(real));
    else {
      for (let at = 0; at < bytes; at++) {
        const address = (real + at) >>> 0;
        list.push(address, 1, memory.readByte(address));
      }
    }
  }

  /** Takes back what stores have done since `overwritten` was made. */
  takeBack(): void {
    const { memory } = this.#context;
    const list = this.overwritten!;
    for (let at = list.length - 3; at >= 0; at -= 3) {
      if (list[at + 1] === 4) memory.writeWord(list[at]!, list[at + 2]!);
      else memory.writeByte(list[at]!, list[at + 2]!);
    }
    list.length = 0;
  }

  /** Notes an access before it is translated: one that raises an exception has been made, too. */
  #begin(kind: "read" | "write", address: number, bytes: number): MemoryAccess | undefined {
    const { accesses } = this.#context;
    if (this.counting) {
      this.#count(address, bytes);
      return undefined;
    }
    if (!accesses) return undefined;
    const access: MemoryAccess = { kind, effective: address >>> 0, real: -1, bytes };
    accesses.accesses.push(access);
    return access;
  }

  /** A piece of an access goes to each line that it lies in. */
  #throughCaches(kind: CacheAccess, real: number, bytes: number): void {
    if (!this.#tracksCaches) return;
    const { caches } = this.#context;
    caches.access(kind, real);
    const line = caches.dataLine ?? bytes;
    if ((real % line) + bytes > line) caches.access(kind, (real - (real % line) + line) % 2 ** 32);
  }

  // ---- Local memories --------------------------------------------------------------------------------------------

  #localMemory(name: string, address: number, bytes: number): { data: Uint8Array; at: number } {
    let offset = 0;
    let at = this.#context.machine.memories.find((m) => m.name === name);
    for (let depth = 0; at?.parent && depth < 8; depth++) {
      offset += at.parent.offset;
      const parent = at.parent.memory;
      at = this.#context.machine.memories.find((m) => m.name === parent);
    }
    const data = this.#local.get(at?.name ?? name);
    const start = (address >>> 0) * (at?.addressUnit ?? 1) + offset;
    if (!data || start + bytes > data.length)
      fail("BW0302", `${bytes} bytes at 0x${hex8(address)} lie outside the memory ${name}`);
    return { data, at: start };
  }

  loadLocal(name: string, address: number, bytes: number): CodeValue {
    const { data, at } = this.#localMemory(name, address, bytes);
    let wide = 0n;
    for (let n = 0; n < bytes; n++)
      wide = (wide << 8n) | BigInt(data[at + (this.#little ? bytes - 1 - n : n)] ?? 0);
    return bytes > 4 ? wide : Number(BigInt.asIntN(32, wide));
  }

  storeLocal(name: string, address: number, bytes: number, v: CodeValue): void {
    const { data, at } = this.#localMemory(name, address, bytes);
    const wide = wideOf(v, 8 * bytes);
    for (let n = 0; n < bytes; n++)
      data[at + (this.#little ? bytes - 1 - n : n)] = Number((wide >> BigInt(8 * (bytes - 1 - n))) & 255n);
  }

  writeLocal(name: string, address: number, bytes: Uint8Array): void {
    // An image counts in bytes, whatever the unit of the memory's addresses is.
    const unit = this.#context.machine.memories.find((m) => m.name === name)?.addressUnit ?? 1;
    const { data, at } = this.#localMemory(name, Math.floor(address / unit), bytes.length);
    data.set(bytes, at + (address % unit));
  }

  readLocal(name: string, address: number, length: number): Uint8Array | undefined {
    const memory = this.#context.machine.memories.find((m) => m.name === name);
    if (!memory || name === "Mem") return undefined;
    if (address < 0 || address + length > memory.size * memory.addressUnit) return undefined;
    const { data, at } = this.#localMemory(name, Math.floor(address / memory.addressUnit), 0);
    return data.slice(at, at + length);
  }

  // ---- Event buses -----------------------------------------------------------------------------------------------

  /** There is one core: only it can hear what it sends. */
  send(bus: string, data: CodeValue, self: number): number {
    const action = this.#context.machine.buses.find((b) => b.name === bus)?.action;
    if (self !== 0 && action !== undefined) this.#context.call(action, data);
    return 0;
  }

  // ---- Caches ----------------------------------------------------------------------------------------------------

  #array(name: string): CacheArray {
    return this.#context.caches.arrays.get(name) ?? fail("BW0334", `there is no cache ${name}`);
  }

  /** An operation on the line of an address, or on a set and a way. */
  #operate(cache: string, kind: number, first: number, second: number | undefined): number {
    const { caches, accesses } = this.#context;
    const real = first >>> 0;
    if (second === undefined) {
      accesses?.accesses.push({
        kind: "cache",
        effective: real,
        real,
        bytes: this.#array(cache).geometry.lineBytes,
      });
      caches.operate(cache, kind, { real });
    } else caches.operate(cache, kind, { set: first, way: second });
    return 0;
  }

  cache_touch(cache: string, real: number): number {
    return this.#operate(cache, cacheAccess.CacheTouch, real, undefined);
  }

  cache_allocate(cache: string, real: number): number {
    return this.#operate(cache, cacheAccess.CacheAlloc, real, undefined);
  }

  /** All bytes of the line become `c`. Without a timing model there is no data in caches: memory has it. */
  cache_fill(cache: string, real: number, c: number): number {
    const array = this.#array(cache);
    if (!array.enabled(cacheAccess.CacheWrite, real >>> 0)) return 0;
    const start = (real & -array.geometry.lineBytes) >>> 0;
    const done = this.#operate(cache, cacheAccess.CacheWrite, real, undefined);
    this.#context.memory.writeBytes(start, new Uint8Array(array.geometry.lineBytes).fill(c));
    return done;
  }

  cache_flush(cache: string, first: number, second?: number): number {
    return this.#operate(cache, cacheAccess.CacheFlush, first, second);
  }

  cache_store(cache: string, first: number, second?: number): number {
    return this.#operate(cache, cacheAccess.CacheStore, first, second);
  }

  cache_invalidate(cache: string, first: number, second?: number): number {
    return this.#operate(cache, cacheAccess.CacheInvalidate, first, second);
  }

  cache_lock(cache: string, first: number, second?: number): number {
    if (second === undefined) return this.#operate(cache, cacheAccess.CacheLockAddr, first, undefined);
    return this.#array(cache).lock(first, second, true) ? 1 : 0;
  }

  cache_unlock(cache: string, set: number, way: number): number {
    return this.#array(cache).lock(set, way, false) ? 1 : 0;
  }

  cache_enabled(cache: string, kind: number, real = 0): number {
    return this.#array(cache).enabled(kind, real >>> 0) ? 1 : 0;
  }

  cache_find(cache: string, real: number): number {
    const array = this.#array(cache);
    const way = array.find(cacheAccess.CacheRead, real >>> 0);
    this.outputs[0] = array.setOf(real >>> 0);
    if (way >= 0) this.outputs[1] = way;
    return way >= 0 ? 1 : 0;
  }

  cache_get_set(cache: string, real: number): number {
    return this.#array(cache).setOf(real >>> 0);
  }

  cache_fully_locked(cache: string, set: number): number {
    return this.#array(cache).fullyLocked(set) ? 1 : 0;
  }

  cache_fully_unlocked(cache: string, set?: number): number {
    return this.#array(cache).fullyUnlocked(set) ? 1 : 0;
  }

  cache_is_dirty(cache: string, set: number, way: number): number {
    return this.#array(cache).line(set, way).dirty ? 1 : 0;
  }

  cache_is_locked(cache: string, set: number, way: number): number {
    return this.#array(cache).line(set, way).locked ? 1 : 0;
  }

  cache_is_valid(cache: string, set: number, way: number): number {
    return this.#array(cache).line(set, way).valid ? 1 : 0;
  }

  cache_is_write_through(cache: string, kind: number, real: number): number {
    return this.#array(cache).writeThrough(kind, real >>> 0) ? 1 : 0;
  }

  // Where a line comes from makes no difference to its tag.
  cache_read_from_next(): number {
    return 1;
  }

  cache_read_from_mem(): number {
    return 0;
  }
}
