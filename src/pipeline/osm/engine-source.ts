// The source text of the engine of one machine of operation state machines. A cycle: latencies of memories run out, data
// arrives in the instruction buffer; the stages act, those nearest to retirement first; instructions are issued; fetch
// requests are sent. Instructions are objects in a ring in the order of issue.
import { compileHelper, reachedHelpers } from "../expression.ts";
import { predictionText } from "../prediction-runtime.ts";
import { compileResults, compileState } from "./actions.ts";
import type { CompiledState } from "./actions.ts";
import type { OsmLayout } from "./layout.ts";
import { fetchSource } from "./fetch-source.ts";
import { flushSource } from "./flush-source.ts";
import { hazardSource } from "./hazard-source.ts";
import { issueSource } from "./issue-source.ts";
import { stageSource } from "./stage-source.ts";
import { stateSource } from "./state-source.ts";
import { asksResources } from "./value-expressions.ts";

/** Instructions in flight, at most; a power of two. */
const ringSize = 256;

export function osmSource(layout: OsmLayout): string {
  const states = layout.codes.map((code) => compileState(layout, code.classIndex, code.state));
  const parts = [
    variables(layout),
    helperSource(layout),
    resultSource(layout),
    hazardSource(layout),
    memorySource(layout),
    layout.model.pipeline.branchPredictors.length > 0 ? predictionText : "",
    fetchSource(layout),
    flushSource(layout, states),
    ...layout.order.map((stage) => stageSource(layout, states, stage)),
    issueSource(layout, states),
    loop(layout),
    ...(canReplay(layout, states) ? [stateSource(layout, recordsSources(states))] : []),
    exportsSource(layout, canReplay(layout, states)),
  ];
  return `"use strict";\n${parts.join("\n")}`;
}

/** Instructions remember whose results they wait for. */
export function recordsSources(states: readonly CompiledState[]): boolean {
  return states.some(({ text }) => text.includes("recordSources("));
}

/**
 * Whether what the pipeline does depends on its own state and on what is executed only, so that it can be looked up when
 * both come again: not on registers that code reads itself, nor on the clock of the description, nor on caches.
 */
