// The language server: what an editor asks and what it gets, and messages that arrive in pieces.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { LanguageServer } from "../../src/cli/language-server.ts";
import { MessageReader, frame } from "../../src/cli/message-stream.ts";
import { withFiles } from "../adl/temporary.ts";

const ARCH = `define (arch=M) {
  define (regfile=G) { size = 4; }
  define (instrfield=O) { bits = (0,31); }
  bits<32> twice(bits<32> x) { return x + x; }
  define (instr=x) { fields = (O(1)); action = { G(0) = twice(nix); } }
}
`;

interface Sent {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly uri: string;
    readonly diagnostics: readonly { code: string; message: string }[];
  };
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

function session(): {
  server: LanguageServer;
  sent: Sent[];
  ask(method: string, params?: unknown): Sent | undefined;
} {
  const sent: Sent[] = [];
  const server = new LanguageServer((message) => sent.push(message as Sent));
  let id = 0;
  return {
    server,
    sent,
    ask(method, params) {
      server.handle({ jsonrpc: "2.0", id: ++id, method, params });
      return sent.find((message) => message.id === id);
    },
  };
}

function found(sent: readonly Sent[]): [string, string[]][] {
  return sent
    .filter((m) => m.method === "textDocument/publishDiagnostics")
    .map((m) => [m.params?.uri.replace(/.*\//, "") ?? "", m.params?.diagnostics.map((d) => d.code) ?? []]);
}

describe("language server", () => {
  it("says what it can do, and what it cannot", () => {
    const { ask, server } = session();
    expect(ask("initialize")?.result).toMatchObject({
      capabilities: { documentFormattingProvider: true, documentSymbolProvider: true },
    });
    expect(ask("textDocument/unheardOf")?.error?.code).toBe(-32601);
    expect(server.stopped).toBe(false);
    expect(ask("shutdown")?.result).toBeNull();
    expect(server.stopped).toBe(true);
  });

  it("reports on a file together with the one that imports it, until it is mended", () => {
    withFiles({ "part.adl": ARCH, "whole.adl": '#import "part.adl"\n' }, (path) => {
      const { ask, sent } = session();
      const uri = pathToFileURL(path).href;
      ask("textDocument/didOpen", { textDocument: { uri, text: ARCH } });
      expect(found(sent)).toEqual([["part.adl", ["BW0223"]]]);
      sent.length = 0;
      writeFileSync(path, ARCH.replace("nix", "1"));
      ask("textDocument/didSave", { textDocument: { uri } });
      expect(found(sent)).toEqual([["part.adl", []]]);
      sent.length = 0;
      writeFileSync(join(dirname(path), "whole.adl"), '#import "part.adl"\n#import "gone.adl"\n');
      ask("textDocument/didSave", { textDocument: { uri } });
      expect(found(sent)).toEqual([
        ["part.adl", []],
        ["whole.adl", ["BW0110"]],
      ]);
    });
  });

  it("formats what the editor has, and outlines it", () => {
    withFiles({ "m.adl": "" }, (path) => {
      const { ask } = session();
      const uri = pathToFileURL(path).href;
      ask("textDocument/didOpen", { textDocument: { uri, text: "" } });
      ask("textDocument/didChange", {
        textDocument: { uri },
        contentChanges: [{ text: ARCH.replace(/ +/g, " ") }],
      });
      expect(ask("textDocument/formatting", { textDocument: { uri } })?.result).toEqual([
        { range: { start: { line: 0, character: 0 }, end: { line: 6, character: 0 } }, newText: ARCH },
      ]);
      const [arch] = ask("textDocument/documentSymbol", { textDocument: { uri } })?.result as {
        name: string;
        children: { name: string; detail: string }[];
      }[];
      expect([arch?.name, arch?.children.map((c) => `${c.detail} ${c.name}`)]).toEqual([
        "M",
        ["regfile G", "instrfield O", "function twice", "instr x"],
      ]);
    });
  });

  it("outlives nonsense", () => {
    const { server, sent } = session();
    for (const message of [
      null,
      7,
      [],
      {},
      { id: 1 },
      { id: 2, method: "textDocument/formatting", params: 3 },
    ])
      server.handle(message);
    server.handle({
      id: 3,
      method: "textDocument/formatting",
      params: { textDocument: { uri: "file:///no/such" } },
    });
    server.handle({ method: "textDocument/didOpen", params: { textDocument: { uri: "http://x" } } });
    expect(sent.map((m) => [m.id, m.error?.code])).toEqual([
      [2, undefined],
      [3, -32603],
    ]);
  });
});

describe("message stream", () => {
  it("puts messages together from any pieces", () => {
    const messages = [{ a: 1 }, { text: "zwölf → 12" }, []];
    const bytes = Buffer.from(messages.map(frame).join(""));
    for (const size of [1, 7, 1000]) {
      const read: unknown[] = [];
      const reader = new MessageReader((m) => read.push(m), expect.unreachable);
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(read).toEqual(messages);
    }
  });

  it("passes over what is no message", () => {
    const broken: string[] = [];
    const read: unknown[] = [];
    const reader = new MessageReader(
      (m) => read.push(m),
      (reason) => broken.push(reason),
    );
    reader.push(Buffer.from("Content-Length: 3\r\n\r\n{x}"));
    reader.push(Buffer.from("Nonsense: 3\r\n\r\n"));
    reader.push(Buffer.from("x".repeat(5000)));
    reader.push(Buffer.from(frame(1)));
    expect([read, broken.length]).toEqual([[1], 3]);
  });
});
