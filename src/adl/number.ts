// Integer literals of the language: decimal, 0x, 0b, with C's suffixes, and characters. A leading zero means decimal, not octal.

import { LIMITS } from "./limits.ts";

/** The value of an integer literal, or undefined when the text is none. */
export function parseInteger(text: string): bigint | undefined {
  if (text.length > 2 * LIMITS.digits) return undefined;
  if (text.startsWith("'")) return characterCode(text.slice(1, -1));
  const match = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)[uUlL]*$/.exec(text);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  return BigInt(/^0\d/.test(digits) ? digits.replace(/^0+(?=\d)/, "") : digits);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function characterCode(text: string): bigint {
  const character = text.startsWith("\\") ? (ESCAPES[text.slice(1)] ?? text.slice(1)) : text;
  return BigInt(character.codePointAt(0) ?? 0);
}
