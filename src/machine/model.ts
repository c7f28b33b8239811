// MachineModel: the plain readonly data that stands between the description language and everything else. The ADL loader
// builds it; isa, iss, pipeline, characterize and report read it. It can be serialised as JSON (bigints as strings).
import type { Expression, HelperFunction, Statement } from "./action.ts";
import type { PipelineModel } from "./pipeline-model.ts";

/** A number with its unit and where it comes from. `value` is in the SI base unit named by `unit` after conversion. */
export interface SourcedNumber {
  readonly value: number;
  /** "J", "W", "V", "Hz", "s", "cycles", "K", "F" or "" for a pure number. */
  readonly unit: string;
  readonly source:
    | { readonly kind: "document"; readonly text: string }
    | { readonly kind: "estimate"; readonly boundPercent: number; readonly text: string }
    | { readonly kind: "none" };
}

// ---- Instruction set -------------------------------------------------------------------------------------------

export interface InstructionField {
  readonly name: string;
  /** Bit ranges of the 32-bit word, left to right, as [first, last] with bit 0 leftmost; fragments are concatenated. */
  readonly bits: readonly (readonly [number, number])[];
  readonly width: number;
  readonly signed: boolean;
  /** Left shift applied when the field is used as a value. */
  readonly shift: number;
  /** "pc": CIA is added when used as a value; "absolute": an address; "none". */
  readonly address: "none" | "pc" | "absolute";
  /** Register file that the field indexes, when it does. */
  readonly registerFile?: string;
}

export interface RegisterField {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

export interface Register {
  readonly name: string;
  readonly width: number;
  readonly fields: readonly RegisterField[];
  readonly resetValue: bigint;
}

export interface RegisterFile {
  readonly name: string;
  readonly size: number;
  readonly width: number;
  /** For files like SPR: index → register of its own. Indices not listed are errors when size is sparse. */
  readonly entries: Readonly<Record<number, string>>;
}

/** A register, or an element of a register file, that an instruction reads or writes, found from its action code. */
export interface RegisterUse {
  /** Register or register file. */
  readonly name: string;
  /** For a register file: the instruction field that indexes it, or a constant index. */
  readonly field?: string;
  readonly index?: number;
  /** The field's value 0 stands for no register (`RA|0`): no use then. */
  readonly unlessZero?: boolean;
  /** For multiple-register instructions: all elements from the field's value to the last. */
  readonly upToLast?: boolean;
  /** Which bits matter (all ones when the whole register does). A field-dependent CR nibble is `0xf0000000 >>> 4*field`. */
  readonly mask: number;
  readonly maskField?: string; // mask is shifted right by 4 × this field's value (CR fields) when maskUnit is 4, by 1 × for CR bits
  readonly maskUnit?: 1 | 4;
}

/** Which element of a register file an access names. */
export type RegisterIndex =
  /** Not an element, or one that the text does not tell. */
  | { readonly kind: "none" }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "field"; readonly field: string }
  | {
      readonly kind: "sum";
      readonly constant: number;
      readonly terms: readonly { readonly field: string; readonly factor: number }[];
    }
  /** All elements from the first to the last. */
  | {
      readonly kind: "range";
      readonly first: Exclude<RegisterIndex, { kind: "range" } | { kind: "none" }>;
      readonly last: Exclude<RegisterIndex, { kind: "range" } | { kind: "none" }>;
    };

/** A register that an action names, as operands of instruction classes see it. A mask of 0 means the whole register. */
export interface RegisterAccess {
  readonly name: string;
  readonly index: RegisterIndex;
  readonly source?: { readonly mask: bigint };
  readonly target?: { readonly mask: bigint };
}

export interface Instruction {
  readonly name: string;
  /** Constant fields: bits fixed by the encoding. */
  readonly mask: number; // unsigned 32-bit
  readonly match: number; // unsigned 32-bit
  /** Operand fields, in encoding order. */
  readonly fields: readonly string[];
  /** Assembly: template with %f for operands in order, e.g. "%i %f,%f(%f)", and its operand fields. */
  readonly syntax: { readonly template: string; readonly operands: readonly string[] };
  readonly attributes: readonly string[];
  /** Chapter file and clause, for messages. */
  readonly place: { readonly file: string; readonly line: number };
  readonly action: readonly Statement[];
  readonly sources: readonly RegisterUse[];
  readonly targets: readonly RegisterUse[];
  /** What operands of instruction classes bind to. */
  readonly accesses?: readonly RegisterAccess[];
  readonly branch?: {
    readonly conditional: boolean;
    readonly link: boolean;
    /**
     * Where the target comes from: a field (`relative`: the field's shifted value is added to CIA; otherwise it is the
     * address itself), or a register (LR, CTR).
     */
    readonly target: { readonly field: string; readonly relative: boolean } | { readonly register: string };
  };
  readonly memory?: {
    readonly kind: "load" | "store" | "both";
    readonly bytes: number;
    readonly multiple: boolean;
  };
  /** Extra readable spellings: `li RT,D` for `addi RT,0,D`; the first alias whose constraints hold is printed. */
  readonly aliases: readonly {
    readonly name: string;
    readonly constraints: Readonly<Record<string, number>>;
    readonly syntax: { readonly template: string; readonly operands: readonly string[] };
  }[];
}

export interface IsaModel {
  readonly name: string;
  readonly fields: Readonly<Record<string, InstructionField>>;
  readonly registers: Readonly<Record<string, Register>>;
  readonly registerFiles: Readonly<Record<string, RegisterFile>>;
  readonly instructions: readonly Instruction[];
  readonly helpers: Readonly<Record<string, HelperFunction>>;
}

// ---- Energy ----------------------------------------------------------------------------------------------------

/** What one occurrence of an energy event is. */
export type EventTrigger =
  | { readonly kind: "fetch" } // each fetch access
  | { readonly kind: "issue"; readonly classes: readonly string[] } // each instruction issued; [] = all
  | { readonly kind: "occupy"; readonly stage: string; readonly classes: readonly string[] } // each cycle an instruction is in the stage
  | { readonly kind: "read" | "write"; readonly registerFile: string } // register port use
  | { readonly kind: "memory_read" | "memory_write"; readonly memory: string }
  | { readonly kind: "cycle" }; // every clock cycle

export interface EnergyEvent {
  readonly name: string;
  readonly trigger: EventTrigger;
  /** Joules per occurrence at the nominal voltage. */
  readonly energy: SourcedNumber;
}

export interface PowerModel {
  readonly name: string;
  readonly frequency: SourcedNumber; // Hz
  readonly voltage: SourcedNumber; // V, the operating point
  readonly nominalVoltage: SourcedNumber; // V at which energies are given
  readonly leakage: SourcedNumber; // W at the nominal voltage
  readonly events: readonly EnergyEvent[];
  /** mathjs expressions of v (V), vn (nominal V): factors on dynamic energy and on leakage. */
  readonly dynamicScaling: string;
  readonly leakageScaling: string;
}

export interface MachineModel {
  readonly name: string;
  /** Human prose at the head of the description. */
  readonly description: string;
  /** SHA-256 of the whole model in canonical form: part of every characterization key. */
  readonly hash: string;
  readonly isa: IsaModel;
  readonly pipeline: PipelineModel;
  readonly power: PowerModel;
}

export type { Expression, HelperFunction, Statement };
export type * from "./pipeline-model.ts";
