// The recorded cases of a checkout: each is one run of a model whose result a file records. They come from the calls
// `model_test(…)` and `ext_model_test(…)` and from hashes with `cmd` and `checker` in the suite's regression script, which
// is read as data. What their options mean is told in the suite's own comments on those functions.
import { elementsOf, readPerl } from "./perl.ts";
import type { PerlNode } from "./perl.ts";

export interface ConformCase {
  readonly model: string;
  /** Name of the result file without its folder and ending; with the options when the model runs it twice. */
  readonly name: string;
  /** Line of the regression script. */
  readonly line: number;
  /** Files that set up the run, in order; `$src` is already put in. */
  readonly inputs: readonly string[];
  /** The file that records the result. */
  readonly results: string;
  /** Options of the model, as words. */
  readonly flags: readonly string[];
  /** Names of registers that are not compared, of line kinds (`C`, `MD` …), of fields (`RPN`). */
  readonly ignoredRegisters: readonly string[];
  readonly ignoredKinds: readonly string[];
  readonly ignoredFields: readonly string[];
  readonly ignoreTiming: boolean;
  /** Renames cores in the recorded file. */
  readonly coreNames: ReadonlyMap<string, string>;
  /** The comparison has to fail: the file records what is wrong on purpose. */
  readonly mustDiffer: boolean;
}

export interface SkippedCase {
  readonly line: number;
  readonly what: string;
  readonly reason: string;
}

export interface CaseList {
  readonly cases: readonly ConformCase[];
  /** Entries that are no comparison with a recorded result. */
  readonly skipped: readonly SkippedCase[];
}

/** `folder`: what `$src` stands for. */
export function readCases(script: string, folder: string): CaseList {
  const nodes = readPerl(script);
  const functions = functionsOf(nodes);
  const cases: ConformCase[] = [];
  const skipped: SkippedCase[] = [];
  const visit = (items: readonly PerlNode[]): void => {
    items.forEach((node, index) => {
      const before = items[index - 1];
      if (node.kind !== "group") return;
      const called = before?.kind === "word" ? before.text : "";
      if (node.open === "(" && MODEL_TESTS.has(called)) {
        // The one for compiled models has a condition before the rest.
        const elements = elementsOf(node.items).filter((_, at) => called === "model_test" || at > 0);
        const one = modelTest(elements, folder, node.line);
        if (one) cases.push(one);
      } else if (node.open === "(" && called === "ext_model_test") {
        const one = extendedTest(pairsOf(node.items), folder, node.line);
        if (one) cases.push(one);
      } else if (node.open === "{" && called !== "sub" && pairsOf(node.items).has("cmd")) {
        const one = commandTest(pairsOf(node.items), functions, folder, node.line);
        if ("reason" in one) skipped.push(one);
        else cases.push(one);
      } else visit(node.items);
    });
  };
  visit(nodes);
  return { cases: uniqueNames(cases), skipped };
}

const MODEL_TESTS = new Set(["model_test", "jit_model_test"]);

function modelTest(
  elements: readonly (readonly PerlNode[])[],
  folder: string,
  line: number,
): ConformCase | undefined {
  const command = textOf(elements[0]);
  const file = textOf(elements[1]);
  if (command === undefined || file === undefined) return undefined;
  return makeCase(folder, line, {
    command,
    results: /\.elf$/.test(file) ? file.replace(/\.elf$/, ".dat") : file,
    inputs: [file],
    mustDiffer: truth(elements[2]),
    ignores: stringsOf(elements[4]),
    flags: textOf(elements[5]) ?? "",
  });
}

function extendedTest(
  pairs: ReadonlyMap<string, readonly PerlNode[]>,
  folder: string,
  line: number,
): ConformCase | undefined {
  const model = textOf(pairs.get("model"));
  const results = textOf(pairs.get("results"));
  if (model === undefined || results === undefined) return undefined;
  const input = textOf(pairs.get("input"));
  return makeCase(folder, line, {
    command: `${model} ${textOf(pairs.get("flags")) ?? ""}`,
    results,
    inputs: (input ?? results).split(/\s+/).filter((word) => word !== ""),
    mustDiffer: truth(pairs.get("fail")),
    ignores: stringsOf(pairs.get("ignores")),
    flags: textOf(pairs.get("td_flags")) ?? "",
  });
}

/** A command with a checker of its own: a case when the checker compares with a recorded result. */
function commandTest(
  pairs: ReadonlyMap<string, readonly PerlNode[]>,
  functions: ReadonlyMap<string, readonly PerlNode[]>,
  folder: string,
  line: number,
): ConformCase | SkippedCase {
  const command = textOf(pairs.get("cmd")) ?? "";
  const skip = (reason: string): SkippedCase => ({ line, what: command, reason });
  if (truth(pairs.get("fail"))) return skip("the run has to fail");
  const checker = pairs.get("checker") ?? [];
  const named = checker.find((node) => node.kind === "word" && node.text.startsWith("\\&"));
  const body = named?.kind === "word" ? (functions.get(named.text.slice(2)) ?? []) : checker;
  const [check] = callsOf(body, "check_results");
  const results = textOf(check?.[0]);
  if (!check || results === undefined) return skip("checks what the simulator prints, not a recorded result");
  const words = command.split(/\s+/).filter((word) => word !== "" && word !== ">");
  const inputs = words.slice(1).filter((word) => /\.(dat|elf)$/.test(word) && !word.startsWith("-"));
  return makeCase(folder, line, {
    command: words.filter((word) => !inputs.includes(word)).join(" "),
    results,
    inputs,
    mustDiffer: false,
    ignores: stringsOf(check[5]),
    flags: textOf(check[6]) ?? "",
  });
}

