// Register contexts of a described machine. The active one's registers are the machine's own; those of the others are kept
// here, and change places with them when another one becomes active, so that code which names a register plainly is not
// concerned.
import { fail } from "../base/diagnostic.ts";
import type { ContextModel } from "../machine/model.ts";

/** How the machine's own registers are reached: `index` is 0 for a register that stands alone. */
export interface OwnRegisters {
  size(name: string): number;
  initial(name: string): bigint;
  read(name: string, index: number): bigint;
  write(name: string, index: number, v: bigint): void;
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
        const initial = Array.from({ length: size }, () => this.#own.initial(name));
        context.banks.set(
          name,
          Array.from({ length: context.model.size }, () => [...initial]),
        );
      }
    }
  }

  /** Fails: BW0334 there is no such context. */
  read(object: string, which: number, index: number): bigint {
    const { context, register, bank } = this.#place(object, which);
    return which === context.active ? this.#own.read(register, index) : (bank[index] ?? 0n);
  }

  write(object: string, which: number, index: number, v: bigint): void {
    const { context, register, bank } = this.#place(object, which);
    if (which === context.active) this.#own.write(register, index, v);
    else bank[index] = v;
  }

  /** Makes another context active. `ask` calls the function that says which. */
  update(ask: (hook: string) => number): void {
    for (const context of this.#contexts) {
      const { active: hook, size, registers, registerFiles } = context.model;
      if (hook === undefined) continue;
      const next = (ask(hook) >>> 0) % size;
      if (next === context.active) continue;
      for (const name of [...registers, ...registerFiles]) {
        const [old, own] = [context.banks.get(name)?.[context.active], context.banks.get(name)?.[next]];
        if (!old || !own) continue;
        for (let i = 0; i < old.length; i++) {
          old[i] = this.#own.read(name, i);
          this.#own.write(name, i, own[i] ?? 0n);
        }
      }
      context.active = next;
    }
  }

  #place(object: string, which: number): { context: Context; register: string; bank: bigint[] } {
    const owner = this.#owner.get(object);
    const bank = owner?.context.banks.get(owner.register)?.[which];
    if (!owner || !bank) return fail("BW0334", `${object} has no context ${which}`);
    return { ...owner, bank };
  }
}
