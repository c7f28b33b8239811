// Global variables, functions, aliases, ifuncs and comdats: the records of the module block itself.

import type { AttributeTable } from "./attributes.ts";
import type { BitCursor } from "./bitstream.ts";
import { MODULE_CODE } from "./codes.ts";
import type { Mutable } from "./constants.ts";
import type {
  Comdat,
  Constant,
  DllStorage,
  GlobalAlias,
  GlobalFunction,
  GlobalIFunc,
  GlobalVariable,
  Linkage,
  ThreadLocal,
  Type,
  UnnamedAddr,
  Value,
  Visibility,
} from "./module.ts";
import { isSized, type TypeTable } from "./types.ts";

// Numbers 5 and 6 were import and export before those became a field of their own, 13 and 14 kinds of private.
const LINKAGES: Readonly<Record<number, Linkage>> = {
  0: "external",
  1: "weak",
  2: "appending",
  3: "internal",
  4: "linkonce",
  5: "external",
  6: "external",
  7: "extern_weak",
  8: "common",
  9: "private",
  10: "weak_odr",
  11: "linkonce_odr",
  12: "available_externally",
  13: "private",
  14: "private",
  15: "external",
  16: "weak",
  17: "weak_odr",
  18: "linkonce",
  19: "linkonce_odr",
};
const VISIBILITIES: readonly Visibility[] = ["default", "hidden", "protected"];
const DLL_STORAGES: readonly DllStorage[] = ["default", "dllimport", "dllexport"];
const UNNAMED: readonly UnnamedAddr[] = ["none", "global", "local"];
const THREAD_LOCALS: readonly ThreadLocal[] = [
  "none",
  "generaldynamic",
  "localdynamic",
  "initialexec",
  "localexec",
];
const SELECTIONS: Readonly<Record<number, Comdat["selection"]>> = {
  1: "any",
  2: "exactmatch",
  3: "largest",
  4: "nodeduplicate",
  5: "samesize",
};
const CODE_MODELS: readonly GlobalVariable["codeModel"][] = [
  null,
  "tiny",
  "small",
  "kernel",
  "medium",
  "large",
];
const SANITIZERS = [
  "no_sanitize_address",
  "no_sanitize_hwaddress",
  "sanitize_memtag",
  "sanitize_address_dyninit",
];

/** Function operands that are a constant's number plus one. */
const CONSTANT_FIELDS = [
  ["prologue", 12],
  ["prefix", 15],
  ["personality", 16],
] as const;

// Of all functions together: many functions can share one type with many parameters.
const MAX_PARAMS = 1 << 21;

type Resolve = (id: number) => Constant;

/** What all kinds of globals share. */
interface Common {
  readonly name: string;
  readonly linkage: Linkage;
  readonly visibility: Visibility;
  readonly dllStorage: DllStorage;
  readonly unnamedAddr: UnnamedAddr;
  readonly threadLocal: ThreadLocal;
  readonly dsoLocal: boolean;
  readonly partition: string | null;
}

export class GlobalReader {
  readonly globals: GlobalVariable[] = [];
  readonly functions: GlobalFunction[] = [];
  readonly aliases: GlobalAlias[] = [];
  readonly ifuncs: GlobalIFunc[] = [];
  readonly comdats: Comdat[] = [];
  readonly gcNames: string[] = [];
  private readonly sections: string[] = [];
  private paramsLeft = MAX_PARAMS;
  private readonly pending: ((resolve: Resolve) => void)[] = [];
  private readonly cursor: BitCursor;
  private readonly types: TypeTable;
  private readonly attributes: AttributeTable;
  private readonly values: Value[];
  private readonly strings: Buffer;

  constructor(
    cursor: BitCursor,
    types: TypeTable,
    attributes: AttributeTable,
    values: Value[],
    strings: Uint8Array,
  ) {
    this.cursor = cursor;
    this.types = types;
    this.attributes = attributes;
    this.values = values;
    this.strings = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
  }

