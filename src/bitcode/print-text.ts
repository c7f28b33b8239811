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
      const short = sixDigits(asDouble);
      if (short !== null) return short;
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

/**
 * A double in decimal with six digits, if that is its value exactly enough to be read back, else null.
 *
 * LLVM gets its six digits by dropping low digits of the exact value in two steps, the first of which does not round. So
 * it misses some doubles whose nearest six-digit decimal is them (0.999), and the same steps are taken here.
 */
function sixDigits(bits: bigint): string | null {
  const exponentBits = Number((bits >> 52n) & 0x7ffn);
  if (exponentBits === 0x7ff) return null;
  const fraction = bits & 0xfffffffffffffn;
  const sign = bits >> 63n === 0n ? "" : "-";
  if (exponentBits === 0 && fraction === 0n) return `${sign}0.000000e+00`;
  let number = exponentBits === 0 ? fraction : fraction | (1n << 52n);
  let exponent = Math.max(exponentBits, 1) - 1075;
  while ((number & 1n) === 0n) {
    number >>= 1n;
    exponent += 1;
  }
  // From here the exponent is one of ten.
  if (exponent > 0) {
    number <<= BigInt(exponent);
    exponent = 0;
  } else number *= 5n ** BigInt(-exponent);
  const excess = number.toString(2).length - 20;
  const dropped = excess > 0 ? Math.floor((excess * 59) / 196) : 0;
  number /= 10n ** BigInt(dropped);
  exponent += dropped;
  let digits = String(number);
  const rest = digits.length - 6;
  if (rest > 0) {
    const rounded = BigInt(digits.slice(0, 6)) + (digits.charAt(6) < "5" ? 0n : 1n);
    digits = String(rounded);
    exponent += rest;
  }
  // The point goes after the first digit.
  const scale = exponent + digits.length - 1;
  const shown = digits.padEnd(7, "0").slice(0, 7);
  const text = `${sign}${shown.slice(0, 1)}.${shown.slice(1)}e${scale < 0 ? "-" : "+"}${String(Math.abs(scale)).padStart(2, "0")}`;
  return new BigUint64Array(Float64Array.of(Number(text)).buffer)[0] === bits ? text : null;
}

/** The double with the value of a single; for a NaN with its bits, which arithmetic would change. */
function widened(bits: number): bigint {
  if (((bits >>> 23) & 0xff) === 0xff) {
    return (BigInt(bits >>> 31) << 63n) | (0x7ffn << 52n) | (BigInt(bits & 0x7fffff) << 29n);
  }
  const value = new Float32Array(Uint32Array.of(bits).buffer)[0] as number;
  return new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
}
