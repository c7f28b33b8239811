// What other folders use of the functional simulator.
export { createIss } from "./iss.ts";
export type { Iss, IssOptions, MachineState, Mounts, Profile, ProgramIo } from "./iss-types.ts";
export { SystemCalls } from "./system-calls.ts";
export type { SystemMemory, SystemResult, SystemSettings } from "./system-calls.ts";
