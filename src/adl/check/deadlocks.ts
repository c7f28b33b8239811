// Deadlock candidates: stages and semaphores that wait for each other in a circle, and semaphores that are taken and
// never given back.
//
// An edge X → Y says that something must leave Y before X can become free. A stage waits for another when every way out
// of some state in it asks for that stage; a semaphore waits for whatever holds up an instruction that has it.
import type { PipelineModel } from "../../machine/model.ts";
import type { ClassFlow } from "./class-flow.ts";
import { FREES, textOf } from "./state-checks.ts";

export interface Wait {
  readonly from: string;
  readonly to: string;
  /** Class, state and condition, for the message. */
  readonly because: string;
}

export interface ClassAndFlow {
  readonly name: string;
  readonly flow: ClassFlow;
  readonly stageOf: Readonly<Record<string, string>>;
}

/** What waits for what, over all classes. */
export function waitsOf(classes: readonly ClassAndFlow[], pipeline: PipelineModel): Wait[] {
  const stages = new Set(pipeline.stages.map((s) => s.name));
  const semaphores = new Set(pipeline.semaphores.map((s) => s.name));
  const waits: Wait[] = [];
  for (const { name, flow, stageOf } of classes) {
    const held = mayHold(flow, semaphores);
    for (const [state, { exits }] of flow.states) {
      const stage = stageOf[state];
      if (stage === undefined || !flow.reachable.has(state) || exits.length === 0) continue;
      // Only what all ways ask for can hold the instruction up for good.
      const [first, ...rest] = exits.map((exit) => exit.needs);
      const common = (first ?? []).filter((need) =>
        rest.every((needs) => needs.some((n) => n.object === need.object && n.method === need.method)),
      );
      for (const need of common) {
        const asksStage = stages.has(need.object) && (need.method === "has_space" || need.method === "empty");
        const asksSemaphore = semaphores.has(need.object) && need.method === "can_allocate";
        if ((!asksStage && !asksSemaphore) || need.object === stage) continue;
        const because = `${name}, ${state}: ${textOf(need)}`;
        waits.push({ from: stage, to: need.object, because });
        for (const semaphore of held.get(state) ?? [])
          if (semaphore !== need.object) waits.push({ from: semaphore, to: need.object, because });
      }
    }
  }
  return waits;
}

/** For each state, the semaphores that the instruction may hold when it enters it. */
function mayHold(flow: ClassFlow, semaphores: ReadonlySet<string>): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>();
  const open = [...flow.reachable];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { exits = [], calls = [] } = flow.states.get(state) ?? {};
    const after = new Set(held.get(state));
    for (const { object, method } of calls) {
      if (!semaphores.has(object)) continue;
      if (method === "allocate") after.add(object);
      else if (FREES.has(method)) after.delete(object);
    }
    for (const { to } of exits) {
      const before = held.get(to) ?? new Set<string>();
      const merged = new Set([...before, ...after]);
      held.set(to, merged);
      if (merged.size > before.size) open.push(to);
    }
  }
  return held;
}

/** Circles among the waits, each once, as the waits along it; shortest first. */
export function circlesOf(waits: readonly Wait[]): Wait[][] {
  const next = new Map<string, Wait[]>();
  for (const wait of waits) {
    const list = next.get(wait.from) ?? [];
    if (!list.some((w) => w.to === wait.to)) list.push(wait);
    next.set(wait.from, list);
  }
  const found = new Map<string, Wait[]>();
  for (const start of next.keys()) {
    // The shortest way from each node back to itself.
    const cameBy = new Map<string, Wait>();
    const open = [start];
    search: for (let at = 0; at < open.length; at++) {
      for (const wait of next.get(open[at] ?? "") ?? []) {
        if (wait.to === start) {
          const circle = [wait];
          for (let node = wait.from; node !== start;) {
            const step = cameBy.get(node);
            if (!step) break;
            circle.unshift(step);
            node = step.from;
          }
          found.set([...circle.map((w) => w.from)].sort().join(" "), circle);
          break search;
        }
        if (!cameBy.has(wait.to)) {
          cameBy.set(wait.to, wait);
          open.push(wait.to);
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => a.length - b.length);
}

/** Semaphores that some class takes, and none gives back. */
export function neverFreed(classes: readonly ClassAndFlow[], pipeline: PipelineModel): string[] {
  const calls = classes.flatMap(({ flow }) =>
    [...flow.states].flatMap(([state, s]) => (flow.reachable.has(state) ? s.calls : [])),
  );
  return pipeline.semaphores
    .map((s) => s.name)
    .filter((name) => {
      const of = calls.filter((call) => call.object === name);
      return of.some((c) => c.method === "allocate") && !of.some((c) => FREES.has(c.method));
    });
}
