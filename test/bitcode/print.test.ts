// The printed text of a module must be llvm-dis's, character for character: that holds the reader to LLVM's own
// reading of every record that the fixtures contain.

import { describe, expect, it } from "vitest";
import { printModule, readModule } from "../../src/bitcode/index.ts";
import { compile, differences, disassemble, llvm } from "./llvm.ts";

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["types.c", ["-O0", "-g"]],
  ["types.c", ["-O2", "-g"]],
  ["types.c", ["-O2", "-fno-discard-value-names", "-gline-tables-only"]],
  ["control.c", ["-O0", "-g"]],
  ["control.c", ["-O2", "-g"]],
  ["control.c", ["-O2"]],
  ["control.c", ["-O1", "-g3", "-fdebug-macro"]],
  ["control.c", ["-O2", "-ffast-math", "-fno-discard-value-names"]],
  ["control.c", ["-Os", "-gdwarf-4", "-fdebug-info-for-profiling", "-fpseudo-probe-for-profiling"]],
  ["control.c", ["-O2", "-g", "-Xclang", "-fexperimental-assignment-tracking=forced"]],
  ["objects.cpp", ["-O0", "-g", "-fexceptions", "-fcxx-exceptions"]],
  ["objects.cpp", ["-O2", "-g", "-fexceptions", "-fcxx-exceptions"]],
  ["rare.ll", []],
];

describe("printed text equals llvm-dis", () => {
  it.each(CASES)("%s %j", (file, options) => {
    const bitcode = compile(file, options);
    expect(differences(disassemble(bitcode), printModule(readModule(bitcode)).split("\n"))).toEqual([]);
  });

  it("after the passes of the toolchain's last steps", () => {
    const early = compile("control.c", ["-O2", "-g"]);
    const machine = llvm("llc", ["-O2", "-stop-before=ppc-isel", "-", "-o", "-"], early).toString("latin1");
    // The IR is the first document of the machine-level file, between `--- |` and `...`.
    const ir = machine.slice(machine.indexOf("|\n") + 2, machine.indexOf("\n...\n")).replace(/^ {2}/gm, "");
    const bitcode = llvm("opt", ["-passes=pseudo-probe", "-", "-o", "-"], ir);
    expect(differences(disassemble(bitcode), printModule(readModule(bitcode)).split("\n"))).toEqual([]);
  });
});
