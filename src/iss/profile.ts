// Counts of where a branch went. Nearly all branches have one or two next addresses, which are compared directly; an
// indirect jump with more gets a map.

export class EdgeCounts {
  #first = -1;
  #firstCount = 0;
  #second = -1;
  #secondCount = 0;
  #more: Map<number, number> | undefined;

  /** `to` is an int32 address, a multiple of 4, or the mark of the program's end, which is not counted. */
  add(to: number): void {
    if (to === this.#first) this.#firstCount++;
    else if (to === this.#second) this.#secondCount++;
    else this.#new(to);
  }

  #new(to: number): void {
    if ((to & 3) !== 0) return;
    if (this.#first === -1) {
      this.#first = to;
      this.#firstCount = 1;
    } else if (this.#second === -1) {
      this.#second = to;
      this.#secondCount = 1;
    } else {
      this.#more ??= new Map();
      this.#more.set(to, (this.#more.get(to) ?? 0) + 1);
    }
  }

  entries(): (readonly [number, number])[] {
    const list: (readonly [number, number])[] = [];
    if (this.#first !== -1) list.push([this.#first, this.#firstCount]);
    if (this.#second !== -1) list.push([this.#second, this.#secondCount]);
    return [...list, ...(this.#more ?? [])];
  }
}
