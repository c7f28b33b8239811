// Figures as people read them: SI prefixes, thousands, percentages. Units are always printed.

const prefixes: readonly (readonly [number, string])[] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
  [1e-12, "p"],
];

/** `0.0123` with unit "s" → `12.3 ms`; three significant digits. */
export function si(value: number, unit: string): string {
  if (!Number.isFinite(value)) return `? ${unit}`;
  if (value === 0) return `0 ${unit}`;
  const size = Math.abs(value);
  const [factor, prefix] =
    prefixes.find(([limit]) => size >= limit * 0.9995) ?? prefixes[prefixes.length - 1]!;
  return `${(value / factor).toPrecision(3)} ${prefix}${unit}`;
}

/** `1234567` → `1,234,567`. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Signed percentage with two decimals. */
export function percent(value: number): string {
  return `${value >= 0 ? "+" : ""}${value.toFixed(2)} %`;
}

/** Geometric mean of positive numbers; NaN for none. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0
    ? Number.NaN
    : sorted.length % 2 === 1
      ? sorted[middle]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
