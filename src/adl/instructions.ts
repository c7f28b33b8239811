// Instructions: encoding, variants, assembly syntax, action. A clause becomes one instruction for each choice of its
// sub-instructions (sub-instructions.ts) and for each combination of its variant fields: those are left open by the
// encoding but told by the name (`add`, `addo`, `add.`, `addo.`), and constants in each instruction made.
import type { Expression, HelperFunction, Statement } from "../machine/action.ts";
import type { Instruction, Register, RegisterFile } from "../machine/model.ts";
import type { HookTyper } from "./architecture.ts";
import type { Aspect } from "./aspects.ts";
import { codeOfAspects, readAspects } from "./aspects.ts";
import type { BitOrder } from "./bit-numbering.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { joinEntries, placeEntries, readEntry, wordsOf } from "./encoding.ts";
import type { Layout, Placed } from "./encoding.ts";
import { needsView } from "./field-values.ts";
import type { FieldViews } from "./field-values.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { BIT, convert } from "./fold.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import { readSyntax } from "./instruction-syntax.ts";
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
  namesOf,
} from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { encodeAnew } from "./made-encodings.ts";
import type { MadeEncoding } from "./made-encodings.ts";
import { runAll } from "./model-calls.ts";
import { fixedBits, rawValue } from "./placements.ts";
import type { Member, PlacedFields } from "./placements.ts";
import { counting, prefixStatements, suppliedBits, templateOf } from "./prefixes.ts";
import { registerAccesses } from "./register-access.ts";
import { analyseUse } from "./register-use.ts";
import type { InstructionFacts } from "./register-use.ts";
import { attributesOf } from "./registers.ts";
import { Scope } from "./scope.ts";
import type { Binding } from "./scope.ts";
import { lineOf } from "./source.ts";
import { ActionTyper } from "./statements.ts";
import { formsOf } from "./sub-instructions.ts";
import type { Form, SubInstruction } from "./sub-instructions.ts";
import type { SyntaxExpression, SyntaxStatement } from "./syntax.ts";

export interface IsaContext {
  readonly specs: ReadonlyMap<string, FieldSpec>;
  readonly placed: PlacedFields;
  readonly views: FieldViews;
  readonly subs: ReadonlyMap<string, SubInstruction>;
  /** Clauses by name, for aliases that have an encoding of their own. */
  readonly clauses: ReadonlyMap<string, Block>;
  /** How bits are numbered, and which end of an instruction is stored first. */
  readonly order: BitOrder;
  readonly stored: BitOrder;
  /** Encodings that the loader makes up, for descriptions that leave them to it. */
  readonly encodings: ReadonlyMap<string, MadeEncoding> | undefined;
  readonly registers: ReadonlyMap<string, Register>;
  readonly registerFiles: ReadonlyMap<string, RegisterFile>;
  readonly helpers: Map<string, HelperFunction>;
  readonly scope: Scope;
  readonly findings: Findings;
  /** Aspects of the architecture. */
  readonly aspects: readonly Aspect[];
  readonly hooks: HookTyper;
}

export const INSTRUCTION_KEYS = (
  "fields variants syntax dsyntax attrs action alias alias_action width allow_conflict inherit_attrs remove_attrs " +
  "remove_attrs_nc exclude_sources exclude_targets assemble disassemble assembler asm_rank asm_rules blk dependencies " +
  "enable_post_fetch reserved_bits_value names pseudo prefix type next_table prefix_counters prefix_counter_incr " +
  "prefix_counter_decr"
).split(" ");

/** Whether a clause is no instruction by itself: a template, the frame of nested ones, or something for assemblers. */
export function isAbstract(block: Block, context: IsaContext): boolean {
  const { findings, specs } = context;
  if (booleanOf(block, "pseudo", false, findings)) return true;
  if (block.keys.has("alias_action")) return true;
  if (block.keys.has("assembler") && !block.keys.has("action") && !block.keys.has("fields")) return true;
  const elements = elementsOf(expressionOf(block, "fields", findings));
  const named = elements.flatMap((e) => (e.kind === "name" ? [specs.get(e.name)] : []));
  if (named.some((spec) => spec?.variable)) return true;
  return childrenOf(block, "instr").length > 0 && named.length === elements.length;
}

/** The instructions of one clause. */
export function elaborateInstruction(block: Block, context: IsaContext): Instruction[] {
  const { findings } = context;
  checkKnown(block, INSTRUCTION_KEYS, ["aspect", "instr", "subinstrs"], findings);
  const forms = formsOf(block, context.subs, findings);
  return forms.flatMap((form) => elaborateForm(block, form, context));
}

