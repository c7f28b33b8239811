// The program's functions that were active when an error was made, from V8's text of the stack.

/** A frame of the annotated module. */
export interface WasmFrame {
  /** The function; inlined ones are a part of their caller. */
  readonly name: string;
  /** Byte of the module that it was at. */
  readonly offset: number;
}

/** The innermost first; the module's own support functions are left out. */
export function framesOf(error: Error): WasmFrame[] {
  const lines = [...(error.stack ?? "").matchAll(/at ([^\s(]+) \(wasm:[^)]*:0x([0-9a-f]+)\)/g)];
  return lines
    .map(([, name = "", offset = ""]) => ({ name, offset: parseInt(offset, 16) }))
    .filter(({ name }) => !name.startsWith("bw:"));
}
