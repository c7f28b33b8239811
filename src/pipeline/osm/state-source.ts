// Source text that writes the state of the engine at the start of a cycle into a list of numbers, and takes it from one.
// Times, instructions and requests are numbered from the present, so that two moments from which the pipeline would go on
// alike give the same list: what has no effect any more (a path's entries of an earlier cycle, the owner of a register that
// is free) is left out. `save` says false for moments that are not described: what has been flushed waits to be issued
// again, the program has ended, or something passes through that is no instruction.
import type { OsmLayout } from "./layout.ts";

const bufferMask = 63;

/** `recordsSources`: instructions remember whose results they wait for. */
export function stateSource(layout: OsmLayout, recordsSources: boolean): string {
  const { pipeline } = layout.model;
  const { stages, semaphores, customs, flags, memories, branchPredictors, fetchUnit } = pipeline;
  const predicts = fetchUnit.branchPredictor !== undefined;
  const results = Array.from({ length: layout.mostResults }, (_, at) => at);
  const ports = memories.flatMap((memory, level) =>
    Array.from({ length: Math.max(1, memory.ports.length) }, (_, port) => `P_${level}_${port}`),
  );
  const counters = [
    ...semaphores.map((_, index) => `q_${index}`),
    ...customs.map((_, index) => `c_${index}`),
  ];
  const lists = stages.map((stage, index) =>
    stage.size === 1
      ? {
          save: `out.push(s_${index} === null ? -1 : s_${index}.ord);`,
          load: `{ const at = data[p++]; s_${index} = at < 0 ? null : ring[at]; }`,
        }
      : {
          save: `out.push(n_${index}); for (let i = 0; i < n_${index}; i++) out.push(a_${index}[i].ord);`,
          load: `n_${index} = data[p++]; for (let i = 0; i < ${stage.size}; i++) a_${index}[i] = i < n_${index} ? ring[data[p++]] : null;`,
        },
  );
  return `
const idMask = 0x7fffffff;
function ageOf(iid) { return (nextId - iid) & idMask; }
function idOf(age) { return (nextId - age) & idMask; }
// Where a request waits, over all ports; −1: it is over.
function placeOf(id) {
  let at = -1;
  ${ports.map((port, index) => `if ((at = ${port}.positionOf(id)) >= 0) return ${index * 64} + at;`).join("\n  ")}
  return at;
}
function requestAt(place) {
  switch (place >> 6) {
    ${ports.map((port, index) => `case ${index}: return ${port}.idAt(place & 63);`).join("\n    ")}
    default: return 0;
  }
}
function save(out) {
  if (runAt !== runEnd && rt.runNumber(run.id) !== run) return false;
  if (ended || haltPending || faulted || fetchFault || again.length !== 0 || flushed !== 0) return false;
  out.length = 0;
  let live = 0;
  for (let at = head; at !== tail; at = (at + 1) | 0) {
    const y = ring[at & ringMask];
    if (y.done) continue;
    if (y.s.fe) return false;
    y.ord = live++;
  }
  out.push(live, pathPc, quiet, lastOnPath === 0 ? 0 : ageOf(lastOnPath), speculative ? ageOf(openId) : -1);
  out.push(runAt === runEnd ? 0 : run.id, runAt === runEnd ? 0 : runAt, issueSlot === null ? -1 : issueSlot.ord);
  for (let at = head; at !== tail; at = (at + 1) | 0) {
    const y = ring[at & ringMask];
    if (y.done) continue;
    out.push(y.s.id, y.code, ageOf(y.iid), (y.spec ? 1 : 0) | (y.exc !== 0 ? 2 : 0) | (y.halt ? 4 : 0) | (y.taken ? 8 : 0) | (y.correct ? 16 : 0) | (y.predTaken ? 32 : 0) | (y.exc0 !== 0 ? 64 : 0));
    out.push(y.next, y.predTaken ? y.predTarget : 0, y.lat, y.count, y.head, y.requested, y.pend, y.k < 0 ? -1 : pathIndex - y.k, y.read);
    for (let i = y.head; i < y.requested; i++) out.push(placeOf(y.ids[i]));
    ${results.map((at) => `if (y.s.nv > ${at}) out.push(+y.v${at});`).join(" ")}
    ${layout.hasShared ? "out.push(y.at);" : ""}
    ${recordsSources ? "for (let i = 0; i < 32; i++) if (y.tags[i] !== 0) out.push(i, ageOf(y.tags[i])); out.push(-1);" : ""}
  }
  ${lists.map((list) => list.save).join("\n  ")}
  ${counters.length > 0 ? `out.push(${counters.join(", ")});` : ""}
  ${flags.map((_, index) => `out.push(g_${index} === Infinity ? -1 : g_${index} <= cyc + 1 ? 0 : g_${index} - cyc);`).join(" ")}
  for (let r = 0; r < cnt.length; r++) {
    if (cnt[r] === 0 && parts[r] === 0) continue;
    const list = owners[r];
    out.push(r, cnt[r], ageOf(last[r]), parts[r], list.length);
    for (let i = 0; i < list.length; i += 2) out.push(ageOf(list[i]), list[i + 1]);
  }
  out.push(-1, bufN, decoded, room, nextFetch, (aligned ? 1 : 0) | (canCancel ? 2 : 0), askedN);
  for (let i = 0; i < bufN; i++) {
    const at = (bufH + i) & ${bufferMask};
    out.push(bufEa[at]);
    ${predicts ? "if (bufTaken[at] !== 0) out.push(-bufSize[at], bufTarget[at]);" : ""}
  }
  for (let i = 0; i < askedN; i++) {
    const at = (askedH + i) & ${bufferMask};
    out.push(placeOf(askedId[at]), askedEa[at], askedFront[at], askedRear[at], askedSize[at]);
  }
  ${predicts ? "out.push(takenOpen ? 1 : 0, takenList.length); for (let i = 0; i < takenList.length; i++) out.push(takenList[i].address, takenList[i].target, takenList[i].size);" : ""}
  ${memories.map((_, index) => `F_${index}.save(out, cyc, nextId);`).join(" ")}
  ${branchPredictors.map((_, index) => `B_${index}.save(out);`).join(" ")}
  return true;
}
// The counts go on from where they are now.
function load(data, cycle, index) {
  let p = 0;
  cyc = cycle; pathIndex = index;
  const live = data[p++];
  pathPc = data[p++]; quiet = data[p++];
  { const age = data[p++]; lastOnPath = age === 0 ? 0 : idOf(age); }
  { const age = data[p++]; speculative = age >= 0; openId = age < 0 ? 0 : idOf(age); }
  const id = data[p++];
  runAt = data[p++];
  run = id === 0 ? null : rt.runNumber(id);
  runEnd = id === 0 ? 0 : run.length;
  const slotAt = data[p++];
  const from = p;
  p = afterInstructions(data, p, live);
  ${lists.map((list) => list.load).join("\n  ")}
  ${counters.map((name) => `${name} = data[p++];`).join(" ")}
  ${flags.map((_, index) => `g_${index} = data[p] < 0 ? Infinity : data[p] + cyc; p++;`).join(" ")}
  resetHazards();
  for (let r = data[p++]; r >= 0; r = data[p++]) {
    cnt[r] = data[p++]; last[r] = idOf(data[p++]); parts[r] = data[p++];
    const list = owners[r];
    for (let n = data[p++]; n > 0; n -= 2) list.push(idOf(data[p++]), data[p++]);
  }
  bufH = 0; bufN = data[p++]; decoded = data[p++]; room = data[p++]; nextFetch = data[p++];
  aligned = (data[p] & 1) !== 0; canCancel = (data[p++] & 2) !== 0;
  askedH = 0; askedN = data[p++];
  for (let i = 0; i < bufN; i++) {
    bufEa[i] = data[p++];
    ${predicts ? "if (data[p] < 0) { bufTaken[i] = 1; bufSize[i] = -data[p++]; bufTarget[i] = data[p++]; } else bufTaken[i] = 0;" : ""}
  }
  const asked = p;
  p += 5 * askedN;
  ${predicts ? "takenOpen = data[p++] !== 0; takenList.length = 0; for (let n = data[p++]; n > 0; n--) takenList.push({ address: data[p++], target: data[p++], size: data[p++] });" : ""}
  ${memories.map((_, index) => `p = F_${index}.load(data, p, cyc, nextId);`).join(" ")}
  ${branchPredictors.map((_, index) => `p = B_${index}.load(data, p);`).join(" ")}
  for (let i = 0, q = asked; i < askedN; i++) {
    askedId[i] = requestAt(data[q++]); askedEa[i] = data[q++]; askedFront[i] = data[q++]; askedRear[i] = data[q++]; askedSize[i] = data[q++]; askedLost[i] = 0;
  }
  fetchFault = false; ended = false; haltPending = false; faulted = false; again = []; flushed = 0;
  head = 0; tail = live;
  instructions(data, from, live);
  issueSlot = slotAt < 0 ? null : ring[slotAt];
}
function afterInstructions(data, p, live) {
  for (let n = 0; n < live; n++) {
    const s = rt.statics[data[p]];
    p += 13 + data[p + 9] - data[p + 8];
    ${results.length > 0 ? "p += s.nv;" : ""}
    ${layout.hasShared ? "p++;" : ""}
    ${recordsSources ? "while (data[p] >= 0) p += 2; p++;" : ""}
  }
  return p;
}
function instructions(data, p, live) {
  for (let n = 0; n < live; n++) {
    const y = ring[n];
    y.s = rt.statics[data[p++]]; y.code = data[p++]; y.iid = idOf(data[p++]);
    const flags = data[p++];
    y.spec = (flags & 1) !== 0; y.exc = (flags >> 1) & 1; y.halt = (flags & 4) !== 0; y.taken = (flags & 8) !== 0; y.correct = (flags & 16) !== 0; y.predTaken = (flags & 32) !== 0; y.exc0 = (flags >> 6) & 1;
    y.next = data[p++]; y.predTarget = data[p++]; y.lat = data[p++]; y.count = data[p++]; y.head = data[p++]; y.requested = data[p++]; y.pend = data[p++];
    { const back = data[p++]; y.k = back < 0 ? -1 : pathIndex - back; }
    y.read = data[p++];
    for (let i = y.head; i < y.requested; i++) y.ids[i] = requestAt(data[p++]);
    ${results.map((at) => `if (y.s.nv > ${at}) y.v${at} = data[p++];`).join(" ")}
    ${layout.hasShared ? "y.at = data[p++];" : ""}
    ${recordsSources ? "y.tags.fill(0); while (data[p] >= 0) { y.tags[data[p]] = idOf(data[p + 1]); p += 2; } p++;" : ""}
    y.accesses = none; y.accesses0 = none; y.gone = false; y.done = false;
  }
}`;
}
