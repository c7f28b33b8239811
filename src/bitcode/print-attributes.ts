// Attributes as text.

import type { Attribute, Type } from "./module.ts";
import { quoted } from "./print-text.ts";

/** Attributes separated by spaces; `inGroup`: in an `attributes #0 = { … }` line, where some are spelled with `=`. */
export function attributeSet(
  set: readonly Attribute[],
  printType: (type: Type) => string,
  inGroup = false,
): string {
  return set.map((attribute) => attributeText(attribute, printType, inGroup)).join(" ");
}

function attributeText(attribute: Attribute, printType: (type: Type) => string, inGroup: boolean): string {
  switch (attribute.kind) {
    case "enum":
      return attribute.name;
    case "string":
      return quoted(attribute.name) + (attribute.value === "" ? "" : `=${quoted(attribute.value)}`);
    case "type":
      return attribute.name + (attribute.type === null ? "" : `(${printType(attribute.type)})`);
    case "range": {
      if (attribute.name === "initializes") {
        const parts = attribute.ranges.map((range) => `(${String(range.low)}, ${String(range.high)})`);
        return `initializes(${parts.join(", ")})`;
      }
      const [range] = attribute.ranges;
      if (range === undefined) return attribute.name;
      return `${attribute.name}(i${String(range.width)} ${String(range.low)}, ${String(range.high)})`;
    }
    case "int":
      return intText(attribute.name, attribute.value, inGroup);
  }
}

function intText(name: string, value: bigint, inGroup: boolean): string {
  const high = value >> 32n;
  const low = value & 0xffffffffn;
  switch (name) {
    case "align":
      return `align${inGroup ? "=" : " "}${String(value)}`;
    case "alignstack":
      return inGroup ? `alignstack=${String(value)}` : `alignstack(${String(value)})`;
    case "allocsize":
      return `allocsize(${String(high)}${low === 0xffffffffn ? "" : `,${String(low)}`})`;
    case "vscale_range":
      return `vscale_range(${String(high)},${String(low)})`;
    case "uwtable":
      return value === 1n ? "uwtable(sync)" : "uwtable";
    case "allockind": {
      const kinds = ["alloc", "realloc", "free", "uninitialized", "zeroed", "aligned"];
      return `allockind("${kinds.filter((_, bit) => (value & (1n << BigInt(bit))) !== 0n).join()}")`;
    }
    case "memory":
      return `memory(${memoryText(value)})`;
    case "nofpclass":
      return `nofpclass(${classText(Number(value))})`;
    case "captures":
      return `captures(${capturesText(Number(value))})`;
    case "dead_on_return":
      return value === 0n ? name : `${name}(${String(value)})`;
    default:
      return `${name}(${String(value)})`;
  }
}

const ACCESS = ["none", "read", "write", "readwrite"];
const LOCATIONS = ["argmem", "inaccessiblemem", "errnomem", "", "target_mem0", "target_mem1"];
const OTHER = 3;

/** Two bits for each kind of memory; files of LLVM 20 and before have three kinds, and no mark in bit 56. */
function memoryText(value: bigint): string {
  const at = (index: number): number => Number((value >> BigInt(2 * index)) & 3n);
  const isNew = value >> 56n !== 0n;
  const access = isNew ? [0, 1, 2, 3, 4, 5].map(at) : [at(0), at(1), at(2), at(2), at(2), at(2)];
  const other = access[OTHER] as number;
  const parts: string[] = [];
  if (other !== 0 || access.every((kind) => kind === other)) parts.push(ACCESS[other] as string);
  access.forEach((kind, index) => {
    if (kind !== other) parts.push(`${LOCATIONS[index] as string}: ${ACCESS[kind] as string}`);
  });
  return parts.join(", ");
}

const CLASSES: readonly (readonly [number, string])[] = [
  [0x3ff, "all"],
  [0x003, "nan"],
  [0x001, "snan"],
  [0x002, "qnan"],
  [0x204, "inf"],
  [0x004, "ninf"],
  [0x200, "pinf"],
  [0x060, "zero"],
  [0x020, "nzero"],
  [0x040, "pzero"],
  [0x090, "sub"],
  [0x010, "nsub"],
  [0x080, "psub"],
  [0x108, "norm"],
  [0x008, "nnorm"],
  [0x100, "pnorm"],
];

function classText(mask: number): string {
  if (mask === 0) return "none";
  const parts: string[] = [];
  let left = mask;
  for (const [bits, name] of CLASSES) {
    if ((left & bits) !== bits) continue;
    parts.push(name);
    left &= ~bits;
  }
  return parts.join(" ");
}

function capturesText(value: number): string {
  const ofReturn = value & 15;
  const other = value >> 4;
  const parts: string[] = [];
  if (other !== 0 || other === ofReturn) parts.push(componentsText(other));
  if (other !== ofReturn) parts.push(`ret: ${componentsText(ofReturn)}`);
  return parts.join(", ");
}

function componentsText(bits: number): string {
  if (bits === 0) return "none";
  const parts: string[] = [];
  if ((bits & 3) === 1) parts.push("address_is_null");
  else if ((bits & 3) !== 0) parts.push("address");
  if ((bits & 12) === 4) parts.push("read_provenance");
  else if ((bits & 12) !== 0) parts.push("provenance");
  return parts.join(", ");
}
