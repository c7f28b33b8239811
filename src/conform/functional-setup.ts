// From a rule and a case's options to what a functional run needs: include folders, definitions, the script that drives
// it. Options of the original that change how fast it runs or what it prints mean nothing here; others give a reason.
import { dirname, resolve } from "node:path";
import { splitOption } from "./cases.ts";
import { readCommandScript } from "./command-script.ts";
import type { CommandScript } from "./command-script.ts";
import type { DescriptionRecipe } from "./makefile.ts";
import { readConfiguration } from "./setup.ts";

export interface FunctionalSetup {
  readonly adl: string;
  readonly includes: readonly string[];
  readonly defines: Readonly<Record<string, string>>;
  /** Dynamic parameters, such as `L1d-cache-num-ways`. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Instructions to run at most. */
  readonly instructions?: number;
  /** Where the run starts, whatever the image says. */
  readonly entry?: bigint;
  /** A file of the generator's configuration. */
  readonly configuration?: string;
  /** Bytes of ELF files are taken as they stand. */
  readonly elfAsItStands?: true;
  readonly script?: CommandScript;
}

/** How the generated simulator works inside, and what it prints. */
const NEUTRAL = new Set(
  (
    "trace trace-all dc nodc decode-cache dc-hot-count dmi-cache extern-dmi extern-mem no-output fep " +
    "use-file-entry-point elf-pa disassembler log-instr-args no-line-directives no-log-usage no-log-unarch " +
    "no-log-writeregs log-td-commit per-instr-td-incr no-per-instr-td-incr rollback-mode no-td-api log-reg-reads " +
    "log-reg-masks no-syscall-enabled tags-only-caches ignore-mode dep-tracking no-warn-redefine time-tagged o of " +
    "output no-dump-options extern-dmi-entry-size ms mt-support multi-threaded-sim td-count quiet"
  ).split(" "),
);

/** `flags`: of the generator, then of the run. */
export function functionalSetupOf(
  recipe: DescriptionRecipe,
  flags: readonly string[],
): { readonly setup: FunctionalSetup } | { readonly reason: string } {
  const folder = dirname(recipe.adl);
  const includes = [folder];
  const defines: Record<string, string> = {};
  const parameters: Record<string, number> = {};
  let instructions: number | undefined;
  let entry: bigint | undefined;
  let elfAsItStands = false;
  let configuration: string | undefined;
  let script: CommandScript | undefined;
  const evaluated = /--?eval='([^']*)'/.exec(flags.join(" "))?.[1];
  const rest = flags
    .join(" ")
    .replace(/--?eval='[^']*'/, "")
    .split(" ");
  for (const flag of [...recipe.flags, ...rest]) {
    if (!flag.startsWith("-")) continue;
    const [name, value] = splitOption(flag);
    if (NEUTRAL.has(name)) continue;
    switch (name) {
      case "I":
        includes.push(value);
        break;
      case "D": {
        const [key, text = ""] = value.split("=");
        defines[key!] = text;
        break;
      }
      case "mic":
      case "max-instr-count":
        if (Number(value) > 0) instructions = Number(value);
        break;
      case "entry-point":
        entry = BigInt(value);
        break;
      case "config":
        // Those of the generator are in the description language, those of a run are commands.
        {
          const file = resolve(folder, value);
          const read = readConfiguration(file, parameters);
          if (typeof read === "object") return read;
          if (read === "description") configuration = file;
        }
        break;
      case "elf-be":
        elfAsItStands = true;
        break;
      case "n":
        return { reason: "runs several threads or cores" };
      case "plugin":
        return { reason: "needs a plug-in in C++" };
      case "script": {
        const read = readCommandScript(value, folder, []);
        if ("reason" in read) return read;
        script = read;
        break;
      }
      default:
        return { reason: `option ${flag} is not known` };
    }
  }
  if (evaluated !== undefined) {
    const [command, name, value] = evaluated.split(/\s+/);
    if (command !== "setdynparm" || name === undefined || !Number.isFinite(Number(value)))
      return { reason: `a command that is not known: ${evaluated}` };
    parameters[name] = Number(value);
  }
  return {
    setup: {
      adl: recipe.adl,
      includes: [...new Set(includes)],
      defines,
      parameters,
      ...(instructions === undefined ? {} : { instructions }),
      ...(entry === undefined ? {} : { entry }),
      ...(configuration === undefined ? {} : { configuration }),
      ...(elfAsItStands ? { elfAsItStands } : {}),
      ...(script ? { script } : {}),
    },
  };
}
