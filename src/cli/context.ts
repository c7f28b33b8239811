// What every command gets from the command line's frame.
export interface CommandContext {
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Exit status when the command ends without an error, for reports that are whole but bad news. */
  setStatus(status: number): void;
}
