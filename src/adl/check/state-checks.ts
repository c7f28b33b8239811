// States that no instruction gets into, and states that none gets out of.
import type { PipelineModel } from "../../machine/model.ts";
import { memoryNames } from "../memory-resources.ts";
import type { Call, ClassFlow } from "./class-flow.ts";

/** Methods that give a semaphore back. */
export const FREES: ReadonlySet<string> = new Set(["deallocate", "clear"]);

export interface StateFault {
  readonly state: string;
  readonly message: string;
  readonly help: string;
}

/** States of the class that have code, and to which no way leads. */
export function unreachableStates(flow: ClassFlow): StateFault[] {
  return [...flow.states.keys()]
    .filter((state) => !flow.reachable.has(state))
    .map((state) => ({
      state,
      message: `no way leads to ${state}`,
      help: "take its code away, or change_state to it",
    }));
}

/** Reachable states all of whose ways out ask for something that cannot be. */
export function stuckStates(
  flow: ClassFlow,
  stageOf: Readonly<Record<string, string>>,
  pipeline: PipelineModel,
): StateFault[] {
  const calls = [...flow.states].flatMap(([state, s]) => (flow.reachable.has(state) ? s.calls : []));
  const has = (method: string, object?: string): boolean =>
    calls.some((c) => c.method === method && (object === undefined || c.object === object));
  const always = semaphoresHeld(flow, pipeline);
  const memories = memoryNames(pipeline.memories);
  const reasonOf = (call: Call, state: string): string | undefined => {
    const { object, method } = call;
    const stage = pipeline.stages.find((s) => s.name === object);
    if (stage && stageOf[state] === object) {
      if (method === "empty") return `${object} holds the instruction itself`;
      if (method === "has_space" && stage.size === 1) return `${object} is full of the instruction itself`;
    }
    if (object === "" && method === "check_latency" && has("set_latency") && !has("decr_latency"))
      return "the class sets a latency and never counts it down";
    if (memories.includes(object) && (method === "can_read" || method === "can_write")) {
      if (!calls.some((c) => c.method.startsWith("send_"))) return "the class sends no memory a request";
    }
    const semaphore = pipeline.semaphores.find((s) => s.name === object);
    if (semaphore && method === "can_allocate" && (always.get(state)?.get(object) ?? 0) >= semaphore.count)
      return `the instruction itself holds all of ${object}`;
    return undefined;
  };
  const faults: StateFault[] = [];
  for (const [state, { exits }] of flow.states) {
    if (!flow.reachable.has(state) || exits.length === 0) continue;
    const reasons = exits.map((exit) => {
      for (const call of exit.needs) {
        const reason = reasonOf(call, state);
        if (reason !== undefined) return `${textOf(call)} never holds: ${reason}`;
      }
      return undefined;
    });
    if (reasons.some((reason) => reason === undefined)) continue;
    faults.push({
      state,
      message: `${state} can never be left: ${[...new Set(reasons)].join("; ")}`,
      help: "an instruction that gets there stays for ever",
    });
  }
  return faults;
}

/** For each state, how often the instruction surely holds each semaphore when it enters it. */
function semaphoresHeld(flow: ClassFlow, pipeline: PipelineModel): Map<string, Map<string, number>> {
  const names = pipeline.semaphores.map((s) => s.name);
  const held = new Map<string, Map<string, number>>();
  const first = [...flow.reachable][0];
  if (first === undefined || names.length === 0) return held;
  held.set(first, new Map());
  const open = [first];
  for (let rounds = 0; open.length > 0 && rounds < 1000; rounds++) {
    const state = open.pop() ?? "";
    const own = held.get(state) ?? new Map<string, number>();
    const { exits = [], calls = [] } = flow.states.get(state) ?? {};
    const after = new Map(own);
    for (const name of names) {
      const taken = calls.filter((c) => c.object === name && c.method === "allocate").length;
      const isFreed = calls.some((c) => c.object === name && FREES.has(c.method));
      // What is taken on some ways only counts as not held.
      const sure = taken === 1 && exits.length === 1 ? 1 : 0;
      after.set(name, isFreed ? 0 : (own.get(name) ?? 0) + sure);
    }
    for (const { to } of exits) {
      if (to === first) continue;
      const before = held.get(to);
      const merged = new Map<string, number>();
      for (const name of names) {
        const value = after.get(name) ?? 0;
        merged.set(name, before ? Math.min(before.get(name) ?? 0, value) : Math.min(value, 99));
      }
      const changed = !before || names.some((name) => (before.get(name) ?? 0) !== merged.get(name));
      if (!changed) continue;
      held.set(to, merged);
      open.push(to);
    }
  }
  return held;
}

/** A call as it is written. */
export function textOf({ object, method, names }: Call): string {
  return `${object === "" ? "" : `${object}.`}${method}(${names.join(",")})`;
}
