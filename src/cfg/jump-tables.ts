// Which jump table does a `bctr` use? A forward dataflow over the function's listing: the label of a table is a mark that
// goes from operands to results (`lis`, `la`, `add`, `lwzx`, `mtctr`), through stack slots, until the `bctr`.
//
// Why dataflow: the table's address is often computed outside of a loop, and a function can have several tables.
// The graph is found on the way: a `bctr` has no successors until its table is known. Marks only grow, so it ends.
//
// A `bctr` that no table's mark reaches, in a function with labels whose address is taken, is a computed goto: it can go to
// any of them. (Which of them the IR's jump names is the matcher's business.)
import type { PlacedFunction } from "./place.ts";

/** Item of a `bctr` → its tables (several when the back end merged the ends of switches): label items in table order. */
export type JumpTargets = ReadonlyMap<number, readonly (readonly number[])[]>;

export interface JumpTables {
  readonly targets: JumpTargets;
  /** Items of `bctr`s whose table was not found. */
  readonly unknown: readonly number[];
}

/** Marks of registers ("r3", "ctr") and stack slots ("12(1)") at one place. Missing: no mark. */
type State = Map<string, ReadonlySet<string>>;

/** Instructions whose operands after the second are no registers. */
const IMMEDIATE =
  /^(?:addi|addis|addic\.?|subfic|mulli|x?oris?|andis?\.|srawi\.?|[sr][lr]wi\.?|clr[lr]wi\.?|rotlwi\.?|rlw(?:inm|imi)\.?)$/;

const VOLATILE = ["r0", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "ctr"];

/** Finds the jump tables of `fn`. `tables`: label → target labels, as the listing has them. */
export function findJumpTables(
  fn: PlacedFunction,
  tables: ReadonlyMap<string, readonly string[]>,
): JumpTables {
  const indirect: number[] = [];
  for (let i = 0; i < fn.items.length; i++) if (fn.flows[i]?.kind === "indirect") indirect.push(i);
  if (indirect.length === 0) return { targets: new Map(), unknown: [] };

  const targetsOf = (label: string): number[] | undefined => {
    const entries = tables.get(label);
    if (!entries) return undefined;
    const items = entries.map((entry) => fn.labels.get(entry) ?? -1);
    return items.length > 0 && items.every((item) => item >= 0) ? items : undefined;
  };

  const found = new Map<number, Map<string, number[]>>();
  const leaders = leadersOf(fn, tables);
  const states = new Map<number, State>();
  const work: number[] = [0];
  states.set(0, new Map());
  const labels = fn.items.flatMap((item, i) =>
    item.kind === "label" && item.addressTaken === true ? [i] : [],
  );
  /** Jumps that were come to and whose table is not known yet: with the state there. */
  const open = new Map<number, State>();
  const computed = new Set<number>();
  // Each leader's state grows at most (places × tables) times; in practice two or three rounds.
  const flowTo = (target: number, state: State): void => {
    const old = states.get(target);
    if (old === undefined) {
      states.set(target, new Map(state));
      work.push(target);
    } else if (merge(old, state)) work.push(target);
  };
  for (;;) {
    const leader = work.pop();
    if (leader === undefined) {
      const more = [...open].filter(([item]) => !found.has(item) && !computed.has(item));
      if (labels.length === 0 || more.length === 0) break;
      for (const [item, state] of more) {
        computed.add(item);
        for (const target of labels) flowTo(target, state);
      }
      continue;
    }
    const state: State = new Map(states.get(leader));
    const goTo = (target: number): void => {
      flowTo(target, state);
    };
    for (let i = leader; i < fn.items.length; i++) {
      if (i !== leader && leaders.has(i)) {
        goTo(i);
        break;
      }
      const item = fn.items[i]!;
      if (item.kind !== "instruction") continue;
      const flow = fn.flows[i]!;
      if (flow.kind === "indirect") {
        open.set(i, state);
        if (computed.has(i)) for (const target of labels) goTo(target);
        for (const mark of state.get("ctr") ?? []) {
          const entries = targetsOf(mark);
          if (entries === undefined) continue;
          const known = found.get(i) ?? new Map<string, number[]>();
          found.set(i, known.set(mark, entries));
          for (const target of new Set(entries)) goTo(target);
        }
        break;
      }
      if (flow.kind === "branch") {
        if (fn.targets[i]! >= 0) goTo(fn.targets[i]!);
        break;
      }
      if (flow.kind === "conditional") {
        if (fn.targets[i]! >= 0) goTo(fn.targets[i]!);
        continue;
      }
      if (flow.kind === "return" || flow.kind === "trap") break;
      if (flow.kind === "call" || flow.kind === "indirectCall") {
        for (const register of VOLATILE) state.delete(register);
        continue;
      }
      transfer(state, item.mnemonic, item.operands, tables);
    }
  }
  const targets = new Map([...found].map(([item, byLabel]) => [item, [...byLabel.values()]] as const));
  for (const item of computed) if (!targets.has(item)) targets.set(item, [labels]);
  return { targets, unknown: indirect.filter((item) => !found.has(item)) };
}

