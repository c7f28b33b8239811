// JavaScript text of a call of a helper function that stands as a function of its own. One with references gives a single
// value: the result, then the values of the references, which are assigned here.
import type { Expression, HelperFunction, ValueType } from "../machine/action.ts";
import { convert, slice, value } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";

export interface CallSite {
  kept(v: Value): Value;
  emit(text: string): void;
  assign(target: Expression, v: Value): void;
}

/** The value of `name(…given)` as `type`; the call itself is emitted. */
export function helperCall(
  name: string,
  helper: HelperFunction,
  given: readonly Value[],
  outputs: readonly Expression[] | undefined,
  type: ValueType,
  at: CallSite,
): Value {
  const text = `${name}(${given.map((v) => v.js).join(",")})`;
  if (!helper.result) {
    at.emit(`${text};`);
    return value(type, "");
  }
  const all = at.kept(value(helper.result, text));
  if (!outputs) return convert(all, type);
  // The values of the references stand at the right end, the result before them.
  const own = helper.result.width - outputs.reduce((sum, o) => sum + o.type.width, 0);
  let first = own;
  for (const output of outputs) {
    const { width } = output.type;
    at.assign(output, slice(all, first, first + width - 1, { width, signed: false }));
    first += width;
  }
  return own === 0 ? value(type, "") : convert(slice(all, 0, own - 1, { width: own, signed: false }), type);
}
