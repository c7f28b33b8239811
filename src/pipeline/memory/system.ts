// The memory hierarchy of a pipeline: its memories and caches joined as the description says, and their part of each
// cycle. Levels are worked off from the memories to the caches nearest to the core before the stages act, so that data
// which arrives can be passed up in the same cycle, and from the core down after them.
import { fail } from "../../base/diagnostic.ts";
import type { CacheArray } from "../../iss/cache-array.ts";
import type { CacheResource, MemoryInterface, MemoryResource, PipelineModel } from "../../machine/model.ts";
import { Cache } from "./cache.ts";
import { Memory } from "./memory.ts";
import type { PortConfiguration } from "./port.ts";
import type { Clock, MemoryLevel } from "./request.ts";

/** Hooks of the description, evaluated on the architectural state. */
export interface MemoryHooks {
  storeBufferEnabled?(cache: CacheResource): boolean;
  /** Bits of one access of the linefill that begins now. */
  accessWidth?(cache: CacheResource, effective: number, real: number): number;
  /** A load or store took the place of the fetch that waited. */
  preemptedFetch?(): void;
}

export interface MemorySystem {
  /** Memories, then caches, in the order of the model. */
  readonly levels: readonly MemoryLevel[];
  readonly caches: ReadonlyMap<string, Cache>;
  readonly clock: Clock;
  reset(): void;
  /** Begins cycle `now`. */
  preCycle(now: number): void;
  postCycle(): void;
  isActive(): boolean;
}

/**
 * `arrayOf`: the tag array of a cache; the functional simulator's, where there is one.
 * Fails: BW0713 when levels of the hierarchy do not fit together.
 */
export function createMemorySystem(
  pipeline: PipelineModel,
  arrayOf: (name: string) => CacheArray | undefined,
  hooks: MemoryHooks = {},
): MemorySystem {
  const clock: Clock = { now: 0 };
  const byName = new Map<string, MemoryLevel>();
  const preempted = (): void => hooks.preemptedFetch?.();
  const memories = [...pipeline.memories].sort(byNameUp).map((memory) => {
    const level = new Memory(memoryConfiguration(memory), clock);
    level.onPreemptedFetch = preempted;
    byName.set(memory.name, level);
    return level;
  });
  const arrays = new Map(pipeline.caches.map((cache) => [cache.name, arrayOf(cache.name)]));
  const depth = (cache: CacheResource): number => arrays.get(cache.name)?.geometry.level ?? 1;
  // The nearest to the core first, in one level against the order of names: both orders below are the language's.
  const downwards = [...pipeline.caches].sort((a, b) => depth(a) - depth(b) || byNameUp(b, a));
  const caches = new Map<string, Cache>();
  for (const resource of [...downwards].reverse()) {
    const array = arrays.get(resource.name);
    if (!array) {
      fail(
        "BW0713",
        `the instruction set has no cache ${resource.name}`,
        "define (cache=…) there says its size and how it looks addresses up",
      );
    }
    const [name = "", port = ""] = nextLevel(pipeline, resource, downwards, depth).split(".");
    const below = byName.get(name);
    if (!below) fail("BW0713", `cache ${resource.name} has no next level`, "name one with next_level_memory");
    const { currentAccessWidth, storeBufferEnable } = resource;
    const cache = new Cache(
      cacheConfiguration(resource),
      array,
      below,
      port === "" ? 0 : below.portIndex(port),
      clock,
      {
        ...(storeBufferEnable && hooks.storeBufferEnabled
          ? { storeBufferEnabled: () => hooks.storeBufferEnabled?.(resource) ?? true }
          : {}),
        ...(currentAccessWidth && hooks.accessWidth
          ? {
              accessBytes: (effective: number, real: number) =>
                Math.max(1, (hooks.accessWidth?.(resource, effective, real) ?? 64) / 8),
            }
          : {}),
      },
    );
    cache.onPreemptedFetch = preempted;
    byName.set(resource.name, cache);
    caches.set(resource.name, cache);
  }
  const inner = new Set(downwards.map((cache) => nextLevel(pipeline, cache, downwards, depth).split(".")[0]));
  for (const [name, level] of byName) if (!inner.has(name)) level.setLevel(0);
  const upwards = [...memories, ...[...downwards].reverse().map((cache) => caches.get(cache.name)!)];
  const down = [...memories, ...downwards.map((cache) => caches.get(cache.name)!)];
  return {
    levels: [...pipeline.memories, ...pipeline.caches].map((one) => byName.get(one.name)!),
    caches,
    clock,
    reset: () => {
      clock.now = 0;
      for (const level of upwards) level.reset();
    },
    preCycle: (now) => {
      clock.now = now;
      for (const level of upwards) level.preCycle();
    },
    postCycle: () => {
      for (const level of down) level.postCycle();
    },
    isActive: () => upwards.some((level) => level.isActive()),
  };
}

