// Builds the machine blocks and edges of a program from its code words, with jump tables from the listing.
//
// Blocks start at function entries, at branch targets and after everything that can leave the straight line, calls
// included. Every function symbol's range is cut into blocks whether or not anything reaches them: an unreached block
// costs nothing and hides nothing. Work and memory are linear in the code and in the edges.
import { flowOf, type Flow } from "./branches.ts";
import { edgeKey, indexMachineCode } from "./index-code.ts";
import type {
  MachineBlock,
  MachineCode,
  MachineEdge,
  MachineEdgeKind,
  MachineFunction,
  TerminatorKind,
} from "./machine-code.ts";
import type { CodeImage } from "./place.ts";

export interface BuildOptions {
  /** Address of a `bctr` → addresses that it can go to. A `bctr` that is not in it has no edges. */
  readonly jumpTargets?: ReadonlyMap<number, Iterable<number>>;
  /** Which functions an indirect call can reach, by the call's block; default none. */
  readonly indirectCallees?: (callBlock: MachineBlock) => Iterable<string>;
  /** Functions that never return: calls of them get no return point. */
  readonly noreturnFunctions?: ReadonlySet<string>;
  /** `later` returns to the calls of `first`, too, where there are such functions. */
  readonly returnsTwice?: { readonly first: string; readonly later: string };
}

interface Draft {
  id: number;
  start: number;
  end: number;
  function: string;
  terminator: TerminatorKind;
  callee?: string;
  returnPoint?: number;
}

/** Builds blocks and edges for every function of `image`. */
export function buildMachineCode(image: CodeImage, options: BuildOptions = {}): MachineCode {
  const entries = new Map(image.functions.map((fn) => [fn.start, fn.name]));
  const jumpTargets = options.jumpTargets ?? new Map<number, Iterable<number>>();
  const drafts: Draft[] = [];
  const flows: Flow[] = [];
  const functions = new Map<string, MachineFunction>();
  const byStart = new Map<number, number>();

  for (const fn of image.functions) {
    const leaders = new Set<number>([fn.start]);
    const inside = (address: number): boolean => address >= fn.start && address < fn.end;
    for (let address = fn.start; address < fn.end; address += 4) {
      const flow = flowOf(image.wordAt(address) ?? 0, address);
      if (flow.kind === "next") continue;
      leaders.add(address + 4);
      if ((flow.kind === "branch" || flow.kind === "conditional") && inside(flow.target))
        leaders.add(flow.target);
      if (flow.kind === "indirect") {
        for (const target of jumpTargets.get(address) ?? []) if (inside(target)) leaders.add(target);
      }
    }
    const ids: number[] = [];
    const exits: number[] = [];
    let start = fn.start;
    for (let address = fn.start; address < fn.end; address += 4) {
      const next = address + 4;
      if (next < fn.end && !leaders.has(next)) continue;
      const flow = flowOf(image.wordAt(address) ?? 0, address);
      const id = drafts.length;
      const terminator = terminatorOfFlow(flow, next < fn.end);
      drafts.push({ id, start, end: next, function: fn.name, terminator });
      flows.push(flow);
      byStart.set(start, id);
      ids.push(id);
      if (terminator === "return" || terminator === "conditionalReturn") exits.push(id);
      start = next;
    }
    const entry = ids[0];
    if (entry === undefined) continue;
    functions.set(fn.name, { name: fn.name, start: fn.start, end: fn.end, entry, blocks: ids, exits });
  }

  const edges: MachineEdge[] = [];
  const known = new Set<string>();
  const connect = (
    from: number,
    to: number | undefined,
    kind: MachineEdgeKind,
    callBlock?: number,
  ): MachineEdge | undefined => {
    if (to === undefined) return undefined;
    const key = edgeKey(from, to, kind);
    if (known.has(key)) return undefined;
    const edge: MachineEdge = {
      id: edges.length,
      from,
      to,
      kind,
      ...(callBlock === undefined ? {} : { callBlock }),
    };
    known.add(key);
    edges.push(edge);
    return edge;
  };

  const sameFunction = (draft: Draft, address: number): number | undefined => {
    const id = byStart.get(address);
    return id !== undefined && drafts[id]!.function === draft.function ? id : undefined;
  };
  for (const draft of drafts) {
    const flow = flows[draft.id]!;
    const next = sameFunction(draft, draft.end);
    switch (draft.terminator) {
      case "fallthrough":
        connect(draft.id, next, "fallthrough");
        break;
      case "branch":
      case "conditional":
        if (flow.kind === "branch" || flow.kind === "conditional") {
          const target = sameFunction(draft, flow.target);
          // To another function, or back to the own entry as a tail call, which the text can't tell from a loop.
          if (target === undefined) setCallee(draft, entries.get(flow.target));
          connect(draft.id, target ?? byStart.get(flow.target), "taken");
        }
        if (draft.terminator === "conditional") connect(draft.id, next, "fallthrough");
        break;
      case "conditionalReturn":
        connect(draft.id, next, "fallthrough");
        break;
      case "indirect":
        for (const target of jumpTargets.get(draft.end - 4) ?? [])
          connect(draft.id, sameFunction(draft, target), "indirect");
        break;
      case "call":
      case "indirectCall":
        if (flow.kind === "call") setCallee(draft, entries.get(flow.target));
        if (next !== undefined && !options.noreturnFunctions?.has(draft.callee ?? "")) {
          draft.returnPoint = next;
        }
        break;
      default:
        break;
    }
  }
  const blocks: readonly MachineBlock[] = drafts;
  for (const draft of drafts) {
    const callees =
      draft.terminator === "call"
        ? draft.callee === undefined
          ? []
          : [draft.callee]
        : draft.terminator === "indirectCall"
          ? (options.indirectCallees?.(draft) ?? [])
          : [];
    for (const name of callees) {
      const callee = functions.get(name);
      if (callee === undefined) continue;
      connect(draft.id, callee.entry, "call");
      if (draft.returnPoint === undefined) continue;
      const later = name === options.returnsTwice?.first ? options.returnsTwice.later : "";
      for (const exit of [...callee.exits, ...(functions.get(later)?.exits ?? [])])
        connect(exit, draft.returnPoint, "return", draft.id);
    }
  }

  return indexMachineCode({ blocks, edges, functions: [...functions.values()] });
}

function setCallee(draft: Draft, name: string | undefined): void {
  if (name !== undefined) draft.callee = name;
}

function terminatorOfFlow(flow: Flow, hasNext: boolean): TerminatorKind {
  switch (flow.kind) {
    case "next":
      return hasNext ? "fallthrough" : "exit";
    case "branch":
      return "branch";
    case "conditional":
      return "conditional";
    case "call":
      return "call";
    case "conditionalCall":
    case "indirectCall":
      return "indirectCall";
    case "return":
      return "return";
    case "conditionalReturn":
      return "conditionalReturn";
    case "indirect":
      return "indirect";
    case "trap":
      return "exit";
  }
}
