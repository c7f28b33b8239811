// Branches in place of selects that the back end has no instruction for. It would make branches of them by itself, after
// the final IR, where nothing tells how often each way is taken; so they are made here, in the final IR's text, where they
// are blocks like any others. That concerns floating-point numbers on every core, and integers on cores without `isel`;
// `min` and `max` of integers are selects, too, and so are conditions that become numbers, and conversions to unsigned
// integers, which the floating-point unit lacks.

import { changeFunctions, entryName, isPhi, LABEL, locationOf, withLastParts } from "./ir-blocks.ts";
import { argumentValues, splitOperands } from "./operand-text.ts";

/** Which types of values need branches; "fptoui" stands for conversions to unsigned integers. */
export type NeedsBranch = (type: string) => boolean;

interface Select {
  readonly result: string;
  readonly condition: string;
  readonly type: string;
  readonly ifTrue: string;
  readonly ifFalse: string;
  /** The debug location, with its comma, or nothing. */
  readonly location: string;
  /** A comparison to put before it, or nothing. */
  readonly comparison: string;
  /** A second number that the branch decides on. */
  readonly phis: readonly { readonly name: string; readonly ifTrue: string; readonly ifFalse: string }[];
  /** What goes behind it. */
  readonly after: readonly string[];
}

const VALUE = String.raw`(?:%"[^"]*"|@"[^"]*"|[-+%@\w.$]+)`;
const ATTRIBUTES = String.raw`(?:\w+\([^)]*\) |\w+ )*?`;
const FLAGS = String.raw`(?:(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc) )*`;
const SELECT = new RegExp(String.raw`^  (${VALUE}) = select ${FLAGS}i1 (.*)$`);
const EXTREME = new RegExp(
  String.raw`^  (${VALUE}) = (?:tail |notail )?call ${ATTRIBUTES}(i\d+) @llvm\.([su])(min|max)\.i\d+\((.*)\)(?: #\d+)?((?:, !.*)?)$`,
);
const WIDENED = new RegExp(
  String.raw`^  (${VALUE}) = (zext|sext|uitofp|sitofp) (?:nneg )?i1 (${VALUE}) to (\w+)((?:, !.*)?)$`,
);
const TO_UNSIGNED = new RegExp(
  String.raw`^  (${VALUE}) = fptoui (float|double) (${VALUE}) to i32((?:, !.*)?)$`,
);
const COPYSIGN = new RegExp(
  String.raw`^  (${VALUE}) = (?:tail |notail )?call ${ATTRIBUTES}(float|double) @llvm\.copysign\.f\d+\((.*)\)(?: #\d+)?((?:, !.*)?)$`,
);
const ALONE = { comparison: "", phis: [], after: [] } as const;

/** IR text with branches in place of the selects of types that need them. */
export function selectsToBranches(ir: string, needsBranch: NeedsBranch): string {
  return changeFunctions(ir, (body) => changedFunction(body, needsBranch));
}

function changedFunction(body: readonly string[], needsBranch: NeedsBranch): readonly string[] {
  const out: string[] = [];
  /** The last piece of each block that was cut, by the block's name. */
  const lastPiece = new Map<string, string>();
  let block = entryName(body);
  let piece = block;
  let count = 0;
  let copies = 0;
  for (let at = 0; at < body.length; at += 1) {
    const line = body[at] ?? "";
    const label = LABEL.exec(line);
    if (label) {
      block = piece = label[1] ?? "";
      out.push(line);
      continue;
    }
    const group = selectsAt(body, at, needsBranch, count);
    const first = group[0];
    if (first === undefined) {
      const lines = needsBranch("double") ? copiedSign(line, `c${count}.${copies}`) : [line];
      if (lines.length > 1) copies += 1;
      out.push(...lines);
      continue;
    }
    const onFalse = `bw.false.${count}`;
    const join = `bw.join.${count}`;
    count += 1;
    if (first.comparison !== "") out.push(first.comparison);
    out.push(
      `  br i1 ${first.condition}, label %${join}, label %${onFalse}${first.location}`,
      "",
      `${onFalse}:`,
      // No code, but it keeps the block and its probe, which tell which way is which.
      `  call void asm sideeffect "", ""()${first.location}`,
      `  br label %${join}${first.location}`,
      "",
      `${join}:`,
      ...group.map(
        ({ result, type, ifTrue, ifFalse, location }) =>
          `  ${result} = phi ${type} [ ${ifTrue}, %${piece} ], [ ${ifFalse}, %${onFalse} ]${location}`,
      ),
      ...first.phis.map(
        ({ name, ifTrue, ifFalse }) =>
          `  ${name} = phi i32 [ ${ifTrue}, %${piece} ], [ ${ifFalse}, %${onFalse} ]${first.location}`,
      ),
      ...first.after,
    );
    piece = join;
    lastPiece.set(block, piece);
    at += group.length - 1;
  }
  if (count + copies === 0) return body;
  // Phis in place of selects have the right names.
  const isOld = (line: string): boolean => isPhi(line) && !/ %bw\.false\.\d+ \]/.test(line);
  return out.map((line) => (isOld(line) ? withLastParts(line, lastPiece) : line));
}

