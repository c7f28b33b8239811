// Action code to JavaScript text.
// One compiler makes the text of one JavaScript function: a whole basic block, whose instruction fields are constants and
// whose registers are cached in JavaScript variables, or one instruction with its fields as parameters. Every write of a
// register goes to the register array at once as well, so that the state is exact when an instruction faults and so that
// computed register numbers (lmw, lswx) need no special care beyond reloading the cached variables afterwards.
import { assertUnreachable, fail, InternalError } from "../base/diagnostic.ts";
import type { Expression, HelperFunction, Statement, ValueType } from "../machine/action.ts";
import { assignedLocals } from "../machine/assigned-locals.ts";
import type { Instruction, IsaModel } from "../machine/model.ts";
import { compileBuiltin } from "./builtins.ts";
import type { StateLayout } from "./layout.ts";
import type { MachineText, Site } from "./machine-text.ts";
import { RegisterText } from "./register-text.ts";
import { helperCall } from "./helper-call.ts";
import { Scope } from "./scope.ts";
import type { Local } from "./scope.ts";
import { Variables } from "./variables.ts";
import { fitText, insertInto, knownPositions, placed, rangeOf, sliceOf, wrapText } from "./bit-text.ts";
import type { Positions } from "./bit-text.ts";
import { loadText, storeText } from "./memory-text.ts";
import type { AccessText } from "./memory-text.ts";
import {
  BIT,
  binary,
  complement,
  concat,
  constant,
  convert,
  halvesOf,
  negate,
  not,
  paired,
  slice,
  truth,
  value,
  WORD,
} from "../isa/values.ts";
import type { Value } from "../isa/values.ts";

/** Iterations that a loop of action code may make before the run is refused: a wrong description must not hang. */
const LOOP_LIMIT = 65_536;
const HELPER_DEPTH = 16;

export class ActionCompiler {
  readonly #isa: IsaModel;
  /** Has the declarations of cached registers when all instructions have been compiled. */
  readonly registers: RegisterText;
  readonly #access: AccessText;
  readonly #machine: MachineText | undefined;
  #site: Site | undefined;
  #place = "";
  #scope = new Scope(undefined);
  #assigned: ReadonlySet<string> = new Set();
  #out: string[] = [];
  #temporaries = 0;
  #depth = 0;

  readonly #variables: Variables;
  /** The value in a variable, so that it is evaluated here and once. */
  readonly #kept = (v: Value): Value => this.#variables.temporary(v);

  constructor(
    isa: IsaModel,
    layout: StateLayout,
    access: AccessText,
    cacheRegisters: boolean,
    machine?: MachineText,
  ) {
    this.#machine = machine;
    this.#isa = isa;
    this.#access = access;
    const site = {
      emit: (text: string) => this.#out.push(text),
      inner: (work: () => void) => this.#inner(work),
      fresh: (stem: string) => this.#fresh(stem),
      cia: () => this.#cia().js,
      unsupported: (what: string) => this.#unsupported(what),
    };
    this.#variables = new Variables({ ...site, words: machine === undefined });
    this.registers = new RegisterText(layout, cacheRegisters, site, machine === undefined);
  }

  /** Statements of one instruction, in braces. They may assign `nia`. */
  instruction(instruction: Instruction, site: Site): string {
    this.#site = site;
    this.#place = instruction.name;
    this.#assigned = this.#machine ? assignedLocals(instruction.action) : this.#assigned;
    const label = this.#fresh("L");
    this.#scope = new Scope({ label, result: undefined, type: undefined });
    this.#out = [];
    this.#statements(instruction.action);
    const text = this.#out.join("");
    return `${text.includes(`break ${label};`) ? `${label}:` : ""}{${text}}`;
  }

