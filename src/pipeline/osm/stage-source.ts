// Source text of the stages: for each one function that lets the instructions in it act, by its scheduler, and the moves
// from stage to stage.
import { retireCode } from "./actions.ts";
import type { CompiledState } from "./actions.ts";
import { enterText, removeFirstText } from "../stage-text.ts";
import type { OsmLayout } from "./layout.ts";

/** Lets `ins` act in `stage` until it leaves (nx: its next code) or waits (nx: −1). */
export function actText(layout: OsmLayout, states: readonly CompiledState[], stage: number): string {
  const cases = layout.codes
    .map((code, index) => (code.stage === stage ? `case ${index}: { ${states[index]!.text} break; }` : ""))
    .filter((text) => text !== "")
    .join("\n      ");
  const stays = layout.codes.some(
    (code, index) =>
      code.stage === stage &&
      states[index]!.next.some((next) => next >= 0 && layout.codes[next]!.stage === stage),
  );
  const once = `nx = -1;
    act: switch (ins.code) {
      ${cases}
      default: fault("state", ins);
    }`;
  if (!stays) return once;
  return `for (let turns = 0; ; turns++) {
    ${once}
    if (nx < 0 || stageOf[nx] !== ${stage}) break;
    ins.code = nx;
    if (turns > 1000) fault("circle", ins);
  }`;
}

/** Code that moves `ins` from `stage` on to code `nx`, or lets it retire. */
export function leaveText(layout: OsmLayout, states: readonly CompiledState[], stage: number): string {
  const { stages } = layout.model.pipeline;
  const targets = new Set<number>();
  let retires = false;
  layout.codes.forEach((code, index) => {
    if (code.stage !== stage) return;
    for (const next of states[index]!.next) {
      if (next === retireCode) retires = true;
      else if (layout.codes[next]!.stage !== stage) targets.add(layout.codes[next]!.stage);
    }
  });
  const list = [...targets];
  const enters = list.map((target) => {
    if (target < 0) return 'fault("state", ins);';
    const { size, shared } = stages[target]!;
    return shared ? "" : enterText(target, size);
  });
  const noteIssue =
    stage === layout.issueStage && stage >= 0 ? "if (trace.limit !== 0) noteIssue(ins.k);" : "";
  const frees =
    stage === layout.issueStage
      ? "if (ins.s.fe) { faulted = false; flushFetch(resumeAt(ins)); } else removeFetched(ins.s.size);"
      : "";
  const shared = layout.hasShared ? "ins.at = stageOf[nx];" : "";
  const move =
    list.length === 0
      ? 'fault("state", ins);'
      : `ins.code = nx; ${shared} ${noteIssue} ${frees} ` +
        enters
          .map((enter, at) =>
            at === enters.length - 1
              ? `{ ${enter} }`
              : `if (stageOf[nx] === ${list[at]!}) { ${enter} } else `,
          )
          .join("");
  return retires ? `if (nx === ${retireCode}) retire(ins, ${stage}, position); else { ${move} }` : move;
}

export function stageSource(layout: OsmLayout, states: readonly CompiledState[], stage: number): string {
  const { size, scheduler, bandwidth } = layout.model.pipeline.stages[stage]!;
  const act = actText(layout, states, stage);
  const leave = leaveText(layout, states, stage);
  const elsewhere = (ins: string): string => (layout.hasShared ? ` && ${ins}.at === ${stage}` : "");
  if (size === 1) {
    return `
function stage_${stage}() {
  const ins = s_${stage}, position = 0;
  let nx = -1;
  ${layout.hasShared ? `if (ins.at !== ${stage}) return;` : ""}
  ${act}
  if (nx === -1) { stalled = true; return; }
  s_${stage} = null;
  ${leave}
}`;
  }
  const removeFirst = removeFirstText(stage, size);
  if (scheduler === "lock_step") {
    const repeats = layout.codes
      .map((code, index) =>
        code.stage === stage && states[index]!.repeat !== ""
          ? `case ${index}: { ${states[index]!.repeat} break; }`
          : "",
      )
      .join(" ");
    return `
// All go on together, once each of them can.
function stage_${stage}() {
  let all = true, nx = -1;
  for (let position = 0; position < n_${stage}; position++) {
    const ins = a_${stage}[position];
    if (ins.pend !== -1) { ${repeats === "" ? "" : `switch (ins.code) { ${repeats} }`} continue; }
    ${act}
    ins.pend = nx;
    if (nx === -1) all = false;
  }
  if (!all) { stalled = true; return; }
  for (let position = 0; n_${stage} > 0; position++) {
    const ins = a_${stage}[0], nx = ins.pend;
    ins.pend = -1;
    ${removeFirst}
    ${leave}
  }
}`;
  }
  if (scheduler === "independent") {
    return `
// Each for itself; the place of one that leaves is filled by the next.
function stage_${stage}() {
  let position = 0;
  for (let b = 0; b < ${bandwidth} && position < n_${stage}; b++) {
    const ins = a_${stage}[position];
    ${layout.hasShared ? `if (ins.at !== ${stage}) return;` : ""}
    let nx = -1;
    ${act}
    if (nx === -1) { stalled = true; position++; continue; }
    for (let i = position + 1; i < n_${stage}; i++) a_${stage}[i - 1] = a_${stage}[i];
    a_${stage}[--n_${stage}] = null;
    ${leave}
  }
}`;
  }
  return `
// The oldest first; one that waits holds those behind it.
function stage_${stage}() {
  for (let position = 0; position < ${bandwidth} && n_${stage} > 0${elsewhere(`a_${stage}[0]`)}; position++) {
    const ins = a_${stage}[0];
    let nx = -1;
    ${act}
    if (nx === -1) { stalled = true; return; }
    ${removeFirst}
    ${leave}
  }
}`;
}
