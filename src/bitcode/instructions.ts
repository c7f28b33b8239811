// Instruction records. The type checks are the ones that keep a walker of the module from meeting the impossible
// (an address that is no pointer, a branch to a block that is not there); LLVM's verifier checks far more.

import type { BitCursor } from "./bitstream.ts";
import { FUNCTION_CODE } from "./codes.ts";
import type { Mutable } from "./constants.ts";
import type {
  AttributeList,
  FunctionType,
  GlobalFunction,
  Instruction,
  IntegerConstant,
  OperandBundle,
  Ordering,
  Type,
  Value,
} from "./module.ts";
import {
  binaryOperator,
  castOperator,
  fastMathFlags,
  FLOAT_PREDICATES,
  gepFlags,
  INTEGER_PREDICATES,
  integerFlags,
  ORDERINGS,
  RMW_OPERATORS,
} from "./operators.ts";
import type { ModuleTables } from "./tables.ts";
import { floatWidth, isSized, scalarOf, type TypeTable } from "./types.ts";

const NONE: readonly never[] = [];
const METADATA_MARK = 0x80000000;

/** Stands for a value that comes later in the function; never left in a finished one. */
interface Forward {
  readonly kind: "forward";
  readonly type: Type;
  readonly id: number;
}

/**
 * The fields that all instructions have. The frequent instructions spell them out instead: spreading an object into
 * a literal made reading four times slower.
 */
function common(type: Type): {
  kind: "instruction";
  type: Type;
  slot: number;
  name: null;
  debugLocation: null;
  metadata: readonly never[];
  debugRecords: readonly never[];
} {
  return {
    kind: "instruction",
    type,
    slot: -1,
    name: null,
    debugLocation: null,
    metadata: NONE,
    debugRecords: NONE,
  };
}

export class InstructionReader {
  /** Slots given so far. */
  slotCount: number;
  private readonly tables: ModuleTables;
  private readonly cursor: BitCursor;
  private readonly types: TypeTable;
  private readonly values: Value[];
  private readonly fn: GlobalFunction;
  private readonly void: Type;
  private readonly i1: Type;
  /** Next operand of the record. */
  private at = 0;
  private sawForward = false;
  private readonly unfinished: Instruction[] = [];
  private readonly unfinishedValues: Mutable<{ value: Value }>[] = [];
  private bundles: OperandBundle[] = [];
  private blockCount = 0;

  constructor(tables: ModuleTables, fn: GlobalFunction) {
    this.tables = tables;
    this.cursor = tables.cursor;
    this.types = tables.types;
    this.values = tables.values;
    this.fn = fn;
    this.void = tables.types.simple("void");
    this.i1 = tables.types.integer(1);
    this.slotCount = fn.valueType.params.length;
  }

  /** The instruction in the cursor's record; it gets the next slot if it has a result. */
  read(blockCount: number): Mutable<Instruction> {
    this.at = 0;
    this.sawForward = false;
    this.blockCount = blockCount;
    const instruction = this.decode() as Mutable<Instruction>;
    if (this.bundles.length > 0 && !("bundles" in instruction)) {
      this.cursor.fail("BW0404", "operand bundles without a call");
    }
    this.bundles = [];
    if (this.sawForward) this.unfinished.push(instruction);
    if (instruction.type.kind !== "void") {
      instruction.slot = this.slotCount;
      this.slotCount += 1;
      this.values.push(instruction);
    }
    return instruction;
  }

  /** Takes in an operand bundle for the call that follows. */
  readBundle(): void {
    const cursor: BitCursor = this.cursor;
    this.at = 0;
    this.sawForward = false;
    const tag = this.tables.bundleTags[this.word()];
    if (tag === undefined) cursor.fail("BW0405", "an operand bundle tag that does not exist");
    const inputs: Value[] = [];
    while (this.at < cursor.length) {
      if (cursor.high[this.at] === 0 && cursor.low[this.at] === METADATA_MARK) {
        this.at += 1;
        inputs.push(this.metadataOperand(this.types.simple("metadata")));
      } else inputs.push(this.typed());
    }
    if (this.sawForward) cursor.fail("BW0407", "an operand bundle that refers to a later value");
    this.bundles.push({ tag, inputs });
  }

