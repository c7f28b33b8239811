// Instruction fields as a description defines them, before any instruction gives them a place: their width, how their
// value is computed (sign, shift, tables, parts, nested fields), and what they refer to. A field of a PowerPC-like
// description has bits of its own; a pseudo field gets them from each instruction that has it.
import type { InstructionField } from "../machine/model.ts";
import { bitRanges, rangeWidth } from "./bit-numbering.ts";
import type { Range } from "./bit-numbering.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import {
  booleanOf,
  checkKnown,
  codeOf,
  constantOf,
  elementsOf,
  entryOf,
  expressionOf,
  integerOf,
  nameIn,
  nameOf,
  oneOf,
  namesOf,
} from "./keys.ts";
import { LIMITS } from "./limits.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression, SyntaxStatement } from "./syntax.ts";

/** An item of a field's `fields`, which say what its value is made of. */
export type FieldPart =
  /** Bits of the field itself or of another, as they are numbered. */
  | { readonly kind: "bits"; readonly of?: string; readonly range: Range }
  /** An element of a table, or a single bit of a field that has none. */
  | { readonly kind: "element"; readonly of: string; readonly index: number }
  | { readonly kind: "whole"; readonly of: string };

export interface FieldSpec {
  /** `DaDb`, or `DaDb.Da` for a nested one. */
  readonly name: string;
  readonly span: Span;
  /** The bits that it has in every instruction, as they are numbered; none for a pseudo field. */
  readonly ranges: readonly Range[];
  /** Bits in an encoding; 0 for a field of variable width. */
  readonly width: number;
  /** Bits of its value. */
  readonly size: number;
  readonly signed: boolean;
  readonly inverted: boolean;
  readonly shift: number;
  readonly offset: number;
  readonly address: InstructionField["address"];
  readonly registerFile?: string;
  /** The instruction table that its value is an instruction of. */
  readonly table?: string;
  readonly display?: InstructionField["display"];
  readonly overlay: boolean;
  readonly pseudo: boolean;
  /** All bits that an instruction gives to nothing else. */
  readonly variable: boolean;
  /** Bits that no decoder looks at. */
  readonly reserved: boolean;
  readonly conflicts: boolean;
  /** A field of prefix instructions; `indexed`: bits of it for each instruction of a packet. */
  readonly prefix: boolean;
  readonly indexed: number;
  readonly indexOrder?: "big" | "little";
  /** The prefix field that this one is a form of, for instructions of its block. */
  readonly implements?: string;
  readonly blocks: readonly string[];
  readonly initial: bigint;
  /** Rows of the table that its bits index; a row that is reserved has no elements. */
  readonly rows: readonly (readonly bigint[])[];
  readonly parts: readonly FieldPart[];
  readonly nested: ReadonlyMap<string, FieldSpec>;
  readonly action?: { readonly parameter?: string; readonly body: SyntaxStatement };
  readonly enumerated?: readonly (readonly string[])[];
  readonly suffix?: string;
}

const FIELD_KEYS = (
  "bits ref type is_signed shift addr variant_suffix display width enumerated allow_conflict overlay pseudo offset size " +
  "disassemble assembler unsigned_upper_bound valid_ranges valid_masks value reloc table fields syntax alias prefix " +
  "indexed index_endianness is_inverted parm reserved blk action"
).split(" ");

/** Widest field: one that holds whole instructions may be wider than any number. */
const WIDEST = 512;

/**
 * The fields of an architecture by name; nested ones by their dotted names, too. `parallel`: instructions of a packet,
 * for fields that have some bits for each.
 */
export function readFieldSpecs(block: Block, parallel: number, findings: Findings): Map<string, FieldSpec> {
  const blocks = childrenOf(block, "instrfield");
  const specs = new Map<string, FieldSpec>();
  const aliases: Block[] = [];
  for (const child of blocks) {
    if (child.keys.has("alias")) aliases.push(child);
    else add(specs, readFieldSpec(child, parallel, findings));
  }
  for (const child of aliases) {
    const target = nameOf(child, "alias", findings);
    const spec = target && specs.get(target.text);
    if (target && !spec)
      findings.error("BW0212", target.span, `alias of an unknown instruction field ${target.text}`);
    if (spec) add(specs, { ...spec, name: child.name, pseudo: true, ranges: [] });
  }
  return specs;
}

function add(specs: Map<string, FieldSpec>, spec: FieldSpec): void {
  specs.set(spec.name, spec);
  for (const [name, nested] of spec.nested) specs.set(`${spec.name}.${name}`, nested);
}

