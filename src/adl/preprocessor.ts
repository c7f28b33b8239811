// The preprocessor: #import, #include, #define with and without arguments, #undef, conditionals, #error. It works on
// tokens, not on text, so every token keeps its own place and messages point into the right file.
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluateCondition } from "./condition.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import { spanOf, tokenize, tokenizeDirective } from "./lexer.ts";
import type { Token } from "./lexer.ts";
import { readSourceText } from "./source-text.ts";
import type { SourceFile, Span } from "./source.ts";
import { Macros } from "./macros.ts";
import { Directive, Identifier } from "./tokens.ts";

/** The shared descriptions (instruction sets) that any core may import. */
const SHARED_FOLDER = fileURLToPath(new URL("../../adl", import.meta.url));

export interface PreprocessedText {
  readonly tokens: Token[];
  readonly files: readonly SourceFile[];
}

interface Conditional {
  readonly place: Span;
  /** This branch's text counts. */
  active: boolean;
  /** Some branch was already taken, or the whole conditional lies in dead text. */
  done: boolean;
  elseSeen: boolean;
}

/** What a command line may add to a description. */
export interface SourceOptions {
  /** Folders that imports are searched in, after the importing file's own. Files below them may be imported. */
  readonly importFolders?: readonly string[];
  /** Macros that are defined from the start: name → text ("" for a bare definition). */
  readonly defines?: Readonly<Record<string, string>>;
}

/** Reads a description with everything it imports. Faults are reported; the tokens of what could be read come back. */
export function preprocess(path: string, findings: Findings, options: SourceOptions = {}): PreprocessedText {
  return new Preprocessor(path, findings, options).run();
}

class Preprocessor {
  readonly #path: string;
  readonly #findings: Findings;
  readonly #macros: Macros;
  readonly #output: Token[] = [];
  readonly #files: SourceFile[] = [];
  readonly #imported = new Set<string>();
  readonly #open: string[] = [];
  readonly #options: SourceOptions;
  #roots: string[] = [];
  #full = false;

  constructor(path: string, findings: Findings, options: SourceOptions) {
    this.#path = path;
    this.#findings = findings;
    this.#options = options;
    this.#macros = new Macros(findings);
  }

  run(): PreprocessedText {
    const folders = this.#options.importFolders ?? [];
    this.#roots = [dirname(resolve(this.#path)), SHARED_FOLDER, ...folders.map((f) => resolve(f))].map(
      realOrSame,
    );
    for (const [name, text] of Object.entries(this.#options.defines ?? {})) this.#define(name, text);
    this.#file(this.#path, undefined, true);
    return { tokens: this.#full || this.#macros.exhausted ? [] : this.#output, files: this.#files };
  }

  /** A macro of the command line; it stands in a source of its own, so that messages can show it. */
  #define(name: string, text: string): void {
    const source: SourceFile = { name: "-D", path: "-D", text: `${name} ${text}` };
    this.#macros.define(tokenize(source, this.#findings), { source, offset: 0, length: name.length });
  }

  /** Where an import lies: beside the importing file, or in the first import folder that has it. */
  #locate(target: string, from: string): string {
    const beside = join(dirname(from), target);
    if (existsSync(beside)) return beside;
    for (const folder of this.#options.importFolders ?? []) {
      const there = join(folder, target);
      if (existsSync(there)) return there;
    }
    return beside;
  }

