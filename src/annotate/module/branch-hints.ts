// Tells the host's compiler which branches are hardly ever taken: those into code that ends the program, and those that look
// for a NaN. It then puts that code behind the function and keeps its calls from claiming registers of the other code.
//
// Binaryen's JavaScript interface has no hints, so they are found in the finished module: a custom section
// (`metadata.code.branch_hint`) before the code names their places. Engines that do not know it ignore it.

import { encoded, WasmReader } from "./wasm-reader.ts";

const SECTION_NAME = "metadata.code.branch_hint";
const CUSTOM = 0;
const IMPORT = 2;
const CODE = 10;

/** Opcodes that matter here. */
const OP = {
  unreachable: 0x00,
  if: 0x04,
  localGet: 0x20,
  localTee: 0x22,
  globalSet: 0x24,
  i32Const: 0x41,
  i32Eqz: 0x45,
  f32Le: 0x5f,
  f64Le: 0x65,
} as const;

/** The module with its hints; the same bytes where there is nothing to say. */
export function withBranchHints(wasm: Uint8Array): Uint8Array {
  const reader = new WasmReader(wasm, 8);
  let imported = 0;
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.unsigned();
    const end = reader.at + size;
    if (id === IMPORT) imported = importedFunctions(reader);
    if (id === CODE) {
      const section = hintSection(reader, imported);
      if (section === null) return wasm;
      const whole = new Uint8Array(wasm.length + section.length);
      whole.set(wasm.subarray(0, start));
      whole.set(section, start);
      whole.set(wasm.subarray(start), start + section.length);
      return whole;
    }
    reader.at = end;
  }
  return wasm;
}

/** The section for the code section that the reader is in; null: there are no hints. */
function hintSection(reader: WasmReader, imported: number): Uint8Array | null {
  const functions: number[] = [];
  let hinted = 0;
  const count = reader.unsigned();
  for (let i = 0; i < count; i += 1) {
    const size = reader.unsigned();
    const end = reader.at + size;
    const places = unlikelyBranches(reader, end);
    reader.at = end;
    if (places.length === 0) continue;
    hinted += 1;
    functions.push(...encoded(imported + i), ...encoded(places.length));
    for (const place of places) functions.push(...encoded(place), 1, 0);
  }
  if (hinted === 0) return null;
  const name = new TextEncoder().encode(SECTION_NAME);
  const count32 = encoded(hinted);
  const size = encoded(name.length).length + name.length + count32.length + functions.length;
  return Uint8Array.from([
    CUSTOM,
    ...encoded(size),
    ...encoded(name.length),
    ...name,
    ...count32,
    ...functions,
  ]);
}

/** Offsets in a function's body, its locals included, of the `if`s whose condition hardly ever holds. */
function unlikelyBranches(reader: WasmReader, end: number): number[] {
  const body = reader.at;
  const places: number[] = [];
  for (let groups = reader.unsigned(); groups > 0; groups -= 1) {
    reader.unsigned();
    reader.byte();
  }
  // What came last: local that was read, and how far the comparison of a local with itself has come.
  let local = -1;
  let again = false;
  let compared = 0;
  while (reader.at < end) {
    const start = reader.at;
    const op = reader.byte();
    if (op === OP.localGet || op === OP.localTee) {
      const index = reader.unsigned();
      again = index === local;
      local = index;
      compared = 0;
      continue;
    }
    if ((op === OP.f32Le || op === OP.f64Le) && again) compared = 1;
    else if (op === OP.i32Eqz && compared === 1) compared = 2;
    else {
      if (op === OP.if) {
        reader.signed();
        if (compared === 2 || endsProgram(reader)) places.push(start - body);
      } else reader.skipImmediates(op);
      compared = 0;
    }
    local = -1;
    again = false;
  }
  return places;
}

/** Is the next instruction `unreachable`, or the note why it is followed by? Leaves the reader where it is. */
function endsProgram(reader: WasmReader): boolean {
  const start = reader.at;
  let op = reader.byte();
  if (op === OP.i32Const) {
    reader.signed();
    op = reader.byte();
    if (op === OP.globalSet) {
      reader.unsigned();
      op = reader.byte();
    }
  }
  reader.at = start;
  return op === OP.unreachable;
}

function importedFunctions(reader: WasmReader): number {
  let functions = 0;
  for (let count = reader.unsigned(); count > 0; count -= 1) {
    reader.name();
    reader.name();
    if (reader.byte() !== 0) throw new Error("a module of ours imports functions only");
    reader.unsigned();
    functions += 1;
  }
  return functions;
}
