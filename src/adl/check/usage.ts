// Resources that are declared, and that nothing uses.
import type { PipelineModel } from "../../machine/model.ts";
import type { ClassAndFlow } from "./deadlocks.ts";

export interface Unused {
  readonly type: string;
  readonly name: string;
  readonly message: string;
}

/** Stages without a state, and forwarding paths, semaphores and predictors that no code and no other resource names. */
export function unusedResources(pipeline: PipelineModel, classes: readonly ClassAndFlow[]): Unused[] {
  const calls = classes.flatMap(({ flow }) => [...flow.states.values()].flatMap((s) => s.calls));
  const named = new Set(calls.flatMap((call) => [call.object, ...call.names]));
  const staged = new Set(pipeline.machines.flatMap((m) => Object.values(m.stageOf)));
  const unused: Unused[] = [];
  for (const { name } of pipeline.stages)
    if (!staged.has(name))
      unused.push({ type: "pipestage", name, message: "no state of a machine is in it" });
  for (const { name } of pipeline.forwardingPaths) {
    const written = calls.some((c) => c.object === name && c.method === "write");
    const read = calls.some((c) => c.names.includes(name));
    if (!written && !read)
      unused.push({ type: "forwarding_path", name, message: "nothing writes or reads it" });
    else if (!written)
      unused.push({ type: "forwarding_path", name, message: "it is read, and nothing writes it" });
    else if (!read)
      unused.push({ type: "forwarding_path", name, message: "it is written, and nothing reads it" });
  }
  for (const { name } of pipeline.semaphores)
    if (!named.has(name))
      unused.push({ type: "semaphore", name, message: "nothing takes it or asks for it" });
  return unused;
}
