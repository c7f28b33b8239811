// The door of the description language: loads a core or an instruction set from its files, and checks files for the
// command line. What can be said about the text comes back as diagnostics; nothing is thrown for a user's fault.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { IsaModel, MachineModel } from "../machine/model.ts";
import { buildDescription, mergeParts } from "./blocks.ts";
import type { Block, Description, Part } from "./blocks.ts";
import { modelHash } from "./canonical.ts";
import { reportCompleteness } from "./completeness.ts";
import { elaborateCore } from "./core.ts";
import { blockText } from "./description-text.ts";
import type { BlockText } from "./description-text.ts";
import { didYouMean, Findings } from "./findings.ts";
import { elaborateIsa } from "./isa.ts";
import type { ElaboratedIsa } from "./isa.ts";
import { checkKnown, elementsOf, nameIn } from "./keys.ts";
import { parse } from "./parser.ts";
import { preprocess } from "./preprocessor.ts";
import type { SourceOptions } from "./preprocessor.ts";
import type { SourceFile } from "./source.ts";
import type { SyntaxItem } from "./syntax.ts";

export interface LoadedMachine {
  /** Absent when there are errors; warnings may come with it. */
  readonly model?: MachineModel;
  readonly diagnostics: Diagnostic[];
  /** All files that it was read from. */
  readonly sources: readonly SourceFile[];
}

export interface LoadedIsa {
  /** Absent when there are errors; warnings may come with it. */
  readonly isa?: IsaModel;
  readonly diagnostics: Diagnostic[];
}

export type { SourceOptions } from "./preprocessor.ts";

/** How a description is to be read. */
export interface LoadOptions extends SourceOptions {
  /**
   * The instruction set's own description, where the core's file does not import one: both are read by themselves and
   * joined by their cores.
   */
  readonly description?: string;
  /** A configuration file of the language: of what it says about a core, `post_sim` and `clock_cycle_ratio` count. */
  readonly configuration?: string;
}

/**
 * Loads an instruction set alone: of the core that `path` and its imports define, with the architectures that it names;
 * without a core, of all architectures.
 */
export function loadIsa(path: string, options: Omit<LoadOptions, "description"> = {}): LoadedIsa {
  const findings = new Findings();
  const loaded = load(path, findings, options);
  if (options.configuration !== undefined) configure(loaded.description, options.configuration, options);
  const { isa } = elaborateIsaOf(loaded, findings);
  if (findings.errors === 0 && isa.instructions.length === 0) {
    findings.error("BW0209", undefined, `${path} defines no instruction`);
  }
  return findings.errors === 0 ? { isa, diagnostics: findings.list() } : { diagnostics: findings.list() };
}

/**
 * Loads a core: its instruction set, pipeline and power. The last result of each path and its options is kept in memory
 * as long as none of its files changes.
 */
export function loadMachine(path: string, options: LoadOptions = {}): LoadedMachine {
  const key = JSON.stringify([resolve(path), options]);
  const kept = cache.get(key);
  if (kept && kept.stamp === stampOf(kept.files)) return kept.result;
  const findings = new Findings();
  const loaded = load(path, findings, options);
  const separate =
    options.description === undefined ? undefined : load(options.description, findings, options);
  const configured =
    options.configuration === undefined
      ? undefined
      : configure((separate ?? loaded).description, options.configuration, options);
  const sources = [loaded, separate, configured].flatMap((one) => one?.files ?? []);
  const result = { ...elaborate(path, loaded, separate, findings), sources };
  const files = sources.map((source) => source.path);
  cache.set(key, { files, stamp: stampOf(files), result });
  return result;
}

