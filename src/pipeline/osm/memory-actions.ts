// Text of what an instruction's code does with a memory, cache or port: on queues of numbers where the whole hierarchy is
// flat, else by calls of the memory system.
import { fail } from "../../base/diagnostic.ts";
import type { MemoryName, OsmLayout } from "./layout.ts";

export function memoryAction(
  layout: OsmLayout,
  memory: MemoryName,
  name: string,
  args: readonly string[],
): string {
  return layout.flat ? flatAction(memory, name, args) : levelAction(memory, name, args);
}

function flatAction(
  { name: memoryName, level, port }: MemoryName,
  name: string,
  args: readonly string[],
): string {
  const memory = `F_${level}`;
  const at = `P_${level}_${port}`;
  switch (name) {
    case "can_request_read":
    case "can_request_write":
      return `${at}.canSend(ins.iid, cyc)`;
    case "can_accept_read_request":
    case "can_accept_write_request":
    case "can_accept_read_requests":
    case "can_accept_write_requests":
      return `(P_${level}_0.room() > 0)`;
    case "can_read":
    case "can_write":
      return `(ins.head >= ins.count || ${at}.isReady(ins.ids[ins.head], ins.iid, cyc))`;
    case "send_read_request":
    case "send_write_request":
      return `(ins.requested < ins.count && (ins.ids[ins.requested++] = ${at}.send(${name === "send_write_request"}, cyc)))`;
    case "exec_and_read":
    case "exec_and_write":
      return args[0] === undefined ? `transferOne(${at}, ins)` : `transfer(${at}, ins, ${args[0]})`;
    case "read":
    case "write":
      return `(ins.head < ins.count && (${at}.take(cyc), ${name === "write" ? "advance(ins, 1)" : "0"}))`;
    case "post_read":
      return "(ins.head < ins.count && advance(ins, 1))";
    case "next":
      return "(ins.head + 1 < ins.count && advance(ins, 1))";
    case "pre_write":
    case "set_size":
      return "0";
    case "request_queue_empty":
      return `P_${level}_0.isEmpty()`;
    case "is_inactive":
    case "request_queue_inactive":
      return `(!${memory}.status.wasBusy)`;
    case "can_lock":
      return `${memory}.canLock(ins.iid)`;
    case "can_force_lock":
    case "can_unlock":
      return `${memory}.canForceLock(ins.iid)`;
    case "allocate_lock":
    case "allocate_force_lock":
      return `${memory}.lock(ins.iid)`;
    case "deallocate_lock":
    case "deallocate_unlock":
    case "deallocate_force_lock":
    case "deallocate_force_unlock":
      return `${memory}.unlock(${args[0] ?? "0"})`;
    case "cmds_done":
    case "store_buf_done":
    case "linefill_block_inquire":
    case "linefill_not_blocked":
      return "true";
    default:
      return fail("BW0702", `the memory ${memoryName} has no method ${name}`);
  }
}

function levelAction(
  { name: memoryName, level, port }: MemoryName,
  name: string,
  args: readonly string[],
): string {
  const at = `L_${level}`;
  switch (name) {
    case "can_request_read":
      return `T.canRequestRead(${at}, ${port}, ins)`;
    case "can_request_write":
      return `T.canRequestWrite(${at}, ${port}, ins)`;
    case "can_accept_read_request":
    case "can_accept_write_request":
    case "can_accept_read_requests":
    case "can_accept_write_requests":
      return `T.canAccept(${at})`;
    case "can_read":
    case "can_write":
      return `T.isReady(${at}, ${port}, ins)`;
    case "send_read_request":
    case "send_write_request":
      return `T.sendRequest(${at}, ${port}, ins, ${name === "send_write_request"}, ${args[0] ?? "0"})`;
    case "exec_and_read":
      return `T.execAndRead(${at}, ${port}, ins, ${args[0] ?? "1"})`;
    case "exec_and_write":
      return `T.execAndWrite(${at}, ${port}, ins, ${args[0] ?? "1"}, ${args[1] ?? "0"})`;
    case "read":
      return `T.read(${at}, ${port}, ins)`;
    case "write":
      return `T.write(${at}, ${port}, ins)`;
    case "post_read":
      return "T.postRead(ins)";
    case "next":
      return "T.next(ins)";
    case "pre_write":
      return "0";
    case "set_size":
      return `T.setSize(${at}, ${port}, ins, ${args[0]!})`;
    case "request_queue_empty":
      return `${at}.isEmpty()`;
    case "is_inactive":
    case "request_queue_inactive":
      return `${at}.wasInactive()`;
    case "can_lock":
      return `${at}.canLock(ins.iid)`;
    case "can_force_lock":
    case "can_unlock":
      return `${at}.canForceLock(ins.iid)`;
    case "allocate_lock":
    case "allocate_force_lock":
      return `${at}.lock(ins.iid)`;
    case "deallocate_lock":
    case "deallocate_unlock":
    case "deallocate_force_lock":
    case "deallocate_force_unlock":
      return `${at}.unlock(${args[0] ?? "0"})`;
    default:
      return cacheAction(memoryName, at, name);
  }
}

/** Interface methods that only caches have. */
function cacheAction(memoryName: string, at: string, name: string): string {
  switch (name) {
    case "can_request_cmd":
      return `T.canRequestCommand(${at}, ins)`;
    case "send_cmd":
      return `T.sendCommand(${at}, ins)`;
    case "cmds_done":
      return `T.commandsDone(${at}, ins)`;
    case "store_buf_done":
      return `T.storeBufferDone(${at}, ins)`;
    case "linefill_block_inquire":
    case "linefill_not_blocked":
      return `T.linefillNotBlocked(${at}, ins)`;
    default:
      return fail("BW0702", `the memory ${memoryName} has no method ${name}`);
  }
}
