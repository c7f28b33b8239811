// Attributes of functions, parameters and calls: the two blocks that list them, and their names.

import { BLOCK, END, type BitCursor } from "./bitstream.ts";
import type { Attribute, AttributeList, ConstantRange } from "./module.ts";
import type { TypeTable } from "./types.ts";

const FUNCTION_INDEX = 0xffffffff;
const GROUP_ENTRY = 3;
const LIST_ENTRY = 2;

// Attribute numbers of the format, from 1.
const NAMES = (
  "align alwaysinline byval inlinehint inreg minsize naked nest noalias nobuiltin nocapture noduplicate " +
  "noimplicitfloat noinline nonlazybind noredzone noreturn nounwind optsize readnone readonly returned " +
  "returns_twice signext alignstack ssp sspreq sspstrong sret sanitize_address sanitize_thread sanitize_memory " +
  "uwtable zeroext builtin cold optnone inalloca nonnull jumptable dereferenceable dereferenceable_or_null " +
  "convergent safestack argmemonly swiftself swifterror norecurse inaccessiblememonly " +
  "inaccessiblemem_or_argmemonly allocsize writeonly speculatable strictfp sanitize_hwaddress nocf_check " +
  "optforfuzzing shadowcallstack speculative_load_hardening immarg willreturn nofree nosync sanitize_memtag " +
  "preallocated nomerge null_pointer_is_valid noundef byref mustprogress nocallback hot noprofile vscale_range " +
  "swiftasync nosanitize_coverage elementtype disable_sanitizer_instrumentation nosanitize_bounds allocalign " +
  "allocptr allockind presplitcoroutine fn_ret_thunk_extern skipprofile memory nofpclass optdebug writable " +
  "coro_only_destroy_when_complete dead_on_unwind range sanitize_numerical_stability initializes " +
  "hybrid_patchable sanitize_realtime sanitize_realtime_blocking coro_elide_safe noext nodivergencesource " +
  "sanitize_type captures dead_on_return sanitize_alloc_token nocreateundeforpoison denormal_fpenv nooutline"
).split(" ");

interface Group {
  readonly index: number;
  readonly attributes: readonly Attribute[];
}

export const NO_ATTRIBUTES: AttributeList = { function: [], return: [], params: [] };

export class AttributeTable {
  private readonly groups = new Map<number, Group>();
  private readonly lists: AttributeList[] = [];
  private padding = 1 << 22;

  /** The list with the file's number; 0 is the empty one. */
  get(cursor: BitCursor, number: number): AttributeList {
    if (number === 0) return NO_ATTRIBUTES;
    const list = this.lists[number - 1];
    if (list === undefined) cursor.fail("BW0405", `attribute list ${String(number)} does not exist`);
    return list;
  }

  readGroups(cursor: BitCursor, types: TypeTable): void {
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) return;
      if (found === BLOCK) cursor.skip();
      else if (cursor.code === GROUP_ENTRY) {
        this.groups.set(cursor.word(0), { index: cursor.word(1), attributes: readGroup(cursor, types) });
      }
    }
  }

  readLists(cursor: BitCursor): void {
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) return;
      if (found === BLOCK) cursor.skip();
      else if (cursor.code === LIST_ENTRY) this.lists.push(this.readList(cursor));
    }
  }

  private readList(cursor: BitCursor): AttributeList {
    let ofFunction: readonly Attribute[] = [];
    let ofReturn: readonly Attribute[] = [];
    const params: (readonly Attribute[])[] = [];
    for (let at = 0; at < cursor.length; at += 1) {
      const group = this.groups.get(cursor.word(at));
      if (group === undefined)
        cursor.fail("BW0405", `attribute group ${String(cursor.word(at))} does not exist`);
      if (group.index === FUNCTION_INDEX) ofFunction = group.attributes;
      else if (group.index === 0) ofReturn = group.attributes;
      else {
        const param = group.index - 1;
        // Groups come in the order of their parameters; the bound keeps a wild number from making a long array.
        this.padding -= Math.max(0, param - params.length);
        if (this.padding < 0) cursor.fail("BW0408", "attributes of too many parameters");
        while (params.length < param) params.push([]);
        params[param] = group.attributes;
      }
    }
    return { function: ofFunction, return: ofReturn, params };
  }
}

