// Vectors of floating-point numbers on cores that compute with such numbers by calls: each operation is a call for every element. LLVM's
// scalarizer makes operations on elements of them in the final IR, as instruction selection would, so that each call has an operation of
// its own there.

import type { CoreToolchain } from "./core.ts";

const OPERATION = / = .*<\d+ x (?:float|double)>/;
const COMPUTES =
  / = (?:tail |musttail |notail )?(?:f(?:add|sub|mul|div|rem|neg|cmp|pext|ptrunc|pto[su]i)|[su]itofp|select|call .*@llvm\.)/;

/** Does the IR (as text) compute with vectors of floating-point numbers, on a core that makes calls of it? */
export function hasVectorNumbers(ir: string, core: CoreToolchain): boolean {
  if (core.floating_point !== "soft" && core.floating_point !== "embedded-single") return false;
  return ir.split("\n").some((line) => OPERATION.test(line) && COMPUTES.test(line));
}

const NOT_OPTIMISED = " optnone ";
const RENAMED = ' "bw-optnone" ';

/** Passes leave functions alone that are not to be optimised: while one runs, the attribute has another name. */
export function withoutOptnone(ir: string): string {
  return inAttributes(ir, NOT_OPTIMISED, RENAMED);
}

/** Gives such functions their attribute back. */
export function withOptnone(ir: string): string {
  return inAttributes(ir, RENAMED, NOT_OPTIMISED);
}

function inAttributes(ir: string, from: string, to: string): string {
  return ir.replace(/^attributes #.*$/gm, (line) => line.replace(from, () => to));
}
