// Macros of the preprocessor, with and without arguments. Expansion goes over a list of tokens; a macro is never
// expanded inside its own expansion, and the room for the result is bounded, so it always ends.
import { count } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { LIMITS } from "./limits.ts";
import { joinedTokens, spanOf } from "./lexer.ts";
import type { Hidden, Token } from "./lexer.ts";
import type { Span } from "./source.ts";
import { CloseParen, Comma, Identifier, OpenParen, Paste, Stringize } from "./tokens.ts";

interface Macro {
  readonly parameters?: readonly string[];
  readonly body: readonly Token[];
}

export class Macros {
  readonly #table = new Map<string, Macro>();
  readonly #findings: Findings;
  /** Tokens looked at so far: macros that expand to nothing, doubled many times, must end too. */
  #steps = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Expansion was given up: what came of it is not worth parsing. */
  get exhausted(): boolean {
    return this.#steps > LIMITS.tokens;
  }

  has(name: string): boolean {
    return this.#table.has(name);
  }

  undefine(name: string): void {
    this.#table.delete(name);
  }

  /** `tokens` is what follows `#define`: the name, perhaps "(" parameters ")" right after it, and the body. */
  define(tokens: readonly Token[], place: Span): void {
    const name = tokens[0];
    if (name?.tokenType !== Identifier) {
      this.#findings.error("BW0115", place, "#define needs a name");
      return;
    }
    const open = tokens[1];
    if (open?.tokenType !== OpenParen || open.startOffset !== name.startOffset + name.image.length) {
      this.#table.set(name.image, { body: tokens.slice(1) });
      return;
    }
    const parameters: string[] = [];
    let at = 2;
    if (tokens[at]?.tokenType === CloseParen) at++;
    else {
      for (;;) {
        const parameter = tokens[at];
        const end = tokens[at + 1];
        if (
          parameter?.tokenType !== Identifier ||
          (end?.tokenType !== Comma && end?.tokenType !== CloseParen)
        ) {
          this.#findings.error(
            "BW0115",
            spanOf(parameter ?? name),
            `wrong parameter list of macro ${name.image}`,
          );
          return;
        }
        parameters.push(parameter.image);
        at += 2;
        if (end.tokenType === CloseParen) break;
      }
    }
    this.#table.set(name.image, { parameters, body: tokens.slice(at) });
  }

  /** Expands all macros in `tokens`; at most `room` tokens come back. */
  expand(tokens: readonly Token[], room: number): Token[] {
    if (this.#table.size === 0) return tokens.slice(0, room);
    const output: Token[] = [];
    this.#expandInto(tokens, output, room, 0);
    return output;
  }

  #expandInto(tokens: readonly Token[], output: Token[], room: number, depth: number): void {
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at];
      if (!token || output.length >= room) return;
      if (++this.#steps > LIMITS.tokens) {
        this.#findings.error("BW0119", spanOf(token), "the macros of this description expand without end");
        return;
      }
      const macro = token.tokenType === Identifier ? this.#table.get(token.image) : undefined;
      if (!macro || hides(token.hidden, token.image)) {
        output.push(token);
        continue;
      }
      if (depth >= LIMITS.macroDepth) {
        this.#findings.error("BW0119", spanOf(token), `macro ${token.image} expands too deeply`);
        output.push(token);
        continue;
      }
      let body = macro.body;
      if (macro.parameters) {
        if (tokens[at + 1]?.tokenType !== OpenParen) {
          output.push(token);
          continue;
        }
        const call = readArguments(tokens, at + 2);
        const wanted = macro.parameters.length;
        if (!call) {
          this.#findings.error("BW0119", spanOf(token), `call of macro ${token.image} without its ")"`);
          output.push(token);
          continue;
        }
        at = call.end;
        const given =
          wanted === 0 && call.arguments.length === 1 && call.arguments[0]?.length === 0
            ? 0
            : call.arguments.length;
        if (given !== wanted) {
          this.#findings.error(
            "BW0119",
            spanOf(token),
            `macro ${token.image} takes ${count(wanted, "argument")}, not ${given}`,
          );
          continue;
        }
        // As in C, an argument is expanded before it takes the parameter's place.
        const values = call.arguments.map((argument) => {
          const expanded: Token[] = [];
          this.#expandInto(argument, expanded, room, depth + 1);
          return expanded;
        });
        body = substitute(macro.body, macro.parameters, call.arguments, values, room);
      }
      body = paste(body, room);
      this.#steps += body.length;
      const hidden: Hidden = { name: token.image, next: token.hidden };
      const ofMacro = new Set(macro.body);
      const moved = body.map((part): Token => {
        // A token of the macro's text is shown where the macro is used; one of an argument stays where it stands.
        return ofMacro.has(part)
          ? { ...part, payload: token.payload, startOffset: token.startOffset, hidden }
          : { ...part, hidden: joinHidden(part.hidden, hidden) };
      });
      this.#expandInto(moved, output, room, depth + 1);
    }
  }
}

