// Faults of the machine around us: missing tools, cache folders that cannot be written, full disks, damaged caches,
// output that nobody takes.
import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";
import type { Case } from "./command-line.ts";
import { checkCase } from "./command-line.ts";

const main = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';

/** The command in a mount namespace of its own, with a small file system at `<folder>/small`. */
function onSmallDisk(options: string): readonly string[] {
  const script = `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`;
  return ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "<folder>/small"];
}

/** The command with its standard output sent to a file. */
function outputTo(file: string): readonly string[] {
  return ["sh", "-c", 'exec "$@" > "$0"', file];
}

const cases: readonly Case[] = [
  {
    name: "no-clang-on-path",
    files: { "m.c": main },
    args: ["build", "m.c"],
    env: { PATH: "<folder>" },
  },
  {
    name: "no-qemu-on-path",
    // A PATH on which only the LLVM tools are.
    files: { "m.c": main, "bin/.keep": "" },
    args: ["validate", "<folder>/m.c"],
    env: { PATH: "<folder>/bin" },
    within: ["/bin/sh", "-c", '/bin/ln -s /usr/bin/* bin; /bin/rm -f bin/qemu*; exec "$0" "$@"'],
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
  {
    name: "output-under-a-file",
    files: { "m.c": main, file: "" },
    args: ["annotate", "m.c", "-o", "file/out"],
  },
  { name: "output-is-a-file", files: { "m.c": main, file: "" }, args: ["annotate", "m.c", "-o", "file"] },
  { name: "elf-into-missing-folder", files: { "m.c": main }, args: ["build", "m.c", "-o", "absent/m.elf"] },
  {
    name: "elf-over-a-folder",
    files: { "m.c": main, "out/x": "" },
    args: ["build", "m.c", "-o", "out"],
  },
  { name: "report-to-full-device", args: ["cores"], within: outputTo("/dev/full") },
];

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
  {
    name: "output-disk-full",
    files: { "m.c": main, "small/.keep": "" },
    args: ["annotate", "m.c", "-o", "small/out"],
    within: onSmallDisk("size=16k"),
  },
];

/** Mounting needs root or user namespaces, which some machines deny. */
const canMount =
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

describe("faults of the machine", () => {
  it.each(cases)("$name", checkCase);
  it.runIf(canMount).each(mountCases)("$name", checkCase);
});
