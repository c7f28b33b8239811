// Faults of the machine around us: missing tools, cache folders that cannot be written, full disks, damaged caches,
// output that nobody takes.
import { describe, it } from "vitest";
import type { Case } from "./command-line.ts";
import { canMount, checkCase, describeCases, onSmallDisk, outputTo } from "./command-line.ts";

const main = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';

const cases: readonly [Case, ...Case[]] = [
  {
    name: "no-clang-on-path",
    files: { "m.c": main },
    args: ["build", "m.c"],
    env: { PATH: "<folder>" },
  },
  {
    name: "cache-under-a-file",
    files: { "m.c": main, file: "" },
    args: ["build", "m.c"],
    env: { BLOCKWATT_CACHE: "<folder>/file/cache" },
  },
  {
    name: "cache-is-a-file",
    files: { "m.c": main, file: "" },
    args: ["build", "m.c"],
    env: { BLOCKWATT_CACHE: "<folder>/file" },
  },
  {
    name: "cache-in-proc",
    files: { "m.c": main },
    args: ["build", "m.c"],
    env: { BLOCKWATT_CACHE: "/proc/blockwatt" },
  },
  { name: "elf-into-missing-folder", files: { "m.c": main }, args: ["build", "m.c", "-o", "absent/m.elf"] },
  {
    name: "elf-over-a-folder",
    files: { "m.c": main, "out/x": "" },
    args: ["build", "m.c", "-o", "out"],
  },
];

describeCases("faults of the machine", cases);

const fullDevice: Case = {
  name: "report-to-full-device",
  files: { "m.adl": "" },
  args: ["adl", "check", "m.adl"],
  within: outputTo("/dev/full"),
};

const mountCases: readonly Case[] = [
  {
    name: "cache-read-only",
    files: { "m.c": main, "small/.keep": "" },
    args: ["build", "m.c"],
    env: { BLOCKWATT_CACHE: "<folder>/small/cache" },
    within: onSmallDisk("ro"),
  },
  {
    name: "cache-disk-full",
    files: { "m.c": main, "small/.keep": "" },
    args: ["build", "m.c"],
    env: { BLOCKWATT_CACHE: "<folder>/small/cache" },
    within: onSmallDisk("size=64k"),
  },
  {
    name: "elf-disk-full",
    files: { "m.c": main, "small/.keep": "" },
    args: ["build", "m.c", "-o", "small/m.elf"],
    within: onSmallDisk("size=8k"),
  },
];

describe("faults of files and file systems", () => {
  it(fullDevice.name, () => checkCase(fullDevice));
  it.runIf(canMount).each(mountCases)("$name", (one) => checkCase(one));
});
