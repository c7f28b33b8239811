// `--max-cycles` and `--timeout` end a program that does not end by itself, on either executor, with exit status 124.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { withLibrary } from "../toolchain/temporary-cache.ts";

const folder = mkdtempSync(join(tmpdir(), "bw-limits-"));
const file = join(folder, "endless.c");

beforeAll(async () => {
  writeFileSync(file, "volatile int stop;\nint main(void) {\n  while (!stop)\n    ;\n  return 0;\n}\n");
  await withLibrary("ppc440");
}, 600_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ["run", "--max-cycles", "100000"],
  ["run", "--timeout", "0.5"],
  ["reference", "--max-cycles", "100000"],
])(
  "%s %s",
  async (...args) => {
    const errors: string[] = [];
    const written = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      errors.push(String(text));
      return true;
    });
    const [command, ...limit] = args;
    const status = await main([command, file, "--core", "ppc440", "--json", ...limit]);
    written.mockRestore();
    expect(status).toBe(124);
    expect(errors.join("")).toMatch(
      /error BW0814: stopped after .* in main at .*endless\.c:3, \d+ cycles so far/,
    );
  },
  300_000,
);
