// Source text of the fetch unit: an instruction buffer of entries, requests that are on their way, and the address to ask
// for next. Entries stay in the buffer until their instruction leaves the issue stage; `decoded` of them have been taken.
import { fail } from "../../base/diagnostic.ts";
import { cacheAccess } from "../../iss/cache-array.ts";
import type { OsmLayout } from "./layout.ts";

/** Entries and requests that the unit can hold; powers of two. */
const entriesHeld = 64;
const requestsHeld = 64;

export function fetchSource(layout: OsmLayout): string {
  const { fetchUnit } = layout.model.pipeline;
  const { entries, entrySize, minFetchEntries } = fetchUnit;
  const memory = layout.memoryNamed(fetchUnit.memory);
  if (!memory) fail("BW0702", `the fetch unit's memory ${fetchUnit.memory} is unknown`);
  if (entries >= entriesHeld)
    fail("BW0707", `more than ${entriesHeld - 1} entries of the instruction buffer`);
  const { level, port } = memory!;
  const flat = layout.flat;
  const canSend = flat
    ? `P_${level}_${port}.canSend(-1, cyc)`
    : `L_${level}.canSend(-1, ${cacheAccess.CacheIFetch}, 0, ${port})`;
  const send = flat
    ? `P_${level}_${port}.send(false, cyc)`
    : `sendFetchRequest(L_${level}, ${port}, address, size)`;
  const ready = flat
    ? `P_${level}_${port}.isReady(askedId[askedH], -1, cyc)`
    : `L_${level}.isReady(-1, askedId[askedH], ${port})`;
  const take = flat ? `P_${level}_${port}.take(cyc)` : `L_${level}.read(askedId[askedH], ${port})`;
  const cancel = (at: string, deep: string): string =>
    flat
      ? `P_${level}_${port}.cancel(askedId[${at}], ${deep}, cyc)`
      : `L_${level}.cancel(askedId[${at}], ${port}, ${deep})`;
  const sizes = [...fetchUnit.fetchSizes].sort((a, b) => b - a);
  const largest = sizes[0]!;
  const hasRoom = minFetchEntries > 0 ? `${entries} - bufN >= ${minFetchEntries}` : `room >= ${largest}`;
  const predicts = fetchUnit.branchPredictor !== undefined;
  return `
const bufEa = new Float64Array(${entriesHeld}), bufTaken = new Uint8Array(${entriesHeld}), bufTarget = new Float64Array(${entriesHeld}), bufSize = new Uint8Array(${entriesHeld});
const askedId = new Int32Array(${requestsHeld}), askedEa = new Float64Array(${requestsHeld}), askedFront = new Uint8Array(${requestsHeld}), askedRear = new Uint8Array(${requestsHeld}), askedSize = new Uint8Array(${requestsHeld}), askedLost = new Uint8Array(${requestsHeld});
let bufH = 0, bufN = 0, decoded = 0, room = ${entries * entrySize}, askedH = 0, askedN = 0;
let nextFetch = 0, aligned = false, tryFetch = false, canCancel = ${fetchUnit.canCancel}, fetchFault = false;
${predicts ? "const takenList = []; let takenOpen = false;" : ""}
function resetFetch(address) {
  bufH = 0; bufN = 0; decoded = 0; room = ${entries * entrySize}; askedH = 0; askedN = 0;
  nextFetch = address; aligned = false; tryFetch = false; canCancel = ${fetchUnit.canCancel}; fetchFault = false;
  ${predicts ? "takenList.length = 0; takenOpen = false;" : ""}
}
// Data that has arrived goes into the buffer.
function receive() {
  tryFetch = ${fetchUnit.lazyFetch ? hasRoom : "true"};
  while (askedN !== 0 && ${ready}) {
    ${take};
    let ea = askedEa[askedH] + askedFront[askedH];
    for (let left = askedSize[askedH] - askedFront[askedH] - askedRear[askedH]; left > 0; left -= ${entrySize}) {
      const at = (bufH + bufN++) & ${entriesHeld - 1};
      bufEa[at] = ea;
      ${
        predicts
          ? `bufTaken[at] = 0;
      if (takenList.length !== 0) {
        const known = takenList[0];
        if (ea === known.address) { bufTaken[at] = 1; bufTarget[at] = known.target; bufSize[at] = known.size; }
        if (ea + ${entrySize} === known.address + known.size) takenList.shift();
      }`
          : ""
      }
      ea += ${entrySize};
    }
    askedH = (askedH + 1) & ${requestsHeld - 1}; askedN--;
  }
}
${requestSource(layout, { canSend, send, hasRoom, sizes })}
// Entries of an instruction that has been issued, or that is flushed before that.
function removeFetched(size) {
  const entries = ${layout.minInstructionBytes === layout.maxInstructionBytes ? layout.minInstructionBytes / entrySize : `size / ${entrySize}`};
  if (size === 0) return;
  bufH = (bufH + entries) & ${entriesHeld - 1}; bufN -= entries; decoded -= entries; room += entries * ${entrySize};
}
// Keeps \`remain\` entries of what has not been taken, and asks for the address, or for what follows them, next.
function cutBuffer(remain, address, deep) {
  const bound = decoded + remain;
  if (bufN > bound) { room += (bufN - bound) * ${entrySize}; bufN = bound; }
  else remain = bufN > decoded ? bufN - decoded : 0;
  for (let i = 0; i < askedN; i++) {
    const at = (askedH + i) & ${requestsHeld - 1}, isLast = i === askedN - 1;
    if (isLast && askedLost[at] !== 0) continue;
    ${cancel("at", `isLast ? deep : ${fetchUnit.canCancel}`)};
    room += askedSize[at] - askedFront[at] - askedRear[at];
  }
  askedN = 0;
  nextFetch = remain === 0 ? address : bufEa[(bufH + decoded + remain - 1) & ${entriesHeld - 1}] + ${entrySize};
  aligned = false;
  ${predicts ? "takenList.length = 0; takenOpen = false;" : ""}
  ${fetchUnit.flushFetch ? "tryFetch = true;" : ""}
}
function flushFetch(address) {
  fetchFault = false;
  ${fetchUnit.reuseData ? reuse(layout, cancel) : ""}
  cutBuffer(0, address, canCancel);
  canCancel = ${fetchUnit.canCancel};
}
function restartFetch(deep) {
  if (bufN === 0 && askedN === 0) return;
  cutBuffer(0, bufN !== 0 ? bufEa[bufH] : askedEa[askedH], deep);
  canCancel = ${fetchUnit.canCancel};
}
function cancelFetch(deep) {
  if (askedN === 0) return;
  cutBuffer(bufN, askedEa[askedH], deep);
  canCancel = ${fetchUnit.canCancel};
}
function preemptedFetch() {
  const at = (askedH + askedN - 1) & ${requestsHeld - 1};
  askedLost[at] = 1;
  room += askedSize[at] - askedFront[at] - askedRear[at];
}`;
}

