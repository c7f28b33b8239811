// Floating point where the core has instructions for it. WebAssembly's operations are IEEE 754's, as the target's are, so
// numbers are the same to the last bit; what differs is the sign and payload of NaNs (nan-facts.ts), conversions to
// integers of what does not fit, and the fused multiply-add, which WebAssembly has only as an extension (fused.ts).
//
// Values are bit patterns to everybody else, as with software floating point; patterns that become numbers again at once cost
// nothing, and only phis have locals of floating-point type.

import { InternalError } from "../../base/diagnostic.ts";
import { operandsOf } from "../../bitcode/index.ts";
import type {
  BasicBlock,
  CallInstruction,
  CastInstruction,
  Instruction,
  Type,
  Value,
} from "../../bitcode/index.ts";
import { AddressTerms } from "./address-terms.ts";
import { constantBits, isConstant, scalarWidth } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isPure } from "../function-facts.ts";
import { fusedLanes, softwareFused } from "./fused.ts";
import { machineTerms } from "./machine-terms.ts";
import { nanFacts, type NanFacts, type NanRole } from "./nan-facts.ts";
import { bitsOf, emitNanResult, emitNarrowed, emitWidened, type FloatFormat } from "./nan-support.ts";
import {
  firstLane,
  laneBits,
  laneOfBits,
  laneOfNumber,
  numberOf,
  sumOfLanes,
  vectorOf,
} from "./number-lanes.ts";
import type { NumberTerms } from "../../match/index.ts";
import type { NumberRegion } from "./number-regions.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Does the core compute with this type by instructions of its own? */
export function isHardware(f: FunctionEmitter, type: Type): boolean {
  const kind = f.p.floatingPoint;
  if (type.kind === "float") return kind !== "soft";
  return type.kind === "double" && (kind === "fpu" || kind === "embedded");
}

/** Has the core a fused multiply-add? */
export function hasFused(f: FunctionEmitter, type: Type): boolean {
  return f.p.floatingPoint === "fpu" && isHardware(f, type);
}

function formatOf(type: Type): FloatFormat {
  return type.kind === "double" ? "f64" : "f32";
}

const withLanes = new WeakMap<FunctionEmitter, { readonly f32: boolean; readonly f64: boolean }>();

/**
 * Are numbers kept in the first lane of vectors? For doubles that pays on any floating-point unit, since loads and stores are cheaper;
 * for singles, in functions with fused multiply-adds of them.
 */
export function usesLanes(f: FunctionEmitter, format: FloatFormat): boolean {
  let known = withLanes.get(f);
  if (known === undefined) {
    const hasUnit = f.p.floatingPoint === "fpu";
    const elementOf = (type: Type): Type => (type.kind === "vector" ? type.element : type);
    const isSingle = (inst: Instruction): boolean => isSum(inst) && elementOf(inst.type).kind === "float";
    const singles = f.fn.blocks.some((block) => block.instructions.some(isSingle));
    withLanes.set(f, (known = { f64: hasUnit, f32: hasUnit && f.p.fused && singles }));
  }
  return known[format];
}

/** Operations as `operand` gives their operands. */
function operations(f: FunctionEmitter, format: FloatFormat): Operations {
  return usesLanes(f, format) ? vectorOf(f.m, format) : f.m[format];
}

type Operations = Pick<FunctionEmitter["m"]["f64"], "add" | "sub" | "mul" | "div" | "neg" | "abs">;

/** A value as the host's number, or as the vector that has it in its first lane. */
function operand(f: FunctionEmitter, value: Value): Expression {
  const format = formatOf(value.type);
  return usesLanes(f, format) ? laneOfBits(f, format, f.use(value)) : hardNumber(f, value);
}

/** A number as `operand` gives it. */
function asOperand(f: FunctionEmitter, format: FloatFormat, number: Expression): Expression {
  return usesLanes(f, format) ? laneOfNumber(f.m, format, number) : number;
}

