// A simulator of any described architecture, started from a plain image: no program file, no operating system, one
// instruction at a time. It has what a description can have: hooks, parameters, exceptions, address translation, caches,
// instruction tables. (The simulator for programs, iss.ts, is the fast one; it takes descriptions that have none of it.)
//
// Order of events of an instruction, as in the language: CIA becomes NIA, pre_cycle, pre_fetch, fetch (translated),
// decoding, NIA moves on (post_fetch), the action, post_exec, post_cycle; then exceptions that the action left pending.
// An exception that is raised ends the action at once; its handler runs in the same step.
import { fail } from "../base/diagnostic.ts";
import { hex8 } from "../isa/decoder.ts";
import type { ArchitectureModel, ExceptionModel, Instruction, IsaModel, Moment } from "../machine/model.ts";
import { BlockExecutor } from "./model-blocks.ts";
import type { ExecutedBlock } from "./model-blocks.ts";
import { createCaches } from "./caches.ts";
import { CycleHook } from "./cycle-hook.ts";
import type { Caches } from "./caches.ts";
import { InstructionDecoder, swapBytes } from "./instruction-decoder.ts";
import { loadIntoState, registerNamed } from "./image-state.ts";
import { layoutState } from "./layout.ts";
import type { FileSlots, Slot, StateLayout } from "./layout.ts";
import { architectureOf, createModelCode, identifier } from "./model-code.ts";
import type { PlainImage, ModelOptions, LastStep, ModelSimulator } from "./model-interface.ts";
export type {
  PlainImage,
  EntryImage,
  ModelOptions,
  MemoryAccess,
  LastStep,
  ModelSimulator,
} from "./model-interface.ts";
import type { CodeValue, ModelCode } from "./model-code.ts";
import { RAISED } from "./control-services.ts";
import { MachineServices } from "./model-services.ts";
import type { Raised } from "./control-services.ts";
import { ExceptionQueue } from "./exception-queue.ts";
import { RegisterContexts } from "./register-contexts.ts";
import { endPacket, moveOn } from "./packet.ts";
import { SparseMemory } from "./sparse-memory.ts";
import { copyOf, UndoLog } from "./undo-log.ts";
import { StaleLines } from "./stale-lines.ts";
import { translationHooks, Translator } from "./translation.ts";
import type { HookCode } from "./translation.ts";

/** Makes a simulator. Fails: BW0321 when the description holds what it cannot do, BW0333 when the image does not fit. */
export function createModelSimulator(
  isa: IsaModel,
  image: PlainImage,
  options: ModelOptions = {},
): ModelSimulator {
  return new Simulator(isa, image, options);
}

/** Bits of the widest register that this simulator holds. */
const WIDEST = 1024;

/** How often decoding may be tried again in other tables. */
const TABLES = 64;

class Simulator implements ModelSimulator {
  readonly isa: IsaModel;
  readonly last: LastStep = {
    address: 0,
    word: 0,
    more: [],
    bytes: 0,
    instruction: undefined,
    next: 0,
    exception: undefined,
    accesses: [],
    branch: undefined,
  };
  readonly caches: Caches;
  readonly #machine: ArchitectureModel;
  readonly #layout: StateLayout;
  readonly #code: ModelCode;
  readonly #services: MachineServices;
  readonly #exceptions: ExceptionQueue;
  readonly #memory = new SparseMemory();
  readonly #stale: StaleLines;
  readonly #undo: UndoLog;
  readonly #translator: Translator;
  readonly #contexts: RegisterContexts;
  readonly #decoder: InstructionDecoder;
  /** Instructions are stored with their lowest byte first. */
  readonly #swaps: boolean;
  readonly #blocks: BlockExecutor;
  readonly #moments: Partial<Record<Moment, (...values: CodeValue[]) => CodeValue>> = {};
  readonly #cycleHooks: boolean;
  readonly #attributes = new WeakMap<Instruction, string>();
  #count = 0;
  readonly #before: CycleHook;
  readonly #after: CycleHook;
  #interrupts: string[] = [];

