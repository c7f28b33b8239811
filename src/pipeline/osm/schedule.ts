// The order in which stages act within a cycle, and which states lie before which: both found from the moves that the
// classes' code names.
import type { InstructionClass, PipelineModel, StateMachine } from "../../machine/model.ts";
import { forEachMethodCall } from "../method-calls.ts";

/** States that a state's code changes to, in order of appearance. */
export function movesOf(one: InstructionClass, state: string): string[] {
  const found: string[] = [];
  forEachMethodCall(one.action[state], ({ object, method, arguments: [target] }) => {
    if (object !== "" || method !== "change_state" || !target || !("name" in target)) return;
    if (!found.includes(target.name)) found.push(target.name);
  });
  return found;
}

/** The stage of a state; undefined for the initial state. */
export function stageOfState(
  one: InstructionClass,
  machine: StateMachine,
  state: string,
): string | undefined {
  if (state === machine.initialState) return undefined;
  return (one.stageOf ?? machine.stageOf)[state];
}

/**
 * Indices of the stages, those nearest to retirement first: by the longest way to the end, and by name where that is the
 * same. A stage that is met again on the way counts with what is known of it by then. `writersFirst`: where the way is the
 * same, a stage that writes a forwarding path comes before those that read it, and else the one declared later.
 */
export function stageOrder(
  pipeline: PipelineModel,
  machineOf: (one: InstructionClass) => StateMachine,
  writersFirst = false,
): number[] {
  const edges = new Map<string, Set<string>>([["<start>", new Set()]]);
  for (const stage of pipeline.stages) edges.set(stage.name, new Set());
  for (const one of byName(pipeline.classes)) {
    const machine = machineOf(one);
    for (const state of Object.keys(one.action).sort()) {
      const from = stageOfState(one, machine, state) ?? "<start>";
      for (const to of movesOf(one, state)) {
        const stage = to === machine.initialState ? "<end>" : stageOfState(one, machine, to);
        if (stage !== undefined && stage !== from) edges.get(from)?.add(stage);
      }
    }
  }
  const distance = new Map<string, number>();
  const visit = (node: string): number => {
    if (node === "<end>") return 0;
    const known = distance.get(node);
    if (known !== undefined) return known;
    distance.set(node, 0);
    let longest = 0;
    for (const next of edges.get(node) ?? []) longest = Math.max(longest, visit(next));
    distance.set(node, longest + 1);
    return longest + 1;
  };
  visit("<start>");
  const order = (writersFirst ? [...pipeline.stages].reverse() : byName(pipeline.stages))
    .sort((a, b) => (distance.get(a.name) ?? 0) - (distance.get(b.name) ?? 0))
    .map((stage) => stage.name);
  if (writersFirst) moveWriters(order, distance, pathUses(pipeline, machineOf));
  return order.map((name) => pipeline.stages.findIndex((stage) => stage.name === name));
}

/** Puts a stage before the first one of its distance that reads a path which it writes and which does not write back. */
function moveWriters(order: string[], distance: ReadonlyMap<string, number>, uses: PathUses): void {
  const feeds = (writer: string, reader: string): boolean =>
    [...(uses.writes.get(writer) ?? [])].some((path) => uses.reads.get(reader)?.has(path) === true);
  for (let at = 1; at < order.length; at++) {
    const writer = order[at]!;
    const reader = order.findIndex(
      (name, before) =>
        before < at &&
        distance.get(name) === distance.get(writer) &&
        feeds(writer, name) &&
        !feeds(name, writer),
    );
    if (reader >= 0) order.splice(reader, 0, ...order.splice(at, 1));
  }
}

/** By stage: the forwarding paths that instructions in it look at and write. */
interface PathUses {
  readonly reads: Map<string, Set<string>>;
  readonly writes: Map<string, Set<string>>;
}

function pathUses(pipeline: PipelineModel, machineOf: (one: InstructionClass) => StateMachine): PathUses {
  const uses: PathUses = { reads: new Map(), writes: new Map() };
  const paths = new Set(pipeline.forwardingPaths.map((path) => path.name));
  const note = (list: Map<string, Set<string>>, stage: string, path: string): void => {
    const known = list.get(stage) ?? new Set<string>();
    list.set(stage, known.add(path));
  };
  for (const one of pipeline.classes) {
    for (const [state, body] of Object.entries(one.action)) {
      const stage = stageOfState(one, machineOf(one), state);
      if (stage === undefined) continue;
      forEachMethodCall(body, (call) => {
        if (paths.has(call.object)) note(uses.writes, stage, call.object);
        for (const argument of call.arguments)
          if ("name" in argument && paths.has(argument.name)) note(uses.reads, stage, argument.name);
      });
    }
  }
  return uses;
}

function byName<T extends { readonly name: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** For each state, the states that an instruction may have come through before it. */
export function statesBefore(one: InstructionClass, machine: StateMachine): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>();
  for (const state of Object.keys(one.action)) before.set(state, new Set());
  let visits = 0;
  const visit = (state: string, way: readonly string[]): void => {
    const known = before.get(state);
    if (!known || way.includes(state) || ++visits > 100_000) return;
    for (const earlier of way) known.add(earlier);
    for (const next of movesOf(one, state)) visit(next, [...way, state]);
  };
  visit(machine.initialState, []);
  return before;
}
