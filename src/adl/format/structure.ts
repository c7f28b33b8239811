// The brackets and statements of a text, as far as layout needs them: a token formatter that knows where statements
// begin. It looks at tokens only, so macros may stand anywhere, and a text whose meaning is wrong is still laid out.
import type { Piece } from "./pieces.ts";
import * as T from "../tokens.ts";

/** A token, a block in braces, or a statement under a header (`if (…) x = 1;`). */
export type Part =
  | { readonly kind: "token"; readonly piece: Piece }
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "body"; readonly statement: Statement };

export interface Statement {
  readonly parts: readonly Part[];
  /** `case 1:`, `default:`: what follows is indented under it. */
  readonly isCase: boolean;
}

export interface Block {
  readonly open: Piece;
  readonly statements: readonly Statement[];
  readonly close: Piece;
  /** `enum { A, B }`: a list of names, no statements. */
  readonly isList: boolean;
}

/** Braces or parentheses that do not pair up in this file alone. */
export class Unpaired extends Error {
  readonly piece: Piece;
  constructor(piece: Piece, reason = "brackets do not pair up in this file alone") {
    super(reason);
    this.piece = piece;
  }
}

const HEADED = new Set(["if", "while", "for", "switch", "catch"]);
/** Words that go on with a value on a new line. */
const CONTINUING = new Set(["from", "estimate", "percent", "else", "const"]);
const MAX_DEPTH = 200;

/** The statements of a file. Throws Unpaired. */
export function structureOf(pieces: readonly Piece[]): { statements: Statement[]; end: Piece } {
  const reader = new Reader(pieces);
  const statements = reader.statements();
  const end = reader.next();
  if (end.type !== undefined) throw new Unpaired(end);
  return { statements, end };
}

/** Whether a value may end with this token. */
export function endsOperand(piece: Piece): boolean {
  const type = piece.type;
  return (
    type === T.Identifier ||
    type === T.IntegerLiteral ||
    type === T.FloatLiteral ||
    type === T.StringLiteral ||
    type === T.DocString ||
    type === T.True ||
    type === T.False ||
    type === T.CloseParen ||
    type === T.CloseBracket
  );
}

