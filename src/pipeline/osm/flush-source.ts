// Source text of flushes: what stands behind an instruction leaves the pipeline, gives back what its states may have
// allocated, and fetch starts at another address. Instructions of the correct path that have executed already are kept
// aside, to be issued again.
import type { CompiledState } from "./actions.ts";
import type { OsmLayout } from "./layout.ts";

export function flushSource(layout: OsmLayout, states: readonly CompiledState[]): string {
  const { stages } = layout.model.pipeline;
  const { order } = layout;
  let behindIssue = false;
  const reaches = stagesReached(layout, states);
  const functions = order.map((stage, at) => {
    const { size, scheduler, issue } = stages[stage]!;
    if (issue) behindIssue = true;
    const own =
      size > 1 && scheduler !== "independent"
        ? `for (let i = ${scheduler === "dependent" ? "1" : "position + 1"}; i < n_${stage}; i++) { discard(a_${stage}[i], ${behindIssue}); a_${stage}[i] = null; }
  if (n_${stage} > ${scheduler === "dependent" ? "1" : "position + 1"}) n_${stage} = ${scheduler === "dependent" ? "1" : "position + 1"};`
        : "";
    // Instructions in pipes beside this one may be older: those stay.
    const younger = (other: number, fetched: boolean): string =>
      stages[other]!.size === 1
        ? `if (s_${other} !== null && isBehind(s_${other}, ins)) { discard(s_${other}, ${fetched}); s_${other} = null; }`
        : `{ let j = 0; for (let i = 0; i < n_${other}; i++) { const y = a_${other}[i]; if (isBehind(y, ins)) discard(y, ${fetched}); else a_${other}[j++] = y; } for (let i = j; i < n_${other}; i++) a_${other}[i] = null; n_${other} = j; }`;
    const others = order.slice(at + 1).map((other) => {
      const fetched = behindIssue || stages[other]!.issue;
      if (!reaches[other]!.has(stage)) return younger(other, fetched);
      return stages[other]!.size === 1
        ? `if (s_${other} !== null) { discard(s_${other}, ${fetched}); s_${other} = null; }`
        : `for (let i = 0; i < n_${other}; i++) { discard(a_${other}[i], ${fetched}); a_${other}[i] = null; } n_${other} = 0;`;
    });
    const beside = order
      .slice(0, at)
      .filter((other) => !reaches[stage]!.has(other))
      .map((other) => younger(other, false));
    return `function flush_${stage}(ins, position, address) {
  ${own}
  ${[...beside, ...others].join("\n  ")}
  if (issueSlot !== null) { removeFetched(issueSlot.s.size); drop(issueSlot); issueSlot = null; }
  resume(ins, address);
}`;
  });
  const releases = layout.codes.map((code, index) => {
    const before = layout.statesBefore(code.classIndex, code.state);
    const codes = before
      .map((state) => layout.codeOf(code.classIndex, state))
      .filter((one) => one !== undefined);
    const initialCode = layout.initial[code.classIndex]!;
    const list = [index, ...codes.map((one) => (one === -2 ? initialCode : one!))];
    return list.flatMap((one) => states[one]!.releases).join(" ");
  });
  const cases = releases
    .map((text, index) => (text === "" ? "" : `case ${index}: ${text} break;`))
    .filter((text) => text !== "")
    .join("\n    ");
  return `
function isBehind(y, ins) { return ((y.iid - ins.iid) << 1) > 0; }
// What the instruction may have allocated on its way to its state, this one's own actions included.
function releaseState(ins) {
  switch (ins.code) {
    ${cases}
  }
}
function discard(y, fetched) {
  if (y.gone) return;
  releaseState(y);
  if (fetched) removeFetched(y.s.size);
  drop(y);
}
function drop(y) {
  cancelMemory(y);
  y.gone = true; y.done = true;
  flushed++;
}
function flush_i(ins, position, address) { resume(ins, address); }
// Goes on at another address. What the flush took out of the correct path is issued again.
function resume(ins, address) {
  if (flushed !== 0) {
    let first = null;
    for (let at = head; at !== tail; at = (at + 1) | 0) {
      const y = ring[at & ringMask];
      if (!y.gone || y.spec || y.k < 0) continue;
      if (first === null) first = [];
      first.push(keep(y));
      y.k = -1;
    }
    if (first !== null) {
      again = first.concat(again);
      pathIndex = first[0].k;
      pathPc = first[0].pc;
      ended = false;
    }
    while (tail !== head && ring[(tail - 1) & ringMask].gone) tail = (tail - 1) | 0;
    while (head !== tail && ring[head & ringMask].done) head = (head + 1) | 0;
    flushed = 0;
  }
  if (!ins.spec) speculative = haltPending;
  flushFetch(address);
}
${functions.join("\n")}`;
}

/** By stage: the stages that instructions may still come to from it. */
function stagesReached(layout: OsmLayout, states: readonly CompiledState[]): ReadonlySet<number>[] {
  const next = layout.model.pipeline.stages.map(() => new Set<number>());
  layout.codes.forEach((code, index) => {
    for (const one of states[index]!.next) if (one >= 0) next[code.stage]?.add(layout.codes[one]!.stage);
  });
  return next.map((_, stage) => {
    const found = new Set<number>();
    const visit = (from: number): void =>
      next[from]?.forEach((to) => {
        if (found.has(to)) return;
        found.add(to);
        visit(to);
      });
    visit(stage);
    return found;
  });
}
