// The in-memory form of an LLVM module: plain readonly data, made by `readModule` and walked by everyone else.
//
// Why this way: operands are direct object references (no id tables to look through), every function's
// SSA values also carry a dense `slot` (arguments first, then each instruction that makes a value, in
// order), and basic blocks are named by their index in `fn.blocks`, so a walker can keep per-value and
// per-block facts in plain arrays. Discriminate values by `kind` and instructions by `op`.
//
//     const module = readModule(bytes);
//     for (const fn of module.functions) {
//       if (fn.isDeclaration) continue;
//       const locals = new Array<number>(fn.slotCount);            // index: slot
//       for (const arg of fn.args) locals[arg.slot] = allocate(arg.type);
//       for (const block of fn.blocks) {
//         for (const inst of block.instructions) {                  // phis first, the terminator last
//           switch (inst.op) {
//             case "binary": emit(inst.operator, use(inst.left), use(inst.right), inst.slot); break;
//             case "load": emitLoad(inst.type, use(inst.address), inst.align); break;
//             case "call": inst.callee.kind === "function" ? direct(inst.callee.name) : indirect(inst.callee); break;
//             case "condbr": branch(use(inst.condition), inst.ifTrue, inst.ifFalse); break;
//             …
//           }
//         }
//       }
//     }
//     function use(v: Value) {
//       switch (v.kind) {
//         case "argument": case "instruction": return locals[v.slot];
//         case "integer": return v.value;                           // bigint, sign-extended from the type's width
//         case "float": return v.bits;                              // bigint, the raw bit pattern
//         case "null": case "zero": return 0;                       // null pointer / zeroinitializer
//         case "function": case "global": case "alias": return addressOf(v.name);
//         case "expression": …                                      // constant gep, ptrtoint, …
//       }
//     }
//
// Types are interned: equal types are the same object, except that named structures are distinct by name.
// The data is as the file says; nothing is upgraded or simplified, except that i1…iN zero and floating
// zero are always `integer` and `float` constants (never `zero`).
//
// Names, section names, metadata strings and the like are byte strings: each character is one byte (0 to 255),
// because LLVM's names can be any bytes. `fileOf` decodes UTF-8.

// ------------------------------------------------------------------------------------------------ types

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

// ------------------------------------------------------------------------------------------- attributes

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

// ------------------------------------------------------------------------------------------- global values

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

// ------------------------------------------------------------------------------------------------ constants

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

// --------------------------------------------------------------------------------------------------- values

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

// --------------------------------------------------------------------------------------------- instructions

export type BinaryOperator =
  | "add"
  | "fadd"
  | "sub"
  | "fsub"
  | "mul"
  | "fmul"
  | "udiv"
  | "sdiv"
  | "fdiv"
  | "urem"
  | "srem"
  | "frem"
  | "shl"
  | "lshr"
  | "ashr"
  | "and"
  | "or"
  | "xor";

export type CastOperator =
  | "trunc"
  | "zext"
  | "sext"
  | "fptoui"
  | "fptosi"
  | "uitofp"
  | "sitofp"
  | "fptrunc"
  | "fpext"
  | "ptrtoint"
  | "ptrtoaddr"
  | "inttoptr"
  | "bitcast"
  | "addrspacecast";

export type IntegerPredicate = "eq" | "ne" | "ugt" | "uge" | "ult" | "ule" | "sgt" | "sge" | "slt" | "sle";
export type FloatPredicate =
  | "false"
  | "oeq"
  | "ogt"
  | "oge"
  | "olt"
  | "ole"
  | "one"
  | "ord"
  | "ueq"
  | "ugt"
  | "uge"
  | "ult"
  | "ule"
  | "une"
  | "uno"
  | "true";

export interface IntegerFlags {
  readonly nuw: boolean;
  readonly nsw: boolean;
  readonly exact: boolean;
  readonly disjoint: boolean;
}
export interface GepFlags {
  readonly inbounds: boolean;
  readonly nusw: boolean;
  readonly nuw: boolean;
}
export type FastMathFlag = "reassoc" | "nnan" | "ninf" | "nsz" | "arcp" | "contract" | "afn";

export type Ordering =
  "notatomic" | "unordered" | "monotonic" | "acquire" | "release" | "acq_rel" | "seq_cst";

