// Running whole programs: natively, under qemu-ppc, and what happens when they do not end or cannot start.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DiagnosticError } from "../../src/base/diagnostic.ts";
import { buildProgram } from "../../src/toolchain/build.ts";
import { loadCoreToolchain } from "../../src/toolchain/core.ts";
import { executeProgram } from "../../src/toolchain/execute.ts";
import { buildNative, runNative } from "../../src/toolchain/native.ts";
import { runQemu } from "../../src/toolchain/qemu.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";

const folder = mkdtempSync(join(tmpdir(), "blockwatt-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const nothing = new Uint8Array();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

function source(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The diagnostics of a call that must fail. */
async function faultOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return "no fault";
}

function shell(script: string, extra: { stdin?: Uint8Array; timeoutMs?: number } = {}) {
  return executeProgram({
    command: "/bin/sh",
    args: ["-c", script],
    stdin: extra.stdin ?? nothing,
    timeoutMs: extra.timeoutMs ?? 20_000,
    what: "the script",
  });
}

describe("executeProgram", () => {
  it("gives output, error output, descriptor 3 and exit status, for any bytes", async () => {
    const result = await shell("cat; echo words >&2; echo 1.5 >&3; exit 7", {
      stdin: Uint8Array.of(0, 255, 10),
    });
    expect({ ...result, seconds: 0, stdout: [...result.stdout], stderr: text(result.stderr) }).toEqual({
      exitCode: 7,
      stdout: [0, 255, 10],
      stderr: "words\n",
      side: "1.5\n",
      seconds: 0,
    });
  });

  it("gives 128 + signal when a signal ends it", async () => {
    expect((await shell("kill -SEGV $$")).exitCode).toBe(139);
  });

  it("starts in an empty folder with an empty environment", async () => {
    expect(text((await shell('ls -A; test -z "$HOME" && echo homeless')).stdout)).toBe("homeless\n");
  });

  it("stops a program that does not end", async () => {
    expect(await faultOf(() => shell("sleep 60", { timeoutMs: 100 }))).toBe(
      "BW0507: the script did not finish in 0.1 s",
    );
  });

  it("stops a program that prints without end", async () => {
    expect(await faultOf(() => shell("exec yes"))).toBe(
      "BW0504: the script printed more than 268435456 bytes",
    );
  });
});

describe("native builds", () => {
  it("times the program, output included", async () => {
    const file = source(
      "n.c",
      '#include <stdio.h>\nint main(int n, char **v) { return printf("%s %d", v[1], n); }\n',
    );
    const executable = await buildNative(specOfSources([file]));
    expect(await buildNative(specOfSources([file]))).toBe(executable);
    const run = await runNative(executable, ["x"], nothing);
    expect({ stdout: text(run.stdout), exitCode: run.exitCode }).toEqual({ stdout: "x 2", exitCode: 3 });
    expect(run.seconds).toBeGreaterThan(0);
    expect(run.seconds).toBeLessThan(1);
  });

  it("refuses to time a program that does not end by exit", async () => {
    const file = source("t.c", "int main(void) { __builtin_trap(); }\n");
    const executable = await buildNative(specOfSources([file]));
    const fault = await faultOf(() => runNative(executable, [], nothing));
    expect(fault).toMatch(/^BW0521: the program's native build ended without exit\(\) \(status 13[23]\)/);
  });

  it("shows the compiler's words", async () => {
    const file = source("e.c", "int main(void) { return y; }\n");
    const fault = await faultOf(() => buildNative(specOfSources([file])));
    expect(fault).toContain("BW0501: e does not compile for the host:");
    expect(fault).toContain("use of undeclared identifier 'y'");
  });
});

describe("qemu-ppc", () => {
  // The first build on a machine builds the C library.
  it("runs a target program on input, and gives its output and exit status", async () => {
    const file = source(
      "q.c",
      '#include <stdio.h>\nint main(int n, char **v) { int c = getchar(); printf("%c %s\\n", c, v[1]); return n; }\n',
    );
    const core = loadCoreToolchain("ppc440");
    const built = await buildProgram(specOfSources([file]), core);
    const run = await runQemu(core.qemu_cpu, built.elfPath, ["word"], Buffer.from("input"));
    expect({ stdout: text(run.stdout), exitCode: run.exitCode }).toEqual({ stdout: "i word\n", exitCode: 2 });
  }, 600_000);

  it("names the package when it is not installed", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = folder;
    try {
      expect(await faultOf(() => runQemu("any", join(folder, "x.elf"), [], nothing))).toBe(
        "BW0502: qemu-ppc is not installed or cannot be started",
      );
    } finally {
      process.env["PATH"] = path;
    }
  });
});
