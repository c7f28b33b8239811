// Blocks of a described machine: several instructions that execute as one leave what they leave one by one.
import { describe, expect, it } from "vitest";
import { createModelSimulator } from "../../src/iss/index.ts";
import type { ModelSimulator } from "../../src/iss/index.ts";
import type { IsaModel } from "../../src/machine/model.ts";
import { assemble, describeToy, generalRegisters } from "./support/described.ts";
import type { Line } from "./support/described.ts";

function simulatorOf(isa: IsaModel, program: readonly Line[], handler: readonly Line[] = []): ModelSimulator {
  const memory = [
    { address: 0, bytes: assemble(isa, program) },
    { address: 0x100, bytes: assemble(isa, handler) },
  ];
  return createModelSimulator(isa, { memory, registers: [] });
}

/** Runs to the end; how many instructions each block had, 1 for a single step. */
function lengths(simulator: ModelSimulator): number[] {
  const list: number[] = [];
  for (let n = 0; n < 100 && !simulator.halted(); n++) {
    const block = simulator.executeBlock(100);
    if (!block) simulator.step();
    list.push(block?.executed ?? 1);
  }
  return list;
}

describe("blocks of a described machine", () => {
  const plain = describeToy("");

  it("end with a change of flow, and before what needs a look", () => {
    const simulator = simulatorOf(plain, [
      ["li", { RT: 1, SI: 5 }],
      ["li", { RT: 2, SI: 0x200 }],
      ["sw", { RT: 1, RA: 2, SI: 4 }],
      ["jump", { TARGET: 5 }],
      ["li", { RT: 1, SI: 9 }],
      ["lw", { RT: 3, RA: 2, SI: 4 }],
      ["stop"],
    ]);
    expect(lengths(simulator)).toEqual([4, 1, 1]);
    expect([generalRegisters(simulator, 3), simulator.instructions()]).toEqual([[5, 0x200, 5], 6 + 0]);
  });

  it("take no more instructions than they may", () => {
    const simulator = simulatorOf(plain, [["li", { RT: 1, SI: 5 }], ["li", { RT: 2, SI: 6 }], ["stop"]]);
    expect([simulator.executeBlock(1), simulator.pc()]).toEqual([undefined, 0]);
  });

  it("count accesses in pieces", () => {
    const simulator = simulatorOf(plain, [
      ["lw", { RT: 1, RA: 0, SI: 0x200 }],
      ["li", { RT: 2, SI: 1 }],
      ["lw", { RT: 1, RA: 0, SI: 0x202 }],
      ["stop"],
    ]);
    const block = simulator.executeBlock(100);
    expect([block?.accessing, [...(block?.counts ?? [])]]).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it("end behind a store into themselves, and are made anew", () => {
    const [changed] = [assemble(plain, [["li", { RT: 3, SI: 7 }]])];
    const value = (changed![0]! << 24) | (changed![1]! << 16) | (changed![2]! << 8) | changed![3]!;
    const simulator = simulatorOf(plain, [
      ["lis", { RT: 1, UI: value >>> 16 }],
      ["ori", { RT: 1, RA: 1, UI: value & 0xffff }],
      ["sw", { RT: 1, RA: 0, SI: 16 }],
      ["li", { RT: 2, SI: 1 }],
      ["li", { RT: 3, SI: 1 }],
      ["stop"],
    ]);
    expect(lengths(simulator)).toEqual([3, 2, 1]);
    expect(generalRegisters(simulator, 3).slice(1)).toEqual([1, 7]);
  });

  it("are taken back by an exception: the instructions before it execute one by one", () => {
    const isa = describeToy(`
      define (reg=SAVED) { }
      define (exception=Odd) { action={ SAVED = CIA; NIA = 0x100; }; }
      define (instr=check) { fields=(OP(16),RA); action={ if (GPR(RA)(31,31) == 1) { raiseException(Odd); } }; }
    `);
    const program: Line[] = [
      ["li", { RT: 1, SI: 3 }],
      ["sw", { RT: 1, RA: 0, SI: 0x200 }],
      ["check", { RA: 2 }],
      ["check", { RA: 1 }],
      ["stop"],
    ];
    const simulator = simulatorOf(isa, program, [["li", { RT: 4, SI: 8 }], ["stop"]]);
    const single = simulatorOf(isa, program, [["li", { RT: 4, SI: 8 }], ["stop"]]);
    while (!single.halted()) single.step();
    lengths(simulator);
    const state = (one: ModelSimulator): unknown => [
      generalRegisters(one, 8),
      one.register("SAVED"),
      one.instructions(),
      one.pc(),
      [...one.readMemory(0x200, 4)],
    ];
    expect(state(simulator)).toEqual(state(single));
  });

  it("are not there where hooks look at each instruction", () => {
    const isa = describeToy("", "post_exec = { GPR(5) = GPR(5) + 1; };");
    const simulator = simulatorOf(isa, [["li", { RT: 1, SI: 5 }], ["stop"]]);
    expect(simulator.executeBlock(100)).toBeUndefined();
  });
});
