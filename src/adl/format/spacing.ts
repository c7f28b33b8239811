// Blanks between the tokens of a statement, and the places where its lines may be broken.
import { endsOperand } from "./structure.ts";
import type { Piece } from "./pieces.ts";
import * as T from "../tokens.ts";

export interface SpacedPiece {
  readonly piece: Piece;
  /** Whether a blank stands before it. */
  readonly blank: boolean;
  /** Whether a line may be broken before it. */
  readonly mayBreak: boolean;
}

const BINARY = new Set([
  T.Operator,
  T.Less,
  T.Ampersand,
  T.Plus,
  T.Minus,
  T.AssignOperator,
  T.Equals,
  T.Question,
]);
const TEMPLATES = new Set(["bits", "sbits", "template"]);
/** Words behind which a parenthesis is no call. */
const BEFORE_PAREN = new Set([
  "if",
  "while",
  "for",
  "switch",
  "catch",
  "define",
  "defmod",
  "return",
  "case",
  "else",
]);

/** The tokens of one statement, parentheses included, without the blocks in it. */
export function spaced(pieces: readonly Piece[]): SpacedPiece[] {
  const angles = templateBrackets(pieces);
  const tight = new Set([...unitOperators(pieces), ...tightOperators(pieces)]);
  const parens: { isHeader: boolean }[] = [];
  let questions = 0;
  let unary = false;
  return pieces.map((piece, at): SpacedPiece => {
    const before = pieces[at - 1];
    const header = parens.at(-1)?.isHeader ?? false;
    const wasUnary = unary;
    unary = isUnary(piece, before, angles.has(at));
    if (piece.type === T.OpenParen || piece.type === T.OpenBracket)
      parens.push({ isHeader: before?.type === T.Define || before?.type === T.Defmod });
    else if (piece.type === T.CloseParen || piece.type === T.CloseBracket) parens.pop();
    if (piece.type === T.Question) questions++;
    let colonOfChoice = false;
    if (piece.type === T.Colon && questions > 0) {
      questions--;
      colonOfChoice = true;
    }
    if (!before) return { piece, blank: false, mayBreak: false };
    return {
      piece,
      blank: blankBefore() || wouldJoin(before, piece),
      mayBreak: !header && breakBefore(),
    };

    function blankBefore(): boolean {
      if (!before) return false;
      const type = piece.type;
      const last = before.type;
      if (type === T.Semicolon || type === T.Comma || type === T.CloseParen || type === T.CloseBracket)
        return false;
      if (last === T.OpenParen || last === T.OpenBracket) return false;
      if (type === T.Dot || last === T.Dot || type === T.Scope || last === T.Scope) return false;
      if (angles.has(at)) return false;
      if (angles.has(at - 1)) return before.image === ">" && type !== T.OpenParen && type !== T.Dot;
      if (last === T.Comma)
        return parens.length === (isOpening(piece) ? 1 : 0) || beginsDeclaration(pieces, at);
      if (wasUnary || tight.has(at) || tight.has(at - 1)) return false;
      if (type === T.Colon) return colonOfChoice;
      if (last === T.Colon) return true;
      if (header && (type === T.Equals || last === T.Equals)) return false;
      if (type === T.Increment) return !endsOperand(before);
      if (last === T.Increment) return endsOperand(piece) ? !unaryIncrement(pieces, at - 1) : true;
      if (type === T.OpenBracket) return false;
      if (type === T.OpenParen) {
        if (BEFORE_PAREN.has(before.image)) return true;
        return !endsOperand(before) && before.image !== "func";
      }
      if (last === T.Not || last === T.Tilde) return false;
      if (type === T.Not || type === T.Tilde) return true;
      return true;
    }

    function breakBefore(): boolean {
      if (!before) return false;
      const last = before.type;
      const type = piece.type;
      if (type === T.Semicolon || type === T.Comma || type === T.CloseParen || type === T.CloseBracket)
        return false;
      if (angles.has(at) || angles.has(at - 1) || tight.has(at) || tight.has(at - 1)) return false;
      if (type === T.OpenParen && !blankBefore()) return last === T.OpenParen;
      if (last === T.Comma || last === T.OpenParen) return true;
      if (last === T.Colon && questions === 0 && !parens.length) return false;
      if (isBinary(before) && !wasUnary && last !== T.Equals) return true;
      if (piece.image === "from" || piece.image === "estimate") return endsOperand(before);
      return type === T.StringLiteral && last === T.StringLiteral;
    }
  });
}

