// Hierarchies for the tests of memories and caches, and a client that drives one by hand.
import { CacheArray, cacheAccess } from "../../../src/iss/cache-array.ts";
import type { CacheGeometry, CacheHooks } from "../../../src/iss/cache-array.ts";
import type { CacheResource, MemoryPort, MemoryResource, PipelineModel } from "../../../src/machine/model.ts";
import { createMemorySystem } from "../../../src/pipeline/memory/system.ts";
import type { MemorySystem } from "../../../src/pipeline/memory/system.ts";
import type { MemoryLevel } from "../../../src/pipeline/memory/request.ts";

export function memory(changes: Partial<MemoryResource> = {}): MemoryResource {
  return {
    name: "Mem",
    readLatency: 1,
    writeLatency: 1,
    addressBandwidth: 1,
    dataBandwidth: 1,
    maxRequests: 1,
    dataWidth: 32,
    allowBusWait: true,
    preemptive: false,
    queued: true,
    ports: [],
    ...changes,
  };
}

export function port(name: string, changes: Partial<MemoryPort> = {}): MemoryPort {
  return {
    name,
    type: "unified",
    commonBandwidth: false,
    addressBandwidth: 1,
    dataBandwidth: 1,
    readLatency: 0,
    writeLatency: 0,
    maxRequests: 1,
    allowBusWait: true,
    ...changes,
  };
}

/** A write-through cache with all defaults of the language. */
export function cache(
  name: string,
  numbers: Partial<CacheResource["numbers"]> = {},
  flags: Partial<CacheResource["flags"]> = {},
  changes: Partial<CacheResource> = {},
): CacheResource {
  return {
    name,
    addressBandwidth: 1,
    dataBandwidth: 1,
    maxRequests: 1,
    dataWidth: 32,
    allowBusWait: true,
    preemptive: false,
    ports: [],
    nextLevel: "",
    writeMode: "WriteThrough",
    numbers: {
      read_hit_latency: 1,
      write_hit_latency: 1,
      linefill_access_width: 64,
      linefill_read_latency: 1,
      linefill_write_latency: 1,
      linefill_lock_cycle: 0,
      linefill_lock_holdoff_cycle: 1,
      evict_lock_cycle: 0,
      taken_to_write_latency: 0,
      write_to_next_level_request_latency: 0,
      zero_latency: 1,
      lock_latency: 1,
      unlock_latency: 1,
      touch_latency: 0,
      invalidate_latency: 1,
      store_buffer_size: 0,
      ...numbers,
    },
    flags: {
      critical_word_first: true,
      streaming_linefill: false,
      linefill_lazy_writeback: false,
      linefill_lock_on_valid: false,
      consecutive_linefills: false,
      ...flags,
    },
    blockOnCriticalWord: "false",
    ...changes,
  };
}

/** 4 sets of 2 ways, lines of 32 bytes. */
export function array(
  name: string,
  changes: Partial<CacheGeometry> = {},
  hooks: CacheHooks = {},
): CacheArray {
  return new CacheArray(
    {
      name,
      level: 1,
      sets: 4,
      ways: 2,
      lineBytes: 32,
      replacement: "round_robin",
      invalidFirst: false,
      ...changes,
    },
    hooks,
  );
}

export interface Bench {
  readonly system: MemorySystem;
  level(name: string): MemoryLevel;
  /** Sends in the middle of cycle `at`; returns the request's number. */
  read(name: string, address: number, at: number, port?: number): number;
  write(name: string, address: number, at: number, port?: number): number;
  /** First cycle in which the request's data could be moved; moves it then. */
  readDone(name: string, request: number, port?: number): number;
  writeDone(name: string, request: number, port?: number): number;
  /** Goes on to the middle of a cycle. */
  goTo(cycle: number): void;
  now(): number;
}

/** A clock that stands in the middle of a cycle, where stages act. */
export function bench(
  memories: readonly MemoryResource[],
  caches: readonly CacheResource[] = [],
  arrays: readonly CacheArray[] = [],
): Bench {
  const pipeline = { memories, caches } as unknown as PipelineModel;
  const system = createMemorySystem(pipeline, (name) => arrays.find((one) => one.geometry.name === name));
  system.reset();
  let cycle = 0;
  const names = [...memories, ...caches].map((one) => one.name);
  const level = (name: string): MemoryLevel => system.levels[names.indexOf(name)]!;
  const goTo = (wanted: number): void => {
    while (cycle < wanted) {
      if (cycle > 0) system.postCycle();
      cycle++;
      system.preCycle(cycle);
    }
  };
  const send = (name: string, kind: number, address: number, at: number, where: number): number => {
    goTo(at);
    const to = level(name);
    if (!to.canSend(1, kind, 0, where)) throw new Error(`${name} takes no request in cycle ${cycle}`);
    return to.send(
      {
        kind,
        effective: address,
        real: address,
        bytes: 4,
        serialized: 0,
        hint: undefined,
        writeThrough: false,
        instruction: 1,
        eviction: false,
      },
      where,
    );
  };
  const waitReady = (name: string, request: number, where: number): MemoryLevel => {
    const to = level(name);
    while (!to.isReady(1, request, where)) {
      if (cycle > 500) throw new Error("never ready");
      goTo(cycle + 1);
    }
    return to;
  };
  return {
    system,
    level,
    goTo,
    now: () => cycle,
    read: (name, address, at, where = 0) => send(name, cacheAccess.CacheRead, address, at, where),
    write: (name, address, at, where = 0) => send(name, cacheAccess.CacheWrite, address, at, where),
    readDone: (name, request, where = 0) => {
      waitReady(name, request, where).read(request, where);
      return cycle;
    },
    writeDone: (name, request, where = 0) => {
      waitReady(name, request, where).write(request, where);
      return cycle;
    },
  };
}
