// Groups of definitions: `define (group=fast) { items = (add,sub); }`, and what `defmod (instr=*fast)` stands for. Items are
// names, `"*"` for all of a type, `*NAME` for another group, and unions, intersections and differences of them; filters
// by attribute or field narrow them down.
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { elementsOf, expressionOf, nameIn, nameOf } from "./keys.ts";
import { attributesOf } from "./registers.ts";
import type { SyntaxExpression, SyntaxName } from "./syntax.ts";

/** Names of the members that a group has among the blocks of one type, in the order of those. */
export function membersOf(parent: Block, group: SyntaxName, type: string, findings: Findings): string[] {
  const block = childrenOf(parent, "group").find((g) => g.name === group.text);
  if (!block) {
    const known = childrenOf(parent, "group").map((g) => g.name);
    findings.error("BW0212", group.span, `unknown group ${group.text}`, didYouMean(group.text, known));
    return [];
  }
  const names = new Set(namesOf(parent, block, type, findings, new Set([block])));
  return childrenOf(parent, type)
    .map((b) => b.name)
    .filter((n) => names.has(n));
}

type Names = ReadonlySet<string>;

function namesOf(
  parent: Block,
  group: Block,
  type: string,
  findings: Findings,
  open: ReadonlySet<Block>,
): Names {
  const all = childrenOf(parent, nameOf(group, "type", findings)?.text ?? type);
  const e = expressionOf(group, "items", findings);
  const every = new Set(all.map((b) => b.name));
  const chosen = e ? valueOf(e, { parent, type, every, findings, open }) : every;
  const filters: ((block: Block) => boolean)[] = [];
  if (group.keys.has("has_attrs")) {
    const wanted = listed(group, "has_attrs", findings);
    filters.push((b) => attributesOf(b, findings).some((a) => wanted.includes(a)));
  }
  if (group.keys.has("has_fields")) {
    const wanted = listed(group, "has_fields", findings);
    filters.push((b) => wanted.every((f) => mentions(expressionOf(b, "fields", findings), f)));
  }
  if (filters.length === 0) return chosen;
  return new Set(all.filter((b) => chosen.has(b.name) && filters.every((f) => f(b))).map((b) => b.name));
}

function listed(group: Block, key: string, findings: Findings): string[] {
  return elementsOf(expressionOf(group, key, findings)).flatMap(
    (e) => nameIn(e.kind === "call" ? e.callee : e)?.text ?? [],
  );
}

/** Whether a list of fields names one. */
function mentions(e: SyntaxExpression | undefined, field: string): boolean {
  return elementsOf(e).some((item) => {
    if (item.kind === "list") return mentions(item, field);
    return nameIn(item.kind === "call" ? item.callee : item)?.text === field;
  });
}

interface Context {
  readonly parent: Block;
  readonly type: string;
  readonly every: Names;
  readonly findings: Findings;
  /** Groups that are being worked out: one that names itself has no members. */
  readonly open: ReadonlySet<Block>;
}

function valueOf(e: SyntaxExpression, context: Context): Names {
  const { parent, findings } = context;
  if (e.kind === "list") return union(e.elements.map((item) => valueOf(item, context)));
  if (e.kind === "string" && e.value === "*") return context.every;
  if (e.kind === "binary" && (e.operator === "-" || e.operator === "&" || e.operator === "|")) {
    const [left, right] = [valueOf(e.left, context), valueOf(e.right, context)];
    if (e.operator === "|") return union([left, right]);
    return new Set([...left].filter((n) => right.has(n) === (e.operator === "&")));
  }
  const group = e.kind === "unary" && e.operator === "*" ? nameIn(e.value) : undefined;
  if (group) {
    const block = childrenOf(parent, "group").find((g) => g.name === group.text);
    if (block && !context.open.has(block))
      return namesOf(parent, block, context.type, findings, new Set([...context.open, block]));
    findings.error(
      "BW0212",
      group.span,
      block ? `group ${group.text} contains itself` : `unknown group ${group.text}`,
    );
    return new Set();
  }
  const name = nameIn(e);
  if (!name && e.kind !== "broken")
    findings.error("BW0205", e.span, "a group has names, groups (*NAME), and -, & and | of them");
  return new Set(name ? [name.text] : []);
}

function union(sets: readonly Names[]): Names {
  return new Set(sets.flatMap((s) => [...s]));
}
