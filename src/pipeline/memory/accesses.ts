// The accesses of an executed instruction as its pipeline sees them: with the caches' predicates as they were when it
// executed, and with what the description's mem_access hook says of them.
import type { CacheArray } from "../../iss/cache-array.ts";
import type { CacheOperation } from "../../iss/caches.ts";
import { cacheAccess } from "../../machine/cache-access.ts";
import type { CacheAccess } from "../../machine/cache-access.ts";
import type { MachineModel } from "../../machine/model.ts";
import { compileStateHook } from "../state-hooks.ts";
import type { RegisterReader } from "../state-hooks.ts";
import type { CacheHint, MemoryAccess } from "./request.ts";
import type { MemoryHooks } from "./system.ts";

/** An access as the functional model reports it. */
export interface ExecutedAccess {
  readonly kind: "read" | "write" | "cache";
  readonly effective: number;
  readonly real: number;
  readonly bytes: number;
  /** Of an operation on a cache. */
  readonly operation?: CacheOperation;
}

export interface AccessMaker {
  accessesOf(executed: readonly ExecutedAccess[]): MemoryAccess[];
  /** Predicates for a fetch from a real address; undefined without instruction caches. */
  fetchHint(real: number): CacheHint | undefined;
  /** Hooks of the pipeline's caches. */
  readonly hooks: MemoryHooks;
}

/** `arrays`: the tag arrays, with the hooks of the instruction set; `kinds`: what each cache holds. */
export function createAccessMaker(
  model: MachineModel,
  arrays: ReadonlyMap<string, CacheArray>,
  kinds: ReadonlyMap<string, "instr" | "data" | "unified">,
  read: RegisterReader,
): AccessMaker {
  const { caches, memAccess } = model.pipeline;
  const holding = (kind: "instr" | "data"): CacheArray[] =>
    [...arrays]
      .filter(([name]) => kinds.get(name) === kind || kinds.get(name) === "unified")
      .map(([, one]) => one);
  const dataArrays = holding("data");
  const fetchArrays = holding("instr");
  const mark = memAccess ? compileStateHook(model, memAccess, read) : undefined;
  const enables = new Map(
    caches.flatMap((cache) =>
      cache.storeBufferEnable
        ? [[cache.name, compileStateHook(model, cache.storeBufferEnable, read)] as const]
        : [],
    ),
  );
  const widths = new Map(
    caches.flatMap((cache) =>
      cache.currentAccessWidth
        ? [[cache.name, compileStateHook(model, cache.currentAccessWidth, read)] as const]
        : [],
    ),
  );
  const firstData = dataArrays.reduce<CacheArray | undefined>(
    (best, one) => (best && best.geometry.level <= one.geometry.level ? best : one),
    undefined,
  );
  const storeBuffer = firstData ? enables.get(firstData.geometry.name) : undefined;
  const hintOf = (
    list: readonly CacheArray[],
    kind: CacheAccess,
    real: number,
    buffered: boolean,
  ): CacheHint => {
    const enabled: boolean[] = [];
    const missAllocate: boolean[] = [];
    for (const array of list) {
      const at = array.geometry.level - 1;
      enabled[at] = array.enabled(kind, real);
      missAllocate[at] = array.hooks.missEnable?.(kind, real, array.setOf(real)) ?? true;
    }
    return { enabled, missAllocate, storeBuffer: buffered };
  };
  return {
    accessesOf: (executed) =>
      executed.map((one) => {
        const kind =
          one.operation?.kind ?? (one.kind === "write" ? cacheAccess.CacheWrite : cacheAccess.CacheRead);
        const buffered = storeBuffer ? storeBuffer([]) !== 0 : firstData !== undefined;
        const access: MemoryAccess = {
          kind,
          effective: one.effective,
          real: one.operation?.real ?? one.real,
          bytes: one.bytes,
          serialized: 0,
          hint: dataArrays.length > 0 ? hintOf(dataArrays, kind, one.real, buffered) : undefined,
          set: one.operation?.set ?? -1,
          way: one.operation?.way ?? -1,
          request: -1,
          at: undefined,
        };
        mark?.([], access);
        return access;
      }),
    fetchHint: (real) =>
      fetchArrays.length > 0 ? hintOf(fetchArrays, cacheAccess.CacheIFetch, real, false) : undefined,
    hooks: {
      storeBufferEnabled: (cache) => {
        const enable = enables.get(cache.name);
        return enable ? enable([]) !== 0 : true;
      },
      accessWidth: (cache, effective, real) => {
        const width = widths.get(cache.name);
        return width ? width([effective, real]) : cache.numbers.linefill_access_width;
      },
    },
  };
}
