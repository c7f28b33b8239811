// Memories, their ports, and caches of a core's resources: how long things take there. What a cache holds and how it looks
// addresses up is part of the instruction set's description. Defaults are the uADL manual's.
import type { HelperFunction } from "../machine/action.ts";
import type {
  CacheFlag,
  CacheNumber,
  CacheResource,
  MemoryInterface,
  MemoryPort,
  MemoryResource,
} from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { readHook } from "./hooks.ts";
import type { Hook } from "./hooks.ts";
import {
  booleanOf,
  checkKnown,
  elementsOf,
  entryOf,
  expressionOf,
  integerOf,
  nameIn,
  nameOf,
  oneOf,
} from "./keys.ts";
import type { Scope } from "./scope.ts";

const COUNT = { min: 0, max: 1_000_000 };
const SIZE = { min: 1, max: 4096 };
const WIDTH = { min: 0, max: 1_000_000 };

const SHARED_KEYS = [
  "addr_bandwidth",
  "data_bandwidth",
  "data_width",
  "max_requests",
  "max_request",
  "allow_bus_wait",
  "preemptive",
];

/** Keys of caches with their defaults. */
const CACHE_NUMBERS: Readonly<Record<CacheNumber, number>> = {
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
};
/** Keys that the language's own simulator reads and does not use. */
const WITHOUT_EFFECT = ["linefill_writeback_latency", "linefill_request_block_cycle"];

const CACHE_FLAGS: Readonly<Record<CacheFlag, boolean>> = {
  critical_word_first: true,
  streaming_linefill: false,
  linefill_lazy_writeback: false,
  linefill_lock_on_valid: false,
  consecutive_linefills: false,
};

export function readMemory(block: Block, findings: Findings): MemoryResource {
  checkKnown(
    block,
    [...SHARED_KEYS, "read_latency", "write_latency", "read_only", "queued"],
    ["port"],
    findings,
  );
  return {
    ...readInterface(block, findings),
    readLatency: integerOf(block, "read_latency", 1, COUNT, findings),
    writeLatency: integerOf(block, "write_latency", 1, COUNT, findings),
    queued: booleanOf(block, "queued", true, findings),
  };
}

/** `scope`: what the hooks of the description can see. */
export function readCache(block: Block, scope: Scope, findings: Findings): CacheResource {
  const custom = customClass(block, findings);
  const known = [
    ...SHARED_KEYS,
    ...Object.keys(CACHE_NUMBERS),
    ...Object.keys(CACHE_FLAGS),
    "next_level_memory",
    "write_mode",
    "block_on_critical_word",
    "store_buffer_enable",
    "linefill_current_access_width",
    "custom",
    ...WITHOUT_EFFECT,
  ];
  // A class of the user's own may have keys of its own, too.
  checkKnown(block, custom ? [...block.keys.keys()] : known, ["port"], findings);
  for (const key of WITHOUT_EFFECT) {
    const entry = entryOf(block, key);
    if (entry)
      findings.warn("BW0204", entry.span, `${key} has no effect, as in the language's own simulator`);
  }
  const hook = (key: string, meaning: Hook): HelperFunction | undefined =>
    readHook(block, key, meaning, scope, findings);
  const storeBufferEnable = hook("store_buffer_enable", { parameters: 0, result: "bool" });
  const currentAccessWidth = hook("linefill_current_access_width", { parameters: 2, result: "unsigned" });
  const numbers = Object.fromEntries(
    Object.entries(CACHE_NUMBERS).map(([key, value]) => [key, integerOf(block, key, value, COUNT, findings)]),
  ) as Record<CacheNumber, number>;
  const width = numbers.linefill_access_width;
  if (width < 8 || width % 8 !== 0 || (width & (width - 1)) !== 0) {
    findings.error(
      "BW0206",
      entryOf(block, "linefill_access_width")?.span,
      `linefill_access_width is ${width}; it must be a power of two of at least 8 bits`,
    );
    numbers.linefill_access_width = CACHE_NUMBERS.linefill_access_width;
  }
  return {
    ...readInterface(block, findings),
    nextLevel: nameOf(block, "next_level_memory", findings)?.text ?? "",
    writeMode: oneOf(block, "write_mode", ["WriteThrough", "WriteBack"], findings),
    numbers,
    flags: Object.fromEntries(
      Object.entries(CACHE_FLAGS).map(([key, value]) => [key, booleanOf(block, key, value, findings)]),
    ) as Record<CacheFlag, boolean>,
    blockOnCriticalWord: oneOf(block, "block_on_critical_word", ["false", "serialized", "true"], findings),
    ...(storeBufferEnable ? { storeBufferEnable } : {}),
    ...(currentAccessWidth ? { currentAccessWidth } : {}),
    ...(custom === undefined ? {} : { customClass: custom }),
  };
}