  /** The value that operand `at` of the cursor's record, a debug record, refers to. */
  typedOperand(at: number): Value {
    this.at = at;
    this.sawForward = false;
    const value = this.typed();
    if (this.sawForward) this.cursor.fail("BW0404", "a debug record that refers to a later value");
    return value;
  }

  /** Puts the values in place of what stood for them. Call at the end of the body. */
  finish(): void {
    if (this.bundles.length > 0) this.cursor.fail("BW0404", "operand bundles without a call");
    for (const instruction of this.unfinished) this.patch(instruction as unknown as Record<string, unknown>);
    for (const entry of this.unfinishedValues) entry.value = this.resolved(entry.value);
  }

  private patch(holder: Record<string, unknown>): void {
    for (const key of Object.keys(holder)) {
      const field = holder[key];
      if (Array.isArray(field)) {
        for (let index = 0; index < field.length; index += 1) {
          const element: unknown = field[index];
          if (isForward(element)) field[index] = this.resolved(element);
        }
      } else if (isForward(field)) holder[key] = this.resolved(field);
    }
  }

  private resolved(value: unknown): Value {
    if (!isForward(value)) return value as Value;
    const found = this.values[value.id];
    if (found === undefined) this.cursor.fail("BW0405", `value ${String(value.id)} does not exist`);
    if (found.type !== value.type) this.cursor.fail("BW0406", `value ${String(value.id)} has another type`);
    return found;
  }

  private decode(): Instruction {
    const cursor: BitCursor = this.cursor;
    switch (cursor.code) {
      case FUNCTION_CODE.binary: {
        const left = this.typed();
        const right = this.untyped(left.type);
        const operator = binaryOperator(cursor, this.word(), left.type);
        const bits = this.optional(0);
        const isFloat = floatWidth(scalarOf(left.type)) > 0;
        const flags = integerFlags(operator, isFloat ? 0 : bits);
        const fastMath = isFloat ? fastMathFlags(bits) : NONE;
        return {
          kind: "instruction",
          type: left.type,
          slot: -1,
          name: null,
          debugLocation: null,
          metadata: NONE,
          debugRecords: NONE,
          op: "binary",
          operator,
          flags,
          fastMath,
          left,
          right,
        };
      }
      case FUNCTION_CODE.unary: {
        const operand = this.typed();
        if (this.word() !== 0 || floatWidth(scalarOf(operand.type)) === 0) {
          cursor.fail("BW0404", "a unary operator that does not exist");
        }
        return { ...common(operand.type), op: "fneg", fastMath: fastMathFlags(this.optional(0)), operand };
      }
      case FUNCTION_CODE.cast:
        return this.cast();
      case FUNCTION_CODE.compare:
      case FUNCTION_CODE.compare2:
        return this.compare();
      case FUNCTION_CODE.select: {
        const ifTrue = this.typed();
        const ifFalse = this.untyped(ifTrue.type);
        const condition = this.typed();
        const scalar = scalarOf(condition.type);
        if (scalar !== this.i1) cursor.fail("BW0406", "a selection by something that is not one bit");
        const fastMath = fastMathFlags(this.optional(0));
        return {
          kind: "instruction",
          type: ifTrue.type,
          slot: -1,
          name: null,
          debugLocation: null,
          metadata: NONE,
          debugRecords: NONE,
          op: "select",
          fastMath,
          condition,
          ifTrue,
          ifFalse,
        };
      }
      case FUNCTION_CODE.freeze: {
        const operand = this.typed();
        return { ...common(operand.type), op: "freeze", operand };
      }
      case FUNCTION_CODE.phi:
        return this.phi();
      case FUNCTION_CODE.alloca:
        return this.alloca();
      case FUNCTION_CODE.load:
      case FUNCTION_CODE.loadAtomic: {
        const address = this.pointer();
        const type = this.type();
        if (!isSized(type)) cursor.fail("BW0406", "a load of something without a size");
        const rest = this.memory(FUNCTION_CODE.loadAtomic);
        return {
          kind: "instruction",
          type: type,
          slot: -1,
          name: null,
          debugLocation: null,
          metadata: NONE,
          debugRecords: NONE,
          op: "load",
          address,
          ...rest,
        };
      }
      case FUNCTION_CODE.store:
      case FUNCTION_CODE.storeAtomic: {
        const address = this.pointer();
        const value = this.typed();
        if (!isSized(value.type)) cursor.fail("BW0406", "a store of something without a size");
        const rest = this.memory(FUNCTION_CODE.storeAtomic);
        return {
          kind: "instruction",
          type: this.void,
          slot: -1,
          name: null,
          debugLocation: null,
          metadata: NONE,
          debugRecords: NONE,
          op: "store",
          value,
          address,
          ...rest,
        };
      }
      case FUNCTION_CODE.gep:
        return this.gep();
      case FUNCTION_CODE.call:
        return this.call();
      case FUNCTION_CODE.br:
        return this.branch();
      case FUNCTION_CODE.ret: {
        const value = cursor.length === 0 ? null : this.typed();
        const expected = this.fn.valueType.returnType;
        if ((value === null ? this.void : value.type) !== expected)
          cursor.fail("BW0406", "a return of another type");
        return {
          kind: "instruction",
          type: this.void,
          slot: -1,
          name: null,
          debugLocation: null,
          metadata: NONE,
          debugRecords: NONE,
          op: "ret",
          value,
        };
      }
      case FUNCTION_CODE.switch:
        return this.switch();
      case FUNCTION_CODE.unreachable:
        return {
          kind: "instruction",
          type: this.void,
          slot: -1,
          name: null,
          debugLocation: null,
          metadata: NONE,
          debugRecords: NONE,
          op: "unreachable",
        };
      default:
        return this.decodeRare();
    }
  }

