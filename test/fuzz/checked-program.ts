// What C gives no meaning, and clang's checks for it. csmith guards its arithmetic, but not its conversions of floating-point numbers
// to integers: clang makes such a constant `poison`, for which the machine code takes whatever a register holds. A conversion made as
// the program runs is the target's, and has to agree.
import { operandsOf, type Instruction, type Module } from "../../src/bitcode/index.ts";
import type { Core } from "../../src/cli/load-core.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { runQemu } from "../../src/toolchain/qemu.ts";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";

/** Exit status by SIGTRAP, which clang's traps raise. */
export const TRAPPED = 133;

const CHECKS = ["-fsanitize=float-cast-overflow", "-fsanitize-trap=all"];

const LIMIT_MS = 20_000;

/** Does the code store, pass or return `poison`, where its value shows? */
export function handsOnPoison(module: Module): boolean {
  return module.functions.some((fn) => fn.blocks.some((block) => block.instructions.some(handsOn)));
}

function handsOn(instruction: Instruction): boolean {
  if (!["store", "call", "ret"].includes(instruction.op)) return false;
  return operandsOf(instruction).some((operand) => operand.kind === "poison");
}

/** Does the program, as it runs, convert a number to an integer type that cannot hold it? Fails: as `buildProgram`, BW0507. */
export async function convertsOutOfRange(core: Core, spec: ProgramSpec): Promise<boolean> {
  const built = await buildProgram({ ...spec, cflags: [...spec.cflags, ...CHECKS] }, core.toolchain);
  const { exitCode } = await runQemu(core.toolchain.qemu_cpu, built.elfPath, spec.args, new Uint8Array(), {
    timeoutMs: LIMIT_MS,
  });
  return exitCode === TRAPPED;
}
