// Globals that the final IR names and the linked program has not. The linker drops what no machine code refers to, and the back end
// drops what only code without effect refers to (a store to a variable whose lifetime ends behind it). The IR still has that code, and
// an address must be something: each gets a place of its own above everything that the target has, so that it is equal to no other.

import type { GlobalFunction, GlobalVariable, Module } from "../../bitcode/index.ts";
import type { ElfFile } from "../../elf/index.ts";
import { allocSize } from "../../ir/index.ts";
import type { AddressMap } from "../constants.ts";

/** Addresses in the code are multiples of it. */
const CODE_WORD = 4;
const MOST_ALIGNED = 4096;
/** More than this stays without an address. */
const MOST_BYTES = 16 << 20;

/**
 * Gives an address at `base` (a multiple of 64 KiB) or above to each global of the module that the program lacks.
 * @returns the bytes from `base` on that these take; 0 as a rule
 */
export function placeUnlinked(module: Module, elf: ElfFile, addresses: AddressMap, base: number): number {
  // Names of static variables may have been taken from the program: then nothing tells which of them it lacks.
  const hasLocals = elf.symbols.some(
    ({ binding, section, kind }) =>
      binding === "local" && section >= 0 && kind !== "section" && kind !== "file",
  );
  let end = base;
  for (const value of [...module.globals, ...module.functions]) {
    if (isDeclared(value) || value.name.startsWith("llvm.") || addresses.find(value.name) !== undefined)
      continue;
    if (!hasLocals && (value.linkage === "internal" || value.linkage === "private")) continue;
    const isCode = value.kind === "function";
    const align = Math.min(value.align ?? (isCode ? CODE_WORD : 16), MOST_ALIGNED);
    const at = Math.ceil(end / align) * align;
    const bytes = isCode ? CODE_WORD : allocSize(value.valueType);
    if (at + bytes - base > MOST_BYTES) continue;
    addresses.place(value.name, at);
    end = at + Math.max(bytes, 1);
  }
  return end - base;
}

function isDeclared(value: GlobalVariable | GlobalFunction): boolean {
  return value.kind === "function" ? value.isDeclaration : value.initializer === null;
}
