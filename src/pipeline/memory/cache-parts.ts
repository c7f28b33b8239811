// What a cache is configured with, and the entries of its lists.
import { cacheAccess } from "../../iss/cache-array.ts";
import type { CacheAccess } from "../../iss/cache-array.ts";
import type { MemoryConfiguration } from "./memory.ts";
import type { CacheHint, MemoryRequest } from "./request.ts";

export interface CacheConfiguration extends MemoryConfiguration {
  readonly writeThrough: boolean;
  readonly linefillReadLatency: number;
  readonly linefillWriteLatency: number;
  readonly linefillLockCycles: number;
  readonly linefillLockHoldoff: number;
  readonly linefillLockOnValid: boolean;
  readonly lazyWriteback: boolean;
  readonly consecutiveLinefills: boolean;
  readonly criticalWordFirst: boolean;
  readonly blockOnCriticalWord: "never" | "serialized" | "always";
  readonly evictLockCycles: number;
  readonly takenToWriteLatency: number;
  readonly writeToNextLatency: number;
  /** 0: without limit. */
  readonly storeBufferSize: number;
  /** Bytes of one access of a linefill or an eviction. */
  readonly accessBytes: number;
  readonly zeroLatency: number;
  readonly lockLatency: number;
  readonly unlockLatency: number;
  readonly touchLatency: number;
  readonly invalidateLatency: number;
}

/** Hooks of the microarchitecture's description. */
export interface CacheTimingHooks {
  /** Default: enabled. */
  storeBufferEnabled?(): boolean;
  /** Bytes of one access of the linefill that begins now. */
  accessBytes?(effective: number, real: number): number;
}

export type ActionKind = "linefill" | "evict" | "read" | "store";

/** What a request needs from the level below. */
export interface Action {
  readonly kind: ActionKind;
  readonly request: MemoryRequest;
  /** As the request had it when the action was made. */
  readonly set: number;
  readonly way: number;
  readonly withEviction: boolean;
  useStoreBuffer: boolean;
  started: boolean;
  /** Its request at the level below. */
  below: number;
}

/** A write that the cache took and that has yet to go on. */
export interface StoreBufferEntry {
  readonly effective: number;
  readonly real: number;
  readonly bytes: number;
  readonly serialized: number;
  readonly time: number;
  readonly hint: CacheHint | undefined;
  readonly writeThrough: boolean;
  readonly instruction: number;
}

/** Cycles of an operation on the cache. */
export function commandLatency(kind: CacheAccess, settings: CacheConfiguration): number {
  switch (kind) {
    case cacheAccess.CacheFlush:
    case cacheAccess.CacheInvalidate:
      return settings.invalidateLatency;
    case cacheAccess.CacheLock:
    case cacheAccess.CacheLockAddr:
      return settings.lockLatency;
    case cacheAccess.CacheUnlock:
      return settings.unlockLatency;
    default:
      return 0;
  }
}
