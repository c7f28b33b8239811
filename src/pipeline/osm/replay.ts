// What the pipeline did before, done again by looking it up. From the same state, with the same instructions executed, it
// takes the same cycles to the same state: the first time the engine does it, cycle by cycle, and what came of it is kept
// as a way from one moment (the state at the start of a cycle, as numbers) to the next. A way is chosen by the runs of
// instructions that are executed between the two; where none is known, the engine takes the moment's state and goes on.
import { InternalError } from "../../base/diagnostic.ts";
import type { OsmTrace } from "./engine.ts";
import type { OsmOracle } from "./oracle.ts";
import type { KnownInstruction, Run, RunTable } from "./run.ts";

/** Numbers that only grow: no part of a state. */
export interface Counts {
  cycle: number;
  /** Instructions of the correct path that have been issued. */
  index: number;
  issued: number;
  retired: number;
  lastRetired: number;
}

/** What is used of the generated engine. */
export interface ReplayedEngine {
  run(limit: number, watched: boolean): number;
  counts(out: Counts): void;
  setCounts(from: Counts): void;
  save(out: number[]): boolean;
  load(data: ArrayLike<number>, cycle: number, index: number): void;
}

export interface ReplayStatistics {
  /** States that are known now, and ways that were taken without the engine since the beginning. */
  moments: number;
  replayed: number;
  simulated: number;
}

interface Moment {
  readonly data: Float64Array;
  readonly view: number;
  way: Way | undefined;
  readonly next: Moment | undefined;
}

/** One run executed; either more are needed, or `to` is reached. */
interface Way {
  readonly run: Run;
  readonly view: number;
  /** First of the ways when one more run is executed. */
  way: Way | undefined;
  to: Moment | undefined;
  cycles: number;
  index: number;
  issued: number;
  retired: number;
  /** Cycles from the moment to the last retirement; −1: there was none. */
  lastRetired: number;
  /** Triples (instructions before the moment, cycles after it, 1 for a completion). */
  events: readonly number[];
  readonly sibling: Way | undefined;
}

/** Moments that are kept at most, and runs. */
const mostMoments = 60_000;
const mostRuns = 200_000;
/** After so many ways it is seen whether looking them up pays. */
const period = 1 << 15;
/** Cycles that the engine then does alone if it does not; the longest of it. */
const shortRest = 200_000;
const longRest = 6_400_000;

export class Replayer {
  readonly statistics: ReplayStatistics = { moments: 0, replayed: 0, simulated: 0 };
  readonly #engine: ReplayedEngine;
  readonly #oracle: OsmOracle;
  readonly #runs: RunTable;
  readonly #execute: (known: KnownInstruction | undefined) => Run;
  readonly #trace: OsmTrace;
  /** Puts each state through numbers, even where the engine has it. */
  readonly #always: boolean;
  #byHash = new Map<number, Moment>();
  readonly #scratch: number[] = [];
  readonly #counts: Counts = { cycle: 0, index: 0, issued: 0, retired: 0, lastRetired: 0 };
  readonly #start: Counts = { cycle: 0, index: 0, issued: 0, retired: 0, lastRetired: 0 };
  /** The moment that the engine is leaving; undefined: what it does is not kept. */
  #from: Moment | undefined;
  /** Runs executed since (the first `#count`), with the view behind each; the engine has been given the first of them. */
  readonly #taken: Run[] = [];
  readonly #views: number[] = [];
  #count = 0;
  #given = 0;
  #events: number[] = [];
  /** Cycle until which the engine goes alone. */
  #restsUntil = -1;
  #nextRest = shortRest;
  #periodEnd = period;
  #periodSimulated = 0;

  constructor(
    engine: ReplayedEngine,
    oracle: OsmOracle,
    runs: RunTable,
    execute: (known: KnownInstruction | undefined) => Run,
    trace: OsmTrace,
    always: boolean,
  ) {
    this.#engine = engine;
    this.#oracle = oracle;
    this.#runs = runs;
    this.#execute = execute;
    this.#trace = trace;
    this.#always = always;
  }

  /** Forgets everything, for a run from the start or with another trace. */
  reset(): void {
    this.#forget();
    this.#count = 0;
    this.#given = 0;
    this.#restsUntil = -1;
    this.#nextRest = shortRest;
  }

