// Progress on stderr: a bar on a terminal, nothing otherwise, so that pipes and CI logs stay clean.
import cliProgress from "cli-progress";
import pc from "picocolors";

export interface Progress {
  /** Names what is being done now. */
  step(text: string): void;
  /** How far the current step is. */
  update(done: number, total: number): void;
  finish(): void;
}

export const silentProgress: Progress = { step() {}, update() {}, finish() {} };

export function createProgress(quiet: boolean): Progress {
  if (quiet || !process.stderr.isTTY) return silentProgress;
  const bar = new cliProgress.SingleBar(
    {
      format: `${pc.cyan("{bar}")} {percentage} %  {text}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(100, 0, { text: "" });
  return {
    step: (text) => bar.update(0, { text }),
    update: (done, total) => bar.update(total === 0 ? 100 : (100 * done) / total),
    finish: () => bar.stop(),
  };
}
