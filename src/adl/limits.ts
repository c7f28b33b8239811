// Bounds on what a description may ask of the loader. A description may come from a stranger, so each of them ends in
// a diagnostic, never in a crash or a long wait. The public PowerPC descriptions use about a tenth of each.

export const LIMITS = {
  /** Bytes of one file. */
  fileBytes: 1024 * 1024,
  /** Files of one description. */
  files: 200,
  /** Depth of nested #import. */
  importDepth: 32,
  /** Tokens of a description after macro expansion. */
  tokens: 400_000,
  /** Depth of nested macro expansion. */
  macroDepth: 64,
  /** Nested brackets, parentheses and braces. */
  nesting: 100,
  /** Operands of one expression, postfixes of one operand, and nested unbraced statements. */
  chain: 400,
  /** Digits of one number. */
  digits: 40,
  /** Diagnostics that are kept; further ones are only counted. */
  diagnostics: 200,
  /** Errors of the grammar in one description, before the parser gives up. */
  parseErrors: 60,
  /** Variants of one instruction. */
  variants: 64,
  /** Instructions of one description, variants included. */
  instructions: 20_000,
  /** Entries in a register file. */
  registerFileSize: 65_536,
  /** Size of a cache, and lines in it. */
  cacheBytes: 1 << 30,
  cacheLines: 1 << 22,
  /** Depth of helper calls that the register-use analysis follows. */
  helperDepth: 16,
} as const;
