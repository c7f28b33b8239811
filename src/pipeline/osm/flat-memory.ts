// A memory without cache or preemption as the generated engine uses it: the same rules as `memory/memory.ts`, on numbers
// only, since every fetch and every load goes through it. A request can be answered from the cycle after the one in which
// it came into the queue, when its latency is over and it is the first of its port.
import type { PortConfiguration } from "../memory/port.ts";

/** What the ports of one memory share. */
export class FlatStatus {
  /** The first port had no room, at the start of the cycle or after the last request. */
  wasFull = false;
  wasBusy = false;
  locker = -1;
  unlockDelay = -1;
  nextId: number;
  private readonly firstId: number;
  /** Between numbers of requests: those of different memories differ. */
  readonly idStep: number;

  /** `index`: among `count` memories. */
  constructor(index: number, count: number) {
    this.idStep = 2 ** Math.ceil(Math.log2(Math.max(1, count)));
    this.firstId = index + this.idStep;
    this.nextId = this.firstId;
  }

  reset(): void {
    this.wasFull = false;
    this.wasBusy = false;
    this.locker = -1;
    this.unlockDelay = -1;
    this.nextId = this.firstId;
  }

  newId(): number {
    const id = this.nextId;
    this.nextId = (id + this.idStep) & far;
    return id;
  }
}

const far = 0x7fffffff;

export class FlatPort {
  readonly status: FlatStatus;
  /** It decides about fullness of the whole memory. */
  private readonly isFirst: boolean;
  private readonly readLatency: number;
  private readonly writeLatency: number;
  private readonly addressBandwidth: number;
  private readonly dataBandwidth: number;
  private readonly common: boolean;
  private readonly capacity: number;
  private readonly busWait: boolean;
  private count = 0;
  private readonly ids: Int32Array;
  /** First cycle in which each request can be answered. */
  private readonly ready: Int32Array;
  private readonly dropped: Uint8Array;
  private waiting = -1;
  private waitingReady = 0;
  private waitingDropped = 0;
  private addressCycle = -1;
  private addressUsed = 0;
  private dataCycle = -1;
  private dataUsed = 0;

  constructor(figures: PortConfiguration, status: FlatStatus, isFirst: boolean) {
    this.status = status;
    this.isFirst = isFirst;
    this.readLatency = figures.readLatency;
    this.writeLatency = figures.writeLatency;
    this.addressBandwidth = figures.addressBandwidth === 0 ? far : figures.addressBandwidth;
    this.dataBandwidth = figures.dataBandwidth === 0 ? far : figures.dataBandwidth;
    this.common = figures.commonBandwidth;
    this.capacity = figures.maxRequests;
    this.busWait = figures.allowBusWait;
    this.ids = new Int32Array(figures.maxRequests);
    this.ready = new Int32Array(figures.maxRequests);
    this.dropped = new Uint8Array(figures.maxRequests);
  }

  reset(): void {
    this.count = 0;
    this.waiting = -1;
    this.addressCycle = -1;
    this.dataCycle = -1;
  }

  private hasRoom(): boolean {
    return this.count < this.capacity || (this.busWait && this.waiting < 0);
  }

  /** What the cycle starts with; all ports of a memory, then `startOfMemory` of the first. */
  preCycle(now: number): void {
    while (this.count !== 0 && this.dropped[0] !== 0 && this.ready[0]! <= now) this.removeAt(0, now);
  }

  isActive(): boolean {
    return this.count !== 0;
  }

  isEmpty(): boolean {
    return this.count === 0 && this.waiting < 0;
  }

  noteFullness(): void {
    if (this.isFirst) this.status.wasFull = !this.hasRoom();
  }

  /** Requests that the port can still take. */
  room(): number {
    return this.capacity - this.count + (this.busWait && this.waiting < 0 ? 1 : 0);
  }

  /** `instruction` −1: the fetch unit. */
  canSend(instruction: number, now: number): boolean {
    const { status } = this;
    if (status.locker >= 0 && status.locker !== instruction) return false;
    if (this.addressCycle === now && this.addressUsed >= this.addressBandwidth) return false;
    return !status.wasFull && this.hasRoom();
  }

  /** Returns the request's number. */
  send(write: boolean, now: number): number {
    if (this.addressCycle === now) this.addressUsed++;
    else {
      this.addressCycle = now;
      this.addressUsed = 1;
      if (this.common) {
        this.dataCycle = now;
        this.dataUsed = 0;
      }
    }
    if (this.common) this.dataUsed++;
    const id = this.status.newId();
    const latency = write ? this.writeLatency : this.readLatency;
    const ready = now + (latency > 1 ? latency : 1);
    const at = this.count;
    if (at < this.capacity) {
      this.ids[at] = id;
      this.ready[at] = ready;
      this.dropped[at] = 0;
      this.count = at + 1;
    } else {
      this.waiting = id;
      this.waitingReady = ready;
      this.waitingDropped = 0;
    }
    this.status.wasBusy = true;
    if (this.isFirst) this.status.wasFull = !this.hasRoom();
    return id;
  }

  isReady(id: number, instruction: number, now: number): boolean {
    const { status } = this;
    return (
      this.count !== 0 &&
      this.ids[0] === id &&
      this.ready[0]! <= now &&
      (this.dataCycle !== now || this.dataUsed < this.dataBandwidth) &&
      (status.locker < 0 || status.locker === instruction)
    );
  }

