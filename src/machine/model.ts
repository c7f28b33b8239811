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
  /**
   * Bit ranges of the instruction's 32-bit words, left to right, as [first, last] with bit 0 the leftmost of the first
   * word, none across two words; fragments are concatenated.
   */
  readonly bits: readonly (readonly [number, number])[];
  readonly width: number;
  readonly signed: boolean;
  /** Left shift applied when the field is used as a value. */
  readonly shift: number;
  /** Added when the field is used as a value, after the shift. */
  readonly offset?: number;
  /** The field only says more about bits that another field has, so that they can be written and read apart. */
  readonly overlay?: true;
  /** The field has no bits: it only stands in the syntax of aliases. */
  readonly pseudo?: true;
  /** "pc": CIA is added when used as a value; "absolute": an address; "none". */
  readonly address: "none" | "pc" | "absolute";
  /** Register file that the field indexes, when it does. */
  readonly registerFile?: string;
  /** How assembly text shows the field, where the description says so; "name": the register file's prefix, then the number. */
  readonly display?: "hex" | "dec" | "signed_dec" | "name";
}

export interface RegisterField {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** All pieces of a field that has several, left to right; `first` and `last` are then those of the first one. */
  readonly pieces?: readonly (readonly [first: number, last: number])[];
  /** The register is an array of such fields of so many bits; `first` and `last` are those of the whole. */
  readonly indexed?: number;
  /** Code that writes the field by name has no effect. */
  readonly readonly?: true;
}

export interface Register {
  readonly name: string;
  readonly width: number;
  readonly fields: readonly RegisterField[];
  readonly resetValue: bigint;
  /** Number of the leftmost bit in the description's own counting. */
  readonly offset?: number;
  readonly hooks?: RegisterHooks;
  /** Bits that exist, when fields are declared and some bits belong to none: the others stay 0. */
  readonly implemented?: bigint;
  /** Bits that a write leaves alone, unless the register has a hook for writes. */
  readonly readonly?: bigint;
  /** Bits that only a write of their field changes: one of the whole register keeps them. */
  readonly guarded?: bigint;
  /** It has no bits of its own: its hooks say what it is. */
  readonly pseudo?: true;
  /** Name in traces, when it is another one. */
  readonly logName?: string;
  /** Names of its values from 0 on. */
  readonly enumerated?: readonly string[];
  readonly attributes?: readonly string[];
}

/** What happens on a read or write, by names of functions of IsaModel.hooks. Functions of a register file's hooks have
 *  the element's index as their first parameter. */
export interface RegisterHooks {
  /** Gives the value read. */
  readonly read?: string;
  /** Has the value written as its argument; stores what is to be stored itself. */
  readonly write?: string;
  /** Writes have no effect. */
  readonly ignoreWrites?: true;
  /** Sets the register on reset, instead of the reset value. */
  readonly reset?: string;
}

