// A loop whose turns take a different number of cycles each costs their mean, and what does not alternate is measured once.
import { expect, test } from "vitest";
import { createContextFinder } from "../../src/characterize/context.ts";
import type { FlowGraph } from "../../src/characterize/flow-graph.ts";
import { createMeter } from "../../src/characterize/meter.ts";
import { costOfPassage } from "../../src/characterize/passage-cost.ts";
import type { PathRunner } from "../../src/characterize/path-runner.ts";

// Block 0 leads to 1, which repeats and leads to 2; two instructions each.
const graph: FlowGraph = {
  blocks: [0, 1, 2].map((id) => ({ id, start: 8 * id, end: 8 * id + 8, function: "f" })),
  edges: [
    { id: 0, from: 0, to: 1 },
    { id: 1, from: 1, to: 1 },
    { id: 2, from: 1, to: 2 },
  ],
};
const [entry, again, exit] = graph.edges as [
  (typeof graph.edges)[0],
  (typeof graph.edges)[0],
  (typeof graph.edges)[0],
];

/** A pipeline in which instructions take `each` cycles in the mean and cycles are whole; one event a cycle. */
function meterOf(each: number) {
  const runner: PathRunner = {
    eventNames: ["cycle"],
    contextInstructions: 8,
    run(path) {
      const cycles = Math.floor(path.length * each);
      return { cycles, events: [cycles] };
    },
    signature: (address) => String(address),
    wrongPath: () => [],
    latencyOptions: () => [],
  };
  const nothingKept = { get: () => undefined, put: () => undefined, close: () => undefined };
  const meter = createMeter(runner, nothingKept, "model");
  const cost = (edge: (typeof graph.edges)[0], history: readonly (typeof graph.edges)[0][]) =>
    costOfPassage({ edge, history }, graph, runner, meter, createContextFinder(graph));
  return { meter, cost };
}

test("turns that take 3, 4, 3, 4, … cycles cost 3.5, and so does leaving the loop", () => {
  const { cost } = meterOf(1.75);
  expect(cost(again, [again])).toEqual({ edge: 1, previous: 1, cycles: 3.5, events: [3.5] });
  expect(cost(exit, [again])).toEqual({ edge: 2, previous: 1, cycles: 3.5, events: [3.5] });
});

test("turns that all take the same are compared and not measured further", () => {
  const { cost, meter } = meterOf(2);
  expect(cost(again, [again])).toEqual({ edge: 1, previous: 1, cycles: 4, events: [4] });
  expect(meter.measured()).toBe(4);
});

test("a context that comes from no loop has one length", () => {
  const { cost, meter } = meterOf(1.75);
  expect(cost(again, [entry])).toEqual({ edge: 1, previous: 0, cycles: 3, events: [3] });
  expect(meter.measured()).toBe(1);
});

test("two known edges before: the block between them counts, whatever is likely", () => {
  const { cost } = meterOf(1.75);
  // Six instructions before the block, and eight with it; 14 − 10 cycles.
  expect(cost(again, [again, entry])).toEqual({ edge: 1, previous: 1, earlier: 0, cycles: 4, events: [4] });
});
