// What memory holds behind caches that write back. The simulator has one memory, which always has the newest contents, as
// the processor sees it through its caches. For each line that is newer in a cache than behind it, the older contents are
// kept here: an invalidated line falls back to them, a line that is written back drops them.
import type { SparseMemory } from "./sparse-memory.ts";

/** Lines that may be newer in caches at once; more are as if written back. */
const MOST = 1 << 16;

export class StaleLines {
  readonly #memory: SparseMemory;
  /** By cache, from the innermost to the outermost: the address of a line → what lies behind it. */
  readonly #behind: ReadonlyMap<string, Map<number, Uint8Array>>;
  /** A line on its way out: what lay behind the cache that it leaves. */
  #leaving: { readonly line: number; readonly bytes: Uint8Array } | undefined;

  /** `caches`: names from the innermost to the outermost. */
  constructor(caches: readonly string[], memory: SparseMemory) {
    this.#memory = memory;
    this.#behind = new Map(caches.map((name) => [name, new Map<number, Uint8Array>()]));
  }

  reset(): void {
    for (const lines of this.#behind.values()) lines.clear();
  }

  /** A line of a cache is about to be newer than what lies behind it. */
  newer(cache: string, line: number, bytes: number): void {
    const lines = this.#behind.get(cache);
    if (!lines || lines.has(line) || lines.size >= MOST) return;
    const old = this.#memory.readBytes(line, bytes);
    const leaving = this.#leaving;
    if (leaving) {
      leaving.bytes.forEach((byte, i) => {
        const at = leaving.line + i - line;
        if (at >= 0 && at < bytes) old[at] = byte;
      });
    }
    lines.set(line, old);
  }

  /** A line is written to what lies behind its cache; `write` does so, and may make a line there newer. */
  writtenBack(cache: string, line: number, write: () => void): void {
    const lines = this.#behind.get(cache);
    const bytes = lines?.get(line);
    lines?.delete(line);
    const outer = this.#leaving;
    this.#leaving = bytes && { line, bytes };
    write();
    this.#leaving = outer;
  }

  /** A line is given up without being written back. */
  lost(cache: string, line: number): void {
    const lines = this.#behind.get(cache);
    const bytes = lines?.get(line);
    if (!bytes) return;
    lines?.delete(line);
    this.#memory.writeBytes(line, bytes);
  }

  /** Memory as it is behind all caches. */
  read(address: number, length: number): Uint8Array {
    const bytes = this.#memory.readBytes(address, length);
    for (const lines of this.#behind.values()) {
      for (const [line, old] of lines) {
        const from = Math.max(line, address);
        const to = Math.min(line + old.length, address + length);
        for (let at = from; at < to; at++) bytes[at - address] = old[at - line] ?? 0;
      }
    }
    return bytes;
  }
}
