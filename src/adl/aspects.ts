// Aspects: code that a description inserts at labels of other code, and at the start or end of instructions.
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { booleanOf, checkKnown, codeOf, entryOf, integerOf, namesOf } from "./keys.ts";
import type { SyntaxStatement } from "./syntax.ts";

export interface Aspect {
  readonly labels: readonly string[];
  /** Attributes of which the surrounding object needs one, when there are any. */
  readonly attributes: readonly string[];
  /** Names that have to be something where the code is inserted. */
  readonly needs: readonly string[];
  readonly before: boolean;
  readonly after: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly code: SyntaxStatement;
}

const KEYS = "action labels attrs if_defined instr_pre_exec instr_post_exec exclusive priority".split(" ");

/** The aspects of one block. */
export function readAspects(block: Block, findings: Findings): Aspect[] {
  return childrenOf(block, "aspect").flatMap((child) => {
    checkKnown(child, KEYS, [], findings);
    const code = codeOf(child, "action", findings);
    if (!code) return [];
    const names = (key: string): string[] =>
      entryOf(child, key) ? namesOf(child, key, findings).map((n) => n.text) : [];
    return [
      {
        labels: names("labels"),
        attributes: names("attrs"),
        needs: names("if_defined"),
        before: booleanOf(child, "instr_pre_exec", false, findings),
        after: booleanOf(child, "instr_post_exec", false, findings),
        exclusive: booleanOf(child, "exclusive", false, findings),
        priority: integerOf(
          child,
          "priority",
          Number.MAX_SAFE_INTEGER,
          { min: 0, max: Number.MAX_SAFE_INTEGER },
          findings,
        ),
        code: code.body,
      },
    ];
  });
}

/**
 * The code that the aspects of `scopes` (innermost first) insert where `wanted` says; an exclusive one keeps those of
 * outer scopes out.
 */
export function codeOfAspects(
  scopes: readonly (readonly Aspect[])[],
  attributes: readonly string[],
  wanted: (aspect: Aspect) => boolean,
  isDefined: (name: string) => boolean = () => true,
): SyntaxStatement[] {
  const code: SyntaxStatement[] = [];
  for (const aspects of scopes) {
    const matching = aspects.filter(
      (a) =>
        wanted(a) &&
        a.needs.every(isDefined) &&
        (a.attributes.length === 0 || a.attributes.some((x) => attributes.includes(x))),
    );
    code.push(...[...matching].sort((a, b) => a.priority - b.priority).map((a) => a.code));
    if (matching.some((a) => a.exclusive)) break;
  }
  return code;
}
