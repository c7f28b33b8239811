// In which order, and with which signs, is a soft-float call given its operation's operands? The back end exchanges the terms of a
// sum, and lets a sign go through a product into the sum that takes it: c - x * 0.5 becomes x * -0.5 + c. The sums are the same
// but for NaNs; what the routine does on the way is not.
//
// Each argument is read from what the machine code is known to pass: a constant, the result of an earlier call, either with
// its sign changed, or something else. The readings of a call must agree with what it computes; where more than one does, the cheapest is
// believed, counted over the calls whose results are passed on. Whatever is believed, the operation's result stays the IR's: a wrong
// belief costs a wrong count, never a wrong number.
import type { BasicBlock, Instruction, Value } from "../bitcode/index.ts";
import { combinedPredicate, isTwice, predicateOf, withoutSign } from "../ir/index.ts";
import { resultIn, type Passed } from "./call-flow.ts";
import type { GivenTerms, NodeCall } from "./mapping.ts";
import { argumentWords, bitsOf, isEqual, stepOf, wordsOf, type Step } from "./soft-float-steps.ts";

/** An argument read as an operand, with its sign changed or not. */
interface Reading {
  readonly negated: boolean;
  readonly cost: number;
  /** The call whose result it is, and whether that is taken to be its operation's with the sign changed. */
  readonly source?: { readonly call: number; readonly negated: boolean };
}

/** All arguments of a call read. */
interface Choice extends GivenTerms {
  readonly cost: number;
  readonly sources: readonly { readonly call: number; readonly negated: boolean }[];
}

const EXCHANGED = 0.25;
/** A result with its sign changed: rarely of a sum. */
const NEGATED = { sum: 4, product: 0.5, twice: 0.5, quotient: 0.5, width: 0.5, comparison: 0 } as const;
/** A number that the IR has as a constant comes in a register. */
const CONSTANT_IN_REGISTER = 1;
/** A change of sign was made earlier. */
const EARLIER_SIGN = 1;
const UNSEEN_SIGN = 3;
/** A result of the node comes by another way. */
const UNSEEN_RESULT = 2;
/** A constant that the IR does not have. */
const UNKNOWN_CONSTANT = 6;
/** Two arguments' readings agree, but an earlier reading does not. */
const CONTRADICTION = 20;

const ORDERS = [
  [0, 1],
  [1, 0],
] as const;
const FIRST_ONLY = [[0, 0]] as const;
const SECOND_ONLY = [[1, 1]] as const;

/** Sets `given` of the calls that have an instruction, where the machine code can be read so. */
export function withTerms(
  block: BasicBlock,
  calls: readonly NodeCall[],
  passed: readonly (readonly Passed[])[],
): NodeCall[] {
  const choices = calls.map((_, position) => choicesOf(block, calls, passed, position));
  // For a result as it is, and with its sign changed: what that costs.
  const costs: (readonly [number, number])[] = [];
  choices.forEach((list, position) => {
    const best = [Infinity, Infinity];
    for (const choice of list) {
      const total = choice.sources.reduce(
        (sum, { call, negated }) => sum + (costs[call]?.[negated ? 1 : 0] ?? 0),
        choice.cost,
      );
      const own = choice.negated ? 1 : 0;
      best[own] = Math.min(best[own]!, total);
    }
    costs[position] = list.length === 0 ? [0, Infinity] : [best[0]!, best[1]!];
  });
  const required = new Map<number, boolean>();
  const given: (GivenTerms | undefined)[] = [];
  for (let position = calls.length - 1; position >= 0; position -= 1) {
    const own = required.get(position);
    let best: Choice | undefined;
    let least = Infinity;
    for (const choice of choices[position] ?? []) {
      if (own !== undefined && choice.negated !== own) continue;
      let total = choice.cost;
      for (const { call, negated } of choice.sources) {
        const wanted = required.get(call);
        if (wanted === undefined) total += costs[call]?.[negated ? 1 : 0] ?? 0;
        else if (wanted !== negated) total += CONTRADICTION;
      }
      if (total < least) [best, least] = [choice, total];
    }
    if (best === undefined) continue;
    given[position] = { terms: best.terms, negated: best.negated };
    for (const { call, negated } of best.sources) if (!required.has(call)) required.set(call, negated);
  }
  return calls.map((call, position) => {
    const own = given[position];
    return own === undefined ? call : { ...call, given: own };
  });
}

