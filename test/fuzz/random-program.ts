// Random C programs by csmith (Debian package), small enough for a simulator.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fail } from "../../src/base/diagnostic.ts";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";

const HEADERS = "/usr/include/csmith";

export const LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os"] as const;

export function hasCsmith(): boolean {
  return existsSync(HEADERS) && spawnSync("csmith", ["--version"]).status === 0;
}

/** Every third program computes with floating-point numbers. */
function hasFloats(seed: number): boolean {
  return seed % 3 === 0;
}

/**
 * Whether program `seed` has neither unions nor bit-fields nor floating-point numbers (csmith hashes their bytes), so that byte
 * order does not show in what it prints.
 */
export function isByteOrderFree(seed: number): boolean {
  return Math.floor(seed / 2) % 2 === 0 && !hasFloats(seed);
}

/** Writes program `seed` to `folder`, the same for the same seed. Fails: BW0502 without csmith. */
export function randomProgram(folder: string, seed: number, level: string): ProgramSpec {
  // Every other program is small.
  const small = seed % 2 === 0 ? ["--max-funcs", "4", "--max-block-depth", "3"] : ["--max-funcs", "7"];
  const float = hasFloats(seed) ? ["--float"] : [];
  const plain = isByteOrderFree(seed) ? ["--no-unions", "--no-bitfields"] : [];
  const made = spawnSync(
    "csmith",
    ["--seed", String(seed), "--no-argc", "--concise", ...small, ...float, ...plain],
    { encoding: "utf8", maxBuffer: 1 << 26, cwd: folder },
  );
  if (made.status !== 0) fail("BW0502", "csmith is not installed or failed", "apt-get install csmith");
  const source = join(folder, "random.c");
  writeFileSync(source, made.stdout);
  return {
    name: "random",
    sources: [source],
    cflags: [`-I${HEADERS}`, "-w", "-Wno-incompatible-pointer-types", level],
    args: [],
  };
}