export type RmwOperator =
  | "xchg"
  | "add"
  | "sub"
  | "and"
  | "nand"
  | "or"
  | "xor"
  | "max"
  | "min"
  | "umax"
  | "umin"
  | "fadd"
  | "fsub"
  | "fmax"
  | "fmin"
  | "fmaximum"
  | "fminimum"
  | "uinc_wrap"
  | "udec_wrap"
  | "usub_cond"
  | "usub_sat"
  | "fmaximumnum"
  | "fminimumnum";

/** What every instruction has. */
interface InstructionBase {
  readonly kind: "instruction";
  /** The result's type; a `void` type where there is no result. */
  readonly type: Type;
  /** Dense number of the result in the function, or -1 where there is none. */
  readonly slot: number;
  readonly name: string | null;
  readonly debugLocation: DebugLocation | null;
  /** Attachments such as `!tbaa`, `!prof`, in the file's order (never `dbg`). */
  readonly metadata: readonly MetadataAttachment[];
  /** Debug records (`#dbg_value`, …) that stand right before this instruction. */
  readonly debugRecords: readonly DebugRecord[];
}

export interface BinaryInstruction extends InstructionBase {
  readonly op: "binary";
  readonly operator: BinaryOperator;
  readonly flags: IntegerFlags;
  readonly fastMath: readonly FastMathFlag[];
  readonly left: Value;
  readonly right: Value;
}
export interface FNegInstruction extends InstructionBase {
  readonly op: "fneg";
  readonly fastMath: readonly FastMathFlag[];
  readonly operand: Value;
}
export interface CastInstruction extends InstructionBase {
  readonly op: "cast";
  readonly operator: CastOperator;
  /** zext, uitofp: the operand is known not to be negative. */
  readonly nneg: boolean;
  /** trunc only. */
  readonly nuw: boolean;
  readonly nsw: boolean;
  readonly fastMath: readonly FastMathFlag[];
  readonly operand: Value;
}
export interface ICmpInstruction extends InstructionBase {
  readonly op: "icmp";
  readonly predicate: IntegerPredicate;
  readonly samesign: boolean;
  readonly left: Value;
  readonly right: Value;
}
export interface FCmpInstruction extends InstructionBase {
  readonly op: "fcmp";
  readonly predicate: FloatPredicate;
  readonly fastMath: readonly FastMathFlag[];
  readonly left: Value;
  readonly right: Value;
}
export interface SelectInstruction extends InstructionBase {
  readonly op: "select";
  readonly fastMath: readonly FastMathFlag[];
  readonly condition: Value;
  readonly ifTrue: Value;
  readonly ifFalse: Value;
}
export interface FreezeInstruction extends InstructionBase {
  readonly op: "freeze";
  readonly operand: Value;
}
export interface PhiInstruction extends InstructionBase {
  readonly op: "phi";
  readonly fastMath: readonly FastMathFlag[];
  /** One per predecessor edge (a block can occur twice, e.g. from a switch). */
  readonly incoming: readonly { readonly value: Value; readonly block: number }[];
}
export interface AllocaInstruction extends InstructionBase {
  readonly op: "alloca";
  readonly allocatedType: Type;
  /** Number of elements, usually the integer constant 1. */
  readonly count: Value;
  readonly align: number | null;
  readonly inalloca: boolean;
  readonly swiftError: boolean;
}
export interface LoadInstruction extends InstructionBase {
  readonly op: "load";
  readonly address: Value;
  /** Bytes. */
  readonly align: number;
  readonly volatile: boolean;
  readonly ordering: Ordering;
  readonly syncScope: string;
}
export interface StoreInstruction extends InstructionBase {
  readonly op: "store";
  readonly value: Value;
  readonly address: Value;
  readonly align: number;
  readonly volatile: boolean;
  readonly ordering: Ordering;
  readonly syncScope: string;
}
export interface GepInstruction extends InstructionBase {
  readonly op: "getelementptr";
  readonly sourceType: Type;
  readonly flags: GepFlags;
  readonly base: Value;
  readonly indices: readonly Value[];
}
export interface ExtractValueInstruction extends InstructionBase {
  readonly op: "extractvalue";
  readonly aggregate: Value;
  readonly path: readonly number[];
}
export interface InsertValueInstruction extends InstructionBase {
  readonly op: "insertvalue";
  readonly aggregate: Value;
  readonly value: Value;
  readonly path: readonly number[];
}
export interface ExtractElementInstruction extends InstructionBase {
  readonly op: "extractelement";
  readonly vector: Value;
  readonly index: Value;
}
export interface InsertElementInstruction extends InstructionBase {
  readonly op: "insertelement";
  readonly vector: Value;
  readonly value: Value;
  readonly index: Value;
}
export interface ShuffleVectorInstruction extends InstructionBase {
  readonly op: "shufflevector";
  readonly left: Value;
  readonly right: Value;
  /** A constant vector of i32 (or zero, undef, poison). */
  readonly mask: Value;
}
export interface OperandBundle {
  readonly tag: string;
  readonly inputs: readonly Value[];
}
interface CallBase extends InstructionBase {
  /** A function, an inline assembly, or any pointer value. */
  readonly callee: Value;
  readonly functionType: FunctionType;
  /** Fixed parameters first, then the variadic ones. */
  readonly args: readonly Value[];
  readonly callingConvention: number;
  readonly attributes: AttributeList;
  readonly bundles: readonly OperandBundle[];
}
/** A call; intrinsics are calls of functions named `llvm.…`. */
export interface CallInstruction extends CallBase {
  readonly op: "call";
  readonly tail: "none" | "tail" | "musttail" | "notail";
  readonly fastMath: readonly FastMathFlag[];
}
export interface InvokeInstruction extends CallBase {
  readonly op: "invoke";
  readonly normal: number;
  readonly unwind: number;
}
export interface CallBrInstruction extends CallBase {
  readonly op: "callbr";
  readonly fallthrough: number;
  readonly indirect: readonly number[];
}
export interface VaArgInstruction extends InstructionBase {
  readonly op: "va_arg";
  readonly list: Value;
}
export interface AtomicRmwInstruction extends InstructionBase {
  readonly op: "atomicrmw";
  readonly operator: RmwOperator;
  readonly address: Value;
  readonly value: Value;
  readonly align: number;
  readonly volatile: boolean;
  readonly ordering: Ordering;
  readonly syncScope: string;
}
/** Its type is `{ T, i1 }`. */
export interface CmpXchgInstruction extends InstructionBase {
  readonly op: "cmpxchg";
  readonly address: Value;
  readonly expected: Value;
  readonly replacement: Value;
  readonly align: number;
  readonly volatile: boolean;
  readonly weak: boolean;
  readonly successOrdering: Ordering;
  readonly failureOrdering: Ordering;
  readonly syncScope: string;
}
export interface FenceInstruction extends InstructionBase {
  readonly op: "fence";
  readonly ordering: Ordering;
  readonly syncScope: string;
}
export interface LandingPadInstruction extends InstructionBase {
  readonly op: "landingpad";
  readonly cleanup: boolean;
  readonly clauses: readonly { readonly clause: "catch" | "filter"; readonly value: Value }[];
}
/** `catchpad`, `cleanuppad`: `parent` is a pad or the constant `none`. */
export interface FuncletPadInstruction extends InstructionBase {
  readonly op: "catchpad" | "cleanuppad";
  readonly parent: Value;
  readonly args: readonly Value[];
}

