// Random code for property tests: any instruction with any operands, every fifth one a conditional branch, and a random
// walk through it.
import { encode } from "../../src/isa/index.ts";
import type { MachineModel } from "../../src/machine/model.ts";
import { base } from "./core-timing.ts";

const length = 48;

/** A word of `instruction` with operand fields drawn from `random`. */
export function randomWord(model: MachineModel, index: number, random: () => number): number {
  const instruction = model.isa.instructions[index]!;
  const values: Record<string, number> = {};
  for (const name of instruction.fields) {
    const { width } = model.isa.fields[name]!;
    values[name] = random() % 2 ** Math.min(width, 16);
  }
  return encode(model.isa, instruction, values);
}

export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

/** Random code in which every fifth instruction is a conditional branch, and a random walk through it. */
export function randomProgram(model: MachineModel, seed: number): { words: Uint32Array; path: number[] } {
  const random = generator(seed);
  const plain = model.isa.instructions.flatMap((one, index) => (one.branch ? [] : [index]));
  const branch = model.isa.instructions.find((one) => one.name === "bc")!;
  const targets = new Map<number, number>();
  const words = Uint32Array.from({ length }, (_, at) => {
    if (at % 5 !== 4 && at !== length - 1) return randomWord(model, plain[random() % plain.length]!, random);
    const target = random() % length;
    targets.set(at, target);
    const displacement = (target - at) & 0x3fff;
    return encode(model.isa, branch, { BO: random() % 32, BI: random() % 32, BD: displacement });
  });
  const path: number[] = [];
  let at = 0;
  for (let step = 0; step < 150; step++) {
    path.push(base + 4 * at);
    const target = targets.get(at);
    at = target !== undefined && (at === length - 1 || random() % 2 === 0) ? target : at + 1;
  }
  return { words, path };
}
