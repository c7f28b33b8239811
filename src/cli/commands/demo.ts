// `npm run demo`: the main job on a real C program, then how far the estimate is from the reference model.
import { defaultCore } from "../../toolchain/core.ts";
import type { CommandContext } from "../context.ts";
import { runCommand } from "./run.ts";
import { validateCommand } from "./validate.ts";

export async function demoCommand(context: CommandContext): Promise<void> {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const core = defaultCore();
  print(
    `A C program (benchmarks/programs/lz: compression and decompression), full size, on the core ${core}:\n`,
  );
  await runCommand(context, "lz", [], { core, size: "full", mode: "counted" });
  print("\nAccuracy against the cycle-accurate reference model, small size:\n");
  const options = { allCores: true, core, size: "small", tolerance: 2 } as const;
  await validateCommand(context, ["lz", "sha256", "bytecode"], options);
}
