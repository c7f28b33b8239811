// `npm run rtl-check [-- --json] [--record] [NAME…]`: the reference model of microwatt against RTL and gate-level measurements.
// Exit status 1 when something is beyond its limit. The work is in test/rtl/.
import { register as registerHook } from "node:module";
import { register } from "tsx/esm/api";

register();
registerHook("../bin/plain-packages.mjs", import.meta.url);
const { rtlCheck } = await import("../test/rtl/rtl-check.ts");
process.exitCode = await rtlCheck(process.argv.slice(2));
