// Linux/PowerPC system calls of a simulated program, for every executor: it needs memory by bytes and plain numbers.
// The program sees its arguments, the standard streams and a tree of files of its own (file-calls.ts); there is no other
// way out. Results and structures are those of the 32-bit PowerPC kernel interface, so that one ELF file runs here and
// under QEMU.
import { FileCalls } from "./file-calls.ts";
import type { ProgramIo } from "./iss-types.ts";

/** Target memory as system calls see it: big-endian bytes. */
export interface SystemMemory {
  /** Undefined when the range is not all in memory. */
  readBytes(address: number, length: number): Uint8Array | undefined;
  /** False when the range may not be written. */
  writeBytes(address: number, bytes: Uint8Array): boolean;
}

export interface SystemSettings {
  readonly io: ProgramIo;
  readonly memory: SystemMemory;
  /** Target time since the start in nanoseconds. */
  readonly nanoseconds: () => number;
  /** First address of the heap (end of bss rounded up to 4096) and its end. */
  readonly heapStart: number;
  readonly heapEnd: number;
}

/** r3 after the call, and CR0.SO. */
export interface SystemResult {
  readonly value: number;
  readonly error: boolean;
}

const ERRNO = { EFAULT: 14, EINVAL: 22, ENOSYS: 38 } as const;

const PROCESS = 1;

export class SystemCalls {
  readonly #settings: SystemSettings;
  readonly #files: FileCalls;
  #break: number;
  #exitCode: number | undefined;

  constructor(settings: SystemSettings) {
    this.#settings = settings;
    this.#break = settings.heapStart;
    const { io, memory } = settings;
    this.#files = new FileCalls(io, memory);
  }

  get exited(): boolean {
    return this.#exitCode !== undefined;
  }

  /** 0 to 255; 0 while the program runs. A signal the program sends itself exits with 128 + its number. */
  get exitCode(): number {
    return this.#exitCode ?? 0;
  }

  /** Carries out system call `number` (from r0) with arguments from r3 on, as signed or unsigned 32-bit numbers. */
  call(number: number, a: number, b: number, c: number, d = 0, e = 0): SystemResult {
    switch (number) {
      case 1: // exit
      case 234: // exit_group
        this.#exitCode = a & 255;
        return done(0);
      case 13: // time
        return this.#seconds(a >>> 0);
      case 20: // getpid
        return done(PROCESS);
      case 37: // kill
        if (a !== PROCESS) return failed("EINVAL");
        if (b !== 0) this.#exitCode = (128 + b) & 255;
        return done(0);
      case 43:
        return this.#times(a >>> 0);
      case 45:
        return this.#brk(a >>> 0);
      case 78: // gettimeofday
        return this.#clock(a >>> 0, 1000);
      case 246: // clock_gettime
        return a >= 0 && a <= 7 ? this.#clock(b >>> 0, 1) : failed("EINVAL");
      default: {
        const result = this.#files.call(number, a, b, c, d, e);
        if (result === undefined) return failed("ENOSYS");
        return typeof result === "number" ? done(result) : { value: result.errno, error: true };
      }
    }
  }

  #brk(address: number): SystemResult {
    if (address >= this.#settings.heapStart && address <= this.#settings.heapEnd) this.#break = address;
    return done(this.#break);
  }

  #seconds(address: number): SystemResult {
    const seconds = Math.floor(this.#settings.nanoseconds() / 1e9);
    if (address !== 0 && !this.#settings.memory.writeBytes(address, packed([seconds])))
      return failed("EFAULT");
    return done(seconds);
  }

  /** Seconds and the rest in units of `unit` nanoseconds. */
  #clock(address: number, unit: number): SystemResult {
    const now = Math.floor(this.#settings.nanoseconds());
    const words = [Math.floor(now / 1e9), Math.floor((now % 1e9) / unit)];
    return this.#settings.memory.writeBytes(address, packed(words)) ? done(0) : failed("EFAULT");
  }

  /** Clock ticks of 10 ms: all of the time is the program's own. */
  #times(address: number): SystemResult {
    const ticks = Math.floor(this.#settings.nanoseconds() / 1e7);
    if (address !== 0 && !this.#settings.memory.writeBytes(address, packed([ticks, 0, 0, 0])))
      return failed("EFAULT");
    return done(ticks);
  }
}

function done(value: number): SystemResult {
  return { value: value | 0, error: false };
}

function failed(name: keyof typeof ERRNO): SystemResult {
  return { value: ERRNO[name], error: true };
}

/** Words as big-endian bytes. */
function packed(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((w, i) => view.setUint32(4 * i, w >>> 0));
  return bytes;
}
