#!/usr/bin/env node
// Starts the TypeScript command line through tsx, so that the repository runs without a build step.
import { register } from "tsx/esm/api";

register();
const { main } = await import("../src/cli/main.ts");
process.exitCode = await main(process.argv.slice(2));
