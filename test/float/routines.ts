// The soft-float routines of the runtime, and its square roots, as machine code of a core without floating point, against the host's arithmetic.
// A program that calls each of them reads operands from its standard input and writes results to its output; it runs on
// our simulator, or on QEMU for more of them in the same time. The program is made from the list below.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadIsa } from "../../src/adl/index.ts";
import { readElf } from "../../src/elf/index.ts";
import { createIss } from "../../src/iss/index.ts";
import type { IsaModel } from "../../src/machine/model.ts";
import { operandGroups } from "./operands.ts";
import type { OperandKind } from "./operands.ts";

const buffer = new ArrayBuffer(8);
const words = new Uint32Array(buffer);
const doubles = new Float64Array(buffer);
const singles = new Float32Array(buffer);

/** Upper and lower word, as in operands.ts. */
type Pair = readonly [high: number, low: number];

function double([high, low]: Pair): number {
  words[0] = low;
  words[1] = high;
  return doubles[0] ?? 0;
}

function single([, low]: Pair): number {
  words[0] = low;
  return singles[0] ?? 0;
}

const wide = ([high, low]: Pair): bigint => (BigInt(high) << 32n) | BigInt(low);
const pairOf = (bits: bigint): Pair => [Number((bits >> 32n) & 0xffff_ffffn), Number(bits & 0xffff_ffffn)];

function bitsOf(kind: OperandKind, x: number): Pair {
  if (kind === "d") {
    doubles[0] = x;
    return [words[1] ?? 0, words[0] ?? 0];
  }
  singles[0] = x;
  return [0, words[0] ?? 0];
}

const isNan = (kind: OperandKind, x: Pair): boolean => Number.isNaN(kind === "d" ? double(x) : single(x));
const quiet = (kind: OperandKind, [high, low]: Pair): Pair =>
  kind === "d" ? [(high | 0x0008_0000) >>> 0, low] : [0, (low | 0x0040_0000) >>> 0];

export interface Routine {
  readonly name: string;
  readonly operands: readonly OperandKind[];
  readonly result: OperandKind;
  /** Takes and gives numbers, not bits. */
  readonly ofNumbers?: true;
  /** What it is to give; a string for a NaN whose bits are not told, undefined where the result is not defined. */
  expected(a: Pair, b: Pair): Pair | "nan" | undefined;
}

function arithmetic(kind: "d" | "s"): Routine[] {
  const suffix = kind === "d" ? "df3" : "sf3";
  const value = kind === "d" ? double : single;
  const of = (name: string, compute: (a: number, b: number) => number): Routine => ({
    name: `__${name}${suffix}`,
    operands: [kind, kind],
    result: kind,
    expected: (a, b) => {
      // A NaN operand is the result, made quiet: the first of them. Subtraction changes the second one's sign before.
      if (isNan(kind, a)) return quiet(kind, a);
      if (isNan(kind, b)) return name === "sub" ? "nan" : quiet(kind, b);
      const x = compute(value(a), value(b));
      return Number.isNaN(x) ? "nan" : bitsOf(kind, kind === "d" ? x : Math.fround(x));
    },
  });
  // Sums, products and quotients of singles have so few bits that rounding them twice, first to a double, does no harm.
  return [
    of("add", (a, b) => a + b),
    of("sub", (a, b) => a - b),
    of("mul", (a, b) => a * b),
    of("div", (a, b) => a / b),
  ];
}

function comparisons(kind: "d" | "s"): Routine[] {
  const suffix = kind === "d" ? "df2" : "sf2";
  const value = kind === "d" ? double : single;
  const of = (name: string, unordered: number): Routine => ({
    name: `__${name}${suffix}`,
    operands: [kind, kind],
    result: "i",
    expected: (a, b) => {
      const [x, y] = [value(a), value(b)];
      const sign = Number.isNaN(x) || Number.isNaN(y) ? unordered : x < y ? -1 : x > y ? 1 : 0;
      return [0, (name === "unord" ? Number(sign === unordered && (x !== x || y !== y)) : sign) >>> 0];
    },
  });
  return [of("eq", 1), of("ne", 1), of("lt", 1), of("le", 1), of("gt", -1), of("ge", -1), of("unord", 1)];
}

