// Pins: empty assembly statements in IR blocks that the back end made disappear where block mapping would have needed them.
//
// A block whose code is empty, or equal to another's, leaves no probe; when both ways of a branch then lead to the same
// place, nothing but the branch's condition tells them apart, and conditions that combine several values are not always
// understood. An assembly statement with a text of its own keeps the block: it makes no instruction, but no two are equal.
// So the few functions that can't be mapped get one in each such block, and the code is generated again from that IR. The
// annotated module is made from the IR without pins: they do nothing.

import { readFileSync } from "node:fs";
import { readModule, successorsOf, terminatorOf, type Module } from "../bitcode/index.ts";
import { readElf } from "../elf/index.ts";
import { mapProgram, type MappedProgram } from "../match/index.ts";
import { irName } from "./probes.ts";
import type { ProbeLabel } from "./probes.ts";

/** IR blocks to pin, by function name. */
export type Pins = ReadonlyMap<string, ReadonlySet<number>>;

/** What block mapping found. */
export interface MappedBuild {
  readonly module: Module;
  readonly mapped: MappedProgram;
}

/**
 * What to pin so that block mapping understands more: `before`, and blocks of what it does not understand with those. The same
 * as `before` when everything is mapped, or nothing would help. Pins move code about, so that another block may disappear:
 * a function that is not understood with some pins gets all.
 */
export function findPins(
  files: {
    readonly bitcode: string;
    readonly elf: string;
    readonly assembly: string;
    readonly probes: readonly ProbeLabel[];
  },
  before: Pins,
): MappedBuild & { readonly pins: Pins } {
  const module = readModule(readFileSync(files.bitcode));
  const elf = readElf(readFileSync(files.elf), files.elf);
  const listing = readFileSync(files.assembly, "utf8");
  const mapped = mapProgram({ module, elf, listing, listingFile: files.assembly });
  const { mapping } = mapped;
  const bodies = new Map(module.functions.filter((fn) => !fn.isDeclaration).map((fn) => [fn.name, fn]));
  const pins = new Map<string, ReadonlySet<number>>(before);
  for (const { function: name, status } of mapping.functions.values()) {
    const fn = bodies.get(name);
    if (status.kind !== "unmatched" || fn === undefined) continue;
    const blocks = new Set(fn.blocks.keys());
    const earlier = before.get(name);
    if (earlier !== undefined) {
      if (earlier.size < blocks.size) pins.set(name, blocks);
      continue;
    }
    for (const probe of files.probes) if (probe.function === name) blocks.delete(probe.irBlock);
    // Where both ways lead to the same of two successors, the other one may still be somewhere else.
    const where = status.irBlock === null ? undefined : fn.blocks[status.irBlock];
    if (where !== undefined) for (const to of successorsOf(terminatorOf(where))) blocks.add(to);
    if (blocks.size > 0) pins.set(name, blocks);
  }
  return { module, mapped, pins: sizeOf(pins) === sizeOf(before) ? before : pins };
}

function sizeOf(pins: Pins): number {
  return [...pins.values()].reduce((sum, blocks) => sum + blocks.size, 0);
}

/** The IR, as text with a probe in each block, with a pin after the probe of each block in `pins`. */
export function withPins(ir: string, pins: Pins): string {
  const lines: string[] = [];
  let blocks: ReadonlySet<number> | undefined;
  let ordinal = -1;
  let count = 0;
  for (const line of ir.split("\n")) {
    lines.push(line);
    if (line.startsWith("define ")) {
      const name = /^define [^@]*@("(?:[^"\\]|\\.)*"|[-\w$.]+)\(/.exec(line)?.[1];
      blocks = name === undefined ? undefined : pins.get(irName(name));
      ordinal = -1;
    } else if (line === "}") blocks = undefined;
    else if (blocks !== undefined && PROBE.test(line)) {
      ordinal++;
      if (blocks.has(ordinal)) lines.push(`  call void asm sideeffect "# pin ${String(count++)}", ""()`);
    }
  }
  return lines.join("\n");
}

/** The first statement of every block. */
const PROBE = /^ *call void @llvm\.pseudoprobe\(i64 -?\d+, i64 \d+, i32 0,/;
