// What the compiled code of an instruction set offers to its simulator (model-code.ts makes it).
import type { Instruction } from "../machine/model.ts";
import type { CodeFacts, FactFinder } from "./block-facts.ts";

/** What generated code calls; `bigint` for values of more than 32 bits, int32 otherwise. */
export type CodeValue = number | bigint;

/** Executes one instruction: sets the next address when it branches. */
export type InstructionCode = () => void;

/** An instruction of a block. */
export interface BlockPart {
  readonly instruction: Instruction;
  /** Its bits at the left end of 32. */
  readonly word: number;
  readonly address: number;
  readonly bytes: number;
}

/**
 * Executes the instructions of a block; the next address is set behind it. `counts` gets the number of accesses of each
 * instruction that has some; `last` and `instructions`: where the one that executes is noted; `before`: called before the
 * instruction at the same place. Returns how many have executed: not all where a store has changed one of them.
 */
export type BlockCode = (
  counts: Int32Array,
  last: { instruction: Instruction | undefined },
  instructions: readonly Instruction[],
  before: readonly (() => void)[],
) => number;

export interface CompiledBlock {
  readonly code: BlockCode;
  /** Parts that it has. */
  readonly length: number;
  /** Whether it stores to memory. */
  readonly stores: boolean;
  readonly facts: CodeFacts;
  /** Positions of the instructions that access memory. */
  readonly accesses: readonly number[];
}

export interface ModelCode {
  readonly narrow: Int32Array;
  readonly wide: bigint[];
  readonly parms: Int32Array;
  /** Helpers and hooks by name. */
  readonly functions: ReadonlyMap<string, (...values: CodeValue[]) => CodeValue>;
  /**
   * Compiles as many of the parts as can be executed together; undefined: not even the first. `isAsked`: something is called
   * before the part at a place.
   */
  block(parts: readonly BlockPart[], isAsked: (place: number) => boolean): CompiledBlock | undefined;
  readonly facts: FactFinder;
  readonly makers: readonly ((fields: readonly number[]) => InstructionCode)[];
  readRegister(name: string): CodeValue;
  writeRegister(name: string, v: CodeValue): void;
  readElement(file: string, index: number): CodeValue;
  writeElement(file: string, index: number, v: CodeValue): void;
  getCia(): number;
  setCia(address: number): void;
  getNia(): number;
  setNia(address: number): void;
  /** Whether the code branched since the last call of clearBranch. */
  branched(): boolean;
  clearBranch(): void;
}
