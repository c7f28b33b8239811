// JavaScript text that reads and writes registers and their files where they are kept: in `C` (32 bits and less) and `W`
// (wider), a block's most used ones in variables besides. `WI` is the same as `W`, as words: lower, upper.
import type { ValueType } from "../machine/action.ts";
import { convert, halvesOf, paired, value, WORD } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";
import { wrapText } from "./bit-text.ts";
import type { FileSlots, Slot, StateLayout } from "./layout.ts";

/** Where the text goes. */
export interface RegisterSite {
  emit(text: string): void;
  /** Text of what `emit` gets during `work`. */
  inner(work: () => void): string;
  fresh(stem: string): string;
  /** Text of the address of the instruction. */
  cia(): string;
  unsupported(what: string): never;
}

export class RegisterText {
  readonly #layout: StateLayout;
  readonly #cacheRegisters: boolean;
  readonly #site: RegisterSite;
  readonly #cached = new Set<number>();
  readonly #words: boolean;

  /** `words`: whether registers of 64 bits can be read and written as two words. */
  constructor(layout: StateLayout, cacheRegisters: boolean, site: RegisterSite, words: boolean) {
    this.#layout = layout;
    this.#words = words;
    this.#cacheRegisters = cacheRegisters;
    this.#site = site;
  }

  /** Declarations of the cached registers, to stand before the instructions, when all have been compiled. */
  prologue(): string {
    return [...this.#cached].map((i) => `let v${i}=C[${i}];`).join("");
  }

  /** Text with the reloads after computed register writes filled in; call when all instructions have been compiled. */
  finish(text: string): string {
    const reload = [...this.#cached].map((i) => `v${i}=C[${i}];`).join("");
    return text.replaceAll("/*reload*/", reload);
  }

  // ---- Reading

  read(slot: Slot): Value {
    const type: ValueType = { width: slot.width, signed: false };
    if (slot.wide) return this.#wide(type, `${slot.index}`);
    if (!this.#cacheRegisters) return value(type, `C[${slot.index}]`);
    this.#cached.add(slot.index);
    return value(type, `v${slot.index}`);
  }

  element(name: string, index: Value): Value {
    const file = this.#layout.files.get(name);
    if (!file) this.#site.unsupported(`register file ${name}`);
    const type: ValueType = { width: file.width, signed: false };
    if (index.known !== undefined) {
      const slot = this.#slot(name, Number(index.known));
      if (slot) return convert(this.read(slot), type);
      return value(type, `E.noRegister(${JSON.stringify(name)},${index.js},${this.#site.cia()})`);
    }
    if (!file.entries) {
      const at = this.#at(file, index);
      return file.wide ? this.#wide(type, at) : value(type, `C[${at}]`);
    }
    const result = this.#site.fresh("e");
    let text = `let ${result};switch(${index.js}){`;
    for (const [k, slot] of file.entries)
      text += `case ${k}:${result}=${convert(this.read(slot), type).js};break;`;
    this.#site.emit(`${text}default:E.noRegister(${JSON.stringify(name)},${index.js},${this.#site.cia()});}`);
    return value(type, result);
  }

  #slot(name: string, index: number): Slot | undefined {
    const file = this.#layout.files.get(name);
    if (!file) return undefined;
    if (file.entries) return file.entries.get(index);
    if (index >= file.size) return undefined;
    return { index: file.first + index, width: file.width, wide: file.wide };
  }

  #wide(type: ValueType, at: string): Value {
    if (!this.#words || type.width !== 64) return value(type, `W[${at}]`);
    const low = /^\d+$/.test(at) ? `${2 * Number(at)}` : `2*(${at})`;
    const high = /^\d+$/.test(at) ? `${2 * Number(at) + 1}` : `${low}+1`;
    // Read now: the register may be written before the value is used.
    const [h, l] = [this.#site.fresh("t"), this.#site.fresh("t")];
    this.#site.emit(`const ${h}=WI[${high}],${l}=WI[${low}];`);
    return paired(type, h, l);
  }

  #putWide(at: string, v: Value): void {
    const words = this.#words ? halvesOf(v) : undefined;
    if (!words) {
      this.#site.emit(`W[${at}]=${v.js};`);
      return;
    }
    const low = /^\d+$/.test(at) ? `${2 * Number(at)}` : `2*(${at})`;
    const high = /^\d+$/.test(at) ? `${2 * Number(at) + 1}` : `${low}+1`;
    this.#site.emit(`WI[${high}]=${words[0]};WI[${low}]=${words[1]};`);
  }

  /** Where a plain file's element with a computed index is, which wraps at the file's size. */
  #at(file: FileSlots, index: Value): string {
    const i = convert(index, WORD).js;
    const fits = index.type.width < 31 && 2 ** index.type.width <= file.size;
    const within = fits ? i : wrapText(file.size, i);
    return file.first === 0 ? within : `${file.first}+${within}`;
  }

  // ---- Writing

  write(slot: Slot, given: Value): void {
    const v = convert(given, { width: slot.width, signed: false });
    if (slot.wide) this.#putWide(`${slot.index}`, v);
    else if (this.#cacheRegisters) {
      this.#cached.add(slot.index);
      this.#site.emit(`C[${slot.index}]=v${slot.index}=${v.js};`);
    } else this.#site.emit(`C[${slot.index}]=${v.js};`);
  }

  writeElement(name: string, index: Value, v: Value): void {
    const file = this.#layout.files.get(name);
    if (!file) this.#site.unsupported(`register file ${name}`);
    if (index.known !== undefined) {
      const slot = this.#slot(name, Number(index.known));
      if (slot) this.write(slot, v);
      else this.#site.emit(`E.noRegister(${JSON.stringify(name)},${index.js},${this.#site.cia()});`);
      return;
    }
    if (file.entries) {
      let text = `switch(${index.js}){`;
      for (const [k, slot] of file.entries)
        text += `case ${k}:${this.#site.inner(() => this.write(slot, v))}break;`;
      this.#site.emit(
        `${text}default:E.noRegister(${JSON.stringify(name)},${index.js},${this.#site.cia()});}`,
      );
      return;
    }
    const at = this.#at(file, index);
    if (file.wide) this.#putWide(at, v);
    else this.#site.emit(`C[${at}]=${v.js};/*reload*/`);
  }

  slot(name: string): Slot {
    return this.#layout.registers.get(name) ?? this.#site.unsupported(`register ${name}`);
  }
}
