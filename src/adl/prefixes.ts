// Prefix instructions: what they say is kept until the packet of instructions ends, and supplies bits to the encodings of
// the packet's other instructions, which their templates name.
import type { Expression, Statement } from "../machine/action.ts";
import type { Instruction } from "../machine/model.ts";
import { rangeWidth } from "./bit-numbering.ts";
import type { Block } from "./blocks.ts";
import { readEntry } from "./encoding.ts";
import type { Layout } from "./encoding.ts";
import type { Findings } from "./findings.ts";
import { WORD, binary, concat, constant, convert } from "./fold.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import type { IsaContext } from "./instructions.ts";
import { elementsOf, expressionOf, nameIn, namesOf } from "./keys.ts";
import { rawValue } from "./placements.ts";
import type { Member } from "./placements.ts";
import { Scope } from "./scope.ts";
import { ActionTyper } from "./statements.ts";
import { fieldElements } from "./sub-instructions.ts";

/** What a prefix says is kept in the registers of its fields until the packet ends. */
export function prefixStatements(members: readonly Member[], context: IsaContext): Statement[] {
  return members.flatMap((member): Statement[] => {
    const names = [member.spec?.name, member.spec?.implements];
    return names.flatMap((name): Statement[] => {
      const register = name === undefined ? undefined : context.registers.get(name);
      if (!register || !member.spec?.prefix || member.spec.overlay) return [];
      const type = { width: register.width, signed: false };
      const target: Expression = { kind: "register", register: register.name, type };
      return [{ kind: "assign", target, value: convert(rawValue(member), type) }];
    });
  });
}

/** Prefix counters that go up or down with an instruction. */
export function counting(block: Block, findings: Findings): Pick<Instruction, "counts"> {
  const counts: Record<string, number> = {};
  for (const [key, by] of [
    ["prefix_counter_incr", 1],
    ["prefix_counter_decr", -1],
  ] as const)
    for (const { text } of namesOf(block, key, findings)) counts[text] = (counts[text] ?? 0) + by;
  return Object.keys(counts).length > 0 ? { counts } : {};
}

/** The template of a clause, `type = OneWord`, and the bits in it that prefixes supply. */
export function templateOf(block: Block, context: IsaContext): { readonly extra: number } | undefined {
  const e = block.keys.has("type") ? expressionOf(block, "type", context.findings) : undefined;
  const template = e && context.clauses.get(nameIn(e)?.text ?? "");
  if (!template) {
    if (e && e.kind !== "broken")
      context.findings.error("BW0212", e.span, `unknown template ${nameIn(e)?.text ?? ""}`);
    return undefined;
  }
  let extra = 0;
  for (const element of fieldElements(template, context.findings)) {
    const entry = readEntry(element, 0, context.specs, context.findings);
    if (entry?.spec?.prefix && entry.range) extra += rangeWidth(entry.range);
  }
  return { extra };
}

/** The hook that gives the bits that prefixes supply to the instructions of a template. */
export function suppliedBits(
  block: Block,
  layout: Layout,
  context: IsaContext,
): NonNullable<Instruction["supplied"]> | undefined {
  const { findings, specs, hooks, order } = context;
  const type = expressionOf(block, "type", findings);
  const template = context.clauses.get((type && nameIn(type)?.text) ?? "");
  if (!template) return undefined;
  const bits = layout.width - layout.fetched;
  const blocks = namesOf(block, "blk", findings).map((n) => n.text);
  const entries = fieldElements(template, findings).flatMap((e) => {
    const entry = readEntry(e, 0, specs, findings);
    return entry?.spec?.prefix && entry.range ? [{ spec: entry.spec, range: entry.range }] : [];
  });
  // From the left: the highest number first where bits are counted from the right.
  entries.sort((a, b) => (order === "little" ? b.range[0] - a.range[0] : a.range[0] - b.range[0]));
  const counters = new Map(
    elementsOf(expressionOf(template, "prefix_counters", findings)).flatMap((pair) => {
      const [counter, field] = elementsOf(pair).map((e) => nameIn(e)?.text ?? "");
      return counter !== undefined && field !== undefined ? [[field, counter] as const] : [];
    }),
  );
  const parts = entries.map(({ spec, range }) =>
    prefixSlice(ofBlock(spec, blocks, specs), rangeWidth(range), counters.get(spec.name), context),
  );
  const name = `.supplied.${template.name}.${blocks.join(".")}`;
  const type_ = { width: 32, signed: false };
  const value = convert(concat(parts), type_);
  hooks.add({ name, parameters: [], result: type_, body: [{ kind: "return", value }] });
  return { hook: name, bits, side: order === "little" ? "right" : "left" };
}

/** The form of a prefix field that instructions of these blocks take their bits from. */
function ofBlock(
  spec: FieldSpec,
  blocks: readonly string[],
  specs: ReadonlyMap<string, FieldSpec>,
): FieldSpec {
  for (const other of specs.values())
    if (other.implements === spec.name && other.blocks.some((b) => blocks.includes(b))) return other;
  return spec;
}

/** The bits of a prefix field for the instruction at this place of the packet. */
function prefixSlice(
  spec: FieldSpec,
  width: number,
  counter: string | undefined,
  context: IsaContext,
): Expression {
  const type = { width: spec.width, signed: false };
  const all: Expression = { kind: "register", register: spec.name, type };
  const counting = counter === undefined ? undefined : context.registers.get(counter);
  const at: Expression = counting
    ? { kind: "register", register: counting.name, type: { width: 32, signed: false } }
    : { kind: "service", service: "packet_position", arguments: [], type: { width: 32, signed: false } };
  if (spec.action) return convert(prefixAction(spec, all, at, context), { width, signed: false });
  const own = spec.indexed === 0 ? width : spec.indexed;
  const from = binary("*", at, constant(BigInt(own), WORD), WORD);
  const right =
    (spec.indexOrder ?? context.order) === "little"
      ? from
      : binary("-", constant(BigInt(spec.width - own), WORD), from, WORD);
  const bits = convert(binary(">>", all, right, type), { width: Math.min(own, spec.width), signed: false });
  return convert(bits, { width, signed: false });
}

/** `action = func(unsigned i) { ThisField = bits(2*i+1,2*i); }`, as a function of the place. */
function prefixAction(spec: FieldSpec, all: Expression, at: Expression, context: IsaContext): Expression {
  const name = `.field.${spec.name}`;
  const result = { width: Math.max(1, spec.size), signed: false };
  if (spec.action && !context.helpers.has(name)) {
    const scope = new Scope(context.scope);
    scope.set("bits", { kind: "alias", expression: all, offset: 0 });
    const typer = new ActionTyper(scope, context.findings);
    typer.parameter(spec.action.parameter ?? "Index", WORD);
    typer.parameter("ThisField", result);
    const body = typer.body(spec.action.body);
    const value: Expression = { kind: "local", name: "ThisField", type: result };
    context.helpers.set(name, {
      name,
      parameters: [
        { name: spec.action.parameter ?? "Index", type: WORD },
        { name: "ThisField", type: result },
      ],
      result,
      body: [...body, { kind: "return", value }],
    });
  }
  return { kind: "call", helper: name, arguments: [at, constant(0n, result)], type: result };
}