/** An instruction's fields with their places. */
export interface Encoded {
  readonly members: readonly Member[];
  readonly layout: Layout;
  readonly supplied?: NonNullable<Instruction["supplied"]>;
}

function elaborateForm(block: Block, form: Form, context: IsaContext): Instruction[] {
  const { findings } = context;
  const encoded = encode(block, form, context);
  const variants = readVariants(block, encoded.members, context);
  const removed = [
    ...namesOf(block, "remove_attrs", findings),
    ...namesOf(block, "remove_attrs_nc", findings),
  ];
  const own = [...attributesOf(block, findings), ...form.subs.flatMap((s) => s.sub.attributes)];
  // Prefixes have an instruction table of their own.
  const isPrefix = booleanOf(block, "prefix", false, findings);
  if (isPrefix) own.push("prefix");
  const attributes = [...new Set(own)].filter((a) => !removed.some((r) => r.text === a));
  const ownAspects = readAspects(block, findings);
  const blocks = namesOf(block, "blk", findings);
  const isDefined = (name: string): boolean =>
    encoded.members.some((m) => m.spec?.name === name) ||
    blocks.some((b) => b.text === name) ||
    isResource(context.scope, name);
  const aspectsAt = (wanted: (aspect: Aspect) => boolean): SyntaxStatement[] =>
    codeOfAspects([ownAspects, context.aspects], attributes, wanted, isDefined);
  const exclude = readExclusions(block, findings);
  const place = { file: block.span.source.name, line: lineOf(block.span.source, block.span.offset) };
  const owner = actionOwner(block, context);
  const action = codeOf(owner, "action", findings);
  if (!action && !owner.keys.has("action") && !runsItsFields(encoded.members) && !isPrefix) {
    findings.warn("BW0250", block.span, `instruction ${block.name} has no action`);
  }
  return combinations(variants.length).map((choice): Instruction => {
    const values = new Map<string, bigint>();
    variants.forEach((field, i) => values.set(field, choice[i] ?? 0n));
    const suffix = variants
      .map((field, i) => (choice[i] === 1n ? (context.specs.get(field)?.suffix ?? "") : ""))
      .join("");
    const members = encoded.members.map((m): Member => {
      const value = m.value ?? (m.spec && m.owner === 0 ? values.get(m.spec.name) : undefined);
      return value === undefined ? m : { ...m, value };
    });
    const name = form.name + suffix;
    const [first, ...more] = fixedBits(members);
    const words = wordsOf(encoded.layout.fetched) + (encoded.supplied ? 1 : 0);
    while (more.length + 1 < words) more.push({ mask: 0, match: 0 });
    const open = members.filter((m) => m.value === undefined && !m.reserved && !m.spec?.overlay);
    const scope = instructionScope(block, form, members, context);
    const typer = new ActionTyper(scope, findings, { attributes }, (label) =>
      aspectsAt((a) => a.labels.includes(label)),
    );
    const own: Statement[] = action
      ? typeAction(typer, action.body, aspectsAt, block)
      : runsItsFields(members)
        ? [runStatement(members, context.stored)]
        : [];
    const nextTable = codeOf(block, "next_table", findings);
    const code = [
      ...(isPrefix ? prefixStatements(members, context) : []),
      ...own,
      ...(nextTable ? typer.body(nextTable.body) : []),
    ];
    const syntaxNames = {
      operand: (n: string) => open.find((m) => m.spec?.name === n)?.field?.name,
      operands: open.flatMap((m) => (m.spec ? [m.spec.name] : [])),
      specs: context.specs,
      subs: form.subs,
    };
    return {
      name,
      ...(encoded.layout.fetched === 32 ? {} : { width: encoded.layout.fetched }),
      mask: first?.mask ?? 0,
      match: first?.match ?? 0,
      ...(more.length > 0 ? { more } : {}),
      ...postFetchOf(block, name, context),
      ...counting(block, findings),
      ...(encoded.supplied ? { supplied: encoded.supplied } : {}),
      ...(allowsConflict(block, open, findings) ? { conflicts: true as const } : {}),
      fields: [...new Set(open.flatMap((m) => m.pieces.map((p) => p.name)))],
      syntax: readSyntax(block, name, form.index, syntaxNames, findings),
      attributes,
      place,
      action: code,
      ...exclude(analyseUse(code, { ...context, fields: context.placed.fields })),
      accesses: registerAccesses(code, context.helpers),
      aliases: [],
    };
  });
}

