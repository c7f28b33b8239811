// Reads a bitcode file; the reader stands alone, so its error becomes a diagnostic here.
import { readFileSync } from "node:fs";
import { BitcodeError, readModule } from "../bitcode/index.ts";
import type { Module } from "../bitcode/index.ts";
import { DiagnosticError } from "../base/diagnostic.ts";

/** Fails: BW0401 to BW0408, with the byte at which the file is wrong. */
export function loadModule(file: string): Module {
  try {
    return readModule(readFileSync(file));
  } catch (error) {
    if (!(error instanceof BitcodeError)) throw error;
    const message = error.message.replace(/^BW\d+: /, "").replace(/ \(at bit \d+\)$/, "");
    const place = error.bit === null ? { file } : { file, offset: error.bit >> 3 };
    const help = "the file is damaged; remove it, or the whole cache folder, and it is made again";
    throw new DiagnosticError([{ code: error.code, severity: "error", message, place, help }]);
  }
}
