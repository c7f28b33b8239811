// Branch predictors that learn. The fetch unit asks them for each address that it fetches, or an instruction asks when it
// issues; branches tell them how they went.
//
// Counter (the language's built-in algorithm): a list of branches with their last target and a saturating counter each;
//   a full list drops the branch that has been in it longest.
// CounterLinkStack: Counter, and for returns a second list whose targets come from a stack of return addresses.
// Bimodal, Gshare: a table of counters without tags, found by the address, or by the address and the last outcomes; targets
//   come from a list as Counter keeps it.
import { fail } from "../base/diagnostic.ts";
import type { BranchPredictor } from "../machine/model.ts";

export type Prediction = "miss" | "taken" | "not_taken" | "none";

/** What predictors read of the architectural state. */
export interface PredictorState {
  /** What it says depends on registers. */
  readonly readsRegisters: boolean;
  enabled(): boolean;
  /** Values of the registers that an entry's must equal. */
  compared(): readonly number[];
}

/** The kind of branch that an update is for. */
export type BranchKind = "normal" | "link" | "return";

export interface DynamicPredictor {
  /** Target of the last prediction that was "taken", and size in bytes of the branch that it was made of. */
  target: number;
  size: number;
  reset(): void;
  enabled(): boolean;
  predict(address: number): Prediction;
  /** What the last prediction for this address said. `target` is set when it was taken. */
  lastTaken(address: number, kind?: BranchKind): boolean;
  update(address: number, size: number, taken: boolean, target: number, kind?: BranchKind): void;
  /** Its state is short, and no register changes what it says: `save` and `load` are there to be used. */
  readonly isShort: boolean;
  /** Appends the state to a list. */
  save(out: number[]): void;
  /** Takes what `save` appended, from place `at` on; returns the place behind it. */
  load(data: ArrayLike<number>, at: number): number;
}

const predictions: readonly Prediction[] = ["miss", "taken", "not_taken", "none"];

const dynamicAlgorithms = ["Counter", "CounterLinkStack", "Bimodal", "Gshare"] as const;

/**
 * Parameters: `size` entries (default 8), `counter_width` bits (2), `stack_size` entries of the stack (8), `table_size`
 * counters (1024, a power of two), `history` bits (8).
 * Fails: BW0705 for an unknown algorithm.
 */
export function createDynamicPredictor(resource: BranchPredictor, state: PredictorState): DynamicPredictor {
  const parameter = (name: string, fallback: number): number => Number(resource.parameters[name] ?? fallback);
  const entries = Math.max(1, parameter("size", 8));
  const width = Math.min(16, Math.max(1, parameter("counter_width", 2)));
  switch (resource.algorithm) {
    case "Counter":
      return new CounterPredictor(state, entries, width);
    case "CounterLinkStack":
      return new LinkStackPredictor(state, entries, width, Math.max(1, parameter("stack_size", 8)));
    case "Bimodal":
    case "Gshare": {
      const history = resource.algorithm === "Gshare" ? parameter("history", 8) : 0;
      return new TablePredictor(state, entries, width, parameter("table_size", 1024), history);
    }
    default:
      return fail(
        "BW0705",
        `branch predictor ${resource.name}: unknown algorithm ${resource.algorithm}`,
        `algorithms that learn are ${dynamicAlgorithms.join(", ")}`,
      );
  }
}

interface Entry {
  readonly address: number;
  readonly compared: readonly number[];
  target: number;
  size: number;
  /** 1: surely taken, up to 2 to the counter's width. */
  counter: number;
  last: Prediction;
}

/** Branches that were seen, the longest known first. */
class BranchList {
  private readonly state: PredictorState;
  private readonly capacity: number;
  private entries: Entry[] = [];

  constructor(state: PredictorState, capacity: number) {
    this.state = state;
    this.capacity = capacity;
  }

  clear(): void {
    this.entries = [];
  }