  /** As the engine's: true when the program has ended. */
  run(limit: number): boolean {
    const engine = this.#engine;
    for (;;) {
      if (this.#restsUntil >= 0) {
        const why = engine.run(Math.min(limit, this.#restsUntil), false);
        if (why === 1 || this.#restsUntil >= limit) return why === 1;
        this.#restsUntil = -1;
      }
      const why = engine.run(limit, true);
      if (why !== 2) {
        this.#from = undefined;
        return why === 1;
      }
      this.statistics.simulated++;
      const moment = this.#arrive();
      this.#from = undefined;
      this.#count = 0;
      this.#given = 0;
      if (this.#events.length !== 0) this.#events.length = 0;
      if (moment) this.#follow(moment, limit);
      this.#weigh();
    }
  }

  /** The engine asks for what executes next. */
  nextRun(known: KnownInstruction): Run {
    if (this.#given < this.#count) return this.#taken[this.#given++]!;
    const run = this.#execute(known);
    if (this.#from) {
      this.#taken[this.#count] = run;
      this.#views[this.#count++] = this.#oracle.view?.() ?? 0;
      this.#given++;
    }
    return run;
  }

  /** Whether instructions cannot be fetched from an address. */
  fetchFault(address: number, bytes: number): boolean {
    // What executes next has executed already: before it, fetch went as it did the time before, and that was well.
    if (this.#given === 0 && this.#count !== 0) return false;
    if (this.#from && this.#oracle.fetchChanges?.(address) !== false) this.#from = undefined;
    const faulty = this.#oracle.fetchFault!(address, bytes);
    if (faulty) this.#from = undefined;
    return faulty;
  }

  /** The engine has noted a time of the trace. */
  note(position: number, cycle: number, completed: boolean): void {
    if (this.#from)
      this.#events.push(position - this.#start.index, cycle - this.#start.cycle, completed ? 1 : 0);
  }

  runNumber(id: number): Run | undefined {
    return this.#runs.byNumber(id);
  }

  #forget(): void {
    this.#byHash = new Map();
    this.statistics.moments = 0;
    this.#from = undefined;
    if (this.#runs.size > mostRuns) this.#runs.clear();
  }

  /** When most of what is executed is new, looking up costs more than it saves. */
  #weigh(): void {
    const { replayed, simulated } = this.statistics;
    if (replayed + simulated < this.#periodEnd) return;
    const share = (simulated - this.#periodSimulated) / period;
    this.#periodEnd = replayed + simulated + period;
    this.#periodSimulated = simulated;
    if (share > 0.4) {
      this.#restsUntil = this.#counts.cycle + this.#nextRest;
      this.#nextRest = Math.min(longRest, 2 * this.#nextRest);
      this.#forget();
    } else this.#nextRest = shortRest;
  }

  /** The moment at which the engine is, with the way to it from the last one. */
  #arrive(): Moment | undefined {
    const counts = this.#counts;
    this.#engine.counts(counts);
    if (!this.#engine.save(this.#scratch)) return undefined;
    const moment = this.#momentOf(this.#scratch, this.#oracle.view?.() ?? 0);
    if (this.#from) this.#connect(this.#from, moment);
    return moment;
  }

  #momentOf(data: readonly number[], view: number): Moment {
    let hash = data.length ^ view;
    for (let at = 0; at < data.length; at++) hash = (Math.imul(hash, 0x01000193) ^ data[at]!) | 0;
    let known = this.#byHash.get(hash);
    for (let one = known; one; one = one.next) if (one.view === view && isSame(one.data, data)) return one;
    if (this.statistics.moments >= mostMoments || this.#runs.size > mostRuns) {
      this.#forget();
      known = undefined;
    }
    this.statistics.moments++;
    const made: Moment = { data: Float64Array.from(data), view, way: undefined, next: known };
    this.#byHash.set(hash, made);
    return made;
  }

  #connect(from: Moment, to: Moment): void {
    const start = this.#start;
    const counts = this.#counts;
    let holder: { way: Way | undefined } = from;
    const last = this.#count - 1;
    for (let at = 0; at <= last; at++) {
      const run = this.#taken[at]!;
      const view = this.#views[at]!;
      let way = holder.way;
      while (way && (way.run !== run || way.view !== view)) way = way.sibling;
      if (!way) {
        way = {
          run,
          view,
          way: undefined,
          to: undefined,
          cycles: 0,
          index: 0,
          issued: 0,
          retired: 0,
          lastRetired: -1,
          events: none,
          sibling: holder.way,
        };
        holder.way = way;
      }
      if (at === last) {
        if (way.way) throw new InternalError("the same state of a pipeline went on in two ways");
        way.to = to;
        way.cycles = counts.cycle - start.cycle;
        way.index = counts.index - start.index;
        way.issued = counts.issued - start.issued;
        way.retired = counts.retired - start.retired;
        way.lastRetired = way.retired === 0 ? -1 : counts.lastRetired - start.cycle;
        way.events = this.#events.length === 0 ? none : [...this.#events];
      } else if (way.to) throw new InternalError("the same state of a pipeline went on in two ways");
      holder = way;
    }
  }

  /** Goes on by known ways, as far as there are some, and leaves the rest to the engine. */
  #follow(from: Moment, limit: number): void {
    const counts = this.#counts;
    const execute = this.#execute;
    const oracle = this.#oracle;
    const taken = this.#taken;
    const views = this.#views;
    let moment = from;
    let count = 0;
    let replayed = 0;
    for (let list = moment.way; list; list = moment.way) {
      let way: Way | undefined;
      count = 0;
      do {
        const run = execute(undefined);
        const view = oracle.view === undefined ? 0 : oracle.view();
        taken[count] = run;
        views[count++] = view;
        for (way = list; way && (way.run !== run || way.view !== view);) way = way.sibling;
        list = way?.way;
      } while (list);
      if (!way?.to || counts.cycle + way.cycles > limit) break;
      if (way.events.length !== 0) this.#retrace(way.events);
      if (way.lastRetired >= 0) counts.lastRetired = counts.cycle + way.lastRetired;
      counts.cycle += way.cycles;
      counts.index += way.index;
      counts.issued += way.issued;
      counts.retired += way.retired;
      moment = way.to;
      replayed++;
      count = 0;
    }
    this.#count = count;
    this.statistics.replayed += replayed;
    if (replayed !== 0 || this.#always) {
      this.#engine.load(moment.data, counts.cycle, counts.index);
      this.#engine.setCounts(counts);
    }
    Object.assign(this.#start, counts);
    this.#from = moment;
  }

  #retrace(events: readonly number[]): void {
    const { limit, issued, completed } = this.#trace;
    const { index, cycle } = this.#counts;
    for (let at = 0; at < events.length; at += 3) {
      const position = index + events[at]!;
      if (position < limit) (events[at + 2] === 1 ? completed : issued)[position] = cycle + events[at + 1]!;
    }
  }
}

const none: readonly number[] = [];

function isSame(a: Float64Array, b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