/** `custom = (Class, "header.h")`: a class that only exists as C++. Its name, after a warning. */
function customClass(block: Block, findings: Findings): string | undefined {
  const entry = entryOf(block, "custom");
  if (!entry) return undefined;
  const [first] = elementsOf(expressionOf(block, "custom", findings));
  const name = first && nameIn(first);
  if (!name) {
    findings.error("BW0205", entry.span, 'custom takes a class and its header: (Class, "file.h")');
    return undefined;
  }
  findings.warn(
    "BW0204",
    entry.span,
    `the class ${name.text} is not read: cache ${block.name} works as a cache without it does`,
    "say what the class changes with keys of the cache; methods that only it has say yes",
  );
  return name.text;
}

function readInterface(block: Block, findings: Findings): MemoryInterface {
  const requests = block.keys.has("max_request") ? "max_request" : "max_requests";
  const own = {
    name: block.name,
    addressBandwidth: integerOf(block, "addr_bandwidth", 1, COUNT, findings),
    dataBandwidth: integerOf(block, "data_bandwidth", 1, COUNT, findings),
    maxRequests: integerOf(block, requests, 1, SIZE, findings),
    dataWidth: integerOf(block, "data_width", 32, { min: 8, max: WIDTH.max }, findings),
    allowBusWait: booleanOf(block, "allow_bus_wait", true, findings),
    preemptive: booleanOf(block, "preemptive", false, findings),
  };
  const ports = childrenOf(block, "port").map((port) => readPort(port, own, findings));
  return { ...own, ports };
}

/** A port has bandwidths of its own; queue length and waiting are its memory's unless it says otherwise. */
function readPort(
  block: Block,
  memory: { readonly maxRequests: number; readonly allowBusWait: boolean },
  findings: Findings,
): MemoryPort {
  const keys = [
    "type",
    "allow_bus_wait",
    "bandwidth",
    "addr_bandwidth",
    "data_bandwidth",
    "read_latency",
    "write_latency",
    "max_requests",
    "max_request",
  ];
  checkKnown(block, keys, [], findings);
  const common = block.keys.has("bandwidth");
  const bandwidth = integerOf(block, "bandwidth", 1, COUNT, findings);
  const requests = block.keys.has("max_request") ? "max_request" : "max_requests";
  return {
    name: block.name,
    type: oneOf(block, "type", ["unified", "instr", "data"], findings),
    commonBandwidth: common && !block.keys.has("addr_bandwidth") && !block.keys.has("data_bandwidth"),
    addressBandwidth: integerOf(block, "addr_bandwidth", bandwidth, COUNT, findings),
    dataBandwidth: integerOf(block, "data_bandwidth", bandwidth, COUNT, findings),
    readLatency: integerOf(block, "read_latency", 0, COUNT, findings),
    writeLatency: integerOf(block, "write_latency", 0, COUNT, findings),
    maxRequests: integerOf(block, requests, memory.maxRequests, SIZE, findings),
    allowBusWait: booleanOf(block, "allow_bus_wait", memory.allowBusWait, findings),
  };
}

/** Reports caches whose next level is not there. */
export function checkNextLevels(
  blocks: readonly Block[],
  caches: readonly CacheResource[],
  memories: readonly MemoryResource[],
  findings: Findings,
): void {
  const known = memoryNames([...caches, ...memories]);
  for (const cache of caches) {
    if (cache.nextLevel === "" || known.includes(cache.nextLevel)) continue;
    const span = entryOf(
      blocks.find((b) => b.name === cache.name)!,
      "next_level_memory",
    )?.span;
    findings.error("BW0212", span, `unknown memory ${cache.nextLevel}`, didYouMean(cache.nextLevel, known));
  }
}

/** Names under which memories, caches and their ports can be used. */
export function memoryNames(interfaces: readonly MemoryInterface[]): string[] {
  return interfaces.flatMap((one) => [one.name, ...one.ports.map((port) => `${one.name}.${port.name}`)]);
}
