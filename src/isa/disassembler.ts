// Instruction words as assembly text, as llvm-objdump -d prints it: the aliases of the description, then the readable
// spellings whose operands are computed (mr, slwi …), which a description's constant constraints cannot say.
import type { Instruction, InstructionField, IsaModel } from "../machine/model.ts";
import { createDecoder, hex8 } from "./decoder.ts";
import { extractField, fieldOf, fieldValue } from "./fields.ts";

export interface Disassembler {
  /** Text of one word, e.g. `addi 3, 4, -7`. A word that is no instruction gives `.long 0x…`. */
  disassemble(word: number, address: number): string;
}

export function createDisassembler(isa: IsaModel): Disassembler {
  const decoder = createDecoder(isa);
  return {
    disassemble(word, address) {
      const instruction = isa.instructions[decoder.decode(word)];
      if (!instruction) return `.long 0x${hex8(word)}`;
      const read = (name: string): number => extractField(fieldOf(isa, name), word);
      const short = readableSpelling(instruction, read);
      if (short !== undefined) return short;
      const alias = instruction.aliases.find((a) =>
        Object.entries(a.constraints).every(([field, value]) => matches(isa, field, value, word)),
      );
      const { syntax, name } = alias ?? instruction;
      return format(isa, instruction, name, syntax, word, address);
    },
  };
}

/** A constraint may be written as the field's raw bits or as its signed value. */
function matches(isa: IsaModel, name: string, wanted: number, word: number): boolean {
  const field = fieldOf(isa, name);
  const raw = extractField(field, word);
  return raw === wanted || raw === wanted + 2 ** field.width;
}

function format(
  isa: IsaModel,
  instruction: Instruction,
  name: string,
  syntax: Instruction["syntax"],
  word: number,
  address: number,
): string {
  let next = 0;
  return syntax.template.replace(/%i|%f|,(?=\S)/g, (piece) => {
    if (piece === "%i") return name;
    if (piece === ",") return ", ";
    const operand = syntax.operands[next++];
    return operand === undefined ? piece : operandText(isa, instruction, operand, word, address);
  });
}

function operandText(
  isa: IsaModel,
  instruction: Instruction,
  name: string,
  word: number,
  address: number,
): string {
  const field = fieldOf(isa, name);
  if (field.address === "none") return shown(isa, field, fieldValue(field, word, address));
  const absolute = field.address === "absolute" || isAbsolute(isa, instruction);
  const target = fieldValue(field, word, absolute ? 0 : address);
  return `0x${(target >>> 0).toString(16)}`;
}

/** A value as the field's `display` wants it; in decimal where it says nothing. */
function shown(isa: IsaModel, field: InstructionField, value: number): string {
  switch (field.display) {
    case "hex":
      return `0x${(value >>> 0).toString(16)}`;
    case "signed_dec":
      return value < 0 ? `${value}` : `+${value}`;
    case "name":
      return `${isa.registerFiles[field.registerFile ?? ""]?.prefix ?? ""}${value}`;
    default:
      return `${value}`;
  }
}

/** Whether the branch has its AA bit set in its fixed encoding: the field then counts from 0. */
function isAbsolute(isa: IsaModel, instruction: Instruction): boolean {
  const aa = isa.fields["AA"];
  if (!aa) return false;
  return extractField(aa, instruction.mask) === 1 && extractField(aa, instruction.match) === 1;
}

type Spelling = (dot: string, read: (field: string) => number) => string | undefined;

const rotate: Spelling = (dot, read) => {
  const [ra, rs, sh, mb, me] = [read("RA"), read("RS"), read("SH"), read("MB"), read("ME")];
  if (mb === 0 && me === 31) return `rotlwi${dot} ${ra}, ${rs}, ${sh}`;
  if (sh === 0 && me === 31) return `clrlwi${dot} ${ra}, ${rs}, ${mb}`;
  if (dot !== "") return undefined;
  if (mb === 0 && me === 31 - sh) return `slwi ${ra}, ${rs}, ${sh}`;
  if (me === 31 && sh === 32 - mb) return `srwi ${ra}, ${rs}, ${mb}`;
  return undefined;
};

const subtract =
  (name: string): Spelling =>
  (dot, read) =>
    `${name}${dot} ${read("RT")}, ${read("RB")}, ${read("RA")}`;

const sameSource =
  (name: string): Spelling =>
  (dot, read) =>
    read("RS") === read("RB") ? `${name}${dot} ${read("RA")}, ${read("RS")}` : undefined;

const bits =
  (all: string | undefined, same: string | undefined): Spelling =>
  (_, read) => {
    const [bt, ba, bb] = [read("BT"), read("BA"), read("BB")];
    if (ba !== bb) return undefined;
    if (all !== undefined) return bt === ba ? `${all} ${bt}` : undefined;
    return `${same} ${bt}, ${ba}`;
  };

const SPELLINGS: Readonly<Record<string, Spelling>> = {
  or: sameSource("mr"),
  nor: sameSource("not"),
  rlwinm: rotate,
  subf: subtract("sub"),
  subfc: subtract("subc"),
  creqv: bits("crset", undefined),
  crxor: bits("crclr", undefined),
  cror: bits(undefined, "crmove"),
  crnor: bits(undefined, "crnot"),
};

function readableSpelling(instruction: Instruction, read: (field: string) => number): string | undefined {
  const dot = instruction.name.endsWith(".") ? "." : "";
  return SPELLINGS[dot ? instruction.name.slice(0, -1) : instruction.name]?.(dot, read);
}