/** A value as the host's number. */
export function hardNumber(f: FunctionEmitter, value: Value): Expression {
  const format = formatOf(value.type);
  if (!isConstant(value)) return numberOf(f, format, f.use(value));
  const bits = constantBits(value, f.p.addresses);
  const view = new DataView(new ArrayBuffer(8));
  if (format === "f64") view.setBigUint64(0, bits);
  else view.setUint32(0, Number(bits));
  const number = format === "f64" ? view.getFloat64(0) : view.getFloat32(0);
  if (Number.isNaN(number) || Object.is(number, -0)) return numberOf(f, format, f.use(value));
  return f.m[format].const(number);
}

// ------------------------------------------------------------------------------------------------------------- NaNs

const known = new WeakMap<FunctionEmitter, NanFacts>();

function factsOf(f: FunctionEmitter): NanFacts {
  let facts = known.get(f);
  if (facts === undefined) {
    facts = nanFacts(f.fn, {
      role: (inst) => roleOf(f, inst),
      isRepeatable,
      isDead: (inst) => f.facts.dead.has(inst),
      terms: new AddressTerms(f.p.addresses),
    });
    known.set(f, facts);
  }
  return facts;
}

function isOpen(f: FunctionEmitter, value: Value): boolean {
  return value.kind === "instruction" && factsOf(f).open[value.slot] === true;
}

/** The parts of a block whose results are looked at for NaNs once. */
export function regionsOf(f: FunctionEmitter, block: BasicBlock): readonly NumberRegion[] {
  return factsOf(f).regions.get(block) ?? [];
}

/** No effect, no call of the target's runtime, and one scalar of a word. */
function isRepeatable(inst: Instruction): boolean {
  const isWord = (type: Type): boolean =>
    type.kind !== "vector" && !(type.kind === "integer" && type.width > 32);
  if (inst.op === "cast" && (inst.operator === "sitofp" || inst.operator === "uitofp"))
    return isWord(inst.operand.type) && (inst.type.kind === "float" || inst.type.kind === "double");
  return isPure(inst) && isWord(inst.type);
}

function intrinsicOf(inst: Instruction): string {
  if (inst.op !== "call" || inst.callee.kind !== "function") return "";
  return /^llvm\.(\w+)/.exec(inst.callee.name)?.[1] ?? "";
}

function isSum(inst: Instruction): boolean {
  return inst.op === "call" && (intrinsicOf(inst) === "fmuladd" || intrinsicOf(inst) === "fma");
}

function roleOf(f: FunctionEmitter, inst: Instruction): NanRole {
  switch (inst.op) {
    case "binary":
      return /^f(add|sub|mul|div)$/.test(inst.operator) && isHardware(f, inst.type) ? "arithmetic" : "shows";
    case "fneg":
      return isHardware(f, inst.type) ? "sign" : "shows";
    case "fcmp":
      return isHardware(f, inst.left.type) ? "blind" : "shows";
    case "cast": {
      const { operator, operand } = inst;
      if (operator === "fptosi" || operator === "fptoui")
        return isHardware(f, operand.type) && scalarWidthOf(inst.type) <= 32 ? "blind" : "shows";
      if (operator === "fptrunc" || operator === "fpext")
        return isHardware(f, operand.type) && isHardware(f, inst.type) ? "arithmetic" : "shows";
      return "shows";
    }
    case "call":
      if (intrinsicOf(inst) === "fabs") return isHardware(f, inst.type) ? "sign" : "shows";
      return isSum(inst) && hasFused(f, inst.type) ? "arithmetic" : "shows";
    default:
      return "shows";
  }
}

/** Is a value the result of a floating-point operation that the host does? */
export function isNumberResult(f: FunctionEmitter, inst: Instruction): boolean {
  const role = roleOf(f, inst);
  if (role === "arithmetic" || role === "sign") return true;
  return inst.op === "cast" && (inst.operator === "sitofp" || inst.operator === "uitofp");
}

/** Does an instruction take its operands as the host's numbers? */
export function takesNumbers(f: FunctionEmitter, inst: Instruction): boolean {
  return roleOf(f, inst) !== "shows";
}

const blocks = new WeakMap<FunctionEmitter, ReadonlyMap<Value, BasicBlock>>();

/** The block that an instruction is in. Results are worked out again in other blocks than their own. */
function blockOf(f: FunctionEmitter, inst: Instruction): BasicBlock | undefined {
  let known = blocks.get(f);
  if (known === undefined) {
    const of = f.fn.blocks.flatMap((block) => block.instructions.map((one) => [one, block] as const));
    blocks.set(f, (known = new Map<Value, BasicBlock>(of)));
  }
  return known.get(inst);
}

