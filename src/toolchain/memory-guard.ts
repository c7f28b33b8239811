// Builds and loads the code that takes pages of a program's memory away (memory-guard.c), so that accesses to addresses where
// the target has no memory end the run at once, as on the target, and cost nothing where they do not happen.
//
// It is built by the same clang as everything else, once, without headers or libraries. Where that or loading it does not
// work (another operating system, a cache on a file system that must not hold code), runs do without: what a program wrote
// where it has no memory is then found when it has ended, and what it read there is not.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { MemoryGuard } from "../run/memory-guard.ts";
import { cachedFolder, contentHash } from "./cache.ts";
import { projectFolder } from "./core.ts";
import { runChecked } from "./process.ts";
import { findTools } from "./tools.ts";

const FLAGS = ["-std=gnu17", "-O2", "-fPIC", "-ffreestanding", "-shared", "-nostdlib", "-fuse-ld=lld"];

/** What memory-guard.c exports; numbers less than zero are none. */
interface Loaded {
  readonly protect: (memory: ArrayBuffer, from: number, to: number, protection: number) => number;
  readonly pageSize: () => number;
  readonly lastFault: () => number;
  readonly passedAccess: () => number;
}

/** Bits of a protection. */
const PROTECTION = { none: 0, read: 1, all: 3 } as const;

let guard: Promise<MemoryGuard | undefined> | undefined;

/** The guard, or undefined where the host has none. */
export function memoryGuard(): Promise<MemoryGuard | undefined> {
  guard ??= loadGuard().catch(() => undefined);
  return guard;
}

async function loadGuard(): Promise<MemoryGuard | undefined> {
  if (process.platform !== "linux" || !/^(x64|arm64)$/.test(process.arch)) return undefined;
  const options = [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join(" ");
  // Without the engine's handler, accesses are checked by its code, and a fault would end the process.
  if (/trap[-_]handler/.test(options)) return undefined;
  const source = join(projectFolder, "src", "toolchain", "memory-guard.c");
  const tools = await findTools();
  const key = contentHash(readFileSync(source), tools.version, process.arch, JSON.stringify(FLAGS));
  const folder = await cachedFolder("guard", key, async (work) => {
    await runChecked({
      command: tools.path.clang,
      args: [...FLAGS, source, "-o", join(work, "guard.node")],
      code: "BW0501",
      what: "the memory guard does not compile",
    });
  });
  const loaded = createRequire(import.meta.url)(join(folder, "guard.node")) as Partial<Loaded>;
  const { protect, pageSize, lastFault, passedAccess } = loaded;
  if (!protect || !pageSize || !lastFault || !passedAccess) return undefined;
  const told = (address: number): number | undefined => (address < 0 ? undefined : address);
  return {
    pageSize: pageSize(),
    protect: (memory, from, to, what) => protect(memory, from, to, PROTECTION[what]) === 0,
    lastFault: () => told(lastFault()),
    passedAccess: () => told(passedAccess()),
  };
}
