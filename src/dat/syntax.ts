// The `.dat` format as text: lines of a command with `key=value` pairs, comments, and tagged blocks whose contents belong
// to other programs. Everything that a file says is kept, so that printing a document loses nothing but layout.

/** `key=value`; a quoted value may hold spaces, an unquoted one is a number or a word. */
export interface DatPair {
  readonly key: string;
  readonly value: string;
  readonly quoted: boolean;
}

export interface DatCommand {
  readonly kind: "command";
  /** From 1; 0 for a command that was not read from a file. */
  readonly line: number;
  /** The number before the command, as in `12. D n=Mem …`, without its dot. */
  readonly id?: string;
  readonly name: string;
  readonly pairs: readonly DatPair[];
  /** Text after `#`, without the mark. */
  readonly comment?: string;
}

/** `= tag` … `= /tag`: text for other programs, such as assembly. Nested blocks are part of the contents. */
export interface DatBlock {
  readonly kind: "block";
  readonly line: number;
  readonly tag: string;
  readonly lines: readonly string[];
}

export interface DatComment {
  readonly kind: "comment";
  readonly line: number;
  /** Text after `#`. */
  readonly text: string;
}

export interface DatBlank {
  readonly kind: "blank";
  readonly line: number;
}

export type DatItem = DatCommand | DatBlock | DatComment | DatBlank;

export interface DatDocument {
  /** The name that messages show. */
  readonly file: string;
  readonly items: readonly DatItem[];
}

/** Value of a pair, or undefined. Of several with one key the first counts. */
export function valueOf(command: DatCommand, key: string): string | undefined {
  return command.pairs.find((pair) => pair.key === key)?.value;
}

/**
 * A number as the format writes it: `0x` hexadecimal, `0b` binary, else decimal, perhaps with a sign and with `_` between
 * digits; else undefined.
 */
export function numberOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const plain = text.includes("_") ? text.replaceAll(/(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])/g, "") : text;
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)$/.exec(plain);
  if (!match) return undefined;
  const value = BigInt(match[2]!);
  return match[1] === "-" ? -value : value;
}
