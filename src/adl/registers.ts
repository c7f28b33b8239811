// Registers and register files, from define blocks to the model.
import type { ContextElement, Register, RegisterField, RegisterFile } from "../machine/model.ts";
import { bitRanges, fromLeft } from "./bit-numbering.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { contextElement, isOfContext } from "./contexts.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import {
  booleanOf,
  checkKnown,
  constantOf,
  elementsOf,
  entryOf,
  expressionOf,
  integerOf,
  nameIn,
  nameOf,
} from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { parseInteger } from "./number.ts";
import type { SyntaxExpression } from "./syntax.ts";

const REGISTER_KEYS = [
  "width",
  "offset",
  "reset",
  "attrs",
  "alias",
  "alias_slice",
  "log_name",
  "pseudo",
  "serial",
  "enumerated",
  "external_write",
];

const FIELD_KEYS = ["bits", "indexed", "readonly", "reserved", "writable"];

/** What a register or a register file is, apart from its hooks. */
export interface RegisterParts {
  readonly width: number;
  readonly offset: number;
  readonly fields: readonly RegisterField[];
  readonly resetValue: bigint | undefined;
  readonly implemented?: bigint;
  readonly readonly?: bigint;
  readonly guarded?: bigint;
  readonly logName?: string;
  readonly enumerated?: readonly string[];
}

function readParts(block: Block, findings: Findings): RegisterParts {
  const width = integerOf(block, "width", 32, { min: 1, max: 1024 }, findings);
  const offset = integerOf(block, "offset", 0, { min: 0, max: 1024 }, findings);
  const fields: RegisterField[] = [];
  let covered = 0n;
  let fixed = 0n;
  let guarded = 0n;
  for (const child of childrenOf(block, "field")) {
    const field = readRegisterField(child, width, offset, findings);
    if (!field) continue;
    checkKnown(child, FIELD_KEYS, [], findings);
    const isReadonly = booleanOf(child, "readonly", false, findings);
    const isWritable = booleanOf(child, "writable", false, findings);
    for (const [first, last] of field.pieces ?? [[field.first, field.last] as const]) {
      const bits = ((1n << BigInt(last - first + 1)) - 1n) << BigInt(Math.max(0, width - 1 - last));
      if (!booleanOf(child, "reserved", false, findings)) covered |= bits;
      if (!isReadonly) continue;
      if (isWritable) guarded |= bits;
      else fixed |= bits;
    }
    fields.push(isReadonly && !isWritable ? { ...field, readonly: true } : field);
  }
  const resetEntry = entryOf(block, "reset");
  const reset = resetEntry?.value.kind === "expression" ? resetEntry.value.value : undefined;
  const members = elementsOf(
    entryOf(block, "enumerated") ? expressionOf(block, "enumerated", findings) : undefined,
  );
  const enumerated = members.map((member) => nameIn(member)?.text ?? "");
  enumerated.forEach((name, i) => findings.constants.set(`${block.name}::${name}`, BigInt(i)));
  const named = reset && nameIn(reset)?.text;
  const resetValue = reset
    ? (findings.constants.get(`${block.name}::${named}`) ?? constantOf(reset, findings.constants))
    : undefined;
  if (reset && resetValue === undefined) findings.error("BW0205", reset.span, "reset takes an integer");
  const all = (1n << BigInt(width)) - 1n;
  const logName = entryOf(block, "log_name") ? nameOf(block, "log_name", findings)?.text : undefined;
  return {
    width,
    offset,
    fields,
    resetValue: resetValue === undefined ? undefined : BigInt.asUintN(width, resetValue),
    // Bits that no field has are reserved: tied to 0.
    ...(fields.length > 0 && covered !== all ? { implemented: covered } : {}),
    ...(fixed === 0n ? {} : { readonly: fixed }),
    ...(guarded === 0n ? {} : { guarded }),
    ...(logName === undefined ? {} : { logName }),
    ...(enumerated.length > 0 ? { enumerated } : {}),
  };
}

