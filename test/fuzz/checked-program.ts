// The same program built with clang's checks for what C gives no meaning. csmith guards its arithmetic, but not its conversions of
// floating-point numbers to integers: clang makes such a constant `poison`, for which the machine code takes whatever a register holds.
import type { Core } from "../../src/cli/load-core.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { runQemu } from "../../src/toolchain/qemu.ts";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";

const CHECKS = ["-fsanitize=float-cast-overflow", "-fsanitize-trap=all"];

/** 128 + SIGTRAP. */
const TRAPPED = 133;

const LIMIT_MS = 20_000;

/** Does the program, as it runs, convert a number to an integer type that cannot hold it? Fails: as `buildProgram`, BW0507. */
export async function convertsOutOfRange(core: Core, spec: ProgramSpec): Promise<boolean> {
  const built = await buildProgram({ ...spec, cflags: [...spec.cflags, ...CHECKS] }, core.toolchain);
  const { exitCode } = await runQemu(core.toolchain.qemu_cpu, built.elfPath, spec.args, new Uint8Array(), {
    timeoutMs: LIMIT_MS,
  });
  return exitCode === TRAPPED;
}
