// The resources and machine sections of a core: stages, fetch unit, forwarding paths, memories, semaphores, branch
// predictors, and the states of its machines. Defaults are the uADL manual's.
import type {
  BranchPredictor,
  BusResource,
  CacheResource,
  CustomResource,
  FetchUnit,
  Flag,
  ForwardingPath,
  MemoryInterface,
  MemoryResource,
  PipelineStage,
  Semaphore,
  StateMachine,
} from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import { readBus, readBusCache } from "./bus-resources.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import {
  booleanOf,
  checkKnown,
  constantOf,
  elementsOf,
  entryOf,
  expressionOf,
  integerIn,
  integerOf,
  nameIn,
  nameOf,
  namesOf,
} from "./keys.ts";
import { checkNextLevels, memoryNames, readCache, readMemory } from "./memory-resources.ts";
import { readPredictor } from "./predictor-resources.ts";
import type { ObjectKind, Scope } from "./scope.ts";

export interface Resources {
  readonly fetchUnit: FetchUnit | undefined;
  readonly stages: PipelineStage[];
  readonly forwardingPaths: ForwardingPath[];
  readonly memories: MemoryResource[];
  readonly caches: CacheResource[];
  readonly semaphores: Semaphore[];
  readonly flags: Flag[];
  readonly customs: CustomResource[];
  readonly branchPredictors: BranchPredictor[];
  readonly buses: BusResource[];
}

const SIZE = { min: 1, max: 4096 };

/** Reads the resources block and declares its names in `scope`. */
export function elaborateResources(block: Block, scope: Scope, findings: Findings): Resources {
  checkKnown(
    block,
    [],
    [
      "fetchunit",
      "pipestage",
      "forwarding_path",
      "memory",
      "cache",
      "bus",
      "bus_cache",
      "semaphore",
      "flag",
      "branch_predictor",
      "custom",
      "regfile",
      "reg",
    ],
    findings,
  );
  const declared = new Set<string>();
  const declare = (child: Block, kind: ObjectKind): void => {
    if (child.name === "") findings.error("BW0208", child.span, `this ${child.type} has no name`);
    if (declared.has(child.name)) {
      findings.error("BW0210", child.span, `there are two resources named ${child.name}`);
    }
    declared.add(child.name);
    scope.set(child.name, { kind: "object", objectKind: kind, name: child.name });
  };
  const stages = childrenOf(block, "pipestage").map((child): PipelineStage => {
    declare(child, "stage");
    checkKnown(
      child,
      ["size", "bandwidth", "lock_step", "scheduler", "rigid", "issue", "shared"],
      [],
      findings,
    );
    const size = integerOf(child, "size", 1, SIZE, findings);
    return {
      name: child.name,
      size,
      bandwidth: integerOf(child, "bandwidth", size, SIZE, findings),
      scheduler: readScheduler(child, findings),
      rigid: booleanOf(child, "rigid", false, findings),
      issue: booleanOf(child, "issue", false, findings),
      shared: booleanOf(child, "shared", false, findings),
    };
  });
  const forwardingPaths = childrenOf(block, "forwarding_path").map((child): ForwardingPath => {
    declare(child, "forwarding_path");
    checkKnown(child, ["size", "width", "broadcast"], [], findings);
    return {
      name: child.name,
      size: integerOf(child, "size", 1, SIZE, findings),
      broadcast: booleanOf(child, "broadcast", false, findings),
    };
  });
  const declarePorts = (one: MemoryInterface): void => {
    for (const name of memoryNames([one]).slice(1)) {
      scope.set(name, { kind: "object", objectKind: "memory", name });
    }
  };
  const buses = childrenOf(block, "bus").map((child): BusResource => readBus(child, findings));
  const memories = [
    ...childrenOf(block, "memory").map((child): MemoryResource => {
      declare(child, "memory");
      const memory = readMemory(child, findings);
      declarePorts(memory);
      return memory;
    }),
    ...childrenOf(block, "bus_cache").map((child): MemoryResource => {
      declare(child, "memory");
      return readBusCache(child, buses, findings);
    }),
  ];
  const cacheBlocks = childrenOf(block, "cache");
  const caches = cacheBlocks.map((child): CacheResource => {
    declare(child, "memory");
    const cache = readCache(child, scope, findings);
    scope.set(child.name, {
      kind: "object",
      objectKind: "memory",
      name: child.name,
      ...(cache.customClass !== undefined ? { open: true as const } : {}),
    });
    declarePorts(cache);
    return cache;
  });
  checkNextLevels(cacheBlocks, caches, memories, findings);
  const semaphores = childrenOf(block, "semaphore").map((child): Semaphore => {
    declare(child, "semaphore");
    checkKnown(child, ["count"], [], findings);
    return { name: child.name, count: integerOf(child, "count", 1, SIZE, findings) };
  });
  const flags = childrenOf(block, "flag").map((child): Flag => {
    declare(child, "flag");
    checkKnown(child, [], [], findings);
    return { name: child.name };
  });
  const customs = childrenOf(block, "custom").map((child): CustomResource => {
    declare(child, "custom");
    return readCustom(child, findings);
  });
  const branchPredictors = childrenOf(block, "branch_predictor").map((child): BranchPredictor => {
    declare(child, "branch_predictor");
    return readPredictor(child, scope, findings);
  });
  const fetchBlocks = childrenOf(block, "fetchunit");
  for (const child of fetchBlocks) declare(child, "fetchunit");
  const [fetch, second] = fetchBlocks;
  if (!fetch) findings.error("BW0242", block.span, "the resources have no fetchunit");
  if (second) findings.error("BW0242", second.span, "a core has one fetchunit");
  if (stages.length === 0) findings.error("BW0242", block.span, "the resources have no pipestage");
  return {
    fetchUnit: fetch ? readFetchUnit(fetch, [...memories, ...caches], branchPredictors, findings) : undefined,
    stages,
    forwardingPaths,
    memories,
    caches,
    semaphores,
    flags,
    customs,
    branchPredictors,
    buses,
  };
}

