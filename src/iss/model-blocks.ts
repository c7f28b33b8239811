// Blocks of instructions of a described architecture, executed together: straight pieces of code that change registers and
// memory only, compiled into one function each. Nothing can be seen between their instructions, so a block runs only where
// nobody needs to look: the words are still those that it was made of, translation of instructions has nothing to do, no
// exception waits. An exception inside takes all of it back; its instructions then execute one by one.
import type { ArchitectureModel, Instruction } from "../machine/model.ts";
import { identifier } from "./model-code.ts";
import type { BlockCode, BlockPart, ModelCode } from "./model-code.ts";
import { RAISED } from "./model-services.ts";
import type { MachineServices } from "./model-services.ts";
import type { SparseMemory } from "./sparse-memory.ts";
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
  /** For whoever executes it, to keep what he makes of it. */
  kept: unknown;
}

interface Block extends ExecutedBlock {
  readonly code: BlockCode;
  readonly instructions: readonly Instruction[];
  readonly before: readonly (() => void)[];
  /** It may have to be taken back. */
  readonly mayFail: boolean;
  readonly real: number;
  /** Page of memory, place in it, and the bytes that stood there. */
  readonly page: Uint8Array;
  readonly bytes: Uint8Array;
  /** Values of the parameters that fetch depends on. */
  readonly parameters: readonly number[];
  failures: number;
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
  readonly #registers: Int32Array;
  readonly #overwritten: number[] = [];
  /** Parameters that what is fetched depends on. */
  readonly #parameters: readonly number[];
  readonly #hooked: boolean;
  readonly #hasWide: boolean;
  /** Something to be called before the instruction at an address. */
  #before: (address: number) => (() => void) | undefined = () => undefined;
  readonly possible: boolean;

  constructor(context: BlockContext) {
    this.#context = context;
    const { machine, code } = context;
    this.#hasWide = context.hasWide;
    this.#registers = new Int32Array(code.narrow.length);
    const { moments, mmu } = machine;
    const global = machine.memories.find((one) => one.name === "Mem");
    const fetchHooks = Object.values(global?.instructionRead ?? global?.read ?? {});
    const fetch = fetchHooks.map((hook) => code.facts.ofFunction(`k_${identifier(hook)}`));
    this.#parameters = [...new Set(fetch.flatMap((one) => one.parameters))];
    const named = [
      ...Object.values(global?.read ?? {}),
      ...Object.values(global?.write ?? {}),
      ...Object.values(mmu?.hooks ?? {}),
      ...(mmu?.lookups ?? []).flatMap((lookup) => [
        ...Object.entries(lookup.hooks).flatMap(([name, hook]) => (name === "reset" ? [] : [hook])),
        ...lookup.testSets.flatMap((set) => [
          ...(set.enable === undefined ? [] : [set.enable]),
          ...set.tests.flatMap((test) => (test.kind === "hook" ? [test.hook] : [])),
        ]),
      ]),
      ...(moments.addr_check === undefined ? [] : [moments.addr_check]),
      ...(moments.pre_fetch === undefined ? [] : [moments.pre_fetch]),
    ];
    this.#hooked = named.length > 0;
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
  }

  /** Executes the block at an address; undefined: nothing has happened, there is none or it cannot be done as one. */
  execute(address: number, most: number): ExecutedBlock | undefined {
    const { code, services, translator, last } = this.#context;
    const key = address + services.table * 0x100000000;
    let block = this.#blocks.get(key);
    if (block === null || (block && block.length > most)) return undefined;
    if (services.pending.length > 0 || services.delays || translator.changes(address | 0)) return undefined;
    if (!block || !this.#stands(block)) {
      if (this.#blocks.size > mostBlocks) this.#blocks = new Map();
      block = this.#make(address);
      this.#blocks.set(key, block);
      if (!block || block.length > most) return undefined;
    }
    services.counting = true;
    services.parts = 0;
    services.flag = 0;
    if (block.mayFail) {
      this.#registers.set(code.narrow);
      if (this.#hooked) translator.save();
      this.#overwritten.length = 0;
      services.overwritten = this.#overwritten;
      services.guardedFrom = block.real;
      services.guardedBytes = block.bytes.length;
    }
    const wide = block.mayFail && this.#hasWide ? [...code.wide] : undefined;
    const parameters = block.mayFail && this.#hooked ? Int32Array.from(code.parms) : undefined;
    code.clearBranch();
    try {
      block.code(block.counts, last, block.instructions, block.before);
    } catch (error) {
      if (error !== RAISED) throw error;
      services.pending.length = 0;
      services.takeBack();
      code.narrow.set(this.#registers);
      wide?.forEach((value, at) => (code.wide[at] = value));
      if (parameters) code.parms.set(parameters);
      if (this.#hooked) translator.restore();
      code.setNia(address | 0);
      code.clearBranch();
      if (++block.failures > mostFailures) this.#blocks.set(key, null);
      return undefined;
    } finally {
      services.counting = false;
      services.overwritten = undefined;
    }
    return block;
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
    const { code, memory, translator, decode } = this.#context;
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
      mayFail: made.facts.raises || made.stores || (this.#hooked && made.facts.accessesMemory),
      real,
      page,
      bytes: page.slice(from, from + length),
      parameters: this.#parameters.map((one) => code.parms[one]!),
      failures: 0,
    };
  }
}

const nothing = (): void => undefined;
