// Assembly syntax of instructions: a format and what stands for its operands. Behind those may follow values that an
// assembler computes for other fields, `syntax = ("foo %f",X,Y(X >> 2))`.
import type { Instruction } from "../machine/model.ts";
import type { Block } from "./blocks.ts";
import { count, didYouMean } from "./findings.ts";
import type { Findings } from "./findings.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import { elementsOf, expressionOf } from "./keys.ts";
import type { SubUse } from "./sub-instructions.ts";
import type { SyntaxExpression } from "./syntax.ts";

type Syntax = Instruction["syntax"];

/** What operands may name. */
export interface SyntaxNames {
  /** The model's field for an operand field of the instruction. */
  readonly operand: (name: string) => string | undefined;
  /** Names of operand fields, for suggestions. */
  readonly operands: readonly string[];
  readonly specs: ReadonlyMap<string, FieldSpec>;
  readonly subs: readonly SubUse[];
}

/** The syntax of an instruction; without one, its name and its operand fields in order. */
export function readSyntax(
  block: Block,
  name: string,
  index: number,
  names: SyntaxNames,
  findings: Findings,
): Syntax {
  const fallback: Syntax = {
    template: ["%i", names.operands.map(() => "%f").join(",")].join(names.operands.length > 0 ? " " : ""),
    operands: names.operands.map((n) => names.operand(n) ?? n),
  };
  const e = expressionOf(block, "syntax", findings);
  if (!e) return fallback;
  const list = pick(elementsOf(e), index);
  const [template, ...rest] = list;
  if (template?.kind !== "string") {
    if (e.kind !== "broken") findings.error("BW0215", e.span, 'syntax is written ("%i %f,%f",A,B)');
    return { template: "%i", operands: [] };
  }
  const format = expand(template.value, rest, names.subs);
  const places = format.text.match(/%[fp]/g)?.length ?? 0;
  const bad = /%(?![fpi%])/.test(format.text.replaceAll("%%", ""));
  if (bad) findings.error("BW0215", template.span, "the syntax knows %i (name), %f and %p (operands) and %%");
  if (
    format.operands.length < places ||
    (format.operands.length > places && !computed(format.operands, places))
  ) {
    const n = format.operands.length;
    findings.error(
      "BW0215",
      template.span,
      `the syntax has ${places} %f, but ${count(n, "operand")} ${n === 1 ? "follows" : "follow"}`,
    );
  }
  const operands: string[] = [];
  let known = true;
  for (const part of format.operands.slice(0, places)) {
    const named = operandName(part);
    const field = named === undefined ? undefined : names.operand(named);
    if (field !== undefined) operands.push(field);
    else known = false;
    if (field !== undefined || part.kind === "broken") continue;
    // `SIZE(6)`: a value that the encoding fixes.
    if (part.kind === "call" && named !== undefined && names.specs.has(named)) continue;
    const whole = named === undefined ? undefined : named.split(".")[0];
    if (named === undefined) findings.error("BW0215", part.span, "operands in syntax are names of fields");
    else if (whole === undefined || names.specs.get(whole)?.pseudo !== true)
      findings.error(
        "BW0215",
        part.span,
        `${named} is no operand field of ${name}`,
        didYouMean(named, names.operands),
      );
    // A field of the description that only stands in the text: what it shows is computed from other fields.
  }
  return known ? { template: format.text.replaceAll("%p", "%f"), operands } : fallback;
}

/** The syntax of one form out of a list of them: `("a %f",A,"b %f",B)`. */
function pick(list: readonly SyntaxExpression[], index: number): readonly SyntaxExpression[] {
  const starts = list.flatMap((e, i) => (e.kind === "string" ? [i] : []));
  if (starts.length < 2) return list;
  const start = starts[Math.min(index, starts.length - 1)] ?? 0;
  return list.slice(
    start,
    starts.find((s) => s > start),
  );
}

/** Puts the syntax of sub-instructions in the place of their operands. */
function expand(
  template: string,
  operands: readonly SyntaxExpression[],
  subs: readonly SubUse[],
): { text: string; operands: readonly SyntaxExpression[] } {
  if (subs.length === 0) return { text: template, operands };
  const result: SyntaxExpression[] = [];
  let at = 0;
  const text = template.replace(/%[fp]/g, (place) => {
    const operand = operands[at++];
    const use = operand?.kind === "name" ? subs.find((s) => s.names.includes(operand.name)) : undefined;
    if (operand && !use?.sub.syntax) result.push(operand);
    if (!use?.sub.syntax) return place;
    result.push(...use.sub.syntax.operands);
    return use.sub.syntax.template;
  });
  return { text, operands: [...result, ...operands.slice(at)] };
}

/** Whether what follows the operands are values of fields: `C(A + B)`. */
function computed(operands: readonly SyntaxExpression[], places: number): boolean {
  return operands.slice(places).every((e) => e.kind === "call" || e.kind === "broken");
}

/** `X`, `X.Y`, `X(1)`, `symmetric(X)`, `X.Y` in a list: the name of the field. */
function operandName(e: SyntaxExpression): string | undefined {
  if (e.kind === "name") return e.name;
  if (e.kind === "member") {
    const object = operandName(e.object);
    return object === undefined ? undefined : `${object}.${e.name}`;
  }
  if (e.kind !== "call" || e.callee.kind !== "name") return undefined;
  if (e.callee.name === "symmetric" || e.callee.name === "reverse")
    return e.arguments[0] ? operandName(e.arguments[0]) : undefined;
  return e.callee.name;
}
