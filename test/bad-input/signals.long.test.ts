// Ctrl-C and SIGTERM at any moment: from loading the command, over preparing the program, to its run. The answer is a line and
// status 130; what was left behind is whole.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { blockwatt, inFolder, type Answer } from "./command-line.ts";

const endless = "int main(void) { volatile int x = 0; for (;;) x++; }\n";

const interrupted = async (
  folder: string,
  args: readonly string[],
  milliseconds: number,
  signal: NodeJS.Signals,
): Promise<Answer> => {
  // It counts from when Node has loaded the first script: before, the process ends as processes do.
  const ready = `--import=data:text/javascript,${encodeURIComponent('process.stderr.write("ready\\n")')}`;
  let sent = false;
  return blockwatt({
    args,
    cwd: folder,
    timeoutMs: 240_000,
    env: { NODE_OPTIONS: ready },
    onStderr: (_, kill) => {
      if (sent) return;
      sent = true;
      setTimeout(() => kill(signal), milliseconds);
    },
  });
};

const told =
  /^(?:ready\n)+(?:.*\n)*(?:interrupted|error BW0816: interrupted|error BW0508|stopped by a signal).*\n$/;

for (const command of ["run", "reference", "validate"]) {
  it(`${command}, at many moments`, { timeout: 900_000 }, async () => {
    await inFolder({ "p.c": endless }, async (folder) => {
      // The first ones are in the middle of preparing, the last ones find everything prepared.
      for (const [i, wait] of [60, 150, 300, 500, 800, 1200, 2000, 4000, 100, 400, 700, 1500].entries()) {
        const answer = await interrupted(folder, [command, "p.c"], wait, i % 2 === 0 ? "SIGINT" : "SIGTERM");
        expect({ wait, status: answer.status, stdout: answer.stdout }).toEqual({
          wait,
          status: 130,
          stdout: "",
        });
        expect(answer.stderr).toMatch(told);
      }
    });
  });
}

it("outputs are whole or not there", { timeout: 900_000 }, async () => {
  await inFolder({ "p.c": endless }, async (folder) => {
    for (const wait of [300, 1000, 2500]) {
      const answer = await interrupted(folder, ["annotate", "p.c", "-o", "out"], wait, "SIGINT");
      const files = readdirSync(folder).filter((name) => name !== "p.c");
      // It may have been faster; the signal may come after the files are there, too.
      if (answer.status !== 130) expect(files).toEqual(["out"]);
      if (files.length === 0) continue;
      expect(files).toEqual(["out"]);
      expect(readdirSync(join(folder, "out")).sort()).toEqual([
        "blockwatt-runtime.d.ts",
        "blockwatt-runtime.js",
        "p.json",
        "p.ts",
        "p.wasm",
      ]);
      rmSync(join(folder, "out"), { recursive: true });
    }
  });
});

it("simulate", { timeout: 600_000 }, async () => {
  await inFolder({ "p.c": endless }, async (folder) => {
    const built = await blockwatt({ args: ["build", "p.c", "-o", "p.elf"], cwd: folder, timeoutMs: 300_000 });
    expect(built.status).toBe(0);
    const core = new URL("../../targets/e200z3/core.uadl", import.meta.url).pathname;
    for (const [wait, signal] of [
      [400, "SIGINT"],
      [1000, "SIGTERM"],
      [8000, "SIGINT"],
    ] as const) {
      const answer = await interrupted(folder, ["simulate", "p.elf", "--uadl", core], wait, signal);
      expect({ wait, status: answer.status }).toEqual({ wait, status: 130 });
      if (wait === 8000) expect(answer.stdout).toMatch(/^stopped by a signal before 0x\w{8} in \w+/);
      else expect(`${answer.stderr}${answer.stdout}`).toMatch(/interrupted|stopped by a signal/);
    }
  });
});