/** `scheduler`, or the older `lock_step = true`. */
function readScheduler(block: Block, findings: Findings): PipelineStage["scheduler"] {
  const named = nameOf(block, "scheduler", findings);
  if (!named) return booleanOf(block, "lock_step", false, findings) ? "lock_step" : "dependent";
  const known = ["dependent", "lock_step", "independent", "in_order"] as const;
  const found = known.find((one) => one === named.text);
  if (!found) {
    findings.error("BW0212", named.span, `unknown scheduler ${named.text}`, didYouMean(named.text, known));
  }
  return found ?? "dependent";
}

/** A custom resource: the name of its type and the arguments for it. */
function readCustom(block: Block, findings: Findings): CustomResource {
  checkKnown(block, ["header", "type"], ["args"], findings);
  const type = nameOf(block, "type", findings);
  const parameters: Record<string, number | string> = {};
  for (const child of childrenOf(block, "args")) {
    for (const key of child.keys.keys()) {
      const e = expressionOf(child, key, findings);
      const value = e ? constantOf(e) : undefined;
      const name = e ? nameIn(e) : undefined;
      if (value !== undefined) parameters[key] = Number(value);
      else if (name) parameters[key] = name.text;
    }
  }
  return { name: block.name, type: type?.text ?? `${block.name}_t`, parameters };
}

function readFetchUnit(
  block: Block,
  memories: readonly MemoryInterface[],
  predictors: readonly BranchPredictor[],
  findings: Findings,
): FetchUnit {
  const keys = [
    "fetch_memory",
    "entries",
    "entry_size",
    "fetch_size",
    "min_fetch_entries",
    "max_fetch_count",
    "lazy_fetch",
    "flush_fetch",
    "branch_predictor",
    "can_cancel",
    "reuse_data",
    "interleaved",
  ];
  checkKnown(block, keys, [], findings);
  for (const required of ["fetch_memory", "entries", "fetch_size"]) {
    if (!block.keys.has(required)) findings.error("BW0208", block.span, `the fetch unit has no ${required}`);
  }
  const known = memoryNames(memories);
  const memory = nameOf(block, "fetch_memory", findings);
  if (memory && !known.includes(memory.text)) {
    findings.error("BW0212", memory.span, `unknown memory ${memory.text}`, didYouMean(memory.text, known));
  }
  const predictor = nameOf(block, "branch_predictor", findings);
  if (predictor && !predictors.some((p) => p.name === predictor.text)) {
    findings.error(
      "BW0212",
      predictor.span,
      `unknown branch predictor ${predictor.text}`,
      didYouMean(
        predictor.text,
        predictors.map((p) => p.name),
      ),
    );
  }
  const sizes = elementsOf(expressionOf(block, "fetch_size", findings)).map((e) =>
    integerIn(e, "fetch_size", 4, { min: 1, max: 256 }, findings),
  );
  return {
    name: block.name,
    memory: memory?.text ?? "",
    entries: integerOf(block, "entries", 4, { min: 1, max: 1024 }, findings),
    entrySize: integerOf(block, "entry_size", 4, { min: 1, max: 64 }, findings),
    fetchSizes: (sizes.length > 0 ? sizes : [4]).sort((a, b) => b - a),
    lazyFetch: booleanOf(block, "lazy_fetch", true, findings),
    flushFetch: booleanOf(block, "flush_fetch", true, findings),
    canCancel: booleanOf(block, "can_cancel", true, findings),
    reuseData: booleanOf(block, "reuse_data", false, findings),
    minFetchEntries: integerOf(block, "min_fetch_entries", 0, { min: 0, max: 1024 }, findings),
    maxFetchCount: integerOf(block, "max_fetch_count", 0, { min: 0, max: 1024 }, findings),
    ...(predictor ? { branchPredictor: predictor.text } : {}),
  };
}

