// What a floating-point operation reports besides its result: bits that have the places of the PowerPC's FPSCR, so that a
// description can put them into that register at once, and so that its low byte serves as the control of an operation.

/** Result larger, or smaller, than the format holds; inexact. */
export const OVERFLOW = 0x1000_0000;
export const UNDERFLOW = 0x0800_0000;
export const ZERO_DIVIDE = 0x0400_0000;
export const INEXACT = 0x0200_0000;
/** Invalid operations: a signalling NaN, ∞−∞, ∞/∞, 0/0, ∞×0, √ of a negative number, a conversion that does not fit. */
export const INVALID_NAN = 0x0100_0000;
export const INVALID_SUBTRACT = 0x0080_0000;
export const INVALID_DIVIDE = 0x0040_0000;
export const INVALID_ZERO_DIVIDE = 0x0020_0000;
export const INVALID_MULTIPLY = 0x0010_0000;
export const INVALID_ROOT = 0x0000_0200;
export const INVALID_CONVERSION = 0x0000_0100;
/** Rounding increased the magnitude of this result; rounding changed this result. */
export const ROUNDED_UP = 0x0004_0000;
export const ROUNDED = 0x0002_0000;

/** Control: bits 0 and 1 of the number are the rounding mode. */
export const NEAREST = 0;
export const TO_ZERO = 1;
export const UPWARD = 2;
export const DOWNWARD = 3;
/** Control: a result that is too large, or too small, is given with its exponent moved back into the range. */
export const WRAP_OVERFLOW = 0x40;
export const WRAP_UNDERFLOW = 0x20;