  private decodeRare(): Instruction {
    const cursor: BitCursor = this.cursor;
    switch (cursor.code) {
      case FUNCTION_CODE.indirectBr: {
        const type = this.type();
        const address = this.untyped(type);
        const targets: number[] = [];
        while (this.at < cursor.length) targets.push(this.block());
        return { ...common(this.void), op: "indirectbr", address, targets };
      }
      case FUNCTION_CODE.invoke: {
        const attributes = this.tables.attributes.get(cursor, this.word());
        const convention = this.word();
        const normal = this.block();
        const unwind = this.block();
        const callee = this.callee((convention & (1 << 13)) !== 0);
        const callingConvention = convention & 0x3ff;
        return { ...this.callTail(callee, attributes, callingConvention), op: "invoke", normal, unwind };
      }
      case FUNCTION_CODE.callBr: {
        const attributes = this.tables.attributes.get(cursor, this.word());
        const convention = this.word();
        const fallthrough = this.block();
        const indirect: number[] = [];
        for (let count = this.word(); count > 0; count -= 1) indirect.push(this.block());
        const callee = this.callee((convention & (1 << 15)) !== 0);
        const callingConvention = (convention & 0x7ff) >> 1;
        return {
          ...this.callTail(callee, attributes, callingConvention),
          op: "callbr",
          fallthrough,
          indirect,
        };
      }
      case FUNCTION_CODE.extractValue: {
        const aggregate = this.typed();
        const { path, type } = this.path(aggregate.type);
        return { ...common(type), op: "extractvalue", aggregate, path };
      }
      case FUNCTION_CODE.insertValue: {
        const aggregate = this.typed();
        const value = this.typed();
        const { path, type } = this.path(aggregate.type);
        if (type !== value.type) cursor.fail("BW0406", "an insertion of another type than the member's");
        return { ...common(aggregate.type), op: "insertvalue", aggregate, value, path };
      }
      case FUNCTION_CODE.extractElement: {
        const vector = this.vector();
        const index = this.typed();
        return { ...common(scalarOf(vector.type)), op: "extractelement", vector, index };
      }
      case FUNCTION_CODE.insertElement: {
        const vector = this.vector();
        const value = this.untyped(scalarOf(vector.type));
        const index = this.typed();
        return { ...common(vector.type), op: "insertelement", vector, value, index };
      }
      case FUNCTION_CODE.shuffleVector: {
        const left = this.vector();
        const right = this.untyped(left.type);
        const mask = this.vector();
        if (mask.type.kind !== "vector" || scalarOf(mask.type) !== this.types.integer(32)) {
          cursor.fail("BW0406", "a shuffle mask of another type");
        }
        const type = this.types.vector(scalarOf(left.type), mask.type.count, mask.type.scalable);
        return { ...common(type), op: "shufflevector", left, right, mask };
      }
      case FUNCTION_CODE.vaArg: {
        const list = this.untyped(this.type());
        const type = this.type();
        return { ...common(type), op: "va_arg", list };
      }
      case FUNCTION_CODE.atomicRmw:
        return this.atomicRmw();
      case FUNCTION_CODE.cmpXchg:
        return this.cmpXchg();
      case FUNCTION_CODE.fence: {
        const ordering = this.ordering();
        return { ...common(this.void), op: "fence", ordering, syncScope: this.syncScope() };
      }
      case FUNCTION_CODE.resume:
        return { ...common(this.void), op: "resume", value: this.typed() };
      case FUNCTION_CODE.landingPad: {
        const type = this.type();
        const cleanup = this.word() !== 0;
        const clauses: { clause: "catch" | "filter"; value: Value }[] = [];
        for (let count = this.word(); count > 0; count -= 1) {
          const clause = this.word() === 0 ? "catch" : "filter";
          clauses.push(this.entry({ clause, value: this.typed() }));
        }
        return { ...common(type), op: "landingpad", cleanup, clauses };
      }
      case FUNCTION_CODE.catchPad:
      case FUNCTION_CODE.cleanupPad: {
        const op = cursor.code === FUNCTION_CODE.catchPad ? "catchpad" : "cleanuppad";
        const token = this.types.simple("token");
        const parent = this.untyped(token);
        const args: Value[] = [];
        for (let count = this.word(); count > 0; count -= 1) args.push(this.typed());
        return { ...common(token), op, parent, args };
      }
      case FUNCTION_CODE.cleanupRet: {
        const pad = this.untyped(this.types.simple("token"));
        const unwind = this.at < cursor.length ? this.block() : null;
        return { ...common(this.void), op: "cleanupret", pad, unwind };
      }
      case FUNCTION_CODE.catchRet: {
        const pad = this.untyped(this.types.simple("token"));
        return { ...common(this.void), op: "catchret", pad, target: this.block() };
      }
      case FUNCTION_CODE.catchSwitch: {
        const token = this.types.simple("token");
        const parent = this.untyped(token);
        const handlers: number[] = [];
        for (let count = this.word(); count > 0; count -= 1) handlers.push(this.block());
        const unwind = this.at < cursor.length ? this.block() : null;
        return { ...common(token), op: "catchswitch", parent, handlers, unwind };
      }
      default:
        return cursor.fail("BW0407", `instruction code ${String(cursor.code)}`);
    }
  }

