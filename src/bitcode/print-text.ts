// Spelling of names, strings and numbers in LLVM's textual form.

import type { FloatConstant } from "./module.ts";

/** A byte string with everything that is not printable ASCII, and the quote, as `\XX`. */
export function escaped(text: string): string {
  // Most names need nothing.
  if (/^[ !#-[\]-~]*$/.test(text)) return text;
  return text.replace(/[^ !#-[\]-~]/g, (character) =>
    character === "\\" ? "\\\\" : `\\${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** A name after its `@`, `%` or `$`; in quotes where it has to be. */
export function identifier(name: string): string {
  return /^[-A-Za-z._][-A-Za-z0-9._]*$/.test(name) ? name : quoted(name);
}

/** The name of a list or kind of metadata, after its `!`. */
export function metadataIdentifier(name: string): string {
  if (name === "") return "<empty name> ";
  const hex = (character: string): string =>
    `\\${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return name.slice(0, 1).replace(/[^-A-Za-z$._]/, hex) + name.slice(1).replace(/[^-A-Za-z0-9$._]/g, hex);
}

const HEX_LETTERS: Readonly<Record<string, string>> = { half: "H", bfloat: "R" };

/** Decimal where six digits say it exactly, else hexadecimal. */
export function floatText(constant: FloatConstant): string {
  const { bits, type } = constant;
  const hex = (value: bigint, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, "0");
  switch (type.kind) {
    case "float":
    case "double": {
      // Single precision is printed as the double of the same value.
      const asDouble = type.kind === "double" ? bits : widened(Number(bits));
      const value = new Float64Array(BigUint64Array.of(asDouble).buffer)[0] as number;
      if (Number.isFinite(value)) {
        const short = value.toExponential(5);
        if (Number(short) === value) {
          const [digits, exponent] = short.split("e") as [string, string];
          const sign = Object.is(value, -0) ? "-" : "";
          return `${sign}${digits}0e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, "0")}`;
        }
      }
      return `0x${hex(asDouble, 0)}`;
    }
    case "x86_fp80":
      return `0xK${hex(bits, 20)}`;
    case "fp128":
    case "ppc_fp128":
      return `0x${type.kind === "fp128" ? "L" : "M"}${hex(bits & 0xffffffffffffffffn, 16)}${hex(bits >> 64n, 16)}`;
    default:
      return `0x${HEX_LETTERS[type.kind] ?? ""}${hex(bits, 4)}`;
  }
}

/** The double with the value of a single; for a NaN with its bits, which arithmetic would change. */
function widened(bits: number): bigint {
  if (((bits >>> 23) & 0xff) === 0xff) {
    return (BigInt(bits >>> 31) << 63n) | (0x7ffn << 52n) | (BigInt(bits & 0x7fffff) << 29n);
  }
  const value = new Float32Array(Uint32Array.of(bits).buffer)[0] as number;
  return new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
}
