// An instruction cache on a bus. One lookup a cycle; a miss reads the line, the wanted row first and then round the line;
// rows can be used as they arrive, while a lookup in other lines goes on; one miss at a time. When all lines are dropped, a
// line on its way is given up: no more rows are asked for, and those on the bus are waited for.
import type { Bus, BusMaster } from "./bus.ts";
import { CacheLines } from "./lines.ts";
import { ownTally } from "./tally.ts";
import type { CacheShape } from "./lines.ts";
import type { Tally } from "./tally.ts";

export interface FetchCacheTiming {
  /** Cycles from a row's arrival on the bus to its being written to the array (for predecoding and the like). */
  readonly fillLatency: number;
}

export class FetchCache {
  readonly lines: CacheLines;
  private readonly master: BusMaster;
  private readonly bus: Bus;
  private state: "idle" | "choose" | "fill" | "stop" = "idle";
  private dropping = false;
  private missed = -1;
  /** Address whose set names the victim of a miss: the last one looked up in a cycle in which decoding moved on. */
  private latched = 0;
  private chooser = 0;
  /** Line being filled: its address, way, and the rows that are there. */
  private address = 0;
  private way = 0;
  private readonly rows: Uint8Array;
  private requestRow = 0;
  private receiveRow = 0;
  private storeRow = 0;
  private lastRow = 0;
  /** Rows between the bus and the array; the last is written in this cycle. */
  private readonly arriving: boolean[];
  private readonly tally: Tally;

  constructor(bus: Bus, shape: CacheShape, timing: FetchCacheTiming, tally = ownTally()) {
    this.bus = bus;
    this.tally = tally;
    this.lines = new CacheLines(shape);
    this.rows = new Uint8Array(this.lines.rowsPerLine);
    this.master = bus.join();
    this.arriving = new Array<boolean>(Math.max(1, timing.fillLatency)).fill(false);
  }

  reset(): void {
    this.lines.clear();
    this.state = "idle";
    this.missed = -1;
    this.latched = 0;
    this.dropping = false;
    this.rows.fill(0);
    this.arriving.fill(false);
  }

  /** Looks an address up in this cycle; a miss starts a fill at its end when none is going on. `moves`: the stage behind
   *  takes an instruction in this cycle. */
  lookup(address: number, moves = true): boolean {
    const { lines } = this;
    if (moves) this.latched = address;
    const way = lines.find(address);
    if (way >= 0) {
      lines.touch(address, way);
      this.tally.counters[this.tally.hit]!++;
      return true;
    }
    if (
      this.state === "fill" &&
      lines.lineOf(address) === lines.lineOf(this.address) &&
      this.rows[lines.rowOf(address)] !== 0
    ) {
      lines.touch(address, this.way);
      this.tally.counters[this.tally.hit]!++;
      return true;
    }
    this.missed = address;
    return false;
  }

  /** Drops all lines at the end of this cycle. */
  invalidate(): void {
    this.dropping = true;
  }

  clock(): void {
    const filling = this.state === "choose" || this.state === "fill";
    this.step();
    if (!this.dropping) return;
    this.dropping = false;
    this.lines.dropAll();
    if (!filling) return;
    this.rows.fill(0);
    this.master.strobe = false;
    this.arriving.fill(false);
    this.state = "stop";
  }

  private step(): void {
    const { lines, master, bus, rows, arriving } = this;
    const next = (row: number): number => (row + 1) % lines.rowsPerLine;
    if (this.state === "idle") {
      rows.fill(0);
      if (this.missed >= 0) {
        this.address = this.missed;
        this.chooser = this.latched;
        const row = lines.rowOf(this.missed);
        this.requestRow = this.receiveRow = this.storeRow = row;
        this.lastRow = (row + lines.rowsPerLine - 1) % lines.rowsPerLine;
        master.cycle = master.strobe = true;
        this.state = "choose";
        this.tally.counters[this.tally.miss]!++;
      }
      this.missed = -1;
      return;
    }
    this.missed = -1;
    if (this.state === "stop") {
      if (this.receiveRow === this.requestRow) {
        master.cycle = false;
        this.state = "idle";
      }
      if (bus.answers(master)) this.receiveRow = next(this.receiveRow);
      return;
    }
    if (this.state === "choose") {
      this.way = lines.victim(this.chooser);
      lines.assign(this.address, this.way, false);
      this.state = "fill";
    }
    const written = arriving.pop()!;
    if (written) {
      rows[this.storeRow] = 1;
      if (this.storeRow === this.lastRow) {
        lines.assign(this.address, this.way, true);
        this.tally.counters[this.tally.refill]!++;
        this.state = "idle";
      }
      this.storeRow = next(this.storeRow);
    }
    if (master.strobe && bus.accepts(master)) {
      if (this.requestRow === this.lastRow) master.strobe = false;
      this.requestRow = next(this.requestRow);
    }
    const answered = bus.answers(master);
    if (answered) {
      if (this.receiveRow === this.lastRow) master.cycle = false;
      this.receiveRow = next(this.receiveRow);
    }
    arriving.unshift(answered);
  }
}