function conversions(kind: "d" | "s"): Routine[] {
  const suffix = kind === "d" ? "df" : "sf";
  const value = kind === "d" ? double : single;
  const toInteger = (name: string, bits: 32 | 64, signed: boolean): Routine => ({
    name: `__${signed ? "fix" : "fixuns"}${suffix}${name}`,
    operands: [kind],
    result: bits === 32 ? "i" : "l",
    expected: (a) => {
      const x = value(a);
      const [least, most] = signed ? [-(2 ** (bits - 1)) - 1, 2 ** (bits - 1)] : [-1, 2 ** bits];
      if (!(x < most) || !(bits === 64 && signed ? x >= -(2 ** 63) : x > least)) return undefined; // undefined in C
      return pairOf(BigInt.asUintN(bits, BigInt(Math.trunc(x))));
    },
  });
  const fromInteger = (name: string, bits: 32 | 64, signed: boolean): Routine => ({
    name: `__${name}${suffix}`,
    operands: [bits === 32 ? "i" : "l"],
    result: kind,
    expected: (a) => {
      const n = signed ? BigInt.asIntN(bits, wide(a)) : wide(a);
      return bitsOf(kind, kind === "d" ? Number(n) : nearestSingle(n));
    },
  });
  return [
    toInteger("si", 32, true),
    toInteger("si", 32, false),
    toInteger("di", 64, true),
    toInteger("di", 64, false),
    fromInteger("floatsi", 32, true),
    fromInteger("floatunsi", 32, false),
    fromInteger("floatdi", 64, true),
    fromInteger("floatundi", 64, false),
  ];
}

/** An integer as a single, rounded once: to odd first, as far as a double's bits go. */
function nearestSingle(n: bigint): number {
  const magnitude = n < 0n ? -n : n;
  const drop = BigInt(Math.max(0, magnitude.toString(2).length - 50));
  const kept = magnitude >> drop;
  const odd = kept << drop === magnitude ? kept : kept | 1n;
  const x = Math.fround(Number(odd) * 2 ** Number(drop));
  return n < 0n ? -x : x;
}

export const ROUTINES: readonly Routine[] = [
  ...(["d", "s"] as const).flatMap((kind) => [
    squareRoot(kind),
    ...arithmetic(kind),
    ...comparisons(kind),
    ...conversions(kind),
  ]),
  {
    name: "__extendsfdf2",
    operands: ["s"],
    result: "d",
    expected: ([, a]) => {
      if (!isNan("s", [0, a])) return bitsOf("d", single([0, a]));
      return quiet("d", [((a & 0x8000_0000) | 0x7ff0_0000 | ((a & 0x7f_ffff) >>> 3)) >>> 0, (a << 29) >>> 0]);
    },
  },
  {
    name: "__truncdfsf2",
    operands: ["d"],
    result: "s",
    expected: (a) => {
      if (!isNan("d", a)) return bitsOf("s", Math.fround(double(a)));
      const fraction = ((a[0] & 0xf_ffff) << 3) | (a[1] >>> 29);
      return quiet("s", [0, ((a[0] & 0x8000_0000) | 0x7f80_0000 | fraction) >>> 0]);
    },
  },
];

function squareRoot(kind: "d" | "s"): Routine {
  const value = kind === "d" ? double : single;
  return {
    name: kind === "d" ? "sqrt" : "sqrtf",
    operands: [kind],
    result: kind,
    ofNumbers: true,
    expected: (a) => {
      if (isNan(kind, a)) return quiet(kind, a);
      // The root of a single as a double is never near the middle of two singles.
      const root = Math.sqrt(value(a));
      return Number.isNaN(root) ? "nan" : bitsOf(kind, kind === "d" ? root : Math.fround(root));
    },
  };
}

const C_TYPE: Readonly<Record<OperandKind, string>> = { d: "u64", l: "u64", s: "u32", i: "u32" };

