// Products of the block that is emitted: the back end's selection graph has one node for equal products of a block, whichever operations
// they come from, so the annotated module computes them once, too.
import type { Value } from "../../bitcode/index.ts";
import { firstSame, withoutSign } from "../../ir/index.ts";
import { constantBits, isConstant } from "../constants.ts";
import type { FunctionEmitter } from "../function-emitter.ts";

/** A local with a product of two values, or with that product's opposite. */
export interface Product {
  readonly local: number;
  readonly negated: boolean;
}

/** Where a function's emission is, and the products of the block's copy that it is in. */
interface Products {
  readonly node: object;
  readonly made: Map<string, Product>;
  instruction: number;
}

const products = new WeakMap<FunctionEmitter, Products>();

/** Products by name, from the start of the current copy of a block on. */
function productsOf(f: FunctionEmitter): Map<string, Product> {
  let here = products.get(f);
  if (here === undefined || here.node !== f.node || here.instruction > f.instructionIndex)
    products.set(f, (here = { node: f.node, made: new Map(), instruction: 0 }));
  here.instruction = f.instructionIndex;
  return here.made;
}

/** The factors' names, the signs that the block gives them left aside; `negated`: an odd number of those. */
function named(f: FunctionEmitter, left: Value, right: Value): { names: [string, string]; negated: boolean } {
  const block = f.fn.blocks[f.node.irBlock];
  const core = (value: Value): ReturnType<typeof withoutSign> =>
    block === undefined ? { value, negated: false } : withoutSign(block, value);
  const [a, b] = [core(left), core(right)];
  const name = ({ value }: typeof a): string =>
    isConstant(value)
      ? `=${String(constantBits(value, f.p.addresses))}`
      : String(slotOf(block === undefined ? value : firstSame(block, value)));
  return { names: [name(a), name(b)], negated: a.negated !== b.negated };
}

function slotOf(value: Value): number {
  return value.kind === "instruction" || value.kind === "argument" ? value.slot : -1;
}

/** From now on, `local` has the product of two values. */
export function keepProduct(f: FunctionEmitter, left: Value, right: Value, local: number): void {
  const { names, negated } = named(f, left, right);
  productsOf(f).set(`${left.type.kind} ${names.join(" ")}`, { local, negated });
}

/** The local with a product that the machine code has computed in this node, or undefined. */
export function madeProduct(f: FunctionEmitter, left: Value, right: Value): Product | undefined {
  if (f.node.calls === null) return undefined;
  const { names, negated } = named(f, left, right);
  const made = productsOf(f);
  const type = left.type.kind;
  const known = made.get(`${type} ${names.join(" ")}`) ?? made.get(`${type} ${names.reverse().join(" ")}`);
  return known && { local: known.local, negated: known.negated !== negated };
}
