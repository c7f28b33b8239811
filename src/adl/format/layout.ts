// Prints the pieces of a file in one style: two blanks for each block, a statement a line, and line breaks inside a
// statement where its writer made them or where the line would be too long. What the writer put on one line in braces stays
// on one line when it fits. Printing twice changes nothing.
import type { Piece, Trivia } from "./pieces.ts";
import { mayKeepBreak, spaced } from "./spacing.ts";
import type { SpacedPiece } from "./spacing.ts";
import type { Block, Part, Statement } from "./structure.ts";
import * as T from "../tokens.ts";

/** Columns of a line that is broken only when longer. */
export const WIDTH = 128;
const STEP = 2;
/** Further in than this, what goes on from a parenthesis is not aligned with it. */
const DEEPEST_ALIGNMENT = 72;

/** The text of a file's statements. */
export function layout(statements: readonly Statement[], end: Piece): string {
  const printer = new Printer(false);
  printer.statements(statements, 0);
  printer.lead(end, 0, statements.length === 0);
  return printer.text();
}

class Printer {
  /** Everything on one line: for pieces that have no line end in them. */
  readonly #flat: boolean;
  readonly #lines: string[] = [];
  #line = "";
  #indent = 0;
  /** The line ends in a comment that goes to its end. */
  #mustBreak = false;

  constructor(flat: boolean) {
    this.#flat = flat;
  }

  text(): string {
    this.#endLine();
    return this.#lines.length === 0 ? "" : `${this.#lines.join("\n")}\n`;
  }

  flatText(): string {
    return this.#line;
  }

  // ---- Lines -------------------------------------------------------------------------------------------------

