// What every command gets from the command line's frame.
export interface CommandContext {
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  /** The simulated program's own arguments: what stands after `--`. */
  readonly programArguments?: readonly string[];
  /** Exit status when the command ends without an error, for reports that are whole but bad news. */
  setStatus(status: number): void;
}
