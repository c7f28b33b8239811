// Wrong usage: commands, options and values that do not exist. All end with status 2 and name the way out.
import type { Case } from "./command-line.ts";
import { describeCases } from "./command-line.ts";

const main = "int main(void) { return 0; }\n";

const cases: readonly [Case, ...Case[]] = [
  { name: "unknown-command", args: ["frobnicate"] },
  { name: "misspelt-command", args: ["refrence", "crc32"] },
  { name: "unknown-option", args: ["run", "crc32", "--fast"] },
  { name: "missing-program", args: ["run"] },
  { name: "wrong-size", args: ["run", "crc32", "--size", "huge"] },
  { name: "wrong-mode", args: ["run", "crc32", "--mode", "guess"] },
  { name: "option-without-value", args: ["run", "crc32", "--core"] },
  { name: "annotate-without-output", args: ["annotate", "crc32"] },
  { name: "voltage-is-no-number", files: { "m.c": main }, args: ["run", "m.c", "--voltage", "high"] },
  { name: "clock-is-zero", files: { "m.c": main }, args: ["run", "m.c", "--clock", "0"] },
  { name: "repetitions-is-zero", args: ["bench", "crc32", "--repetitions", "0"] },
  { name: "several-programs-mixed", files: { "m.c": main }, args: ["run", "m.c", "crc32"] },
];

describeCases("wrong usage", cases);
