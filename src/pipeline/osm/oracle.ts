// What the pipeline asks of whoever executes the program: one instruction at a time, in program order.
import type { BlockSimulator } from "./block-runs.ts";
import type { MemoryAccess, CacheHint } from "../memory/request.ts";

export interface OsmOracle {
  /** Address of the first instruction, or −1 when there is none. */
  start(): number;
  /** Executes the current instruction. Returns the address of the next one, or −1 when the program has ended. */
  step(): number;
  /** Value of a register before the current instruction executes, unsigned. */
  registerValue(name: string, index: number): number;
  /** The rest is about the instruction that step() executed last. Without `taken`, the instruction's word must do. */
  taken?(): boolean;
  /** It has raised an exception; the next address is the handler's. */
  raised?(): boolean;
  /** It has stopped the program. */
  halted?(): boolean;
  accessCount?(): number;
  accesses?(): MemoryAccess[];
  /** Its word, the 32 bits from its address on. */
  word?(): number;
  /** Whether instructions cannot be fetched from there. */
  fetchFault?(address: number, bytes: number): boolean;
  /** The beginning and the end of each cycle; absent: nothing looks at cycles. */
  cycle?(which: "pre_cycle" | "post_cycle"): void;
  /**
   * Present when the instructions executed are all that the pipeline sees of the program. A number: what `fetchFault` says
   * stays the same as long as it does, where `fetchChanges` says false.
   */
  view?(): number;
  /** Address of the instruction that executes next; present with `view`. */
  next?(): number;
  /** What executes several instructions as one, and how many it may; absent: each executes by itself. */
  readonly blocks?: {
    readonly simulator: BlockSimulator;
    left(): number;
    executed(count: number): void;
  };
  /** Whether a question for this address changes what others get for answers. */
  fetchChanges?(address: number): boolean;
  fetchHint?(address: number): CacheHint | undefined;
}