// Terminators.
export interface RetInstruction extends InstructionBase {
  readonly op: "ret";
  readonly value: Value | null;
}
export interface BrInstruction extends InstructionBase {
  readonly op: "br";
  readonly target: number;
}
export interface CondBrInstruction extends InstructionBase {
  readonly op: "condbr";
  readonly condition: Value;
  readonly ifTrue: number;
  readonly ifFalse: number;
}
export interface SwitchInstruction extends InstructionBase {
  readonly op: "switch";
  readonly condition: Value;
  readonly defaultTarget: number;
  readonly cases: readonly { readonly value: IntegerConstant; readonly target: number }[];
}
export interface IndirectBrInstruction extends InstructionBase {
  readonly op: "indirectbr";
  readonly address: Value;
  readonly targets: readonly number[];
}
export interface UnreachableInstruction extends InstructionBase {
  readonly op: "unreachable";
}
export interface ResumeInstruction extends InstructionBase {
  readonly op: "resume";
  readonly value: Value;
}
export interface CleanupRetInstruction extends InstructionBase {
  readonly op: "cleanupret";
  readonly pad: Value;
  /** null: unwind to caller. */
  readonly unwind: number | null;
}
export interface CatchRetInstruction extends InstructionBase {
  readonly op: "catchret";
  readonly pad: Value;
  readonly target: number;
}
export interface CatchSwitchInstruction extends InstructionBase {
  readonly op: "catchswitch";
  readonly parent: Value;
  readonly handlers: readonly number[];
  readonly unwind: number | null;
}