function hides(hidden: Hidden | undefined, name: string): boolean {
  for (let at = hidden; at; at = at.next) if (at.name === name) return true;
  return false;
}

function joinHidden(own: Hidden | undefined, added: Hidden): Hidden {
  let result = added;
  for (let at = own; at; at = at.next) if (!hides(added, at.name)) result = { name: at.name, next: result };
  return result;
}

function readArguments(
  tokens: readonly Token[],
  start: number,
): { arguments: Token[][]; end: number } | undefined {
  const list: Token[][] = [];
  let current: Token[] = [];
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token) break;
    if (token.tokenType === OpenParen) depth++;
    else if (token.tokenType === CloseParen) {
      if (depth === 0) return { arguments: [...list, current], end: at };
      depth--;
    } else if (token.tokenType === Comma && depth === 0) {
      list.push(current);
      current = [];
      continue;
    }
    current.push(token);
  }
  return undefined;
}

/**
 * The macro's text with arguments in the places of parameters: expanded ones, or as written where they are made a string
 * (`#x`) or joined with a neighbour (`x ## y`).
 */
function substitute(
  body: readonly Token[],
  parameters: readonly string[],
  written: readonly (readonly Token[])[],
  expanded: readonly (readonly Token[])[],
  room: number,
): Token[] {
  const result: Token[] = [];
  const parameterAt = (at: number): number => {
    const token = body[at];
    return token?.tokenType === Identifier ? parameters.indexOf(token.image) : -1;
  };
  for (let at = 0; at < body.length && result.length <= room; at++) {
    const token = body[at];
    if (!token) break;
    const index = parameterAt(at);
    const next = parameterAt(at + 1);
    if (token.tokenType === Stringize && next >= 0) {
      const text = written[next]?.map((part) => part.image).join(" ") ?? "";
      const [string] = joinedTokens(`"${text.replace(/["\\]/g, "\\$&")}"`, token);
      if (string) result.push(string);
      at++;
    } else if (index < 0) result.push(token);
    else {
      const joined = body[at - 1]?.tokenType === Paste || body[at + 1]?.tokenType === Paste;
      for (const part of (joined ? written : expanded)[index] ?? []) result.push(part);
    }
  }
  return result;
}

/** `a ## b` becomes the token `ab`. */
function paste(body: readonly Token[], room: number): readonly Token[] {
  if (!body.some((token) => token.tokenType === Paste)) return body;
  const result: Token[] = [];
  for (let at = 0; at < body.length && result.length <= room; at++) {
    const token = body[at];
    const left = result.at(-1);
    const right = body[at + 1];
    if (token?.tokenType !== Paste || !left || !right || right.tokenType === Paste) {
      if (token && token.tokenType !== Paste) result.push(token);
      continue;
    }
    result.pop();
    for (const part of joinedTokens(`${left.image}${right.image}`.slice(0, 1000), left)) result.push(part);
    at++;
  }
  return result;
}
