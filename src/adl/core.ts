// Elaboration of a core: its pipeline and power on top of an elaborated instruction set.
import type {
  InstructionClass,
  IsaModel,
  PipelineModel,
  PowerModel,
  StateMachine,
} from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { didYouMean } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { dropHiddenArguments } from "./hidden-arguments.ts";
import { readHook } from "./hooks.ts";
import { elaborateClass } from "./instruction-classes.ts";
import { declareEnums, elaborateHelpers } from "./isa.ts";
import type { ElaboratedIsa } from "./isa.ts";
import { booleanOf, checkKnown, integerOf, nameOf, namesOf } from "./keys.ts";
import { INSTRUCTION_METHODS } from "./method-calls.ts";
import { elaboratePower, ROOM_TEMPERATURE } from "./power.ts";
import { elaborateMachine, elaborateResources } from "./resources.ts";
import { Scope } from "./scope.ts";
import type { Span } from "./source.ts";

export interface ElaboratedCore {
  readonly pipeline: PipelineModel;
  readonly power: PowerModel;
  /** Where the power block stands, for later findings. */
  readonly powerSpan: Span;
}

const KEYS = [
  "allow_unimpl_instrs",
  "commit_on_exception",
  "dead_lock_timeout",
  "branch_hook",
  "mem_access",
  "archs",
  "unsupported",
  "word_aligned",
];
const CHILDREN = [
  "resources",
  "machine",
  "instr_class",
  "power",
  "arch",
  "reg",
  "regfile",
  "instr",
  "instrfield",
  "mem_alias",
];

/**
 * The pipeline and power of a core; undefined when it lacks a section. For `timing` alone it needs no power block.
 */
export function elaborateCore(
  core: Block,
  elaborated: ElaboratedIsa,
  findings: Findings,
  purpose: "energy" | "timing" = "energy",
): ElaboratedCore | undefined {
  const { isa } = elaborated;
  checkKnown(core, KEYS, CHILDREN, findings);
  const [resourceBlock] = childrenOf(core, "resources");
  if (!resourceBlock) {
    findings.error("BW0242", core.span, `core ${core.name} has no resources`);
    return undefined;
  }
  dropHiddenArguments(core);
  const scope = new Scope(elaborated.scope);
  for (const method of Object.keys(INSTRUCTION_METHODS)) scope.set(method, { kind: "method", name: method });
  scope.set("Issue", { kind: "object", objectKind: "stage", name: "Issue" });
  declareEnums(core, scope, findings);
  // What `BP.predict().first` can be.
  ["Miss", "Taken", "NotTaken", "NoPrediction"].forEach((name, value) => {
    if (!scope.lookup(name)) scope.set(name, { kind: "constant", value: BigInt(value) });
  });
  const resources = elaborateResources(resourceBlock, scope, findings);

  aliasMemories(core, scope, findings);

  const machines = new Map<string, StateMachine>();
  for (const block of childrenOf(core, "machine")) {
    machines.set(block.name, elaborateMachine(block, resources.stages, findings));
  }
  if (machines.size === 0) findings.error("BW0242", core.span, `core ${core.name} has no machine`);

  const classBlocks = childrenOf(core, "instr_class");
  if (classBlocks.length === 0) findings.error("BW0242", core.span, `core ${core.name} has no instr_class`);
  for (const block of classBlocks) {
    for (const name of [`${block.name}_class`, `${block.name}Class`]) {
      scope.set(name, { kind: "name", name: `${block.name}_class` });
    }
    for (const { text } of namesOf(block, "attrs", findings)) {
      if (!scope.lookup(text)) scope.set(text, { kind: "name", name: text });
    }
  }
  const { helpers } = elaborateHelpers([core], scope, findings);
  const context = {
    isa,
    machines,
    stages: resources.stages,
    scope,
    findings,
    commitOnException: booleanOf(core, "commit_on_exception", true, findings),
    helpers,
  };
  const classes: InstructionClass[] = [];
  if (machines.size > 0) {
    for (const block of classBlocks) {
      const one = elaborateClass(block, context);
      if (one) classes.push(one);
    }
  }
  const unsupported = reportUncovered(core, classes, elaborated, findings);

  const memAccess = readHook(
    core,
    "mem_access",
    { parameters: 1, result: "void", object: "access" },
    scope,
    findings,
  );
  const branchHook = readHook(core, "branch_hook", { parameters: 0, result: "void" }, scope, findings);
  if (!resources.fetchUnit) return undefined;
  const pipeline: PipelineModel = {
    name: core.name,
    fetchUnit: resources.fetchUnit,
    stages: resources.stages,
    forwardingPaths: resources.forwardingPaths,
    memories: resources.memories,
    caches: resources.caches,
    semaphores: resources.semaphores,
    branchPredictors: resources.branchPredictors,
    buses: resources.buses,
    ...(booleanOf(core, "allow_unimpl_instrs", false, findings) || core.keys.has("unsupported")
      ? { allowUnimplemented: true }
      : {}),
    ...(unsupported.size > 0 ? { unsupported: [...unsupported] } : {}),
    ...(core.keys.has("word_aligned")
      ? { wordAligned: readWordAligned(core, elaborated.isa, findings) }
      : {}),
    ...(core.keys.has("dead_lock_timeout")
      ? { deadlockTimeout: integerOf(core, "dead_lock_timeout", 0, { min: 1, max: 2 ** 31 }, findings) }
      : {}),
    machines: [...machines.values()],
    classes,
    flags: resources.flags,
    customs: resources.customs,
    helpers: Object.fromEntries(helpers),
    ...(memAccess ? { memAccess } : {}),
    ...(branchHook ? { branchHook } : {}),
  };
  const [powerBlock, another] = childrenOf(core, "power");
  if (!powerBlock && purpose === "timing") return { pipeline, power: noPower(), powerSpan: core.span };
  if (!powerBlock) {
    findings.error(
      "BW0242",
      core.span,
      `core ${core.name} has no power block`,
      "write define (power=nominal) { … }",
    );
    return undefined;
  }
  if (another) findings.error("BW0242", another.span, "a core has one power block");
  return { pipeline, power: elaboratePower(powerBlock, pipeline, isa, findings), powerSpan: powerBlock.span };
}

