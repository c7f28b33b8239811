// The whole file: wrapper, top-level blocks, and the module block with its globals.
//
// Names are in a string table that follows the module, so the top level is gone over twice: first for the
// tables, then for the module. Function bodies come last in the module, when every table they need is there.

import { AttributeTable } from "./attributes.ts";
import { BitCursor, BLOCK, END, MAX_BYTES } from "./bitstream.ts";
import { BLOCK_ID, MODULE_CODE } from "./codes.ts";
import { isConstant, readConstants, type Mutable } from "./constants.ts";
import { BitcodeError } from "./error.ts";
import { readFunction } from "./function.ts";
import { GlobalReader } from "./globals.ts";
import { MAX_ATTACHMENTS, MetadataTable, type KindedAttachment } from "./metadata.ts";
import type { Constant, GlobalFunction, Module, Value } from "./module.ts";
import type { ModuleTables } from "./tables.ts";
import { TypeTable } from "./types.ts";

const MAGIC = 0xdec04342;
const WRAPPER_MAGIC = 0x0b17c0de;

/**
 * Reads an LLVM bitcode file (as LLVM 19 to 22 write it), function bodies included.
 *
 * @throws BitcodeError for anything that is not a whole and consistent module; no other error for any input.
 */
export function readModule(bytes: Uint8Array): Module {
  const body = unwrapped(bytes);
  const cursor = new BitCursor(body, 32);
  const top = scanTop(cursor);
  cursor.position = 32;
  return new ModuleReader(new BitCursor(body, 32), top).read();
}

function unwrapped(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_BYTES) throw new BitcodeError("BW0408", "the file is larger than 256 MiB");
  if (bytes.length < 8) throw new BitcodeError("BW0401", "the file is too short to be LLVM bitcode");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let body = bytes;
  if (view.getUint32(0, true) === WRAPPER_MAGIC) {
    if (bytes.length < 20) throw new BitcodeError("BW0402", "the bitcode wrapper is cut short");
    const offset = view.getUint32(8, true);
    const size = view.getUint32(12, true);
    if (offset + size > bytes.length)
      throw new BitcodeError("BW0402", "the bitcode wrapper names more bytes than there are");
    body = bytes.subarray(offset, offset + size);
  }
  if (body.length < 8 || new DataView(body.buffer, body.byteOffset, 4).getUint32(0, true) !== MAGIC) {
    throw new BitcodeError("BW0401", "this is not LLVM bitcode: it does not start with 'BC' 0xC0DE");
  }
  return body;
}

interface TopLevel {
  readonly producer: string;
  readonly epoch: number;
  readonly strings: Uint8Array;
}

function scanTop(cursor: BitCursor): TopLevel {
  let producer = "";
  let epoch = 0;
  let strings: Uint8Array | null = null;
  let modules = 0;
  for (;;) {
    const found = cursor.next();
    if (found === END) break;
    switch (cursor.blockId) {
      case BLOCK_ID.identification:
        eachRecord(cursor, () => {
          if (cursor.code === 1) producer = cursor.text();
          else if (cursor.code === 2) epoch = cursor.word(0);
        });
        break;
      case BLOCK_ID.module:
        modules += 1;
        cursor.skip();
        break;
      case BLOCK_ID.stringTable:
        eachRecord(cursor, () => {
          if (cursor.code === 1 && cursor.blob !== null) strings ??= cursor.blob;
        });
        break;
      default:
        cursor.skip();
    }
  }
  if (modules === 0) cursor.fail("BW0402", "the bitcode holds no module");
  if (modules > 1) cursor.fail("BW0407", "the bitcode holds several modules");
  if (epoch !== 0) cursor.fail("BW0407", `bitcode of epoch ${String(epoch)}, which only its own LLVM reads`);
  return { producer, epoch, strings: strings ?? new Uint8Array(0) };
}

function eachRecord(cursor: BitCursor, use: () => void): void {
  cursor.enter();
  for (;;) {
    const found = cursor.next();
    if (found === END) return;
    if (found === BLOCK) cursor.skip();
    else use();
  }
}

class ModuleReader implements ModuleTables {
  readonly cursor: BitCursor;
  readonly types = new TypeTable();
  readonly attributes = new AttributeTable();
  readonly metadata: MetadataTable;
  readonly values: Value[] = [];
  readonly bundleTags: string[] = [];
  readonly syncScopes: string[] = [];
  private readonly globals: GlobalReader;
  private readonly module: Mutable<Module>;
  /** Bodies that are still to come, in the order of their declarations. */
  private bodies: Mutable<GlobalFunction>[] = [];
  private nextBody = 0;
  private globalsResolved = false;

