// A cache: a memory whose requests look the tag array up. What a request needs from the level below becomes an action in a
// list that is worked off in order: fill a line, evict one, read past the cache, write through.
//
// Each cycle: preCycle first takes what the level below has for the actions at the head of the list, then goes through
// the queued requests, at most one of them new: it is looked up, and a new request ends the cycle's work on the queue.
// postCycle sends for the actions that existed when preCycle had taken data. So a miss that is found in cycle n sends its
// first request at the end of cycle n+1, and answers come in at the earliest in preCycle of n+2.
import { cacheAccess } from "../../iss/cache-array.ts";
import type { CacheAccess, CacheArray } from "../../iss/cache-array.ts";
import { commandLatency } from "./cache-parts.ts";
import type {
  Action,
  ActionKind,
  CacheConfiguration,
  CacheTimingHooks,
  StoreBufferEntry,
} from "./cache-parts.ts";
import { EvictionBuffer } from "./eviction.ts";
import { LinefillBuffer } from "./linefill.ts";
import { endAccess, lookUp, needsLine } from "./lookup.ts";
import { LookupLock } from "./lookup-lock.ts";
import { Memory } from "./memory.ts";
import type { Clock, MemoryLevel, MemoryRequest, Sent } from "./request.ts";

export class Cache extends Memory {
  readonly array: CacheArray;
  private readonly settings: CacheConfiguration;
  private readonly below: MemoryLevel;
  private readonly belowPort: number;
  private readonly timing: CacheTimingHooks;
  private readonly linefill: LinefillBuffer;
  private readonly eviction: EvictionBuffer;
  private readonly lookups = new LookupLock();
  private storeBuffer: StoreBufferEntry[] = [];
  private actions: Action[] = [];
  /** Actions, from the head, that existed before this cycle's requests. */
  private oldActions = 0;
  /** Requests whose linefills have not begun, in order. */
  private waitingFills: number[] = [];
  private hasData: boolean[][] = [];
  private command: CacheAccess = cacheAccess.CacheNoAccess;
  private busyBelow = false;
  private serializedMayGo = true;

  constructor(
    settings: CacheConfiguration,
    array: CacheArray,
    below: MemoryLevel,
    belowPort: number,
    clock: Clock,
    timing: CacheTimingHooks = {},
  ) {
    super(settings, clock);
    this.settings = settings;
    this.array = array;
    this.below = below;
    this.belowPort = belowPort;
    this.timing = timing;
    const { lineBytes } = array.geometry;
    this.linefill = new LinefillBuffer(
      below,
      belowPort,
      lineBytes,
      settings.accessBytes,
      settings.criticalWordFirst,
    );
    this.eviction = new EvictionBuffer(below, belowPort, lineBytes);
  }

  /** Forgets what is under way. Lines that the array holds have their data. */
  override reset(): void {
    super.reset();
    this.linefill.reset();
    this.eviction.clear();
    this.lookups.reset();
    this.storeBuffer = [];
    this.actions = [];
    this.oldActions = 0;
    this.waitingFills = [];
    this.command = cacheAccess.CacheNoAccess;
    const { sets, ways } = this.array.geometry;
    this.hasData = Array.from({ length: sets }, (_, set) =>
      Array.from({ length: ways }, (_, way) => this.array.line(set, way).valid),
    );
  }

  override setLevel(level: number): void {
    super.setLevel(level);
    this.below.setLevel(level + 1);
  }

  override canSend(instruction: number, kind: CacheAccess, serialized: number, port: number): boolean {
    if (this.hasCommand() || !this.linefillNotBlocked(serialized)) return false;
    return super.canSend(instruction, kind, serialized, port);
  }

  override isReady(instruction: number, id: number, port: number): boolean {
    if (!super.isReady(instruction, id, port)) return false;
    const request = this.front(id, port);
    if (request.kind !== cacheAccess.CacheWrite) return true;
    if (request.useStoreBuffer) {
      return this.settings.storeBufferSize === 0 || this.storeBuffer.length <= this.settings.storeBufferSize;
    }
    if (request.action !== "none") return true;
    // The write goes past the cache: the level below takes the data at the same time.
    const head = this.actions[0];
    return (
      head?.kind === "store" &&
      head.started &&
      head.request.id === id &&
      this.below.isReady(instruction, head.below, this.belowPort)
    );
  }