  private cast(): Instruction {
    const operand = this.typed();
    const type = this.type();
    const operator = castOperator(this.cursor, this.word());
    const bits = this.optional(0);
    const isTrunc = operator === "trunc";
    const mayBeNonNegative = operator === "zext" || operator === "uitofp";
    const isFloat = floatWidth(scalarOf(type)) > 0;
    // uitofp has a bit of its own in front of the fast-math flags' bits.
    const fastMath = isFloat && !mayBeNonNegative && bits !== 0 ? fastMathFlags(bits) : NONE;
    return {
      kind: "instruction",
      type: type,
      slot: -1,
      name: null,
      debugLocation: null,
      metadata: NONE,
      debugRecords: NONE,
      op: "cast",
      operator,
      nneg: mayBeNonNegative && (bits & 1) !== 0,
      nuw: isTrunc && (bits & 1) !== 0,
      nsw: isTrunc && (bits & 2) !== 0,
      fastMath,
      operand,
    };
  }

  private compare(): Instruction {
    const cursor: BitCursor = this.cursor;
    const left = this.typed();
    const right = this.untyped(left.type);
    const number = this.word();
    const bits = this.optional(0);
    const type = this.types.withShapeOf(left.type, this.i1);
    const scalar = scalarOf(left.type);
    if (floatWidth(scalar) > 0) {
      const predicate = FLOAT_PREDICATES[number];
      if (predicate === undefined) cursor.fail("BW0404", `predicate ${String(number)} does not exist`);
      return {
        kind: "instruction",
        type: type,
        slot: -1,
        name: null,
        debugLocation: null,
        metadata: NONE,
        debugRecords: NONE,
        op: "fcmp",
        predicate,
        fastMath: fastMathFlags(bits),
        left,
        right,
      };
    }
    const predicate = INTEGER_PREDICATES[number - 32];
    if (predicate === undefined) cursor.fail("BW0404", `predicate ${String(number)} does not exist`);
    if (scalar.kind !== "integer" && scalar.kind !== "pointer")
      cursor.fail("BW0406", "a comparison of aggregates");
    return {
      kind: "instruction",
      type: type,
      slot: -1,
      name: null,
      debugLocation: null,
      metadata: NONE,
      debugRecords: NONE,
      op: "icmp",
      predicate,
      samesign: (bits & 1) !== 0,
      left,
      right,
    };
  }

