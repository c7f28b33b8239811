// V8's machine code of a module as bytes, so that another process need not compile it again: a large program's module takes V8's
// optimising compiler seconds, and its code is read in milliseconds.
//
// Node has no interface for that, but V8 has functions for its own tests. They exist in the versions named below, where they were
// tried; elsewhere modules are compiled each time. V8 itself refuses code of another version of it, of another processor or of
// other flags; what it does not notice is damage, and code of another module, so a digest over both goes before the code.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import v8 from "node:v8";
import { chooseCompiler } from "./compiler-flags.ts";

const TRIED_NODES = ["20", "22", "24"];

const DIGEST_BYTES = 32;

/** The section of functions' bodies. */
const CODE_SECTION = 10;

/** The machine code of a compiled module, for `restoreModule`; undefined where V8 can't tell. */
export function codeOfModule(module: WebAssembly.Module, wasm: Uint8Array): Uint8Array | undefined {
  if (!hasCode(wasm) || isDebugged()) return undefined;
  chooseCompiler();
  const made = byEngine<ArrayBuffer>("%SerializeWasmModule(first)", module);
  if (made === undefined) return undefined;
  const code = new Uint8Array(made);
  return Buffer.concat([digestOf(code, wasm), code]);
}

/** The module that `codeOfModule` was given; undefined when these bytes are not its, or another engine's, or damaged. */
export function restoreModule(bytes: Uint8Array, wasm: Uint8Array): WebAssembly.Module | undefined {
  if (bytes.length <= DIGEST_BYTES) return undefined;
  // In memory of its own, which a Buffer's `slice` would not give.
  const code = Uint8Array.from(bytes.subarray(DIGEST_BYTES));
  if (!digestOf(code, wasm).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
  chooseCompiler();
  return byEngine<WebAssembly.Module>("%DeserializeWasmModule(first, second)", code.buffer, wasm);
}

function digestOf(code: Uint8Array, wasm: Uint8Array): Buffer {
  const { node, v8: engine } = process.versions;
  return createHash("sha256")
    .update(JSON.stringify([node, engine, process.arch, wasm.length, code.length]))
    .update(wasm)
    .update(code)
    .digest();
}

/** Has the module a function of its own? V8 ends the process when it is to give no code. */
function hasCode(wasm: Uint8Array): boolean {
  let at = 8;
  while (at < wasm.length) {
    const section = wasm[at++];
    let size = 0;
    for (let shift = 0, more = true; more && at < wasm.length; shift += 7) {
      const byte = wasm[at++]!;
      size += (byte & 0x7f) * 2 ** shift;
      more = byte >= 0x80;
    }
    if (section === CODE_SECTION) return wasm[at] !== 0;
    at += size;
  }
  return false;
}

/** Under a debugger V8 compiles for that, and has no other code to give. */
function isDebugged(): boolean {
  if (!process.features.inspector) return false;
  const { url } = createRequire(import.meta.url)("node:inspector") as { url: () => string | undefined };
  return url() !== undefined;
}

/**
 * What one of the engine's own functions gives; undefined where it is not known. The function around it is made for each use, since the
 * engine parses bodies when they are called, and again when it has thrown their code away.
 */
function byEngine<T>(call: string, first: unknown, second?: unknown): T | undefined {
  if (!TRIED_NODES.includes(process.versions.node.split(".")[0]!)) return undefined;
  v8.setFlagsFromString("--allow-natives-syntax");
  try {
    const use = new Function("first", "second", `return ${call}`) as (one: unknown, other: unknown) => T;
    return use(first, second);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    v8.setFlagsFromString("--no-allow-natives-syntax");
  }
}
