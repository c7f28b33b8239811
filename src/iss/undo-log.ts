// Execution that can be undone, and execution that is ignored, as action code asks for them. Registers are few, so a copy of
// all of them is kept; of memory, what stores overwrite. Instruction addresses are registers like others when they are undone;
// ignored instructions move on.
import type { ModelCode } from "./model-code-interface.ts";
import type { SparseMemory } from "./sparse-memory.ts";

/** Gives a function that puts all registers back as they are now; `withAddress`: the next address, too. */
export function copyOf(code: ModelCode, withAddress: boolean): () => void {
  const { narrow, wide, parms } = code;
  const [narrowKept, wideKept, parmsKept] = [narrow.slice(), [...wide], parms.slice()];
  const [cia, nia] = [code.getCia(), code.getNia()];
  return () => {
    narrow.set(narrowKept);
    parms.set(parmsKept);
    wideKept.forEach((v, i) => (wide[i] = v));
    if (!withAddress) return;
    code.setCia(cia);
    code.setNia(nia);
  };
}

/** Overwritten words that are kept at most. */
const MOST = 1 << 20;

export class UndoLog {
  readonly #copy: (withAddress: boolean) => () => void;
  readonly #memory: SparseMemory;
  /** Undoes what registers were since rollback was enabled; undefined: nothing is kept. */
  #restore: (() => void) | undefined;
  #enabled = false;
  #overwritten: { readonly address: number; readonly bytes: Uint8Array }[] = [];
  #ignored: (() => void) | undefined;

  constructor(copy: (withAddress: boolean) => () => void, memory: SparseMemory) {
    this.#copy = copy;
    this.#memory = memory;
  }

  /** Whether accesses to memory have to be told or asked for. */
  get watches(): boolean {
    return this.#enabled || this.#ignored !== undefined;
  }

  get ignoring(): boolean {
    return this.#ignored !== undefined;
  }

  enable(on: boolean): void {
    if (on && !this.#restore) this.flush(true);
    this.#enabled = on;
  }

  /** Undoes everything since rollback was enabled or flushed. */
  commit(): void {
    for (const { address, bytes } of this.#overwritten.reverse()) this.#memory.writeBytes(address, bytes);
    this.#restore?.();
    this.flush();
  }

  /** What has been done so far stays. */
  flush(always = false): void {
    this.#overwritten = [];
    this.#restore = always || this.#enabled ? this.#copy(true) : undefined;
  }

  ignore(on: boolean): void {
    if (on === this.ignoring) return;
    if (on) this.#ignored = this.#copy(false);
    else {
      this.#ignored?.();
      this.#ignored = undefined;
    }
  }

  /** Before a store: false when it has no effect. */
  stores(address: number, bytes: number): boolean {
    if (this.#ignored) return false;
    if (this.#enabled && this.#overwritten.length < MOST)
      this.#overwritten.push({ address, bytes: this.#memory.readBytes(address, bytes) });
    return true;
  }
}