/** The selects from a line on that one branch does: with one condition, and not using each other. */
function selectsAt(
  body: readonly string[],
  from: number,
  needsBranch: NeedsBranch,
  count: number,
): readonly Select[] {
  const group: Select[] = [];
  for (let at = from; at < body.length; at += 1) {
    const select = readSelect(body[at] ?? "", count);
    if (select === null || !needsBranch(select.after.length > 0 ? "fptoui" : select.type)) break;
    const [first] = group;
    if (first !== undefined) {
      const uses = [select.ifTrue, select.ifFalse];
      if (select.comparison !== "" || select.condition !== first.condition) break;
      if (group.some(({ result }) => uses.includes(result))) break;
    }
    group.push(select);
    if (select.comparison !== "") break;
  }
  return group;
}

function readSelect(line: string, count: number): Select | null {
  const select = SELECT.exec(line);
  if (select) {
    const [, result = "", operands = ""] = select;
    const [condition = "", one = "", other = "", ...metadata] = splitOperands(operands);
    const type = /^\w+(?= )/.exec(one)?.[0];
    if (type === undefined || !other.startsWith(`${type} `)) return null;
    return {
      result,
      condition,
      type,
      ifTrue: one.slice(type.length + 1),
      ifFalse: other.slice(type.length + 1),
      location: locationOf(metadata.map((part) => `, ${part}`).join("")),
      ...ALONE,
    };
  }
  const widened = WIDENED.exec(line);
  if (widened) {
    const [, result = "", cast = "", condition = "", type = "", metadata = ""] = widened;
    const one = cast === "zext" ? "1" : cast === "sext" ? "-1" : cast === "uitofp" ? "1.0" : "-1.0";
    const ifFalse = cast.endsWith("fp") ? "0.0" : "0";
    return { result, condition, type, ifTrue: one, ifFalse, location: locationOf(metadata), ...ALONE };
  }
  const toUnsigned = TO_UNSIGNED.exec(line);
  if (toUnsigned) return unsignedConversion(toUnsigned, count);
  const extreme = EXTREME.exec(line);
  if (!extreme) return null;
  const [, result = "", type = "", sign = "", which = "", list = "", metadata = ""] = extreme;
  const [left = "", right = ""] = argumentValues(list);
  const location = locationOf(metadata);
  const condition = `%bw.which.${count}`;
  const predicate = `${sign}${which === "max" ? "gt" : "lt"}`;
  const comparison = `  ${condition} = icmp ${predicate} ${type} ${left}, ${right}${location}`;
  return { result, condition, type, ifTrue: left, ifFalse: right, location, comparison, phis: [], after: [] };
}

/** `copysign` on bits: the floating-point unit has no instruction for it, and would branch on the sign. */
function copiedSign(line: string, count: string): string[] {
  const found = COPYSIGN.exec(line);
  if (!found) return [line];
  const [, result = "", type = "", list = "", metadata = ""] = found;
  const [size = "", sign = ""] = argumentValues(list);
  const location = locationOf(metadata);
  const integer = type === "double" ? "i64" : "i32";
  const top = type === "double" ? 1n << 63n : 1n << 31n;
  const name = (part: string): string => `%bw.${part}.${count}`;
  return [
    `  ${name("size")} = bitcast ${type} ${size} to ${integer}${location}`,
    `  ${name("sign")} = bitcast ${type} ${sign} to ${integer}${location}`,
    `  ${name("rest")} = and ${integer} ${name("size")}, ${top - 1n}${location}`,
    `  ${name("top")} = and ${integer} ${name("sign")}, ${-top}${location}`,
    `  ${name("both")} = or ${integer} ${name("rest")}, ${name("top")}${location}`,
    `  ${result} = bitcast ${integer} ${name("both")} to ${type}${location}`,
  ];
}

/** From 2^31 on, the number less 2^31 is converted, and the upper bit set. */
function unsignedConversion(found: RegExpExecArray, count: number): Select {
  const [, result = "", type = "", operand = "", metadata = ""] = found;
  const location = locationOf(metadata);
  const name = (part: string): string => `%bw.${part}.${count}`;
  const limit = "0x41E0000000000000";
  return {
    result: name("less"),
    condition: name("small"),
    type,
    ifTrue: "0.0",
    ifFalse: limit,
    location,
    comparison: `  ${name("small")} = fcmp olt ${type} ${operand}, ${limit}${location}`,
    phis: [{ name: name("bit"), ifTrue: "0", ifFalse: "-2147483648" }],
    after: [
      `  ${name("moved")} = fsub ${type} ${operand}, ${name("less")}${location}`,
      `  ${name("signed")} = fptosi ${type} ${name("moved")} to i32${location}`,
      `  ${result} = xor i32 ${name("signed")}, ${name("bit")}${location}`,
    ],
  };
}
