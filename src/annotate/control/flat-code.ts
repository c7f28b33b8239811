// The code of flat branches (flat-branches.ts): values are selected, and what was gone through is counted by the conditions.
//
// The conditions of a region make a number, and one counter in a table grows: each edge's count is the sum of those of the
// paths that it is on.

import { InternalError } from "../../base/diagnostic.ts";
import { terminatorOf, type BasicBlock, type PhiInstruction, type Value } from "../../bitcode/index.ts";
import type { AlignmentChecks } from "../memory/alignment.ts";
import { isConstant, scalarWidth } from "../constants.ts";
import type { EdgeName } from "../counting/counters.ts";
import { FlatCondition, isCountedOpposite } from "./flat-condition.ts";
import { flatRegions, type FlatRegion, type FlatStep } from "./flat-branches.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { isKept } from "./kept-values.ts";
import { setBits } from "../numbers/number-locals.ts";
import { edgeMoves } from "./phi-moves.ts";
import { binaryen, type Expression } from "../wasm.ts";

/** More values than this are not worth selecting. */
const MOST_VALUES = 2;

/** WebAssembly instructions that count a path, and that put a condition into its number. */
const TABLE_SIZE = 10;
const BIT_SIZE = 6;

/** What a region's code is made with. */
export interface RegionCode {
  /** Statements of a node without its terminator. */
  block(node: number): Expression[];
  /** Statements of a return from the node that is being emitted. */
  giveBack(value: Value | null): Expression[];
}

/** Regions of the function, by their first node: none where edges do more than count, or are seen from outside. */
export class FlatBranches {
  readonly regions: ReadonlyMap<number, FlatRegion>;
  /** First cell of the table of paths, by region. */
  readonly #tables = new Map<FlatRegion, number>();
  /** Cells whose sum is the count of a plan edge, or of the returns from a node. */
  readonly #edgeCells = new Map<number, readonly number[]>();
  readonly #returnCells = new Map<number, readonly number[]>();

  constructor(f: FunctionEmitter, order: readonly number[], alignment: AlignmentChecks | null) {
    this.regions = flatRegions(f.fn, f.plan, order, {
      mayPass: (edge) => alignment === null || alignment.onEdge(edge).length === 0,
      isSame: (node, inst) => alignment === null || alignment.before(node, inst).length === 0,
      isSelectable: (block, condition) =>
        isSelectable(f, block) && !isLimit(f, block, condition) && !isKeptThere(f, block, condition),
    });
    if (!f.p.counters) return;
    for (const region of this.regions.values()) {
      const first = f.p.cells(1 << region.bits);
      this.#tables.set(region, first);
      const opposite = oppositeBits(f, region);
      const cells = (paths: readonly number[]): number[] => paths.map((path) => first + (path ^ opposite));
      for (const [edge, paths] of region.edges) this.#edgeCells.set(edge, cells(paths));
      for (const [node, paths] of region.returns) this.#returnCells.set(node, cells(paths));
    }
  }

  /** The cells whose sum is an edge's count; undefined: it is not counted by paths. */
  cellsOf({ kind, from, index }: EdgeName): readonly number[] | undefined {
    if (kind === "plan") return this.#edgeCells.get(index);
    return kind === "return" ? this.#returnCells.get(from) : undefined;
  }

  /** A region in place of its head's terminator. Ends with a return, or leads to the region's end. */
  emit(f: FunctionEmitter, region: FlatRegion, code: RegionCode): Expression[] {
    const { m } = f;
    const out: Expression[] = [];
    const conditions: FlatCondition[] = [];
    const table = this.#tables.get(region);
    const path = region.bits > 1 ? f.newLocal(binaryen.i32) : -1;
    const get = (local: number): Expression => m.local.get(local, binaryen.i32);
    for (const step of region.steps) {
      const { choice } = step;
      if (choice === null) out.push(...edgeMoves(f, step.fromYes, step.to));
      else {
        if (choice.bit === conditions.length) {
          const condition = new FlatCondition(f, choice.condition, table !== undefined);
          conditions.push(condition);
          out.push(...condition.before);
          if (table !== undefined && path >= 0) {
            const { number } = condition;
            const longer =
              choice.bit === 0 ? number : m.i32.add(m.i32.shl(get(path), m.i32.const(1)), number);
            out.push(m.local.set(path, longer));
            f.p.countingCode += BIT_SIZE;
          }
        }
        const condition = conditions[choice.bit];
        if (condition === undefined) throw new InternalError("a flat branch has no condition");
        out.push(...selected(f, step, condition, choice.inverted));
      }
      if (step.node >= 0) out.push(...code.block(step.node));
    }
    if (table !== undefined) out.push(...countPath(f, table, path >= 0 ? path : (conditions[0]?.bit ?? -1)));
    if (region.end !== null) return out;
    const last = terminatorOf(blockOf(f, region.steps.at(-1)!));
    if (last.op !== "ret") throw new InternalError("a flat region ends nowhere");
    return [...out, ...code.giveBack(last.value)];
  }
}

