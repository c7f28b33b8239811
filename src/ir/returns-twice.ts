// The C functions that leave and come back to a function in the middle.

/** Returns to its call a second time for each `LONG_JUMP` to its buffer. */
export const SET_JUMP = "setjmp";
/** Never returns to its own call. */
export const LONG_JUMP = "longjmp";
