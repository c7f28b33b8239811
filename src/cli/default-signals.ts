// Node looks at signals between pieces of JavaScript; a program that runs host-compiled is one piece, which may take
// minutes or never end. So that Ctrl-C ends it, signals get their default meaning meanwhile: the process ends at once.
// Nothing is lost, since everything worth keeping is on disk before a program starts.

const names = ["SIGINT", "SIGTERM"] as const;

/**
 * Lets signals be noticed that arrived while a command prepared its run, which would be lost otherwise. Fails: when there
 * was one.
 */
export async function noticeSignals(signal: AbortSignal): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done));
  signal.throwIfAborted();
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
