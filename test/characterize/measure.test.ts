// Measuring pairs: costs add up along a path, equal code is measured once, changed code again.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CostTable } from "../../src/characterize/cost-table.ts";
import type { MeasureStatistics } from "../../src/characterize/measure.ts";
import { characterize } from "../../src/characterize/measure.ts";
import { createPricer } from "../../src/characterize/price.ts";
import type { CostStore } from "../../src/characterize/store.ts";
import { openStore } from "../../src/characterize/store.ts";
import type { Code } from "./straight-code.ts";
import { code, loopBlocks, loopEdges } from "./straight-code.ts";

/** A database of its own, in memory. */
function newStore(one: Code): CostStore {
  const model = { hash: "model", name: "core", eventNames: one.runner.eventNames, tool: "test" };
  return openStore(":memory:", model);
}

async function measure(
  one: Code,
  store: CostStore,
  modelHash = "model",
): Promise<{ table: CostTable; statistics: MeasureStatistics }> {
  return characterize(one.graph, 0, one.runner, store, { core: "core", modelHash });
}

/** Sum of the costs of the edges along a path of blocks, as the table has them. */
function sumAlong(
  one: Code,
  table: CostTable,
  blocks: readonly number[],
): { cycles: number; events: number[] } {
  const sum = { cycles: 0, events: table.eventNames.map(() => 0) };
  let previous = -1;
  let edge = -1;
  blocks.forEach((block, index) => {
    if (index > 0) {
      previous = edge;
      edge = one.edge(blocks[index - 1]!, block);
    }
    const cost = table.edges.find((row) => row.edge === edge && row.previous === previous)!;
    sum.cycles += cost.cycles;
    cost.events.forEach((count, event) => (sum.events[event]! += count));
  });
  return sum;
}

function runOf(one: Code, blocks: readonly number[]): { cycles: number; events: number[] } {
  const { cycles, events } = one.runner.run(one.path(blocks));
  return { cycles, events: [...events] };
}

const cores = ["toy", "e200z3", "ppc440"];

const operand = fc.integer({ min: 3, max: 12 });
const instruction = fc.oneof(
  fc.tuple(operand, operand, operand).map(([t, a, b]) => `add RT=${t} RA=${a} RB=${b}`),
  fc.tuple(operand, operand).map(([t, a]) => `addi RT=${t} RA=${a} SI=5`),
  fc.tuple(operand, operand).map(([t, a]) => `lwz RT=${t} RA=${a} D=8`),
  fc.tuple(operand, operand).map(([s, a]) => `stw RS=${s} RA=${a} D=8`),
  fc.tuple(operand, operand, operand).map(([t, a, b]) => `mullw RT=${t} RA=${a} RB=${b}`),
  fc.tuple(operand, operand, operand).map(([t, a, b]) => `divwu RT=${t} RA=${a} RB=${b}`),
  fc.tuple(fc.integer({ min: 0, max: 7 }), operand).map(([f, a]) => `cmpi BF=${f} RA=${a} SI=3`),
);

