// What the actions of instructions do with memories and caches: the interface methods of the uADL manual, on the list of
// accesses that the instruction made when it executed.
//
// The list has two ends that move on independently: the next access to be requested, and the one whose data is moved next
// (the head). An instruction without accesses, and one on a wrong path, asks nothing and waits for nothing.
import { cacheAccess } from "../../iss/cache-array.ts";
import type { Cache } from "./cache.ts";
import type { MemoryAccess, MemoryLevel } from "./request.ts";

/** The part of an instruction in flight that belongs to its accesses. */
export interface AccessList {
  /** Number of the instruction, unique in the pipeline. */
  readonly iid: number;
  accesses: MemoryAccess[];
  /** Position of the next access to be requested, and of the head. */
  requested: number;
  head: number;
}

/** The access whose data is moved next. */
function headOf(list: AccessList): MemoryAccess | undefined {
  return list.accesses[list.head];
}

function release(list: AccessList): void {
  list.head++;
  if (list.head >= list.accesses.length) {
    list.accesses = [];
    list.head = 0;
    list.requested = 0;
  }
}

export function hasMore(list: AccessList): boolean {
  return list.head < list.accesses.length;
}

export function hasNextRequest(list: AccessList): boolean {
  return list.requested < list.accesses.length;
}

export function nextRequest(list: AccessList): void {
  if (hasNextRequest(list)) list.requested++;
}

export function hasRequested(list: AccessList): boolean {
  const head = headOf(list);
  return head !== undefined && head.request >= 0;
}

export function isMisaligned(list: AccessList, mask: number): boolean {
  const head = headOf(list);
  return head !== undefined && (head.real & mask) !== 0;
}

export function isSerialized(list: AccessList, mask: number): boolean {
  const head = headOf(list);
  return head !== undefined && (head.serialized & mask) !== 0;
}

export function setSerialized(list: AccessList, mask: number): void {
  const head = headOf(list);
  if (head) head.serialized |= mask;
}

export function clearSerialized(list: AccessList, mask: number): void {
  const head = headOf(list);
  if (head) head.serialized &= ~mask;
}

/** Inquiries before a request; they do not look at the list. */
export function canRequestRead(level: MemoryLevel, port: number, list: AccessList): boolean {
  return level.canSend(list.iid, cacheAccess.CacheRead, 0, port);
}

export function canRequestWrite(level: MemoryLevel, port: number, list: AccessList): boolean {
  return level.canSend(list.iid, cacheAccess.CacheWrite, 0, port);
}

/** Whether there is room for a request, whatever the bandwidth of this cycle. */
export function canAccept(level: MemoryLevel): boolean {
  return level.availableSlots(0) > 0;
}

/** Sends the next access; `bytes` overrides its size when above 0. */
export function sendRequest(
  level: MemoryLevel,
  port: number,
  list: AccessList,
  write: boolean,
  bytes: number,
): void {
  const access = list.accesses[list.requested];
  if (!access) return;
  if (bytes > 0) access.bytes = bytes;
  const { effective, real, serialized, hint } = access;
  access.request = level.send(
    {
      kind: write ? cacheAccess.CacheWrite : cacheAccess.CacheRead,
      effective,
      real,
      bytes: access.bytes,
      serialized,
      hint,
      writeThrough: false,
      instruction: list.iid,
      eviction: false,
    },
    port,
  );
  access.at = level;
  list.requested++;
}

/** The head's request is ready for its data to be moved. */
export function isReady(level: MemoryLevel, port: number, list: AccessList): boolean {
  const head = headOf(list);
  return head === undefined || level.isReady(list.iid, head.request, port);
}

export function read(level: MemoryLevel, port: number, list: AccessList): void {
  const head = headOf(list);
  if (head) {
    level.read(head.request, port);
    head.request = -1;
  }
}

export function postRead(list: AccessList): void {
  if (hasMore(list)) release(list);
}

export function write(level: MemoryLevel, port: number, list: AccessList): void {
  const head = headOf(list);
  if (!head) return;
  level.write(head.request, port);
  release(list);
}

/** Goes on to an access that was part of the head's request; false when there is none. */
export function next(list: AccessList): boolean {
  const head = headOf(list);
  const after = list.accesses[list.head + 1];
  if (!head || !after) return false;
  after.request = head.request;
  after.at = head.at;
  release(list);
  return true;
}

export function setSize(level: MemoryLevel, port: number, list: AccessList, bytes: number): void {
  const head = headOf(list);
  if (!head) return;
  head.bytes = bytes;
  level.setBytes(head.request, port, bytes);
}

/** Moves the data of `count` accesses that one read request brought. */
export function execAndRead(level: MemoryLevel, port: number, list: AccessList, count: number): void {
  read(level, port, list);
  advance(list, count);
  postRead(list);
}

/** The same for a write; `finalSize` is the request's size when fewer accesses than `count` were left. */
export function execAndWrite(
  level: MemoryLevel,
  port: number,
  list: AccessList,
  count: number,
  finalSize: number,
): void {
  if (!advance(list, count) && finalSize > 0) setSize(level, port, list, finalSize);
  write(level, port, list);
}

/** Goes on to the last of `count` accesses of one request; false when there were fewer. */
function advance(list: AccessList, count: number): boolean {
  for (let done = 1; done < count; done++) if (!next(list)) return false;
  return true;
}

/** No line is on its way, and nothing waits at the cache: it takes a command. */
export function canRequestCommand(cache: Cache, _list: AccessList): boolean {
  return cache.canSendCommand();
}

export function commandsDone(cache: Cache, _list: AccessList): boolean {
  return cache.commandsDone();
}

/** No write of the instruction is in the store buffer. */
export function storeBufferDone(cache: Cache, list: AccessList): boolean {
  return cache.storeBufferDone(list.iid);
}

/** Requests need not wait for a critical word that comes in this cycle. */
export function linefillNotBlocked(cache: Cache, list: AccessList): boolean {
  return cache.linefillNotBlocked(headOf(list)?.serialized ?? 0);
}

/** The cache has nothing left to do at the level below. */
export function actionsDone(cache: Cache, _list: AccessList): boolean {
  return cache.actionsDone();
}

/** Sends the head, an operation on a cache. It is done as far as the instruction is concerned. */
export function sendCommand(cache: Cache, list: AccessList): void {
  const access = headOf(list);
  if (!access) return;
  const { kind, effective, real, hint, set, way } = access;
  cache.sendCommand(
    {
      kind,
      effective,
      real,
      bytes: cache.array.geometry.lineBytes,
      serialized: 0,
      hint,
      writeThrough: cache.array.writeThrough(cacheAccess.CacheWrite, real),
      instruction: list.iid,
      eviction: false,
    },
    set,
    way,
  );
  if (list.requested === list.head) list.requested++;
  release(list);
}

/** A flushed instruction takes its requests back and gives up its locks. */
export function cancelAll(list: AccessList, levels: readonly MemoryLevel[]): void {
  for (let at = list.head; at < list.accesses.length; at++) {
    const { request, at: level } = list.accesses[at]!;
    if (request >= 0 && level) level.cancel(request, -1, true);
  }
  for (const level of levels) level.unlockOf(list.iid);
  list.accesses = [];
  list.head = 0;
  list.requested = 0;
}
