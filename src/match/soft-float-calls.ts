// Which operation of an IR block makes which call of a soft-float function? Where there are as many calls as operations, each makes
// its own, and nothing needs to be known. Where the back end found another way for some (a conversion of a known number,
// one of two equal operations), the calls that are left are told apart by what they are given: results of other calls,
// constants, and their order.
import { operandsOf, type BasicBlock, type Instruction, type Type, type Value } from "../bitcode/index.ts";
import { intrinsicOf, isSelected, isSoftFloat, isTwice, predicateOf, softFloatCalls } from "../ir/index.ts";
import type { Passed } from "./call-flow.ts";
import type { NodeCall } from "./mapping.ts";

/** Above so many pairs of a call and an operation they are left alone. */
const MAX_PAIRS = 40_000;

/** Scores of evidence for a pair; what is not possible outweighs everything. */
const SAME_RESULT = 4;
const SAME_CONSTANT = 3;
const NO_CONSTANT = -2;
const IMPOSSIBLE = -100;
/** A pair with no more than this is none. */
const LEAST = -20;

/** Attributes calls of soft-float functions in `calls`, where `passed` tells enough; other calls stay as they are. */
export function attributeSoftFloat(
  block: BasicBlock,
  calls: readonly NodeCall[],
  passedTo: () => readonly (readonly Passed[])[],
): NodeCall[] {
  const open = calls.flatMap(({ callee, instruction }, position) =>
    instruction === null && callee !== null && isSoftFloat(callee) ? [position] : [],
  );
  if (open.length === 0) return [...calls];
  const expected = block.instructions.reduce((sum, one) => sum + callsExpected(block, one), 0);
  if (expected === open.length) return [...calls];
  return new Attribution(block, calls, open, passedTo()).attributed();
}

/** Calls that an operation of the block is when nothing is known of its operands. */
function callsExpected(block: BasicBlock, instruction: Instruction): number {
  const isFloat = (type: Type): boolean => type.kind === "float" || type.kind === "double";
  switch (instruction.op) {
    case "binary":
      return isFloat(instruction.type) && instruction.operator !== "frem" ? 1 : 0;
    case "fcmp":
      if (!isFloat(instruction.left.type)) return 0;
      return QUESTIONS[predicateOf(block, instruction)] ?? 1;
    case "cast":
      return CONVERSION.test(instruction.operator) && !isSelected(block, instruction) ? 1 : 0;
    case "call":
      return isMultiplyAdd(instruction) ? 2 : 0;
    default:
      return 0;
  }
}

/** Predicates that are no single question. */
const QUESTIONS: Readonly<Partial<Record<string, number>>> = { true: 0, false: 0, ueq: 2, one: 2 };

const SUM = /^__(?:add|sub)/;

const CONVERSION = /^(?:fpext|fptrunc|fpto[su]i|[su]itofp)$/;

function isMultiplyAdd(instruction: Instruction): boolean {
  return instruction.op === "call" && intrinsicOf(instruction)?.startsWith("llvm.fmuladd.") === true;
}

class Attribution {
  readonly #block: BasicBlock;
  readonly #calls: NodeCall[];
  readonly #passed: readonly (readonly Passed[])[];
  readonly #open: Set<number>;
  readonly #indexOf = new Map<Value, number>();
  /** By instruction and function: how many calls it has been given. */
  readonly #given = new Map<number, Map<string, number>>();

