// Module hook: packages are loaded as they are. tsx looks through every module for what it may have to rewrite and makes a
// source map, which takes seconds for Binaryen's 15 MB.
import { readFile } from "node:fs/promises";

export async function load(url, context, next) {
  if (context.format !== "module" || !url.startsWith("file:") || !url.includes("/node_modules/"))
    return next(url, context);
  return { format: "module", source: await readFile(new URL(url)), shortCircuit: true };
}
