// `npm run rtl-check [-- --json] [--record] [NAME…]`: the reference model of microwatt against RTL and gate-level measurements.
// Exit status 1 when something is beyond its limit. The work is in test/rtl/.
import "../bin/typescript.mjs";

const { rtlCheck } = await import("../test/rtl/rtl-check.ts");
process.exitCode = await rtlCheck(process.argv.slice(2));
