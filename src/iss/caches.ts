// The caches of a core as its instruction set describes them: tag arrays with the description's hooks, and the operations
// that action code calls on them.
//
// Two ways to use them. Without a timing model ("functional"), data accesses and operations change the tags at once.
// With one ("timed"), the timing model works on the same arrays when it looks its requests up; operations only note what
// the instruction asked for, with the line that it named as it is now.
import { fail } from "../base/diagnostic.ts";
import type { CacheModel } from "../machine/model.ts";
import { CacheArray, cacheAccess } from "./cache-array.ts";
import type { CacheAccess, CacheHooks, CacheLine } from "./cache-array.ts";
import type { StaleLines } from "./stale-lines.ts";

/** Calls a hook of the description by name; a predicate's result is not 0. */
export type HookCall = (hook: string, args: readonly number[]) => number;

/** An operation that an instruction asked for. */
export interface CacheOperation {
  readonly cache: string;
  readonly kind: CacheAccess;
  /** Real address; of the line, for operations on a line that was found. */
  readonly real: number;
  /** −1: no line. */
  readonly set: number;
  readonly way: number;
}

export interface Caches {
  readonly arrays: ReadonlyMap<string, CacheArray>;
  reset(): void;
  /** A data access or fetch without a timing model: goes down the levels, loads and evicts lines. */
  access(kind: CacheAccess, real: number): void;
  /** Operations of action code: touch, allocate, flush … with an address, or with a set and a way. */
  operate(cache: string, kind: CacheAccess, where: { real: number } | { set: number; way: number }): void;
  /** Bytes of the shortest line of a cache that data goes through first; undefined: there is no such cache. */
  readonly dataLine: number | undefined;
}

/** `stale`: told of lines that are newer than memory; `note`: takes operations for the timing model, absent: functional. */
export function createCaches(
  models: readonly CacheModel[],
  call: HookCall,
  stale: StaleLines,
  note?: (operation: CacheOperation) => void,
): Caches {
  const arrays = new Map(models.map((model) => [model.name, createArray(model, call)]));
  const byLevel = [...models].sort((a, b) => a.level - b.level);
  /** The nearest cache beyond a level that accesses of a type go through. */
  const beyond = (level: number, type: CacheModel["type"]): CacheModel | undefined =>
    byLevel.find((one) => one.level > level && (one.type === type || one.type === "unified"));
  const below = (model: CacheModel): CacheModel | undefined => beyond(model.level, model.type);

  const load = (model: CacheModel | undefined, kind: CacheAccess, real: number): void => {
    const array = model && arrays.get(model.name);
    if (!model || !array) return;
    if (!array.enabled(kind, real)) return load(below(model), kind, real);
    const before = array.find(kind, real);
    const victims = before < 0 ? array.set(array.setOf(real)).lines.map((line) => line.tag) : [];
    const { action, set, way } = array.access(kind, real);
    if (action === "evict") writeBack(model, victims[way]!);
    // A line is read from the next level; instructions stay instructions.
    const passed = action === "none" || kind === cacheAccess.CacheIFetch ? kind : cacheAccess.CacheRead;
    if (action !== "hit") load(below(model), passed, real);
    if (action === "none" || kind !== cacheAccess.CacheWrite) return;
    const through = array.writeThrough(kind, real);
    array.line(set, way).dirty = !through;
    if (!through) stale.newer(model.name, array.tagOf(real), array.geometry.lineBytes);
    if (through && action === "hit") load(below(model), kind, real);
  };
  const writeBack = (model: CacheModel, line: number): void =>
    stale.writtenBack(model.name, line, () => load(below(model), cacheAccess.CacheWrite, line));

  const first = (kind: CacheAccess): CacheModel | undefined =>
    beyond(-Infinity, kind === cacheAccess.CacheIFetch ? "instr" : "data");

  const now = (model: CacheModel, array: CacheArray, operation: CacheOperation): void => {
    const { kind, real, set, way } = operation;
    switch (kind) {
      case cacheAccess.CacheTouch:
      case cacheAccess.CacheLockAddr:
        load(model, kind, real);
        if (kind === cacheAccess.CacheLockAddr) {
          const found = array.find(kind, real);
          if (found >= 0) array.lock(array.setOf(real), found, true);
        }
        return;
      case cacheAccess.CacheAlloc:
      case cacheAccess.CacheWrite: {
        const made = array.access(kind, real);
        if (made.action === "none") return;
        if (kind === cacheAccess.CacheWrite) {
          array.line(made.set, made.way).dirty = true;
          stale.newer(model.name, array.tagOf(real), array.geometry.lineBytes);
        }
        return;
      }
      case cacheAccess.CacheInvalidate:
        if (set < 0) return;
        stale.lost(model.name, array.line(set, way).tag);
        array.invalidate(set, way);
        return;
      default:
        if (set < 0 || !array.clean(set, way)) return;
        writeBack(model, array.line(set, way).tag);
        // The original leaves a flushed line as dirty as it was found: clean.
        return;
    }
  };

  return {
    arrays,
    reset: () => {
      for (const array of arrays.values()) array.reset();
      stale.reset();
    },
    dataLine: arrays.get(first(cacheAccess.CacheRead)?.name ?? "")?.geometry.lineBytes,
    access: (kind, real) => load(first(kind), kind, real),
    operate: (cache, kind, where) => {
      const model = models.find((one) => one.name === cache);
      const array = arrays.get(cache);
      if (!model || !array) fail("BW0330", `there is no cache ${cache}`);
      const operation = locate(cache, array, kind, where);
      if (note) note(operation);
      else now(model, array, operation);
    },
  };
}