function scalarWidthOf(type: Type): number {
  return type.kind === "integer" ? type.width : 64;
}

/** Is a value used by one instruction of its block alone? Only then does the back end take it into that instruction. */
function isTakenIn(f: FunctionEmitter, value: Value, user: Instruction): value is Instruction {
  if (value.kind !== "instruction" || f.facts.useCount[value.slot] !== 1) return false;
  return blockOf(f, value) === blockOf(f, user);
}

/** Are the bits of a negation wanted as an integer of a register's size? The back end then negates the integer. */
function becomesWord(f: FunctionEmitter, inst: Instruction): boolean {
  if (inst.type.kind !== "float") return false;
  const uses = blockOf(f, inst)?.instructions ?? [];
  return uses.some((use) => use.op === "cast" && use.operator === "bitcast" && use.operand === inst);
}

/** The operands of an arithmetic instruction in the order in which their NaNs are handed on, where the machine code does not tell: the back
 *  end takes a negation of a term into the instruction, which then sees the NaN that was not negated. */
function nanOperands(f: FunctionEmitter, inst: Instruction): readonly Value[] {
  const term = (value: Value): Value =>
    isTakenIn(f, value, inst) && value.op === "fneg" ? value.operand : value;
  if (inst.op === "binary") {
    const isTerm = inst.operator === "fadd" || inst.operator === "fsub";
    return isTerm ? [inst.left, term(inst.right)] : [inst.left, inst.right];
  }
  if (inst.op === "cast") return [inst.operand];
  if (inst.op !== "call") return [];
  const [a, b, c] = inst.args;
  if (a === undefined || b === undefined || c === undefined) return [];
  // A negated factor becomes the negation of the constant that it is multiplied by, which is no NaN.
  const negated = isLoneConstant(f, b, inst) ? negatedHere(f, a, inst) : null;
  const factors = [negated ?? a, b] as const;
  // A constant is the second factor.
  return isConstant(a) ? [factors[1], term(c), factors[0]] : [factors[0], term(c), factors[1]];
}

/** Is a value a constant that its block uses once? The back end is then free to change it. */
function isLoneConstant(f: FunctionEmitter, value: Value, user: Instruction): boolean {
  if (value.kind !== "float") return false;
  const { bits, type } = value;
  let uses = 0;
  for (const inst of blockOf(f, user)?.instructions ?? [])
    for (const other of operandsOf(inst))
      if (other.kind === "float" && other.type === type && other.bits === bits) uses += 1;
  return uses === 1;
}

/** A number with the right bits, also where the value at hand is open. */
function exact(f: FunctionEmitter, value: Value): Expression {
  if (value.kind !== "instruction" || !isOpen(f, value)) return hardNumber(f, value);
  return corrected(f, value, hardNumber(f, value));
}

/** The result of a machine operation; `negated`: with its sign changed. `result` is what the host has for that. */
function byTerms(
  f: FunctionEmitter,
  inst: Instruction,
  result: Expression,
  { terms, moved }: NumberTerms,
  negated: boolean,
): Expression {
  const { m } = f;
  const operands = inst.op === "call" ? inst.args : operandsOf(inst);
  const signed = (value: Expression, sign: boolean, type: Type): Expression =>
    sign ? m[formatOf(type)].neg(value) : value;
  const values = terms.map((term) => {
    const value = operands[term.operand] ?? inst;
    return signed(exact(f, value), term.negated, value.type);
  });
  const [first] = values;
  if (first === undefined) return result;
  if (moved) return signed(first, negated, inst.type);
  if (inst.op === "cast") {
    const narrows = inst.operator === "fptrunc";
    const value = narrows ? emitNarrowed(f, first) : emitWidened(f, first, f.p.floatingPoint !== "fpu");
    return signed(value, negated, inst.type);
  }
  return emitNanResult(f, formatOf(inst.type), result, values, negated);
}

