// The command line many times in one process, for cases that need no process of their own: starting one takes longer than
// most of them. Reads requests {args, env, cwd} as lines of JSON, answers each with {status, stdout, stderr}. What a command would
// leave behind for the next one (exit status, environment, working folder, listeners) is looked at or put back here.
import { createInterface } from "node:readline";
import "../../bin/typescript.mjs";

const { main } = await import("../../src/cli/main.ts");

const answerTo = process.stdout.write.bind(process.stdout);
const home = process.cwd();
for await (const line of createInterface({ input: process.stdin })) {
  const { args, env = {}, cwd } = JSON.parse(line);
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    process[name].write = (chunk) => {
      printed[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      return true;
    };
  process.stdout.removeAllListeners("error");
  process.exitCode = undefined;
  process.chdir(cwd);
  const outer = { ...process.env };
  Object.assign(process.env, env);
  let status;
  try {
    status = (await main(args)) || (process.exitCode ?? 0);
  } catch (error) {
    // As Node does with an exception that nobody catches.
    printed.stderr += `${error.stack}\n`;
    status = 1;
  }
  process.chdir(home);
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(process.env, outer);
  answerTo(`${JSON.stringify({ status, ...printed })}\n`);
}