export interface RegisterFile {
  readonly name: string;
  readonly size: number;
  readonly width: number;
  /** For files like SPR: index → register of its own. Indices not listed are errors when size is sparse. */
  readonly entries: Readonly<Record<number, string>>;
  /** Entries that are elements of another file: index → file and index there. A file has these, `entries`, or neither. */
  readonly elements?: Readonly<Record<number, { readonly registerFile: string; readonly index: number }>>;
  /** Entries that are registers of a certain context. */
  readonly inContexts?: Readonly<Record<number, ContextElement>>;
  /** Entries that are the current or the next instruction's address. */
  readonly addresses?: Readonly<Record<number, "cia" | "nia">>;
  /** Hooks of single entries, besides those of the registers that they are. */
  readonly entryHooks?: Readonly<Record<number, RegisterHooks>>;
  /** Functions for indices that have no entry. */
  readonly invalid?: { readonly read?: string; readonly write?: string };
  readonly fields?: readonly RegisterField[];
  readonly hooks?: RegisterHooks;
  readonly implemented?: bigint;
  readonly readonly?: bigint;
  readonly guarded?: bigint;
  readonly resetValue?: bigint;
  readonly offset?: number;
  /** What register names start with in assembly text. */
  readonly prefix?: string;
  readonly logName?: string;
  /** In traces each element is a register of its own. */
  readonly logAsRegisters?: true;
  readonly attributes?: readonly string[];
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
  /**
   * Bits of an instruction that has not 32. Fewer stand at the left of mask and match, or at the right where the
   * lowest byte of an instruction is stored first.
   */
  readonly width?: number;
  /** Constant fields: bits fixed by the encoding. */
  readonly mask: number; // unsigned 32-bit
  readonly match: number; // unsigned 32-bit
  /** The words behind the first, of an instruction that has more than 32 bits. */
  readonly more?: readonly { readonly mask: number; readonly match: number }[];
  /** Registers that count up (1) or down (-1) with the instruction. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Bits that come from a prefix: the result of a hook, at the left or the right end of the last word of `more`. */
  readonly supplied?: { readonly hook: string; readonly bits: number; readonly side: "left" | "right" };
  /** The next address is not counted up by `post_fetch`, or only when this hook says so. */
  readonly postFetch?: false | string;
  /** Another instruction that fixes more bits may have words of this one; it goes first. */
  readonly conflicts?: true;
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
  /** Names in images for a register that is another one as a whole, or an element of a file. */
  readonly aliases?: Readonly<Record<string, { readonly name: string; readonly index?: number }>>;
  /** The rest of what a foreign description may have; absent in one that only has registers and instructions. */
  readonly machine?: ArchitectureModel;
}

/** What an instruction set has besides registers and instructions. Functions are names in `hooks`. */
export interface ArchitectureModel {
  /** Bodies of hooks, tests and watches; they may call helpers. Names have a dot: `XER.write`. */
  readonly hooks: Readonly<Record<string, HelperFunction>>;
  readonly parms: readonly Parm[];
  readonly exceptions: readonly ExceptionModel[];
  readonly mmu?: MmuModel;
  readonly caches: readonly CacheModel[];
  readonly memories: readonly LocalMemory[];
  readonly buses: readonly EventBus[];
  /** Absent: none. */
  readonly contexts?: readonly ContextModel[];
  /** Names of the decoders' tables, the first is the one after reset; absent: one with all instructions. */
  readonly tables?: readonly { readonly name: string; readonly instructions: readonly string[] }[];
  /** Called when a register that the function reads has changed. */
  readonly watches: readonly { readonly hook: string; readonly registers: readonly string[] }[];
  /** Functions called at fixed moments, by the language's names (`pre_fetch`, `post_exec` …). */
  readonly moments: Readonly<Partial<Record<Moment, string>>>;
  /** How the registers of the program counter are called in traces and images. */
  readonly counters: { readonly cia: string; readonly nia: string };
  readonly resetAddress: number | string;
  readonly addressMask: { readonly effective: bigint; readonly real: bigint };
  /** Whether an exception counts as a branch. */
  readonly exceptionIsBranch: boolean;
  /** How often pre_cycle and post_cycle are called for each instruction; absent: once. */
  readonly cycleRatio?: number;
  /** Instructions are executed in packets: what they write is seen when the packet has ended. */
  readonly packets?: PacketModel;
  /** What is stored with its lowest byte first; absent: nothing. */
  readonly littleEndian?: { readonly instructions: boolean; readonly data: boolean };
}

export interface PacketModel {
  /** Most instructions of a packet; the number after which one ends, where no code says when. */
  readonly size: number;
  /** Bits for which the position in the packet goes up by one; 0: once for each instruction. */
  readonly unit: number;
  /** Code says where packets end. */
  readonly byCode: boolean;
  /** Registers that stand for fields of prefixes and their counters, with what they are when a packet begins. */
  readonly perPacket: Readonly<Record<string, bigint>>;
}

/** A register of a certain context, or an element of a file there: `object` is CONTEXT.REGISTER. */
export interface ContextElement {
  readonly object: string;
  readonly which: number;
  readonly index: number;
  readonly width: number;
}

/** Registers that exist several times, of which those of one context are active. */
export interface ContextModel {
  readonly name: string;
  readonly size: number;
  /** Says which one is active; absent: the first. */
  readonly active?: string;
  readonly registers: readonly string[];
  readonly registerFiles: readonly string[];
}

