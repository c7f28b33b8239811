// Checks of a core's state machines that `adl check` adds: each is a warning with a place, none keeps a model from
// loading.
import type { PipelineModel } from "../../machine/model.ts";
import { childrenOf } from "../blocks.ts";
import type { Block } from "../blocks.ts";
import type { Findings } from "../findings.ts";
import { entryOf } from "../keys.ts";
import type { Span } from "../source.ts";
import type { SyntaxStatement } from "../syntax.ts";
import { flowOf } from "./class-flow.ts";
import { circlesOf, neverFreed, waitsOf } from "./deadlocks.ts";
import type { ClassAndFlow } from "./deadlocks.ts";
import { stuckStates, unreachableStates } from "./state-checks.ts";
import { unusedResources } from "./usage.ts";

/** Reports on the machines, classes and resources of a core. */
export function reportMachines(pipeline: PipelineModel, core: Block, findings: Findings): void {
  const blocks = new Map(childrenOf(core, "instr_class").map((block) => [block.name, block]));
  const classes: ClassAndFlow[] = [];
  const reached = new Map<string, Set<string>>();
  for (const cls of pipeline.classes) {
    const machine = pipeline.machines.find((m) => m.name === cls.machine);
    const block = blocks.get(cls.name);
    if (!machine || !block) continue;
    const flow = flowOf(cls, machine, pipeline.helpers, machine.exceptionState);
    classes.push({ name: cls.name, flow, stageOf: machine.stageOf });
    const states = reached.get(machine.name) ?? new Set<string>();
    for (const state of flow.reachable) states.add(state);
    reached.set(machine.name, states);
    const spans = stateSpans(block);
    for (const { state, message, help } of unreachableStates(flow))
      findings.warn("BW0270", spans.get(state) ?? block.span, `class ${cls.name}: ${message}`, help);
    for (const { state, message, help } of stuckStates(flow, machine.stageOf, pipeline))
      findings.warn("BW0271", spans.get(state) ?? block.span, `class ${cls.name}: ${message}`, help);
  }
  for (const block of childrenOf(core, "machine"))
    reportStates(block, pipeline, reached.get(block.name), findings);
  const place = resourceSpans(core);
  for (const circle of circlesOf(waitsOf(classes, pipeline))) {
    const path = [...circle.map((wait) => wait.from), circle[0]?.from].join(" → ");
    findings.warn(
      "BW0272",
      place(circle[0]?.from ?? ""),
      `deadlock candidate: ${path}`,
      circle.map((wait) => wait.because).join("; "),
    );
  }
  for (const name of neverFreed(classes, pipeline))
    findings.warn(
      "BW0273",
      place(name),
      `semaphore ${name} is allocated and never deallocated`,
      `call ${name}.deallocate() on the way to the initial state`,
    );
  for (const { type, name, message } of unusedResources(pipeline, classes))
    findings.warn("BW0274", place(name), `${type} ${name}: ${message}`);
}

/** States of a machine that no class gets into. */
function reportStates(
  block: Block,
  pipeline: PipelineModel,
  reached: ReadonlySet<string> | undefined,
  findings: Findings,
): void {
  const machine = pipeline.machines.find((m) => m.name === block.name);
  if (!machine) return;
  if (!reached) {
    findings.warn("BW0270", block.span, `no class uses machine ${block.name}`);
    return;
  }
  const idle = machine.states.filter((state) => !reached.has(state));
  if (idle.length > 0)
    findings.warn(
      "BW0270",
      entryOf(block, "states")?.span ?? block.span,
      `machine ${block.name}: no class gets into ${idle.join(", ")}`,
      "take the states away that no class uses",
    );
}

/** Where the code of each state of a class begins. */
function stateSpans(block: Block): Map<string, Span> {
  const spans = new Map<string, Span>();
  const see = (s: SyntaxStatement): void => {
    if (s.kind === "block") s.body.forEach(see);
    else if (s.kind === "label") {
      spans.set(s.name, s.span);
      see(s.body);
    }
  };
  for (const { value } of block.keys.get("action") ?? []) if (value.kind === "code") see(value.body);
  return spans;
}

/** Where a resource is declared. */
function resourceSpans(core: Block): (name: string) => Span {
  const spans = new Map<string, Span>();
  for (const resources of childrenOf(core, "resources"))
    for (const child of resources.children) spans.set(child.name, child.span);
  return (name) => spans.get(name) ?? core.span;
}
