// What generated code reaches besides registers and memory: system calls, traps, the time base, the reservation.
import { fail } from "../base/diagnostic.ts";
import { hex8 } from "../isa/decoder.ts";

/** Returned as the next address by a system call that ended the program: no instruction lies at an odd address. */
export const ENDED = 1;

export interface SystemCallHook {
  /** Carries out the system call that the registers name. Returns true when the program has ended. */
  (): boolean;
}

export class Environment {
  /** Address of the instruction that a fault was found in. */
  faultAddress = 0;
  lastSystemCall = 0;
  readonly #file: string;
  readonly #timeBase: () => bigint;
  #systemCall: SystemCallHook = () => true;
  #reserved = -1;

  constructor(file: string, timeBase: () => bigint) {
    this.#file = file;
    this.#timeBase = timeBase;
  }

  connect(systemCall: SystemCallHook): void {
    this.#systemCall = systemCall;
  }

  /** The next address: that of the following instruction, or ENDED. */
  systemCall(cia: number): number {
    this.lastSystemCall = cia;
    return this.#systemCall() ? ENDED : (cia + 4) | 0;
  }

  timeBase(): bigint {
    return BigInt.asUintN(64, this.#timeBase());
  }

  reserve(address: number): void {
    this.#reserved = address >>> 0;
  }

  /** 1 when the address is reserved; the reservation is gone afterwards. */
  reservationHeld(address: number): number {
    const held = this.#reserved === address >>> 0;
    this.#reserved = -1;
    return held ? 1 : 0;
  }

  memoryFault(cia: number, what: string): never {
    return this.#fault(
      cia,
      "BW0302",
      what,
      "the program has a stray pointer, or needs a larger heap or stack",
    );
  }

  misaligned(cia: number, what: string): never {
    return this.#fault(
      cia,
      "BW0304",
      what,
      "the program casts a pointer to one to a type of greater alignment",
    );
  }

  trap(cia: number): never {
    return this.#fault(cia, "BW0303", "trap instruction: a check of the program failed", undefined);
  }

  noRegister(file: string, index: number, cia: number): never {
    return this.#fault(
      cia,
      "BW0306",
      `${file} ${index} is no register of this processor's description`,
      "add it to the description, or compile for the described processor",
    );
  }

  endless(cia: number): never {
    return this.#fault(cia, "BW0307", "a loop in the instruction's action code does not end", undefined);
  }

  #fault(cia: number, code: string, what: string, help: string | undefined): never {
    this.faultAddress = cia >>> 0;
    return fail(code, `${what} (instruction at address 0x${hex8(cia)})`, help, { file: this.#file });
  }
}
