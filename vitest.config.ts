import { defineConfig } from "vitest/config";

// Two tiers: `quick` runs on every change, `long` (file name ends in .long.test.ts) runs nightly and on demand.
export default defineConfig({
  test: {
    // All processors; vitest leaves one free otherwise, which halves the speed of a machine with two.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "quick",
          globalSetup: "test/toolchain/global-setup.ts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.long.test.ts"],
          testTimeout: 60_000,
          isolate: false,
        },
      },
      {
        test: {
          name: "long",
          globalSetup: "test/toolchain/global-setup.ts",
          include: ["test/**/*.long.test.ts"],
          testTimeout: 1_800_000,
        },
      },
    ],
  },
});
