// JavaScript text that reads and writes registers and their files where they are kept: in `C` (32 bits and less) and `W`
// (wider), a block's most used ones in variables besides.
import { InternalError } from "../base/diagnostic.ts";
import type { ValueType } from "../machine/action.ts";
import { convert, value, WORD } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";
import { wrapText } from "./bit-text.ts";
import type { Slot, StateLayout } from "./layout.ts";

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

  constructor(layout: StateLayout, cacheRegisters: boolean, site: RegisterSite) {
    this.#layout = layout;
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
    if (slot.wide) return value(type, `W[${slot.index}]`);
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
    if (!file.entries) return value(type, this.#text(name, index));
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

  /** A plain file's element with a computed index, which wraps at the file's size. */
  #text(name: string, index: Value): string {
    const file = this.#layout.files.get(name);
    if (!file) throw new InternalError(`no register file ${name}`);
    const i = convert(index, WORD).js;
    const fits = index.type.width < 31 && 2 ** index.type.width <= file.size;
    const within = fits ? i : wrapText(file.size, i);
    return `${file.wide ? "W" : "C"}[${file.first === 0 ? within : `${file.first}+${within}`}]`;
  }

  // ---- Writing

  write(slot: Slot, given: Value): void {
    const v = convert(given, { width: slot.width, signed: false });
    if (slot.wide) this.#site.emit(`W[${slot.index}]=${v.js};`);
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
    this.#site.emit(`${this.#text(name, index)}=${v.js};/*reload*/`);
  }

  slot(name: string): Slot {
    return this.#layout.registers.get(name) ?? this.#site.unsupported(`register ${name}`);
  }
}
