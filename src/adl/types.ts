// Types of action code: bits<N>, sbits<N> (1 to 1024 bits), bool and C's integer names.
import type { ValueType } from "../machine/action.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { constantOf } from "./keys.ts";
import type { SyntaxType } from "./syntax.ts";

const VECTORLESS: Readonly<Record<string, { readonly width: number; readonly signed: boolean }>> = {
  bool: { width: 1, signed: false },
  unsigned: { width: 32, signed: false },
  "unsigned int": { width: 32, signed: false },
  "unsigned long": { width: 32, signed: false },
  "unsigned long long": { width: 64, signed: false },
  "unsigned short": { width: 16, signed: false },
  "unsigned char": { width: 8, signed: false },
  int: { width: 32, signed: true },
  signed: { width: 32, signed: true },
  "signed int": { width: 32, signed: true },
  long: { width: 32, signed: true },
  "long long": { width: 64, signed: true },
  short: { width: 16, signed: true },
  addr_t: { width: 32, signed: false },
  TransType: { width: 32, signed: true },
  CacheAccess: { width: 32, signed: true },
  Exception: { width: 32, signed: true },
  byte_t: { width: 8, signed: false },
};
for (const width of [8, 16, 32, 64]) {
  Object.assign(VECTORLESS, {
    [`uint${width}`]: { width, signed: false },
    [`uint${width}_t`]: { width, signed: false },
    [`int${width}`]: { width, signed: true },
    [`int${width}_t`]: { width, signed: true },
    [`sint${width}`]: { width, signed: true },
  });
}

const NAMED: Readonly<Record<string, ValueType>> = Object.fromEntries(
  Object.entries(VECTORLESS).map(([name, type]) => [name, { ...type, native: true as const }]),
);

/** The type, or undefined for `void` and for types that are wrong (then reported). */
export function resolveType(type: SyntaxType, findings: Findings): ValueType | undefined {
  if (type.name === "bits" || type.name === "sbits") {
    const [argument] = type.arguments;
    const width =
      argument && type.arguments.length === 1 ? constantOf(argument, findings.constants) : undefined;
    if (width === undefined) {
      findings.error("BW0220", type.span, `${type.name} takes a constant width: ${type.name}<32>`);
      return undefined;
    }
    if (width < 1n || width > 1024n) {
      findings.error("BW0220", type.span, `a value of ${width} bits: widths go from 1 to 1024`);
      return undefined;
    }
    return { width: Number(width), signed: type.name === "sbits" };
  }
  if (type.name.startsWith("enum ")) return { width: 32, signed: true, native: true };
  const named = Object.hasOwn(NAMED, type.name) ? NAMED[type.name] : undefined;
  if (named) return named;
  if (type.name !== "void") {
    findings.error(
      "BW0220",
      type.span,
      `unknown type ${type.name}`,
      didYouMean(type.name, ["bits", "sbits", "var", "void", ...Object.keys(NAMED)]) ??
        "use bits<N>, bool, unsigned or int",
    );
  }
  return undefined;
}
