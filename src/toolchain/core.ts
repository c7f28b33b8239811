// What the compiler must know about a core: `targets/<core>/toolchain.json`, checked on loading.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { fail } from "../base/diagnostic.ts";
import { closestNames } from "./suggest.ts";

/** Folder of this repository: `runtime/`, `targets/` and `benchmarks/` are in it. */
export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const FLOATING_POINT = ["soft", "fpu", "embedded-single", "embedded"] as const;
export type FloatingPoint = (typeof FLOATING_POINT)[number];

export interface CoreToolchain {
  readonly core: string;
  /** LLVM's name of the CPU (`-mcpu`). */
  readonly cpu: string;
  /** qemu-ppc's name of a CPU that has the core's instructions (`-cpu`): its default lacks isel. */
  readonly qemu_cpu: string;
  /** What computes with floating-point numbers: software, a floating-point unit with registers of its own, or the embedded
   *  instructions on general registers, for single precision only or for both. */
  readonly floating_point: FloatingPoint;
  /** LLVM features, each with its sign: `+isel`, `-altivec`. */
  readonly features: readonly string[];
  readonly cflags: readonly string[];
  readonly llcflags: readonly string[];
  readonly ldflags: readonly string[];
  /** The core stands for no hardware; it is left out where "all cores" are meant. */
  readonly made_up?: boolean | undefined;
  /** The core has a reference model only: left out where programs are estimated on all cores. */
  readonly reference_only?: boolean | undefined;
}

const schema = z.strictObject({
  cpu: z.string().regex(/^[a-z0-9+.-]+$/),
  qemu_cpu: z.string().regex(/^[a-z0-9+._-]+$/),
  floating_point: z.enum(FLOATING_POINT).default("soft"),
  features: z.array(z.string().regex(/^[+-][a-z0-9-]+$/)),
  cflags: z.array(z.string()),
  llcflags: z.array(z.string()),
  ldflags: z.array(z.string()),
  made_up: z.boolean().optional(),
  reference_only: z.boolean().optional(),
});

/** Names of all cores that have a toolchain description, sorted. */
export function coreNames(): string[] {
  const targets = join(projectFolder, "targets");
  return readdirSync(targets)
    .filter((name) => existsSync(join(targets, name, "toolchain.json")))
    .sort();
}

/** The core that commands take when none is named: `targets/default.json`. Fails: BW0513 malformed file. */
export function defaultCore(): string {
  const file = join(projectFolder, "targets", "default.json");
  try {
    return z.strictObject({ core: z.string() }).parse(JSON.parse(readFileSync(file, "utf8"))).core;
  } catch (error) {
    return fail("BW0513", `not {"core": name}: ${(error as Error).message}`, undefined, { file });
  }
}

/** Loads a core's toolchain description. Fails: BW0513 unknown core or malformed file. */
export function loadCoreToolchain(core: string): CoreToolchain {
  const names = coreNames();
  if (!names.includes(core)) {
    const near = closestNames(core, names);
    fail(
      "BW0513",
      `unknown core "${core}"`,
      `${near ? `did you mean ${near}? ` : ""}cores: ${names.join(", ")}`,
    );
  }
  const file = join(projectFolder, "targets", core, "toolchain.json");
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    fail("BW0513", `not valid JSON: ${(error as Error).message}`, undefined, { file });
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success) fail("BW0513", issueText(checked.error), undefined, { file });
  return { core, ...checked.data };
}

/** All problems that a schema check found, as one line each. */
export function issueText(error: z.ZodError): string {
  return error.issues
    .map((i) => `${i.path.length > 0 ? `"${i.path.join(".")}": ` : ""}${i.message}`)
    .join("; ");
}
