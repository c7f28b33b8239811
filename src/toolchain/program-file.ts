// program.json: a C project's description. Everything in it stays inside the project's folder, except for `npm:` paths, which
// stay inside the named package.

import { existsSync, readFileSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import { fail } from "../base/diagnostic.ts";
import { issueText } from "./core.ts";
import { isPattern, matchesPattern, matchingFiles } from "./file-patterns.ts";
import { parseMount } from "./mounts.ts";
import { installedPackage, npmReference, pinnedPackage } from "./npm-package.ts";
import type { ProgramSize, ProgramSpec } from "./spec.ts";

const words = z.array(z.string());
const bySize = z.union([words, z.strictObject({ small: words, full: words })]);
const variables = z.record(
  z.string().regex(/^[A-Za-z_]\w*$/),
  z.union([z.string(), z.number(), z.boolean()]),
);

const schema = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[\w.+-]+$/)
    .optional(),
  about: z.string().optional(),
  packages: z
    .record(z.string(), z.strictObject({ version: z.string(), integrity: z.string().regex(/^sha512-/) }))
    .optional(),
  sources: words.min(1),
  include: words.optional(),
  defines: variables.optional(),
  cflags: bySize.optional(),
  printf: z.enum(["full", "nano"]).optional(),
  args: bySize.optional(),
  stdin: z.union([z.string(), z.strictObject({ small: z.string(), full: z.string() })]).nullish(),
  env: variables.optional(),
  mounts: words.optional(),
});

const FIELDS = Object.keys(schema.shape)
  .filter((name) => !name.startsWith("$"))
  .join(", ");

/** A path of program.json, found. */
interface Place {
  /** The project's folder or the package's. */
  readonly root: string;
  /** Absolute. */
  readonly path: string;
}

/** Reads `file`. Fails: BW0511 malformed, BW0512 missing source, BW0517 package, BW0518 mount. */
export async function loadProgramFile(file: string, size: ProgramSize): Promise<ProgramSpec> {
  const folder = resolve(file, "..");
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    fail("BW0511", `not valid JSON: ${(error as Error).message}`, undefined, { file });
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success) fail("BW0511", issueText(checked.error), `fields: ${FIELDS}`, { file });
  const description = checked.data;
  const packages = new Map<string, string>();

  const find = async (text: string): Promise<Place> => {
    const reference = npmReference(text);
    if (reference === undefined) return { root: folder, path: inside(folder, text, file) };
    const { name, path } = reference;
    const pinned = description.packages?.[name];
    const root =
      packages.get(name) ??
      (pinned === undefined ? installedPackage(name, folder) : await pinnedPackage(name, pinned));
    packages.set(name, root);
    return { root, path: inside(root, path, file) };
  };

  const sources: string[] = [];
  const excluded: Place[] = [];
  for (const text of description.sources) {
    if (text.startsWith("!")) excluded.push(await find(text.slice(1)));
    else sources.push(...sourcesOf(text, await find(text), folder, file));
  }
  const kept = [...new Set(sources)].filter((path) =>
    excluded.every(
      (place) => !matchesPattern(relative(place.root, path), relative(place.root, place.path)) || path === "",
    ),
  );
  if (kept.length === 0) fail("BW0512", `no source is left of ${file}`);
  const includes: string[] = [];
  for (const text of description.include ?? []) {
    const { path } = await find(text);
    if (!existsSync(path)) fail("BW0512", `include folder ${text} is missing`, undefined, { file });
    includes.push(path);
  }

  const pick = (list: z.infer<typeof bySize> | undefined): readonly string[] =>
    list === undefined ? [] : Array.isArray(list) ? list : list[size];
  const cflags = [
    ...includes.map((path) => `-I${path}`),
    // Results must not depend on where packages are kept.
    ...[...packages].map(([name, root]) => `-ffile-prefix-map=${root}/=${name}/`),
    ...Object.entries(description.defines ?? {}).flatMap(([name, value]) =>
      value === false ? [] : [value === true ? `-D${name}` : `-D${name}=${value}`],
    ),
    ...pick(description.cflags),
  ];
  const { stdin } = description;
  const input =
    stdin === undefined || stdin === null ? undefined : typeof stdin === "string" ? stdin : stdin[size];
  const inputPath = input === undefined ? undefined : (await find(input)).path;
  if (inputPath !== undefined && !existsSync(inputPath)) {
    fail("BW0512", `input file ${input} is missing in ${folder}`, undefined, { file });
  }
  const mounts = await Promise.all(
    (description.mounts ?? []).map(async (text) => {
      const reference = npmReference(text.split(":").slice(0, 2).join(":"));
      const host = reference === undefined ? text.split(":")[0]! : `npm:${text.split(":")[1]!}`;
      const { root, path } = await find(host);
      const rest = text.slice(host.length);
      // A package is shared by whatever uses it.
      return parseMount(
        `${relative(root, path) || "."}${rest}${reference && !/:r[ow]$/.test(rest) ? ":ro" : ""}`,
        root,
      );
    }),
  );
  const environment = Object.entries(description.env ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    name: description.name ?? basename(folder),
    sources: kept,
    cflags,
    args: pick(description.args),
    ...(inputPath === undefined ? {} : { stdin: inputPath }),
    ...(environment.length === 0 ? {} : { environment }),
    ...(mounts.length === 0 ? {} : { mounts }),
    ...(description.printf === "nano" ? { nanoPrintf: true } : {}),
  };
}

/** The files that one entry of `sources` stands for. */
function sourcesOf(text: string, { root, path }: Place, folder: string, file: string): string[] {
  if (!isPattern(text)) {
    if (!existsSync(path)) fail("BW0512", `source ${text} is missing in ${folder}`, undefined, { file });
    return [path];
  }
  const found = matchingFiles(root, relative(root, path));
  if (found.length === 0) fail("BW0512", `no file matches ${text} in ${folder}`, undefined, { file });
  return found;
}

/** `path` from `root`; what leads out is refused. */
function inside(root: string, path: string, file: string): string {
  const whole = resolve(root, path);
  const from = relative(root, whole);
  if (from === ".." || from.startsWith("../") || isAbsolute(from)) {
    fail(
      "BW0511",
      `"${path}" leads out of ${root}`,
      "put program.json into a folder that has all of it, or name a package: npm:NAME/path",
      { file },
    );
  }
  return join(whole);
}
