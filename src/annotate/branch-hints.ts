// Tells the host's compiler which branches are hardly ever taken: those into code that ends the program, and those that look
// for a NaN. It then puts that code behind the function and keeps its calls from claiming registers of the other code.
//
// Binaryen's JavaScript interface has no hints, so they are found in the finished module: a custom section
// (`metadata.code.branch_hint`) before the code names their places. Engines that do not know it ignore it.

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
  const reader = new Reader(wasm, 8);
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
function hintSection(reader: Reader, imported: number): Uint8Array | null {
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
function unlikelyBranches(reader: Reader, end: number): number[] {
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
function endsProgram(reader: Reader): boolean {
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

function importedFunctions(reader: Reader): number {
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

function encoded(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const more = left >= 128;
    bytes.push((left & 127) | (more ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return bytes;
}

/** Reads a module that Binaryen wrote. */
class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.#bytes[this.at++] ?? 0;
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** Passes over a signed number of any length. */
  signed(): void {
    while (this.byte() >= 128);
  }

  name(): void {
    const length = this.unsigned();
    this.at += length;
  }

  skipImmediates(op: number): void {
    if (op === 0x02 || op === 0x03 || op === 0x06)
      this.signed(); // block, loop, try: a type
    else if (op >= 0x28 && op <= 0x3e) this.#pair();
    else if (ONE_INDEX.has(op)) this.unsigned();
    else if (op === 0x11) this.#pair();
    else if (op === 0x0e) for (let n = this.unsigned(); n >= 0; n -= 1) this.unsigned();
    else if (op === 0x1c) for (let n = this.unsigned(); n > 0; n -= 1) this.byte();
    else if (op === 0x41 || op === 0x42) this.signed();
    else if (op === 0x43) this.at += 4;
    else if (op === 0x44) this.at += 8;
    else if (op === 0xfc) this.#bulk();
    else if (op === 0xfd) this.#vector();
  }

  /** Two numbers: of an access's alignment and offset, of a type and a table. */
  #pair(): void {
    this.unsigned();
    this.unsigned();
  }

  /** Saturating conversions, and operations on blocks of memory and tables. */
  #bulk(): void {
    const op = this.unsigned();
    if (op < 8) return;
    this.unsigned();
    if (op === 8 || op === 10 || op === 12 || op === 14) this.unsigned();
  }

  #vector(): void {
    const op = this.unsigned();
    if (op <= 11 || op === 92 || op === 93) this.#pair();
    else if (op === 12 || op === 13) this.at += 16;
    else if (op >= 21 && op <= 34) this.at += 1;
    else if (op >= 84 && op <= 91) {
      this.#pair();
      this.at += 1;
    }
  }
}

/** Opcodes with one index: exceptions, branches, calls, locals, globals, tables, memory size and growth, references. */
const ONE_INDEX: ReadonlySet<number> = new Set([
  0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x18, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0xd0, 0xd2,
]);
