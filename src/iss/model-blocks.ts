// Blocks of instructions of a described architecture, executed together: straight pieces of code that change registers and
// memory only, compiled into one function each. Nothing can be seen between their instructions, so a block runs only where
// nobody needs to look: the words are still those that it was made of, translation of instructions has nothing to do, no
// exception waits. An exception inside takes all of it back; its instructions then execute one by one.
import { InternalError } from "../base/diagnostic.ts";
import type { ArchitectureModel, Instruction } from "../machine/model.ts";
import { identifier } from "./model-code.ts";
import type { BlockCode, BlockPart, ModelCode } from "./model-code.ts";
import { RAISED } from "./control-services.ts";
import type { MachineServices } from "./model-services.ts";
import type { SparseMemory } from "./sparse-memory.ts";
import { translationHooks } from "./translation.ts";
import type { Translator } from "./translation.ts";

/** A block, and what its last execution did. */
export interface ExecutedBlock {
  readonly address: number;
  readonly length: number;
  /** By instruction: its address, and its bits at the left end of 32. */
  readonly addresses: readonly number[];
  readonly words: readonly number[];
  /** Positions of the instructions that access memory, and how many accesses each had. */
  readonly accessing: readonly number[];
  readonly counts: Int32Array;
  /** How many of them the last execution came to. */
  executed: number;
  /** For whoever executes it, to keep what he makes of it. */
  kept: unknown;
}

interface Block extends ExecutedBlock {
  readonly code: BlockCode;
  readonly instructions: readonly Instruction[];
  readonly before: readonly (() => void)[];
  /** Its instructions raise exceptions themselves. */
  readonly raises: boolean;
  readonly table: number;
  readonly real: number;
  /** Page of memory, place in it, and the bytes that stood there. */
  readonly page: Uint8Array;
  readonly bytes: Uint8Array;
  /** Values of the parameters that fetch depends on. */
  readonly parameters: readonly number[];
  failures: number;
  /** The block that was executed after it. */
  follower: Block | undefined;
}

export interface BlockContext {
  readonly machine: ArchitectureModel;
  readonly code: ModelCode;
  readonly services: MachineServices;
  readonly memory: SparseMemory;
  readonly translator: Translator;
  /** There are registers of more than 32 bits. */
  readonly hasWide: boolean;
  readonly last: { instruction: Instruction | undefined };
  /** The instruction at an address, as the simulator would decode it; undefined: there is none. */
  readonly decode: (
    address: number,
    real: number,
  ) => { readonly instruction: Instruction; readonly word: number; readonly bytes: number } | undefined;
}

const mostInstructions = 32;
const pageBytes = 4096;
/** The smallest page that translation has. */
const pieceBytes = 1024;
/** A block that has been taken back so often is not tried again. */
const mostFailures = 16;
const mostBlocks = 100_000;

export class BlockExecutor {
  readonly #context: BlockContext;
  /** Blocks by instruction table and address; null: none can begin there. */
  #blocks = new Map<number, Block | null>();
  /** What is put back after an exception. */
  readonly #registers: Int32Array;
  readonly #parms: Int32Array;
  #wide: bigint[] = [];
  #previous: Block | undefined;
  readonly #overwritten: number[] = [];
  /** Parameters that what is fetched depends on. */
  readonly #parameters: readonly number[];
  readonly #hooked: boolean;
  /** Some of them raise exceptions although nothing is translated. */
  readonly #hooksRaise: boolean;
  readonly #hasWide: boolean;
  /** Something to be called before the instruction at an address. */
  #before: (address: number) => (() => void) | undefined = () => undefined;
  readonly possible: boolean;

  constructor(context: BlockContext) {
    this.#context = context;
    const { machine, code } = context;
    this.#hasWide = context.hasWide;
    this.#registers = new Int32Array(code.narrow.length);
    this.#parms = new Int32Array(code.parms.length);
    const { moments, mmu } = machine;
    const global = machine.memories.find((one) => one.name === "Mem");
    const fetchHooks = Object.values(global?.instructionRead ?? global?.read ?? {});
    const fetch = fetchHooks.map((hook) => code.facts.ofFunction(`k_${identifier(hook)}`));
    this.#parameters = [...new Set(fetch.flatMap((one) => one.parameters))];
    const named = [
      ...Object.values(global?.read ?? {}),
      ...Object.values(global?.write ?? {}),
      ...translationHooks(machine),
      ...(moments.pre_fetch === undefined ? [] : [moments.pre_fetch]),
    ];
    this.#hooked = named.length > 0;
    const always = [
      ...Object.values(global?.read ?? {}),
      ...Object.values(global?.write ?? {}),
      ...Object.values(mmu?.hooks ?? {}),
      ...(moments.addr_check === undefined || mmu ? [] : [moments.addr_check]),
    ];
    this.#hooksRaise = always.some((hook) => code.facts.ofFunction(`k_${identifier(hook)}`).raises);
    this.possible =
      machine.caches.length === 0 &&
      machine.littleEndian === undefined &&
      (machine as { readonly packets?: unknown }).packets === undefined &&
      [
        moments.pre_cycle,
        moments.post_cycle,
        moments.post_fetch,
        moments.branch_taken,
        moments.post_exec,
        moments.itable_watch,
      ].every((one) => one === undefined) &&
      fetch.every((one) => one.plain && !one.setsParameters && !one.accessesMemory) &&
      named.every((hook) => code.facts.ofFunction(`k_${identifier(hook)}`).plain);
  }

