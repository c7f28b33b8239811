// The door of the description language: loads a core or an instruction set from its files, and checks files for the
// command line. What can be said about the text comes back as diagnostics; nothing is thrown for a user's fault.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { IsaModel, MachineModel } from "../machine/model.ts";
import { buildBlocks, childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { modelHash } from "./canonical.ts";
import { reportCompleteness } from "./completeness.ts";
import { elaborateCore } from "./core.ts";
import { Findings } from "./findings.ts";
import { elaborateIsa } from "./isa.ts";
import type { ElaboratedIsa } from "./isa.ts";
import { checkKnown } from "./keys.ts";
import { parse } from "./parser.ts";
import { preprocess } from "./preprocessor.ts";
import type { SourceFile } from "./source.ts";

export interface LoadedMachine {
  /** Absent when there are errors; warnings may come with it. */
  readonly model?: MachineModel;
  readonly diagnostics: Diagnostic[];
}

export interface LoadedIsa {
  /** Absent when there are errors; warnings may come with it. */
  readonly isa?: IsaModel;
  readonly diagnostics: Diagnostic[];
}

/** Loads an instruction set alone: the `define (arch=…)` blocks of `path` and of what it imports. */
export function loadIsa(path: string): LoadedIsa {
  const findings = new Findings();
  const { root } = load(path, findings);
  const { isa } = elaborateArches(root, findings);
  if (findings.errors === 0 && isa.instructions.length === 0) {
    findings.error("BW0209", undefined, `${path} defines no instruction`);
  }
  return findings.errors === 0 ? { isa, diagnostics: findings.list() } : { diagnostics: findings.list() };
}

/**
 * Loads a core: its instruction set, pipeline and power. The last result of each path is kept in memory as long as none
 * of its files changes.
 */
export function loadMachine(path: string): LoadedMachine {
  const key = resolve(path);
  const kept = cache.get(key);
  if (kept && kept.stamp === stampOf(kept.files)) return kept.result;
  const findings = new Findings();
  const { root, files } = load(path, findings);
  const result = elaborate(path, root, files, findings);
  cache.set(key, { files: files.map((f) => f.path), stamp: stampOf(files.map((f) => f.path)), result });
  return result;
}

/**
 * All findings on each file: of a core, of an instruction set, or of a fragment of one, which is then only parsed and
 * elaborated as far as it goes. Adds warnings on completeness: instructions without energy, encodings that overlap.
 */
export function adlCheck(paths: readonly string[]): Diagnostic[] {
  const seen = new Set<string>();
  return paths.flatMap((path) => {
    const findings = new Findings();
    const { root, files } = load(path, findings);
    const isCore =
      path.endsWith(".uadl") ||
      childrenOf(root, "core").some((core) => childrenOf(core, "resources").length > 0);
    if (isCore) elaborate(path, root, files, findings, true);
    else {
      const isa = elaborateArches(root, findings);
      reportCompleteness(isa, undefined, findings);
    }
    // Two cores that share an instruction set report its findings once.
    return findings.list().filter((d) => {
      const id = JSON.stringify([d.code, d.message, d.place]);
      return seen.size === seen.add(id).size ? false : true;
    });
  });
}

const cache = new Map<string, { files: readonly string[]; stamp: string; result: LoadedMachine }>();

/** Sizes and times of the files: changes when one of them does. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const { mtimeMs, size } = statSync(file);
        return `${file}:${mtimeMs}:${size}`;
      } catch {
        return `${file}:gone`;
      }
    })
    .join("\n");
}

function load(path: string, findings: Findings): { root: Block; files: readonly SourceFile[] } {
  const { tokens, files } = preprocess(path, findings);
  const root = buildBlocks(parse(tokens, findings), findings);
  checkKnown(root, [], ["arch", "core", "system"], findings);
  return { root, files };
}

/** All arch blocks, then the cores: a core's own fields, registers and instructions come last. */
function elaborateArches(root: Block, findings: Findings): ElaboratedIsa {
  const arches = childrenOf(root, "arch");
  const cores = childrenOf(root, "core");
  return elaborateIsa(arches[0]?.name ?? cores[0]?.name ?? "", [...arches, ...cores], findings);
}

function elaborate(
  path: string,
  root: Block,
  files: readonly SourceFile[],
  findings: Findings,
  thorough = false,
): LoadedMachine {
  const isa = elaborateArches(root, findings);
  const [core, another] = childrenOf(root, "core");
  if (!core) {
    if (findings.errors === 0)
      findings.error("BW0209", undefined, `${path} defines no core`, "write define (core NAME) { … }");
    return { diagnostics: findings.list() };
  }
  if (another) findings.error("BW0209", another.span, "a description has one core");
  if (isa.isa.instructions.length === 0 && findings.errors === 0) {
    findings.error("BW0209", core.span, `core ${core.name} has no instructions`, "import an instruction set");
  }
  const elaborated = elaborateCore(core, isa, findings);
  if (elaborated && thorough) reportCompleteness(isa, { elaborated, block: core }, findings);
  if (!elaborated || findings.errors > 0) return { diagnostics: findings.list() };
  const { pipeline, power } = elaborated;
  const parts = { name: core.name, description: prose(files[0]?.text ?? ""), isa: isa.isa, pipeline, power };
  return { model: { ...parts, hash: modelHash(parts) }, diagnostics: findings.list() };
}

/** The comments at the head of a file, without their marks. */
function prose(text: string): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*\/\/ ?(.*)$/.exec(line);
    if (match) lines.push((match[1] ?? "").trimEnd());
    else if (line.trim() !== "" || lines.length > 0) break;
  }
  return lines.join("\n").trim();
}
