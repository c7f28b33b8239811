// A stand-in for the functional model that executes nothing: it repeats what a recording says was executed, so that times
// can be judged apart from function, and faults of one not be taken for the other's.
import { numberOf, valueOf } from "../dat/index.ts";
import type { DatCommand, DatImage, RecordedInstruction } from "../dat/index.ts";
import type { SteppedSimulator } from "../pipeline/index.ts";

type Step = SteppedSimulator["last"];
type Access = Step["accesses"][number];

export function createReplay(image: DatImage, recorded: readonly RecordedInstruction[]): SteppedSimulator {
  const registers = new Map<string, bigint>();
  const memory = new Map<number, number>();
  let at = 0;
  let last: Step = { address: 0, word: 0, bytes: 4, next: 0, accesses: [] };
  const write = (address: number, bytes: Uint8Array): void =>
    bytes.forEach((byte, offset) => memory.set(address + offset, byte));
  const set = (name: string, value: bigint | string): void => {
    if (typeof value === "bigint") registers.set(name, value);
  };
  for (const piece of image.memory) write(piece.address, piece.bytes);
  for (const { name, index, value } of image.registers) set(`${name}${index ?? ""}`, value);
  const addressAt = (index: number): number => recorded[index]?.address ?? -1;
  return {
    pc: () => addressAt(at),
    halted: () => at >= recorded.length,
    step() {
      const one = recorded[at]!;
      at++;
      const accesses: Access[] = [];
      let exception: string | undefined;
      let target: number | undefined;
      one.events.forEach((event, index) => {
        if (event.name === "D") accesses.push(accessOf(event, one.events.slice(index + 1)));
        else if (event.name === "E") exception = valueOf(event, "n") ?? "";
        else if (event.name === "B") target = Number(numberOf(valueOf(event, "ea")) ?? 0n);
        else if (event.name === "M" && valueOf(event, "t") === "write") {
          const data = Number(numberOf(valueOf(event, "d")) ?? 0n);
          const place = Number(numberOf(valueOf(event, "ra")) ?? 0n);
          write(place, new Uint8Array([data >>> 24, data >>> 16, data >>> 8, data]));
        }
      });
      for (const [name, value] of one.registers) set(name, value);
      const bytes = (one.digits ?? 8) / 2;
      const address = one.address ?? 0;
      last = {
        address,
        word: Number(one.word ?? 0n),
        bytes,
        next: at < recorded.length ? addressAt(at) : (target ?? address + bytes),
        accesses,
        ...(exception === undefined ? {} : { exception }),
        ...(target === undefined ? {} : { branch: { taken: true, target } }),
      };
    },
    get last() {
      return last;
    },
    register: (name, index) => registers.get(`${name}${index ?? ""}`) ?? 0n,
    readMemory: (address, bytes) =>
      Uint8Array.from({ length: bytes }, (_, i) => memory.get(address + i) ?? 0),
  };
}

/** A data access, its real address found from the memory line that follows. */
function accessOf(event: DatCommand, following: readonly DatCommand[]): Access {
  const effective = Number(numberOf(valueOf(event, "ea")) ?? 0n);
  const word = following.find((one) => one.name === "M");
  const real = word ? Number(numberOf(valueOf(word, "ra")) ?? 0n) + (effective % 4) : effective;
  return {
    kind: valueOf(event, "t") === "write" ? "write" : "read",
    effective,
    real,
    bytes: Number(numberOf(valueOf(event, "nb")) ?? 4n),
  };
}
