// Everything that running and pricing an annotated program needs, as plain data (JSON) beside its .wasm: no compiler, no
// description language, no reference pipeline. The cache keeps it between runs, and `annotate -o DIR` leaves it.
import type { CounterLayout } from "../annotate/layout.ts";
import type { MachineCode, MachineCodeData } from "../cfg/index.ts";
import { indexMachineCode } from "../cfg/index.ts";
import type { CostTable } from "../characterize/cost-table.ts";
import type { EdgeClass, FunctionMapping, ProgramMapping } from "../match/mapping.ts";
import type { SegmentMap } from "../run/index.ts";

/** A site of the plan: which machine instructions the counts of its classes are for. */
export interface BundleSite {
  readonly function: string;
  /** Index among the function's sites. */
  readonly site: number;
  readonly addresses: readonly number[];
}

/** A mapping without the switch values, which only the annotator needs. */
export type BundleMapping = Omit<FunctionMapping, "classes"> & {
  readonly classes: readonly Omit<EdgeClass, "values">[];
};

export interface ProgramBundle {
  readonly schema: "blockwatt.bundle/1";
  readonly program: string;
  readonly core: string;
  readonly memory: SegmentMap;
  readonly layout: CounterLayout;
  readonly code: MachineCodeData;
  readonly mapping: readonly BundleMapping[];
  /** Block that execution begins with. */
  readonly entryBlock: number;
  readonly costs: CostTable;
  readonly sites: readonly BundleSite[];
}

/** The mapping's data that counts are turned into machine counts with. */
export function mappingData(mapping: ProgramMapping): BundleMapping[] {
  return [...mapping.functions.values()].map((fn) => ({
    ...fn,
    classes: fn.classes.map(({ id, from, to, successors, path, impossible }) => ({
      id,
      from,
      to,
      successors,
      path,
      ...(impossible === undefined ? {} : { impossible }),
    })),
  }));
}

export function machineCodeData(code: MachineCode): MachineCodeData {
  return { blocks: code.blocks, edges: code.edges, functions: [...code.functions.values()] };
}

/** The bundle's data with its look-ups. */
export function openBundle(bundle: ProgramBundle): { code: MachineCode; mapping: ProgramMapping } {
  return {
    code: indexMachineCode(bundle.code),
    mapping: { functions: new Map(bundle.mapping.map((fn) => [fn.function, fn])) },
  };
}
