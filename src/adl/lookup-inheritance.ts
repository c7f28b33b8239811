// Translation tables with what they inherit: `inherit = NAME;` copies another table's keys, fields and tests; the table's
// own keys replace them, its own fields and tests are added. Done on the blocks, before anything is typed.
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { nameOf } from "./keys.ts";
import { LIMITS } from "./limits.ts";

/** The tables of an MMU, in order, those inside others after these; reports an unknown base (BW0212) and a circle. */
export function lookupsOf(mmu: Block, findings: Findings): readonly LookupBlock[] {
  const written = allLookups(mmu, undefined);
  const byName = new Map(written.map((one) => [one.block.name, one.block]));
  const complete = (block: Block, depth: number): Block => {
    const base = block.keys.has("inherit") ? nameOf(block, "inherit", findings) : undefined;
    if (!base) return block;
    const from = byName.get(base.text);
    if (!from) {
      const help = didYouMean(base.text, byName.keys());
      findings.error("BW0212", base.span, `unknown lookup ${base.text}`, help);
      return block;
    }
    if (depth > LIMITS.helperDepth) {
      findings.error("BW0212", base.span, `lookup ${block.name} inherits from itself`);
      return block;
    }
    return joined(complete(from, depth + 1), block);
  };
  return written.map(({ block, parent }) => ({ block: complete(block, 0), parent }));
}

export interface LookupBlock {
  readonly block: Block;
  /** The table that it stands in: searched when that one has a hit. */
  readonly parent: string | undefined;
}

function allLookups(owner: Block, parent: string | undefined): LookupBlock[] {
  return childrenOf(owner, "lookup").flatMap((block) => [
    { block, parent },
    ...allLookups(block, block.name),
  ]);
}

/** What says how a table itself is used is not inherited. */
const OWN = new Set(["inherit", "interface"]);

function joined(base: Block, own: Block): Block {
  const keys = new Map([...base.keys].filter(([name]) => !OWN.has(name)));
  for (const [name, entries] of own.keys)
    keys.set(name, name === "test" ? [...(keys.get(name) ?? []), ...entries] : entries);
  const named = (one: Block): string => `${one.type} ${one.name}`;
  const replaced = new Set(own.children.map(named));
  const children = [
    ...base.children.filter((one) => one.type !== "lookup" && !replaced.has(named(one))),
    ...own.children,
  ];
  return { ...own, keys, children, index: new Map(children.map((one) => [named(one), one])) };
}
