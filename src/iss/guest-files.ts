// The files that a simulated program sees: a tree in memory that begins with what the user mounted and an empty `/tmp`.
// Nothing here touches the host. A mounted file's bytes are asked for when the program first needs them; what the program
// changes stays in the tree, so that a run can be repeated, and is written back, where it is, by whoever made the tree.

/** Linux error numbers that file operations give. */
export const FILE_ERROR = {
  ENOENT: 2,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ENOTEMPTY: 39,
  EBUSY: 16,
} as const;

export type FileError = keyof typeof FILE_ERROR;

/** A file operation that the program asked for and that cannot be done. */
export class FileFault extends Error {
  readonly error: FileError;
  constructor(error: FileError) {
    super(error);
    this.error = error;
  }
}

/** What stands behind a mounted file or folder. */
export interface FileOrigin {
  readonly kind: "file" | "folder";
  /** Bytes of a file. */
  readonly size: number;
  /** Seconds of the last change, of 1970. */
  readonly changed: number;
  /** A file's bytes. */
  read(): Uint8Array;
  /** A folder's entries. */
  list(): ReadonlyMap<string, FileOrigin>;
}

export interface Mount {
  /** Absolute and normal. */
  readonly guest: string;
  readonly origin: FileOrigin;
  readonly readOnly: boolean;
}

const MAX_NAME = 255;
/** Most bytes that a program may put into files: memory is what holds them. */
const MOST_BYTES = 2 ** 29;

/** What all nodes of one tree share. */
class Shared {
  #inodes = 4;
  #bytes = 0;
  nextInode(): number {
    return this.#inodes++;
  }
  take(bytes: number): void {
    if (this.#bytes + bytes > MOST_BYTES) throw new FileFault("ENOSPC");
    this.#bytes += bytes;
  }
}

abstract class Node {
  readonly shared: Shared;
  readonly inode: number;
  /** Which mount it belongs to; undefined: to none. */
  readonly mount: Mount | undefined;
  readonly origin: FileOrigin | undefined;
  /** Seconds of the last change before the run, which has no calendar; 0 for what the program made. */
  readonly changed: number;
  constructor(shared: Shared, mount: Mount | undefined, origin: FileOrigin | undefined) {
    this.shared = shared;
    this.inode = shared.nextInode();
    this.mount = mount;
    this.origin = origin;
    this.changed = origin?.changed ?? 0;
  }
  get writable(): boolean {
    return this.mount?.readOnly !== true;
  }
}

export class GuestFile extends Node {
  readonly kind = "file";
  /** Has the program written to it, or made it? */
  dirty: boolean;
  #bytes: Uint8Array | undefined;
  #size: number;
  constructor(shared: Shared, mount: Mount | undefined, origin: FileOrigin | undefined) {
    super(shared, mount, origin);
    this.dirty = origin === undefined;
    this.#size = origin?.size ?? 0;
  }
  get size(): number {
    return this.#size;
  }
  /** All of it, not to be kept over a change. */
  get contents(): Uint8Array {
    return this.#load().subarray(0, this.#size);
  }
  /** Writes at `position`; what is between the end and there becomes zero. */
  write(position: number, bytes: Uint8Array): void {
    this.#grow(position + bytes.length);
    this.#bytes!.set(bytes, position);
  }
  /** Cuts or extends with zeros. */
  resize(size: number): void {
    if (size < this.#size) {
      this.#load().fill(0, size, this.#size);
      this.#size = size;
      this.dirty = true;
    } else this.#grow(size);
  }
  #grow(size: number): void {
    const bytes = this.#load();
    if (size > 0x7fffffff) throw new FileFault("EFBIG");
    if (size > bytes.length) {
      const room = Math.max(size, 2 * bytes.length, 256);
      this.shared.take(room - bytes.length);
      const larger = new Uint8Array(room);
      larger.set(bytes);
      this.#bytes = larger;
    }
    this.#size = Math.max(this.#size, size);
    this.dirty = true;
  }
  #load(): Uint8Array {
    if (this.#bytes === undefined) {
      const read = this.origin?.read() ?? new Uint8Array();
      // What is behind may have changed since it was listed.
      this.#size = Math.min(this.#size, read.length);
      this.#bytes = read.slice();
    }
    return this.#bytes;
  }
}

