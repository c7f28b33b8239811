// From a recipe and a case's options to what is loaded and run: include folders, definitions, mode. Options that need
// what is not there (C++ of the suite, SystemC, the original's command language) give a reason instead.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readStandIns } from "./adapt.ts";
import type { StandIns } from "./adapt.ts";
import { splitOption } from "./cases.ts";
import type { ConformCase } from "./cases.ts";
import { readCommandScript } from "./command-script.ts";
import type { CommandScript } from "./command-script.ts";
import type { Recipe } from "./makefile.ts";

/** A description pair and how it is run. */
export interface ModelSetup {
  /** Architecture and microarchitecture; one file may hold both. */
  readonly adl: string;
  readonly uadl: string;
  readonly includes: readonly string[];
  readonly defines: Readonly<Record<string, string>>;
  /** The functional model leads and the pipeline only keeps time. */
  readonly safeMode: boolean;
  /** Memory is accessed by the functional model at once, not by the timed memory system. */
  readonly functionalMemory: boolean;
  /** Timed caches hold no data. */
  readonly tagsOnly: boolean;
  /** Cycles without progress after which the oldest instruction is dropped or the run fails. */
  readonly deadlockCycles?: number;
  /** Dynamic parameters set by a configuration script, such as `L1d-cache-line-size`. */
  readonly parameters: Readonly<Record<string, number>>;
  /** A configuration in the description language, which may have a function that runs at the end. */
  readonly configuration?: string;
  /** Instructions to run at most. */
  readonly instructions?: number;
  /** What drives the run from outside. */
  readonly script?: CommandScript;
}

export type SetupResult = { readonly setup: ModelSetup } | { readonly reason: string };

/** Generator options that change neither function nor time. */
const neutral = new Set([
  "instr-cache",
  "low-mem",
  "debug-mode",
  "instr-class-vd",
  "no-warn-redefine",
  "trace",
  "trace-all",
  "ti",
  "ta",
  "no-output",
  "fep",
  "dat-map-core-name",
  "map-core-name",
]);

/** What a model's recipe and a case's options mean; `caseFlags` may be empty. */
export function setupOf(
  recipe: Recipe,
  one: ConformCase,
  sources: StandIns["sources"] = readStandIns().sources,
): SetupResult {
  const includes: string[] = [dirname(recipe.uadl), dirname(recipe.adl)];
  const defines: Record<string, string> = {};
  const parameters: Record<string, number> = {};
  let safeMode = false;
  let functionalMemory = false;
  let tagsOnly = false;
  let deadlockCycles: number | undefined;
  let instructions: number | undefined;
  let configuration: string | undefined;
  let scriptFile: string | undefined;
  const scriptValues: string[] = [];
  const standIns = recipe.sources.map((source) => sources[source.replace(/^.*\//, "")]);
  if (standIns.includes(undefined)) {
    return { reason: `is linked with C++ of the suite: ${recipe.sources.join(" ")}` };
  }
  for (const standIn of standIns) Object.assign(parameters, standIn!.parameters);
  if (recipe.compilerFlags.length > 0) {
    return { reason: `C++ of the suite is compiled with ${recipe.compilerFlags.join(" ")}` };
  }
  for (const flag of joinValues([...recipe.flags, ...one.flags])) {
    const [name, value] = splitOption(flag);
    if (neutral.has(name)) continue;
    switch (name) {
      case "I":
        includes.push(value);
        break;
      case "D": {
        const at = value.indexOf("=");
        defines[at < 0 ? value : value.slice(0, at)] = at < 0 ? "" : value.slice(at + 1);
        break;
      }
      case "safe-mode":
        safeMode = true;
        break;
      case "iss-mem-mode":
        functionalMemory = true;
        break;
      case "tags-only-caches":
        tagsOnly = true;
        break;
      case "detect-deadlock":
        deadlockCycles = Number(value);
        break;
      case "mic":
        instructions = Number(value);
        break;
      case "extern-mem":
        if (standIns.length === 0) return { reason: "needs a memory model in C++" };
        break;
      case "systemc":
        return { reason: "is simulated together with SystemC" };
      case "script":
        scriptFile = value;
        break;
      case "script-arg":
        scriptValues.push(value);
        break;
      case "plugin":
        return { reason: "needs a plug-in in C++" };
      case "config": {
        const read = readConfiguration(value, parameters);
        if (typeof read === "object") return read;
        if (read === "description") configuration = resolve(value);
        break;
      }
      default: {
        const targets = standIns.flatMap((standIn) => standIn!.options[name] ?? []);
        if (targets.length === 0) {
          return {
            reason:
              standIns.length > 0 ? `option --${name} asks C++ of the suite` : `option ${flag} is not known`,
          };
        }
        for (const target of targets) parameters[target] = Number(value);
      }
    }
  }
  const script =
    scriptFile === undefined ? undefined : readCommandScript(scriptFile, dirname(recipe.uadl), scriptValues);
  if (script && "reason" in script) return script;
  Object.assign(parameters, script?.parameters);
  const setup: ModelSetup = {
    adl: resolve(recipe.adl),
    uadl: resolve(recipe.uadl),
    includes: [...new Set(includes.map((folder) => resolve(folder)))],
    defines,
    safeMode,
    functionalMemory,
    tagsOnly,
    parameters,
    ...(deadlockCycles === undefined ? {} : { deadlockCycles }),
    ...(configuration === undefined ? {} : { configuration }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(script ? { script } : {}),
  };
  return { setup };
}

/** An option and its value may be two words: `-latency 3`. Words that belong to no option, such as outputs, go. */
function joinValues(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    if (word.startsWith("-")) joined.push(word);
    else if (/^[0-9]/.test(word) && joined.length > 0) joined.push(`${joined.pop()!}=${word}`);
  }
  return joined;
}

/**
 * Configuration files: a script of `setdynparm NAME VALUE` lines, or one in the description language, which says how the
 * original is generated and may have a function to be called at the end.
 */
export function readConfiguration(
  file: string,
  parameters: Record<string, number>,
): "script" | "description" | { readonly reason: string } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return { reason: `its configuration cannot be read: ${file.replace(/^.*\//, "")}` };
  }
  if (/^\s*define\s*\(/m.test(text)) return "description";
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    if (words[0] === "" || words[0]!.startsWith("#") || words[0] === "puts") continue;
    const value = Number(words[2]);
    if (words[0] !== "setdynparm" || words.length !== 3 || !Number.isFinite(value)) {
      return { reason: `its configuration has a command that is not known: ${words[0]}` };
    }
    parameters[words[1]!] = value;
  }
  return "script";
}
