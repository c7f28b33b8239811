// JavaScript text for bits with computed positions. The functions that it calls are in BUILTIN_SUPPORT.

/** A position modulo the width: not negative, below the width. */
export function wrapText(width: number, position: string): string {
  const power = (width & (width - 1)) === 0;
  return power ? `(${position}&${width - 1})` : `((${position}>>>0)%${width})`;
}

/** Bits first to last of `x` at the right end. */
export function rangeText(width: number, x: string, [first, last]: readonly [string, string]): string {
  return `${width > 32 ? "rangeWide" : "rangeNarrow"}(${x},${width},${first},${last})`;
}

/** `x` with its bits first to last replaced by the lowest of `bits`. */
export function insertText(
  width: number,
  x: string,
  [first, last]: readonly [string, string],
  bits: string,
): string {
  return `${width > 32 ? "insertWide" : "insertNarrow"}(${x},${width},${first},${last},${bits})`;
}
