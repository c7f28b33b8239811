// CONSTANTS blocks. A constant may refer to one that comes later in its block, so each is made at once (its
// type is known) and its operands are filled in when the block ends. Nothing is recursive here, and afterwards no
// cycle and no nest deeper than MAX_DEPTH is left, so that users can recurse over constants without care.

import { readRange, readWide } from "./attributes.ts";
import { BLOCK, END, type BitCursor } from "./bitstream.ts";
import { CONSTANT_CODE } from "./codes.ts";
import type {
  BinaryOperator,
  CastOperator,
  Constant,
  ConstantRange,
  DataConstant,
  GlobalFunction,
  InlineAsm,
  IntegerType,
  SimpleType,
  Type,
  Value,
} from "./module.ts";
import { childrenOf } from "./operands.ts";
import {
  binaryOperator,
  castOperator,
  FLOAT_PREDICATES,
  gepFlags,
  INTEGER_PREDICATES,
  integerFlags,
} from "./operators.ts";
import { floatWidth, isFirstClass, scalarOf, type TypeTable } from "./types.ts";

const MAX_DEPTH = 500;

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Whether a value is a constant (a global's address included). */
export function isConstant(value: Value): value is Constant {
  switch (value.kind) {
    case "argument":
    case "instruction":
    case "asm":
    case "metadata":
    case "block":
      return false;
    default:
      return true;
  }
}

/** The zero of a type, as a null record means it; null for a type that has none. */
export function zeroOf(type: Type): Constant | null {
  switch (type.kind) {
    case "integer":
      return { kind: "integer", type, value: 0n };
    case "pointer":
      return { kind: "null", type };
    case "struct":
    case "array":
    case "vector":
    case "target":
      return { kind: "zero", type };
    case "token":
      return { kind: "none", type };
    default:
      return floatWidth(type) > 0 ? { kind: "float", type: type as SimpleType, bits: 0n } : null;
  }
}

/**
 * Reads the CONSTANTS block that the cursor has just been told of and appends its constants to `values`.
 * Errors: BW0404 to BW0408.
 */
export function readConstants(cursor: BitCursor, types: TypeTable, values: Value[]): void {
  new ConstantReader(cursor, types, values).read();
}

class ConstantReader {
  private readonly cursor: BitCursor;
  private readonly types: TypeTable;
  private readonly values: Value[];
  private readonly pending: (() => void)[] = [];
  /** Constants with operands, made by this block. */
  private readonly compound: Constant[] = [];
  private type: Type;

  constructor(cursor: BitCursor, types: TypeTable, values: Value[]) {
    this.cursor = cursor;
    this.types = types;
    this.values = values;
    this.type = types.integer(32);
  }

  read(): void {
    const cursor: BitCursor = this.cursor;
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) break;
      if (found === BLOCK) cursor.skip();
      else if (cursor.code === CONSTANT_CODE.setType) {
        this.type = this.types.get(cursor, cursor.word(0));
        if (!isFirstClass(this.type)) cursor.fail("BW0406", "constants of a type that has no values");
      } else this.values.push(this.readConstant());
    }
    for (const fill of this.pending) fill();
    checkDepth(cursor, this.compound);
  }

  private readConstant(): Value {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    switch (cursor.code) {
      case CONSTANT_CODE.null: {
        const zero = zeroOf(type);
        if (zero === null) cursor.fail("BW0406", "a null of a type that has none");
        return zero;
      }
      case CONSTANT_CODE.undef:
        return { kind: "undef", type };
      case CONSTANT_CODE.poison:
        return { kind: "poison", type };
      case CONSTANT_CODE.integer: {
        const integer = this.integerType();
        // Nearly all constants are small: a narrow record needs no 64-bit arithmetic.
        return { kind: "integer", type: integer, value: BigInt.asIntN(integer.width, cursor.signed(0)) };
      }
      case CONSTANT_CODE.wideInteger: {
        const integer = this.integerType();
        return { kind: "integer", type: integer, value: readWide(cursor, 0, cursor.length, integer.width) };
      }
      case CONSTANT_CODE.float:
        return this.readFloat();
      case CONSTANT_CODE.string:
      case CONSTANT_CODE.cString:
      case CONSTANT_CODE.data:
        return this.readData();
      case CONSTANT_CODE.aggregate:
        return this.readAggregate();
      case CONSTANT_CODE.inlineAsm:
        return this.readInlineAsm();
      case CONSTANT_CODE.blockAddress:
        return this.readBlockAddress();
      case CONSTANT_CODE.dsoLocalEquivalent:
      case CONSTANT_CODE.noCfi: {
        const kind = cursor.code === CONSTANT_CODE.noCfi ? "no_cfi" : "dso_local_equivalent";
        const marker = { kind, type, function: null as unknown as GlobalFunction } as const;
        const id = cursor.word(1);
        this.pending.push(() => {
          (marker as Mutable<typeof marker>).function = this.functionAt(id);
        });
        return marker;
      }
      case CONSTANT_CODE.ptrAuth:
      case CONSTANT_CODE.ptrAuth2: {
        const operands: Constant[] = [];
        this.fill(operands, this.ids(0));
        return this.made({ kind: "ptrauth", type, operands });
      }
      default:
        return this.readExpression();
    }
  }

  private readExpression(): Constant {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    switch (cursor.code) {
      case CONSTANT_CODE.cast: {
        const operator = castOperator(cursor, cursor.word(0));
        const from = this.types.get(cursor, cursor.word(1));
        const made = {
          kind: "expression",
          op: "cast",
          operator,
          type,
          operand: null as unknown as Constant,
        } as const;
        const id = cursor.word(2);
        this.pending.push(() => {
          (made as Mutable<{ operand: Constant; operator: CastOperator }>).operand = this.constantAt(
            id,
            from,
          );
        });
        return this.made(made);
      }
      case CONSTANT_CODE.binary: {
        const operator = binaryOperator(cursor, cursor.word(0), type);
        const flags = integerFlags(operator, cursor.length > 3 ? cursor.word(3) : 0);
        const none = null as unknown as Constant;
        const made = {
          kind: "expression",
          op: "binary",
          operator,
          type,
          flags,
          left: none,
          right: none,
        } as const;
        const [left, right] = [cursor.word(1), cursor.word(2)];
        this.pending.push(() => {
          const target = made as Mutable<{ left: Constant; right: Constant; operator: BinaryOperator }>;
          target.left = this.constantAt(left, type);
          target.right = this.constantAt(right, type);
        });
        return this.made(made);
      }
      case CONSTANT_CODE.unary:
        return this.readOperands("fneg", null, [cursor.word(1)]);
      case CONSTANT_CODE.select:
        return this.readOperands("select", null, this.ids(0));
      case CONSTANT_CODE.compare: {
        const compared = this.types.get(cursor, cursor.word(0));
        const isFloat = floatWidth(scalarOf(compared)) > 0;
        const number = cursor.word(3);
        const predicate = isFloat ? FLOAT_PREDICATES[number] : INTEGER_PREDICATES[number - 32];
        if (predicate === undefined) cursor.fail("BW0404", `predicate ${String(number)} does not exist`);
        return this.readOperands(isFloat ? "fcmp" : "icmp", predicate, [cursor.word(1), cursor.word(2)]);
      }
      case CONSTANT_CODE.extractElement:
        return this.readOperands("extractelement", null, [
          cursor.word(1),
          cursor.word(cursor.length > 3 ? 3 : 2),
        ]);
      case CONSTANT_CODE.insertElement:
        return this.readOperands("insertelement", null, [
          cursor.word(0),
          cursor.word(1),
          cursor.word(cursor.length > 3 ? 3 : 2),
        ]);
      case CONSTANT_CODE.shuffleVector:
        return this.readOperands("shufflevector", null, this.ids(0));
      case CONSTANT_CODE.shuffleVectorEx:
        return this.readOperands("shufflevector", null, this.ids(1));
      case CONSTANT_CODE.gep:
      case CONSTANT_CODE.gepInRange:
      case CONSTANT_CODE.gepOld:
      case CONSTANT_CODE.gepInBounds:
        return this.readGep();
      default:
        return cursor.fail("BW0407", `constant code ${String(cursor.code)}`);
    }
  }

  private readOperands(
    op: "fneg" | "select" | "fcmp" | "icmp" | "extractelement" | "insertelement" | "shufflevector",
    predicate: string | null,
    ids: readonly number[],
  ): Constant {
    const operands: Constant[] = [];
    this.fill(operands, ids);
    return this.made({ kind: "expression", op, type: this.type, predicate, operands });
  }

  private readGep(): Constant {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    let at = 0;
    const hasFlags = cursor.code === CONSTANT_CODE.gep || cursor.code === CONSTANT_CODE.gepInRange;
    if (!hasFlags && cursor.length % 2 === 0)
      cursor.fail("BW0407", "an address constant without its source type");
    const sourceType = this.types.get(cursor, cursor.word(at++));
    const flags = gepFlags(hasFlags ? cursor.word(at++) : cursor.code === CONSTANT_CODE.gepInBounds ? 1 : 0);
    let inRange: ConstantRange | null = null;
    if (cursor.code === CONSTANT_CODE.gepInRange) {
      const read = readRange(cursor, at + 1, cursor.word(at));
      inRange = read.range;
      at = read.next;
    }
    if ((cursor.length - at) % 2 !== 0 || cursor.length - at < 2)
      cursor.fail("BW0404", "a malformed address constant");
    const operands: { type: Type; id: number }[] = [];
    for (; at < cursor.length; at += 2) {
      operands.push({ type: this.types.get(cursor, cursor.word(at)), id: cursor.word(at + 1) });
    }
    const indices: Constant[] = [];
    const base = null as unknown as Constant;
    const made = {
      kind: "expression",
      op: "getelementptr",
      type,
      sourceType,
      flags,
      inRange,
      base,
      indices,
    } as const;
    this.pending.push(() => {
      operands.forEach((operand, index) => {
        const value = this.constantAt(operand.id, operand.type);
        if (index > 0) indices.push(value);
        else (made as Mutable<{ base: Constant; kind: "expression" }>).base = value;
      });
    });
    if (scalarOf((operands[0] as { type: Type }).type).kind !== "pointer") {
      cursor.fail("BW0406", "an address constant without a pointer");
    }
    return this.made(made);
  }

  private readFloat(): Constant {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    const width = floatWidth(type);
    if (width === 0)
      cursor.fail(type.kind === "vector" ? "BW0407" : "BW0406", "a floating constant of another type");
    let bits = cursor.big(0);
    if (width > 64) {
      const second = cursor.big(1);
      // The 80-bit format is stored with its sign and exponent first.
      bits = type.kind === "x86_fp80" ? (bits << 16n) | (second & 0xffffn) : bits | (second << 64n);
    }
    return { kind: "float", type: type as SimpleType, bits: BigInt.asUintN(width, bits) };
  }

  private readData(): Constant {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    if (type.kind !== "array" && type.kind !== "vector")
      cursor.fail("BW0406", "a data constant that is no array");
    const terminated = cursor.code === CONSTANT_CODE.cString ? 1 : 0;
    const count = cursor.length + terminated;
    if (count !== type.count) cursor.fail("BW0406", "a data constant with the wrong number of elements");
    const width = type.element.kind === "integer" ? type.element.width : floatWidth(type.element);
    if (cursor.code !== CONSTANT_CODE.data && width !== 8)
      cursor.fail("BW0406", "a string that is not made of bytes");
    let elements: DataConstant["elements"];
    if (width === 64) {
      elements = new BigUint64Array(count);
      for (let at = 0; at < cursor.length; at += 1) elements[at] = cursor.big(at);
    } else {
      if (width === 8) elements = new Uint8Array(count);
      else if (width === 16) elements = new Uint16Array(count);
      else if (width === 32) elements = new Uint32Array(count);
      else cursor.fail("BW0406", `a data constant of ${String(width)}-bit elements`);
      for (let at = 0; at < cursor.length; at += 1) elements[at] = cursor.low[at] as number;
    }
    return { kind: "data", type, elements };
  }

  private readAggregate(): Constant {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    const ids = this.ids(0);
    const elements: Constant[] = [];
    if (type.kind === "struct") {
      if (ids.length !== type.elements.length)
        cursor.fail("BW0406", "a structure with the wrong number of members");
      this.fill(elements, ids, (index) => type.elements[index] as Type);
    } else if (type.kind === "array" || type.kind === "vector") {
      if (ids.length !== type.count) cursor.fail("BW0406", "an array with the wrong number of elements");
      this.fill(elements, ids, () => type.element);
    } else cursor.fail("BW0406", "an aggregate of a scalar type");
    return this.made({ kind: "aggregate", type, elements });
  }

  private readInlineAsm(): InlineAsm {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    const functionType = this.types.get(cursor, cursor.word(0));
    if (functionType.kind !== "function") cursor.fail("BW0406", "inline assembly without a function type");
    const flags = cursor.word(1);
    const textFrom = 3;
    const textTo = textFrom + cursor.word(2);
    const constraintsTo = textTo + 1 + cursor.word(textTo);
    return {
      kind: "asm",
      type,
      functionType,
      text: cursor.text(textFrom, textTo),
      constraints: cursor.text(textTo + 1, constraintsTo),
      sideEffect: (flags & 1) !== 0,
      alignStack: (flags & 2) !== 0,
      intelDialect: (flags & 4) !== 0,
      canThrow: (flags & 8) !== 0,
    };
  }

  private readBlockAddress(): Constant {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    const id = cursor.word(1);
    const block = cursor.word(2);
    if (block === 0) cursor.fail("BW0405", "the address of an entry block");
    const made = { kind: "blockaddress", type, function: null as unknown as GlobalFunction, block } as const;
    this.pending.push(() => {
      const target = this.functionAt(id);
      (made as Mutable<typeof made>).function = target;
    });
    return made;
  }

  private integerType(): IntegerType {
    const cursor: BitCursor = this.cursor;
    const type = this.type;
    if (type.kind !== "integer")
      cursor.fail(type.kind === "vector" ? "BW0407" : "BW0406", "an integer of another type");
    return type;
  }

  private made<T extends Constant>(constant: T): T {
    this.compound.push(constant);
    return constant;
  }

  private ids(from: number): number[] {
    const ids: number[] = [];
    for (let at = from; at < this.cursor.length; at += 1) ids.push(this.cursor.word(at));
    return ids;
  }

  private fill(target: Constant[], ids: readonly number[], typeOf?: (index: number) => Type): void {
    this.pending.push(() => {
      for (let index = 0; index < ids.length; index += 1) {
        target.push(this.constantAt(ids[index] as number, typeOf === undefined ? null : typeOf(index)));
      }
    });
  }

  private constantAt(id: number, type: Type | null): Constant {
    const value = this.values[id];
    if (value === undefined) this.cursor.fail("BW0405", `value ${String(id)} does not exist`);
    if (!isConstant(value)) this.cursor.fail("BW0406", `value ${String(id)} is not a constant`);
    if (type !== null && value.type !== type)
      this.cursor.fail("BW0406", `constant ${String(id)} has another type`);
    return value;
  }

  private functionAt(id: number): GlobalFunction {
    const value = this.constantAt(id, null);
    if (value.kind !== "function") this.cursor.fail("BW0406", `value ${String(id)} is not a function`);
    return value;
  }
}

