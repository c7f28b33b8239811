// METADATA blocks: strings, nodes, named lists and attachments. Nodes may refer to any other node of the module,
// later ones and themselves included, so a block's nodes are all made first and filled when it ends.
//
// A function's own nodes get numbers after the module's in the file and are dropped again after the function; in
// the `Module` every node keeps a number of its own (`node.id`).

import { BLOCK, END, type BitCursor } from "./bitstream.ts";
import type { Mutable } from "./constants.ts";
import { NODE_FORMS, type NodeForm, type NodeRecord } from "./metadata-nodes.ts";
import type {
  ArgListMetadata,
  Metadata,
  MetadataAttachment,
  MetadataField,
  MetadataNode,
  MetadataString,
  NamedMetadata,
  Value,
  ValueMetadata,
} from "./module.ts";
import type { TypeTable } from "./types.ts";

const CODE = {
  stringOld: 1,
  value: 2,
  node: 3,
  name: 4,
  distinctNode: 5,
  kind: 6,
  namedNode: 10,
  attachment: 11,
  strings: 35,
  globalAttachment: 36,
  indexOffset: 38,
  index: 39,
  argList: 46,
} as const;

const NO_METADATA: readonly (Metadata | null)[] = [];

/** To one value; a bound because adding one copies the list. */
export const MAX_ATTACHMENTS = 1000;

/** An attachment with the number of its kind, by which LLVM orders attachments. */
export interface KindedAttachment extends MetadataAttachment {
  readonly kind: number;
}

interface PendingNode {
  readonly node: Mutable<MetadataNode>;
  readonly form: NodeForm | null;
  readonly operands: readonly (number | bigint)[];
  readonly bit: number;
}

export class MetadataTable {
  /** Every node; index: `node.id`. */
  readonly nodes: MetadataNode[] = [];
  readonly named: NamedMetadata[] = [];
  /** By the file's number; a function's part is cut off again after it. */
  private readonly items: Metadata[] = [];
  private readonly kinds = new Map<number, string>();
  private pendingNodes: PendingNode[] = [];
  private pendingLists: { readonly list: Mutable<ArgListMetadata>; readonly ids: readonly number[] }[] = [];
  private pendingValues: {
    readonly item: Mutable<ValueMetadata>;
    readonly type: number;
    readonly id: number;
  }[] = [];
  private readonly cursor: BitCursor;
  private readonly types: TypeTable;
  private readonly values: readonly Value[];
  /** What the file attaches to globals and declared functions. */
  private readonly attach: (value: Value, attachments: readonly KindedAttachment[]) => void;

  constructor(
    cursor: BitCursor,
    types: TypeTable,
    values: readonly Value[],
    attach: (value: Value, attachments: readonly KindedAttachment[]) => void,
  ) {
    this.cursor = cursor;
    this.types = types;
    this.values = values;
    this.attach = attach;
  }

  get length(): number {
    return this.items.length;
  }

  /** Forgets the file's numbers from `length` on: the end of a function. */
  truncate(length: number): void {
    this.items.length = length;
  }

  /** The metadata with the file's number. */
  get(id: number): Metadata {
    const item = this.items[id];
    if (item === undefined) this.cursor.fail("BW0405", `metadata ${String(id)} does not exist`);
    return item;
  }

  /** The node with the file's number. */
  node(id: number): MetadataNode {
    const item = this.get(id);
    if (item.kind !== "node") this.cursor.fail("BW0406", `metadata ${String(id)} is not a node`);
    return item;
  }