  private phi(): Instruction {
    const cursor: BitCursor = this.cursor;
    const type = this.type();
    if (!isSized(type) && type.kind !== "token") cursor.fail("BW0406", "a phi of something that is no value");
    const count = (cursor.length - 1) >> 1;
    const incoming = new Array<{ value: Value; block: number }>(count);
    const base = this.values.length;
    for (let index = 0; index < count; index += 1) {
      // The distance has a sign here: phis look forward as often as back.
      const raw = cursor.word(this.at);
      this.at += 1;
      const distance = (raw & 1) !== 0 ? -(raw >>> 1) : raw >>> 1;
      const value = this.valueAt(base - distance, type);
      incoming[index] = this.entry({ value, block: this.block() });
    }
    const fastMath = this.at < cursor.length ? fastMathFlags(this.word()) : NONE;
    return {
      kind: "instruction",
      type: type,
      slot: -1,
      name: null,
      debugLocation: null,
      metadata: NONE,
      debugRecords: NONE,
      op: "phi",
      fastMath,
      incoming,
    };
  }

  private alloca(): Instruction {
    const cursor: BitCursor = this.cursor;
    const allocatedType = this.type();
    const countType = this.type();
    const count = this.valueAt(this.word(), countType);
    const bits = this.word();
    const addressSpace = this.optional(0);
    if ((bits & (1 << 6)) === 0) cursor.fail("BW0407", "an alloca of an old form");
    if (!isSized(allocatedType)) cursor.fail("BW0406", "an alloca of something without a size");
    if (countType.kind !== "integer") cursor.fail("BW0406", "an alloca whose count is not an integer");
    const align = this.alignment((bits & 31) | (((bits >> 8) & 7) << 5));
    return {
      ...common(this.types.pointer(addressSpace)),
      op: "alloca",
      allocatedType,
      count,
      align,
      inalloca: (bits & (1 << 5)) !== 0,
      swiftError: (bits & (1 << 7)) !== 0,
    };
  }