/** Power of a core that is only timed: no events, and a clock of 1 Hz. */
function noPower(): PowerModel {
  const figure = (value: number, unit: string): PowerModel["voltage"] => ({
    value,
    unit,
    source: { kind: "none" },
  });
  return {
    name: "none",
    frequency: figure(1, "Hz"),
    voltage: figure(1, "V"),
    nominalVoltage: figure(1, "V"),
    temperature: ROOM_TEMPERATURE,
    nominalTemperature: ROOM_TEMPERATURE,
    leakage: figure(0, "W"),
    events: [],
    dynamicScaling: "1",
    leakageScaling: "1",
  };
}

/** `define (mem_alias) { DataMem = L1d; }`: names that the code of classes uses for memories, caches and ports. */
function aliasMemories(core: Block, scope: Scope, findings: Findings): void {
  const found = childrenOf(core, "mem_alias").flatMap((block) =>
    [...block.keys.keys()].flatMap((alias) => {
      const target = nameOf(block, alias, findings);
      const binding = target && scope.lookup(target.text);
      if (binding?.kind === "object" && binding.objectKind === "memory") return [[alias, binding] as const];
      if (target) findings.error("BW0212", target.span, `unknown memory ${target.text}`);
      return [];
    }),
  );
  // All at once: an alias may have the name of another memory.
  for (const [alias, binding] of found) scope.set(alias, binding);
}

/** Reports instructions that no class, or more than one class, takes; gives those that the core lacks. */
function reportUncovered(
  core: Block,
  classes: readonly InstructionClass[],
  { isa, places }: ElaboratedIsa,
  findings: Findings,
): ReadonlySet<string> {
  const owner = new Map<string, string>();
  let hasDefault = false;
  for (const one of classes) {
    for (const { instruction, constraints } of one.instructions) {
      if (instruction === "default_instruction") hasDefault = true;
      if (Object.keys(constraints).length > 0) continue;
      const other = owner.get(instruction);
      if (other !== undefined && other !== one.name) {
        // The language lets the first class by name have it.
        findings.warn(
          "BW0248",
          core.children.find((c) => c.type === "instr_class" && c.name === one.name)?.span,
          `${instruction} is in class ${one.name} and in class ${other}`,
          "an instruction belongs to one class; otherwise the first by name has it",
        );
      }
      owner.set(instruction, one.name);
    }
  }
  if (classes.length === 0) return new Set();
  const unsupported = readUnsupported(core, isa, owner, findings);
  if (hasDefault) return unsupported;
  const missing = isa.instructions.filter((i) => !owner.has(i.name) && !unsupported.has(i.name));
  if (missing.length === 0) return unsupported;
  const shown = missing
    .slice(0, 8)
    .map((i) => i.name)
    .join(", ");
  const message = `${missing.length} instruction${missing.length === 1 ? " has" : "s have"} no class: ${shown}${missing.length > 8 ? ", …" : ""}`;
  const help = "add each to a class, or default_instruction to one, or name it in unsupported = (…);";
  if (booleanOf(core, "allow_unimpl_instrs", false, findings))
    findings.warn("BW0249", core.span, message, help);
  else findings.error("BW0249", places.get(missing[0]?.name ?? "") && core.span, message, help);
  return unsupported;
}

/** Instructions of the instruction set that the core lacks: `unsupported = (lmw,stmw);`. */
function readUnsupported(
  core: Block,
  isa: IsaModel,
  owner: ReadonlyMap<string, string>,
  findings: Findings,
): ReadonlySet<string> {
  const known = new Set(isa.instructions.map((i) => i.name));
  const unsupported = new Set<string>();
  for (const { text, span } of namesOf(core, "unsupported", findings)) {
    const cls = owner.get(text);
    if (!known.has(text))
      findings.error("BW0212", span, `unknown instruction ${text}`, didYouMean(text, known));
    else if (cls !== undefined)
      findings.error(
        "BW0248",
        span,
        `${text} is unsupported and in class ${cls}`,
        "take it out of one of them",
      );
    unsupported.add(text);
  }
  return unsupported;
}

/** Instructions whose addresses must be multiples of four: `word_aligned = (lmw,stmw);`. */
function readWordAligned(core: Block, isa: IsaModel, findings: Findings): string[] {
  const known = new Set(isa.instructions.map((i) => i.name));
  const names = namesOf(core, "word_aligned", findings);
  for (const { text, span } of names)
    if (!known.has(text))
      findings.error("BW0212", span, `unknown instruction ${text}`, didYouMean(text, known));
  return names.map(({ text }) => text);
}
