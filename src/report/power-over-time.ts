// Power over time from samples of cycles and energy: equal parts of the run, with energy spread evenly between samples.
import type { Prices } from "../pipeline/energy.ts";
import type { LiveTotals } from "../run/index.ts";
import type { PowerSample } from "./schema.ts";

/** Most parts that a run is divided into, and fewest cycles of one: samples are not taken more often. */
const MOST_PARTS = 256;
const LEAST_CYCLES = 2048;

/**
 * Mean power of equal parts of the run, in order. `totals` stands for the end of the run; `scale` converts energy to the
 * operating point. Leakage is added.
 */
export function powerOverTime(
  samples: readonly LiveTotals[],
  totals: LiveTotals,
  prices: Prices,
  scale: number,
): PowerSample[] {
  if (!(totals.cycles > 0)) return [];
  const points = [{ cycles: 0, picojoules: 0 }, ...samples, totals];
  const parts = Math.max(1, Math.min(MOST_PARTS, Math.floor(totals.cycles / LEAST_CYCLES)));
  const power: PowerSample[] = [];
  let at = 0;
  let before = 0;
  for (let part = 1; part <= parts; part++) {
    const end = (totals.cycles * part) / parts;
    while (at < points.length - 2 && points[at + 1]!.cycles < end) at++;
    const [from, to] = [points[at]!, points[at + 1]!];
    const share = to.cycles > from.cycles ? Math.min(1, (end - from.cycles) / (to.cycles - from.cycles)) : 1;
    const picojoules = from.picojoules + share * (to.picojoules - from.picojoules);
    const seconds = totals.cycles / parts / prices.frequencyHz;
    power.push({
      seconds: end / prices.frequencyHz,
      power_w: ((picojoules - before) * scale * 1e-12) / seconds + prices.leakageWatts,
    });
    before = picojoules;
  }
  return power;
}

const bars = "▁▂▃▄▅▆▇█";

/** A line of at most `width` characters, from zero power to the highest. */
export function sparkline(power: readonly PowerSample[], width = 64): string {
  const columns = Math.min(width, power.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * power.length) / columns);
    const part = power.slice(from, Math.max(from + 1, Math.floor(((column + 1) * power.length) / columns)));
    return part.reduce((sum, sample) => sum + sample.power_w, 0) / part.length;
  });
  const most = Math.max(...means);
  return means
    .map((value) => bars[Math.min(bars.length - 1, Math.floor((value / most) * bars.length))] ?? bars[0])
    .join("");
}