/** The target's result of an instruction whose operation gave `result`, which may be a NaN. */
function corrected(f: FunctionEmitter, inst: Instruction, result: Expression): Expression {
  const { m } = f;
  const format = formatOf(inst.type);
  const [terms] = machineTerms(f, inst, "whole");
  if (terms !== undefined) return byTerms(f, inst, result, terms, terms.negated);
  if (inst.op === "fneg") {
    const { operand } = inst;
    const made = operand.kind === "instruction" ? machineTerms(f, operand, "whole") : [];
    if (made.length > 0 && operand.kind === "instruction") {
      // The machine code may have the operation a second time, for the other sign.
      const opposite = made.find(({ negated }) => negated);
      if (opposite !== undefined) return byTerms(f, operand, result, opposite, false);
      return m[format].neg(exact(f, operand));
    }
    // The negation of a fused sum is one instruction, which does not negate NaNs.
    const same =
      isTakenIn(f, operand, inst) && isSum(operand) && hasFused(f, inst.type) && !becomesWord(f, inst);
    if (!same) return m[format].neg(exact(f, operand));
    const number = f.newLocal(binaryen[format]);
    const sum = m.local.tee(number, exact(f, operand), binaryen[format]);
    const again = (): Expression => m.local.get(number, binaryen[format]);
    // The condition is evaluated last.
    return m.select(m[format].ne(again(), again()), sum, m[format].neg(again()));
  }
  if (inst.op === "call" && intrinsicOf(inst) === "fabs")
    return m[format].abs(exact(f, inst.args[0] ?? inst));
  if (inst.op === "cast") {
    const operand = exact(f, inst.operand);
    if (inst.operator === "fptrunc") return emitNarrowed(f, operand);
    return emitWidened(f, operand, f.p.floatingPoint !== "fpu");
  }
  return emitNanResult(
    f,
    format,
    result,
    nanOperands(f, inst).map((value) => exact(f, value)),
  );
}

/** Bits of an instruction's result, put right if it is a NaN that somebody can look at. `result`: as `operand` gives operands. */
function settled(f: FunctionEmitter, inst: Instruction, result: Expression): Expression {
  const { m } = f;
  const format = formatOf(inst.type);
  const bits = (value: Expression): Expression =>
    (usesLanes(f, format) ? laneBits : bitsOf)(m, format, value);
  if (!isSettled(f, inst) || unsettled.has(f)) return bits(result);
  if (usesLanes(f, format)) return settledLane(f, inst, result);
  const type = binaryen[format];
  const local = f.newLocal(type);
  const get = (): Expression => m.local.get(local, type);
  return bitsOf(
    m,
    format,
    m.block(
      null,
      [
        m.local.set(local, result),
        m.if(m.i32.eqz(m[format].le(get(), get())), m.local.set(local, corrected(f, inst, get()))),
        get(),
      ],
      type,
    ),
  );
}

/** Is an instruction's result looked at, and put right if it is a NaN? */
function isSettled(f: FunctionEmitter, inst: Instruction): boolean {
  const signOnly = inst.op === "fneg" || intrinsicOf(inst) === "fabs";
  return !isOpen(f, inst) && (!signOnly || operandIsOpen(f, inst));
}

const unsettled = new WeakSet<FunctionEmitter>();

/** What is emitted by `work` leaves NaNs as they are. */
export function withoutSettling(f: FunctionEmitter, work: () => void): void {
  unsettled.add(f);
  work();
  unsettled.delete(f);
}

/** A condition that holds if any of these results, or of two in each vector of `pairs`, is a NaN, and perhaps where there are infinities of both signs. */
export function anyNan(
  f: FunctionEmitter,
  values: readonly Instruction[],
  pairs: readonly Expression[] = [],
): Expression {
  const { m } = f;
  const sumOf = (format: FloatFormat): Expression | null => {
    let sum: Expression | null = format === "f64" ? sumOfLanes(f, pairs) : null;
    for (const value of values) {
      if (formatOf(value.type) !== format) continue;
      const next = operand(f, value);
      sum = sum === null ? next : operations(f, format).add(sum, next);
    }
    if (sum === null) return null;
    return usesLanes(f, format) ? firstLane(m, format, sum) : sum;
  };
  const [double, single] = [sumOf("f64"), sumOf("f32")];
  const format = double === null ? "f32" : "f64";
  const sum =
    double !== null && single !== null ? m.f64.add(double, m.f64.promote(single)) : (double ?? single);
  if (sum === null) throw new InternalError("no result is looked at for NaNs");
  const local = f.newLocal(binaryen[format]);
  const again = m.local.get(local, binaryen[format]);
  return m.i32.eqz(m[format].le(m.local.tee(local, sum, binaryen[format]), again));
}

