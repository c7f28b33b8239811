// Runs (run.ts) from a simulator that executes several instructions as one. Most executions of a block go on at the same
// address with the same number of accesses: what they did is one of a few outcomes, each a run that is kept.
import type { KnownInstruction, ResultsOf, Run, RunTable } from "./run.ts";

/** What an executed block tells. */
export interface SteppedBlock {
  readonly length: number;
  /** How many of its instructions have executed; the next address is that behind the last of them. */
  readonly executed: number;
  /** By instruction: its address, and its bits at the left end of 32. */
  readonly addresses: readonly number[];
  readonly words: readonly number[];
  /** Positions of the instructions that access memory, and how many accesses each had. */
  readonly accessing: readonly number[];
  readonly counts: Int32Array;
  /** For whoever executes it. */
  kept: unknown;
}

/** A simulator that may execute several instructions as one. */
export interface BlockSimulator {
  executeBlock(most: number): SteppedBlock | undefined;
  callBefore(before: (address: number) => (() => void) | undefined): void;
  branched(): boolean;
  pc(): number;
}

interface Outcome {
  readonly exit: number;
  readonly taken: boolean;
  readonly counts: Int32Array;
  /** Of instructions that have some, in order. */
  readonly results: readonly (readonly number[])[];
  readonly run: Run;
  readonly next: Outcome | undefined;
}

/** Outcomes of one block that are looked through; with more, each execution is a run of its own. */
const mostOutcomes = 256;

export class BlockRuns {
  readonly #simulator: BlockSimulator;
  readonly #runs: RunTable;
  readonly #lookup: (address: number) => KnownInstruction;
  /** Results of the instructions of the block that executes. */
  readonly #results: (readonly number[])[] = [];
  readonly #hasResults: (known: KnownInstruction) => boolean;

  constructor(
    simulator: BlockSimulator,
    runs: RunTable,
    lookup: (address: number) => KnownInstruction,
    hasResults: (known: KnownInstruction) => boolean,
    resultsOf: ResultsOf<KnownInstruction>,
  ) {
    this.#simulator = simulator;
    this.#runs = runs;
    this.#lookup = lookup;
    this.#hasResults = hasResults;
    simulator.callBefore((address) => {
      if (!hasResults(lookup(address))) return undefined;
      return () => void this.#results.push(resultsOf(lookup(address)));
    });
  }

  /** Executes at most `most` instructions; undefined: nothing was executed. */
  next(most: number): Run | undefined {
    if (this.#results.length !== 0) this.#results.length = 0;
    const block = this.#simulator.executeBlock(most);
    if (!block) return undefined;
    if (block.executed !== block.length) return this.#runOf(block, this.#simulator.pc(), false);
    const exit = block.length === most ? -1 : this.#simulator.pc();
    const taken = this.#simulator.branched();
    let outcome = block.kept as Outcome | undefined;
    let searched = 0;
    while (outcome && !this.#is(outcome, exit, taken, block.counts)) {
      outcome = outcome.next;
      searched++;
    }
    if (outcome && this.#runs.byNumber(outcome.run.id) === outcome.run) return outcome.run;
    const run = this.#runOf(block, exit, taken);
    block.kept = {
      exit,
      taken,
      counts: block.counts.slice(),
      results: this.#results.map((one) => [...one]),
      run,
      next: searched < mostOutcomes ? (block.kept as Outcome | undefined) : undefined,
    } satisfies Outcome;
    return run;
  }

  #is(outcome: Outcome, exit: number, taken: boolean, counts: Int32Array): boolean {
    if (outcome.exit !== exit || outcome.taken !== taken) return false;
    for (let at = 0; at < counts.length; at++) if (outcome.counts[at] !== counts[at]) return false;
    const { results } = outcome;
    for (let at = 0; at < results.length; at++) {
      const one = results[at]!;
      const other = this.#results[at]!;
      for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
    }
    return true;
  }

  #runOf(block: SteppedBlock, exit: number, taken: boolean): Run {
    const { executed: length, accessing } = block;
    const addresses = block.addresses.slice(0, length);
    const words = block.words.slice(0, length);
    const counts = new Array<number>(length).fill(0);
    accessing.forEach((place, at) => {
      if (place < length) counts[place] = block.counts[at]!;
    });
    let used = 0;
    return this.#runs.keep({
      length,
      next: addresses.map((_, at) => (at === length - 1 ? exit : addresses[at + 1]!)),
      words,
      taken: addresses.map((_, at) => at === length - 1 && taken),
      counts,
      raised: addresses.map(() => false),
      halted: addresses.map((_, at) => at === length - 1 && exit < 0),
      results: addresses.map((address) =>
        this.#hasResults(this.#lookup(address)) ? [...this.#results[used++]!] : [],
      ),
    });
  }
}
