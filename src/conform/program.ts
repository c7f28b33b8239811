// Programs of an architecture whose instructions make system calls. An executable runs with its stack, heap and system calls
// on the functional simulator that `blockwatt run` and `reference` use; a plain image has no operating system, and its first
// system call ends it.
import { DiagnosticError } from "../base/diagnostic.ts";
import type { ElfFile } from "../elf/index.ts";
import { createDecoder, extractField } from "../isa/index.ts";
import { createIss } from "../iss/index.ts";
import type { Iss, ModelSimulator, ProgramIo } from "../iss/index.ts";
import type { Instruction, IsaModel } from "../machine/model.ts";
import { createIssOracle } from "../pipeline/index.ts";
import type { SteppedSimulator } from "../pipeline/index.ts";

/** Whether some instruction makes a system call: the extension of the language that programs end by. */
export function runsPrograms(isa: IsaModel): boolean {
  return isa.instructions.some(makesSystemCall);
}

/**
 * Runs an executable. An access is told as the cycle engine for whole programs has it: once for each register that is
 * loaded or stored, and never in two parts. Fails: BW0301 to BW0308 as it runs.
 */
export function programSimulator(isa: IsaModel, elf: ElfFile, io: ProgramIo): SteppedSimulator {
  const iss = createIss(isa, elf, io);
  const registers = createIssOracle(iss);
  const decoder = createDecoder(isa);
  let last: SteppedSimulator["last"] = { address: 0, word: 0, bytes: 0, next: 0, accesses: [] };
  return {
    pc: () => iss.state.pc >>> 0,
    halted: () => iss.exited,
    step: () => {
      const address = iss.state.pc >>> 0;
      const word = iss.wordAt(address);
      iss.step();
      const next = iss.state.pc >>> 0;
      const instruction = isa.instructions[decoder.decode(word)];
      last = {
        address,
        word,
        bytes: 4,
        next,
        accesses: accessesOf(isa, instruction, word, iss.dataAddress),
        ...(instruction?.branch ? { branch: { taken: next !== (address + 4) >>> 0, target: next } } : {}),
      };
    },
    get last() {
      return last;
    },
    register: (name, index) => BigInt(registers.registerValue(name, index ?? 0)),
    lowBits: (name, index) => registers.registerValue(name, index ?? 0),
    readMemory: (address, bytes) => readBytes(iss, address, bytes),
  };
}

/** A plain image: the first system call ends it. */
export function withoutSystem(simulator: ModelSimulator, isa: IsaModel): SteppedSimulator {
  const decoder = createDecoder(isa);
  const calls = isa.instructions.map(makesSystemCall);
  let ended = false;
  return {
    pc: () => simulator.pc(),
    halted: () => ended || simulator.halted(),
    step: () => {
      simulator.step();
      if (calls[decoder.decode(simulator.last.word)] === true) ended = true;
    },
    get last() {
      return simulator.last;
    },
    register: (name, index) => simulator.register(name, index),
    readMemory: (address, bytes) => simulator.readMemory(address, bytes),
    lowBits: (name, index) => simulator.lowBits(name, index),
    // A system call is in none of them.
    blocks: simulator,
  };
}

function makesSystemCall({ action }: Instruction): boolean {
  return JSON.stringify(action, (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  ).includes('"system_call"');
}

/** Words outside the program, which fetch may ask for on a wrong path, are 0. */
function readBytes(iss: Iss, address: number, bytes: number): Uint8Array {
  try {
    return iss.readBytes(address, bytes);
  } catch (error) {
    if (error instanceof DiagnosticError) return new Uint8Array(bytes);
    throw error;
  }
}

function accessesOf(
  isa: IsaModel,
  instruction: Instruction | undefined,
  word: number,
  address: number,
): SteppedSimulator["last"]["accesses"] {
  if (!instruction?.memory || address < 0) return [];
  const list = [...instruction.targets, ...instruction.sources].find((use) => use.upToLast === true);
  const field = list?.field === undefined ? undefined : isa.fields[list.field];
  const count = field ? 32 - extractField(field, word) : 1;
  const aligned = address - (address % 4);
  const one = {
    kind: instruction.memory.kind === "store" ? "write" : "read",
    effective: aligned,
    real: aligned,
    bytes: 4,
  } as const;
  return Array.from({ length: count }, () => one);
}
