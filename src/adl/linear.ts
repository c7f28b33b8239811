// Linear forms c + k1·x1 + k2·x2 … of index expressions, over fields, locals and parameters. With them the loader sees
// that `CR(4*BF, 4*BF+3)` is four bits wide, and which nibble of CR an instruction touches.
import type { Expression } from "../machine/action.ts";
import { constantValue } from "./fold.ts";

export interface Linear {
  readonly constant: bigint;
  /** Key of the atom → its factor and the atom. */
  readonly terms: ReadonlyMap<string, { readonly factor: bigint; readonly atom: Expression }>;
}

/** The linear form of `e`, or undefined. `lookup` may replace a local or a field by another form. */
export function linearOf(
  e: Expression,
  lookup: (atom: Expression) => Linear | undefined = () => undefined,
  depth = 0,
): Linear | undefined {
  if (depth > 50) return undefined;
  const known = constantValue(e);
  if (known !== undefined) return { constant: known, terms: new Map() };
  switch (e.kind) {
    case "field":
    case "local": {
      const replaced = lookup(e);
      if (replaced) return replaced;
      const key = e.kind === "field" ? `f:${e.field}` : `l:${e.name}`;
      return { constant: 0n, terms: new Map([[key, { factor: 1n, atom: e }]]) };
    }
    case "extend":
      return linearOf(e.value, lookup, depth + 1);
    case "slice": {
      // The low bits of a small field are the field.
      const last = constantValue(e.last);
      if (last !== BigInt(e.value.type.width - 1)) return undefined;
      return linearOf(e.value, lookup, depth + 1);
    }
    case "binary": {
      const left = linearOf(e.left, lookup, depth + 1);
      const right = linearOf(e.right, lookup, depth + 1);
      if (!left || !right) return undefined;
      if (e.operator === "+") return sum(left, right, 1n);
      if (e.operator === "-") return sum(left, right, -1n);
      if (e.operator === "*" && right.terms.size === 0) return scale(left, right.constant);
      if (e.operator === "*" && left.terms.size === 0) return scale(right, left.constant);
      if (e.operator === "<<" && right.terms.size === 0 && right.constant >= 0n && right.constant < 32n) {
        return scale(left, 1n << right.constant);
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function sum(a: Linear, b: Linear, sign: bigint): Linear {
  const terms = new Map(a.terms);
  for (const [key, { factor, atom }] of b.terms) {
    const total = (terms.get(key)?.factor ?? 0n) + sign * factor;
    if (total === 0n) terms.delete(key);
    else terms.set(key, { factor: total, atom });
  }
  return { constant: a.constant + sign * b.constant, terms };
}

function scale(a: Linear, by: bigint): Linear {
  if (by === 0n) return { constant: 0n, terms: new Map() };
  return {
    constant: a.constant * by,
    terms: new Map([...a.terms].map(([key, { factor, atom }]) => [key, { factor: factor * by, atom }])),
  };
}

/** b − a when that is a constant. */
export function constantDifference(a: Expression, b: Expression): bigint | undefined {
  const left = linearOf(a);
  const right = linearOf(b);
  if (!left || !right) return undefined;
  const difference = sum(right, left, -1n);
  return difference.terms.size === 0 ? difference.constant : undefined;
}