function byNameUp(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** The level below a cache: what the description names, else the next cache, else the first memory. */
function nextLevel(
  pipeline: PipelineModel,
  cache: CacheResource,
  downwards: readonly CacheResource[],
  depth: (cache: CacheResource) => number,
): string {
  if (cache.nextLevel !== "") return cache.nextLevel;
  const next = downwards.find((one) => depth(one) > depth(cache));
  return next?.name ?? [...pipeline.memories].sort(byNameUp)[0]?.name ?? "";
}

function memoryConfiguration(memory: MemoryResource) {
  const { name, readLatency, writeLatency, preemptive, allowBusWait } = memory;
  return {
    name,
    readLatency,
    writeLatency,
    preemptive: preemptive && allowBusWait,
    ports: portConfigurations(memory),
  };
}

function cacheConfiguration(cache: CacheResource) {
  const { numbers, flags } = cache;
  const blocks = { false: "never", serialized: "serialized", true: "always" } as const;
  return {
    name: cache.name,
    readLatency: numbers.read_hit_latency,
    writeLatency: numbers.write_hit_latency,
    preemptive: cache.preemptive && cache.allowBusWait,
    ports: portConfigurations(cache),
    writeThrough: cache.writeMode === "WriteThrough",
    linefillReadLatency: numbers.linefill_read_latency,
    linefillWriteLatency: numbers.linefill_write_latency,
    linefillLockCycles: numbers.linefill_lock_cycle,
    linefillLockHoldoff: numbers.linefill_lock_holdoff_cycle,
    linefillLockOnValid: flags.linefill_lock_on_valid,
    lazyWriteback: flags.linefill_lazy_writeback,
    consecutiveLinefills: flags.consecutive_linefills,
    criticalWordFirst: flags.critical_word_first,
    blockOnCriticalWord: blocks[cache.blockOnCriticalWord],
    evictLockCycles: numbers.evict_lock_cycle,
    takenToWriteLatency: numbers.taken_to_write_latency,
    writeToNextLatency: numbers.write_to_next_level_request_latency,
    storeBufferSize: numbers.store_buffer_size,
    accessBytes: numbers.linefill_access_width / 8,
    zeroLatency: numbers.zero_latency,
    lockLatency: numbers.lock_latency,
    unlockLatency: numbers.unlock_latency,
    touchLatency: numbers.touch_latency,
    invalidateLatency: numbers.invalidate_latency,
  };
}

/** Ports in the order of their names, or the one without a name. */
export function portConfigurations(memory: MemoryInterface): PortConfiguration[] {
  if (memory.ports.length > 0) return [...memory.ports].sort(byNameUp);
  const { addressBandwidth, dataBandwidth, maxRequests, allowBusWait } = memory;
  return [
    {
      name: "",
      commonBandwidth: false,
      addressBandwidth,
      dataBandwidth,
      readLatency: 0,
      writeLatency: 0,
      maxRequests,
      allowBusWait,
    },
  ];
}
