// `goto *p`: a label's address is its address on the target, so the jump is a table over code words.

import type { Instruction } from "../../bitcode/index.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { OutgoingEdge } from "../plan.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** Longest table over code words; where labels are farther apart, the program's map of labels is asked first. */
const TABLE_LIMIT = 512;

/** Statements of a computed goto; `edges` leave its node. Another address than a label's traps. */
export function emitComputedGoto(
  f: FunctionEmitter,
  inst: Extract<Instruction, { op: "indirectbr" }>,
  edges: readonly OutgoingEdge[],
  go: (edge: number) => Expression[],
): Expression[] {
  const { m, p } = f;
  // Labels at one address are one place.
  const byAddress = new Map<number, number>();
  for (const { edge, i } of edges) {
    const target = inst.targets[edge.successors[0] ?? -1];
    const address = target === undefined ? undefined : p.addresses.label(f.fn.name, target);
    if (address !== undefined && !byAddress.has(address)) byAddress.set(address, i);
  }
  const node = String(f.nodeIndex);
  const label = (edge: number): string => `g${node}_${String(edge)}`;
  const nowhere = `g${node}_x`;
  const address = f.use(inst.address);
  let inner: Expression[] = [jump(f, address, byAddress, label, nowhere)];
  inner = [m.block(nowhere, inner), p.trap()];
  // Nodes are nested in the order of the edges: all edges have a block, those that are never taken, too.
  for (const { i } of edges) inner = [m.block(label(i), inner), ...go(i)];
  return inner;
}

function jump(
  f: FunctionEmitter,
  address: Expression,
  byAddress: ReadonlyMap<number, number>,
  label: (edge: number) => string,
  nowhere: string,
): Expression {
  const { m, p } = f;
  const addresses = [...byAddress.keys()].sort((a, b) => a - b);
  const first = addresses[0];
  const last = addresses.at(-1);
  if (first === undefined || last === undefined) return m.drop(address);
  /** A word's number from `base` on; an address that is no word's becomes a very large number. */
  const wordFrom = (base: number): Expression =>
    m.i32.rotr(m.i32.sub(address, m.i32.const(base)), m.i32.const(2));
  const words = (last - first) / 4 + 1;
  if (words <= TABLE_LIMIT) {
    const names = Array.from({ length: words }, (_, i) => {
      const edge = byAddress.get(first + 4 * i);
      return edge === undefined ? nowhere : label(edge);
    });
    return m.switch(names, nowhere, wordFrom(first));
  }
  const word = f.newLocal(binaryen.i32);
  const position = (at: number): number => p.labelPositions.get(at) ?? 0;
  const positions = addresses.map(position);
  const low = Math.min(...positions);
  const names = Array.from({ length: Math.max(...positions) - low + 1 }, () => nowhere);
  for (const [at, edge] of byAddress) names[position(at) - low] = label(edge);
  const known = m.i32.load16_u(
    p.targetMapBase,
    2,
    m.i32.shl(m.local.get(word, binaryen.i32), m.i32.const(1)),
  );
  return m.block(null, [
    m.local.set(word, wordFrom(p.textBase)),
    m.br_if(nowhere, m.i32.gt_u(m.local.get(word, binaryen.i32), m.i32.const((last - p.textBase) / 4))),
    m.switch(names, nowhere, m.i32.sub(known, m.i32.const(low))),
  ]);
}