  /** Takes in the cursor's record if it is about globals; other records are left alone. */
  readRecord(): void {
    const cursor: BitCursor = this.cursor;
    switch (cursor.code) {
      case MODULE_CODE.section:
        this.sections.push(cursor.text());
        break;
      case MODULE_CODE.gcName:
        this.gcNames.push(cursor.text());
        break;
      case MODULE_CODE.comdat: {
        const selection = SELECTIONS[cursor.word(2)];
        if (selection === undefined) cursor.fail("BW0404", "a comdat selection that does not exist");
        this.comdats.push({ name: this.name(0), selection });
        break;
      }
      case MODULE_CODE.global:
        this.readGlobal();
        break;
      case MODULE_CODE.function:
        this.readFunction();
        break;
      case MODULE_CODE.alias:
      case MODULE_CODE.ifunc:
        this.readAlias();
        break;
    }
  }

  /** Gives globals their initialisers and the like, once all constants are there. */
  resolve(resolve: Resolve): void {
    for (const fill of this.pending) fill(resolve);
    this.pending.length = 0;
  }

  private readGlobal(): void {
    const cursor: BitCursor = this.cursor;
    const flags = cursor.word(3);
    if ((flags & 2) === 0) cursor.fail("BW0407", "a global variable of an old form");
    const valueType = this.type(2);
    if (!isSized(valueType) && !(valueType.kind === "struct" && valueType.opaque)) {
      cursor.fail("BW0406", "a global variable of a type that has no size");
    }
    const linkage = this.linkage(5);
    const global: Mutable<GlobalVariable> = {
      kind: "global",
      type: this.types.pointer(flags >>> 2),
      valueType,
      isConstant: (flags & 1) !== 0,
      ...this.common(linkage, 8, 12, 10, 9, 15, 16),
      externallyInitialized: this.optional(11) !== 0,
      initializer: null,
      align: this.alignment(6),
      section: this.section(7),
      comdat: this.comdat(13),
      attributes: this.attributes.get(cursor, this.optional(14)).function,
      codeModel: CODE_MODELS[this.optional(19)] ?? null,
      sanitizer: SANITIZERS.filter((_, bit) => (this.optional(18) & (1 << bit)) !== 0),
      metadata: [],
    };
    const initializer = cursor.word(4);
    if (initializer !== 0) {
      this.pending.push((resolve) => {
        const value = resolve(initializer - 1);
        if (value.type !== valueType)
          cursor.fail("BW0406", "an initialiser of another type than its variable");
        global.initializer = value;
      });
    }
    this.globals.push(global);
    this.values.push(global);
  }

  private readFunction(): void {
    const cursor: BitCursor = this.cursor;
    const valueType = this.type(2);
    if (valueType.kind !== "function") cursor.fail("BW0406", "a function of a type that is no function's");
    this.paramsLeft -= valueType.params.length;
    if (this.paramsLeft < 0) cursor.fail("BW0408", "functions with too many parameters");
    const linkage = this.linkage(5);
    const gc = this.optional(10);
    const fn: Mutable<GlobalFunction> = {
      kind: "function",
      type: this.types.pointer(this.optional(18)),
      valueType,
      callingConvention: cursor.word(3),
      ...this.common(linkage, 9, 13, 11, null, 17, 19),
      attributes: this.attributes.get(cursor, cursor.word(6)),
      align: this.alignment(7),
      preferredAlign: cursor.length > 21 ? this.alignment(21) : null,
      section: this.section(8),
      comdat: this.comdat(14),
      gc: null,
      personality: null,
      prefix: null,
      prologue: null,
      isDeclaration: cursor.word(4) !== 0,
      args: [],
      blocks: [],
      slotCount: valueType.params.length,
      subprogram: null,
      metadata: [],
    };
    if (fn.isDeclaration) {
      fn.args = valueType.params.map((type, index) => ({
        kind: "argument",
        type,
        name: null,
        index,
        slot: index,
      }));
    }
    if (gc !== 0) {
      const name = this.gcNames[gc - 1];
      if (name === undefined) cursor.fail("BW0405", "a garbage collector that is not named");
      fn.gc = name;
    }
    for (const [field, at] of CONSTANT_FIELDS) {
      const id = this.optional(at);
      if (id !== 0) this.pending.push((resolve) => (fn[field] = resolve(id - 1)));
    }
    this.functions.push(fn);
    this.values.push(fn);
  }

