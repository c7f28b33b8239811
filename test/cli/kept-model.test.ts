// Models in the cache: the same machine comes back, and whatever has changed or is damaged is read from the description again.
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { loadMachine, type LoadedMachine } from "../../src/adl/index.ts";
import { keepModel, keptModel } from "../../src/cli/kept-model.ts";
import { loadCore } from "../../src/cli/load-core.ts";
import { openCore } from "../../src/cli/open-core.ts";
import { projectFolder } from "../../src/toolchain/core.ts";

const before = process.env["BLOCKWATT_CACHE"];
let folder = "";
let core = "";
let part = "";
let made: LoadedMachine;
const toy = join(projectFolder, "targets/toy");
const energy = `// The price list\n${readFileSync(join(toy, "energy.uadl"), "utf8")}`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "blockwatt-models-"));
  process.env["BLOCKWATT_CACHE"] = join(folder, "cache");
  core = join(folder, "core.uadl");
  part = join(folder, "energy.uadl");
  const shared = join(projectFolder, "adl/powerpc/powerpc.adl");
  const text = readFileSync(join(toy, "core.uadl"), "utf8");
  writeFileSync(core, text.replace("../../adl/powerpc/powerpc.adl", relative(folder, shared)));
  writeFileSync(part, energy);
  made = loadMachine(core);
  expect(made.diagnostics).toEqual([]);
});

afterAll(() => {
  if (before === undefined) delete process.env["BLOCKWATT_CACHE"];
  else process.env["BLOCKWATT_CACHE"] = before;
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  rmSync(part, { force: true });
  writeFileSync(part, energy);
  keepModel(core, made.model!, made.sources);
});

/** The one file of the cache. */
const keptFile = (): string => {
  const models = join(folder, "cache/models");
  const [name, ...more] = readdirSync(models);
  expect(more).toEqual([]);
  return join(models, name!);
};

test("a kept model is the one that was made, and the same object each time", () => {
  const model = keptModel(core);
  expect(model).toStrictEqual(made.model);
  expect(keptModel(core)).toBe(model);
});

test("of another process, it is equal to the one that was made", () => {
  // As another process would: this one forgets what it has when the file is another one.
  const file = keptFile();
  const bytes = readFileSync(file);
  rmSync(file);
  expect(keptModel(core)).toBeUndefined();
  writeFileSync(file, bytes);
  const model = keptModel(core);
  expect(model).not.toBe(made.model);
  expect(model).toStrictEqual(made.model);
});

test("a changed source, whatever its time and size, is not the one that was read", () => {
  const { atime, mtime, size } = statSync(part);
  writeFileSync(part, energy.replace("list", "lisT"));
  utimesSync(part, atime, mtime);
  expect(statSync(part).size).toBe(size);
  expect(keptModel(core)).toBeUndefined();
  writeFileSync(part, energy);
  expect(keptModel(core)).toBeDefined();
});

test("a source that is gone, or a link to another one, neither", () => {
  rmSync(part);
  expect(keptModel(core)).toBeUndefined();
  const other = join(folder, "other.uadl");
  writeFileSync(other, energy);
  symlinkSync(other, part);
  expect(keptModel(core)).toBeUndefined();
});

test("a file that was cut, at any place, is not read", () => {
  const file = keptFile();
  const bytes = readFileSync(file);
  const step = Math.max(1, Math.floor(bytes.length / 50));
  for (let length = 0; length < bytes.length; length += step) {
    writeFileSync(file, bytes.subarray(0, length));
    expect(keptModel(core)).toBeUndefined();
  }
});

test("a file with a changed byte is not read", () => {
  const file = keptFile();
  const bytes = readFileSync(file);
  const step = Math.max(1, Math.floor(bytes.length / 50));
  for (let place = 0; place < bytes.length; place += step) {
    const damaged = Buffer.from(bytes);
    damaged[place]! ^= 0x10;
    writeFileSync(file, damaged);
    expect(keptModel(core)).toBeUndefined();
  }
});

test("a damaged file is made again", async () => {
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  const { model } = loadCore("toy");
  const file = keptFile();
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, 1000));
  const again = await openCore("toy");
  expect(again.model.hash).toBe(model.hash);
  expect(readFileSync(file).equals(whole)).toBe(true);
  expect((await openCore("toy")).model.hash).toBe(model.hash);
});

test("without a place to keep it, the description is read each time", () => {
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  writeFileSync(join(folder, "cache"), "a file");
  expect(loadCore("toy").model.name).toBe("toy");
  expect(keptModel(core)).toBeUndefined();
});
