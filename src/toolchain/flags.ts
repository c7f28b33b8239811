// Compiler flags that every core shares, and why each is there.

import type { CoreToolchain, FloatingPoint } from "./core.ts";
import type { NeedsBranch } from "./selects.ts";

const TRIPLE = "powerpc-unknown-linux-gnu";

/** For tools that write bitcode: use lists are in no reproducible order, so they are not written. */
export const NO_USE_LISTS = "--preserve-bc-uselistorder=false";

/** The C code runs on newlib, not on a Linux C library: headers must not see the triple's system. */
const NOT_LINUX = ["__linux__", "__linux", "linux", "__gnu_linux__", "__unix__", "__unix", "unix"].map(
  (m) => `-U${m}`,
);

/** How each kind of floating point is asked for: of clang, and of llc by features. */
const FLOATING_POINT: Readonly<Record<FloatingPoint, { clang: readonly string[]; llc: readonly string[] }>> =
  {
    soft: { clang: ["-msoft-float"], llc: ["-hard-float"] },
    fpu: { clang: ["-mhard-float"], llc: ["+hard-float"] },
    "embedded-single": { clang: ["-mspe", "-mefpu2"], llc: ["+hard-float", "+spe", "+efpu2"] },
    embedded: { clang: ["-mspe"], llc: ["+hard-float", "+spe"] },
  };

/** Must selects of integers be branches? LLVM's own notion of a CPU is not asked: the core says whether it has `isel`. */
function branchesForIntegers(core: CoreToolchain): boolean {
  return !core.features.includes("+isel") && core.reference_only !== true;
}

/** Types whose selects need branches in the final IR, or null: none. See selects.ts. */
export function needsBranch(core: CoreToolchain): NeedsBranch | null {
  const integers = branchesForIntegers(core);
  const floats = integers || core.floating_point !== "soft";
  if (!floats) return null;
  // Conditions are combined in the condition register, whoever the core is.
  return (type) => {
    if (type === "fptoui") return core.floating_point === "fpu";
    return (integers && type !== "i1") || type === "float" || type === "double";
  };
}

/** Flags of the compiler proper for one core, for C and assembly. */
export function targetFlags(core: CoreToolchain): string[] {
  return [
    `--target=${TRIPLE}`,
    `-mcpu=${core.cpu}`,
    ...FLOATING_POINT[core.floating_point].clang,
    ...core.features.flatMap((f) => ["-Xclang", "-target-feature", "-Xclang", f]),
  ];
}

/** Flags that turn C into bitcode for one core. `include` is the C library's header folder. */
export function bitcodeFlags(core: CoreToolchain, include: string): string[] {
  return [
    ...targetFlags(core),
    "-c",
    "-emit-llvm",
    "-std=gnu17",
    "-O2",
    // Line tables are what reports need; variables would only swell the bitcode.
    "-gline-tables-only",
    "-mlong-double-64",
    // FLT_ROUNDS: the software arithmetic rounds to nearest, and there is no status register to ask.
    "-D__builtin_flt_rounds()=1",
    // No vector unit in these cores, and interleaving by the vectoriser only grows code.
    "-fno-vectorize",
    "-fno-slp-vectorize",
    // A call of the library's function, not an intrinsic that the back end makes such a call of.
    "-fno-builtin-modf",
    "-fno-builtin-modff",
    "-fno-pic",
    "-fno-asynchronous-unwind-tables",
    "-fno-unwind-tables",
    "-fno-stack-protector",
    "-fno-common",
    "-nostdlibinc",
    "-isystem",
    include,
    ...NOT_LINUX,
    ...core.cflags,
  ];
}

/** Flags of llc for one core. */
export function llcFlags(core: CoreToolchain): string[] {
  return [
    "-O2",
    `-mtriple=${TRIPLE}`,
    `-mcpu=${core.cpu}`,
    `-mattr=${[...FLOATING_POINT[core.floating_point].llc, ...core.features].join(",")}`,
    "--relocation-model=static",
    "--function-sections",
    "--data-sections",
    // It would split one IR branch on `a && b` into two machine branches, whose counts the IR's edges do not tell.
    "--ppc-reduce-cr-logicals=false",
    // It would give two stack variables one place without saying which; see frames.ts.
    "--no-stack-coloring",
    ...core.llcflags,
  ];
}