const depths = new WeakMap<Constant, number>();

/** Refuses cycles and nests that are too deep; walks with a stack of its own. */
function checkDepth(cursor: BitCursor, constants: readonly Constant[]): void {
  const visiting = new Set<Constant>();
  for (const root of constants) {
    if (depths.has(root)) continue;
    const stack: { constant: Constant; operands: readonly Constant[]; next: number; depth: number }[] = [];
    const push = (constant: Constant): void => {
      visiting.add(constant);
      stack.push({ constant, operands: childrenOf(constant), next: 0, depth: 0 });
    };
    push(root);
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const operand = top.operands[top.next];
      if (operand === undefined) {
        stack.pop();
        visiting.delete(top.constant);
        depths.set(top.constant, top.depth);
        const outer = stack[stack.length - 1];
        if (outer !== undefined) outer.depth = Math.max(outer.depth, top.depth + 1);
        continue;
      }
      top.next += 1;
      if (operand.kind !== "aggregate" && operand.kind !== "expression" && operand.kind !== "ptrauth")
        continue;
      const known = depths.get(operand);
      if (known !== undefined) top.depth = Math.max(top.depth, known + 1);
      else if (visiting.has(operand)) cursor.fail("BW0404", "a constant that contains itself");
      else push(operand);
      if (stack.length > MAX_DEPTH || top.depth > MAX_DEPTH)
        cursor.fail("BW0408", "constants are nested too deep");
    }
  }
}
