// Loads a core: its description, unless its model is in the cache, and its toolchain settings. Commands use `openCore`, which does
// not even load what reads descriptions when it need not.
import { DiagnosticError } from "../base/diagnostic.ts";
import { loadMachine } from "../adl/index.ts";
import { loadCoreToolchain } from "../toolchain/core.ts";
import { keepModel, keptModel } from "./kept-model.ts";
import { descriptionPath, type Core } from "./open-core.ts";
import { printDiagnostics } from "./output.ts";

export { descriptionPath, realCores, type Core } from "./open-core.ts";

/** Fails: BW0513 unknown core; BW01xx, BW02xx what is wrong with its description. */
export function loadCore(name: string): Core {
  const toolchain = loadCoreToolchain(name);
  const path = descriptionPath(name);
  const kept = keptModel(path);
  if (kept) return { name, model: kept, toolchain };
  const { model, diagnostics, sources } = loadMachine(path);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (!model || errors.length > 0) throw new DiagnosticError(diagnostics);
  printDiagnostics(diagnostics);
  if (diagnostics.length === 0) keepModel(path, model, sources);
  return { name, model, toolchain };
}
