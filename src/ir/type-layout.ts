// Sizes and alignments of IR types on the target: 32-bit PowerPC Linux, "E-m:e-p:32:32-i64:64-n32". Integers of odd
// widths are stored in as many whole bytes as they need, big-endian.

import type { Type } from "../bitcode/index.ts";
import { Untranslatable } from "./untranslatable.ts";

const MAX_BYTES = 2 ** 32;

/** Bytes that a store of the type writes. */
export function storeSize(type: Type): number {
  switch (type.kind) {
    case "integer":
      return Math.ceil(type.width / 8);
    case "half":
    case "bfloat":
      return 2;
    case "pointer":
    case "float":
      return 4;
    case "double":
      return 8;
    case "fp128":
    case "ppc_fp128":
      return 16;
    case "array":
    case "struct":
      return allocSize(type);
    case "vector":
      if (type.scalable) break;
      return Math.ceil((bitsOf(type.element) * type.count) / 8);
    default:
      break;
  }
  throw new Untranslatable(`a value of type ${type.kind} has no size`);
}

function bitsOf(type: Type): number {
  return type.kind === "integer" ? type.width : storeSize(type) * 8;
}

/** ABI alignment in bytes. */
export function abiAlign(type: Type): number {
  switch (type.kind) {
    case "integer":
      if (type.width <= 8) return 1;
      if (type.width <= 16) return 2;
      return type.width <= 32 ? 4 : 8;
    case "array":
      return abiAlign(type.element);
    case "struct":
      return type.packed ? 1 : type.elements.reduce((most, element) => Math.max(most, abiAlign(element)), 1);
    case "vector": {
      let align = 1;
      while (align < storeSize(type) && align < 2 ** 30) align *= 2;
      return align;
    }
    default:
      return storeSize(type);
  }
}

/** Bytes from one array element to the next. */
export function allocSize(type: Type): number {
  let size: number;
  if (type.kind === "array") size = allocSize(type.element) * type.count;
  else if (type.kind === "struct") {
    let end = 0;
    for (const element of type.elements) {
      if (!type.packed) end = roundUp(end, abiAlign(element));
      end += allocSize(element);
    }
    size = roundUp(end, abiAlign(type));
  } else size = roundUp(storeSize(type), abiAlign(type));
  if (size > MAX_BYTES) throw new Untranslatable("a type is larger than the address space");
  return size;
}

/** Byte offset of element `index` in a structure. */
export function structOffset(type: Type & { kind: "struct" }, index: number): number {
  let end = 0;
  for (let i = 0; i <= index; i += 1) {
    const element = type.elements[i];
    if (element === undefined) throw new Untranslatable("a structure index is out of range");
    if (!type.packed) end = roundUp(end, abiAlign(element));
    if (i === index) return end;
    end += allocSize(element);
  }
  return end;
}

export function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}
