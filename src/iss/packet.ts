// The packet of instructions that is being executed: where in it the next instruction stands, and what its instructions
// have written, which nobody sees before the packet ends.
import { fail } from "../base/diagnostic.ts";

/** Writes of one packet; real ones have a few dozen. */
const MOST = 100_000;

export class Packet {
  position = 0;
  /** The packet ends with the instruction at hand. */
  ends = false;
  #writes: (() => void)[] = [];

  later(write: () => void): void {
    if (this.#writes.length >= MOST) fail("BW0334", `a packet of the program has more than ${MOST} writes`);
    this.#writes.push(write);
  }

  /** Makes the writes, in the order of the packet's instructions; hooks that they call may write, too. */
  commit(): void {
    for (let round = 0; this.#writes.length > 0; round++) {
      if (round > 16) fail("BW0334", "writes at the end of a packet cause each other without end");
      const writes = this.#writes;
      this.#writes = [];
      for (const write of writes) write();
    }
  }
}
