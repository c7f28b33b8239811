// Instruction classes of a core: which instructions, which operands, and what happens in each state. State code without
// a check of space in the stage that it moves to gets the check here, as the language says.
import type { HelperFunction, Statement } from "../machine/action.ts";
import type {
  InstructionClass,
  InstructionSelector,
  IsaModel,
  OperandBinding,
  StateMachine,
} from "../machine/model.ts";
import type { PipelineStage } from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { BIT, WORD, constant } from "./fold.ts";
import { booleanOf, checkKnown, constantOf, elementsOf, nameIn, nameOf, namesOf } from "./keys.ts";
import { readMapping } from "./resources.ts";
import { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import { ActionTyper } from "./statements.ts";
import type { SyntaxExpression, SyntaxStatement } from "./syntax.ts";

export interface ClassContext {
  readonly isa: IsaModel;
  readonly machines: ReadonlyMap<string, StateMachine>;
  readonly stages: readonly PipelineStage[];
  readonly scope: Scope;
  readonly findings: Findings;
  readonly commitOnException: boolean;
  readonly helpers: ReadonlyMap<string, HelperFunction>;
}

/** Names that stand for no instruction of the instruction set. */
const PSEUDO = new Set(["default_instruction", "default_instr", "decode_miss", "fetch_exception"]);

type Element = OperandBinding["elements"][number];

export function elaborateClass(block: Block, context: ClassContext): InstructionClass | undefined {
  const { findings, machines } = context;
  const keys = [
    "instructions",
    "instr_attrs",
    "machine",
    "attrs",
    "action",
    "allow_missing_operands",
    "allow_extra_operands",
    "commit_on_exception",
  ];
  checkKnown(block, keys, ["operands", "instr", "functions", "mapping"], findings);
  for (const key of ["allow_missing_operands", "allow_extra_operands"])
    booleanOf(block, key, false, findings);
  const named = nameOf(block, "machine", findings);
  const machine = named
    ? machines.get(named.text)
    : machines.size === 1
      ? [...machines.values()][0]
      : undefined;
  if (!machine) {
    findings.error(
      "BW0212",
      named?.span ?? block.span,
      named ? `unknown machine ${named.text}` : `class ${block.name} does not name its machine`,
      named ? didYouMean(named.text, machines.keys()) : "write machine=NAME;",
    );
    return undefined;
  }
  const instructions = readSelectors(block, context);
  const operands = childrenOf(block, "operands").flatMap((child) => readOperands(child, context));
  const overrides: Record<string, OperandBinding[]> = {};
  const names = new Set(operands.map((o) => o.name));
  const functions = readFunctions(block, context);
  const functionOverrides: Record<string, Record<string, string>> = {};
  const hasDefault = instructions.some((i) => i.instruction === "default_instruction");
  for (const child of childrenOf(block, "instr")) {
    checkKnown(child, [], ["operands", "functions"], findings);
    if (!hasDefault && !instructions.some((i) => i.instruction === child.name)) {
      // No more than a remark: one list of operands often serves several classes.
      findings.warn(
        "BW0245",
        child.span,
        `${child.name} is no instruction of class ${block.name}`,
        didYouMean(
          child.name,
          instructions.map((i) => i.instruction),
        ),
      );
    }
    const own = childrenOf(child, "operands").flatMap((o) => readOperands(o, context));
    for (const { name } of own) names.add(name);
    if (childrenOf(child, "operands").length > 0) overrides[child.name] = own;
    const called = readFunctions(child, context);
    if (Object.keys(called).length > 0) functionOverrides[child.name] = called;
  }
  const scope = new Scope(context.scope);
  for (const state of machine.states) scope.set(state, { kind: "name", name: state });
  for (const name of names) scope.set(name, { kind: "object", objectKind: "operand", name });
  const called = new Map(
    [functions, ...Object.values(functionOverrides)].flatMap((one) => Object.entries(one)),
  );
  for (const [name, helper] of called) {
    const target = context.scope.lookup(helper);
    if (target?.kind === "helper") scope.set(name, { kind: "helper", helper: { ...target.helper, name } });
  }
  const ownMapping = readMapping(block, machine.states, machine.initialState, context.stages, findings);
  const stageOf = Object.keys(ownMapping).length > 0 ? ownMapping : undefined;
  return {
    name: block.name,
    machine: machine.name,
    instructions,
    attributes: namesOf(block, "attrs", findings).map((a) => a.text),
    operands,
    operandOverrides: overrides,
    ...(stageOf ? { stageOf } : {}),
    functions,
    functionOverrides,
    commitOnException: booleanOf(block, "commit_on_exception", context.commitOnException, findings),
    action: readAction(block, stageOf ? { ...machine, stageOf } : machine, scope, context),
  };
}

// ---- Instructions --------------------------------------------------------------------------------------------------

function readSelectors(block: Block, context: ClassContext): InstructionSelector[] {
  const { findings, isa } = context;
  const known = new Set(isa.instructions.map((i) => i.name));
  const result: InstructionSelector[] = [];
  const seen = new Set<string>();
  const add = (instruction: string, constraints: Record<string, number>, span: Span): void => {
    const key = `${instruction}${JSON.stringify(constraints)}`;
    if (seen.has(key)) findings.warn("BW0245", span, `${instruction} is listed twice`);
    else
      result.push({
        instruction: instruction === "default_instr" ? "default_instruction" : instruction,
        constraints,
      });
    seen.add(key);
  };
  for (const entry of block.keys.get("instructions") ?? []) {
    if (entry.value.kind !== "expression") {
      findings.error("BW0205", entry.span, "instructions takes a list of instructions");
      continue;
    }
    for (const e of elementsOf(entry.value.value)) {
      const name = nameIn(e.kind === "call" ? e.callee : e);
      if (!name) {
        if (e.kind !== "broken")
          findings.error("BW0205", e.span, "instructions are names, strings or NAME(FIELD(value))");
        continue;
      }
      if (!known.has(name.text) && !PSEUDO.has(name.text)) {
        findings.warn(
          "BW0245",
          name.span,
          `the instruction set has no instruction ${name.text}`,
          didYouMean(name.text, known),
        );
        continue;
      }
      add(name.text, e.kind === "call" ? readConstraints(e, name.text, context) : {}, e.span);
    }
  }
  const attributes = new Set(namesOf(block, "instr_attrs", findings).map((a) => a.text));
  for (const { text, span } of namesOf(block, "instr_attrs", findings)) {
    if (!isa.instructions.some((i) => i.attributes.includes(text))) {
      findings.warn("BW0245", span, `no instruction has the attribute ${text}`);
    }
  }
  for (const i of isa.instructions) {
    if (i.attributes.some((a) => attributes.has(a)) && !seen.has(`${i.name}{}`)) add(i.name, {}, block.span);
  }
  if (result.length === 0) findings.warn("BW0245", block.span, `class ${block.name} has no instructions`);
  return result;
}

function readConstraints(
  e: Extract<SyntaxExpression, { kind: "call" }>,
  name: string,
  context: ClassContext,
): Record<string, number> {
  const { findings, isa } = context;
  const instruction = isa.instructions.find((i) => i.name === name);
  const result: Record<string, number> = {};
  for (const argument of e.arguments) {
    const field =
      argument.kind === "call" && argument.callee.kind === "name" ? argument.callee.name : undefined;
    const [inner] = argument.kind === "call" ? argument.arguments : [];
    const value = inner ? constantOf(inner) : undefined;
    if (field === undefined || value === undefined) {
      findings.error("BW0205", argument.span, "a condition is written FIELD(value)");
    } else if (instruction && !instruction.fields.includes(field)) {
      findings.error(
        "BW0216",
        argument.span,
        `${field} is no operand field of ${name}`,
        `operands: ${instruction.fields.join(", ")}`,
      );
    } else if (value < 0n || value >= 1n << BigInt(isa.fields[field]?.width ?? 32)) {
      findings.error("BW0206", argument.span, `${value} does not fit in field ${field}`);
    } else result[field] = Number(value);
  }
  return result;
}

/** `functions`: names that the class's code calls, and the helpers behind them. */
function readFunctions(block: Block, { findings, helpers }: ClassContext): Record<string, string> {
  const result: Record<string, string> = {};
  for (const child of childrenOf(block, "functions")) {
    for (const name of child.keys.keys()) {
      const helper = nameOf(child, name, findings);
      if (!helper) continue;
      if (!helpers.has(helper.text)) {
        findings.error(
          "BW0212",
          helper.span,
          `unknown function ${helper.text}`,
          didYouMean(helper.text, helpers.keys()),
        );
      } else result[name] = helper.text;
    }
  }
  return result;
}

// ---- Operands ------------------------------------------------------------------------------------------------------

function readOperands(block: Block, context: ClassContext): OperandBinding[] {
  const { findings } = context;
  const result: OperandBinding[] = [];
  for (const [name, entries] of block.keys) {
    const elements: Element[] = [];
    for (const entry of entries) {
      if (entry.value.kind !== "expression") {
        findings.error(
          "BW0205",
          entry.span,
          "an operand is a register, a field, a number, sources or targets",
        );
        continue;
      }
      const element = readElement(entry.value.value, context);
      if (element) elements.push(element);
    }
    result.push({ name, elements });
  }
  return result;
}

function readElement(e: SyntaxExpression, context: ClassContext): Element | undefined {
  const { findings, isa } = context;
  const wrong = (span: Span, message: string, help?: string): undefined => {
    findings.error("BW0247", span, message, help);
    return undefined;
  };
  switch (e.kind) {
    case "broken":
      return undefined;
    case "number":
    case "boolean": {
      const value = constantOf(e);
      return value === undefined
        ? wrong(e.span, "an operand's constant is an integer")
        : { kind: "constant", value: Number(value) };
    }
    case "name": {
      if (e.name === "sources" || e.name === "targets") return { kind: e.name };
      if (Object.hasOwn(isa.registers, e.name) || Object.hasOwn(isa.registerFiles, e.name)) {
        return { kind: "register", name: e.name, role: "any" };
      }
      const known = ["sources", "targets", ...Object.keys(isa.registers), ...Object.keys(isa.registerFiles)];
      return wrong(e.span, `unknown register ${e.name}`, didYouMean(e.name, known));
    }
    case "call": {
      const name = e.callee.kind === "name" ? e.callee.name : "";
      const [argument] = e.arguments;
      if (!argument || e.arguments.length !== 1) return wrong(e.span, `${name}(…) takes one field or number`);
      const inner = argument.kind === "name" ? argument.name : undefined;
      const value = constantOf(argument);
      if (name === "field") {
        if (inner !== undefined && Object.hasOwn(isa.fields, inner)) return { kind: "field", field: inner };
        return wrong(
          argument.span,
          "field(…) takes an instruction field",
          didYouMean(inner ?? "", Object.keys(isa.fields)),
        );
      }
      if (Object.hasOwn(isa.registers, name)) {
        if (value === undefined) return wrong(argument.span, `${name}(mask) takes a number`);
        return { kind: "register", name, mask: Number(BigInt.asUintN(32, value)), role: "any" };
      }
      const file = Object.hasOwn(isa.registerFiles, name) ? isa.registerFiles[name] : undefined;
      if (!file)
        return wrong(
          e.span,
          `unknown register file ${name}`,
          didYouMean(name, Object.keys(isa.registerFiles)),
        );
      if (inner !== undefined) {
        if (!Object.hasOwn(isa.fields, inner))
          return wrong(
            argument.span,
            `unknown instruction field ${inner}`,
            didYouMean(inner, Object.keys(isa.fields)),
          );
        return { kind: "register", name, field: inner, role: "any" };
      }
      if (value === undefined || value < 0n || value >= BigInt(file.size)) {
        return wrong(argument.span, `${name} has registers 0 to ${file.size - 1}`);
      }
      return { kind: "register", name, index: Number(value), role: "any" };
    }
    case "list": {
      const [first, ...rest] = e.elements;
      let element = first ? readElement(first, context) : undefined;
      for (const part of rest) {
        if (!element) break;
        if (element.kind !== "register") return wrong(part.span, "only a register has a mask or a direction");
        const mask = constantOf(part);
        const role = part.kind === "name" ? part.name : "";
        if (mask !== undefined) element = { ...element, mask: Number(BigInt.asUintN(32, mask)) };
        else if (role === "source" || role === "target" || role === "force_source" || role === "force_target")
          element = { ...element, role };
        else return wrong(part.span, "expected source, target, force_source, force_target or a mask");
      }
      return element;
    }
    default:
      return wrong(e.span, "an operand is a register, a field, a number, sources or targets");
  }
}

// ---- Action --------------------------------------------------------------------------------------------------------

function readAction(
  block: Block,
  machine: StateMachine,
  scope: Scope,
  context: ClassContext,
): Record<string, Statement[]> {
  const { findings } = context;
  const states = new Map<string, SyntaxStatement>();
  for (const entry of block.keys.get("action") ?? []) {
    if (entry.value.kind !== "code") {
      findings.error("BW0205", entry.span, "action takes code: { STATE: … }");
      continue;
    }
    if (!entry.modify) states.clear();
    const body = entry.value.body;
    const here = new Set<string>();
    for (const s of body.kind === "block" ? body.body : []) {
      if (s.kind === "empty") continue;
      if (s.kind !== "label") {
        findings.error("BW0244", s.span, "code of a class belongs to a state", "write STATE: { … }");
        continue;
      }
      if (!machine.states.includes(s.name)) {
        findings.error(
          "BW0243",
          s.span,
          `machine ${machine.name} has no state ${s.name}`,
          didYouMean(s.name, machine.states),
        );
        continue;
      }
      if (here.has(s.name)) findings.error("BW0210", s.span, `state ${s.name} occurs twice`);
      here.add(s.name);
      states.set(s.name, s);
    }
  }
  if (states.size === 0) {
    findings.error("BW0208", block.span, `class ${block.name} has no action`);
    return {};
  }
  const result: Record<string, Statement[]> = {};
  const reached = new Map<string, Span>();
  for (const [state, label] of states) {
    if (label.kind !== "label") continue;
    const before = findings.errors;
    const typer = new ActionTyper(new Scope(scope), findings);
    const code = typer.body(label.body);
    const moves = collectMoves(code);
    if (findings.errors === before && !moves.targets.some((t) => t !== state)) {
      findings.error(
        "BW0244",
        label.span,
        `state ${state} never changes to another state`,
        "call change_state(…)",
      );
    }
    for (const target of moves.targets) {
      if (!machine.states.includes(target)) {
        findings.error(
          "BW0243",
          label.span,
          `machine ${machine.name} has no state ${target}`,
          didYouMean(target, machine.states),
        );
      } else reached.set(target, reached.get(target) ?? label.span);
    }
    result[state] = withSpaceChecks(state, code, moves, machine, context.stages);
  }
  if (!states.has(machine.initialState)) {
    findings.error(
      "BW0246",
      block.span,
      `class ${block.name} has no code for the initial state ${machine.initialState}`,
    );
  }
  for (const [state, span] of reached) {
    if (!states.has(state))
      findings.error("BW0246", span, `class ${block.name} changes to ${state}, but has no code for it`);
  }
  return result;
}

interface Moves {
  readonly targets: string[];
  /** Stages whose space the code itself asks for. */
  readonly checked: Set<string>;
}

function collectMoves(code: readonly Statement[]): Moves {
  const moves: Moves = { targets: [], checked: new Set() };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    const n = node as {
      kind?: string;
      object?: string;
      method?: string;
      arguments?: readonly { kind: string; name?: string }[];
    };
    if (n.kind === "method") {
      const [argument] = n.arguments ?? [];
      if (
        n.object === "" &&
        n.method === "change_state" &&
        argument?.kind === "name" &&
        argument.name !== undefined
      ) {
        moves.targets.push(argument.name);
      }
      if (n.method === "has_space" || n.method === "empty" || n.method === "no_capacity_check")
        moves.checked.add(n.object ?? "");
    }
    Object.values(node).forEach(visit);
  };
  visit(code);
  return moves;
}

/**
 * A move to another stage whose space the code never asks for is guarded as a whole: `if (stage.has_space()) { … }`. Out
 * of a lock-step stage there must be space for all that move together.
 */
function withSpaceChecks(
  state: string,
  code: Statement[],
  moves: Moves,
  machine: StateMachine,
  stages: readonly PipelineStage[],
): Statement[] {
  const here = machine.stageOf[state];
  const from = stages.find((s) => s.name === here);
  const missing = new Set<string>();
  for (const target of moves.targets) {
    const stage = machine.stageOf[target];
    if (target === machine.initialState || stage === undefined || stage === here || moves.checked.has(stage))
      continue;
    missing.add(stage);
  }
  let result = code;
  for (const stage of missing) {
    const together = from?.scheduler === "lock_step" ? from.size : 1;
    result = [
      {
        kind: "if",
        test: {
          kind: "method",
          object: stage,
          method: "has_space",
          arguments: together > 1 ? [constant(BigInt(together), WORD)] : [],
          type: BIT,
        },
        then: result,
        otherwise: [],
      },
    ];
  }
  return result;
}
