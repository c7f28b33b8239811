// Switches on integers wider than a register, as trees of comparisons in the final IR. The back end would make such a tree too,
// but of conditions on the halves of the number, several of them in one branch; comparisons of wide numbers are known by
// themselves, and each branch of the tree is one.

const SWITCH = /^ {2}switch i(\d+) (\S+), label (%(?:"[^"]*"|[-\w$.]+)) \[$/;
const CASE = /^ {4}i\d+ (-?\d+), label (%(?:"[^"]*"|[-\w$.]+))$/;
const END = /^ {2}\](.*)$/;
const LABEL = /^("[^"]*"|[-\w$.]+):/;
const DEFINE = /^define [^@]*@(?:"[^"]*"|[-\w$.]+)\((.*)/;

/** Bits of the widest number that a register holds. */
const REGISTER = 32;

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
  if (!/^ {2}switch i(?:3[3-9]|[4-9]\d|\d{3,}) /m.test(ir)) return ir;
  const lines: string[] = [];
  /** Of the function: `target from` → the block between. */
  let between = new Map<string, string>();
  let first = 0;
  let label = "";
  let count = 0;
  let open: WideSwitch | null = null;
  for (const line of ir.split("\n")) {
    const define = DEFINE.exec(line);
    if (define) {
      first = lines.length;
      between = new Map();
      // An entry block without a name has the number after the arguments'.
      label = String([...(define[1] ?? "").matchAll(/ %\d+(?=[,)])/g)].length);
    }
    label = LABEL.exec(line)?.[1] ?? label;
    const begun = SWITCH.exec(line);
    if (begun && Number(begun[1]) > REGISTER) {
      open = { bits: Number(begun[1]), value: begun[2]!, other: begun[3]!, cases: [] };
    } else if (open !== null) {
      const one = CASE.exec(line);
      if (one) open.cases.push({ value: BigInt(one[1]!), target: one[2]! });
      const end = END.exec(line);
      if (!end) continue;
      const name = `bw.wide.${String(count++)}`;
      const ways = [...new Set([open.other, ...open.cases.map(({ target }) => target)])];
      const way = new Map(ways.map((target, i) => [target, `%${name}.way.${String(i)}`]));
      for (const [target, to] of way) between.set(`${target} %${label}`, to);
      lines.push(...treeOf(open, name, way, end[1]!));
      open = null;
    } else {
      lines.push(line);
      if (line === "}" && between.size > 0) enterBetween(lines, first, between);
    }
  }
  return lines.join("\n");
}

/** Phis of a function's targets get their values from the blocks between. */
function enterBetween(lines: string[], first: number, between: ReadonlyMap<string, string>): void {
  let label = "";
  for (let i = first; i < lines.length; i++) {
    const line = lines[i]!;
    label = LABEL.exec(line)?.[1] ?? label;
    if (!/^ {2}%\S+ = phi /.test(line)) continue;
    const entered = new Set<string>();
    lines[i] = line.replace(
      /(, )?\[ ((?:[^[\]]|\[[^[\]]*\])*), (%(?:"[^"]*"|[-\w$.]+)) \]/g,
      (whole, comma: string | undefined, value: string, from: string) => {
        const to = between.get(`%${label} ${from}`);
        if (to === undefined) return whole;
        if (entered.has(from)) return "";
        entered.add(from);
        return `${comma ?? ""}[ ${value}, ${to} ]`;
      },
    );
  }
}

/** Comparisons and the blocks between them and the targets; `rest` is what stands behind the switch, such as its line. */
function treeOf(
  { bits, value, cases, other }: WideSwitch,
  name: string,
  way: ReadonlyMap<string, string>,
  rest: string,
): string[] {
  const type = `i${String(bits)}`;
  const out: string[] = [];
  let count = 0;
  const fresh = (): string => `${name}.${String(count++)}`;
  const to = (target: string): string => way.get(target)!;
  const ask = (predicate: string, left: string, right: bigint, yes: string, no: string): void => {
    const condition = `%${fresh()}`;
    out.push(`  ${condition} = icmp ${predicate} ${type} ${left}, ${String(right)}${rest}`);
    out.push(`  br i1 ${condition}, label ${yes}, label ${no}${rest}`);
  };
  const block = (): string => {
    const made = fresh();
    out.push("", `${made}:`);
    return made;
  };
  /** Asks for ranges where the value is known to be from `least` to `most`. */
  const decide = (ranges: readonly Range[], least: bigint, most: bigint): void => {
    const [range] = ranges;
    if (range === undefined) {
      out.push(`  br label ${to(other)}${rest}`);
    } else if (ranges.length <= CHAIN && ranges.every(({ low, high }) => low === high)) {
      ranges.forEach((one, i) => {
        const last = i === ranges.length - 1;
        const next = `%${name}.${String(count + 1)}`;
        ask("eq", value, one.low, to(one.target), last ? to(other) : next);
        if (!last) block();
      });
    } else if (ranges.length === 1) {
      const { low, high, target } = range;
      if (low === least && high === most) out.push(`  br label ${to(target)}${rest}`);
      else if (low === least) ask("sle", value, high, to(target), to(other));
      else if (high === most) ask("sge", value, low, to(target), to(other));
      else {
        const offset = `%${fresh()}`;
        out.push(`  ${offset} = sub ${type} ${value}, ${String(low)}${rest}`);
        ask("ule", offset, high - low, to(target), to(other));
      }
    } else {
      const half = ranges.length >> 1;
      const pivot = ranges[half]!.low;
      const at = out.length;
      out.push("", "");
      const lower = block();
      decide(ranges.slice(0, half), least, pivot - 1n);
      const upper = block();
      decide(ranges.slice(half), pivot, most);
      const condition = `%${fresh()}`;
      out[at] = `  ${condition} = icmp slt ${type} ${value}, ${String(pivot)}${rest}`;
      out[at + 1] = `  br i1 ${condition}, label %${lower}, label %${upper}${rest}`;
    }
  };
  decide(rangesOf(cases), -(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n);
  for (const [target, between] of way) out.push("", `${between.slice(1)}:`, `  br label ${target}${rest}`);
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