export type Moment =
  | "pre_fetch"
  | "post_fetch"
  | "post_exec"
  | "pre_cycle"
  | "post_cycle"
  | "pre_exception"
  | "post_exception"
  | "branch_taken"
  | "decode_miss"
  | "decode_retry"
  | "post_packet"
  | "post_packet_commit"
  | "addr_check"
  | "itable_watch"
  | "active"
  /** The simulation is over. */
  | "post_sim";

/** A setting of the architecture that code may read and change; its value is the number of an option. */
export interface Parm {
  readonly name: string;
  readonly options: readonly string[];
  readonly initial: number;
}

export interface ExceptionModel {
  readonly name: string;
  /** Higher numbers are handled first, so that the effects of lower ones are seen last. */
  readonly priority: number;
  readonly sensitivity: "edge" | "level";
  readonly attributes: readonly string[];
  /** The handler; it has the exception's data as its argument when there is any. */
  readonly action?: string;
  readonly enable?: string;
  /** Named parts of the data, as bits of one vector. */
  readonly fields: readonly RegisterField[];
  readonly width: number;
}

export interface MmuModel {
  readonly lookups: readonly Lookup[];
  /** both_enable, instr_enable, data_enable, data_miss, load_miss, store_miss, instr_miss, aligned_write … by name. */
  readonly hooks: Readonly<Record<string, string>>;
  /** Registers and files that translations depend on: kept ones are forgotten when one of them changes. */
  readonly control: readonly string[];
  readonly interleavedReads: boolean;
  readonly interleavedWrites: boolean;
}

/** A translation table. */
export interface Lookup {
  readonly name: string;
  readonly id: number;
  readonly type: "Instr" | "Data" | "Both";
  /** The table that this one stands in: it is searched when that one has a hit, and its hooks get that entry, too. */
  readonly parent?: string;
  /** Absent: never searched by itself. */
  readonly priority: number | undefined;
  readonly fields: readonly RegisterField[];
  readonly width: number;
  /** Leftmost bits of an entry that all ways of a set share. */
  readonly setWidth?: number;
  /** Value of an entry after reset. */
  readonly initial: bigint;
  readonly array?: { readonly entries: number; readonly ways: number };
  /** In order: the first whose `enable` holds counts. All of a set's tests must hold. */
  readonly testSets: readonly { readonly enable?: string; readonly tests: readonly LookupTest[] }[];
  readonly size: { readonly field: string } | { readonly bytes: number } | undefined;
  readonly sizeType: "BitSize" | "LeftMask";
  readonly sizeScale: number;
  readonly sizeOffset: number;
  readonly sizeShift: number;
  readonly pageShift: number;
  readonly realPage?: string;
  /** valid, hit, miss, exec_perm, data_perm, load_perm, store_perm, reset … by name. */
  readonly hooks: Readonly<Record<string, string>>;
}

/** `hook`: a function of the entry, the address and the kind of translation that says whether the test holds. */
export type LookupTest =
  | { readonly kind: "hook"; readonly hook: string }
  | { readonly kind: "address"; readonly field: string }
  | { readonly kind: "index"; readonly first: number; readonly last: number };

export interface CacheModel {
  readonly name: string;
  readonly type: "instr" | "data" | "unified";
  readonly level: number;
  readonly sets: number;
  readonly ways: number;
  readonly lineBytes: number;
  /** Without a hook `replace`. */
  readonly replacement: "RoundRobin" | "LRU" | "PseudoLRU";
  /** A miss takes an invalid way first, when there is one. */
  readonly replaceInvalidFirst: boolean;
  readonly setFields: readonly { readonly name: string; readonly width: number; readonly initial: bigint }[];
  readonly wayFields: readonly { readonly name: string; readonly width: number; readonly initial: bigint }[];
  /** enable, write_through, miss_enable, replace, hit_pred, line_access … by name. */
  readonly hooks: Readonly<Record<string, string>>;
}

