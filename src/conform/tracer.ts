// What each instruction of a run did, gathered for a written result: its text, the registers that it changed, its accesses.
// Changed registers are found by comparing state before and after, which is slow and only done for a written trace.
import type { FinalRegister, TracedInstruction } from "../dat/index.ts";
import { createDisassembler } from "../isa/index.ts";
import type { IsaModel } from "../machine/model.ts";
import type { ComparedMachine, ExecutedInstruction } from "./compare.ts";

interface Watched {
  readonly name: string;
  readonly index?: number;
  readonly width: number;
}

export interface Tracer {
  /** To be called after each instruction. */
  readonly note: (one: ExecutedInstruction) => void;
  readonly instructions: readonly TracedInstruction[];
  /** Registers that are not 0 now. */
  readonly finals: () => readonly FinalRegister[];
}

export function createTracer(isa: IsaModel, machine: ComparedMachine): Tracer {
  const disassembler = createDisassembler(isa);
  const watched: Watched[] = [];
  for (const { name, width, hooks } of Object.values(isa.registers)) {
    // Reading a register with a hook may do something; the instruction address is told anyway.
    if (hooks === undefined && name !== isa.machine?.counters.cia) watched.push({ name, width });
  }
  for (const { name, size, width, entries, hooks } of Object.values(isa.registerFiles)) {
    // Elements of a sparse file are registers of their own.
    if (hooks !== undefined || Object.keys(entries).length > 0) continue;
    for (let index = 0; index < size; index++) watched.push({ name, index, width });
  }
  const valueOf = ({ name, index }: Watched): bigint => machine.register(name, index) ?? 0n;
  const before = watched.map(valueOf);
  const instructions: TracedInstruction[] = [];
  const word = (address: number): { address: number; value: number } => {
    const aligned = address - (address % 4);
    return { address: aligned, value: machine.memoryWord(aligned, 4) ?? 0 };
  };
  return {
    instructions,
    note(one) {
      const registers: { name: string; index?: number; value: bigint }[] = [];
      watched.forEach((each, at) => {
        const value = valueOf(each);
        if (value === before[at]) return;
        before[at] = value;
        const { name, index } = each;
        registers.push({ name, ...(index === undefined ? {} : { index }), value });
      });
      instructions.push({
        address: one.address,
        word: one.word,
        bytes: one.bytes,
        ...(one.bytes === 4 ? { assembly: disassembler.disassemble(Number(one.word), one.address) } : {}),
        registers,
        accesses: one.accesses
          .filter(({ kind }) => kind === "read" || kind === "write")
          .map(({ kind, effective, real, bytes }) => ({
            kind: kind === "write" ? "write" : "read",
            address: effective,
            bytes,
            words: [word(real)],
          })),
        ...(one.target === undefined ? {} : { target: one.target }),
        ...(one.exception === undefined ? {} : { exception: one.exception }),
      });
    },
    finals: () => watched.flatMap((each, at) => (before[at] === 0n ? [] : [{ ...each, value: before[at]! }])),
  };
}
