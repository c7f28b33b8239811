// MachineModel: the plain readonly data that stands between the description language and everything else. The ADL loader
// builds it; isa, iss, pipeline, characterize and report read it. It can be serialised as JSON (bigints as strings).
import type { Expression, HelperFunction, Statement } from "./action.ts";

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

// ---- Microarchitecture -----------------------------------------------------------------------------------------

export interface FetchUnit {
  readonly name: string;
  readonly memory: string;
  /** Instruction buffer: entries of entrySize bytes. */
  readonly entries: number;
  readonly entrySize: number;
  /** Valid fetch sizes in bytes, largest first; a fetch never crosses a boundary of its size. */
  readonly fetchSizes: readonly number[];
  readonly lazyFetch: boolean;
  /** After a flush a request is sent in the same cycle, even when the buffer was full at its start. */
  readonly flushFetch: boolean;
  readonly minFetchEntries: number;
  readonly maxFetchCount: number;
  readonly branchPredictor?: string;
}

export interface PipelineStage {
  readonly name: string;
  readonly size: number;
  readonly bandwidth: number;
  readonly lockStep: boolean;
  readonly rigid: boolean;
}

export interface ForwardingPath {
  readonly name: string;
  readonly size: number;
}

export interface MemoryPort {
  readonly name: string;
  readonly type: "instr" | "data" | "unified";
  /** Requests and data transfers of a cycle draw on one bandwidth. */
  readonly commonBandwidth: boolean;
  readonly addressBandwidth: number;
  readonly dataBandwidth: number;
  /** 0: the memory's. */
  readonly readLatency: number;
  readonly writeLatency: number;
  readonly maxRequests: number;
  readonly allowBusWait: boolean;
}

/** What memories and caches have in common. Bandwidths: per cycle, 0 without limit. */
export interface MemoryInterface {
  readonly name: string;
  readonly addressBandwidth: number;
  readonly dataBandwidth: number;
  readonly maxRequests: number;
  readonly dataWidth: number;
  /** One request may wait in front of a full queue. */
  readonly allowBusWait: boolean;
  /** Loads and stores take the place of a fetch that waits. */
  readonly preemptive: boolean;
  readonly ports: readonly MemoryPort[];
}

export interface MemoryResource extends MemoryInterface {
  readonly readLatency: number;
  readonly writeLatency: number;
  /** False: only numbers of requests and latencies are kept, no queue; a free place can be used at once. */
  readonly queued: boolean;
  /** A cache on a bus. */
  readonly busCache?: BusCache;
}

/** Timing of a cache; what it holds and how it looks addresses up stands in the instruction set's description. */
export interface CacheResource extends MemoryInterface {
  /** Memory or cache, `Mem` or `Mem.D`; "" as the instruction set's description has it. */
  readonly nextLevel: string;
  readonly writeMode: "WriteThrough" | "WriteBack";
  /** Latencies and lock times in cycles, widths in bits, sizes in entries, by the name of the key. */
  readonly numbers: Readonly<Record<CacheNumber, number>>;
  readonly flags: Readonly<Record<CacheFlag, boolean>>;
  readonly blockOnCriticalWord: "false" | "serialized" | "true";
  /** Predicate without parameters; absent: the store buffer is enabled. */
  readonly storeBufferEnable?: HelperFunction;
  /** Bits of one access of the linefill at (effective address, real address). */
  readonly currentAccessWidth?: HelperFunction;
  /** Further methods that the description calls, of a class of its own: each says yes. */
  readonly methods: readonly string[];
}

export type CacheNumber =
  | "read_hit_latency"
  | "write_hit_latency"
  | "linefill_access_width"
  | "linefill_read_latency"
  | "linefill_write_latency"
  | "linefill_writeback_latency"
  | "linefill_lock_cycle"
  | "linefill_lock_holdoff_cycle"
  | "evict_lock_cycle"
  | "taken_to_write_latency"
  | "write_to_next_level_request_latency"
  | "zero_latency"
  | "lock_latency"
  | "unlock_latency"
  | "touch_latency"
  | "invalidate_latency"
  | "store_buffer_size";

export type CacheFlag =
  | "critical_word_first"
  | "streaming_linefill"
  | "linefill_lazy_writeback"
  | "linefill_lock_on_valid"
  | "consecutive_linefills";

/** A memory that several caches reach over one bus, a row a cycle; the first cache in `masters` goes first. */
export interface BusResource {
  readonly name: string;
  readonly rowBytes: number;
  /** Cycles from a read request to its row. */
  readonly readLatency: number;
  readonly masters: readonly string[];
}

export interface BusCache {
  readonly bus: string;
  /** Serves the fetch unit, or loads and stores (which it writes through, without allocating). */
  readonly holds: "instr" | "data";
  readonly sets: number;
  readonly ways: number;
  readonly lineBytes: number;
  /** Cycles from a row's arrival to its being written (instructions: predecoding). */
  readonly fillLatency: number;
  readonly maxWrites: number;
  readonly writePage: number;
  readonly missTouchesFirstWay: boolean;
}

export interface Semaphore {
  readonly name: string;
  readonly count: number;
}

/** A named predictor setting. "static": `algorithm` BackwardTaken (with the hint bit where the ISA has one), NeverTaken … */
export interface BranchPredictor {
  readonly name: string;
  readonly algorithm: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Predicate without parameters; absent: enabled. */
  readonly enable?: HelperFunction;
  /** Registers, `R` or `R.F`, that must be as they were when the entry was made. */
  readonly registerCompares?: readonly string[];
}

export interface StateMachine {
  readonly name: string;
  readonly initialState: string;
  readonly states: readonly string[];
  /** State → stage. The initial state maps to no stage. */
  readonly stageOf: Readonly<Record<string, string>>;
}

/** What an operand name of an instruction class stands for, per instruction. */
export interface OperandBinding {
  readonly name: string;
  readonly elements: readonly (
    | { readonly kind: "sources" }
    | { readonly kind: "targets" }
    | {
        readonly kind: "register";
        readonly name: string;
        readonly field?: string;
        readonly index?: number;
        readonly mask?: number;
        readonly role: "any" | "source" | "target" | "force_source" | "force_target";
      }
    | { readonly kind: "field"; readonly field: string }
    | { readonly kind: "constant"; readonly value: number }
  )[];
}

/** `mtspr(SPRN(9))`: an instruction, perhaps only with given field values. */
export interface InstructionSelector {
  readonly instruction: string;
  readonly constraints: Readonly<Record<string, number>>;
}

export interface InstructionClass {
  readonly name: string;
  readonly machine: string;
  readonly instructions: readonly InstructionSelector[];
  readonly attributes: readonly string[];
  readonly operands: readonly OperandBinding[];
  /** Bindings that replace `operands` for one instruction. */
  readonly operandOverrides: Readonly<Record<string, readonly OperandBinding[]>>;
  /** State → what it does. A state whose code has no outer condition has the space check already put in by the loader. */
  readonly action: Readonly<Record<string, readonly Statement[]>>;
}

export interface PipelineModel {
  readonly name: string;
  readonly fetchUnit: FetchUnit;
  readonly stages: readonly PipelineStage[]; // in declaration order: front to back
  readonly forwardingPaths: readonly ForwardingPath[];
  readonly memories: readonly MemoryResource[];
  readonly caches: readonly CacheResource[];
  readonly semaphores: readonly Semaphore[];
  readonly branchPredictors: readonly BranchPredictor[];
  readonly buses: readonly BusResource[];
  readonly machines: readonly StateMachine[];
  readonly classes: readonly InstructionClass[];
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
