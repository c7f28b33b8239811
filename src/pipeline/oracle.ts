// The oracle of the correct path. The pipeline only keeps time ("safe mode"): which instructions execute, where
// branches go and what operands hold comes from here, one instruction at a time, in program order.
// Two oracles exist: the functional simulator, for whole programs, and a script of addresses, which executes nothing and
// is what block pairs are characterised with.
import type { Iss } from "../iss/iss-types.ts";

export interface Oracle {
  /** Address of the first instruction, or -1 when there is none. */
  start(): number;
  /** Executes the current instruction. Returns the address of the next one, or -1 when the path has ended. */
  step(): number;
  /** Latency to use for the current instruction if its class's latency depends on operand values; -1: take the values. */
  forcedLatency(base: number): number;
  /** Value of a register before the current instruction executes, unsigned 32-bit. */
  registerValue(name: string, index: number): number;
  /** Address of the last data access of the instruction that step() executed, unsigned; -1 when it had none. */
  dataAddress(): number;
  /** Whether the instruction that step() executed is a taken branch, if the oracle knows of those to the next word. */
  jumped(): boolean;
}

/** Runs a whole program on the functional simulator. */
export function createIssOracle(iss: Iss): Oracle {
  const state = iss.state;
  return {
    start: () => (iss.exited ? -1 : state.pc),
    step: () => {
      iss.step();
      return iss.exited ? -1 : state.pc;
    },
    forcedLatency: () => -1,
    dataAddress: () => iss.dataAddress,
    jumped: () => iss.jumped,
    registerValue: (name, index) => {
      switch (name) {
        case "GPR":
          return state.gpr[index]! >>> 0;
        case "CR":
          return state.cr >>> 0;
        case "XER":
          return state.xer >>> 0;
        case "LR":
          return state.lr >>> 0;
        case "CTR":
          return state.ctr >>> 0;
        default:
          return 0;
      }
    },
  };
}

/** A script of addresses with, at each position, the latency of an instruction whose latency depends on its operands. */
export interface ScriptedOracle extends Oracle {
  /** `forced`: position → latency in cycles as the class's action sets it; others take the instruction's base latency. */
  load(path: ArrayLike<number>, forced?: ReadonlyMap<number, number>): void;
}

export function createScriptedOracle(): ScriptedOracle {
  let path: ArrayLike<number> = [];
  let length = 0;
  let position = 0;
  let latencies: ReadonlyMap<number, number> | undefined;
  return {
    load(newPath, forced) {
      path = newPath;
      length = newPath.length;
      position = 0;
      latencies = forced;
    },
    start: () => (length === 0 ? -1 : path[0]!),
    step: () => {
      position++;
      return position < length ? path[position]! : -1;
    },
    forcedLatency: (base) => {
      const forced = latencies?.get(position);
      return forced === undefined ? base : forced;
    },
    registerValue: () => 0,
    dataAddress: () => -1,
    jumped: () => false,
  };
}
