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

/** Milliseconds that a run waits for the other thread to be there. It is there long before, if it was started early. */
const PATIENCE = 5000;

/** Words of the memory that both threads see: is the other thread waiting for signals, does a run want to be told, signals so far. */
const WATCHING = 0;
const RUNNING = 1;
const SIGNALS = 2;

const names: readonly SignalName[] = ["SIGINT", "SIGTERM"];

const program = `
const { Session } = require("node:inspector");
const { workerData: shared } = require("node:worker_threads");
process.emitWarning = () => undefined;
const { Signal } = process.binding("signal_wrap");
const { constants } = require("node:os");
let session;
const call = (name, late) => {
  if (Atomics.load(shared, ${RUNNING}) === 0) return;
  if (session === undefined) {
    session = new Session();
    session.connectToMainThread();
  }
  const expression = "globalThis.${HOOK}?.(" + JSON.stringify(name) + ", " + late + ")";
  session.post("Runtime.evaluate", { expression }, () => undefined);
};
const names = ${JSON.stringify(names)};
names.forEach((name, index) => {
  const signal = new Signal();
  let times = 0;
  signal.onsignal = () => {
    times += 1;
    Atomics.add(shared, ${SIGNALS} + index, 1);
    call(name, times > 1);
    const late = () => {
      if (Atomics.load(shared, ${RUNNING}) === 0) setTimeout(late, ${GRACE});
      else call(name, true);
    };
    setTimeout(late, ${GRACE});
  };
  signal.start(constants.signals[name]);
});
Atomics.store(shared, ${WATCHING}, 1);
Atomics.notify(shared, ${WATCHING});
`;

export interface Watch {
  readonly worker: Worker;
  readonly shared: Int32Array;
}

/** The thread that the next run will use. */
let started: Watch | undefined;

/**
 * Starts the other thread, so that it waits for signals by the time that a run begins. Signals meanwhile do what they would do
 * without it.
 */
export function startWatching(): void {
  if (started !== undefined) return;
  const shared = new Int32Array(new SharedArrayBuffer(4 * (SIGNALS + names.length)));
  // Its standard input and output are nobody's; what it says about missing parts is no concern of the user.
  const worker = new Worker(program, {
    eval: true,
    execArgv: [],
    stdout: true,
    stderr: true,
    workerData: shared,
  });
  worker.on("error", () => {
    // A Node without what it needs: nobody waits for it.
    Atomics.store(shared, WATCHING, 1);
  });
  worker.unref();
  started = { worker, shared };
}

/** Starts it and waits until it is there: from now on no signal ends the process unnoticed. */
export function beginWatching(): Watch {
  startWatching();
  Atomics.wait(started!.shared, WATCHING, 0, PATIENCE);
  return started!;
}

/** Stops what `startWatching` started. */
function stopWatching(): void {
  void started?.worker.terminate();
  started = undefined;
}

/**
 * Runs `action`; a signal meanwhile calls `onSignal`, inside whatever the action is doing, first with `late` false, and if the
 * action still runs some time later, or on another signal, with `late` true. Does not begin before signals are noticed.
 */
export function whileWatching<T>(onSignal: (signal: SignalName, late: boolean) => void, action: () => T): T {
  const { shared } = beginWatching();
  const hooks = globalThis as unknown as Record<string, unknown>;
  hooks[HOOK] = onSignal;
  Atomics.store(shared, RUNNING, 1);
  try {
    // The other thread told nobody of what came before.
    for (const [index, name] of names.entries())
      if (Atomics.load(shared, SIGNALS + index) > 0) onSignal(name, false);
    return action();
  } finally {
    hooks[HOOK] = undefined;
    stopWatching();
  }
}
