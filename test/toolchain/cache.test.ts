import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { cacheFolder, cachedFolder, contentHash, writeAtomically } from "../../src/toolchain/cache.ts";
import { projectFolder } from "../../src/toolchain/core.ts";
import { diagnosticsOf, withOwnCache } from "./temporary-cache.ts";

describe("cache", () => {
  test("hashes keep parts apart", () => {
    expect(contentHash("ab", "c")).not.toBe(contentHash("a", "bc"));
    expect(contentHash("a")).toMatch(/^[0-9a-f]{24}$/);
  });

  test("a folder is made once", () =>
    withOwnCache(async () => {
      let made = 0;
      const make = () =>
        cachedFolder("things", "k", async (folder) => {
          made++;
          writeFileSync(join(folder, "x"), "1");
        });
      expect(await make()).toBe(join(cacheFolder(), "things", "k"));
      await make();
      expect(made).toBe(1);
    }));

  test("two makers at once agree on one result", () =>
    withOwnCache(async () => {
      const make = (text: string) =>
        cachedFolder("things", "k", async (folder) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          writeFileSync(join(folder, "x"), text);
        });
      const [a, b] = await Promise.all([make("first"), make("second")]);
      expect(a).toBe(b);
      expect(readFileSync(join(a, "x"), "utf8")).toBe("first");
      expect(readdirSync(join(cacheFolder(), "things"))).toEqual(["k"]);
    }));

  test("a failing maker leaves nothing", () =>
    withOwnCache(async () => {
      const make = () =>
        cachedFolder("things", "k", async (folder) => {
          writeFileSync(join(folder, "half"), "");
          throw new Error("stopped");
        });
      await expect(make()).rejects.toThrow("stopped");
      expect(readdirSync(join(cacheFolder(), "things"))).toEqual([]);
    }));

  test("a killed maker leaves no result, and its leavings are swept later", () =>
    withOwnCache(async (folder) => {
      const url = pathToFileURL(join(projectFolder, "src", "toolchain", "cache.ts")).href;
      const code = `const { cachedFolder } = await import("${url}");
        await cachedFolder("things", "k", async (f) => {
          (await import("node:fs")).writeFileSync(f + "/half", "");
          process.stdout.write("ready");
          await new Promise((r) => setTimeout(r, 30000));
        });`;
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
        cwd: projectFolder,
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("close", resolve));
      const left = readdirSync(join(folder, "things")).sort();
      expect(left).toEqual([expect.stringMatching(/^k\.\d+\.[0-9a-f]{8}\.tmp$/), "k.lock.tmp"]);
      utimesSync(join(folder, "things", left[0]!), new Date(0), new Date(0));
      const made = await cachedFolder("things", "k", async (f) => writeFileSync(join(f, "whole"), ""));
      expect(readdirSync(join(folder, "things"))).toEqual(["k"]);
      expect(readdirSync(made)).toEqual(["whole"]);
    }));

  test("a lock whose owner died long ago is taken over", () =>
    withOwnCache(async (folder) => {
      mkdirSync(join(folder, "things"));
      const lock = join(folder, "things", "k.lock.tmp");
      // This very process is alive, but the lock was not touched for long: its number was used again.
      writeFileSync(lock, `${process.pid}`);
      utimesSync(lock, new Date(0), new Date(0));
      await cachedFolder("things", "k", async () => undefined);
      expect(readdirSync(join(folder, "things"))).toEqual(["k"]);
    }));

  test("a cache that cannot be written is a diagnostic", () =>
    withOwnCache(async (folder) => {
      writeFileSync(join(folder, "file"), "");
      process.env["BLOCKWATT_CACHE"] = join(folder, "file");
      const help = "set BLOCKWATT_CACHE to a folder that you can write";
      expect(await diagnosticsOf(() => cachedFolder("things", "k", async () => undefined))).toEqual([
        {
          code: "BW0506",
          message: `the cache folder ${join(folder, "file", "things")} cannot be written (ENOTDIR)`,
          help,
        },
      ]);
      expect(await diagnosticsOf(() => writeAtomically(join(cacheFolder(), "x.json"), "{}"))).toEqual([
        {
          code: "BW0506",
          message: `the cache folder ${join(folder, "file")} cannot be written (EEXIST)`,
          help,
        },
      ]);
    }));

  test.skipIf(process.getuid?.() === 0)("so is a read-only one", () =>
    withOwnCache(async (folder) => {
      mkdirSync(join(folder, "things"), { mode: 0o555 });
      const [diagnostic] = await diagnosticsOf(() => cachedFolder("things", "k", async () => undefined));
      expect(diagnostic?.code).toBe("BW0506");
    }),
  );

  test("files appear whole", () =>
    withOwnCache(async (folder) => {
      writeAtomically(join(folder, "a", "b.json"), "[1]");
      expect(readFileSync(join(folder, "a", "b.json"), "utf8")).toBe("[1]");
      expect(readdirSync(join(folder, "a"))).toEqual(["b.json"]);
      expect(existsSync(join(folder, "a", "c"))).toBe(false);
    }));
});
