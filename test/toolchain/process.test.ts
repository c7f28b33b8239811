import { describe, expect, test } from "vitest";
import { cacheFault, runChecked, runTool } from "../../src/toolchain/process.ts";
import { diagnosticsOf } from "./temporary-cache.ts";

describe("child processes", () => {
  test("both outputs and the status are kept", async () => {
    const result = await runTool({ command: "sh", args: ["-c", "cat; echo warn >&2; exit 3"], input: "in" });
    expect(result).toEqual({ status: 3, stdout: "in", stderr: "warn\n" });
  });

  test("a missing tool names its package", async () => {
    const run = () => runTool({ command: "llc-no-such", args: [], package: "llvm-22" });
    expect(await diagnosticsOf(run)).toEqual([
      {
        code: "BW0502",
        message: "llc-no-such is not installed or cannot be started",
        help: "apt-get install llvm-22 (or run: npm run setup)",
      },
    ]);
  });

  test("a failing tool's words are in the diagnostic", async () => {
    const run = () =>
      runChecked({ command: "sh", args: ["-c", "echo bad input >&2; exit 1"], what: "the step failed" });
    expect(await diagnosticsOf(run)).toEqual([{ code: "BW0504", message: "the step failed:\nbad input" }]);
  });

  test("a full disk is told apart", async () => {
    const run = () => runChecked({ command: "sh", args: ["-c", "LC_ALL=C cat /etc/passwd > /dev/full"] });
    const [diagnostic] = await diagnosticsOf(run);
    expect(diagnostic?.code).toBe("BW0505");
    expect(diagnostic?.message).toContain("No space left on device");
  });

  test("a tool that hangs is stopped", async () => {
    const run = () => runTool({ command: "sleep", args: ["30"], timeoutMs: 100 });
    expect(await diagnosticsOf(run)).toEqual([{ code: "BW0507", message: "sleep did not finish in 0.1 s" }]);
  });

  test("cancelling stops a running tool, and prevents a new one", async () => {
    const controller = new AbortController();
    const run = () => runTool({ command: "sleep", args: ["30"], signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await diagnosticsOf(run)).toEqual([{ code: "BW0508", message: "cancelled" }]);
    expect(await diagnosticsOf(run)).toEqual([{ code: "BW0508", message: "cancelled" }]);
  });

  test("a tool killed from outside is an error with its name", async () => {
    const run = () => runTool({ command: "sh", args: ["-c", "echo partial >&2; kill -9 $$"] });
    expect(await diagnosticsOf(run)).toEqual([
      { code: "BW0504", message: "sh was killed by SIGKILL:\npartial" },
    ]);
  });

  test("file errors in the cache: full, not writable, and others unchanged", () => {
    const fault = (code: string) => cacheFault(Object.assign(new Error("x"), { code }), "/cache");
    expect(String(fault("ENOSPC"))).toContain("BW0505: the disk is full while writing to /cache");
    expect(String(fault("EROFS"))).toContain("BW0506: the cache folder /cache cannot be written (EROFS)");
    const other = new Error("other");
    expect(cacheFault(other, "/cache")).toBe(other);
  });
});
