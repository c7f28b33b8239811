// Shorthands: `alias = addi(RA(0))` without fields of its own. They are readable spellings of another instruction.
//
// Spellings whose fields are computed (`ME(31-SH)`), made of one another (`RB(RS)`) or have no bits are for assemblers:
// from a word they cannot be told, so nothing is kept of them.
import type { Instruction } from "../machine/model.ts";
import type { Block } from "./blocks.ts";
import { readEntry } from "./encoding.ts";
import { didYouMean } from "./findings.ts";
import { INSTRUCTION_KEYS, aliasTarget } from "./instructions.ts";
import type { IsaContext } from "./instructions.ts";
import { readSyntax } from "./instruction-syntax.ts";
import { checkKnown, constantOf, nameIn } from "./keys.ts";
import type { SyntaxExpression } from "./syntax.ts";

/** Whether an alias has no encoding of its own. */
export function isShorthand(block: Block): boolean {
  return block.keys.has("alias") && !block.keys.has("fields");
}

/** Adds to each instruction the spellings that shorthands give it. */
export function addShorthands(
  blocks: readonly Block[],
  instructions: Map<string, Instruction>,
  context: IsaContext,
): void {
  const { findings } = context;
  const names = new Set<string>();
  for (const block of blocks) {
    checkKnown(block, INSTRUCTION_KEYS, [], findings);
    const alias = aliasTarget(block, findings);
    if (!alias) continue;
    const { name, e } = alias;
    const target = instructions.get(name);
    if (!target) {
      // A frame or another shorthand: there is nothing to decode by.
      if (context.clauses.has(name)) continue;
      const callee = e.kind === "call" ? e.callee : e;
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
    const syntaxNames = {
      operand: (n: string) => open.find((f) => f.split(/[:[]/)[0] === n),
      operands: open.map((f) => f.split(/[:[]/)[0] ?? f),
      specs: context.specs,
      subs: [],
    };
    const syntax = readSyntax(block, block.name, 0, syntaxNames, findings);
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
  const { findings, specs } = context;
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
    const read = readEntry(argument, 0, specs, findings);
    if (!read?.spec) continue;
    if (read.spec.overlay) {
      plain = false;
      continue;
    }
    const { spec, value } = read;
    const own = target.fields.find((f) => f.split(":")[0] === spec.name);
    if (value === undefined || own === undefined) {
      // A field of more than a word is nothing that a number is compared with.
      if (value !== undefined && target.fields.some((f) => f.startsWith(`${spec.name}[`))) {
        plain = false;
        continue;
      }
      findings.error(
        "BW0216",
        argument.span,
        `${spec.name} is no operand field of ${name} with a value`,
        `operands: ${target.fields.join(", ")}`,
      );
      continue;
    }
    constraints[own] = Number(value);
  }
  return plain ? constraints : undefined;
}
