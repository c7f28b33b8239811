// Loads a core: its description and its toolchain settings.
import { join } from "node:path";
import { DiagnosticError } from "../base/diagnostic.ts";
import { loadMachine } from "../adl/index.ts";
import type { MachineModel } from "../machine/model.ts";
import type { CoreToolchain } from "../toolchain/core.ts";
import { coreNames, loadCoreToolchain, projectFolder } from "../toolchain/core.ts";
import { printDiagnostics } from "./output.ts";

export interface Core {
  readonly name: string;
  readonly model: MachineModel;
  readonly toolchain: CoreToolchain;
}

export function descriptionPath(core: string): string {
  return join(projectFolder, "targets", core, "core.uadl");
}

/** Fails: BW0513 unknown core; BW01xx, BW02xx what is wrong with its description. */
export function loadCore(name: string): Core {
  const toolchain = loadCoreToolchain(name);
  const { model, diagnostics } = loadMachine(descriptionPath(name));
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (!model || errors.length > 0) throw new DiagnosticError(diagnostics);
  printDiagnostics(diagnostics);
  return { name, model, toolchain };
}

/** Cores that stand for real hardware and that programs can be estimated on; made-up ones are for tests and the tutorial. */
export function realCores(): string[] {
  return coreNames().filter((name) => {
    const toolchain = loadCoreToolchain(name);
    return toolchain.made_up !== true && toolchain.reference_only !== true;
  });
}
