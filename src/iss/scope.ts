// Names of action code and the JavaScript variables that stand for them.
import type { ValueType } from "../machine/action.ts";

/** Inside a helper: where `return` puts the value and jumps to. Without a label: the helper is a function. */
export interface Exit {
  readonly label: string;
  readonly result: Local | undefined;
  readonly type: ValueType | undefined;
}

export interface Local {
  readonly js: string;
  readonly type: ValueType;
  /** The value, when it always is the same. */
  readonly known?: bigint;
  /** The variables of a local of 64 bits that is held as two words; `js` is then made of them. */
  readonly halves?: readonly [high: string, low: string];
}

export class Scope {
  readonly names = new Map<string, Local>();
  readonly exit: Exit | undefined;
  readonly #outer: Scope | undefined;

  constructor(exit: Exit | undefined, outer?: Scope) {
    this.exit = exit;
    this.#outer = outer;
  }

  find(name: string): Local | undefined {
    return this.names.get(name) ?? this.#outer?.find(name);
  }
}
