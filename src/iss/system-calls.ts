// Linux/PowerPC system calls of a simulated program, for every executor: it needs memory by bytes and plain numbers.
// The program sees its arguments, the standard streams and the files that the user mounted, read-only; there is no other
// way out. Results and structures are those of the 32-bit PowerPC kernel interface, so that one ELF file runs here and
// under QEMU.
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

const ERRNO = {
  ENOENT: 2,
  EBADF: 9,
  EFAULT: 14,
  EINVAL: 22,
  EMFILE: 24,
  ENOTTY: 25,
  ESPIPE: 29,
  EROFS: 30,
  ENOSYS: 38,
} as const;

const PROCESS = 1;
const MAX_FILES = 256;
const MAX_PATH = 4096;

interface OpenFile {
  readonly kind: "input" | "output" | "file";
  readonly contents: Uint8Array;
  readonly inode: number;
  position: number;
}

export class SystemCalls {
  readonly #settings: SystemSettings;
  readonly #files = new Map<number, OpenFile>();
  #break: number;
  #exitCode: number | undefined;

  constructor(settings: SystemSettings) {
    this.#settings = settings;
    this.#break = settings.heapStart;
    const nothing = new Uint8Array(0);
    const { stdin = nothing } = settings.io;
    let input = typeof stdin === "function" ? undefined : stdin;
    this.#files.set(0, {
      kind: "input",
      get contents() {
        return (input ??= typeof stdin === "function" ? stdin() : stdin);
      },
      inode: 1,
      position: 0,
    });
    this.#files.set(1, { kind: "output", contents: nothing, inode: 2, position: 0 });
    this.#files.set(2, { kind: "output", contents: nothing, inode: 3, position: 0 });
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
      case 3:
        return this.#read(a, b >>> 0, c >>> 0);
      case 4:
        return this.#write(a, b >>> 0, c >>> 0);
      case 5:
        return this.#open(a >>> 0, b);
      case 6:
        return this.#files.delete(a) ? done(0) : failed("EBADF");
      case 13: // time
        return this.#seconds(a >>> 0);
      case 19: // lseek
        return this.#seek(a, b, c);
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
      case 54: // ioctl: nothing is a terminal
        return this.#files.has(a) ? failed("ENOTTY") : failed("EBADF");
      case 78: // gettimeofday
        return this.#clock(a >>> 0, 1000);
      case 106:
        return this.#pathStatus(a >>> 0, b >>> 0);
      case 108: // fstat
        return this.#descriptorStatus(a, b >>> 0, false);
      case 140:
        return this.#longSeek(a, b, c, d >>> 0, e);
      case 197: // fstat64
        return this.#descriptorStatus(a, b >>> 0, true);
      case 246: // clock_gettime
        return a >= 0 && a <= 7 ? this.#clock(b >>> 0, 1) : failed("EINVAL");
      default:
        return failed("ENOSYS");
    }
  }

  #read(descriptor: number, address: number, length: number): SystemResult {
    const file = this.#files.get(descriptor);
    if (!file || file.kind === "output") return failed("EBADF");
    const bytes = file.contents.subarray(file.position, file.position + length);
    if (bytes.length > 0 && !this.#settings.memory.writeBytes(address, bytes)) return failed("EFAULT");
    file.position += bytes.length;
    return done(bytes.length);
  }

  #write(descriptor: number, address: number, length: number): SystemResult {
    const file = this.#files.get(descriptor);
    if (!file || file.kind === "input") return failed("EBADF");
    if (file.kind === "file") return failed("EBADF");
    const bytes = this.#settings.memory.readBytes(address, length);
    if (!bytes) return failed("EFAULT");
    if (length > 0) this.#settings.io.write(descriptor, bytes);
    return done(length);
  }

  #open(address: number, flags: number): SystemResult {
    const path = this.#string(address);
    if (path === undefined) return failed("EFAULT");
    const contents = this.#settings.io.mounts?.get(path);
    if (!contents) return failed("ENOENT");
    const writes = (flags & 3) !== 0 || (flags & 0o1000) !== 0;
    if (writes) return failed("EROFS");
    let descriptor = 0;
    while (this.#files.has(descriptor)) descriptor++;
    if (descriptor >= MAX_FILES) return failed("EMFILE");
    this.#files.set(descriptor, { kind: "file", contents, inode: this.#inode(path), position: 0 });
    return done(descriptor);
  }

  #seek(descriptor: number, offset: number, whence: number): SystemResult {
    const file = this.#files.get(descriptor);
    if (!file) return failed("EBADF");
    if (file.kind !== "file") return failed("ESPIPE");
    const from = [0, file.position, file.contents.length][whence];
    if (from === undefined || from + offset < 0) return failed("EINVAL");
    file.position = from + offset;
    return done(file.position);
  }

  #longSeek(descriptor: number, high: number, low: number, result: number, whence: number): SystemResult {
    const seeked = this.#seek(descriptor, high * 2 ** 32 + (low >>> 0), whence);
    if (seeked.error) return seeked;
    const words = [Math.floor(seeked.value / 2 ** 32), seeked.value % 2 ** 32];
    return this.#settings.memory.writeBytes(result, packed(words)) ? done(0) : failed("EFAULT");
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

  #descriptorStatus(descriptor: number, address: number, large: boolean): SystemResult {
    const file = this.#files.get(descriptor);
    return file ? this.#status(file, address, large) : failed("EBADF");
  }

  #pathStatus(path: number, address: number): SystemResult {
    const name = this.#string(path);
    if (name === undefined) return failed("EFAULT");
    const contents = this.#settings.io.mounts?.get(name);
    if (!contents) return failed("ENOENT");
    return this.#status({ kind: "file", contents, inode: this.#inode(name), position: 0 }, address, false);
  }

  /** struct stat and struct stat64 of 32-bit PowerPC. Streams look like pipes, files like regular ones. */
  #status(file: OpenFile, address: number, large: boolean): SystemResult {
    const mode = file.kind === "file" ? 0o100444 : 0o010600;
    const length = file.kind === "file" ? file.contents.length : 0;
    const blocks = Math.ceil(length / 512);
    const words = large
      ? [
          0,
          1,
          0,
          file.inode,
          mode,
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          length,
          4096,
          0,
          0,
          blocks,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
        ]
      : [1, file.inode, mode, 1 << 16, 0, 0, 0, length, 4096, blocks, 0, 0, 0, 0, 0, 0, 0, 0];
    return this.#settings.memory.writeBytes(address, packed(words)) ? done(0) : failed("EFAULT");
  }

  #inode(path: string): number {
    return 4 + [...(this.#settings.io.mounts?.keys() ?? [])].indexOf(path);
  }

  #string(address: number): string | undefined {
    const bytes: number[] = [];
    for (let i = 0; i < MAX_PATH; i++) {
      const b = this.#settings.memory.readBytes(address + i, 1)?.[0];
      if (b === undefined) return undefined;
      if (b === 0) return new TextDecoder().decode(Uint8Array.from(bytes));
      bytes.push(b);
    }
    return undefined;
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
