// `blockwatt annotate P -o DIR`: the annotated module, its cost tables, and a typed wrapper that runs it without the rest of
// the toolchain: `import { run } from "./crc32.ts"`.
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { fail } from "../../base/diagnostic.ts";
import { makeFolder } from "../../base/folder.ts";
import { powerPrices } from "../../pipeline/power-prices.ts";
import type { StandaloneData } from "../../report/standalone.ts";
import { projectFolder } from "../../toolchain/core.ts";
import type { CommandContext } from "../context.ts";
import { withAllEdges } from "../executed-costs.ts";
import { noticeSignals } from "../default-signals.ts";
import { openCore } from "../open-core.ts";
import { printReport } from "../output.ts";
import { prepareProgram } from "../prepare.ts";
import { prepareTolerant } from "../module-variants.ts";
import { programSpec } from "../program-arguments.ts";
import { createProgress } from "../progress.ts";

export async function annotateCommand(
  context: CommandContext,
  program: string,
  more: readonly string[],
  options: { core: string; json?: boolean; output: string; unaligned?: boolean },
): Promise<void> {
  const json = options.json ?? false;
  // A folder that cannot be written is told at once, not after the work.
  writeFolder(resolve(options.output), new Map());
  const core = await openCore(options.core);
  const spec = await programSpec(program, more, "small", context.programArguments);
  const progress = createProgress(json);
  const prepare = async () => {
    const prepared = await prepareProgram(spec, core, { progress, signal: context.signal });
    const bundle = await withAllEdges(prepared, progress, context.signal);
    if (options.unaligned !== true) return { wasm: prepared.wasm, bundle };
    const { wasm, layout } = await prepareTolerant(prepared, progress);
    return { wasm, bundle: { ...bundle, layout } };
  };
  const { bundle, wasm } = await prepare().finally(progress.finish);
  const data: StandaloneData = { bundle, prices: powerPrices(core.model.power), args: spec.args };
  const files = new Map<string, string | Uint8Array>([
    [`${spec.name}.wasm`, wasm],
    [`${spec.name}.json`, JSON.stringify(data)],
    [`${spec.name}.ts`, wrapper(spec.name, core.name)],
    ["blockwatt-runtime.js", await runtime()],
    ["blockwatt-runtime.d.ts", runtimeTypes],
  ]);
  await noticeSignals(context.signal);
  writeFolder(resolve(options.output), files);
  printReport(
    {
      schema: "blockwatt.annotate/1",
      program: spec.name,
      core: core.name,
      folder: options.output,
      files: [...files.keys()],
    },
    json,
    (report) => `${report.folder}: ${report.files.join(", ")}`,
  );
}

/** The runner with everything that it imports, as one file. */
async function runtime(): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [join(projectFolder, "src/report/standalone.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "silent",
    banner: { js: "// Made by `blockwatt annotate`. Runs annotated modules; needs nothing but Node." },
  });
  return result.outputFiles[0]!.contents;
}

function wrapper(name: string, core: string): string {
  return `// ${name}, annotated for the core ${core}. Made by \`blockwatt annotate\`.
import { readFileSync } from "node:fs";
import { runStandalone } from "./blockwatt-runtime.js";
import type { StandaloneData, StandaloneOptions, StandaloneResult } from "./blockwatt-runtime.js";

const read = (file: string): Uint8Array => readFileSync(new URL(file, import.meta.url));
const wasm = read("./${name}.wasm");
const data = JSON.parse(new TextDecoder().decode(read("./${name}.json"))) as StandaloneData;

/** Runs the program once: what it printed, and its target cycles and joules. */
export function run(options: StandaloneOptions = {}): StandaloneResult {
  return runStandalone(data, wasm, options);
}
`;
}

const runtimeTypes = `/** Cycles, energy and functions of one run; the JSON of \`blockwatt run\`. */
export interface RunReport {
  readonly program: string;
  readonly core: string;
  readonly clock_hz: number;
  readonly voltage_v: number;
  readonly exit_code: number;
  readonly instructions: number;
  readonly cycles: number;
  readonly seconds: number;
  readonly energy_j: number;
  readonly average_power_w: number;
  readonly energy: Readonly<Record<string, number>>;
  readonly host: { readonly prepare_seconds: number; readonly run_seconds: number; readonly mips: number };
  readonly coverage: {
    readonly pairs_executed: number;
    readonly pairs_characterized: number;
    readonly blocks_unmatched: number;
  };
  readonly functions: readonly {
    readonly name: string;
    readonly calls: number;
    readonly instructions: number;
    readonly cycles: number;
    readonly energy_j: number;
  }[];
}
/** The JSON file beside the module: mapping, counters, cost tables, prices. */
export type StandaloneData = object;
export interface StandaloneOptions {
  /** argv[1] and up; default: those that the program was annotated with. */
  readonly args?: readonly string[];
  readonly stdin?: Uint8Array;
  /** Files that the program may open, by the path that it uses; nothing else of the host is reachable. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Called with what the program writes. */
  readonly write?: (descriptor: number, bytes: Uint8Array) => void;
}
export interface StandaloneResult {
  readonly report: RunReport;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}
/** Runs the program once. Throws when it faults, or when executed code has no cost. */
export function runStandalone(data: StandaloneData, wasm: Uint8Array, options?: StandaloneOptions): StandaloneResult;
`;

/** Writes all files or none (without files it only finds out whether it could): into a folder beside, then renamed file by file into place. */
function writeFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  let temporary: string | undefined;
  try {
    makeFolder(dirname(folder));
    temporary = mkdtempSync(`${folder}.`);
    // mkdtemp makes it private to the user; what is left is an ordinary folder.
    chmodSync(temporary, 0o755);
    for (const [name, content] of files) writeFileSync(join(temporary, name), content);
    if (files.size === 0) return;
    if (existsSync(folder)) {
      for (const name of files.keys()) renameSync(join(temporary, name), join(folder, name));
    } else {
      renameSync(temporary, folder);
      temporary = undefined;
    }
  } catch (error) {
    fail(
      "BW0903",
      `can't write the folder ${folder}: ${(error as Error).message}`,
      "name a folder in a writable place with room on the disk",
    );
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}
