// Values that a loop keeps until it finds a better one: the place of the least of a row so far. To select the next one by a
// condition that reads memory through the present one makes each turn wait for the loads of the one before. A branch is
// foreseen (better ones become rare), so that turns overlap: such a choice is left to a branch.

import { operandsOf, type Instruction, type PhiInstruction, type Value } from "../../bitcode/index.ts";

/** Operations between the condition and the loads that it depends on, and between those and the value. */
const MOST_STEPS = 8;

/**
 * Is a value that is chosen by `condition` kept in a loop, and does the condition read memory through it? `chosen`: the value;
 * `ways`: what it is chosen from.
 */
export function isKept(chosen: Instruction, ways: readonly Value[], condition: Value): boolean {
  return ways.some(
    (way) =>
      way.kind === "instruction" &&
      way.op === "phi" &&
      comesRound(way, chosen) &&
      reads(condition, way, false, MOST_STEPS),
  );
}

/** Is `chosen` what a phi has in the next turn? */
function comesRound(phi: PhiInstruction, chosen: Instruction): boolean {
  return phi.incoming.some(({ value }) => value === chosen || isPhiOf(value, chosen));
}

/** One phi may stand between: where ways meet again behind the choice. */
function isPhiOf(value: Value, chosen: Instruction): boolean {
  return (
    value.kind === "instruction" &&
    value.op === "phi" &&
    value.incoming.some((entry) => entry.value === chosen)
  );
}

/** Does a value depend on another one, by way of a load? */
function reads(value: Value, on: Value, loaded: boolean, steps: number): boolean {
  if (value === on) return loaded;
  if (steps === 0 || value.kind !== "instruction" || value.op === "phi" || value.op === "call") return false;
  const through = loaded || value.op === "load";
  return operandsOf(value).some((operand) => reads(operand, on, through, steps - 1));
}