function readGroup(cursor: BitCursor, types: TypeTable): Attribute[] {
  const attributes: Attribute[] = [];
  let at = 2;
  const text = (): string => {
    const from = at;
    while (at < cursor.length && cursor.number(at) !== 0) at += 1;
    const value = cursor.text(from, at);
    cursor.number(at);
    at += 1;
    return value;
  };
  while (at < cursor.length) {
    const form = cursor.word(at);
    at += 1;
    if (form === 3 || form === 4) {
      const name = text();
      attributes.push({ kind: "string", name, value: form === 4 ? text() : "" });
      continue;
    }
    const name = attributeName(cursor.word(at));
    at += 1;
    switch (form) {
      case 0:
        // LLVM 20 and before: what is `captures(none)` since.
        if (name === "nocapture") attributes.push({ kind: "int", name: "captures", value: 0n });
        else attributes.push({ kind: "enum", name });
        break;
      case 1:
        attributes.push({ kind: "int", name, value: cursor.big(at) });
        at += 1;
        break;
      case 5:
        attributes.push({ kind: "type", name, type: null });
        break;
      case 6:
        attributes.push({ kind: "type", name, type: types.get(cursor, cursor.word(at)) });
        at += 1;
        break;
      case 7: {
        const { range, next } = readRange(cursor, at + 1, cursor.word(at));
        attributes.push({ kind: "range", name, ranges: [range] });
        at = next;
        break;
      }
      case 8: {
        const count = cursor.word(at);
        const width = cursor.word(at + 1);
        at += 2;
        const ranges: ConstantRange[] = [];
        for (let index = 0; index < count; index += 1) {
          const { range, next } = readRange(cursor, at, width);
          ranges.push(range);
          at = next;
        }
        attributes.push({ kind: "range", name, ranges });
        break;
      }
      default:
        cursor.fail("BW0407", `attribute form ${String(form)}`);
    }
  }
  return attributes;
}

/** A range at operand `at`; `next` is the operand after it. */
export function readRange(
  cursor: BitCursor,
  at: number,
  width: number,
): { readonly range: ConstantRange; readonly next: number } {
  if (width < 1 || width > 1 << 23) cursor.fail("BW0406", `a range of ${String(width)} bits`);
  if (width <= 64) {
    const low = BigInt.asIntN(width, cursor.signed(at));
    const high = BigInt.asIntN(width, cursor.signed(at + 1));
    return { range: { width, low, high }, next: at + 2 };
  }
  const counts = cursor.big(at);
  const lowWords = Number(counts & 0xffffffffn);
  const highWords = Number(counts >> 32n);
  const low = readWide(cursor, at + 1, lowWords, width);
  const high = readWide(cursor, at + 1 + lowWords, highWords, width);
  return { range: { width, low, high }, next: at + 1 + lowWords + highWords };
}

/** A sign-extended integer made of `count` 64-bit words from operand `at`, the low word first. */
export function readWide(cursor: BitCursor, at: number, count: number, width: number): bigint {
  if (count > (width + 63) / 64) cursor.fail("BW0404", "a wide number has more words than its type");
  let value = 0n;
  for (let index = 0; index < count; index += 1) {
    value |= BigInt.asUintN(64, cursor.signed(at + index)) << BigInt(64 * index);
  }
  return BigInt.asIntN(width, value);
}

function attributeName(code: number): string {
  // A number of a newer LLVM: kept, since attributes that are not known do not change what code means here.
  return NAMES[code - 1] ?? `attribute${String(code)}`;
}
