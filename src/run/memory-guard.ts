// Memory that the program does not have, or may only read, is taken away while it runs: the pages at zero, code and constants,
// and what surrounds the counters. The host's processor then finds such accesses as it finds those outside the module's
// memory, and nothing is asked at run time.
import type { CounterLayout } from "../annotate/layout.ts";
import type { SegmentMap } from "./host-memory.ts";

/** Protects pages of a module's memory; `src/toolchain` makes one where the host can. */
export interface MemoryGuard {
  /** Bytes; areas to protect begin and end at multiples of it. */
  readonly pageSize: number;
  /** Did it work? */
  readonly protect: (memory: ArrayBuffer, from: number, to: number, what: "none" | "read" | "all") => boolean;
  /** Address of the last access that failed, since something was protected. */
  readonly lastFault: () => number | undefined;
  /**
   * Address of an access to a protected page that could not be made to fail, since the engine did not expect it; it was let
   * through.
   */
  readonly passedAccess: () => number | undefined;
}

/** Segments begin at multiples of it, and nothing else is in a segment's last page. */
const SEGMENT_PAGE = 4096;

interface Area {
  readonly from: number;
  readonly to: number;
  readonly what: "none" | "read";
}

export class GuardedMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #guard: MemoryGuard | undefined;
  readonly #readOnly: SegmentMap["segments"];
  readonly #areas: Area[] = [];

  /** Protects what can be protected. Nothing of it may be looked at from JavaScript until `release`. */
  constructor(
    memory: WebAssembly.Memory,
    layout: CounterLayout,
    elf: SegmentMap,
    guard: MemoryGuard | undefined,
  ) {
    this.#memory = memory;
    this.#guard = guard;
    this.#readOnly = elf.segments.filter(({ writable, memorySize }) => !writable && memorySize > 0);
    if (guard === undefined) return;
    const wanted: Area[] = [
      ...layout.holes.map(({ from, to }) => ({ from, to, what: "none" as const })),
      ...this.#readOnly.map(({ address, memorySize }) => ({
        from: address,
        to: Math.ceil((address + memorySize) / SEGMENT_PAGE) * SEGMENT_PAGE,
        what: "read" as const,
      })),
      { from: layout.argumentBase, to: layout.argumentBase + layout.argumentBytes, what: "read" },
    ];
    for (const area of wanted) {
      const from = Math.ceil(area.from / guard.pageSize) * guard.pageSize;
      const to = Math.floor(area.to / guard.pageSize) * guard.pageSize;
      if (from >= to || !guard.protect(memory.buffer, from, to, area.what)) continue;
      this.#areas.push({ from, to, what: area.what });
    }
  }

  /** What the access was that made the program trap, as far as it is known. */
  faultText(): string {
    const at = this.#guard?.lastFault();
    return at === undefined ? "an access outside memory" : this.#textOf(at);
  }

  #textOf(place: number): string {
    // Addresses that are a sum may be beyond 4 GiB here; bytes of a word are in the host's order, so the word is told.
    const at = place % 2 ** 32;
    const word = `0x${(at - (at % 4)).toString(16)}`;
    const code = this.#readOnly.some(({ address, memorySize }) => at >= address && at < address + memorySize);
    return code ? `a write into its code or constants, at ${word}` : `an access outside memory, at ${word}`;
  }

  /** Gives the memory back. Returns what the program did that should have made it trap, in words. */
  release(): string | undefined {
    const guard = this.#guard;
    if (guard === undefined) return undefined;
    const passed = guard.passedAccess();
    for (const { from, to } of this.#areas.splice(0)) guard.protect(this.#memory.buffer, from, to, "all");
    return passed === undefined ? undefined : this.#textOf(passed);
  }
}
