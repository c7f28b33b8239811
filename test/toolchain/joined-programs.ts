// Several programs as one: their `main` functions one after the other, with what each returned. The C library is then built into a
// program, mapped and annotated once, which is most of the time that a small program takes.

import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";

/** Writes the sources into `folder`. A program that calls exit must be the last one; each `main` must return a value. */
export function joinPrograms(
  paths: readonly string[],
  folder: string,
  cflags: readonly string[] = [],
): ProgramSpec {
  const sources: string[] = [];
  const declared: string[] = [];
  const calls: string[] = [];
  const write = (name: string, text: string): void => {
    const source = join(folder, name);
    writeFileSync(source, text);
    sources.push(source);
  };
  for (const [i, path] of paths.entries()) {
    const name = `main_${i}`;
    const [, parameters = ""] = /\bint main\((.*)\)/.exec(readFileSync(path, "utf8")) ?? [];
    declared.push(`int ${name}(${parameters});`);
    calls.push(
      `  printf("${basename(path)} returns %d\\n", ${name}(${parameters === "void" ? "" : "argc, argv"}));`,
    );
    write(`${name}.c`, `#define main ${name}\nint main(${parameters});\n#include "${path}"\n`);
  }
  const text = [
    "#include <stdio.h>",
    ...declared,
    "int main(int argc, char **argv) {",
    "  (void)argc, (void)argv;",
  ];
  write("joined.c", [...text, ...calls, "  return 0;", "}", ""].join("\n"));
  return { name: "joined", sources, cflags: ["-Werror=return-type", ...cflags], args: [] };
}
