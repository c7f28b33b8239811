// The actions of an instruction class to JavaScript text for the generated engine. Every inquiry and action of the
// language becomes a few operations on the engine's variables, whose names (in engine-source.ts) start with:
//   s_/a_/n_  a stage's only instruction, its list, its count     q_  a semaphore, or the cycle from which a flag is free
//   fs_/ft_   a forwarding path: cycle of the last write to each hazard unit, and its writer
//   mo_/mr_/mn_/md_/me_  a memory port: outstanding requests; cycle and number of requests; of data transfers
import { fail } from "../base/diagnostic.ts";
import type { Expression, Statement } from "../machine/action.ts";
import type { InstructionClass } from "../machine/model.ts";
import type { EngineLayout } from "./layout.ts";
import { busCacheMethod, isTargetCache, targetCacheMethod } from "./bus/methods.ts";
import { fetchCacheOf } from "./bus/front-source.ts";
import { compileExpression, compileStatements } from "./expression.ts";
import type { ExpressionContext } from "./expression.ts";
import { forEachMethodCall } from "./method-calls.ts";

export interface CompiledState {
  /** Code that sets `nx` when the instruction changes state. */
  readonly text: string;
  /** Code of `Repeat` statements, for lock-step stages. */
  readonly repeat: string;
  /** Codes of the states it can change to; -2: retires. */
  readonly next: readonly number[];
  /** Forwarding paths that it looks at and writes. */
  readonly pathsRead: readonly number[];
  readonly pathsWritten: readonly number[];
}

/** Text for the code that leaves the pipeline. */
export const retireCode = -2;

