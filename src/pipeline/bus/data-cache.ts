// A data cache on a bus that writes through and does not allocate on writes. A request is looked up in the cycle after it
// was sent; a read that hits is done in the next. A read that misses starts a fill, wanted row first, and is done when its
// row has come; other reads of that line are served from rows as they arrive, hits in other lines at once, and whatever
// must wait holds all requests behind it. Writes are done when they are handed to the bus, up to a number outstanding
// and only to one page at a time; a fill starts when they have all been acknowledged. A touch is done when the line that it
// starts to fill has its tag. A reserving read sets a reservation of its line when it has its data; a conditional write
// without one is done at once, one of another line in the next cycle, others when they have the bus.
import type { Bus, BusMaster } from "./bus.ts";
import { CacheLines } from "./lines.ts";
import { ownTally } from "./tally.ts";
import type { CacheShape } from "./lines.ts";
import type { Tally } from "./tally.ts";

export interface DataCacheTiming {
  /** Writes that may be outstanding on the bus. */
  readonly maxWrites: number;
  /** Writes are outstanding together only within a block of this many bytes. */
  readonly writePage: number;
  /** A miss leaves way 0 marked as the one just used. */
  readonly missTouchesFirstWay: boolean;
}

export type DataRequestKind =
  "read" | "reserve" | "write" | "zero" | "touch" | "sync" | "conditional" | "flush";

interface Request {
  readonly kind: DataRequestKind;
  readonly address: number;
}

type State = "idle" | "fill" | "write" | "conditional" | "flush";

export class DataCache {
  readonly lines: CacheLines;
  private readonly bus: Bus;
  private readonly master: BusMaster;
  private readonly timing: DataCacheTiming;
  private state: State = "idle";
  /** Sent in this cycle; being looked up; waiting for the machine. */
  private sent: Request | null = null;
  private first: Request | null = null;
  private waiting: Request | null = null;
  private waitingReload = false;
  private requests = 0;
  private completed = 0;
  // The fill.
  private reloading = false;
  private writeTag = false;
  // The victim is chosen in the cycle after the miss; `choiceWay` is what the choice marks as used then.
  private chooseVictim = false;
  private choiceAddress = 0;
  private choiceWay = -1;
  private fillAddress = 0;
  private way = 0;
  private victimWay = 0;
  private readonly rows: Uint8Array;
  private requestRow = 0;
  private receiveRow = 0;
  private lastRow = 0;
  // Writes.
  private writeAddress = 0;
  private pending = 0;
  private stalled = false;
  private acknowledged = false;
  /** The line that the last reserving read asked for, and whether it is reserved. */
  private reservedLine = 0;
  private reserved = false;
  private readonly tally: Tally;

  constructor(bus: Bus, shape: CacheShape, timing: DataCacheTiming, tally = ownTally()) {
    this.bus = bus;
    this.tally = tally;
    this.timing = timing;
    this.lines = new CacheLines(shape);
    this.rows = new Uint8Array(this.lines.rowsPerLine);
    this.master = bus.join();
  }

  reset(): void {
    this.lines.clear();
    this.state = "idle";
    this.sent = this.first = this.waiting = null;
    this.waitingReload = this.reloading = this.writeTag = this.chooseVictim = false;
    this.requests = this.completed = this.pending = 0;
    this.stalled = this.acknowledged = this.reserved = false;
    this.rows.fill(0);
  }

  /** Sends a request in this cycle and returns its number; call only when ready(). */
  send(kind: DataRequestKind, address: number): number {
    this.sent = { kind, address };
    return ++this.requests;
  }

  /** Whether a request may be sent in this cycle. */
  ready(): boolean {
    return this.waiting === null && this.sent === null;
  }

  /** Whether the request of that number is done. */
  done(number: number): boolean {
    return number <= this.completed;
  }

  idle(): boolean {
    return this.completed === this.requests;
  }

