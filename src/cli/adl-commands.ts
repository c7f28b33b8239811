// The commands under `blockwatt adl`: work on descriptions, not on programs.
import type { Command } from "commander";
import { Option } from "commander";
import type { CommandContext } from "./context.ts";
import type { SourceFlags } from "./source-flags.ts";
import { definesOf, withSourceFlags } from "./source-flags.ts";

/** What the loader is told: the sources' flags, and the instruction set. */
export interface DescriptionFlags extends SourceFlags {
  readonly arch?: string;
}

function withSources(command: Command): Command {
  return withSourceFlags(command).addOption(
    new Option("--arch <file>", "the instruction set's file, where the core does not import it"),
  );
}

/** The loader's options from those flags. */
export function sourceOptions(flags: DescriptionFlags): {
  importFolders: readonly string[];
  defines: Record<string, string>;
  description?: string;
} {
  return {
    importFolders: flags.include ?? [],
    defines: definesOf(flags),
    ...(flags.arch === undefined ? {} : { description: flags.arch }),
  };
}

/** Adds the commands to `adl`. */
export function addAdlCommands(adl: Command, context: CommandContext, json: () => Option): void {
  withSources(
    adl
      .command("check")
      .description("check descriptions: syntax, names, encodings, completeness, sources of numbers")
      .argument("<file...>"),
  )
    .option("--strict", "warnings count as errors")
    .addOption(json())
    .action(async (files, options) =>
      (await import("./commands/adl-check.ts")).adlCheckCommand(context, files, options),
    );
  withSources(
    adl
      .command("fmt")
      .description("format descriptions in place; comments and preprocessor lines are kept")
      .argument("<file...>"),
  )
    .option("--check", "change nothing; fail when a file is not formatted")
    .option("--stdout", "print the formatted text instead of changing the file")
    .option("--expanded", "print what the description says once imports, macros and conditionals are done")
    .action(async (files, options) =>
      (await import("./commands/adl-fmt.ts")).adlFormatCommand(context, files, options),
    );
  withSources(
    adl
      .command("doc")
      .description("write a description as one HTML page: instructions, pipeline, resources, energy")
      .argument("<file>"),
  )
    .requiredOption("-o, --output <folder>", "where to write index.html")
    .action(async (file, options) =>
      (await import("./commands/adl-doc.ts")).adlDocCommand(context, file, options),
    );
  adl
    .command("lsp")
    .description("language server for editors, on standard input and output")
    .action(async () => (await import("./commands/adl-lsp.ts")).adlServerCommand(context));
}
