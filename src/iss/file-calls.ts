// System calls on files and streams, with the results and structures of the 32-bit PowerPC kernel interface. Paths begin at
// the root of the program's own tree of files; there is no other.
import { FILE_ERROR, FileFault, GuestFiles, type GuestFile, type GuestNode } from "./guest-files.ts";
import type { ProgramIo } from "./iss-types.ts";
import type { SystemMemory } from "./system-calls.ts";

const ERRNO = { ...FILE_ERROR, EBADF: 9, EFAULT: 14, EMFILE: 24, ENOTTY: 25, ESPIPE: 29 } as const;

/** Linux's flags of `open` on PowerPC. */
const OPEN = {
  access: 3,
  create: 0o100,
  exclusive: 0o200,
  truncate: 0o1000,
  append: 0o2000,
  folder: 0o40000,
};

const MAX_FILES = 256;
const MAX_PATH = 4096;
const NOTHING = new Uint8Array(0);

interface OpenFile {
  readonly node: GuestNode | "input" | "output";
  /** Of a stream: its descriptor at the start + 1. */
  readonly inode: number;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly append: boolean;
  /** Of a folder: entries passed on. */
  position: number;
  /** A folder's entries as they were at the first question. */
  entries?: readonly (readonly [string, GuestNode | undefined])[];
}

/** Result of a call: a number, or the error. */
export type FileResult = number | { readonly errno: number };

export class FileCalls {
  readonly #io: ProgramIo;
  readonly #memory: SystemMemory;
  readonly #files: GuestFiles;
  readonly #open = new Map<number, OpenFile>();
  #input: Uint8Array | undefined;

  constructor(io: ProgramIo, memory: SystemMemory) {
    this.#io = io;
    this.#memory = memory;
    this.#files = io.files ?? new GuestFiles();
    const stream = { append: false, position: 0 };
    this.#open.set(0, { ...stream, node: "input", inode: 1, reads: true, writes: false });
    this.#open.set(1, { ...stream, node: "output", inode: 2, reads: false, writes: true });
    this.#open.set(2, { ...stream, node: "output", inode: 3, reads: false, writes: true });
  }

  /** Carries out call `number`; undefined when it is none of these. */
  call(number: number, a: number, b: number, c: number, d: number, e: number): FileResult | undefined {
    try {
      switch (number) {
        case 3:
          return this.#read(a, b >>> 0, c >>> 0);
        case 4:
          return this.#write(a, b >>> 0, c >>> 0);
        case 5:
          return this.#openPath(a >>> 0, b);
        case 6:
          return this.#open.delete(a) ? 0 : error("EBADF");
        case 10: // unlink
          return this.#change(a >>> 0, (path) => this.#files.remove(path, "file"));
        case 19: // lseek
          return this.#seek(a, b, c);
        case 33: // access: what is there may be read and executed
          return this.#access(a >>> 0, b);
        case 38: // rename
          return this.#rename(a >>> 0, b >>> 0);
        case 39: // mkdir
          return this.#change(a >>> 0, (path) => this.#files.makeFolder(path));
        case 40: // rmdir
          return this.#change(a >>> 0, (path) => this.#files.remove(path, "folder"));
        case 41: // dup: the copy shares the position
          return this.#copy(a);
        case 54: // ioctl: nothing is a terminal
          return error(this.#open.has(a) ? "ENOTTY" : "EBADF");
        case 93: // ftruncate
          return this.#truncate(a, b);
        case 106: // stat
        case 107: // lstat: there are no links
          return this.#pathStatus(a >>> 0, b >>> 0);
        case 108: // fstat
          return this.#descriptorStatus(a, b >>> 0, false);
        case 118: // fsync
          return this.#open.has(a) ? 0 : error("EBADF");
        case 140:
          return this.#longSeek(a, b, c, d >>> 0, e);
        case 197: // fstat64
          return this.#descriptorStatus(a, b >>> 0, true);
        case 202: // getdents64
          return this.#list(a, b >>> 0, c >>> 0);
        default:
          return undefined;
      }
    } catch (fault) {
      if (fault instanceof FileFault) return error(fault.error);
      throw fault;
    }
  }

  #read(descriptor: number, address: number, length: number): FileResult {
    const file = this.#open.get(descriptor);
    if (!file?.reads) return error("EBADF");
    const contents = this.#contentsOf(file);
    if (contents === undefined) return error("EISDIR");
    const bytes = contents.subarray(file.position, file.position + length);
    if (bytes.length > 0 && !this.#memory.writeBytes(address, bytes)) return error("EFAULT");
    file.position += bytes.length;
    return bytes.length;
  }

  #contentsOf({ node }: OpenFile): Uint8Array | undefined {
    if (node === "output") return NOTHING;
    if (node === "input") {
      const { stdin = NOTHING } = this.#io;
      return (this.#input ??= typeof stdin === "function" ? stdin() : stdin);
    }
    return node.kind === "file" ? node.contents : undefined;
  }

  #write(descriptor: number, address: number, length: number): FileResult {
    const file = this.#open.get(descriptor);
    if (!file?.writes) return error("EBADF");
    const bytes = this.#memory.readBytes(address, length);
    if (!bytes) return error("EFAULT");
    if (length === 0) return 0;
    if (file.node === "output") this.#io.write(file.inode - 1, bytes);
    else {
      const node = file.node as GuestFile;
      if (file.append) file.position = node.size;
      node.write(file.position, bytes);
      file.position += length;
    }
    return length;
  }

