// Numbers with a unit and a source: `12.4 pJ from "Z3RM 6.2.1"`. Plain SI units with a prefix are converted here; any
// other unit (`mW/MHz`, `nJ/us`) goes to mathjs, which is loaded only then because loading it takes longer than
// everything else that the loader does.
import { createRequire } from "node:module";
import type { SourcedNumber } from "../machine/model.ts";
import type { Findings } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import { parseInteger } from "./number.ts";
import type { Span } from "./source.ts";
import type { Sourcing, SyntaxExpression } from "./syntax.ts";

const PREFIXES: Readonly<Record<string, number>> = {
  f: 1e-15,
  p: 1e-12,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};
const WORDS: Readonly<Record<string, string>> = {
  J: "an energy (pJ, nJ, …)",
  W: "a power (mW, W, …)",
  V: "a voltage (V, mV)",
  Hz: "a frequency (MHz, GHz, …)",
  s: "a time (ns, us, …)",
  K: "a temperature (K, degC)",
};

interface MathUnit {
  equalBase(other: MathUnit): boolean;
  toNumber(unit: string): number;
}
let unitOf: ((value: number, unit: string) => MathUnit) | undefined;

function mathUnit(value: number, unit: string): MathUnit {
  if (!unitOf) {
    // The package's single-file build loads ten times faster than its hundreds of modules.
    const math = createRequire(import.meta.url)("mathjs/lib/browser/math.js") as {
      unit: (v: number, u: string) => MathUnit;
    };
    unitOf = (v, u) => math.unit(v, u);
  }
  return unitOf(value, unit);
}

/** `value` in SI units, or undefined when the unit is unknown, or "dimension" when it measures something else. */
function toSi(value: number, unit: string, wanted: string): number | "unknown" | "dimension" {
  if (unit.endsWith(wanted)) {
    const prefix = unit.slice(0, unit.length - wanted.length);
    if (Object.hasOwn(PREFIXES, prefix)) {
      // Division by a power of ten is exact where multiplication by its inverse is not.
      const factor = PREFIXES[prefix] ?? 1;
      return factor < 1 ? value / Math.round(1 / factor) : value * factor;
    }
  }
  try {
    const measured = mathUnit(value, unit);
    return measured.equalBase(mathUnit(1, wanted)) ? measured.toNumber(wanted) : "dimension";
  } catch {
    return "unknown";
  }
}

/** A quantity in the SI unit `wanted` ("J", "W", "V", "Hz"), or a number of "cycles" or "" (no unit). */
export function quantityOf(
  e: SyntaxExpression,
  behind: Sourcing | undefined,
  what: string,
  wanted: string,
  findings: Findings,
): SourcedNumber | undefined {
  if (e.kind === "broken") return undefined;
  if (e.kind !== "number") {
    findings.error(
      "BW0260",
      e.span,
      `${what} is a number with a unit`,
      'for example 12.4 pJ from "document, section"',
    );
    return undefined;
  }
  const sourcing = e.sourcing ?? behind;
  const value = e.text.length > 2 * LIMITS.digits ? NaN : numberOf(e.text);
  const source = sourceOf(sourcing, e.span, what, findings);
  if (!Number.isFinite(value)) {
    findings.error("BW0260", e.span, `${what} is no finite number`);
    return undefined;
  }
  if (e.unit === undefined) {
    findings.error("BW0261", e.span, `${what} has no unit`, `it is ${WORDS[wanted] ?? wanted}`);
    return undefined;
  }
  if (e.unit.length > LIMITS.digits) {
    findings.error("BW0261", e.span, "the unit is too long");
    return undefined;
  }
  const si = toSi(value, e.unit, wanted);
  if (si === "unknown") {
    findings.error("BW0261", e.span, `unknown unit ${e.unit}`, `${what} is ${WORDS[wanted] ?? wanted}`);
    return undefined;
  }
  if (si === "dimension") {
    findings.error(
      "BW0262",
      e.span,
      `${what} in ${e.unit}: that is no ${wanted}`,
      `${what} is ${WORDS[wanted] ?? wanted}`,
    );
    return undefined;
  }
  return { value: si, unit: wanted, source };
}

function numberOf(text: string): number {
  const integer = parseInteger(text);
  return integer === undefined ? Number(text) : Number(integer);
}

/** The source of a number; numbers without one are reported. */
export function sourceOf(
  sourcing: Sourcing | undefined,
  span: Span,
  what: string,
  findings: Findings,
): SourcedNumber["source"] {
  if (!sourcing) {
    findings.warn(
      "BW0263",
      span,
      `${what} has no source`,
      'add: from "document, section", or: estimate 40 percent "reason"',
    );
    return { kind: "none" };
  }
  if (sourcing.text.trim() === "") findings.warn("BW0263", sourcing.span, `the source of ${what} is empty`);
  if (sourcing.kind === "document") return { kind: "document", text: sourcing.text };
  if (!(sourcing.boundPercent >= 0 && sourcing.boundPercent <= 1000)) {
    findings.error(
      "BW0264",
      sourcing.span,
      "an estimate needs a bound in percent",
      'write: estimate 40 percent "reason"',
    );
  }
  return { kind: "estimate", boundPercent: sourcing.boundPercent, text: sourcing.text };
}