  private readAlias(): void {
    const cursor: BitCursor = this.cursor;
    const isAlias = cursor.code === MODULE_CODE.alias;
    const valueType = this.type(2);
    const type = this.types.pointer(cursor.word(3));
    const target = cursor.word(4);
    const linkage = this.linkage(5);
    const none = null as unknown as Constant;
    if (isAlias) {
      const shared = this.common(linkage, 6, 7, 9, 8, 10, 11);
      const alias: Mutable<GlobalAlias> = { kind: "alias", type, valueType, ...shared, aliasee: none };
      this.pending.push((resolve) => (alias.aliasee = resolve(target)));
      this.aliases.push(alias);
      this.values.push(alias);
      return;
    }
    const shared = this.common(linkage, 6, null, null, null, 7, 8);
    const ifunc: Mutable<GlobalIFunc> = { kind: "ifunc", type, valueType, ...shared, resolver: none };
    this.pending.push((resolve) => (ifunc.resolver = resolve(target)));
    this.ifuncs.push(ifunc);
    this.values.push(ifunc);
  }

  /** The shared fields, from the given operands (null: this kind of global has none). */
  private common(
    linkage: Linkage,
    visibility: number,
    dllStorage: number | null,
    unnamed: number | null,
    threadLocal: number | null,
    dsoLocal: number,
    partition: number,
  ): Common {
    const visibilityName = VISIBILITIES[this.optional(visibility)] ?? "default";
    const isLocal = linkage === "internal" || linkage === "private";
    const implied = isLocal || (visibilityName !== "default" && linkage !== "extern_weak");
    return {
      name: this.name(0),
      linkage,
      visibility: isLocal ? "default" : visibilityName,
      dllStorage: DLL_STORAGES[dllStorage === null ? 0 : this.optional(dllStorage)] ?? "default",
      unnamedAddr: UNNAMED[unnamed === null ? 0 : this.optional(unnamed)] ?? "none",
      threadLocal: THREAD_LOCALS[threadLocal === null ? 0 : this.optional(threadLocal)] ?? "none",
      dsoLocal: implied || this.optional(dsoLocal) !== 0,
      partition:
        this.cursor.length > partition + 1 && this.cursor.word(partition + 1) > 0
          ? this.name(partition)
          : null,
    };
  }

  /** A name from the string table: offset and length in two operands. */
  private name(at: number): string {
    const from = this.cursor.word(at);
    const to = from + this.cursor.word(at + 1);
    if (to > this.strings.length) this.cursor.fail("BW0405", "a name outside the string table");
    return this.strings.toString("latin1", from, to);
  }

  private type(at: number): Type {
    return this.types.get(this.cursor, this.cursor.word(at));
  }

  private optional(at: number): number {
    return at < this.cursor.length ? this.cursor.word(at) : 0;
  }

  private linkage(at: number): Linkage {
    return LINKAGES[this.cursor.word(at)] ?? "external";
  }

  private alignment(at: number): number | null {
    const stored = this.optional(at);
    if (stored > 33) this.cursor.fail("BW0404", "an alignment of more than 2^32 bytes");
    return stored === 0 ? null : 2 ** (stored - 1);
  }

  private section(at: number): string | null {
    const number = this.optional(at);
    if (number === 0) return null;
    const section = this.sections[number - 1];
    if (section === undefined) this.cursor.fail("BW0405", `section ${String(number)} does not exist`);
    return section;
  }

  private comdat(at: number): Comdat | null {
    const number = this.optional(at);
    if (number === 0) return null;
    const comdat = this.comdats[number - 1];
    if (comdat === undefined) this.cursor.fail("BW0405", `comdat ${String(number)} does not exist`);
    return comdat;
  }
}