/** Requests of a cycle. */
function requestSource(
  layout: OsmLayout,
  text: { canSend: string; send: string; hasRoom: string; sizes: readonly number[] },
): string {
  const { fetchUnit, branchPredictors } = layout.model.pipeline;
  const { canSend, send, hasRoom, sizes } = text;
  const largest = sizes[0]!;
  const more = fetchUnit.minFetchEntries > 0 ? `(${hasRoom} || sent === 0)` : hasRoom;
  const limit = fetchUnit.maxFetchCount > 0 ? ` && sent < ${fetchUnit.maxFetchCount}` : "";
  const predictor = branchPredictors.findIndex((one) => one.name === fetchUnit.branchPredictor);
  const step = layout.minInstructionBytes;
  return `
function fetch() {
  let sent = 0;
  ${
    layout.flat
      ? ""
      : `if (askedN !== 0 && !fetchFault && askedLost[(askedH + askedN - 1) & ${requestsHeld - 1}] !== 0 && ${canSend}) {
    const at = (askedH + askedN - 1) & ${requestsHeld - 1}, address = askedEa[at], size = askedSize[at];
    askedId[at] = ${send}; askedLost[at] = 0;
    room -= size - askedFront[at] - askedRear[at];
    sent++;
  }`
  }
  while (!fetchFault && ${more}${limit} && askedN < ${requestsHeld} && ${canSend}) {
    let size = ${largest}, front = 0, rear = 0;
    if (!aligned) {
      ${
        sizes.length > 1
          ? `const index = nextFetch & ${largest - 1};
      size = ${sizes.map((one) => `(index & ${one - 1}) === 0 ? ${one} : `).join("")}0;
      aligned = index === 0;
      if (size === 0) {
        const following = nextFetch - index + ${largest}, distance = following - nextFetch;
        size = ${[...sizes]
          .reverse()
          .map((one) => `distance <= ${one} ? ${one} : `)
          .join("")}${largest};
        front = size - distance;
        nextFetch = following - size;
        aligned = true;
      }`
          : `front = nextFetch & ${largest - 1};
      nextFetch -= front;
      aligned = true;`
      }
    }
    const address = nextFetch;
    if (faults && rt.fetchFault(address + front, size - front)) { fetchFault = true; nextFetch = address + front; aligned = false; break; }
    const id = ${send};
    sent++;
    nextFetch = address + size;
    if (nextFetch >= 4294967296) nextFetch -= 4294967296;
    ${
      predictor < 0
        ? ""
        : `let found = null;
    if (!takenOpen) {
      for (let at = address + front; found === null && at < address + size; at += ${step}) {
        found = predictTaken(B_${predictor}, at);
        if (found !== null) takenList.push(found);
      }
    }
    if (found !== null || takenOpen) {
      const last = takenList[takenList.length - 1];
      takenOpen = last.address + last.size > address + size;
      if (!takenOpen) { rear = address + size - last.address - last.size; nextFetch = last.target; aligned = false; }
    }`
    }
    const at = (askedH + askedN++) & ${requestsHeld - 1};
    askedId[at] = id; askedEa[at] = address; askedFront[at] = front; askedRear[at] = rear; askedSize[at] = size; askedLost[at] = 0;
    room -= size - front - rear;
  }
}`;
}