/** A field of one piece, of several, or one of as many as fit side by side (`indexed`). */
function readRegisterField(
  block: Block,
  width: number,
  offset: number,
  findings: Findings,
): RegisterField | undefined {
  if (block.keys.has("indexed")) {
    const indexed = integerOf(block, "indexed", 1, { min: 1, max: width }, findings);
    return { name: block.name, first: 0, last: width - 1, indexed };
  }
  const e = expressionOf(block, "bits", findings);
  if (!e) {
    findings.error("BW0208", block.span, `field ${block.name} has no bits`, "write bits=(first,last);");
    return undefined;
  }
  const pieces = bitRanges(e, offset + width - 1, findings).map((range) =>
    fromLeft(range, width, findings.bitOrder, offset),
  );
  const [first] = pieces;
  if (!first) return undefined;
  if (pieces.some(([from, to]) => from < 0 || to >= width))
    findings.error("BW0206", e.span, `the register's bits start at ${offset}`);
  return { name: block.name, first: first[0], last: first[1], ...(pieces.length > 1 ? { pieces } : {}) };
}

/** `role` is set for registers that are the program counter (attrs = cia or nia). */
export function elaborateRegister(
  block: Block,
  findings: Findings,
): { register: Register; offset: number; role?: "cia" | "nia" } {
  checkKnown(block, REGISTER_KEYS, ["field", "read", "write"], findings);
  const { resetValue, offset, ...parts } = readParts(block, findings);
  const roles = attributesOf(block, findings);
  return {
    register: {
      name: block.name,
      ...parts,
      resetValue: resetValue ?? 0n,
      ...(offset === 0 ? {} : { offset }),
      ...(booleanOf(block, "pseudo", false, findings) ? { pseudo: true as const } : {}),
      ...(roles.length > 0 ? { attributes: roles } : {}),
    },
    offset,
    ...(roles.includes("nia")
      ? { role: "nia" as const }
      : roles.includes("cia")
        ? { role: "cia" as const }
        : {}),
  };
}

