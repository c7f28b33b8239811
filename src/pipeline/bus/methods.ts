// The methods of caches on a bus and of branch target caches in action code, as text of the generated engine.
import type { BusCache } from "../../machine/model.ts";
import type { EngineLayout, MemoryPortLayout } from "../layout.ts";
import { TARGET_CACHE } from "./system.ts";
import { targetKind } from "./target-cache.ts";
import type { DataRequestKind } from "./data-cache.ts";

type Complain = (message: string, help?: string) => never;

const REQUESTS: Readonly<Record<string, DataRequestKind>> = {
  send_read_request: "read",
  send_reserve_request: "reserve",
  send_write_request: "write",
  send_zero_request: "zero",
  send_touch_request: "touch",
  send_flush_request: "flush",
  send_sync_request: "sync",
  send_conditional_request: "conditional",
};

/** `argument`: for read and write requests, which row of an access that crosses rows; 0 is the first. */
export function busCacheMethod(
  name: string,
  cache: BusCache,
  method: string,
  complain: Complain,
  counters: MemoryPortLayout,
  argument: string | undefined,
): string {
  if (cache.holds === "instr") {
    if (method === "invalidate_all") return `(ins.spec || bus.fetch.${name}.invalidate())`;
    return complain(`${name} holds instructions: only the fetch unit uses it`);
  }
  const object = `bus.data.${name}`;
  const kind = Object.hasOwn(REQUESTS, method) ? REQUESTS[method] : undefined;
  if (kind !== undefined) {
    const counter =
      kind === "read" || kind === "reserve" || kind === "touch"
        ? counters.readCounter
        : counters.writeCounter;
    const address =
      argument === undefined ? "ins.ea" : `rowAddress(ins.ea, ${argument}, ${counters.rowBytes})`;
    return `(ins.spec || (ins.mem = ${object}.send("${kind}", ${address}), K[${counter}]++))`;
  }
  switch (method) {
    case "can_request_read":
    case "can_request_write":
    case "can_accept_read_request":
    case "can_accept_write_request":
      return `${object}.ready()`;
    case "can_read":
    case "can_write":
      return `(ins.spec || ${object}.done(ins.mem))`;
    case "request_queue_empty":
    case "is_inactive":
      return `${object}.idle()`;
    case "read":
    case "write":
    case "post_read":
    case "pre_write":
    case "next":
      return "0";
    case "crosses_row":
      return `(ins.ea >= 0 && (ins.ea % ${counters.rowBytes}) + ins.s.bytes > ${counters.rowBytes})`;
    default:
      return complain(`a cache on a bus has no method ${method}`);
  }
}

export function isTargetCache(layout: EngineLayout, name: string): boolean {
  return layout.model.pipeline.branchPredictors.some(
    (one) => one.name === name && one.algorithm === TARGET_CACHE,
  );
}

export function targetCacheMethod(name: string, method: string, complain: Complain): string {
  switch (method) {
    case "hit":
      return `(ins.known !== ${targetKind.unknown})`;
    case "predict":
    case "predict_taken":
    case "last_predict_taken":
      return `(ins.known === ${targetKind.taken})`;
    case "enabled":
      return "true";
    case "update":
      return `(ins.spec || bus.targets.${name}.update(ins.s.pc, ins.took, ins.next))`;
    case "invalidate_all":
      return `(ins.spec || bus.targets.${name}.invalidate())`;
    default:
      return complain(`a branch target cache has no method ${method}`);
  }
}
