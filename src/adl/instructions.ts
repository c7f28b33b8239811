// Instructions: encoding, variants, assembly syntax, action and aliases. A variant field is one that the encoding leaves
// open but the name tells (`add`, `addo`, `add.`, `addo.`): the clause becomes one instruction for each combination, in
// which the field is a constant.
import type { HelperFunction } from "../machine/action.ts";
import type { Instruction, InstructionField, Register, RegisterFile } from "../machine/model.ts";
import type { Aspect } from "./aspects.ts";
import { codeOfAspects, readAspects } from "./aspects.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { count, didYouMean } from "./findings.ts";
import {
  checkKnown,
  codeOf,
  constantOf,
  elementsOf,
  expressionOf,
  integerOf,
  nameIn,
  namesOf,
} from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { registerAccesses } from "./register-access.ts";
import { analyseUse } from "./register-use.ts";
import type { InstructionFacts } from "./register-use.ts";
import { attributesOf } from "./registers.ts";
import { Scope } from "./scope.ts";
import { lineOf } from "./source.ts";
import type { Span } from "./source.ts";
import { ActionTyper } from "./statements.ts";
import type { SyntaxExpression, SyntaxStatement } from "./syntax.ts";

export interface IsaContext {
  readonly fields: ReadonlyMap<string, InstructionField>;
  readonly suffixes: ReadonlyMap<string, string>;
  readonly registers: ReadonlyMap<string, Register>;
  readonly registerFiles: ReadonlyMap<string, RegisterFile>;
  readonly helpers: ReadonlyMap<string, HelperFunction>;
  readonly scope: Scope;
  readonly findings: Findings;
  /** Aspects of the architecture. */
  readonly aspects: readonly Aspect[];
}

type Syntax = Instruction["syntax"];

interface Encoded {
  readonly field: InstructionField;
  readonly value?: bigint;
  readonly span: Span;
}

const KEYS = (
  "fields variants syntax dsyntax attrs action alias width allow_conflict inherit_attrs remove_attrs remove_attrs_nc " +
  "exclude_sources exclude_targets assemble disassemble asm_rank blk dependencies enable_post_fetch reserved_bits_value"
).split(" ");

/** The instructions of one clause: one, or one for each combination of its variants. */
export function elaborateInstruction(block: Block, context: IsaContext): Instruction[] {
  const { findings } = context;
  checkKnown(block, KEYS, ["aspect", "instr"], findings);
  const encoded = readFields(block, context);
  const variants = readVariants(block, encoded, context);
  const removed = [
    ...namesOf(block, "remove_attrs", findings),
    ...namesOf(block, "remove_attrs_nc", findings),
  ];
  const attributes = attributesOf(block, findings).filter((a) => !removed.some((r) => r.text === a));
  const width = readWidth(block, encoded, context);
  const own = readAspects(block, findings);
  const aspectsAt = (wanted: (aspect: Aspect) => boolean): SyntaxStatement[] =>
    codeOfAspects([own, context.aspects], attributes, wanted);
  const exclude = readExclusions(block, findings);
  const place = { file: block.span.source.name, line: lineOf(block.span.source, block.span.offset) };
  const action = codeOf(block, "action", findings);
  if (!action && !block.keys.has("action")) {
    findings.warn("BW0250", block.span, `instruction ${block.name} has no action`);
  }
  return combinations(variants.length).map((choice): Instruction => {
    const values = new Map<string, bigint>();
    variants.forEach((field, i) => values.set(field, choice[i] ?? 0n));
    const suffix = variants
      .map((field, i) => (choice[i] === 1n ? (context.suffixes.get(field) ?? "") : ""))
      .join("");
    const fixed = encoded.map((part) => ({ ...part, value: part.value ?? values.get(part.field.name) }));
    const { mask, match } = encoding(fixed);
    const operands = fixed.filter((part) => part.value === undefined).map((part) => part.field.name);

    const scope = new Scope(context.scope);
    for (const { field, value } of fixed) {
      scope.set(field.name, value === undefined ? { kind: "field", field } : { kind: "field", field, value });
    }
    const typer = new ActionTyper(scope, findings, { attributes }, (label) =>
      aspectsAt((a) => a.labels.includes(label)),
    );
    const pieces = action ? [...aspectsAt((a) => a.before), action.body, ...aspectsAt((a) => a.after)] : [];
    const [only] = pieces;
    const code =
      pieces.length === 1 && only
        ? typer.body(only)
        : typer.body({ kind: "block", body: pieces, span: block.span });
    return {
      name: block.name + suffix,
      ...(width === 32 ? {} : { width }),
      mask,
      match,
      fields: operands,
      syntax: readSyntax(block, operands, context),
      attributes,
      place,
      action: code,
      ...exclude(analyseUse(code, context)),
      accesses: registerAccesses(code, context.helpers),
      aliases: [],
    };
  });
}

