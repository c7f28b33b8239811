// Which operation of an IR block makes which call of a soft-float function? Where there are as many calls as operations, each makes
// its own, and nothing needs to be known. Where the back end found another way for some (a conversion of a known number,
// one of two equal operations), the calls that are left are told apart by what they are given: results of other calls,
// constants, and their order.
import { isDeepStrictEqual } from "node:util";
import { operandsOf, type BasicBlock, type Instruction, type Type, type Value } from "../bitcode/index.ts";
import {
  combinedPredicate,
  firstSame,
  isConstantOf,
  isSelected,
  isSoftFloat,
  isTwice,
  predicateOf,
  softFloatCalls,
  withoutSign,
} from "../ir/index.ts";
import { resultIn, type Passed } from "./call-flow.ts";
import type { NodeCall } from "./mapping.ts";
import {
  argumentsOf,
  argumentWords,
  bitsOf,
  isDoubling,
  isEqual,
  isMultiplyAdd,
  isNamed,
  isProduct,
  isSum,
  wordsOf,
} from "./soft-float-steps.ts";
import { DIRECT, isPossible, withTerms } from "./soft-float-terms.ts";

/** Above so many pairs of a call and an operation they are left alone. */
const MAX_PAIRS = 40_000;

/** Scores of evidence for a pair; what is not possible outweighs everything. */
const SAME_RESULT = 4;
const SAME_CONSTANT = 3;
const OTHER_SIGN = 2;
const USUAL_NAME = 0.5;
const SAME_SIGN = 0.125;
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
  const passed = passedTo();
  const usual = inOrder(block, calls, open, true) ?? inOrder(block, calls, open, false);
  const attributed =
    usual !== null && isPossible(block, usual, passed)
      ? usual
      : new Attribution(block, calls, open, passed).attributed();
  return withTerms(block, attributed, passed);
}

/** Is it an operation that an earlier one of the block is equal to? As a rule it makes no call. */
function isRepeated(block: BasicBlock, instruction: Instruction): boolean {
  return firstSame(block, instruction) !== instruction;
}

/**
 * Each operation, or of equal ones the first (`once`), makes the calls that it usually does, in order; null where there are others, or more, or
 * less.
 */
function inOrder(
  block: BasicBlock,
  calls: readonly NodeCall[],
  open: readonly number[],
  once: boolean,
): NodeCall[] | null {
  const waiting = block.instructions.flatMap((instruction, index) =>
    (once && isRepeated(block, instruction)) ||
    (callsExpected(block, instruction) === 0 && combinedPredicate(block, instruction) === undefined)
      ? []
      : usualCalls(block, instruction).map((name) => ({ index, name })),
  );
  if (waiting.length !== open.length) return null;
  const result = [...calls];
  for (const position of open) {
    const call = calls[position]!;
    const callee = call.callee ?? "";
    const at = waiting.findIndex(
      ({ index, name }) =>
        callee.startsWith(name) && softFloatCalls(block, block.instructions[index]!, callee) > 0,
    );
    if (at < 0) return null;
    result[position] = { ...call, instruction: waiting[at]!.index };
    waiting.splice(at, 1);
  }
  return result;
}

/** How the names of the calls begin that an operation makes where nothing is known of its operands. */
function usualCalls(block: BasicBlock, instruction: Instruction): readonly string[] {
  switch (instruction.op) {
    case "binary": {
      const { operator, left, right } = instruction;
      if (operator === "fadd") return [isNegated(block, left) || isNegated(block, right) ? "__sub" : "__add"];
      if (operator === "fsub") return [isNegated(block, right) ? "__add" : "__sub"];
      if (operator === "fmul") return [[left, right].some((one) => isConstantOf(one, 2)) ? "__add" : "__mul"];
      return ["__div"];
    }
    case "fcmp": {
      const predicate = combinedPredicate(block, instruction) ?? predicateOf(block, instruction);
      if (predicate === "true" || predicate === "false") return [];
      return QUESTIONED[predicate] ?? [`__${DIRECT[predicate] ?? ""}`];
    }
    case "call": {
      const [a, b, c] = instruction.args;
      if (a === undefined || b === undefined || c === undefined) return [];
      // A constant factor takes the other one's sign; of 2 and -2, the sum does.
      const isNumber = [a, b].some((one) => bitsOf(one) !== undefined && !isTwice(one));
      const isMinus = (one: Value): boolean => isNegated(block, one) || isConstantOf(one, -2);
      const negative = !isNumber && isMinus(a) !== isMinus(b);
      const sum = negative !== isNegated(block, c) ? "__sub" : "__add";
      return [isDoubling(instruction) ? "__add" : "__mul", sum];
    }
    default:
      return ["__"];
  }
}

/** Does the block change a value's sign? */
function isNegated(block: BasicBlock, value: Value): boolean {
  return withoutSign(block, value).negated;
}