  /** Calls what is given for an address before the instruction there, from now on. */
  callBefore(before: (address: number) => (() => void) | undefined): void {
    this.#before = before;
    this.#blocks = new Map();
    this.#previous = undefined;
  }

  /** Executes the block at an address; undefined: nothing has happened, there is none or it cannot be done as one. */
  execute(address: number, most: number): ExecutedBlock | undefined {
    const { code, services, translator, last } = this.#context;
    if (services.pending.length > 0 || services.delays || translator.changes(address | 0)) return undefined;
    const block = this.#at(address);
    if (!block || block.length > most) return undefined;
    // In front of an exception everything is as it was.
    const mayFail = block.raises || (block.accessing.length > 0 && (this.#hooksRaise || !translator.isOff));
    if (mayFail) this.#keep();
    services.counting = true;
    services.parts = 0;
    services.flag = 0;
    services.changedCode = false;
    services.guardedFrom = block.real;
    services.guardedBytes = block.bytes.length;
    code.clearBranch();
    try {
      block.executed = block.code(block.counts, last, block.instructions, block.before);
      return block;
    } catch (error) {
      if (error !== RAISED) throw error;
      if (!mayFail) throw new InternalError("an exception in a block that has none");
      this.#takeBack(address);
      if (++block.failures > mostFailures) this.#blocks.set(this.#keyOf(address), null);
      return undefined;
    } finally {
      services.counting = false;
      services.overwritten = undefined;
    }
  }

  #keyOf(address: number): number {
    return address + this.#context.services.table * 0x100000000;
  }

  /** The block at an address, made anew where what it was made of is there no more. */
  #at(address: number): Block | null {
    const { table } = this.#context.services;
    const before = this.#previous;
    let block: Block | null | undefined = before?.follower;
    if (!block || block.address !== address || block.table !== table) {
      block = this.#blocks.get(this.#keyOf(address));
      if (block === null) return null;
    }
    if (!block || !this.#stands(block)) {
      if (this.#blocks.size > mostBlocks) this.#blocks = new Map();
      block = this.#make(address);
      this.#blocks.set(this.#keyOf(address), block);
      if (!block) return null;
    }
    if (before) before.follower = block;
    return (this.#previous = block);
  }

  #keep(): void {
    const { code, services, translator } = this.#context;
    this.#registers.set(code.narrow);
    if (this.#hasWide) this.#wide = [...code.wide];
    if (this.#hooked) {
      this.#parms.set(code.parms);
      translator.save();
    }
    if (this.#overwritten.length !== 0) this.#overwritten.length = 0;
    services.overwritten = this.#overwritten;
  }

  #takeBack(address: number): void {
    const { code, services, translator } = this.#context;
    services.pending.length = 0;
    services.takeBack();
    code.narrow.set(this.#registers);
    for (let at = 0; at < this.#wide.length; at++) code.wide[at] = this.#wide[at]!;
    if (this.#hooked) {
      code.parms.set(this.#parms);
      translator.restore();
    }
    code.setNia(address | 0);
    code.clearBranch();
  }

  /** Whether the block is what would be executed now. */
  #stands(block: Block): boolean {
    const { page, bytes, real, parameters } = block;
    const { code, translator } = this.#context;
    if (translator.exists && translator.realOf(block.address | 0) !== real) return false;
    for (let i = 0; i < parameters.length; i++)
      if (code.parms[this.#parameters[i]!] !== parameters[i]) return false;
    const from = real & (pageBytes - 1);
    for (let at = 0; at < bytes.length; at++) if (page[from + at] !== bytes[at]) return false;
    return true;
  }

  #make(address: number): Block | null {
    const { code, memory, translator, services, decode } = this.#context;
    const real = translator.realOf(address | 0);
    const page = memory.pageOf(real);
    if (!page) return null;
    const parts: BlockPart[] = [];
    // The whole of it must lie on one page of translation.
    let left = pieceBytes - (address & (pieceBytes - 1));
    for (let at = 0; parts.length < mostInstructions && left >= 4;) {
      const found = decode((address + at) >>> 0, (real + at) >>> 0);
      if (!found) break;
      const { instruction, word, bytes } = found;
      parts.push({ instruction, word, bytes, address: (address + at) | 0 });
      at += bytes;
      left -= bytes;
    }
    const before = parts.map((part) => this.#before(part.address >>> 0));
    const made = code.block(parts, (place) => before[place] !== undefined);
    if (!made) return null;
    const taken = parts.slice(0, made.length);
    const length = taken.reduce((sum, part) => sum + part.bytes, 0);
    const from = real & (pageBytes - 1);
    return {
      address,
      length: made.length,
      addresses: taken.map((part) => part.address >>> 0),
      words: taken.map((part) => part.word >>> 0),
      accessing: made.accesses,
      counts: new Int32Array(made.accesses.length),
      kept: undefined,
      code: made.code,
      instructions: taken.map((part) => part.instruction),
      before: before.map((one) => one ?? nothing),
      executed: 0,
      raises: made.facts.raises,
      table: services.table,
      follower: undefined,
      real,
      page,
      bytes: page.slice(from, from + length),
      parameters: this.#parameters.map((one) => code.parms[one]!),
      failures: 0,
    };
  }
}

const nothing = (): void => undefined;
