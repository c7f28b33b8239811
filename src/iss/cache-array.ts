// Tag array of a cache: which lines it holds, which way a miss replaces, what is dirty, locked or in use. No data: the
// functional memory has it. The functional simulator and the timing model of one core look at the same array, so that
// action code which asks for a line (`find`, `is_dirty` …) sees what the timing model has loaded.
//
// What a description can hook into (enable, miss_enable, hit_pred, replace, line_access, write_through, hit, miss) comes
// in as functions; the array calls them in the language's order and knows nothing of registers.

import { cacheAccess } from "../machine/cache-access.ts";
import type { CacheAccess } from "../machine/cache-access.ts";

export { cacheAccess };
export type { CacheAccess };

/** How a way is chosen when the description has no `replace` of its own. */
export type Replacement =
  /** The language's default: ways in turn, whether used in between or not; locked ones are passed over. */
  | "round_robin"
  /** The way that was used longest ago. */
  | "lru"
  /** Tree pseudo-LRU: one bit a node of a binary tree over the ways, pointing away from the last use. */
  | "plru";

export interface CacheGeometry {
  readonly name: string;
  /** 1: nearest to the core. */
  readonly level: number;
  readonly sets: number;
  readonly ways: number;
  /** Bytes in a line, a power of two. */
  readonly lineBytes: number;
  readonly replacement: Replacement;
  /** A miss takes an invalid way first, when there is one. */
  readonly invalidFirst: boolean;
}

/** The description's hooks; one that is absent has the language's default meaning. */
export interface CacheHooks {
  enabled?(access: CacheAccess, address: number): boolean;
  /** May a miss allocate a line? */
  missEnable?(access: CacheAccess, address: number, set: number): boolean;
  hitPredicate?(access: CacheAccess, set: number, way: number): boolean;
  /** Way to replace. */
  replace?(access: CacheAccess, set: number): number;
  lineAccess?(access: CacheAccess, set: number, way: number, address: number): void;
  writeThrough?(access: CacheAccess, address: number): boolean;
  hit?(access: CacheAccess, address: number): void;
  miss?(access: CacheAccess, address: number): void;
  invalidateLine?(access: CacheAccess, set: number, way: number): void;
}

export interface CacheLine {
  /** Address of the line's first byte. */
  tag: number;
  valid: boolean;
  dirty: boolean;
  locked: boolean;
  /** Way fields that the description declares. */
  fields: Record<string, number>;
}

export interface CacheSet {
  readonly lines: CacheLine[];
  /** Set fields that the description declares. */
  fields: Record<string, number>;
}

/** "none": the cache is passed by; "evict": a miss whose victim is dirty. */
export type LookupAction = "none" | "hit" | "miss" | "evict";

export interface Lookup {
  readonly action: LookupAction;
  readonly set: number;
  readonly way: number;
  /** A valid line was replaced. */
  readonly replaced: boolean;
}

interface OrderedSet extends CacheSet {
  /** Ways in the order in which they are replaced next (round robin, least recently used first). */
  order: number[];
  /** Nodes of the tree of pseudo-LRU; a set bit points to the right half. */
  tree: number;
}

export class CacheArray {
  readonly geometry: CacheGeometry;
  hooks: CacheHooks;
  private readonly setFields: Readonly<Record<string, number>>;
  private readonly wayFields: Readonly<Record<string, number>>;
  private contents: OrderedSet[] = [];

  /** `setFields`, `wayFields`: reset values of the fields that the description adds. */
  constructor(
    geometry: CacheGeometry,
    hooks: CacheHooks = {},
    setFields: Readonly<Record<string, number>> = {},
    wayFields: Readonly<Record<string, number>> = {},
  ) {
    this.geometry = geometry;
    this.hooks = hooks;
    this.setFields = setFields;
    this.wayFields = wayFields;
    this.reset();
  }

  /** Every line invalid, every field at its reset value. */
  reset(): void {
    const { sets, ways } = this.geometry;
    this.contents = Array.from({ length: sets }, () => ({
      lines: Array.from({ length: ways }, () => ({
        tag: 0,
        valid: false,
        dirty: false,
        locked: false,
        fields: { ...this.wayFields },
      })),
      fields: { ...this.setFields },
      order: Array.from({ length: ways }, (_, way) => way),
      tree: 0,
    }));
  }

  set(index: number): CacheSet {
    return this.contents[index]!;
  }

  line(set: number, way: number): CacheLine {
    return this.contents[set]!.lines[way]!;
  }

  setOf(address: number): number {
    return Math.floor(address / this.geometry.lineBytes) % this.geometry.sets;
  }

  tagOf(address: number): number {
    return address - (address % this.geometry.lineBytes);
  }

