// Instruction records. The type checks are the ones that keep a walker of the module from meeting the impossible
// (an address that is no pointer, a branch to a block that is not there); LLVM's verifier checks far more.

import type { BitCursor } from "./bitstream.ts";
import { FUNCTION_CODE } from "./codes.ts";
import type { Mutable } from "./constants.ts";
import { RareInstructionReader } from "./instructions-rare.ts";
import type { Instruction, IntegerConstant, Ordering, Type, Value } from "./module.ts";
import { common, NONE } from "./operand-reader.ts";
import {
  binaryOperator,
  castOperator,
  fastMathFlags,
  FLOAT_PREDICATES,
  gepFlags,
  INTEGER_PREDICATES,
  integerFlags,
} from "./operators.ts";
import { floatWidth, isSized, scalarOf } from "./types.ts";

const METADATA_MARK = 0x80000000;

export class InstructionReader extends RareInstructionReader {
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
}
