// Reads the back end's assembly text: for each function its instructions with their operands as written, its labels, its
// block boundaries and the probes that say which IR block executes where; and the jump tables.
//
// Why the text and not only the linked words: a label or a probe after the last instruction of a block has the same
// address as the next block, so only the text tells what falls through it from what jumps past it; and the text names
// jump tables.
//
// The text is the compiler's own output, one instruction a line; each is one word. The layout (addresses, padding) is
// checked against the linked program when a function is placed, so a line that is understood wrongly is found out.
import { fail } from "../base/diagnostic.ts";

export type ListingItem =
  | {
      readonly kind: "instruction";
      readonly mnemonic: string;
      readonly operands: readonly string[];
      /** It saves a register in the frame, or gets it back: nothing else can reach that place. */
      readonly spill?: true;
    }
  /** `addressTaken`: computed jumps can go here. */
  | { readonly kind: "label"; readonly name: string; readonly addressTaken?: true }
  /** Start of a machine basic block of the back end; labels start one too. */
  | { readonly kind: "boundary" }
  /** The IR block with probe index `index` (from 1) executes here. */
  | { readonly kind: "probe"; readonly index: number }
  /** Padding to a multiple of `bytes`. */
  | { readonly kind: "align"; readonly bytes: number };

export interface ListingFunction {
  readonly name: string;
  readonly items: readonly ListingItem[];
}

/**
 * Can the code of the IR block that a probe of function `name` marks make a call of `callee`, which the IR does not name, beside the
 * others that it makes? `calls`: all of them, by callee.
 */
export type CanMake = (
  name: string,
  probe: number,
  callee: string,
  calls: ReadonlyMap<string, number>,
) => boolean;

