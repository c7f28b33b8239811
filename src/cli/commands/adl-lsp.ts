// `blockwatt adl lsp`: the language server on standard input and output.
import type { CommandContext } from "../context.ts";
import { LanguageServer } from "../language-server.ts";
import { MessageReader, frame } from "../message-stream.ts";

export async function adlServerCommand(context: CommandContext): Promise<void> {
  const server = new LanguageServer((message) => process.stdout.write(frame(message)));
  let left = false;
  const reader = new MessageReader(
    (message) => {
      server.handle(message);
      const { method } = (message ?? {}) as { method?: string };
      left ||= method === "exit";
    },
    (reason) => process.stderr.write(`blockwatt adl lsp: ${reason}\n`),
  );
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    reader.push(chunk);
    if (left || context.signal.aborted) break;
  }
  // An editor that leaves without a word has crashed.
  if (!server.stopped) context.setStatus(1);
}
