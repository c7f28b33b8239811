// Just enough of Perl to read a list of test cases as data: strings, words, numbers and brackets as a tree. Code inside is
// kept as such a tree too and never run. Regular expressions and here-documents are skipped as single tokens.

export type PerlNode =
  | { readonly kind: "string"; readonly text: string; readonly line: number }
  | { readonly kind: "word"; readonly text: string; readonly line: number }
  | {
      readonly kind: "group";
      readonly open: "(" | "[" | "{";
      readonly items: readonly PerlNode[];
      readonly line: number;
    };

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** The text as a list of nodes; unbalanced brackets are closed at its end. */
export function readPerl(text: string): readonly PerlNode[] {
  interface Open {
    readonly open: "(" | "[" | "{";
    readonly items: PerlNode[];
    readonly line: number;
  }
  const root: PerlNode[] = [];
  const stack: Open[] = [];
  let items = root;
  let line = 1;
  let at = 0;
  let hereDocument: string | undefined;
  const add = (kind: "string" | "word", value: string): void => {
    items.push({ kind, text: value, line });
  };
  while (at < text.length) {
    const char = text[at]!;
    if (char === "\n") {
      line++;
      at++;
      if (hereDocument !== undefined) {
        const end = new RegExp(`^${hereDocument}$`, "m");
        end.lastIndex = 0;
        const rest = text.slice(at);
        const found = end.exec(rest);
        const length = found ? found.index + found[0].length : rest.length;
        line += rest.slice(0, length).split("\n").length - 1;
        at += length;
        hereDocument = undefined;
      }
    } else if (/\s/.test(char)) at++;
    else if (char === "#") {
      while (at < text.length && text[at] !== "\n") at++;
    } else if (char === '"' || char === "'") {
      const end = endOfQuoted(text, at, char);
      add("string", unescape(text.slice(at + 1, end), char));
      line += text.slice(at, end).split("\n").length - 1;
      at = end + 1;
    } else if (char === "/" && beforeRegex(items)) {
      const end = endOfQuoted(text, at, "/");
      add("word", text.slice(at, end + 1));
      at = end + 1;
    } else if (char === "(" || char === "[" || char === "{") {
      const group: Open = { open: char, items: [], line };
      stack.push(group);
      items = group.items;
      at++;
    } else if (char === ")" || char === "]" || char === "}") {
      at++;
      // A bracket that closes nothing open is left out; one that closes an outer one closes those inside.
      if (!stack.some((one) => closing[one.open] === char)) continue;
      for (;;) {
        const group = stack.pop()!;
        items = stack.at(-1)?.items ?? root;
        items.push({ kind: "group", ...group });
        if (closing[group.open] === char) break;
      }
    } else {
      const match =
        /(?:<<["']?([A-Z]\w*)["']?|s#[^#\n]*#[^#\n]*#\w*|s\/[^/\n]*\/[^/\n]*\/\w*|[$@%\\&-]*[A-Za-z_][\w:]*|[0-9][\w.]*|=>|[^\w\s])/y;
      match.lastIndex = at;
      const found = match.exec(text);
      const word = found ? found[0] : char;
      if (found?.[1] !== undefined) hereDocument = found[1];
      add("word", word);
      at += word.length;
    }
  }
  while (stack.length > 0) {
    const group = stack.pop()!;
    (stack.at(-1)?.items ?? root).push({ kind: "group", ...group });
  }
  return root;
}

function endOfQuoted(text: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === "\\" ? 2 : 1;
  return Math.min(at, text.length);
}

function unescape(text: string, quote: string): string {
  return quote === "'" ? text : text.replaceAll(/\\(.)/gs, (_, char: string) => (char === "n" ? "\n" : char));
}

/** A slash begins a regular expression at the start of an expression, after an operator, `split`, `grep` and the like. */
function beforeRegex(items: readonly PerlNode[]): boolean {
  const last = items.at(-1);
  if (!last) return true;
  if (last.kind !== "word") return false;
  return /^([~!=|&,;]|=>|and|or|not|if|unless|split|grep)$/.test(last.text);
}

/** Items of a list without the commas and arrows between them: each part is the nodes of one element. */
export function elementsOf(items: readonly PerlNode[]): readonly (readonly PerlNode[])[] {
  const parts: PerlNode[][] = [[]];
  for (const item of items) {
    if (item.kind === "word" && (item.text === "," || item.text === "=>")) parts.push([]);
    else parts.at(-1)!.push(item);
  }
  if (parts.at(-1)!.length === 0) parts.pop();
  return parts;
}