  override read(id: number, port: number): void {
    endAccess(this.front(id, port), this.array, this.hasCommand());
    super.read(id, port);
  }

  override write(id: number, port: number): void {
    const request = this.front(id, port);
    const { now } = this.clock;
    endAccess(request, this.array, this.hasCommand());
    if (request.useStoreBuffer) {
      const { effective, real, bytes, serialized, hint, writeThrough, instruction } = request;
      this.storeBuffer.push({
        effective,
        real,
        bytes,
        serialized,
        time: now,
        hint,
        writeThrough,
        instruction,
      });
    } else if (request.action === "none") {
      const head = this.actions.shift()!;
      this.below.write(head.below, this.belowPort);
      this.busyBelow = true;
      if (this.oldActions > 0) this.oldActions--;
    }
    super.write(id, port);
  }

  override isActive(): boolean {
    return super.isActive() || !this.isFillQuiet() || this.storeBuffer.length > 0;
  }

  /** No line is on its way, and no request waits: a command may be sent. */
  canSendCommand(): boolean {
    return this.isFillQuiet() && this.isEmpty();
  }

  sendCommand(sent: Sent, set: number, way: number): void {
    const request = this.enqueue(sent, 0);
    this.command = sent.kind;
    if (request.set < 0 && request.way < 0) {
      request.set = set;
      request.way = way;
    }
  }

  commandsDone(): boolean {
    return !this.hasCommand();
  }

  /** False while requests must wait because the critical word came in this cycle. */
  linefillNotBlocked(serialized: number): boolean {
    switch (this.settings.blockOnCriticalWord) {
      case "never":
        return true;
      case "always":
        return !this.linefill.criticalWordReceived;
      case "serialized":
        return !(this.isSerializedBelow(serialized) && this.linefill.criticalWordReceived);
    }
  }

  storeBufferDone(instruction: number): boolean {
    return !this.storeBuffer.some((entry) => entry.instruction === instruction);
  }

  actionsDone(): boolean {
    return this.actions.length === 0;
  }

  storeBufferEnabled(): boolean {
    return this.timing.storeBufferEnabled?.() ?? true;
  }

  override preCycle(): void {
    this.startCycle();
    this.lookups.startCycle(this.clock.now);
    this.busyBelow = false;
    this.serializedMayGo = true;
    const lineDone = this.receive();
    this.oldActions = this.actions.length;
    this.serveRequests(lineDone);
    if (lineDone) this.linefill.clear();
    this.dropCancelled(this.port(0));
  }

  override postCycle(): void {
    let stored = 0;
    for (let at = 0; at < this.oldActions; at++) {
      const action = this.actions[at]!;
      if (action.kind === "store") {
        if (!this.sendStore(action, stored)) return;
        if (action.useStoreBuffer) stored++;
      } else if (action.kind === "linefill") {
        if (!this.sendLinefill(action)) return;
      } else if (action.kind === "evict") {
        if (!this.sendEviction(action)) return;
      } else if (!this.sendRead(action)) return;
    }
  }

  protected override beforeDrop(request: MemoryRequest): void {
    endAccess(request, this.array, this.hasCommand());
  }

  protected override cancelBelow(request: MemoryRequest): void {
    // Linefills and evictions go on: the tags have changed already.
    for (let at = 0; at < this.actions.length; at++) {
      const action = this.actions[at]!;
      if (action.request.id !== request.id || (action.kind !== "read" && action.kind !== "store")) continue;
      if (action.started) this.below.cancel(action.below, this.belowPort, true);
      this.actions.splice(at, 1);
      if (at < this.oldActions) this.oldActions--;
      at--;
    }
  }

  private hasCommand(): boolean {
    return this.command !== cacheAccess.CacheNoAccess;
  }

  private isFillQuiet(): boolean {
    return this.linefill.target === undefined || (this.settings.lazyWriteback && this.linefill.isLoaded());
  }

