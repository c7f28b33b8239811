// Variables of generated code. A value of 64 bits is held in two of a word each, where no description's hooks see it, so
// that nothing becomes a BigInt on its way from a register to another or to memory.
import { halvesOf, paired, value } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";
import type { Local } from "./scope.ts";

export interface VariableSite {
  emit(text: string): void;
  fresh(stem: string): string;
  /** Whether values of 64 bits are held as two words. */
  readonly words: boolean;
}

export class Variables {
  readonly #site: VariableSite;

  constructor(site: VariableSite) {
    this.#site = site;
  }

  /** A variable with a first value. */
  declare(stem: string, first: Value): Local {
    const js = this.#site.fresh(stem);
    const { type } = first;
    if (type.width !== 64 || !this.#site.words) {
      this.#site.emit(`let ${js}=${first.js};`);
      return { js, type };
    }
    const [high, low] = this.halves(first);
    this.#site.emit(`let ${js}h=${high},${js}l=${low};`);
    return paired(type, `${js}h`, `${js}l`);
  }

  set(l: Local, v: Value): void {
    if (!l.halves) {
      this.#site.emit(`${l.js}=${v.js};`);
      return;
    }
    const [high, low] = this.halves(v);
    // The new words may be made of the old ones.
    const next = this.#site.fresh("n");
    this.#site.emit(`const ${next}=${high};${l.halves[1]}=${low};${l.halves[0]}=${next};`);
  }

  /** The words of a value of 64 bits. */
  halves(v: Value): readonly [high: string, low: string] {
    const held = halvesOf(v);
    if (held) return held;
    const t = this.temporary(v);
    return [`upper(${t.js})`, `lower(${t.js})`];
  }

  /** The value in a variable, so that it is evaluated here and once. */
  temporary(v: Value): Value {
    if (v.halves && v.known === undefined) {
      if (v.halves.every((half) => /^[tm]_\d+[hl]?$/.test(half))) return v;
      const name = this.#site.fresh("t");
      this.#site.emit(`const ${name}h=${v.halves[0]},${name}l=${v.halves[1]};`);
      return paired(v.type, `${name}h`, `${name}l`);
    }
    if (v.known !== undefined || /^[a-zA-Z_][\w]*$/.test(v.js) === true) {
      // Cached registers may be written before the use; other names are written once.
      if (!/^v\d+$|^[lp]_/.test(v.js)) return v;
    }
    const name = this.#site.fresh("t");
    this.#site.emit(`const ${name}=${v.js};`);
    return value(v.type, name);
  }
}
