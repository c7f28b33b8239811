// Mounts as users write them: `host:guest` or `host:guest:ro`. A mount is a host folder or file that the program sees under
// a path of its own; it sees no other file.

import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fail } from "../base/diagnostic.ts";

export interface MountSpec {
  /** Absolute, without links. */
  readonly host: string;
  /** Absolute, normal: no `.`, `..` or repeated slashes. `/` is possible. */
  readonly guest: string;
  readonly readOnly: boolean;
}

/** Reads `host:guest[:ro|:rw]`; `folder` is what a relative host path starts from. Without a guest path, the host path's
 *  last name is it. Fails: BW0518. */
export function parseMount(text: string, folder: string): MountSpec {
  const parts = text.split(":");
  const mode = parts.length > 1 && /^r[ow]$/.test(parts.at(-1)!) ? parts.pop() : "rw";
  const [host = "", guest = ""] = parts;
  if (parts.length !== 2 || host === "" || guest === "") {
    fail("BW0518", `"${text}" is no mount`, "write HOST:GUEST, or HOST:GUEST:ro for reading only");
  }
  const names = guest.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) fail("BW0518", `the path ${guest} in the mount "${text}" has ".." in it`);
  const path = resolve(folder, host);
  if (!existsSync(path)) fail("BW0518", `there is no ${path} to mount`);
  return { host: realpathSync(path), guest: `/${names.join("/")}`, readOnly: mode === "ro" };
}