  private isSerializedBelow(serialized: number): boolean {
    return (serialized & (1 << this.below.level)) !== 0;
  }

  /** Takes data from the level below for the actions at the head; true when the line in the buffer goes to the array. */
  private receive(): boolean {
    let lineDone = false;
    for (;;) {
      const action = this.actions[0];
      if (!action?.started) return lineDone;
      switch (action.kind) {
        case "linefill":
          if (this.receiveLine(action)) lineDone = true;
          if (!lineDone && !this.isFillQuiet()) return lineDone;
          break;
        case "evict":
          if (this.eviction.write()) this.busyBelow = true;
          if (!this.eviction.isEmpty()) return lineDone;
          break;
        case "read": {
          const ready = this.below.isReady(-1, action.below, this.belowPort);
          this.serializedMayGo = false;
          if (!ready) return lineDone;
          this.below.read(action.below, this.belowPort);
          this.busyBelow = true;
          action.request.expired = true;
          break;
        }
        case "store": {
          this.serializedMayGo = false;
          if (!action.useStoreBuffer || !this.below.isReady(-1, action.below, this.belowPort))
            return lineDone;
          this.below.write(action.below, this.belowPort);
          this.busyBelow = true;
          this.storeBuffer.shift();
          break;
        }
      }
      this.actions.shift();
    }
  }

  /** True when the line is complete and has been written to the array. */
  private receiveLine(action: Action): boolean {
    // Words that nobody asked for do not hold serialized accesses up.
    this.serializedMayGo = this.linefill.allSent && this.linefill.criticalWordLoaded();
    if (this.linefill.receive()) this.busyBelow = true;
    if (!this.linefill.isLoaded()) return false;
    if (this.settings.lazyWriteback) return false;
    // The victim must have left before its place is taken.
    if (action.withEviction && this.actions[1]?.started === false) return false;
    return this.writeLine();
  }

  /** Writes the complete line to the array; false while requests still need it in the buffer. */
  private writeLine(): boolean {
    const { set, way } = this.linefill.target!;
    const again = this.actions.some(
      (action, at) => at > 0 && action.kind === "linefill" && action.set === set && action.way === way,
    );
    if (again) return !this.port(0).requests.some((request) => this.isInLinefill(request));
    this.hasData[set]![way] = true;
    return true;
  }

  private isInLinefill(request: MemoryRequest): boolean {
    const next = this.waitingFills[0];
    return this.linefill.hasLine(request.real) && (next === undefined || request.id < next);
  }

  private serveRequests(lineDone: boolean): void {
    const { requests } = this.port(0);
    for (const request of requests) {
      if (request.expired) continue;
      const isNew = !request.lookedUp;
      if (isNew) {
        if (!this.lookups.allowed) return;
        request.lookedUp = true;
        request.lookupTime = this.clock.now;
        lookUp(request, this.array, this.hasCommand(), this.counts);
      }
      const inLinefill = !lineDone && this.isInLinefill(request);
      if (inLinefill) this.joinLinefill(request);
      const reads = request.kind === cacheAccess.CacheRead || request.kind === cacheAccess.CacheIFetch;
      if (reads) this.serveRead(request, isNew, inLinefill);
      else if (this.hasCommand()) {
        this.serveCommand(request, isNew);
        return;
      } else this.serveWrite(request, isNew, inLinefill);
      if (isNew) return;
    }
  }

  private joinLinefill(request: MemoryRequest): void {
    const { set, way } = this.linefill.target!;
    request.inLinefill = true;
    if (request.set === set && request.way === way) return;
    // The tags did not know of the line that is on its way: what the lookup allocated instead is given up.
    if (needsLine(request)) this.array.line(request.set, request.way).valid = false;
    request.set = set;
    request.way = way;
  }

  private isHit(request: MemoryRequest): boolean {
    return request.action === "hit" || request.inLinefill;
  }

  private lineHasData(request: MemoryRequest): boolean {
    return this.hasData[request.set]![request.way]!;
  }

