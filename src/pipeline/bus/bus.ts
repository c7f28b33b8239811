// A bus with one memory behind it and several masters: the caches that share it. One row a cycle in each direction; a
// master that has the bus keeps it until it has had all its answers; a free bus goes to the first of the masters that
// want it. Everything here is what registers hold: signals that masters set at the end of a cycle are seen in the next.
import { ownTally } from "./tally.ts";
import type { Tally } from "./tally.ts";

/** What a master drives. */
export interface BusMaster {
  /** Wants or has the bus. */
  cycle: boolean;
  /** A request is on the wires. */
  strobe: boolean;
  write: boolean;
}

export interface BusTiming {
  /** Cycles from a read request to its row, at least 1. */
  readonly readLatency: number;
}

export class Bus {
  readonly masters: BusMaster[] = [];
  /** Master whose signals reach the memory in this cycle. */
  private owner = 0;
  private selected = 0;
  private candidate = 0;
  private answering = false;
  private answer = false;
  /** Reads on their way through the memory: the last element answers in the next cycle. */
  private readonly reads: boolean[];
  private readonly tally: Tally;

  constructor(timing: BusTiming, tally = ownTally()) {
    this.tally = tally;
    this.reads = new Array<boolean>(Math.max(0, timing.readLatency - 1)).fill(false);
  }

  join(): BusMaster {
    const master = { cycle: false, strobe: false, write: false };
    this.masters.push(master);
    return master;
  }

  reset(): void {
    for (const master of this.masters) master.cycle = master.strobe = master.write = false;
    this.owner = this.selected = this.candidate = 0;
    this.answer = this.answering = false;
    this.reads.fill(false);
  }

  /** A cycle of the bus: who has it, what is answered; then the memory's registers. Before the masters' own clock(). */
  clock(): void {
    const { masters, reads } = this;
    this.answering = this.answer;
    this.candidate = this.selected;
    for (let i = masters.length - 1; i >= 0; i--) if (masters[i]!.cycle) this.candidate = i;
    this.owner = masters[this.selected]!.cycle ? this.selected : this.candidate;
    const owner = masters[this.owner]!;
    if (owner.cycle && owner.strobe) {
      const { counters, read, write } = this.tally;
      counters[owner.write ? write : read]!++;
    }
    if (!owner.cycle) {
      this.answer = false;
      reads.fill(false);
    } else {
      const last = reads.length - 1;
      const behind = last >= 0 && reads[last]!;
      if (owner.strobe && owner.write && !behind) {
        // A write is acknowledged at once unless it stands behind a read.
        this.answer = true;
      } else {
        this.answer = last >= 0 ? behind : owner.strobe;
        for (let i = last; i > 0; i--) reads[i] = reads[i - 1]!;
        if (last >= 0) reads[0] = owner.strobe;
      }
    }
    if (!masters[this.selected]!.cycle) this.selected = this.candidate;
  }

  /** Whether the master's request is taken in this cycle. */
  accepts(master: BusMaster): boolean {
    return master.cycle && this.masters[this.owner] === master;
  }

  /** Whether an answer to the master arrives in this cycle: a row that it reads, or that a row has been written. */
  answers(master: BusMaster): boolean {
    return this.answering && this.accepts(master);
  }
}
