// Runs of executed instructions, as the pipeline gets them from whoever executes the program: usually a single instruction,
// or several one after the other, executed before the first of them is issued. Equal runs can be the same object, so that
// what the pipeline did with one can be looked up (replay.ts).
import type { OsmOracle } from "./oracle.ts";

/** What some instructions did, by position. */
export interface Run {
  readonly length: number;
  /** Address of the next instruction; −1: the program has ended. */
  readonly next: readonly number[];
  /** Its word, the 32 bits from its address on. */
  readonly words: readonly number[];
  readonly taken: readonly boolean[];
  /** Accesses to data. */
  readonly counts: readonly number[];
  readonly raised: readonly boolean[];
  readonly halted: readonly boolean[];
  /** What its class makes of operand values, as `layout.results` has it. */
  readonly results: readonly (readonly number[])[];
  /** Number of the run among those that are told apart; 0: it is not kept. */
  readonly id: number;
}

/** What the engine knows of an instruction before it executes. */
export interface KnownInstruction {
  readonly pc: number;
  readonly size: number;
  readonly cls: number;
  readonly word: number;
  /** Data accesses that its word tells of. */
  readonly accesses: number;
}

/** Values of the class's `results` for the instruction that executes next. */
export type ResultsOf<T extends KnownInstruction> = (known: T) => readonly number[];

interface OpenRun extends Run {
  readonly next: number[];
  readonly words: number[];
  readonly taken: boolean[];
  readonly counts: number[];
  readonly raised: boolean[];
  readonly halted: boolean[];
  readonly results: (readonly number[])[];
}

/** One instruction at a time, always in the same object. */
export function singleSteps<T extends KnownInstruction>(
  oracle: OsmOracle,
  resultsOf: ResultsOf<T>,
  countsAccesses: boolean,
): (known: T) => Run {
  const run: OpenRun = {
    length: 1,
    next: [0],
    words: [0],
    taken: [false],
    counts: [0],
    raised: [false],
    halted: [false],
    results: [[]],
    id: 0,
  };
  return (known) => {
    run.results[0] = resultsOf(known);
    const next = oracle.step();
    run.next[0] = next;
    run.words[0] = oracle.word ? oracle.word() : 0;
    run.taken[0] = oracle.taken ? oracle.taken() : next >= 0 && next !== known.pc + known.size;
    run.counts[0] =
      countsAccesses && oracle.accessCount && oracle.taken ? oracle.accessCount() : known.accesses;
    run.raised[0] = oracle.raised?.() ?? false;
    run.halted[0] = oracle.halted?.() ?? false;
    return run;
  };
}

/** Runs that exist once each, by number from 1. */
export class RunTable {
  readonly #byAddress = new Map<number, Run[]>();
  readonly #all: Run[] = [];

  /** The kept run that equals a run at this address; a copy is made of what is new. */
  intern(address: number, given: Omit<Run, "id">): Run {
    let list = this.#byAddress.get(address);
    if (!list) this.#byAddress.set(address, (list = []));
    for (let at = 0; at < list.length; at++) if (isSame(list[at]!, given)) return list[at]!;
    const copy = this.keep({
      length: given.length,
      next: [...given.next],
      words: [...given.words],
      taken: [...given.taken],
      counts: [...given.counts],
      raised: [...given.raised],
      halted: [...given.halted],
      results: given.results.map((one) => [...one]),
    });
    list.push(copy);
    return copy;
  }

  /** Gives a run a number. */
  keep(given: Omit<Run, "id">): Run {
    const run = { ...given, id: this.#all.length + 1 };
    this.#all.push(run);
    return run;
  }

  byNumber(id: number): Run | undefined {
    return this.#all[id - 1];
  }

  get size(): number {
    return this.#all.length;
  }

  clear(): void {
    this.#byAddress.clear();
    this.#all.length = 0;
  }
}

function isSame(a: Run, b: Omit<Run, "id">): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    if (
      a.next[at] !== b.next[at] ||
      a.words[at] !== b.words[at] ||
      a.taken[at] !== b.taken[at] ||
      a.counts[at] !== b.counts[at] ||
      a.raised[at] !== b.raised[at] ||
      a.halted[at] !== b.halted[at]
    )
      return false;
    const x = a.results[at]!;
    const y = b.results[at]!;
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  }
  return true;
}
