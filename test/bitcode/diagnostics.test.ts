// What the reader says of streams that are wrong in one way each: the whole message, and where.

import { describe, expect, it } from "vitest";
import { BitcodeError, readModule } from "../../src/bitcode/index.ts";
import { BitWriter } from "./bit-writer.ts";
import { compileText } from "./llvm.ts";

function complaint(bytes: Uint8Array): string {
  try {
    readModule(bytes);
  } catch (error) {
    if (error instanceof BitcodeError) return error.message;
    throw error;
  }
  return "no complaint";
}

/** A file with one module whose block `body` writes. */
function module(body: (writer: BitWriter) => void): Uint8Array {
  return new BitWriter()
    .magic()
    .block(8, 2, (inner) => body(inner.record(1, 2)))
    .bytes();
}

/** A module with a type block of the given records. */
function types(...records: readonly (readonly number[])[]): Uint8Array {
  return module((writer) => {
    writer.block(17, 3, (inner) => {
      for (const [code, ...operands] of records) inner.record(code as number, ...operands);
    });
  });
}

const VOID = [2];
const I32 = [7, 32];
const POINTER = [25, 0];

describe("streams", () => {
  it("that are empty or something else", () => {
    expect([new Uint8Array(0), Buffer.from("#include <stdio.h>"), Buffer.from("BC")].map(complaint)).toEqual([
      "BW0401: the file is too short to be LLVM bitcode",
      "BW0401: this is not LLVM bitcode: it does not start with 'BC' 0xC0DE",
      "BW0401: the file is too short to be LLVM bitcode",
    ]);
  });

  it("that hold no module, or two", () => {
    const none = new BitWriter().magic().fixed(0, 32).bytes();
    const two = new BitWriter().magic();
    two.block(8, 2, (inner) => inner.record(1, 2)).block(8, 2, (inner) => inner.record(1, 2));
    expect(
      [
        none,
        new BitWriter()
          .magic()
          .align()
          .block(13, 2, () => undefined)
          .bytes(),
        two.bytes(),
      ].map(complaint),
    ).toEqual([
      "BW0403: the end of a block where none is open (at bit 32)",
      "BW0402: the bitcode holds no module (at bit 128)",
      "BW0407: the bitcode holds several modules (at bit 224)",
    ]);
  });

  it("whose blocks have wrong lengths", () => {
    const wrong = (by: number): Uint8Array =>
      new BitWriter()
        .magic()
        .block(8, 2, (inner) => inner.record(1, 2), by)
        .fixed(0, 32)
        .bytes();
    expect([wrong(1), wrong(-1), wrong(100)].map(complaint)).toEqual([
      "BW0403: a block does not end where its length says (at bit 117)",
      "BW0403: a record outside any block (at bit 96)",
      "BW0402: the bitcode ends in the middle of something (at bit 96)",
    ]);
  });

  it("with impossible abbreviations", () => {
    const abbreviation = (write: (writer: BitWriter) => void): Uint8Array =>
      module((writer) => write(writer.fixed(2, 3)));
    expect(
      [
        module((writer) => writer.fixed(7, 3)),
        abbreviation((writer) => writer.vbr(0, 5)),
        abbreviation((writer) => writer.vbr(1, 5).fixed(0, 1).fixed(7, 3)),
        abbreviation((writer) => writer.vbr(1, 5).fixed(0, 1).fixed(1, 3).vbr(40, 5)),
        abbreviation((writer) => writer.vbr(1, 5).fixed(0, 1).fixed(3, 3)),
        abbreviation((writer) => writer.vbr(1, 5).fixed(0, 1).fixed(2, 3).vbr(1, 5)),
      ].map(complaint),
    ).toEqual([
      "BW0403: abbreviation 7 is not defined (at bit 117)",
      "BW0403: an empty abbreviation (at bit 117)",
      "BW0403: field encoding 7 does not exist (at bit 117)",
      "BW0403: a field of 40 bits (at bit 117)",
      "BW0403: a misplaced array field (at bit 117)",
      "BW0403: a variable-width field of one bit (at bit 117)",
    ]);
  });

  it("that claim more than there is", () => {
    const endless = module((writer) => {
      writer.fixed(3, 3);
      for (let piece = 0; piece < 30; piece += 1) writer.fixed(63, 6);
    });
    expect(
      [endless, module((writer) => writer.fixed(3, 3).vbr(2, 6).vbr(0xfffffff, 6))].map(complaint),
    ).toEqual([
      "BW0403: a variable-width number does not end (at bit 204)",
      "BW0402: the bitcode ends in the middle of something (at bit 162)",
    ]);
  });
});

