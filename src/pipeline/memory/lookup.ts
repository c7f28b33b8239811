// How requests of a cache look its tag array up, and what their ends leave there.
import { cacheAccess } from "../../iss/cache-array.ts";
import type { CacheArray } from "../../iss/cache-array.ts";
import type { LevelCounts, MemoryRequest } from "./request.ts";

/** `command`: an operation on the cache, not an access. The result stands in the request. */
export function lookUp(
  request: MemoryRequest,
  array: CacheArray,
  command: boolean,
  counts: LevelCounts,
): void {
  if (command && operate(request, array)) return;
  const { kind, real, hint } = request;
  const { level } = array.geometry;
  const enabled = command || (hint ? hint.enabled[level - 1]! : array.enabled(kind, real));
  const found = enabled ? array.access(kind, real, hint?.missAllocate[level - 1]) : undefined;
  if (!found || found.action === "none") {
    request.action = "none";
    counts.bypasses++;
    return;
  }
  request.action = found.action;
  request.set = found.set;
  request.way = found.way;
  request.replaced = found.replaced;
  if (found.action === "hit") counts.hits++;
  else counts.misses++;
}

/** Operations on a line that is known; false for those that look up as accesses do. */
function operate(request: MemoryRequest, array: CacheArray): boolean {
  const { kind, set, way } = request;
  request.action = "none";
  switch (kind) {
    case cacheAccess.CacheInvalidate:
      if (set >= 0) array.invalidate(set, way);
      return true;
    case cacheAccess.CacheFlush:
    case cacheAccess.CacheStore:
      if (set >= 0 && array.clean(set, way)) request.action = "evict";
      return true;
    case cacheAccess.CacheLock:
    case cacheAccess.CacheUnlock:
      if (set >= 0) array.lock(set, way, kind === cacheAccess.CacheLock);
      return true;
    default:
      return false;
  }
}

/** The access is over: its line is in use no more. */
export function endAccess(request: MemoryRequest, array: CacheArray, command: boolean): void {
  if (request.action === "none" || request.set < 0) return;
  const line = array.line(request.set, request.way);
  if (command) {
    if (request.kind === cacheAccess.CacheLockAddr) array.lock(request.set, request.way, true);
  } else if (request.action !== "hit") {
    line.valid = true;
    line.dirty = false;
  }
  if (request.kind === cacheAccess.CacheWrite && !array.writeThrough(request.kind, request.real)) {
    line.dirty = true;
  }
}

/** A miss that allocates. */
export function needsLine(request: MemoryRequest): boolean {
  return request.action === "miss" || request.action === "evict";
}
