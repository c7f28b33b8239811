// Turns counts of IR nodes and edge classes into counts of machine edges and blocks, by the formulas of mapping.ts.
//
// Everything is exact but one thing: which exit block of a callee returned to which call site is known only where the callee
// used one exit block, or was called from one place. Otherwise the returns are shared out in proportion, which keeps the
// sums into every return point and out of every exit block exact; such functions are named in `sharedReturns`.
import type { MachineCode } from "../cfg/index.ts";
import { InternalError } from "../base/diagnostic.ts";
import { LONG_JUMP } from "../ir/index.ts";
import type { FunctionMapping, MappingNode, NodeCall, ProgramMapping } from "./mapping.ts";

/** Counts of one function, as the annotated module reports them. */
export interface HostFunctionCounts {
  readonly name: string;
  readonly calls: bigint;
  /** By node of the mapping. */
  readonly nodes: readonly bigint[];
  /** By class of the mapping. */
  readonly edges: readonly bigint[];
  /** Activations that were waiting for a call when the program ended. */
  readonly abandoned: readonly {
    readonly node: number;
    readonly instruction: number;
    readonly count: bigint;
  }[];
  /** Further returns of setjmp; absent: none. */
  readonly resumed?: readonly {
    readonly node: number;
    readonly instruction: number;
    readonly count: bigint;
  }[];
  readonly indirectCalls: readonly {
    readonly node: number;
    readonly instruction: number;
    /** By position in `addressTaken`. */
    readonly targets: readonly bigint[];
  }[];
}

export interface MachineCounts {
  /** By edge id of `MachineCode`. */
  readonly edges: Float64Array;
  /** By block id. */
  readonly blocks: Float64Array;
  /** Functions with several used exit blocks and call sites: the only inexact edges are their return edges. */
  readonly sharedReturns: readonly string[];
  /** Things that contradict the mapping, in words: calls that have no edge, counts on ways that can't be. Empty is right. */
  readonly contradictions: readonly string[];
  /** Executed functions whose counts are missing, since they are not matched. */
  readonly unmatched: readonly string[];
}

/** A call site's completed calls of one callee. */
interface Completed {
  readonly callBlock: number;
  readonly returnPoint: number;
  readonly count: number;
}

/** Machine counts of one run. `entryBlock` is the block that the program begins with; `addressTaken` names what the
 *  positions in `targets` mean. */
export function machineCounts(
  code: MachineCode,
  mapping: ProgramMapping,
  counts: readonly HostFunctionCounts[],
  addressTaken: readonly string[],
  entryBlock: number,
): MachineCounts {
  const edges = new Float64Array(code.edges.length);
  const contradictions: string[] = [];
  const unmatched = new Set<string>();
  const completed = new Map<string, Completed[]>();
  const exits = new Map<string, Map<number, number>>();
  const callsInto = new Map<string, number>();
  const waitingFor = new Map<string, number>();
  const open: OpenCalls[] = [];

  const call = (site: NodeCall, callee: string, made: number, done: number): void => {
    if (made === 0) return;
    const target = code.functions.get(callee);
    const edge = target && code.edgeBetween(site.block, target.entry, "call");
    if (edge === undefined) {
      contradictions.push(
        `a call of ${callee} from 0x${code.blocks[site.block]!.start.toString(16)} has no edge`,
      );
      return;
    }
    edges[edge.id]! += made;
    callsInto.set(callee, (callsInto.get(callee) ?? 0) + made);
    waitingFor.set(callee, (waitingFor.get(callee) ?? 0) + made - done);
    if (done === 0) return;
    if (site.returnPoint === null) {
      contradictions.push(`${callee} returned to 0x${code.blocks[site.block]!.end.toString(16)}`);
      return;
    }
    returned(callee, site, done);
  };
  const returned = (callee: string, site: NodeCall, count: number): void => {
    if (site.returnPoint === null || count === 0) return;
    const list = completed.get(callee) ?? [];
    completed.set(callee, list);
    list.push({ callBlock: site.block, returnPoint: site.returnPoint, count });
  };
  const leave = (name: string, block: number, count: number): void => {
    if (count === 0) return;
    const byBlock = exits.get(name) ?? new Map<number, number>();
    exits.set(name, byBlock.set(block, (byBlock.get(block) ?? 0) + count));
  };

  for (const fn of counts) {
    const map = mapping.functions.get(fn.name);
    if (map === undefined || map.status.kind !== "matched") {
      if (fn.calls > 0n) unmatched.add(fn.name);
      continue;
    }
    const again = (site: NodeCall, count: number): void => {
      returned(LONG_JUMP, site, count);
    };
    countFunction(map, fn, addressTaken, edges, call, again, leave, open, contradictions);
  }
  const ended = (name: string): number => {
    let count = waitingFor.get(name) ?? 0;
    for (const one of exits.get(name)?.values() ?? []) count += one;
    return count;
  };
  closeCalls(open, (name) => (callsInto.get(name) ?? 0) - ended(name), call);
  countAssembly(code, mapping, entryBlock, callsInto, edges, call, leave);

  if (unmatched.size === 0) compareCalls(mapping, counts, callsInto, contradictions);

  const sharedReturns: string[] = [];
  for (const [callee, sites] of completed) {
    const byBlock = [...(exits.get(callee) ?? [])];
    const total = byBlock.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) {
      unmatched.add(callee);
      continue;
    }
    const places = new Set(sites.map((site) => site.callBlock));
    if (byBlock.length > 1 && places.size > 1) sharedReturns.push(callee);
    for (const site of sites) {
      for (const [block, count] of byBlock) {
        const edge = code.edgeBetween(block, site.returnPoint, "return");
        if (edge === undefined) contradictions.push(`${callee} has no edge from its exit to a caller`);
        else edges[edge.id]! += (site.count * count) / total;
      }
    }
  }
  const blocks = new Float64Array(code.blocks.length);
  blocks[entryBlock] = 1;
  for (const edge of code.edges) blocks[edge.to]! += edges[edge.id]!;
  return { edges, blocks, sharedReturns, contradictions, unmatched: [...unmatched] };
}

