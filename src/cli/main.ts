// The command line: parses arguments, runs one command, turns diagnostics into messages and an exit status.
// Exit status: 0 the result is whole; 1 a user's fault or a failed check; 2 wrong usage; 124 a limit ended the run; 130 interrupted;
// 128 + a signal's number when the program faulted as it would on the target; 70 a bug of ours.
import { Command, CommanderError, Option } from "commander";
import { DiagnosticError } from "../base/diagnostic.ts";
import { printDiagnostics } from "./output.ts";
import { defaultCore } from "../toolchain/core.ts";
import { addAdlCommands } from "./adl-commands.ts";
import type { CommandContext } from "./context.ts";
import { withSourceFlags } from "./source-flags.ts";
import { splitArguments } from "./program-arguments.ts";
import { withProgramOptions } from "./program-options.ts";

const sizes = ["small", "full"];

/** Runs the command line and gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const interrupt = (): void => {
    // The second Ctrl-C ends the process at once; databases are transactional, outputs are renamed into place.
    if (abort.signal.aborted) process.exit(sayInterrupted());
    abort.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  // A reader that closes early (`blockwatt … | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    const message = `can't write the report: ${error.message}`;
    printDiagnostics([{ code: "BW0924", severity: "error", message }]);
    process.exit(1);
  });
  let status = 0;
  const { own, program: programArguments } = splitArguments(args);
  const context: CommandContext = {
    signal: abort.signal,
    ...(programArguments === undefined ? {} : { programArguments }),
    setStatus: (value) => (status = value),
  };
  try {
    await createProgram(context).parseAsync([...own], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // A run that was interrupted says where it was.
    const told = error instanceof DiagnosticError && error.diagnostics.some((one) => one.exitStatus === 130);
    if (abort.signal.aborted && !told) {
      return sayInterrupted();
    }
    if (error instanceof DiagnosticError) {
      printDiagnostics(error.diagnostics);
      return error.diagnostics.find(({ exitStatus }) => exitStatus !== undefined)?.exitStatus ?? 1;
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.stderr.write("this is a bug in Blockwatt; please report it with the command that shows it\n");
    return 70;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
  return status;
}

/** Says so and gives the exit status. */
function sayInterrupted(): number {
  process.stderr.write("interrupted; what was measured so far is kept\n");
  return 130;
}

