// `npm run rtl-fit-energy [-- --write] [--json]`: fits the energies of targets/microwatt/energy.uadl to gate-level
// measurements of micro-benchmarks, and tells the errors of each with and without changing bits. --write stores them.
import { register as registerHook } from "node:module";
import { register } from "tsx/esm/api";

register();
registerHook("../bin/plain-packages.mjs", import.meta.url);
const { rtlFitEnergy } = await import("../test/rtl/rtl-fit-energy.ts");
process.exitCode = await rtlFitEnergy(process.argv.slice(2));
