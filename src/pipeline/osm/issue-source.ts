// Source text of issue: an instruction is taken from the buffer, the oracle says what its execution does, and it acts in
// its initial state until it can leave it.
import { compileBranchHook } from "./actions.ts";
import type { CompiledState } from "./actions.ts";
import type { OsmLayout } from "./layout.ts";
import { actText, leaveText } from "./stage-source.ts";

export function issueSource(layout: OsmLayout, states: readonly CompiledState[]): string {
  const { fetchUnit, stages, branchPredictors } = layout.model.pipeline;
  const { entrySize } = fetchUnit;
  const most = layout.maxInstructionBytes;
  const least = layout.minInstructionBytes;
  const entry = layout.entryStage;
  const hasRoom =
    entry < 0
      ? "true"
      : stages[entry]!.size === 1
        ? `s_${entry} === null`
        : `n_${entry} < ${stages[entry]!.size}`;
  const slots = Array.from({ length: layout.mostResults }, (_, at) => at);
  const takeResults =
    slots.length === 0
      ? ""
      : `if (s.nv !== 0) { const v = run.results[at]; ${slots.map((one) => `if (v.length > ${one}) ins.v${one} = v[${one}];`).join(" ")} }`;
  const noResults = slots.map((one) => `ins.v${one} = 0;`).join(" ");
  const records = states.some(({ text }) => text.includes("recordSources("));
  const atFetch = fetchUnit.branchPredictor !== undefined;
  const predicts = branchPredictors.length > 0;
  const noteIssue = layout.issueStage < 0 ? "if (trace.limit !== 0) noteIssue(ins.k);" : "";
  const size =
    entrySize === most
      ? `decoded++;`
      : `if (bytes < s.size) return null;
  decoded += s.size / ${entrySize};`;
  // The description's own word on whether a branch has gone where it was predicted to go.
  const hooks = layout.mode === "safe" ? classesWithBranches(layout) : new Set<number>();
  // In safe mode the buffer may hold something else than what executes, with a prediction of its own.
  const wrong = atFetch
    ? layout.mode === "safe"
      ? "!ins.correct && (s.br || ins.taken)"
      : "!ins.correct"
    : predicts
      ? "false" // The description's own code decides.
      : "ins.taken";
  return `
function takeInstruction() {
  if (bufN <= decoded) return ${layout.model.pipeline.classes.some((one) => one.instructions.some((i) => i.instruction === "fetch_exception")) ? "askedN === 0 && fetchFault ? takeFault() : null" : "null"};
  if (((tail - head) | 0) > ringMask) return null;
  // In safe mode what executes next is issued, wherever it was that fetch went for it.
  const at = (bufH + decoded) & 63, pc = ${layout.mode === "safe" ? "speculative ? bufEa[at] : pathPc" : "bufEa[at]"};
  ${
    entrySize === most
      ? ""
      : `const left = (bufN - decoded) * ${entrySize};
  if (left < ${least}${atFetch ? " || (bufTaken[at] !== 0 && left < bufSize[at])" : ""}) return null;
  const bytes = ${atFetch ? "bufTaken[at] !== 0 ? bufSize[at] : " : ""}left < ${most} ? left : ${most};`
  }
  const s = lookup(pc);
  ${size}
  if (s.cls < 0) { if (!speculative && pc === pathPc) fault("unknown", { s }); decoded -= ${entrySize === most ? "1" : `s.size / ${entrySize}`}; return null; }
  const ins = newInstruction(s);
  ${atFetch ? "ins.predTaken = bufTaken[at] !== 0; ins.predTarget = bufTarget[at];" : ""}
  execute(ins, s);
  return ins;
}
// What cannot be fetched takes its way as an instruction of its own, and sends fetch to its handler as it is issued.
function takeFault() {
  if (speculative || nextFetch !== pathPc) return null;
  const ins = newInstruction(rt.faultRecord(pathPc));
  execute(ins, ins.s);
  speculative = false;
  faulted = true;
  return ins;
}
function newInstruction(s) {
  const ins = ring[tail & ringMask];
  tail = (tail + 1) | 0;
  ins.s = s; ins.code = s.init; ins.iid = nextId; nextId = (nextId + 1) & 0x7fffffff;
  ins.lat = 0; ins.pend = -1; ins.done = false; ins.gone = false; ins.read = 0;
  ins.head = 0; ins.requested = 0; ins.exc = 0; ins.halt = false;
  ins.predTaken = false;
  ${layout.hasShared ? "ins.at = -1;" : ""} ${records ? "ins.tags.fill(0);" : ""}
  issued++;
  return ins;
}
// On the correct path the oracle executes it; elsewhere it only takes its way through the pipeline.
function execute(ins, s) {
  // Fetch has gone elsewhere, by a prediction of the description's own.
  if (!speculative && s.pc !== pathPc) { speculative = true; openId = lastOnPath; }
  if (speculative) {
    ins.spec = true; ins.k = -1; ins.taken = false; ins.correct = true; ${noResults}
    ins.next = ins.predTaken ? ins.predTarget : s.pc + s.size;
    ${layout.flat ? `ins.count = ${layout.mode === "normal" ? "s.accesses" : "0"};` : "ins.accesses = none;"}
    return;
  }
  ins.spec = false;
  lastOnPath = ins.iid;
  ins.k = pathIndex++;
  if (again.length !== 0) takeAgain(ins);
  else {
    if (runAt === runEnd) { run = rt.nextRun(s); runAt = 0; runEnd = run.length; newRuns++; }
    const at = runAt++, next = run.next[at];
    ins.next = next;
    ${takeResults}
    if (words && !s.fe) {
      const word = run.words[at];
      if ((word >>> s.shift) !== s.word) { s = renew(s.pc, word); ins.s = s; ins.code = s.init; if (s.cls < 0) fault("unknown", ins); }
    }
    ins.taken = run.taken[at];
    ${layout.flat ? `ins.count = run.counts[at]; ${states.some((one) => one.text.includes("misaligned(")) ? "ins.accesses = oracle.taken && oracle.accesses ? oracle.accesses() : none;" : ""}` : "ins.accesses = oracle.accesses();"}
    if (run.raised[at]) ins.exc = 1;
    if (next < 0 && run.halted[at]) ins.halt = true;
    pathPc = next;
  }
  ins.exc0 = ins.exc; ins.accesses0 = ins.accesses;
  ${
    predicts
      ? `ins.correct = ins.predTaken ? ins.taken && ins.predTarget === ins.next : !ins.taken;`
      : "ins.correct = false;"
  }
  if (pathPc < 0) {
    ${layout.mode === "normal" ? "if (ins.halt) { haltPending = true; speculative = true; } else ended = true;" : "ended = true;"}
  } else {
    if (ins.exc !== 0 || (${wrong})) { speculative = true; openId = ins.iid; }
    ${hooks.size > 0 ? "if (s.br && ins.exc === 0) branchHook(ins);" : ""}
  }
}
${
  hooks.size === 0
    ? ""
    : `function branchHook(ins) {
  const position = 0;
  switch (ins.s.cls) {
    ${[...hooks].map((one) => `case ${one}: { ${compileBranchHook(layout, one)} break; }`).join("\n    ")}
  }
}`
}
function issueOne(ins) {
  const position = 0;
  let nx = -1;
  ${actText(layout, states, -1)}
  if (nx === -1) return false;
  issueSlot = null;
  ${leaveText(layout, states, -1)}
  return true;
}
function issue() {
  if (issueSlot !== null) issueOne(issueSlot);
  while (!ended && !faulted && issueSlot === null && ${hasRoom}) {
    const ins = takeInstruction();
    if (ins === null) return;
    issueSlot = ins;
    ${noteIssue}
    issueOne(ins);
  }
}`;
}

/** Classes whose branches run the description's hook; none without a hook. */
function classesWithBranches(layout: OsmLayout): Set<number> {
  const { isa, pipeline } = layout.model;
  if (!pipeline.branchHook) return new Set();
  const branches = new Set(isa.instructions.filter((one) => one.branch).map((one) => one.name));
  return new Set(
    pipeline.classes.flatMap((one, index) =>
      one.instructions.some(
        ({ instruction }) => branches.has(instruction) || instruction === "default_instruction",
      )
        ? [index]
        : [],
    ),
  );
}
