// Tells a run that takes the whole thread (a module, a simulator) that somebody wants it to end: Ctrl-C or SIGTERM.
//
// Node handles signals between pieces of JavaScript, and such a run is one piece. So a second thread waits for them and has
// the engine call a function in the first one, wherever that is: engines look for such requests at function entries and
// loops anyhow, so that it costs nothing. The call comes through the inspector's protocol, inside this process; no port is
// opened. Where a Node has no inspector, signals keep their default meaning: the process ends at once.

import { Worker } from "node:worker_threads";

export type SignalName = "SIGINT" | "SIGTERM";

/** Where the other thread finds what to call. */
const HOOK = "__blockwattInterrupted";

/** Milliseconds that a run has to come to a place where it can end in order, before it is ended where it is. */
const GRACE = 250;

const program = `
const { Session } = require("node:inspector");
process.emitWarning = () => undefined;
const { Signal } = process.binding("signal_wrap");
const { SIGINT, SIGTERM } = require("node:os").constants.signals;
let session;
const call = (name, late) => {
  if (session === undefined) {
    session = new Session();
    session.connectToMainThread();
  }
  const expression = "globalThis.${HOOK}?.(" + JSON.stringify(name) + ", " + late + ")";
  session.post("Runtime.evaluate", { expression }, () => undefined);
};
for (const [name, number] of [["SIGINT", SIGINT], ["SIGTERM", SIGTERM]]) {
  const signal = new Signal();
  let times = 0;
  signal.onsignal = () => {
    times += 1;
    call(name, times > 1);
    setTimeout(() => call(name, true), ${GRACE});
  };
  signal.start(number);
}
`;

/**
 * Runs `action`; a signal meanwhile calls `onSignal`, inside whatever the action is doing, first with `late` false, and if the
 * action still runs some time later, or on another signal, with `late` true.
 */
export function whileWatching<T>(onSignal: (signal: SignalName, late: boolean) => void, action: () => T): T {
  const hooks = globalThis as unknown as Record<string, unknown>;
  hooks[HOOK] = onSignal;
  // Its standard input and output are nobody's; what it says about missing parts is no concern of the user.
  const worker = new Worker(program, { eval: true, execArgv: [], stdout: true, stderr: true });
  worker.on("error", () => undefined);
  worker.unref();
  try {
    return action();
  } finally {
    hooks[HOOK] = undefined;
    void worker.terminate();
  }
}
