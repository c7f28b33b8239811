// Large plain data (what JSON can say) as bytes that are read many times as fast as JSON: arrays of objects become tables with a
// column for each key, numbers in binary. All arrays at the same place of the structure share one table. What is no such array
// stays JSON. A digest goes before the bytes, so that damaged ones are noticed.
import { createHash } from "node:crypto";

const DIGEST_BYTES = 32;

/** Marks, in the JSON part, an array whose rows are in a table: [table, first row, rows]. No data of ours has an empty key. */
const ROWS = "";

/** How a column's values are kept: in the binary part, or (texts, other values) in the JSON part with their indices in the binary one. */
type Kind = "integer" | "number" | "integers" | "text" | "other";

interface Column {
  readonly key: string;
  readonly kind: Kind;
  readonly values?: readonly unknown[];
}

/** Rows that have the same keys in the same order share a shape; a column holds values for the rows that have its key. */
interface Table {
  readonly shapes: readonly (readonly number[])[];
  readonly rows: number;
  readonly columns: readonly Column[];
}

interface Content {
  readonly data: unknown;
  readonly tables: readonly Table[];
}

type Row = Readonly<Record<string, unknown>>;

/** The bytes of `data`, which must be what JSON can say. */
export function encodeRows(data: unknown): Buffer {
  const gathered = new Map<string, { readonly number: number; readonly rows: Row[] }>();
  const reduced = JSON.stringify(gather(data, "", gathered));
  const chunks: Uint8Array[] = [];
  const tables = [...gathered.values()].map(({ rows }) => encodeTable(rows, chunks));
  // The data is text already; it is put in as it is.
  const head = Buffer.from(`{"data":${reduced},"tables":${JSON.stringify(tables)}}`);
  const length = Buffer.alloc(8);
  length.writeUInt32LE(head.length, 0);
  const padding = Buffer.alloc((8 - (head.length % 8)) % 8);
  const content = Buffer.concat([length, head, padding, ...chunks]);
  return Buffer.concat([digestOf(content), content]);
}

/** What `encodeRows` was given; undefined when the bytes are damaged. */
export function decodeRows(bytes: Uint8Array): unknown {
  if (bytes.length < DIGEST_BYTES + 8) return undefined;
  // In memory of its own: columns begin at multiples of eight.
  const content = Buffer.from(Uint8Array.prototype.slice.call(bytes, DIGEST_BYTES).buffer);
  if (!digestOf(content).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
  const length = content.readUInt32LE(0);
  const { data, tables } = JSON.parse(content.toString("utf8", 8, 8 + length)) as Content;
  let at = 8 + Math.ceil(length / 8) * 8;
  const integers = (count: number): Int32Array => {
    const values = new Int32Array(content.buffer, at, count);
    at += Math.ceil(count / 2) * 8;
    return values;
  };
  const numbers = (count: number): Float64Array => {
    const values = new Float64Array(content.buffer, at, count);
    at += count * 8;
    return values;
  };
  const rows = tables.map((table) => decodeTable(table, integers, numbers));
  return restore(data, rows);
}

function digestOf(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

/** The value with its arrays of objects replaced by places in tables. */
function gather(
  value: unknown,
  place: string,
  tables: Map<string, { readonly number: number; readonly rows: Row[] }>,
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, gather(one, `${place}.${key}`, tables)]),
    );
  }
  if (value.length === 0 || !value.every(isRow)) return value.map((one) => gather(one, `${place}[]`, tables));
  let table = tables.get(place);
  if (table === undefined) tables.set(place, (table = { number: tables.size, rows: [] }));
  const start = table.rows.length;
  // Arrays within the rows have a longer place, so theirs is another table.
  for (const one of value) table.rows.push(gather(one, `${place}[]`, tables) as Row);
  return { [ROWS]: [table.number, start, value.length] };
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function encodeTable(rows: readonly Row[], chunks: Uint8Array[]): Table {
  const keys = new Map<string, unknown[]>();
  const shapes = new Map<string, readonly number[]>();
  const shapeNumbers = new Map<string, number>();
  const shapeOf = rows.map((row) => {
    const present = Object.keys(row).filter((key) => row[key] !== undefined);
    const name = JSON.stringify(present);
    for (const key of present) {
      if (!keys.has(key)) keys.set(key, []);
      keys.get(key)!.push(row[key]);
    }
    if (!shapes.has(name)) {
      const order = [...keys.keys()];
      shapes.set(
        name,
        present.map((key) => order.indexOf(key)),
      );
      shapeNumbers.set(name, shapeNumbers.size);
    }
    return shapeNumbers.get(name)!;
  });
  putIntegers(shapeOf, chunks);
  const columns = [...keys].map(([key, values]) => encodeColumn(key, values, chunks));
  return { shapes: [...shapes.values()], rows: rows.length, columns };
}

