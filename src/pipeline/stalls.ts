// Stall account: every cycle in which nothing retires has one cause, that of the oldest instruction in the pipeline
// (what last held it up, or why it was fetched late). Cycles in which something retires are "retiring", so that the
// causes add up to the cycles.
import type { Expression } from "../machine/action.ts";
import type { PipelineModel } from "../machine/model.ts";

/** Fixed causes and their numbers; causes of semaphores and of classes' latencies follow. */
export const fixedCauses = [
  /** Something retired. */
  "retiring",
  /** The pipeline fills after reset. */
  "start",
  /** Fetch was sent elsewhere: a wrongly predicted or late-resolved branch, or a flush. */
  "redirect",
  /** The fetch unit had not delivered. */
  "fetch",
  /** A source operand was not ready. */
  "operand",
  /** A target register was still owned by an older instruction. */
  "target",
  /** The next stage was full or had to be empty. */
  "stage",
  /** Memory had not answered or could not take the request. */
  "memory",
  /** An issue rule held the instruction: pairing, serialisation. */
  "pairing",
] as const;

export const cause = Object.fromEntries(fixedCauses.map((name, index) => [name, index])) as Readonly<
  Record<(typeof fixedCauses)[number], number>
>;

export interface CauseTable {
  readonly names: readonly string[];
  /** Number of the cause that a failed inquiry stands for, or -1 when the test is no inquiry. */
  classify(test: Expression, className: string): number;
}

/** The causes of one pipeline. */
export function createCauseTable(pipeline: PipelineModel): CauseTable {
  const names: string[] = [...fixedCauses];
  const semaphores = new Map<string, number>();
  for (const semaphore of pipeline.semaphores) {
    semaphores.set(semaphore.name, names.push(`wait_${semaphore.name}`) - 1);
  }
  const latencies = new Map<string, number>();
  for (const one of pipeline.classes) latencies.set(one.name, names.push(`latency_${one.name}`) - 1);
  const stages = new Set(pipeline.stages.map((stage) => stage.name));
  const memories = new Set<string>();
  for (const memory of [...pipeline.memories, ...pipeline.caches]) {
    memories.add(memory.name);
    for (const port of memory.ports) memories.add(`${memory.name}.${port.name}`);
  }
  const classify = (test: Expression, className: string): number => {
    if (test.kind === "unary") return classify(test.value, className);
    if (test.kind === "binary") {
      const left = classify(test.left, className);
      return left >= 0 ? left : classify(test.right, className);
    }
    if (test.kind !== "method") return -1;
    const { object, method } = test;
    if (object === "") {
      if (method === "check_latency" || method === "latency") return latencies.get(className) ?? -1;
      if (method === "can_read_ops") return cause.operand;
      if (method === "can_write_ops") return cause.target;
      if (method === "exec_done") return cause.memory;
      return -1;
    }
    const semaphore = semaphores.get(object);
    if (semaphore !== undefined) return semaphore;
    if (memories.has(object)) return cause.memory;
    if (stages.has(object) || object === "Issue") {
      return method === "has_space" ? cause.stage : method === "empty" ? cause.stage : cause.pairing;
    }
    if (method.startsWith("can_read") || method === "read_avail") return cause.operand;
    if (method === "can_write") return cause.target;
    return -1;
  };
  return { names, classify };
}