/** The path's bits that are the opposite of their conditions. */
function oppositeBits(f: FunctionEmitter, { steps, bits }: FlatRegion): number {
  const known = new Set<number>();
  let opposite = 0;
  for (const { choice } of steps) {
    if (choice === null || known.has(choice.bit)) continue;
    known.add(choice.bit);
    if (isCountedOpposite(f, choice.condition)) opposite |= 1 << (bits - 1 - choice.bit);
  }
  return opposite;
}

/** One more passage of the path whose number is in a local. */
function countPath(f: FunctionEmitter, table: number, path: number): Expression[] {
  const { m } = f;
  const base = f.p.cellAddress(table);
  f.p.countingCode += TABLE_SIZE;
  const offset = f.newLocal(binaryen.i32);
  const at = (): Expression => m.local.get(offset, binaryen.i32);
  return [
    m.local.set(offset, m.i32.shl(m.local.get(path, binaryen.i32), m.i32.const(3))),
    m.i64.store(base, 8, at(), m.i64.add(m.i64.load(base, 8, at()), m.i64.const(1n))),
  ];
}

function blockOf(f: FunctionEmitter, { to }: FlatStep): BasicBlock {
  const block = f.fn.blocks[to];
  if (block === undefined) throw new InternalError("a flat branch leads nowhere");
  return block;
}

/** Are the values that meet in a block few, and integers, or floating-point constants? */
function isSelectable(f: FunctionEmitter, block: BasicBlock): boolean {
  const phis = phisOf(f, block);
  return (
    phis.length <= MOST_VALUES &&
    phis.every((phi) => {
      const locals = f.localsOf(phi.slot, phi.type);
      if (locals.length !== 1) return false;
      const type = f.typeOf(locals[0] ?? 0);
      const isInteger = type === binaryen.i32 || type === binaryen.i64;
      return isInteger || phi.incoming.every(({ value }) => isConstant(value));
    })
  );
}

/**
 * Does a value meet there with the constant that it was compared with? Values are seldom beyond their limits, so a branch is
 * foreseen, and what comes after need not wait for the comparison.
 */
function isLimit(f: FunctionEmitter, block: BasicBlock, condition: Value): boolean {
  if (condition.kind !== "instruction" || condition.op !== "icmp" || condition.right.kind !== "integer")
    return false;
  const { left, right } = condition;
  return phisOf(f, block).some((phi) => {
    const others = phi.incoming.filter(({ value }) => value !== left);
    return (
      others.length === 1 &&
      phi.incoming.length === 2 &&
      others.every(({ value }) => value.kind === "integer" && abs(value.value - right.value) <= 1n)
    );
  });
}

/** Does a value meet there that a loop keeps until it finds a better one? */
function isKeptThere(f: FunctionEmitter, block: BasicBlock, condition: Value): boolean {
  return phisOf(f, block).some((phi) =>
    isKept(
      phi,
      phi.incoming.map(({ value }) => value),
      condition,
    ),
  );
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function phisOf(f: FunctionEmitter, block: BasicBlock): PhiInstruction[] {
  const phis = block.instructions.filter((inst) => inst.op === "phi");
  return phis.filter((phi) => f.facts.useCount[phi.slot] !== 0 && !f.derived.has(phi.slot));
}

/** Statements that select the values of both ways by a condition, or by its opposite. */
function selected(
  f: FunctionEmitter,
  step: FlatStep,
  condition: FlatCondition,
  inverted: boolean,
): Expression[] {
  const { m } = f;
  const values: Expression[] = [];
  const moved: Expression[] = [];
  for (const phi of phisOf(f, blockOf(f, step))) {
    const to = f.localsOf(phi.slot, phi.type)[0];
    const valueFrom = (block: number): PhiInstruction["incoming"][number]["value"] | undefined => {
      const value = phi.incoming.find((entry) => entry.block === block)?.value;
      return value?.kind === "undef" || value?.kind === "poison" ? undefined : value;
    };
    const [yes, no] = [valueFrom(step.fromYes), valueFrom(step.fromNo)];
    const one = yes ?? no;
    if (to === undefined || one === undefined || (yes === phi && no === phi)) continue;
    const [set, unset] = inverted ? [no, yes] : [yes, no];
    const value =
      set === undefined || unset === undefined || set === unset
        ? f.use(one)
        : chosen(f, condition, set, unset);
    // All are read before any is written.
    const local = f.newLocal(binaryen.getExpressionType(value));
    values.push(m.local.set(local, value));
    moved.push(setBits(f, to, f.get(local)));
  }
  return [...values, ...moved];
}

/** One value or the other. One and nothing is the condition itself. */
function chosen(f: FunctionEmitter, condition: FlatCondition, set: Value, unset: Value): Expression {
  const bits = [set, unset].map((value) => (value.kind === "integer" ? value.value : null));
  const narrow = set.kind === "integer" && scalarWidth(set.type) <= 32;
  if (narrow && bits[0] === 1n && bits[1] === 0n) return condition.holds;
  if (narrow && bits[0] === 0n && bits[1] === 1n) return f.m.i32.eqz(condition.holds);
  return condition.select(f.use(set), f.use(unset));
}
