// The one door to Binaryen: the library, its expression type, and the few constructions that everything here uses.

import binaryen from "binaryen";

export { binaryen };
export type Expression = binaryen.ExpressionRef;
export type WasmModule = binaryen.Module;
export type WasmType = binaryen.Type;

/** The features that the emitted modules use; all are on by default in Node 20 and current browsers. */
export const FEATURES =
  binaryen.Features.MutableGlobals |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt |
  binaryen.Features.SignExt |
  binaryen.Features.SIMD128 |
  binaryen.Features.ExceptionHandling;

/** Names of the module's own parts. The colon keeps them apart from C names. */
export const NAMES = {
  memory: "bw:memory",
  table: "bw:table",
  stackPointer: "bw:stack_pointer",
  aside: "bw:aside",
  syscall: "bw:syscall",
  fused: "bw:fused_import",
  timeBase: "bw:time_base",
  start: "bw:start",
  trapped: "bw:trapped",
} as const;

/** Several statements as one expression of type none (or unreachable). */
export function sequence(m: WasmModule, list: readonly Expression[]): Expression {
  if (list.length === 0) return m.nop();
  const only = list[0];
  if (list.length === 1 && only !== undefined) return only;
  return m.block(null, list);
}