export interface Listing {
  readonly functions: ReadonlyMap<string, ListingFunction>;
  /** Jump tables: label → target labels in order. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
}

const LABEL = /^("(?:[^"\\]|\\.)*"|[^\s:#"]+):\s*(?:#\s*(.*))?$/;
const SPILL = /# \d+-byte Folded (?:Spill|Reload)/;
const PROBE_LABEL = /^__bw_probe\./;

/** Parses a listing. `file` names it in messages. Probes are `.pseudoprobe` directives or `__bw_probe.N: # block I`.
 *  Fails: BW0601 when a probe label has no index. */
export function parseListing(text: string, file: string, canMake: CanMake = () => false): Listing {
  const functions = new Map<string, ListingFunction>();
  const tables = new Map<string, string[]>();
  const functionNames = new Set<string>();
  let items: ListingItem[] | undefined;
  let current = "";
  let table: string[] | undefined;
  let at = 0;
  let lineNumber = 0;
  while (at < text.length) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const line = text.slice(at, end);
    at = end + 1;
    lineNumber++;
    if (line.length === 0) continue;
    const first = line.charCodeAt(0);
    if (first === 35 /* # */) {
      if (line.startsWith("# %bb.")) items?.push({ kind: "boundary" });
      continue;
    }
    if (first !== 9 && first !== 32) {
      const label = LABEL.exec(line);
      if (!label) continue;
      const name = unquote(label[1]!);
      table = undefined;
      if (PROBE_LABEL.test(name)) {
        const index = /^block (\d+)/.exec(label[2] ?? "");
        if (!index)
          fail("BW0601", `the probe ${name} does not say its block`, "build the program again", {
            file,
            line: lineNumber,
          });
        items?.push({ kind: "probe", index: Number(index[1]) });
      } else if (functionNames.has(name)) {
        current = name;
        items = [];
        functions.set(name, { name, items });
      } else if (name.startsWith(".LJTI")) {
        table = [];
        tables.set(name, table);
      } else if (/^Block address taken/.test(label[2] ?? ""))
        items?.push({ kind: "label", name, addressTaken: true });
      else if (!isBookkeeping(name)) items?.push({ kind: "label", name });
      continue;
    }
    const body = line.trim();
    if (body.length === 0 || body.startsWith("#")) continue;
    if (body.startsWith(".")) {
      const directive = /^(\.[\w.]+)\s*(.*)$/.exec(body);
      if (!directive) continue;
      const rest = directive[2]!;
      switch (directive[1]) {
        case ".type": {
          const typed = /^("(?:[^"\\]|\\.)*"|[^,\s]+),\s*@function/.exec(rest);
          if (typed) functionNames.add(unquote(typed[1]!));
          break;
        }
        case ".size":
          if (items && unquote(/^("(?:[^"\\]|\\.)*"|[^,\s]+)/.exec(rest)?.[1] ?? "") === current)
            items = undefined;
          break;
        case ".pseudoprobe": {
          const probe = /^\d+ (\d+) (\d+) /.exec(rest);
          if (probe && probe[2] === "0") items?.push({ kind: "probe", index: Number(probe[1]) });
          break;
        }
        case ".p2align": {
          const power = Number(/^\d+/.exec(rest)?.[0] ?? "0");
          if (items && power > 2 && power < 16) items.push({ kind: "align", bytes: 1 << power });
          break;
        }
        case ".long":
          if (table) table.push(rest.replace(/\s*#.*$/, ""));
          break;
        default:
          break;
      }
      continue;
    }
    if (!items) continue;
    const item = parseInstruction(body);
    items.push(SPILL.test(body) ? { ...item, spill: true } : item);
  }
  for (const [name, fn] of functions)
    functions.set(name, { name, items: withProbesFirst(name, fn.items, canMake) });
  return { functions, tables };
}

/**
 * Moves the first probe of each block of the back end towards the block's start. The scheduler puts instructions before a
 * probe and instruction selection even calls of runtime functions, which have no side effects for it; all of them run
 * exactly when the probe does. Calls that the probe's IR block cannot make (those that the IR names, or more than it has
 * operations for) are never passed: they are the merged end of blocks before.
 */
function withProbesFirst(name: string, items: readonly ListingItem[], canMake: CanMake): ListingItem[] {
  const result: ListingItem[] = [];
  let start = 0;
  let moved = false;
  items.forEach((item, i) => {
    if (item.kind === "label" || item.kind === "boundary") {
      result.push(item);
      start = result.length;
      moved = false;
    } else if (item.kind === "probe" && !moved) {
      const own = callsAfter(items, i + 1);
      let place = result.length;
      while (place > start) {
        const callee = calleeOfItem(result[place - 1]);
        if (callee !== undefined) {
          if (callee === null) break;
          own.set(callee, (own.get(callee) ?? 0) + 1);
          if (!canMake(name, item.index, callee, own)) break;
        }
        place -= 1;
      }
      result.splice(place, 0, item);
      moved = true;
    } else result.push(item);
  });
  return result;
}

/** The function that an instruction calls; null: an indirect call; undefined: no call. */
function calleeOfItem(item: ListingItem | undefined): string | null | undefined {
  if (item?.kind !== "instruction" || !/^b(?:l|ctrl|lrl)$/.test(item.mnemonic)) return undefined;
  return item.operands[0] ?? null;
}

/** Calls by function up to the next probe or the end of the back end's block. */
function callsAfter(items: readonly ListingItem[], from: number): Map<string, number> {
  const calls = new Map<string, number>();
  for (let i = from; i < items.length; i += 1) {
    const item = items[i];
    if (item === undefined || item.kind !== "instruction") break;
    const callee = calleeOfItem(item);
    if (typeof callee === "string") calls.set(callee, (calls.get(callee) ?? 0) + 1);
  }
  return calls;
}

/** Labels for debug information that no branch can name. */
function isBookkeeping(name: string): boolean {
  return /^\.L(?:tmp|func_(?:begin|end)|cfi|line_table|info|section|debug)/.test(name);
}

function parseInstruction(body: string): Extract<ListingItem, { kind: "instruction" }> {
  const comment = body.indexOf("#");
  const code = comment < 0 ? body : body.slice(0, comment).trimEnd();
  const space = code.search(/\s/);
  if (space < 0) return { kind: "instruction", mnemonic: code, operands: [] };
  const operands = code
    .slice(space)
    .split(",")
    .map((operand) => operand.trim());
  return { kind: "instruction", mnemonic: code.slice(0, space), operands };
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, "$1") : name;
}
