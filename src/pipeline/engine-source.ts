// The source text of a cycle engine for one machine: variables for every stage, semaphore and memory, one function a
// stage with the actions of all classes in a switch, issue, fetch, flush, and the loop. Everything that depends on the
// machine is constant in the text, so that the JavaScript compiler sees a program and not an interpreter.
//
// Order within a cycle: fetched words arrive; stages from last to first (an instruction may enter a stage that was left
// in the same cycle); issue, one instruction after the other until one cannot; fetch requests. An instruction that
// enters a stage acts there in the next cycle.
//
// In-flight instructions are objects in a ring in program order; flushing cuts the ring's young end.
import { ringSize, watchdogCycles } from "./engine-size.ts";
import { fetchCacheOf } from "./bus/front-source.ts";
import { fetchSource, issueSource } from "./front-source.ts";
import type { EngineLayout } from "./layout.ts";
import { countedPorts } from "./layout.ts";
import { compileHelper, reachedHelpers } from "./expression.ts";
import { compileState, retireCode } from "./action-compiler.ts";
import { stageSource } from "./stage-source.ts";
import { enterText } from "./stage-text.ts";
import type { GeneratedState } from "./stage-source.ts";
import { mergeStates, renameCodes } from "./merge-states.ts";
import { cause } from "./stalls.ts";

export function engineSource(layout: EngineLayout): string {
  const compiled = layout.codes.map((code) =>
    compileState(layout, layout.model.pipeline.classes[code.classIndex]!, code.classIndex, code.state),
  );
  const standsFor = mergeStates(
    compiled,
    layout.codes.map((code) => code.stage),
  );
  const states: GeneratedState[] = compiled.map((state, code) => ({
    ...state,
    text: renameCodes(state.text, standsFor),
    next: state.next.map((next) => (next >= 0 ? standsFor[next]! : next)),
    used: standsFor[code] === code,
  }));
  const order = stageOrder(layout, states);
  const parts = [
    variables(layout),
    helpers(layout),
    registers(layout),
    memories(layout),
    movement(layout),
    flush(layout),
    ...order.map((stage) => stageSource(layout, states, stage)),
    issueSource(layout, states),
    fetchSource(layout),
    `const standsFor = Int16Array.of(${standsFor.join(", ")});`,
    loop(layout, order),
  ];
  return `"use strict";\n${parts.join("\n")}`;
}

/**
 * The order in which stages act within a cycle: each after those that its instructions go on to, and, where that leaves a
 * choice, after those that write the forwarding paths it reads, since a path holds a value for the cycle only.
 */