/** A machine: its states, and the stage that each state stands for. */
export function elaborateMachine(
  block: Block,
  stages: readonly PipelineStage[],
  findings: Findings,
): StateMachine {
  checkKnown(block, ["init_state", "states"], ["mapping", "exception_mapping"], findings);
  const initial = nameOf(block, "init_state", findings);
  if (!initial && !block.keys.has("init_state"))
    findings.error("BW0208", block.span, `machine ${block.name} has no init_state`);
  const listed = namesOf(block, "states", findings);
  const states: string[] = initial ? [initial.text] : [];
  for (const { text, span } of listed) {
    if (states.includes(text) && text !== initial?.text)
      findings.error("BW0210", span, `state ${text} occurs twice`);
    else if (!states.includes(text)) states.push(text);
  }
  const exceptionState: Record<string, string> = {};
  for (const mapping of childrenOf(block, "exception_mapping")) {
    for (const to of mapping.keys.keys()) {
      if (!states.includes(to)) {
        findings.error("BW0243", entryOf(mapping, to)?.span, `unknown state ${to}`, didYouMean(to, states));
      }
      for (const { text, span } of namesOf(mapping, to, findings)) {
        if (!states.includes(text))
          findings.error("BW0243", span, `unknown state ${text}`, didYouMean(text, states));
        else exceptionState[text] = to;
      }
    }
  }
  const stageOf = readMapping(block, states, initial?.text, stages, findings);
  for (const { text, span } of listed) {
    const isExceptional = Object.values(exceptionState).includes(text);
    if (text !== initial?.text && stageOf[text] === undefined && !isExceptional) {
      findings.error("BW0243", span, `state ${text} is in no stage`, "add it to the mapping of its machine");
    }
  }
  return { name: block.name, initialState: initial?.text ?? "", states, stageOf, exceptionState };
}

/** The stages of states: the `mapping` of a machine, or of a class that has its own. */
export function readMapping(
  block: Block,
  states: readonly string[],
  initial: string | undefined,
  stages: readonly PipelineStage[],
  findings: Findings,
): Record<string, string> {
  const stageOf: Record<string, string> = {};
  for (const mapping of childrenOf(block, "mapping")) {
    for (const stage of mapping.keys.keys()) {
      if (!stages.some((s) => s.name === stage)) {
        findings.error(
          "BW0212",
          entryOf(mapping, stage)?.span,
          `unknown pipeline stage ${stage}`,
          didYouMean(
            stage,
            stages.map((s) => s.name),
          ),
        );
      }
      for (const { text, span } of namesOf(mapping, stage, findings)) {
        if (!states.includes(text))
          findings.error("BW0243", span, `unknown state ${text}`, didYouMean(text, states));
        else if (text === initial)
          findings.error("BW0243", span, `the initial state ${text} belongs to no stage`);
        else if (stageOf[text] !== undefined && stageOf[text] !== stage) {
          findings.error("BW0243", span, `state ${text} is already in stage ${stageOf[text]}`);
        } else stageOf[text] = stage;
      }
    }
  }
  return stageOf;
}