/** The line that an operation means, as the array is now. */
function locate(
  cache: string,
  array: CacheArray,
  kind: CacheAccess,
  where: { readonly real: number } | { readonly set: number; readonly way: number },
): CacheOperation {
  const none = { cache, kind, real: 0, set: -1, way: -1 };
  const cleans = kind === cacheAccess.CacheFlush || kind === cacheAccess.CacheStore;
  if (!cleans && kind !== cacheAccess.CacheInvalidate) {
    const real = "real" in where ? where.real : array.line(where.set, where.way).tag;
    return { ...none, real };
  }
  const { sets, ways } = array.geometry;
  const set = "real" in where ? array.setOf(where.real) : where.set;
  const way = "real" in where ? array.find(kind, where.real) : where.way;
  if (set >= sets || way >= ways || set < 0) {
    fail("BW0330", `cache ${cache} has no set ${set}, way ${way}`, "look the line up with find()");
  }
  if (way < 0) return none;
  const line = array.line(set, way);
  if (cleans && !line.dirty) return none;
  return { cache, kind, real: line.tag, set, way };
}

/** A field of a line by its name, the description's own among them; 0 for one that there is not. */
export function lineField(line: CacheLine, field: string): bigint {
  if (field === "tag") return BigInt(line.tag);
  if (isFlag(field)) return line[field] ? 1n : 0n;
  return BigInt(line.fields[field] ?? 0);
}

export function setLineField(line: CacheLine, field: string, v: bigint): void {
  if (field === "tag") line.tag = Number(v);
  else if (isFlag(field)) line[field] = v !== 0n;
  else line.fields[field] = Number(v);
}

function isFlag(field: string): field is "valid" | "dirty" | "locked" {
  return field === "valid" || field === "dirty" || field === "locked";
}

const replacements = { RoundRobin: "round_robin", LRU: "lru", PseudoLRU: "plru" } as const;

function createArray(model: CacheModel, call: HookCall): CacheArray {
  const predicate =
    (hook: string) =>
    (...args: readonly number[]): boolean =>
      call(hook, args) !== 0;
  const action =
    (hook: string) =>
    (...args: readonly number[]): void =>
      void call(hook, args);
  const { enable, miss_enable, hit_pred, replace, line_access, write_through, hit, miss, invalidate_line } =
    model.hooks;
  const hooks: CacheHooks = {
    ...(enable === undefined ? {} : { enabled: predicate(enable) }),
    ...(miss_enable === undefined ? {} : { missEnable: predicate(miss_enable) }),
    ...(hit_pred === undefined ? {} : { hitPredicate: predicate(hit_pred) }),
    ...(replace === undefined
      ? {}
      : { replace: (access: CacheAccess, set: number) => call(replace, [access, set]) }),
    ...(line_access === undefined ? {} : { lineAccess: action(line_access) }),
    ...(write_through === undefined ? {} : { writeThrough: predicate(write_through) }),
    ...(hit === undefined ? {} : { hit: action(hit) }),
    ...(miss === undefined ? {} : { miss: action(miss) }),
    ...(invalidate_line === undefined ? {} : { invalidateLine: action(invalidate_line) }),
  };
  const initial = (fields: CacheModel["setFields"]): Record<string, number> =>
    Object.fromEntries(fields.map((field) => [field.name, Number(field.initial)]));
  return new CacheArray(
    {
      name: model.name,
      level: model.level,
      sets: model.sets,
      ways: model.ways,
      lineBytes: model.lineBytes,
      replacement: replacements[model.replacement],
      invalidFirst: model.replaceInvalidFirst,
    },
    hooks,
    initial(model.setFields),
    initial(model.wayFields.filter((field) => field.name !== "tag" && !isFlag(field.name))),
  );
}
