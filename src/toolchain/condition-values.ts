// Conditions that leave a function, enter one or are stored: in a register they are the numbers 0 and 1. Where a condition stands
// in the condition register, a back end without `isel` makes that number with a branch. So it is written out in the final IR's
// text as a conversion, which selects.ts makes a branch of, and one back, which costs nothing.

import { splitOperands } from "./operand-text.ts";

const RESULT = /^  ret i1 (%\S+?)((?:, !.*)?)$/;
const STORED = /^  store (?:volatile )?i1 (%\S+?), ptr /;
const CALL = /^  (?:(?:%\S+|%"[^"]*") = )?(?:tail |musttail |notail )?call /;
const CONDITION_ARGUMENT = /^i1 (?:\w+(?:\([^)]*\))? )*(%\S+)$/;
/** What leaves a condition in a general register. */
const NUMBER = /^  (%\S+) = (?:(?:tail |musttail |notail )?call |trunc )/;
const LABEL = /^(?:"(?:[^"\\]|\\.)*"|[-\w$.]+):/;

/** The IR (as text) with these conditions made numbers. */
export function conditionsAsNumbers(ir: string): string {
  const out: string[] = [];
  /** Results of the block so far that are in general registers; null: outside of functions. */
  let numbers: Set<string> | null = null;
  let defined = new Set<string>();
  let count = 0;
  const lines = ir.split("\n");
  lines.forEach((line, at) => {
    if (line.startsWith("define ")) {
      numbers = new Set();
      defined = definitions(lines, at);
    } else if (line === "}") numbers = null;
    else if (LABEL.test(line)) numbers?.clear();
    if (numbers === null) return out.push(line);
    const known: ReadonlySet<string> = numbers;
    const number = line.includes(" @llvm.") ? undefined : NUMBER.exec(line)?.[1];
    let changed = line;
    for (const condition of new Set(conditionsOf(line))) {
      if (known.has(condition) || !defined.has(condition)) continue;
      const location = /, !dbg !\d+/.exec(line)?.[0] ?? "";
      const [value, bit] = [`%bw.value.${String(count)}`, `%bw.bit.${String(count)}`];
      count += 1;
      out.push(`  ${value} = zext i1 ${condition} to i32${location}`);
      out.push(`  ${bit} = trunc nuw i32 ${value} to i1${location}`);
      changed = withCondition(changed, condition, bit);
    }
    if (number !== undefined) numbers.add(number);
    return out.push(changed);
  });
  return out.join("\n");
}

/** Names that a function's instructions define: conditions that are its arguments are numbers already. */
function definitions(lines: readonly string[], from: number): Set<string> {
  const names = new Set<string>();
  for (let at = from + 1; at < lines.length && lines[at] !== "}"; at += 1) {
    const name = /^  (%"[^"]*"|%\S+) = /.exec(lines[at] ?? "")?.[1];
    if (name !== undefined) names.add(name);
  }
  return names;
}

function conditionsOf(line: string): readonly string[] {
  const alone = (RESULT.exec(line) ?? STORED.exec(line))?.[1];
  if (alone !== undefined) return [alone];
  if (!line.includes("(i1 ") && !line.includes(", i1 ")) return [];
  if (!CALL.test(line) || / @llvm\.| asm /.test(line)) return [];
  return argumentsOf(line).flatMap((argument) => CONDITION_ARGUMENT.exec(argument)?.[1] ?? []);
}

/** A call's arguments, with types and attributes. */
function argumentsOf(line: string): readonly string[] {
  const [from, to] = argumentSpan(line);
  return splitOperands(line.slice(from, to));
}

/** Where the list of a call's arguments stands: behind the callee's name, which follows its type. */
function argumentSpan(line: string): readonly [number, number] {
  const callee = / (?:@"(?:[^"\\]|\\.)*"|[@%][-\w$.]+|%"(?:[^"\\]|\\.)*")\(/.exec(line);
  if (callee === null) return [0, 0];
  const from = callee.index + callee[0].length;
  let depth = 1;
  let at = from;
  for (; at < line.length && depth > 0; at += 1) {
    if (line[at] === "(") depth += 1;
    else if (line[at] === ")") depth -= 1;
  }
  return [from, at - 1];
}

function withCondition(line: string, condition: string, bit: string): string {
  const [from, to] = CALL.test(line) ? argumentSpan(line) : [0, line.length];
  const exchange = (argument: string): string =>
    CONDITION_ARGUMENT.exec(argument)?.[1] === condition
      ? `${argument.slice(0, argument.length - condition.length)}${bit}`
      : argument;
  if (from > 0)
    return `${line.slice(0, from)}${splitOperands(line.slice(from, to)).map(exchange).join(", ")}${line.slice(to)}`;
  return line.replace(`i1 ${condition}`, `i1 ${bit}`);
}