/** The target of a change of flow may be in the buffer or on its way. */
function reuse(layout: OsmLayout, cancel: (at: string, deep: string) => string): string {
  const { entrySize, canCancel } = layout.model.pipeline.fetchUnit;
  return `for (let i = decoded; i < bufN; i++) {
    if (bufEa[(bufH + i) & ${entriesHeld - 1}] !== address) continue;
    const gap = i - decoded;
    if (gap !== 0) {
      for (let j = i; j < bufN; j++) {
        const from = (bufH + j) & ${entriesHeld - 1}, to = (bufH + j - gap) & ${entriesHeld - 1};
        bufEa[to] = bufEa[from]; bufTaken[to] = bufTaken[from]; bufTarget[to] = bufTarget[from]; bufSize[to] = bufSize[from];
      }
      bufN -= gap;
      room += gap * ${entrySize};
    }
    canCancel = ${canCancel};
    return;
  }
  for (let i = 0; i < askedN; i++) {
    if (askedEa[(askedH + i) & ${requestsHeld - 1}] !== address) continue;
    if (bufN > decoded) { room += (bufN - decoded) * ${entrySize}; bufN = decoded; }
    for (let j = 0; j < i; j++) {
      const at = askedH;
      ${cancel("at", String(canCancel))};
      room += askedSize[at] - askedFront[at] - askedRear[at];
      askedH = (askedH + 1) & ${requestsHeld - 1}; askedN--;
    }
    canCancel = ${canCancel};
    return;
  }`;
}