  private gep(): Instruction {
    const cursor: BitCursor = this.cursor;
    const flags = gepFlags(this.word());
    const sourceType = this.type();
    const base = this.typed();
    const indices: Value[] = [];
    let type = base.type;
    while (this.at < cursor.length) {
      const index = this.typed();
      if (type.kind === "pointer" && index.type.kind === "vector")
        type = this.types.withShapeOf(index.type, type);
      indices.push(index);
    }
    if (scalarOf(type).kind !== "pointer")
      cursor.fail("BW0406", "an address computed from something that is no pointer");
    this.checkIndices(sourceType, indices);
    return {
      kind: "instruction",
      type: type,
      slot: -1,
      name: null,
      debugLocation: null,
      metadata: NONE,
      debugRecords: NONE,
      op: "getelementptr",
      sourceType,
      flags,
      base,
      indices,
    };
  }

  /** Follows the indices through the types, so that nobody after this meets a member that is not there. */
  private checkIndices(sourceType: Type, indices: readonly Value[]): void {
    const cursor: BitCursor = this.cursor;
    if (!isSized(sourceType)) cursor.fail("BW0406", "an address in something without a size");
    let type = sourceType;
    for (let at = 0; at < indices.length; at += 1) {
      const index = indices[at] as Value;
      if (scalarOf(index.type).kind !== "integer") cursor.fail("BW0406", "an index that is no integer");
      if (at === 0) continue;
      if (type.kind === "array" || type.kind === "vector") type = type.element;
      else if (type.kind === "struct") {
        const number =
          index.kind === "integer" ? Number(index.value) : index.kind === "zero" ? 0 : this.splat(index);
        const member = type.elements[number];
        if (member === undefined) cursor.fail("BW0406", "a member that does not exist");
        type = member;
      } else cursor.fail("BW0406", "an index into a scalar");
    }
  }

  /** The one value of a constant vector, or -1. */
  private splat(value: Value): number {
    if (value.kind === "data") {
      const first = value.elements[0] as number | bigint;
      return value.elements.every((element: number | bigint) => element === first) ? Number(first) : -1;
    }
    return -1;
  }

  private call(): Instruction {
    const cursor: BitCursor = this.cursor;
    const attributes = this.tables.attributes.get(cursor, this.word());
    const convention = this.word();
    const fastMath = (convention & (1 << 17)) !== 0 ? fastMathFlags(this.word()) : NONE;
    const callee = this.callee((convention & (1 << 15)) !== 0);
    const tail =
      (convention & (1 << 14)) !== 0
        ? "musttail"
        : (convention & (1 << 16)) !== 0
          ? "notail"
          : (convention & 1) !== 0
            ? "tail"
            : "none";
    const callingConvention = (convention & 0x7ff) >> 1;
    const { type, args, bundles } = this.callTail(callee, attributes, callingConvention);
    const { callee: target, functionType } = callee;
    return {
      kind: "instruction",
      type,
      slot: -1,
      name: null,
      debugLocation: null,
      metadata: NONE,
      debugRecords: NONE,
      op: "call",
      tail,
      fastMath,
      callee: target,
      functionType,
      args,
      callingConvention,
      attributes,
      bundles,
    };
  }

  private callee(explicit: boolean): { functionType: FunctionType; callee: Value } {
    const cursor: BitCursor = this.cursor;
    if (!explicit) cursor.fail("BW0407", "a call without its function type");
    const functionType = this.type();
    if (functionType.kind !== "function") cursor.fail("BW0406", "a call with a type that is no function's");
    const callee = this.typed();
    if (callee.type.kind !== "pointer") cursor.fail("BW0406", "a call of something that is no pointer");
    if (callee.kind === "asm" && callee.functionType !== functionType) {
      cursor.fail("BW0406", "a call of inline assembly with another type");
    }
    return { functionType, callee };
  }

