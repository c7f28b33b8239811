// What live accounting adds where: for every function of the plan, cycles and energy by node and by edge.
//
// Both are in one 64-bit word, so that a passage costs one addition: cycles in the upper 32 bits, in units of 1/4096 cycle;
// dynamic energy in the lower 32 bits, in units of 1/16 pJ. A word never holds more than what one function does between
// two flushes, some thousands of cycles, so the halves do not run into each other.
import type { MachineCode, MachineEdge } from "../../cfg/index.ts";
import type { CostTable, EdgeCost } from "../../characterize/cost-table.ts";
import type { FunctionMapping, MappingNode, NodeCall, ProgramMapping } from "../../match/mapping.ts";
import { LIVE_CYCLE, LIVE_PICOJOULE } from "../layout.ts";

/** A call of a node, and the word of all that the node does up to and including the jump to the callee. */
export interface LiveCall {
  /** As in `PlanCall`. */
  readonly instruction: number | null;
  readonly before: bigint;
  /** Only indirect calls: by callee, what the call and the return cost; it is not in the node's total. */
  readonly callees?: ReadonlyMap<string, bigint>;
}

/** Words of one function, by the indexes of its plan. */
export interface LiveFunction {
  /** Each call of the function. */
  readonly entry: bigint;
  readonly nodes: readonly { readonly total: bigint; readonly calls: readonly LiveCall[] }[];
  readonly edges: readonly bigint[];
  /** By site and class: what an execution of that class adds to the node's total. */
  readonly sites: readonly (readonly bigint[])[];
}

export interface LivePlan {
  /** What runs before the first function that has IR. */
  readonly start: bigint;
  readonly functions: ReadonlyMap<string, LiveFunction>;
}

export interface LivePlanInput {
  readonly code: MachineCode;
  readonly mapping: ProgramMapping;
  readonly costs: CostTable;
  /** Joules of one occurrence of each of `costs.eventNames`. */
  readonly joules: readonly number[];
  readonly entryBlock: number;
  /** Addresses of the machine instructions of every function's sites. */
  readonly sites: ReadonlyMap<string, readonly (readonly number[])[]>;
}

/** Cycles and picojoules, not yet rounded. */
interface Amount {
  readonly cycles: number;
  readonly picojoules: number;
}

const nothing: Amount = { cycles: 0, picojoules: 0 };

function sum(a: Amount, b: Amount): Amount {
  return { cycles: a.cycles + b.cycles, picojoules: a.picojoules + b.picojoules };
}

function mean(list: readonly Amount[]): Amount {
  if (list.length === 0) return nothing;
  const all = list.reduce(sum);
  return { cycles: all.cycles / list.length, picojoules: all.picojoules / list.length };
}

function word(amount: Amount): bigint {
  const cycles = BigInt(Math.round(amount.cycles * LIVE_CYCLE));
  return BigInt.asIntN(64, (cycles << 32n) + BigInt(Math.round(amount.picojoules * LIVE_PICOJOULE)));
}

/** One step of a node's machine code. */
type Step =
  { readonly kind: "edge"; readonly edge: number } | { readonly kind: "call"; readonly call: NodeCall };

/**
 * The words of every mapped function. A cost whose context the mapping tells is the exact one; where several contexts are
 * possible (a function's callers, a callee's exits), it is their mean.
 */
export function livePlan(input: LivePlanInput): LivePlan {
  return new LivePlanner(input).plan();
}

class LivePlanner {
  readonly #input: LivePlanInput;
  readonly #byEdge: EdgeCost[][];
  readonly #start: EdgeCost | undefined;

  constructor(input: LivePlanInput) {
    this.#input = input;
    this.#byEdge = input.code.edges.map(() => []);
    for (const cost of input.costs.edges) {
      if (cost.edge < 0) this.#start = cost;
      else this.#byEdge[cost.edge]?.push(cost);
    }
  }