/** The C text of the program: blocks of a routine's number, a count, and operands; end of input ends it. */
export function programText(): string {
  const declared = ROUTINES.filter((r) => r.ofNumbers !== true).map(
    (r) => `extern ${C_TYPE[r.result]} ${r.name}(${r.operands.map((k) => C_TYPE[k]).join(", ")});`,
  );
  const cases = ROUTINES.map((r, n) => {
    if (r.ofNumbers === true) {
      const union = r.result === "d" ? "wide" : "narrow";
      return `  case ${n}: for (u32 i = 0; i < count; i++) { union ${union} v = {in[i]}; v.number = ${r.name}(v.number); out[i] = v.bits; } break;`;
    }
    const args = r.operands.map((k, i) => `(${C_TYPE[k]})in[${r.operands.length} * i + ${i}]`).join(", ");
    return `  case ${n}: for (u32 i = 0; i < count; i++) out[i] = ${r.name}(${args}); break;`;
  });
  return `#include <math.h>
#include <unistd.h>
typedef unsigned u32;
typedef unsigned long long u64;
union wide { u64 bits; double number; };
union narrow { u32 bits; float number; };
${declared.join("\n")}
static u64 in[2 * ${BLOCK}], out[${BLOCK}];
static int fill(void *to, u32 bytes) {
  char *at = to;
  while (bytes) {
    int n = read(0, at, bytes);
    if (n <= 0) return 0;
    at += n, bytes -= n;
  }
  return 1;
}
int main(void) {
  static const unsigned char operands[] = {${ROUTINES.map((r) => r.operands.length).join(",")}};
  u32 head[2];
  while (fill(head, sizeof head)) {
    u32 count = head[1];
    if (!fill(in, 8 * operands[head[0]] * count)) return 1;
    switch (head[0]) {
${cases.join("\n")}
    }
    for (u32 done = 0; done < 8 * count;) {
      int n = write(1, (char *)out + done, 8 * count - done);
      if (n <= 0) return 2;
      done += n;
    }
  }
  return 0;
}
`;
}

/** Operand groups in one block of input. */
const BLOCK = 4096;

export function writeProgramText(folder: string): string {
  const path = join(folder, "soft-float-routines.c");
  writeFileSync(path, programText());
  return path;
}

/** Standard input and operands for one routine. */
function inputOf(
  routine: Routine,
  count: number,
  seed: number,
): { operands: Uint32Array; input: Uint8Array } {
  const operands = operandGroups(routine.operands, count, seed);
  const size = 2 * routine.operands.length;
  const groups = operands.length / size;
  const blocks = Math.ceil(groups / BLOCK);
  const view = new DataView(new ArrayBuffer(8 * blocks + 4 * operands.length));
  let at = 0;
  for (let first = 0; first < groups; first += BLOCK) {
    const here = Math.min(BLOCK, groups - first);
    view.setUint32(at, ROUTINES.indexOf(routine));
    view.setUint32(at + 4, here);
    at += 8;
    for (let i = first * size; i < (first + here) * size; i++, at += 4) view.setUint32(at, operands[i] ?? 0);
  }
  return { operands, input: new Uint8Array(view.buffer) };
}

export type RunProgram = (input: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Runs the program on our simulator. */
export function onSimulator(elfBytes: Uint8Array, isa: IsaModel): RunProgram {
  const elf = readElf(elfBytes, "soft-float-routines");
  return (input) => {
    const out: Uint8Array[] = [];
    createIss(isa, elf, { args: ["routines"], stdin: input, write: (_, b) => out.push(b.slice()) }).run();
    return Buffer.concat(out);
  };
}

export function integerIsa(): IsaModel {
  const { isa } = loadIsa(new URL("../../adl/powerpc/powerpc.adl", import.meta.url).pathname);
  if (!isa) throw new Error("the instruction set does not load");
  return isa;
}

/** How many operand groups were compared, and the first few results that are wrong. */
export async function checkRoutine(
  routine: Routine,
  count: number,
  seed: number,
  run: RunProgram,
): Promise<{ tried: number; wrong: string[] }> {
  const { operands, input } = inputOf(routine, count, seed);
  const output = await run(input);
  const size = 2 * routine.operands.length;
  const groups = operands.length / size;
  if (output.length !== 8 * groups)
    return { tried: 0, wrong: [`${routine.name}: ${output.length} bytes of output`] };
  const view = new DataView(output.buffer, output.byteOffset, output.length);
  const wrong: string[] = [];
  let tried = 0;
  for (let g = 0; g < groups; g++) {
    const at = g * size;
    const a: Pair = [operands[at] ?? 0, operands[at + 1] ?? 0];
    const b: Pair = size > 2 ? [operands[at + 2] ?? 0, operands[at + 3] ?? 0] : [0, 0];
    const wanted = routine.expected(a, b);
    if (wanted === undefined) continue;
    tried++;
    const got: Pair = [view.getUint32(8 * g), view.getUint32(8 * g + 4)];
    const right =
      wanted === "nan" ? isNan(routine.result, got) : got[0] === wanted[0] && got[1] === wanted[1];
    if (!right && wrong.length < 5)
      wrong.push(
        `${routine.name}(${hex(a)}, ${hex(b)}) is ${hex(got)}, not ${wanted === "nan" ? "a NaN" : hex(wanted)}`,
      );
  }
  return { tried, wrong };
}

const hex = ([high, low]: Pair): string =>
  `${(high >>> 0).toString(16).padStart(8, "0")}_${(low >>> 0).toString(16).padStart(8, "0")}`;