  private callTail(
    target: { functionType: FunctionType; callee: Value },
    attributes: AttributeList,
    callingConvention: number,
  ): ReturnType<typeof common> & {
    callee: Value;
    functionType: FunctionType;
    args: Value[];
    callingConvention: number;
    attributes: AttributeList;
    bundles: readonly OperandBundle[];
  } {
    const cursor: BitCursor = this.cursor;
    const { functionType, callee } = target;
    const args: Value[] = [];
    for (const param of functionType.params) {
      if (param.kind === "label") {
        args.push({ kind: "block", type: param, block: this.block() });
      } else args.push(this.untyped(param));
    }
    if (functionType.variadic) while (this.at < cursor.length) args.push(this.typed());
    else if (this.at !== cursor.length) cursor.fail("BW0404", "a call with too many arguments");
    const bundles = this.bundles.length === 0 ? NONE : this.bundles;
    return {
      ...common(functionType.returnType),
      callee,
      functionType,
      args,
      callingConvention,
      attributes,
      bundles,
    };
  }

  private branch(): Instruction {
    const cursor: BitCursor = this.cursor;
    if (cursor.length === 1)
      return {
        kind: "instruction",
        type: this.void,
        slot: -1,
        name: null,
        debugLocation: null,
        metadata: NONE,
        debugRecords: NONE,
        op: "br",
        target: this.block(),
      };
    const ifTrue = this.block();
    const ifFalse = this.block();
    const condition = this.untyped(this.i1);
    return {
      kind: "instruction",
      type: this.void,
      slot: -1,
      name: null,
      debugLocation: null,
      metadata: NONE,
      debugRecords: NONE,
      op: "condbr",
      condition,
      ifTrue,
      ifFalse,
    };
  }

  private switch(): Instruction {
    const cursor: BitCursor = this.cursor;
    const type = this.type();
    const condition = this.untyped(type);
    const defaultTarget = this.block();
    const cases: { value: IntegerConstant; target: number }[] = [];
    while (this.at < cursor.length) {
      const value = this.values[this.word()];
      if (value === undefined) cursor.fail("BW0405", "a case value that does not exist");
      if (value.kind !== "integer" || value.type !== type)
        cursor.fail("BW0406", "a case value of another type");
      cases.push({ value, target: this.block() });
    }
    return {
      kind: "instruction",
      type: this.void,
      slot: -1,
      name: null,
      debugLocation: null,
      metadata: NONE,
      debugRecords: NONE,
      op: "switch",
      condition,
      defaultTarget,
      cases,
    };
  }

  private atomicRmw(): Instruction {
    const cursor: BitCursor = this.cursor;
    const address = this.pointer();
    const value = this.typed();
    const number = this.word();
    const operator = RMW_OPERATORS[number];
    if (operator === undefined) cursor.fail("BW0404", `atomic operator ${String(number)} does not exist`);
    const isVolatile = this.word() !== 0;
    const ordering = this.ordering();
    const syncScope = this.syncScope();
    const align = this.alignmentNeeded();
    return {
      ...common(value.type),
      op: "atomicrmw",
      operator,
      address,
      value,
      align,
      volatile: isVolatile,
      ordering,
      syncScope,
    };
  }

  private cmpXchg(): Instruction {
    const address = this.pointer();
    const expected = this.typed();
    const replacement = this.untyped(expected.type);
    const isVolatile = this.word() !== 0;
    const successOrdering = this.ordering();
    const syncScope = this.syncScope();
    const failureOrdering = this.ordering();
    const weak = this.word() !== 0;
    const align = this.alignmentNeeded();
    return {
      ...common(this.types.literalStruct([expected.type, this.i1], false)),
      op: "cmpxchg",
      address,
      expected,
      replacement,
      align,
      volatile: isVolatile,
      weak,
      successOrdering,
      failureOrdering,
      syncScope,
    };
  }

  private memory(atomicCode: number): {
    align: number;
    volatile: boolean;
    ordering: Ordering;
    syncScope: string;
  } {
    const align = this.alignmentNeeded();
    const isVolatile = this.word() !== 0;
    if (this.cursor.code !== atomicCode)
      return { align, volatile: isVolatile, ordering: "notatomic", syncScope: "" };
    const ordering = this.ordering();
    return { align, volatile: isVolatile, ordering, syncScope: this.syncScope() };
  }

