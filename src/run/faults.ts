// What a trap of the host means for the program: which fault it is on the target, by which signal it ends there, and where.

import { TRAPPED_GLOBAL, TRAPS } from "../annotate/layout.ts";
import { DiagnosticError, type Diagnostic } from "../base/diagnostic.ts";
import { framesOf } from "./frames.ts";
import { placeOfByte } from "./source-map.ts";

/** Code of the diagnostic for an access that is not aligned, in a module that does not tolerate it. */
export const UNALIGNED = "BW0813";

/** Code of the diagnostic for any other fault. */
export const FAULTED = "BW0810";

/** Code of the diagnostic for a full stack. */
const STACK_OVERFLOW = "BW0815";

/** How programs end on the target, with the exit status that a shell tells. */
export const SIGNALS = {
  illegal: { name: "SIGILL", exitStatus: 132 },
  trap: { name: "SIGTRAP", exitStatus: 133 },
  abort: { name: "SIGABRT", exitStatus: 134 },
  misaligned: { name: "SIGBUS", exitStatus: 135 },
  memory: { name: "SIGSEGV", exitStatus: 139 },
} as const;

export type Signal = (typeof SIGNALS)[keyof typeof SIGNALS];

/** "on the target, SIGSEGV (exit status 139)". */
export function signalText({ name, exitStatus }: Signal): string {
  return `on the target, ${name} (exit status ${String(exitStatus)})`;
}

/**
 * What went wrong, in the user's terms; errors that are not the program's doing are given back as they are. `accessText` tells
 * which access failed.
 */
export function explainFault(
  error: unknown,
  instance: WebAssembly.Instance,
  sourceMap: (() => string) | undefined,
  accessText: () => string,
): unknown {
  const help = "the same program faults on the target, or has undefined behaviour; try it under `reference`";
  // A jump that no function was there to catch; it is no Error.
  if (Object.prototype.toString.call(error) === "[object WebAssembly.Exception]") {
    const message = "the program faulted: longjmp to a function that has returned";
    return new DiagnosticError([{ code: FAULTED, severity: "error", message, help }]);
  }
  if (!(error instanceof Error)) return error;
  const [frame] = framesOf(error);
  const where = frame === undefined ? "" : ` in ${frame.name}`;
  const told = (code: string, message: string, signal: Signal | undefined, help: string): DiagnosticError => {
    const place =
      frame === undefined || sourceMap === undefined ? undefined : placeOfByte(sourceMap(), frame.offset);
    const diagnostic: Diagnostic = {
      code,
      severity: "error",
      message: signal === undefined ? message : `${message}; ${signalText(signal)}`,
      ...(place === undefined ? {} : { place }),
      help,
      ...(signal === undefined ? {} : { exitStatus: signal.exitStatus }),
    };
    return new DiagnosticError([diagnostic]);
  };
  const flag = instance.exports[TRAPPED_GLOBAL];
  const trap: unknown = flag instanceof WebAssembly.Global ? flag.value : TRAPS.own;
  // The host's own stack is far larger than the target's, so that this is a program without end, too.
  if (error instanceof RangeError || trap === TRAPS.stackOverflow) {
    return told(
      STACK_OVERFLOW,
      `the stack overflowed${where}`,
      SIGNALS.memory,
      "a recursion without end, or local variables that are too large",
    );
  }
  if (trap === TRAPS.misaligned) {
    const what = `the program faulted${where}: a floating-point number at an address that is not aligned`;
    return told(
      FAULTED,
      what,
      SIGNALS.misaligned,
      "the core takes an alignment exception; copy it with memcpy",
    );
  }
  // Anything else is not the program's doing.
  if (error.constructor !== WebAssembly.RuntimeError) return error;
  if (/unreachable/.test(error.message) && trap === 0) {
    return told(
      UNALIGNED,
      `an access is not aligned${where}, though its type says so`,
      undefined,
      'the target does not mind; a module made with `alignment: "any"` (annotate --unaligned) does not either',
    );
  }
  const [what, signal] = faultOf(error.message, accessText);
  return told(FAULTED, `the program faulted${where}: ${what}`, signal, help);
}

/** The program's fault behind one of V8's messages for a trap. */
function faultOf(
  message: string,
  accessText: () => string,
): readonly [what: string, signal: Signal | undefined] {
  if (/memory access out of bounds/.test(message)) return [accessText(), SIGNALS.memory];
  if (/signature mismatch|null function|table index/.test(message))
    return ["a call through a pointer to no function, or to one of another type", SIGNALS.memory];
  if (/unreachable/.test(message)) return ["a trap (unreachable code or a failed check)", SIGNALS.trap];
  return [message, undefined];
}