  find(address: number): Entry | undefined {
    // Asked for every address that is fetched.
    const { entries } = this;
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at]!;
      if (entry.address !== address) continue;
      if (entry.compared.length === 0) return entry;
      const compared = this.state.compared();
      if (entry.compared.every((value, index) => value === compared[index])) return entry;
    }
    return undefined;
  }

  /** Without the registers that entries are compared by. */
  save(out: number[]): void {
    out.push(this.entries.length);
    for (const { address, target, size, counter, last } of this.entries)
      out.push(address, target, size, counter, predictions.indexOf(last));
  }

  load(data: ArrayLike<number>, at: number): number {
    this.entries = Array.from({ length: data[at]! }, (_, index) => {
      const from = at + 1 + 5 * index;
      return {
        address: data[from]!,
        compared: [],
        target: data[from + 1]!,
        size: data[from + 2]!,
        counter: data[from + 3]!,
        last: predictions[data[from + 4]!]!,
      };
    });
    return at + 1 + 5 * data[at]!;
  }

  add(address: number, size: number, target: number, counter: number): void {
    if (this.entries.length >= this.capacity) this.entries.shift();
    const compared = [...this.state.compared()];
    this.entries.push({ address, compared, target, size, counter, last: "none" });
  }
}

/** Targets from a list of branches; what says the direction is its own. */
abstract class ListPredictor implements DynamicPredictor {
  target = 0;
  size = 4;
  protected readonly list: BranchList;
  private readonly state: PredictorState;

  constructor(state: PredictorState, entries: number) {
    this.state = state;
    this.list = new BranchList(state, entries);
  }

  get isShort(): boolean {
    return !this.state.readsRegisters;
  }

  save(out: number[]): void {
    out.push(this.target, this.size);
    this.list.save(out);
  }

  load(data: ArrayLike<number>, at: number): number {
    this.target = data[at]!;
    this.size = data[at + 1]!;
    return this.list.load(data, at + 2);
  }

  protected abstract saysTaken(entry: Entry): boolean;

  abstract update(address: number, size: number, taken: boolean, target: number): void;

  reset(): void {
    this.list.clear();
  }

  enabled(): boolean {
    return this.state.enabled();
  }

  predict(address: number): Prediction {
    if (!this.enabled()) return "none";
    const entry = this.list.find(address);
    if (!entry) return "miss";
    entry.last = this.saysTaken(entry) ? "taken" : "not_taken";
    this.target = entry.target;
    this.size = entry.size;
    return entry.last;
  }

  lastTaken(address: number): boolean {
    const entry = this.list.find(address);
    if (entry?.last !== "taken") return false;
    this.target = entry.target;
    return true;
  }
}

class CounterPredictor extends ListPredictor {
  private readonly highest: number;
  /** Counters up to this one predict taken. */
  private readonly threshold: number;

  constructor(state: PredictorState, entries: number, width: number) {
    super(state, entries);
    this.highest = 1 << width;
    this.threshold = this.highest >> 1;
  }

  protected saysTaken(entry: Entry): boolean {
    return entry.counter <= this.threshold;
  }

  update(address: number, size: number, taken: boolean, target: number): void {
    if (!this.enabled()) return;
    const entry = this.list.find(address);
    if (!entry) {
      this.list.add(address, size, target, taken ? this.threshold : this.threshold + 1);
    } else if (taken) {
      entry.counter = Math.max(1, entry.counter - 1);
      entry.target = target;
    } else entry.counter = Math.min(this.highest, entry.counter + 1);
  }

  /** Has what the last prediction of this address said its branch goes to point elsewhere. */
  retarget(address: number, target: number): void {
    const entry = this.list.find(address);
    if (entry) entry.target = target;
    this.target = target;
  }
}

