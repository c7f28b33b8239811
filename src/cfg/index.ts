// Machine control-flow graphs: from a linked program and the back end's listing to blocks and edges.
export { flowOf, type Flow } from "./branches.ts";
export { buildMachineCode, type BuildOptions } from "./build.ts";
export { findJumpTables, type JumpTables, type JumpTargets } from "./jump-tables.ts";
export {
  parseListing,
  type Listing,
  type ListingFunction,
  type ListingItem,
  type CanMake,
} from "./listing.ts";
export { indexMachineCode, type MachineCodeData } from "./index-code.ts";
export type {
  MachineBlock,
  MachineCode,
  MachineEdge,
  MachineEdgeKind,
  MachineFunction,
  TerminatorKind,
} from "./machine-code.ts";
export {
  codeImageOf,
  placeFunction,
  type CodeImage,
  type FunctionSymbol,
  type PlacedFunction,
} from "./place.ts";