describe("modules", () => {
  it("of other versions", () => {
    const old = new BitWriter()
      .magic()
      .block(8, 2, (inner) => inner.record(1, 1))
      .bytes();
    const epoch = new BitWriter().magic().block(13, 2, (inner) => inner.record(2, 5));
    expect([old, epoch.block(8, 2, (inner) => inner.record(1, 2)).bytes()].map(complaint)).toEqual([
      "BW0407: module version 1 (at bit 96)",
      "BW0407: bitcode of epoch 5, which only its own LLVM reads (at bit 224)",
    ]);
  });

  it("with impossible types", () => {
    expect(
      [
        types([7, 0]),
        types([8, 0]),
        types(VOID, [11, 4, 0]),
        types([11, 4, 5]),
        types(I32, [21, 0, 0, 0], [11, 1, 1]),
        types(VOID, [18, 0, 0]),
        types(POINTER, ...Array.from({ length: 300 }, (_, index) => [11, 1, index])),
      ].map((bytes) => complaint(bytes).replace(/ \(at bit \d+\)/, "")),
    ).toEqual([
      "BW0406: an integer of 0 bits",
      "BW0407: type code 8 (typed pointers and other old forms are not read)",
      "BW0406: an array or vector of something without a size",
      "BW0405: type 5 does not exist",
      "BW0406: an array or vector of something without a size",
      "BW0406: a member without a size",
      "BW0408: types are nested too deep",
    ]);
  });

  it("with constants that contain themselves or nothing", () => {
    const constants = (...records: readonly (readonly number[])[]): Uint8Array =>
      module((writer) => {
        writer.block(17, 3, (inner) =>
          inner
            .record(...([7, 32] as const))
            .record(11, 1, 0)
            .record(11, 1, 1),
        );
        writer.block(11, 3, (inner) => {
          for (const [code, ...operands] of records) inner.record(code as number, ...operands);
        });
      });
    expect(
      [
        constants([1, 0], [2], [1, 1], [7, 9]),
        constants([1, 0], [2], [1, 1], [7, 0, 0]),
        constants([1, 1], [2], [1, 1], [7, 0]),
        constants([1, 0], [6, 1]),
        constants([1, 1], [22, 1, 2]),
        constants([1, 7]),
      ].map((bytes) => complaint(bytes).replace(/ \(at bit \d+\)/, "")),
    ).toEqual([
      "BW0405: value 9 does not exist",
      "BW0406: an array with the wrong number of elements",
      "BW0406: constant 0 has another type",
      "BW0406: a floating constant of another type",
      "BW0406: a data constant with the wrong number of elements",
      "BW0405: type 7 does not exist",
    ]);
  });

  it("with functions and bodies that do not fit", () => {
    const functions = (body: ((writer: BitWriter) => void) | null, ...more: readonly number[]): Uint8Array =>
      module((writer) => {
        writer.block(17, 3, (inner) => inner.record(2).record(7, 32).record(21, 0, 1, 1).record(25, 0));
        // A definition: name at 0, length 0, type 2, convention 0, body here.
        writer.record(8, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, ...more);
        if (body !== null) writer.block(12, 3, body);
      });
    expect(
      [
        functions(null),
        functions(() => undefined),
        functions((writer) => writer.record(1, 100000)),
        functions((writer) => writer.record(1, 2).record(10, 1)),
        functions((writer) => writer.record(1, 1).record(10)),
        functions((writer) => writer.record(1, 1).record(10, 9)),
        functions((writer) => writer.record(1, 1).record(11, 3)),
        functions((writer) => writer.record(1, 1).record(10, 1).record(10, 1)),
        functions((writer) => writer.record(1, 1).record(200)),
        functions((writer) => writer.record(1, 1).record(10, 0, 1)),
        functions((writer) => writer.record(1, 1).record(10, 1)),
      ].map((bytes) => complaint(bytes).replace(/ \(at bit \d+\)/, "")),
    ).toEqual([
      "BW0404: a function is defined but has no body",
      "BW0404: a function body without blocks",
      "BW0402: more blocks are declared than the body has room for",
      "BW0404: a function body with unfinished blocks",
      "BW0406: a return of another type",
      "BW0404: record 10 has too few operands",
      "BW0405: block 3 does not exist",
      "BW0404: an instruction outside the declared blocks",
      "BW0407: instruction code 200",
      "BW0405: value 2 does not exist",
      "no complaint",
    ]);
  });

  it("in a wrapper are read, and a wrapper that lies is refused", () => {
    const plain = compileText("int x = 5;", ["-O0"]);
    const wrapped = (size: number): Uint8Array => {
      const header = Uint32Array.of(0x0b17c0de, 0, 20, size, 18);
      return Buffer.concat([new Uint8Array(header.buffer), plain]);
    };
    expect(readModule(wrapped(plain.length)).globals.map((global) => global.name)).toEqual(["x"]);
    expect(complaint(wrapped(plain.length + 1))).toBe(
      "BW0402: the bitcode wrapper names more bytes than there are",
    );
  });
});
