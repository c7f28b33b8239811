// What is known of each instruction word before it runs: its class, its operands, its size. Decoded once per address.
import { createDecoder } from "../../isa/index.ts";
import type { Instruction } from "../../machine/model.ts";
import { chooseClasses } from "../classes.ts";
import type { FieldReader } from "../hazards.ts";
import { accessesOf, readField } from "../static-code.ts";
import { functionNames, helpersOf } from "./actions.ts";
import type { OsmLayout } from "./layout.ts";
import { resolveOperands } from "./operands.ts";
import type { OperandWord } from "./operands.ts";
import { resolveWordOperands } from "./word-hazards.ts";

export interface WordFacts {
  readonly address: number;
  readonly word: number;
  readonly instruction: Instruction | undefined;
  readonly bytes: number;
  /** −1: no class covers the word. */
  readonly classIndex: number;
  readonly operands: readonly OperandWord[];
  /** By the class's function names: number of the helper. */
  readonly functions: readonly number[];
  /** Data accesses that one execution makes as far as the word tells. */
  readonly accesses: number;
}

/** Of a word that no class covers. */
const noFacts = { operands: [], functions: [], accesses: 0 };

/** `word`: the 32 bits from the address on; shorter instructions stand at their left. */
export function createWordDecoder(layout: OsmLayout): (address: number, word: number) => WordFacts {
  const { isa, pipeline } = layout.model;
  const words = createDecoder(isa);
  const { plain, classOf } = chooseClasses(pipeline);
  return (address, word) => {
    const instruction = isa.instructions[words.decode(word)];
    const read: FieldReader = (name) => readField(isa, word, name);
    const classIndex = instruction ? classOf(instruction, read) : (plain.get("decode_miss") ?? -1);
    const one = pipeline.classes[classIndex];
    const bytes = instruction ? (instruction.width ?? 32) / 8 : layout.maxInstructionBytes;
    const unknown = { address, word, instruction, bytes, classIndex, ...noFacts };
    if (!one || !instruction) return unknown;
    const operands = layout.units
      ? resolveWordOperands(isa, one, instruction, word, read, layout.units)
      : resolveOperands(one, instruction, read, layout.registers);
    return {
      ...unknown,
      operands,
      functions: functionNames(one).map((name) => {
        const helper = one.functionOverrides[instruction.name]?.[name] ?? one.functions[name] ?? "";
        return Math.max(0, helpersOf(one, name).indexOf(helper));
      }),
      accesses: accessesOf(instruction, read),
    };
  };
}
