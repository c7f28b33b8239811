// The package's one door: `readModule(bytes)` gives a `Module`, or throws a `BitcodeError`.

export { BITCODE_CODES, BitcodeError, type BitcodeCode } from "./error.ts";
export * from "./module.ts";
export { operandsOf } from "./operands.ts";
export { printModule } from "./print.ts";
export { readModule } from "./reader.ts";