function combinations(count: number): bigint[][] {
  let list: bigint[][] = [[]];
  for (let i = 0; i < count; i++)
    list = list.flatMap((prefix) => [
      [...prefix, 0n],
      [...prefix, 1n],
    ]);
  return list;
}

/** The declared width, or that of the fields, up to a whole byte; and a check that 32 bits are enough. */
function readWidth(block: Block, encoded: readonly Encoded[], { findings }: IsaContext): number {
  const last = encoded.flatMap((p) => p.field.bits.map(([, to]) => to));
  const natural = Math.max(8, Math.ceil((Math.max(0, ...last) + 1) / 8) * 8);
  if (!block.keys.has("width")) return natural <= 16 && encoded.length > 0 ? natural : 32;
  return integerOf(block, "width", 32, { min: 8, max: 32 }, findings);
}

/** `exclude_sources = GPR(RT);`: uses that the description says are none. */
function readExclusions(block: Block, findings: Findings): (facts: InstructionFacts) => InstructionFacts {
  const keyOf = (e: SyntaxExpression): string => {
    const [index] = e.kind === "call" ? e.arguments : [];
    const name = nameIn(e.kind === "call" ? e.callee : e)?.text ?? "";
    const at = index ? (nameIn(index)?.text ?? constantOf(index, findings.constants)?.toString()) : undefined;
    return at === undefined ? name : `${name}(${at})`;
  };
  const listed = (key: string): Set<string> =>
    new Set(
      (block.keys.get(key) ?? []).flatMap((entry) =>
        entry.value.kind === "expression" ? elementsOf(entry.value.value).map(keyOf) : [],
      ),
    );
  const [sources, targets] = [listed("exclude_sources"), listed("exclude_targets")];
  const kept = (list: Set<string>, uses: InstructionFacts["sources"]): InstructionFacts["sources"] =>
    uses.filter((u) => !list.has(u.name) && !list.has(`${u.name}(${u.field ?? u.index ?? ""})`));
  return (facts) => ({
    ...facts,
    sources: kept(sources, facts.sources),
    targets: kept(targets, facts.targets),
  });
}

/** `fields=(OPCD(31),RT,…)`: constants have their value in parentheses. */
function readFields(block: Block, context: IsaContext): Encoded[] {
  const { findings, fields } = context;
  const e = expressionOf(block, "fields", findings);
  if (!e) {
    if (!block.keys.has("fields")) {
      findings.error(
        "BW0208",
        block.span,
        `instruction ${block.name} has no fields`,
        "write fields=(OPCD(31),RT,…);",
      );
    }
    return [];
  }
  const result: Encoded[] = [];
  let covered = 0;
  for (const element of elementsOf(e)) {
    const read = readField(element, fields, findings);
    if (!read) continue;
    // An overlay names bits of another field; it is nothing to decode by.
    if (read.field.overlay) continue;
    for (const [first, last] of read.field.bits) {
      const bits = rangeMask(first, last);
      if ((covered & bits) !== 0) {
        findings.error(
          "BW0213",
          read.span,
          `field ${read.field.name} overlaps an earlier field of ${block.name}`,
        );
      }
      covered |= bits;
    }
    result.push(read);
  }
  const missing = ~covered >>> 0;
  if (
    missing !== 0 &&
    !block.keys.has("width") &&
    covered << 16 !== 0 &&
    result.length === elementsOf(e).length
  ) {
    findings.warn(
      "BW0251",
      block.span,
      `the fields of ${block.name} leave bits ${bitList(missing)} open`,
      "name the bits that must be zero as a field: RESERVED(0)",
    );
  }
  return result;
}

