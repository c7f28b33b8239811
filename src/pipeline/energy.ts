// Energy from event counts: Σ events × energy per event, scaled to the operating voltage and temperature, plus leakage × time.
// The engine counts; prices are applied afterwards, so one run can be priced at any voltage, temperature and frequency.

/** Kelvin of 0 degrees Celsius. */
export const ZERO_CELSIUS = 273.15;

/** A power model at one operating point. */
export interface Prices {
  readonly names: readonly string[];
  /** Joules of one occurrence of each event at the operating voltage. */
  readonly joules: readonly number[];
  /** Watts of leakage at the operating voltage. */
  readonly leakageWatts: number;
  readonly frequencyHz: number;
  readonly voltage: number;
  /** Kelvin. */
  readonly temperature: number;
}

export interface EnergyFigures {
  /** Joules by event; "leakage" is the static part. */
  readonly byEvent: Readonly<Record<string, number>>;
  readonly dynamicJoules: number;
  readonly staticJoules: number;
  readonly joules: number;
  readonly seconds: number;
}

export interface OperatingPoint {
  readonly voltage?: number;
  readonly frequencyHz?: number;
  /** Kelvin. */
  readonly temperature?: number;
}

/** Prices event counts (in the order of `prices.names`) over a number of cycles. */
export function priceEvents(prices: Prices, counts: ArrayLike<number>, cycles: number): EnergyFigures {
  const byEvent: Record<string, number> = {};
  let dynamicJoules = 0;
  for (let event = 0; event < prices.names.length; event++) {
    const joules = counts[event]! * prices.joules[event]!;
    byEvent[prices.names[event]!] = joules;
    dynamicJoules += joules;
  }
  const seconds = cycles / prices.frequencyHz;
  const staticJoules = prices.leakageWatts * seconds;
  byEvent["leakage"] = staticJoules;
  return { byEvent, dynamicJoules, staticJoules, joules: dynamicJoules + staticJoules, seconds };
}
