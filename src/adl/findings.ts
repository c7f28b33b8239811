// The gathering place of diagnostics while a description is loaded. Every phase reports here and goes on; the same
// fault reported twice (an action is checked once for each variant of its instruction) is kept once.
import type { Diagnostic, Severity } from "../base/diagnostic.ts";
import { LIMITS } from "./limits.ts";
import { lineOf, placeOf, printable, sourceLineOf } from "./source.ts";
import type { Span } from "./source.ts";

/** Findings that something is missing, unknown or unused: they prove nothing when part of the text is unreadable. */
const OF_ABSENCE = new Set(
  "0202 0203 0204 0208 0209 0212 0216 0223 0242 0245 0246 0247 0249 0250 0251 0253"
    .split(" ")
    .map((n) => `BW${n}`),
);

function lineKey(span: Span): string {
  return `${span.source.path}:${lineOf(span.source, span.offset)}`;
}

export class Findings {
  /** Values of enumerators, which may stand for numbers in keys: what all phases of one load have in common. */
  readonly constants = new Map<string, bigint>();
  /** Which end bits are numbered from; known before anything with bits is read. */
  bitOrder: "big" | "little" = "big";
  /** Bits of the program counter, to which signed fields are extended; 32 at least. */
  counterWidth = 32;
  /** Set where instructions are executed in packets: registers that are written at once all the same. */
  serial: ReadonlySet<string> | undefined = undefined;
  readonly #seen = new Set<string>();
  readonly #list: Diagnostic[] = [];
  readonly #brokenLines = new Set<string>();
  #partial = false;
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

  /** Text was left out because it could not be read: from now on, nothing is reported missing or unknown. */
  markPartial(): void {
    this.#partial = true;
  }

  /** Whether the text of the line that the span starts in could not be read. */
  hasErrorOnLine(span: Span): boolean {
    return this.#brokenLines.has(lineKey(span));
  }

  /** All findings, file by file in the order in which the files were first mentioned, by line. */
  list(): Diagnostic[] {
    const files = new Map<string, number>();
    for (const d of this.#list) files.set(d.place?.file ?? "", files.get(d.place?.file ?? "") ?? files.size);
    const rank = (d: Diagnostic): number => (d.place ? (files.get(d.place.file) ?? 0) : Infinity);
    const list = [...this.#list].sort((a, b) => {
      const file = rank(a) === rank(b) ? 0 : rank(a) - rank(b);
      return (
        file || (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0)
      );
    });
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
    if (this.#seen.has(key) || (this.#partial && OF_ABSENCE.has(code))) return;
    const ofText = code.startsWith("BW01");
    // What a line that could not be read seems to mean is not worth a second message.
    if (!ofText && span && this.#brokenLines.size > 0 && this.hasErrorOnLine(span)) return;
    if (severity === "error") {
      this.#errors++;
      if (span && ofText) this.#brokenLines.add(lineKey(span));
    }
    if (this.#list.length >= LIMITS.diagnostics) {
      this.#dropped++;
      return;
    }
    this.#seen.add(key);
    this.#list.push({
      code,
      severity,
      message: printable(message),
      ...(span ? placed(span) : {}),
      ...(help === undefined ? {} : { help }),
    });
  }
}

/** The name in `known` that is nearest to `name`, when it is near enough to be a slip of the pen. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  // In names of one or two letters every other one is near.
  let bestDistance = (name.length < 3 ? 0 : Math.max(1, Math.floor(name.length / 3))) + 1;
  for (const candidate of known) {
    if (candidate === name) continue; // known, only not here
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

/** Place and line; the line is left out when the place lies far to the right, where no caret can be shown. */
function placed(span: Span): Pick<Diagnostic, "place" | "sourceLine"> {
  const place = placeOf(span);
  return (place.column ?? 1) > 200 ? { place } : { place, sourceLine: sourceLineOf(span) };
}

/** "1 argument", "2 arguments". */
export function count(n: number | string, word: string): string {
  return `${n} ${word}${String(n) === "1" ? "" : "s"}`;
}