function readField(
  e: SyntaxExpression,
  fields: ReadonlyMap<string, InstructionField>,
  findings: Findings,
): Encoded | undefined {
  const nameNode = e.kind === "call" ? e.callee : e;
  if (e.kind === "broken") return undefined;
  if (nameNode.kind !== "name") {
    findings.error("BW0205", e.span, "fields are written NAME or NAME(value)");
    return undefined;
  }
  const field = fields.get(nameNode.name);
  if (!field) {
    findings.error(
      "BW0212",
      nameNode.span,
      `unknown instruction field ${nameNode.name}`,
      didYouMean(nameNode.name, fields.keys()),
    );
    return undefined;
  }
  if (e.kind !== "call") return { field, span: e.span };
  const [argument] = e.arguments;
  const value = argument && e.arguments.length === 1 ? constantOf(argument, findings.constants) : undefined;
  if (value === undefined) {
    findings.error("BW0205", e.span, `${field.name} takes one integer`);
    return undefined;
  }
  if (value < 0n || value >= 1n << BigInt(field.width)) {
    findings.error(
      "BW0206",
      argument?.span ?? e.span,
      `${value} does not fit in the ${field.width} bits of ${field.name}`,
    );
    return undefined;
  }
  return { field, value, span: e.span };
}

function readVariants(block: Block, encoded: readonly Encoded[], context: IsaContext): string[] {
  const { findings } = context;
  const result: string[] = [];
  for (const { text, span } of namesOf(block, "variants", findings)) {
    const part = encoded.find((p) => p.field.name === text);
    if (!part) {
      findings.error(
        "BW0214",
        span,
        `variant ${text} is not among the fields of ${block.name}`,
        didYouMean(
          text,
          encoded.map((p) => p.field.name),
        ),
      );
    } else if (part.field.width !== 1) {
      findings.error(
        "BW0214",
        span,
        `variant ${text} has ${part.field.width} bits`,
        "a variant is a field of one bit",
      );
    } else if (!context.suffixes.has(text)) {
      findings.error(
        "BW0214",
        span,
        `field ${text} has no variant_suffix`,
        'write variant_suffix="."; in its definition',
      );
    } else if (result.includes(text)) {
      findings.error("BW0214", span, `variant ${text} occurs twice`);
    } else result.push(text);
  }
  if (1 << result.length > LIMITS.variants) {
    findings.error(
      "BW0207",
      block.span,
      `instruction ${block.name} has more than ${LIMITS.variants} variants`,
    );
    return [];
  }
  return result;
}

function rangeMask(first: number, last: number): number {
  const width = last - first + 1;
  const ones = width >= 32 ? 0xffffffff : 2 ** width - 1;
  return (ones << (31 - last)) >>> 0;
}

function bitList(mask: number): string {
  const parts: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if (((mask >>> (31 - bit)) & 1) === 0) continue;
    const first = bit;
    while (bit < 31 && ((mask >>> (30 - bit)) & 1) === 1) bit++;
    parts.push(first === bit ? `${first}` : `${first} to ${bit}`);
  }
  return parts.join(", ");
}

/** Bits that the encoding fixes, and their values. */
function encoding(parts: readonly { field: InstructionField; value?: bigint | undefined }[]): {
  mask: number;
  match: number;
} {
  let mask = 0;
  let match = 0;
  for (const { field, value } of parts) {
    if (value === undefined) continue;
    // The field's value, whose leftmost bits belong to its first fragment.
    let rest = field.width;
    for (const [first, last] of field.bits) {
      const width = last - first + 1;
      rest -= width;
      const piece = Number(BigInt.asUintN(width, value >> BigInt(Math.max(0, rest))));
      mask = (mask | rangeMask(first, last)) >>> 0;
      match = (match | (piece << (31 - last))) >>> 0;
    }
  }
  return { mask, match };
}

