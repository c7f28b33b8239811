// Floating point on a core without a floating-point unit: values are bit patterns, and every operation is the call of the
// runtime function that the back end calls, so results and time are the target's.

import type { CastInstruction, FloatPredicate, Instruction, Type, Value } from "../../bitcode/index.ts";
import { callRuntime } from "../calls/calls.ts";
import { isConstant, scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { combinedPredicate, isConstantOf, isSelected, predicateOf } from "../../ir/index.ts";
import { keepProduct, madeProduct } from "./products.ts";
import { areGiven, callsOf, ownCalls } from "../calls/runtime-call.ts";
import type { GivenTerms } from "../../match/index.ts";
import { embeddedComparison } from "./embedded-comparisons.ts";
import { emitHardFloat, hardNumber, isHardware } from "./hard-float.ts";
import { bitsOf, emitNanResult } from "./nan-support.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** A runtime function that may do an operation, on which operands. */
interface Candidate {
  readonly name: string;
  /** Asked for only once it is known that this function is called: operands may be calls of their own. */
  readonly args: () => readonly Expression[];
  /** The operation's operands, for a call that is known to be given them in another order or with other signs. */
  readonly operands?: Operands;
  /** A sum of one operand with itself. */
  readonly twice?: true;
}

type Operands = readonly [() => Expression, (() => Expression)?];

type Test = "eq" | "ne" | "lt_s" | "le_s" | "gt_s" | "ge_s";
/** A runtime comparison and the test of its result against zero. */
interface Comparison {
  readonly name: string;
  readonly test: Test;
  /** Operands the other way round. */
  readonly swapped?: true;
}

/** The comparisons that the back end may call for a test, the likeliest first. */
const TESTS = {
  equal: [
    { name: "eq", test: "eq" },
    { name: "ne", test: "eq" },
  ],
  unequal: [
    { name: "ne", test: "ne" },
    { name: "eq", test: "ne" },
  ],
  unordered: [{ name: "unord", test: "ne" }],
  ordered: [{ name: "unord", test: "eq" }],
  ...ordering("less", "lt", "gt"),
  ...ordering("less or equal", "le", "ge"),
  ...ordering("greater", "gt", "lt"),
  ...ordering("greater or equal", "ge", "le"),
} as const satisfies Readonly<Record<string, readonly Comparison[]>>;

/** Of an ordered relation and its negation, which holds for unordered operands, too. */
function ordering<Name extends string>(
  name: Name,
  relation: "lt" | "le" | "gt" | "ge",
  mirrored: "lt" | "le" | "gt" | "ge",
): Record<Name | `not ${Name}`, readonly Comparison[]> {
  const not = { lt: "ge_s", le: "gt_s", gt: "le_s", ge: "lt_s" } as const;
  const both = (test: (of: "lt" | "le" | "gt" | "ge") => Test): readonly Comparison[] => [
    { name: relation, test: test(relation) },
    { name: mirrored, test: test(mirrored), swapped: true },
  ];
  const made = { [name]: both((of) => `${of}_s`), [`not ${name}`]: both((of) => not[of]) };
  return made as Record<Name | `not ${Name}`, readonly Comparison[]>;
}

/** What a predicate asks; several questions are put together by and (`one`) or or. */
const QUESTIONS: Readonly<Record<FloatPredicate, readonly (keyof typeof TESTS)[]>> = {
  false: [],
  true: [],
  oeq: ["equal"],
  une: ["unequal"],
  oge: ["greater or equal"],
  olt: ["less"],
  ole: ["less or equal"],
  ogt: ["greater"],
  uno: ["unordered"],
  ord: ["ordered"],
  ult: ["not greater or equal"],
  uge: ["not less"],
  ugt: ["not less or equal"],
  ule: ["not greater"],
  ueq: ["unordered", "equal"],
  one: ["ordered", "unequal"],
};

/** `sf` or `df`, as runtime names have it. */
function mode(type: Type): string {
  if (type.kind === "float") return "sf";
  if (type.kind === "double") return "df";
  throw new Untranslatable(`floating point of type ${type.kind} is not supported`);
}

/**
 * An operation by the runtime function that the machine code calls for it: counts and time are its. Where the machine code
 * calls none of the candidates (it found another way), so does the host, which computes by itself.
 */
function operation(
  f: FunctionEmitter,
  candidates: readonly Candidate[],
  wide: boolean,
  own: () => Expression,
): Expression {
  for (const { name, args, operands, twice } of candidates) {
    const call = f.runtimeCall([name]);
    if (call === null) continue;
    const given = operands === undefined ? undefined : call?.given;
    // A multiply-add's two sums are of the same function.
    const fits = (given?.terms[0]?.operand === given?.terms[1]?.operand) === (twice ?? false);
    if (operands === undefined || given === undefined || (given.terms.length > 1 && !fits))
      return callRuntime(f, name, args(), wide);
    const result = callRuntime(f, name, termsOf(f, given, operands), wide);
    return given.negated ? negative(f, result) : result;
  }
  return own();
}

/** What a call is given. */
function termsOf(f: FunctionEmitter, given: GivenTerms, operands: Operands): Expression[] {
  return given.terms.map(({ operand, negated }) => {
    const value = (operands[operand] ?? operands[0])();
    return negated ? negative(f, value) : value;
  });
}

/** A bit pattern as the host's number. */
function number(f: FunctionEmitter, value: Value): Expression {
  if (isHardware(f, value.type)) return hardNumber(f, value);
  return fromBits(f, f.use(value), scalarWidth(value.type) > 32);
}

const ARITHMETIC = { fadd: "add", fsub: "sub", fmul: "mul", fdiv: "div" } as const;

/** A sum, difference, product or quotient; `left` may be asked for several times. */
function emitArithmetic(
  f: FunctionEmitter,
  operator: keyof typeof ARITHMETIC,
  type: Type,
  left: () => Expression,
  right: Value,
  operands: Operands = [left, () => f.use(right)],
): Expression {
  const name = ARITHMETIC[operator];
  const wide = scalarWidth(type) > 32;
  const runtime = (which: string): string => `__${which}${mode(type)}3`;
  const candidates: Candidate[] = [{ name: runtime(name), args: () => [left(), f.use(right)], operands }];
  // The back end adds instead of doubling.
  const doubled = operator === "fmul" && f.node.calls !== null;
  if (doubled && isConstantOf(right, -2) && areGiven(f)) {
    const args = (): Expression[] => [negative(f, left()), negative(f, left())];
    candidates.unshift({ name: runtime("add"), args, operands, twice: true });
  }
  if (doubled && isConstantOf(right, 2))
    candidates.unshift({ name: runtime("add"), args: () => [left(), left()], operands, twice: true });
  // The back end multiplies by what a power of two is the inverse of.
  const inverse = operator === "fdiv" && f.node.calls !== null ? inverseOf(f, right) : null;
  if (inverse !== null) candidates.unshift({ name: runtime("mul"), args: () => [left(), inverse] });
  // A sum with a negated term becomes a difference, and the other way round; which is which is the same to the last bit.
  const opposite = operator === "fadd" ? "sub" : operator === "fsub" ? "add" : null;
  if (opposite !== null && f.node.calls !== null)
    candidates.push({
      name: runtime(opposite),
      args: () => [left(), negative(f, f.use(right))],
      operands,
    });
  return operation(f, candidates, wide, () =>
    ownArithmetic(
      f,
      name,
      wide,
      () => fromBits(f, left(), wide),
      () => number(f, right),
    ),
  );
}

/** A product and a sum, rounded twice: there is no fused operation without a floating-point unit. */
export function emitMultiplyAdd(f: FunctionEmitter, first: Value, second: Value, c: Value): Expression {
  const { m } = f;
  const { type } = first;
  const [a, b] = constantLast(first, second);
  const wide = scalarWidth(type) > 32;
  const product = f.newLocal(wide ? binaryen.i64 : binaryen.i32);
  const times = (x: Value, y: Value): Expression => {
    const known = ownCalls(f, [`__mul${mode(type)}3`]) > 0 ? undefined : madeProduct(f, x, y);
    if (known !== undefined) {
      const value = f.get(known.local);
      return m.local.set(product, known.negated ? negative(f, value) : value);
    }
    keepProduct(f, x, y, product);
    const operands = [() => f.use(first), () => f.use(second)] as const;
    return m.local.set(
      product,
      emitArithmetic(f, "fmul", type, () => f.use(x), y, operands),
    );
  };
  const whole = (statement: Expression, value: Expression): Expression =>
    m.block(null, [statement, value], wide ? binaryen.i64 : binaryen.i32);
  // The back end takes twice the factor off instead of adding it times -2.
  if (isConstantOf(b, -2) && f.node.calls !== null && !areGiven(f)) {
    const twice = operation(
      f,
      [{ name: `__add${mode(type)}3`, args: () => [f.use(a), f.use(a)] }],
      wide,
      () =>
        ownSum(
          f,
          () => f.use(a),
          () => f.use(a),
          wide,
        ),
    );
    const statement = m.local.set(product, twice);
    return whole(
      statement,
      operation(f, [{ name: `__sub${mode(type)}3`, args: () => [f.use(c), f.get(product)] }], wide, () =>
        ownSum(
          f,
          () => f.use(c),
          () => negative(f, f.get(product)),
          wide,
        ),
      ),
    );
  }
  // Where what the calls are given is not known: with a negated factor (and no constant to take the sign), the back end takes the
  // product off.
  const factor = negatedBy(f, a) ?? negatedBy(f, b);
  const other = negatedBy(f, a) === null ? a : b;
  const difference = `__sub${mode(type)}3`;
  const guessed = f.node.calls !== null && !areGiven(f);
  if (guessed && factor !== null && !isConstant(other) && negatedBy(f, other) === null) {
    const statement = times(factor, other);
    if (f.runtimeCall([difference]) !== null)
      return whole(statement, callRuntime(f, difference, [f.use(c), f.get(product)], wide));
    const less = (): Expression => negative(f, f.get(product));
    return whole(statement, emitArithmetic(f, "fadd", type, less, c));
  }
  const statement = times(a, b);
  return whole(
    statement,
    emitArithmetic(f, "fadd", type, () => f.get(product), c),
  );
}

/** The operands of a commutative operation as the back end's selection graph has them. */
function constantLast(left: Value, right: Value): readonly [Value, Value] {
  return isConstant(left) && !isConstant(right) ? [right, left] : [left, right];
}

/** What a value is the negation of, made in the block that is emitted; or null. */
function negatedBy(f: FunctionEmitter, value: Value): Value | null {
  if (value.kind !== "instruction" || value.op !== "fneg") return null;
  return f.fn.blocks[f.node.irBlock]?.instructions.includes(value) === true ? value.operand : null;
}

/** One divided by a constant, where that is exact and a normal number. */
function inverseOf(f: FunctionEmitter, value: Value): Expression | null {
  if (value.kind !== "float") return null;
  const wide = value.type.kind === "double";
  const [fraction, bias] = wide ? [52n, 1023n] : [23n, 127n];
  const exponent = (value.bits >> fraction) & (2n * bias + 1n);
  const inverse = 2n * bias - exponent;
  if ((value.bits & ((1n << fraction) - 1n)) !== 0n || exponent === 0n || inverse <= 0n) return null;
  const sign = value.bits >> (wide ? 63n : 31n);
  const bits = (sign << (wide ? 63n : 31n)) | (inverse << fraction);
  return wide ? f.m.i64.const(BigInt.asIntN(64, bits)) : f.m.i32.const(Number(BigInt.asIntN(32, bits)));
}

/** A sum as the host has it, of bit patterns. */
function ownSum(
  f: FunctionEmitter,
  left: () => Expression,
  right: () => Expression,
  wide: boolean,
): Expression {
  return ownArithmetic(
    f,
    "add",
    wide,
    () => fromBits(f, left(), wide),
    () => fromBits(f, right(), wide),
  );
}

/** Bits of a result that the host has by itself. Which NaN it is is the compiler's and the runtime's choice, not the host's. */
function ownArithmetic(
  f: FunctionEmitter,
  name: (typeof ARITHMETIC)[keyof typeof ARITHMETIC],
  wide: boolean,
  left: () => Expression,
  right: () => Expression,
): Expression {
  const { m } = f;
  const format = wide ? "f64" : "f32";
  const type = binaryen[format];
  const local = f.newLocal(type);
  const get = (): Expression => m.local.get(local, type);
  const result = m.local.set(local, m[format][name](left(), right()));
  const fixed = emitNanResult(f, format, get(), [left(), right()]);
  const found = m.if(m[format].ne(get(), get()), m.local.set(local, fixed));
  return m.block(null, [result, found, bitsOf(m, format, get())], wide ? binaryen.i64 : binaryen.i32);
}

function fromBits(f: FunctionEmitter, bits: Expression, wide: boolean): Expression {
  return wide ? f.m.f64.reinterpret(bits) : f.m.f32.reinterpret(bits);
}

export function emitFloat(f: FunctionEmitter, inst: Instruction): Expression {
  const hard = emitHardFloat(f, inst);
  if (hard !== null) return hard;
  const wide = scalarWidth(inst.type) > 32;
  switch (inst.op) {
    case "binary": {
      const { operator } = inst;
      if (operator === "fadd" || operator === "fmul") {
        const [left, right] = constantLast(inst.left, inst.right);
        if (operator === "fmul") {
          const known =
            ownCalls(f, [`__mul${mode(inst.type)}3`]) > 0 ? undefined : madeProduct(f, left, right);
          if (known !== undefined)
            return known.negated ? negative(f, f.get(known.local)) : f.get(known.local);
          const local = f.localsOf(inst.slot, inst.type)[0];
          if (local !== undefined) keepProduct(f, left, right, local);
        }
        const operands = [() => f.use(inst.left), () => f.use(inst.right)] as const;
        return emitArithmetic(f, operator, inst.type, () => f.use(left), right, operands);
      }
      if (operator === "fsub" || operator === "fdiv")
        return emitArithmetic(f, operator, inst.type, () => f.use(inst.left), inst.right);
      if (operator === "frem")
        return callRuntime(f, wide ? "fmod" : "fmodf", [f.use(inst.left), f.use(inst.right)], wide);
      break;
    }
    case "fneg":
      return flipSign(f, inst.type, f.use(inst.operand));
    case "fcmp":
      return emitFloatCompare(f, inst);
    case "cast":
      return emitConversion(f, inst, wide);
    default:
      break;
  }
  throw new Untranslatable(`the floating-point instruction ${inst.op} is not supported`);
}

function emitConversion(f: FunctionEmitter, inst: CastInstruction, wide: boolean): Expression {
  const { m } = f;
  const { operand } = inst;
  const one = (name: string, own: () => Expression): Expression =>
    operation(f, [{ name, args: () => [f.use(operand)], operands: [() => f.use(operand)] }], wide, own);
  const either = (names: readonly string[], value: () => Expression, own: () => Expression): Expression =>
    operation(
      f,
      names.map((name) => ({ name, args: () => [value()] })),
      wide,
      own,
    );
  switch (inst.operator) {
    case "fpext":
      return one("__extendsfdf2", () => m.i64.reinterpret(m.f64.promote(number(f, operand))));
    case "fptrunc":
      return one("__truncdfsf2", () => m.i32.reinterpret(m.f32.demote(number(f, operand))));
    case "fptosi":
    case "fptoui": {
      // Below 32 bits the back end converts to a word, a signed one as a rule, and truncates.
      const unsigned = inst.operator === "fptoui" && scalarWidth(inst.type) >= 32;
      const name = (uns: string): string => `__fix${uns}${mode(operand.type)}${wide ? "di" : "si"}`;
      const signed = inst.operator === "fptosi" ? [name("")] : [name(""), name("uns")];
      return either(
        unsigned ? [name("uns")] : signed,
        () => f.use(operand),
        () => {
          const saturating = (wide ? m.i64 : m.i32)[unsigned ? "trunc_u_sat" : "trunc_s_sat"];
          return saturating[operand.type.kind === "double" ? "f64" : "f32"](number(f, operand));
        },
      );
    }
    case "sitofp":
    case "uitofp": {
      const from = scalarWidth(operand.type);
      const isUnsigned = inst.operator === "uitofp";
      const value = (): Expression => (isUnsigned ? f.use(operand) : f.signed(operand));
      const name = (un: string): string => `__float${un}${from > 32 ? "di" : "si"}${mode(inst.type)}`;
      const small = isUnsigned && (from < 32 || inst.nneg);
      const known = f.node.calls !== null;
      const names =
        known && isSelectedHere(f, inst)
          ? []
          : !isUnsigned
            ? [name("")]
            : [name("un"), ...(small && known ? [name("")] : [])];
      return either(names, value, () => {
        const convert = isUnsigned ? "convert_u" : "convert_s";
        const source = from > 32 ? "i64" : "i32";
        return wide
          ? m.i64.reinterpret(m.f64[convert][source](value()))
          : m.i32.reinterpret(m.f32[convert][source](value()));
      });
    }
    default:
      throw new Untranslatable(`the cast ${inst.operator} is not supported here`);
  }
}

function isSelectedHere(f: FunctionEmitter, inst: CastInstruction): boolean {
  const block = f.fn.blocks[f.node.irBlock];
  return block !== undefined && isSelected(block, inst);
}

type Compare = Extract<Instruction, { op: "fcmp" }>;

function emitFloatCompare(f: FunctionEmitter, inst: Compare): Expression {
  const { m } = f;
  const { left, right } = inst;
  const block = f.fn.blocks[f.node.irBlock];
  const combined = block && combinedPredicate(block, inst);
  if (combined !== undefined) {
    const whole = { ...inst, predicate: combined };
    if (isHardware(f, left.type)) return hostCompare(f, whole);
    if (f.node.calls !== null)
      return m.block(null, [...callsMade(f, inst), ownCompare(f, whole)], binaryen.i32);
  }
  if (isHardware(f, left.type)) return hostCompare(f, inst);
  const predicate = block === undefined ? inst.predicate : predicateOf(block, inst);
  const own = ownCalls(f);
  const times = f.node.calls === null ? 1 : own > 0 ? own : evaluations(f, inst);
  const answers = QUESTIONS[predicate].map((question) => answer(f, question, left, right, times));
  const [first, second] = answers;
  if (first === undefined) return m.i32.const(predicate === "true" ? 1 : 0);
  if (second === undefined) return first;
  return predicate === "one" ? m.i32.and(first, second) : m.i32.or(first, second);
}

/** The calls that the machine code makes for a comparison, whatever they ask. */
function callsMade(f: FunctionEmitter, { left, right }: Compare): Expression[] {
  const operands = [(): Expression => f.use(left), (): Expression => f.use(right)] as const;
  return callsOf(f).flatMap(({ callee }) => {
    const call = callee === null ? null : f.runtimeCall([callee]);
    if (callee === null || call === null) return [];
    const args = call?.given === undefined ? operands.map((one) => one()) : termsOf(f, call.given, operands);
    return [f.m.drop(callRuntime(f, callee, args, false))];
  });
}

/** A comparison that the core has an instruction for. */
function hostCompare(f: FunctionEmitter, inst: Compare): Expression {
  const block = f.fn.blocks[f.node.irBlock];
  return ownCompare(f, f.p.floatingPoint === "fpu" ? inst : embeddedComparison(block, inst));
}

/** The same as the host has it. */
function ownCompare(f: FunctionEmitter, { predicate, left, right }: Compare): Expression {
  const { m } = f;
  const [first, second] = QUESTIONS[predicate].map((question) => ownAnswer(f, question, left, right));
  if (first === undefined) return m.i32.const(predicate === "true" ? 1 : 0);
  if (second === undefined) return first;
  return predicate === "one" ? m.i32.and(first, second) : m.i32.or(first, second);
}

/** How often the back end compares: for each branch and select of its own, and once for all other uses. */
function evaluations(f: FunctionEmitter, inst: Compare): number {
  const block = f.fn.blocks[f.node.irBlock];
  let own = 0;
  for (const user of block?.instructions ?? []) {
    if ((user.op === "condbr" || user.op === "select") && user.condition === inst) own += 1;
  }
  const others = (f.facts.useCount[inst.slot] ?? 0) - own;
  return own + (others > 0 ? 1 : 0);
}

/** An i32, 0 or 1; the comparison is made up to `times` times, as often as the machine code has calls for it. */
function answer(
  f: FunctionEmitter,
  question: keyof typeof TESTS,
  left: Value,
  right: Value,
  times: number,
): Expression {
  const { m } = f;
  const candidates: readonly Comparison[] = TESTS[question];
  const made: Expression[] = [];
  for (const { name, test, swapped } of candidates) {
    const runtime = `__${name}${mode(left.type)}2`;
    while (made.length < times) {
      const call = f.runtimeCall([runtime]);
      if (call === null) break;
      const args =
        call?.given !== undefined
          ? termsOf(f, call.given, [() => f.use(left), () => f.use(right)])
          : swapped === true
            ? [f.use(right), f.use(left)]
            : [f.use(left), f.use(right)];
      made.push(m.i32[test](callRuntime(f, runtime, args, false), m.i32.const(0)));
    }
  }
  const [first, ...more] = made;
  if (first === undefined) return ownAnswer(f, question, left, right);
  if (more.length === 0) return first;
  return m.block(null, [...more.map((one) => m.drop(one)), first], binaryen.i32);
}

/** The same as the host has it. */
function ownAnswer(f: FunctionEmitter, question: keyof typeof TESTS, left: Value, right: Value): Expression {
  const { m } = f;
  const t = scalarWidth(left.type) > 32 ? m.f64 : m.f32;
  const relation = (name: "eq" | "ne" | "lt" | "le" | "gt" | "ge", a = left, b = right): Expression =>
    t[name](number(f, a), number(f, b));
  switch (question) {
    case "equal":
      return relation("eq");
    case "unequal":
      return relation("ne");
    case "ordered":
      return m.i32.and(relation("eq", left, left), relation("eq", right, right));
    case "unordered":
      return m.i32.or(relation("ne", left, left), relation("ne", right, right));
    case "less":
      return relation("lt");
    case "less or equal":
      return relation("le");
    case "greater":
      return relation("gt");
    case "greater or equal":
      return relation("ge");
    case "not less":
      return m.i32.eqz(relation("lt"));
    case "not less or equal":
      return m.i32.eqz(relation("le"));
    case "not greater":
      return m.i32.eqz(relation("gt"));
    case "not greater or equal":
      return m.i32.eqz(relation("ge"));
  }
}

/** A bit pattern with its sign changed. */
export function flipSign(f: FunctionEmitter, type: Type, value: Expression): Expression {
  const { m } = f;
  return scalarWidth(type) > 32
    ? m.i64.xor(value, m.i64.const(-(2n ** 63n)))
    : m.i32.xor(value, m.i32.const(-(2 ** 31)));
}

/** The same, of the type that the bit pattern has. */
function negative(f: FunctionEmitter, value: Expression): Expression {
  const { m } = f;
  return binaryen.getExpressionType(value) === binaryen.i64
    ? m.i64.xor(value, m.i64.const(-(2n ** 63n)))
    : m.i32.xor(value, m.i32.const(-(2 ** 31)));
}
