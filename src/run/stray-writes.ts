// Finds out after a run whether the program wrote where it has no memory. Checking every store would cost more than all the
// counting; but what the program must not change can be compared with what it was. (Where there is no memory at all, the
// host traps at once.)

import type { CounterLayout, FunctionCounts } from "../annotate/layout.ts";
import { DiagnosticError } from "../base/diagnostic.ts";
import { FAULTED, SIGNALS, signalText } from "./faults.ts";
import type { SegmentMap } from "./host-memory.ts";

/** No run counts this far; a counter that did was overwritten. */
const IMPLAUSIBLE = 1n << 52n;

interface Area {
  readonly what: string;
  readonly from: number;
  readonly before: Uint8Array;
}

export class StrayWrites {
  readonly #memory: WebAssembly.Memory;
  readonly #areas: readonly Area[];

  /** Looks at the memory before the program starts. */
  constructor(memory: WebAssembly.Memory, layout: CounterLayout, elf: SegmentMap) {
    this.#memory = memory;
    const bytes = new Uint8Array(memory.buffer);
    const area = (what: string, from: number, to: number): Area => ({
      what,
      from,
      before: bytes.slice(from, to),
    });
    this.#areas = [
      ...layout.holes.map(({ from, to }) =>
        area(from === 0 ? "through a null pointer" : "above its memory", from, to),
      ),
      ...elf.segments
        .filter((segment) => !segment.writable && segment.memorySize > 0)
        .map(({ address, memorySize }) => area("into its code or constants", address, address + memorySize)),
      area("above its memory", layout.argumentBase, layout.argumentBase + layout.argumentBytes),
      area("above its memory", layout.tables.from, layout.tables.to),
    ];
  }

  /** Fails: BW0810 when the program wrote where it must not. */
  check(counts: readonly FunctionCounts[]): void {
    const bytes = new Uint8Array(this.#memory.buffer);
    for (const { what, from, before } of this.#areas) {
      if (Buffer.compare(before, bytes.subarray(from, from + before.length)) === 0) continue;
      const at = before.findIndex((byte, i) => byte !== bytes[from + i]);
      // Bytes of a word are in the host's order; the word is what can be told.
      reportStray(`the program wrote ${what}, at 0x${((from + at) & ~3).toString(16)}`);
    }
    for (const fn of counts) {
      const overwritten = [...fn.nodes, ...fn.edges, ...fn.returns].some(
        (count) => count < 0n || count > IMPLAUSIBLE,
      );
      if (overwritten) reportStray(`the program wrote above its memory, over the counters of ${fn.name}`);
    }
  }
}

/** Fails: BW0810, what the program did where it has no memory, found when it had ended. */
export function reportStray(message: string): never {
  throw new DiagnosticError([
    {
      code: FAULTED,
      severity: "error",
      message: `${message}; ${signalText(SIGNALS.memory)}`,
      help: "the program has a stray pointer; `reference` stops at the instruction that uses it",
      exitStatus: SIGNALS.memory.exitStatus,
    },
  ]);
}