function makeCase(
  folder: string,
  line: number,
  from: {
    command: string;
    results: string;
    inputs: readonly string[];
    mustDiffer: boolean;
    ignores: readonly string[];
    flags: string;
  },
): ConformCase {
  const put = (text: string): string => text.replaceAll("$src", folder);
  const [program = "", ...flags] = put(from.command)
    .split(/\s+/)
    .filter((word) => word !== "");
  const ignored = (prefix: string): string[] =>
    from.ignores.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  const ignoredRegisters = from.ignores.filter((one) => !one.includes(":") && one !== "extra-mem");
  const ignoredKinds = ignored("card:");
  const ignoredFields = ignored("field:");
  const coreNames = new Map<string, string>();
  let ignoreTiming = false;
  for (const flag of from.flags.split(/\s+/)) {
    const [name = "", value = ""] = splitOption(flag);
    if (name === "ignore-timing") ignoreTiming = true;
    else if (name === "ignore-field") ignoredFields.push(value);
    else if (name === "ignore-card" || name === "ic") ignoredKinds.push(value);
    else if (name === "ignore-reg") ignoredRegisters.push(value);
    else if (name === "map-core-name") coreNames.set(value.split(":")[0]!, value.split(":")[1] ?? "");
  }
  const results = put(from.results);
  return {
    model: program.replace(/^.*\//, ""),
    name: results.replace(/^.*\//, "").replace(/\.dat$/, ""),
    line,
    inputs: from.inputs.map(put),
    results,
    flags,
    ignoredRegisters,
    ignoredKinds,
    ignoredFields,
    ignoreTiming,
    coreNames,
    mustDiffer: from.mustDiffer,
  };
}

/** `--name=value`, with one dash or two, as [name, value]. */
export function splitOption(flag: string): readonly [string, string] {
  const match = /^--?([^=]+)(?:=(.*))?$/.exec(flag);
  return match ? [match[1]!, match[2] ?? ""] : ["", flag];
}

/** Runs of one model against the same file are told apart by their options. */
function uniqueNames(cases: readonly ConformCase[]): ConformCase[] {
  const count = new Map<string, number>();
  return cases.map((one) => {
    const key = `${one.model} ${one.name}`;
    const seen = (count.get(key) ?? 0) + 1;
    count.set(key, seen);
    return seen === 1 ? one : { ...one, name: `${one.name}#${seen}` };
  });
}

function functionsOf(nodes: readonly PerlNode[]): Map<string, readonly PerlNode[]> {
  const found = new Map<string, readonly PerlNode[]>();
  nodes.forEach((node, index) => {
    const [sub, name] = [nodes[index - 2], nodes[index - 1]];
    if (node.kind !== "group" || node.open !== "{" || name?.kind !== "word") return;
    if (sub?.kind === "word" && sub.text === "sub") found.set(name.text, node.items);
  });
  return found;
}

function callsOf(nodes: readonly PerlNode[], name: string): (readonly (readonly PerlNode[])[])[] {
  return nodes.flatMap((node, index) => {
    if (node.kind !== "group") return [];
    const before = nodes[index - 1];
    return before?.kind === "word" && before.text === name && node.open === "("
      ? [elementsOf(node.items)]
      : callsOf(node.items, name);
  });
}

function pairsOf(items: readonly PerlNode[]): ReadonlyMap<string, readonly PerlNode[]> {
  const elements = elementsOf(items);
  const pairs = new Map<string, readonly PerlNode[]>();
  for (let at = 0; at + 1 < elements.length; at += 2) {
    const [key] = elements[at]!;
    if (elements[at]!.length === 1 && key && key.kind !== "group") pairs.set(key.text, elements[at + 1]!);
  }
  return pairs;
}

function textOf(nodes: readonly PerlNode[] | undefined): string | undefined {
  const [node] = nodes ?? [];
  return node?.kind === "string" ? node.text : undefined;
}

function truth(nodes: readonly PerlNode[] | undefined): boolean {
  const [node] = nodes ?? [];
  return node !== undefined && node.kind !== "group" && node.text !== "0" && node.text !== "";
}

function stringsOf(nodes: readonly PerlNode[] | undefined): string[] {
  const [node] = nodes ?? [];
  if (node?.kind !== "group") return [];
  return node.items.flatMap((item) => (item.kind === "string" ? [item.text] : []));
}