/** Returns are learned apart from other branches, and go where the stack says. */
class LinkStackPredictor implements DynamicPredictor {
  target = 0;
  size = 4;
  private readonly branches: CounterPredictor;
  private readonly returns: CounterPredictor;
  private readonly depth: number;
  private stack: number[] = [];

  constructor(state: PredictorState, entries: number, width: number, depth: number) {
    this.branches = new CounterPredictor(state, entries, width);
    this.returns = new CounterPredictor(state, entries, width);
    this.depth = depth;
  }

  get isShort(): boolean {
    return this.branches.isShort;
  }

  save(out: number[]): void {
    out.push(this.target, this.size);
    this.branches.save(out);
    this.returns.save(out);
    out.push(this.stack.length, ...this.stack);
  }

  load(data: ArrayLike<number>, at: number): number {
    this.target = data[at]!;
    this.size = data[at + 1]!;
    const stack = this.returns.load(data, this.branches.load(data, at + 2));
    this.stack = Array.from({ length: data[stack]! }, (_, index) => data[stack + 1 + index]!);
    return stack + 1 + this.stack.length;
  }

  reset(): void {
    this.branches.reset();
    this.returns.reset();
    this.stack = [];
  }

  enabled(): boolean {
    return this.branches.enabled();
  }

  predict(address: number): Prediction {
    const first = this.take(this.branches, this.branches.predict(address));
    if (first !== "miss" && first !== "none") return first;
    const second = this.returns.predict(address);
    // A prediction takes its address off the stack, even if the return never executes.
    if (second === "taken") this.returns.retarget(address, this.stack.pop() ?? 0);
    return this.take(this.returns, second);
  }

  lastTaken(address: number, kind: BranchKind = "normal"): boolean {
    const list = kind === "return" ? this.returns : this.branches;
    const taken = list.lastTaken(address);
    if (taken) this.target = list.target;
    return taken;
  }

  update(address: number, size: number, taken: boolean, target: number, kind: BranchKind = "normal"): void {
    if (kind === "return") {
      this.returns.update(address, size, taken, target);
      return;
    }
    this.branches.update(address, size, taken, target);
    if (kind !== "link") return;
    if (this.stack.length >= this.depth) this.stack.shift();
    this.stack.push(address + size);
  }

  private take(from: CounterPredictor, prediction: Prediction): Prediction {
    this.target = from.target;
    this.size = from.size;
    return prediction;
  }
}

/** Direction from a table of counters, target from a list of branches. */
class TablePredictor extends ListPredictor {
  private readonly counters: Uint16Array;
  private readonly highest: number;
  private readonly historyMask: number;
  private history = 0;

  constructor(state: PredictorState, entries: number, width: number, table: number, history: number) {
    super(state, entries);
    this.counters = new Uint16Array(2 ** Math.ceil(Math.log2(Math.max(1, Math.min(table, 1 << 24)))));
    this.highest = (1 << width) - 1;
    this.historyMask = (1 << Math.min(24, Math.max(0, history))) - 1;
  }

  /** The table is too long to be told from others again and again. */
  override get isShort(): boolean {
    return false;
  }

  override reset(): void {
    super.reset();
    this.counters.fill(0);
    this.history = 0;
  }

  protected saysTaken(entry: Entry): boolean {
    return this.counters[this.index(entry.address)]! > this.highest >> 1;
  }

  update(address: number, size: number, taken: boolean, target: number): void {
    if (!this.enabled()) return;
    const at = this.index(address);
    const counter = this.counters[at]!;
    this.counters[at] = taken ? Math.min(this.highest, counter + 1) : Math.max(0, counter - 1);
    this.history = ((this.history << 1) | (taken ? 1 : 0)) & this.historyMask;
    if (!taken) return;
    const entry = this.list.find(address);
    if (entry) entry.target = target;
    else this.list.add(address, size, target, 0);
  }

  private index(address: number): number {
    return (Math.floor(address / 4) ^ this.history) & (this.counters.length - 1);
  }
}
