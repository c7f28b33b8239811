// How complete a description is, in numbers: what `adl check` prints below its findings.
import { dirname } from "node:path";
import type { Instruction, PipelineModel, PowerModel } from "../../machine/model.ts";
import type { BlockText, KeyText } from "../description-text.ts";
import type { DescribedMachine } from "../index.ts";
import { readVectorNames } from "./test-vectors.ts";

export interface Coverage {
  readonly name: string;
  readonly instructions: number;
  /** Instructions with an action, be it an empty one. */
  readonly semantics: number;
  /** Absent for an instruction set alone. */
  readonly class?: number;
  readonly energy?: number;
  /** Absent where no test vectors are named. */
  readonly test?: number;
  readonly unsupported: readonly string[];
  readonly untested: readonly string[];
  /** Values with a source, and how many of them are estimates. */
  readonly sources?: { readonly values: number; readonly estimates: number };
}

/** Undefined when the description did not load. */
export function coverageOf(described: DescribedMachine): Coverage | undefined {
  const { isa, model, arch, core } = described;
  if (!isa) return undefined;
  const names = isa.instructions.map((i) => i.name);
  const count = (holds: (instruction: Instruction) => boolean): number =>
    isa.instructions.filter(holds).length;
  const tests = keyOf(arch, "tests");
  const tested = tests && readVectorNames(dirname(tests.file), tests.text.replace(/^"|"$/g, ""));
  const classed = model && classesOf(model.pipeline, names);
  const charged = model && chargedClasses(model.pipeline, model.power);
  const sources = core ? sourcesOf(core) : [];
  const clauses = arch.children.filter(
    (block) => block.type === "instr" && keyOf(block, "action") !== undefined,
  );
  const meant = new Set(clauses.map(({ file, line }) => `${file}:${line}`));
  return {
    name: model?.name ?? isa.name,
    instructions: names.length,
    semantics: count(({ place }) => meant.has(`${place.file}:${place.line}`)),
    ...(classed && charged
      ? {
          class: count((i) => classed.has(i.name)),
          energy: count((i) => (classed.get(i.name) ?? []).some((cls) => charged.has(cls))),
        }
      : {}),
    ...(tested instanceof Set ? { test: names.filter((name) => tested.has(name)).length } : {}),
    unsupported: core ? wordsOf(keyOf(core, "unsupported")) : [],
    untested: wordsOf(keyOf(arch, "untested")),
    ...(sources.length > 0
      ? { sources: { values: sources.length, estimates: sources.filter((s) => s === "estimate").length } }
      : {}),
  };
}

/** One line: name, number of instructions, and how many have what they need. */
export function coverageText(c: Coverage): string {
  const parts = [`semantics ${c.semantics}`];
  if (c.class !== undefined) parts.push(`class ${c.class}${but(c.unsupported, "unsupported")}`);
  if (c.energy !== undefined) parts.push(`energy ${c.energy}`);
  if (c.test !== undefined) parts.push(`test ${c.test}${but(c.untested, "untested")}`);
  const sources = c.sources
    ? `; ${c.sources.values} values with a source, ${c.sources.estimates} of them estimates`
    : "";
  return `${c.name}: ${c.instructions} instructions; ${parts.join(", ")}${sources}`;
}

function but(names: readonly string[], what: string): string {
  return names.length === 0 ? "" : ` (${what}: ${names.join(", ")})`;
}

function keyOf(block: BlockText, name: string): KeyText | undefined {
  return block.keys.find((key) => key.name === name);
}

function wordsOf(key: KeyText | undefined): string[] {
  return key?.text.match(/"[^"]*"|\w+/g)?.map((word) => word.replace(/"/g, "")) ?? [];
}

function classesOf(pipeline: PipelineModel, names: readonly string[]): Map<string, string[]> {
  const classes = new Map<string, string[]>();
  let rest: string | undefined;
  for (const { name, instructions } of pipeline.classes) {
    for (const { instruction } of instructions) {
      if (instruction === "default_instruction") rest = name;
      classes.set(instruction, [...(classes.get(instruction) ?? []), name]);
    }
  }
  const lacking = new Set(pipeline.unsupported);
  if (rest !== undefined)
    for (const name of names) if (!classes.has(name) && !lacking.has(name)) classes.set(name, [rest]);
  return classes;
}

/** Classes whose instructions cost energy when they are issued or move. */
function chargedClasses(pipeline: PipelineModel, power: PowerModel): Set<string> {
  const charged = new Set<string>();
  for (const { trigger } of power.events) {
    const all = pipeline.classes.map((c) => c.name);
    if (trigger.kind === "issue" || trigger.kind === "occupy")
      for (const name of trigger.classes.length > 0 ? trigger.classes : all) charged.add(name);
    else if (trigger.kind !== "cycle" && trigger.kind !== "fetch") for (const name of all) charged.add(name);
  }
  return charged;
}

function sourcesOf(block: BlockText): string[] {
  return [
    ...block.keys.flatMap((key) => key.sources.map((s) => s.kind)),
    ...block.children.flatMap(sourcesOf),
  ];
}
