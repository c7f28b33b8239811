// A memory with ports: requests wait in a queue for their latency, data leaves in the order of the queue. Caches are
// memories that look addresses up; what both do is here.
//
// A cycle has three parts: preCycle (latencies run out, answers of the level below come in), the pipeline's stages, issue
// and fetch (they send and take data), and postCycle (caches send to the level below).
import { InternalError } from "../../base/diagnostic.ts";
import { cacheAccess } from "../../iss/cache-array.ts";
import type { CacheAccess } from "../../iss/cache-array.ts";
import { Port } from "./port.ts";
import type { PortConfiguration } from "./port.ts";
import { noCounts } from "./request.ts";
import type { Clock, LevelCounts, MemoryLevel, MemoryRequest, Sent } from "./request.ts";

export interface MemoryConfiguration {
  readonly name: string;
  readonly readLatency: number;
  readonly writeLatency: number;
  /** Loads and stores take the place of a fetch that waits on the bus. */
  readonly preemptive: boolean;
  /** At least one. The first one's queue is what "full" and "empty" mean for the whole memory. */
  readonly ports: readonly PortConfiguration[];
}

export class Memory implements MemoryLevel {
  readonly name: string;
  readonly counts: LevelCounts = noCounts();
  level = 0;
  /** Called when a load or store took the place of the waiting fetch. */
  onPreemptedFetch: () => void = () => undefined;
  protected readonly ports: readonly Port[];
  protected readonly clock: Clock;
  private readonly configuration: MemoryConfiguration;
  private nextRequest = 1;
  private wasFull = false;
  private wasBusy = false;
  private preemptible = -1;
  private locker = -1;
  private unlockDelay = -1;

  constructor(configuration: MemoryConfiguration, clock: Clock) {
    this.name = configuration.name;
    this.configuration = configuration;
    this.clock = clock;
    this.ports = configuration.ports.map((port) => new Port(port));
  }

  reset(): void {
    for (const port of this.ports) port.reset();
    Object.assign(this.counts, noCounts());
    this.wasFull = false;
    this.wasBusy = false;
    this.preemptible = -1;
    this.locker = -1;
    this.unlockDelay = -1;
  }

  setLevel(level: number): void {
    this.level = level;
  }

  portIndex(name: string): number {
    return this.ports.findIndex((port) => port.configuration.name === name);
  }

  canSend(instruction: number, kind: CacheAccess, serialized: number, at: number): boolean {
    const port = this.port(at);
    if (!this.admits(instruction)) return false;
    if (!port.hasAddressBandwidth(this.clock.now)) return false;
    if ((serialized & (1 << this.level)) !== 0 && port.wasActive) return false;
    if (!this.wasFull && port.availableSlots() > 0) return true;
    return this.preemptedBy(kind, port) !== undefined;
  }

  send(sent: Sent, at: number): number {
    return this.enqueue(sent, at).id;
  }

  isReady(instruction: number, id: number, at: number): boolean {
    const port = this.port(at);
    const front = port.requests[0];
    return (
      this.admits(instruction) &&
      front !== undefined &&
      front.id === id &&
      front.expired &&
      port.hasDataBandwidth(this.clock.now)
    );
  }

  read(id: number, at: number): void {
    this.takeFront(id, at);
  }

  write(id: number, at: number): void {
    this.takeFront(id, at);
  }

  setBytes(id: number, at: number, bytes: number): void {
    const request = this.port(at).find(id);
    if (request) request.bytes = bytes;
  }

  cancel(id: number, at: number, deep: boolean): void {
    const ports = at < 0 ? this.ports : [this.port(at)];
    for (const port of ports) if (this.cancelQueued(port, id, deep)) return;
    for (const port of this.ports) {
      if (port.waiting?.id !== id) continue;
      if (deep) port.waiting = undefined;
      else port.waiting.cancelled = true;
    }
  }

  availableSlots(at: number): number {
    return this.port(at).availableSlots();
  }

  isEmpty(): boolean {
    return this.ports[0]!.isEmpty();
  }

  wasInactive(): boolean {
    return !this.wasBusy;
  }

  canLock(instruction: number): boolean {
    return this.admits(instruction) && (this.locker >= 0 || this.isEmpty());
  }

  canForceLock(instruction: number): boolean {
    return this.admits(instruction);
  }

  lock(instruction: number): void {
    this.locker = instruction;
    this.unlockDelay = -1;
  }

  unlock(delay: number): void {
    if (delay > 0 && this.locker >= 0) this.unlockDelay = delay;
    else this.locker = -1;
  }

  unlockOf(instruction: number): void {
    if (this.locker === instruction) this.unlock(0);
  }

  isActive(): boolean {
    return this.ports.some((port) => port.requests.length > 0);
  }

  preCycle(): void {
    this.startCycle();
    const { now } = this.clock;
    for (const port of this.ports) {
      for (const request of port.requests) {
        if (!request.expired) request.expired = now >= request.time + this.latencyOf(request, port);
      }
      this.dropCancelled(port);
    }
  }

