// Source text of the stages: for each stage one function with the actions of all classes in a switch.
import { retireCode } from "./action-compiler.ts";
import type { CompiledState } from "./action-compiler.ts";
import { ringSize } from "./engine-size.ts";
import type { EngineLayout, StateCode } from "./layout.ts";
import { enterText, removeFirstText } from "./stage-text.ts";

/** A state's code, and whether it stands for itself (others are never entered). */
export interface GeneratedState extends CompiledState {
  readonly used: boolean;
}

export function cases(layout: EngineLayout, states: readonly GeneratedState[], stage: number): string {
  return layout.codes
    .map((code: StateCode, index) =>
      code.stage === stage && states[index]!.used ? `case ${index}: { ${states[index]!.text} break; }` : "",
    )
    .filter((text) => text !== "")
    .join("\n      ");
}

/** Counts the instructions in the stage, for energy. */
function occupancy(layout: EngineLayout, stage: number): string {
  const { occupancy: plain, classOccupancy } = layout.events;
  const single = layout.stageSize(stage) === 1;
  const parts: string[] = [];
  if (plain[stage] !== -1)
    parts.push(single ? `K[${plain[stage]!}]++;` : `K[${plain[stage]!}] += n_${stage};`);
  if (classOccupancy[stage] !== -1) {
    const counter = `K[${classOccupancy[stage]!} + `;
    parts.push(
      single
        ? `${counter}ins.s.cls]++;`
        : `for (let i = 0; i < n_${stage}; i++) ${counter}a_${stage}[i].s.cls]++;`,
    );
  }
  return parts.join(" ");
}

/** Counts a cycle in which the stage keeps something, for energy. */
function heldText(layout: EngineLayout, stage: number): string {
  const counter = layout.events.held[stage]!;
  return counter === -1 ? "" : `K[${counter}]++;`;
}

/** Code that moves `ins` on to state `nx` of another stage, or lets it leave the pipeline. */
export function leave(layout: EngineLayout, states: readonly GeneratedState[], stage: number): string {
  const targets = new Set<number>();
  let retires = false;
  layout.codes.forEach((code, index) => {
    if (code.stage !== stage || !states[index]!.used) return;
    for (const next of states[index]!.next) {
      if (next === retireCode) retires = true;
      else if (layout.codes[next]!.stage !== stage) targets.add(layout.codes[next]!.stage);
    }
  });
  const { stages } = layout.model.pipeline;
  const enters = [...targets].map(
    (target) =>
      `${enterText(target, stages[target]!.size, stages[target]!.scheduler === "in_order")} ${layout.signalsAt(target)}`,
  );
  const move =
    targets.size === 0
      ? 'fault("state", ins);'
      : targets.size === 1
        ? `ins.code = nx; ${enters[0]!}`
        : targets.size === 2
          ? `ins.code = nx; if (stageOf[nx] === ${[...targets][0]!}) { ${enters[0]!} } else { ${enters[1]!} }`
          : "enter(nx, ins);";
  return retires ? `if (nx === ${retireCode}) retire(ins); else { ${move} }` : move;
}

/** One cycle of one stage; called when it holds something. */
export function stageSource(layout: EngineLayout, states: readonly GeneratedState[], stage: number): string {
  const { size, scheduler, bandwidth } = layout.model.pipeline.stages[stage]!;
  const stays = layout.codes.some(
    (code, index) =>
      code.stage === stage &&
      states[index]!.used &&
      states[index]!.next.some((next) => next >= 0 && layout.codes[next]!.stage === stage),
  );
  const step = `nx = -1;
    switch (ins.code) {
      ${cases(layout, states, stage)}
      default: fault("state", ins);
    }`;
  // Acts until the instruction leaves the stage (nx: its next code), retires or stalls (-1).
  const act = stays
    ? `for (let turns = 0; ; turns++) { ${step}\n    if (nx < 0 || stageOf[nx] !== ${stage}) break;\n    ins.code = nx; if (turns > 1000) fault("circle", ins); }`
    : step;
  const goOn = leave(layout, states, stage);
  const held = heldText(layout, stage);
  // Nothing older is left in the pipeline.
  const inTurn =
    scheduler === "in_order"
      ? `if (ring[head & ${ringSize - 1}] !== ins) { stalled = true; ${held} return; }`
      : "";
  if (size === 1) {
    return `
function stage_${stage}() {
  const ins = s_${stage};
  let nx = -1;
  ${occupancy(layout, stage)}
  ${inTurn}
  ${act}
  if (nx === -1) { stalled = true; ${held} return; }
  s_${stage} = null;
  ${goOn}
}`;
  }
  const shift = removeFirstText(stage, size);
  if (scheduler === "lock_step") {
    const repeats = layout.codes
      .map((code, index) =>
        code.stage === stage && states[index]!.used && states[index]!.repeat !== ""
          ? `case ${index}: ${states[index]!.repeat} break;`
          : "",
      )
      .join(" ");
    return `
// All instructions go on together.
function stage_${stage}() {
  ${occupancy(layout, stage)}
  let all = true, nx = -1;
  for (let i = 0; i < n_${stage}; i++) {
    const ins = a_${stage}[i];
    if (ins.pend !== -1) { switch (ins.code) { ${repeats} } continue; }
    ${act}
    ins.pend = nx;
    if (nx === -1) all = false;
  }
  if (!all) { stalled = true; ${held} return; }
  while (n_${stage} > 0) {
    const ins = a_${stage}[0], nx = ins.pend;
    ins.pend = -1;
    ${shift}
    ${goOn}
  }
}`;
  }
  if (scheduler === "independent") {
    return `
// Each for itself; the place of one that leaves is filled by the next.
function stage_${stage}() {
  ${occupancy(layout, stage)}
  for (let b = 0, at = 0; b < ${Math.max(1, bandwidth)} && at < n_${stage}; b++) {
    const ins = a_${stage}[at];
    let nx = -1;
    ${act}
    if (nx === -1) { stalled = true; ${held} at++; continue; }
    for (let i = at + 1; i < n_${stage}; i++) a_${stage}[i - 1] = a_${stage}[i];
    a_${stage}[--n_${stage}] = null;
    ${goOn}
  }
}`;
  }
  return `
// The oldest first; one that stalls holds those behind it.
function stage_${stage}() {
  ${occupancy(layout, stage)}
  for (let b = 0; b < ${Math.max(1, bandwidth)} && n_${stage} > 0; b++) {
    const ins = a_${stage}[0];
    let nx = -1;
    ${inTurn}
    ${act}
    if (nx === -1) { stalled = true; ${held} return; }
    ${shift}
    ${goOn}
  }
}`;
}