/** `enable_post_fetch`: false, or code that says each time whether the next address is counted up. */
function postFetchOf(block: Block, name: string, context: IsaContext): Pick<Instruction, "postFetch"> {
  const entry = entryOf(block, "enable_post_fetch");
  if (!entry) return {};
  if (entry.value.kind === "expression")
    return booleanOf(block, "enable_post_fetch", true, context.findings) ? {} : { postFetch: false };
  const hook = context.hooks.type(block, "enable_post_fetch", `${name}.enable_post_fetch`, BIT);
  return hook === undefined ? {} : { postFetch: hook };
}

function allowsConflict(block: Block, open: readonly Member[], findings: Findings): boolean {
  return open.some((m) => m.spec?.conflicts) || booleanOf(block, "allow_conflict", false, findings);
}

function typeAction(
  typer: ActionTyper,
  body: SyntaxStatement,
  aspectsAt: (wanted: (aspect: Aspect) => boolean) => SyntaxStatement[],
  block: Block,
): Statement[] {
  const pieces = [...aspectsAt((a) => a.before), body, ...aspectsAt((a) => a.after)];
  const [only] = pieces;
  return pieces.length === 1 && only
    ? typer.body(only)
    : typer.body({ kind: "block", body: pieces, span: block.span });
}

/** Whether a name is something of the core, and not only of some instructions. */
function isResource(scope: Scope, name: string): boolean {
  const binding = scope.lookup(name);
  return binding !== undefined && binding.kind !== "otherField";
}

/** Whether an instruction without an action executes the instructions that its fields hold. */
function runsItsFields(members: readonly Member[]): boolean {
  return members.some((m) => m.spec?.table !== undefined);
}

/** Executes the instructions in the fields, from the most significant bits of the word to the least. */
function runStatement(members: readonly Member[], stored: BitOrder): Statement {
  // Where the lowest byte is stored first, later words are more significant.
  const place = (m: Member): number => {
    const at = m.ranges[0]?.[0] ?? 0;
    return stored === "big" ? at : (at % 32) - 32 * Math.floor(at / 32);
  };
  const list = members
    .toSorted((a, b) => place(a) - place(b))
    .flatMap((m) => (m.spec?.table === undefined ? [] : [{ value: rawValue(m), table: m.spec.table }]));
  return { kind: "expression", value: runAll(list) };
}

// ---- Aliases with an encoding of their own -------------------------------------------------------------------------

/** The clause whose action a clause has: its own, or that of the instruction that it is another encoding of. */
function actionOwner(block: Block, context: IsaContext): Block {
  const seen = new Set<Block>();
  let owner = block;
  while (!owner.keys.has("action") && !seen.has(owner)) {
    seen.add(owner);
    const target = aliasTarget(owner, context.findings);
    const next = target && context.clauses.get(target.name);
    if (!next) break;
    owner = next;
  }
  return owner;
}

interface AliasTarget {
  readonly name: string;
  readonly e: SyntaxExpression;
  readonly arguments: readonly SyntaxExpression[];
}

/** `alias = add(RT(RX),RA(0))`, `alias = "addic."(…)`. */
export function aliasTarget(block: Block, findings: Findings): AliasTarget | undefined {
  if (!block.keys.has("alias")) return undefined;
  const e = expressionOf(block, "alias", findings);
  if (!e || e.kind === "broken" || e.kind === "list") return undefined;
  const callee = e.kind === "call" ? e.callee : e;
  const name = callee.kind === "name" ? callee.name : callee.kind === "string" ? callee.value : undefined;
  if (name === undefined) {
    findings.error("BW0205", e.span, "alias is written NAME(FIELD(value),…)");
    return undefined;
  }
  return { name, e, arguments: e.kind === "call" ? e.arguments : [] };
}

// ---- Names ---------------------------------------------------------------------------------------------------------

/** What a field's name means in the instruction's code. */
export function fieldBinding(member: Member, context: IsaContext): Binding | undefined {
  const { spec, field, value } = member;
  if (!spec || !field) return undefined;
  const known = {
    ...(value === undefined ? {} : { value }),
    ...(spec.table === undefined ? {} : { table: spec.table }),
  };
  if (!needsView(spec) && member.pieces.length === 1) return { kind: "field", field, ...known };
  const view = context.views.view(spec, rawValue(member));
  return { kind: "field", field, ...known, view };
}

