// Sub-instructions: parts of instructions, such as addressing modes, that are written once. A clause whose fields name
// groups of them stands for the product of the groups: one instruction for each choice, in which the fields of the chosen
// sub-instructions stand in the group's place, its code where the action calls the group, its operands in the syntax.
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { count, didYouMean } from "./findings.ts";
import { checkKnown, codeOf, elementsOf, expressionOf, nameIn, namesOf } from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { attributesOf } from "./registers.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression, SyntaxParameter, SyntaxStatement } from "./syntax.ts";

export interface SubInstruction {
  readonly name: string;
  readonly span: Span;
  readonly elements: readonly SyntaxExpression[];
  readonly attributes: readonly string[];
  readonly code?: { readonly parameters: readonly SyntaxParameter[]; readonly body: SyntaxStatement };
  /** The format and its operands. */
  readonly syntax?: { readonly template: string; readonly operands: readonly SyntaxExpression[] };
}

/** A sub-instruction in an instruction. Code and syntax call it by `names`: its group's and its own. */
export interface SubUse {
  readonly names: readonly string[];
  readonly sub: SubInstruction;
  /** Number of the use, from 1 on; the same sub-instruction may stand in an instruction twice. */
  readonly owner: number;
}

/** One instruction of a clause. */
export interface Form {
  readonly name: string;
  readonly elements: readonly { readonly e: SyntaxExpression; readonly owner: number }[];
  readonly subs: readonly SubUse[];
  /** Its place among all forms of the clause, for clauses that list the syntax of each. */
  readonly index: number;
}

export function readSubInstructions(block: Block, findings: Findings): Map<string, SubInstruction> {
  const subs = new Map<string, SubInstruction>();
  for (const child of childrenOf(block, "subinstr")) {
    checkKnown(
      child,
      ["fields", "syntax", "dsyntax", "action", "blk", "inherit_attrs"],
      ["aspect"],
      findings,
    );
    const code = codeOf(child, "action", findings);
    const [template, ...operands] = elementsOf(expressionOf(child, "syntax", findings));
    subs.set(child.name, {
      name: child.name,
      span: child.span,
      elements: fieldElements(child, findings),
      attributes: attributesOf(child, findings),
      ...(code ? { code } : {}),
      ...(template?.kind === "string" ? { syntax: { template: template.value, operands } } : {}),
    });
  }
  return subs;
}

/** The elements of `fields`, a single entry with bits being one element. */
export function fieldElements(block: Block, findings: Findings): readonly SyntaxExpression[] {
  const e = expressionOf(block, "fields", findings);
  const [first] = e?.kind === "list" ? e.elements : [];
  const single = first?.kind === "call" && first.callee.kind === "name" && first.callee.name === "bits";
  return e && single ? [e] : elementsOf(e);
}

/** The instructions that a clause stands for. */
export function formsOf(block: Block, subs: ReadonlyMap<string, SubInstruction>, findings: Findings): Form[] {
  const elements = fieldElements(block, findings);
  const groups = readGroups(block, subs, findings);
  // Groups by name, the last one counting fastest: so the language numbers the forms for `names`.
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  let choices: ReadonlyMap<string, SubInstruction>[] = [new Map()];
  for (const [group, members] of sorted) {
    if (choices.length * members.length > LIMITS.variants * 16) {
      findings.error("BW0207", block.span, `instruction ${block.name} has too many forms`);
      return [];
    }
    choices = choices.flatMap((made) => members.map((m) => new Map([...made, [group, m] as const])));
  }
  const names = readNames(block, groups.size > 0 ? choices.length : undefined, findings);
  return choices.flatMap((choice, index): Form[] => {
    const suffix = [...choice.values()].map((sub) => `_${sub.name}`).join("");
    const name = names ? names[index] : block.name + suffix;
    if (name === undefined || name === "reserved") return [];
    const uses: SubUse[] = [];
    const flat = elements.flatMap((e): { e: SyntaxExpression; owner: number }[] => {
      const named = e.kind === "name" ? e.name : undefined;
      const sub = named === undefined ? undefined : (choice.get(named) ?? subs.get(named));
      if (!sub || named === undefined) return [{ e, owner: 0 }];
      const owner = uses.length + 1;
      uses.push({ names: [...new Set([named, sub.name])], sub, owner });
      return sub.elements.map((inner) => ({ e: inner, owner }));
    });
    return [{ name, elements: flat, subs: uses, index }];
  });
}

function readGroups(
  block: Block,
  subs: ReadonlyMap<string, SubInstruction>,
  findings: Findings,
): Map<string, SubInstruction[]> {
  const groups = new Map<string, SubInstruction[]>();
  for (const child of childrenOf(block, "subinstrs")) {
    checkKnown(child, ["subs"], [], findings);
    const members = namesOf(child, "subs", findings).flatMap(({ text, span }) => {
      const sub = subs.get(text);
      if (!sub)
        findings.error("BW0212", span, `unknown sub-instruction ${text}`, didYouMean(text, subs.keys()));
      return sub ? [sub] : [];
    });
    if (members.length === 0)
      findings.error("BW0208", child.span, `group ${child.name} has no sub-instructions`);
    else groups.set(child.name, members);
  }
  return groups;
}

/** `names = ("aa","bb",reserved)`: one for each form. */
function readNames(block: Block, forms: number | undefined, findings: Findings): string[] | undefined {
  if (!block.keys.has("names")) return undefined;
  const e = expressionOf(block, "names", findings);
  const names = elementsOf(e).map((n) => nameIn(n)?.text ?? "");
  if (forms === undefined) {
    findings.error(
      "BW0208",
      e?.span ?? block.span,
      `${block.name} has names, but no groups of sub-instructions`,
    );
    return undefined;
  }
  if (names.length !== forms) {
    findings.error(
      "BW0208",
      e?.span ?? block.span,
      `${block.name} has ${count(forms, "form")}, but ${count(names.length, "name")}`,
    );
    return undefined;
  }
  return names;
}
