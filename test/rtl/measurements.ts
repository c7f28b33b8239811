// What was measured on Microwatt's RTL: micro-benchmarks with the cycles of their passes, and three programs with the
// cycles of four calls and the issue trace; and the issue traces of programs made by chance
// (test/data/microwatt/README.md).
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

export const dataFolder = join(dirname(fileURLToPath(import.meta.url)), "../data/microwatt");

export interface MicroMeasurement {
  readonly name: string;
  /** Operations between m0 and m1. */
  readonly count: number;
  readonly cold_cycles: number;
  readonly warm_cycles: readonly number[];
}

export interface ProgramMeasurement {
  readonly name: string;
  /** Of each call. */
  readonly instructions: readonly number[];
  readonly cycles: readonly number[];
  readonly result: string;
}

export function microMeasurements(): MicroMeasurement[] {
  return JSON.parse(readFileSync(join(dataFolder, "micro/results.json"), "utf8")) as MicroMeasurement[];
}

export function programMeasurements(): ProgramMeasurement[] {
  const file = join(dataFolder, "programs/results.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { programs: ProgramMeasurement[] }).programs;
}

/** Names of the programs made by chance. */
export function mixedPrograms(): string[] {
  const files = readdirSync(join(dataFolder, "mixed"));
  return files.filter((file) => file.endsWith(".s")).map((file) => file.slice(0, -".s".length));
}

/** Issues into execute1, second halves of two-part instructions left out. */
export interface IssueTrace {
  readonly clocks: Int32Array;
  readonly addresses: Uint32Array;
}

/** `program`: its folder and name. */
export function issueTrace(program: string): IssueTrace {
  const text = gunzipSync(readFileSync(join(dataFolder, `${program}.trace.gz`))).toString("latin1");
  const clocks: number[] = [];
  const addresses: number[] = [];
  for (const line of text.split("\n")) {
    const [clock, address, half] = line.split(" ");
    if (clock === undefined || address === undefined || half === "2") continue;
    clocks.push(Number(clock));
    addresses.push(parseInt(address, 16));
  }
  return { clocks: Int32Array.from(clocks), addresses: Uint32Array.from(addresses) };
}
