// Messages of the language server protocol on byte streams: a header with the length, then JSON. Chunks may split them
// anywhere.

const LARGEST = 32 * 1024 * 1024;

/** Puts chunks together and gives each whole message to `handle`; what is no message goes to `broken`. */
export class MessageReader {
  #pending: Buffer = Buffer.alloc(0);
  readonly #handle: (message: unknown) => void;
  readonly #broken: (reason: string) => void;

  constructor(handle: (message: unknown) => void, broken: (reason: string) => void) {
    this.#handle = handle;
    this.#broken = broken;
  }

  push(chunk: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const end = this.#pending.indexOf("\r\n\r\n");
      if (end < 0) {
        if (this.#pending.length > 4096) this.#drop("a header without an end");
        return;
      }
      const length = Number(/content-length: *(\d+)/i.exec(this.#pending.toString("latin1", 0, end))?.[1]);
      if (!Number.isInteger(length) || length > LARGEST) {
        this.#drop("a header without a length");
        return;
      }
      const start = end + 4;
      if (this.#pending.length < start + length) return;
      const text = this.#pending.toString("utf8", start, start + length);
      this.#pending = this.#pending.subarray(start + length);
      let message: unknown;
      try {
        message = JSON.parse(text);
      } catch {
        this.#broken("a message that is no JSON");
        continue;
      }
      this.#handle(message);
    }
  }

  #drop(reason: string): void {
    this.#pending = Buffer.alloc(0);
    this.#broken(reason);
  }
}

/** A message as bytes. */
export function frame(message: unknown): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}