function countFunction(
  map: FunctionMapping,
  fn: HostFunctionCounts,
  addressTaken: readonly string[],
  edges: Float64Array,
  call: (site: NodeCall, callee: string, made: number, done: number) => void,
  again: (site: NodeCall, count: number) => void,
  leave: (name: string, block: number, count: number) => void,
  open: OpenCalls[],
  contradictions: string[],
): void {
  if (fn.nodes.length !== map.nodes.length || fn.edges.length !== map.classes.length) {
    throw new InternalError(`counts of ${fn.name} do not have the shape of its mapping`);
  }
  for (const edge of map.entryPath) edges[edge]! += Number(fn.calls);
  const resumed = new Map((fn.resumed ?? []).map((one) => [`${one.node},${one.instruction}`, one.count]));
  const abandoned = new Map<number, { instruction: number; count: number }[]>();
  for (const { node, instruction, count } of fn.abandoned) {
    const list = abandoned.get(node) ?? [];
    abandoned.set(node, list);
    list.push({ instruction, count: Number(count) });
  }
  for (const node of map.nodes) {
    const entered = Number(fn.nodes[node.id]!);
    if (entered === 0) continue;
    // Activations still under way before each call, and at the end.
    let running = entered;
    const lost = stoppedAt(node, abandoned.get(node.id) ?? [], contradictions, fn.name);
    let passed = 0;
    node.calls.forEach((site, i) => {
      for (; passed < site.at; passed++) edges[node.path[passed]!]! += running;
      const made = running;
      running -= lost[i] ?? 0;
      const noReturn = node.exit?.kind === "noreturn" && i === node.calls.length - 1;
      if (site.callee !== null) call(site, site.callee, made, noReturn ? 0 : running);
      else callIndirectly(site, node, made, running, fn, addressTaken, call, open, contradictions);
      const more = Number(resumed.get(`${node.id},${String(site.instruction)}`) ?? 0n);
      again(site, more);
      running += more;
    });
    for (; passed < node.path.length; passed++) edges[node.path[passed]!]! += running;
    if (node.exit?.kind === "return") leave(fn.name, node.exit.block, running);
  }
  for (const one of map.classes) {
    const count = Number(fn.edges[one.id]!);
    if (count === 0) continue;
    if (one.impossible) contradictions.push(`${fn.name}: class ${one.id} can't happen and did`);
    for (const edge of one.path) edges[edge]! += count;
  }
}

