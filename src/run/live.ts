// The host's side of live accounting: reads what the module has added up, and keeps samples of it over time.
import { LIVE_CYCLE, LIVE_GLOBALS, LIVE_PICOJOULE } from "../annotate/layout.ts";
import { fail } from "../base/diagnostic.ts";

export interface LiveTotals {
  readonly cycles: number;
  /** Dynamic energy at the prices that the module was made with. */
  readonly picojoules: number;
}

/** What the module has added up so far. Fails: BW0811 when the module has no live accounting. */
export function liveTotals(instance: WebAssembly.Instance): LiveTotals {
  return {
    cycles: globalOf(instance, LIVE_GLOBALS.cycles) / LIVE_CYCLE,
    picojoules: globalOf(instance, LIVE_GLOBALS.energy) / LIVE_PICOJOULE,
  };
}

function globalOf(instance: WebAssembly.Instance, name: string): number {
  const global = instance.exports[name];
  if (!(global instanceof WebAssembly.Global)) fail("BW0811", `the module does not export ${name}`);
  return Number(global.value as bigint);
}

/** Cycles between the first samples; the period doubles whenever there are `MOST_SAMPLES`. */
const FIRST_PERIOD = 2048;
const MOST_SAMPLES = 512;

export interface Sampler {
  /** The module's import: takes raw totals, answers with the raw cycles at which to call again. */
  readonly sample: (cycles: number, energy: number) => number;
  /** In the order of time. */
  readonly samples: () => readonly LiveTotals[];
}

/** Keeps between 256 and 512 samples of a run of any length, about equally far apart. */
export function createSampler(): Sampler {
  let kept: LiveTotals[] = [];
  let period = FIRST_PERIOD;
  return {
    sample(cycles, energy) {
      kept.push({ cycles: cycles / LIVE_CYCLE, picojoules: energy / LIVE_PICOJOULE });
      if (kept.length >= MOST_SAMPLES) {
        kept = kept.filter((_, i) => i % 2 === 1);
        period *= 2;
      }
      return cycles + period * LIVE_CYCLE;
    },
    samples: () => kept,
  };
}
