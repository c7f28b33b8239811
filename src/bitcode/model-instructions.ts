// The data model: instructions and blocks. See `module.ts` for how the parts fit together.

import type { AttributeList, FunctionType, Type } from "./model-types.ts";
import type { IntegerConstant, Value } from "./model-values.ts";
import type { DebugLocation, DebugRecord, MetadataAttachment } from "./model-metadata.ts";

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
