// A cache of a test's own, which borrows the C libraries from the user's cache: those take long to build.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../../src/toolchain/cache.ts";
import { loadCoreToolchain } from "../../src/toolchain/core.ts";
import type { CoreToolchain } from "../../src/toolchain/core.ts";
import { buildCLibrary } from "../../src/toolchain/c-library.ts";
import { findTools } from "../../src/toolchain/tools.ts";

/** Builds the core's C library in the user's cache if need be. */
export async function withLibrary(name: string): Promise<CoreToolchain> {
  const core = loadCoreToolchain(name);
  await buildCLibrary(core, await findTools());
  return core;
}

/** Runs `action` with BLOCKWATT_CACHE set to a new folder that shares only the C libraries and the cores' models with the user's cache. */
export async function withOwnCache<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const shared = cacheFolder();
  const before = process.env["BLOCKWATT_CACHE"];
  const folder = mkdtempSync(join(tmpdir(), "blockwatt-cache-"));
  for (const kind of ["newlib", "library", "models"]) {
    mkdirSync(join(shared, kind), { recursive: true });
    symlinkSync(join(shared, kind), join(folder, kind));
  }
  process.env["BLOCKWATT_CACHE"] = folder;
  try {
    return await action(folder);
  } finally {
    if (before === undefined) delete process.env["BLOCKWATT_CACHE"];
    else process.env["BLOCKWATT_CACHE"] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The diagnostics that `action` ends with, as `code: message` and help; fails when it ends well. */
export async function diagnosticsOf(
  action: () => unknown,
): Promise<{ code: string; message: string; help?: string }[]> {
  try {
    await action();
  } catch (error) {
    const { diagnostics } = error as {
      diagnostics?: readonly { code: string; message: string; help?: string }[];
    };
    if (diagnostics === undefined) throw error;
    return diagnostics.map(({ code, message, help }) => ({
      code,
      message,
      ...(help === undefined ? {} : { help }),
    }));
  }
  throw new Error("no diagnostic");
}
