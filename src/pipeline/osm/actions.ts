// The code of one state of an instruction class as JavaScript text of the generated engine. Inquiries and actions become a
// few operations on the engine's variables, whose names (see engine-source.ts) start with:
//   s_/a_/n_  a stage's only instruction, its list, its count     q_ a semaphore's count     g_ the cycle a flag is free
//   F_/P_     a memory and its ports (numbers only)              L_ a level of a memory system with caches
// change_state ends the code: it sets `nx` and leaves the block `act`.
import { fail } from "../../base/diagnostic.ts";
import type { Expression, Statement } from "../../machine/action.ts";
import type { InstructionClass } from "../../machine/model.ts";
import { compileExpression, compileStatements, identifier } from "../expression.ts";
import type { ExpressionContext } from "../expression.ts";
import type { MethodCall } from "../method-calls.ts";
import type { OsmLayout } from "./layout.ts";
import { noOperand } from "./operands.ts";
import { memoryAction } from "./memory-actions.ts";
import { asksResources } from "./value-expressions.ts";

export interface CompiledState {
  readonly text: string;
  /** Code of `Repeat` statements. */
  readonly repeat: string;
  /** Statements that undo what the state's code allocates. */
  readonly releases: readonly string[];
  /** Codes that it changes to, −2: the initial state; with the state for exceptions. */
  readonly next: readonly number[];
}

export const retireCode = -2;

export function compileState(layout: OsmLayout, classIndex: number, state: string): CompiledState {
  return new StateCompiler(layout, classIndex, state).compile();
}

/** Texts of what a class's code makes of operand values, as `layout.results` has them; `ins.s`: the instruction's word. */
export function compileResults(layout: OsmLayout, classIndex: number): string[] {
  return new StateCompiler(layout, classIndex, "").results();
}

/** Text of the description's `branch_hook` as a branch of this class runs it. */
export function compileBranchHook(layout: OsmLayout, classIndex: number): string {
  return new StateCompiler(layout, classIndex, "branch_hook").hook();
}

type Compile = (inner: Expression) => string;

class StateCompiler {
  readonly #layout: OsmLayout;
  readonly #classIndex: number;
  readonly #class: InstructionClass;
  readonly #state: string;
  readonly #stage: number;
  readonly #next: number[] = [];
  readonly #releases: string[] = [];
  /** Code of the state that an exception leads to; −1: none. */
  readonly #exceptionCode: number;
  /** Expressions that were evaluated at issue; undefined: they are being evaluated. */
  #results: ReadonlyMap<Expression, number> | undefined;
  #repeat = "";

  constructor(layout: OsmLayout, classIndex: number, state: string) {
    this.#layout = layout;
    this.#classIndex = classIndex;
    this.#class = layout.model.pipeline.classes[classIndex]!;
    this.#state = state;
    const code = layout.codes.find((one) => one.classIndex === classIndex && one.state === state);
    this.#stage = code?.stage ?? -1;
    const target = layout.machineOf(classIndex).exceptionState[state];
    this.#results = new Map(layout.results[classIndex]!.map((one, at) => [one, at]));
    this.#exceptionCode = target === undefined ? -1 : (layout.codeOf(classIndex, target) ?? -1);
  }

