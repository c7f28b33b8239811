// Where floating-point operations leave what they give: a cell instead of an object, so that generated code allocates
// nothing. It holds until the next operation. One thread, one cell.

const buffer = new ArrayBuffer(16);

/** The result as a number. Not to be used for NaNs: JavaScript may change their bits. */
export const resultNumber = new Float64Array(buffer, 0, 1);

/** [0] and [1]: lower and upper word of the result's bits (or [0] alone for words), [2]: flags. */
export const result = new Int32Array(buffer);

/** Leaves a result given as words. */
export function leave(high: number, low: number, flags: number): void {
  result[1] = high;
  result[0] = low;
  result[2] = flags;
}