function leadersOf(fn: PlacedFunction, tables: ReadonlyMap<string, readonly string[]>): Set<number> {
  const leaders = new Set<number>([0]);
  fn.items.forEach((item, i) => {
    if (item.kind === "label" && item.addressTaken === true) leaders.add(i);
  });
  for (const target of fn.targets) if (target >= 0) leaders.add(target);
  for (const entries of tables.values()) {
    for (const entry of entries) {
      const item = fn.labels.get(entry);
      if (item !== undefined) leaders.add(item);
    }
  }
  return leaders;
}

function merge(into: State, from: State): boolean {
  let changed = false;
  for (const [place, marks] of from) {
    const old = into.get(place);
    if (old === undefined) {
      into.set(place, marks);
      changed = true;
      continue;
    }
    let union: Set<string> | undefined;
    for (const mark of marks) {
      if (old.has(mark)) continue;
      union ??= new Set(old);
      union.add(mark);
    }
    if (union) {
      into.set(place, union);
      changed = true;
    }
  }
  return changed;
}

/** Marks of a table's address are the table's label; a word loaded from the table keeps the mark. */
function transfer(
  state: State,
  mnemonic: string,
  operands: readonly string[],
  tables: ReadonlyMap<string, readonly string[]>,
): void {
  if (mnemonic.startsWith("st")) {
    const slot = stackSlot(operands[1]);
    if (slot === undefined || mnemonic !== "stw") return;
    const marks = state.get(`r${operands[0]}`);
    if (marks) state.set(slot, marks);
    else state.delete(slot);
    return;
  }
  if (mnemonic.startsWith("cmp")) return;
  const first = mnemonic === "mtctr" ? 0 : 1;
  const target = first === 0 ? "ctr" : `r${operands[0]}`;
  const registers =
    mnemonic === "li" || mnemonic === "lis" ? 0 : IMMEDIATE.test(mnemonic) ? 2 : operands.length;
  const marks = new Set<string>();
  const slot = mnemonic === "lwz" ? stackSlot(operands[1]) : undefined;
  if (slot !== undefined) {
    for (const mark of state.get(slot) ?? []) marks.add(mark);
  } else {
    for (let i = first; i < operands.length; i++) {
      const operand = operands[i]!;
      const label = /^\.LJTI[\w$.]*/.exec(operand)?.[0];
      if (label !== undefined && tables.has(label)) marks.add(label);
      const register =
        /\((\d+)\)$/.exec(operand)?.[1] ?? (i < registers && /^\d+$/.test(operand) ? operand : "");
      for (const mark of state.get(`r${register}`) ?? []) marks.add(mark);
    }
  }
  if (marks.size > 0) state.set(target, marks);
  else state.delete(target);
}

function stackSlot(operand: string | undefined): string | undefined {
  return operand !== undefined && /^-?\d+\(1\)$/.test(operand) ? operand : undefined;
}
