// How a program's modules compute with floating-point numbers: as its core does, with this host's fused multiply-add where it
// has one.
import type { AnnotateOptions } from "../annotate/index.ts";
import { hostFuses } from "../run/fused.ts";
import type { BuiltProgram } from "../toolchain/build.ts";

export function floatOptions(built: BuiltProgram): Pick<AnnotateOptions, "floatingPoint" | "fused"> {
  return { floatingPoint: built.floatingPoint, fused: usesFused(built) };
}

/** Part of the key of a module in the cache: a host without the instruction gets another one. */
export function floatKey(built: BuiltProgram): string[] {
  return usesFused(built) ? ["fused"] : [];
}

function usesFused(built: BuiltProgram): boolean {
  return built.floatingPoint === "fpu" && hostFuses();
}