/** `architecture`: the block that it stands in. */
export function elaborateRegisterFile(
  block: Block,
  architecture: Block,
  registers: ReadonlyMap<string, Register>,
  addresses: ReadonlyMap<string, "cia" | "nia">,
  files: ReadonlyMap<string, RegisterFile>,
  aliases: ReadonlyMap<string, SyntaxExpression>,
  findings: Findings,
): RegisterFile {
  const known = [...REGISTER_KEYS, "size", "prefix", "invalid_entry_read", "invalid_entry_write"];
  checkKnown(block, known, ["entry", "read", "write", "field"], findings);
  const { resetValue, offset, ...parts } = readParts(block, findings);
  const alias = readFileAlias(block, files, findings);
  if (!block.keys.has("size") && !alias)
    findings.error("BW0208", block.span, `register file ${block.name} has no size`);
  const declared = block.keys.has("size")
    ? integerOf(block, "size", 1, { min: 1, max: LIMITS.registerFileSize }, findings)
    : undefined;
  const size = declared ?? Object.keys(alias?.elements ?? {}).length;
  const attributes = attributesOf(block, findings);
  const prefix = entryOf(block, "prefix") ? nameOf(block, "prefix", findings)?.text : undefined;
  return {
    name: block.name,
    size,
    ...parts,
    ...(alias && !block.keys.has("width") ? { width: alias.width } : {}),
    entries: {},
    ...(alias
      ? { elements: alias.elements }
      : readEntries(block, architecture, size, registers, addresses, files, aliases, findings)),
    ...(resetValue === undefined ? {} : { resetValue }),
    ...(offset === 0 ? {} : { offset }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(attributes.includes("log_as_reg") ? { logAsRegisters: true as const } : {}),
    ...(attributes.length > 0 ? { attributes } : {}),
  };
}

/** Names of attributes; their parameters, as in `debug(4)`, are for other tools. */
export function attributesOf(block: Block, findings: Findings): string[] {
  return (block.keys.get("attrs") ?? []).flatMap((entry) => {
    if (entry.value.kind !== "expression") {
      findings.error("BW0205", entry.span, "attrs takes a list of names");
      return [];
    }
    return elementsOf(entry.value.value).flatMap((e) => {
      const name = nameIn(e.kind === "call" ? e.callee : e);
      if (!name && e.kind !== "broken") findings.error("BW0205", e.span, "attrs takes a list of names");
      return name ? [name.text] : [];
    });
  });
}

type Entries = Pick<RegisterFile, "entries" | "elements" | "addresses" | "inContexts">;

/** `define (entry=n) { reg=NAME; }`: registers, elements of files (`TCR(2)`), or a whole file from there on. */
function readEntries(
  block: Block,
  architecture: Block,
  size: number,
  registers: ReadonlyMap<string, Register>,
  addresses: ReadonlyMap<string, "cia" | "nia">,
  files: ReadonlyMap<string, RegisterFile>,
  aliases: ReadonlyMap<string, SyntaxExpression>,
  findings: Findings,
): Entries {
  const entries: Record<number, string> = {};
  const elements: Record<number, { registerFile: string; index: number }> = {};
  const counters: Record<number, "cia" | "nia"> = {};
  const inContexts: Record<number, ContextElement> = {};
  for (const entry of childrenOf(block, "entry")) {
    checkKnown(entry, ["reg", "syntax"], ["read", "write"], findings);
    const number = parseInteger(entry.name);
    if (number === undefined || number >= BigInt(size)) {
      findings.error(
        "BW0206",
        entry.span,
        `entry ${entry.name} of ${block.name}: entries are numbered from 0 to ${size - 1}`,
      );
      continue;
    }
    const at = Number(number);
    for (const written of elementsOf(expressionOf(entry, "reg", findings))) {
      const e = (written.kind === "name" && aliases.get(written.name)) || written;
      if (isOfContext(e)) {
        const one = contextElement(e, architecture, (n) => registers.get(n) ?? files.get(n), findings);
        if (one) inContexts[at] = one;
        continue;
      }
      const name = nameIn(e.kind === "call" ? e.callee : e)?.text ?? "";
      const counter = addresses.get(name);
      const file = files.get(name);
      if (registers.has(name)) entries[at] = name;
      else if (counter) counters[at] = counter;
      else if (file && e.kind === "call") {
        const [index] = e.arguments;
        // `child_id` is the number of this core among its siblings: there is one.
        const own = index && nameIn(index)?.text === "child_id" ? 0n : undefined;
        const value = own ?? (index ? constantOf(index, findings.constants) : undefined);
        if (value === undefined || value < 0n || value >= BigInt(file.size)) {
          findings.error("BW0206", e.span, `${name} has registers 0 to ${file.size - 1}`);
          continue;
        }
        elements[at] = { registerFile: name, index: Number(value) };
      } else if (file) {
        for (let i = 0; i < file.size && at + i < size; i++)
          elements[at + i] = { registerFile: name, index: i };
      } else
        findings.error(
          "BW0212",
          e.span,
          `entry ${entry.name}: unknown register ${name}`,
          didYouMean(name, [...registers.keys(), ...files.keys()]),
        );
    }
    if (!entry.keys.has("reg") && entry.children.length === 0)
      findings.error("BW0208", entry.span, `entry ${entry.name} names no register`, "write reg=NAME;");
  }
  return {
    entries,
    ...(Object.keys(elements).length > 0 ? { elements } : {}),
    ...(Object.keys(counters).length > 0 ? { addresses: counters } : {}),
    ...(Object.keys(inContexts).length > 0 ? { inContexts } : {}),
  };
}

/** `alias = GPR;`, or the same as the alias of a read hook, with the pieces of it that are meant. */
function readFileAlias(
  block: Block,
  files: ReadonlyMap<string, RegisterFile>,
  findings: Findings,
): { width: number; elements: Record<number, { registerFile: string; index: number }> } | undefined {
  const [reading] = childrenOf(block, "read");
  const owner = block.keys.has("alias") ? block : reading?.keys.has("alias") ? reading : undefined;
  if (!owner) return undefined;
  const name = nameOf(owner, "alias", findings);
  const file = name ? files.get(name.text) : undefined;
  if (!name || !file) {
    findings.error(
      "BW0212",
      name?.span ?? owner.span,
      `unknown register file ${name?.text ?? ""}`,
      name ? didYouMean(name.text, files.keys()) : undefined,
    );
    return undefined;
  }
  const regs = expressionOf(owner, "regs", findings);
  const ranges = regs ? bitRanges(regs, file.size - 1, findings, "big") : [[0, file.size - 1] as const];
  const elements: Record<number, { registerFile: string; index: number }> = {};
  let at = 0;
  for (const [first, last] of ranges)
    for (let i = first; i <= last; i++) elements[at++] = { registerFile: file.name, index: i };
  return { width: file.width, elements };
}
