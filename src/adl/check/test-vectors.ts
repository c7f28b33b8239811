// Whether every instruction has a test: a vector in one of the files of the folder that the architecture's `tests` names.
// What the vectors say is for a test to try; here only their names count.
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { IsaModel } from "../../machine/model.ts";
import type { Block } from "../blocks.ts";
import type { Findings } from "../findings.ts";
import { didYouMean } from "../findings.ts";
import { entryOf, nameOf, namesOf } from "../keys.ts";
import { LIMITS } from "../limits.ts";
import type { Span } from "../source.ts";

/** Reports instructions without a vector, and vectors of no instruction, when the block has `tests`. */
export function reportTests(
  arch: Block,
  isa: IsaModel,
  places: ReadonlyMap<string, Span>,
  findings: Findings,
): void {
  const key = entryOf(arch, "tests");
  const folder = nameOf(arch, "tests", findings);
  if (!key || !folder) return;
  const base = dirname(key.span.source.path);
  const chapters = new Set(isa.instructions.map(({ place }) => chapterOf(place.file)));
  // The vectors of a chapter that a description leaves out are not its business.
  const isOwn = (chapter: string): boolean =>
    chapters.has(chapter) || !existsSync(join(base, `${chapter}.adl`));
  const tested = readVectorNames(base, folder.text, isOwn);
  if (!(tested instanceof Set)) {
    findings.error("BW0276", folder.span, `the test vectors in ${folder.text} cannot be read`, tested);
    return;
  }
  const known = new Set(isa.instructions.map((i) => i.name));
  for (const name of tested)
    if (!known.has(name))
      findings.warn(
        "BW0276",
        folder.span,
        `a test vector of an unknown instruction ${name}`,
        didYouMean(name, known),
      );
  const untested = new Set<string>();
  for (const { text, span } of namesOf(arch, "untested", findings)) {
    if (!known.has(text))
      findings.error("BW0212", span, `unknown instruction ${text}`, didYouMean(text, known));
    else if (tested.has(text))
      findings.warn("BW0276", span, `${text} is named untested and has a test vector`);
    untested.add(text);
  }
  for (const { name } of isa.instructions) {
    if (tested.has(name) || untested.has(name)) continue;
    findings.warn(
      "BW0275",
      places.get(name),
      `${name} has no test vector in ${folder.text}`,
      "add one, or name it in untested = (…);",
    );
  }
}

/** The name of a description's file, without its extension. */
function chapterOf(file: string): string {
  return basename(file).replace(/\.[^.]*$/, "");
}

/**
 * Names of instructions that have a vector in a folder below `base`, in files whose name without extension is wanted; the
 * reason when it cannot be read. Nothing outside of `base` is.
 */
export function readVectorNames(
  base: string,
  folder: string,
  isWanted: (chapter: string) => boolean = () => true,
): Set<string> | string {
  const names = new Set<string>();
  try {
    const root = realpathSync(base);
    const path = realpathSync(join(root, folder));
    if (path !== root && !path.startsWith(root + sep)) return "it lies outside the description's folder";
    for (const file of readdirSync(path).sort().slice(0, LIMITS.files)) {
      if (!file.endsWith(".json") || !isWanted(chapterOf(file))) continue;
      const full = join(path, file);
      const status = statSync(full);
      if (!status.isFile() || status.size > LIMITS.fileBytes) return `${file} is no small file`;
      const vectors: unknown = JSON.parse(readFileSync(full, "utf8"));
      if (!Array.isArray(vectors)) return `${file} holds no list`;
      for (const vector of vectors as unknown[]) {
        if (typeof vector !== "object" || vector === null || !("instruction" in vector)) continue;
        if (typeof vector.instruction === "string") names.add(vector.instruction);
      }
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return "code" in error ? String(error.code) : (error.message.split("\n")[0] ?? "");
  }
  return names;
}
