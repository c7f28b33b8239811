// The same program built for the host in 32 bits: a second opinion that shares neither compiler back end nor library with the
// target. Byte order differs, so programs that look at the bytes of a value (unions, bit-fields) are no case for it.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCode } from "../../src/base/diagnostic.ts";
import { executeProgram } from "../../src/toolchain/execute.ts";
import { runChecked } from "../../src/toolchain/process.ts";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";
import { findTools } from "../../src/toolchain/tools.ts";

/** Floating-point numbers as IEEE 754 has them, not in the wider registers of the x87. */
const FLAGS = ["-m32", "-msse2", "-mfpmath=sse", "-ffp-contract=off", "-std=gnu17", "-w"];

const LIMIT_MS = 20_000;

/** Whether 32-bit programs can be built here (Debian package gcc-multilib). */
export function hasHost32(): boolean {
  const compilers = "/usr/lib/gcc/x86_64-linux-gnu";
  return (
    existsSync("/usr/lib32/crt1.o") &&
    existsSync(compilers) &&
    readdirSync(compilers).some((version) => existsSync(join(compilers, version, "32", "libgcc.a")))
  );
}

/** What the program prints on the host, with its exit status. Fails: BW0501, BW0507. */
export async function runOnHost(spec: ProgramSpec): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-fuzz-host-"));
  try {
    const command = join(folder, "program");
    const tools = await findTools();
    await runChecked({
      command: tools.path.clang,
      args: [...FLAGS, ...spec.cflags, ...spec.sources, "-o", command],
      cwd: folder,
      code: "BW0501",
      what: "the program does not compile for the host",
    });
    const { stdout, exitCode } = await executeProgram({
      command,
      args: spec.args,
      stdin: new Uint8Array(),
      timeoutMs: LIMIT_MS,
      what: "the host's build of the program",
    });
    return `${Buffer.from(stdout).toString()}exit ${String(exitCode)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Does the program come to an end where nothing of it is left out? Compilers may leave out an endless loop without effects. */
export async function endsOnHost(spec: ProgramSpec): Promise<boolean> {
  try {
    await runOnHost({ ...spec, cflags: [...spec.cflags, "-O0"] });
    return true;
  } catch (error) {
    if (hasCode(error, "BW0507")) return false;
    throw error;
  }
}