function createProgram(context: CommandContext): Command {
  const program = new Command("blockwatt")
    .description("Target cycles and joules of a C program on a PowerPC core, at near-native speed")
    .exitOverride()
    .showHelpAfterError("(blockwatt --help lists the commands)")
    .version("0.1.0");
  const core = (): Option =>
    new Option("-c, --core <core>", "core to simulate (see: blockwatt cores)").default(defaultCore());
  const json = (): Option => new Option("--json", "print the report as JSON");
  const maxCycles = (): Option =>
    new Option("--max-cycles <n>", "end a run that takes more: says where it was, exit status 124").argParser(
      Number,
    );
  const timeout = (): Option =>
    new Option("--timeout <seconds>", "end a run that takes longer on this machine, likewise").argParser(
      Number,
    );
  const size = (fallback: string): Option =>
    new Option("--size <size>", "input size of a benchmark program").choices(sizes).default(fallback);

  withProgramOptions(
    program
      .command("run")
      .description("run P host-compiled: output, cycles, energy, costliest functions")
      .argument("<P>", "a benchmark's name, a .c file (more after it), or a folder with program.json")
      .argument("[more...]", "further .c files; after --, the program's own arguments")
      .addOption(core())
      .addOption(json())
      .addOption(size("small"))
      .addOption(
        new Option("--mode <mode>", "counted: price counts afterwards; live: add up cycles while running")
          .choices(["counted", "live"])
          .default("counted"),
      )
      .addOption(new Option("--allow-incomplete", "report although some executed code has no cost"))
      .addOption(new Option("--voltage <volts>", "operating voltage").argParser(Number))
      .addOption(new Option("--temperature <celsius>", "operating temperature").argParser(Number))
      .addOption(new Option("--clock <hertz>", "clock frequency").argParser(Number))
      .addOption(new Option("--lines [n]", "print the costliest source lines").argParser(Number))
      .addOption(maxCycles())
      .addOption(timeout()),
  ).action(async (p, more, options) =>
    (await import("./commands/run.ts")).runCommand(context, p, more, options),
  );
  withProgramOptions(
    program
      .command("reference")
      .description("run P on the cycle-accurate reference model: cycles, stalls, energy by event")
      .argument("<P>")
      .argument("[more...]")
      .addOption(core())
      .addOption(json())
      .addOption(maxCycles())
      .addOption(timeout())
      .addOption(size("small")),
  ).action(async (p, more, options) =>
    (await import("./commands/reference.ts")).referenceCommand(context, p, more, options),
  );
  withProgramOptions(
    program
      .command("validate")
      .description(
        "compare the estimate with the reference model, and outputs and counts with every executor",
      )
      .argument("[P...]")
      .addOption(new Option("--all", "every benchmark program"))
      .addOption(core())
      .addOption(new Option("--all-cores", "every core that stands for real hardware"))
      .addOption(json())
      .addOption(size("small"))
      .addOption(
        new Option("--tolerance <percent>", "fail when an error is larger").argParser(Number).default(2),
      )
      .addOption(new Option("--record", "append the figures to benchmarks/history.jsonl")),
  ).action(async (names, options) =>
    (await import("./commands/validate.ts")).validateCommand(context, names, options),
  );
  program
    .command("bench")
    .description("host speed: native, plain WebAssembly, annotated; paired runs")
    .argument("[P...]")
    .addOption(core())
    .addOption(json())
    .addOption(size("full"))
    .addOption(new Option("--repetitions <n>", "paired repetitions").argParser(Number).default(5))
    .addOption(new Option("--record", "append the figures to benchmarks/history.jsonl"))
    .action(async (names, options) =>
      (await import("./commands/bench.ts")).benchCommand(context, names, options),
    );
  program
    .command("build")
    .description("compile P for the target and keep the ELF")
    .argument("<P>")
    .argument("[more...]")
    .addOption(core())
    .addOption(json())
    .option("-o, --output <file>", "copy the ELF there")
    .action(async (p, more, options) =>
      (await import("./commands/build.ts")).buildCommand(context, p, more, options),
    );
  program
    .command("characterize")
    .description("measure every block pair of P on the reference pipeline, into the database")
    .argument("<P>")
    .argument("[more...]")
    .addOption(core())
    .addOption(json())
    .action(async (p, more, options) =>
      (await import("./commands/characterize.ts")).characterizeCommand(context, p, more, options),
    );
  program
    .command("annotate")
    .description("leave the annotated module, a typed wrapper and the cost tables in a folder")
    .argument("<P>")
    .argument("[more...]")
    .addOption(core())
    .addOption(json())
    .requiredOption("-o, --output <dir>", "folder to write")
    .option("--unaligned", "let accesses be unaligned where their type says otherwise, as the target does")
    .action(async (p, more, options) =>
      (await import("./commands/annotate.ts")).annotateCommand(context, p, more, options),
    );
  program
    .command("blocks")
    .description("list P's basic blocks with their cost by predecessor")
    .argument("<P>")
    .argument("[more...]")
    .addOption(core())
    .addOption(json())
    .addOption(new Option("--function <name>", "only this function"))
    .action(async (p, more, options) =>
      (await import("./commands/blocks.ts")).blocksCommand(context, p, more, options),
    );
  program
    .command("pipeline")
    .description("show P's instructions travelling through the reference pipeline")
    .argument("<P>")
    .argument("[more...]")
    .addOption(core())
    .addOption(json())
    .addOption(new Option("--skip <n>", "instructions to skip").argParser(Number).default(0))
    .addOption(new Option("--count <n>", "instructions to show").argParser(Number).default(32))
    .action(async (p, more, options) =>
      (await import("./commands/pipeline.ts")).pipelineCommand(context, p, more, options),
    );
  program
    .command("conform")
    .description("run the recorded cases of the public description suite; compare function and every time")
    .requiredOption("--suite <dir>", "checkout of the public repository (nxp-archive/adl-tools_adl)")
    .option("--model <name>", "only this model")
    .option("--test <name>", "only this test")
    .option(
      "--functional",
      "the descriptions alone: which load, and which recorded functional runs are equal",
    )
    .option("--write-traces <dir>", "leave every run there as a .dat result")
    .addOption(json())
    .addOption(new Option("--record", "append the figures to benchmarks/history.jsonl"))
    .action(async (options) => (await import("./commands/conform.ts")).conformCommand(context, options));
  withSourceFlags(
    program
      .command("simulate")
      .description("run program images (.dat, .elf) on any described machine; prints cycles and host speed")
      .argument("<image...>", "later images are laid over earlier ones")
      .requiredOption("--uadl <file>", "microarchitecture")
      .option("--adl <file>", "instruction set, where the microarchitecture's file does not import one"),
  )
    .option(
      "--safe-mode",
      "the functional model leads and the pipeline keeps time, as the generator's option of that name",
    )
    .option("--instructions <n>", "stop after so many instructions", Number)
    .option(
      "--max-cycles <n>",
      "end a run that takes more cycles: says where it was, exit status 124",
      Number,
    )
    .option("--timeout <seconds>", "end a run that takes longer on this machine, likewise", Number)
    .option("--trace <file>", "write what was executed, with times, as a .dat result")
    .addOption(json())
    .action(async (images, options) =>
      (await import("./commands/simulate.ts")).simulateCommand(context, images, options),
    );
  program
    .command("cores")
    .description("list the cores")
    .addOption(json())
    .action(async (options) => (await import("./commands/cores.ts")).coresCommand(context, options));
  const adl = program.command("adl").description("work on architecture descriptions");
  addAdlCommands(adl, context, json);
  program
    .command("demo")
    .description("the main job on a real C program, with its accuracy against the reference model")
    .action(async () => (await import("./commands/demo.ts")).demoCommand(context));
  return program;
}
