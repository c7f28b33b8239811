// Bit vectors with named parts, from `field`, `wayfield` and `setfield` blocks: the data of exceptions and event buses,
// entries of translation tables, fields of caches.
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { checkKnown, constantOf, expressionOf, integerOf } from "./keys.ts";
import type { Structure } from "./scope.ts";

export interface Part {
  readonly name: string;
  readonly width: number;
  readonly initial: bigint;
}

/** Fields of one kind of block; `bits` 0 or none means an integer of 32 bits. */
export function readStructureFields(block: Block, type: string, findings: Findings): Part[] {
  return childrenOf(block, type).map((child) => {
    checkKnown(child, ["bits", "reset", "type"], [], findings);
    const bits = child.keys.has("bits") ? integerOf(child, "bits", 32, { min: 0, max: 1024 }, findings) : 0;
    const width = bits === 0 ? 32 : bits;
    const reset = expressionOf(child, "reset", findings);
    const initial = reset ? constantOf(reset, findings.constants) : 0n;
    if (initial === undefined) findings.error("BW0205", reset?.span, "reset takes an integer");
    return { name: child.name, width, initial: BigInt.asUintN(width, initial ?? 0n) };
  });
}

/** The parts side by side, the first on the left. An empty structure has one bit that means nothing. */
export function structureOf(name: string, parts: readonly Part[], id?: number): Structure {
  const width = Math.max(
    1,
    parts.reduce((sum, p) => sum + p.width, 0),
  );
  let first = 0;
  let initial = 0n;
  const fields = parts.map((p) => {
    const field = { name: p.name, first, last: first + p.width - 1 };
    first += p.width;
    initial = (initial << BigInt(p.width)) | p.initial;
    return field;
  });
  return { name, width, fields, initial, ...(id === undefined ? {} : { id }) };
}
