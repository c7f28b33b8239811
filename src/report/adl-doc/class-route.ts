// How instructions of a class go through the pipeline: the picture of their states, and how long the shortest way takes.
import { flowOf } from "../../adl/check/class-flow.ts";
import type { ClassFlow } from "../../adl/check/class-flow.ts";
import { textOf } from "../../adl/check/state-checks.ts";
import type { InstructionClass, PipelineModel, StateMachine } from "../../machine/model.ts";
import { drawGraph } from "./layered-graph.ts";
import type { GraphEdge, GraphNode } from "./layered-graph.ts";

export interface Route {
  /** Stages on the shortest way from issue to completion, with the cycles that an instruction spends in each. */
  readonly stages: readonly {
    readonly stage: string;
    readonly cycles: number;
    readonly extra: readonly string[];
  }[];
  /** Sum of the cycles. */
  readonly cycles: number;
  /** Whether something is added that is known only when the instruction runs. */
  readonly varies: boolean;
  readonly svg: string;
  /** Equal for classes with the same picture. */
  readonly shape: string;
}

/** `labels`: the code of each state as text. */
export function routeOf(
  cls: InstructionClass,
  pipeline: PipelineModel,
  labels: Readonly<Record<string, string>>,
): Route | undefined {
  const machine = pipeline.machines.find((m) => m.name === cls.machine);
  if (!machine) return undefined;
  const flow = flowOf(cls, machine, pipeline.helpers, machine.exceptionState);
  const path = shortestWay(flow, machine.initialState);
  const stages: { stage: string; cycles: number; extra: string[] }[] = [];
  for (const state of path) {
    const stage = machine.stageOf[state];
    if (stage === undefined) continue;
    let last = stages.at(-1);
    if (last?.stage !== stage) {
      last = { stage, cycles: 1, extra: [] };
      stages.push(last);
    }
    for (const [, argument] of (labels[state] ?? "").matchAll(/set_latency\((.*)\);/g)) {
      const value = Number(argument);
      if (Number.isInteger(value)) last.cycles += value;
      else if (argument !== undefined) last.extra.push(argument);
    }
    const { calls = [] } = flow.states.get(state) ?? {};
    if (calls.some((c) => c.method === "can_read" && c.object.includes("."))) last.extra.push("memory");
  }
  return {
    stages,
    cycles: stages.reduce((sum, { cycles }) => sum + cycles, 0),
    varies: stages.some(({ extra }) => extra.length > 0),
    ...picture(flow, machine, cls.name),
  };
}

/** The states between issue and completion with the fewest changes of state. */
function shortestWay(flow: ClassFlow, initial: string): string[] {
  const cameFrom = new Map<string, string>();
  const open = [initial];
  for (let at = 0; at < open.length; at++) {
    const state = open[at] ?? "";
    for (const { to } of flow.states.get(state)?.exits ?? []) {
      if (to === initial) {
        const way: string[] = [];
        for (let s: string | undefined = state; s !== undefined && s !== initial; s = cameFrom.get(s))
          way.unshift(s);
        return way;
      }
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, state);
      open.push(to);
    }
  }
  return [];
}

const ISSUE = "(issue)";
const DONE = "(done)";

function picture(flow: ClassFlow, machine: StateMachine, name: string): { svg: string; shape: string } {
  const { initialState, stageOf, exceptionState } = machine;
  const stages = [...new Set(Object.values(stageOf))];
  const edges: GraphEdge[] = [];
  const add = (edge: GraphEdge): void => {
    if (!edges.some((e) => e.from === edge.from && e.to === edge.to)) edges.push(edge);
  };
  const nodes: GraphNode[] = [{ id: ISSUE, label: "issue", style: "end" }];
  const order = [...flow.states.keys()].filter(
    (state) => state !== initialState && flow.reachable.has(state),
  );
  for (const state of order) {
    const stage = stageOf[state];
    const exits = flow.states.get(state)?.exits ?? [];
    const waits = exits.length > 0 && exits.every((exit) => exit.needs.length > 0);
    const asks = [...new Set(exits.flatMap((exit) => exit.needs.map(textOf)))];
    nodes.push({
      id: state,
      label: state,
      ...(stage === undefined ? {} : { note: stage }),
      style: `stage-${Math.max(0, stages.indexOf(stage ?? "")) % 6}${waits ? " waits" : ""}`,
      ...(asks.length > 0 ? { title: `waits for ${asks.join(", ")}` } : {}),
    });
  }
  nodes.push({ id: DONE, label: "done", style: "end done" });
  for (const [state, { exits }] of flow.states) {
    if (!flow.reachable.has(state)) continue;
    const from = state === initialState ? ISSUE : state;
    for (const { to, needs } of exits) {
      const title = needs.length > 0 ? needs.map(textOf).join(" and ") : undefined;
      add({ from, to: to === initialState ? DONE : to, ...(title === undefined ? {} : { title }) });
    }
    const onException = exceptionState[state];
    if (onException !== undefined && order.includes(onException))
      add({ from, to: onException, style: "exception", title: "on an exception" });
  }
  const shape = JSON.stringify([
    nodes.map((n) => [n.id, n.style, n.note]),
    edges.map((e) => [e.from, e.to, e.style]),
  ]);
  return { svg: drawGraph(nodes, edges, ISSUE, `states of ${name}`), shape };
}

/** The stages of the whole core, and which follow which in any class. */
export function pipelinePicture(pipeline: PipelineModel): string {
  const edges: GraphEdge[] = [];
  const users = new Map<string, string[]>();
  for (const cls of pipeline.classes) {
    const machine = pipeline.machines.find((m) => m.name === cls.machine);
    if (!machine) continue;
    const flow = flowOf(cls, machine, pipeline.helpers, machine.exceptionState);
    const placeOf = (state: string, end: string): string =>
      state === machine.initialState ? end : (machine.stageOf[state] ?? end);
    for (const [state, { exits }] of flow.states) {
      if (!flow.reachable.has(state)) continue;
      for (const { to } of exits) {
        const a = placeOf(state, ISSUE);
        const b = placeOf(to, DONE);
        if (a === b) continue;
        const key = `${a} ${b}`;
        const list = users.get(key);
        if (list) {
          if (!list.includes(cls.name)) list.push(cls.name);
          continue;
        }
        users.set(key, [cls.name]);
        edges.push({ from: a, to: b });
      }
    }
  }
  const titled = edges.map((edge) => ({
    ...edge,
    title: `${edge.from} → ${edge.to}: ${(users.get(`${edge.from} ${edge.to}`) ?? []).join(", ")}`,
  }));
  const nodes: GraphNode[] = [
    { id: ISSUE, label: "issue", style: "end" },
    ...pipeline.stages.map((stage, i) => ({
      id: stage.name,
      label: stage.name,
      note: stage.size === 1 ? "1 instruction" : `${stage.size} instructions`,
      style: `stage-${i % 6}`,
    })),
    { id: DONE, label: "done", style: "end done" },
  ];
  return drawGraph(nodes, titled, ISSUE, `pipeline of ${pipeline.name}`);
}
