// Live mode: a program that reads the time gets the target's, as the reference model gives it; power over time adds up.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { estimateProgram, type EstimatedRun } from "../../src/cli/estimate.ts";
import { runReference } from "../../src/cli/executors.ts";
import { loadCore } from "../../src/cli/load-core.ts";
import { prepareLive } from "../../src/cli/module-variants.ts";
import { loadElf, prepareProgram, type PreparedProgram } from "../../src/cli/prepare.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";

// A loop with a branch that data decide, divides, recursion, calls through pointers, a loop whose turns are known.
const program = `#include <stdio.h>
#include <sys/time.h>
#include <time.h>
static unsigned now(void) { struct timeval t; gettimeofday(&t, 0); return (unsigned)t.tv_sec * 1000000u + (unsigned)t.tv_usec; }
static unsigned cycles(void) { unsigned low; __asm__ volatile("mftb %0" : "=r"(low)); return low; }
static unsigned data[256];
#define APART __attribute__((noinline)) static unsigned
APART mix(unsigned x, unsigned turns) {
  for (unsigned i = 0; i < turns; i++) {
    x = x * 1664525u + 1013904223u;
    if (x & 0x40000u) x ^= data[x >> 24]; else data[x >> 24] += x;
  }
  return x;
}
APART divide(unsigned x, unsigned turns) {
  unsigned sum = 0;
  for (unsigned i = 1; i <= turns; i++) sum += (x >> (i & 15)) / i;
  return sum;
}
APART fib(unsigned n, unsigned unused) { return n < 2 ? n : fib(n - 1, unused) + fib(n - 2, unused); }
APART add(unsigned x, unsigned turns) {
  for (unsigned k = 0; k < turns; k++) for (unsigned i = 0; i < 256; i++) x += data[i];
  return x;
}
static unsigned (*volatile const parts[])(unsigned, unsigned) = {mix, divide, fib, add};
static const unsigned arguments[][2] = {{1, 20000}, {123456789, 8000}, {17, 0}, {3, 150}};
int main(void) {
  unsigned check = 0, times[5] = {now()}, base[5] = {cycles()};
  unsigned long long start = __builtin_readcyclecounter();
  for (int i = 0; i < 4; i++) {
    check ^= parts[i](arguments[i][0], arguments[i][1]);
    base[i + 1] = cycles();
    times[i + 1] = now();
  }
  unsigned all = (unsigned)(__builtin_readcyclecounter() - start);
  for (int i = 0; i < 4; i++) printf("%u ", times[i + 1] - times[i]);
  for (int i = 0; i < 4; i++) printf("%u ", base[i + 1] - base[i]);
  printf("%u ", all);
  printf("%u\\n", check);
  return 0;
}
`;

const folder = mkdtempSync(join(tmpdir(), "blockwatt-live-"));
const file = join(folder, "timed.c");
beforeAll(() => writeFileSync(file, program));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const progress = { step: () => undefined, update: () => undefined, finish: () => undefined };
const numbers = (stdout: Buffer): number[] => stdout.toString().trim().split(" ").map(Number);

describe.each(["e200z3", "ppc440"])("on %s", (name) => {
  const core = loadCore(name);
  let prepared: PreparedProgram;
  let live: EstimatedRun;
  beforeAll(async () => {
    prepared = await prepareProgram(specOfSources([file]), core, { progress, signal });
    live = await estimateProgram(prepared, { signal, live: await prepareLive(prepared, progress) });
  }, 300_000);

  test("the program measures the times, by its clock and by the time base, that it measures on the reference model, within 2 %", async () => {
    const reference = await runReference(core, loadElf(prepared.built), prepared.spec, { signal });
    const expected = numbers(reference.stdout);
    const times = numbers(live.stdout);
    expect(times.at(-1)).toBe(expected.at(-1));
    expect(expected.length).toBe(10);
    // Microseconds, then cycles of each part and of all.
    for (let part = 0; part < 9; part++) {
      expect(expected[part]).toBeGreaterThan(100);
      expect(Math.abs(times[part]! / expected[part]! - 1)).toBeLessThan(0.02);
    }
  }, 120_000);

  test("live totals are near the priced counts, which do not depend on the mode", async () => {
    expect(live.report.mode).toBe("live");
    expect(Math.abs(live.report.live!.cycles_difference_pct)).toBeLessThan(0.5);
    expect(Math.abs(live.report.live!.energy_difference_pct)).toBeLessThan(1);
    const counted = (await estimateProgram(prepared, { signal })).report;
    // Other times are printed by another number of instructions.
    expect(Math.abs(live.report.cycles / counted.cycles - 1)).toBeLessThan(0.01);
  });

  test("power over time adds up to the live energy, at every operating point", async () => {
    const module = await prepareLive(prepared, progress);
    const slow = await estimateProgram(prepared, {
      signal,
      live: module,
      at: { voltage: 1.1, frequencyHz: 10e6 },
    });
    for (const { report } of [live, slow]) {
      const power = report.power_over_time!;
      expect(power.length).toBeGreaterThan(100);
      const part = power[0]!.seconds;
      const energy = power.reduce((sum, sample) => sum + sample.power_w * part, 0);
      expect(energy / report.live!.energy_j).toBeCloseTo(1, 6);
      expect((power.at(-1)!.seconds * report.clock_hz) / report.live!.cycles).toBeCloseTo(1, 4);
      expect(Math.min(...power.map((sample) => sample.power_w))).toBeGreaterThan(0);
    }
    expect(Math.abs(slow.report.live!.energy_difference_pct)).toBeLessThan(1);
  });

  test("a counted run has a made-up time, always the same, and says so", async () => {
    const runs = [await estimateProgram(prepared, { signal }), await estimateProgram(prepared, { signal })];
    expect(runs[0]!.stdout.toString()).toBe(runs[1]!.stdout.toString());
    expect(numbers(runs[0]!.stdout).slice(0, 4)).toEqual([60, 20, 20, 20]);
    expect(runs[0]!.report.warnings).toEqual([
      "the program asked for the time (16 ×) and got a made-up one; --mode live tells it the target's",
    ]);
    expect(live.report.warnings).toBeUndefined();
  });
});
