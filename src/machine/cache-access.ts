// Kinds of access to caches and memories, as action code names them.

export const cacheAccess = {
  CacheNoAccess: 0,
  CacheIFetch: 1,
  CacheIFetchTrans: 2,
  CacheILogRead: 3,
  CacheLogRead: 4,
  CacheRead: 5,
  CacheWrite: 6,
  CacheFlush: 7,
  CacheStore: 8,
  CacheTouch: 9,
  CacheAlloc: 10,
  CacheInvalidate: 11,
  CacheLock: 12,
  CacheLockAddr: 13,
  CacheUnlock: 14,
  MaxCacheAccess: 15,
} as const;

/** A value of `cacheAccess`, or one above that a description adds. */
export type CacheAccess = number;
