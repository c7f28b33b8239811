// HTML as strings: escaping, and code with its words marked. No library: the page is static and has no user input.

/** Text as it may stand in elements and attributes. */
export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** An id made of a name: letters and digits are kept, everything else is written by its code. */
export function idOf(kind: string, name: string): string {
  return `${kind}-${name.replace(/[^A-Za-z0-9_]/g, (c) => `-${c.charCodeAt(0).toString(16)}`)}`;
}

const WORDS =
  /(\/\/[^\n]*)|("(?:[^"\\]|\\.)*")|\b(if|else|while|do|for|switch|case|default|break|continue|return|try|catch|true|false|func|template|const)\b|\b(bits|sbits|var|bool|void|unsigned|int|u?int(?:8|16|32|64))\b|\b(0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?)\b|([A-Za-z_]\w*)(?=\()/g;

/** Action code with keywords, types, numbers and calls marked. */
export function code(text: string): string {
  let html = "";
  let from = 0;
  for (const match of text.matchAll(WORDS)) {
    html += escape(text.slice(from, match.index));
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    html += `<span class="${["c", "s", "k", "t", "n", "f"][kind] ?? "f"}">${escape(match[0])}</span>`;
    from = match.index + match[0].length;
  }
  return html + escape(text.slice(from));
}

export function codeBlock(text: string): string {
  return `<pre class="code"><code>${code(text)}</code></pre>`;
}

/** A table whose first row is its head; cells are HTML. It scrolls sideways on its own where the screen is narrow. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], name = ""): string {
  if (rows.length === 0) return "";
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<div class="wide"><table${name === "" ? "" : ` class="${name}"`}><thead>${row(head, "th")}</thead><tbody>${rows
    .map((cells) => row(cells, "td"))
    .join("")}</tbody></table></div>`;
}

/** Prose with blank lines between paragraphs; lines that are indented keep their shape. */
export function prose(text: string): string {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== "")
    .map((part) =>
      /^ {2,}\S/m.test(part) ? `<pre class="prose">${escape(part)}</pre>` : `<p>${inline(part.trim())}</p>`,
    )
    .join("\n");
}

/** One paragraph; `words` in backquotes are code. */
export function inline(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}
