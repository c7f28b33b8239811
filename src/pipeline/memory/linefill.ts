// The linefill buffer: one line on its way from the level below, in entries of one access each. With the critical word
// first it begins at the entry that was asked for and wraps around the line; otherwise at the line's start.
import { cacheAccess } from "../../iss/cache-array.ts";
import type { MemoryLevel } from "./request.ts";

interface Entry {
  address: number;
  effective: number;
  sent: boolean;
  hasData: boolean;
  request: number;
}

/** Whose line it is, and where it will go. */
export interface LinefillTarget {
  readonly request: number;
  readonly instruction: number;
  readonly effective: number;
  readonly real: number;
  readonly set: number;
  readonly way: number;
  /** Of a fetch. */
  readonly instructions: boolean;
}

export class LinefillBuffer {
  target: LinefillTarget | undefined = undefined;
  /** The entry that was asked for came in this cycle. */
  criticalWordReceived = false;
  allSent = false;
  /** A request has gone out. */
  started = false;
  private readonly below: MemoryLevel;
  private readonly port: number;
  private readonly lineBytes: number;
  private readonly criticalWordFirst: boolean;
  private accessBytes: number;
  private entries: Entry[] = [];
  /** Entries in the order in which they are wanted, as far as they have not come. */
  private wanted: number[] = [];
  private critical = 0;
  /** First entry of the next line, asked for before this one is complete. */
  private extra: Entry | undefined = undefined;

  constructor(
    below: MemoryLevel,
    port: number,
    lineBytes: number,
    accessBytes: number,
    criticalWordFirst: boolean,
  ) {
    this.below = below;
    this.port = port;
    this.lineBytes = lineBytes;
    this.accessBytes = accessBytes;
    this.criticalWordFirst = criticalWordFirst;
  }

  get lineAddress(): number {
    return this.entries[0]?.address ?? -1;
  }

  clear(): void {
    this.target = undefined;
  }

  reset(): void {
    this.clear();
    this.extra = undefined;
    this.criticalWordReceived = false;
  }

  /** Begins a line; `accessBytes` is the width of its accesses. */
  begin(target: LinefillTarget, accessBytes: number): void {
    this.accessBytes = accessBytes;
    const count = this.lineBytes / accessBytes;
    const first = target.real - (target.real % this.lineBytes);
    const firstEffective = target.effective - (target.effective % this.lineBytes);
    this.target = target;
    this.criticalWordReceived = false;
    this.allSent = false;
    this.started = false;
    this.entries = Array.from({ length: count }, (_, index) => {
      const address = first + index * accessBytes;
      const early = this.extra?.sent === true && this.extra.address === address ? this.extra : undefined;
      return {
        address,
        effective: firstEffective + index * accessBytes,
        sent: early !== undefined,
        hasData: false,
        request: early?.request ?? -1,
      };
    });
    this.extra = undefined;
    this.critical = this.entryOf(target.real);
    this.wanted = this.entries.map((_, index) =>
      this.criticalWordFirst ? (this.critical + index) % count : index,
    );
  }

  /** The buffer holds the line of an address (its data may be missing yet). */
  hasLine(address: number): boolean {
    return this.target !== undefined && address - (address % this.lineBytes) === this.lineAddress;
  }

  hasData(address: number): boolean {
    return this.hasLine(address) && this.entries[this.entryOf(address)]!.hasData;
  }

  isLoaded(): boolean {
    return this.target !== undefined && this.entries.every((entry) => entry.hasData);
  }

  /** What the instruction asked for is there. */
  criticalWordLoaded(): boolean {
    return this.isLoaded() || (this.criticalWordFirst && this.entries[this.critical]?.hasData === true);
  }

  hasExtra(): boolean {
    return this.extra !== undefined;
  }

  /** Plans to ask for the first entry of the next line. */
  addExtra(effective: number, real: number): void {
    const grain = this.criticalWordFirst ? 8 : this.lineBytes;
    this.extra ??= {
      address: real - (real % grain),
      effective: effective - (effective % grain),
      sent: false,
      hasData: false,
      request: -1,
    };
  }

  /** Takes the answers that the level below has, in order; true when there was one. */
  receive(): boolean {
    this.criticalWordReceived = false;
    if (this.target === undefined) return false;
    let received = false;
    for (const index of this.wanted) {
      const entry = this.entries[index]!;
      if (!entry.hasData) {
        if (!entry.sent || !this.below.isReady(-1, entry.request, this.port)) break;
        this.below.read(entry.request, this.port);
        entry.hasData = true;
        received = true;
      }
      if (this.criticalWordFirst && index === this.critical) this.criticalWordReceived = true;
    }
    while (this.wanted.length > 0 && this.entries[this.wanted[0]!]!.hasData) this.wanted.shift();
    return received;
  }

  /** Sends what the level below accepts; true when nothing of the line is left to send. */
  send(now: number, onStart: (now: number) => void): boolean {
    this.allSent = true;
    if (this.target === undefined) return true;
    for (const index of this.wanted) {
      const entry = this.entries[index]!;
      if (!entry.sent && !entry.hasData) {
        if (!this.sendEntry(entry)) {
          this.allSent = false;
          return false;
        }
        if (!this.started) {
          this.started = true;
          onStart(now);
        }
      }
    }
    return true;
  }

  sendExtra(): boolean {
    return this.extra === undefined || this.extra.sent || this.sendEntry(this.extra);
  }

  private sendEntry(entry: Entry): boolean {
    const kind = this.target?.instructions ? cacheAccess.CacheIFetch : cacheAccess.CacheRead;
    if (!this.below.canSend(-1, kind, 0, this.port)) return false;
    entry.request = this.below.send(
      {
        kind,
        effective: entry.effective,
        real: entry.address,
        bytes: this.accessBytes,
        serialized: 0,
        hint: undefined,
        writeThrough: false,
        instruction: this.target?.instruction ?? -1,
        eviction: false,
      },
      this.port,
    );
    entry.sent = true;
    return true;
  }

  private entryOf(address: number): number {
    return Math.floor((address % this.lineBytes) / this.accessBytes);
  }
}
