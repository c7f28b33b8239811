// Register contexts of a described machine. The active one's registers are the machine's own; those of the others are kept
// here, and change places with them when another one becomes active, so that code which names a register plainly is not
// concerned. Hooks of a register run for a named context as for the active one, and see that context's registers: the manual
// says that they are bypassed, the simulators that the public suite records run them.
import { fail } from "../base/diagnostic.ts";
import type { ContextModel } from "../machine/model.ts";

/** How the machine's own registers are reached: `index` is 0 for a register that stands alone. */
export interface OwnRegisters {
  size(name: string): number;
  initial(name: string): bigint;
  /** The element of another file that an element is, where the file only shows others' elements. */
  shown(name: string, index: number): { readonly name: string; readonly index: number } | undefined;
  read(name: string, index: number): bigint;
  write(name: string, index: number, v: bigint): void;
  /** Whether code that reads or writes the register calls a hook, and how it does so. */
  hooked(name: string): boolean;
  readHooked(name: string, index: number): bigint;
  writeHooked(name: string, index: number, v: bigint): void;
}

interface Context {
  readonly model: ContextModel;
  active: number;
  /** [name][context][index] */
  readonly banks: Map<string, bigint[][]>;
}

export class RegisterContexts {
  readonly #contexts: readonly Context[];
  readonly #own: OwnRegisters;
  /** By the name that code uses: CONTEXT.REGISTER. */
  readonly #owner = new Map<string, { readonly context: Context; readonly register: string }>();

  constructor(models: readonly ContextModel[], own: OwnRegisters) {
    this.#own = own;
    this.#contexts = models.map((model) => ({ model, active: 0, banks: new Map() }));
    for (const context of this.#contexts)
      for (const register of [...context.model.registers, ...context.model.registerFiles])
        this.#owner.set(`${context.model.name}.${register}`, { context, register });
  }

  has(object: string): boolean {
    return this.#owner.has(object);
  }

  /** As after reset: each context has what the machine's own registers have now, the first one is active. */
  reset(): void {
    for (const context of this.#contexts) {
      context.active = 0;
      for (const name of [...context.model.registers, ...context.model.registerFiles]) {
        const size = this.#own.size(name);
        // What only shows others' elements has none.
        if (this.#own.shown(name, 0)) continue;
        const initial = Array.from({ length: size }, () => this.#own.initial(name));
        context.banks.set(
          name,
          Array.from({ length: context.model.size }, () => [...initial]),
        );
      }
    }
  }

  /** A read by code. Fails: BW0334 there is no such context or element. */
  readByCode(object: string, which: number, index: number, ask: (hook: string) => number): bigint {
    const { context, register, index: at } = this.#place(object, which, index);
    if (!this.#own.hooked(register)) return this.read(object, which, index);
    return this.#within(context, which, ask, () => this.#own.readHooked(register, at));
  }

  /** A write by code. */
  writeByCode(object: string, which: number, index: number, v: bigint, ask: (hook: string) => number): void {
    const { context, register, index: at } = this.#place(object, which, index);
    if (!this.#own.hooked(register)) return this.write(object, which, index, v);
    this.#within(context, which, ask, () => this.#own.writeHooked(register, at, v));
  }

  /** Has something done as in another context. */
  #within<T>(context: Context, which: number, ask: (hook: string) => number, work: () => T): T {
    const before = context.active;
    this.#activate(context, which);
    try {
      return work();
    } finally {
      this.#activate(context, before);
      this.update(ask);
    }
  }

  /** The bits, without hooks. Fails: BW0334 there is no such context or element. */
  read(object: string, which: number, index: number): bigint {
    const place = this.#place(object, which, index);
    return which === place.context.active
      ? this.#own.read(place.register, place.index)
      : (place.bank[place.index] ?? 0n);
  }

  write(object: string, which: number, index: number, v: bigint): void {
    const place = this.#place(object, which, index);
    if (which === place.context.active) this.#own.write(place.register, place.index, v);
    else place.bank[place.index] = v;
  }

  /** Makes another context active. `ask` calls the function that says which. */
  update(ask: (hook: string) => number): void {
    for (const context of this.#contexts) {
      const { active: hook, size } = context.model;
      if (hook === undefined) continue;
      this.#activate(context, (ask(hook) >>> 0) % size);
    }
  }

  #activate(context: Context, next: number): void {
    if (next === context.active) return;
    for (const [name, banks] of context.banks) {
      const [old, own] = [banks[context.active], banks[next]];
      if (!old || !own) continue;
      for (let i = 0; i < old.length; i++) {
        old[i] = this.#own.read(name, i);
        this.#own.write(name, i, own[i] ?? 0n);
      }
    }
    context.active = next;
  }

  #place(
    object: string,
    which: number,
    at: number,
  ): {
    readonly context: Context;
    readonly register: string;
    readonly bank: bigint[];
    readonly index: number;
  } {
    const owner = this.#owner.get(object);
    const shown = owner && this.#own.shown(owner.register, at);
    const { name, index } = shown ?? { name: owner?.register ?? "", index: at };
    const bank = owner?.context.banks.get(name)?.[which];
    if (!owner || !bank || index >= bank.length)
      return fail("BW0334", `${object} has no register ${at} in context ${which}`);
    return { context: owner.context, register: name, bank, index };
  }
}
