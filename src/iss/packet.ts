// The packet of instructions that is being executed: where in it the next instruction stands, and what its instructions
// have written, which nobody sees before the packet ends.
import { fail } from "../base/diagnostic.ts";
import type { Instruction, PacketModel } from "../machine/model.ts";

/** Writes of one packet; real ones have a few dozen. */
const MOST = 100_000;

export class Packet {
  position = 0;
  /** The packet ends with the instruction at hand. */
  ends = false;
  #writes: (() => void)[] = [];

  later(write: () => void): void {
    if (this.#writes.length >= MOST) fail("BW0334", `a packet of the program has more than ${MOST} writes`);
    this.#writes.push(write);
  }

  /** Makes the writes, in the order of the packet's instructions; hooks that they call may write, too. */
  commit(): void {
    for (let round = 0; this.#writes.length > 0; round++) {
      if (round > 16) fail("BW0334", "writes at the end of a packet cause each other without end");
      const writes = this.#writes;
      this.#writes = [];
      for (const write of writes) write();
    }
  }
}

/** The machine as its packets see it. */
interface Machine {
  register(name: string): bigint;
  setRegister(name: string, index: undefined, v: bigint): void;
  instructions(): number;
  halted(): boolean;
}

/** Moves the position in the packet, and the counters that go with an instruction. */
export function moveOn(
  packet: Packet,
  { unit }: PacketModel,
  instruction: Instruction,
  machine: Machine,
): void {
  packet.position += unit === 0 ? 1 : Math.floor((instruction.width ?? 32) / unit);
  for (const [name, by] of Object.entries(instruction.counts ?? {}))
    machine.setRegister(name, undefined, machine.register(name) + BigInt(by));
}

/** When the packet ends after this instruction: its writes are made, and what its prefix said is forgotten (`store`). */
export function endPacket(
  packet: Packet,
  { size, byCode, perPacket }: PacketModel,
  machine: Machine,
  moment: (which: "post_packet" | "post_packet_commit") => void,
  store: (name: string, v: bigint) => void,
): void {
  if (!byCode && machine.instructions() % size === 0) packet.ends = true;
  if (machine.halted()) packet.commit();
  if (!packet.ends) return;
  packet.ends = false;
  packet.position = 0;
  moment("post_packet");
  for (const [name, v] of Object.entries(perPacket)) store(name, v);
  packet.commit();
  moment("post_packet_commit");
  packet.commit();
}
