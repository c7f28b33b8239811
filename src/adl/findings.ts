// The gathering place of diagnostics while a description is loaded. Every phase reports here and goes on; the same
// fault reported twice (an action is checked once for each variant of its instruction) is kept once.
import type { Diagnostic, Severity } from "../base/diagnostic.ts";
import { LIMITS } from "./limits.ts";
import { placeOf, sourceLineOf } from "./source.ts";
import type { Span } from "./source.ts";

export class Findings {
  readonly #seen = new Set<string>();
  readonly #list: Diagnostic[] = [];
  #dropped = 0;
  #errors = 0;

  error(code: string, span: Span | undefined, message: string, help?: string): void {
    this.#add("error", code, span, message, help);
  }

  warn(code: string, span: Span | undefined, message: string, help?: string): void {
    this.#add("warning", code, span, message, help);
  }

  get errors(): number {
    return this.#errors;
  }

  /** All findings in the order of files and lines; errors of the same place first. */
  list(): Diagnostic[] {
    const list = [...this.#list];
    if (this.#dropped > 0) {
      list.push({
        code: "BW0100",
        severity: "note",
        message: `${this.#dropped} more findings are not shown`,
        help: "mend the first ones and check again",
      });
    }
    return list;
  }

  #add(severity: Severity, code: string, span: Span | undefined, message: string, help?: string): void {
    const key = `${code}|${span?.source.path ?? ""}|${span?.offset ?? ""}|${message}`;
    if (this.#seen.has(key)) return;
    if (severity === "error") this.#errors++;
    if (this.#list.length >= LIMITS.diagnostics) {
      this.#dropped++;
      return;
    }
    this.#seen.add(key);
    this.#list.push({
      code,
      severity,
      message,
      ...(span ? { place: placeOf(span), sourceLine: sourceLineOf(span) } : {}),
      ...(help === undefined ? {} : { help }),
    });
  }
}

/** The name in `known` that is nearest to `name`, when it is near enough to be a slip of the pen. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const d =
      candidate.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, candidate, bestDistance);
    if (d < bestDistance) {
      bestDistance = d;
      best = candidate;
    }
  }
  return best;
}

/** Help text "did you mean …?", or undefined. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `did you mean ${near}?`;
}

function editDistance(a: string, b: string, limit: number): number {
  if (a.length > 64 || b.length > 64) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
