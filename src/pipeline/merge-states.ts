// States of different classes that do the same and go on to the same are one state in the generated code. Most classes
// differ in one or two stages only, so this shortens every stage's switch. It is the usual minimisation of an automaton:
// states are split into groups by what they do, then by the groups that they go to, until nothing changes.
import type { CompiledState } from "./action-compiler.ts";

/** For each code, the code that stands for it. `stages`: stage of each code. */
export function mergeStates(states: readonly CompiledState[], stages: readonly number[]): number[] {
  const transition = /\bnx = (\d+)/g;
  let group = numberKeys(
    states.map(
      (state, code) => `${stages[code]!}|${state.text.replace(transition, "nx = _")}|${state.repeat}`,
    ),
  );
  for (;;) {
    const current = group;
    const refined = numberKeys(
      states.map((state, code) => {
        const next = [...state.text.matchAll(transition)].map((match) => current[Number(match[1])]!);
        return `${current[code]!}|${next.join()}`;
      }),
    );
    const before = new Set(current).size;
    group = refined;
    if (new Set(refined).size === before) break;
  }
  const first = new Map<number, number>();
  group.forEach((number, code) => {
    if (!first.has(number)) first.set(number, code);
  });
  return group.map((number) => first.get(number)!);
}

/** Replaces the codes in a state's text by those that stand for them. */
export function renameCodes(text: string, standsFor: readonly number[]): string {
  return text.replace(/\bnx = (\d+)/g, (_, code: string) => `nx = ${standsFor[Number(code)]!}`);
}

function numberKeys(keys: readonly string[]): number[] {
  const known = new Map<string, number>();
  return keys.map((key) => {
    let number = known.get(key);
    if (number === undefined) {
      number = known.size;
      known.set(key, number);
    }
    return number;
  });
}
