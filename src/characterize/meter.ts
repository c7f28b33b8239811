// The meter that characterization measures with: looks a cost up by everything that it depends on, and runs the reference
// pipeline for what is not known yet.
import { createHash } from "node:crypto";
import type { FlowBlock } from "./flow-graph.ts";
import type { ForcedLatencies, PathRunner } from "./path-runner.ts";
import type { Cost, CostStore } from "./store.ts";

const batch = 400;

export interface Meter {
  cost(context: readonly number[], block: FlowBlock, forced?: ForcedLatencies): Cost;
  measured(): number;
  flush(): void;
}

export function createMeter(runner: PathRunner, store: CostStore, modelHash: string): Meter {
  const signatures = new Map<number, string>();
  const signature = (address: number): string => {
    let text = signatures.get(address);
    if (text === undefined) {
      text = runner.signature(address);
      signatures.set(address, text);
    }
    return text;
  };
  const known = new Map<string, Cost>();
  // Runs of a context alone are shared by all successors; the map is cleared when it grows past what is recently used.
  const contexts = new Map<string, { cycles: number; events: Float64Array }>();
  let pending: { key: Buffer; cost: Cost }[] = [];
  let measured = 0;
  const flush = (): void => {
    if (pending.length > 0) store.put(pending);
    pending = [];
  };
  return {
    cost(context, block, forced) {
      const path = [...context];
      for (let address = block.start; address < block.end; address += 4) path.push(address);
      const text = pathText(path, context.length, runner, signature, forced);
      const key = createHash("sha256").update(modelHash).update(text).digest().subarray(0, 16);
      const name = key.toString("latin1");
      const seen = known.get(name);
      if (seen) return seen;
      const stored = store.get(key);
      if (stored && stored.events.length === runner.eventNames.length) {
        known.set(name, stored);
        return stored;
      }
      const prefixForced =
        forced && [...forced.keys()].some((at) => at < context.length) ? forced : undefined;
      const prefixName = context.join() + (prefixForced ? JSON.stringify([...prefixForced]) : "");
      let prefix = contexts.get(prefixName);
      if (!prefix) {
        if (context.length === 0) {
          prefix = { cycles: 0, events: new Float64Array(runner.eventNames.length) };
        } else {
          const run = runner.run(context, prefixForced);
          prefix = { cycles: run.cycles, events: Float64Array.from(run.events) };
        }
        if (contexts.size > 50_000) contexts.clear();
        contexts.set(prefixName, prefix);
      }
      const whole = runner.run(path, forced);
      const cost: Cost = {
        cycles: whole.cycles - prefix.cycles,
        events: Float32Array.from(whole.events, (count, index) => count - prefix.events[index]!),
      };
      measured++;
      known.set(name, cost);
      pending.push({ key, cost });
      if (pending.length >= batch) flush();
      return cost;
    },
    measured: () => measured,
    flush,
  };
}

/** Everything a measurement depends on, as text; the alignment is that of a 32-byte line, the widest fetch group. */
function pathText(
  path: readonly number[],
  contextLength: number,
  runner: PathRunner,
  signature: (address: number) => string,
  forced: ForcedLatencies | undefined,
): string {
  const parts: string[] = [`${contextLength}`];
  for (let index = 0; index < path.length; index++) {
    const address = path[index]!;
    const next = path[index + 1];
    if (index === 0 || address !== path[index - 1]! + 4) parts.push(`@${address & 31}`);
    parts.push(signature(address));
    if (next === undefined) continue;
    if (next !== address + 4) parts.push("taken");
    // Where a branch goes against its prediction, the instructions on the wrong path are fetched and cost energy.
    for (const wrong of runner.wrongPath(address, next)) parts.push("?" + signature(wrong));
  }
  if (forced) for (const [at, latency] of forced) parts.push(`F${at}=${latency}`);
  return parts.join("\n");
}
