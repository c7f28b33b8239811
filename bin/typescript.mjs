// Loads TypeScript through tsx, so that the repository runs without a build step, and packages as they are:
// `node --import ./bin/typescript.mjs FILE.ts`.
import { register as registerHook } from "node:module";
import { register } from "tsx/esm/api";

register();
registerHook("./plain-packages.mjs", import.meta.url);
