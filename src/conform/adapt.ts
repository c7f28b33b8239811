// A loaded machine made into what a case of the suite runs: parameters that its configuration sets, and classes that the
// suite has as C++ only, for which a file of ours says what does their work.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import type { CacheModel, IsaModel, Lookup, MachineModel } from "../machine/model.ts";

/** What stands in for C++ classes, by the class's name. */
export interface StandIns {
  /** Branch predictors: the algorithm that works as the class does. */
  readonly predictors: Readonly<Record<string, string>>;
  /** Source files that a model is linked with: what they set, and which parameters their own options set. */
  readonly sources: Readonly<
    Record<
      string,
      {
        readonly parameters: Readonly<Record<string, number>>;
        readonly options: Readonly<Record<string, readonly string[]>>;
      }
    >
  >;
  /** Caches: what the class sets. */
  readonly caches: Readonly<
    Record<string, { readonly block_on_critical_word?: "false" | "serialized" | "true" }>
  >;
}

const standInFile = join(import.meta.dirname, "../../conformance/stand-ins.json");

/** Fails: BW0364 the file cannot be read. */
export function readStandIns(path = standInFile): StandIns {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as StandIns;
  } catch (error) {
    return fail("BW0364", `cannot read ${path}: ${(error as Error).message}`);
  }
}

/** Engines are made once for each model, so the same adaptation gives the same object. */
const adapted = new WeakMap<MachineModel, Map<string, MachineModel>>();

/**
 * `parameters`: `<cache>-cache-linefill-access-width` in bits, `fetch-num-entries`, `bp-size`, `bp-stack-size`,
 * `<cache>-num-sets`, `memory-latency` in cycles, `memory-requests` at a time. Others have no effect on times.
 */
export function adaptModel(
  model: MachineModel,
  parameters: Readonly<Record<string, number>>,
  standIns: StandIns,
): MachineModel {
  const key = JSON.stringify([parameters, standIns]);
  const known = adapted.get(model) ?? new Map<string, MachineModel>();
  adapted.set(model, known);
  let one = known.get(key);
  if (!one) known.set(key, (one = adapt(model, parameters, standIns)));
  return one;
}

function adapt(
  model: MachineModel,
  parameters: Readonly<Record<string, number>>,
  standIns: StandIns,
): MachineModel {
  const { pipeline, isa } = model;
  const predictors = pipeline.branchPredictors.map((one) => ({
    ...one,
    algorithm: Object.hasOwn(standIns.predictors, one.algorithm)
      ? standIns.predictors[one.algorithm]!
      : one.algorithm,
    parameters: {
      ...one.parameters,
      ...(parameters["bp-size"] === undefined ? {} : { size: parameters["bp-size"] }),
      ...(parameters["bp-stack-size"] === undefined ? {} : { stack_size: parameters["bp-stack-size"] }),
    },
  }));
  const caches = pipeline.caches.map((one) => {
    const width = parameters[`${one.name}-cache-linefill-access-width`];
    const standIn = one.customClass === undefined ? undefined : standIns.caches[one.customClass];
    return {
      ...one,
      ...(width === undefined ? {} : { numbers: { ...one.numbers, linefill_access_width: width } }),
      ...(standIn?.block_on_critical_word === undefined
        ? {}
        : { blockOnCriticalWord: standIn.block_on_critical_word }),
    };
  });
  const { "memory-latency": latency, "memory-requests": requests } = parameters;
  const memories = pipeline.memories.map((one) => ({
    ...one,
    ...(latency === undefined ? {} : { readLatency: latency, writeLatency: latency }),
    ...(requests === undefined
      ? {}
      : { addressBandwidth: 1, dataBandwidth: 1, maxRequests: requests, ports: [] }),
  }));
  const entries = parameters["fetch-num-entries"];
  return {
    ...model,
    isa: adaptIsa(isa, parameters),
    pipeline: {
      ...pipeline,
      memories,
      branchPredictors: predictors,
      caches,
      ...(entries === undefined ? {} : { fetchUnit: { ...pipeline.fetchUnit, entries } }),
    },
  };
}

/** The instruction set with its caches and translation tables in the sizes that `parameters` give. */
export function adaptIsa(isa: IsaModel, parameters: Readonly<Record<string, number>>): IsaModel {
  const { machine } = isa;
  if (!machine || Object.keys(parameters).length === 0) return isa;
  /** `<table>-tlb-num-ways`: as many sets, of other ways. */
  const widened = (one: Lookup): Lookup => {
    const ways = parameters[`${one.name}-tlb-num-ways`];
    if (ways === undefined || !one.array) return one;
    return { ...one, array: { ways, entries: (one.array.entries / one.array.ways) * ways } };
  };
  const { mmu, caches } = machine;
  return {
    ...isa,
    machine: {
      ...machine,
      caches: caches.map((one) => resized(one, parameters)),
      ...(mmu ? { mmu: { ...mmu, lookups: mmu.lookups.map(widened) } } : {}),
    },
  };
}

/** `<cache>-num-sets`, `<cache>-cache-num-sets`, `-num-ways`, `-line-size` and `-size` in bytes, which changes the sets. */
function resized(one: CacheModel, parameters: Readonly<Record<string, number>>): CacheModel {
  const given = (key: string): number | undefined => parameters[`${one.name}-cache-${key}`];
  const ways = given("num-ways") ?? one.ways;
  const lineBytes = given("line-size") ?? one.lineBytes;
  const size = given("size");
  const sets =
    parameters[`${one.name.toLowerCase()}-num-sets`] ??
    given("num-sets") ??
    (size === undefined ? one.sets : size / (ways * lineBytes));
  return { ...one, sets, ways, lineBytes };
}