function readFieldSpec(block: Block, parallel: number, findings: Findings, outer?: Block): FieldSpec {
  checkKnown(block, FIELD_KEYS, ["instrfield"], findings);
  const nested = new Map<string, FieldSpec>();
  for (const child of childrenOf(block, "instrfield"))
    nested.set(child.name, readFieldSpec(child, parallel, findings, block));
  const e = expressionOf(block, "bits", findings);
  const variable = isNamed(block, "width", "variable", findings);
  const pseudo =
    variable || booleanOf(block, "pseudo", false, findings) || booleanOf(block, "parm", false, findings);
  const parts = readParts(block, outer, findings);
  if (!e && !pseudo && !outer)
    findings.error("BW0208", block.span, `field ${block.name} has no bits`, "write bits=(first,last);");
  const ranges = e ? bitRanges(e, WIDEST - 1, findings) : [];
  const declared = variable ? 0 : integerOf(block, "width", 0, { min: 0, max: WIDEST }, findings);
  const size = integerOf(block, "size", 0, { min: 0, max: WIDEST }, findings);
  const indexed = integerOf(block, "indexed", 0, { min: 0, max: 32 }, findings);
  const own = ranges.reduce((sum, range) => sum + rangeWidth(range), 0);
  const rows = readRows(block, findings);
  const partBits = parts.reduce((sum, p) => sum + (p.kind === "bits" ? rangeWidth(p.range) : 0), 0);
  let width = ranges.length > 0 ? own : declared !== 0 ? declared : size;
  if (outer && ranges.length === 0) width = partBits;
  if (width === 0 && indexed > 0) width = indexed * Math.max(1, parallel);
  if (
    pseudo &&
    !outer &&
    !variable &&
    width === 0 &&
    indexed === 0 &&
    !booleanOf(block, "parm", false, findings)
  )
    findings.error("BW0208", block.span, `field ${block.name} has no width`, "write width=N;");
  if (width > 64 && !pseudo && !outer)
    findings.error("BW0206", e?.span, `field ${block.name} has more than 64 bits`);
  const reference = readReference(block, findings);
  return {
    name: outer ? `${outer.name}.${block.name}` : block.name,
    span: block.span,
    ranges,
    width,
    size: size !== 0 ? size : rows.length > 0 ? elementBits(rows) : indexed !== 0 ? indexed : width,
    signed: booleanOf(block, "is_signed", false, findings),
    inverted: booleanOf(block, "is_inverted", false, findings),
    shift: integerOf(block, "shift", 0, { min: 0, max: 31 }, findings),
    offset: integerOf(block, "offset", 0, { min: -65536, max: 65536 }, findings),
    address: readAddress(block, findings),
    ...reference,
    ...readDisplay(block, findings),
    overlay: booleanOf(block, "overlay", false, findings),
    pseudo,
    variable,
    reserved: booleanOf(block, "reserved", false, findings),
    conflicts: booleanOf(block, "allow_conflict", false, findings),
    prefix: booleanOf(block, "prefix", false, findings),
    indexed,
    ...readIndexOrder(block, findings),
    blocks: namesOf(block, "blk", findings).map((n) => n.text),
    initial: readInitial(block, findings),
    rows,
    parts,
    nested,
    ...readAction(block, findings),
    ...readEnumerated(block, findings),
    ...readSuffix(block, findings),
  };
}

function isNamed(block: Block, key: string, name: string, findings: Findings): boolean {
  const e = entryOf(block, key) ? expressionOf(block, key, findings) : undefined;
  return e?.kind === "name" && e.name === name;
}

const TYPES = new Set(["regfile", "memory", "instr", "immed"]);

function readReference(
  block: Block,
  findings: Findings,
): Pick<FieldSpec, "registerFile" | "table" | "implements"> {
  const ref = nameOf(block, "ref", findings);
  const type = nameOf(block, "type", findings);
  if (type && type.text !== "immed" && TYPES.has(type.text) && !ref) {
    findings.error(
      "BW0208",
      block.span,
      `field ${block.name} does not say which ${type.text === "instr" ? "instruction table" : type.text === "memory" ? "memory" : "register file"} it ${type.text === "instr" ? "holds instructions of" : "indexes"}`,
      type.text === "instr" ? "write ref=TABLE;" : "write ref=GPR;",
    );
  }
  if (type && !TYPES.has(type.text)) return { implements: type.text };
  if (!ref) return {};
  if (type?.text === "instr") return { table: ref.text };
  // A memory may be referred to without saying so; isa.ts knows which names are files.
  return type?.text === "memory" ? {} : { registerFile: ref.text };
}

function readAddress(block: Block, findings: Findings): InstructionField["address"] {
  const addr = nameOf(block, "addr", findings);
  const addresses: Readonly<Record<string, InstructionField["address"]>> = {
    pc: "pc",
    abs: "absolute",
    none: "none",
  };
  const address = addr && Object.hasOwn(addresses, addr.text) ? addresses[addr.text] : undefined;
  if (addr && !address) findings.error("BW0205", addr.span, `addr is pc, abs or none, not ${addr.text}`);
  return address ?? "none";
}

function readIndexOrder(block: Block, findings: Findings): Pick<FieldSpec, "indexOrder"> {
  if (!block.keys.has("index_endianness")) return {};
  return { indexOrder: isNamed(block, "index_endianness", "little", findings) ? "little" : "big" };
}

