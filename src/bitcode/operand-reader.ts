// The operands of instruction records: numbers relative to the instruction being read, and what they stand for.
//
// An operand that points forward (mostly in phis) gets a placeholder, and the instructions that hold one are gone
// over when the body is complete.

import type { BitCursor } from "./bitstream.ts";
import type { Mutable } from "./constants.ts";
import type { GlobalFunction, Instruction, OperandBundle, Ordering, Type, Value } from "./module.ts";
import { ORDERINGS } from "./operators.ts";
import type { ModuleTables } from "./tables.ts";
import type { TypeTable } from "./types.ts";

export const NONE: readonly never[] = [];

/** Stands for a value that comes later in the function; never left in a finished one. */
interface Forward {
  readonly kind: "forward";
  readonly type: Type;
  readonly id: number;
}

/**
 * The fields that all instructions have. The frequent instructions spell them out instead: spreading an object into
 * a literal made reading four times slower.
 */
export function common(type: Type): {
  kind: "instruction";
  type: Type;
  slot: number;
  name: null;
  debugLocation: null;
  metadata: readonly never[];
  debugRecords: readonly never[];
} {
  return {
    kind: "instruction",
    type,
    slot: -1,
    name: null,
    debugLocation: null,
    metadata: NONE,
    debugRecords: NONE,
  };
}
export class OperandReader {
  /** Slots given so far. */
  slotCount: number;
  protected readonly tables: ModuleTables;
  protected readonly cursor: BitCursor;
  protected readonly types: TypeTable;
  protected readonly values: Value[];
  protected readonly fn: GlobalFunction;
  protected readonly void: Type;
  protected readonly i1: Type;
  /** Next operand of the record. */
  protected at = 0;
  protected sawForward = false;
  protected readonly unfinished: Instruction[] = [];
  protected readonly unfinishedValues: Mutable<{ value: Value }>[] = [];
  protected bundles: OperandBundle[] = [];
  protected blockCount = 0;
  constructor(tables: ModuleTables, fn: GlobalFunction) {
    this.tables = tables;
    this.cursor = tables.cursor;
    this.types = tables.types;
    this.values = tables.values;
    this.fn = fn;
    this.void = tables.types.simple("void");
    this.i1 = tables.types.integer(1);
    this.slotCount = fn.valueType.params.length;
  }

  /** Puts the values in place of what stood for them. Call at the end of the body. */
  finish(): void {
    if (this.bundles.length > 0) this.cursor.fail("BW0404", "operand bundles without a call");
    for (const instruction of this.unfinished) this.patch(instruction as unknown as Record<string, unknown>);
    for (const entry of this.unfinishedValues) entry.value = this.resolved(entry.value);
  }

  private patch(holder: Record<string, unknown>): void {
    for (const key of Object.keys(holder)) {
      const field = holder[key];
      if (Array.isArray(field)) {
        for (let index = 0; index < field.length; index += 1) {
          const element: unknown = field[index];
          if (isForward(element)) field[index] = this.resolved(element);
        }
      } else if (isForward(field)) holder[key] = this.resolved(field);
    }
  }

  private resolved(value: unknown): Value {
    if (!isForward(value)) return value as Value;
    const found = this.values[value.id];
    if (found === undefined) this.cursor.fail("BW0405", `value ${String(value.id)} does not exist`);
    if (found.type !== value.type) this.cursor.fail("BW0406", `value ${String(value.id)} has another type`);
    return found;
  }

  protected word(): number {
    const value = this.cursor.word(this.at);
    this.at += 1;
    return value;
  }

  protected optional(otherwise: number): number {
    return this.at < this.cursor.length ? this.word() : otherwise;
  }

  protected type(): Type {
    return this.types.get(this.cursor, this.word());
  }

  protected block(): number {
    const block = this.word();
    if (block >= this.blockCount) this.cursor.fail("BW0405", `block ${String(block)} does not exist`);
    return block;
  }

  protected ordering(): Ordering {
    const number = this.word();
    const ordering = ORDERINGS[number];
    if (ordering === undefined)
      this.cursor.fail("BW0404", `memory ordering ${String(number)} does not exist`);
    return ordering;
  }

  protected syncScope(): string {
    const number = this.word();
    const scope =
      this.tables.syncScopes[number] ?? (number === 0 ? "singlethread" : number === 1 ? "" : undefined);
    if (scope === undefined)
      this.cursor.fail("BW0405", `synchronization scope ${String(number)} does not exist`);
    return scope;
  }

  /** Alignments are stored as the exponent plus one, 0 for none. */
  protected alignment(stored: number): number | null {
    if (stored > 33) this.cursor.fail("BW0404", "an alignment of more than 2^32 bytes");
    return stored === 0 ? null : 2 ** (stored - 1);
  }

  protected alignmentNeeded(): number {
    const align = this.alignment(this.word());
    if (align === null) this.cursor.fail("BW0407", "a memory access without an alignment");
    return align;
  }

  protected vector(): Value {
    const value = this.typed();
    if (value.type.kind !== "vector")
      this.cursor.fail("BW0406", "an operation on something that is no vector");
    return value;
  }

  protected pointer(): Value {
    const value = this.typed();
    if (value.type.kind !== "pointer")
      this.cursor.fail("BW0406", "an access through something that is no pointer");
    return value;
  }

  /** A value whose type is in the record only if the value comes later. */
  protected typed(): Value {
    const id = (this.values.length - this.word()) >>> 0;
    const value = this.values[id];
    if (value !== undefined) return value;
    return this.forward(id, this.type());
  }

  /** A value whose type the instruction knows. */
  protected untyped(type: Type): Value {
    if (type.kind === "metadata") return this.metadataOperand(type);
    return this.valueAt((this.values.length - this.word()) >>> 0, type);
  }

  protected metadataOperand(type: Type): Value {
    const id = (this.values.length - this.word()) >>> 0;
    return { kind: "metadata", type, metadata: this.tables.metadata.get(id) };
  }

  protected valueAt(id: number, type: Type): Value {
    const value = this.values[id];
    if (value === undefined) return this.forward(id, type);
    if (value.type !== type) this.cursor.fail("BW0406", `value ${String(id)} has another type`);
    return value;
  }

  private forward(id: number, type: Type): Value {
    if (id < 0) this.cursor.fail("BW0405", "a value before the first");
    this.sawForward = true;
    const forward: Forward = { kind: "forward", type, id };
    return forward as unknown as Value;
  }

  /** A pair inside an instruction's list, whose value may have to be put in later. */
  protected entry<T extends { value: Value }>(entry: T): T {
    if (isForward(entry.value)) this.unfinishedValues.push(entry);
    return entry;
  }
}

function isForward(value: unknown): value is Forward {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "forward";
}
