// A simulator as the comparison sees it: its registers by the names that recordings use, and what its last step did.
import type { ModelSimulator } from "../iss/index.ts";
import type { IsaModel } from "../machine/model.ts";
import type { SteppedSimulator } from "../pipeline/index.ts";
import type { ComparedMachine, ExecutedInstruction } from "./compare.ts";

export function executedOf(simulator: SteppedSimulator): ExecutedInstruction {
  const { address, word, bytes, accesses, exception, branch } = simulator.last;
  return {
    address,
    bytes,
    // The word stands at the left end of 32 bits.
    word: BigInt(word >>> 0) >> BigInt(8 * (4 - bytes || 0)),
    accesses: accesses.filter((one) => one.kind !== "fetch"),
    ...(exception === undefined ? {} : { exception }),
    ...(branch?.taken ? { target: branch.target } : {}),
  };
}

export function comparedMachine(isa: IsaModel, simulator: SteppedSimulator): ComparedMachine {
  const has = (name: string): boolean =>
    "hasRegister" in simulator
      ? (simulator as unknown as ModelSimulator).hasRegister(name)
      : name in isa.registers || name in isa.registerFiles;
  return {
    register: (name, index) => {
      const file = isa.registerFiles[name];
      if (file ? index === undefined || index >= file.size : index !== undefined || !has(name))
        return undefined;
      return simulator.register(name, index);
    },
    memoryWord: (address, bytes) => {
      let value = 0;
      for (const byte of simulator.readMemory(address, bytes)) value = value * 256 + byte;
      return value;
    },
    enumerated: (register, value) => {
      const at = isa.machine?.parms.find((one) => one.name === register)?.options.indexOf(value) ?? -1;
      return at < 0 ? undefined : BigInt(at);
    },
  };
}
