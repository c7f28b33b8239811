// Generated code of a whole instruction set, for the simulator of plain images: a function for every register that is
// more than storage, for every helper and hook, and a maker of functions for every instruction. All of them share one
// closure, so that they call each other directly.
//
// Names in the generated code: C narrow registers, W wide ones, P parameters, S the services, cia and nia the program
// counter, r_/w_/d_ read, write and store a register, f_/g_/e_ the same for files, h_ helpers, k_ hooks, m_ makers.
import { InternalError } from "../base/diagnostic.ts";
import type { HelperFunction } from "../machine/action.ts";
import type { ArchitectureModel, IsaModel, Register, RegisterFile } from "../machine/model.ts";
import { constant, convert, value, WORD } from "../isa/values.ts";
import { Environment } from "./environment.ts";
import { FactFinder } from "./block-facts.ts";
import type { BlockCode, BlockPart, CodeValue, CompiledBlock, ModelCode } from "./model-code-interface.ts";
export type {
  BlockCode,
  BlockPart,
  CodeValue,
  CompiledBlock,
  InstructionCode,
  ModelCode,
} from "./model-code-interface.ts";
import { ActionCompiler } from "./action-compiler.ts";
import { fieldConstant, fieldType } from "./field-text.ts";
import { wrapText } from "./bit-text.ts";
import type { MachineText, Site } from "./machine-text.ts";
import { guardedText, maskedText } from "./register-masks.ts";
import { BUILTIN_SUPPORT_NAMES, builtinSupport } from "./builtins.ts";
import type { Slot, StateLayout } from "./layout.ts";

const EMPTY: ArchitectureModel = {
  hooks: {},
  parms: [],
  exceptions: [],
  caches: [],
  memories: [],
  buses: [],
  watches: [],
  moments: {},
  counters: { cia: "CIA", nia: "NIA" },
  resetAddress: 0,
  addressMask: { effective: 0xffffffffn, real: 0xffffffffn },
  exceptionIsBranch: true,
};

/** The architecture of an instruction set; that of a plain one has nothing in it. */
export function architectureOf(isa: IsaModel): ArchitectureModel {
  return isa.machine ?? EMPTY;
}

/** Compiles everything. `services` is what the generated code calls as S. Fails: BW0321 for what cannot be compiled. */
export function createModelCode(isa: IsaModel, layout: StateLayout, services: object): ModelCode {
  return new ModelCompiler(isa, layout).evaluate(services);
}

class ModelCompiler implements MachineText {
  readonly #isa: IsaModel;
  readonly #machine: ArchitectureModel;
  readonly #layout: StateLayout;
  readonly #text: string[] = [];
  readonly #special = new Map<string, { read: boolean; write: boolean; store: boolean }>();
  readonly #files = new Set<string>();

  constructor(isa: IsaModel, layout: StateLayout) {
    this.#isa = isa;
    this.#machine = architectureOf(isa);
    this.#layout = layout;
  }