  /** Text of a JavaScript function `name(…)` for a helper, or for a hook, which gets values of any width. */
  function(helper: HelperFunction, name: string, site: Site, isHook: boolean): string {
    this.#site = site;
    this.#place = helper.name;
    this.#assigned = assignedLocals(helper.body);
    this.#scope = new Scope({ label: "", result: undefined, type: helper.result });
    this.#out = [];
    const parameters = helper.parameters.map((p) => {
      const js = this.#fresh(`p_${p.name.replace(/\W/g, "_")}`);
      this.#scope.names.set(p.name, { js, type: p.type });
      if (isHook) this.#out.push(fitText(js, p.type.width));
      return isHook ? `${js}=0` : js;
    });
    this.#statements(helper.body);
    const end = helper.result ? `return ${constant(helper.result, 0n).js};` : "";
    return `function ${name}(${parameters.join(",")}){${this.#out.join("")}${end}}`;
  }

  // ---- Statements ----------------------------------------------------------------------------------------------

  #statements(list: readonly Statement[]): void {
    for (const s of list) this.#statement(s);
  }

  /** A list of statements as text in braces, with names of its own. */
  #block(list: readonly Statement[], first?: () => void): string {
    const saved = this.#out;
    const scope = this.#scope;
    this.#out = [];
    this.#scope = new Scope(scope.exit, scope);
    first?.();
    this.#statements(list);
    const text = `{${this.#out.join("")}}`;
    this.#out = saved;
    this.#scope = scope;
    return text;
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case "declare": {
        const v = s.value ? convert(this.#expression(s.value), s.type) : constant(s.type, 0n);
        if (v.known !== undefined && this.#machine && !this.#assigned.has(s.name)) {
          this.#scope.names.set(s.name, { js: v.js, type: s.type, known: v.known });
          return;
        }
        this.#scope.names.set(s.name, this.#variables.declare(`l_${s.name}`, v));
        return;
      }
      case "assign":
        this.#assign(s.target, this.#expression(s.value));
        return;
      case "expression": {
        const v = this.#expression(s.value);
        if (v.js !== "" && v.known === undefined) this.#out.push(`${v.js};`);
        return;
      }
      case "if": {
        const test = this.#expression(s.test);
        if (test.known !== undefined) {
          const body = test.known !== 0n ? s.then : s.otherwise;
          if (body.length > 0) this.#out.push(this.#block(body));
          return;
        }
        const otherwise = s.otherwise.length > 0 ? `else${this.#block(s.otherwise)}` : "";
        this.#out.push(`if(${truth(test)})${this.#block(s.then)}${otherwise}`);
        return;
      }
      case "while":
        this.#loop(() => undefined, s.test, [], s.body, false);
        return;
      case "do":
        this.#loop(() => undefined, s.test, [], s.body, true);
        return;
      case "for":
        this.#loop(() => this.#statements(s.initial), s.test, s.step, s.body, false);
        return;
      case "switch": {
        const v = this.#expression(s.value);
        const n = v.type.width > 32 ? "n" : "";
        let text = `switch(${v.js}){`;
        for (const c of s.cases) {
          for (const k of c.values) text += `case ${v.type.width > 32 ? k : constant(v.type, k).js}${n}:`;
          text += `${c.values.length === 0 ? "default:" : ""}${this.#block(c.body)}break;`;
        }
        this.#out.push(`${text}}`);
        return;
      }
      case "break":
      case "continue":
        this.#out.push(`${s.kind};`);
        return;
      case "return": {
        const exit = this.#scope.exit;
        if (!exit) this.#unsupported("return outside a helper function");
        if (exit.label === "") {
          // A function of its own.
          const v = s.value && exit.type ? convert(this.#expression(s.value), exit.type).js : "";
          this.#out.push(`return ${v};`);
          return;
        }
        if (s.value && exit.result)
          this.#variables.set(exit.result, convert(this.#expression(s.value), exit.result.type));
        this.#out.push(`break ${exit.label};`);
        return;
      }
      case "try": {
        const error = this.#fresh("x");
        const raised = this.#needMachine("try").isRaised(error);
        this.#out.push(
          `try${this.#block(s.body)}catch(${error}){if(!${raised})throw ${error};${this.#block(s.handler)}}`,
        );
        return;
      }
      case "delayed": {
        const machine = this.#needMachine("delayed_write");
        const delay = convert(this.#expression(s.delay), WORD).js;
        this.#out.push(machine.delayed(delay, this.#block(s.body)));
        return;
      }
      case "repeat":
        return this.#unsupported("repeat");
      default:
        return assertUnreachable(s);
    }
  }

  #loop(
    initial: () => void,
    test: Expression,
    step: readonly Statement[],
    body: readonly Statement[],
    testLast: boolean,
  ): void {
    const guard = this.#fresh("g");
    const text = this.#block([], () => {
      initial();
      this.#out.push(`let ${guard}=0;`);
      const stop = this.#inner(() => this.#out.push(`if(!${truth(this.#expression(test))})break;`));
      const limit = `if(++${guard}>${LOOP_LIMIT})E.endless(${this.#cia().js});`;
      // `continue` must reach the step: the body is a labelled inner loop of one turn only where it has to be.
      const again = this.#inner(() => this.#statements(step));
      const inner = this.#block(body);
      const first = testLast ? `if(!f){${stop}}` : `if(!f){${again}}${stop}`;
      this.#out.push(`for(let f=1;;f=0){${limit}${first}${inner}}`);
    });
    this.#out.push(`${text}/*reload*/`);
  }

  /** Statements without a scope of their own. */
  #inner(emit: () => void): string {
    const saved = this.#out;
    this.#out = [];
    emit();
    const text = this.#out.join("");
    this.#out = saved;
    return text;
  }

  // ---- Assignment ----------------------------------------------------------------------------------------------

  #assign(target: Expression, given: Value): void {
    const v = convert(given, target.type);
    switch (target.kind) {
      case "local": {
        const l = this.#local(target.name);
        this.#variables.set(l, convert(given, l.type));
        return;
      }
      case "register": {
        const special = this.#machine?.writeRegister(target.register, v.js, target.direct ?? false);
        if (special !== undefined) this.#out.push(special);
        else this.registers.write(this.registers.slot(target.register), v);
        return;
      }
      case "element": {
        const index = this.#expression(target.index);
        const at = convert(index, WORD).js;
        const special = this.#machine?.writeElement(target.registerFile, at, v.js, target.direct ?? false);
        if (special !== undefined) this.#out.push(special);
        else this.registers.writeElement(target.registerFile, index, v);
        return;
      }
      case "parm":
        this.#out.push(`${this.#needMachine("parm").parm(target.parm)}=${convert(given, WORD).js};`);
        return;
      case "entry": {
        const at = target.indices.map((i) => convert(this.#expression(i), WORD).js);
        const { object, field, type } = target;
        this.#out.push(this.#needMachine("entry").writeEntry(object, field, type.width, at, v.js));
        return;
      }
      case "range": {
        const plain: ValueType = { width: target.value.type.width, signed: false };
        const at = this.#positions(target, plain.width);
        const [first, last] = knownPositions(at) ?? [];
        if (first === 0 && last === plain.width - 1) return this.#assign(target.value, v);
        const old = this.#kept(convert(this.#expression(target.value), plain));
        const bits = this.#kept(convert(v, plain));
        this.#assign(target.value, insertInto(plain, old, at, bits, this.#kept));
        return;
      }
      case "cia":
        this.#out.push(this.#needMachine("cia").setCia(convert(given, WORD).js));
        return;
      case "slice":
        this.#assignSlice(target, v);
        return;
      case "memory": {
        const address = this.#kept(convert(this.#expression(target.address), WORD));
        if (this.#machine) {
          this.#out.push(this.#machine.store(target.memory, address.js, target.bytes, v.js));
          return;
        }
        const stored = this.#kept(v);
        const { bytes } = target;
        this.#out.push(storeText(this.#access, address.js, bytes, stored, this.#cia(), this.#fresh("i")));
        return;
      }
      case "nia":
        if (this.#access.record) this.#out.push("X[1]=1;");
        this.#out.push(this.#machine?.branch(convert(given, WORD).js) ?? `nia=${convert(given, WORD).js};`);
        return;
      case "concat": {
        const whole = this.#kept(v);
        let first = 0;
        for (const part of target.parts) {
          const last = first + part.type.width - 1;
          this.#assign(part, slice(whole, first, last, { width: part.type.width, signed: false }));
          first = last + 1;
        }
        return;
      }
      case "extend":
        this.#assign(target.value, v);
        return;
      default:
        this.#unsupported(`assignment to ${target.kind}`);
    }
  }

  /** Bits of a register, element, local or slice: the whole is read, changed and written. */
  #assignSlice(target: Expression & { kind: "slice" }, v: Value): void {
    const whole = target.value.type;
    const plain: ValueType = { width: whole.width, signed: false };
    const first = this.#expression(target.first);
    const last = this.#expression(target.last);
    const old = convert(this.#expression(target.value), plain);
    const bits = convert({ ...v, type: { width: v.type.width, signed: false } }, plain);
    const width = target.type.width;
    this.#assign(target.value, placed(plain, width, old, bits, first, last, this.#kept));
  }

  // ---- Expressions ---------------------------------------------------------------------------------------------

  #expression(e: Expression): Value {
    switch (e.kind) {
      case "constant":
        return constant(e.type, e.value);
      case "local": {
        const l = this.#local(e.name);
        return convert(l, e.type);
      }
      case "field":
        return convert(this.#at().field(e.field), e.type);
      case "register": {
        const special = this.#machine?.readRegister(e.register, e.direct ?? false);
        if (special !== undefined) return this.#kept(value(e.type, special));
        return convert(this.registers.read(this.registers.slot(e.register)), e.type);
      }
      case "element": {
        const index = this.#expression(e.index);
        const at = convert(index, WORD).js;
        const special = this.#machine?.readElement(e.registerFile, at, e.direct ?? false);
        if (special !== undefined) return this.#kept(value(e.type, special));
        return convert(this.registers.element(e.registerFile, index), e.type);
      }
      case "parm":
        return this.#parm(e);
      case "entry": {
        const at = e.indices.map((i) => convert(this.#expression(i), WORD).js);
        return this.#kept(
          value(e.type, this.#needMachine("entry").entry(e.object, e.field, e.type.width, at)),
        );
      }
      case "range": {
        const plain: ValueType = { width: e.value.type.width, signed: false };
        const v = this.#kept(convert(this.#expression(e.value), plain));
        return convert(rangeOf(plain, v, this.#positions(e, plain.width)), e.type);
      }
      case "insert": {
        const plain: ValueType = { width: e.value.type.width, signed: false };
        const v = this.#kept(convert(this.#expression(e.value), plain));
        const bits = this.#kept(convert(this.#expression(e.bits), plain));
        const at = this.#positions(e, plain.width);
        return convert(insertInto(plain, v, at, bits, this.#kept), e.type);
      }
      case "service":
        return this.#service(e);
      case "slice":
        return this.#slice(e);
      case "concat":
        return concat(
          e.parts.map((p) => this.#expression(p)),
          e.type,
        );
      case "extend":
        return convert(this.#expression(e.value), e.type);
      case "unary": {
        const v = this.#expression(e.value);
        if (e.operator === "!") return convert(not(v), e.type);
        const same = convert(v, e.type);
        return e.operator === "~" ? complement(same) : e.operator === "-" ? negate(same) : same;
      }
      case "binary":
        if (e.operator === "&&" || e.operator === "||") return this.#logical(e);
        return convert(
          binary(e.type, e.operator, this.#expression(e.left), this.#expression(e.right)),
          e.type,
        );
      case "conditional": {
        const test = this.#expression(e.test);
        if (test.known === undefined) return this.#choose(test, e.type, [e.then, e.otherwise]);
        return convert(this.#expression(test.known !== 0n ? e.then : e.otherwise), e.type);
      }
      case "memory": {
        const address = this.#kept(convert(this.#expression(e.address), WORD));
        const type: ValueType = { width: 8 * e.bytes, signed: false };
        const name = this.#fresh("m");
        if (this.#machine) {
          this.#out.push(`const ${name}=${this.#machine.load(e.memory, address.js, e.bytes)};`);
          return convert(value(type, name), e.type);
        }
        this.#out.push(loadText(this.#access, name, address.js, e.bytes, this.#cia(), this.#fresh("i")));
        if (e.bytes === 8) return { ...paired(type, `${name}h`, `${name}l`), type: e.type };
        return convert({ ...value(type, name), type: { width: type.width, signed: e.type.signed } }, e.type);
      }
      case "cia":
        return convert(this.#cia(), e.type);
      case "nia":
        return convert(value(WORD, "nia"), e.type);
      case "builtin": {
        const args = e.arguments.map((a) => this.#expression(a));
        const result = compileBuiltin(e.name, args, {
          temporary: this.#kept,
          halves: (v) => this.#variables.halves(v),
          fresh: (stem) => this.#fresh(stem),
          emit: (text) => this.#out.push(text),
          recordsAddresses: this.#access.record,
          cia: this.#cia(),
          type: e.type,
        });
        return result ? convert(result, e.type) : value(e.type, "");
      }
      case "call":
        return this.#call(e);
      case "method":
      case "name":
        return this.#unsupported(`${e.kind} of the microarchitecture`);
      default:
        return assertUnreachable(e);
    }
  }

  #slice(e: Expression & { kind: "slice" }): Value {
    const first = this.#expression(e.first);
    const last = e.last === e.first ? first : this.#expression(e.last);
    const v = this.#expression(e.value);
    return (
      sliceOf(v, first, last, e.type, this.#machine !== undefined) ??
      this.#unsupported(`bits ${first.js} to ${last.js} of a value of ${v.type.width} bits`)
    );
  }

  /** `a && b`: b's loads and calls happen only when they are reached. */
  #logical(e: Expression & { kind: "binary" }): Value {
    const left = this.#expression(e.left);
    const and = e.operator === "&&";
    if (left.known !== undefined && (left.known === 0n) === and) return constant(BIT, and ? 0n : 1n);
    let right: Value | undefined;
    const effects = this.#inner(() => {
      right = this.#expression(e.right);
    });
    if (!right) throw new InternalError("no value");
    if (effects === "") return convert(binary(BIT, e.operator, left, right), e.type);
    const name = this.#fresh("t");
    const test = and ? truth(left) : `!${truth(left)}`;
    this.#out.push(`let ${name}=${and ? 0 : 1};if(${test}){${effects}${name}=${truth(right)}?1:0;}`);
    return convert(value(BIT, name), e.type);
  }

  #choose(test: Value, type: ValueType, choices: readonly Expression[]): Value {
    const arms = choices.map((arm) => {
      let v: Value | undefined;
      const effects = this.#inner(() => {
        v = convert(this.#expression(arm), type);
      });
      if (!v) throw new InternalError("no value");
      return { effects, v };
    });
    const [a, b] = arms;
    if (!a || !b) throw new InternalError("no arms");
    const words = halvesOf(a.v) !== undefined && halvesOf(b.v) !== undefined;
    if (a.effects === "" && b.effects === "" && !words)
      return value(type, `(${truth(test)}?${a.v.js}:${b.v.js})`);
    const chosen = this.#variables.declare("t", constant(type, 0n));
    const set = (v: Value): string => this.#inner(() => this.#variables.set(chosen, v));
    this.#out.push(`if(${truth(test)}){${a.effects}${set(a.v)}}else{${b.effects}${set(b.v)}}`);
    return { ...chosen, type };
  }

  /** A parameter's value; the one that it starts with where nothing can change it. */
  #parm(e: Expression & { kind: "parm" }): Value {
    if (this.#machine) return value(e.type, this.#machine.parm(e.parm));
    return constant(e.type, BigInt(this.#isa.machine?.parms.find((p) => p.name === e.parm)?.initial ?? 0));
  }

  #needMachine(what: string): MachineText {
    return this.#machine ?? this.#unsupported(what);
  }

  /** First and last position of a range, modulo the width. */
  #positions(e: { readonly first: Expression; readonly last: Expression }, width: number): Positions {
    const at = (p: Expression): Value => {
      const v = convert(this.#expression(p), WORD);
      if (v.known !== undefined) return constant(WORD, v.known % BigInt(width));
      return this.#kept(value(WORD, wrapText(width, v.js)));
    };
    return [at(e.first), at(e.last)];
  }

  #service(e: Expression & { kind: "service" }): Value {
    const machine = this.#needMachine(`the service ${e.service}`);
    const values = e.arguments.map((a) => this.#kept(this.#expression(a)).js);
    const result = this.#fresh("s");
    this.#out.push(`const ${result}=${machine.service(e.service, e.object, values)};`);
    e.outputs?.forEach((target, i) => this.#assign(target, value(WORD, machine.output(i))));
    return value(e.type, result);
  }

  /** A helper's body stands in place of its call; recursion is refused. */
  #call({ helper: name, arguments: args, outputs, type }: Expression & { kind: "call" }): Value {
    const helper: HelperFunction | undefined = this.#isa.helpers[name];
    if (!helper) this.#unsupported(`helper function ${name}`);
    if (this.#machine) {
      const [only] = helper.body;
      if (only?.kind === "return" && only.value?.kind === "constant" && !outputs)
        return convert(this.#expression(only.value), type);
      const given = args.map((a, i) => convert(this.#expression(a), helper.parameters[i]?.type ?? a.type));
      return helperCall(this.#machine.helper(name), helper, given, outputs, type, {
        kept: this.#kept,
        emit: (text) => this.#out.push(text),
        assign: (target, v) => this.#assign(target, v),
      });
    }
    if (outputs) this.#unsupported("references");
    if (++this.#depth > HELPER_DEPTH) this.#unsupported(`recursion of ${name}`);
    const values = args.map((a) => this.#expression(a));
    const label = this.#fresh("L");
    const result = helper.result && this.#variables.declare("r", constant(helper.result, 0n));
    const saved = this.#out;
    const scope = this.#scope;
    this.#out = [];
    this.#scope = new Scope({ label, result, type: helper.result });
    helper.parameters.forEach((p, i) => {
      const given = values[i];
      if (!given) this.#unsupported(`${name} with too few arguments`);
      this.#scope.names.set(p.name, this.#variables.declare(`p_${p.name}`, convert(given, p.type)));
    });
    this.#statements(helper.body);
    const body = this.#out.join("");
    this.#out = saved;
    this.#scope = scope;
    this.#depth--;
    const labelled = body.includes(`break ${label};`) ? `${label}:` : "";
    this.#out.push(`${labelled}{${body}}`);
    return result ? convert(result, type) : value(type, "");
  }

  #local(name: string): Local {
    return this.#scope.find(name) ?? this.#unsupported(`local ${name}`);
  }

  // ---- Small things --------------------------------------------------------------------------------------------

  #fresh(stem: string): string {
    return `${stem}_${this.#temporaries++}`;
  }

  #at(): Site {
    if (!this.#site) throw new InternalError("no instruction is being compiled");
    return this.#site;
  }

  #cia(): Value {
    return this.#at().cia;
  }

  #unsupported(what: string): never {
    return fail(
      "BW0321",
      `the action of instruction ${this.#place} uses ${what}, which the simulator does not have`,
    );
  }
}
