// Instruction fields, registers and register files, from define blocks to the model.
import type { InstructionField, Register, RegisterField, RegisterFile } from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import {
  booleanOf,
  checkKnown,
  constantOf,
  elementsOf,
  entryOf,
  expressionOf,
  integerIn,
  integerOf,
  nameOf,
  namesOf,
} from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { parseInteger } from "./number.ts";
import type { SyntaxExpression } from "./syntax.ts";

type Range = readonly [number, number];

/** `bits = 5`, `(0,5)`, `((16,20),(11,15))`, `(1,(11,15))`: ranges from left to right. */
export function bitRanges(e: SyntaxExpression, last: number, findings: Findings): Range[] {
  const bounds = { min: 0, max: last };
  const position = (at: SyntaxExpression): number => integerIn(at, "a bit number", 0, bounds, findings);
  const range = (at: SyntaxExpression): Range | undefined => {
    if (at.kind !== "list") {
      const n = position(at);
      return [n, n];
    }
    const [first, end] = at.elements;
    if (!first || !end || at.elements.length !== 2) {
      findings.error("BW0205", at.span, "bits are written (first,last)");
      return undefined;
    }
    const from = position(first);
    const to = position(end);
    if (to < from) {
      findings.error(
        "BW0206",
        at.span,
        `the bits end (${to}) before they start (${from})`,
        "bit 0 is the leftmost",
      );
      return undefined;
    }
    return [from, to];
  };
  const nested = e.kind === "list" && e.elements.some((x) => x.kind === "list");
  const parts = e.kind === "list" && (nested || e.elements.length !== 2) ? e.elements : [e];
  return parts.flatMap((part) => {
    const r = range(part);
    return r ? [r] : [];
  });
}

const FIELD_KEYS = [
  "bits",
  "ref",
  "type",
  "is_signed",
  "shift",
  "addr",
  "variant_suffix",
  "display",
  "width",
  "enumerated",
  "allow_conflict",
];

export function elaborateField(
  block: Block,
  findings: Findings,
): { field: InstructionField; suffix?: string } {
  checkKnown(block, FIELD_KEYS, [], findings);
  const e = expressionOf(block, "bits", findings);
  if (!e) findings.error("BW0208", block.span, `field ${block.name} has no bits`, "write bits=(first,last);");
  const bits = e ? bitRanges(e, 31, findings) : [];
  const width = bits.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  if (width > 32) findings.error("BW0206", e?.span, `field ${block.name} has more than 32 bits`);
  const ref = nameOf(block, "ref", findings);
  const type = nameOf(block, "type", findings);
  if (type?.text === "regfile" && !ref) {
    findings.error(
      "BW0208",
      block.span,
      `field ${block.name} does not say which register file it indexes`,
      "write ref=GPR;",
    );
  }
  const addr = nameOf(block, "addr", findings);
  const addresses: Readonly<Record<string, InstructionField["address"]>> = {
    pc: "pc",
    abs: "absolute",
    none: "none",
  };
  const address = addr && Object.hasOwn(addresses, addr.text) ? addresses[addr.text] : undefined;
  if (addr && !address) findings.error("BW0205", addr.span, `addr is pc, abs or none, not ${addr.text}`);
  const suffixEntry = entryOf(block, "variant_suffix");
  let suffix: string | undefined;
  if (suffixEntry) {
    const value = suffixEntry.value.kind === "expression" ? suffixEntry.value.value : undefined;
    if (value?.kind === "string") suffix = value.value;
    else findings.error("BW0205", suffixEntry.span, 'variant_suffix takes a string: variant_suffix=".";');
  }
  return {
    field: {
      name: block.name,
      bits,
      width: Math.max(1, width),
      signed: booleanOf(block, "is_signed", false, findings),
      shift: integerOf(block, "shift", 0, { min: 0, max: 31 }, findings),
      address: address ?? "none",
      ...(ref && (type === undefined || type.text === "regfile") ? { registerFile: ref.text } : {}),
    },
    ...(suffix === undefined ? {} : { suffix }),
  };
}

const REGISTER_KEYS = ["width", "offset", "reset", "attrs", "alias", "log_name", "pseudo"];

/** `role` is set for registers that are the program counter (attrs = cia or nia). */
export function elaborateRegister(
  block: Block,
  findings: Findings,
): { register: Register; offset: number; role?: "cia" | "nia" } {
  checkKnown(block, REGISTER_KEYS, ["field", "read", "write"], findings);
  const width = integerOf(block, "width", 32, { min: 1, max: 64 }, findings);
  const offset = integerOf(block, "offset", 0, { min: 0, max: 64 }, findings);
  const fields: RegisterField[] = [];
  for (const child of childrenOf(block, "field")) {
    const e = expressionOf(child, "bits", findings);
    if (!e) {
      findings.error("BW0208", child.span, `field ${child.name} has no bits`, "write bits=(first,last);");
      continue;
    }
    const ranges = bitRanges(e, offset + width - 1, findings);
    const [range] = ranges;
    if (ranges.length > 1)
      findings.error("BW0240", e.span, "a register field of several pieces is not supported yet");
    if (!range) continue;
    if (range[0] < offset) findings.error("BW0206", e.span, `the register's bits start at ${offset}`);
    fields.push({ name: child.name, first: range[0] - offset, last: range[1] - offset });
  }
  const reset = expressionOf(block, "reset", findings);
  const resetValue = reset ? constantOf(reset) : 0n;
  if (resetValue === undefined) findings.error("BW0205", reset?.span, "reset takes an integer");
  const role = namesOf(block, "attrs", findings).find((a) => a.text === "cia" || a.text === "nia")?.text;
  return {
    register: { name: block.name, width, fields, resetValue: BigInt.asUintN(width, resetValue ?? 0n) },
    offset,
    ...(role === "cia" || role === "nia" ? { role } : {}),
  };
}

export function elaborateRegisterFile(
  block: Block,
  registers: ReadonlyMap<string, Register>,
  findings: Findings,
): RegisterFile {
  checkKnown(
    block,
    ["size", "width", "attrs", "offset", "prefix", "reset"],
    ["entry", "read", "write"],
    findings,
  );
  if (!block.keys.has("size"))
    findings.error("BW0208", block.span, `register file ${block.name} has no size`);
  const size = integerOf(block, "size", 1, { min: 1, max: LIMITS.registerFileSize }, findings);
  const width = integerOf(block, "width", 32, { min: 1, max: 64 }, findings);
  const entries: Record<number, string> = {};
  for (const entry of childrenOf(block, "entry")) {
    checkKnown(entry, ["reg", "syntax"], [], findings);
    const index = parseInteger(entry.name);
    if (index === undefined || index >= BigInt(size)) {
      findings.error(
        "BW0206",
        entry.span,
        `entry ${entry.name} of ${block.name}: entries are numbered from 0 to ${size - 1}`,
      );
      continue;
    }
    for (const e of elementsOf(expressionOf(entry, "reg", findings))) {
      const name = e.kind === "name" ? e.name : "";
      if (registers.has(name)) entries[Number(index)] = name;
      else
        findings.error(
          "BW0212",
          e.span,
          `entry ${entry.name}: unknown register ${name}`,
          didYouMean(name, registers.keys()),
        );
    }
    if (!entry.keys.has("reg"))
      findings.error("BW0208", entry.span, `entry ${entry.name} names no register`, "write reg=NAME;");
  }
  return { name: block.name, size, width, entries };
}
