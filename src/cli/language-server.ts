// A language server for descriptions: diagnostics when a file is opened or saved, formatting, and an outline. Messages
// come in and go out as values; the streams are the command's business.
//
// A file that others import means something only together with them, so that what is checked is the file that imports it,
// and the one that imports that, as far as they lie in the same folder.
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { adlCheck } from "../adl/index.ts";
import { formatDescription } from "../adl/format/index.ts";
import { outlineOf } from "../adl/outline.ts";
import type { OutlineEntry } from "../adl/outline.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import { DiagnosticError } from "../base/diagnostic.ts";

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
}

const METHOD_NOT_FOUND = -32601;
const INTERNAL = -32603;
const LONGEST_CHAIN = 8;
/** The protocol's numbers. */
const SEVERITY = { error: 1, warning: 2, note: 3 } as const;
const SYMBOL = { block: 5, function: 12 } as const;
const FULL_TEXT = 1;

export class LanguageServer {
  readonly #send: (message: unknown) => void;
  /** Texts of open files by their paths, as the editor has them. */
  readonly #open = new Map<string, string>();
  /** Files that were last sent diagnostics, by the file that was checked. */
  readonly #reported = new Map<string, readonly string[]>();
  #stopped = false;

  constructor(send: (message: unknown) => void) {
    this.#send = send;
  }

  /** Whether the editor said goodbye before it left. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes one message. Never throws for a client's fault. */
  handle(message: unknown): void {
    const { id, method, params } = (
      typeof message === "object" && message !== null ? message : {}
    ) as Message;
    if (method === undefined) return; // an answer: nothing is ever asked
    let result: unknown;
    try {
      result = this.#call(method, params);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (id !== undefined) this.#send({ jsonrpc: "2.0", id, error: { code: INTERNAL, message: text } });
      return;
    }
    if (id === undefined) return;
    if (result === undefined)
      this.#send({ jsonrpc: "2.0", id, error: { code: METHOD_NOT_FOUND, message: `no method ${method}` } });
    else this.#send({ jsonrpc: "2.0", id, result });
  }

  /** The result; undefined where there is no such method. */
  #call(method: string, params: unknown): unknown {
    const p = (params ?? {}) as {
      textDocument?: { uri?: string; text?: string };
      contentChanges?: readonly { text?: string }[];
    };
    const path = pathOf(p.textDocument?.uri);
    switch (method) {
      case "initialize":
        return {
          serverInfo: { name: "blockwatt" },
          capabilities: {
            textDocumentSync: { openClose: true, change: FULL_TEXT, save: true },
            documentFormattingProvider: true,
            documentSymbolProvider: true,
          },
        };
      case "shutdown":
        this.#stopped = true;
        return null;
      case "textDocument/didOpen":
        if (path !== undefined) {
          this.#open.set(path, p.textDocument?.text ?? "");
          this.#check(path);
        }
        return null;
      case "textDocument/didChange":
        if (path !== undefined) this.#open.set(path, p.contentChanges?.at(-1)?.text ?? "");
        return null;
      case "textDocument/didSave":
        if (path !== undefined) this.#check(path);
        return null;
      case "textDocument/didClose":
        if (path !== undefined) this.#open.delete(path);
        return null;
      case "textDocument/formatting":
        return path === undefined ? [] : this.#format(path);
      case "textDocument/documentSymbol":
        return path === undefined ? [] : outlineOf(path, this.#textOf(path)).map(symbolOf);
      default:
        // Notifications that a server may leave aside.
        return method.startsWith("$/") || method === "initialized" || method === "exit" ? null : undefined;
    }
  }

  #textOf(path: string): string {
    return this.#open.get(path) ?? readFileSync(path, "utf8");
  }

  #format(path: string): unknown[] {
    const before = this.#textOf(path);
    const { text } = formatDescription(path, before);
    if (text === before) return [];
    const lines = before.split("\n");
    const end = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    return [{ range: { start: { line: 0, character: 0 }, end }, newText: text }];
  }

  /** Checks what the file belongs to, and sends the findings file by file; files that had some and have none get none. */
  #check(path: string): void {
    const root = rootOf(path);
    let findings: readonly Diagnostic[];
    try {
      findings = adlCheck([relative("", root) || root]);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      findings = error.diagnostics;
    }
    const byFile = new Map<string, Diagnostic[]>();
    for (const finding of findings) {
      const file = resolve(finding.place?.file ?? root);
      const list = byFile.get(file);
      if (list) list.push(finding);
      else byFile.set(file, [finding]);
    }
    const clean = [path, ...(this.#reported.get(root) ?? [])].filter((file) => !byFile.has(file));
    for (const file of new Set(clean)) this.#publish(file, []);
    for (const [file, list] of byFile) this.#publish(file, list);
    this.#reported.set(root, [...byFile.keys()]);
  }

  #publish(file: string, list: readonly Diagnostic[]): void {
    this.#send({
      jsonrpc: "2.0",
      method: "textDocument/publishDiagnostics",
      params: { uri: pathToFileURL(file).href, diagnostics: list.map(diagnosticOf) },
    });
  }
}

function pathOf(uri: string | undefined): string | undefined {
  try {
    return uri === undefined ? undefined : fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** The file that imports this one, as far up as there is one in the same folder. */
function rootOf(path: string): string {
  let root = path;
  for (let n = 0; n < LONGEST_CHAIN; n++) {
    const above = importerOf(root);
    if (above === undefined || above === path) return root;
    root = above;
  }
  return root;
}

function importerOf(path: string): string | undefined {
  const folder = dirname(path);
  const name = basename(path).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const line = new RegExp(`^[ \\t]*#[ \\t]*(?:import|include)[ \\t]*["<](?:\\./)?${name}[">]`, "m");
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return undefined;
  }
  for (const other of names) {
    if (!/\.u?adl$/.test(other) || other === basename(path)) continue;
    try {
      if (line.test(readFileSync(join(folder, other), "utf8"))) return join(folder, other);
    } catch {
      // A file that cannot be read imports nothing.
    }
  }
  return undefined;
}

function diagnosticOf({ code, severity, message, place, help }: Diagnostic): unknown {
  const line = (place?.line ?? 1) - 1;
  const start = (place?.column ?? 1) - 1;
  return {
    range: { start: { line, character: start }, end: { line, character: start + (place?.length ?? 1) } },
    severity: SEVERITY[severity],
    code,
    source: "blockwatt",
    message: help === undefined ? message : `${message}\n${help}`,
  };
}

function symbolOf({ name, detail, kind, line, column, endLine, endColumn, children }: OutlineEntry): unknown {
  const start = { line: line - 1, character: column - 1 };
  const end = { line: endLine - 1, character: endColumn - 1 };
  return {
    name,
    detail,
    kind: SYMBOL[kind],
    range: { start, end },
    selectionRange: { start, end },
    children: children.map(symbolOf),
  };
}
