// A port of a memory: bandwidth in each cycle, a queue of requests, and one more request that may wait on the bus in
// front of a full queue.
import type { MemoryPort } from "../../machine/model.ts";
import type { MemoryRequest } from "./request.ts";

export type PortConfiguration = Omit<MemoryPort, "type">;

interface Meter {
  limit: number;
  cycle: number;
  used: number;
}

function hasRoom(meter: Meter, now: number): boolean {
  return meter.limit === 0 || meter.cycle !== now || meter.used < meter.limit;
}

function use(meter: Meter, now: number): void {
  if (meter.cycle !== now) {
    meter.cycle = now;
    meter.used = 1;
  } else meter.used++;
}

export class Port {
  readonly configuration: PortConfiguration;
  requests: MemoryRequest[] = [];
  waiting: MemoryRequest | undefined = undefined;
  /** Something was under way at the start of the cycle. */
  wasActive = false;
  private readonly address: Meter;
  private readonly data: Meter;

  constructor(configuration: PortConfiguration) {
    this.configuration = configuration;
    this.address = { limit: configuration.addressBandwidth, cycle: -1, used: 0 };
    this.data = configuration.commonBandwidth
      ? this.address
      : { limit: configuration.dataBandwidth, cycle: -1, used: 0 };
  }

  reset(): void {
    this.requests = [];
    this.waiting = undefined;
    this.wasActive = false;
    this.address.cycle = -1;
    this.data.cycle = -1;
  }

  hasAddressBandwidth(now: number): boolean {
    return hasRoom(this.address, now);
  }

  hasDataBandwidth(now: number): boolean {
    return hasRoom(this.data, now);
  }

  useAddressBandwidth(now: number): void {
    use(this.address, now);
  }

  useDataBandwidth(now: number): void {
    use(this.data, now);
  }

  isFull(): boolean {
    return this.requests.length >= this.configuration.maxRequests;
  }

  isEmpty(): boolean {
    return this.requests.length === 0 && this.waiting === undefined;
  }

  availableSlots(): number {
    const bus = this.configuration.allowBusWait && this.waiting === undefined ? 1 : 0;
    return this.configuration.maxRequests - this.requests.length + bus;
  }

  find(id: number): MemoryRequest | undefined {
    for (const request of this.requests) if (request.id === id) return request;
    return undefined;
  }

  /** The request that waits on the bus comes into the queue. */
  takeWaiting(now: number): void {
    if (!this.waiting) return;
    this.waiting.takenTime = now;
    this.requests.push(this.waiting);
    this.waiting = undefined;
  }
}
