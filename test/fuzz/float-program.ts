// Random C functions that compute with floating-point numbers, for comparing executors to the last bit of every NaN: whose NaN an
// operation hands on, and with which sign, depends on the order and signs of the operands that the back end gives it. A program has many
// small functions, each called with numbers of every kind, and prints a digest of each one's results, so that the first line that
// differs names the function.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProgramSpec } from "../../src/toolchain/spec.ts";

/** Numbers below `n`, the same for the same seed. */
type Random = (n: number) => number;

function randomOf(seed: number): Random {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (n) => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % n;
  };
}

interface Scope {
  readonly random: Random;
  /** Names of values at hand, by type. */
  readonly names: Readonly<Record<Kind, string[]>>;
}

type Kind = "float" | "double" | "v4";

const CONSTANTS = [
  "0.5",
  "2.0",
  "-2.0",
  "-1.0",
  "1.0",
  "3.0",
  "-0.0",
  "0.0",
  "4.0",
  "-0.25",
  "1.7e-3",
  "-5.5",
] as const;

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)]!;
}

function literal(random: Random, kind: Kind): string {
  const text = pick(random, CONSTANTS);
  if (kind === "v4") return `(v4){${[0, 1, 2, 3].map(() => `${text}f`).join(", ")}}`;
  return kind === "double" ? text : `${text}f`;
}

/** An expression of a type; `depth`: of operations in operations. */
function expression(scope: Scope, kind: Kind, depth: number): string {
  const { random, names } = scope;
  if (depth === 0) return random(6) === 0 ? literal(random, kind) : pick(random, names[kind]);
  const one = (of: Kind = kind): string => expression(scope, of, random(depth));
  const suffix = kind === "double" ? "" : "f";
  const other = kind === "double" ? "float" : "double";
  const choice = random(kind === "v4" ? 12 : 22);
  switch (choice) {
    case 0:
    case 1:
      return `(${one()} + ${one()})`;
    case 2:
    case 3:
      return `(${one()} - ${one()})`;
    case 4:
    case 5:
      return `(${one()} * ${one()})`;
    case 6:
      return `(${one()} / ${one()})`;
    case 7:
    case 8:
      return `(- ${one()})`;
    case 9:
      return `(${one()} * ${one()} + ${one()})`;
    case 10:
      return `(${one()} * ${one()} - ${one()})`;
    case 11:
      return `(${one()} - ${one()} * ${one()})`;
    case 12:
      return `__builtin_fabs${suffix}(${one()})`;
    case 13:
      return `__builtin_copysign${suffix}(${one()}, ${one()})`;
    case 14:
    case 15:
      return `((${kind})${one(other)})`;
    case 16:
    case 17:
      return `(${one()} ${pick(random, ["<", "<=", "==", "!=", ">", ">="])} ${one()} ? ${one()} : ${one()})`;
    case 18:
      return `(__builtin_isnan(${one()}) ? ${one()} : ${one()})`;
    case 19:
      return `((${kind})${pick(random, ["i", "u", "(i >> 9)", "(u & 255u)", "(short)i"])})`;
    case 20:
      return `(${one()} + (${kind})(${one()} ${pick(random, ["<", ">", "=="])} ${one()}))`;
    default:
      return `fma${suffix}(${one()}, ${one()}, ${one()})`;
  }
}

/** The body of a function of two singles, three doubles and three integers (`i`, `u`, `n`). */
function body(random: Random): { kind: Kind; text: string } {
  const names: Record<Kind, string[]> = { float: ["a", "b", "c"], double: ["x", "y", "z"], v4: [] };
  const scope = { random, names };
  const statements: string[] = [];
  const count = random(4);
  for (let at = 0; at < count; at += 1) {
    const kind = pick(random, ["float", "double"] as const);
    const name = `t${String(at)}`;
    const value = (depth = 1 + random(3)): string => expression(scope, kind, depth);
    switch (random(6)) {
      case 0:
        statements.push(
          `${kind} ${name} = ${value()};`,
          `if (${value(1)} < ${value(1)}) ${name} = ${value()};`,
        );
        break;
      case 1: {
        const start = value(1);
        names[kind].push(name);
        statements.push(`${kind} ${name} = ${start};`, `for (int k = 0; k < n; k++) ${name} = ${value()};`);
        break;
      }
      default:
        statements.push(`${kind} ${name} = ${value()};`);
    }
    if (!names[kind].includes(name)) names[kind].push(name);
  }
  const kind = pick(random, ["float", "double"] as const);
  const result = expression(scope, kind, 2 + random(3));
  return { kind, text: [...statements, `return ${result};`].join("\n  ") };
}