/** The value that a prefix or assembler field has when nothing sets it; that of an enumerated one is a name. */
function readDisplay(block: Block, findings: Findings): Pick<FieldSpec, "display"> {
  const display = oneOf(block, "display", ["def", "hex", "dec", "signed_dec", "name"], findings);
  return display === "def" ? {} : { display };
}

function readInitial(block: Block, findings: Findings): bigint {
  const e = entryOf(block, "value") ? expressionOf(block, "value", findings) : undefined;
  return (e && constantOf(e, findings.constants)) ?? 0n;
}

function readAction(block: Block, findings: Findings): Pick<FieldSpec, "action"> {
  const code = codeOf(block, "action", findings);
  const parameter = code?.parameters[0]?.name;
  if (!code) return {};
  return { action: { ...(parameter ? { parameter } : {}), body: code.body } };
}

/** `enumerated = ("a",("b1","b2"),reserved)`: names of the values from 0 on. */
function readEnumerated(block: Block, findings: Findings): Pick<FieldSpec, "enumerated"> {
  const e = entryOf(block, "enumerated") ? expressionOf(block, "enumerated", findings) : undefined;
  if (!e) return {};
  const names = elementsOf(e).map((item) =>
    elementsOf(item).flatMap((one) => {
      const name = nameIn(one)?.text ?? (one.kind === "number" ? one.text : undefined);
      return name === undefined || (one.kind === "name" && name === "reserved") ? [] : [name];
    }),
  );
  return { enumerated: names };
}

function readSuffix(block: Block, findings: Findings): Pick<FieldSpec, "suffix"> {
  const entry = entryOf(block, "variant_suffix");
  if (!entry) return {};
  const value = entry.value.kind === "expression" ? entry.value.value : undefined;
  if (value?.kind === "string") return { suffix: value.value };
  findings.error("BW0205", entry.span, 'variant_suffix takes a string: variant_suffix=".";');
  return {};
}

/** `table = ((0,4),(0,5),reserved)`, `(7,3,1)`: rows of integers. */
function readRows(block: Block, findings: Findings): bigint[][] {
  const e = entryOf(block, "table") ? expressionOf(block, "table", findings) : undefined;
  const rows = elementsOf(e);
  if (rows.length > LIMITS.registerFileSize) {
    findings.error("BW0207", e?.span, `a table of more than ${LIMITS.registerFileSize} rows`);
    return [];
  }
  return rows.map((row) => {
    if (row.kind === "name" && row.name === "reserved") return [];
    return elementsOf(row).flatMap((item) => {
      const value = constantOf(item, findings.constants);
      if (value === undefined && item.kind !== "broken")
        findings.error("BW0205", item.span, "a table has rows of integers, or reserved");
      return value === undefined ? [] : [value];
    });
  });
}

/** Bits that the largest element of a table needs. */
export function elementBits(rows: readonly (readonly bigint[])[]): number {
  let largest = 1n;
  for (const row of rows) for (const value of row) if (value > largest) largest = value;
  return largest.toString(2).length;
}

/** `fields = (4,0)`, `(6,Tbl(1),5,Tbl(0))`, `(DaDb(2))`. */
function readParts(block: Block, outer: Block | undefined, findings: Findings): FieldPart[] {
  const e = entryOf(block, "fields") ? expressionOf(block, "fields", findings) : undefined;
  if (!e) return [];
  const number = (x: SyntaxExpression | undefined): number | undefined => {
    const value = x && constantOf(x, findings.constants);
    return value !== undefined && value >= 0n && value < BigInt(WIDEST) ? Number(value) : undefined;
  };
  const pair = (list: readonly SyntaxExpression[]): Range | undefined => {
    const [first, last] = list.map(number);
    return list.length === 2 && first !== undefined && last !== undefined ? [first, last] : undefined;
  };
  const whole = e.kind === "list" ? pair(e.elements) : undefined;
  if (whole) return [{ kind: "bits", range: whole }];
  return elementsOf(e).flatMap((item): FieldPart[] => {
    const single = number(item);
    if (single !== undefined) return [{ kind: "bits", range: [single, single] }];
    if (item.kind === "list") {
      const range = pair(item.elements);
      if (range) return [{ kind: "bits", range }];
    }
    if (item.kind === "name") return [{ kind: "whole", of: item.name }];
    if (item.kind === "call" && item.callee.kind === "name") {
      const of = item.callee.name;
      const range = pair(item.arguments);
      const self = of === block.name && !outer;
      if (range) return [self ? { kind: "bits", range } : { kind: "bits", of, range }];
      const index = item.arguments.length === 1 ? number(item.arguments[0]) : undefined;
      if (index !== undefined) return [{ kind: "element", of, index }];
    }
    if (item.kind !== "broken")
      findings.error("BW0205", item.span, "a field's value is made of bits: (4,0), NAME(1), NAME(7,4)");
    return [];
  });
}
