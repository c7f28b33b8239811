// Block mapping: IR blocks and edges to machine edges, and the check of it against a run.
export { machineCounts, type HostFunctionCounts, type MachineCounts } from "./counts.ts";
export { mapProgram, type MapInput, type MappedProgram } from "./map-program.ts";
export type {
  EdgeClass,
  FunctionMapping,
  GivenTerms,
  MappingNode,
  MappingStatus,
  NodeCall,
  NodeExit,
  ProgramMapping,
  UnmatchedReason,
} from "./mapping.ts";
export type { NumberTerms } from "./number-terms.ts";
export { verifyCounts, type CountDifference, type ObservedProfile, type Verification } from "./verify.ts";
