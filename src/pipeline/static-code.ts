// Static code: what the pipeline knows of each instruction word before it runs: its class, the hazard units of its
// operands, where it branches and how static prediction goes. Decoded once per address and kept.
import type { Instruction, IsaModel, PipelineModel } from "../machine/model.ts";
import { createDecoder, extractField, fieldOf, fieldValue, instructionOfWord } from "../isa/index.ts";
import { createPredictor } from "./prediction.ts";
import { resolveOperands, operandNames } from "./classes.ts";
import type { ClassTable, ResolvedOperand } from "./classes.ts";
import type { FieldReader, HazardUnits } from "./hazards.ts";

/** Executable code by address: words of contiguous pieces. Addresses are unsigned multiples of 4. */
export interface CodeImage {
  readonly pieces: readonly { readonly address: number; readonly words: Uint32Array }[];
}

export interface StaticCode {
  readonly address: number;
  readonly word: number;
  readonly instruction: Instruction | undefined;
  /** Index into the pipeline's classes; -1: an unknown word or an instruction without class. */
  readonly classIndex: number;
  /** In the order of `operandNames` of the class. */
  readonly operands: readonly ResolvedOperand[];
  /** Target of a direct branch; -1 for others. */
  readonly target: number;
  /** Direction that static prediction gives; a taken branch may still go on in sequence. */
  readonly predictedTaken: boolean;
  /** Whether it is a branch that its word says is always taken. */
  readonly alwaysTaken: boolean;
  /** Address that static prediction continues at. */
  readonly predictedNext: number;
  /** Memory accesses that one execution makes: registers of a multiple, else 1. */
  readonly accesses: number;
}

/** Raw bits of a field in a word; 0 when the instruction set has no such field. */
export function readField(isa: IsaModel, word: number, name: string): number {
  const field = isa.fields[name];
  return field ? extractField(field, word) : 0;
}

/** Where a branch goes when taken, if the word says so: -1 for no branch and for branches to a register. */
export function branchTarget(isa: IsaModel, instruction: Instruction, word: number, address: number): number {
  const target = instruction.branch?.target;
  if (!target || !("field" in target)) return -1;
  return fieldValue(fieldOf(isa, target.field), word, target.relative ? address : 0) >>> 0;
}

export interface StaticDecoder {
  decode(address: number, word: number): StaticCode;
}

export function createStaticDecoder(
  isa: IsaModel,
  pipeline: PipelineModel,
  classes: ClassTable,
  units: HazardUnits,
): StaticDecoder {
  const words = createDecoder(isa);
  const names = pipeline.classes.map(operandNames);
  const predict = createPredictor(isa, pipeline);
  return {
    decode(address, word) {
      const instruction = isa.instructions[words.decode(word)];
      const sequential = (address + 4) >>> 0;
      if (!instruction) return unknownWord(address, word, sequential);
      const read: FieldReader = (field) => readField(isa, word, field);
      const classIndex = classes.classOf(instruction, read);
      if (classIndex < 0) return unknownWord(address, word, sequential);
      // Registers that this word's fields rule out are no hazards: a branch that only counts reads no condition.
      const used = instructionOfWord(isa, instruction, word);
      const resolved = resolveOperands(pipeline.classes[classIndex]!, used, read, units);
      const target = branchTarget(isa, instruction, word, address);
      const predictedTaken = predict(instruction, word, address, target);
      return {
        address,
        word,
        instruction,
        classIndex,
        operands: names[classIndex]!.map((name) => resolved.get(name) ?? missing),
        target,
        predictedTaken,
        alwaysTaken: instruction.branch !== undefined && isAlwaysTaken(instruction, used),
        predictedNext: predictedTaken ? target : sequential,
        accesses: accessesOf(instruction, read),
      };
    },
  };
}

const missing: ResolvedOperand = { units: [], registers: [], fieldValue: 0, immediate: true };

function unknownWord(address: number, word: number, sequential: number): StaticCode {
  return {
    address,
    word,
    instruction: undefined,
    classIndex: -1,
    operands: [],
    target: -1,
    predictedTaken: false,
    alwaysTaken: false,
    predictedNext: sequential,
    accesses: 0,
  };
}

/** A branch that reads neither a condition nor a count. `used`: what the word reads, of what the instruction can. */
function isAlwaysTaken(instruction: Instruction, used: Pick<Instruction, "sources" | "targets">): boolean {
  const target = instruction.branch!.target;
  const through = "register" in target ? target.register : "";
  const conditions = used.sources.filter((use) => use.name !== through);
  return conditions.length === 0 && !used.targets.some((use) => use.name === through && use.name === "CTR");
}

/** Memory accesses of one execution, as far as the word tells: registers of a multiple, else 1. */
export function accessesOf(instruction: Instruction, read: FieldReader): number {
  if (!instruction.memory) return 0;
  const list = [...instruction.targets, ...instruction.sources].find((use) => use.upToLast === true);
  if (!list?.field) return 1;
  return 32 - read(list.field);
}
