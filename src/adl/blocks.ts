// The define blocks of a description after `define`, `defmod` and `remove` have taken effect, in the order of the text.
// `define` replaces an earlier block of the same type and name in the same place; `defmod` is merged into it. Blocks
// that only group others (arch, core, resources) may be defined again: the parts are put together, so that an
// instruction set can be spread over files.
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
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

const GROUPING = new Set(["arch", "core", "resources", "system", "mem_alias"]);

/** The root block, of type "", that holds a description's top-level blocks. */
export function buildBlocks(items: readonly SyntaxItem[], findings: Findings): Block {
  const root = newBlock("", "", { source: { name: "", path: "", text: "" }, offset: 0, length: 0 });
  applyItems(root, items, false, findings);
  return root;
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
  const names: readonly SyntaxName[] =
    define.names.length > 0 ? define.names : [{ text: "", span: define.span }];
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
