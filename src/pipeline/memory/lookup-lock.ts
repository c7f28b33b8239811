// Cycles in which a cache cannot look anything up, because a line begins to come in. Periods that overlap are one.
export class LookupLock {
  allowed = true;
  private begins: number[] = [];
  private ends: number[] = [];

  reset(): void {
    this.allowed = true;
    this.begins = [];
    this.ends = [];
  }

  startCycle(now: number): void {
    if (this.begins[0] === now) {
      this.allowed = false;
      this.begins.shift();
    }
    if (this.ends[0] === now) {
      this.allowed = true;
      this.ends.shift();
    }
  }

  /** No lookup from cycle `begin` to before `end`. */
  plan(begin: number, end: number): void {
    const last = this.ends.at(-1);
    if (last === undefined || begin > last) {
      this.begins.push(begin);
      this.ends.push(end);
    } else if (end > last) {
      this.ends[this.ends.length - 1] = end;
    }
  }
}
