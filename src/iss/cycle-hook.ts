// A hook that is called in each cycle, where instructions take a number of cycles that may be a fraction.

export class CycleHook {
  readonly #ratio: number | undefined;
  /** What is left of a cycle. */
  #sum = 0;

  /** `ratio`: cycles for each instruction; absent: one. */
  constructor(ratio: number | undefined) {
    this.#ratio = ratio;
  }

  /** For one instruction: calls the hook as often as whole cycles have come together. */
  call(hook: () => void): void {
    if (this.#ratio === undefined) return hook();
    this.#sum += this.#ratio;
    const cycles = Math.floor(this.#sum);
    for (let n = 0; n < cycles; n++) hook();
    // When the hook raises an exception, the whole sum is left for the next instruction, as in the original.
    this.#sum -= cycles;
  }
}
