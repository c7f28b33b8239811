// The define blocks of a description after `define`, `defmod` and `remove` have taken effect, in the order of the text.
// `define` replaces an earlier block of the same type and name in the same place; `defmod` is merged into it. Blocks
// that only group others (arch, core, resources) may be defined again: the parts are put together, so that an
// instruction set can be spread over files.
//
// Architectures are mix-ins: a core names some, and what is in them takes effect in that order, as if their texts stood
// one after the other, the core's own last. So their contents are kept as text here, and blockOfCore makes the blocks.
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { membersOf } from "./groups.ts";
import type { Span } from "./source.ts";
import type { SyntaxDefine, SyntaxFunction, SyntaxItem, SyntaxName, SyntaxValue } from "./syntax.ts";

export interface KeyEntry {
  readonly name: string;
  readonly value: SyntaxValue;
  readonly span: Span;
  /** From a defmod. */
  readonly modify: boolean;
}

export interface Block {
  readonly type: string;
  readonly name: string;
  readonly span: Span;
  /** Every occurrence of each key, in order. */
  readonly keys: Map<string, KeyEntry[]>;
  readonly children: Block[];
  /** Children by type and name. */
  readonly index: Map<string, Block>;
  readonly functions: Map<string, SyntaxFunction>;
  readonly enums: Extract<SyntaxItem, { kind: "enum" }>[];
  readonly instances: Extract<SyntaxItem, { kind: "instances" }>[];
  readonly documentation: string[];
}

/** An architecture or a core, in the pieces that it was defined and modified in. */
export interface Part {
  readonly type: "arch" | "core";
  readonly name: string;
  readonly span: Span;
  readonly pieces: { readonly items: readonly SyntaxItem[]; readonly modify: boolean }[];
}

export interface Description {
  /** The root block, of type "": what stands outside of architectures and cores. */
  readonly root: Block;
  /** In the order of their first definition. */
  readonly arches: readonly Part[];
  readonly cores: readonly Part[];
}

const GROUPING = new Set(["resources", "system", "mem_alias"]);

/** Reads the top level of a description. Enumerators are made known to `findings.constants`. */
export function buildDescription(items: readonly SyntaxItem[], findings: Findings): Description {
  const root = newBlock("", "", { source: { name: "", path: "", text: "" }, offset: 0, length: 0 });
  const parts: Part[] = [];
  const others: SyntaxItem[] = [];
  for (const item of items) {
    if (item.kind === "define" && (item.type === "arch" || item.type === "core"))
      applyPart(parts, item, item.type, findings);
    else others.push(item);
  }
  applyItems(root, others, false, findings);
  return {
    root,
    arches: parts.filter((p) => p.type === "arch"),
    cores: parts.filter((p) => p.type === "core"),
  };
}

function applyPart(parts: Part[], define: SyntaxDefine, type: "arch" | "core", findings: Findings): void {
  const names: readonly SyntaxName[] =
    define.names.length > 0 ? define.names : [{ text: "", span: define.span }];
  for (const name of names) {
    let part = parts.find((p) => p.type === type && p.name === name.text);
    if (!part && define.modify) {
      findings.error(
        "BW0203",
        name.span,
        `there is no ${type} ${name.text} to modify`,
        didYouMean(
          name.text,
          parts.filter((p) => p.type === type).map((p) => p.name),
        ) ?? "a defmod has to follow the define that it modifies",
      );
      continue;
    }
    if (!part) {
      part = { type, name: name.text, span: name.span, pieces: [] };
      parts.push(part);
    }
    part.pieces.push({ items: define.items, modify: define.modify });
    if (define.items.some(removes)) parts.splice(parts.indexOf(part), 1);
  }
}

/** Whether this is `remove = true;`. */
function removes(item: SyntaxItem): boolean {
  if (item.kind !== "key" || item.name !== "remove" || item.value.kind !== "expression") return false;
  const { value } = item.value;
  return value.kind === "boolean" ? value.value : value.kind === "number" && value.text !== "0";
}