  constructor(
    block: BasicBlock,
    calls: readonly NodeCall[],
    open: readonly number[],
    passed: readonly (readonly Passed[])[],
  ) {
    this.#block = block;
    this.#calls = [...calls];
    this.#open = new Set(open);
    this.#passed = passed;
    block.instructions.forEach((instruction, index) => this.#indexOf.set(instruction, index));
  }

  attributed(): NodeCall[] {
    // From calls whose instruction is known to what made their arguments.
    this.#calls.forEach(({ instruction }, position) => {
      if (instruction !== null) this.#follow(position);
    });
    const candidates = this.#block.instructions.flatMap((instruction, index) =>
      callsExpected(this.#block, instruction) > 0 ? [index] : [],
    );
    if (this.#open.size * candidates.length > MAX_PAIRS) return this.#calls;
    while (this.#open.size > 0) {
      const bounds = this.#bounds();
      let best: { position: number; index: number; score: number; again: boolean } | null = null;
      for (const position of this.#open)
        for (const index of candidates) {
          if (!this.#fits(index, position)) continue;
          const [after, before] = bounds[index] ?? [-1, Infinity];
          if (position <= after || position >= before) continue;
          const score = this.#score(position, index);
          if (score <= LEAST) continue;
          // An operation that is done again is the exception: all others come first.
          const again = this.#givenTo(index, this.#calls[position]!.callee ?? "") > 0;
          const better = best === null || (again === best.again ? score > best.score : best.again);
          if (better) best = { position, index, score, again };
        }
      if (best === null) break;
      this.#give(best.position, this.#firstEqual(best.index, best.position));
    }
    return this.#calls;
  }

  /** Can the instruction make one more call of what is called at `position`? */
  #fits(index: number, position: number): boolean {
    const { callee } = this.#calls[position]!;
    if (callee === null || this.#asksOtherwise(index, callee)) return false;
    return (
      this.#givenTo(index, callee) < softFloatCalls(this.#block, this.#block.instructions[index]!, callee)
    );
  }

  /** A comparison with one question asks it of one function, however often; a multiply-add adds or takes off. */
  #asksOtherwise(index: number, callee: string): boolean {
    const instruction = this.#block.instructions[index]!;
    const given = [...(this.#given.get(index) ?? [])];
    if (instruction.op === "fcmp")
      return callsExpected(this.#block, instruction) === 1 && given.some(([name]) => name !== callee);
    if (!isMultiplyAdd(instruction) || !SUM.test(callee)) return false;
    const sums = given.reduce((total, [name, count]) => (SUM.test(name) ? total + count : total), 0);
    return sums >= softFloatCalls(this.#block, instruction, callee.replace(SUM, "__add"));
  }

  /** Calls that an operation has been given; of one with several questions or steps, those of the same function. */
  #givenTo(index: number, callee: string): number {
    const given = this.#given.get(index);
    if (given === undefined) return 0;
    const { op } = this.#block.instructions[index]!;
    if (op !== "binary" && op !== "cast") return given.get(callee) ?? 0;
    return [...given.values()].reduce((total, count) => total + count, 0);
  }

  #give(position: number, index: number): void {
    const callee = this.#calls[position]!.callee ?? "";
    this.#calls[position] = { ...this.#calls[position]!, instruction: index };
    const given = this.#given.get(index) ?? new Map<string, number>();
    this.#given.set(index, given.set(callee, (given.get(callee) ?? 0) + 1));
    this.#open.delete(position);
    this.#follow(position);
  }

  /** The first operation with the same operands: of equal ones the back end does one, and the rest take its result. */
  #firstEqual(index: number, position: number): number {
    const callee = this.#calls[position]!.callee ?? "";
    const chosen = this.#block.instructions[index]!;
    if (chosen.op === "fcmp") return index;
    const wanted = argumentsOf(chosen, callee);
    const product = isProduct(callee);
    for (let at = 0; at < index; at += 1) {
      if (!this.#fits(at, position)) continue;
      const other = this.#block.instructions[at]!;
      const operator = "operator" in other && "operator" in chosen && other.operator === chosen.operator;
      if (!product && (other.op !== chosen.op || !operator)) continue;
      const own = argumentsOf(other, callee);
      const equal = (list: readonly Value[]): boolean =>
        list.length === wanted.length && list.every((operand, i) => isEqual(operand, wanted[i]));
      if (equal(own) || (product && equal([...own].reverse()))) return at;
    }
    return index;
  }

  /** Gives the calls whose results an attributed call takes to the instructions of the operands. */
  #follow(position: number): void {
    const index = this.#calls[position]!.instruction;
    const instruction = index === null ? undefined : this.#block.instructions[index];
    if (instruction === undefined) return;
    const operands = argumentsOf(instruction, this.#calls[position]!.callee ?? "");
    const words = this.#passed[position] ?? [];
    let register = 0;
    operands.forEach((operand, i) => {
      const size = wordsOf(operand.type);
      if (size === 2) register += register % 2;
      const source = resultIn(words.slice(register, register + size));
      register += size;
      if (source === undefined || !this.#open.has(source)) return;
      // The operands of sums, products and comparisons may have changed places.
      const others = isNamed(instruction) ? [operand] : [operand, operands[1 - i]];
      for (const value of others) {
        const made = value === undefined ? undefined : this.#madeBy(value);
        if (made === undefined || !this.#fits(made, source)) continue;
        this.#give(source, this.#firstEqual(made, source));
        return;
      }
    });
  }

  /** Index of the instruction of the block whose result a value is, changed at most in its width. */
  #madeBy(value: Value): number | undefined {
    let at = value;
    while (at.kind === "instruction" && (at.op === "freeze" || (at.op === "cast" && isWidth(at.operator))))
      at = at.operand;
    return this.#indexOf.get(at);
  }

  /** How well an operation's operands are what a call is given. */
  #score(position: number, index: number): number {
    const callee = this.#calls[position]!.callee ?? "";
    const operands = argumentsOf(this.#block.instructions[index]!, callee);
    const inOrder = this.#scoreOf(position, operands);
    const swapped = operands.length === 2 ? this.#scoreOf(position, [...operands].reverse()) : -Infinity;
    return Math.max(inOrder, swapped);
  }

  #scoreOf(position: number, operands: readonly Value[]): number {
    const words = this.#passed[position] ?? [];
    let register = 0;
    let score = 0;
    for (const operand of operands) {
      const size = wordsOf(operand.type);
      if (size === 2) register += register % 2;
      const own = words.slice(register, register + size);
      register += size;
      if (own.length < size) continue;
      const source = resultIn(own);
      const bits = bitsOf(operand);
      if (source !== undefined) {
        const made = bits === undefined ? this.#madeBy(operand) : undefined;
        const known = this.#calls[source]?.instruction ?? null;
        if (made === undefined) score += IMPOSSIBLE;
        else if (known === null) score += this.#fits(made, source) ? SAME_RESULT / 2 : IMPOSSIBLE;
        else score += known === made ? SAME_RESULT : IMPOSSIBLE;
      } else if (own.every((word) => word.kind === "constant")) {
        const value = own.reduce((sum, word) => (sum << 32n) | BigInt(word.value), 0n);
        score += bits === undefined ? NO_CONSTANT : bits === value ? SAME_CONSTANT : IMPOSSIBLE;
      }
    }
    return score;
  }

  /** By instruction: the last call before its own, and the first one after, as far as results flow. */
  #bounds(): (readonly [number, number])[] {
    const { instructions } = this.#block;
    const positions = new Map<number, number[]>();
    this.#calls.forEach(({ instruction }, position) => {
      if (instruction === null) return;
      const list = positions.get(instruction);
      if (list === undefined) positions.set(instruction, [position]);
      else list.push(position);
    });
    const after = new Array<number>(instructions.length).fill(-1);
    const before = new Array<number>(instructions.length).fill(Infinity);
    instructions.forEach((instruction, index) => {
      if (instruction.op === "phi") return;
      for (const operand of operandsOf(instruction)) {
        const made = this.#indexOf.get(operand);
        if (made === undefined || made >= index) continue;
        after[index] = Math.max(after[index]!, after[made]!, ...(positions.get(made) ?? []));
      }
    });
    for (let index = instructions.length - 1; index >= 0; index -= 1) {
      const instruction = instructions[index]!;
      if (instruction.op === "phi") continue;
      const own = Math.min(before[index]!, ...(positions.get(index) ?? []));
      for (const operand of operandsOf(instruction)) {
        const made = this.#indexOf.get(operand);
        if (made !== undefined && made < index) before[made] = Math.min(before[made]!, own);
      }
    }
    return after.map((value, index) => [value, before[index]!] as const);
  }
}

