// Checks of a whole description that `adl check` adds: encodings that overlap, classes without energy, resources and
// states that nothing uses. None of them keeps a model from loading.
import type { Instruction } from "../machine/model.ts";
import type { ElaboratedCore } from "./core.ts";
import type { Findings } from "./findings.ts";
import type { ElaboratedIsa } from "./isa.ts";

export function reportCompleteness(
  isa: ElaboratedIsa,
  core: ElaboratedCore | undefined,
  findings: Findings,
): void {
  reportOverlaps(isa, findings);
  if (core) reportEnergy(core, findings);
}

/**
 * Two instructions overlap when some word fits both. That is fine when one fixes all bits of the other and more: the
 * decoder prefers it. Otherwise the order would decide.
 */
function reportOverlaps({ isa, places }: ElaboratedIsa, findings: Findings): void {
  const list = isa.instructions;
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
        const common = one.mask & other.mask;
        if (((one.match ^ other.match) & common) !== 0) continue;
        const oneMore = (one.mask & other.mask) >>> 0 === other.mask && one.mask !== other.mask;
        const otherMore = (one.mask & other.mask) >>> 0 === one.mask && one.mask !== other.mask;
        if (oneMore || otherMore) continue;
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
