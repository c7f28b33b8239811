// Functional simulator: runs a whole ELF program with the semantics of the ISA description.
export type { Iss, IssOptions, MachineState, Profile, ProgramIo } from "./iss-types.ts";