  constructor(isa: IsaModel, image: PlainImage, options: ModelOptions) {
    this.isa = isa;
    this.#machine = architectureOf(isa);
    this.#cycleHooks = options.cycleHooks ?? true;
    this.#before = new CycleHook(this.#machine.cycleRatio);
    this.#after = new CycleHook(this.#machine.cycleRatio);
    const call = (name: string, ...values: CodeValue[]): CodeValue => this.#call(name, ...values);
    const hookCode = (name: string): HookCode => this.#code.functions.get(name) ?? (() => 0);
    this.#translator = new Translator(this.#machine, call, () => this.#askedAttributes(), hookCode);
    const levels = [...this.#machine.caches].sort((a, b) => a.level - b.level);
    this.#stale = new StaleLines(
      levels.map((one) => one.name),
      this.#memory,
    );
    this.caches = createCaches(
      this.#machine.caches,
      (hook, args) => Number(this.#call(hook, ...args)),
      this.#stale,
      options.cacheOperation,
    );
    this.#layout = layoutState(isa, WIDEST);
    this.#contexts = new RegisterContexts(this.#machine.contexts ?? [], {
      size: (name) => this.#layout.files.get(name)?.size ?? 1,
      shown: (name, at) => {
        const element = isa.registerFiles[name]?.elements?.[at];
        return element && { name: element.registerFile, index: element.index };
      },
      hooked: (name) => (isa.registers[name] ?? isa.registerFiles[name])?.hooks !== undefined,
      readHooked: (name, at) => this.register(name, at),
      writeHooked: (name, at, v) => this.setRegister(name, at, v),
      initial: (name) => isa.registers[name]?.resetValue ?? isa.registerFiles[name]?.resetValue ?? 0n,
      read: (name, at) => this.#fetchPlain(name, at),
      write: (name, at, v) => this.#storePlain(name, at, v),
    });
    this.#undo = new UndoLog((withAddress) => copyOf(this.#code, withAddress), this.#memory);
    this.#services = new MachineServices({
      isa,
      layout: this.#layout,
      machine: this.#machine,
      memory: this.#memory,
      translator: this.#translator,
      caches: this.caches,
      contexts: this.#contexts,
      undo: this.#undo,
      timed: options.cacheOperation !== undefined,
      call,
      hookCode,
      accesses: options.accesses === false ? undefined : this.last,
      instruction: () => this.last.instruction,
      word: (at) => (at === 0 ? this.last.word : (this.last.more[at - 1] ?? 0)),
      count: () => this.#count,
      reset: () => this.#reset(false),
      run: (table, value, width) => {
        const inner = this.#decoder.inner(table, value, width, this.last.address);
        inner.code();
        return inner.instruction.branch !== undefined || this.#services.halted;
      },
      cia: () => this.#code.getCia(),
      systemCall: options.systemCall,
    });
    this.#code = createModelCode(isa, this.#layout, this.#services);
    this.#exceptions = new ExceptionQueue({
      exceptions: this.#machine.exceptions,
      pending: this.#services.pending,
      isEnabled: (model) => model.enable === undefined || this.#call(model.enable) !== 0,
      handle: (model, raised, late) => this.#handle(model, raised, late),
      address: () => this.#code.getCia(),
    });
    for (const [moment, hook] of Object.entries(this.#machine.moments)) {
      const f = this.#code.functions.get(hook);
      if (f) this.#moments[moment as Moment] = f;
    }
    this.#swaps = this.#machine.littleEndian?.instructions === true;
    this.#decoder = new InstructionDecoder(
      isa,
      this.#code.makers,
      this.#swaps,
      (address) => this.#fetch(this.#translator.translate(0, address)),
      (hook) => Number(this.#call(hook)),
    );
    this.#blocks = new BlockExecutor({
      machine: this.#machine,
      code: this.#code,
      services: this.#services,
      memory: this.#memory,
      translator: this.#translator,
      hasWide: this.#layout.wideSize > 0,
      last: this.last,
      decode: (address, real) =>
        this.#decoder.decode(this.#services.table, address, this.#services.fetch(real)),
    });
    this.#reset(true);
    loadIntoState(image, {
      isa,
      machine: this.#machine,
      layout: this.#layout,
      services: this.#services,
      translator: this.#translator,
      caches: this.caches,
      contexts: this.#contexts,
      stale: this.#stale,
      parms: this.#code.parms,
      call,
      put: (slot, at, v) => this.#put(slot, at, v),
      setRegister: (name, index, v) => this.setRegister(name, index, v),
      writeMemory: (address, bytes) => this.writeMemory(address, bytes),
    });
  }

  /** Those of the current instruction that translation may ask for, as one text. */
  #askedAttributes(): string {
    const { instruction } = this.last;
    if (!instruction) return "";
    let known = this.#attributes.get(instruction);
    if (known === undefined) {
      const asked = translationHooks(this.#machine).flatMap(
        (hook) => this.#code.facts.ofFunction(`k_${identifier(hook)}`).attributes,
      );
      known = instruction.attributes.filter((one) => asked.includes(one)).join(",");
      this.#attributes.set(instruction, known);
    }
    return known;
  }

  // ---- State -----------------------------------------------------------------------------------------------------

  #call(name: string, ...values: CodeValue[]): CodeValue {
    const f = this.#code.functions.get(name);
    return f ? f(...values) : 0;
  }

  /** `first`: everything; otherwise only registers that have a reset value. */
  #reset(first: boolean): void {
    const { narrow, wide, parms } = this.#code;
    if (first) {
      narrow.fill(0);
      wide.fill(0n);
    }
    this.#machine.parms.forEach((p, i) => (parms[i] = p.initial));
    for (const r of Object.values(this.isa.registers)) {
      if (r.hooks?.reset !== undefined) this.#call(r.hooks.reset, 0);
      else if (first || r.resetValue !== 0n) this.#store(r.name, r.resetValue);
    }
    for (const f of Object.values(this.isa.registerFiles)) {
      if (f.hooks?.reset !== undefined) this.#call(f.hooks.reset, 0);
      else if (f.resetValue !== undefined)
        for (let i = 0; i < f.size; i++) this.setRegister(f.name, i, f.resetValue);
    }
    if (first) this.#contexts.reset();
    const { resetAddress } = this.#machine;
    if (typeof resetAddress === "number") this.#code.setNia(resetAddress);
    else this.#call(resetAddress);
    this.#code.clearBranch();
    this.#translator.reset();
    this.caches.reset();
    this.#services.table = 0;
  }

  #slotOf(name: string, at: number): { readonly slot: Slot | FileSlots; readonly index: number } | undefined {
    const file = this.#layout.files.get(name);
    if (file) return { slot: file, index: file.first + at };
    const slot = this.#layout.registers.get(name);
    return slot && { slot, index: slot.index };
  }

  /** A register's bits, or those of an element of a file, without its hooks. */
  #fetchPlain(name: string, at: number): bigint {
    const place = this.#slotOf(name, at);
    if (!place) return 0n;
    const { wide, narrow } = this.#code;
    const v = place.slot.wide ? (wide[place.index] ?? 0n) : BigInt(narrow[place.index] ?? 0);
    return BigInt.asUintN(place.slot.width, v);
  }

  #storePlain(name: string, at: number, v: bigint): void {
    const place = this.#slotOf(name, at);
    if (place) this.#put(place.slot, place.index, v);
  }

  /** Stores a register's bits without its hooks. */
  #store(name: string, v: bigint): void {
    const slot = this.#layout.registers.get(name);
    if (slot) this.#put(slot, slot.index, v);
  }

  #put({ width, wide }: Slot | FileSlots, at: number, v: bigint): void {
    const bits = BigInt.asUintN(width, v);
    if (wide) this.#code.wide[at] = bits;
    else this.#code.narrow[at] = Number(BigInt.asIntN(32, bits));
  }

  pc(): number {
    return this.#code.getNia() >>> 0;
  }

  halted(): boolean {
    return this.#services.halted;
  }

  instructions(): number {
    return this.#count;
  }

  hasRegister(name: string): boolean {
    const { counters, parms } = this.#machine;
    return (
      name in this.isa.registers ||
      name in this.isa.registerFiles ||
      name === counters.cia ||
      name === counters.nia ||
      parms.some((p) => p.name === name)
    );
  }

  register(name: string, index?: number): bigint {
    const { counters, parms } = this.#machine;
    const file = this.isa.registerFiles[name];
    if (file) return BigInt.asUintN(file.width, BigInt(this.#code.readElement(name, index ?? 0)));
    const r = this.isa.registers[name];
    if (r) return BigInt.asUintN(r.width, BigInt(this.#code.readRegister(name)));
    if (name === counters.nia) return BigInt(this.pc());
    if (name === counters.cia) return BigInt(this.#code.getCia() >>> 0);
    const parm = parms.findIndex((p) => p.name === name);
    if (parm >= 0) return BigInt(this.#code.parms[parm] ?? 0);
    return fail("BW0333", `the description has no register ${name}`);
  }

  stored(
    given: string,
    at?: number,
    context?: { readonly name: string; readonly which: number },
  ): bigint | undefined {
    const { name, index } = registerNamed(this.isa, given, at);
    const file = this.isa.registerFiles[name];
    if (file ? index === undefined || index >= file.size : index !== undefined || !this.hasRegister(name))
      return undefined;
    if (context) {
      const object = `${context.name}.${name}`;
      return this.#contexts.has(object) ? this.#contexts.read(object, context.which, index ?? 0) : undefined;
    }
    const own = file ? !this.#layout.files.get(name)?.entries : this.isa.registers[name]?.pseudo !== true;
    const place = own ? this.#slotOf(name, index ?? 0) : undefined;
    return place ? this.#fetchPlain(name, index ?? 0) : this.register(name, index);
  }

  setRegister(name: string, index: number | undefined, v: bigint): void {
    const { counters } = this.#machine;
    const given = (width: number): CodeValue =>
      width > 32 ? BigInt.asUintN(width, v) : Number(BigInt.asIntN(32, BigInt.asUintN(width, v)));
    const file = this.isa.registerFiles[name];
    const r = this.isa.registers[name];
    if (file) this.#code.writeElement(name, index ?? 0, given(file.width));
    else if (r) this.#code.writeRegister(name, given(r.width));
    else if (name === counters.nia) this.#code.setNia(Number(BigInt.asIntN(32, v)));
    else if (name === counters.cia) this.#code.setCia(Number(BigInt.asIntN(32, v)));
    else fail("BW0333", `the description has no register ${name}`);
    this.#translator.invalidate();
  }

  readMemory(address: number, length: number): Uint8Array {
    return this.#memory.readBytes(address >>> 0, length);
  }

  readLocal(memory: string, address: number, length: number): Uint8Array | undefined {
    return this.#services.readLocal(memory, address, length);
  }

  readBehindCaches(address: number, length: number): Uint8Array {
    return this.#stale.read(address >>> 0, length);
  }

  writeMemory(address: number, bytes: Uint8Array): void {
    if (!this.#memory.writeBytes(address >>> 0, bytes))
      fail("BW0334", `the program uses more memory than the simulator has`);
  }

  translation(table: string, set: number, way: number): Readonly<Record<string, bigint>> {
    const lookup = this.#machine.mmu?.lookups.find((l) => l.name === table);
    const entry = this.#translator.tables.get(table)?.[set]?.[way];
    if (!lookup || entry === undefined)
      fail("BW0333", `there is no entry ${set},${way} of a translation table ${table}`);
    return Object.fromEntries(
      lookup.fields.map((f) => [
        f.name,
        BigInt.asUintN(f.last - f.first + 1, entry >> BigInt(lookup.width - 1 - f.last)),
      ]),
    );
  }

  externalFlag(): number {
    return this.#services.flag >>> 0;
  }

  // ---- Execution -------------------------------------------------------------------------------------------------

  cycle(which: "pre_cycle" | "post_cycle" | "post_sim"): void {
    this.#guarded(() => this.#moments[which]?.());
    this.#exceptions.settle();
  }

  interrupt(exception: string): void {
    if (!this.#machine.exceptions.some((e) => e.name === exception))
      fail("BW0333", `the description has no exception ${exception}`);
    this.#interrupts.push(exception);
  }

  cancelInterrupt(exception: string): void {
    this.#interrupts = this.#interrupts.filter((one) => one !== exception);
    this.#services.cancel_exception(exception);
  }

  view(): number {
    return this.#translator.view();
  }

  instructionChanges(address: number): boolean {
    return this.#translator.changes(address);
  }

  instructionAddress(address: number): number {
    const { pending, flag } = this.#services;
    const before = pending.length;
    try {
      return this.#translator.translate(0, address);
    } catch (error) {
      if (error !== RAISED) throw error;
      pending.length = before;
      return -1;
    } finally {
      this.#services.flag = flag;
    }
  }

  executeBlock(most: number): ExecutedBlock | undefined {
    if (!this.#blocks.possible || this.#services.halted || this.#interrupts.length > 0) return undefined;
    if (this.#undo.watches) return undefined;
    const block = this.#blocks.execute(this.pc(), most);
    if (block) this.#count += block.executed;
    return block;
  }

  callBefore(before: (address: number) => (() => void) | undefined): void {
    this.#blocks.callBefore(before);
  }

  lowBits(name: string, index: number | undefined): number {
    if (!(name in this.isa.registers) && !(name in this.isa.registerFiles))
      return Number(BigInt.asUintN(32, this.register(name, index)));
    const v = index === undefined ? this.#code.readRegister(name) : this.#code.readElement(name, index);
    return typeof v === "number" ? v >>> 0 : Number(BigInt.asUintN(32, v));
  }

  branched(): boolean {
    return this.#code.branched();
  }

  countPieces(bytes: number): void {
    this.#services.pieceBytes = bytes;
  }

  step(): void {
    if (this.#services.halted) return;
    const { last } = this;
    const code = this.#code;
    last.accesses = [];
    last.exception = undefined;
    last.branch = undefined;
    last.instruction = undefined;
    last.bytes = 0;
    const address = code.getNia();
    last.address = address >>> 0;
    code.setCia(address);
    code.clearBranch();
    this.#services.flag = 0;
    if (this.#interrupts.length > 0) {
      for (const name of this.#interrupts.splice(0)) {
        // One that waits already is not there twice.
        if (!this.#services.pending.some((one) => one.exception === name))
          this.#services.set_exception(name, 0);
      }
      this.#exceptions.settle();
      last.next = this.pc();
      return;
    }
    try {
      this.#execute(address);
    } catch (error) {
      if (error !== RAISED) throw error;
    }
    if (this.#services.pending.length > 0) this.#exceptions.settle();
    if (last.exception !== undefined && code.branched()) last.branch = { taken: true, target: this.pc() };
    const postCycle = this.#moments.post_cycle;
    if (this.#cycleHooks && postCycle) {
      this.#guarded(() => this.#after.call(postCycle));
      this.#exceptions.settle();
    }
    last.next = this.pc();
  }

  #execute(address: number): void {
    const { last } = this;
    const preCycle = this.#moments.pre_cycle;
    if (this.#cycleHooks && preCycle) this.#before.call(preCycle);
    this.#moments.pre_fetch?.();
    if (this.#services.skipped) {
      // The hook says where execution goes on.
      this.#services.skipped = false;
      this.#count++;
      return;
    }
    const real = this.#translator.translate(0, address);
    const word = this.#fetch(real);
    last.word = word >>> 0;
    last.more = [];
    let decoded = this.#decoder.decode(this.#services.table, address, word);
    for (let tries = 0; !decoded && tries < TABLES && this.#moments.decode_retry; tries++) {
      if (Number(this.#moments.decode_retry(address, word)) === 0) break;
      decoded = this.#decoder.decode(this.#services.table, address, word);
    }
    if (!decoded) {
      last.bytes = 4;
      this.#services.noteFetch(address, real, 4);
      this.#decodeMiss(address, word);
      return;
    }
    last.instruction = decoded.instruction;
    last.bytes = decoded.bytes;
    last.more = decoded.more;
    this.#services.noteFetch(address, real, decoded.bytes);
    if (this.#machine.packets)
      moveOn(this.#services.packet, this.#machine.packets, decoded.instruction, this);
    const { postFetch: enabled } = decoded.instruction;
    if (enabled === undefined || (enabled !== false && Number(this.#call(enabled)) !== 0)) {
      const postFetch = this.#moments.post_fetch;
      if (postFetch) postFetch(decoded.bytes);
      else this.#code.setNia(this.#code.getCia() + decoded.bytes);
    }
    this.#code.clearBranch();
    this.#count++;
    decoded.code();
    if (this.#services.delays) this.#services.endDelays();
    if (this.#code.branched()) {
      last.branch = { taken: true, target: this.pc() };
      this.#moments.branch_taken?.();
    }
    this.#moments.post_exec?.();
    if (!this.#machine.packets) return;
    const moment = (which: "post_packet" | "post_packet_commit"): void => void this.#moments[which]?.();
    endPacket(this.#services.packet, this.#machine.packets, this, moment, (name, v) => this.#store(name, v));
  }

  /** The word at a real address, its first byte on the left whichever way it is stored. */
  #fetch(real: number): number {
    const word = this.#services.fetch(real);
    return this.#swaps ? swapBytes(word) : word;
  }

  /** Runs code that may raise an exception; that one is then pending, with its data. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error !== RAISED) throw error;
    }
  }

  #handle(model: ExceptionModel, raised: Raised, late: boolean): void {
    // A pipeline takes an exception that has waited between two instructions; without one, none has a place of its own.
    if (late && !this.#cycleHooks) this.#code.setCia(this.#code.getNia());
    this.last.exception ??= raised.exception;
    this.#guarded(() => {
      this.#moments.pre_exception?.(0);
      if (model.action !== undefined) this.#call(model.action, ...(model.width > 0 ? [raised.data] : []));
      this.#moments.post_exception?.(0);
    });
    this.#translator.invalidate();
  }

  #decodeMiss(address: number, word: number): void {
    const hook = this.#moments.decode_miss;
    if (!hook) {
      fail(
        "BW0301",
        `the word 0x${hex8(word)} at address 0x${hex8(address)} is no instruction of ${this.isa.name}`,
        "the program is damaged, jumped into data, or is written for another processor",
      );
    }
    this.#code.setNia(this.#code.getCia() + 4);
    hook(address, word);
  }
}