  #endLine(): void {
    const text = this.#line.trimEnd();
    if (text !== "") this.#lines.push(text);
    this.#line = "";
    this.#mustBreak = false;
  }

  /** Goes to a new line, after an empty one when asked, unless nothing is on this one. */
  #start(indent: number, empty = false): void {
    if (this.#flat) {
      if (this.#line !== "" && !this.#line.endsWith(" ")) this.#line += " ";
      return;
    }
    this.#endLine();
    if (empty && this.#lines.length > 0 && this.#lines.at(-1) !== "") this.#lines.push("");
    this.#indent = indent;
  }

  #put(text: string): void {
    if (this.#line === "" && !this.#flat) this.#line = " ".repeat(this.#indent);
    this.#line += text;
  }

  get #atStart(): boolean {
    return this.#line === "";
  }

  get #column(): number {
    if (this.#atStart) return this.#indent;
    return this.#line.length - (this.#line.lastIndexOf("\n") + 1);
  }

  // ---- Comments ----------------------------------------------------------------------------------------------

  /** A comment or preprocessor line on a line of its own. */
  #own(trivia: Trivia, indent: number): void {
    if (trivia.kind === "directive") {
      this.#line = trivia.text.replace(/[ \t]+(?=\r?\n|$)/g, "").trimEnd();
      this.#mustBreak = true;
      return;
    }
    const shift = indent - trivia.blanks;
    const lines = trivia.text.split("\n").map((line, i) => {
      const text = line.trimEnd();
      if (i === 0 || text === "") return text;
      if (shift >= 0) return " ".repeat(shift) + text;
      const blanks = /^ */.exec(text)?.[0].length ?? 0;
      return text.slice(Math.min(blanks, -shift));
    });
    this.#put(lines.join("\n"));
    this.#mustBreak = trivia.kind === "line";
  }

  /** What stands before a token that begins a line: comments, then the new line. */
  lead(piece: Piece, indent: number, first: boolean): void {
    let fresh = first;
    for (const trivia of piece.trivia) {
      if (trivia.newlines === 0 && !this.#atStart && !this.#mustBreak && trivia.kind !== "directive") {
        this.#behind(trivia);
      } else {
        this.#start(indent, trivia.newlines > 1 && !fresh);
        this.#own(trivia, indent);
      }
      fresh = false;
    }
    const last = piece.trivia.at(-1);
    if (
      last?.kind === "block" &&
      piece.newlines === 0 &&
      !this.#atStart &&
      this.#line.endsWith(last.text.split("\n").at(-1) ?? "")
    ) {
      if (last.newlines > 0 || this.#flat) {
        this.#put(" ");
        return;
      }
    }
    this.#start(indent, piece.newlines > 1 && !fresh && !endsBlock(piece));
  }

  /** A comment behind code, as far from it as it was. */
  #behind(trivia: Trivia): void {
    const lines = trivia.text.split("\n").map((line) => line.trimEnd());
    this.#put(" ".repeat(Math.max(1, trivia.blanks)) + lines.join("\n"));
    this.#mustBreak = trivia.kind === "line";
  }

  // ---- Statements --------------------------------------------------------------------------------------------

  statements(list: readonly Statement[], indent: number, isList = false): void {
    let inCase = false;
    let onCaseLine = false;
    list.forEach((statement, i) => {
      const first = firstOf(statement);
      const inner = inCase && !statement.isCase ? indent + STEP : indent;
      if (onCaseLine && !this.#mustBreak && startsOnLine(first) && this.#fits(statement)) {
        this.#put(" ");
      } else {
        onCaseLine = false;
        this.lead(first, inner, i === 0);
      }
      if (statement.isCase) {
        inCase = true;
        onCaseLine = true;
      }
      this.#statement(statement, inner, isList);
    });
  }

  /** Whether the statement was on one line, and can go on at the end of this one. */
  #fits(statement: Statement): boolean {
    if (!isOnOneLine(statement.parts)) return this.#flat;
    return this.#flat || this.#column + 1 + flatStatement(statement).length <= WIDTH;
  }

  #statement(statement: Statement, indent: number, isList: boolean): void {
    const { parts } = statement;
    const tokens = spaced(parts.flatMap((part) => (part.kind === "token" ? [part.piece] : [])));
    const columns: number[] = [];
    let at = 0;
    parts.forEach((part, i) => {
      const before = parts[i - 1];
      if (part.kind === "token") {
        const token = tokens[at];
        if (!token) return;
        if (before && before.kind !== "token") this.#afterBlock(token, before, indent);
        else this.#token(tokens, at, i === 0, columns, indent, isList);
        at++;
      } else if (part.kind === "block") this.#block(part.block, i === 0, indent, parts[i + 1]);
      else this.#body(part.statement, parts, i, indent);
    });
  }

  /** A token in a statement, on a new line when that is needed or was so and makes sense. */
  #token(
    tokens: readonly SpacedPiece[],
    at: number,
    first: boolean,
    columns: number[],
    indent: number,
    isList: boolean,
  ): void {
    const token = tokens[at] as SpacedPiece;
    const { piece } = token;
    const before = tokens[at - 1]?.piece;
    const next = columns.at(-1) ?? (isList ? indent : indent + 2 * STEP);
    if (!first) {
      let newline = piece.newlines > 0;
      for (const trivia of piece.trivia) {
        newline ||= trivia.newlines > 0;
        if (trivia.newlines === 0 && !this.#mustBreak && trivia.kind !== "directive") this.#behind(trivia);
        else {
          this.#start(next);
          this.#own(trivia, next);
        }
      }
      const mustBreak = this.#mustBreak || piece.trivia.some((t) => t.kind !== "block" || t.newlines > 0);
      const kept = newline && (isList || mayKeepBreak(token, before));
      const long =
        token.mayBreak &&
        next < this.#column &&
        this.#column + (token.blank ? 1 : 0) + unitWidth(tokens, at) > WIDTH;
      if (!this.#flat && (mustBreak || kept || long)) {
        if (before && isOpen(before) && columns.length > 0) columns[columns.length - 1] = indent + 2 * STEP;
        this.#start(before && isOpen(before) ? indent + 2 * STEP : next);
      } else if (token.blank || piece.trivia.length > 0) this.#put(" ");
    }
    this.#put(piece.image);
    if (isOpen(piece)) columns.push(this.#column > DEEPEST_ALIGNMENT ? indent + 2 * STEP : this.#column);
    else if (piece.type === T.CloseParen || piece.type === T.CloseBracket) columns.pop();
  }

  /** `else`, `while`, `catch` or `;` behind what is under a header. */
  #afterBlock({ piece }: SpacedPiece, before: Part, indent: number): void {
    const comments = piece.trivia.length > 0;
    if (piece.type === T.Semicolon && !comments) {
      this.#put(";");
      return;
    }
    const apart = before.kind === "body" || (piece.newlines > 0 && isOnOneLine([before]));
    if (comments || (apart && !this.#flat)) this.lead(piece, indent, true);
    else if (!this.#line.endsWith(" ")) this.#put(" ");
    this.#put(piece.image);
  }

  #block(block: Block, first: boolean, indent: number, after: Part | undefined): void {
    if (!first) {
      if (block.open.trivia.length > 0) {
        this.lead(block.open, indent, true);
      } else if (!this.#atStart) this.#put(" ");
    }
    if (isOnOneLine([{ kind: "block", block }], true)) {
      const text = flatBlock(block);
      const tail = after?.kind === "token" && after.piece.type === T.Semicolon ? 1 : 0;
      if (this.#flat || this.#column + text.length + tail <= WIDTH) {
        this.#put(text);
        return;
      }
    }
    this.#put("{");
    this.statements(block.statements, indent + STEP, block.isList);
    this.lead(block.close, indent + STEP, block.statements.length === 0);
    this.#indent = indent;
    this.#put("}");
  }

  #body(statement: Statement, parts: readonly Part[], at: number, indent: number): void {
    const before = parts[at - 1];
    const first = firstOf(statement);
    const elseIf = before?.kind === "token" && before.piece.type === T.Else && first.type === T.If;
    if (this.#flat || (elseIf && first.trivia.length === 0)) {
      this.#put(" ");
      this.#statement(statement, indent, false);
      return;
    }
    const sameLine = startsOnLine(first) && !this.#mustBreak;
    const label = before?.kind === "token" && before.piece.type === T.Colon;
    if (sameLine && (label || (isOnOneLine(statement.parts) && this.#fits(statement)))) {
      this.#put(" ");
      this.#statement(statement, indent, false);
      return;
    }
    this.lead(first, indent + STEP, true);
    this.#statement(statement, indent + STEP, false);
  }
}

// ---- Measures --------------------------------------------------------------------------------------------------

function endsBlock(piece: Piece): boolean {
  return piece.type === undefined || piece.type === T.CloseBrace;
}

function isOpen(piece: Piece): boolean {
  return piece.type === T.OpenParen || piece.type === T.OpenBracket;
}

function firstOf(statement: Statement): Piece {
  const part = statement.parts[0];
  if (!part) throw new Error("a statement has at least one part");
  return part.kind === "token"
    ? part.piece
    : part.kind === "block"
      ? part.block.open
      : firstOf(part.statement);
}

/** Whether the token follows on the line of the one before it. */
function startsOnLine(piece: Piece): boolean {
  return piece.newlines === 0 && piece.trivia.every((t) => t.newlines === 0 && t.kind === "block");
}

function isPlain(piece: Piece): boolean {
  return (
    startsOnLine(piece) && !piece.image.includes("\n") && piece.trivia.every((t) => !t.text.includes("\n"))
  );
}

/** Whether no line ends inside; what is before the first token does not count. */
function isOnOneLine(parts: readonly Part[], skipFirst = true): boolean {
  return parts.every((part, i) => {
    const free = skipFirst && i === 0;
    if (part.kind === "token") return (free && !part.piece.image.includes("\n")) || isPlain(part.piece);
    if (part.kind === "body") return isOnOneLine(part.statement.parts, free);
    const { open, statements, close } = part.block;
    return (free || isPlain(open)) && isPlain(close) && statements.every((s) => isOnOneLine(s.parts, false));
  });
}

function flatStatement(statement: Statement): string {
  const printer = new Printer(true);
  printer.statements([statement], 0);
  return printer.flatText();
}

function flatBlock(block: Block): string {
  if (block.statements.length === 0 && block.close.trivia.length === 0) return "{}";
  const printer = new Printer(true);
  printer.statements(block.statements, 0, block.isList);
  printer.lead(block.close, 0, false);
  return `{ ${printer.flatText().trim()} }`;
}

/** Columns from a token to the next place where the line may be broken. */
function unitWidth(tokens: readonly SpacedPiece[], at: number): number {
  let width = 0;
  for (let i = at; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token || (i > at && token.mayBreak)) break;
    width += token.piece.image.length + (i > at && token.blank ? 1 : 0);
  }
  return width;
}
