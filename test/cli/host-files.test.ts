// Mounts on real folders: what leads out of them is not there; what a run changed comes back, whatever was moved where.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copiedMounts, hostFiles, mountsDigest } from "../../src/cli/host-files.ts";
import { withOptions } from "../../src/cli/program-options.ts";
import { parseMount } from "../../src/toolchain/mounts.ts";
import { diagnosticsOf } from "../toolchain/temporary-cache.ts";

let top: string;
let data: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "blockwatt-mount-"));
  data = join(top, "data");
  mkdirSync(join(data, "sub"), { recursive: true });
  writeFileSync(join(top, "secret"), "secret");
  writeFileSync(join(data, "a"), "aa");
  writeFileSync(join(data, "sub", "b"), "bb");
  symlinkSync(join(top, "secret"), join(data, "out"));
  symlinkSync("..", join(data, "up"));
  symlinkSync("a", join(data, "inside"));
});
afterEach(() => rmSync(top, { recursive: true }));

const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, "utf8")]),
  );

const writing = { write: true, create: true, exclusive: false, truncate: false, folder: false };

function write(files: ReturnType<typeof hostFiles>["files"], path: string, text: string): void {
  const node = files.open(path, writing);
  if (node.kind === "file") node.write(0, new TextEncoder().encode(text));
}

test("links are seen only where they stay inside", () => {
  const { files } = hostFiles([parseMount(`${data}:/m`, "/")]);
  const node = files.find("/m");
  expect(node.kind === "folder" ? [...node.entries.keys()] : []).toEqual(["a", "inside", "sub"]);
});

test("changes are saved; a read-only mount and everything outside stay as they were", () => {
  const { files, save } = hostFiles([parseMount(`${data}:m`, "/"), parseMount("data/sub:/ro:ro", top)]);
  files.rename("/m/sub", "/m/moved");
  files.rename("/m/a", "/m/moved/c");
  write(files, "/m/moved/b", "B");
  write(files, "/m/new", "new");
  write(files, "/elsewhere", "x");
  files.makeFolder("/m/sub");
  expect(contents(data)).toEqual({ a: "aa", "sub/b": "bb" });
  save();
  expect(contents(data)).toEqual({ "moved/c": "aa", "moved/b": "Bb", new: "new" });
  expect(readdirSync(data).sort()).toEqual(["inside", "moved", "new", "out", "sub", "up"]);
  expect(contents(top)["secret"]).toBe("secret");
});

test("one file as a mount; equal trees have equal digests", () => {
  const spec = parseMount(`${join(data, "a")}:/in/file`, "/");
  const { files, save } = hostFiles([spec]);
  const before = mountsDigest(files);
  write(files, "/in/file", "changed");
  expect(mountsDigest(files)).not.toBe(before);
  save();
  expect(readFileSync(join(data, "a"), "utf8")).toBe("changed");
  mkdirSync(join(top, "run", "in"), { recursive: true });
  writeFileSync(join(top, "run", "in", "file"), "changed");
  expect(mountsDigest(copiedMounts([spec], join(top, "run")))).toBe(mountsDigest(files));
  expect(mountsDigest(hostFiles().files)).toBe("");
});

test.each([
  ["data", '"data" is no mount'],
  ["data:", '"data:" is no mount'],
  ["a:b:c", '"a:b:c" is no mount'],
  ["data:/x/../y", 'the path /x/../y in the mount "data:/x/../y" has ".." in it'],
  ["none:/x", /^there is no .*none to mount$/],
])("mount %s", async (mount, message) => {
  const [diagnostic] = await diagnosticsOf(() => parseMount(mount, top));
  expect(diagnostic?.code).toBe("BW0518");
  expect(diagnostic?.message).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
});

test("options go before program.json", async () => {
  const spec = {
    name: "p",
    sources: [],
    cflags: [],
    args: [],
    environment: ["A=1", "B=2"],
    mounts: [parseMount(`${data}:/m`, "/")],
  };
  const options = { env: ["B=3", "C=x=y"], mount: [`${data}/sub:/m/:ro`] };
  expect(withOptions(spec, options)).toMatchObject({
    environment: ["A=1", "B=3", "C=x=y"],
    mounts: [{ guest: "/m", readOnly: true }],
  });
  expect((await diagnosticsOf(() => withOptions(spec, { env: ["=x"] })))[0]?.code).toBe("BW0910");
});
