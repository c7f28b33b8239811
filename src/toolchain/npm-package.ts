// C sources that npm packages ship: `npm:name/path` in program.json. A package that program.json pins is fetched once by
// `npm pack`, which runs nothing of it, checked against its hash and unpacked in the cache; any other is the one that is
// installed in a node_modules folder above program.json.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fail } from "../base/diagnostic.ts";
import { cachedFolder, contentHash } from "./cache.ts";
import { runChecked } from "./process.ts";

export interface PinnedPackage {
  readonly version: string;
  /** The registry's hash of the package's archive: `sha512-…` in base 64. */
  readonly integrity: string;
}

/** Part of every key: raise it when the way of unpacking changes. */
const RECIPE = 1;

const REFERENCE = /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*)(?:\/(.*))?$/i;

/** The package and the path in it that `text` names; undefined when it names none. */
export function npmReference(text: string): { readonly name: string; readonly path: string } | undefined {
  const match = REFERENCE.exec(text);
  return match ? { name: match[1]!, path: match[2] ?? "." } : undefined;
}

/** Folder of an installed package, looked for as Node does. Fails: BW0517. */
export function installedPackage(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
    if (folder === dirname(folder)) break;
  }
  fail(
    "BW0517",
    `the npm package ${name} is not installed in ${from} or above`,
    `npm install ${name}, or pin it: "packages": {"${name}": {"version": …, "integrity": …}}`,
  );
}

/** Folder of a pinned package's content, fetched when it is not in the cache. Fails: BW0517. */
export async function pinnedPackage(
  name: string,
  { version, integrity }: PinnedPackage,
  signal?: AbortSignal,
): Promise<string> {
  const key = contentHash(JSON.stringify([RECIPE, name, version, integrity]));
  return await cachedFolder("packages", key, async (work) => {
    const from = join(work, "archive");
    mkdirSync(from);
    const common = { code: "BW0517", ...(signal === undefined ? {} : { signal }) };
    await runChecked({
      ...common,
      command: "npm",
      args: ["pack", `${name}@${version}`, "--ignore-scripts", "--silent", "--pack-destination", from],
      cwd: from,
      what: `the npm package ${name}@${version} cannot be fetched`,
    });
    const [archive] = readdirSync(from);
    if (archive === undefined) fail("BW0517", `npm gave no archive for ${name}@${version}`);
    const file = join(from, archive);
    const found = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
    if (found !== integrity) {
      fail("BW0517", `${name}@${version} is not the package that program.json pins: its hash is ${found}`);
    }
    await runChecked({
      ...common,
      command: "tar",
      args: ["-xzf", file, "-C", work, "--strip-components=1", "--no-same-owner", "--no-same-permissions"],
      what: `${name}@${version} cannot be unpacked`,
    });
    rmSync(from, { recursive: true });
  });
}