  plan(): LivePlan {
    const functions = new Map<string, LiveFunction>();
    for (const [name, map] of this.#input.mapping.functions)
      if (map.status.kind === "matched") functions.set(name, this.#function(map));
    return { start: word(this.#beforeFirstCall()), functions };
  }

  /** Cost of an edge after one of some edges; where none of them was measured before it, after any. */
  #edge(edge: number, after: readonly number[]): Amount {
    const all = this.#byEdge[edge] ?? [];
    const fitting = all.filter((cost) => after.includes(cost.previous));
    return mean((fitting.length > 0 ? fitting : all).map((cost) => this.#amount(cost)));
  }

  #amount(cost: { readonly cycles: number; readonly events: readonly number[] }): Amount {
    const joules = cost.events.reduce((all, n, event) => all + n * (this.#input.joules[event] ?? 0), 0);
    return { cycles: cost.cycles, picojoules: joules * 1e12 };
  }

  /** Edges one after another. */
  #chain(edges: readonly number[], after: readonly number[]): { amount: Amount; last: readonly number[] } {
    let amount = nothing;
    let last = after;
    for (const edge of edges) {
      amount = sum(amount, this.#edge(edge, last));
      last = [edge];
    }
    return { amount, last };
  }

  #ids(edges: readonly MachineEdge[], kind: MachineEdge["kind"]): number[] {
    return edges.filter((edge) => edge.kind === kind).map((edge) => edge.id);
  }

  /** The program's start is assembly: up to its first call. */
  #beforeFirstCall(): Amount {
    const { code, mapping, entryBlock } = this.#input;
    const own = this.#start === undefined ? nothing : this.#amount(this.#start);
    const map = mapping.functions.get(code.blocks[entryBlock]?.function ?? "");
    if (map?.status.kind !== "assembly") return own;
    const site = map.entryCalls[0];
    const { amount, last } = this.#chain(map.entryPath.slice(0, site?.at), []);
    return sum(sum(own, amount), site === undefined ? nothing : this.#call(site, last).there);
  }

  /**
   * A direct call's cost up to the callee's first block (all of the callee, when it is assembly), and that of the return.
   * What a function with IR does itself is in its own words. An indirect call has no cost here.
   */
  #call(site: NodeCall, after: readonly number[]): { there: Amount; back: Amount; last: readonly number[] } {
    const last = this.#returns(site).map((edge) => edge.id);
    if (site.callee === null) return { there: nothing, back: nothing, last };
    const there = this.#there(this.#ids(this.#input.code.outgoing(site.block), "call"), after);
    return { there, back: mean(last.map((edge) => this.#edge(edge, []))), last };
  }

  /** By callee of an indirect call. */
  #callees(site: NodeCall, after: readonly number[]): ReadonlyMap<string, bigint> {
    const { code } = this.#input;
    const returns = this.#returns(site);
    const functionOf = (block: number): string => code.blocks[block]?.function ?? "";
    const callees = new Map<string, bigint>();
    for (const edge of code.outgoing(site.block)) {
      if (edge.kind !== "call") continue;
      const callee = functionOf(edge.to);
      const back = returns.filter((one) => functionOf(one.from) === callee);
      const there = this.#there([edge.id], after);
      callees.set(callee, word(sum(there, mean(back.map((one) => this.#edge(one.id, []))))));
    }
    return callees;
  }

  #there(into: readonly number[], after: readonly number[]): Amount {
    const { code, mapping } = this.#input;
    let there = mean(into.map((edge) => this.#edge(edge, after)));
    for (const edge of into) {
      const map = mapping.functions.get(code.blocks[code.edges[edge]?.to ?? -1]?.function ?? "");
      if (map?.status.kind === "assembly") there = sum(there, this.#chain(map.entryPath, into).amount);
    }
    return there;
  }

  #returns(site: NodeCall): MachineEdge[] {
    if (site.returnPoint === null) return [];
    const into = this.#input.code.incoming(site.returnPoint);
    return into.filter((edge) => edge.kind === "return" && edge.callBlock === site.block);
  }

  #function(map: FunctionMapping): LiveFunction {
    const { code } = this.#input;
    const steps = map.nodes.map(stepsOf);
    const entry = code.functions.get(map.function)?.entry ?? -1;
    const entered = this.#chain(map.entryPath, this.#ids(code.incoming(entry), "call"));
    const last = lastEdges(map, steps, entered.last, (call) => this.#call(call, []).last);
    // A node's first step depends on how the node was reached, so it is charged to the edges into the node.
    const first = (node: number, after: readonly number[]): Amount => {
      const step = steps[node]?.[0];
      if (step === undefined) return nothing;
      return step.kind === "edge" ? this.#edge(step.edge, after) : this.#call(step.call, after).there;
    };
    const nodes = map.nodes.map((_, node) => this.#node(steps[node] ?? []));
    return {
      entry: word(sum(entered.amount, first(0, entered.last))),
      nodes,
      edges: map.classes.map((one) => {
        const path = this.#chain(one.path, last[one.from] ?? []);
        return word(sum(path.amount, first(one.to, path.last)));
      }),
      sites: (this.#input.sites.get(map.function) ?? []).map((addresses) => this.#site(addresses)),
    };
  }

  /** A node's steps but for the cost of the first one. */
  #node(steps: readonly Step[]): LiveFunction["nodes"][number] {
    let amount = nothing;
    let last: readonly number[] = [];
    const calls: LiveCall[] = [];
    steps.forEach((step, i) => {
      if (step.kind === "edge") {
        if (i > 0) amount = sum(amount, this.#edge(step.edge, last));
        last = [step.edge];
        return;
      }
      const call = this.#call(step.call, last);
      if (i > 0) amount = sum(amount, call.there);
      const { instruction } = step.call;
      const callees = step.call.callee === null ? { callees: this.#callees(step.call, last) } : {};
      calls.push({ instruction, before: word(amount), ...callees });
      amount = sum(amount, call.back);
      last = call.last;
    });
    return { total: word(amount), calls };
  }

  /** Mean over the copies of one instruction. */
  #site(addresses: readonly number[]): bigint[] {
    const found = this.#input.costs.latencies.filter((latency) => addresses.includes(latency.address));
    const classes = found[0]?.options.length ?? 0;
    return Array.from({ length: classes }, (_, option) =>
      word(
        mean(
          found.map((latency) =>
            this.#amount({ cycles: latency.cycles[option] ?? 0, events: latency.events[option] ?? [] }),
          ),
        ),
      ),
    );
  }
}

/** Path edges and calls of a node in machine order. */
function stepsOf(node: MappingNode): Step[] {
  const steps: Step[] = [];
  let passed = 0;
  for (const call of node.calls) {
    for (; passed < call.at; passed += 1) steps.push({ kind: "edge", edge: node.path[passed]! });
    steps.push({ kind: "call", call });
  }
  for (const edge of node.path.slice(passed)) steps.push({ kind: "edge", edge });
  return steps;
}

/** By node: the edges that may be the last ones when it is left. Empty nodes pass on what led to them. */
function lastEdges(
  map: FunctionMapping,
  steps: readonly (readonly Step[])[],
  entered: readonly number[],
  returnsOf: (call: NodeCall) => readonly number[],
): readonly (readonly number[])[] {
  const own = steps.map((list): readonly number[] | undefined => {
    const step = list.at(-1);
    return step === undefined ? undefined : step.kind === "edge" ? [step.edge] : returnsOf(step.call);
  });
  const last = own.map((edges) => new Set(edges ?? []));
  if (own[0] === undefined) for (const edge of entered) last[0]?.add(edge);
  for (let changed = true; changed;) {
    changed = false;
    for (const one of map.classes) {
      const to = last[one.to];
      if (to === undefined || own[one.to] !== undefined) continue;
      const before = to.size;
      const end = one.path.at(-1);
      if (end !== undefined) to.add(end);
      else for (const edge of last[one.from] ?? []) to.add(edge);
      changed ||= to.size > before;
    }
  }
  return last.map((edges) => [...edges]);
}
