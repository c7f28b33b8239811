#!/usr/bin/env -S sh -c 'ulimit -s 65536 2>/dev/null && exec node --stack-size=60000 "$0" "$@"; exec node --stack-size=900 "$0" "$@"'
// A large stack, where the system gives it: simulated programs may go down as deep as on the target.
// Starts the command line.

// Until the command line is loaded, which has handlers of its own; nothing has been begun then.
const interrupt = () => {
  process.stderr.write("interrupted\n");
  process.exit(130);
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);

await import("./typescript.mjs");
const { main } = await import("../src/cli/main.ts");
const result = main(process.argv.slice(2));
process.off("SIGINT", interrupt);
process.off("SIGTERM", interrupt);
process.exitCode = await result;
