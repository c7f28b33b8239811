// What the functional simulator offers to the pipeline model, the verifier and the command line.

import type { GuestFiles } from "./guest-files.ts";

/** The program's side of the outside world; nothing else of the host is reachable. */
export interface ProgramIo {
  /** argv; args[0] is the program's name. */
  readonly args: readonly string[];
  /** `NAME=value` each. */
  readonly environment?: readonly string[];
  /** A function is asked when the program reads first. */
  readonly stdin?: Uint8Array | (() => Uint8Array);
  /** Called with the bytes of each write to descriptor 1 or 2; the bytes may be kept. */
  write(descriptor: number, bytes: Uint8Array): void;
  /** The program's files; none but an empty `/tmp` by default. A run changes them. */
  readonly files?: GuestFiles;
}

export interface IssOptions {
  /** Count control-flow edges (see Profile). Costs some speed. */
  readonly profile?: boolean;
  /** Bytes of heap and stack above the program's last segment. Default 64 MiB. */
  readonly heapBytes?: number;
  /** Instructions that fault unless the addresses of words and doublewords that they access are multiples of four. */
  readonly wordAligned?: readonly string[];
  /** Time in nanoseconds since the start, for clock system calls and the time base. Default: 1 ns × instructions. */
  readonly nanoseconds?: () => number;
  /** Ticks of the time base. Default: instructions executed. */
  readonly timeBase?: () => bigint;
}

/** Registers. All values are int32; unsigned ones are `>>> 0`. Changes take effect at the next instruction. */
export interface MachineState {
  readonly gpr: Int32Array;
  cr: number;
  xer: number;
  lr: number;
  ctr: number;
  /** Address of the next instruction, unsigned; of the last one when the program has exited. */
  pc: number;
}

/** Execution counts; exact, and readable at any time between `run` calls. Addresses are unsigned. */
export interface Profile {
  /** Executions of the instruction at `address`. */
  executions(address: number): number;
  /** Every executed control transfer: from the branch instruction's address to the next pc (taken or not). */
  edges(): { readonly from: number; readonly to: number; readonly count: number }[];
}

export interface Iss {
  readonly state: MachineState;
  /** Instructions executed so far; exact after run() and step(). */
  readonly instructions: number;
  readonly exited: boolean;
  readonly exitCode: number;
  /** Runs until the program exits or `limit` more instructions have been executed (exact). Returns true when it exited.
   *  Throws DiagnosticError BW0301 to BW0305 with the pc. */
  run(limit?: number): boolean;
  /** Executes exactly one instruction at state.pc. */
  step(): void;
  /** Address of the last data access of the last step(), unsigned, for the reference pipeline; -1 when it had none. */
  readonly dataAddress: number;
  /** Whether the last step() named the next address itself: a branch that was taken, to the following word even. */
  readonly jumped: boolean;
  readBytes(address: number, length: number): Uint8Array;
  writeBytes(address: number, bytes: Uint8Array): void;
  /** Instruction word at an address; throws BW0305 outside the program's code. */
  wordAt(address: number): number;
  readonly profile: Profile;
}
