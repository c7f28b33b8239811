// Node looks at signals between pieces of JavaScript; a program that runs host-compiled is one piece, which may take
// minutes or never end. So that Ctrl-C ends it, signals get their default meaning meanwhile: the process ends at once, unless
// the run's own watcher (src/run/watcher.ts) tells first where it was. Nothing is lost, since everything worth keeping is on
// disk before a program starts.
import { closeSync } from "node:fs";
import type { DiagnosticError } from "../base/diagnostic.ts";
import { beginWatching } from "../run/index.ts";
import { printDiagnostics } from "./output.ts";

const names = ["SIGINT", "SIGTERM"] as const;

/**
 * Lets signals be noticed that arrived while a command prepared its run, which would be lost otherwise. Fails: when there
 * was one.
 */
export async function noticeSignals(signal: AbortSignal): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done));
  signal.throwIfAborted();
}

/**
 * The same before a run with a watcher of its own, which notices every signal from here on: the watcher is there before earlier
 * ones are looked for, so that none comes between. Fails: when there was one.
 */
export async function noticeSignalsWatching(signal: AbortSignal): Promise<void> {
  beginWatching();
  await noticeSignals(signal);
}

/** Runs `action` while SIGINT and SIGTERM end the process, whatever else was to be done with them. */
export function withDefaultSignals<T>(action: () => T): T {
  const saved = names.map((name) => ({ name, listeners: process.listeners(name) }));
  for (const name of names) process.removeAllListeners(name);
  try {
    return action();
  } finally {
    for (const { name, listeners } of saved) for (const listener of listeners) process.on(name, listener);
  }
}

/** Ends the process from inside a run that cannot be left, saying why. */
export function endInterrupted(error: DiagnosticError): never {
  printDiagnostics(error.diagnostics);
  // `process.exit` would wait for the inspector's session, which is in the middle of this very call. On the way out Node still
  // says that it waits for it, which is nothing to the user.
  closeSync(2);
  const { reallyExit } = process as unknown as {
    reallyExit: (this: NodeJS.Process, status: number) => never;
  };
  return reallyExit.call(process, 130);
}