/** By position in `node.calls`: activations that ended while waiting for that call. */
function stoppedAt(
  node: MappingNode,
  abandoned: readonly { readonly instruction: number; readonly count: number }[],
  contradictions: string[],
  name: string,
): number[] {
  const lost = node.calls.map(() => 0);
  for (const { instruction, count } of abandoned) {
    let position = node.calls.findIndex((site) => site.instruction === instruction);
    if (position < 0 && node.calls.length === 1) position = 0;
    if (position < 0)
      contradictions.push(`${name}: the program ended in a call that node ${node.id} does not have`);
    else lost[position]! += count;
  }
  return lost;
}

function callIndirectly(
  site: NodeCall,
  node: MappingNode,
  made: number,
  done: number,
  fn: HostFunctionCounts,
  addressTaken: readonly string[],
  call: (site: NodeCall, callee: string, made: number, done: number) => void,
  open: OpenCalls[],
  contradictions: string[],
): void {
  const host = fn.indirectCalls.find((c) => c.node === node.id && c.instruction === site.instruction);
  const targets = (host?.targets ?? []).map(Number);
  const total = targets.reduce((sum, count) => sum + count, 0);
  if (total !== made) {
    contradictions.push(`${fn.name}: ${made} indirect calls of node ${node.id}, ${total} of them counted`);
    return;
  }
  const callees = targets.flatMap((count, i) =>
    count === 0 ? [] : [{ name: addressTaken[i] ?? "?", count }],
  );
  if (made === done || callees.length < 2) {
    for (const { name, count } of callees) call(site, name, count, count - (made - done));
  } else open.push({ site, callees, waiting: made - done });
}

/** Indirect calls that the program ended in, where the counts of the site do not tell which callee was under way. */
interface OpenCalls {
  readonly site: NodeCall;
  readonly callees: readonly { readonly name: string; readonly count: number }[];
  readonly waiting: number;
}

/** The callee under way is one that was called more often than it ended. */
function closeCalls(
  open: readonly OpenCalls[],
  pendingOf: (callee: string) => number,
  call: (site: NodeCall, callee: string, made: number, done: number) => void,
): void {
  const pending = new Map<string, number>();
  for (const { callees } of open) for (const { name } of callees) pending.set(name, pendingOf(name));
  // What is called here and not yet booked counts as called.
  for (const { callees } of open) {
    for (const { name, count } of callees) pending.set(name, pending.get(name)! + count);
  }
  for (const { site, callees, waiting } of open) {
    let left = waiting;
    for (const { name, count } of callees) {
      const here = Math.max(0, Math.min(left, count, pending.get(name)!));
      left -= here;
      pending.set(name, pending.get(name)! - here);
      call(site, name, count, count - here);
    }
  }
}

/**
 * A function is entered as often as it is called: two counts that come from different counters, so that a counter which the
 * program overwrote is found out.
 */
function compareCalls(
  mapping: ProgramMapping,
  counts: readonly HostFunctionCounts[],
  callsInto: ReadonlyMap<string, number>,
  contradictions: string[],
): void {
  for (const { name, calls } of counts) {
    if (mapping.functions.get(name)?.status.kind !== "matched") continue;
    const made = callsInto.get(name) ?? 0;
    if (made !== Number(calls))
      contradictions.push(`${name} was entered ${calls} times and called ${made} times`);
  }
}

/** Functions without IR run their one path; they may call each other and functions with IR. */
function countAssembly(
  code: MachineCode,
  mapping: ProgramMapping,
  entryBlock: number,
  callsInto: Map<string, number>,
  edges: Float64Array,
  call: (site: NodeCall, callee: string, made: number, done: number) => void,
  leave: (name: string, block: number, count: number) => void,
): void {
  const start = code.blocks[entryBlock]?.function;
  for (const map of mapping.functions.values()) {
    if (map.status.kind !== "assembly") continue;
    const isStart = map.function === start;
    const runs = (callsInto.get(map.function) ?? 0) + (isStart ? 1 : 0);
    if (runs === 0) continue;
    // The program's start never gets further than its first call, where the program ends.
    const site = isStart ? map.entryCalls[0] : undefined;
    const path = site === undefined ? map.entryPath : map.entryPath.slice(0, site.at);
    for (const edge of path) edges[edge]! += runs;
    for (const one of site === undefined ? map.entryCalls : [site]) {
      if (one.callee !== null) call(one, one.callee, runs, isStart ? 0 : runs);
    }
    if (isStart) continue;
    const machine = code.functions.get(map.function);
    const last = path.length > 0 ? code.edges[path[path.length - 1]!]!.to : machine?.entry;
    if (last !== undefined && machine?.exits.includes(last) === true) leave(map.function, last, runs);
  }
}