function readSyntax(block: Block, operands: readonly string[], context: IsaContext): Syntax {
  const { findings } = context;
  const e = expressionOf(block, "syntax", findings);
  if (!e)
    return {
      template: ["%i", operands.map(() => "%f").join(",")].join(operands.length > 0 ? " " : ""),
      operands,
    };
  const [template, ...rest] = elementsOf(e);
  if (template?.kind !== "string") {
    if (e.kind !== "broken") findings.error("BW0215", e.span, 'syntax is written ("%i %f,%f",A,B)');
    return { template: "%i", operands: [] };
  }
  const names: string[] = [];
  for (const part of rest) {
    if (part.kind === "name" && operands.includes(part.name)) names.push(part.name);
    else if (part.kind === "name") {
      findings.error(
        "BW0215",
        part.span,
        `${part.name} is no operand field of ${block.name}`,
        didYouMean(part.name, operands),
      );
    } else if (part.kind !== "broken")
      findings.error("BW0215", part.span, "operands in syntax are names of fields");
  }
  const places = template.value.match(/%f/g)?.length ?? 0;
  if (places !== rest.length) {
    findings.error(
      "BW0215",
      template.span,
      `the syntax has ${places} %f, but ${count(rest.length, "operand")} ${rest.length === 1 ? "follows" : "follow"}`,
    );
  }
  if (/%[^fi]/.test(template.value))
    findings.error("BW0215", template.span, "the syntax knows %i (name) and %f (operand)");
  return { template: template.value, operands: names };
}

/**
 * Adds to each instruction the readable spellings that `alias = addi(RA(0))` clauses give it. Spellings whose fields are
 * computed (`ME(31-SH)`), made of one another (`RB(RS)`) or have no bits are for assemblers: from a word they cannot be
 * told, so nothing is kept of them.
 */
export function addAliases(
  blocks: readonly Block[],
  instructions: Map<string, Instruction>,
  context: IsaContext,
): void {
  const { findings } = context;
  const names = new Set<string>();
  for (const block of blocks) {
    checkKnown(block, KEYS, [], findings);
    const e = expressionOf(block, "alias", findings);
    if (!e || e.kind === "broken" || e.kind === "list") continue;
    const callee = e.kind === "call" ? e.callee : e;
    const name = callee.kind === "name" ? callee.name : callee.kind === "string" ? callee.value : undefined;
    if (name === undefined) {
      findings.error("BW0205", e.span, "alias is written NAME(FIELD(value),…)");
      continue;
    }
    const target = instructions.get(name);
    if (!target) {
      findings.error(
        "BW0212",
        callee.span,
        `alias of an unknown instruction ${name}`,
        didYouMean(name, instructions.keys()),
      );
      continue;
    }
    if (instructions.has(block.name) || names.has(block.name)) {
      findings.error("BW0210", block.span, `${block.name} is defined twice`);
      continue;
    }
    names.add(block.name);
    const constraints = readConstraints(e, name, target, context);
    if (!constraints) continue;
    const open = target.fields.filter((field) => !Object.hasOwn(constraints, field));
    const syntax = readSyntax(block, open, context);
    instructions.set(name, {
      ...target,
      aliases: [...target.aliases, { name: block.name, constraints, syntax }],
    });
  }
}

/** Values that an alias gives to fields of its target; undefined when they are not all numbers. */
function readConstraints(
  e: SyntaxExpression,
  name: string,
  target: Instruction,
  context: IsaContext,
): Record<string, number> | undefined {
  const { findings } = context;
  const constraints: Record<string, number> = {};
  let plain = true;
  for (const argument of e.kind === "call" ? e.arguments : []) {
    const [inner] = argument.kind === "call" ? argument.arguments : [];
    const field = argument.kind === "call" ? nameIn(argument.callee)?.text : nameIn(argument)?.text;
    // `BO(BO)` only passes an operand on.
    if (inner?.kind === "name" && inner.name === field) continue;
    if (inner && inner.kind !== "broken" && constantOf(inner, findings.constants) === undefined) {
      plain = false;
      continue;
    }
    const read = readField(argument, context.fields, findings);
    if (!read) continue;
    if (read.field.overlay) {
      plain = false;
      continue;
    }
    if (read.value === undefined || !target.fields.includes(read.field.name)) {
      findings.error(
        "BW0216",
        argument.span,
        `${read.field.name} is no operand field of ${name} with a value`,
        `operands: ${target.fields.join(", ")}`,
      );
      continue;
    }
    constraints[read.field.name] = Number(read.value);
  }
  return plain ? constraints : undefined;
}