function encodeColumn(key: string, values: readonly unknown[], chunks: Uint8Array[]): Column {
  putIntegers([values.length], chunks);
  if (values.every(isInteger)) {
    putIntegers(values, chunks);
    return { key, kind: "integer" };
  }
  if (values.every((value) => typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0))) {
    putBytes(new Uint8Array(Float64Array.from(values as number[]).buffer), chunks);
    return { key, kind: "number" };
  }
  if (values.every((value) => Array.isArray(value) && value.every(isInteger))) {
    const lists = values as number[][];
    const all = lists.flat();
    putIntegers([all.length], chunks);
    putIntegers(
      lists.map((list) => list.length),
      chunks,
    );
    putIntegers(all, chunks);
    return { key, kind: "integers" };
  }
  const texts = values.every((value) => typeof value === "string");
  const distinct = new Map<unknown, number>();
  const others: unknown[] = [];
  const indices = values.map((value) => {
    // Objects are each row's own.
    if (typeof value === "object" && value !== null) return others.push(value) - 1;
    const known = distinct.get(value);
    if (known !== undefined) return known;
    distinct.set(value, others.length);
    return others.push(value) - 1;
  });
  putIntegers(indices, chunks);
  return { key, kind: texts ? "text" : "other", values: others };
}

function isInteger(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value && !Object.is(value, -0);
}

function putIntegers(values: readonly number[], chunks: Uint8Array[]): void {
  putBytes(new Uint8Array(Int32Array.from(values).buffer), chunks);
}

/** Columns take multiples of eight bytes. */
function putBytes(bytes: Uint8Array, chunks: Uint8Array[]): void {
  chunks.push(bytes);
  if (bytes.length % 8 > 0) chunks.push(new Uint8Array(8 - (bytes.length % 8)));
}

/** Makes the next row of a shape. */
type Maker = () => Row;

interface DecodedTable {
  readonly rows: readonly Row[];
  /** Some values are no numbers and texts, and may be places in tables. */
  readonly nested: boolean;
}

function decodeTable(
  { shapes, rows, columns }: Table,
  integers: (count: number) => Int32Array,
  numbers: (count: number) => Float64Array,
): DecodedTable {
  const shapeOf = integers(rows);
  const read = columns.map((column) => readColumn(column, integers, numbers));
  const makers = shapes.map((shape) => maker(shape.map((column) => read[column]!)));
  const made: Row[] = [];
  for (const shape of shapeOf) made.push(makers[shape]!());
  return { rows: made, nested: columns.some(({ kind }) => kind === "other") };
}

/** A column's values, which are given one after the other: to rows of whatever shapes have its key. */
interface ReadColumn {
  readonly key: string;
  readonly kind: Kind;
  readonly values: Int32Array | Float64Array;
  readonly others: readonly unknown[];
  /** Of lists: how long each is. */
  readonly lengths: Int32Array;
  at: number;
  list: number;
}

function readColumn(
  { key, kind, values: others = [] }: Column,
  integers: (count: number) => Int32Array,
  numbers: (count: number) => Float64Array,
): ReadColumn {
  const count = integers(1)[0]!;
  const total = kind === "integers" ? integers(1)[0]! : count;
  const lengths = integers(kind === "integers" ? count : 0);
  const values = kind === "number" ? numbers(count) : integers(total);
  return { key, kind, values, others, lengths, at: 0, list: 0 };
}

function nextList(column: ReadColumn): number[] {
  const length = column.lengths[column.list++]!;
  const list: number[] = [];
  for (let i = 0; i < length; i++) list.push(column.values[column.at++]!);
  return list;
}

/** Makes objects by a literal with these keys, which the engine makes many times as fast as others. */
function maker(columns: readonly ReadColumn[]): Maker {
  const properties = columns.map(({ key, kind }, index) => {
    const next = `c${index}.values[c${index}.at++]`;
    const value =
      kind === "integers"
        ? `nextList(c${index})`
        : kind === "text" || kind === "other"
          ? `c${index}.others[${next}]`
          : next;
    return `[${JSON.stringify(key)}]: ${value}`.replace(/^\["([A-Za-z]\w*)"\]/, "$1");
  });
  const names = columns.map((_, index) => `c${index}`);
  return new Function("nextList", ...names, `return () => ({ ${properties.join(", ")} })`)(
    nextList,
    ...columns,
  ) as Maker;
}

/** The value with the tables' rows in their places. */
function restore(value: unknown, tables: readonly DecodedTable[]): unknown {
  const whole = (one: unknown): unknown => {
    if (typeof one !== "object" || one === null) return one;
    if (Array.isArray(one)) {
      for (let i = 0; i < one.length; i++) one[i] = whole(one[i]);
      return one;
    }
    const record = one as Record<string, unknown>;
    const place = record[ROWS];
    if (Array.isArray(place)) {
      const [table, start, count] = place as [number, number, number];
      return tables[table]!.rows.slice(start, start + count);
    }
    for (const key of Object.keys(record)) {
      const part = record[key];
      if (typeof part === "object" && part !== null) record[key] = whole(part);
    }
    return record;
  };
  for (const { rows, nested } of tables) if (nested) rows.forEach(whole);
  return whole(value);
}