  clock(): void {
    const { lines, bus, master } = this;
    const accepted = bus.accepts(master);
    const answered = bus.answers(master);
    const looked = this.waiting === null ? this.first : null;
    let way = -1;
    let hit = false;
    let ofReload = false;
    const reads = looked?.kind === "read" || looked?.kind === "reserve";
    if (looked) {
      way = lines.find(looked.address);
      hit = way >= 0;
      const inFill = hit && this.reloading && lines.lineOf(looked.address) === lines.lineOf(this.fillAddress);
      if (inFill && (reads || looked.kind === "flush") && this.rows[lines.rowOf(looked.address)] === 0) {
        hit = false;
        ofReload = true;
      }
      if (looked.kind === "reserve") {
        this.reservedLine = lines.lineOf(looked.address);
        this.reserved = hit;
      }
    }
    const tagged = !this.writeTag;
    // The tag of the line to be filled is written in the cycle after the fill has started.
    if (this.chooseVictim) this.victimWay = lines.victim(this.choiceAddress);
    if (this.writeTag) {
      this.way = this.victimWay;
      lines.assign(this.fillAddress, this.way, true);
      this.writeTag = false;
    }
    if (this.chooseVictim) {
      this.chooseVictim = false;
      if (this.choiceWay >= 0) lines.touch(this.choiceAddress, this.choiceWay);
    }
    const missing = looked !== null && !hit && (reads || looked.kind === "touch" || looked.kind === "zero");
    if (looked && missing) {
      this.chooseVictim = true;
      this.choiceAddress = looked.address;
      this.choiceWay = way >= 0 ? way : this.timing.missTouchesFirstWay ? 0 : -1;
    }
    // A request that is done without the machine; others take it over or wait for it.
    let request = this.waiting;
    let requestReload = this.waitingReload;
    if (looked) {
      this.first = null;
      const write = looked.kind === "write" || looked.kind === "zero" || looked.kind === "conditional";
      const { tally } = this;
      // What comes with a line on its way has missed, but loads no line of its own.
      if (looked.kind !== "sync") tally.counters[hit ? tally.hit : tally.miss]!++;
      if (hit && (reads || looked.kind === "touch" || write)) lines.touch(looked.address, way);
      if ((reads || looked.kind === "touch") && hit) this.completed++;
      else if (looked.kind === "flush" && !hit) this.completed++;
      else {
        request = this.waiting = looked;
        requestReload = this.waitingReload = ofReload;
      }
    }
    const finish = (): void => {
      this.waiting = null;
      this.completed++;
    };
    let pending = this.pending;
    if (!master.cycle) pending = 0;
    else if (master.strobe && !this.stalled && !this.acknowledged) pending++;
    else if ((!master.strobe || this.stalled) && this.acknowledged) pending--;
    this.pending = pending;
    this.stalled = master.cycle && !accepted;
    this.acknowledged = answered;
    switch (this.state) {
      case "idle":
        this.rows.fill(0);
        if (request) this.start(request, finish);
        break;
      case "fill": {
        const next = (row: number): number => (row + 1) % lines.rowsPerLine;
        if (accepted && master.strobe) {
          if (this.requestRow === this.lastRow) master.strobe = false;
          this.requestRow = next(this.requestRow);
        }
        const touched = request?.kind === "touch" && requestReload && tagged;
        if (touched) finish();
        if (answered) {
          this.rows[this.receiveRow] = 1;
          if (!touched && request && requestReload && lines.rowOf(request.address) === this.receiveRow) {
            if (request.kind === "reserve") this.reserved = true;
            finish();
          }
          if (this.receiveRow === this.lastRow) {
            master.cycle = false;
            this.reloading = false;
            if (!master.write) this.tally.counters[this.tally.refill]!++;
            this.state = "idle";
          }
          this.receiveRow = next(this.receiveRow);
        }
        break;
      }
      case "write": {
        let sent = !master.strobe;
        if (accepted) {
          master.strobe = false;
          const page = this.timing.writePage;
          if (
            request?.kind === "write" &&
            Math.floor(request.address / page) === Math.floor(this.writeAddress / page)
          ) {
            if (pending < this.timing.maxWrites) {
              master.strobe = true;
              sent = false;
              this.writeAddress = request.address;
              finish();
            }
          } else sent = true;
        }
        if (sent && (pending === 0 || (answered && pending === 1))) {
          this.state = "idle";
          master.cycle = master.strobe = false;
        }
        break;
      }
      case "conditional":
        if (!this.reserved || lines.lineOf(this.writeAddress) !== this.reservedLine) {
          master.cycle = this.reserved = false;
          this.state = "idle";
          finish();
        } else if (accepted) {
          this.reserved = false;
          master.strobe = true;
          this.state = "write";
          finish();
        }
        break;
      case "flush":
        if (request) {
          lines.drop(request.address);
          finish();
        }
        this.state = "idle";
        break;
    }
    if (this.sent) {
      this.first = this.sent;
      this.sent = null;
    }
  }

  private start(request: Request, finish: () => void): void {
    const { lines, master } = this;
    switch (request.kind) {
      case "read":
      case "reserve":
      case "touch":
      case "zero": {
        const row = lines.rowOf(request.address);
        this.fillAddress = request.address;
        this.requestRow = this.receiveRow = row;
        this.lastRow = (row + lines.rowsPerLine - 1) % lines.rowsPerLine;
        this.writeTag = request.kind !== "zero" || lines.find(request.address) < 0;
        this.reloading = true;
        this.waitingReload = true;
        master.cycle = master.strobe = true;
        master.write = request.kind === "zero";
        this.state = "fill";
        return;
      }
      case "write":
        this.writeAddress = request.address;
        master.cycle = master.strobe = master.write = true;
        this.state = "write";
        finish();
        return;
      case "conditional":
        if (!this.reserved) return finish();
        this.writeAddress = request.address;
        master.cycle = master.write = true;
        this.state = "conditional";
        return;
      case "flush":
        this.state = "flush";
        return;
      case "sync":
        finish();
        return;
    }
  }
}
