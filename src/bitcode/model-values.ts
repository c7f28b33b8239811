// The data model: globals, constants and the other values. See `module.ts` for how the parts fit together.
// (Values and instructions name each other; the imports are of types only, so nothing depends on their order.)

import type {
  ArrayType,
  Attribute,
  AttributeList,
  ConstantRange,
  FunctionType,
  IntegerType,
  PointerType,
  SimpleType,
  StructType,
  Type,
  VectorType,
} from "./model-types.ts";
import type {
  BasicBlock,
  BinaryOperator,
  CastOperator,
  GepFlags,
  Instruction,
  IntegerFlags,
} from "./model-instructions.ts";
import type { Metadata, MetadataAttachment, MetadataNode } from "./model-metadata.ts";

export type Linkage =
  | "external"
  | "available_externally"
  | "linkonce"
  | "linkonce_odr"
  | "weak"
  | "weak_odr"
  | "appending"
  | "internal"
  | "private"
  | "extern_weak"
  | "common";

export type Visibility = "default" | "hidden" | "protected";
export type DllStorage = "default" | "dllimport" | "dllexport";
export type UnnamedAddr = "none" | "local" | "global";
export type ThreadLocal = "none" | "generaldynamic" | "localdynamic" | "initialexec" | "localexec";

export interface Comdat {
  readonly name: string;
  readonly selection: "any" | "exactmatch" | "largest" | "nodeduplicate" | "samesize";
}

/** What all global values share. `type` is the pointer type; `valueType` what it points to. */
interface GlobalBase {
  readonly name: string;
  readonly type: PointerType;
  readonly linkage: Linkage;
  readonly visibility: Visibility;
  readonly dllStorage: DllStorage;
  readonly unnamedAddr: UnnamedAddr;
  readonly threadLocal: ThreadLocal;
  readonly dsoLocal: boolean;
  readonly partition: string | null;
}

export interface GlobalVariable extends GlobalBase {
  readonly kind: "global";
  readonly valueType: Type;
  /** `constant` rather than `global`. */
  readonly isConstant: boolean;
  readonly externallyInitialized: boolean;
  /** null: a declaration. */
  readonly initializer: Constant | null;
  /** Bytes; null: not given. */
  readonly align: number | null;
  readonly section: string | null;
  readonly comdat: Comdat | null;
  readonly attributes: readonly Attribute[];
  readonly codeModel: "tiny" | "small" | "kernel" | "medium" | "large" | null;
  readonly sanitizer: readonly string[];
  readonly metadata: readonly MetadataAttachment[];
}

export interface GlobalFunction extends GlobalBase {
  readonly kind: "function";
  readonly valueType: FunctionType;
  /** LLVM's number: 0 is the C convention; `fastcc` is 8, `coldcc` 9. */
  readonly callingConvention: number;
  readonly attributes: AttributeList;
  readonly align: number | null;
  readonly preferredAlign: number | null;
  readonly section: string | null;
  readonly comdat: Comdat | null;
  readonly gc: string | null;
  readonly personality: Constant | null;
  readonly prefix: Constant | null;
  readonly prologue: Constant | null;
  /** No body here; then `blocks` is empty. */
  readonly isDeclaration: boolean;
  readonly args: readonly Argument[];
  /** The entry block first. */
  readonly blocks: readonly BasicBlock[];
  /** One more than the highest slot in use. */
  readonly slotCount: number;
  /** The DISubprogram attached as `!dbg`, or null. */
  readonly subprogram: MetadataNode | null;
  readonly metadata: readonly MetadataAttachment[];
}

export interface GlobalAlias extends GlobalBase {
  readonly kind: "alias";
  readonly valueType: Type;
  readonly aliasee: Constant;
}

export interface GlobalIFunc extends GlobalBase {
  readonly kind: "ifunc";
  readonly valueType: Type;
  readonly resolver: Constant;
}

export type GlobalValue = GlobalVariable | GlobalFunction | GlobalAlias | GlobalIFunc;