  constructor(cursor: BitCursor, top: TopLevel) {
    this.cursor = cursor;
    this.metadata = new MetadataTable(cursor, this.types, this.values, (value, attachments) => {
      this.attachTo(value, attachments);
    });
    this.globals = new GlobalReader(cursor, this.types, this.attributes, this.values, top.strings);
    this.module = {
      producer: top.producer,
      epoch: top.epoch,
      sourceFileName: "",
      triple: "",
      dataLayout: "",
      asm: "",
      types: this.types.all,
      globals: this.globals.globals,
      functions: this.globals.functions,
      aliases: this.globals.aliases,
      ifuncs: this.globals.ifuncs,
      comdats: this.globals.comdats,
      metadata: this.metadata.nodes,
      namedMetadata: this.metadata.named,
      syncScopes: this.syncScopes,
      gcNames: this.globals.gcNames,
    };
  }

  read(): Module {
    const cursor: BitCursor = this.cursor;
    for (;;) {
      const found = cursor.next();
      if (found === END) break;
      if (found === BLOCK && cursor.blockId === BLOCK_ID.module) this.readModuleBlock();
      else cursor.skip();
    }
    return this.module;
  }

  attachTo(value: Value, attachments: readonly KindedAttachment[]): void {
    if (value.kind !== "function" && value.kind !== "global") {
      this.cursor.fail("BW0406", "metadata attached to something that is no function or variable");
    }
    if (value.metadata.length > MAX_ATTACHMENTS) this.cursor.fail("BW0408", "too many attachments");
    // LLVM lists attachments by the number of their kind.
    const all = [...(value.metadata as readonly KindedAttachment[]), ...attachments];
    all.sort((left, right) => left.kind - right.kind);
    (value as Mutable<typeof value>).metadata = all;
    if (value.kind !== "function") return;
    const debug = all.find((attachment) => attachment.name === "dbg")?.node;
    if (debug?.kind === "node" && debug.tag === "DISubprogram") {
      (value as Mutable<GlobalFunction>).subprogram = debug;
    }
  }

  private readModuleBlock(): void {
    const cursor: BitCursor = this.cursor;
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) break;
      if (found === BLOCK) this.readNested();
      else this.readRecord();
    }
    this.resolveGlobals();
    if (this.nextBody !== this.bodies.length) cursor.fail("BW0404", "a function is defined but has no body");
  }

  private readNested(): void {
    const cursor: BitCursor = this.cursor;
    switch (cursor.blockId) {
      case BLOCK_ID.blockInfo:
        cursor.readBlockInfo();
        break;
      case BLOCK_ID.attributeGroups:
        this.attributes.readGroups(cursor, this.types);
        break;
      case BLOCK_ID.attributes:
        this.attributes.readLists(cursor);
        break;
      case BLOCK_ID.types:
        this.types.readBlock(cursor);
        break;
      case BLOCK_ID.constants:
        this.refuseAfterBodies("constants");
        readConstants(cursor, this.types, this.values);
        break;
      case BLOCK_ID.metadataKinds:
        this.metadata.readKinds();
        break;
      case BLOCK_ID.metadata:
        this.refuseAfterBodies("metadata");
        this.metadata.readBlock();
        this.metadata.resolveValues(true);
        break;
      case BLOCK_ID.bundleTags:
        eachRecord(cursor, () => this.bundleTags.push(cursor.text()));
        break;
      case BLOCK_ID.syncScopes:
        eachRecord(cursor, () => this.syncScopes.push(cursor.text()));
        break;
      case BLOCK_ID.function: {
        this.resolveGlobals();
        const fn = this.bodies[this.nextBody];
        if (fn === undefined) cursor.fail("BW0404", "a function body without a function");
        this.nextBody += 1;
        readFunction(this, fn);
        break;
      }
      default:
        // Value symbols (in the string table now), use lists and summaries say nothing that is kept.
        cursor.skip();
    }
  }

  private readRecord(): void {
    const { cursor, module } = this;
    switch (cursor.code) {
      case MODULE_CODE.version:
        if (cursor.number(0) !== 2) this.cursor.fail("BW0407", `module version ${String(cursor.number(0))}`);
        break;
      case MODULE_CODE.triple:
        module.triple = cursor.text();
        break;
      case MODULE_CODE.dataLayout:
        module.dataLayout = cursor.text();
        break;
      case MODULE_CODE.asm:
        module.asm = cursor.text();
        break;
      case MODULE_CODE.sourceFile:
        module.sourceFileName = cursor.text();
        break;
      default:
        this.refuseAfterBodies("globals");
        this.globals.readRecord();
    }
  }

  /** Value numbers of bodies follow the module's, so nothing of the module may come after the first body. */
  private refuseAfterBodies(what: string): void {
    if (this.globalsResolved) this.cursor.fail("BW0404", `${what} after the first function body`);
  }

  private resolveGlobals(): void {
    if (this.globalsResolved) return;
    this.globalsResolved = true;
    this.globals.resolve((id: number): Constant => {
      const value = this.values[id];
      if (value === undefined) this.cursor.fail("BW0405", `value ${String(id)} does not exist`);
      if (!isConstant(value)) this.cursor.fail("BW0406", `value ${String(id)} is not a constant`);
      return value;
    });
    this.bodies = this.globals.functions.filter((fn) => !fn.isDeclaration);
  }
}
