// Joins a functional simulator with a pipeline whose caches work on the simulator's tag arrays: what an instruction asked
// of caches and memory becomes the accesses that the pipeline sends when its description says so.
import type { CacheArray } from "../../iss/cache-array.ts";
import type { CacheOperation, Caches } from "../../iss/caches.ts";
import { architectureOf } from "../../iss/model-code.ts";
import { cacheAccess } from "../../machine/cache-access.ts";
import type { MachineModel } from "../../machine/model.ts";
import type { OsmOracle } from "../osm/oracle.ts";
import { createAccessMaker } from "./accesses.ts";
import type { ExecutedAccess } from "./accesses.ts";
import type { MemoryAccess } from "./request.ts";
import type { MemoryHooks } from "./system.ts";

/** What is asked of the simulator. */
export interface CachedSimulator {
  readonly caches: Caches;
}

export interface TimedCaches {
  /** Option `cacheOperation` of the simulator. */
  readonly cacheOperation: (operation: CacheOperation) => void;
  /** The oracle with accesses as the caches want them, and the engine's options. */
  attach(
    simulator: CachedSimulator,
    oracle: OsmOracle,
  ): {
    readonly oracle: OsmOracle;
    readonly cacheArray: (name: string) => CacheArray | undefined;
    readonly hooks: MemoryHooks;
  };
}

export function createTimedCaches(model: MachineModel): TimedCaches {
  const operations: CacheOperation[] = [];
  return {
    cacheOperation: (operation) => void operations.push(operation),
    attach(simulator, plain) {
      const { arrays } = simulator.caches;
      const cacheArray = (name: string): CacheArray | undefined => arrays.get(name);
      if (model.pipeline.caches.length === 0 && !model.pipeline.memAccess) {
        return { oracle: plain, cacheArray, hooks: {} };
      }
      const kinds = new Map(architectureOf(model.isa).caches.map((cache) => [cache.name, cache.type]));
      const maker = createAccessMaker(model, arrays, kinds, (name, index) =>
        plain.registerValue(name, index),
      );
      let accesses: MemoryAccess[] = [];
      const oracle: OsmOracle = {
        ...plain,
        step: () => {
          operations.length = 0;
          const next = plain.step();
          const executed: ExecutedAccess[] = [];
          for (const { kind, effective, real, bytes } of plain.accesses?.() ?? []) {
            executed.push({
              kind: kind === cacheAccess.CacheWrite ? "write" : "read",
              effective,
              real,
              bytes,
            });
          }
          for (const operation of operations) {
            const { real } = operation;
            executed.push({ kind: "cache", effective: real, real, bytes: 0, operation });
          }
          accesses = maker.accessesOf(executed);
          return next;
        },
        accessCount: () => accesses.length,
        accesses: () => accesses,
        fetchHint: (address) => maker.fetchHint(address),
      };
      return { oracle, cacheArray, hooks: maker.hooks };
    },
  };
}
