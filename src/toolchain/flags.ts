// Compiler flags that every core shares, and why each is there.

import type { CoreToolchain } from "./core.ts";

const TRIPLE = "powerpc-unknown-linux-gnu";

/** For tools that write bitcode: use lists are in no reproducible order, so they are not written. */
export const NO_USE_LISTS = "--preserve-bc-uselistorder=false";

/** The C code runs on newlib, not on a Linux C library: headers must not see the triple's system. */
const NOT_LINUX = ["__linux__", "__linux", "linux", "__gnu_linux__", "__unix__", "__unix", "unix"].map(
  (m) => `-U${m}`,
);

/** Flags of the compiler proper for one core, for C and assembly. */
export function targetFlags(core: CoreToolchain): string[] {
  return [
    `--target=${TRIPLE}`,
    `-mcpu=${core.cpu}`,
    "-msoft-float",
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
    `-mattr=${["-hard-float", ...core.features].join(",")}`,
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