  compile(): CompiledState {
    const text = compileStatements(this.#class.action[this.#state] ?? [], this.#context);
    if (this.#exceptionCode >= 0) this.#next.push(this.#exceptionCode);
    return { text, repeat: this.#repeat, releases: this.#releases, next: this.#next };
  }

  /** Text of the results that are evaluated at issue. */
  results(): string[] {
    this.#results = undefined;
    return this.#layout.results[this.#classIndex]!.map((one) => compileExpression(one, this.#context));
  }

  hook(): string {
    return compileStatements(this.#layout.model.pipeline.branchHook?.body ?? [], this.#context);
  }

  readonly #context: ExpressionContext = {
    helperPrefix: "h_",
    replace: (expression) => {
      const at = this.#results?.get(expression);
      return at === undefined ? undefined : `ins.v${at}`;
    },
    leaf: (expression, compile) => this.#leaf(expression, compile),
    call: (expression, compile) => this.#call(expression, compile),
    statement: (expression, compile) =>
      expression.kind === "method" && expression.object === "" ? this.#jump(expression, compile) : undefined,
    repeat: (body: readonly Statement[]) => {
      this.#repeat += compileStatements(body, this.#context);
    },
  };

  #complain(message: string, help?: string): never {
    return fail("BW0702", `instruction class ${this.#class.name}, state ${this.#state}: ${message}`, help);
  }

  /** Statements that may leave the state's code. */
  #jump(call: MethodCall, compile: Compile): string | undefined {
    const { method: name, arguments: args } = call;
    if (name === "change_state") {
      const state = this.#name(args[0]);
      const code = this.#layout.codeOf(this.#classIndex, state);
      if (code === undefined) this.#complain(`there is no state ${state}`);
      this.#next.push(code!);
      return `nx = ${code!}; break act;`;
    }
    if (name === "exec") return this.#execute("", 0);
    if (name === "exec_and_read" || name === "exec_and_write") {
      const memory = this.#layout.memoryNamed(this.#name(args[0]));
      if (!memory) this.#complain(`${this.#name(args[0])} is no memory`);
      const rest = args.slice(1).map(compile);
      return this.#execute(`${memoryAction(this.#layout, memory!, name, rest)};`, 1);
    }
    return undefined;
  }

  /** exec(): here a halt takes effect, and an exception when this execution is the one that raises it. */
  #execute(before: string, advanced: number): string {
    const halt = `if (ins.halt) halted(${this.#stage}, ins, position);`;
    if (this.#exceptionCode < 0) return `${before} ${halt}`;
    const now = this.#layout.mode === "safe" || advanced === 0 ? "" : ` && !${this.#hasMore()}`;
    const first = this.#layout.mode === "normal" ? (advanced === 0 ? ` && !${this.#hasMore()}` : now) : "";
    const commit = this.#class.commitOnException
      ? `cancelMemory(ins); releaseState(ins); flush_${this.#stage < 0 ? "i" : this.#stage}(ins, position, ins.next, true);`
      : "";
    return `${before} ${halt} if (ins.exc !== 0${first}) { ins.exc = 0; ${commit} nx = ${this.#exceptionCode}; break act; }`;
  }

  #hasMore(): string {
    return this.#layout.flat ? "(ins.head < ins.count)" : "T.hasMore(ins)";
  }