  /** Reads the METADATA_KIND block that the cursor has just been told of. */
  readKinds(): void {
    const cursor: BitCursor = this.cursor;
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) return;
      if (found === BLOCK) cursor.skip();
      else if (cursor.code === CODE.kind) this.kinds.set(cursor.word(0), cursor.text(1));
    }
  }

  /** Reads the METADATA block that the cursor has just been told of, the module's or a function's. */
  readBlock(): void {
    const cursor: BitCursor = this.cursor;
    cursor.enter();
    let name: string | null = null;
    const named: { readonly name: string; readonly ids: readonly number[] }[] = [];
    const attachments: (() => void)[] = [];
    for (;;) {
      const found = cursor.next();
      if (found === END) break;
      if (found === BLOCK) {
        cursor.skip();
        continue;
      }
      switch (cursor.code) {
        case CODE.strings:
          this.readStrings();
          break;
        case CODE.stringOld:
          this.items.push({ kind: "string", value: cursor.text() });
          break;
        case CODE.name:
          name = cursor.text();
          break;
        case CODE.namedNode:
          if (name === null) cursor.fail("BW0404", "a metadata list without a name");
          named.push({ name, ids: cursor.numbers() });
          name = null;
          break;
        case CODE.kind:
          this.kinds.set(cursor.word(0), cursor.text(1));
          break;
        case CODE.value: {
          const item: Mutable<ValueMetadata> = { kind: "value", value: null as unknown as Value };
          this.pendingValues.push({ item, type: cursor.word(0), id: cursor.word(1) });
          this.items.push(item);
          break;
        }
        case CODE.argList: {
          const list: Mutable<ArgListMetadata> = { kind: "arglist", values: [] };
          this.pendingLists.push({ list, ids: cursor.numbers() });
          this.items.push(list);
          break;
        }
        case CODE.globalAttachment: {
          const id = cursor.word(0);
          const pairs = cursor.numbers();
          attachments.push(() => {
            const value = this.values[id];
            if (value === undefined) cursor.fail("BW0405", `value ${String(id)} does not exist`);
            this.attach(value, this.attachmentsOf(pairs, 1));
          });
          break;
        }
        case CODE.indexOffset:
        case CODE.index:
          // Only a help for reading a part of the block.
          break;
        default:
          this.readNode();
      }
    }
    this.fillNodes();
    for (const { name: ofList, ids } of named) {
      this.named.push({ name: ofList, operands: ids.map((id) => this.node(id)) });
    }
    for (const run of attachments) run();
  }

  /**
   * Gives value metadata its values as far as they exist; `all`: every one must (at a function's end, or after the
   * module's block).
   */
  resolveValues(all: boolean): void {
    const left: typeof this.pendingValues = [];
    for (const pending of this.pendingValues) {
      const value = this.values[pending.id];
      if (value === undefined) {
        if (all) this.cursor.fail("BW0405", `value ${String(pending.id)} does not exist`);
        left.push(pending);
      } else {
        if (value.type !== this.types.get(this.cursor, pending.type)) {
          this.cursor.fail("BW0406", `value ${String(pending.id)} has another type`);
        }
        pending.item.value = value;
      }
    }
    this.pendingValues = left;
  }

  /** Attachments as (kind, node) pairs from `from` on, in LLVM's order. */
  attachmentsOf(pairs: readonly number[], from: number): KindedAttachment[] {
    const attachments: KindedAttachment[] = [];
    if ((pairs.length - from) % 2 !== 0) this.cursor.fail("BW0404", "a malformed attachment");
    for (let at = from; at < pairs.length; at += 2) {
      const kind = pairs[at] as number;
      const name = this.kinds.get(kind);
      if (name === undefined) this.cursor.fail("BW0405", `metadata kind ${String(kind)} does not exist`);
      attachments.push({ kind, name, node: this.node(pairs[at + 1] as number) });
    }
    return attachments.sort((left, right) => left.kind - right.kind);
  }

  private readStrings(): void {
    const cursor: BitCursor = this.cursor;
    const count = cursor.word(0);
    const offset = cursor.word(1);
    const blob = cursor.blob;
    if (blob === null || offset > blob.length) cursor.fail("BW0404", "malformed metadata strings");
    let bit = 0;
    const end = offset * 8;
    let at = offset;
    const buffer = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
    for (let index = 0; index < count; index += 1) {
      // A 6-bit variable-width length, from a stream of its own inside the blob.
      let length = 0;
      let shift = 0;
      for (;;) {
        if (bit + 6 > end || shift > 30) cursor.fail("BW0404", "malformed metadata strings");
        const byte = bit >> 3;
        const piece = ((((blob[byte] as number) | ((blob[byte + 1] ?? 0) << 8)) >> (bit & 7)) & 63) >>> 0;
        bit += 6;
        length += (piece & 31) * 2 ** shift;
        shift += 5;
        if (piece < 32) break;
      }
      if (at + length > blob.length) cursor.fail("BW0404", "metadata strings are cut short");
      this.items.push({ kind: "string", value: buffer.toString("latin1", at, at + length) });
      at += length;
    }
  }

  private readNode(): void {
    const cursor: BitCursor = this.cursor;
    const plain = cursor.code === CODE.node || cursor.code === CODE.distinctNode;
    const form = plain ? null : NODE_FORMS[cursor.code];
    if (form === undefined) cursor.fail("BW0407", `metadata code ${String(cursor.code)}`);
    const operands: (number | bigint)[] = new Array<number>(cursor.length);
    for (let at = 0; at < cursor.length; at += 1) {
      operands[at] = (cursor.high[at] as number) < 1 << 21 ? cursor.number(at) : cursor.big(at);
    }
    const distinct = plain ? cursor.code === CODE.distinctNode : (Number(operands[0] ?? 0) & 1) !== 0;
    const node: Mutable<MetadataNode> = {
      kind: "node",
      id: this.nodes.length,
      tag: form === null ? "tuple" : form.tag,
      distinct,
      operands: NO_METADATA,
      fields: NO_FIELDS,
    };
    this.nodes.push(node);
    this.items.push(node);
    this.pendingNodes.push({ node, form, operands, bit: cursor.start });
  }

  private fillNodes(): void {
    const record = new PendingRecord(this.cursor, this.items);
    for (const { node, form, operands, bit } of this.pendingNodes) {
      record.operands = operands;
      this.cursor.start = bit;
      if (form === null) {
        const list = new Array<Metadata | null>(operands.length);
        for (let at = 0; at < operands.length; at += 1) list[at] = record.node(at);
        node.operands = list;
      } else {
        const fields = form.fields(record);
        node.fields = fields;
        if (form.distinct?.(fields) === true) node.distinct = true;
      }
    }
    this.pendingNodes = [];
    for (const { list, ids } of this.pendingLists) {
      list.values = ids.map((id) => {
        const item = this.get(id);
        if (item.kind !== "value")
          this.cursor.fail("BW0404", "an argument list of something else than values");
        return item;
      });
    }
    this.pendingLists = [];
  }
}

