// Runs the command line as a user does, as a process of its own in a folder of its own, and compares everything that it
// answers (exit status, standard output, standard error) with a golden file. Golden files are written by
// `npm run bless`, never by hand; what differs between machines (paths, tool versions) is replaced by names first.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheFolder } from "../../src/toolchain/cache.ts";

const testFolder = dirname(fileURLToPath(import.meta.url));
export const projectFolder = dirname(dirname(testFolder));

export interface Invocation {
  readonly args: readonly string[];
  /** Environment variables on top of the test's own; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly cwd: string;
  /** A command that starts the given one (its last arguments), for example in a namespace of its own. */
  readonly within?: readonly string[];
  /** Called with everything printed on stderr so far, each time there is more. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Called when the process has started, with a way to signal it. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Milliseconds after which the process is killed; the answer's status is then "hangs". Default 60 s. */
  readonly timeoutMs?: number;
}

export interface Answer {
  /** Exit status, 128 + signal number, or "hangs". */
  readonly status: number | "hangs";
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `blockwatt` with these arguments to its end. */
export function blockwatt(invocation: Invocation): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", ...invocation.env };
    delete env["FORCE_COLOR"];
    for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name];
    const script = join(projectFolder, "bin", "blockwatt.mjs");
    const command = [...(invocation.within ?? []), process.execPath, script, ...invocation.args];
    const child = spawn(command[0]!, command.slice(1), { cwd: invocation.cwd, env });
    invocation.onStart?.((signal) => child.kill(signal));
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      child.kill("SIGKILL");
    }, invocation.timeoutMs ?? 60_000);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
      invocation.onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(invocation.stdin ?? "");
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const status = hangs ? "hangs" : (code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      resolve({ status, stdout, stderr });
    });
  });
}

/** A new folder with these files, given to `use`, and removed afterwards. */
export async function inFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "blockwatt-test-")));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replaces what differs between machines and runs by names. */
export function normalise(text: string, folder: string): string {
  return (
    text
      .replaceAll(folder, "<folder>")
      .replaceAll(projectFolder, "<project>")
      .replaceAll(/\/\S*\/(clang|llc|opt|ld\.lld|llvm-[a-z]+)-\d+/g, "<$1>")
      .replaceAll(/(clang|llvm|lld)-(?:19|2\d)\b/g, "$1-<version>")
      .replaceAll(/(?:<folder>|\/)[^\s:'"]*\/scratch\/build-\w+/g, "<scratch>")
      // The annotator may put small functions into their callers.
      .replaceAll(/the program faulted in \w+:/g, "the program faulted in <function>:")
      .replaceAll(/(<folder>\/\w+)\.\w{6}\b/g, "$1.<temporary>")
      .replaceAll(cacheFolder(), "<cache>")
      .replaceAll(/[0-9a-f]{24}(?:\.\d+\.[0-9a-f]{8}\.tmp)?/g, "<key>")
  );
}

/** The whole answer as one readable text. */
export function transcript(args: readonly string[], answer: Answer, folder: string): string {
  const shown = args.map((arg) => (/^[\w./=-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(" ");
  const part = (name: string, text: string): string =>
    text === "" ? "" : `--- ${name}\n${text.endsWith("\n") ? text : `${text}\n`}`;
  const text = `$ blockwatt ${shown}\n${part("stdout", answer.stdout)}${part("stderr", answer.stderr)}--- exit status ${answer.status}\n`;
  return normalise(text, folder);
}

/** Compares with `golden/<name>.txt`, or writes it when blessing. */
export function expectGolden(name: string, text: string): void {
  const file = join(testFolder, "golden", `${name}.txt`);
  if (process.env["BLOCKWATT_BLESS"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  let golden = "";
  try {
    golden = readFileSync(file, "utf8");
  } catch {
    // A missing golden file shows as a difference from nothing.
  }
  expect(text).toBe(golden);
}

/** A case of a table: files, one command, one golden answer. */
export interface Case {
  /** Name of the golden file; says what is wrong. */
  readonly name: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Arguments; `<folder>` stands for the case's folder. */
  readonly args: readonly string[];
  /** Environment; `<folder>` stands for the case's folder. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** See `Invocation.within`. */
  readonly within?: readonly string[];
}

/** Runs commands one after the other in one process, `many-commands.mjs`, until `close`. */
interface CommandServer {
  run(invocation: Invocation): Promise<Answer>;
  close(): void;
}

function startCommandServer(): CommandServer {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" };
  delete env["FORCE_COLOR"];
  const child = spawn(process.execPath, [join(testFolder, "many-commands.mjs")], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run({ args, env, cwd }) {
      child.stdin.write(`${JSON.stringify({ args, env, cwd })}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error("the process of many commands has ended");
      return JSON.parse(answer.value) as Answer;
    },
    close: () => void child.stdin.end(),
  };
}

/** Runs one case, in a process of its own unless there is one for many, and compares its answer. */
export async function checkCase(
  c: Case,
  run: (invocation: Invocation) => Promise<Answer> = blockwatt,
): Promise<void> {
  await inFolder(c.files ?? {}, async (folder) => {
    const fill = (text: string): string => text.replaceAll("<folder>", folder);
    const env = Object.fromEntries(
      Object.entries(c.env ?? {}).map(([name, value]) => [
        name,
        value === undefined ? undefined : fill(value),
      ]),
    );
    const args = c.args.map(fill);
    const answer = await run({
      args,
      env,
      cwd: folder,
      ...(c.stdin === undefined ? {} : { stdin: c.stdin }),
      ...(c.within === undefined ? {} : { within: c.within.map(fill) }),
    });
    expectDiagnosed(answer);
    expectGolden(c.name, transcript(c.args, answer, folder));
  });
}

/** Checks all cases in one process, and the first one in a process of its own, too: the answer is the same. */
export function describeCases(title: string, cases: readonly [Case, ...Case[]]): void {
  describe(title, () => {
    let server: CommandServer;
    beforeAll(() => {
      server = startCommandServer();
    });
    afterAll(() => server.close());
    it.each(cases)("$name", (one) => checkCase(one, server.run));
    it("in a process of its own", () => checkCase(cases[0]));
  });
}

/** Whatever is wrong, the answer is never a crash, a hang or a stack trace; so those can't be blessed either. */
export function expectDiagnosed(answer: Answer): void {
  const trace = /^ {4}at .*$/m.exec(answer.stderr)?.[0];
  expect({ status: answer.status, trace, stderr: answer.stderr }).not.toMatchObject({ status: "hangs" });
  expect({ trace, stderr: answer.stderr }).toEqual({ trace: undefined, stderr: answer.stderr });
  expect(answer.status).not.toBe(70);
}

/** The command in a mount namespace of its own, with a small file system at `<folder>/small`. */
export function onSmallDisk(options: string): readonly string[] {
  const script = `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`;
  return ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "<folder>/small"];
}

/** The command with its standard output sent to a file. */
export function outputTo(file: string): readonly string[] {
  return ["sh", "-c", 'exec "$@" > "$0"', file];
}

/** Mounting needs root or user namespaces, which some machines deny. */
export const canMount =
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