const QUESTIONED: Readonly<Partial<Record<string, readonly string[]>>> = {
  oeq: ["__eq"],
  une: ["__ne"],
  uno: ["__unord"],
  ord: ["__unord"],
  ueq: ["__unord", "__eq"],
  one: ["__unord", "__"],
};

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

const CONVERSION = /^(?:fpext|fptrunc|fpto[su]i|[su]itofp)$/;

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
          const again =
            isRepeated(this.#block, this.#block.instructions[index]!) ||
            this.#givenTo(index, this.#calls[position]!.callee ?? "") > 0;
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

  /** A comparison with one question asks it of one function or, for a branch, of its opposite, however often; a multiply-add adds or takes off. */
  #asksOtherwise(index: number, callee: string): boolean {
    const instruction = this.#block.instructions[index]!;
    const given = [...(this.#given.get(index) ?? [])];
    if (instruction.op === "fcmp")
      return (
        combinedPredicate(this.#block, instruction) === undefined &&
        callsExpected(this.#block, instruction) === 1 &&
        given.some(([name]) => !isSameQuestion(name, callee))
      );
    if (!isMultiplyAdd(instruction) || !isSum(callee)) return false;
    const sums = given.reduce((total, [name, count]) => (isSum(name) ? total + count : total), 0);
    return sums >= softFloatCalls(this.#block, instruction, callee.replace("__sub", "__add"));
  }

  /** Calls that an operation has been given; of one with several questions or steps, those of the same function. */
  #givenTo(index: number, callee: string): number {
    const given = this.#given.get(index);
    if (given === undefined) return 0;
    const instruction = this.#block.instructions[index]!;
    const { op } = instruction;
    const single = op === "fcmp" && callsExpected(this.#block, instruction) === 1;
    if (op !== "binary" && op !== "cast" && !single) return given.get(callee) ?? 0;
    return [...given.values()].reduce((total, count) => total + count, 0);
  }

  #give(position: number, index: number): void {
    const callee = this.#calls[position]!.callee ?? "";
    this.#calls[position] = { ...this.#calls[position]!, instruction: index };
    const given = this.#given.get(index) ?? new Map<string, number>();
    this.#given.set(index, given.set(callee, (given.get(callee) ?? 0) + 1));
    this.#open.delete(position);
    this.#follow(position);
    this.#giveAlike(position, index);
  }

  /** A comparison is made again, for as many users as it has, of the same values. */
  #giveAlike(position: number, index: number): void {
    const instruction = this.#block.instructions[index]!;
    if (instruction.op !== "fcmp") return;
    const callee = this.#calls[position]!.callee ?? "";
    const operands = this.#argumentsAt(position, index);
    const given = argumentWords(this.#passed[position] ?? [], operands);
    for (const other of [...this.#open]) {
      if (!this.#open.has(other) || !isSameQuestion(this.#calls[other]!.callee ?? "", callee)) continue;
      if (!this.#fits(index, other)) continue;
      const words = argumentWords(this.#passed[other] ?? [], operands);
      if (given.every((list, i) => isSameWords(list, words[i] ?? []))) this.#give(other, index);
    }
  }

  /** The first operation with the same operands: of equal ones the back end does one, and the rest take its result. */
  #firstEqual(index: number, position: number, given = false): number {
    const callee = this.#calls[position]!.callee ?? "";
    const chosen = this.#block.instructions[index]!;
    if (chosen.op === "fcmp") return index;
    const wanted = argumentsOf(chosen, callee, false);
    const product = isProduct(callee);
    for (let at = 0; at < index; at += 1) {
      if (!given && !this.#fits(at, position)) continue;
      const other = this.#block.instructions[at]!;
      const operator = "operator" in other && "operator" in chosen && other.operator === chosen.operator;
      if (!product && (other.op !== chosen.op || !operator)) continue;
      const own = argumentsOf(other, callee, false);
      // What sign a product has is left to the sum that takes it.
      const core = (value: Value | undefined): Value | undefined =>
        product && value !== undefined ? withoutSign(this.#block, value).value : value;
      const equal = (list: readonly Value[]): boolean =>
        list.length === wanted.length &&
        list.every((operand, i) => isEqual(this.#block, core(operand) ?? operand, core(wanted[i])));
      if (equal(own) || (product && equal([...own].reverse()))) return at;
    }
    return index;
  }

  /** Gives the calls whose results an attributed call takes to the instructions of the operands. */
  #follow(position: number): void {
    const index = this.#calls[position]!.instruction;
    const instruction = index === null ? undefined : this.#block.instructions[index];
    if (instruction === undefined) return;
    const operands = this.#argumentsAt(position, index!);
    const words = argumentWords(this.#passed[position] ?? [], operands);
    operands.forEach((operand, i) => {
      const source = resultIn(words[i] ?? []);
      if (source === undefined || !this.#open.has(source)) return;
      // The operands of sums, products and comparisons may have changed places.
      const others = isNamed(instruction) ? [operand] : [operand, operands[1 - i]];
      for (const value of others) {
        const made = value === undefined ? undefined : this.#madeBy(value);
        if (made === undefined || !this.#fits(made, source)) continue;
        if (!this.#isStep(source, made, made === index)) continue;
        this.#give(source, this.#firstEqual(made, source));
        return;
      }
    });
  }

  /** Index of the instruction of the block whose result a value is, changed at most in its width. */
  #madeBy(value: Value): number | undefined {
    let at = value;
    while (
      at.kind === "instruction" &&
      this.#indexOf.has(at) &&
      (at.op === "freeze" || at.op === "fneg" || (at.op === "cast" && isWidth(at.operator)))
    )
      at = at.operand;
    return this.#indexOf.get(at);
  }

  /** Of a multiply-add, the product is what its own sum takes, and the sum is what others take. */
  #isStep(position: number, made: number, product: boolean): boolean {
    const callee = this.#calls[position]!.callee ?? "";
    const instruction = this.#block.instructions[made]!;
    if (!isMultiplyAdd(instruction)) return true;
    return (
      isProduct(callee) === product || (product && isDoubling(instruction) && callee.startsWith("__add"))
    );
  }

  /** What the call at `position` is given if it is for an instruction: of two sums, the second one takes the result of the first. */
  #argumentsAt(position: number, index: number): readonly Value[] {
    const instruction = this.#block.instructions[index]!;
    const callee = this.#calls[position]!.callee ?? "";
    if (!isDoubling(instruction)) return argumentsOf(instruction, callee, false);
    const sum = argumentsOf(instruction, callee, true);
    const product = argumentsOf(instruction, callee, false);
    if (product.length === 0) return sum;
    const score = (operands: readonly Value[]): number =>
      Math.max(
        this.#scoreOf(position, index, operands),
        this.#scoreOf(position, index, [...operands].reverse()),
      );
    return score(sum) > score(product) ? sum : product;
  }

  /** How well an operation's operands are what a call is given. */
  #score(position: number, index: number): number {
    const callee = this.#calls[position]!.callee ?? "";
    const operands = this.#argumentsAt(position, index);
    const inOrder = this.#scoreOf(position, index, operands);
    const exchanged = [...operands].reverse();
    const swapped = operands.length === 2 ? this.#scoreOf(position, index, exchanged) : -Infinity;
    const names = usualCalls(this.#block, this.#block.instructions[index]!);
    const usual = names.some((name) => callee.startsWith(name)) ? USUAL_NAME : 0;
    return usual + Math.max(inOrder, swapped);
  }

  #scoreOf(position: number, index: number, operands: readonly Value[]): number {
    const callee = this.#calls[position]!.callee ?? "";
    const args = argumentWords(this.#passed[position] ?? [], operands);
    let score = 0;
    operands.forEach((operand, i) => {
      const own = args[i] ?? [];
      if (own.length < wordsOf(operand.type)) return;
      const source = resultIn(own);
      const bits = bitsOf(operand);
      if (source !== undefined) {
        const made = bits === undefined ? this.#madeBy(operand) : undefined;
        const known = this.#calls[source]?.instruction ?? null;
        if (made === undefined || !this.#isStep(source, made, made === index)) score += IMPOSSIBLE;
        else if (known === null) score += this.#fits(made, source) ? SAME_RESULT / 2 : IMPOSSIBLE;
        else if (known === made || this.#firstEqual(made, source, true) === known) score += SAME_RESULT;
        else score += IMPOSSIBLE;
      } else if (own.every((word) => word.kind === "constant")) {
        const value = own.reduce((sum, word) => (sum << 32n) | BigInt(word.value), 0n);
        const sign = 1n << BigInt(32 * own.length - 1);
        if (bits === undefined) score += NO_CONSTANT;
        else if (bits === value) score += SAME_CONSTANT;
        else score += bits === (value ^ sign) && isArithmetic(callee) ? OTHER_SIGN : IMPOSSIBLE;
      } else if (bits === undefined) {
        const [first] = own;
        const flipped = first?.kind !== "constant" && first?.flipped === true;
        if (flipped === isNegated(this.#block, operand)) score += SAME_SIGN;
      }
    });
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

/** May the back end have moved a sign from one operand to the other, or into the sum that takes the result? */
function isArithmetic(callee: string): boolean {
  return /^__(?:add|sub|mul|div|lt|le|gt|ge|eq|ne)/.test(callee);
}

/** Are two comparisons the same, or each other's opposite? */
function isSameQuestion(a: string, b: string): boolean {
  return a.replace(/^__ne/, "__eq") === b.replace(/^__ne/, "__eq");
}

/** Are words of arguments known to be the same? */
function isSameWords(a: readonly Passed[], b: readonly Passed[]): boolean {
  const known = a.every((word) => word.kind !== "other" || word.base !== null);
  return known && isDeepStrictEqual(a, b);
}

function isWidth(operator: string): boolean {
  return operator === "zext" || operator === "sext" || operator === "trunc" || operator === "bitcast";
}