function bindMembers(scope: Scope, members: readonly Member[], owner: number, context: IsaContext): void {
  for (const member of members) {
    if (member.owner !== owner || !member.spec) continue;
    const binding = fieldBinding(member, context);
    if (binding) scope.set(member.spec.name, binding);
  }
}

function instructionScope(block: Block, form: Form, members: readonly Member[], context: IsaContext): Scope {
  // Fields of sub-instructions can be seen from the instruction, its own ones hiding them.
  const base = new Scope(context.scope);
  for (const { owner } of form.subs) bindMembers(base, members, owner, context);
  bindMembers(base, members, 0, context);
  const scope = new Scope(base);
  for (const { names, sub, owner } of form.subs) {
    const inner = new Scope(base);
    bindMembers(inner, members, owner, context);
    const code = sub.code ?? { parameters: [], body: { kind: "empty" as const, span: sub.span } };
    for (const name of names) scope.set(name, { kind: "code", name, ...code, scope: inner });
  }
  const target = block.keys.has("action") ? undefined : aliasTarget(block, context.findings);
  return target ? targetScope(target, scope, context) : scope;
}

/** Names of an alias's target: its fields are what the alias makes of its own. */
function targetScope(alias: AliasTarget, scope: Scope, context: IsaContext): Scope {
  const { findings, clauses, specs } = context;
  const inner = new Scope(context.scope);
  const target = clauses.get(alias.name);
  if (!target) {
    findings.error(
      "BW0212",
      alias.e.span,
      `alias of an unknown instruction ${alias.name}`,
      didYouMean(alias.name, clauses.keys()),
    );
    return inner;
  }
  const typer = new ActionTyper(scope, findings);
  for (const argument of alias.arguments) {
    const name = nameIn(argument.kind === "call" ? argument.callee : argument);
    const spec = name && specs.get(name.text);
    if (!name || !spec) {
      findings.error("BW0212", argument.span, `unknown instruction field ${name?.text ?? ""}`);
      continue;
    }
    const [given] = argument.kind === "call" ? argument.arguments : [argument];
    if (spec.variable || !given) continue;
    inner.set(name.text, targetField(spec, typer.value(given), context));
  }
  // Fields that both have and that the alias does not mention are passed on.
  for (const e of elementsOf(expressionOf(target, "fields", findings))) {
    const name = e.kind === "name" ? e.name : undefined;
    if (name === undefined || inner.own(name)) continue;
    const binding = scope.lookup(name);
    if (binding?.kind === "field") inner.set(name, binding);
  }
  const next = target.keys.has("action") ? undefined : aliasTarget(target, findings);
  return next ? targetScope(next, inner, context) : inner;
}

/** A field of an alias's target whose value the alias computes. */
function targetField(spec: FieldSpec, value: Expression, context: IsaContext): Binding {
  const field = context.placed.fields.get(spec.name);
  if (needsView(spec) && field) {
    const raw = convert(value, { width: Math.max(1, spec.width), signed: false });
    return { kind: "field", field, view: context.views.view(spec, raw) };
  }
  const plain = !spec.signed && spec.shift === 0 && spec.offset === 0 && spec.address !== "pc";
  const type = plain ? { width: Math.max(1, spec.size), signed: false } : { width: 32, signed: spec.signed };
  return { kind: "alias", expression: convert(value, type), offset: 0 };
}

// ---- Encoding ------------------------------------------------------------------------------------------------------

/** Reads the fields of a form and gives them their places. */
function encode(block: Block, form: Form, context: IsaContext): Encoded {
  const { findings, specs, order } = context;
  if (form.elements.length === 0 && !block.keys.has("fields"))
    findings.error(
      "BW0208",
      block.span,
      `instruction ${block.name} has no fields`,
      "write fields=(OPCD(31),RT,…);",
    );
  const entries = form.elements.flatMap(({ e, owner }) => readEntry(e, owner, specs, findings) ?? []);
  const made = context.encodings?.get(form.name);
  const placed = made
    ? joinEntries(encodeAnew(entries, made, order), order)
    : joinEntries(placeEntries(entries, order), order);
  const layout = made
    ? { width: made.width, fetched: made.width, order, stored: context.stored }
    : layoutOf(block, placed, context);
  const members = placed.flatMap((p) => {
    if (p.ranges.some((range) => Math.max(...range) >= layout.width)) {
      findings.error(
        "BW0206",
        p.span,
        `${p.spec?.name ?? "this"} reaches beyond the ${layout.width} bits of ${block.name}`,
      );
      return [];
    }
    return [context.placed.member(p, layout)];
  });
  reportCoverage(block, members, entries.length === form.elements.length, layout, findings);
  const supplied = layout.width > layout.fetched ? suppliedBits(block, layout, context) : undefined;
  return { members, layout, ...(supplied ? { supplied } : {}) };
}

