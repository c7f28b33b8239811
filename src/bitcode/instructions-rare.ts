// Records of the less frequent instructions: exceptions, vectors, aggregates, atomic operations, indirect branches.

import type { BitCursor } from "./bitstream.ts";
import { FUNCTION_CODE } from "./codes.ts";
import type { AttributeList, FunctionType, Instruction, OperandBundle, Type, Value } from "./module.ts";
import { RMW_OPERATORS } from "./operators.ts";
import { common, NONE, OperandReader } from "./operand-reader.ts";
import { scalarOf } from "./types.ts";

export class RareInstructionReader extends OperandReader {
  protected decodeRare(): Instruction {
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

  protected callee(explicit: boolean): { functionType: FunctionType; callee: Value } {
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

  protected callTail(
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

  protected atomicRmw(): Instruction {
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

  protected cmpXchg(): Instruction {
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

  protected path(aggregate: Type): { path: number[]; type: Type } {
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
}
