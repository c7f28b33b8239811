// What a simulator of a described machine takes and tells: the image that it starts from, its options, the last step.
import type { Instruction, IsaModel } from "../machine/model.ts";
import type { CacheOperation, Caches } from "./caches.ts";
import type { ExecutedBlock } from "./model-blocks.ts";

/** State before the first instruction. */
export interface PlainImage {
  readonly memory: readonly {
    readonly memory?: string;
    readonly address: number;
    readonly bytes: Uint8Array;
  }[];
  readonly registers: readonly {
    readonly name: string;
    readonly index?: number;
    /** The context that it is a register of; absent: the active one. */
    readonly context?: { readonly name: string; readonly which: number };
    readonly value: bigint | string;
  }[];
  /** Entries of translation tables, and of caches. */
  readonly translations?: readonly EntryImage[];
  readonly cacheLines?: readonly EntryImage[];
}

export interface EntryImage {
  readonly name: string;
  readonly set: number;
  readonly way: number;
  readonly fields: Readonly<Record<string, bigint>>;
  /** What a cache's line holds, in words; absent: what memory has. */
  readonly words?: readonly number[];
}

export interface ModelOptions {
  /** Keep the accesses of each instruction in `last` (default true). */
  readonly accesses?: boolean;
  /** Call pre_cycle and post_cycle once for each instruction (default true); a timing model calls them itself. */
  readonly cycleHooks?: boolean;
  /** Takes the cache operations of instructions, for a timing model; absent: they happen at once. */
  readonly cacheOperation?: (operation: CacheOperation) => void;
  /** Answers the architecture's system calls; absent: there are none. */
  readonly systemCall?: (code: number, values: readonly number[]) => number;
}

export interface MemoryAccess {
  readonly kind: "read" | "write" | "fetch" | "cache";
  readonly effective: number;
  /** −1 when the access raised an exception before it got there. */
  real: number;
  readonly bytes: number;
}

/** What the last step did. The object is the same in every step. */
export interface LastStep {
  address: number;
  /** The instruction word at the left end of 32 bits. */
  word: number;
  /** The words behind the first, of an instruction that has more. */
  more: readonly number[];
  /** Bytes of the instruction; 0 when it could not be fetched. */
  bytes: number;
  /** Undefined when nothing was decoded. */
  instruction: Instruction | undefined;
  next: number;
  exception: string | undefined;
  accesses: MemoryAccess[];
  /** Present when the action, or the handler of an exception, set the next address. */
  branch: { taken: boolean; target: number } | undefined;
}

export interface ModelSimulator {
  readonly isa: IsaModel;
  readonly last: LastStep;
  /** Caches of the description, for a timing model. */
  readonly caches: Caches;
  pc(): number;
  halted(): boolean;
  instructions(): number;
  /**
   * Executes several instructions as one, without the looks between them that hooks and `last` give; undefined: nothing has
   * happened, the next one is for step(). At most `most`.
   */
  executeBlock(most: number): ExecutedBlock | undefined;
  /** Has what is given for an address called before the instruction there, in blocks; a register's bits, up to 32 of them. */
  callBefore(before: (address: number) => (() => void) | undefined): void;
  lowBits(name: string, index: number | undefined): number;
  branched(): boolean;
  /** Pieces that accesses of up to four bytes are counted in, in blocks. */
  countPieces(bytes: number): void;
  /** Executes one instruction, or takes an exception. Does nothing when halted. Fails: BW0301, BW0306, BW0307, BW0334. */
  step(): void;
  /** A register, an element of a register file, the program counter or a parameter, through its hooks. */
  register(name: string, index?: number): bigint;
  /**
   * What a register holds, by any name that an image has for it, without its hooks unless it has no bits of its own;
   * undefined: there is no such register.
   */
  stored(
    name: string,
    index?: number,
    context?: { readonly name: string; readonly which: number },
  ): bigint | undefined;
  setRegister(name: string, index: number | undefined, v: bigint): void;
  hasRegister(name: string): boolean;
  readMemory(address: number, length: number): Uint8Array;
  /** Bytes of a memory of its own; undefined: there is none of that name, or they lie outside. */
  readLocal(memory: string, address: number, length: number): Uint8Array | undefined;
  /** Memory as it is behind caches, which hold what instructions have written there and not yet written back. */
  readBehindCaches(address: number, length: number): Uint8Array;
  writeMemory(address: number, bytes: Uint8Array): void;
  /** The entry of a translation table, field by field. */
  translation(table: string, set: number, way: number): Readonly<Record<string, bigint>>;
  /** Calls pre_cycle or post_cycle, when cycleHooks is off, or what a configuration has called after the run. */
  cycle(which: "pre_cycle" | "post_cycle" | "post_sim"): void;
  /** Real address that instructions of an address are fetched from, −1 where that would raise an exception. */
  instructionAddress(address: number): number;
  /** A number that stays the same as long as instructionAddress does, where instructionChanges says false. */
  view(): number;
  /** Whether asking for an address has an effect on what others are translated to, or on registers. */
  instructionChanges(address: number): boolean;
  /** Raises an exception from outside, as an interrupt; handled before the next instruction. */
  interrupt(exception: string): void;
  /** Takes back an interrupt that waits because it is not enabled. */
  cancelInterrupt(exception: string): void;
  externalFlag(): number;
}
