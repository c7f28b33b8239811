// Writes a run of ours as a `.dat` document, in the order in which the original simulator writes its own, so that two
// results can be laid side by side: the trace instruction by instruction, then the final state.
import type { DatCommand, DatDocument, DatItem, DatPair } from "./syntax.ts";

export interface TracedInstruction {
  readonly address: number;
  readonly word: bigint;
  /** Width of the instruction in bytes. */
  readonly bytes: number;
  readonly assembly?: string;
  readonly issue?: number;
  readonly complete?: number;
  readonly registers: readonly { readonly name: string; readonly index?: number; readonly value: bigint }[];
  /** Data accesses; `words` are the memory words after it. */
  readonly accesses: readonly {
    readonly kind: "read" | "write";
    readonly address: number;
    readonly bytes: number;
    readonly words: readonly { readonly address: number; readonly value: number }[];
  }[];
  /** Target of a branch that is taken. */
  readonly target?: number;
  readonly exception?: string;
}

export interface FinalRegister {
  readonly name: string;
  readonly index?: number;
  readonly value: bigint;
  /** Bits. */
  readonly width: number;
}

/** A whole result. `widthOf` gives a register's width in bits. */
export function resultDocument(
  core: string,
  trace: readonly TracedInstruction[],
  results: readonly FinalRegister[],
  widthOf: (name: string) => number,
  head: readonly string[] = [],
): DatDocument {
  const items: DatItem[] = head.map((text) => ({ kind: "comment", line: 0, text: ` ${text}` }));
  items.push({ kind: "blank", line: 0 }, command("CORE", [["n", `:${core}`]]), { kind: "blank", line: 0 });
  items.push(command("TRACE", []));
  trace.forEach((one, index) => {
    items.push({ kind: "blank", line: 0 });
    items.push(...instructionItems(one, index + 1, widthOf));
  });
  if (results.length > 0) {
    items.push({ kind: "blank", line: 0 }, command("RESULTS", []), { kind: "blank", line: 0 });
    for (const { name, index, value, width } of results) {
      items.push(command("RD", [["n", name], ...indexPair(index), ["d", hex(value, width / 4)]]));
    }
  }
  return { file: "", items };
}

function instructionItems(
  one: TracedInstruction,
  id: number,
  widthOf: (name: string) => number,
): DatCommand[] {
  const ea = hex(BigInt(one.address));
  const items = [
    command("I", [
      ["ea", ea],
      ["id", String(id)],
    ]),
    command("INSTR", [["op", hex(one.word, one.bytes * 2)]], one.assembly),
  ];
  if (one.issue !== undefined) items.push(command("ITIME", [["t", String(one.issue)]]));
  for (const access of one.accesses) {
    const address = hex(BigInt(access.address));
    items.push(
      command("D", [
        ["n", "Mem"],
        ["t", access.kind],
        ["ea", address],
        ["nb", String(access.bytes)],
      ]),
    );
    for (const word of access.words) {
      const at = hex(BigInt(word.address));
      items.push(
        command("M", [
          ["n", "Mem"],
          ["t", access.kind],
          ["ea", at],
          ["ra", at],
          ["d", hex(BigInt(word.value >>> 0), 8)],
        ]),
      );
    }
  }
  for (const { name, index, value } of one.registers) {
    items.push(command("R", [["n", name], ...indexPair(index), ["d", hex(value, widthOf(name) / 4)]]));
  }
  if (one.target !== undefined) {
    items.push(
      command("B", [
        ["taken", "1"],
        ["ea", hex(BigInt(one.target))],
      ]),
    );
  }
  if (one.exception !== undefined) items.push(command("E", [["n", one.exception]]));
  if (one.complete !== undefined) items.push(command("CTIME", [["t", String(one.complete)]]));
  return items;
}

function indexPair(index: number | undefined): [string, string][] {
  return index === undefined ? [] : [["i", String(index)]];
}

function hex(value: bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(Math.ceil(digits), "0")}`;
}

function command(name: string, pairs: readonly (readonly [string, string])[], assembly?: string): DatCommand {
  const all: DatPair[] = pairs.map(([key, value]) => ({ key, value, quoted: false }));
  if (assembly !== undefined) all.push({ key: "asm", value: assembly, quoted: true });
  return { kind: "command", line: 0, name, pairs: all };
}
