// Source text of the front end: the fetch unit with its instruction buffer, and issue, where an instruction becomes
// an object of the pipeline and the oracle says whether it is on the correct path.
import type { EngineLayout } from "./layout.ts";
import { busFetchSource, fetchCacheOf, waitForFetch } from "./bus/front-source.ts";
import { predictsAtFetch } from "./prediction.ts";
import { ringSize } from "./engine-size.ts";
import { cases, leave } from "./stage-source.ts";
import type { GeneratedState } from "./stage-source.ts";
import { cause } from "./stalls.ts";

export function issueSource(layout: EngineLayout, states: readonly GeneratedState[]): string {
  const clearValues = Array.from({ length: layout.values }, (_, at) => `ins.v${at} = 0;`).join(" ");
  const takeValues = Array.from(
    { length: layout.values },
    (_, at) =>
      `if (s.values.length > ${at}) ins.v${at} = oracle.registerValue(s.values[${at}].name, s.values[${at}].index);`,
  ).join(" ");
  return `
function issue() {
  for (;;) {
    let ins = issueSlot;
    if (ins === null) {
      if (bufN === 0) {
        if (fetchStopped && !speculative && pathPc !== -1) fault("outside", { s: { pc: pathPc, cls: -1 } });
        return;
      }
      ${waitForFetch(layout)}
      if (!speculative && pathPc === -1) return;
      if (((tail - head) | 0) >= ${ringSize}) return;
      const pc = bufPc[bufH];
      const s = lookup(pc);
      if (s.cls < 0) { if (!speculative) fault("unknown", { s }); return; }
      ins = ring[tail & ${ringSize - 1}];
      tail = (tail + 1) | 0;
      ins.s = s; ins.code = s.init; ins.iid = nextId; nextId = (nextId + 1) | 0;
      ins.lat = 0; ins.forced = -1; ins.mem = 0; ins.port = 0; ins.left = s.accesses; ins.marked = false;
      ins.alloc = 0; ins.held = 0; ins.waits = 0; ins.pend = -1; ins.done = false; ins.gone = false;
      ${clearValues}
      ins.cause = front; front = ${cause.fetch};
      if (bufFirst[bufH] !== 0) { K[${layout.events.fetches}]++; bufFirst[bufH] = 0; }
      ${fetchCacheOf(layout) === undefined ? "" : "ins.known = bufKnown[bufH];"}
      bufN--;
      if (--bufCount[bufH] === 0) {
        ins.pred = bufJump[bufH] >= 0 ? bufJump[bufH] : s.seq;
        bufH = (bufH + 1) & groupMask; bufG--;
      } else { bufPc[bufH] = s.seq; ins.pred = s.seq; }
      K[${layout.events.issued}]++;
      if (speculative) {
        ins.spec = true; ins.next = ins.pred;${layout.hasBus ? " ins.took = s.always || ins.pred !== s.seq;" : ""} ins.k = 0x7fffffff; ins.forced = s.base;
        ${layout.hasSignals ? "signals.wrong(s.signals, ins.carried);" : ""}
      } else {
        if (s.pc !== pathPc) fault("path", ins);
        ins.spec = false;
        ins.k = pathIndex++;
        if (s.values.length !== 0) {
          ins.forced = oracle.forcedLatency(s.base);
          if (ins.forced < 0) { ${takeValues} }
        }
        ${layout.hasSignals ? "signals.before(s.signals, ins.carried, s.result);" : ""}
        pathPc = oracle.step();
        ${layout.hasSignals ? "signals.after(s.signals, ins.carried, s.result);" : ""}
        ins.next = pathPc;
        ${layout.hasBus ? "ins.ea = oracle.dataAddress(); ins.took = s.always || pathPc !== s.seq || oracle.jumped();" : ""}
        if (pathPc !== -1 && pathPc !== ins.pred) speculative = true;
      }
      issueSlot = ins;
    }
    let nx = -1;
    switch (ins.code) {
      ${cases(layout, states, -1)}
      default: fault("state", ins);
    }
    if (nx === -1) return;
    issueSlot = null;
    K[${layout.events.classIssued} + ins.s.cls]++;
    if (ins.k < trace.limit) trace.issued[ins.k] = cyc;
    ${leave(layout, states, -1)}
  }
}`;
}

