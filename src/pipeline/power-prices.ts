// Prices of a power model at an operating point: its scaling formulas, evaluated.
import { fail } from "../base/diagnostic.ts";
import type { PowerModel } from "../machine/model.ts";
import type { OperatingPoint, Prices } from "./energy.ts";
import { compileFormula } from "./formula.ts";

/** Fails: BW0711 when a scaling formula gives no positive number, or the operating point is not positive. */
export function powerPrices(power: PowerModel, at: OperatingPoint = {}): Prices {
  const voltage = at.voltage ?? power.voltage.value;
  const frequencyHz = at.frequencyHz ?? power.frequency.value;
  const temperature = at.temperature ?? power.temperature.value;
  const nominal = { vn: power.nominalVoltage.value, tn: power.nominalTemperature.value };
  if (![voltage, frequencyHz, temperature, nominal.vn, nominal.tn].every((value) => value > 0)) {
    fail(
      "BW0711",
      `power model ${power.name}: voltage, frequency and temperature (K) must be greater than zero`,
    );
  }
  const factor = (formula: string): number => {
    const value = compileFormula(formula)({ v: voltage, t: temperature, ...nominal });
    if (!Number.isFinite(value) || value < 0) {
      fail("BW0711", `power model ${power.name}: the scaling formula "${formula}" gives ${value}`);
    }
    return value;
  };
  const dynamic = factor(power.dynamicScaling);
  return {
    names: power.events.map((event) => event.name),
    joules: power.events.map((event) => event.energy.value * dynamic),
    leakageWatts: power.leakage.value * factor(power.leakageScaling),
    frequencyHz,
    voltage,
    temperature,
  };
}