/** The declared width, or that of the fields, up to a whole byte. */
function layoutOf(block: Block, placed: readonly Placed[], context: IsaContext): Layout {
  const { findings, order, stored } = context;
  const last = Math.max(-1, ...placed.flatMap((p) => p.ranges.flat()));
  const template = templateOf(block, context);
  const extra = template?.extra ?? 0;
  const natural = last < 0 ? 32 : Math.max(8, (Math.floor((last - extra) / 8) + 1) * 8) + extra;
  const declared = block.keys.has("width")
    ? integerOf(block, "width", natural, { min: 1, max: 512 }, findings)
    : natural;
  return { width: declared, fetched: Math.max(1, declared - extra), order, stored };
}

function reportCoverage(
  block: Block,
  members: readonly Member[],
  complete: boolean,
  layout: Layout,
  findings: Findings,
): void {
  let covered = 0n;
  for (const { spec, span, ranges } of members) {
    // An overlay names bits of another field; it is nothing to decode by.
    if (spec?.overlay) continue;
    for (const [first, last] of ranges) {
      const bits = ((1n << BigInt(last - first + 1)) - 1n) << BigInt(first);
      if ((covered & bits) !== 0n) {
        findings.error(
          "BW0213",
          span,
          spec
            ? `field ${spec.name} overlaps an earlier field of ${block.name}`
            : `these bits of ${block.name} belong to an earlier field`,
        );
      }
      covered |= bits;
    }
  }
  if (!complete || block.keys.has("width") || layout.fetched !== 32 || layout.order !== "big") return;
  const open: number[] = [];
  for (let bit = 0; bit < 32; bit++) if (((covered >> BigInt(bit)) & 1n) === 0n) open.push(bit);
  if (open.length === 0 || members.length === 0 || layout.stored !== "big") return;
  findings.warn(
    "BW0251",
    block.span,
    `the fields of ${block.name} leave bits ${bitList(open)} open`,
    "name the bits that must be zero as a field: RESERVED(0)",
  );
}

function bitList(bits: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < bits.length; i++) {
    const first = bits[i]!;
    while (bits[i + 1] === bits[i]! + 1) i++;
    parts.push(first === bits[i] ? `${first}` : `${first} to ${bits[i]}`);
  }
  return parts.join(", ");
}

// ---- Variants and exclusions ---------------------------------------------------------------------------------------

function combinations(count: number): bigint[][] {
  let list: bigint[][] = [[]];
  for (let i = 0; i < count; i++)
    list = list.flatMap((prefix) => [
      [...prefix, 0n],
      [...prefix, 1n],
    ]);
  return list;
}

function readVariants(block: Block, members: readonly Member[], context: IsaContext): string[] {
  const { findings } = context;
  const result: string[] = [];
  const fail = (span: Member["span"], message: string, help?: string): void =>
    findings.error("BW0214", span, message, help);
  for (const { text, span } of namesOf(block, "variants", findings)) {
    const member = members.find((m) => m.spec?.name === text);
    if (!member) {
      const known = members.flatMap((m) => (m.spec ? [m.spec.name] : []));
      fail(span, `variant ${text} is not among the fields of ${block.name}`, didYouMean(text, known));
    } else if (member.width !== 1)
      fail(span, `variant ${text} has ${member.width} bits`, "a variant is a field of one bit");
    else if (member.spec?.suffix === undefined)
      fail(span, `field ${text} has no variant_suffix`, 'write variant_suffix="."; in its definition');
    else if (result.includes(text)) fail(span, `variant ${text} occurs twice`);
    else result.push(text);
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
    uses.filter((u) => {
      // The field's name without the number of its place.
      const at = u.field?.split(":")[0] ?? u.index ?? "";
      return !list.has(u.name) && !list.has(`${u.name}(${at})`);
    });
  return (facts) => ({
    ...facts,
    sources: kept(sources, facts.sources),
    targets: kept(targets, facts.targets),
  });
}
