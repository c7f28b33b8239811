// Options that say where the imports of a description are and which macros are defined, as of a C compiler.
import type { Command } from "commander";
import { Option } from "commander";

export interface SourceFlags {
  readonly include?: readonly string[];
  readonly define?: readonly string[];
}

export function withSourceFlags(command: Command): Command {
  return command
    .addOption(
      new Option("-I, --include <folder>", "folder to search imports in; may be repeated").argParser(gather),
    )
    .addOption(
      new Option("-D, --define <name[=text]>", "macro to define; may be repeated").argParser(gather),
    );
}

function gather(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Macros by name; the text of `-D NAME` is empty. */
export function definesOf({ define }: SourceFlags): Record<string, string> {
  return Object.fromEntries(
    (define ?? []).map((text) => {
      const at = text.indexOf("=");
      return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
