// What other folders use of the functional simulator.
export { createIss } from "./iss.ts";
export type { Iss, IssOptions, MachineState, Profile, ProgramIo } from "./iss-types.ts";
export { SystemCalls } from "./system-calls.ts";
export type { SystemMemory, SystemResult, SystemSettings } from "./system-calls.ts";
export { createModelSimulator } from "./model-simulator.ts";
export type {
  EntryImage,
  LastStep,
  MemoryAccess,
  ModelOptions,
  ModelSimulator,
  PlainImage,
} from "./model-simulator.ts";
export { filesFromBytes, GuestFiles } from "./guest-files.ts";
export type { FileOrigin, GuestFile, GuestFolder, GuestNode, Mount } from "./guest-files.ts";
