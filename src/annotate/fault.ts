// What becomes of an IR construct that the emitter cannot translate. `annotate` gathers one fault per function, with the
// place, so that a user sees everything that stands in the way at once, before anything runs.

import type { DebugLocation, GlobalFunction, Instruction } from "../bitcode/index.ts";
import { fileOf } from "../bitcode/index.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import { Untranslatable } from "../ir/index.ts";

export { Untranslatable };

/** The diagnostic for a fault at one instruction. */
export function faultDiagnostic(
  fault: Untranslatable,
  fn: GlobalFunction | null,
  inst: Instruction | null,
): Diagnostic {
  const where = fn === null ? "" : ` in function ${fn.name}`;
  const at = (inst === null ? undefined : placeOf(inst.debugLocation)) ?? functionPlace(fn);
  return {
    code: fault.code,
    severity: "error",
    message: `${fault.message}${where}`,
    ...(at === undefined ? {} : { place: at }),
    ...(fault.help === undefined ? {} : { help: fault.help }),
  };
}

/** The line on which a function begins. */
function functionPlace(fn: GlobalFunction | null): Diagnostic["place"] | undefined {
  const subprogram = fn?.subprogram ?? null;
  const file = subprogram === null ? null : fileOf(subprogram);
  const line = subprogram?.fields["line"];
  return file === null ? undefined : { file: file.name, ...(typeof line === "number" ? { line } : {}) };
}

/** File, line and column of an instruction, where it has them. */
export function placeOf(location: DebugLocation | null): Diagnostic["place"] | undefined {
  if (location === null) return undefined;
  const file = fileOf(location.scope);
  if (file === null) return undefined;
  return {
    file: file.name,
    line: location.line,
    ...(location.column > 0 ? { column: location.column } : {}),
  };
}
