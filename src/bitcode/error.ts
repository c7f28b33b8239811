// The bitcode package's one error. The package stands alone (it imports nothing but node), so it does not
// use the system's Diagnostic class; callers translate code, message and position into one.

/** Stable codes of this package's errors. */
export const BITCODE_CODES = {
  /** Not a bitcode file: wrong magic or wrapper. */
  notBitcode: "BW0401",
  /** The stream ends in the middle of something. */
  truncated: "BW0402",
  /** The bitstream's own rules are broken (abbreviations, block lengths, alignment). */
  stream: "BW0403",
  /** A record's operands make no sense. */
  record: "BW0404",
  /** A reference to a type, value, block, attribute or metadata node that is not there. */
  reference: "BW0405",
  /** Types that do not fit together. */
  type: "BW0406",
  /** A construct that this reader does not know. */
  unsupported: "BW0407",
  /** A limit of this reader that keeps hostile input from taking memory or time without bound. */
  limit: "BW0408",
} as const;

export type BitcodeCode = (typeof BITCODE_CODES)[keyof typeof BITCODE_CODES];

/** A fault in the input. `bit` is the offset in bits from the start of the bytes given, where known. */
export class BitcodeError extends Error {
  readonly code: BitcodeCode;
  readonly bit: number | null;

  constructor(code: BitcodeCode, message: string, bit: number | null = null) {
    super(bit === null ? `${code}: ${message}` : `${code}: ${message} (at bit ${String(bit)})`);
    this.name = "BitcodeError";
    this.code = code;
    this.bit = bit;
  }
}
