// The buses, caches and branch target cache of one engine, made from a pipeline's description, and their clock.
import { InternalError } from "../../base/diagnostic.ts";
import type { PipelineModel } from "../../machine/model.ts";
import { Bus } from "./bus.ts";
import { DataCache } from "./data-cache.ts";
import { FetchCache } from "./fetch-cache.ts";
import type { Tally } from "./tally.ts";
import { TargetCache } from "./target-cache.ts";

/** What the generated engine calls. Caches stand under their names. */
export interface BusSystem {
  readonly fetch: Readonly<Record<string, FetchCache>>;
  readonly data: Readonly<Record<string, DataCache>>;
  readonly targets: Readonly<Record<string, TargetCache>>;
  /** Ends a cycle. */
  clock(): void;
  reset(): void;
}

/** Name of the algorithm of a branch predictor that is a branch target cache. */
export const TARGET_CACHE = "TargetCache";

/** `tallies`: where the caches and buses of these names count. */
export function createBusSystem(
  pipeline: PipelineModel,
  tallies: ReadonlyMap<string, Tally> = new Map(),
): BusSystem {
  const fetch: Record<string, FetchCache> = {};
  const data: Record<string, DataCache> = {};
  const targets: Record<string, TargetCache> = {};
  const clocked: { clock(): void; reset(): void }[] = [];
  for (const resource of pipeline.buses) {
    const bus = new Bus({ readLatency: resource.readLatency }, tallies.get(resource.name));
    clocked.push(bus);
    for (const name of resource.masters) {
      const cache = pipeline.memories.find((memory) => memory.name === name)?.busCache;
      if (!cache) throw new InternalError(`bus ${resource.name} has no cache ${name}`);
      const shape = {
        sets: cache.sets,
        ways: cache.ways,
        lineBytes: cache.lineBytes,
        rowBytes: resource.rowBytes,
      };
      if (cache.holds === "instr") {
        fetch[name] = new FetchCache(bus, shape, { fillLatency: cache.fillLatency }, tallies.get(name));
        clocked.push(fetch[name]);
      } else {
        const timing = {
          maxWrites: cache.maxWrites,
          writePage: cache.writePage,
          missTouchesFirstWay: cache.missTouchesFirstWay,
        };
        data[name] = new DataCache(bus, shape, timing, tallies.get(name));
        clocked.push(data[name]);
      }
    }
  }
  for (const predictor of pipeline.branchPredictors) {
    if (predictor.algorithm !== TARGET_CACHE) continue;
    const { size, update_delay } = predictor.parameters;
    const table = new TargetCache(Number(size ?? 1024), Number(update_delay ?? 0));
    targets[predictor.name] = table;
    clocked.push(table);
  }
  return {
    fetch,
    data,
    targets,
    clock: () => {
      for (const one of clocked) one.clock();
    },
    reset: () => {
      for (const one of clocked) one.reset();
    },
  };
}
