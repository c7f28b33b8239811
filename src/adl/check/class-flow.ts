// What the state machine of an instruction class can do, as far as it can be told without running it: the states that
// can be reached, and for each way out of a state the conditions that must hold on it.
import type { Expression, HelperFunction, Statement } from "../../machine/action.ts";
import type { InstructionClass, StateMachine } from "../../machine/model.ts";
import { operandsOf } from "../action-shapes.ts";

/** A method that code calls: `mEX.has_space()`; the instruction's own have no object. */
export interface Call {
  readonly object: string;
  readonly method: string;
  /** Names among its arguments. */
  readonly names: readonly string[];
}

export interface Exit {
  readonly to: string;
  /** Calls that all have to give true on this way. */
  readonly needs: readonly Call[];
}

export interface StateFlow {
  readonly exits: readonly Exit[];
  readonly calls: readonly Call[];
}

export interface ClassFlow {
  readonly states: ReadonlyMap<string, StateFlow>;
  readonly reachable: ReadonlySet<string>;
}

type Helpers = Readonly<Record<string, HelperFunction>>;

/** `exceptionStates`: state that an exception leads to from each state. */
export function flowOf(
  cls: InstructionClass,
  machine: StateMachine,
  helpers: Helpers,
  exceptionStates: Readonly<Record<string, string>>,
): ClassFlow {
  const states = new Map<string, StateFlow>();
  for (const [state, code] of Object.entries(cls.action)) {
    const exits: Exit[] = [];
    const calls: Call[] = [];
    walk(code, [], exits, calls, helpers, 0);
    states.set(state, { exits, calls });
  }
  const reachable = new Set<string>();
  const open = [machine.initialState];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (reachable.has(state)) continue;
    reachable.add(state);
    for (const exit of states.get(state)?.exits ?? []) open.push(exit.to);
    const onException = exceptionStates[state];
    if (onException !== undefined) open.push(onException);
  }
  return { states, reachable };
}

const DEEPEST = 8;

function walk(
  code: readonly Statement[],
  needs: readonly Call[],
  exits: Exit[],
  calls: Call[],
  helpers: Helpers,
  depth: number,
): void {
  for (const s of code) {
    for (const e of expressionsOf(s)) {
      visit(e, (inner) => {
        if (inner.kind === "method") {
          const call = callOf(inner);
          calls.push(call);
          const [to] = call.names;
          if (call.object === "" && call.method === "change_state" && to !== undefined)
            exits.push({ to, needs });
        } else if (inner.kind === "call" && depth < DEEPEST) {
          const helper = helpers[inner.helper];
          if (helper) walk(helper.body, needs, exits, calls, helpers, depth + 1);
        }
      });
    }
    if (s.kind === "if") {
      walk(s.then, [...needs, ...conjuncts(s.test)], exits, calls, helpers, depth);
      walk(s.otherwise, needs, exits, calls, helpers, depth);
    } else if (s.kind === "switch")
      for (const c of s.cases) walk(c.body, needs, exits, calls, helpers, depth);
    else if (s.kind === "for")
      walk([...s.initial, ...s.body, ...s.step], needs, exits, calls, helpers, depth);
    else if (s.kind === "while" || s.kind === "do" || s.kind === "repeat")
      walk(s.body, needs, exits, calls, helpers, depth);
  }
}

/** The expressions that a statement evaluates itself, those of the statements in it left out. */
function expressionsOf(s: Statement): readonly Expression[] {
  switch (s.kind) {
    case "declare":
    case "return":
      return s.value ? [s.value] : [];
    case "assign":
      return [s.target, s.value];
    case "expression":
    case "switch":
      return [s.value];
    case "if":
    case "while":
    case "do":
    case "for":
      return [s.test];
    default:
      return [];
  }
}

/** Calls that give true when the test does. */
function conjuncts(test: Expression): Call[] {
  if (test.kind === "binary" && test.operator === "&&")
    return [...conjuncts(test.left), ...conjuncts(test.right)];
  if (test.kind === "method") return [callOf(test)];
  if (test.kind === "extend") return conjuncts(test.value);
  return [];
}

function callOf(e: Extract<Expression, { kind: "method" }>): Call {
  const names = e.arguments.flatMap((argument) => (argument.kind === "name" ? [argument.name] : []));
  return { object: e.object, method: e.method, names };
}

/** Calls `see` for an expression and everything in it. */
function visit(e: Expression, see: (e: Expression) => void): void {
  see(e);
  for (const operand of operandsOf(e)) visit(operand, see);
}
