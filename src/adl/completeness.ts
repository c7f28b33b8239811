// Checks of a whole description that `adl check` adds: encodings that overlap, classes without energy, facts without a
// source. None of them keeps a model from loading.
import type { Instruction } from "../machine/model.ts";
import { preferred } from "../machine/preferred.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { reportMachines } from "./check/index.ts";
import { reportTests } from "./check/test-vectors.ts";
import type { ElaboratedCore } from "./core.ts";
import type { Findings } from "./findings.ts";
import type { ElaboratedIsa } from "./isa.ts";
import { elementsOf, entryOf } from "./keys.ts";

export function reportCompleteness(
  isa: ElaboratedIsa,
  core: { readonly elaborated: ElaboratedCore; readonly block: Block } | undefined,
  findings: Findings,
): void {
  reportOverlaps(isa, findings);
  reportTests(isa.block, isa.isa, isa.places, findings);
  if (!core) return;
  reportEnergy(core.elaborated, findings);
  // Of classes that have faults it is not known what they can do.
  if (findings.errors === 0) reportMachines(core.elaborated.pipeline, core.block, findings);
  for (const resources of childrenOf(core.block, "resources")) reportUnsourced(resources, findings);
}

/** Keys of resources that state a fact about the hardware, so that a reader must be able to look it up. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  fetchunit: ["entries", "fetch_size", "max_fetch_count"],
  pipestage: ["size", "bandwidth"],
  memory: ["read_latency", "write_latency", "data_width"],
  port: ["read_latency", "write_latency"],
  branch_predictor: ["size", "entries", "counter_width"],
};

function reportUnsourced(block: Block, findings: Findings): void {
  for (const child of block.children) {
    const keys = Object.hasOwn(FACTS, child.type) ? (FACTS[child.type] ?? []) : [];
    const bare = keys.filter((key) => {
      const value = entryOf(child, key)?.value;
      if (value?.kind !== "expression" || value.sourcing) return false;
      return elementsOf(value.value).some((e) => e.kind === "number" && !e.sourcing);
    });
    if (bare.length > 0) {
      findings.warn(
        "BW0254",
        child.span,
        `${child.type} ${child.name}: ${bare.join(", ")} ${bare.length === 1 ? "has" : "have"} no source`,
        'write: key = value from "document, section";',
      );
    }
    reportUnsourced(child, findings);
  }
}

/**
 * Two instructions overlap when some word fits both. That is fine when one fixes all bits of the other and more: the
 * decoder prefers it. Otherwise the order would decide.
 */
function reportOverlaps({ isa, places }: ElaboratedIsa, findings: Findings): void {
  const list = isa.instructions;
  // Instructions of different tables never meet.
  const tables = isa.machine?.tables ?? [];
  const together = (a: Instruction, b: Instruction): boolean =>
    tables.length === 0 ||
    tables.some((t) => t.instructions.includes(a.name) && t.instructions.includes(b.name));
  // Instructions that differ in the leading six bits never overlap; most fix them.
  const groups = new Map<string, Instruction[]>();
  for (const i of list) {
    const key = i.mask >>> 26 === 63 ? String(i.match >>> 26) : "any";
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  const open = groups.get("any") ?? [];
  for (const [key, group] of groups) {
    const members = key === "any" ? open : [...group, ...open];
    for (let a = 0; a < group.length; a++) {
      for (let b = a + 1; b < members.length; b++) {
        const one = group[a];
        const other = members[b];
        if (!one || !other) continue;
        if (preferred(one, other) !== undefined || !together(one, other)) continue;
        findings.error(
          "BW0252",
          places.get(other.name) ?? places.get(one.name),
          `the encodings of ${one.name} and ${other.name} overlap`,
          "some words are both; fix more bits in one of them",
        );
      }
    }
  }
}

function reportEnergy({ pipeline, power, powerSpan }: ElaboratedCore, findings: Findings): void {
  const issue = power.events.flatMap((e) =>
    e.trigger.kind === "issue" || e.trigger.kind === "occupy" ? [e.trigger.classes] : [],
  );
  if (issue.some((classes) => classes.length === 0)) return;
  const charged = new Set(issue.flat());
  const missing = pipeline.classes.filter((c) => !charged.has(c.name)).map((c) => c.name);
  if (missing.length === 0) return;
  findings.warn(
    "BW0253",
    powerSpan,
    `no energy event is charged to ${missing.length === 1 ? "class" : "classes"} ${missing.join(", ")}`,
    "name it in the classes of an issue or occupy event",
  );
}
