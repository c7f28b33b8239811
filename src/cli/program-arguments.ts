// From a command's arguments to a program: `P [more .c files] [-- arguments of the program]`.
import { fail } from "../base/diagnostic.ts";
import { withOptions, type ProgramOptions } from "./program-options.ts";
import type { ProgramSize, ProgramSpec } from "../toolchain/spec.ts";
import { isSourceName, loadProgramSpec, specOfSources } from "../toolchain/spec.ts";

/** `programArguments`, when there are any, replace those of program.json. Fails: BW0510 to BW0512, BW0517, BW0518, BW0902, BW0910. */
export async function programSpec(
  program: string,
  more: readonly string[],
  size: ProgramSize,
  programArguments?: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramSpec> {
  const files = [program, ...more];
  const wrong = more.length === 0 ? undefined : files.find((file) => !isSourceName(file));
  if (wrong !== undefined) {
    fail(
      "BW0902",
      `'${wrong}' is not a .c file`,
      "several arguments are C files of one program; its own arguments go after --",
    );
  }
  const spec = more.length > 0 ? specOfSources(files) : await loadProgramSpec(program, size);
  const whole = options.mount || options.env ? withOptions(spec, options) : spec;
  return programArguments === undefined ? whole : { ...whole, args: programArguments };
}

/** What stands after `--`, and the rest. */
export function splitArguments(args: readonly string[]): {
  own: readonly string[];
  program?: readonly string[];
} {
  const at = args.indexOf("--");
  return at < 0 ? { own: args } : { own: args.slice(0, at), program: args.slice(at + 1) };
}
