// A program's faults are diagnostics; the host never crashes.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { annotate, type AnnotatedProgram } from "../../src/annotate/index.ts";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { readModule } from "../../src/bitcode/index.ts";
import { readElf, type ElfFile } from "../../src/elf/index.ts";
import { runAnnotated, type MemoryGuard } from "../../src/run/index.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { memoryGuard } from "../../src/toolchain/memory-guard.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";

let program: AnnotatedProgram;
let elf: ElfFile;

beforeAll(async () => {
  const core = await withLibrary("ppc440");
  const source = fileURLToPath(new URL("../annotate/programs/faults.c", import.meta.url));
  const built = await buildProgram(specOfSources([source]), core);
  elf = readElf(readFileSync(built.elfPath), built.elfPath);
  program = annotate(readModule(readFileSync(built.bitcodePath)), elf);
}, 600_000);

function outcome(args: readonly string[], guard?: MemoryGuard): string {
  try {
    const { exitCode } = runAnnotated({
      ...program,
      sourceMap: () => program.map,
      elf,
      guard,
      args: ["faults", ...args],
      write: () => undefined,
    });
    return `exit ${String(exitCode)}`;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { place, exitStatus } = error.diagnostics[0]!;
    const where = place === undefined ? "" : `${basename(place.file)}:${String(place.line)}: `;
    return `${where}${error.message}${exitStatus === undefined ? "" : `, status ${String(exitStatus)}`}`;
  }
}

test("faults", () => {
  expect(outcome([])).toBe("exit 7");
  expect(["outside", "type", "nowhere", "trap", "deep"].map((how) => outcome([how]))).toMatchInlineSnapshot(`
    [
      "faults.c:17: BW0810: the program faulted in main: an access outside memory; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:18: BW0810: the program faulted in main: a call through a pointer to no function, or to one of another type; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:19: BW0810: the program faulted in main: a call through a pointer to no function, or to one of another type; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:20: BW0810: the program faulted in main: a trap (unreachable code or a failed check); on the target, SIGTRAP (exit status 133), status 133",
      "BW0815: the stack overflowed in deeper; on the target, SIGSEGV (exit status 139), status 139",
    ]
  `);
  expect(["null", "code", "above"].map((how) => outcome([how]))).toMatchInlineSnapshot(`
    [
      "BW0810: the program wrote through a null pointer, at 0x4; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:22: BW0810: the program faulted in main: an access outside memory; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:23: BW0810: the program faulted in main: an access outside memory; on the target, SIGSEGV (exit status 139), status 139",
    ]
  `);
});

test.runIf(process.platform === "linux")("faults, found at once", async () => {
  const guard = await memoryGuard();
  expect(guard).toBeDefined();
  expect(outcome([], guard)).toBe("exit 7");
  const how = ["null", "null-read", "null-byte", "code", "code-here", "wild", "above", "inlined", "deep"];
  expect(how.map((one) => outcome([one], guard))).toMatchInlineSnapshot(`
    [
      "faults.c:21: BW0810: the program faulted in main: an access outside memory, at 0x4; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:24: BW0810: the program faulted in main: an access outside memory, at 0x8; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:25: BW0810: the program faulted in main: an access outside memory, at 0x0; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:22: BW0810: the program faulted in main: a write into its code or constants, at 0x110000; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:26: BW0810: the program faulted in main: a write into its code or constants, at 0x110000; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:27: BW0810: the program faulted in main: an access outside memory, at 0x4018000; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:23: BW0810: the program faulted in main: an access outside memory, at 0x4000000; on the target, SIGSEGV (exit status 139), status 139",
      "faults.c:10: BW0810: the program faulted in main: an access outside memory, at 0x4; on the target, SIGSEGV (exit status 139), status 139",
      "BW0815: the stack overflowed in deeper; on the target, SIGSEGV (exit status 139), status 139",
    ]
  `);
});

test("accesses that are not aligned", async () => {
  const core = await withLibrary("ppc440");
  const source = fileURLToPath(new URL("../annotate/programs/unaligned.c", import.meta.url));
  const built = await buildProgram(specOfSources([source]), core);
  const file = readElf(readFileSync(built.elfPath), built.elfPath);
  const made = annotate(readModule(readFileSync(built.bitcodePath)), file);
  expect(() =>
    runAnnotated({ ...made, elf: file, args: ["unaligned", "1"], write: () => undefined }),
  ).toThrow("BW0813: an access is not aligned in main, though its type says so");
});

test("arguments that don't fit", () => {
  expect(outcome(["x".repeat(70_000)])).toMatchInlineSnapshot(
    `"BW0812: the program's arguments and environment take 70032 bytes; 65536 is the most"`,
  );
});
