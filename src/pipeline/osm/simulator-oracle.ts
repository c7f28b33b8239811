// An oracle that runs a simulator of an instruction set, one instruction at a time.
import { cacheAccess } from "../../iss/cache-array.ts";
import type { MemoryAccess } from "../memory/request.ts";
import { splitAccess } from "../memory/split-access.ts";
import type { BlockSimulator } from "./block-runs.ts";
import type { CodeWords } from "./engine.ts";
import type { OsmOracle } from "./oracle.ts";

/** What is asked of the simulator. */
export interface SteppedSimulator {
  pc(): number;
  halted(): boolean;
  step(): void;
  readonly last: {
    readonly address: number;
    readonly word: number;
    readonly bytes: number;
    readonly next: number;
    readonly exception?: string | undefined;
    readonly branch?: { readonly taken: boolean; readonly target: number } | undefined;
    readonly accesses: readonly {
      readonly kind: "read" | "write" | "fetch" | "cache";
      readonly effective: number;
      readonly real: number;
      readonly bytes: number;
    }[];
  };
  register(name: string, index?: number): bigint;
  readMemory(address: number, bytes: number): Uint8Array;
  /** Absent: addresses are real ones. */
  instructionAddress?(address: number): number;
  /** Present with it: what is to be seen of translation, as a number, and whether asking for an address changes it. */
  view?(): number;
  instructionChanges?(address: number): boolean;
  cycle?(which: "pre_cycle" | "post_cycle"): void;
  /** Present when it can execute several instructions as one; the pieces that accesses are then counted in. */
  readonly blocks?: BlockSimulator & { countPieces(bytes: number): void };
  /** A register's lowest 32 bits; absent: `register` says. */
  lowBits?(name: string, index: number | undefined): number;
}

/** Who is told of executed instructions. */
export interface StepListener {
  /** Called after each instruction. */
  step(): void;
  /** Present when several may be executed as one: how many, and that so many were. */
  readonly several?: { left(): number; executed(count: number): void };
}

/** `splitBytes`: boundaries that accesses of up to four bytes are split at. */
export function createSimulatorOracle(
  simulator: SteppedSimulator,
  isRegisterFile: (name: string) => boolean,
  listener: StepListener = { step: () => undefined },
  splitBytes = 4,
): OsmOracle {
  const { blocks } = simulator;
  blocks?.countPieces(splitBytes);
  type Reported = SteppedSimulator["last"]["accesses"];
  let reported: Reported = [];
  let parts: MemoryAccess[] | undefined;
  const isOfData = ({ kind, real }: Reported[number]): boolean =>
    kind !== "fetch" && kind !== "cache" && real >= 0;
  const accesses = (): MemoryAccess[] => {
    if (parts) return parts;
    parts = [];
    for (const one of reported) {
      if (!isOfData(one)) continue;
      for (const part of splitAccess(one.effective, one.real, one.bytes, splitBytes)) {
        parts.push({
          kind: one.kind === "write" ? cacheAccess.CacheWrite : cacheAccess.CacheRead,
          ...part,
          serialized: 0,
          hint: undefined,
          set: -1,
          way: -1,
          request: -1,
          at: undefined,
        });
      }
    }
    return parts;
  };
  /** As many as there are parts, without making them. */
  const accessCount = (): number => {
    let count = 0;
    for (let at = 0; at < reported.length; at++) {
      const one = reported[at]!;
      if (!isOfData(one)) continue;
      const grain = one.bytes > 4 ? 8 : splitBytes;
      count += Math.ceil(((one.effective % grain) + one.bytes) / grain);
    }
    return count;
  };
  return {
    start: () => (simulator.halted() ? -1 : simulator.pc()),
    step: () => {
      simulator.step();
      reported = simulator.last.accesses;
      parts = undefined;
      listener.step();
      return simulator.halted() ? -1 : simulator.pc();
    },
    registerValue: (name, index) =>
      simulator.lowBits?.(name, isRegisterFile(name) ? index : undefined) ??
      Number(
        BigInt.asUintN(32, isRegisterFile(name) ? simulator.register(name, index) : simulator.register(name)),
      ),
    taken: () => simulator.last.branch?.taken ?? false,
    raised: () => simulator.last.exception !== undefined,
    halted: () => simulator.halted(),
    accessCount,
    accesses,
    word: () => simulator.last.word,
    view: simulator.view ? () => simulator.view!() : () => 0,
    next: () => simulator.pc(),
    ...(blocks && listener.several ? { blocks: { simulator: blocks, ...listener.several } } : {}),
    ...(simulator.instructionAddress
      ? {
          fetchFault: (address: number) => simulator.instructionAddress!(address) < 0,
          fetchChanges: (address: number) => simulator.instructionChanges?.(address) ?? true,
        }
      : {}),
    ...(simulator.cycle ? { cycle: (which: "pre_cycle" | "post_cycle") => simulator.cycle!(which) } : {}),
  };
}

/** The words of a simulator's memory as they are when the pipeline first meets them. */
export function wordsOfSimulator(simulator: SteppedSimulator, start = 0, end = 0): CodeWords {
  return {
    start,
    end,
    word: (effective) => {
      const address = simulator.instructionAddress ? simulator.instructionAddress(effective) : effective;
      if (address < 0) return 0;
      const bytes = simulator.readMemory(address, 4);
      return (
        (((bytes[0] ?? 0) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) >>> 0
      );
    },
  };
}
