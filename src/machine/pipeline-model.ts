// The microarchitecture part of a MachineModel: resources, machines and instruction classes, as the uADL manual has them.
import type { HelperFunction, Statement } from "./action.ts";

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
  /** A flush takes outstanding requests out of the memory's queue; otherwise they run to their end unused. */
  readonly canCancel: boolean;
  /** A change of flow to an address that is in the buffer or on its way does not fetch it again. */
  readonly reuseData: boolean;
  readonly minFetchEntries: number;
  readonly maxFetchCount: number;
  readonly branchPredictor?: string;
}

export interface PipelineStage {
  readonly name: string;
  readonly size: number;
  readonly bandwidth: number;
  /** dependent: first come, first served, one that stalls holds the others; lock_step: all go on together; independent: each
   *  alone; in_order: in program order, whatever order they come in, and not before what is older has left the pipeline. */
  readonly scheduler: "dependent" | "lock_step" | "independent" | "in_order";
  readonly rigid: boolean;
  /** Instructions count as issued when they leave it, not when they come from the fetch unit. */
  readonly issue: boolean;
  /** Instructions enter it by add_instr() while they are still in another stage. */
  readonly shared: boolean;
}

export interface ForwardingPath {
  readonly name: string;
  readonly size: number;
  /** Any writer's value is taken, not only that of the register's last owner. */
  readonly broadcast: boolean;
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
  /** A C++ class that the description names for it. */
  readonly customClass?: string;
}

export type CacheNumber =
  | "read_hit_latency"
  | "write_hit_latency"
  | "linefill_access_width"
  | "linefill_read_latency"
  | "linefill_write_latency"
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

export interface Flag {
  readonly name: string;
}

/** A resource of a kind that the description brings along; `parameters` are its arguments. */
export interface CustomResource {
  readonly name: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, number | string>>;
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
  /** State → the state that it goes to when the instruction raises an exception there. */
  readonly exceptionState: Readonly<Record<string, string>>;
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
  /** State → stage, where the class differs from its machine. */
  readonly stageOf?: Readonly<Record<string, string>>;
  /** Function that the class's code calls → helper, and the same for single instructions. */
  readonly functions: Readonly<Record<string, string>>;
  readonly functionOverrides: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** An exception flushes what is behind it as soon as it occurs. */
  readonly commitOnException: boolean;
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
  readonly flags: readonly Flag[];
  readonly customs: readonly CustomResource[];
  readonly branchPredictors: readonly BranchPredictor[];
  readonly buses: readonly BusResource[];
  readonly machines: readonly StateMachine[];
  readonly classes: readonly InstructionClass[];
  readonly helpers: Readonly<Record<string, HelperFunction>>;
  /** Called for each access of an instruction when it executes; the access is the object `$access`. */
  readonly memAccess?: HelperFunction;
  /** Called when a branch has executed, in safe mode: what its code asks and sets is that of the branch itself. */
  readonly branchHook?: HelperFunction;
  /** Instructions of no class are an error only when the program meets one. */
  readonly allowUnimplemented?: boolean;
  /** Instructions that the core lacks, even where a class takes all that no other does. */
  readonly unsupported?: readonly string[];
  /** Loads and stores that take an alignment exception unless their address is a multiple of four. */
  readonly wordAligned?: readonly string[];
  /** Cycles without a retirement after which the oldest instruction is thrown away (only where everything executes at issue). */
  readonly deadlockTimeout?: number;
}