export class GuestFolder extends Node {
  readonly kind = "folder";
  #entries: Map<string, GuestNode> | undefined;
  /** Names are asked for at first use. */
  get entries(): Map<string, GuestNode> {
    if (this.#entries === undefined) {
      const listed = [...(this.origin?.list() ?? [])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      this.#entries = new Map(
        listed.map(([name, origin]) => [name, nodeOf(this.shared, this.mount, origin)]),
      );
    }
    return this.#entries;
  }
  /** Was anything below looked at? If not, nothing below has changed. */
  get listed(): boolean {
    return this.#entries !== undefined;
  }
}

export type GuestNode = GuestFile | GuestFolder;

function nodeOf(shared: Shared, mount: Mount | undefined, origin: FileOrigin): GuestNode {
  return origin.kind === "file"
    ? new GuestFile(shared, mount, origin)
    : new GuestFolder(shared, mount, origin);
}

/** Where a path leads: the folder that has the name, and what has it. */
interface Place {
  readonly folder: GuestFolder;
  readonly name: string;
  readonly node: GuestNode | undefined;
}

export class GuestFiles {
  readonly #shared = new Shared();
  readonly #root: GuestFolder;
  readonly #mounted = new Map<Mount, GuestNode>();

  constructor(mounts: readonly Mount[] = []) {
    this.#root = new GuestFolder(this.#shared, undefined, undefined);
    this.#root.entries.set("tmp", new GuestFolder(this.#shared, undefined, undefined));
    for (const mount of mounts) {
      const node = nodeOf(this.#shared, mount, mount.origin);
      this.#mounted.set(mount, node);
      const names = mount.guest.split("/").filter((name) => name !== "");
      const last = names.pop();
      if (last === undefined) {
        if (node.kind === "folder") this.#root = node;
        continue;
      }
      let folder = this.#root;
      for (const name of names) {
        let next = folder.entries.get(name);
        if (next?.kind !== "folder") {
          next = new GuestFolder(this.#shared, undefined, undefined);
          folder.entries.set(name, next);
        }
        folder = next;
      }
      folder.entries.set(last, node);
    }
  }

  /** What is mounted, with all changes. */
  mounted(): ReadonlyMap<Mount, GuestNode> {
    return this.#mounted;
  }

  /** Throws ENOENT, ENOTDIR. */
  find(path: string): GuestNode {
    const { node } = this.#locate(path);
    if (node === undefined) throw new FileFault("ENOENT");
    return node;
  }

  /** Opens a file; makes it when `create`. Throws as `open` fails. */
  open(
    path: string,
    wish: {
      readonly write: boolean;
      readonly create: boolean;
      readonly exclusive: boolean;
      readonly truncate: boolean;
      readonly folder: boolean;
    },
  ): GuestNode {
    const { folder, name, node } = this.#locate(path);
    if (node !== undefined) {
      if (wish.create && wish.exclusive) throw new FileFault("EEXIST");
      if (node.kind === "folder") {
        if (wish.write || wish.create || wish.truncate) throw new FileFault("EISDIR");
        return node;
      }
      if (wish.folder || path.endsWith("/")) throw new FileFault("ENOTDIR");
      if ((wish.write || wish.truncate) && !node.writable) throw new FileFault("EROFS");
      if (wish.truncate) node.resize(0);
      return node;
    }
    if (!wish.create) throw new FileFault("ENOENT");
    if (path.endsWith("/")) throw new FileFault("EISDIR");
    if (!folder.writable) throw new FileFault("EROFS");
    const made = new GuestFile(this.#shared, folder.mount, undefined);
    this.#add(folder, name, made);
    return made;
  }

  makeFolder(path: string): void {
    const { folder, name, node } = this.#locate(path);
    if (node !== undefined) throw new FileFault("EEXIST");
    if (!folder.writable) throw new FileFault("EROFS");
    this.#add(folder, name, new GuestFolder(this.#shared, folder.mount, undefined));
  }

  remove(path: string, kind: "file" | "folder"): void {
    const { folder, name, node } = this.#locate(path);
    if (node === undefined) throw new FileFault("ENOENT");
    if (kind === "file" && node.kind === "folder") throw new FileFault("EISDIR");
    if (kind === "folder" && node.kind === "file") throw new FileFault("ENOTDIR");
    this.#checkMovable(folder, node);
    if (node.kind === "folder" && node.entries.size > 0) throw new FileFault("ENOTEMPTY");
    folder.entries.delete(name);
  }

  rename(from: string, to: string): void {
    const source = this.#locate(from);
    const target = this.#locate(to);
    const { node } = source;
    if (node === undefined) throw new FileFault("ENOENT");
    if (node === target.node) return;
    this.#checkMovable(source.folder, node);
    if (!target.folder.writable) throw new FileFault("EROFS");
    if (source.folder.mount !== target.folder.mount) throw new FileFault("EXDEV");
    if (node.kind === "folder" && isInside(node, target.folder)) throw new FileFault("EINVAL");
    if (target.node !== undefined) {
      this.#checkMovable(target.folder, target.node);
      if (node.kind === "folder" && target.node.kind === "file") throw new FileFault("ENOTDIR");
      if (node.kind === "file" && target.node.kind === "folder") throw new FileFault("EISDIR");
      if (target.node.kind === "folder" && target.node.entries.size > 0) throw new FileFault("ENOTEMPTY");
    }
    source.folder.entries.delete(source.name);
    this.#add(target.folder, target.name, node);
  }

  #add(folder: GuestFolder, name: string, node: GuestNode): void {
    if (name.length > MAX_NAME) throw new FileFault("ENAMETOOLONG");
    this.#shared.take(name.length + 64);
    folder.entries.set(name, node);
  }

  #checkMovable(folder: GuestFolder, node: GuestNode): void {
    if (node === this.#root || [...this.#mounted.values()].includes(node)) throw new FileFault("EBUSY");
    if (!folder.writable) throw new FileFault("EROFS");
  }

  /** `..` of the root is the root: no path leads out. */
  #locate(path: string): Place {
    if (path === "") throw new FileFault("ENOENT");
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    const way: GuestFolder[] = [this.#root];
    let place: Place = { folder: this.#root, name: ".", node: this.#root };
    for (const name of names) {
      if (name.length > MAX_NAME) throw new FileFault("ENAMETOOLONG");
      const { node } = place;
      if (node === undefined) throw new FileFault("ENOENT");
      if (node.kind === "file") throw new FileFault("ENOTDIR");
      if (name === "..") {
        if (way.length > 1) way.pop();
        const folder = way[way.length - 1]!;
        place = { folder, name: ".", node: folder };
        continue;
      }
      const next = node.entries.get(name);
      place = { folder: node, name, node: next };
      if (next?.kind === "folder") way.push(next);
    }
    return place;
  }
}

/** Is `folder` below `top`, or `top` itself? */
function isInside(top: GuestFolder, folder: GuestFolder): boolean {
  return (
    top === folder ||
    [...top.entries.values()].some((node) => node.kind === "folder" && isInside(node, folder))
  );
}

/** Files given as bytes, by path, read-only. */
export function filesFromBytes(contents: ReadonlyMap<string, Uint8Array>): GuestFiles {
  return new GuestFiles(
    [...contents].map(([guest, bytes]) => ({
      guest,
      readOnly: true,
      origin: { kind: "file", size: bytes.length, changed: 0, read: () => bytes, list: () => new Map() },
    })),
  );
}
