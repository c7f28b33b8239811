// Switches on integers wider than a register, as trees of comparisons in the final IR. The back end would make such a tree too,
// but of conditions on the halves of the number, several of them in one branch; comparisons of wide numbers are known by
// themselves, and each branch of the tree is one.

import { changeFunctions, entryName, isPhi, LABEL, locationOf } from "./ir-blocks.ts";
import { splitOperands } from "./operand-text.ts";

const NAME = String.raw`%(?:"(?:[^"\\]|\\.)*"|[-\w$.]+)`;
/** A switch on more bits than a register has: 33 and more. */
const SWITCH = new RegExp(String.raw`^  switch i(3[3-9]|[4-9]\d|\d{3,}) (\S+), label (${NAME}) \[$`, "m");
const CASE = new RegExp(String.raw`^    i\d+ (-?\d+), label (${NAME})$`);
const END = /^ {2}\](.*)$/;
const SOURCE = new RegExp(String.raw`(${NAME}) \]$`);

/** Single values that are asked for one after another rather than in halves. */
const CHAIN = 3;

interface WideSwitch {
  readonly bits: number;
  readonly value: string;
  readonly other: string;
  readonly cases: { readonly value: bigint; readonly target: string }[];
}

/** Neighbouring values with one target. */
interface Range {
  readonly low: bigint;
  readonly high: bigint;
  readonly target: string;
}

/** The IR with trees for these switches, or as it is. */
export function splitWideSwitches(ir: string): string {
  if (!SWITCH.test(ir)) return ir;
  let count = 0;
  return changeFunctions(ir, (body) => {
    const out: string[] = [];
    /** Target → block with the switch → the block between them. */
    const between = new Map<string, Map<string, string>>();
    let label = entryName(body);
    let open: WideSwitch | null = null;
    for (const line of body) {
      label = LABEL.exec(line)?.[1] ?? label;
      const [, bits, value = "", other = ""] = SWITCH.exec(line) ?? [];
      if (bits !== undefined) open = { bits: Number(bits), value, other, cases: [] };
      else if (open === null) out.push(line);
      else {
        const [, number, target = ""] = CASE.exec(line) ?? [];
        if (number !== undefined) open.cases.push({ value: BigInt(number), target });
        const end = END.exec(line);
        if (!end) continue;
        const name = `bw.wide.${String(count++)}`;
        const targets = new Set([open.other, ...open.cases.map((one) => one.target)]);
        const ways = new Map([...targets].map((to, i) => [to, `%${name}.way.${String(i)}`]));
        for (const [to, way] of ways)
          between.set(to, (between.get(to) ?? new Map<string, string>()).set(`%${label}`, way));
        for (const made of treeOf(open, name, ways, locationOf(end[1] ?? ""))) out.push(made);
        open = null;
      }
    }
    return between.size === 0 ? body : enteredBetween(out, between);
  });
}

/** A function whose phis get their values from the blocks between: one value of each, whatever the number of cases was. */
function enteredBetween(
  lines: readonly string[],
  between: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string[] {
  let ways: ReadonlyMap<string, string> | undefined;
  return lines.map((line) => {
    const label = LABEL.exec(line)?.[1];
    if (label !== undefined) ways = between.get(`%${label}`);
    if (ways === undefined || !isPhi(line)) return line;
    const entered = new Set<string>();
    const parts: string[] = [];
    for (const part of splitOperands(line)) {
      const from = SOURCE.exec(part)?.[1];
      const way = from === undefined ? undefined : ways.get(from);
      if (way === undefined) parts.push(part);
      else if (!entered.has(way)) parts.push(part.replace(SOURCE, () => `${way} ]`));
      if (way !== undefined) entered.add(way);
    }
    return `  ${parts.join(", ")}`;
  });
}

/** Comparisons and the blocks between them and the targets, all with the switch's debug location. */
function treeOf(
  { bits, value, cases, other }: WideSwitch,
  name: string,
  ways: ReadonlyMap<string, string>,
  location: string,
): string[] {
  const type = `i${String(bits)}`;
  const out: string[] = [];
  let count = 0;
  const fresh = (): string => `%${name}.${String(count++)}`;
  const to = (target: string): string => ways.get(target)!;
  const begin = (block: string): number => out.push("", `${block.slice(1)}:`);
  const jump = (block: string): number => out.push(`  br label ${block}${location}`);
  const ask = (predicate: string, left: string, right: bigint, yes: string, no: string): void => {
    const condition = fresh();
    out.push(`  ${condition} = icmp ${predicate} ${type} ${left}, ${String(right)}${location}`);
    out.push(`  br i1 ${condition}, label ${yes}, label ${no}${location}`);
  };
  /** Asks for ranges where the value is known to be from `least` to `most`. */
  const decide = (ranges: readonly Range[], least: bigint, most: bigint): void => {
    const [range] = ranges;
    if (range === undefined) jump(to(other));
    else if (ranges.length <= CHAIN && ranges.every(({ low, high }) => low === high)) {
      ranges.forEach((one, i) => {
        const next = i === ranges.length - 1 ? undefined : fresh();
        ask("eq", value, one.low, to(one.target), next ?? to(other));
        if (next !== undefined) begin(next);
      });
    } else if (ranges.length === 1) {
      const { low, high, target } = range;
      if (low === least && high === most) jump(to(target));
      else if (low === least) ask("sle", value, high, to(target), to(other));
      else if (high === most) ask("sge", value, low, to(target), to(other));
      else {
        const offset = fresh();
        out.push(`  ${offset} = sub ${type} ${value}, ${String(low)}${location}`);
        ask("ule", offset, high - low, to(target), to(other));
      }
    } else {
      const half = ranges.length >> 1;
      const pivot = ranges[half]!.low;
      const [lower, upper] = [fresh(), fresh()];
      ask("slt", value, pivot, lower, upper);
      begin(lower);
      decide(ranges.slice(0, half), least, pivot - 1n);
      begin(upper);
      decide(ranges.slice(half), pivot, most);
    }
  };
  const top = 1n << BigInt(bits - 1);
  decide(rangesOf(cases), -top, top - 1n);
  for (const [target, way] of ways) {
    begin(way);
    jump(target);
  }
  return out;
}

function rangesOf(cases: WideSwitch["cases"]): Range[] {
  const ranges: Range[] = [];
  for (const { value, target } of [...cases].sort((a, b) => (a.value < b.value ? -1 : 1))) {
    const last = ranges.at(-1);
    if (last !== undefined && last.target === target && last.high + 1n === value)
      ranges[ranges.length - 1] = { ...last, high: value };
    else ranges.push({ low: value, high: value, target });
  }
  return ranges;
}