describe.each(cores)("on %s", (core) => {
  test("costs along a straight path add up to the run of the whole path", async () => {
    const straight = fc.array(fc.array(instruction, { minLength: 1, maxLength: 9 }), {
      minLength: 2,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(straight, async (blocks) => {
        const one = code(
          core,
          blocks,
          blocks.slice(1).map((_, index) => [index, index + 1] as const),
        );
        const store = newStore(one);
        const { table } = await measure(one, store);
        store.close();
        const all = blocks.map((_, index) => index);
        expect(sumAlong(one, table, all)).toEqual(runOf(one, all));
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  test("and so they do through a loop with a branch in it", async () => {
    const one = code(core, loopBlocks, loopEdges);
    const store = newStore(one);
    const { table } = await measure(one, store);
    store.close();
    const path = [0, 1, 2, 4, 1, 3, 4, 1, 3, 4, 1, 2, 4, 1, 2, 4, 5];
    const sum = sumAlong(one, table, path);
    const whole = runOf(one, path);
    // Two edges of history are exact; what came before them is the likely chain, so a cycle or two may differ.
    expect(Math.abs(sum.cycles - whole.cycles)).toBeLessThanOrEqual(0.02 * whole.cycles);
  });
});

describe("the database", () => {
  test("a second measurement of the same code takes everything from it and gives the same table", async () => {
    const one = code("e200z3", loopBlocks, loopEdges);
    const store = newStore(one);
    const first = await measure(one, store);
    const again = await measure(one, store);
    store.close();
    expect(first.statistics.measured).toBeGreaterThan(10);
    expect(again.statistics).toEqual({
      ...first.statistics,
      measured: 0,
      fromDatabase: first.statistics.contexts,
    });
    expect(again.table).toEqual(first.table);
  });

  test("equal code elsewhere, equally aligned, is found again; immediates and displacements make no difference", async () => {
    const one = code("e200z3", loopBlocks, loopEdges);
    const store = newStore(one);
    const first = await measure(one, store);
    const other = loopBlocks.map((block) =>
      block.map((line) => line.replace("SI=100", "SI=77").replace("D=8", "D=24")),
    );
    const moved = code("e200z3", other, loopEdges, { start: 0x8000 });
    const again = await measure(moved, store);
    store.close();
    expect(again.statistics.measured).toBe(0);
    expect(again.table.edges).toEqual(first.table.edges);
  });

  test("a changed instruction measures again only the pairs whose context, block or wrong path has it", async () => {
    const blocks = [
      ["addi RT=3 RA=0 SI=1", "lwz RT=4 RA=3 D=0"],
      ["add RT=5 RA=4 RB=3"],
      ["stw RS=5 RA=3 D=0", "mullw RT=6 RA=5 RB=5"],
      ["add RT=7 RA=6 RB=3"],
    ];
    const chain = [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const;
    const measuredAgain = async (block: number, line: string): Promise<number> => {
      const one = code("e200z3", blocks, chain);
      const store = newStore(one);
      const first = await measure(one, store);
      expect(first.statistics).toEqual({ pairs: 3, contexts: 4, measured: 4, fromDatabase: 0 });
      const changed = blocks.map((lines, id) => (id === block ? [line, ...lines.slice(1)] : lines));
      const again = await measure(code("e200z3", changed, chain), store);
      store.close();
      return again.statistics.measured;
    };
    expect(await measuredAgain(3, "lwz RT=7 RA=6 D=0")).toBe(1);
    expect(await measuredAgain(2, "sth RS=5 RA=3 D=0")).toBe(2);
    expect(await measuredAgain(0, "lhz RT=3 RA=9 D=0")).toBe(4);
    // The loop's exit is fetched by mistake whenever the loop goes round, so those pairs depend on it, too.
    const one = code("e200z3", loopBlocks, loopEdges);
    const store = newStore(one);
    await measure(one, store);
    const changed = loopBlocks.map((lines, id) => (id === 5 ? ["lwz RT=4 RA=9 D=0", lines[1]!] : lines));
    const again = await measure(code("e200z3", changed, loopEdges), store);
    store.close();
    expect(again.statistics.measured).toBeGreaterThan(2);
    expect(again.statistics.fromDatabase).toBeGreaterThan(0);
  });

  test("another model's rows are not taken", async () => {
    const one = code("e200z3", loopBlocks, loopEdges);
    const store = newStore(one);
    const first = await measure(one, store);
    const other = await measure(one, store, "another model");
    store.close();
    expect(other.statistics.measured).toBe(first.statistics.measured);
  });

  test("rows that the runner's events do not fit are measured again", async () => {
    const one = code("toy", loopBlocks.slice(0, 1), []);
    const store = newStore(one);
    const first = await measure(one, store);
    const short: CostStore = {
      ...store,
      get: (key) => {
        const row = store.get(key);
        return row && { cycles: 99, events: row.events.slice(1) };
      },
    };
    const again = await measure(one, short);
    store.close();
    expect(again.table).toEqual(first.table);
  });
});

describe("latencies that operands decide", () => {
  test("each option's additional cost is measured, the base's is zero", async () => {
    const one = code("e200z3", loopBlocks, loopEdges);
    const store = newStore(one);
    const { table } = await measure(one, store);
    store.close();
    const divide = one.graph.blocks[3]!.start;
    const [latency, ...more] = table.latencies;
    expect(more).toEqual([]);
    expect(latency).toMatchObject({ address: divide, block: 3 });
    expect(latency!.options).toEqual(one.runner.latencyOptions(divide));
    expect(latency!.cycles[0]).toBe(0);
    expect(latency!.events[0]!.every((count) => count === 0)).toBe(true);
    // A divider that blocks the pipeline: every further cycle is one more.
    expect(latency!.cycles).toEqual(latency!.options.map((option) => option - latency!.options[0]!));
  });

  test("priced, they give what a run with that latency takes", async () => {
    const one = code("e200z3", loopBlocks, loopEdges);
    const store = newStore(one);
    const { table } = await measure(one, store);
    store.close();
    const pricer = createPricer(one.graph, 0, table);
    const path = [0, 1, 3, 4, 5];
    const counts = one.graph.edges.map(() => 0);
    for (let at = 1; at < path.length; at++) counts[one.edge(path[at - 1]!, path[at]!)]!++;
    const address = one.graph.blocks[3]!.start;
    const position = one.path(path).indexOf(address);
    const options = one.runner.latencyOptions(address);
    options.forEach((cycles, option) => {
      const taken = options.map((_, index) => (index === option ? 1 : 0));
      const price = pricer.price(counts, new Map([[address, taken]]));
      const whole = one.runner.run(one.path(path), new Map([[position, cycles]]));
      expect({ cycles: price.cycles, events: [...price.events] }).toEqual({
        cycles: whole.cycles,
        events: [...whole.events],
      });
    });
  });
});

describe("progress and interruption", () => {
  test("an aborted measurement rejects; what it had measured is in the database", async () => {
    const blocks = Array.from({ length: 300 }, (_, index) => [
      `addi RT=${3 + (index % 23)} RA=${3 + (index % 19)} SI=1`,
    ]);
    const one = code(
      "toy",
      blocks,
      blocks.slice(1).map((_, index) => [index, index + 1] as const),
    );
    const store = newStore(one);
    const abort = new AbortController();
    const steps: [number, number][] = [];
    const options = {
      core: "core",
      modelHash: "model",
      signal: abort.signal,
      progress: (done: number, total: number) => {
        steps.push([done, total]);
        abort.abort();
      },
    };
    await expect(characterize(one.graph, 0, one.runner, store, options)).rejects.toThrow(/abort/i);
    expect(steps).toEqual([[256, 299]]);
    const whole = await measure(one, store);
    expect(whole.statistics).toMatchObject({ contexts: 300, measured: 300 - 257 });
    const fresh = newStore(one);
    expect(whole.table).toEqual((await measure(one, fresh)).table);
    store.close();
    fresh.close();
  });
});