/** One block with the contents of all parts, in order; `accept` picks the items that count. */
export function mergeParts(
  type: string,
  name: string,
  span: Span,
  parts: readonly Part[],
  findings: Findings,
  accept: (item: SyntaxItem, part: Part) => boolean = () => true,
): Block {
  const block = newBlock(type, name, span);
  for (const part of parts) {
    for (const { items, modify } of part.pieces)
      applyItems(
        block,
        items.filter((item) => accept(item, part)),
        modify,
        findings,
      );
  }
  return block;
}

function newBlock(type: string, name: string, span: Span): Block {
  return {
    type,
    name,
    span,
    keys: new Map(),
    children: [],
    index: new Map(),
    functions: new Map(),
    enums: [],
    instances: [],
    documentation: [],
  };
}

function applyItems(block: Block, items: readonly SyntaxItem[], modify: boolean, findings: Findings): void {
  for (const item of items) {
    switch (item.kind) {
      case "define":
        applyDefine(block, item, findings);
        break;
      case "key": {
        const entry: KeyEntry = { name: item.name, value: item.value, span: item.span, modify };
        const list = block.keys.get(item.name);
        if (list) list.push(entry);
        else block.keys.set(item.name, [entry]);
        break;
      }
      case "remove":
        for (const name of item.names) {
          if (!block.keys.delete(name.text)) {
            findings.warn(
              "BW0203",
              name.span,
              `there is no key ${name.text} to remove`,
              didYouMean(name.text, block.keys.keys()),
            );
          }
        }
        break;
      case "function":
        if (item.function.name === "") break;
        if (block.functions.has(item.function.name)) {
          findings.warn("BW0202", item.span, `function ${item.function.name} replaces an earlier one`);
        }
        block.functions.set(item.function.name, item.function);
        break;
      case "enum":
        block.enums.push(item);
        break;
      case "instances":
        block.instances.push(item);
        break;
      case "documentation":
        block.documentation.push(item.text);
        break;
    }
  }
}

function applyDefine(parent: Block, define: SyntaxDefine, findings: Findings): void {
  if (define.type === "") return; // could not be read; already reported
  const listed: readonly SyntaxName[] =
    define.names.length > 0 ? define.names : [{ text: "", span: define.span }];
  const names = listed.flatMap((name): readonly SyntaxName[] =>
    name.group
      ? membersOf(parent, name, define.type, findings).map((text) => ({ text, span: name.span }))
      : [name],
  );
  for (const name of names) {
    const key = `${define.type}=${name.text}`;
    const existing = parent.index.get(key);
    if (define.modify) {
      if (!existing) {
        const known = parent.children.filter((b) => b.type === define.type).map((b) => b.name);
        findings.error(
          "BW0203",
          name.span,
          `there is no ${define.type} ${name.text} to modify`,
          didYouMean(name.text, known) ?? "a defmod has to follow the define that it modifies",
        );
        continue;
      }
      applyItems(existing, define.items, true, findings);
      if (removed(existing)) drop(parent, existing);
      continue;
    }
    if (existing && GROUPING.has(define.type)) {
      applyItems(existing, define.items, false, findings);
      continue;
    }
    const block = newBlock(
      define.type,
      name.text,
      names.length > 1 || define.names.length > 0 ? name.span : define.span,
    );
    applyItems(block, define.items, false, findings);
    if (existing) {
      findings.warn(
        "BW0202",
        name.span,
        `${`${define.type} ${name.text}`.trim()} replaces an earlier definition`,
        "use defmod to change a definition",
      );
      drop(parent, existing);
    }
    if (removed(block)) continue;
    parent.children.push(block);
    parent.index.set(key, block);
  }
}

function drop(parent: Block, child: Block): void {
  parent.children.splice(parent.children.indexOf(child), 1);
  parent.index.delete(`${child.type}=${child.name}`);
}

function removed(block: Block): boolean {
  const value = block.keys.get("remove")?.at(-1)?.value;
  if (value?.kind !== "expression") return false;
  if (value.value.kind === "boolean") return value.value.value;
  return value.value.kind === "number" && value.value.text !== "0";
}

/** Children of one type. */
export function childrenOf(block: Block, type: string): Block[] {
  return block.children.filter((child) => child.type === type);
}