  #file(path: string, from: Span | undefined, once: boolean): void {
    const source = this.#read(path, from, once);
    if (!source) return;
    this.#files.push(source);
    this.#open.push(source.path);
    this.#tokens(tokenize(source, this.#findings));
    this.#open.pop();
  }

  #read(path: string, from: Span | undefined, once: boolean): SourceFile | undefined {
    let real: string;
    try {
      real = realpathSync(path);
      const status = statSync(real);
      if (!status.isFile()) {
        this.#findings.error("BW0110", from, `${path} is not a file`);
        return undefined;
      }
      if (status.size > LIMITS.fileBytes) {
        this.#findings.error("BW0111", from, `${path} is larger than ${LIMITS.fileBytes} bytes`);
        return undefined;
      }
    } catch {
      this.#findings.error(
        "BW0110",
        from,
        `cannot read ${path}`,
        "paths of imports start from the importing file's folder, or from a folder given with -I",
      );
      return undefined;
    }
    if (from && !this.#roots.some((root) => real.startsWith(root + sep))) {
      this.#findings.error(
        "BW0112",
        from,
        `${path} lies outside the description's folder`,
        "import only files below the folder of the main file, a folder given with -I, or the shared adl folder",
      );
      return undefined;
    }
    if (this.#open.includes(real)) {
      this.#findings.error("BW0113", from, `${path} imports itself, directly or through others`);
      return undefined;
    }
    if (this.#open.length >= LIMITS.importDepth || this.#files.length >= LIMITS.files) {
      this.#findings.error("BW0114", from, "too many nested imports");
      return undefined;
    }
    if (once && this.#imported.has(real)) return undefined;
    this.#imported.add(real);
    try {
      return { name: path, path: real, text: readSourceText(real) };
    } catch {
      this.#findings.error("BW0110", from, `cannot read ${path}`);
      return undefined;
    }
  }

  #tokens(tokens: Token[]): void {
    const conditionals: Conditional[] = [];
    let run: Token[] = [];
    const flush = (): void => {
      if (run.length === 0) return;
      const room = LIMITS.tokens - this.#output.length;
      const expanded = this.#macros.expand(run, room);
      if (expanded.length >= room && !this.#full) {
        this.#full = true;
        this.#findings.error(
          "BW0118",
          run[0] && spanOf(run[0]),
          `the description grows beyond ${LIMITS.tokens} tokens`,
        );
      }
      for (const token of expanded) this.#output.push(token);
      run = [];
    };
    for (const token of tokens) {
      if (this.#full) return;
      const active = conditionals.every((c) => c.active);
      if (token.tokenType !== Directive) {
        if (active) run.push(token);
        continue;
      }
      flush();
      this.#directive(token, conditionals, active);
    }
    flush();
    for (const open of conditionals)
      this.#findings.error("BW0116", open.place, "conditional without its #endif");
  }

  #directive(token: Token, conditionals: Conditional[], active: boolean): void {
    const place = spanOf(token);
    const match = /^#[ \t]*([A-Za-z]*)/.exec(token.image);
    const name = match?.[1] ?? "";
    const skip = match?.[0].length ?? 1;
    // Continuation backslashes become blanks of the same length, so that offsets stay true.
    const text = token.image.slice(skip).replace(/\\[ \t]*\r?\n/g, (m) => " ".repeat(m.length));
    const named: Span = { ...place, length: skip };
    const last = conditionals.at(-1);
    switch (name) {
      case "ifdef":
      case "ifndef":
      case "if": {
        let value = false;
        if (active) {
          const body = tokenizeDirective(token.payload, this.#findings, text, token.startOffset + skip);
          if (name === "if") value = evaluateCondition(body, this.#macros, this.#findings, named);
          else {
            const symbol = body[0];
            if (symbol?.tokenType !== Identifier)
              this.#findings.error("BW0115", named, `#${name} needs a name`);
            else value = this.#macros.has(symbol.image) === (name === "ifdef");
          }
        }
        conditionals.push({ place: named, active: active && value, done: !active || value, elseSeen: false });
        return;
      }
      case "elif":
      case "else":
        if (!last) {
          this.#findings.error("BW0116", named, `#${name} without #if`);
          return;
        }
        if (last.elseSeen) this.#findings.error("BW0116", named, `#${name} after #else`);
        if (name === "else") {
          last.elseSeen = true;
          last.active = !last.done;
        } else {
          const body = tokenizeDirective(token.payload, this.#findings, text, token.startOffset + skip);
          last.active = !last.done && evaluateCondition(body, this.#macros, this.#findings, named);
        }
        last.done ||= last.active;
        return;
      case "endif":
        if (!conditionals.pop()) this.#findings.error("BW0116", named, "#endif without #if");
        return;
    }
    if (!active) return;
    switch (name) {
      case "import":
      case "include": {
        const file = /^[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/.exec(text);
        const target = file?.[1] ?? file?.[2];
        if (target === undefined || target.includes("\0")) {
          this.#findings.error("BW0115", named, `#${name} needs a file name in quotes`);
          return;
        }
        const at: Span = {
          ...place,
          offset: place.offset + skip + text.indexOf(target) - 1,
          length: target.length + 2,
        };
        this.#file(this.#locate(target, token.payload.name), at, name === "import");
        return;
      }
      case "define": {
        const body = tokenizeDirective(token.payload, this.#findings, text, token.startOffset + skip);
        this.#macros.define(body, named);
        return;
      }
      case "undef": {
        const symbol = tokenizeDirective(token.payload, this.#findings, text, token.startOffset + skip)[0];
        if (symbol?.tokenType !== Identifier) this.#findings.error("BW0115", named, "#undef needs a name");
        else this.#macros.undefine(symbol.image);
        return;
      }
      case "error":
        this.#findings.error("BW0117", named, `#error ${text.trim().slice(0, 200)}`);
        return;
      case "line":
      case "pragma":
        return;
      default:
        this.#findings.error(
          "BW0115",
          named,
          `unknown preprocessor directive #${name}`,
          didYouMean(name, [
            "import",
            "include",
            "define",
            "undef",
            "ifdef",
            "ifndef",
            "if",
            "elif",
            "else",
            "endif",
            "error",
          ]),
        );
    }
  }
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
