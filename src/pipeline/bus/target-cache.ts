// A branch target cache: direct mapped, the whole address as tag, a target and one bit that says whether the branch was
// taken last time. Fetch goes on at the target of a branch that is in it and was taken. Updates take their time: the
// memory is written at the end of a cycle, and what fetch sees was read from it before.

/** What the table says of an address. */
export const targetKind = { unknown: 0, taken: 1, notTaken: 2 } as const;

export class TargetCache {
  private readonly addresses: Float64Array;
  private readonly targets: Float64Array;
  private readonly taken: Uint8Array;
  /** Updates on their way, by the clocks they still wait. */
  private readonly waiting: ({ address: number; taken: boolean; target: number } | undefined)[];

  /** `delay`: an update in cycle n is seen by fetches from cycle n + delay on. */
  private dropping = false;

  constructor(entries: number, delay: number) {
    this.waiting = new Array<undefined>(delay).fill(undefined);
    this.addresses = new Float64Array(entries).fill(-1);
    this.targets = new Float64Array(entries);
    this.taken = new Uint8Array(entries);
  }

  reset(): void {
    this.addresses.fill(-1);
    this.waiting.fill(undefined);
    this.dropping = false;
  }

  private at(address: number): number {
    return (address >>> 2) % this.addresses.length;
  }

  look(address: number): number {
    const at = this.at(address);
    if (this.addresses[at] !== address) return targetKind.unknown;
    return this.taken[at] !== 0 ? targetKind.taken : targetKind.notTaken;
  }

  target(address: number): number {
    return this.targets[this.at(address)]!;
  }

  update(address: number, taken: boolean, target: number): void {
    if (this.waiting.length === 0) this.write(address, taken, target);
    else this.waiting[0] = { address, taken, target };
  }

  /** Forgets everything at the end of this cycle. */
  invalidate(): void {
    this.dropping = true;
  }

  clock(): void {
    this.advance();
    if (!this.dropping) return;
    this.dropping = false;
    this.addresses.fill(-1);
  }

  private advance(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    const due = waiting[waiting.length - 1];
    for (let i = waiting.length - 1; i > 0; i--) waiting[i] = waiting[i - 1];
    waiting[0] = undefined;
    if (due) this.write(due.address, due.taken, due.target);
  }

  private write(address: number, taken: boolean, target: number): void {
    const at = this.at(address);
    this.addresses[at] = address;
    this.targets[at] = target;
    this.taken[at] = taken ? 1 : 0;
  }
}