export interface IntegerConstant {
  readonly kind: "integer";
  /** An integer type. (A `byte`-like or vector splat never appears here.) */
  readonly type: IntegerType;
  /** Sign-extended from the type's width: i8 255 is -1n, i1 true is -1n. */
  readonly value: bigint;
}
export interface FloatConstant {
  readonly kind: "float";
  readonly type: SimpleType;
  /** The raw bit pattern, unsigned; for ppc_fp128 the first double in the low 64 bits. */
  readonly bits: bigint;
}
/** The null pointer. */
export interface NullConstant {
  readonly kind: "null";
  readonly type: PointerType;
}
/** `zeroinitializer` of a structure, array, vector or target type. */
export interface ZeroConstant {
  readonly kind: "zero";
  readonly type: Type;
}
export interface UndefConstant {
  readonly kind: "undef" | "poison" | "none";
  readonly type: Type;
}
/** A structure, array or vector, element by element. */
export interface AggregateConstant {
  readonly kind: "aggregate";
  readonly type: StructType | ArrayType | VectorType;
  readonly elements: readonly Constant[];
}
/** An array or vector of i8 … i64 or half … double: unsigned bit patterns; the array's width is the element's. */
export interface DataConstant {
  readonly kind: "data";
  readonly type: ArrayType | VectorType;
  readonly elements: Uint8Array | Uint16Array | Uint32Array | BigUint64Array;
}
export interface BlockAddressConstant {
  readonly kind: "blockaddress";
  readonly type: Type;
  readonly function: GlobalFunction;
  /** Index in `function.blocks`. */
  readonly block: number;
}
/** `dso_local_equivalent @f` and `no_cfi @f`. */
export interface FunctionMarkerConstant {
  readonly kind: "dso_local_equivalent" | "no_cfi";
  readonly type: Type;
  readonly function: GlobalValue;
}
export interface PtrAuthConstant {
  readonly kind: "ptrauth";
  readonly type: Type;
  readonly operands: readonly Constant[];
}

export type ConstantExpression =
  | {
      readonly kind: "expression";
      readonly op: "cast";
      readonly operator: CastOperator;
      readonly type: Type;
      readonly operand: Constant;
    }
  | {
      readonly kind: "expression";
      readonly op: "binary";
      readonly operator: BinaryOperator;
      readonly type: Type;
      readonly flags: IntegerFlags;
      readonly left: Constant;
      readonly right: Constant;
    }
  | {
      readonly kind: "expression";
      readonly op: "getelementptr";
      readonly type: Type;
      readonly sourceType: Type;
      readonly flags: GepFlags;
      readonly inRange: ConstantRange | null;
      readonly base: Constant;
      readonly indices: readonly Constant[];
    }
  | {
      /** The rest (select, icmp, vector operations), which only old files have. */
      readonly kind: "expression";
      readonly op: "extractelement" | "insertelement" | "shufflevector" | "select" | "icmp" | "fcmp" | "fneg";
      readonly type: Type;
      readonly predicate: string | null;
      readonly operands: readonly Constant[];
    };

export type Constant =
  | IntegerConstant
  | FloatConstant
  | NullConstant
  | ZeroConstant
  | UndefConstant
  | AggregateConstant
  | DataConstant
  | BlockAddressConstant
  | FunctionMarkerConstant
  | PtrAuthConstant
  | ConstantExpression
  | GlobalValue;

export interface Argument {
  readonly kind: "argument";
  readonly type: Type;
  readonly name: string | null;
  /** Position in `fn.args`, and the slot. */
  readonly index: number;
  readonly slot: number;
}
/** `asm sideeffect "…", "…"`: only as a callee. */
export interface InlineAsm {
  readonly kind: "asm";
  readonly type: Type;
  readonly functionType: FunctionType;
  readonly text: string;
  readonly constraints: string;
  readonly sideEffect: boolean;
  readonly alignStack: boolean;
  readonly intelDialect: boolean;
  readonly canThrow: boolean;
}
/** Metadata as a call's argument (`metadata !5`). */
export interface MetadataAsValue {
  readonly kind: "metadata";
  readonly type: Type;
  readonly metadata: Metadata | null;
}
/** A block as a value (only in `indirectbr`-era call arguments; terminators use block indexes). */
export interface BlockAsValue {
  readonly kind: "block";
  readonly type: Type;
  readonly block: number;
}
export type Value = Constant | Argument | Instruction | InlineAsm | MetadataAsValue | BlockAsValue;
