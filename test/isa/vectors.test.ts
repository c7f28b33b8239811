// Every instruction has test vectors beside its description, and does what they say. BLOCKWATT_BLESS=1 writes vectors for
// instructions that have none; those that are there stay.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { isa } from "../iss/support/isa.ts";
import { execute, vectorsOf } from "./vector.ts";
import type { Vector } from "./vector.ts";

const FOLDER = "adl/powerpc/tests";
/** What a system call does is the simulator's caller's business. */
const ELSEWHERE = new Set(["sc"]);

function read(): Map<string, Vector[]> {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".json")) : [];
  return new Map(
    files.sort().map((name) => [name, JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")) as Vector[]]),
  );
}

function complete(): void {
  const files = read();
  const known = new Set([...files.values()].flat().map((vector) => vector.instruction));
  for (const instruction of isa.instructions) {
    if (known.has(instruction.name) || ELSEWHERE.has(instruction.name)) continue;
    const name = `${basename(instruction.place.file, ".adl")}.json`;
    files.set(name, [...(files.get(name) ?? []), ...vectorsOf(isa, instruction, 2)]);
  }
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, vectors] of files)
    writeFileSync(`${FOLDER}/${name}`, `[\n${vectors.map((v) => `  ${JSON.stringify(v)}`).join(",\n")}\n]\n`);
}

if (process.env["BLOCKWATT_BLESS"] === "1") complete();

describe("test vectors", () => {
  const files = read();

  it.each([...files])("%s", (_, vectors) => {
    const actual = vectors.map((vector) => ({ ...vector, after: execute(isa, vector) }));
    expect(actual).toEqual(vectors);
  });

  it("are there for every instruction", () => {
    const known = new Set([...files.values()].flat().map((vector) => vector.instruction));
    const missing = isa.instructions.filter((i) => !known.has(i.name) && !ELSEWHERE.has(i.name));
    expect(missing.map((i) => i.name)).toEqual([]);
  });
});