/** Whether a value or a statement may begin with this token, and no value goes on with it. */
function beginsAnew(piece: Piece): boolean {
  if (piece.type === T.StringLiteral || piece.type === T.OpenParen) return false;
  return piece.type !== undefined && /^[A-Za-z_0-9"]/.test(piece.image) && !CONTINUING.has(piece.image);
}

class Reader {
  readonly #pieces: readonly Piece[];
  #at = 0;
  #depth = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  next(): Piece {
    return this.#pieces[Math.min(this.#at, this.#pieces.length - 1)] as Piece;
  }

  #after(): Piece {
    return this.#pieces[Math.min(this.#at + 1, this.#pieces.length - 1)] as Piece;
  }

  #take(): Piece {
    const piece = this.next();
    this.#at++;
    return piece;
  }

  /** Up to a closing brace or the end. */
  statements(): Statement[] {
    const list: Statement[] = [];
    while (this.next().type !== undefined && this.next().type !== T.CloseBrace) list.push(this.#statement());
    return list;
  }

  #block(isList: boolean): Block {
    if (++this.#depth > MAX_DEPTH) throw new Unpaired(this.next(), "statements are nested too deeply");
    const open = this.#take();
    const statements = this.statements();
    const close = this.next();
    if (close.type !== T.CloseBrace) throw new Unpaired(open);
    this.#take();
    this.#depth--;
    return { open, statements, close, isList };
  }

  /** A group in parentheses, all of whose tokens are taken as they come. */
  #group(parts: Part[]): void {
    const open = this.next();
    let depth = 0;
    do {
      const piece = this.next();
      if (piece.type === undefined) throw new Unpaired(open);
      if (isOpen(piece)) depth++;
      else if (isClose(piece) && --depth < 0) throw new Unpaired(piece);
      parts.push({ kind: "token", piece: this.#take() });
    } while (depth > 0);
  }

  #statement(): Statement {
    if (++this.#depth > MAX_DEPTH) throw new Unpaired(this.next(), "statements are nested too deeply");
    const parts: Part[] = [];
    const first = this.next();
    let isCase = false;
    if (HEADED.has(first.image) && this.#after().type === T.OpenParen) {
      parts.push({ kind: "token", piece: this.#take() });
      this.#group(parts);
      this.#body(parts);
      if (first.image === "if") this.#otherwise(parts);
    } else if (first.type === T.Do || (first.image === "try" && this.#after().type === T.OpenBrace)) {
      parts.push({ kind: "token", piece: this.#take() });
      this.#body(parts);
      if (first.type === T.Do) {
        while (this.next().image === "while" || this.next().type === T.OpenParen) {
          if (this.next().type === T.OpenParen) this.#group(parts);
          else parts.push({ kind: "token", piece: this.#take() });
        }
        if (this.next().type === T.Semicolon) parts.push({ kind: "token", piece: this.#take() });
      } else {
        while (this.next().image === "catch" && this.#after().type === T.OpenParen) {
          parts.push({ kind: "token", piece: this.#take() });
          this.#group(parts);
          this.#body(parts);
        }
      }
    } else if (first.type === T.Case || (first.type === T.Default && this.#after().type === T.Colon)) {
      isCase = true;
      let questions = 0;
      for (;;) {
        const piece = this.next();
        if (piece.type === undefined || piece.type === T.CloseBrace || piece.type === T.Semicolon) break;
        if (isOpen(piece)) {
          this.#group(parts);
          continue;
        }
        parts.push({ kind: "token", piece: this.#take() });
        if (piece.type === T.Question) questions++;
        if (piece.type === T.Colon && questions-- === 0) break;
      }
    } else if (first.type === T.Identifier && this.#after().type === T.Colon) {
      parts.push({ kind: "token", piece: this.#take() }, { kind: "token", piece: this.#take() });
      if (this.next().type !== T.CloseBrace && this.next().type !== undefined) this.#body(parts);
    } else this.#plain(parts);
    const last = parts.at(-1);
    if (last?.kind === "block" && this.next().type === T.Semicolon)
      parts.push({ kind: "token", piece: this.#take() });
    this.#depth--;
    return { parts, isCase };
  }

  /** What stands under a header: a block, or one statement. */
  #body(parts: Part[]): void {
    const piece = this.next();
    if (piece.type === T.OpenBrace) parts.push({ kind: "block", block: this.#block(false) });
    else if (piece.type !== undefined && piece.type !== T.CloseBrace)
      parts.push({ kind: "body", statement: this.#statement() });
  }

  #otherwise(parts: Part[]): void {
    if (this.next().type !== T.Else) return;
    parts.push({ kind: "token", piece: this.#take() });
    if (this.next().type === T.If) parts.push({ kind: "body", statement: this.#statement() });
    else this.#body(parts);
  }

  /** Everything up to a semicolon, a block, or a line end behind which something new must begin. */
  #plain(parts: Part[]): void {
    const first = this.next();
    let last: Piece | undefined;
    for (;;) {
      const piece = this.next();
      if (piece.type === undefined || piece.type === T.CloseBrace) return;
      const newline = piece.newlines > 0 || piece.trivia.some((t) => t.newlines > 0);
      if (last && newline && endsOperand(last) && beginsAnew(piece)) return;
      if (last && (piece.type === T.Define || piece.type === T.Defmod)) return;
      if (isClose(piece)) throw new Unpaired(piece);
      if (piece.type === T.OpenBrace) {
        parts.push({ kind: "block", block: this.#block(first.type === T.Enum) });
        return;
      }
      if (isOpen(piece)) {
        this.#group(parts);
        const end = parts.at(-1);
        if (end?.kind === "token") last = end.piece;
        continue;
      }
      parts.push({ kind: "token", piece: this.#take() });
      last = piece;
      if (piece.type === T.Semicolon) return;
    }
  }
}

function isOpen(piece: Piece): boolean {
  return piece.type === T.OpenParen || piece.type === T.OpenBracket || piece.type === T.OpenBrace;
}

function isClose(piece: Piece): boolean {
  return piece.type === T.CloseParen || piece.type === T.CloseBracket || piece.type === T.CloseBrace;
}