export function compileState(
  layout: EngineLayout,
  one: InstructionClass,
  classIndex: number,
  state: string,
): CompiledState {
  const statements = one.action[state] ?? [];
  const next: number[] = [];
  const pathsRead: number[] = [];
  const pathsWritten: number[] = [];
  let repeat = "";
  const complain = (message: string, help?: string): never =>
    fail("BW0702", `instruction class ${one.name}, state ${state}: ${message}`, help);

  const method = (
    expression: Expression & { kind: "method" },
    compile: (inner: Expression) => string,
  ): string => {
    const { object, method: name, arguments: args } = expression;
    if (object === "") return control(name, args, compile);
    const operand = layout.operandIndex(classIndex, object);
    if (operand >= 0) return operandMethod(operand, object, name, args, compile);
    const stage = layout.stageIndex(object);
    if (stage >= 0 || object === "Issue") return stageMethod(stage, name, args, compile);
    if (layout.semaphoreIndex(object) >= 0)
      return semaphoreMethod(layout.semaphoreIndex(object), name, args[0] ? compile(args[0]) : "0");
    const cache = layout.model.pipeline.memories.find((one) => one.name === object)?.busCache;
    if (cache)
      return busCacheMethod(
        object,
        cache,
        name,
        complain,
        layout.memory(layout.memoryIndex(object)),
        args[0] ? compile(args[0]) : undefined,
      );
    if (layout.memoryIndex(object) >= 0) return memoryMethod(layout.memoryIndex(object), name, args, compile);
    if (layout.pathIndex(object) >= 0) {
      if (name !== "write") complain(`a forwarding path has no method ${name}`);
      return forward(layout.pathIndex(object), argumentName(args[0]));
    }
    if (layout.isPredictor(object)) {
      if (isTargetCache(layout, object)) return targetCacheMethod(object, name, complain);
      if (name === "predict" || name === "predict_taken") return "ins.s.taken";
      if (name === "enabled") return "true";
      if (name === "last_predict_taken") return "(ins.pred !== ins.s.seq)";
      if (name === "update") return "0";
      complain(`a static branch predictor has no method ${name}`);
    }
    if (object === layout.model.pipeline.fetchUnit.name && name === "hold") {
      if (fetchCacheOf(layout) === undefined)
        complain("only a fetch unit in front of a cache on a bus can be held");
      return `holdFetch = cyc + ${compile(args[0]!)} - 1`;
    }
    if (layout.isRegister(object)) {
      const mask = args[0] ? `${compile(args[0])}` : "0xffffffff";
      const units = layout.registerUnits(object, Number(mask));
      if (name === "can_read" || name === "can_write") return `canRead(${units}, ins.iid)`;
      if (name === "can_read_fp") return `canRead(${units}, ins.iid)`;
    }
    return complain(`nothing here is named ${object}`);
  };

  const argumentName = (argument: Expression | undefined): string => {
    if (argument?.kind === "name") return argument.name;
    if (argument?.kind === "local") return argument.name;
    return complain("a name is wanted as argument");
  };

  const forward = (path: number, operandName: string): string => {
    const operand = layout.operandIndex(classIndex, operandName);
    if (operand < 0) complain(`${operandName} is no operand`);
    pathsWritten.push(path);
    return `fwdWrite(fs_${path}, ft_${path}, ins.s.o${operand}, ins.iid)`;
  };

  const pathArguments = (args: readonly Expression[]): number[] =>
    args.map((argument) => {
      const path = layout.pathIndex(argumentName(argument));
      if (path < 0) complain(`${argumentName(argument)} is no forwarding path`);
      pathsRead.push(path);
      return path;
    });

  const operandMethod = (
    operand: number,
    object: string,
    name: string,
    args: readonly Expression[],
    compile: (inner: Expression) => string,
  ): string => {
    const units = `ins.s.o${operand}`;
    switch (name) {
      case "can_read":
      case "can_write":
        return `canRead(${units}, ins.iid)`;
      case "can_read_fp": {
        const paths = pathArguments(args);
        return paths.length === 0
          ? `canRead(${units}, ins.iid)`
          : `${layout.forwardReader(paths)}(${units}, ins.iid)`;
      }
      case "read":
        return layout.countReads(operand);
      case "record_sources":
        return `recordSources(${units}, ins)`;
      case "read_avail":
        return `${layout.availableReader(pathArguments(args))}(${units}, ins)`;
      case "allocate":
        return `allocate(${units}, ins), ins.alloc |= ${1 << operand}`;
      case "deallocate":
        return `((ins.alloc & ${1 << operand}) !== 0 && release(${units}), ins.alloc &= ${~(1 << operand)})`;
      case "write":
        return (
          `(${layout.countWrites(operand)}, (ins.alloc & ${1 << operand}) !== 0 && release(${units}), ` +
          `ins.alloc &= ${~(1 << operand)})`
        );
      case "value": {
        const slot = layout.valueSlot(classIndex, object);
        return `(ins.s.c${operand} ? ins.s.f${operand} : ins.v${slot})`;
      }
      case "field_value":
        return `ins.s.f${operand}`;
      case "is_real":
        return `(${units}.length !== 0)`;
      default:
        void compile;
        return complain(`an operand has no method ${name}`);
    }
  };

  const stageMethod = (
    stage: number,
    name: string,
    args: readonly Expression[],
    compile: (inner: Expression) => string,
  ): string => {
    const size = layout.stageSize(stage);
    const at = (index: string): string =>
      stage < 0 ? "issueSlot" : size === 1 ? `s_${stage}` : `a_${stage}[${index}]`;
    const count =
      stage < 0
        ? "(issueSlot === null ? 0 : 1)"
        : size === 1
          ? `(s_${stage} === null ? 0 : 1)`
          : `n_${stage}`;
    const rigid = stage >= 0 && layout.isRigid(stage) ? "!stalled && " : "";
    switch (name) {
      case "has_space":
        if (size === 1 && args.length === 0) return `(${rigid}${at("0")} === null)`;
        return `(${rigid}${count} + ${args[0] ? compile(args[0]) : "1"} <= ${size})`;
      case "empty":
        return size === 1 ? `(${at("0")} === null)` : `(${count} === 0)`;
      case "size":
        return count;
      case "capacity":
        return String(size);
      case "has_attr": {
        const position = args.length > 1 ? compile(args[0]!) : "0";
        const mask = attributeMask(args[args.length - 1]);
        return `hasAttribute(${at(position)}, ${mask})`;
      }
      case "instr_class": {
        const position = args[0] ? compile(args[0]) : "0";
        return `classOf(${at(position)})`;
      }
      default:
        return complain(`a pipeline stage has no method ${name}`);
    }
  };

  const attributeMask = (argument: Expression | undefined): number => {
    if (argument?.kind === "name" || argument?.kind === "local") {
      const mask = layout.attributeMask(argument.name);
      return mask === 0 ? complain(`no instruction class has the attribute ${argument.name}`) : mask;
    }
    if (argument?.kind === "binary" && argument.operator === "|") {
      return attributeMask(argument.left) | attributeMask(argument.right);
    }
    return complain("attributes joined by | are wanted as argument");
  };

  const semaphoreMethod = (semaphore: number, name: string, delay: string): string => {
    if (layout.isFlag(semaphore)) {
      switch (name) {
        case "can_allocate":
        case "check_allocate":
          return `(cyc >= q_${semaphore})`;
        case "allocate":
          return `(q_${semaphore} = 0x7fffffff, ins.held |= ${1 << semaphore})`;
        case "deallocate":
          return `(q_${semaphore} = cyc + ${delay}, ins.held &= ${~(1 << semaphore)})`;
        default:
          return complain(`a flag has no method ${name}`);
      }
    }
    switch (name) {
      case "can_allocate":
      case "check_allocate":
        return `(q_${semaphore} < ${layout.semaphoreCount(semaphore)})`;
      case "allocate":
        return `(q_${semaphore}++, ins.held |= ${1 << semaphore})`;
      case "deallocate":
        return `(q_${semaphore} > 0 && q_${semaphore}--, ins.held &= ${~(1 << semaphore)})`;
      case "count":
        return `q_${semaphore}`;
      default:
        return complain(`a semaphore has no method ${name}`);
    }
  };

  const memoryMethod = (
    memory: number,
    name: string,
    args: readonly Expression[],
    compile: (inner: Expression) => string,
  ): string => {
    void args;
    void compile;
    const port = layout.memory(memory);
    const request =
      `(mo_${memory} < ${port.maxRequests} && ` +
      `(mr_${memory} !== cyc || mn_${memory} < ${port.addressBandwidth}))`;
    const ready = `(cyc >= ins.mem && (md_${memory} !== cyc || me_${memory} < ${port.dataBandwidth}))`;
    switch (name) {
      case "can_request_read":
      case "can_request_write":
      case "can_accept_read_request":
      case "can_accept_write_request":
        return request;
      case "can_read":
      case "can_write":
        return ready;
      case "send_read_request":
        return `(request_${memory}(), ins.mem = cyc + ${port.readLatency}, ins.port = ${memory + 1}, K[${port.readCounter}]++)`;
      case "send_write_request":
        return `(request_${memory}(), ins.mem = cyc + ${port.writeLatency}, ins.port = ${memory + 1}, K[${port.writeCounter}]++)`;
      case "read":
      case "write":
        return `transfer_${memory}(ins, 1)`;
      case "request_queue_empty":
        return `(mo_${memory} === 0)`;
      case "post_read":
      case "pre_write":
      case "next":
        return "0";
      default:
        return complain(`a memory has no method ${name}`);
    }
  };

  /** Releases the operands that actions of this class allocate. */
  const releaseOwned = (): string => {
    const owned = ownedOperands(layout, one, classIndex);
    if (owned.length === 0) return "0";
    const parts = owned.map((operand) =>
      owned.length === 1
        ? `ins.alloc !== 0 && release(ins.s.o${operand})`
        : `(ins.alloc & ${1 << operand}) !== 0 && release(ins.s.o${operand})`,
    );
    return `${parts.join(", ")}, ins.alloc = 0`;
  };

  const control = (
    name: string,
    args: readonly Expression[],
    compile: (inner: Expression) => string,
  ): string => {
    switch (name) {
      case "change_state": {
        const target = layout.stateCode(classIndex, argumentName(args[0]));
        if (target === undefined) complain(`there is no state ${argumentName(args[0])}`);
        next.push(target!);
        return `nx = ${target!}`;
      }
      case "note_issue":
        return "(ins.k < trace.limit && (trace.issued[ins.k] = cyc))";
      case "exec":
      case "next_req_mem":
      case "commit_exceptions":
        return "0";
      case "exec_and_read":
      case "exec_and_write": {
        const memory = layout.memoryIndex(argumentName(args[0]));
        if (memory < 0) complain(`${argumentName(args[0])} is no memory`);
        if (layout.model.pipeline.memories.some((one) => one.busCache && one.name === argumentName(args[0])))
          return "ins.left--";
        return `transfer_${memory}(ins, ${args[1] ? compile(args[1]) : "1"})`;
      }
      case "exec_done":
        return "(ins.left <= 0)";
      case "has_more_mem":
        return "(ins.left > 0)";
      case "can_read_ops":
        return "canRead(ins.s.o0, ins.iid)";
      case "can_write_ops":
        return "canRead(ins.s.o1, ins.iid)";
      case "read_ops":
        return layout.countReads(0);
      case "allocate_ops":
        return "allocate(ins.s.o1, ins), ins.alloc |= 2";
      case "deallocate_ops":
        return releaseOwned();
      case "write_ops":
        return `(${layout.countWrites(1)}, ${releaseOwned()})`;
      case "check_latency":
        return "(ins.lat === 0)";
      case "clear_latency":
        return "ins.lat = 0";
      case "decr_latency":
        return "(ins.lat > 0 && ins.lat--)";
      case "latency":
        return "ins.lat";
      case "set_latency": {
        const value = compile(args[0] ?? complain("set_latency wants a number"));
        const dynamic = layout.usesValues(args[0]!);
        return dynamic ? `ins.lat = ins.forced >= 0 ? ins.forced : ${value}` : `ins.lat = ${value}`;
      }
      case "branch_taken":
        if (layout.hasBus) return "(ins.next !== -1 && ins.took)";
        return "(ins.next !== -1 && (ins.s.always || ins.next !== ins.s.seq))";
      case "branch_target":
        return "ins.next";
      case "last_branch_prediction_correct":
        return "(ins.next === ins.pred || ins.next === -1)";
      case "taken_flush":
        return args.length > 0
          ? "flushTo(ins, ins.s.target, true, true)"
          : "flushTo(ins, ins.next, false, true)";
      case "flush":
        return "flushTo(ins, ins.next, false, false)";
      case "set_speculative":
        return "setSpeculative(ins)";
      case "stalled":
        return "stalled";
      case "addr":
        return "ins.s.pc";
      case "size":
        return "4";
      case "capacity":
        return String(layout.stageSize(layout.stageOfState(classIndex, state)));
      default:
        return complain(`there is no method ${name}`);
    }
  };

  const context: ExpressionContext = {
    helperPrefix: "h_",
    leaf: (expression, compile) => {
      switch (expression.kind) {
        case "method":
          return method(expression, compile);
        case "name":
          if (expression.name === "position") return "0";
          if (expression.name === "true") return "true";
          if (expression.name === "false") return "false";
          if (layout.classNumber(expression.name) >= 0) return String(layout.classNumber(expression.name));
          return complain(`nothing here is named ${expression.name}`);
        default:
          return complain("architectural state cannot be read here", "bind it to an operand and use value()");
      }
    },
    test: (test, compile) => inquiries(test, compile),
    repeat: (body: readonly Statement[]) => {
      repeat += compileStatements(body, context);
    },
  };

  /** Conjuncts of a test; one that is an inquiry notes its cause when it fails. */
  const inquiries = (test: Expression, compile: (inner: Expression) => string): string => {
    if (test.kind === "binary" && test.operator === "&&") {
      return `${inquiries(test.left, compile)} && ${inquiries(test.right, compile)}`;
    }
    const number = layout.causes.classify(test, one.name);
    const text = compileExpression(test, context);
    return number < 0 ? text : `(${text} || stall(ins, ${number}))`;
  };

  const text = compileStatements(statements, context);
  return { text, repeat, next, pathsRead, pathsWritten };
}

/** Operands that some action of the class allocates. */
function ownedOperands(layout: EngineLayout, one: InstructionClass, classIndex: number): number[] {
  const owned = new Set<number>();
  forEachMethodCall(one.action, ({ object, method }) => {
    if (object === "" && method === "allocate_ops") owned.add(1);
    if (method !== "allocate" || object === "") return;
    const operand = layout.operandIndex(classIndex, object);
    if (operand >= 0) owned.add(operand);
  });
  return [...owned].sort((a, b) => a - b);
}
