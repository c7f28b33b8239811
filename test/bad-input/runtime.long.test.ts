// Programs that do something wrong or unusual while they run, host-compiled (`run`) and on the reference model
// (`reference`): both answer, neither is taken down, and nothing of the host is reached.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Answer, Case } from "./command-line.ts";
import {
  blockwatt,
  canMount,
  checkCase,
  expectDiagnosed,
  expectGolden,
  inFolder,
  normalise,
  onSmallDisk,
} from "./command-line.ts";

const programs: Readonly<Record<string, string>> = {
  "null-read": "int main(int n, char **v) { (void)v; volatile int *p = (int *)(n - 1); return *p; }\n",
  "null-write": "int main(int n, char **v) { (void)v; *(volatile int *)(n - 1) = 1; return 0; }\n",
  "wild-read":
    "int main(int n, char **v) { (void)v; return *(volatile int *)(0x70000000u + (unsigned)n * 64); }\n",
  "wild-write":
    "int main(int n, char **v) { (void)v; *(volatile int *)(0x70000000u + (unsigned)n * 64) = 1; return 0; }\n",
  "writes-code": "int main(void) { *(volatile int *)main = 0; return 5; }\n",
  "wild-jump": "int main(int n, char **v) { (void)v; return ((int (*)(void))(0x40000u * n))(); }\n",
  "builtin-trap": "int main(int n, char **v) { (void)v; if (n) __builtin_trap(); return 0; }\n",
  abort: "#include <stdlib.h>\nint main(void) { abort(); }\n",
  "stack-overflow":
    "volatile int zero;\nint depth(int n) { volatile char room[4096]; room[0] = (char)n; return zero ? 0 : depth(n + 1) + room[0]; }\nint main(void) { return depth(0); }\n",
  "reads-other-file":
    '#include <errno.h>\n#include <stdio.h>\nint main(void) { FILE *f = fopen("/etc/passwd", "r"); printf("%s, errno %d\\n", f ? "open" : "refused", errno); return 0; }\n',
  "writes-other-file":
    '#include <errno.h>\n#include <stdio.h>\nint main(void) { FILE *f = fopen("made-by-program", "w"); printf("%s, errno %d\\n", f ? "open" : "refused", errno); return 0; }\n',
  "prints-nothing": "int main(void) { return 0; }\n",
  "exit-status": "int main(void) { return 3; }\n",
  "memory-exhausted":
    '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { int n = 0; while (malloc(1 << 20)) n++; printf("%s\\n", n > 30 ? "ends" : "too little"); return 0; }\n',
  "divides-by-zero":
    '#include <stdio.h>\nint main(int n, char **v) { (void)v; volatile int d = n - 1; volatile int q = 7 / d; (void)q; puts("goes on"); return 0; }\n',
  "input-not-there": '#include <stdio.h>\nint main(void) { printf("%d\\n", getchar()); return 0; }\n',
};

/** What cannot change with the models: exit status, what the program printed, what was complained about. */
function outcome(command: string, answer: Answer, folder: string): string {
  const report = answer.stdout.search(/^\S+ on \w+(?:,| at)/m);
  const printed = report < 0 ? answer.stdout : answer.stdout.slice(0, report);
  const says = /\(exit status -?\d+\)/.exec(answer.stdout)?.[0] ?? "no report";
  return normalise(
    `$ blockwatt ${command}\n--- program\n${printed}${says}\n--- stderr\n${answer.stderr}--- exit status ${answer.status}\n`,
    folder,
  );
}

describe("programs that misbehave", () => {
  it.each(Object.entries(programs))("%s", { timeout: 600_000 }, async (name, text) => {
    await inFolder({ "p.c": text }, async (folder) => {
      let all = text.trimEnd().replace(/^/gm, "// ") + "\n";
      for (const command of ["run", "reference"]) {
        const answer = await blockwatt({ args: [command, "p.c"], cwd: folder, timeoutMs: 280_000 });
        expectDiagnosed(answer);
        all += outcome(`${command} p.c`, answer, folder);
      }
      expect(existsSync(join(folder, "made-by-program"))).toBe(false);
      expectGolden(`program-${name}`, all);
    });
  });

  it("a program that never ends is ended by Ctrl-C, under every executor", { timeout: 600_000 }, async () => {
    // It says when it has begun to run.
    const text =
      '#include <stdio.h>\nint main(void) { volatile int x = 0; fputs("begun\\n", stderr); for (;;) x++; }\n';
    await inFolder({ "p.c": text }, async (folder) => {
      for (const command of ["run", "reference"]) {
        let sent = false;
        const answer = await blockwatt({
          args: [command, "p.c"],
          cwd: folder,
          timeoutMs: 280_000,
          onStderr: (stderr, kill) => {
            // Only once: a second signal ends the process at once.
            if (sent || !stderr.includes("begun")) return;
            sent = true;
            setTimeout(() => kill("SIGINT"), 3000);
          },
        });
        expect({ command, status: answer.status }).toEqual({ command, status: 130 });
        // Where it was, and what it had spent.
        expect(answer.stderr).toMatch(
          /error BW0816: interrupted.*: in \w+ at .*p\.c:2, (?:at least )?\d+ cycles and \S+ J so far/,
        );
      }
    });
  });

  it("a program that prints for ever ends when its reader does", { timeout: 600_000 }, async () => {
    const text = '#include <stdio.h>\nint main(void) { for (;;) puts("line"); }\n';
    await inFolder({ "p.c": text }, async (folder) => {
      for (const command of ["run", "reference"]) {
        const answer = await blockwatt({
          args: [command, "p.c"],
          cwd: folder,
          timeoutMs: 280_000,
          within: ["sh", "-c", '"$0" "$@" | head -n 1'],
        });
        expect({ command, ...answer }).toEqual({ command, status: 0, stdout: "line\n", stderr: "" });
      }
    });
  });
});

const main = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';

const machineCases: readonly Case[] = [
  {
    name: "no-qemu-on-path",
    // Everything that is on PATH, without qemu.
    files: { "m.c": main, "bin/.keep": "" },
    args: ["validate", "<folder>/m.c"],
    env: { PATH: "<folder>/bin" },
    within: ["/bin/sh", "-c", '/bin/ln -s /usr/bin/* bin; /bin/rm -f bin/qemu*; exec "$0" "$@"'],
  },
  {
    name: "output-under-a-file",
    files: { "m.c": main, file: "" },
    args: ["annotate", "m.c", "-o", "file/out"],
  },
  { name: "output-is-a-file", files: { "m.c": main, file: "" }, args: ["annotate", "m.c", "-o", "file"] },
];

const mountCases: readonly Case[] = [
  {
    name: "output-disk-full",
    files: { "m.c": main, "small/.keep": "" },
    args: ["annotate", "m.c", "-o", "small/out"],
    within: onSmallDisk("size=16k"),
  },
];

describe("faults of the machine, after long work", () => {
  it.each(machineCases)("$name", { timeout: 300_000 }, (one) => checkCase(one));
  it.runIf(canMount).each(mountCases)("$name", { timeout: 300_000 }, (one) => checkCase(one));
});
