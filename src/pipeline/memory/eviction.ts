// The eviction buffer: a dirty line on its way to the level below.
import { cacheAccess } from "../../iss/cache-array.ts";
import type { MemoryLevel } from "./request.ts";

interface Entry {
  readonly address: number;
  sent: boolean;
  written: boolean;
  request: number;
}

export class EvictionBuffer {
  private readonly below: MemoryLevel;
  private readonly port: number;
  private readonly lineBytes: number;
  private entries: Entry[] = [];
  private accessBytes = 0;
  private instruction = -1;

  constructor(below: MemoryLevel, port: number, lineBytes: number) {
    this.below = below;
    this.port = port;
    this.lineBytes = lineBytes;
  }

  isEmpty(): boolean {
    return this.entries.length === 0;
  }

  clear(): void {
    this.entries = [];
  }

  begin(address: number, instruction: number, accessBytes: number): void {
    this.accessBytes = accessBytes;
    this.instruction = instruction;
    this.entries = Array.from({ length: this.lineBytes / accessBytes }, (_, index) => ({
      address: address + index * accessBytes,
      sent: false,
      written: false,
      request: -1,
    }));
  }

  /** Hands data over as far as the level below takes it, and is empty when all is gone; true when some went. */
  write(): boolean {
    let any = false;
    for (const entry of this.entries) {
      if (entry.written) continue;
      if (!entry.sent || !this.below.isReady(-1, entry.request, this.port)) return any;
      this.below.write(entry.request, this.port);
      entry.written = true;
      any = true;
    }
    this.clear();
    return any;
  }

  /** Sends requests as far as the level below accepts them; true when all have been sent. */
  send(): boolean {
    for (const entry of this.entries) {
      if (entry.sent) continue;
      if (!this.below.canSend(-1, cacheAccess.CacheWrite, 0, this.port)) return false;
      entry.request = this.below.send(
        {
          kind: cacheAccess.CacheWrite,
          effective: 0,
          real: entry.address,
          bytes: this.accessBytes,
          serialized: 0,
          hint: undefined,
          writeThrough: false,
          instruction: this.instruction,
          eviction: true,
        },
        this.port,
      );
      entry.sent = true;
    }
    return true;
  }
}
