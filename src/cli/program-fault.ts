// Faults of a program on our simulators, told as those of a host-compiled run are: by source line and function, and with the
// exit status that a shell tells on the target.
import { DiagnosticError, type Diagnostic } from "../base/diagnostic.ts";
import { readLineTable, type ElfFile } from "../elf/index.ts";
import { SIGNALS, signalText, type Signal } from "../run/index.ts";

/** By code of the simulator's diagnostic. */
const SIGNAL_OF: Readonly<Record<string, Signal>> = {
  BW0301: SIGNALS.illegal,
  BW0302: SIGNALS.memory,
  BW0303: SIGNALS.trap,
  BW0304: SIGNALS.misaligned,
  BW0305: SIGNALS.memory,
};

/** The function that an address is in. */
export function functionAt(elf: ElfFile, address: number): string | undefined {
  return elf.symbols.find(
    (symbol) =>
      symbol.kind === "function" && address >= symbol.address && address < symbol.address + symbol.size,
  )?.name;
}

/** Runs `action`; a fault of the program gets the place of the instruction at `pc()` and its exit status. */
export function tellingFaults<T>(elf: ElfFile, pc: () => number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(error.diagnostics.map((one) => told(one, elf, pc())));
  }
}

function told(diagnostic: Diagnostic, elf: ElfFile, pc: number): Diagnostic {
  const signal = SIGNAL_OF[diagnostic.code];
  if (signal === undefined) return diagnostic;
  const found = readLineTable(elf).find(pc);
  const where = functionAt(elf, pc);
  return {
    ...diagnostic,
    message: `${where === undefined ? "" : `in ${where}: `}${diagnostic.message}; ${signalText(signal)}`,
    ...(found === undefined ? {} : { place: { file: found.file, line: found.line } }),
    exitStatus: signal.exitStatus,
  };
}
