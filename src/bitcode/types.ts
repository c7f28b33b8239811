// The type table: reads TYPE blocks and interns types, so that equal types are one object and the rest of the
// reader (and every user) can compare types with ===.

import { BLOCK, END, type BitCursor } from "./bitstream.ts";
import { TYPE_CODE } from "./codes.ts";
import type {
  ArrayType,
  FunctionType,
  IntegerType,
  PointerType,
  SimpleType,
  StructType,
  TargetType,
  Type,
  VectorType,
} from "./module.ts";

// Consumers walk types recursively, so depth is bounded here once for all of them.
const MAX_DEPTH = 200;
const MAX_INTEGER_WIDTH = 1 << 23;

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

export class TypeTable {
  /** Every distinct type; index: `type.id`. */
  readonly all: Type[] = [];
  /** By the file's type number. */
  private readonly table: Type[] = [];
  private readonly depths: number[] = [];
  private readonly interned = new Map<string, Type>();

  /** The file's type `number`. */
  get(cursor: BitCursor, number: number): Type {
    const type = this.table[number];
    if (type === undefined) cursor.fail("BW0405", `type ${String(number)} does not exist`);
    return type;
  }

  simple(kind: SimpleType["kind"]): SimpleType {
    return this.intern(kind, [], { kind }) as SimpleType;
  }

  integer(width: number): IntegerType {
    return this.intern(`i${String(width)}`, [], { kind: "integer", width }) as IntegerType;
  }

  pointer(addressSpace: number): PointerType {
    return this.intern(`p${String(addressSpace)}`, [], { kind: "pointer", addressSpace }) as PointerType;
  }

  vector(element: Type, count: number, scalable: boolean): VectorType {
    const key = `v${scalable ? "s" : ""}${String(count)}x${String(element.id)}`;
    return this.intern(key, [element], { kind: "vector", element, count, scalable }) as VectorType;
  }

  array(element: Type, count: number): ArrayType {
    const key = `a${String(count)}x${String(element.id)}`;
    return this.intern(key, [element], { kind: "array", element, count }) as ArrayType;
  }

  literalStruct(elements: readonly Type[], packed: boolean): StructType {
    const key = `s${packed ? "p" : ""}${elements.map((element) => element.id).join()}`;
    return this.intern(key, elements, {
      kind: "struct",
      name: null,
      elements,
      packed,
      opaque: false,
    }) as StructType;
  }

  function(returnType: Type, params: readonly Type[], variadic: boolean): FunctionType {
    const key = `f${variadic ? "v" : ""}${[returnType, ...params].map((type) => type.id).join()}`;
    const type = { kind: "function", returnType, params, variadic } as const;
    return this.intern(key, [returnType, ...params], type) as FunctionType;
  }

  /** `type` with every scalar replaced by `scalar`: the type of a comparison of vectors, for instance. */
  withShapeOf(type: Type, scalar: Type): Type {
    return type.kind === "vector" ? this.vector(scalar, type.count, type.scalable) : scalar;
  }

  /** Reads the TYPE block that the cursor has just been told of. */
  readBlock(cursor: BitCursor): void {
    cursor.enter();
    let name: string | null = null;
    for (;;) {
      const found = cursor.next();
      if (found === END) return;
      if (found === BLOCK) {
        cursor.skip();
        continue;
      }
      if (cursor.code === TYPE_CODE.count) continue;
      if (cursor.code === TYPE_CODE.structName) {
        name = cursor.text();
        continue;
      }
      this.table.push(this.readType(cursor, name));
      if (NAMED.has(cursor.code)) name = null;
    }
  }