/** Breaks that are kept where the writer made them, though none is made there to save room: before operators, after `=`. */
export function mayKeepBreak({ piece, blank, mayBreak }: SpacedPiece, before: Piece | undefined): boolean {
  if (mayBreak) return true;
  if (before?.type === T.Equals) return piece.type !== T.Func && piece.type !== T.Semicolon;
  return blank && (isBinary(piece) || piece.type === T.Colon) && piece.type !== T.Equals;
}

function isOpening(piece: Piece): boolean {
  return piece.type === T.OpenParen || piece.type === T.OpenBracket;
}

function isBinary(piece: Piece): boolean {
  return piece.type !== undefined && BINARY.has(piece.type);
}

/** Whether the operator has no left side. */
function isUnary(piece: Piece, before: Piece | undefined, isAngle: boolean): boolean {
  if (isAngle) return false;
  const type = piece.type;
  if (type === T.Not || type === T.Tilde) return true;
  const sign = type === T.Minus || type === T.Plus || type === T.Ampersand || piece.image === "*";
  return sign && (!before || !endsOperand(before));
}

function unaryIncrement(pieces: readonly Piece[], at: number): boolean {
  const before = pieces[at - 1];
  return !before || !endsOperand(before);
}

/** Positions of the `<` and `>` of `bits<32>`, `.get<8>(…)`, `template <…>`. */
function templateBrackets(pieces: readonly Piece[]): Set<number> {
  const found = new Set<number>();
  for (let at = 1; at < pieces.length; at++) {
    if (pieces[at]?.type !== T.Less) continue;
    const before = pieces[at - 1];
    const method =
      pieces[at - 2]?.type === T.Dot &&
      pieces[at + 1]?.type === T.IntegerLiteral &&
      pieces[at + 2]?.image === ">" &&
      pieces[at + 3]?.type === T.OpenParen;
    if (!method && !TEMPLATES.has(before?.image ?? "")) continue;
    let depth = 0;
    for (let end = at; end < pieces.length; end++) {
      const piece = pieces[end];
      if (piece?.type === T.Less) depth++;
      else if (piece?.image === ">" && --depth === 0) {
        found.add(at).add(end);
        break;
      } else if (piece?.type === T.Semicolon) break;
    }
  }
  return found;
}

/** Positions of the `/` and `*` in units: `5 mW/MHz`. */
function unitOperators(pieces: readonly Piece[]): Set<number> {
  const found = new Set<number>();
  pieces.forEach((piece, at) => {
    if (piece.image !== "/" && piece.image !== "*") return;
    const number = pieces[at - 2]?.type;
    const literal = number === T.IntegerLiteral || number === T.FloatLiteral || found.has(at - 2);
    if (literal && pieces[at - 1]?.type === T.Identifier) found.add(at);
  });
  return found;
}

/** Arithmetic inside parentheses that was written without blanks, `CR(4*BF,4*BF+3)`, stays so. */
function tightOperators(pieces: readonly Piece[]): Set<number> {
  const found = new Set<number>();
  let depth = 0;
  pieces.forEach((piece, at) => {
    if (isOpening(piece)) depth++;
    else if (piece.type === T.CloseParen || piece.type === T.CloseBracket) depth--;
    const arithmetic = piece.type === T.Plus || piece.type === T.Minus || "*/%".includes(piece.image);
    if (depth > 0 && at > 0 && arithmetic && piece.gap === "" && pieces[at + 1]?.gap === "") found.add(at);
  });
  return found;
}

/** Whether two tokens without a blank between them would be read as others: `- -x`, `a / *b`. */
function wouldJoin(before: Piece, piece: Piece): boolean {
  const pair = before.image.slice(-1) + piece.image.slice(0, 1);
  return (
    /^(?:\+\+|--|<<|>>|&&|\|\||::|\/\/|\/\*|[-+*/%&|^<>=!]=|[A-Za-z0-9_]{2}|"")$/.test(pair) ||
    /^\d+\.$/.test(before.image + piece.image)
  );
}

/** Whether `bits<8> x` or `unsigned n` stands here: a parameter, not an argument. */
function beginsDeclaration(pieces: readonly Piece[], at: number): boolean {
  if (pieces[at]?.type === T.Const) return true;
  if (pieces[at]?.type !== T.Identifier) return false;
  let end = at + 1;
  if (pieces[end]?.type === T.Less && TEMPLATES.has(pieces[at]?.image ?? "")) {
    while (end < pieces.length && pieces[end]?.image !== ">") end++;
    end++;
  }
  if (pieces[end]?.type === T.Ampersand) end++;
  const next = pieces[end];
  return next?.type === T.Identifier && next.image !== "from" && next.image !== "estimate";
}