function settledLane(f: FunctionEmitter, inst: Instruction, result: Expression): Expression {
  const { m } = f;
  const format = formatOf(inst.type);
  const [vector, number] = [f.newLocal(binaryen.v128), f.newLocal(binaryen[format])];
  const again = (): Expression => m.local.get(number, binaryen[format]);
  const lane = firstLane(m, format, m.local.tee(vector, result, binaryen.v128));
  const isNan = m.i32.eqz(m[format].le(m.local.tee(number, lane, binaryen[format]), again()));
  const mended = m.local.set(vector, laneOfNumber(m, format, corrected(f, inst, again())));
  const statements = [m.if(isNan, mended), m.local.get(vector, binaryen.v128)];
  return laneBits(m, format, m.block(null, statements, binaryen.v128));
}

function operandIsOpen(f: FunctionEmitter, inst: Instruction): boolean {
  if (inst.op === "fneg") return isOpen(f, inst.operand);
  const operand = inst.op === "call" ? inst.args[0] : undefined;
  return operand !== undefined && isOpen(f, operand);
}

// ------------------------------------------------------------------------------------------------------- operations

const ARITHMETIC = { fadd: "add", fsub: "sub", fmul: "mul", fdiv: "div" } as const;

/** Bits of the result of an instruction that the core has, or null: it has not. */
export function emitHardFloat(f: FunctionEmitter, inst: Instruction): Expression | null {
  switch (inst.op) {
    case "binary": {
      const { operator, left, right } = inst;
      if (!isHardware(f, inst.type)) return null;
      if (operator !== "fadd" && operator !== "fsub" && operator !== "fmul" && operator !== "fdiv")
        return null;
      return settled(
        f,
        inst,
        operations(f, formatOf(inst.type))[ARITHMETIC[operator]](operand(f, left), operand(f, right)),
      );
    }
    case "fneg":
      if (!isHardware(f, inst.type)) return null;
      return settled(f, inst, operations(f, formatOf(inst.type)).neg(operand(f, inst.operand)));
    case "cast":
      return emitHardConversion(f, inst);
    default:
      return null;
  }
}

/** `llvm.fabs`. */
export function emitHardAbsolute(f: FunctionEmitter, inst: CallInstruction, value: Value): Expression {
  return settled(f, inst, operations(f, formatOf(inst.type)).abs(operand(f, value)));
}

/** A product and a sum, rounded once: on cores that have it. */
export function emitHardFused(f: FunctionEmitter, inst: CallInstruction): Expression {
  const format = formatOf(inst.type);
  const args = inst.args.slice(0, 3);
  if (f.p.fused) {
    const lanes = args.map((value) => laneOfBits(f, format, f.use(value)));
    return settled(f, inst, fusedLanes(f, format, lanes));
  }
  const numbers = args.map((value) => hardNumber(f, value));
  return settled(f, inst, asOperand(f, format, softwareFused(f, format, numbers)));
}

/** What a value of the user's block is the negation of, or null. */
function negatedHere(f: FunctionEmitter, value: Value, user: Instruction): Value | null {
  if (value.kind !== "instruction" || value.op !== "fneg") return null;
  return blockOf(f, value) === blockOf(f, user) ? value.operand : null;
}

