// Machine models in the cache, so that a core's description is parsed and elaborated once, not by every command.
//
// A core has one file. It is a digest, then the hashes of what the model was made from (the language's implementation and every
// source file, by the names that led to it), then the model. Whatever is not as it was, and any damage, means that the description
// is read again. Only models without a single finding are kept, so that warnings are told each time.
import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import { readSourceText } from "../adl/source-text.ts";
import type { MachineModel } from "../machine/model.ts";
import { cacheFolder, contentHash, writeAtomically } from "../toolchain/cache.ts";
import { sourceHash } from "./tool-hash.ts";

export interface ModelSource {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

const DIGEST_BYTES = 32;

/** What a description runs through until it is a model. */
const LANGUAGE = ["base", "machine", "adl"];

const headSchema = z.strictObject({
  madeBy: z.string(),
  sources: z.array(z.strictObject({ name: z.string(), path: z.string(), hash: z.string() })),
});
type Head = z.infer<typeof headSchema>;

/** What this process has read or made already; a model's identity is what else is kept by. */
const inMemory = new Map<string, { readonly stamp: string; readonly model: MachineModel }>();

/** The kept model of the description at `path`; undefined when none is, or something has changed, or the file is damaged. */
export function keptModel(path: string): MachineModel | undefined {
  const file = fileOf(path);
  try {
    const stamp = stampOf(file);
    const before = inMemory.get(file);
    const bytes = readFileSync(file);
    const content = bytes.subarray(DIGEST_BYTES);
    if (!digestOf(content).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
    const end = content.indexOf(0);
    const head = headSchema.parse(JSON.parse(content.toString("utf8", 0, end)));
    if (head.madeBy !== madeBy() || !head.sources.every(isSame)) return undefined;
    if (before?.stamp === stamp) return before.model;
    const model = deserialize(content.subarray(end + 1)) as MachineModel;
    inMemory.set(file, { stamp, model });
    return model;
  } catch {
    return undefined;
  }
}

/** Keeps a model that was made without findings from `sources`. */
export function keepModel(path: string, model: MachineModel, sources: readonly ModelSource[]): void {
  const head: Head = {
    madeBy: madeBy(),
    sources: sources.map(({ name, path: real, text }) => ({ name, path: real, hash: contentHash(text) })),
  };
  const content = Buffer.concat([Buffer.from(JSON.stringify(head)), Buffer.alloc(1), serialize(model)]);
  const file = fileOf(path);
  try {
    writeAtomically(file, Buffer.concat([digestOf(content), content]));
    inMemory.set(file, { stamp: stampOf(file), model });
  } catch {
    // Nowhere to keep it: the next command reads the description again.
  }
}

function isSame({ name, path, hash }: Head["sources"][number]): boolean {
  return realpathSync(name) === path && contentHash(readSourceText(name)) === hash;
}

function fileOf(path: string): string {
  return join(cacheFolder(), "models", `${basename(dirname(path))}-${contentHash(path)}`);
}

function madeBy(): string {
  return contentHash(sourceHash(LANGUAGE), process.version);
}

function digestOf(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

function stampOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file);
  return `${mtimeMs}:${size}:${ino}`;
}