  /** The first request's data leave. */
  take(now: number): void {
    if (this.dataCycle === now) this.dataUsed++;
    else {
      this.dataCycle = now;
      this.dataUsed = 1;
      if (this.common) {
        this.addressCycle = now;
        this.addressUsed = 0;
      }
    }
    if (this.common) this.addressUsed++;
    this.removeAt(0, now);
  }

  /** `deep`: taken out of the queue; otherwise it runs to its end unused. */
  cancel(id: number, deep: boolean, now: number): boolean {
    for (let at = 0; at < this.count; at++) {
      if (this.ids[at] !== id) continue;
      if (deep) this.removeAt(at, now);
      else this.dropped[at] = 1;
      return true;
    }
    if (this.waiting === id) {
      if (deep) this.waiting = -1;
      else this.waitingDropped = 1;
      return true;
    }
    return false;
  }

  /** Place of a request in the queue, the one before it last; −1: it is over. */
  positionOf(id: number): number {
    for (let at = 0; at < this.count; at++) if (this.ids[at] === id) return at;
    return this.waiting === id ? this.capacity : -1;
  }

  idAt(position: number): number {
    return position === this.capacity ? this.waiting : this.ids[position]!;
  }

  /** Appends what will matter from the next cycle on. */
  save(out: number[], now: number): void {
    out.push(this.count, this.waiting < 0 ? -1 : Math.max(1, this.waitingReady - now), this.waitingDropped);
    for (let at = 0; at < this.count; at++) out.push(Math.max(1, this.ready[at]! - now), this.dropped[at]!);
  }

  /** Takes what `save` appended, from place `at` on; requests get new numbers. Returns the place behind it. */
  load(data: ArrayLike<number>, at: number, now: number): number {
    this.count = data[at]!;
    const waiting = data[at + 1]!;
    this.waiting = waiting < 0 ? -1 : this.status.newId();
    this.waitingReady = waiting + now;
    this.waitingDropped = data[at + 2]!;
    let next = at + 3;
    for (let i = 0; i < this.count; i++) {
      this.ids[i] = this.status.newId();
      this.ready[i] = data[next++]! + now;
      this.dropped[i] = data[next++]!;
    }
    this.addressCycle = -1;
    this.dataCycle = -1;
    return next;
  }

  private removeAt(at: number, now: number): void {
    const count = this.count - 1;
    for (let i = at; i < count; i++) {
      this.ids[i] = this.ids[i + 1]!;
      this.ready[i] = this.ready[i + 1]!;
      this.dropped[i] = this.dropped[i + 1]!;
    }
    this.count = count;
    if (this.waiting >= 0) {
      this.ids[count] = this.waiting;
      this.ready[count] = this.waitingReady > now ? this.waitingReady : now + 1;
      this.dropped[count] = this.waitingDropped;
      this.count = count + 1;
      this.waiting = -1;
    }
  }
}

/** All ports of a memory, or the one that it is itself; latencies are those of each port. */
export class FlatMemory {
  readonly status: FlatStatus;
  readonly ports: readonly FlatPort[];

  /** `index`: among `count` memories. */
  constructor(figures: readonly PortConfiguration[], index = 0, count = 1) {
    this.status = new FlatStatus(index, count);
    this.ports = figures.map((one, index) => new FlatPort(one, this.status, index === 0));
  }

  reset(): void {
    this.status.reset();
    for (const port of this.ports) port.reset();
  }

  /** Latencies run out, and the cycle's status is noted. */
  preCycle(now: number): void {
    const { status, ports } = this;
    let busy = false;
    for (let at = 0; at < ports.length; at++) {
      const port = ports[at]!;
      port.noteFullness();
      if (port.isActive()) busy = true;
    }
    status.wasBusy = busy;
    if (status.locker >= 0 && status.unlockDelay >= 0 && --status.unlockDelay <= 0) {
      status.locker = -1;
      status.unlockDelay = -1;
    }
    if (busy) for (let at = 0; at < ports.length; at++) ports[at]!.preCycle(now);
  }

  canLock(instruction: number): boolean {
    return this.canForceLock(instruction) && (this.status.locker >= 0 || this.ports[0]!.isEmpty());
  }

  canForceLock(instruction: number): boolean {
    return this.status.locker < 0 || this.status.locker === instruction;
  }

  lock(instruction: number): void {
    this.status.locker = instruction;
  }

  unlock(delay: number): void {
    if (delay > 0 && this.status.locker >= 0) this.status.unlockDelay = delay;
    else this.status.locker = -1;
  }

  /** Appends the state at the end of cycle `now`; instructions are numbered back from `nextInstruction`. */
  save(out: number[], now: number, nextInstruction: number): void {
    const { locker, unlockDelay } = this.status;
    out.push(locker < 0 ? -1 : (nextInstruction - locker) & far, unlockDelay);
    for (const port of this.ports) port.save(out, now);
  }

  /** Returns the place in `data` behind what `save` appended. */
  load(data: ArrayLike<number>, at: number, now: number, nextInstruction: number): number {
    const { status } = this;
    status.locker = data[at]! < 0 ? -1 : (nextInstruction - data[at]!) & far;
    status.unlockDelay = data[at + 1]!;
    let next = at + 2;
    for (const port of this.ports) next = port.load(data, next, now);
    return next;
  }

  /** A request of an instruction, at whichever port. */
  cancel(id: number, now: number): void {
    for (const port of this.ports) if (port.cancel(id, true, now)) return;
  }
}