  postCycle(): void {}

  /** Status at the start of the cycle, which inquiries refer to. */
  protected startCycle(): void {
    this.noteFullness();
    for (const port of this.ports) port.wasActive = !port.isEmpty();
    if (this.configuration.preemptive) {
      const waiting = this.ports.map((port) => port.waiting);
      this.preemptible = waiting.find((one) => one?.kind === cacheAccess.CacheIFetch)?.id ?? -1;
    }
    if (this.locker >= 0 && this.unlockDelay >= 0 && --this.unlockDelay <= 0) {
      this.locker = -1;
      this.unlockDelay = -1;
    }
  }

  protected port(at: number): Port {
    return this.ports[at]!;
  }

  protected front(id: number, at: number): MemoryRequest {
    const request = this.port(at).requests[0];
    if (!request || request.id !== id) {
      throw new InternalError(`${this.name}: data of a request that is not the first in the queue`);
    }
    return request;
  }

  /** Puts a request into the queue, in the place of a preempted fetch, or on the bus. */
  protected enqueue(sent: Sent, at: number): MemoryRequest {
    const { now } = this.clock;
    const port = this.port(at);
    port.useAddressBandwidth(now);
    this.count(sent);
    const request: MemoryRequest = {
      ...sent,
      id: this.nextRequest++,
      port: at,
      time: now,
      takenTime: now,
      expired: false,
      cancelled: false,
      lookedUp: false,
      lookupTime: 0,
      action: "none",
      set: -1,
      way: -1,
      replaced: false,
      inLinefill: false,
      useStoreBuffer: false,
    };
    const preempted = port.isFull() ? this.preemptedBy(sent.kind, port) : undefined;
    if (!port.isFull()) port.requests.push(request);
    else if (preempted) {
      if (!preempted.cancelled) this.onPreemptedFetch();
      if (port.waiting === preempted) port.waiting = request;
      else this.replaceRequest(preempted, request);
    } else port.waiting = request;
    this.noteFullness();
    return request;
  }

  protected removeFront(port: Port): void {
    port.requests.shift();
    port.takeWaiting(this.clock.now);
  }

  protected dropCancelled(port: Port): void {
    for (;;) {
      const front = port.requests[0];
      if (!front || !front.expired || !front.cancelled) return;
      this.beforeDrop(front);
      this.removeFront(port);
    }
  }

  /** The request leaves unused. */
  protected beforeDrop(_request: MemoryRequest): void {}

  /** The request is taken out while work for it may be under way at the level below. */
  protected cancelBelow(_request: MemoryRequest): void {}

  protected afterCancel(_port: Port): void {}

  private takeFront(id: number, at: number): void {
    this.front(id, at);
    const port = this.port(at);
    port.useDataBandwidth(this.clock.now);
    this.removeFront(port);
  }

  private cancelQueued(port: Port, id: number, deep: boolean): boolean {
    const request = port.find(id);
    if (!request) return false;
    if (deep || request.kind === cacheAccess.CacheWrite) this.cancelBelow(request);
    if (deep) {
      port.requests.splice(port.requests.indexOf(request), 1);
      this.afterCancel(port);
      port.takeWaiting(this.clock.now);
    } else request.cancelled = true;
    return true;
  }

  private replaceRequest(old: MemoryRequest, by: MemoryRequest): void {
    for (const port of this.ports) {
      if (port.waiting === old) port.waiting = by;
      const at = port.requests.indexOf(old);
      if (at >= 0) port.requests[at] = by;
    }
  }

  /** The waiting fetch that a request of this kind may take the place of. */
  private preemptedBy(kind: CacheAccess, port: Port): MemoryRequest | undefined {
    if (this.preemptible < 0) return undefined;
    const last = port.requests.at(-1);
    const fetch =
      this.ports.map((one) => one.waiting).find((one) => one?.id === this.preemptible) ??
      (last?.id === this.preemptible ? last : undefined);
    const wants = kind === cacheAccess.CacheRead || kind === cacheAccess.CacheWrite;
    return fetch && (wants || fetch.cancelled) ? fetch : undefined;
  }

  private admits(instruction: number): boolean {
    return this.locker < 0 || this.locker === instruction;
  }

  private noteFullness(): void {
    this.wasFull = this.ports[0]!.availableSlots() === 0;
    this.wasBusy = this.isActive();
  }

  private latencyOf(request: MemoryRequest, port: Port): number {
    const reads = request.kind === cacheAccess.CacheRead || request.kind === cacheAccess.CacheIFetch;
    const { readLatency, writeLatency } = port.configuration;
    if (reads) return readLatency > 0 ? readLatency : this.configuration.readLatency;
    return writeLatency > 0 ? writeLatency : this.configuration.writeLatency;
  }

  private count(sent: Sent): void {
    if (sent.kind === cacheAccess.CacheIFetch) this.counts.fetches++;
    else if (sent.kind === cacheAccess.CacheRead) this.counts.reads++;
    else if (sent.kind === cacheAccess.CacheWrite) this.counts.writes++;
  }
}
