// Source text of a fetch unit in front of an instruction cache on a bus. One address a cycle, into a register; the cache
// is looked up in the cycle after, when a flush has not removed it, and until it hits. A branch target cache is read when
// an address is fetched, for the address after it, and what it said then counts however long fetch is held up: so nothing
// is known of the first instruction after a change of flow, those that the table itself made included.
import type { EngineLayout } from "../layout.ts";
import { targetKind } from "./target-cache.ts";
import { TARGET_CACHE } from "./system.ts";

/** The instruction cache on a bus that the pipeline fetches from, if it does. */
export function fetchCacheOf(layout: EngineLayout): string | undefined {
  const { fetchUnit, memories } = layout.model.pipeline;
  const memory = memories.find((one) => one.name === fetchUnit.memory);
  return memory?.busCache?.holds === "instr" ? memory.name : undefined;
}

/** Whether the first stage takes an instruction in this cycle, as far as its room says. */
function frontIsFree(layout: EngineLayout): string {
  return layout.stageSize(0) === 1 ? "s_0 === null" : `n_0 < ${layout.stageSize(0)}`;
}

/** Text that leaves issue until the fetched word is there. */
export function waitForFetch(layout: EngineLayout): string {
  const cache = fetchCacheOf(layout);
  return cache === undefined
    ? "if (bufReady[bufH] > cyc) return;"
    : `if (bufReady[bufH] === 0) { if (!bus.fetch.${cache}.lookup(bufPc[bufH], ${frontIsFree(layout)})) return; bufReady[bufH] = 1; }`;
}

export function busFetchSource(layout: EngineLayout): string {
  const { fetchUnit, branchPredictors } = layout.model.pipeline;
  const predictor = branchPredictors.find(
    (one) => one.name === fetchUnit.branchPredictor && one.algorithm === TARGET_CACHE,
  );
  const prediction = predictor
    ? `known = fresh ? ${targetKind.unknown} : aheadKnown;
  fresh = known === ${targetKind.taken};
  if (fresh) jump = aheadTarget;
  aheadKnown = bus.targets.${predictor.name}.look(fetchPc + 4);
  aheadTarget = bus.targets.${predictor.name}.target(fetchPc + 4);`
    : "";
  return `
const groupMask = 1;
const bufPc = [0, 0], bufCount = [1, 1], bufJump = [-1, -1], bufReady = [0, 0], bufFirst = [0, 0], bufKnown = [0, 0];
let bufH = 0, bufG = 0, bufN = 0, fetchPc = -1, fetchStopped = false, pendH = 0, pendN = 0, mayFetch = true;
let fresh = true, holdFetch = 0, aheadKnown = 0, aheadTarget = 0;
function receive() { mayFetch = true; }
function dropFetched() { if (bufN !== 0) K[${layout.events.fetches}]++; bufN = 0; bufG = 0; fresh = true; }
function fetch() {
  if (bufN !== 0 || issueSlot !== null || cyc <= holdFetch) return;
  if ((fetchPc < codeStart || fetchPc >= codeEnd) && rt.wordsFrom(fetchPc) === 0) { fetchStopped = true; return; }
  let known = 0, jump = -1;
  ${prediction}
  bufG = 1; bufN = 1;
  bufPc[bufH] = fetchPc; bufCount[bufH] = 1; bufJump[bufH] = jump; bufReady[bufH] = 0; bufFirst[bufH] = 1; bufKnown[bufH] = known;
  fetchPc = jump >= 0 ? jump : fetchPc + 4 >= 4294967296 ? 0 : fetchPc + 4;
}`;
}