function vectorBody(random: Random): string {
  const names: Record<Kind, string[]> = { float: [], double: [], v4: ["p", "q", "r"] };
  const scope = { random, names };
  const statements: string[] = [];
  for (let at = random(2); at >= 0; at -= 1) {
    const name = `t${String(at)}`;
    statements.push(`v4 ${name} = ${expression(scope, "v4", 1 + random(2))};`);
    names.v4.push(name);
  }
  return [...statements, `return ${expression(scope, "v4", 1 + random(3))} + p;`].join("\n  ");
}

const PROLOGUE = `#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef float v4 __attribute__((vector_size(16)));
static const uint32_t singles[] = {
    0, 0x80000000, 0x3f800000, 0xbfc00000, 0x00000001, 0x80400000, 0x7f7fffff, 0xff7ffffe, 0x7f800000, 0xff800000,
    0x7fc00000, 0xffc00000, 0x7fc00123, 0xffd45678, 0x7f800001, 0xffa00300, 0x40490fdb, 0xc2f6e979, 0x4f000000, 0x3eaaaaab,
};
static const uint64_t doubles[] = {
    0, 0x8000000000000000, 0x3ff0000000000000, 0xbff8000000000000, 1, 0x8008000000000000, 0x7fefffffffffffff,
    0xffeffffffffffffe, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000000000, 0x7ff8000012345678,
    0xfffa9876543210ab, 0x7ff0000020000001, 0xfff4000000000100, 0x400921fb54442d18, 0xc05edd2f1a9fbe77, 0x41e0000000000000,
    0x3fd5555555555555,
};
static uint32_t state, digest;
static uint32_t next(void) { return state = state * 1664525u + 1013904223u, state >> 8; }
static float single(void) {
  float x;
  uint32_t bits = singles[next() % 20];
  memcpy(&x, &bits, 4);
  return x;
}
static double number(void) {
  double x;
  uint64_t bits = doubles[next() % 20];
  memcpy(&x, &bits, 8);
  return x;
}
static void take(uint32_t bits) { digest = (digest << 5 | digest >> 27) + bits; }
static void take_float(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  take(bits);
}
static void take_double(double x) {
  uint32_t bits[2];
  memcpy(bits, &x, 8);
  take(bits[0]);
  take(bits[1]);
}
`;

/** Calls of one function. */
const CALLS = 150;

/** The text of program `seed`, with `count` functions, every fifth of vectors. */
export function floatProgramText(seed: number, count: number, calls = CALLS): string {
  const random = randomOf(seed);
  for (let i = 0; i < 8; i += 1) random(2);
  const functions: string[] = [];
  const uses: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const name = `f${String(at)}`;
    const loop = `state = ${String(at + 1)}; for (int k = 0; k < ${String(calls)}; k++)`;
    const print = `printf("${name} %08x\\n", (unsigned)digest); digest = 0;`;
    if (at % 5 === 4) {
      functions.push(
        `__attribute__((noinline)) static v4 ${name}(v4 p, v4 q, v4 r) {\n  ${vectorBody(random)}\n}`,
      );
      const vector = "{single(), single(), single(), single()}";
      uses.push(
        `  ${loop} { v4 p = ${vector}, q = ${vector}, r = ${vector}; p = ${name}(p, q, r);` +
          ` for (int j = 0; j < 4; j++) take_float(p[j]); }\n  ${print}`,
      );
      continue;
    }
    const { kind, text } = body(random);
    const parameters = "float a, float b, float c, double x, double y, double z, int i, unsigned u, int n";
    functions.push(`__attribute__((noinline)) static ${kind} ${name}(${parameters}) {\n  ${text}\n}`);
    const args = `A, B, C, X, Y, Z, (int)(next() << 7), next() << 9, next() & 3`;
    uses.push(
      `  ${loop} { float A = single(), B = single(), C = single(); double X = number(), Y = number(), Z = number();` +
        ` take_${kind}(${name}(${args})); }\n  ${print}`,
    );
  }
  return `${PROLOGUE}${functions.join("\n")}\nint main(void) {\n${uses.join("\n")}\n  return 0;\n}\n`;
}

/** Writes program `seed` to `folder`. */
export function floatProgram(
  folder: string,
  seed: number,
  count: number,
  level: string,
  calls = CALLS,
): ProgramSpec {
  const source = join(folder, "numbers.c");
  writeFileSync(source, floatProgramText(seed, count, calls));
  return { name: "numbers", sources: [source], cflags: ["-w", level], args: [] };
}
