// The host's side of mounts: what is in the mounted folders, and writing back what a run changed in them. Only what is inside
// a mounted folder is read or written: links that lead out of it are not there, and neither are devices and pipes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { GuestFiles } from "../iss/index.ts";
import type { FileOrigin, GuestNode, Mount } from "../iss/index.ts";
import type { MountSpec } from "../toolchain/mounts.ts";

export interface HostFiles {
  readonly files: GuestFiles;
  /** Writes what the program changed in writable mounts to the host. Fails: BW0518. */
  save(): void;
}

/** Files of one run. */
export function hostFiles(specs: readonly MountSpec[] = []): HostFiles {
  const byMount = new Map<Mount, MountSpec>();
  for (const spec of specs) {
    const origin = originOf(spec.host, spec.host);
    if (origin === undefined) fail("BW0518", `${spec.host} is neither a file nor a folder`);
    byMount.set({ guest: spec.guest, readOnly: spec.readOnly, origin }, spec);
  }
  const files = new GuestFiles([...byMount.keys()]);
  return {
    files,
    save() {
      for (const [mount, node] of files.mounted()) {
        const { host, readOnly } = byMount.get(mount)!;
        if (readOnly) continue;
        try {
          // Everything that has moved is read before anything is removed.
          load(mount, node, mount.origin);
          save(host, mount, node, mount.origin);
        } catch (error) {
          fail(
            "BW0518",
            `what the program wrote to ${mount.guest} cannot be saved: ${(error as Error).message}`,
          );
        }
      }
    },
  };
}

/** The files that an executor which has its own (QEMU) left in `folder`, where it had copies of the mounts. */
export function copiedMounts(specs: readonly MountSpec[] = [], folder: string): GuestFiles {
  return hostFiles(specs.map((spec) => ({ ...spec, host: realpathSync(join(folder, spec.guest)) }))).files;
}

/** Hash of all mounted files' names and contents; empty without mounts. */
export function mountsDigest(files: GuestFiles): string {
  if (files.mounted().size === 0) return "";
  const hash = createHash("sha256");
  const visit = (name: string, node: GuestNode, mount: Mount): void => {
    if (node.mount !== mount) return;
    hash.update(`${node.kind} ${name}\0`);
    if (node.kind === "file") hash.update(`${node.size}\0`).update(node.contents);
    else for (const child of [...node.entries.keys()].sort()) visit(child, node.entries.get(child)!, mount);
  };
  for (const [mount, node] of files.mounted()) visit(mount.guest, node, mount);
  return hash.digest("hex");
}

/** What is at `path`, when it is inside `top`; undefined when it is not, or neither a file nor a folder. */
function originOf(path: string, top: string): FileOrigin | undefined {
  try {
    const real = realpathSync(path);
    const from = relative(top, real);
    if (from === ".." || from.startsWith("../")) return undefined;
    const status = statSync(real);
    const kind = status.isFile() ? "file" : status.isDirectory() ? "folder" : undefined;
    if (kind === undefined) return undefined;
    let entries: ReadonlyMap<string, FileOrigin> | undefined;
    return {
      kind,
      size: status.size,
      changed: Math.floor(status.mtimeMs / 1000),
      read: () => readFileSync(real),
      list: () => (entries ??= listed(real, top)),
    };
  } catch {
    return undefined;
  }
}

function listed(folder: string, top: string): Map<string, FileOrigin> {
  const entries = new Map<string, FileOrigin>();
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // A folder that the user may not read looks empty.
  }
  for (const name of names) {
    const origin = originOf(join(folder, name), top);
    if (origin !== undefined) entries.set(name, origin);
  }
  return entries;
}

/** Reads what is not at its old place any more; `there` is what was at its place before the run. */
function load(mount: Mount, node: GuestNode, there: FileOrigin | undefined): void {
  const same = there !== undefined && node.origin === there;
  if (node.kind === "file") {
    if (!same) void node.contents;
  } else if (!same || node.listed) {
    const before = same ? there.list() : undefined;
    for (const [name, child] of node.entries) {
      if (child.mount === mount) load(mount, child, before?.get(name));
    }
  }
}

/** Makes `path` what `node` is; `there` is what was there before the run. */
function save(path: string, mount: Mount, node: GuestNode, there: FileOrigin | undefined): void {
  const same = there !== undefined && node.origin === there;
  if (!same && there !== undefined) rmSync(path, { recursive: true });
  if (node.kind === "file") {
    if (!same || node.dirty) writeFileSync(path, node.contents);
    return;
  }
  if (same && !node.listed) return;
  if (!same) mkdirSync(path);
  const before = same ? there.list() : new Map<string, FileOrigin>();
  for (const name of before.keys()) {
    if (!node.entries.has(name)) rmSync(join(path, name), { recursive: true });
  }
  for (const [name, child] of node.entries) {
    // Other mounts inside this one are saved by themselves.
    if (child.mount === mount) save(join(path, name), mount, child, before.get(name));
  }
}