  /** The way that holds `address`, or -1. */
  find(access: CacheAccess, address: number): number {
    const set = this.setOf(address);
    const tag = this.tagOf(address);
    const { lines } = this.contents[set]!;
    for (let way = 0; way < lines.length; way++) {
      const line = lines[way]!;
      if (!line.valid || line.tag !== tag) continue;
      if (!this.hooks.hitPredicate || this.hooks.hitPredicate(access, set, way)) return way;
    }
    return -1;
  }

  /**
   * Looks an address up and allocates a line on a miss. `mayAllocate` overrides the miss_enable hook. Returns "none" when
   * a miss may not allocate.
   */
  access(access: CacheAccess, address: number, mayAllocate?: boolean): Lookup {
    const set = this.setOf(address);
    let way = this.find(access, address);
    let action: LookupAction = "hit";
    let replaced = false;
    if (way < 0) {
      const allocate = mayAllocate ?? this.hooks.missEnable?.(access, address, set) ?? true;
      if (!allocate) return { action: "none", set, way: -1, replaced: false };
      way = this.victim(access, set);
      action = this.clean(set, way) ? "evict" : "miss";
      const line = this.line(set, way);
      replaced = line.valid;
      line.tag = this.tagOf(address);
      line.valid = true;
      line.dirty = access === cacheAccess.CacheWrite;
      this.hooks.miss?.(access, address);
    } else {
      this.hooks.hit?.(access, address);
    }
    this.used(set, way);
    this.hooks.lineAccess?.(access, set, way, address);
    return { action, set, way, replaced };
  }

  /** A dirty line is written back: it is clean from now on. True when it was dirty. */
  clean(set: number, way: number): boolean {
    const line = this.line(set, way);
    const was = line.valid && line.dirty;
    if (was) line.dirty = false;
    return was;
  }

  invalidate(set: number, way: number): void {
    const line = this.line(set, way);
    if (!line.valid) return;
    line.valid = false;
    this.hooks.invalidateLine?.(cacheAccess.CacheInvalidate, set, way);
  }

  /** Locks or unlocks a line; returns what it was. */
  lock(set: number, way: number, locked: boolean): boolean {
    const line = this.line(set, way);
    const was = line.locked;
    line.locked = locked;
    return was;
  }

  fullyLocked(set: number): boolean {
    return this.contents[set]!.lines.every((line) => line.locked);
  }

  fullyUnlocked(set?: number): boolean {
    const sets = set === undefined ? this.contents : [this.contents[set]!];
    return sets.every((one) => one.lines.every((line) => !line.locked));
  }

  enabled(access: CacheAccess, address: number): boolean {
    return this.hooks.enabled?.(access, address) ?? true;
  }

  writeThrough(access: CacheAccess, address: number): boolean {
    return this.hooks.writeThrough?.(access, address) ?? false;
  }

  private victim(access: CacheAccess, set: number): number {
    if (this.hooks.replace) return this.hooks.replace(access, set) % this.geometry.ways;
    const { ways, replacement, invalidFirst } = this.geometry;
    if (ways === 1) return 0;
    const contents = this.contents[set]!;
    if (invalidFirst) {
      const free = contents.lines.findIndex((line) => !line.valid);
      if (free >= 0) return free;
    }
    const allLocked = this.fullyLocked(set);
    if (replacement === "plru") {
      const way = treeVictim(contents.tree, ways);
      if (allLocked || !contents.lines[way]!.locked) return way;
      return contents.lines.findIndex((line) => !line.locked);
    }
    for (;;) {
      const way = contents.order.shift()!;
      contents.order.push(way);
      if (allLocked || !contents.lines[way]!.locked) return way;
    }
  }

  /** Notes a use for the replacement order. */
  private used(set: number, way: number): void {
    const contents = this.contents[set]!;
    if (this.geometry.replacement === "lru") {
      contents.order.splice(contents.order.indexOf(way), 1);
      contents.order.push(way);
    } else if (this.geometry.replacement === "plru") {
      contents.tree = treeAfterUse(contents.tree, this.geometry.ways, way);
    }
  }
}

/** The way that the tree's bits point to; `ways` is a power of two. */
export function treeVictim(tree: number, ways: number): number {
  let node = 1;
  while (node < ways) node = node * 2 + ((tree >>> node) & 1);
  return node - ways;
}

/** The tree with all bits on the way to `way` pointing away from it. */
export function treeAfterUse(tree: number, ways: number, way: number): number {
  let result = tree;
  for (let node = way + ways; node > 1; node >>>= 1) {
    const parent = node >>> 1;
    result = (node & 1) === 0 ? result | (1 << parent) : result & ~(1 << parent);
  }
  return result;
}
