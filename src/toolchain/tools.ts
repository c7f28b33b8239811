// Finds the LLVM tools, checks that they are new enough and of one version, and remembers the answer for as long as the
// files on disk stay the same: asking each tool its version would cost more than a cached build.

import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { readJsonOr, writeAtomically, cacheFolder } from "./cache.ts";
import { runChecked } from "./process.ts";

const NAMES = [
  "clang",
  "llvm-link",
  "opt",
  "llc",
  "llvm-as",
  "llvm-dis",
  "llvm-nm",
  "llvm-objcopy",
  "ld.lld",
] as const;
export type ToolName = (typeof NAMES)[number];

/** Oldest LLVM whose final IR and pseudo probes have the form that we read. */
const OLDEST = 19;
const NEWEST_TRIED = 22;

export interface Tools {
  readonly path: Readonly<Record<ToolName, string>>;
  /** Version line of clang: recorded with every result and part of every cache key. */
  readonly version: string;
}

function packageOf(tool: ToolName, version: number): string {
  if (tool === "clang") return `clang-${version}`;
  return tool === "ld.lld" ? `lld-${version}` : `llvm-${version}`;
}

/** Path of an executable file of this name in a folder of PATH. */
export function onPath(file: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, file);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** The LLVM tools on PATH, newest tried version first, then without a version in the name.
 *  Fails: BW0502 (missing, with the package's name), BW0503 (too old). */
export async function findTools(): Promise<Tools> {
  let incomplete: { missing: readonly string[]; package: string } | undefined;
  for (let version = NEWEST_TRIED; version >= OLDEST - 1; version--) {
    const suffix = version < OLDEST ? "" : `-${version}`;
    if (onPath(`clang${suffix}`) === undefined) continue;
    const path: Partial<Record<ToolName, string>> = {};
    for (const name of NAMES) {
      const found = onPath(name + suffix);
      if (found !== undefined) path[name] = found;
    }
    const missing = NAMES.filter((name) => path[name] === undefined);
    if (missing.length === 0) return await identify(path as Record<ToolName, string>);
    incomplete ??= {
      missing: missing.map((name) => name + suffix),
      package: packageOf(missing[0]!, suffix === "" ? NEWEST_TRIED : version),
    };
  }
  if (incomplete !== undefined) {
    const help = `apt-get install ${incomplete.package} (or run: npm run setup)`;
    fail("BW0502", `${incomplete.missing.join(", ")} not found on PATH`, help);
  }
  fail(
    "BW0502",
    `clang is not installed (looked for clang-${NEWEST_TRIED} … clang-${OLDEST} and clang on PATH)`,
    `apt-get install clang-${NEWEST_TRIED} llvm-${NEWEST_TRIED} lld-${NEWEST_TRIED} (or run: npm run setup)`,
  );
}

async function identify(path: Record<ToolName, string>): Promise<Tools> {
  const stamp = NAMES.map((name) => {
    const s = statSync(realpathSync(path[name]));
    return `${path[name]}:${s.size}:${s.mtimeMs}`;
  }).join("\n");
  const record = join(cacheFolder(), "tools.json");
  const known = readJsonOr(record, undefined) as { stamp?: unknown; version?: unknown } | undefined;
  if (known?.stamp === stamp && typeof known.version === "string") return { path, version: known.version };
  const { stdout } = await runChecked({ command: path.clang, args: ["--version"] });
  const version = (stdout.split("\n")[0] ?? "").trim();
  const major = Number(/version (\d+)\./.exec(version)?.[1] ?? "0");
  if (major < OLDEST) {
    fail(
      "BW0503",
      `${path.clang} is too old (${version})`,
      `LLVM ${OLDEST} or newer is needed; try: npm run setup`,
    );
  }
  writeAtomically(record, JSON.stringify({ stamp, version }));
  return { path, version };
}