  private path(aggregate: Type): { path: number[]; type: Type } {
    const cursor: BitCursor = this.cursor;
    const path: number[] = [];
    let type = aggregate;
    while (this.at < cursor.length) {
      const index = this.word();
      let member: Type | undefined;
      if (type.kind === "struct") member = type.elements[index];
      else if (type.kind === "array" && index < type.count) member = type.element;
      if (member === undefined) cursor.fail("BW0406", "a member that does not exist");
      path.push(index);
      type = member;
    }
    if (path.length === 0) cursor.fail("BW0404", "a member without an index");
    return { path, type };
  }

  private word(): number {
    const value = this.cursor.word(this.at);
    this.at += 1;
    return value;
  }

  private optional(otherwise: number): number {
    return this.at < this.cursor.length ? this.word() : otherwise;
  }

  private type(): Type {
    return this.types.get(this.cursor, this.word());
  }

  private block(): number {
    const block = this.word();
    if (block >= this.blockCount) this.cursor.fail("BW0405", `block ${String(block)} does not exist`);
    return block;
  }

  private ordering(): Ordering {
    const number = this.word();
    const ordering = ORDERINGS[number];
    if (ordering === undefined)
      this.cursor.fail("BW0404", `memory ordering ${String(number)} does not exist`);
    return ordering;
  }

  private syncScope(): string {
    const number = this.word();
    const scope =
      this.tables.syncScopes[number] ?? (number === 0 ? "singlethread" : number === 1 ? "" : undefined);
    if (scope === undefined)
      this.cursor.fail("BW0405", `synchronization scope ${String(number)} does not exist`);
    return scope;
  }

  /** Alignments are stored as the exponent plus one, 0 for none. */
  private alignment(stored: number): number | null {
    if (stored > 33) this.cursor.fail("BW0404", "an alignment of more than 2^32 bytes");
    return stored === 0 ? null : 2 ** (stored - 1);
  }

  private alignmentNeeded(): number {
    const align = this.alignment(this.word());
    if (align === null) this.cursor.fail("BW0407", "a memory access without an alignment");
    return align;
  }

  private vector(): Value {
    const value = this.typed();
    if (value.type.kind !== "vector")
      this.cursor.fail("BW0406", "an operation on something that is no vector");
    return value;
  }

  private pointer(): Value {
    const value = this.typed();
    if (value.type.kind !== "pointer")
      this.cursor.fail("BW0406", "an access through something that is no pointer");
    return value;
  }

  /** A value whose type is in the record only if the value comes later. */
  private typed(): Value {
    const id = (this.values.length - this.word()) >>> 0;
    const value = this.values[id];
    if (value !== undefined) return value;
    return this.forward(id, this.type());
  }

  /** A value whose type the instruction knows. */
  private untyped(type: Type): Value {
    if (type.kind === "metadata") return this.metadataOperand(type);
    return this.valueAt((this.values.length - this.word()) >>> 0, type);
  }

  private metadataOperand(type: Type): Value {
    const id = (this.values.length - this.word()) >>> 0;
    return { kind: "metadata", type, metadata: this.tables.metadata.get(id) };
  }

  private valueAt(id: number, type: Type): Value {
    const value = this.values[id];
    if (value === undefined) return this.forward(id, type);
    if (value.type !== type) this.cursor.fail("BW0406", `value ${String(id)} has another type`);
    return value;
  }

  private forward(id: number, type: Type): Value {
    if (id < 0) this.cursor.fail("BW0405", "a value before the first");
    this.sawForward = true;
    const forward: Forward = { kind: "forward", type, id };
    return forward as unknown as Value;
  }

  /** A pair inside an instruction's list, whose value may have to be put in later. */
  private entry<T extends { value: Value }>(entry: T): T {
    if (isForward(entry.value)) this.unfinishedValues.push(entry);
    return entry;
  }
}

function isForward(value: unknown): value is Forward {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "forward";
}
