#!/usr/bin/env node
// Starts the TypeScript command line through tsx, so that the repository runs without a build step.
import { register as registerHook } from "node:module";
import { register } from "tsx/esm/api";

register();
registerHook("./plain-packages.mjs", import.meta.url);
const { main } = await import("../src/cli/main.ts");
process.exitCode = await main(process.argv.slice(2));
