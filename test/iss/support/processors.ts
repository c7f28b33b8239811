// Which registers an instruction is tried with, and which of QEMU's processors has it: the one that the comparisons of
// test/iss/qemu.test.ts and `npm run compare-isa` share.
import type { Instruction } from "../../../src/machine/model.ts";

/** What there is besides r0 to r30, CR, XER, LR and CTR: floating-point registers, or upper halves of the general ones. */
export type StateKind = "integer" | "float" | "spe";

export interface Processor {
  readonly kind: StateKind;
  /** QEMU's name; undefined: the one that it takes by itself. */
  readonly cpu: string | undefined;
}

/** Instructions that QEMU's usual processor lacks. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  isel: "e500v2",
  mbar: "e500v2",
  dcba: "7400",
  icbt: "440ep",
};

export function processorOf(instruction: Instruction): Processor {
  const chapter = chapterOf(instruction);
  if (chapter.startsWith("floating-point")) return { kind: "float", cpu: "7400" };
  if (/^(spe|efp)(-|$)/.test(chapter)) return { kind: "spe", cpu: "e500v2" };
  return { kind: "integer", cpu: ELSEWHERE[instruction.name] };
}

/** Instructions that LLVM 22 has no or a wrong encoding for, or prints otherwise. */
export const UNKNOWN_TO_LLVM: ReadonlySet<string> = new Set(
  "lswx stswx mcrxr mtfsb0. mtfsb1. evsel evfscfui evfsctuf evfsctuiz".split(" "),
);

/** The file that describes the instruction, without its extension. */
export function chapterOf(instruction: Instruction): string {
  return /([\w-]+)\.adl$/.exec(instruction.place.file)?.[1] ?? "";
}

/** Instructions in groups that can be in one program: of a chapter, on the same processor. */
export function groupsOf(instructions: readonly Instruction[]): Map<string, Instruction[]> {
  const groups = new Map<string, Instruction[]>();
  for (const instruction of instructions) {
    const { cpu } = processorOf(instruction);
    const name = instruction.name in ELSEWHERE ? `${instruction.name} on ${cpu}` : chapterOf(instruction);
    groups.set(name, [...(groups.get(name) ?? []), instruction]);
  }
  return groups;
}
