// Reading the keys of a block as integers, names, lists … with diagnostics for wrong kinds, ranges and unknown keys.
import type { Block, KeyEntry } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { parseInteger } from "./number.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression, SyntaxStatement, SyntaxParameter } from "./syntax.ts";

/** The last entry of a key: later ones win. */
export function entryOf(block: Block, name: string): KeyEntry | undefined {
  return block.keys.get(name)?.at(-1);
}

/** The expression of a key, or undefined when it is absent or code (then reported). */
export function expressionOf(block: Block, name: string, findings: Findings): SyntaxExpression | undefined {
  const entry = entryOf(block, name);
  if (!entry) return undefined;
  if (entry.value.kind !== "expression") {
    findings.error("BW0205", entry.span, `${name} takes a value, not code`);
    return undefined;
  }
  return entry.value.value;
}

/** The code of a key. `action = 0;` removes an action. */
export function codeOf(
  block: Block,
  name: string,
  findings: Findings,
): { parameters: readonly SyntaxParameter[]; body: SyntaxStatement } | undefined {
  const entry = entryOf(block, name);
  if (!entry) return undefined;
  if (entry.value.kind === "code") return entry.value;
  const value = entry.value.value;
  if (value.kind === "number" && value.text === "0") return undefined;
  findings.error("BW0205", entry.value.span, `${name} takes code: { … } or func(…) { … }`);
  return undefined;
}

/** The value of a constant integer expression, or undefined. `constants` are the names that stand for numbers. */
export function constantOf(e: SyntaxExpression, constants?: ReadonlyMap<string, bigint>): bigint | undefined {
  switch (e.kind) {
    case "name":
      return constants?.get(e.name);
    case "number":
      return e.unit === undefined || e.unit === "cycles" || e.unit === "cycle"
        ? parseInteger(e.text)
        : undefined;
    case "boolean":
      return e.value ? 1n : 0n;
    case "unary": {
      const value = constantOf(e.value, constants);
      if (value === undefined) return undefined;
      if (e.operator === "-") return -value;
      if (e.operator === "~") return ~value;
      return e.operator === "+" ? value : undefined;
    }
    case "binary": {
      const left = constantOf(e.left, constants);
      const right = constantOf(e.right, constants);
      if (left === undefined || right === undefined) return undefined;
      if (e.operator === "+") return left + right;
      if (e.operator === "-") return left - right;
      if (e.operator === "*") return left * right;
      if (e.operator === "/" && right !== 0n) return left / right;
      if (e.operator === "|") return left | right;
      if (e.operator === "&") return left & right;
      if (e.operator === "<<" && right >= 0n && right < 64n) return left << right;
      return undefined;
    }
    default:
      return undefined;
  }
}

/** An integer within bounds; the default when absent or wrong. */
export function integerOf(
  block: Block,
  name: string,
  fallback: number,
  bounds: { min: number; max: number },
  findings: Findings,
): number {
  const e = expressionOf(block, name, findings);
  if (!e || e.kind === "broken") return fallback;
  return integerIn(e, name, fallback, bounds, findings);
}

/** The integer that `e` is, within bounds; the default when wrong. */
export function integerIn(
  e: SyntaxExpression,
  name: string,
  fallback: number,
  bounds: { min: number; max: number },
  findings: Findings,
): number {
  const value = constantOf(e, findings.constants);
  if (value === undefined) {
    findings.error("BW0205", e.span, `${name} takes an integer`);
    return fallback;
  }
  if (value < BigInt(bounds.min) || value > BigInt(bounds.max)) {
    findings.error("BW0206", e.span, `${name} is ${value}; it must be from ${bounds.min} to ${bounds.max}`);
    return fallback;
  }
  return Number(value);
}

export function booleanOf(block: Block, name: string, fallback: boolean, findings: Findings): boolean {
  const e = expressionOf(block, name, findings);
  if (!e || e.kind === "broken") return fallback;
  const value = constantOf(e, findings.constants);
  if (value === undefined || (e.kind !== "boolean" && value !== 0n && value !== 1n)) {
    findings.error("BW0205", e.span, `${name} takes true or false`);
    return fallback;
  }
  return value !== 0n;
}

export interface NameAt {
  readonly text: string;
  readonly span: Span;
}

/** A name, or a string standing for one; a dotted name `Mem.D` keeps its dot. */
export function nameIn(e: SyntaxExpression): NameAt | undefined {
  if (e.kind === "name") return { text: e.name, span: e.span };
  if (e.kind === "string") return { text: e.value, span: e.span };
  if (e.kind === "member") {
    const object = nameIn(e.object);
    return object ? { text: `${object.text}.${e.name}`, span: e.span } : undefined;
  }
  return undefined;
}

export function nameOf(block: Block, key: string, findings: Findings): NameAt | undefined {
  const e = expressionOf(block, key, findings);
  if (!e || e.kind === "broken") return undefined;
  const name = nameIn(e);
  if (!name) findings.error("BW0205", e.span, `${key} takes a name`);
  return name;
}

/** Elements of a list; a value that is no list is its only element. */
export function elementsOf(e: SyntaxExpression | undefined): readonly SyntaxExpression[] {
  if (!e || e.kind === "broken") return [];
  return e.kind === "list" ? e.elements : [e];
}

/** Names of a key's list, over all its occurrences in order. */
export function namesOf(block: Block, key: string, findings: Findings): NameAt[] {
  const names: NameAt[] = [];
  for (const entry of block.keys.get(key) ?? []) {
    if (entry.value.kind !== "expression") {
      findings.error("BW0205", entry.span, `${key} takes a list of names`);
      continue;
    }
    for (const element of elementsOf(entry.value.value)) {
      const name = nameIn(element);
      if (name) names.push(name);
      else if (element.kind !== "broken")
        findings.error("BW0205", element.span, `${key} takes a list of names`);
    }
  }
  return names;
}

/** Warns of keys and blocks that the loader does not know here: they would have no effect. */
export function checkKnown(
  block: Block,
  keys: readonly string[],
  children: readonly string[],
  findings: Findings,
): void {
  const common = ["remove", "removable", "modifiable", "attrs", "doc_title", "doc_title_add"];
  for (const [name, entries] of block.keys) {
    if (keys.includes(name) || common.includes(name)) continue;
    for (const entry of entries) {
      findings.warn(
        "BW0204",
        entry.span,
        `${name} is no key of ${block.type === "" ? "a description" : block.type}: it has no effect`,
        didYouMean(name, keys),
      );
    }
  }
  for (const child of block.children) {
    if (children.includes(child.type)) continue;
    findings.warn(
      "BW0204",
      child.span,
      `a ${child.type} block has no effect in ${block.type === "" ? "a description" : block.type}`,
      didYouMean(child.type, children),
    );
  }
}

/** The name that a key has as its value; the first of `names` when it is absent or wrong. */
export function oneOf<const T extends string>(
  block: Block,
  key: string,
  names: readonly [T, ...T[]],
  findings: Findings,
): T {
  const e = expressionOf(block, key, findings);
  if (!e || e.kind === "broken") return names[0];
  const text = e.kind === "boolean" ? String(e.value) : nameIn(e)?.text;
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  findings.error(
    "BW0205",
    e.span,
    `${key} takes one of ${names.join(", ")}`,
    text === undefined ? undefined : didYouMean(text, names),
  );
  return names[0];
}
