// JavaScript text of loads and stores.
//
// The address's distance from the start of memory is rotated right by the access's alignment bits, so that one unsigned
// comparison finds both unaligned and out-of-range accesses; those take the slow path in Memory, which knows the rest.
// A store also compares with the read-only range. The bounds stand in the text as numbers: V8 then has no loads for them.
import type { Memory } from "./memory.ts";
import { halvesOf } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";

export type MemoryBounds = Pick<Memory, "base" | "size" | "readOnlyFrom" | "readOnlyTo">;

export interface AccessText {
  readonly bounds: MemoryBounds;
  /** Whether the data address is recorded in X[0] and in X[1] that the next address was assigned, for step(). */
  readonly record: boolean;
}

const ARRAYS: Readonly<Record<number, string>> = { 1: "M8", 2: "M16", 4: "M32" };

/** Statements that make `index` the array index (before the XOR), and the condition that it is within memory. */
function prepare(
  access: AccessText,
  address: string,
  bytes: number,
  index: string,
): { text: string; within: string } {
  const { bounds, record } = access;
  const note = record ? `X[0]=${address};` : "";
  const distance = `${address}-${bounds.base}|0`;
  const log = Math.log2(bytes);
  const text =
    log === 0
      ? `${note}const ${index}=${distance};`
      : `${note}const ${index}x=${distance},${index}=${index}x>>>${log}|${index}x<<${32 - log};`;
  return { text, within: `${index}>>>0<${bounds.size >>> log}` };
}

function element(bytes: number, index: string): string {
  const swizzled = bytes === 1 ? `${index}^3` : bytes === 2 ? `${index}^1` : index;
  return `${ARRAYS[bytes]}[${swizzled}]`;
}

/** As `prepare`, for two words one behind the other: they need the alignment of one. */
function prepareWide(access: AccessText, address: string, index: string): { text: string; within: string } {
  const { text } = prepare(access, address, 4, index);
  return { text, within: `${index}>>>0<${(access.bounds.size >>> 2) - 1}` };
}

/** `const name = …` for a load of `bytes` at the int32 expression `address`; of 8 bytes, the variables
 *  `nameh` and `namel` for the two words. */
export function loadText(
  access: AccessText,
  name: string,
  address: string,
  bytes: number,
  cia: Value,
  index: string,
): string {
  if (bytes === 8) {
    const { text, within } = prepareWide(access, address, index);
    return (
      `${text}let ${name}h,${name}l;if(${within}){${name}h=M32[${index}];${name}l=M32[${index}+1];}` +
      `else{const ${name}=M.loadWide(${address},8,${cia.js});${name}h=upper(${name});${name}l=lower(${name});}`
    );
  }
  if (bytes > 4) return `const ${name}=M.loadWide(${address},${bytes},${cia.js});`;
  const { text, within } = prepare(access, address, bytes, index);
  return `${text}const ${name}=${within}?${element(bytes, index)}:M.load(${address},${bytes},${cia.js});`;
}

/** A store of `bytes` bytes. */
export function storeText(
  access: AccessText,
  address: string,
  bytes: number,
  v: Value,
  cia: Value,
  index: string,
): string {
  const words = bytes === 8 ? halvesOf(v) : undefined;
  if (words) {
    const { text, within } = prepareWide(access, address, index);
    const { readOnlyFrom: from, readOnlyTo: to } = access.bounds;
    // The word before the read-only range must not be written with the first of it.
    const free = to > from ? `&&(${index}-(${(from >>> 2) - 1}))>>>0>=${((to - from) >>> 2) + 1}` : "";
    return (
      `${text}if(${within}${free}){M32[${index}]=${words[0]};M32[${index}+1]=${words[1]};}` +
      `else M.storeWide(${address},${v.js},8,${cia.js});`
    );
  }
  if (bytes > 4) return `M.storeWide(${address},${v.js},${bytes},${cia.js});`;
  const { text, within } = prepare(access, address, bytes, index);
  const log = Math.log2(bytes);
  const { readOnlyFrom: from, readOnlyTo: to } = access.bounds;
  const free = to > from ? `&&(${index}-${from >>> log})>>>0>=${(to - from) >>> log}` : "";
  return (
    `${text}if(${within}${free})${element(bytes, index)}=${v.js};` +
    `else M.store(${address},${v.js},${bytes},${cia.js});`
  );
}
