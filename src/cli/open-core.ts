// Opens a core for a command: from the cache where its model is kept, without loading what reads descriptions.
import { join } from "node:path";
import type { MachineModel } from "../machine/model.ts";
import type { CoreToolchain } from "../toolchain/core.ts";
import { coreNames, loadCoreToolchain, projectFolder } from "../toolchain/core.ts";
import { keptModel } from "./kept-model.ts";

export interface Core {
  readonly name: string;
  readonly model: MachineModel;
  readonly toolchain: CoreToolchain;
}

export function descriptionPath(core: string): string {
  return join(projectFolder, "targets", core, "core.uadl");
}

/** Fails: BW0513 unknown core; BW01xx, BW02xx what is wrong with its description. */
export async function openCore(name: string): Promise<Core> {
  const toolchain = loadCoreToolchain(name);
  const model = keptModel(descriptionPath(name));
  return model ? { name, model, toolchain } : (await import("./load-core.ts")).loadCore(name);
}

/** Cores that stand for real hardware and that programs can be estimated on; made-up ones are for tests and the tutorial. */
export function realCores(): string[] {
  return coreNames().filter((name) => {
    const toolchain = loadCoreToolchain(name);
    return toolchain.made_up !== true && toolchain.reference_only !== true;
  });
}