  evaluate(services: object): ModelCode {
    const narrow = new Int32Array(Math.max(1, this.#layout.narrowSize));
    const wide = new Array<bigint>(Math.max(1, this.#layout.wideSize)).fill(0n);
    const parms = Int32Array.from(this.#machine.parms, (p) => p.initial);
    for (const r of Object.values(this.#isa.registers)) this.#findSpecial(r);
    for (const f of Object.values(this.#isa.registerFiles))
      if (this.#isSpecialFile(f)) this.#files.add(f.name);
    for (const r of Object.values(this.#isa.registers)) this.#registerFunctions(r);
    for (const f of Object.values(this.#isa.registerFiles)) this.#fileFunctions(f);
    const names: string[] = [];
    const site: Site = {
      cia: value(WORD, "cia"),
      field: (name) => fieldConstant(this.#isa, name, 0, 0),
    };
    const functions = (all: Readonly<Record<string, HelperFunction>>, prefix: string): void => {
      for (const f of Object.values(all)) {
        const name = `${prefix}${identifier(f.name)}`;
        names.push(`${JSON.stringify(f.name)}:${name}`);
        this.#text.push(this.#compiler().function(f, name, site, prefix === "k_"));
      }
    };
    functions(this.#isa.helpers, "h_");
    functions(this.#machine.hooks, "k_");
    const makers = this.#isa.instructions.map((_, i) => `m_${i}`);
    this.#isa.instructions.forEach((instruction, i) => {
      const operands = new Set(instruction.fields);
      const body = this.#compiler().instruction(instruction, {
        cia: value(WORD, "cia"),
        field: (name) =>
          operands.has(name)
            ? value(fieldType(this.#isa, name), `f_${identifier(name)}`)
            : fieldConstant(this.#isa, name, instruction.match, 0),
      });
      const parameters = instruction.fields.map((name) => `f_${identifier(name)}`).join(",");
      this.#text.push(
        `function m_${i}([${parameters}]){return function step_${identifier(instruction.name)}()${body}}`,
      );
    });
    const accessors = [
      `readRegister:n=>readers[n]?readers[n]():undefined`,
      `writeRegister:(n,v)=>{if(writers[n])writers[n](v);}`,
      `readElement:(f,i)=>fileReaders[f](i)`,
      `writeElement:(f,i,v)=>{fileWriters[f](i,v);}`,
      `getCia:()=>cia`,
      `setCia:a=>{cia=a|0;}`,
      `getNia:()=>nia`,
      `setNia:a=>{nia=a|0;}`,
      `branched:()=>taken`,
      `clearBranch:()=>{taken=false;}`,
      // Blocks are compiled later, among the same variables.
      `compile:text=>eval(text)`,
    ];
    const registers = Object.values(this.#isa.registers);
    const files = Object.values(this.#isa.registerFiles);
    const source =
      `"use strict";const [${BUILTIN_SUPPORT_NAMES}]=support;let cia=0,nia=0,taken=false;${this.#text.join("\n")}\n` +
      `const readers={${registers.map((r) => `${JSON.stringify(r.name)}:()=>${this.#readText(r.name)}`).join(",")}};` +
      `const writers={${registers.map((r) => `${JSON.stringify(r.name)}:v=>{${this.#writeText(r.name, "v")}}`).join(",")}};` +
      `const fileReaders={${files.map((f) => `${JSON.stringify(f.name)}:i=>${this.#readFileText(f, "i")}`).join(",")}};` +
      `const fileWriters={${files.map((f) => `${JSON.stringify(f.name)}:(i,v)=>{${this.#writeFileText(f, "i", "v")}}`).join(",")}};` +
      `return{functions:{${names.join(",")}},makers:[${makers.join(",")}],${accessors.join(",")}};`;
    const finder = new FactFinder(this.#text.join("\n"));
    let made: Omit<ModelCode, "narrow" | "wide" | "parms" | "functions" | "block" | "facts"> & {
      compile: (text: string) => unknown;
      functions: Record<string, (...values: CodeValue[]) => CodeValue>;
    };
    try {
      made = new Function("C", "W", "P", "S", "support", "E", source)(
        narrow,
        wide,
        parms,
        services,
        builtinSupport(),
        // A plain image has no operating system: system calls end nothing, and time stands still.
        new Environment("the image", () => 0n),
      ) as typeof made;
    } catch (error) {
      throw new InternalError(`generated code: ${error instanceof Error ? error.message : ""}`);
    }
    return {
      ...made,
      functions: new Map(Object.entries(made.functions)),
      narrow,
      wide,
      parms,
      facts: finder,
      block: (parts, isAsked) => this.#block(parts, isAsked, finder, made.compile),
    };
  }

  // ---- Blocks --------------------------------------------------------------------------------------------------

  #block(
    parts: readonly BlockPart[],
    isAsked: (place: number) => boolean,
    finder: FactFinder,
    compile: (text: string) => unknown,
  ): CompiledBlock | undefined {
    const { moments } = this.#machine;
    const prefetch = moments.pre_fetch === undefined ? "" : `k_${identifier(moments.pre_fetch)}();`;
    // The translation of an address may ask a hook, each time.
    const check = moments.addr_check !== undefined;
    const texts: string[] = [];
    const bodies: string[] = [];
    const accesses: number[] = [];
    for (const [place, { instruction, word, address, bytes }] of parts.entries()) {
      const body = this.#compiler().instruction(instruction, {
        cia: constant(WORD, BigInt(address)),
        field: (name) => fieldConstant(this.#isa, name, word, address),
      });
      const own = finder.ofText(body);
      if (
        !own.plain ||
        own.setsParameters ||
        instruction.more !== undefined ||
        instruction.postFetch !== undefined
      )
        break;
      const known =
        body.includes("S.has_attribute") || (own.asks && this.#machine.mmu)
          ? `X.instruction=I[${place}];`
          : "";
      const asked = isAsked(place) ? `B[${place}]();` : "";
      const counted = own.accessesMemory ? `D[${accesses.length}]=S.parts;S.parts=0;` : "";
      const stopped = own.stores ? `if(S.changedCode)return ${place + 1};` : "";
      if (own.accessesMemory) accesses.push(place);
      bodies.push(body);
      texts.push(
        `${prefetch}cia=${address | 0};nia=${(address + bytes) | 0};${check ? `S.fetched(${address | 0});` : ""}${known}${asked}${body}${counted}${stopped}`,
      );
      if (own.branches) break;
    }
    if (texts.length === 0) return undefined;
    const text = texts.join("\n");
    const all = finder.ofText(bodies.join("\n"));
    const name = `block_${((parts[0]?.address ?? 0) >>> 0).toString(16)}`;
    return {
      code: compile(`(function ${name}(D,X,I,B){${text}return ${texts.length};})`) as BlockCode,
      length: texts.length,
      stores: all.stores,
      facts: all,
      accesses,
    };
  }

  #compiler(): ActionCompiler {
    const access = { bounds: { base: 0, size: 0, readOnlyFrom: 0, readOnlyTo: 0 }, record: false };
    return new ActionCompiler(this.#isa, this.#layout, access, false, this);
  }

  // ---- Registers -----------------------------------------------------------------------------------------------

  /** What follows a write of the register: its watches, and kept translations that depend on it. */
  #watchesOf(name: string): string {
    const forget = this.#machine.mmu?.control.includes(name) ? "S.forgetTranslations();" : "";
    return (
      forget +
      this.#machine.watches
        .filter((w) => w.registers.includes(name))
        .map((w) =>
          w.hook === ".itable_watch"
            ? "S.watchTable();"
            : this.#machine.contexts?.some((c) => c.active === w.hook)
              ? "S.watchContexts();"
              : `k_${identifier(w.hook)}();`,
        )
        .join("")
    );
  }

  #findSpecial(r: Register): void {
    const store = r.implemented !== undefined || r.readonly !== undefined || this.#watchesOf(r.name) !== "";
    const write = store || r.hooks?.write !== undefined || r.hooks?.ignoreWrites === true;
    this.#special.set(r.name, { read: r.hooks?.read !== undefined, write, store });
  }

  #slot(name: string): Slot {
    const slot = this.#layout.registers.get(name);
    if (!slot) throw new InternalError(`no register ${name}`);
    return slot;
  }

  static #place(slot: Slot): string {
    return `${slot.wide ? "W" : "C"}[${slot.index}]`;
  }

  #registerFunctions(r: Register): void {
    const special = this.#special.get(r.name);
    const slot = this.#slot(r.name);
    const place = ModelCompiler.#place(slot);
    if (special?.read)
      this.#text.push(`function r_${identifier(r.name)}(){return k_${identifier(r.hooks?.read ?? "")}();}`);
    if (special?.store)
      this.#text.push(
        `function d_${identifier(r.name)}(v){${place}=${maskedText(r, place, "v")};${this.#watchesOf(r.name)}}`,
      );
    if (!special?.write) return;
    const store = special.store ? `d_${identifier(r.name)}(v);` : `${place}=v;`;
    const hook = r.hooks?.write;
    const body = r.hooks?.ignoreWrites
      ? ""
      : hook === undefined
        ? store
        : this.#hookCall(hook, ["v"], r.width);
    this.#text.push(`function w_${identifier(r.name)}(v){${body}}`);
  }

  /** A call of a write hook, which may also want to know which bits are written. */
  #hookCall(hook: string, values: readonly string[], width: number): string {
    const wanted = this.#machine.hooks[hook]?.parameters.length ?? values.length;
    const given = [...values, "0", String(width - 1)].slice(0, wanted);
    return `k_${identifier(hook)}(${given.join(",")});`;
  }

  #readText(name: string): string {
    return this.#special.get(name)?.read ? `r_${identifier(name)}()` : ModelCompiler.#place(this.#slot(name));
  }

  #writeText(name: string, v: string): string {
    if (this.#special.get(name)?.write) return `w_${identifier(name)}(${v});`;
    return `${ModelCompiler.#place(this.#slot(name))}=${v};`;
  }

  // ---- Register files ------------------------------------------------------------------------------------------

  #isSpecialFile(f: RegisterFile): boolean {
    return (
      !this.#isPlain(f.name) ||
      f.hooks !== undefined ||
      f.entryHooks !== undefined ||
      f.implemented !== undefined ||
      f.readonly !== undefined ||
      f.invalid !== undefined ||
      this.#watchesOf(f.name) !== ""
    );
  }

  #readFileText(f: RegisterFile, index: string): string {
    return this.#files.has(f.name) ? `f_${identifier(f.name)}(${index})` : this.#plainElement(f, index);
  }

  #writeFileText(f: RegisterFile, index: string, v: string): string {
    return this.#files.has(f.name)
      ? `g_${identifier(f.name)}(${index},${v});`
      : `${this.#plainElement(f, index)}=${v};`;
  }

  #plainElement(f: RegisterFile, index: string): string {
    const slots = this.#layout.files.get(f.name);
    if (!slots) throw new InternalError(`no register file ${f.name}`);
    return `${slots.wide ? "W" : "C"}[${slots.first}+${wrapText(f.size, index)}]`;
  }

  #fileFunctions(f: RegisterFile): void {
    if (!this.#files.has(f.name)) return;
    if (this.#isPlain(f.name)) this.#plainFunctions(f);
    else this.#sparseFunctions(f);
  }

  #plainFunctions(f: RegisterFile): void {
    const place = this.#plainElement(f, "i");
    const stored = maskedText(f, place, "v");
    this.#text.push(`function e_${identifier(f.name)}(i,v){${place}=${stored};${this.#watchesOf(f.name)}}`);
    const read = f.hooks?.read === undefined ? place : `k_${identifier(f.hooks.read)}(i)`;
    const write = f.hooks?.ignoreWrites
      ? ""
      : f.hooks?.write === undefined
        ? `e_${identifier(f.name)}(i,v);`
        : this.#hookCall(f.hooks.write, ["i", "v"], f.width);
    // Indices that there are not wrap around, unless the description has a word to say.
    const out = `if(i>>>0>=${f.size})`;
    const noRead = f.invalid?.read === undefined ? "" : `${out}return k_${identifier(f.invalid.read)}(i);`;
    const noWrite =
      f.invalid?.write === undefined ? "" : `${out}return void k_${identifier(f.invalid.write)}(i,v);`;
    this.#text.push(
      `function f_${identifier(f.name)}(i){${noRead}return ${read};}function g_${identifier(f.name)}(i,v){${noWrite}${write}}`,
    );
  }

  #sparseFunctions(f: RegisterFile): void {
    const all = new Set([
      ...Object.keys(f.entries),
      ...Object.keys(f.elements ?? {}),
      ...Object.keys(f.addresses ?? {}),
      ...Object.keys(f.inContexts ?? {}),
      ...Object.keys(f.entryHooks ?? {}),
    ]);
    let read = "";
    let write = "";
    for (const key of all) {
      const at = Number(key);
      const { reading, writing } = this.#sparseEntry(f, at);
      if (reading !== undefined) read += `case ${at}:return ${reading};`;
      if (writing !== undefined) write += `case ${at}:${writing}return;`;
    }
    const name = JSON.stringify(f.name);
    const missing = f.invalid?.read
      ? `return k_${identifier(f.invalid.read)}(i);`
      : `return S.noRegister(${name},i);`;
    const lost = f.invalid?.write ? `k_${identifier(f.invalid.write)}(i,v);` : `S.noRegister(${name},i);`;
    this.#text.push(
      `function f_${identifier(f.name)}(i){switch(i){${read}}${missing}}` +
        `function g_${identifier(f.name)}(i,v){switch(i){${write}}${lost}}`,
    );
  }

  /** Texts that read an element of a sparse file, and write `v` to it. */
  #sparseEntry(
    f: RegisterFile,
    at: number,
  ): { readonly reading: string | undefined; readonly writing: string | undefined } {
    const hooks = f.entryHooks?.[at];
    const target = this.#entryTarget(f, at);
    return {
      reading: hooks?.read === undefined ? target?.read : `k_${identifier(hooks.read)}()`,
      writing: hooks?.ignoreWrites
        ? ";"
        : hooks?.write === undefined
          ? target?.write
          : this.#hookCall(hooks.write, ["v"], f.width),
    };
  }

  /** The same, where the index is a number that is known. */
  #constantEntry(
    file: string,
    index: string,
  ): { readonly reading: string; readonly writing: string } | undefined {
    if (!/^\d+$/.test(index) || this.#isPlain(file)) return undefined;
    const f = this.#isa.registerFiles[file];
    const { reading, writing } = f ? this.#sparseEntry(f, Number(index)) : {};
    return reading === undefined || writing === undefined ? undefined : { reading, writing };
  }

  /** Texts that read and write what an entry of a sparse file is, at the file's width. */
  #entryTarget(f: RegisterFile, at: number): { read: string; write: string } | undefined {
    const file = { width: f.width, signed: false };
    const register = this.#isa.registers[f.entries[at] ?? ""];
    if (register) {
      const own = { width: register.width, signed: false };
      return {
        read: convert(value(own, this.#readText(register.name)), file).js,
        write: this.#writeText(
          register.name,
          guardedText(
            register,
            ModelCompiler.#place(this.#slot(register.name)),
            convert(value(file, "v"), own).js,
          ),
        ),
      };
    }
    const element = f.elements?.[at];
    const owner = element && this.#isa.registerFiles[element.registerFile];
    if (element && owner) {
      const own = { width: owner.width, signed: false };
      return {
        read: convert(value(own, this.#readFileText(owner, String(element.index))), file).js,
        write: this.#writeFileText(
          owner,
          String(element.index),
          owner.guarded === undefined
            ? convert(value(file, "v"), own).js
            : guardedText(
                owner,
                this.#plainElement(owner, String(element.index)),
                convert(value(file, "v"), own).js,
              ),
        ),
      };
    }
    const context = f.inContexts?.[at];
    if (context) {
      const { object, width, which, index } = context;
      const own = { width, signed: false };
      const indices = [String(which), String(index)];
      return {
        read: convert(value(own, this.entry(object, undefined, width, indices)), file).js,
        write: this.writeEntry(object, undefined, width, indices, convert(value(file, "v"), own).js),
      };
    }
    const address = f.addresses?.[at];
    if (address === undefined) return undefined;
    const v = convert(value(file, "v"), WORD).js;
    return {
      read: convert(value(WORD, address), file).js,
      write: address === "nia" ? this.branch(v) : this.setCia(v),
    };
  }

  // ---- Texts for the action compiler ---------------------------------------------------------------------------

  readRegister(name: string, direct: boolean): string | undefined {
    return !direct && this.#special.get(name)?.read ? `r_${identifier(name)}()` : undefined;
  }

  writeRegister(name: string, v: string, direct: boolean): string | undefined {
    const special = this.#special.get(name);
    if (direct) return special?.store ? `d_${identifier(name)}(${v});` : undefined;
    return special?.write ? `w_${identifier(name)}(${v});` : undefined;
  }

  readElement(file: string, index: string, direct: boolean): string | undefined {
    const entry = this.#constantEntry(file, index);
    if (entry) return entry.reading;
    return this.#files.has(file) && !(direct && this.#isPlain(file))
      ? `f_${identifier(file)}(${index})`
      : undefined;
  }

  writeElement(file: string, index: string, v: string, direct: boolean): string | undefined {
    if (!this.#files.has(file)) return undefined;
    const writing = this.#constantEntry(file, index)?.writing;
    if (writing !== undefined) return `{const v=${v};${writing}}`;
    return direct && this.#isPlain(file)
      ? `e_${identifier(file)}(${index},${v});`
      : `g_${identifier(file)}(${index},${v});`;
  }

  #isPlain(file: string): boolean {
    return this.#layout.files.get(file)?.entries === undefined;
  }

  helper(name: string): string {
    return `h_${identifier(name)}`;
  }

  parm(name: string): string {
    return `P[${this.#machine.parms.findIndex((p) => p.name === name)}]`;
  }

  entry(object: string, field: string | undefined, width: number, indices: readonly string[]): string {
    const text = `S.entry(${JSON.stringify(object)},${JSON.stringify(field ?? "")},${indices.join(",")})`;
    if (width > 32) return text;
    return width === 32 ? `(Number(${text})|0)` : `Number(${text})`;
  }

  writeEntry(
    object: string,
    field: string | undefined,
    width: number,
    indices: readonly string[],
    v: string,
  ): string {
    const given = width > 32 ? v : `BigInt(${v}${width === 32 ? ">>>0" : ""})`;
    return `S.writeEntry(${JSON.stringify(object)},${JSON.stringify(field ?? "")},${given},${indices.join(",")});`;
  }

  load(memory: string | undefined, address: string, bytes: number): string {
    if (memory !== undefined) return `S.loadLocal(${JSON.stringify(memory)},${address},${bytes})`;
    // A machine that has accesses of three bytes has no code of its own for them.
    if (bytes === 3) return `Number(S.loadWide(${address},3))`;
    return bytes > 4 ? `S.loadWide(${address},${bytes})` : `S.load${bytes}(${address})`;
  }

  store(memory: string | undefined, address: string, bytes: number, v: string): string {
    if (memory !== undefined) return `S.storeLocal(${JSON.stringify(memory)},${address},${bytes},${v});`;
    if (bytes === 3) return `S.storeWide(${address},3,BigInt(${v}));`;
    return bytes > 4 ? `S.storeWide(${address},${bytes},${v});` : `S.store${bytes}(${address},${v});`;
  }

  service(name: string, object: string | undefined, values: readonly string[]): string {
    const given = object === undefined ? values : [JSON.stringify(object), ...values];
    return `S.${name}(${given.join(",")})`;
  }

  output(n: number): string {
    return `S.outputs[${n}]`;
  }

  delayed(delay: string, block: string): string {
    return `S.delay(${delay},()=>${block});`;
  }

  branch(address: string): string {
    return `nia=${address};taken=true;`;
  }

  setCia(address: string): string {
    return `cia=${address};`;
  }

  isRaised(error: string): string {
    return `S.isRaised(${error})`;
  }
}

export function identifier(name: string): string {
  return name.replace(/\W/g, (c) => `$${c.charCodeAt(0)}`);
}