  #lowestFree(): number {
    let descriptor = 0;
    while (this.#open.has(descriptor)) descriptor++;
    return descriptor;
  }

  #copy(descriptor: number): FileResult {
    const file = this.#open.get(descriptor);
    if (!file) return error("EBADF");
    const copy = this.#lowestFree();
    if (copy >= MAX_FILES) return error("EMFILE");
    this.#open.set(copy, file);
    return copy;
  }

  #openPath(address: number, flags: number): FileResult {
    const path = this.#string(address);
    if (path === undefined) return error("EFAULT");
    const descriptor = this.#lowestFree();
    if (descriptor >= MAX_FILES) return error("EMFILE");
    const access = flags & OPEN.access;
    const node = this.#files.open(path, {
      write: access !== 0,
      create: (flags & OPEN.create) !== 0,
      exclusive: (flags & OPEN.exclusive) !== 0,
      truncate: (flags & OPEN.truncate) !== 0,
      folder: (flags & OPEN.folder) !== 0,
    });
    this.#open.set(descriptor, {
      node,
      inode: node.inode,
      reads: access !== 1,
      writes: access !== 0,
      append: (flags & OPEN.append) !== 0,
      position: 0,
    });
    return descriptor;
  }

  #seek(descriptor: number, offset: number, whence: number): FileResult {
    const file = this.#open.get(descriptor);
    if (!file) return error("EBADF");
    if (typeof file.node === "string") return error("ESPIPE");
    const from = [0, file.position, file.node.kind === "file" ? file.node.size : 0][whence];
    if (from === undefined || from + offset < 0 || from + offset > 0x7fffffff) return error("EINVAL");
    file.position = from + offset;
    // A folder that is wound back is read anew.
    delete file.entries;
    return file.position;
  }

  #longSeek(descriptor: number, high: number, low: number, result: number, whence: number): FileResult {
    const seeked = this.#seek(descriptor, high * 2 ** 32 + (low >>> 0), whence);
    if (typeof seeked !== "number") return seeked;
    const words = [Math.floor(seeked / 2 ** 32), seeked % 2 ** 32];
    return this.#memory.writeBytes(result, packed(words)) ? 0 : error("EFAULT");
  }

  #truncate(descriptor: number, size: number): FileResult {
    const file = this.#open.get(descriptor);
    if (!file) return error("EBADF");
    if (!file.writes || typeof file.node === "string" || size < 0) return error("EINVAL");
    (file.node as GuestFile).resize(size);
    return 0;
  }

  #access(address: number, mode: number): FileResult {
    return this.#change(address, (path) => {
      if (!this.#files.find(path).writable && (mode & 2) !== 0) throw new FileFault("EROFS");
    });
  }

  #rename(from: number, to: number): FileResult {
    const target = this.#string(to);
    if (target === undefined) return error("EFAULT");
    return this.#change(from, (path) => this.#files.rename(path, target));
  }

  #change(address: number, action: (path: string) => void): FileResult {
    const path = this.#string(address);
    if (path === undefined) return error("EFAULT");
    action(path);
    return 0;
  }

  #descriptorStatus(descriptor: number, address: number, large: boolean): FileResult {
    const file = this.#open.get(descriptor);
    return file ? this.#status(file.node, file.inode, address, large) : error("EBADF");
  }

  #pathStatus(path: number, address: number): FileResult {
    const name = this.#string(path);
    if (name === undefined) return error("EFAULT");
    const node = this.#files.find(name);
    return this.#status(node, node.inode, address, false);
  }

  /** struct stat and struct stat64 of 32-bit PowerPC. Streams look like pipes. */
  #status(node: OpenFile["node"], inode: number, address: number, large: boolean): FileResult {
    const isStream = typeof node === "string";
    const length = isStream || node.kind === "folder" ? 0 : node.size;
    const permissions = isStream ? 0o600 : node.kind === "folder" ? 0o755 : 0o644;
    const type = isStream ? 0o010000 : node.kind === "folder" ? 0o040000 : 0o100000;
    const mode = type | (isStream || node.writable ? permissions : permissions & ~0o222);
    const time = isStream ? 0 : node.changed;
    const blocks = Math.ceil(length / 512);
    const times = [time, 0, time, 0, time, 0];
    const words = large
      ? [0, 1, 0, inode, mode, 1, 0, 0, 0, 0, 0, 0, 0, length, 4096, 0, 0, blocks, ...times, 0, 0]
      : [1, inode, mode, 1 << 16, 0, 0, 0, length, 4096, blocks, ...times, 0, 0];
    return this.#memory.writeBytes(address, packed(words)) ? 0 : error("EFAULT");
  }

  /** Entries as `struct linux_dirent64`: number and offset of 64 bits, length, type, name. */
  #list(descriptor: number, address: number, room: number): FileResult {
    const file = this.#open.get(descriptor);
    if (!file) return error("EBADF");
    const { node } = file;
    if (typeof node === "string" || node.kind !== "folder") return error("ENOTDIR");
    file.entries ??= [[".", node], ["..", undefined], ...node.entries];
    const parts: Uint8Array[] = [];
    let length = 0;
    for (; file.position < file.entries.length; file.position++) {
      const [name, entry] = file.entries[file.position]!;
      const text = new TextEncoder().encode(name);
      const size = Math.ceil((19 + text.length + 1) / 8) * 8;
      if (length + size > room) break;
      const bytes = new Uint8Array(size);
      const view = new DataView(bytes.buffer);
      view.setUint32(4, entry?.inode ?? node.inode);
      view.setUint32(12, file.position + 1);
      view.setUint16(16, size);
      bytes[18] = entry?.kind === "file" ? 8 : 4;
      bytes.set(text, 19);
      parts.push(bytes);
      length += size;
    }
    if (length === 0) return file.position < file.entries.length ? error("EINVAL") : 0;
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return this.#memory.writeBytes(address, all) ? length : error("EFAULT");
  }

  #string(address: number): string | undefined {
    const bytes: number[] = [];
    for (let i = 0; i < MAX_PATH; i++) {
      const b = this.#memory.readBytes(address + i, 1)?.[0];
      if (b === undefined) return undefined;
      if (b === 0) return new TextDecoder().decode(Uint8Array.from(bytes));
      bytes.push(b);
    }
    throw new FileFault("ENAMETOOLONG");
  }
}

function error(name: keyof typeof ERRNO): FileResult {
  return { errno: ERRNO[name] };
}

/** Words as big-endian bytes. */
function packed(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((w, i) => view.setUint32(4 * i, w >>> 0));
  return bytes;
}
