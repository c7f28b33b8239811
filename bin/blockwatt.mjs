#!/usr/bin/env -S sh -c 'ulimit -s 65536 2>/dev/null && exec node --stack-size=60000 "$0" "$@"; exec node --stack-size=900 "$0" "$@"'
// A large stack, where the system gives it: simulated programs may go down as deep as on the target.
// Starts the TypeScript command line through tsx, so that the repository runs without a build step.
import { register as registerHook } from "node:module";
import { register } from "tsx/esm/api";

register();
registerHook("./plain-packages.mjs", import.meta.url);
const { main } = await import("../src/cli/main.ts");
process.exitCode = await main(process.argv.slice(2));
