// The installed LLVM 22, for tests that need real modules and a second opinion on their text.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const fixtures = fileURLToPath(new URL("./fixtures/", import.meta.url));

/** Flags like those of the toolchain: 32-bit big-endian PowerPC, no floating-point unit. */
export const TARGET = ["--target=powerpc-unknown-linux-gnu", "-mcpu=440", "-msoft-float"] as const;

/** Runs an LLVM 22 tool; fails with its message, or with the package's name if it is not installed. */
export function llvm(tool: string, args: readonly string[], input?: string | Uint8Array): Buffer {
  const run = spawnSync(`${tool}-22`, args, {
    maxBuffer: 1 << 30,
    ...(input === undefined ? {} : { input }),
  });
  if (run.error !== undefined) {
    throw new Error(
      `this test needs ${tool}-22 (Debian: apt-get install clang-22 llvm-22): ${run.error.message}`,
    );
  }
  if (run.status !== 0) throw new Error(`${tool}-22 ${args.join(" ")} failed:\n${run.stderr.toString()}`);
  return run.stdout;
}

/** Bitcode of a file in `fixtures`: C and C++ through clang with `options`, text through llvm-as. */
export function compile(file: string, options: readonly string[]): Uint8Array {
  const path = join(fixtures, file);
  if (file.endsWith(".ll")) return llvm("llvm-as", [path, "-o", "-"]);
  return llvm("clang", [...TARGET, ...options, "-w", "-emit-llvm", "-c", path, "-o", "-"]);
}

/** Bitcode of C source text. */
export function compileText(source: string, options: readonly string[]): Uint8Array {
  return llvm("clang", [...TARGET, ...options, "-w", "-emit-llvm", "-x", "c", "-c", "-", "-o", "-"], source);
}

/** llvm-dis's text, as lines, without its first (the name of the file). */
export function disassemble(bitcode: Uint8Array): string[] {
  return llvm("llvm-dis", ["-", "-o", "-"], bitcode).toString("latin1").split("\n").slice(1);
}

/**
 * The lines in which two texts differ, the first ten of them, as `number: want | got`; an empty list: equal. (A whole
 * text in a failed assertion would be tens of thousands of lines.)
 */
export function differences(want: readonly string[], got: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < Math.max(want.length, got.length) && found.length < 10; at += 1) {
    if (want[at] !== got[at]) found.push(`${String(at + 1)}: ${String(want[at])} | ${String(got[at])}`);
  }
  return found;
}
