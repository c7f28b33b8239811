// Conditions that leave a function, enter one or are stored: in a register they are the numbers 0 and 1. Where a condition stands
// in the condition register, a back end without `isel` makes that number with a branch. So it is written out in the final IR's
// text as a conversion, which selects.ts makes a branch of, and one back, which costs nothing.

import { LABEL, locationOf } from "./ir-blocks.ts";
import { splitOperands } from "./operand-text.ts";

const RESULT = /^  ret i1 (%\S+?)((?:, !.*)?)$/;
const STORED = /^  store (?:volatile )?i1 (%\S+?), ptr /;
const CALL = /^  (?:(?:%\S+|%"[^"]*") = )?(?:tail |musttail |notail )?call /;
const CONDITION_ARGUMENT = /^i1 (?:\w+(?:\([^)]*\))? )*(%\S+)$/;
/** What leaves a condition in a general register. */
const NUMBER = /^  (%\S+) = (?:(?:tail |musttail |notail )?call |trunc )/;

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
    const location = locationOf(line);
    const given = new Map<string, string>();
    const changed = withConditions(line, (condition) => {
      const already = given.get(condition);
      if (already !== undefined || known.has(condition) || !defined.has(condition))
        return already ?? condition;
      const [value, bit] = [`%bw.value.${String(count)}`, `%bw.bit.${String(count)}`];
      count += 1;
      out.push(`  ${value} = zext i1 ${condition} to i32${location}`);
      out.push(`  ${bit} = trunc nuw i32 ${value} to i1${location}`);
      given.set(condition, bit);
      return bit;
    });
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

/** The line with `give(condition)` for each condition that it returns, stores or passes. */
function withConditions(line: string, give: (condition: string) => string): string {
  const alone = (RESULT.exec(line) ?? STORED.exec(line))?.[1];
  if (alone !== undefined) return line.replace(`i1 ${alone}`, `i1 ${give(alone)}`);
  if (!line.includes("(i1 ") && !line.includes(", i1 ")) return line;
  if (!CALL.test(line) || / @llvm\.| asm /.test(line)) return line;
  const [from, to] = argumentSpan(line);
  const passed = splitOperands(line.slice(from, to)).map((argument) => {
    const condition = CONDITION_ARGUMENT.exec(argument)?.[1];
    return condition === undefined ? argument : `${argument.slice(0, -condition.length)}${give(condition)}`;
  });
  return `${line.slice(0, from)}${passed.join(", ")}${line.slice(to)}`;
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