const NO_FIELDS: Readonly<Record<string, MetadataField>> = {};

class PendingRecord implements NodeRecord {
  operands: readonly (number | bigint)[] = [];
  private readonly cursor: BitCursor;
  private readonly items: readonly Metadata[];

  constructor(cursor: BitCursor, items: readonly Metadata[]) {
    this.cursor = cursor;
    this.items = items;
  }

  get length(): number {
    return this.operands.length;
  }

  int(index: number): number | bigint {
    const operand = this.operands[index];
    if (operand === undefined) this.fail("BW0404", "a metadata record has too few operands");
    return operand;
  }

  optional(index: number, otherwise: number): number | bigint {
    return this.operands[index] ?? otherwise;
  }

  signed(index: number): bigint {
    const value = BigInt(this.int(index));
    if ((value & 1n) === 0n) return value >> 1n;
    return value === 1n ? -(1n << 63n) : -(value >> 1n);
  }

  node(index: number): Metadata | null {
    const id = this.operands[index];
    if (id === undefined || id === 0) return null;
    return this.item(Number(id) - 1);
  }

  required(index: number): Metadata {
    return this.item(Number(this.int(index)));
  }

  string(index: number): MetadataString | null {
    const item = this.node(index);
    if (item === null) return null;
    if (item.kind !== "string") this.fail("BW0404", "a metadata record has a node where a string belongs");
    return item;
  }

  fail(code: "BW0404" | "BW0407", message: string): never {
    this.cursor.fail(code, message);
  }

  private item(id: number): Metadata {
    const item = this.items[id];
    if (item === undefined) this.cursor.fail("BW0405", `metadata ${String(id)} does not exist`);
    return item;
  }
}
