// A simulator as the comparison sees it: its registers by the names that recordings use, and what its last step did.
import type { ModelSimulator } from "../iss/index.ts";
import type { IsaModel } from "../machine/model.ts";
import type { SteppedSimulator } from "../pipeline/index.ts";
import type { ComparedMachine, ExecutedInstruction } from "./compare.ts";

export function executedOf(simulator: SteppedSimulator, isa: IsaModel): ExecutedInstruction {
  const { address, bytes, accesses, exception, branch } = simulator.last;
  return {
    address,
    bytes,
    word: encodingOf(simulator, isa),
    accesses: accesses.filter((one) => one.kind !== "fetch"),
    ...(exception === undefined ? {} : { exception }),
    ...(branch?.taken ? { target: branch.target } : {}),
  };
}

/** The instruction as recordings have it: as one number, with what a prefix supplies in front of what was fetched. */
function encodingOf(simulator: SteppedSimulator, isa: IsaModel): bigint {
  const { word, bytes } = simulator.last;
  // The word stands at the left end of 32 bits.
  const short = BigInt(word >>> 0) >> BigInt(8 * (4 - bytes || 0));
  if (!("more" in simulator.last)) return short;
  const { instruction, more } = simulator.last as ModelSimulator["last"];
  const little = isa.machine?.littleEndian?.instructions === true;
  const fetched = instruction?.width ?? 8 * bytes;
  const words = [word, ...(instruction?.supplied ? more.slice(0, -1) : more)].map((w) => BigInt(w >>> 0));
  const all = words.reduce((value, w) => (value << 32n) | w, 0n);
  if (little) return fetched < 32 ? BigInt.asUintN(fetched, all) : all;
  const whole = all >> BigInt(32 * words.length - fetched);
  const { supplied } = instruction ?? {};
  if (!supplied) return whole;
  const digits = BigInt((more.at(-1) ?? 0) >>> 0);
  const prefix = supplied.side === "right" ? digits : digits >> BigInt(32 - supplied.bits);
  // As many hexadecimal digits as the bits fill, from the left.
  return ((prefix << BigInt(fetched)) | whole) >> BigInt((fetched + supplied.bits) % 4);
}

export function comparedMachine(isa: IsaModel, simulator: SteppedSimulator): ComparedMachine {
  const has = (name: string): boolean =>
    "hasRegister" in simulator
      ? (simulator as unknown as ModelSimulator).hasRegister(name)
      : name in isa.registers || name in isa.registerFiles;
  return {
    register: (name, index, context) => {
      if ("stored" in simulator) return (simulator as unknown as ModelSimulator).stored(name, index, context);
      const file = isa.registerFiles[name];
      if (file ? index === undefined || index >= file.size : index !== undefined || !has(name))
        return undefined;
      return simulator.register(name, index);
    },
    memoryWord: (address, bytes, behindCaches = false) => {
      let value = 0;
      const read =
        behindCaches && "readBehindCaches" in simulator
          ? (simulator as unknown as ModelSimulator).readBehindCaches(address, bytes)
          : simulator.readMemory(address, bytes);
      for (const byte of isa.machine?.littleEndian?.data === true ? read.toReversed() : read)
        value = value * 256 + byte;
      return value;
    },
    storedWord: (memory, address) => {
      const bytes =
        memory === "Mem"
          ? simulator.readMemory(address, 4)
          : "readLocal" in simulator
            ? (simulator as unknown as ModelSimulator).readLocal(memory, address, 4)
            : undefined;
      return bytes && [...bytes].reduce((value, byte) => value * 256 + byte, 0);
    },
    enumerated: (register, value) => {
      const names =
        isa.registers[register]?.enumerated ??
        isa.machine?.parms.find((one) => one.name === register)?.options;
      const at = names?.indexOf(value) ?? -1;
      return at < 0 ? undefined : BigInt(at);
    },
  };
}