export interface LocalMemory {
  readonly name: string;
  readonly size: number;
  readonly addressUnit: number;
  readonly instructions: boolean;
  readonly parent?: { readonly memory: string; readonly offset: number };
  /** Hooks that change data on its way, by access size in bytes. */
  readonly read?: Readonly<Record<number, string>>;
  readonly instructionRead?: Readonly<Record<number, string>>;
  readonly write?: Readonly<Record<number, string>>;
}

export interface EventBus {
  readonly name: string;
  readonly fields: readonly RegisterField[];
  readonly width: number;
  readonly action?: string;
}

// ---- Energy ----------------------------------------------------------------------------------------------------

/** What one occurrence of an energy event is. */
export type EventTrigger =
  | { readonly kind: "fetch" } // each fetch access
  | { readonly kind: "issue"; readonly classes: readonly string[] } // each instruction issued; [] = all
  | { readonly kind: "occupy"; readonly stage: string; readonly classes: readonly string[] } // each cycle an instruction is in the stage
  | { readonly kind: "read" | "write"; readonly registerFile: string } // register port use
  | { readonly kind: "memory_read" | "memory_write"; readonly memory: string } // requests of instructions; of a bus, rows
  | { readonly kind: "hit" | "miss" | "refill"; readonly cache: string } // lookups of a cache on a bus, and lines that it loads
  | { readonly kind: "advance"; readonly stage: string } // each cycle in which nothing is held back in the stage
  | { readonly kind: "change"; readonly stage: string } // each instruction that enters the stage and is another than the last
  | { readonly kind: "toggle"; readonly signal: string } // each bit of the signal that changes
  | {
      readonly kind: "toggle_product"; // see adl/README.md
      readonly signals: readonly [string, string];
      /** Most that one instruction can come to; 0: without limit. */
      readonly limit: number;
    }
  | { readonly kind: "cycle" }; // every clock cycle

export interface EnergyEvent {
  readonly name: string;
  readonly trigger: EventTrigger;
  /** Joules per occurrence at the nominal voltage. */
  readonly energy: SourcedNumber;
}

/** What a signal carries, for instructions to which it applies: the first of a signal's list that does. */
export type SignalSource =
  | { readonly kind: "register"; readonly registerFile: string; readonly field: string } // an operand that is read
  | { readonly kind: "field"; readonly field: string }
  | { readonly kind: "result" } // what the instruction leaves in its first target in a register file
  | { readonly kind: "target" } // where a branch with a displacement goes when taken
  | { readonly kind: "word" | "address" | "cia" | "pc" }; // the instruction; the data address; its own; that, of a relative branch

/** A bus whose changes cost energy: each instruction that enters the stage puts a value of 32 bits on it. */
export interface Signal {
  readonly name: string;
  /** Pipeline stage. */
  readonly stage: string;
  readonly carries: readonly SignalSource[];
  /** What an instruction leaves that has nothing for it: the value before, or zero. */
  readonly idle: "hold" | "zero";
  /** A bus of 64 bits: fields come with copies of their sign, registers with their upper halves (`wide`). */
  readonly wide: boolean;
}

export const WIDE_KINDS = ["sum", "difference", "product", "sign", "or", "xor", "and"] as const;
export type WideKind = (typeof WIDE_KINDS)[number];

export interface PowerModel {
  readonly name: string;
  readonly frequency: SourcedNumber; // Hz
  readonly voltage: SourcedNumber; // V, the operating point
  readonly nominalVoltage: SourcedNumber; // V at which energies are given
  readonly temperature: SourcedNumber; // K, the operating point
  readonly nominalTemperature: SourcedNumber; // K at which energies and leakage are given
  readonly leakage: SourcedNumber; // W at the nominal voltage and temperature
  readonly events: readonly EnergyEvent[];
  readonly signals?: readonly Signal[];
  /** Instructions by what they leave in the upper half of a wider register; others leave zero. */
  readonly wide?: Readonly<Partial<Record<WideKind, readonly string[]>>>;
  /** mathjs expressions of v, vn (V, nominal V) and t, tn (K, nominal K): factors on dynamic energy and on leakage. */
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