  private serveRead(request: MemoryRequest, isNew: boolean, inLinefill: boolean): void {
    const waited = this.clock.now - request.lookupTime;
    if (inLinefill) {
      if (this.linefill.hasData(request.real) && waited >= this.settings.linefillReadLatency) {
        request.expired = true;
      }
    } else if (this.isHit(request)) {
      if (this.lineHasData(request) && waited >= this.settings.readLatency) request.expired = true;
    } else if (isNew) {
      if (needsLine(request)) this.addLinefill(request);
      else this.addAction("read", request);
    }
  }

  private serveWrite(request: MemoryRequest, isNew: boolean, inLinefill: boolean): void {
    const { now } = this.clock;
    const taken = now >= request.takenTime + this.settings.takenToWriteLatency;
    if (inLinefill) {
      const ready = now >= request.time + this.settings.linefillWriteLatency;
      if (this.linefill.hasData(request.real) && taken && ready) request.expired = true;
    } else if (this.isHit(request)) {
      if (this.lineHasData(request) && taken && now >= request.time + this.settings.writeLatency) {
        request.expired = true;
      }
    } else if (needsLine(request)) {
      if (isNew) this.addLinefill(request);
    } else if (taken) request.expired = true;
    const through = request.action === "none" || this.settings.writeThrough || request.writeThrough;
    if (!through) return;
    if (isNew) {
      // What is written to the cache, too, always goes on through the store buffer.
      request.useStoreBuffer =
        (request.hint ? request.hint.storeBuffer : this.storeBufferEnabled()) || this.isHit(request);
      if (!request.cancelled) this.addAction("store", request);
    } else if (this.isHit(request) && !request.useStoreBuffer) {
      const store = this.actions.find((one) => one.kind === "store" && one.request.id === request.id);
      if (store) request.useStoreBuffer = store.useStoreBuffer = true;
    }
  }

  private serveCommand(request: MemoryRequest, isNew: boolean): void {
    const { now } = this.clock;
    const evicts = request.action === "evict";
    if (request.kind === cacheAccess.CacheTouch) {
      if (isNew && needsLine(request)) this.addLinefill(request);
      const settled = this.isHit(request) || !needsLine(request);
      if (settled && now >= request.time + this.settings.touchLatency) this.endCommand(request);
      return;
    }
    if (isNew && evicts) this.addAction("evict", request);
    if (request.kind !== cacheAccess.CacheWrite) {
      if (now < request.time + commandLatency(request.kind, this.settings)) return;
      if (request.kind === cacheAccess.CacheAlloc && request.action !== "none") {
        this.hasData[request.set]![request.way] = true;
      }
      this.endCommand(request);
      return;
    }
    // A line is set to zero, here or in the level below.
    if (request.action === "none") {
      this.zeroBelow(request);
      this.endCommand(request);
      return;
    }
    const victimGone = !evicts || this.actions.length === 0 || this.actions.at(-1)!.started;
    if (now >= request.time + this.settings.zeroLatency && victimGone) {
      this.hasData[request.set]![request.way] = true;
      this.endCommand(request);
    }
  }

  private zeroBelow(request: MemoryRequest): void {
    const { now } = this.clock;
    const { lineBytes } = this.array.geometry;
    const offset = request.real % lineBytes;
    request.useStoreBuffer = true;
    for (let at = 0; at < lineBytes; at += this.settings.accessBytes) {
      this.addAction("store", request);
      this.storeBuffer.push({
        effective: request.effective - offset + at,
        real: request.real - offset + at,
        bytes: this.settings.accessBytes,
        serialized: request.serialized,
        time: now,
        hint: request.hint,
        writeThrough: request.writeThrough,
        instruction: request.instruction,
      });
    }
  }

  private endCommand(request: MemoryRequest): void {
    endAccess(request, this.array, this.hasCommand());
    this.removeFront(this.port(0));
    this.command = cacheAccess.CacheNoAccess;
  }

  private addAction(kind: ActionKind, request: MemoryRequest): void {
    this.actions.push({
      kind,
      request,
      set: request.set,
      way: request.way,
      withEviction: kind === "linefill" && request.action === "evict",
      useStoreBuffer: request.useStoreBuffer,
      started: false,
      below: -1,
    });
  }