/** Can every call be given what the machine code passes, for the instruction that it is attributed to? */
export function isPossible(
  block: BasicBlock,
  calls: readonly NodeCall[],
  passed: readonly (readonly Passed[])[],
): boolean {
  return calls.every((call, position) => {
    const instruction = call.instruction === null ? undefined : block.instructions[call.instruction];
    if (instruction === undefined || stepAt(calls, position, instruction) === null) return true;
    if (passed[position] === undefined) return true;
    return choicesOf(block, calls, passed, position).some(({ cost }) => cost < UNKNOWN_CONSTANT);
  });
}

function choicesOf(
  block: BasicBlock,
  calls: readonly NodeCall[],
  passed: readonly (readonly Passed[])[],
  position: number,
): readonly Choice[] {
  const call = calls[position];
  const words = passed[position];
  const instruction = call?.instruction == null ? undefined : block.instructions[call.instruction];
  if (call === undefined || words === undefined || instruction === undefined) return [];
  const callee = call.callee ?? "";
  const step = stepAt(calls, position, instruction);
  if (step === null) return [];
  const read = (argument: readonly Passed[], operand: Value): readonly Reading[] =>
    readings(block, calls, argument, operand, operand === instruction);
  const args = argumentWords(words, step.operands);
  const [first, second] = args;
  const [left, right] = step.operands;
  if (first === undefined || left === undefined) return [];
  if (second === undefined || right === undefined)
    return read(first, left).map(({ negated, cost, source }) => ({
      terms: [{ operand: 0, negated }],
      negated,
      cost: cost + (negated ? NEGATED[step.kind] : 0),
      sources: source === undefined ? [] : [source],
    }));
  const choices: Choice[] = [];
  const orders = step.kind !== "twice" ? ORDERS : isTwice(right) ? FIRST_ONLY : SECOND_ONLY;
  for (const order of orders) {
    const [x, y] = [order[0] === 0 ? left : right, order[1] === 0 ? left : right];
    const orderCost = order[0] > order[1] ? EXCHANGED : 0;
    for (const one of read(first, x))
      for (const two of read(second, y)) {
        const terms = [
          { operand: order[0], negated: one.negated },
          { operand: order[1], negated: two.negated },
        ];
        const negated = resultOf(block, instruction, step, callee, terms);
        if (negated === null) continue;
        choices.push({
          terms,
          negated,
          cost: orderCost + one.cost + two.cost + (negated ? NEGATED[step.kind] : 0),
          sources: [one, two].flatMap(({ source }) => (source === undefined ? [] : [source])),
        });
      }
  }
  return choices;
}

/** What the call at `position` computes for its instruction. */
function stepAt(calls: readonly NodeCall[], position: number, instruction: Instruction): Step | null {
  const call = calls[position];
  const after = calls.slice(0, position).some((one) => one.instruction === call?.instruction);
  return stepOf(instruction, call?.callee ?? "", after);
}

/** Is the result of `callee`, given these terms, the operation's (false), that with its sign changed (true), or neither (null)? */
function resultOf(
  block: BasicBlock,
  instruction: Instruction,
  step: Step,
  callee: string,
  terms: GivenTerms["terms"],
): boolean | null {
  const [one, two] = terms;
  if (one === undefined || two === undefined) return null;
  switch (step.kind) {
    case "sum": {
      // By operand: does its sign in the routine's sum differ from its sign in the operation's?
      const subtracts = callee.startsWith("__sub");
      const differs = (term: typeof one, second: boolean): boolean =>
        term.negated !== ((second && subtracts) !== (term.operand === 1 && step.minus));
      const result = differs(one, false);
      return result === differs(two, true) ? result : null;
    }
    case "product":
      return one.negated !== two.negated;
    case "twice":
      return one.negated === two.negated ? one.negated !== step.minus : null;
    case "quotient":
      return one.operand === 0 ? one.negated !== two.negated : null;
    case "comparison": {
      if (one.negated !== two.negated) return null;
      if (instruction.op !== "fcmp" || combinedPredicate(block, instruction) !== undefined) return false;
      const relation = DIRECT[predicateOf(block, instruction)];
      const asked = /^__(lt|le|gt|ge)/.exec(callee)?.[1];
      if (relation === undefined || asked === undefined) return false;
      const mirrored = (one.operand === 1) !== one.negated;
      return asked === (mirrored ? MIRRORED[relation] : relation) ? false : null;
    }
    case "width":
      return null;
  }
}

type Relation = "lt" | "le" | "gt" | "ge";

/** The function that answers a predicate, or its opposite, for operands in their order. */
export const DIRECT: Readonly<Partial<Record<string, Relation>>> = {
  olt: "lt",
  uge: "lt",
  ole: "le",
  ugt: "le",
  ogt: "gt",
  ule: "gt",
  oge: "ge",
  ult: "ge",
};