export type Terminator =
  | RetInstruction
  | BrInstruction
  | CondBrInstruction
  | SwitchInstruction
  | IndirectBrInstruction
  | UnreachableInstruction
  | InvokeInstruction
  | CallBrInstruction
  | ResumeInstruction
  | CleanupRetInstruction
  | CatchRetInstruction
  | CatchSwitchInstruction;

export type Instruction =
  | Terminator
  | BinaryInstruction
  | FNegInstruction
  | CastInstruction
  | ICmpInstruction
  | FCmpInstruction
  | SelectInstruction
  | FreezeInstruction
  | PhiInstruction
  | AllocaInstruction
  | LoadInstruction
  | StoreInstruction
  | GepInstruction
  | ExtractValueInstruction
  | InsertValueInstruction
  | ExtractElementInstruction
  | InsertElementInstruction
  | ShuffleVectorInstruction
  | CallInstruction
  | VaArgInstruction
  | AtomicRmwInstruction
  | CmpXchgInstruction
  | FenceInstruction
  | LandingPadInstruction
  | FuncletPadInstruction;

export interface BasicBlock {
  /** Position in `fn.blocks`; pseudo-probe block ids, if given in order, are `index + 1`. */
  readonly index: number;
  readonly name: string | null;
  /** Block indexes, one per edge into this block, in the order in which LLVM lists (and prints) them. */
  readonly predecessors: readonly number[];
  /** Never empty; the last one is a terminator and the only one; phis come first. */
  readonly instructions: readonly Instruction[];
}

/** The block's last instruction. */
export function terminatorOf(block: BasicBlock): Terminator {
  return block.instructions[block.instructions.length - 1] as Terminator;
}

/**
 * Indexes of the blocks that a terminator can go to, one per edge, in this order: `condbr` true then false;
 * `switch` default then cases; `invoke` normal then unwind. A block reached by several cases occurs several times.
 */
export function successorsOf(terminator: Terminator): readonly number[] {
  switch (terminator.op) {
    case "br":
    case "catchret":
      return [terminator.target];
    case "condbr":
      return [terminator.ifTrue, terminator.ifFalse];
    case "switch":
      return [terminator.defaultTarget, ...terminator.cases.map((entry) => entry.target)];
    case "indirectbr":
      return terminator.targets;
    case "invoke":
      return [terminator.normal, terminator.unwind];
    case "callbr":
      return [terminator.fallthrough, ...terminator.indirect];
    case "cleanupret":
      return terminator.unwind === null ? [] : [terminator.unwind];
    case "catchswitch":
      return terminator.unwind === null ? terminator.handlers : [...terminator.handlers, terminator.unwind];
    case "ret":
    case "unreachable":
    case "resume":
      return [];
  }
}

// ------------------------------------------------------------------------------------------------- metadata

export interface MetadataString {
  readonly kind: "string";
  readonly value: string;
}
/** A constant (module level) or a local value (in a function) as metadata. */
export interface ValueMetadata {
  readonly kind: "value";
  readonly value: Value;
}
/** What a node's field can hold. */
export type MetadataField =
  | Metadata
  | null
  | number
  | bigint
  | boolean
  | string
  | readonly (Metadata | null)[]
  | readonly (number | bigint)[];

/**
 * A node. `tag` is `"tuple"` for plain `!{…}` nodes, whose operands are in `operands`; for the others it is the
 * printed name (`"DISubprogram"`, `"DILocation"`, `"DIFile"`, `"DILexicalBlock"`, …) and `fields` has the
 * fields by the names that the textual form prints (`fields.name`, `fields.line`, `fields.scope`, …).
 * Strings in fields are MetadataString (or null); use `fileOf`, `subprogramOf`, `textOf`.
 */