/** A product and a sum, rounded twice: on cores with plain instructions only. */
export function emitHardUnfused(f: FunctionEmitter, inst: CallInstruction): Expression {
  const { m } = f;
  const format = formatOf(inst.type);
  const type = binaryen[format];
  const [a, b, c] = inst.args;
  if (a === undefined || b === undefined || c === undefined) return f.constant(inst.type, 0n);
  // The back end takes off what is added negated, and, with a negated factor, the product: which decides whose NaN is
  // handed on, and its sign.
  const term = negatedHere(f, c, inst);
  const [first, second] = [negatedHere(f, a, inst), negatedHere(f, b, inst)];
  const isDifference = term === null && (first === null) !== (second === null);
  const step = (
    operation: "mul" | "add" | "sub",
    left: () => Expression,
    right: () => Expression,
    terms: NumberTerms | undefined,
  ): [Expression, number] => {
    const local = f.newLocal(type);
    const get = (): Expression => m.local.get(local, type);
    const nans = (): Expression[] =>
      terms === undefined
        ? [left(), right()]
        : terms.terms.map(({ operand, negated }) => {
            const value = operand === 0 ? left() : right();
            return negated ? m[format].neg(value) : value;
          });
    const whole = terms?.negated ?? false;
    const fixed = terms?.moved ? (nans()[0] ?? get()) : emitNanResult(f, format, get(), nans(), whole);
    const result = m[format][operation](left(), right());
    const found = m.if(m[format].ne(get(), get()), m.local.set(local, fixed));
    return [m.block(null, [m.local.set(local, result), found]), local];
  };
  const [made1] = machineTerms(f, inst, "product");
  const [made2] = machineTerms(f, inst, "sum");
  if (made2 !== undefined) {
    const [times, product] = step(
      "mul",
      () => hardNumber(f, a),
      () => hardNumber(f, b),
      made1,
    );
    const [plus, sum] = step(
      "add",
      () => m.local.get(product, type),
      () => hardNumber(f, c),
      made2,
    );
    return bitsOf(m, format, m.block(null, [times, plus, m.local.get(sum, type)], type));
  }
  const [product, local] = step(
    "mul",
    () => hardNumber(f, isDifference ? (first ?? a) : a),
    () => hardNumber(f, isDifference ? (second ?? b) : b),
    undefined,
  );
  const made = (): Expression => m.local.get(local, type);
  const [sum, result] = isDifference
    ? step("sub", () => hardNumber(f, c), made, undefined)
    : step(term === null ? "add" : "sub", made, () => hardNumber(f, term ?? c), undefined);
  return bitsOf(m, format, m.block(null, [product, sum, m.local.get(result, type)], type));
}

function emitHardConversion(f: FunctionEmitter, inst: CastInstruction): Expression | null {
  const { m } = f;
  const { operand: from, operator } = inst;
  switch (operator) {
    case "fpext":
    case "fptrunc": {
      if (!isHardware(f, inst.type) || !isHardware(f, from.type)) return null;
      const wider = operator === "fpext";
      if (usesLanes(f, "f32") && usesLanes(f, "f64")) {
        const lane = operand(f, from);
        return settled(f, inst, wider ? m.f64x2.promote_low_f32x4(lane) : m.f32x4.demote_f64x2_zero(lane));
      }
      const number = wider ? m.f64.promote(hardNumber(f, from)) : m.f32.demote(hardNumber(f, from));
      return settled(f, inst, asOperand(f, wider ? "f64" : "f32", number));
    }
    case "fptosi":
    case "fptoui": {
      if (!isHardware(f, from.type) || scalarWidth(inst.type) > 32) return null;
      const format = formatOf(from.type);
      const unsigned = operator === "fptoui" && scalarWidth(inst.type) === 32;
      const convert = m.i32[unsigned ? "trunc_u_sat" : "trunc_s_sat"][format];
      if (f.p.floatingPoint !== "fpu" || unsigned) return convert(hardNumber(f, from));
      // The floating-point unit makes the least integer of a NaN, WebAssembly zero.
      const type = binaryen[format];
      const local = f.newLocal(type);
      const get = (): Expression => m.local.get(local, type);
      const kept = m.local.tee(local, hardNumber(f, from), type);
      return m.select(m[format].eq(get(), get()), convert(kept), m.i32.const(-(2 ** 31)));
    }
    case "sitofp":
    case "uitofp": {
      if (!isHardware(f, inst.type) || scalarWidth(from.type) > 32) return null;
      const format = formatOf(inst.type);
      const value = operator === "sitofp" ? f.signed(from) : f.use(from);
      return bitsOf(m, format, m[format][operator === "sitofp" ? "convert_s" : "convert_u"].i32(value));
    }
    default:
      return null;
  }
}
