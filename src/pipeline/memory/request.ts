// What passes between the pipeline, its caches and its memories: requests, the instruction's accesses behind them, and
// the interface that every level of the hierarchy has.
import type { CacheAccess, LookupAction } from "../../iss/cache-array.ts";

/** Cache predicates as they were when the instruction executed, by cache level minus 1; later ones of the same kind. */
export interface CacheHint {
  readonly enabled: readonly boolean[];
  readonly missAllocate: readonly boolean[];
  readonly storeBuffer: boolean;
}

/** One access of an instruction to memory, or one operation on a cache. */
export interface MemoryAccess {
  readonly kind: CacheAccess;
  readonly effective: number;
  readonly real: number;
  bytes: number;
  /** Bit n: nothing else may be under way at level n of the hierarchy. */
  serialized: number;
  readonly hint: CacheHint | undefined;
  /** Operations on a line that was looked up when the instruction executed; -1: none. */
  readonly set: number;
  readonly way: number;
  /** Number of the request once it has been sent, else -1, and where it was sent. */
  request: number;
  at: MemoryLevel | undefined;
}

export interface MemoryRequest {
  id: number;
  kind: CacheAccess;
  eviction: boolean;
  effective: number;
  real: number;
  bytes: number;
  serialized: number;
  hint: CacheHint | undefined;
  writeThrough: boolean;
  /** Instruction that caused it; -1: the fetch unit. */
  instruction: number;
  port: number;
  /** Cycle in which it was sent, and in which it came into the queue. */
  time: number;
  takenTime: number;
  expired: boolean;
  cancelled: boolean;
  /** Of caches only. */
  lookedUp: boolean;
  lookupTime: number;
  action: LookupAction;
  set: number;
  way: number;
  replaced: boolean;
  inLinefill: boolean;
  useStoreBuffer: boolean;
}

/** What the sender of a request says of it. */
export interface Sent {
  readonly kind: CacheAccess;
  readonly effective: number;
  readonly real: number;
  readonly bytes: number;
  readonly serialized: number;
  readonly hint: CacheHint | undefined;
  readonly writeThrough: boolean;
  readonly instruction: number;
  readonly eviction: boolean;
}

/** The time that all parts of a hierarchy share, in cycles. */
export interface Clock {
  now: number;
}

/** What a level was asked for since reset. */
export interface LevelCounts {
  /** Requests of the instructions, of the fetch unit, or of the level above. */
  reads: number;
  writes: number;
  fetches: number;
  /** Of caches. */
  hits: number;
  misses: number;
  /** Accesses that passed by, because the cache was off or could not allocate. */
  bypasses: number;
  linefills: number;
  evictions: number;
}

/** A level of the hierarchy as the level above it sees it. */
export interface MemoryLevel {
  readonly name: string;
  readonly counts: LevelCounts;
  /** Depth below the pipeline: bit of `serialized` that concerns it. */
  level: number;
  setLevel(level: number): void;
  portIndex(name: string): number;
  canSend(instruction: number, kind: CacheAccess, serialized: number, port: number): boolean;
  /** Returns the request's number. */
  send(sent: Sent, port: number): number;
  /** The request has its data (a read) or can take it (a write). */
  isReady(instruction: number, request: number, port: number): boolean;
  read(request: number, port: number): void;
  write(request: number, port: number): void;
  setBytes(request: number, port: number, bytes: number): void;
  /** `port` -1: it is looked for at all ports. `deep`: it is taken out; otherwise it runs to its end unused. */
  cancel(request: number, port: number, deep: boolean): void;
  availableSlots(port: number): number;
  isEmpty(): boolean;
  /** Nothing was under way at the start of the cycle. */
  wasInactive(): boolean;
  canLock(instruction: number): boolean;
  canForceLock(instruction: number): boolean;
  lock(instruction: number): void;
  unlock(delay: number): void;
  /** Undoes a lock that the flushed instruction holds. */
  unlockOf(instruction: number): void;
  isActive(): boolean;
  preCycle(): void;
  postCycle(): void;
  reset(): void;
}

export function noCounts(): LevelCounts {
  return { reads: 0, writes: 0, fetches: 0, hits: 0, misses: 0, bypasses: 0, linefills: 0, evictions: 0 };
}
