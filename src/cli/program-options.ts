// Options that every command has which runs a program: what it sees of the host beside its standard input.
import type { Command } from "commander";
import { Option } from "commander";
import { fail } from "../base/diagnostic.ts";
import { parseMount } from "../toolchain/mounts.ts";
import type { ProgramSpec } from "../toolchain/spec.ts";

export interface ProgramOptions {
  readonly mount?: readonly string[];
  readonly env?: readonly string[];
}

export function withProgramOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--mount <host:guest[:ro]>",
        "file or folder that the program sees at the path guest; may be repeated",
      ).argParser(gather),
    )
    .addOption(
      new Option("--env <NAME=value>", "variable of the program's environment; may be repeated").argParser(
        gather,
      ),
    );
}

function gather(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Adds the options to what program.json has; a variable or guest path given here replaces that of program.json.
 *  Fails: BW0518 a mount that is none; BW0910 a variable without a name or `=`. */
export function withOptions(spec: ProgramSpec, { mount = [], env = [] }: ProgramOptions): ProgramSpec {
  const mounts = mount.map((text) => parseMount(text, process.cwd()));
  for (const text of env) {
    if (!/^[^=]+=/.test(text)) fail("BW0910", `--env takes NAME=value, not "${text}"`);
  }
  const names = new Set(env.map(nameOf));
  const places = new Set(mounts.map(({ guest }) => guest));
  return {
    ...spec,
    environment: [...(spec.environment ?? []).filter((text) => !names.has(nameOf(text))), ...env],
    mounts: [...(spec.mounts ?? []).filter(({ guest }) => !places.has(guest)), ...mounts],
  };
}

function nameOf(variable: string): string {
  return variable.slice(0, variable.indexOf("="));
}
