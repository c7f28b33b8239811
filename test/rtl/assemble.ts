// Micro-benchmarks are assembled when they are wanted: one compiler run for all, one linker run each.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readElf } from "../../src/elf/index.ts";
import type { ElfFile } from "../../src/elf/index.ts";
import { runChecked } from "../../src/toolchain/process.ts";
import { findTools } from "../../src/toolchain/tools.ts";

/** ELF files by name, of `folder/NAME.s`, linked as they were for the measurement. */
export async function assembleAll(folder: string, names: readonly string[]): Promise<Map<string, ElfFile>> {
  if (names.length === 0) return new Map();
  const { path } = await findTools();
  const target = mkdtempSync(join(tmpdir(), "blockwatt-rtl-"));
  mkdirSync(target, { recursive: true });
  try {
    const sources = names.map((name) => join(folder, `${name}.s`));
    const args = ["--target=powerpc-unknown-linux-gnu", "-mcpu=603e", "-I", folder, "-c", ...sources];
    await runChecked({ command: path.clang, args, cwd: target });
    const result = new Map<string, ElfFile>();
    for (const name of names) {
      const elf = join(target, `${name}.elf`);
      await runChecked({
        command: path["ld.lld"],
        args: [
          "-Ttext=0x10000",
          "-Tdata=0x40000",
          "--image-base=0x4000",
          "-o",
          elf,
          join(target, `${name}.o`),
        ],
      });
      result.set(name, readElf(readFileSync(elf), elf));
    }
    return result;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

export function symbolAddress(elf: ElfFile, name: string): number {
  const symbol = elf.symbols.find((one) => one.name === name);
  if (!symbol) throw new Error(`${elf.file} has no symbol ${name}`);
  return symbol.address;
}