  #leaf(expression: Expression, compile: Compile): string {
    switch (expression.kind) {
      case "method":
        return this.#method(expression, compile);
      case "name": {
        const { name } = expression;
        if (name === "position") return "position";
        if (name === "true" || name === "false") return name;
        const mask = this.#layout.attributeMask(name);
        if (mask !== 0) return String(mask);
        const at = this.#layout.model.pipeline.classes.findIndex(
          (one) => name === `${one.name}_class` || name === `${one.name}Class`,
        );
        if (at >= 0) return String(at + 1);
        return this.#complain(`nothing here is named ${name}`);
      }
      case "register":
        return `oracle.registerValue(${JSON.stringify(expression.register)}, 0)`;
      case "element":
        return `oracle.registerValue(${JSON.stringify(expression.registerFile)}, ${compile(expression.index)})`;
      default:
        return this.#complain(`a ${expression.kind} cannot be used here`, "bind it to an operand");
    }
  }

  /** A helper, or a function of the class that stands for another helper in each instruction. */
  #call(call: Extract<Expression, { kind: "call" }>, compile: Compile): string {
    const args = call.arguments.map(compile).join(", ");
    const slots = functionNames(this.#class);
    const slot = slots.indexOf(call.helper);
    if (slot < 0) return this.#helper(call.helper, args);
    const helpers = helpersOf(this.#class, call.helper);
    return `(${helpers
      .map((helper, at) => {
        const text = this.#helper(helper, args);
        return at === helpers.length - 1 ? text : `ins.s.fn[${slot}] === ${at} ? ${text} : `;
      })
      .join("")})`;
  }

  /** A helper that asks resources is put in place, since what it asks depends on the instruction. */
  #helper(name: string, args: string): string {
    const helper = this.#layout.model.pipeline.helpers[name];
    if (!helper || !asksResources(helper.body)) return `h_${identifier(name)}(${args})`;
    const parameters = helper.parameters.map((one) => `l_${identifier(one.name)}`).join(", ");
    return `((${parameters}) => { ${compileStatements(helper.body, this.#context)} return 0; })(${args})`;
  }

  #name(argument: Expression | undefined): string {
    if (argument?.kind === "name" || argument?.kind === "local") return argument.name;
    return this.#complain("a name is wanted as argument");
  }

  #method(call: MethodCall, compile: Compile): string {
    const { object, method: name, arguments: args } = call;
    const layout = this.#layout;
    if (object === "") return this.#control(name, args, compile);
    const operand = layout.operandTables[this.#classIndex]!.indexOf(object);
    if (operand >= 0) return this.#operand(operand, name, args);
    const stage = layout.stageIndex(object);
    if (stage >= 0 || object === "Issue") return this.#stageMethod(stage, name, args, compile);
    const { pipeline } = layout.model;
    const semaphore = pipeline.semaphores.findIndex((one) => one.name === object);
    if (semaphore >= 0) return this.#counter(`q_${semaphore}`, pipeline.semaphores[semaphore]!.count, name);
    const custom = pipeline.customs.findIndex((one) => one.name === object);
    if (custom >= 0) return this.#counter(`c_${custom}`, limitOf(pipeline.customs[custom]!.parameters), name);
    const flag = pipeline.flags.findIndex((one) => one.name === object);
    if (flag >= 0) return this.#flag(`g_${flag}`, name, args, compile);
    const memory = layout.memoryNamed(object);
    if (memory) {
      const rest = args.map(compile);
      if (name.startsWith("allocate"))
        this.#releases.push(`${memoryAction(layout, memory, `de${name}`, rest)};`);
      return memoryAction(layout, memory, name, rest);
    }
    const path = pipeline.forwardingPaths.findIndex((one) => one.name === object);
    if (path >= 0) {
      if (name !== "write") this.#complain(`a forwarding path has no method ${name}`);
      const written = layout.operandTables[this.#classIndex]!.indexOf(this.#name(args[0]));
      if (written < 0) this.#complain(`${this.#name(args[0])} is no operand`);
      return `forward_${path}(ins.s.o${written}, ins.iid)`;
    }
    if (object === pipeline.fetchUnit.name) return this.#fetchMethod(name, args, compile);
    const predictor = pipeline.branchPredictors.findIndex((one) => one.name === object);
    if (predictor >= 0) return this.#predictor(predictor, name);
    const { isa } = layout.model;
    if (object in isa.registers || object in isa.registerFiles)
      return this.#registerMethod(object, name, args);
    return this.#complain(`nothing here is named ${object}`);
  }

  /** An inquiry on a register itself: `CR.can_read(mask)`, `GPR.can_read(3)`. */
  #registerMethod(register: string, name: string, args: readonly Expression[]): string {
    const { registers, registerWords } = this.#layout;
    const constants = args.map((argument) =>
      argument.kind === "constant" ? argument.value : this.#complain("a register's inquiry takes numbers"),
    );
    const isFile = registers.sizeOf(register) > 0;
    const index = isFile ? Number(constants.shift() ?? 0n) : 0;
    const mask = registers.maskOf(register, index, constants[0] ?? 0n);
    const number = registers.numberOf(register, index);
    if (name === "can_write" || number < 0) return "true";
    if (name !== "can_read") this.#complain(`a register has no method ${name}`);
    const { units } = this.#layout;
    if (units) {
      const part = constants[0] === undefined ? 0xffffffff : Number(BigInt.asUintN(32, constants[0]));
      const at = registerWords.push({ ...noOperand, checks: units.of(register, index, part) });
      return `canRead(rw[${at - 1}], ins.iid)`;
    }
    const whole = mask === 0;
    const at = registerWords.push({
      ...noOperand,
      checks: whole ? [number] : [],
      partialChecks: whole ? [] : [number, mask],
    });
    return `canRead(rw[${at - 1}], ins.iid)`;
  }

  #operand(operand: number, name: string, args: readonly Expression[]): string {
    const word = `ins.s.o${operand}`;
    const reader = (kind: string): string => {
      const paths = args.map((argument) => {
        const path = this.#layout.model.pipeline.forwardingPaths.findIndex(
          (one) => one.name === this.#name(argument),
        );
        if (path < 0) this.#complain(`${this.#name(argument)} is no forwarding path`);
        return path;
      });
      const made = `${kind}_${paths.join("_")}`;
      this.#layout.pathReaders.set(made, paths);
      return made;
    };
    switch (name) {
      case "can_read":
        return `canRead(${word}, ins.iid)`;
      case "can_read_fp":
        return args.length === 0
          ? `canRead(${word}, ins.iid)`
          : `${reader("canReadForward")}(${word}, ins.iid)`;
      case "can_write":
        return "true";
      case "read":
        return `(${word}.waits.length !== 0 && markRead(${word}, ins))`;
      case "record_sources":
        return `recordSources(${word}, ins)`;
      case "read_avail":
        return `${reader("readAvailable")}(${word}, ins)`;
      case "allocate":
        this.#releases.push(`release(${word});`);
        return `allocate(${word}, ins.iid)`;
      case "deallocate":
      case "write":
        return `release(${word})`;
      case "value":
        return `(${word}.isImmediate ? ${word}.fieldValue : valueOf(${word}.register))`;
      case "field_value":
        return `${word}.fieldValue`;
      case "is_real":
        return `${word}.isReal`;
      default:
        return this.#complain(`an operand has no method ${name}`);
    }
  }

  #stageMethod(stage: number, name: string, args: readonly Expression[], compile: Compile): string {
    const { stages } = this.#layout.model.pipeline;
    const size = stage < 0 ? 1 : stages[stage]!.size;
    const at = (index: string): string =>
      stage < 0 ? "issueSlot" : size === 1 ? `s_${stage}` : `(a_${stage}[${index}] ?? null)`;
    const count =
      stage < 0
        ? "(issueSlot === null ? 0 : 1)"
        : size === 1
          ? `(s_${stage} === null ? 0 : 1)`
          : `n_${stage}`;
    const rigid = stage >= 0 && stages[stage]!.rigid ? "!stalled && " : "";
    switch (name) {
      case "has_space":
        if (size === 1 && args.length === 0) return `(${rigid}${at("0")} === null)`;
        return `(${rigid}${count} + ${args[0] ? compile(args[0]) : "1"} <= ${size})`;
      case "empty":
        return size === 1 ? `(${at("0")} === null)` : `(n_${stage} === 0)`;
      case "no_capacity_check":
        return "true";
      case "add_instr":
        return this.#layout.hasShared ? `addInstruction_${stage}(ins)` : this.#complain("no stage is shared");
      case "size":
        return count;
      case "capacity":
        return String(size);
      case "has_attr": {
        const position = args.length > 1 ? compile(args[0]!) : "0";
        return `hasAttribute(${at(position)}, ${compile(args.at(-1)!)})`;
      }
      case "instr_class":
        return `classOf(${at(args[0] ? compile(args[0]) : "0")})`;
      default:
        return this.#complain(`a pipeline stage has no method ${name}`);
    }
  }

  #counter(variable: string, limit: number, name: string): string {
    switch (name) {
      case "can_allocate":
      case "check_allocate":
        return `(${variable} < ${limit})`;
      case "allocate":
        this.#releases.push(`if (${variable} > 0) ${variable}--;`);
        return `${variable}++`;
      case "deallocate":
        return `(${variable} > 0 && ${variable}--)`;
      case "clear":
        return `${variable} = 0`;
      case "count":
        return variable;
      default:
        return this.#complain(`a semaphore has no method ${name}`);
    }
  }

  #flag(variable: string, name: string, args: readonly Expression[], compile: Compile): string {
    switch (name) {
      case "can_allocate":
      case "check_allocate":
        return `(cyc >= ${variable})`;
      case "allocate":
        this.#releases.push(`${variable} = cyc;`);
        return `${variable} = Infinity`;
      case "deallocate":
        return `${variable} = cyc${args[0] ? ` + ${compile(args[0])}` : ""}`;
      default:
        return this.#complain(`a flag has no method ${name}`);
    }
  }

  #fetchMethod(name: string, args: readonly Expression[], compile: Compile): string {
    switch (name) {
      case "pause":
        return "tryFetch = false";
      case "force":
        return "tryFetch = true";
      case "set_cancel":
        return `canCancel = ${compile(args[0]!)} ? true : false`;
      case "cancel":
        return `cancelFetch(${args[0] ? `${compile(args[0])} ? true : false` : "canCancel"})`;
      case "flush":
        return `restartFetch(${args[0] ? `${compile(args[0])} ? true : false` : "canCancel"})`;
      default:
        return this.#complain(`the fetch unit has no method ${name}`);
    }
  }

  #predictor(predictor: number, name: string): string {
    const at = `B_${predictor}`;
    switch (name) {
      case "enabled":
        return `${at}.enabled()`;
      case "update":
      case "update_normal":
        return `updatePrediction(${at}, ins, "normal")`;
      case "update_link_type":
        return `updatePrediction(${at}, ins, "link")`;
      case "update_return_type":
        return `updatePrediction(${at}, ins, "return")`;
      case "predict":
      case "predict_taken":
        return `predictedTaken(${at}, ins)`;
      case "prediction":
        return `predictionNumber(${at}, ins)`;
      case "predicted_target":
        return `${at}.target`;
      case "last_predict_taken": {
        const kind = this.#class.attributes.includes("return_type") ? "return" : "normal";
        return `lastPredictedTaken(${at}, ins, "${kind}")`;
      }
      default:
        return this.#complain(`a branch predictor has no method ${name}`);
    }
  }

  #control(name: string, args: readonly Expression[], compile: Compile): string {
    const here = this.#stage < 0 ? "i" : String(this.#stage);
    switch (name) {
      case "commit_exceptions":
        return "0";
      case "has_exceptions":
        return "(ins.exc !== 0)";
      case "exec_done":
        return `(!${this.#hasMore()})`;
      case "has_more_mem":
        return this.#hasMore();
      case "has_next_request":
        return this.#layout.flat ? "(ins.requested < ins.count)" : "T.hasNextRequest(ins)";
      case "has_requested_mem_op":
        return this.#layout.flat
          ? "(ins.head < ins.count && ins.requested > ins.head)"
          : "T.hasRequested(ins)";
      case "next_req_mem":
        return this.#layout.flat ? "(ins.requested < ins.count && ins.requested++)" : "T.nextRequest(ins)";
      case "is_misaligned":
        return this.#layout.flat
          ? `misaligned(ins, ${compile(args[0]!)})`
          : `T.isMisaligned(ins, ${compile(args[0]!)})`;
      case "is_serialized":
        return this.#layout.flat ? "false" : `T.isSerialized(ins, ${args[0] ? compile(args[0]) : "-1"})`;
      case "set_serialized":
      case "set_serialized_level":
        return this.#layout.flat ? "0" : `T.setSerialized(ins, ${compile(args[0]!)})`;
      case "clr_serialized":
        return this.#layout.flat ? "0" : `T.clearSerialized(ins, ${compile(args[0]!)})`;
      case "free_all_mem":
        return "cancelMemory(ins)";
      case "can_read_ops":
        return "canRead(ins.s.o0, ins.iid)";
      case "can_write_ops":
        return "true";
      case "read_ops":
        return "0";
      case "allocate_ops":
        this.#releases.push("release(ins.s.o0);");
        return "allocate(ins.s.o0, ins.iid)";
      case "deallocate_ops":
      case "write_ops":
        return "release(ins.s.o0)";
      case "check_latency":
        return "(ins.lat === 0)";
      case "clear_latency":
        return "ins.lat = 0";
      case "decr_latency":
        return "(ins.lat > 0 && ins.lat--)";
      case "latency":
        return "ins.lat";
      case "set_latency":
        return `ins.lat = +(${compile(args[0]!)})`; // an inquiry may be the number
      case "branch_taken":
        return "ins.taken";
      case "branch_target":
        return "(ins.next < 0 ? 0 : ins.next)";
      case "last_branch_prediction_correct":
        return "ins.correct";
      case "taken_flush":
        // One argument: on to where the branch's word says, as predicted.
        if (args.length === 1) {
          return `(${compile(args[0]!)} ? flush_${here}(ins, position, predictedTarget(ins), true) : flush_${here}(ins, position, resumeAt(ins), true))`;
        }
        return args.length > 1
          ? `flush_${here}(ins, position, ${compile(args[0]!)} ? ${compile(args[1]!)} : resumeAt(ins), true)`
          : `flush_${here}(ins, position, resumeAt(ins), true)`;
      case "flush":
        return `flush_${here}(ins, position, resumeAt(ins), true)`;
      case "set_speculative":
        return `setSpeculative(ins, ${args[0] ? `${compile(args[0])} ? true : false` : "true"})`;
      case "stalled":
        return "stalled";
      case "addr":
        return "ins.s.pc";
      case "size":
        return "ins.s.size";
      case "getChildId":
        return "0";
      case "capacity":
        return this.#stage < 0 ? "1" : String(this.#layout.model.pipeline.stages[this.#stage]!.size);
      default:
        return this.#complain(`there is no method ${name}`);
    }
  }
}

/** Names of functions that the class's code calls and that are helpers of each instruction. */
export function functionNames(one: InstructionClass): string[] {
  const tables = [one.functions, ...Object.values(one.functionOverrides)];
  return [...new Set(tables.flatMap((table) => Object.keys(table)))];
}

/** The helpers behind one of these names, numbered by position. */
export function helpersOf(one: InstructionClass, name: string): string[] {
  const tables = [one.functions, ...Object.values(one.functionOverrides)];
  return [...new Set(tables.flatMap((table) => (table[name] === undefined ? [] : [table[name]!])))];
}

/** A custom resource counts up to the one number among its arguments. */
function limitOf(parameters: Readonly<Record<string, number | string>>): number {
  const numbers = Object.values(parameters).filter((value) => typeof value === "number");
  return numbers.length === 1 ? numbers[0]! : 1;
}