function canReplay(layout: OsmLayout, states: readonly CompiledState[]): boolean {
  const moments = layout.model.isa.machine?.moments;
  return (
    layout.flat &&
    moments?.pre_cycle === undefined &&
    moments?.post_cycle === undefined &&
    layout.model.pipeline.memories.every((one) =>
      [one, ...one.ports].every((port) => port.maxRequests < 62),
    ) &&
    !states.some(({ text, repeat }) => /oracle\.|misaligned\(/.test(text + repeat))
  );
}

/** What classes make of operand values, before the instruction executes. */
function resultSource(layout: OsmLayout): string {
  const cases = layout.results.map((list, index) =>
    list.length === 0
      ? ""
      : `case ${index}: return [${compileResults(layout, index)
          .map((text) => `+(${text})`)
          .join(", ")}];`,
  );
  return `
const probe = { s: null };
function valueOf(register) { return oracle.registerValue(register.name, register.index); }
function resultsOf(s) {
  if (s.nv === 0) return none;
  const ins = probe;
  ins.s = s;
  switch (s.cls) { ${cases.join(" ")} default: return none; }
}`;
}

function variables(layout: OsmLayout): string {
  const { pipeline } = layout.model;
  const values = layout.mostResults;
  const lines = [
    "const { deadlock, oracle, faults, words, renew, trace, fault, endless, records, codeStart, codeEnd, T } = rt;",
    "function lookup(pc) { if (pc >= codeStart && pc < codeEnd) { const r = records[(pc - codeStart) >>> 1]; if (r !== undefined) return r; } return rt.lookup(pc); }",
    "const rw = rt.registerWords;",
    `const ringMask = ${ringSize - 1}, none = [];`,
    "let cyc = 0, head = 0, tail = 0, nextId = 1, pathPc = -1, pathIndex = 0, again = [], flushed = 0, issued = 0, retired = 0, quiet = 0;",
    "let run = null, runAt = 0, runEnd = 0, newRuns = 0;",
    "let speculative = false, openId = 0, lastOnPath = 0, haltPending = false, ended = false, faulted = false, stalled = false, issueSlot = null;",
    `function slot() { return { s: null, ord: 0, code: 0, iid: 0, spec: false, exc: 0, halt: false, next: 0, taken: false, correct: false, predTaken: false, predTarget: 0, lat: 0, ${Array.from({ length: values }, (_, at) => `v${at}: 0, `).join("")}` +
      "count: 0, head: 0, requested: 0, ids: [0, 0, 0, 0], accesses: none, exc0: 0, accesses0: none, read: 0, tags: new Int32Array(32), pend: -1, gone: false, done: true, k: -1, at: -1 }; }",
    `const ring = Array.from({ length: ${ringSize} }, slot);`,
    `const stageOf = Int8Array.of(${layout.codes.map((code) => code.stage).join(", ")});`,
    ...pipeline.stages.map((stage, index) =>
      stage.size === 1
        ? `let s_${index} = null;`
        : `const a_${index} = new Array(${stage.size}).fill(null); let n_${index} = 0;`,
    ),
    ...pipeline.semaphores.map((_, index) => `let q_${index} = 0;`),
    ...pipeline.customs.map((_, index) => `let c_${index} = 0;`),
    ...pipeline.flags.map((_, index) => `let g_${index} = 0;`),
    ...pipeline.branchPredictors.map((_, index) => `const B_${index} = rt.predictors[${index}];`),
  ];
  if (layout.flat) {
    pipeline.memories.forEach((memory, index) => {
      lines.push(`const F_${index} = rt.flat[${index}];`);
      const ports = Math.max(1, memory.ports.length);
      for (let port = 0; port < ports; port++)
        lines.push(`const P_${index}_${port} = F_${index}.ports[${port}];`);
    });
  } else {
    const count = pipeline.memories.length + pipeline.caches.length;
    for (let index = 0; index < count; index++) lines.push(`const L_${index} = rt.system.levels[${index}];`);
  }
  return lines.join("\n");
}

function helperSource(layout: OsmLayout): string {
  const { pipeline, isa } = layout.model;
  const code = pipeline.classes.map((one) => {
    const tables = [one.functions, ...Object.values(one.functionOverrides)];
    const chosen = tables.flatMap((table) => Object.values(table));
    return [one.action, chosen.map((helper) => ({ kind: "call", helper }))];
  });
  return reachedHelpers(code, (name) => pipeline.helpers[name] ?? isa.helpers[name])
    .filter((helper) => !asksResources(helper.body))
    .map((helper) => compileHelper(helper, "h_"))
    .join("\n");
}

function memorySource(layout: OsmLayout): string {
  const common = `
function hasAttribute(ins, mask) { return ins !== null && (ins.s.attrs & mask) !== 0; }
function classOf(ins) { return ins === null ? 0 : ins.s.cls + 1; }
function resumeAt(ins) { return ins.next >= 0 ? ins.next : ins.s.pc + ins.s.size; }
// Where fetch goes when a branch is taken to be taken before it resolves; last_branch_prediction_correct() is about that.
function predictedTarget(ins) {
  const target = ins.s.target < 0 ? resumeAt(ins) : ins.s.target;
  ins.predTaken = true; ins.predTarget = target;
  if (ins.spec) ins.next = target;
  else ins.correct = ins.next === target || ins.next < 0;
  return target;
}
function setSpeculative(ins, on) {
  if (ins.spec) return;
  if (!speculative) { speculative = on; openId = ins.iid; }
  else if (openId === ins.iid) speculative = on;
}
// A halt stops fetch and issue when it executes.
function halted(stage, ins, position) {
  if (ended) return;
  ended = true; haltPending = false;
  flushStage(stage, ins, position);
}
function flushStage(stage, ins, position) {
  switch (stage) {
    ${layout.order.map((stage) => `case ${stage}: flush_${stage}(ins, position, resumeAt(ins)); break;`).join("\n    ")}
    default: flush_i(ins, position, resumeAt(ins));
  }
}
function keep(y) {
  return { k: y.k, pc: y.s.pc, next: y.next, taken: y.taken, exc: y.exc0, halt: y.halt, count: y.count, accesses: y.accesses0${valueNames(
    layout,
  )
    .map((name) => `, ${name}: y.${name}`)
    .join("")} };
}
function takeAgain(ins) {
  const x = again.shift();
  ins.next = x.next; ins.taken = x.taken; ins.exc = x.exc; ins.halt = x.halt; ins.count = x.count; ins.accesses = x.accesses;
  for (let at = 0; at < ins.accesses.length; at++) ins.accesses[at].request = -1;
  ${valueNames(layout)
    .map((name) => `ins.${name} = x.${name};`)
    .join(" ")}
  pathPc = x.next;
}
${layout.model.pipeline.stages
  .map((stage, index) =>
    stage.shared && stage.size > 1
      ? `function addInstruction_${index}(ins) { if (n_${index} === ${stage.size}) fault("full", ins); a_${index}[n_${index}++] = ins; }`
      : stage.shared
        ? `function addInstruction_${index}(ins) { if (s_${index} !== null) fault("full", ins); s_${index} = ins; }`
        : "",
  )
  .join("\n")}`;
  if (layout.flat) {
    const memories = layout.model.pipeline.memories.length;
    return `${common}
function advance(ins, n) {
  ins.head += n;
  if (ins.requested < ins.head) ins.requested = ins.head;
}
function transferOne(port, ins) {
  if (ins.head >= ins.count) return;
  port.take(cyc);
  if (++ins.head > ins.requested) ins.requested = ins.head;
}
// One request may have brought the data of several accesses.
function transfer(port, ins, n) {
  const left = ins.count - ins.head;
  if (left <= 0) return;
  port.take(cyc);
  advance(ins, n < left ? n : left);
}
function misaligned(ins, mask) { return ins.head < ins.count && ins.accesses.length !== 0 && (ins.accesses[ins.head].real & mask) !== 0; }
function cancelMemory(ins) {
  for (let at = ins.head; at < ins.requested; at++) { ${Array.from({ length: memories }, (_, m) => `F_${m}.cancel(ins.ids[at], cyc);`).join(" ")} }
  ins.head = ins.requested = ins.count;
}`;
  }
  return `${common}
function sendFetchRequest(level, port, address, size) {
  return level.send({ kind: rt.fetchKind, effective: address, real: address, bytes: size, serialized: 0, hint: oracle.fetchHint ? oracle.fetchHint(address) : undefined, writeThrough: false, instruction: -1, eviction: false }, port);
}
function cancelMemory(ins) { if (ins.accesses.length !== 0) T.cancelAll(ins, rt.system.levels); }`;
}

function valueNames(layout: OsmLayout): string[] {
  return Array.from({ length: layout.mostResults }, (_, at) => `v${at}`);
}

function loop(layout: OsmLayout): string {
  const { pipeline } = layout.model;
  const resets = [
    ...pipeline.stages.map((stage, index) =>
      stage.size === 1 ? `s_${index} = null;` : `a_${index}.fill(null); n_${index} = 0;`,
    ),
    ...pipeline.semaphores.map((_, index) => `q_${index} = 0;`),
    ...pipeline.customs.map((_, index) => `c_${index} = 0;`),
    ...pipeline.flags.map((_, index) => `g_${index} = 0;`),
    ...(layout.flat ? pipeline.memories.map((_, index) => `F_${index}.reset();`) : ["rt.system.reset();"]),
    ...pipeline.branchPredictors.map((_, index) => `B_${index}.reset();`),
  ];
  const before = layout.flat
    ? pipeline.memories.map((_, index) => `F_${index}.preCycle(cyc);`).join(" ")
    : "rt.system.preCycle(cyc);";
  const moments = layout.model.isa.machine?.moments;
  return `
function retire(ins, stage, position) {
  if (ins.spec) {
    // Behind a halt nothing matters; a stage of independent instructions may still hold some.
    if (!ended) fault("speculative", ins);
    ins.done = true;
    while (head !== tail && ring[head & ringMask].done) head = (head + 1) | 0;
    return;
  }
  // Whoever should have flushed and did not is made to.
  if (speculative && openId === ins.iid && !haltPending) flushStage(stage, ins, position);
  ins.done = true;
  retired++;
  quiet = 0;
  if (trace.limit !== 0) noteCompletion(ins.k);
  lastRetired = cyc;
  while (head !== tail && ring[head & ringMask].done) head = (head + 1) | 0;
}
let lastRetired = 0;
function noteIssue(k) {
  if (k < 0 || k >= trace.limit) return;
  trace.issued[k] = cyc;
  rt.note(k, cyc, false);
}
function noteCompletion(k) {
  if (k < 0 || k >= trace.limit) return;
  trace.completed[k] = cyc;
  rt.note(k, cyc, true);
}
${deadlockSource(layout)}
function reset() {
  ${resets.join(" ")}
  resetHazards();
  cyc = -1; head = 0; tail = 0; nextId = 1; pathIndex = 0; again = []; flushed = 0; issued = 0; retired = 0; quiet = 0; lastRetired = 0;
  speculative = false; openId = 0; haltPending = false; ended = false; faulted = false; issueSlot = null;
  run = null; runAt = 0; runEnd = 0; newRuns = 0;
  pathPc = oracle.start();
  ended = pathPc < 0;
  resetFetch(pathPc < 0 ? 0 : pathPc);
}
// Runs until the path has ended and drained (1), cycle \`limit\` has passed (0), or, when \`watched\`, until the beginning of
// the cycle behind one that has asked for what executes (2).
function cycles(limit, watched) {
  newRuns = 0;
  while (!ended || again.length !== 0 || head !== tail) {
    if (watched && newRuns !== 0) return 2;
    if (cyc >= limit) return 0;
    cyc++;
    quiet++;
    stalled = false;
    ${moments?.pre_cycle === undefined ? "" : 'if (oracle.cycle) oracle.cycle("pre_cycle");'}
    ${before}
    receive();
    ${layout.order
      .map(
        (stage) =>
          `if (${pipeline.stages[stage]!.size === 1 ? `s_${stage} !== null` : `n_${stage} !== 0`}) stage_${stage}();`,
      )
      .join("\n    ")}
    if (quiet > deadlock) breakDeadlock();
    if (!ended || issueSlot !== null) issue();
    if (!ended && tryFetch) fetch();
    ${layout.flat ? "" : "rt.system.postCycle();"}
    ${moments?.post_cycle === undefined ? "" : 'if (oracle.cycle) oracle.cycle("post_cycle");'}
  }
  return 1;
}`;
}

function exportsSource(layout: OsmLayout, canReplay: boolean): string {
  return `
function makeStatic(x) {
  return { id: x.id, pc: x.pc, size: x.size, word: x.word, shift: x.shift, fe: x.fe, br: x.br, cls: x.cls, init: x.init, attrs: x.attrs, accesses: x.accesses, nv: x.nv, fn: x.fn, target: x.target${Array.from({ length: layout.operands }, (_, at) => `, o${at}: x.operands[${at}]`).join("")} };
}
function counts(out) { out.cycle = cyc; out.index = pathIndex; out.issued = issued; out.retired = retired; out.lastRetired = lastRetired; }
function setCounts(from) { issued = from.issued; retired = from.retired; lastRetired = from.lastRetired; }
return { reset, run: cycles, makeStatic, preemptedFetch, resultsOf, lookup, counts, setCounts, ${canReplay ? "save, load" : "save: null, load: null"}, cycles: () => lastRetired + 1, position: () => pathIndex, issued: () => issued, retired: () => retired };`;
}

/** In safe mode an instruction has executed when it is issued: it can be thrown away, the foremost stage's first. */
function deadlockSource(layout: OsmLayout): string {
  const { stages } = layout.model.pipeline;
  const cases = layout.order.map((stage) => {
    const { size } = stages[stage]!;
    const first = size === 1 ? `s_${stage}` : `a_${stage}[0]`;
    const remove =
      size === 1
        ? `s_${stage} = null;`
        : `for (let i = 1; i < n_${stage}; i++) a_${stage}[i - 1] = a_${stage}[i]; a_${stage}[--n_${stage}] = null;`;
    const fetched = layout.order.indexOf(layout.issueStage) <= layout.order.indexOf(stage);
    return `if (${size === 1 ? `${first} !== null` : `n_${stage} !== 0`}) { const ins = ${first}; if (speculative && openId === ins.iid && !haltPending) flushStage(${stage}, ins, 0); ${remove} discard(ins, ${layout.issueStage >= 0 && fetched}); skipDone(); quiet = 0; return; }`;
  });
  return `function skipDone() { while (head !== tail && ring[head & ringMask].done) head = (head + 1) | 0; flushed = 0; }
function breakDeadlock() {
  ${layout.mode === "safe" && !layout.hasShared ? `if (rt.breaks) {\n    ${cases.join("\n    ")}\n  }` : ""}
  fault("stuck", head === tail ? null : ring[head & ringMask]);
}`;
}