  private readType(cursor: BitCursor, name: string | null): Type {
    const simple = SIMPLE[cursor.code];
    if (simple !== undefined) return this.simple(simple);
    switch (cursor.code) {
      case TYPE_CODE.integer: {
        const width = cursor.word(0);
        if (width < 1 || width > MAX_INTEGER_WIDTH)
          cursor.fail("BW0406", `an integer of ${String(width)} bits`);
        return this.integer(width);
      }
      case TYPE_CODE.pointer:
        return this.pointer(cursor.word(0));
      case TYPE_CODE.function: {
        const params = this.list(cursor, 2, cursor.length);
        for (const param of params)
          if (!isFirstClass(param)) cursor.fail("BW0406", "a parameter without a value type");
        const result = this.get(cursor, cursor.word(1));
        if (result.kind !== "void" && !isFirstClass(result))
          cursor.fail("BW0406", "a result without a value type");
        return this.checked(cursor, this.function(result, params, cursor.word(0) !== 0));
      }
      case TYPE_CODE.array:
      case TYPE_CODE.vector: {
        const count = cursor.number(0);
        const element = this.get(cursor, cursor.word(1));
        if (!Number.isSafeInteger(count)) cursor.fail("BW0408", "an array of more than 2^53 elements");
        if (!isSized(element)) cursor.fail("BW0406", "an array or vector of something without a size");
        if (cursor.code === TYPE_CODE.array) return this.checked(cursor, this.array(element, count));
        if (count === 0 || count > 0xffffffff || !isScalar(element))
          cursor.fail("BW0406", "an impossible vector type");
        const scalable = cursor.length > 2 && cursor.word(2) !== 0;
        return this.checked(cursor, this.vector(element, count, scalable));
      }
      case TYPE_CODE.structAnonymous:
      case TYPE_CODE.structNamed: {
        const elements = this.list(cursor, 1, cursor.length);
        for (const element of elements)
          if (!isSized(element)) cursor.fail("BW0406", "a member without a size");
        const packed = cursor.word(0) !== 0;
        if (cursor.code === TYPE_CODE.structAnonymous) {
          return this.checked(cursor, this.literalStruct(elements, packed));
        }
        return this.checked(
          cursor,
          this.add(elements, { kind: "struct", name: name ?? "", elements, packed, opaque: false }),
        );
      }
      case TYPE_CODE.opaque:
        return this.add([], { kind: "struct", name: name ?? "", elements: [], packed: false, opaque: true });
      case TYPE_CODE.target: {
        const typeCount = cursor.word(0);
        const typeParams = this.list(cursor, 1, 1 + typeCount);
        const intParams: number[] = [];
        for (let at = 1 + typeCount; at < cursor.length; at += 1) intParams.push(cursor.word(at));
        const type: WithoutId<TargetType> = { kind: "target", name: name ?? "", typeParams, intParams };
        const key = `t${JSON.stringify([type.name, typeParams.map((param) => param.id), intParams])}`;
        return this.checked(cursor, this.intern(key, typeParams, type));
      }
      default:
        return cursor.fail(
          "BW0407",
          `type code ${String(cursor.code)} (typed pointers and other old forms are not read)`,
        );
    }
  }

  private list(cursor: BitCursor, from: number, to: number): Type[] {
    if (to > cursor.length) cursor.fail("BW0404", "a type record has too few operands");
    const types: Type[] = [];
    for (let at = from; at < to; at += 1) types.push(this.get(cursor, cursor.word(at)));
    return types;
  }

  private checked(cursor: BitCursor, type: Type): Type {
    if ((this.depths[type.id] as number) > MAX_DEPTH) cursor.fail("BW0408", "types are nested too deep");
    return type;
  }

  private intern(key: string, parts: readonly Type[], type: WithoutId<Type>): Type {
    const known = this.interned.get(key);
    if (known !== undefined) return known;
    const added = this.add(parts, type);
    this.interned.set(key, added);
    return added;
  }

  private add(parts: readonly Type[], type: WithoutId<Type>): Type {
    const added = { id: this.all.length, ...type } as Type;
    this.all.push(added);
    let depth = 0;
    for (const part of parts) depth = Math.max(depth, (this.depths[part.id] as number) + 1);
    this.depths.push(depth);
    return added;
  }
}

const SIMPLE: Readonly<Record<number, SimpleType["kind"]>> = {
  [TYPE_CODE.void]: "void",
  [TYPE_CODE.float]: "float",
  [TYPE_CODE.double]: "double",
  [TYPE_CODE.label]: "label",
  [TYPE_CODE.half]: "half",
  [TYPE_CODE.bfloat]: "bfloat",
  [TYPE_CODE.x86Fp80]: "x86_fp80",
  [TYPE_CODE.fp128]: "fp128",
  [TYPE_CODE.ppcFp128]: "ppc_fp128",
  [TYPE_CODE.metadata]: "metadata",
  [TYPE_CODE.token]: "token",
  [TYPE_CODE.x86Amx]: "x86_amx",
  [TYPE_CODE.x86Mmx]: "x86_mmx",
};

const NAMED: ReadonlySet<number> = new Set([TYPE_CODE.structNamed, TYPE_CODE.opaque, TYPE_CODE.target]);

/** Bits of a floating-point type, or 0 for any other type. */
export function floatWidth(type: Type): number {
  switch (type.kind) {
    case "half":
    case "bfloat":
      return 16;
    case "float":
      return 32;
    case "double":
      return 64;
    case "x86_fp80":
      return 80;
    case "fp128":
    case "ppc_fp128":
      return 128;
    default:
      return 0;
  }
}

/** The element type of a vector, else the type itself. */
export function scalarOf(type: Type): Type {
  return type.kind === "vector" ? type.element : type;
}

function isScalar(type: Type): boolean {
  return type.kind === "integer" || type.kind === "pointer" || floatWidth(type) > 0;
}

/** Can be a value of an instruction. */
export function isFirstClass(type: Type): boolean {
  return type.kind !== "function" && type.kind !== "void" && !(type.kind === "struct" && type.opaque);
}

/** Can be in memory or in an aggregate. */
export function isSized(type: Type): boolean {
  switch (type.kind) {
    case "function":
    case "void":
    case "label":
    case "metadata":
    case "token":
      return false;
    case "struct":
      return !type.opaque;
    default:
      return true;
  }
}