export interface DescribedMachine {
  /** Absent when there are errors, or when the description is of an instruction set alone. */
  readonly model?: MachineModel;
  /** Absent when there are errors. */
  readonly isa?: IsaModel;
  /** The instruction set's and the core's blocks as text; empty when there are errors. */
  readonly arch: BlockText;
  readonly core?: BlockText;
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads a core or an instruction set together with its text, for documentation. */
export function describe(path: string, options: LoadOptions = {}): DescribedMachine {
  return read(path, options, "describe");
}

/**
 * All findings on each file: of a core, of an instruction set, or of a fragment of one, which is then only parsed and
 * elaborated as far as it goes. Adds warnings on completeness: instructions without energy, encodings that overlap.
 */
export function adlCheck(paths: readonly string[], options: LoadOptions = {}): Diagnostic[] {
  return checkDescriptions(paths, options).diagnostics;
}

/** The findings of `adlCheck`, and each file as `describe` gives it; what is not whole has neither model nor isa. */
export function checkDescriptions(
  paths: readonly string[],
  options: LoadOptions = {},
): { readonly diagnostics: Diagnostic[]; readonly described: readonly DescribedMachine[] } {
  const seen = new Set<string>();
  const described = paths.map((path) => read(path, options, "check"));
  // Two cores that share an instruction set report its findings once.
  const diagnostics = described.flatMap((one) =>
    one.diagnostics.filter((d) => {
      const id = JSON.stringify([d.code, d.message, d.place]);
      return seen.size === seen.add(id).size ? false : true;
    }),
  );
  return { diagnostics, described };
}

/** The text of what did not load. */
const nothing: BlockText = {
  type: "arch",
  name: "",
  file: "",
  line: 0,
  remarks: "",
  keys: [],
  children: [],
  functions: [],
};

/** To be checked, a file may be a fragment, and what is incomplete is told. */
function read(path: string, options: LoadOptions, purpose: "describe" | "check"): DescribedMachine {
  const findings = new Findings();
  const checks = purpose === "check";
  const loaded = load(path, findings, options);
  const [part] = loaded.description.cores;
  const isCore = loaded.description.cores.some(hasPipeline) || (checks && path.endsWith(".uadl"));
  const separate =
    options.description !== undefined && (isCore || !checks)
      ? load(options.description, findings, options)
      : undefined;
  // Text of what could not be read cannot be had.
  const arch = (): BlockText => blockText(isaBlock(separate ?? loaded, new Findings()));
  if (isCore && (part || checks)) {
    const { model, diagnostics } = elaborate(path, loaded, separate, findings, checks);
    if (!model || !part) return { arch: nothing, diagnostics };
    const block = mergeParts("core", part.name, part.span, [part], new Findings(), ofPipeline);
    return { model, isa: model.isa, arch: arch(), core: blockText(block), diagnostics };
  }
  const elaborated = elaborateIsaOf(loaded, findings);
  const { isa } = elaborated;
  const empty = isa.instructions.length === 0;
  if (checks) reportCompleteness(elaborated, undefined, findings);
  else if (findings.errors === 0 && empty)
    findings.error("BW0209", undefined, `${path} defines no instruction`);
  if (findings.errors > 0 || empty) return { arch: nothing, diagnostics: findings.list() };
  return { isa, arch: arch(), diagnostics: findings.list() };
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

interface Loaded {
  readonly description: Description;
  readonly files: readonly SourceFile[];
}

function load(path: string, findings: Findings, options: SourceOptions): Loaded {
  const { tokens, files } = preprocess(path, findings, options);
  const description = buildDescription(parse(tokens, findings), findings);
  checkKnown(description.root, [], ["system", "sys"], findings);
  return { description, files };
}

/** Keys of a configuration that have an effect on what is simulated. */
const KEYS_OF_CONFIGURATION = new Set(["post_sim", "clock_cycle_ratio"]);

/** Adds to the cores of a description what a configuration file says of them. All else in it is about the original. */
function configure(description: Description, path: string, options: SourceOptions): Loaded {
  const loaded = load(path, new Findings(), options);
  for (const { name, pieces } of loaded.description.cores) {
    const items = pieces
      .flatMap((piece) => piece.items)
      .flatMap((item) => (item.kind === "define" && item.type === "config" ? item.items : []))
      .filter((item) => item.kind === "key" && KEYS_OF_CONFIGURATION.has(item.name));
    const core = description.cores.find((one) => one.name === name);
    if (items.length > 0) core?.pieces.push({ items, modify: true });
  }
  return loaded;
}

function hasPipeline(core: Part): boolean {
  return core.pieces.some(({ items }) =>
    items.some((item) => item.kind === "define" && item.type === "resources"),
  );
}

/** What a core's block holds for its pipeline; everything else in it belongs to the instruction set. */
const OF_PIPELINE = new Set([
  "resources",
  "machine",
  "instr_class",
  "power",
  "exception_mapping",
  "mem_alias",
]);
const KEYS_OF_PIPELINE = new Set([
  "allow_unimpl_instrs",
  "unsupported",
  "word_aligned",
  "commit_on_exception",
  "dead_lock_timeout",
  "deadlock_timeout",
  "mem_access",
  "branch_hook",
  "archs",
]);

function ofPipeline(item: SyntaxItem, part: Part): boolean {
  if (!hasPipeline(part)) return false;
  if (item.kind === "define") return OF_PIPELINE.has(item.type);
  if (item.kind === "key") return KEYS_OF_PIPELINE.has(item.name);
  // Functions of a core with a pipeline belong to its instruction classes: they may name stages and memories.
  return item.kind === "function" || item.kind === "enum";
}

/** The instruction set of a description's first core, or of all its architectures when it has none. */
function elaborateIsaOf(loaded: Loaded, findings: Findings): ElaboratedIsa {
  const block = isaBlock(loaded, findings);
  return elaborateIsa(block.name, block, loaded.description.root, findings);
}

function isaBlock({ description }: Loaded, findings: Findings): Block {
  const { arches, cores, root } = description;
  const [core] = cores;
  const named = core ? archsOf(core, arches, findings) : arches;
  const first = named[0]?.name ?? core?.name ?? "";
  const span = core?.span ?? named[0]?.span ?? root.span;
  const parts = core ? [...named, core] : named;
  return mergeParts("arch", first, span, parts, findings, (item, part) => !ofPipeline(item, part));
}

/** The architectures that a core names, in its order; all of them when it names none. */
function archsOf(core: Part, arches: readonly Part[], findings: Findings): readonly Part[] {
  const items = core.pieces.flatMap((p) => p.items.filter((i) => i.kind === "key" && i.name === "archs"));
  const last = items.at(-1);
  if (last?.kind !== "key") return arches;
  const value = last.value.kind === "expression" ? last.value.value : undefined;
  return elementsOf(value).flatMap((e) => {
    const name = nameIn(e);
    const found = arches.find((a) => a.name === name?.text);
    if (found) return [found];
    findings.error(
      "BW0212",
      e.span,
      name ? `unknown architecture ${name.text}` : "archs takes a list of names",
      name
        ? didYouMean(
            name.text,
            arches.map((a) => a.name),
          )
        : undefined,
    );
    return [];
  });
}

function elaborate(
  path: string,
  loaded: Loaded,
  separate: Loaded | undefined,
  findings: Findings,
  thorough = false,
): Omit<LoadedMachine, "sources"> {
  const isa = elaborateIsaOf(separate ?? loaded, findings);
  const [core, another] = loaded.description.cores;
  if (!core) {
    if (findings.errors === 0)
      findings.error("BW0209", undefined, `${path} defines no core`, "write define (core NAME) { … }");
    return { diagnostics: findings.list() };
  }
  if (another) findings.error("BW0209", another.span, "a description has one core");
  if (isa.isa.instructions.length === 0 && findings.errors === 0) {
    findings.error("BW0209", core.span, `core ${core.name} has no instructions`, "import an instruction set");
  }
  const block = mergeParts("core", core.name, core.span, [core], findings, ofPipeline);
  const elaborated = elaborateCore(block, isa, findings, separate ? "timing" : "energy");
  if (elaborated && thorough) reportCompleteness(isa, { elaborated, block }, findings);
  if (!elaborated || findings.errors > 0) return { diagnostics: findings.list() };
  const { pipeline, power } = elaborated;
  const parts = {
    name: core.name,
    description: prose(loaded.files[0]?.text ?? ""),
    isa: isa.isa,
    pipeline,
    power,
  };
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
