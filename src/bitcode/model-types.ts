// The data model: types and attributes. See `module.ts` for how the parts fit together.

export type FloatKind = "half" | "bfloat" | "float" | "double" | "x86_fp80" | "fp128" | "ppc_fp128";

/** `id` is the index in `module.types`. */
export interface SimpleType {
  readonly id: number;
  readonly kind: FloatKind | "void" | "label" | "metadata" | "token" | "x86_amx" | "x86_mmx";
}
export interface IntegerType {
  readonly id: number;
  readonly kind: "integer";
  /** Bits, 1 to 2^23. */
  readonly width: number;
}
export interface PointerType {
  readonly id: number;
  readonly kind: "pointer";
  readonly addressSpace: number;
}
export interface FunctionType {
  readonly id: number;
  readonly kind: "function";
  readonly returnType: Type;
  readonly params: readonly Type[];
  readonly variadic: boolean;
}
export interface StructType {
  readonly id: number;
  readonly kind: "struct";
  /** null: a literal structure, `{ i32, ptr }`. */
  readonly name: string | null;
  readonly elements: readonly Type[];
  readonly packed: boolean;
  readonly opaque: boolean;
}
export interface ArrayType {
  readonly id: number;
  readonly kind: "array";
  readonly element: Type;
  /** Number of elements (at most 2^53 - 1). */
  readonly count: number;
}
export interface VectorType {
  readonly id: number;
  readonly kind: "vector";
  readonly element: Type;
  /** Number of elements; for a scalable vector the minimum. */
  readonly count: number;
  readonly scalable: boolean;
}
export interface TargetType {
  readonly id: number;
  readonly kind: "target";
  readonly name: string;
  readonly typeParams: readonly Type[];
  readonly intParams: readonly number[];
}
export type Type =
  SimpleType | IntegerType | PointerType | FunctionType | StructType | ArrayType | VectorType | TargetType;

/** One attribute: `noinline`, `align 4`, `byval(%T)`, `"frame-pointer"="all"`, `range(i32 0, 5)`. */
export type Attribute =
  | { readonly kind: "enum"; readonly name: string }
  | { readonly kind: "int"; readonly name: string; readonly value: bigint }
  | { readonly kind: "string"; readonly name: string; readonly value: string }
  | { readonly kind: "type"; readonly name: string; readonly type: Type | null }
  | { readonly kind: "range"; readonly name: string; readonly ranges: readonly ConstantRange[] };

/** Half-open, wrapping, `width` bits; both ends sign-extended. */
export interface ConstantRange {
  readonly width: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** Attributes of a function or call. A set that is absent is an empty array. */
export interface AttributeList {
  readonly function: readonly Attribute[];
  readonly return: readonly Attribute[];
  /** Sparse at the end: `params[i] ?? []`; use `paramAttribute`. */
  readonly params: readonly (readonly Attribute[])[];
}

/** The attribute of parameter `index` called `name` (`"byval"`, `"sret"`, `"zeroext"`, `"signext"`, `"align"`). */
export function paramAttribute(list: AttributeList, index: number, name: string): Attribute | undefined {
  return list.params[index]?.find((attribute) => attribute.name === name);
}

/** The attribute of the function itself called `name`. */
export function functionAttribute(list: AttributeList, name: string): Attribute | undefined {
  return list.function.find((attribute) => attribute.name === name);
}