export interface MetadataNode {
  readonly kind: "node";
  /** Unique and dense in the module, `module.metadata[id]`; not the number that the textual form prints. */
  readonly id: number;
  readonly tag: string;
  readonly distinct: boolean;
  readonly operands: readonly (Metadata | null)[];
  readonly fields: Readonly<Record<string, MetadataField>>;
}
/** `!DIArgList(…)`, only as an operand of debug records and intrinsics. */
export interface ArgListMetadata {
  readonly kind: "arglist";
  readonly values: readonly Metadata[];
}
export type Metadata = MetadataString | ValueMetadata | MetadataNode | ArgListMetadata;

export interface MetadataAttachment {
  /** `"tbaa"`, `"prof"`, `"llvm.loop"`, … */
  readonly name: string;
  readonly node: Metadata;
}

/** Line and column are 1-based; 0 means unknown. */
export interface DebugLocation {
  readonly line: number;
  readonly column: number;
  /** A DISubprogram, DILexicalBlock or DILexicalBlockFile. */
  readonly scope: MetadataNode;
  /** The DILocation of the call that was inlined (`fields.line`, `fields.column`, `fields.scope`, `fields.inlinedAt`). */
  readonly inlinedAt: MetadataNode | null;
  readonly implicit: boolean;
  /** Source atom of "key instructions"; 0 and 0: none. */
  readonly atomGroup: number | bigint;
  readonly atomRank: number;
}

export interface DebugRecord {
  readonly kind: "value" | "declare" | "declare_value" | "assign" | "label";
  readonly location: Metadata | null;
  /** A DILocalVariable, or the DILabel. */
  readonly variable: Metadata | null;
  readonly expression: Metadata | null;
  readonly assignId: Metadata | null;
  readonly addressLocation: Metadata | null;
  readonly addressExpression: Metadata | null;
  /** The DILocation node of the record itself. */
  readonly debugLocation: Metadata | null;
}

/** The text of a field that is a string, else null. */
export function textOf(field: MetadataField | undefined): string | null {
  if (typeof field === "string") return field;
  return isMetadata(field) && field.kind === "string" ? field.value : null;
}

/** The node in a field, else null. */
export function nodeOf(field: MetadataField | undefined): MetadataNode | null {
  return isMetadata(field) && field.kind === "node" ? field : null;
}

function isMetadata(field: MetadataField | undefined): field is Metadata {
  return typeof field === "object" && field !== null && "kind" in field;
}

/** The function that a scope is in: up through lexical blocks to the DISubprogram, or null. */
export function subprogramOf(scope: MetadataNode | null): MetadataNode | null {
  let at = scope;
  for (let steps = 0; at !== null && steps < 10_000; steps += 1) {
    if (at.tag === "DISubprogram") return at;
    at = nodeOf(at.fields["scope"]);
  }
  return null;
}

/** The source file that a scope names (a lexical block's own, else its parents'), or null. */
export function fileOf(
  scope: MetadataNode | null,
): { readonly name: string; readonly directory: string } | null {
  let at = scope;
  for (let steps = 0; at !== null && steps < 10_000; steps += 1) {
    const file = at.tag === "DIFile" ? at : nodeOf(at.fields["file"]);
    if (file !== null) {
      return {
        name: decoded(file.fields["filename"]),
        directory: decoded(file.fields["directory"]),
      };
    }
    at = nodeOf(at.fields["scope"]);
  }
  return null;
}

function decoded(field: MetadataField | undefined): string {
  return Buffer.from(textOf(field) ?? "", "latin1").toString("utf8");
}

// ---------------------------------------------------------------------------------------------------- module

export interface NamedMetadata {
  readonly name: string;
  readonly operands: readonly MetadataNode[];
}

/** A whole module. */
export interface Module {
  /** What wrote the file, `"LLVM22.1.0"`. */
  readonly producer: string;
  readonly epoch: number;
  readonly sourceFileName: string;
  /** `"powerpc-unknown-linux-gnu"`. */
  readonly triple: string;
  readonly dataLayout: string;
  /** Module-level inline assembly. */
  readonly asm: string;
  readonly types: readonly Type[];
  readonly globals: readonly GlobalVariable[];
  readonly functions: readonly GlobalFunction[];
  readonly aliases: readonly GlobalAlias[];
  readonly ifuncs: readonly GlobalIFunc[];
  readonly comdats: readonly Comdat[];
  /** Every node of the module and of its functions; index: `node.id`. */
  readonly metadata: readonly MetadataNode[];
  readonly namedMetadata: readonly NamedMetadata[];
  readonly syncScopes: readonly string[];
  readonly gcNames: readonly string[];
}