function isWidth(operator: string): boolean {
  return operator === "zext" || operator === "sext" || operator === "trunc" || operator === "bitcast";
}

function isNamed(instruction: Instruction): boolean {
  return instruction.op === "call" && intrinsicOf(instruction) === undefined;
}

function isProduct(callee: string): boolean {
  return callee.startsWith("__mul");
}

/** What `callee` is given in registers for an instruction, as the IR has it. */
function argumentsOf(instruction: Instruction, callee: string): readonly Value[] {
  if (instruction.op !== "call") return operandsOf(instruction);
  if (isNamed(instruction)) return instruction.args;
  const [a, b, c] = instruction.args;
  if (!isMultiplyAdd(instruction) || a === undefined || b === undefined || c === undefined) return [];
  // Twice something is a sum: both calls may be for the same function.
  if (isTwice(a) || isTwice(b)) return [];
  return isProduct(callee) ? [a, b] : [instruction, c];
}

/** Constants are equal by their bits. */
function isEqual(a: Value, b: Value | undefined): boolean {
  if (a === b || b === undefined) return a === b;
  const bits = bitsOf(a);
  return bits !== undefined && bits === bitsOf(b) && a.type.kind === b.type.kind;
}

/** The call whose whole result registers hold. */
function resultIn(words: readonly Passed[]): number | undefined {
  const [first] = words;
  if (first?.kind !== "result") return undefined;
  const whole = words.every((one, i) => one.kind === "result" && one.call === first.call && one.word === i);
  return whole ? first.call : undefined;
}

/** Registers that an argument takes. */
function wordsOf(type: Type): number {
  if (type.kind === "double") return 2;
  return type.kind === "integer" && type.width > 32 ? Math.ceil(type.width / 32) : 1;
}

/** The bits of a constant number. */
function bitsOf(value: Value): bigint | undefined {
  if (value.kind === "float") return value.bits;
  return value.kind === "integer" ? BigInt.asUintN(wordsOf(value.type) * 32, value.value) : undefined;
}
