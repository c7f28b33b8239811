// A process that measures a made program into the database named first; with a second argument it stops half way, says so,
// and waits to be killed. Started by store.test.ts.
import { writeSync } from "node:fs";
import type { FlowGraph } from "../../src/characterize/flow-graph.ts";
import { characterize } from "../../src/characterize/measure.ts";
import { openStore } from "../../src/characterize/store.ts";
import { openCore } from "../../src/cli/open-core.ts";
import { encode } from "../../src/isa/index.ts";
import { createPathRunner } from "../../src/pipeline/index.ts";

const [path, stop] = process.argv.slice(2);
const { model } = await openCore("toy");
const addi = model.isa.instructions.find(({ name }) => name === "addi")!;

// One long chain of single instructions, no two contexts alike.
const count = 600;
const base = 0x1000;
const words = Uint32Array.from({ length: count }, (_, index) =>
  encode(model.isa, addi, { RT: 3 + (index % 29), RA: 3 + (index % 23), SI: 1 }),
);
const graph: FlowGraph = {
  blocks: Array.from({ length: count }, (_, id) => ({
    id,
    start: base + 4 * id,
    end: base + 4 * id + 4,
    function: "f",
  })),
  edges: Array.from({ length: count - 1 }, (_, id) => ({ id, from: id, to: id + 1 })),
};
const runner = createPathRunner(model, { pieces: [{ address: base, words }] });
const store = openStore(path!, {
  hash: model.hash,
  name: model.name,
  eventNames: runner.eventNames,
  tool: "test",
});
await characterize(graph, 0, runner, store, {
  core: model.name,
  modelHash: model.hash,
  progress: (done, total) => {
    if (stop === undefined || done < total / 2) return;
    writeSync(1, "half\n");
    // Killed here, with what was measured since the last transaction not yet on disk.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
store.close();