const MIRRORED: Readonly<Record<Relation, Relation>> = { lt: "gt", le: "ge", gt: "lt", ge: "le" };

/** Ways to read an argument as an operand; none where it cannot be that. `isProductOf`: the operand is its multiply-add's product. */
function readings(
  block: BasicBlock,
  calls: readonly NodeCall[],
  words: readonly Passed[],
  operand: Value,
  isProductOf: boolean,
): readonly Reading[] {
  const size = wordsOf(operand.type);
  if (words.length < size) return [{ negated: false, cost: UNSEEN_SIGN }];
  const bits = bitsOf(operand);
  if (words.every((word) => word.kind === "constant")) {
    if (bits === undefined) return [{ negated: false, cost: UNKNOWN_CONSTANT }];
    const value = words.reduce((sum, word) => (sum << 32n) | BigInt(word.value), 0n);
    const sign = 1n << BigInt(32 * size - 1);
    if (value === bits) return [{ negated: false, cost: 0 }];
    return value === (bits ^ sign) ? [{ negated: true, cost: 0 }] : [];
  }
  const source = resultIn(words);
  if (bits !== undefined) {
    // A register may hold a constant since before the node, but not what a call of the node has just returned.
    if (source !== undefined) return [{ negated: false, cost: UNKNOWN_CONSTANT }];
    return [
      { negated: false, cost: CONSTANT_IN_REGISTER },
      { negated: true, cost: CONSTANT_IN_REGISTER + EARLIER_SIGN },
    ];
  }
  const [first] = words;
  const flipped = first?.kind !== "constant" && first?.flipped === true;
  const core = isProductOf ? { value: operand, negated: false } : withoutSign(block, operand);
  const shown = flipped !== core.negated;
  if (source !== undefined) {
    const made = calls[source]?.instruction == null ? undefined : calls[source];
    if (made === undefined) return [{ negated: shown, cost: UNSEEN_RESULT }];
    const turned = makes(block, calls, source, core.value, isProductOf);
    if (turned === null) return [];
    return [false, true].map((negated) => ({
      negated: (shown !== turned) !== negated,
      cost: 0,
      source: { call: source, negated },
    }));
  }
  const isResult =
    isProductOf ||
    calls.some(({ instruction }) => instruction !== null && block.instructions[instruction] === core.value);
  if (isResult)
    return [
      { negated: shown, cost: UNSEEN_RESULT },
      { negated: !shown, cost: UNSEEN_RESULT + EARLIER_SIGN },
    ];
  return [
    { negated: shown, cost: 0 },
    { negated: !shown, cost: core.negated ? EARLIER_SIGN : UNSEEN_SIGN },
  ];
}

/**
 * Does the operation of a call make a value, as it is (false) or with its sign changed (true)? null: it does not. Of equal operations the
 * back end does one.
 */
function makes(
  block: BasicBlock,
  calls: readonly NodeCall[],
  position: number,
  value: Value,
  isProductOf: boolean,
): boolean | null {
  const call = calls[position];
  const instruction = block.instructions[call?.instruction ?? -1];
  if (call === undefined || instruction === undefined) return null;
  const callee = call.callee ?? "";
  const own = stepAt(calls, position, instruction);
  let at = value;
  while (at.kind === "instruction" && at.op === "cast" && at.operator === "bitcast") at = at.operand;
  // A multiply-add's product is no value of its own.
  const isPart = instruction.op === "call" && (own?.kind === "product" || own?.kind === "twice");
  if (at === instruction && isProductOf === isPart) return false;
  if (at.kind !== "instruction" || own === null) return null;
  const asked = stepOf(at, callee, !isProductOf);
  if (asked === null || own.kind !== asked.kind) return null;
  if (own.kind === "product") {
    if (at.op === "call" && !isProductOf) return null;
    const [a, b] = own.operands.map((one) => withoutSign(block, one));
    const [c, d] = asked.operands.map((one) => withoutSign(block, one));
    if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
    const same =
      (isEqual(block, a.value, c.value) && isEqual(block, b.value, d.value)) ||
      (isEqual(block, a.value, d.value) && isEqual(block, b.value, c.value));
    return same ? (a.negated !== b.negated) !== (c.negated !== d.negated) : null;
  }
  if (isProductOf || own.minus !== asked.minus || at.op !== instruction.op) return null;
  return own.operands.every((one, i) => isEqual(block, one, asked.operands[i])) ? false : null;
}