  private addLinefill(request: MemoryRequest): void {
    this.hasData[request.set]![request.way] = false;
    this.counts.linefills++;
    this.addAction("linefill", request);
    this.waitingFills.push(request.id);
    if (request.action === "evict") this.addAction("evict", request);
  }

  private sendLinefill(action: Action): boolean {
    const { linefill, settings } = this;
    const wasValid = linefill.target !== undefined;
    if (!action.started) {
      if (settings.lazyWriteback && linefill.isLoaded() && this.writeLine()) linefill.clear();
      if (linefill.target === undefined) {
        this.beginLinefill(action);
      } else if (settings.consecutiveLinefills && linefill.allSent && !linefill.hasExtra()) {
        linefill.addExtra(action.request.effective, action.request.real);
      }
    }
    let goOn =
      action.started && linefill.send(this.clock.now, (now) => this.lockLookups(now, action, wasValid));
    if (linefill.hasExtra()) goOn = linefill.sendExtra();
    return goOn;
  }

  private beginLinefill(action: Action): void {
    const { request, set, way } = action;
    const bytes = this.timing.accessBytes?.(request.effective, request.real) ?? this.settings.accessBytes;
    this.linefill.begin(
      {
        request: request.id,
        instruction: request.instruction,
        effective: request.effective,
        real: request.real,
        set,
        way,
        instructions: request.kind === cacheAccess.CacheIFetch,
      },
      bytes,
    );
    this.waitingFills.shift();
    action.started = true;
  }

  /** Lookups stop for some cycles when a line begins to come. */
  private lockLookups(now: number, action: Action, wasValid: boolean): void {
    const { settings } = this;
    if (settings.linefillLockOnValid && !wasValid) return;
    const cycles = settings.linefillLockCycles + (action.withEviction ? settings.evictLockCycles : 0);
    if (cycles === 0) return;
    const hold = settings.linefillLockHoldoff;
    // A line that replaces nothing, with the bus below idle, gives one more cycle.
    const late = hold === 1 && !action.request.replaced && !this.busyBelow ? 1 : 0;
    this.lookups.plan(now + hold + late, now + hold + cycles);
  }

  private sendEviction(action: Action): boolean {
    if (!action.started && this.eviction.isEmpty()) {
      const { effective, real, instruction } = action.request;
      const bytes = this.timing.accessBytes?.(effective, real) ?? this.settings.accessBytes;
      this.counts.evictions++;
      this.eviction.begin(this.array.line(action.set, action.way).tag, instruction, bytes);
      action.started = true;
    }
    return action.started && this.eviction.send();
  }

  private sendRead(action: Action): boolean {
    const { request } = action;
    const mayGo = !this.isSerializedBelow(request.serialized) || this.serializedMayGo;
    if (!action.started && mayGo && this.below.canSend(-1, request.kind, 0, this.belowPort)) {
      const { kind, effective, real, bytes, serialized, instruction } = request;
      action.below = this.below.send(
        {
          kind,
          effective,
          real,
          bytes,
          serialized,
          hint: undefined,
          writeThrough: false,
          instruction,
          eviction: false,
        },
        this.belowPort,
      );
      action.started = true;
    }
    return action.started;
  }

  /** `stored`: store buffer entries of the actions in front of it. */
  private sendStore(action: Action, stored: number): boolean {
    if (action.started) return true;
    const entry = action.useStoreBuffer ? this.storeBuffer[stored] : undefined;
    if (action.useStoreBuffer) {
      if (!entry || this.clock.now < entry.time + this.settings.writeToNextLatency) return false;
    }
    const { effective, real, bytes, serialized, hint, writeThrough, instruction } = entry ?? action.request;
    if (!this.below.canSend(-1, cacheAccess.CacheWrite, serialized, this.belowPort)) return false;
    action.below = this.below.send(
      {
        kind: cacheAccess.CacheWrite,
        effective,
        real,
        bytes,
        serialized,
        hint,
        writeThrough,
        instruction,
        eviction: false,
      },
      this.belowPort,
    );
    action.started = true;
    return true;
  }
}
