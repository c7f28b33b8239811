// `npm run compare-float`: floating point in software against the host's IEEE arithmetic, on millions of operands with all
// corner values: the operations of the language (with which floating-point instructions are described), and the soft-float
// routines of the runtime as machine code. Exit status 0 when nothing differs.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildProgram } from "../src/toolchain/build.ts";
import { loadCoreToolchain } from "../src/toolchain/core.ts";
import { runQemu } from "../src/toolchain/qemu.ts";
import { specOfSources } from "../src/toolchain/spec.ts";
import { checkOperation, OPERATIONS } from "../test/float/operations.ts";
import { checkRoutine, integerIsa, onSimulator, ROUTINES, writeProgramText } from "../test/float/routines.ts";
import type { RunProgram } from "../test/float/routines.ts";

const { values } = parseArgs({
  options: {
    /** Random operand groups for each operation and routine, besides all corner values. */
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    core: { type: "string", default: "ppc440" },
    /** Where the routines run: `simulator` or `qemu`, which is faster. */
    executor: { type: "string", default: "simulator" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(
    "usage: npm run compare-float [-- [--count N] [--seed N] [--core CORE] [--executor simulator|qemu]]",
  );
  process.exit(0);
}
const [count, seed] = [Number(values.count), Number(values.seed)];
const totals = { operations: 0, routines: 0, wrong: 0 };

function tell(name: string, tried: number, wrong: readonly string[]): void {
  totals.wrong += wrong.length;
  console.log(`${name.padEnd(32)} ${String(tried).padStart(9)} ${wrong.length === 0 ? "equal" : "WRONG"}`);
  for (const line of wrong) console.log(`  ${line}`);
}

for (const operation of OPERATIONS) {
  const { tried, wrong } = checkOperation(operation, count, seed);
  totals.operations += tried;
  tell(operation.name, tried, wrong);
}

const folder = mkdtempSync(join(tmpdir(), "blockwatt-float-"));
try {
  const core = loadCoreToolchain(values.core);
  const { elfPath } = await buildProgram(specOfSources([writeProgramText(folder)]), core);
  const onQemu: RunProgram = async (input) =>
    (await runQemu(core.qemu_cpu, elfPath, [], Buffer.from(input), { timeoutMs: 600_000 })).stdout;
  const run = values.executor === "qemu" ? onQemu : onSimulator(readFileSync(elfPath), integerIsa());
  for (const routine of ROUTINES) {
    const { tried, wrong } = await checkRoutine(routine, count, seed, run);
    totals.routines += tried;
    tell(routine.name, tried, wrong);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(
  `${totals.operations} operand groups of operations, ${totals.routines} of routines on ${values.core} ` +
    `(${values.executor}): ${totals.wrong === 0 ? "all equal" : "DIFFERENCES"}`,
);
process.exit(totals.wrong === 0 ? 0 : 1);