function stageOrder(layout: EngineLayout, states: readonly GeneratedState[]): number[] {
  const stages = layout.model.pipeline.stages.map(() => ({
    successors: new Set<number>(),
    reads: new Set<number>(),
    writes: new Set<number>(),
  }));
  layout.codes.forEach((code, index) => {
    const stage = stages[code.stage];
    const state = states[index]!;
    if (!stage || !state.used) return;
    state.pathsRead.forEach((path) => stage.reads.add(path));
    state.pathsWritten.forEach((path) => stage.writes.add(path));
    for (const next of state.next) {
      const to = next === retireCode ? -1 : layout.codes[next]!.stage;
      if (to >= 0 && to !== code.stage) stage.successors.add(to);
    }
  });
  const order: number[] = [];
  const left = stages.map((_, index) => index).reverse();
  while (left.length > 0) {
    const isLeft = (stage: number): boolean => left.includes(stage);
    const free = left.filter((stage) => ![...stages[stage]!.successors].some(isLeft));
    const settled = free.filter((stage) =>
      left.every(
        (other) =>
          other === stage || ![...stages[stage]!.reads].some((path) => stages[other]!.writes.has(path)),
      ),
    );
    const next = settled[0] ?? free[0] ?? left[0]!;
    order.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return order;
}

function variables(layout: EngineLayout): string {
  const { pipeline } = layout.model;
  const lines: string[] = [
    "const { K, ST, oracle, fault, endless, trace, records, codeStart, codeEnd, bus, signals } = rt;",
    // Records of the largest piece of code are looked up here, others by the runtime.
    "function lookup(pc) { if (pc >= codeStart && pc < codeEnd) { const r = records[(pc - codeStart) >>> 2]; if (r !== undefined) return r; } return rt.lookup(pc); }",
    `const cnt = new Int32Array(${layout.units.count}), last = new Int32Array(${layout.units.count}), youngest = new Array(${layout.units.count}).fill(null);`,
    "let cyc = 0, head = 0, tail = 0, nextId = 1, pathPc = -1, pathIndex = 0, quiet = 0;",
    "let speculative = false, stalled = false, retiredNow = false, front = 1, issueSlot = null;",
  ];
  const values = Array.from({ length: layout.values }, (_, at) => `v${at}: 0`).join(", ");
  lines.push(
    `function slot() { return { s: null, code: 0, iid: 0, spec: false, marked: false, next: 0, pred: 0, lat: 0, forced: -1, ${values}, ` +
      `${layout.hasSignals ? "carried: signals.carried(), " : ""}known: 0, ea: -1, took: false, mem: 0, port: 0, left: 0, alloc: 0, held: 0, cause: 0, pend: -1, done: true, gone: false, k: 0, waits: 0, unit: [], from: [], owner: [] }; }`,
    `const ring = Array.from({ length: ${ringSize} }, slot);`,
  );
  pipeline.stages.forEach((stage, index) => {
    lines.push(
      stage.size === 1
        ? `let s_${index} = null;`
        : `const a_${index} = new Array(${stage.size}).fill(null); let n_${index} = 0;`,
    );
  });
  pipeline.semaphores.forEach((_, index) => lines.push(`let q_${index} = 0;`));
  layout.events.changes.forEach((counter, index) => {
    if (counter !== -1) lines.push(`let last_${index} = -1;`);
  });
  pipeline.forwardingPaths.forEach((_, index) => {
    lines.push(
      `const fs_${index} = new Int32Array(${layout.units.count}).fill(-1), ft_${index} = new Int32Array(${layout.units.count});`,
    );
  });
  layout.memories.forEach((_, index) => {
    lines.push(`let mo_${index} = 0, mr_${index} = -1, mn_${index} = 0, md_${index} = -1, me_${index} = 0;`);
  });
  for (const [name, units] of layout.constants) lines.push(`const ${name} = [${units.join(", ")}];`);
  return lines.join("\n");
}

function helpers(layout: EngineLayout): string {
  const { pipeline, isa } = layout.model;
  return reachedHelpers(
    pipeline.classes.map((one) => one.action),
    (name) => pipeline.helpers[name] ?? isa.helpers[name],
  )
    .map((helper) => compileHelper(helper, "h_"))
    .join("\n");
}

function registers(layout: EngineLayout): string {
  const readers = [...layout.forwardReaders].map(([name, paths]) => {
    if (name.startsWith("available")) {
      const seen = paths
        .map((path) => `(fs_${path}[u] === cyc && ft_${path}[u] === ins.from[i])`)
        .join(" || ");
      // A sub-operand that has been read is taken off the list; those that still wait stay.
      return `function ${name}(units, ins) {
  const all = ins.waits;
  let left = 0, ready = true;
  for (let i = 0; i < all; i++) {
    const u = ins.unit[i];
    if (units.includes(u)) {
      const from = ins.owner[i];
      if (from.iid !== ins.from[i] || from.done || from.alloc === 0${seen === "" ? "" : ` || ${seen}`}) continue;
      ready = false;
    }
    ins.unit[left] = u; ins.from[left] = ins.from[i]; ins.owner[left++] = ins.owner[i];
  }
  ins.waits = left;
  return ready;
}`;
    }
    const hit = paths.map((path) => `(fs_${path}[u] === cyc && ft_${path}[u] === last[u])`).join(" || ");
    return `function ${name}(units, iid) {
  for (let i = 0; i < units.length; i++) {
    const u = units[i];
    if (cnt[u] !== 0 && last[u] !== iid && !(${hit})) return false;
  }
  return true;
}`;
  });
  const onPath =
    layout.model.pipeline.forwardingPaths
      .map((_, path) => `(fs_${path}[u] === cyc && ft_${path}[u] === last[u])`)
      .join(" || ") || "false";
  return `
function canRead(units, iid) {
  for (let i = 0; i < units.length; i++) { const u = units[i]; if (cnt[u] !== 0 && last[u] !== iid) return false; }
  return true;
}
function allocate(units, ins) {
  for (let i = 0; i < units.length; i++) { const u = units[i]; cnt[u]++; last[u] = ins.iid; youngest[u] = ins; }
}
function release(units) {
  for (let i = 0; i < units.length; i++) { const u = units[i]; if (cnt[u] !== 0) cnt[u]--; }
}
function releaseAll(ins) {
  const bits = ins.alloc, ops = ins.s.ops;
  if (bits === 0) return;
  for (let o = 0; o < ops.length; o++) if ((bits & (1 << o)) !== 0) release(ops[o]);
  ins.alloc = 0;
}
function fwdWrite(fs, ft, units, iid) {
  for (let i = 0; i < units.length; i++) { const u = units[i]; fs[u] = cyc; ft[u] = iid; }
}
// Remembers whose result an operand waits for, so that it may be read after younger writers have come. A result that is
// on a path in this cycle is taken at once.
function recordSources(units, ins) {
  for (let i = 0; i < units.length; i++) {
    const u = units[i], from = youngest[u];
    if (cnt[u] === 0 || last[u] === ins.iid || from === null || from.iid !== last[u] || from.done || from.alloc === 0) continue;
    if (${onPath}) continue;
    ins.unit[ins.waits] = u; ins.from[ins.waits] = last[u]; ins.owner[ins.waits++] = from;
  }
}
function hasAttribute(ins, mask) { return ins !== null && (ins.s.attrs & mask) !== 0; }
function classOf(ins) { return ins === null ? -1 : ins.s.cls; }
function stall(ins, why) { ins.cause = why; return false; }
// Where the n-th row of an access begins.
function rowAddress(address, n, bytes) { return n === 0 ? address : address - address % bytes + n * bytes; }
function setSpeculative(ins) { if (!ins.spec && ins.next !== -1) { speculative = true; ins.marked = true; } }
${readers.join("\n")}`;
}

function memories(layout: EngineLayout): string {
  return layout.memories
    .map(
      (_, m) => `
function request_${m}() { mo_${m}++; if (mr_${m} === cyc) mn_${m}++; else { mr_${m} = cyc; mn_${m} = 1; } }
function transfer_${m}(ins, n) {
  if (ins.port !== 0) { mo_${m}--; ins.port = 0; }
  ins.left -= n;
  if (md_${m} === cyc) me_${m}++; else { md_${m} = cyc; me_${m} = 1; }
}`,
    )
    .join("\n");
}

function movement(layout: EngineLayout): string {
  const { stages } = layout.model.pipeline;
  const enter = stages
    .map(
      ({ size, scheduler }, index) =>
        `case ${index}: ${enterText(index, size, scheduler === "in_order")} ${layout.signalsAt(index)} return;`,
    )
    .join("\n    ");
  return `
const stageOf = Int8Array.of(${layout.codes.map((code) => code.stage).join(", ")});
function enter(code, ins) {
  ins.code = code;
  switch (stageOf[code]) {
    ${enter}
    default: fault("state", ins);
  }
}
function retire(ins) {
  if (ins.spec) fault("speculative", ins);
  if (ins.alloc !== 0) fault("held", ins);
  ins.done = true;
  K[${layout.events.retired}]++;
  retiredNow = true;
  if (ins.k < trace.limit) trace.completed[ins.k] = cyc;
  while (head !== tail && ring[head & ${ringSize - 1}].done) head = (head + 1) | 0;
}`;
}

function flush(layout: EngineLayout): string {
  const { stages, semaphores } = layout.model.pipeline;
  const clear = stages
    .map((stage, index) =>
      stage.size === 1
        ? `if (s_${index} !== null && s_${index}.gone) s_${index} = null;`
        : `{ let j = 0; for (let i = 0; i < n_${index}; i++) if (!a_${index}[i].gone) a_${index}[j++] = a_${index}[i]; ` +
          `for (let i = j; i < n_${index}; i++) a_${index}[i] = null; n_${index} = j; }`,
    )
    .join("\n    ");
  const held = semaphores
    .map((_, index) =>
      layout.isFlag(index)
        ? `if ((y.held & ${1 << index}) !== 0) q_${index} = 0;`
        : `if ((y.held & ${1 << index}) !== 0 && q_${index} > 0) q_${index}--;`,
    )
    .join(" ");
  const ports = layout.memories.map((_, index) => `case ${index + 1}: mo_${index}--; break;`).join(" ");
  return `
function flushTo(ins, target, predicted, taken) {
  if (target === -1) return 0;
  // Fetch went there already, and what has come from there is of the path.
  if (taken && target === ins.pred && !ins.spec && !ins.marked) return 0;
  if (predicted) { ins.pred = target; if (ins.spec) ins.next = target; }
  if (!ins.spec) speculative = ins.next !== -1 && ins.next !== target;
  let cut = 0, owners = 0;
  while (tail !== head) {
    const y = ring[(tail - 1) & ${ringSize - 1}];
    if (y === ins) break;
    if (!y.spec || y.done) fault("executed", y);
    tail = (tail - 1) | 0;
    cut++;
    K[${layout.events.squashed}]++;
    if (y.alloc !== 0) { releaseAll(y); owners = 1; }
    ${held}
    switch (y.port) { ${ports} }
    y.gone = true;
    y.done = true;
  }
  if (cut !== 0) {
    if (issueSlot !== null && issueSlot.gone) issueSlot = null;
    ${clear}
    if (owners) recoverOwners();
  }
  dropFetched();
  fetchPc = target;
  fetchStopped = false;
  ${layout.model.pipeline.fetchUnit.flushFetch ? "mayFetch = true;" : ""}
  front = ${cause.redirect};
  return 0;
}
// After a flush the youngest owner of each register is again one of the instructions that are left.
function recoverOwners() {
  for (let at = head; at !== tail; at = (at + 1) | 0) {
    const r = ring[at & ${ringSize - 1}];
    if (r.done || r.alloc === 0) continue;
    const ops = r.s.ops;
    for (let o = 0; o < ops.length; o++) {
      if ((r.alloc & (1 << o)) === 0) continue;
      const units = ops[o];
      for (let i = 0; i < units.length; i++) { last[units[i]] = r.iid; youngest[units[i]] = r; }
    }
  }
}`;
}

function loop(layout: EngineLayout, order: readonly number[]): string {
  const { pipeline } = layout.model;
  const resetStages = pipeline.stages
    .map((stage, index) =>
      stage.size === 1 ? `s_${index} = null;` : `a_${index}.fill(null); n_${index} = 0;`,
    )
    .join(" ");
  const resetMemories = layout.memories
    .map((_, index) => `mo_${index} = 0; mr_${index} = -1; md_${index} = -1;`)
    .join(" ");
  return `
function reset() {
  cnt.fill(0); youngest.fill(null);
  ${pipeline.forwardingPaths.map((_, index) => `fs_${index}.fill(-1);`).join(" ")}
  ${pipeline.semaphores.map((_, index) => `q_${index} = 0;`).join(" ")}
  ${resetStages}
  ${resetMemories}
  K.fill(0); ST.fill(0);
  cyc = 0; head = 0; tail = 0; nextId = 1; pathIndex = 0; quiet = 0;
  speculative = false; issueSlot = null; front = ${cause.start};
  bufH = 0; bufG = 0; bufN = 0; pendH = 0; pendN = 0; fetchStopped = false;
  pathPc = oracle.start();
  fetchPc = pathPc;
  ${fetchCacheOf(layout) === undefined ? "" : "fresh = true; holdFetch = 0;"}
  ${layout.hasBus ? "bus.reset();" : ""}
  ${layout.hasSignals ? "signals.reset();" : ""}
  ${layout.events.changes.map((counter, index) => (counter === -1 ? "" : `last_${index} = -1;`)).join(" ")}
}
// Runs until the path has ended and drained (true) or the cycle count reaches the limit (false).
function run(limit) {
  while (pathPc !== -1 || head !== tail) {
    if (cyc >= limit) return false;
    cyc++;
    retiredNow = false;
    stalled = false;
    receive();
    ${order.map((stage) => `if (${layout.stageSize(stage) === 1 ? `s_${stage} !== null` : `n_${stage} !== 0`}) stage_${stage}();`).join("\n    ")}
    if (bufN !== 0 || fetchStopped || issueSlot !== null) issue();
    if (mayFetch && !fetchStopped) fetch();
    ${layout.hasBus ? "bus.clock();" : ""}
    if (retiredNow) { ST[0]++; quiet = 0; }
    else {
      ST[head === tail ? front : ring[head & ${ringSize - 1}].cause]++;
      if (++quiet > ${watchdogCycles}) fault("stuck", head === tail ? null : ring[head & ${ringSize - 1}]);
    }
  }
  return true;
}
function makeStatic(x) {
  return { pc: x.pc, seq: x.seq, cls: x.cls, init: x.init < 0 ? -1 : standsFor[x.init], attrs: x.attrs, target: x.target, taken: x.taken, always: x.always,
    accesses: x.accesses, bytes: x.bytes, signals: x.signals, number: x.number, result: x.result, base: x.base, values: x.values, ops: x.ops${staticFields(layout)} };
}
return { reset, run, makeStatic, cycles: () => cyc, position: () => pathIndex };`;
}

function staticFields(layout: EngineLayout): string {
  const ports = countedPorts(layout.events);
  let text = "";
  for (let operand = 0; operand < layout.operands; operand++) {
    text += `, o${operand}: x.ops[${operand}], f${operand}: x.fields[${operand}], c${operand}: x.immediate[${operand}]`;
    ports.reads.forEach((_, at) => (text += `, r${operand}_${at}: x.reads[${operand}][${at}]`));
    ports.writes.forEach((_, at) => (text += `, w${operand}_${at}: x.writes[${operand}][${at}]`));
  }
  return text;
}
