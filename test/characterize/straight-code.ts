// Small hand-assembled programs as flow graphs, for measuring on a core of targets/.
import { createPathRunner } from "../../src/pipeline/index.ts";
import type { PathPipeline } from "../../src/pipeline/path-runner.ts";
import type { FlowGraph } from "../../src/characterize/flow-graph.ts";
import { assemble, base, coreModel } from "../pipeline/core-timing.ts";

export interface Code {
  readonly graph: FlowGraph;
  readonly runner: PathPipeline;
  /** Addresses along a path of block ids. */
  path(blocks: readonly number[]): number[];
  /** Id of the edge between two blocks. */
  edge(from: number, to: number): number;
}

/**
 * Blocks of instructions as text, one after the other from `start` on, and edges as pairs of block ids. A block's name is
 * its function's; all are in one function unless `functions` says otherwise.
 */
export function code(
  core: string,
  blocks: readonly (readonly string[])[],
  edges: readonly (readonly [number, number])[],
  options: { readonly start?: number; readonly functions?: readonly string[] } = {},
): Code {
  const model = coreModel(core);
  const start = options.start ?? base;
  const words = Uint32Array.from(blocks.flat(), (line) => assemble(model, line));
  let at = start;
  const graph: FlowGraph = {
    blocks: blocks.map((lines, id) => {
      const block = { id, start: at, end: at + 4 * lines.length, function: options.functions?.[id] ?? "f" };
      at = block.end;
      return block;
    }),
    edges: edges.map(([from, to], id) => ({ id, from, to })),
  };
  return {
    graph,
    runner: createPathRunner(model, { pieces: [{ address: start, words }] }),
    path: (ids) =>
      ids.flatMap((id) => {
        const block = graph.blocks[id]!;
        return Array.from({ length: (block.end - block.start) / 4 }, (_, index) => block.start + 4 * index);
      }),
    edge: (from, to) => graph.edges.find((edge) => edge.from === from && edge.to === to)!.id,
  };
}

/** A loop around a branch: 0 entry, 1 head, 2 and 3 the two ways, 4 latch (back to 1), 5 exit. */
export const loopBlocks: readonly (readonly string[])[] = [
  ["addi RT=3 RA=0 SI=100", "addi RT=4 RA=0 SI=0", "addi RT=9 RA=0 SI=7"],
  ["lwz RT=5 RA=9 D=0", "cmpi BF=0 RA=5 SI=0", "bc BO=12 BI=2 BD=4"],
  ["mullw RT=6 RA=5 RB=5", "add RT=4 RA=4 RB=6", "b LI=3"],
  ["divwu RT=6 RA=4 RB=9", "stw RS=6 RA=9 D=8"],
  ["addi RT=9 RA=9 SI=4", "addi RT=3 RA=3 SI=16383", "cmpi BF=1 RA=3 SI=0", "bc BO=4 BI=6 BD=16373"],
  ["stw RS=4 RA=9 D=0", "or RS=4 RA=3 RB=4"],
];
export const loopEdges: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 2],
  [1, 3],
  [2, 4],
  [3, 4],
  [4, 1],
  [4, 5],
];
