// Programs that do something wrong or unusual while they run: each executor reports it, and none is taken down by it.
import { describe, it } from "vitest";
import type { Case } from "./command-line.ts";
import { checkCase } from "./command-line.ts";

const programs: Readonly<Record<string, string>> = {
  "null-read": "int main(int n, char **v) { (void)v; volatile int *p = (int *)(n - 1); return *p; }\n",
  "null-write": "int main(int n, char **v) { (void)v; *(volatile int *)(n - 1) = 1; return 0; }\n",
  "wild-read":
    "int main(int n, char **v) { (void)v; return *(volatile int *)(0x70000000u + (unsigned)n * 64); }\n",
  "wild-jump": "int main(int n, char **v) { (void)v; return ((int (*)(void))(unsigned)(0x40000 * n))(); }\n",
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
  "reads-input":
    '#include <stdio.h>\nint main(void) { int c, n = 0; while ((c = getchar()) != EOF) n++; printf("%d bytes\\n", n); return 0; }\n',
};

/** Only what cannot change with the models: exit status, and what the program or the fault says. */
const cases = Object.entries(programs).flatMap(([name, text]): Case[] =>
  ["validate"].map((command) => ({
    name: `program-${name}`,
    files: { [`${name}.c`]: text },
    args: [command, `${name}.c`],
  })),
);

describe("programs that misbehave", () => {
  it.each(cases)("$name", checkCase);
});