export function fetchSource(layout: EngineLayout): string {
  if (fetchCacheOf(layout) !== undefined) return busFetchSource(layout);
  const { fetchUnit } = layout.model.pipeline;
  const memory = layout.memoryIndex(fetchUnit.memory);
  const port = layout.memory(memory);
  const sizes = [...fetchUnit.fetchSizes].sort((a, b) => b - a);
  const capacity = fetchUnit.entries * fetchUnit.entrySize;
  const need = fetchUnit.minFetchEntries > 0 ? fetchUnit.minFetchEntries * fetchUnit.entrySize : sizes[0]!;
  // One group for each request in the buffer; a request delivers at least one word.
  let groups = 4;
  while (groups * 4 < 2 * (capacity + sizes[0]!)) groups *= 2;
  const choose = sizes
    .slice(0, -1)
    .map((size) => `(fetchPc & ${size - 1}) === 0 ? ${size} : `)
    .join("");
  const predicts = predictsAtFetch(layout.model.pipeline);
  const maximum = fetchUnit.maxFetchCount > 0 ? fetchUnit.maxFetchCount : 1024;
  return `
// The instruction buffer holds groups: the words of one request, in sequence. bufJump: where fetch went after the group's
// last word when that was predicted taken, else -1. bufFirst: nothing of the group has been taken yet.
const groupMask = ${groups - 1};
const bufPc = new Array(${groups}).fill(0), bufCount = new Int32Array(${groups}), bufJump = new Array(${groups}).fill(0);
const bufReady = new Int32Array(${groups}), bufFirst = new Uint8Array(${groups}), pending = new Int32Array(64);
let bufH = 0, bufG = 0, bufN = 0, fetchPc = -1, fetchStopped = false, pendH = 0, pendN = 0, mayFetch = true;
function receive() {
  while (pendN > 0 && pending[pendH] <= cyc) { pendH = (pendH + 1) & 63; pendN--; mo_${memory}--; }
  mayFetch = ${fetchUnit.lazyFetch ? `bufN * 4 <= ${capacity - need}` : "true"};
}
function dropFetched() {
  for (let i = 0; i < bufG; i++) if (bufFirst[(bufH + i) & groupMask] !== 0) K[${layout.events.fetches}]++;
  bufN = 0;
  bufG = 0;
  mo_${memory} -= pendN;
  pendN = 0;
}
function fetch() {
  for (let n = 0; n < ${maximum} && bufN * 4 <= ${capacity - need} && pendN < 64; n++) {
    if (!(mo_${memory} < ${port.maxRequests} && (mr_${memory} !== cyc || mn_${memory} < ${port.addressBandwidth}))) return;
    const size = ${choose}${sizes[sizes.length - 1]!};
    let count = (size - (fetchPc & (size - 1))) >>> 2, next = fetchPc + count * 4, jump = -1;
    if (fetchPc < codeStart || next > codeEnd) {
      const left = rt.wordsFrom(fetchPc);
      if (left === 0) { fetchStopped = true; return; }
      if (left < count) { count = left; next = fetchPc + count * 4; }
    }
    ${
      predicts
        ? `for (let i = 0; i < count; i++) {
      const s = lookup(fetchPc + i * 4);
      if (s.taken) { count = i + 1; jump = next = s.target; break; }
    }`
        : ""
    }
    const at = (bufH + bufG) & groupMask;
    bufG++;
    bufN += count;
    bufPc[at] = fetchPc; bufCount[at] = count; bufJump[at] = jump; bufFirst[at] = 1;
    bufReady[at] = cyc + ${port.readLatency};
    fetchPc = next >= 4294967296 ? 0 : next;
    request_${memory}();
    pending[(pendH + pendN) & 63] = cyc + ${port.readLatency}; pendN++;
  }
}`;
}
