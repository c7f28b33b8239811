// What cannot be translated and is no instruction on some cores either: said before anything is measured, by source line.

import { DiagnosticError } from "../base/diagnostic.ts";
import type { Module } from "../bitcode/index.ts";
import { faultDiagnostic, Untranslatable } from "./fault.ts";

/** Rounding modes and exceptions of floating-point units. Where there is none, the back end leaves words that are no code. */
const REFUSED = /^llvm\.(?:[gs]et\.rounding|(?:[gs]et|reset)\.fp(?:env|mode))\b/;

/** Fails: BW0801, every use. */
export function refuseEarly(module: Module): void {
  if (!module.functions.some(({ name }) => REFUSED.test(name))) return;
  const found = module.functions.flatMap((fn) =>
    fn.blocks.flatMap(({ instructions }) =>
      instructions.flatMap((inst) => {
        if (inst.op !== "call" || inst.callee.kind !== "function" || !REFUSED.test(inst.callee.name))
          return [];
        const message = `the intrinsic ${inst.callee.name} is not supported`;
        return [faultDiagnostic(new Untranslatable(message), fn, inst)];
      }),
    ),
  );
  if (found.length > 0) throw new DiagnosticError(found);
}
