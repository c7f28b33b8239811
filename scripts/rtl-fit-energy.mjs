// `npm run rtl-fit-energy [-- --write] [--json]`: fits the energies of targets/microwatt/energy.uadl to gate-level
// measurements of micro-benchmarks, and tells the errors of each with and without changing bits. --write stores them.
import "../bin/typescript.mjs";

const { rtlFitEnergy } = await import("../test/rtl/rtl-fit-energy.ts");
process.exitCode = await rtlFitEnergy(process.argv.slice(2));
