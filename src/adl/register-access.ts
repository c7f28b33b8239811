// Register accesses of an instruction as the description language counts them, which is what operands of instruction
// classes bind to: a register, or an element that fields name, once each, with the bits that are certain from the text
// alone. Conditions on fields do not matter, except where constants (also through arguments of helpers) decide them.
// `register-use.ts` answers another question, which bits a given instruction word really needs.
//
// The rules: a read of what was wholly written before is no source, unless the write came first and was partial (then
// the whole register counts as written). A slice whose bounds are not constant is the whole register. Both branches of a
// condition start from what was known before it. A helper starts from nothing.
import type { BinaryOperator, Expression, HelperFunction, Statement } from "../machine/action.ts";
import { assignedLocals } from "../machine/assigned-locals.ts";
import { evaluate } from "../machine/evaluate.ts";
import type { RegisterAccess, RegisterIndex } from "../machine/model.ts";
import { operandsOf } from "./action-shapes.ts";
import { constantValue } from "./fold.ts";
import { LIMITS } from "./limits.ts";
import { POISON } from "./typed.ts";
import { linearOf } from "./linear.ts";
import type { Linear } from "./linear.ts";

/** Names under which accesses to the addresses of this and the next instruction appear. */
export const CURRENT_ADDRESS = "$cia";
export const NEXT_ADDRESS = "$nia";

/** The accesses of an action, ordered by register and index. */
export function registerAccesses(
  action: readonly Statement[],
  helpers: ReadonlyMap<string, HelperFunction>,
): RegisterAccess[] {
  const walker = new AccessWalker(helpers);
  const found = emptyUsage();
  walker.statements(action, { usage: found, locals: new Map(), depth: 0 });
  const result: RegisterAccess[] = [];
  for (const key of [...new Set([...found.sources.keys(), ...found.targets.keys()])].sort()) {
    const source = found.sources.get(key);
    const target = found.targets.get(key);
    const { name, index } = (source ?? target)!;
    result.push({
      name,
      index,
      ...(source ? { source: { mask: source.mask } } : {}),
      ...(target ? { target: { mask: target.mask } } : {}),
    });
  }
  return result;
}

interface Use {
  readonly name: string;
  readonly index: RegisterIndex;
  /** 0: the whole register. */
  readonly mask: bigint;
  readonly partial: boolean;
}

interface Usage {
  sources: Map<string, Use>;
  targets: Map<string, Use>;
}

/** What is known of a local: a form of fields, or the numbers from one form up to another. */
type Known = { readonly form: Linear; readonly end?: Linear };

interface Flow {
  usage: Usage;
  locals: Map<string, Known>;
  readonly depth: number;
}

interface Named {
  readonly name: string;
  readonly index: RegisterIndex;
  readonly width: number;
}

function emptyUsage(): Usage {
  return { sources: new Map(), targets: new Map() };
}

function keyOf(use: { readonly name: string; readonly index: RegisterIndex }): string {
  return `${use.name} ${indexKey(use.index)}`;
}

/** Text that is the same for the same index. */
function indexKey(index: RegisterIndex): string {
  switch (index.kind) {
    case "none":
      return "";
    case "constant":
      return String(index.value);
    case "field":
      return index.field;
    case "sum":
      return `${index.constant}+${index.terms.map((term) => `${term.factor}*${term.field}`).join("+")}`;
    case "range":
      return `${indexKey(index.first)}..${indexKey(index.last)}`;
  }
}

class AccessWalker {
  readonly #helpers: ReadonlyMap<string, HelperFunction>;
  readonly #stack: string[] = [];

  constructor(helpers: ReadonlyMap<string, HelperFunction>) {
    this.#helpers = helpers;
  }

  statements(list: readonly Statement[], flow: Flow): void {
    for (const statement of list) this.#statement(statement, flow);
  }

  #statement(s: Statement, flow: Flow): void {
    switch (s.kind) {
      case "declare":
        if (s.value) this.#read(s.value, flow);
        this.#bind(s.name, s.value, flow);
        return;
      case "assign":
        this.#read(s.value, flow);
        this.#write(s.target, s.value, flow);
        return;
      case "expression":
        this.#read(s.value, flow);
        return;
      case "if": {
        const known = this.#constant(s.test, flow);
        this.#read(s.test, flow);
        const before = flow.usage;
        const branches: Usage[] = [];
        if (known !== 0n) branches.push(this.#branch(s.then, flow, before));
        if (known === undefined || known === 0n) branches.push(this.#branch(s.otherwise, flow, before));
        for (const branch of branches) merge(flow.usage, branch);
        this.#forgetAssigned([s.then, s.otherwise], flow);
        return;
      }
      case "switch": {
        const known = this.#constant(s.value, flow);
        this.#read(s.value, flow);
        const listed = s.cases.find((one) => known !== undefined && one.values.includes(known));
        const taken =
          known === undefined ? s.cases : [listed ?? s.cases.find((one) => one.values.length === 0)];
        const branches = taken.flatMap((one) => (one ? [this.#branch(one.body, flow, emptyUsage())] : []));
        for (const branch of branches) merge(flow.usage, branch);
        this.#forgetAssigned(
          s.cases.map((one) => one.body),
          flow,
        );
        return;
      }
      case "while":
      case "do":
        this.#loop(s.test, s.body, flow);
        return;
      case "for":
        this.statements(s.initial, flow);
        this.#loop(s.test, [...s.body, ...s.step], flow);
        return;
      case "return":
        if (s.value) this.#read(s.value, flow);
        return;
      case "repeat":
        this.statements(s.body, flow);
        return;
      case "try":
        this.statements(s.body, flow);
        merge(flow.usage, this.#branch(s.handler, flow, flow.usage));
        return;
      case "delayed":
        this.#read(s.delay, flow);
        this.statements(s.body, flow);
        return;
      case "break":
      case "continue":
        return;
    }
  }

  #branch(body: readonly Statement[], flow: Flow, start: Usage): Usage {
    const usage = { sources: new Map(start.sources), targets: new Map(start.targets) };
    this.statements(body, { ...flow, usage, locals: new Map(flow.locals) });
    return usage;
  }

  /** A loop variable that counts up to a bound stands for a range of elements; other assigned locals for anything. */
  #loop(test: Expression, body: readonly Statement[], flow: Flow): void {
    const inner: Flow = { ...flow, locals: new Map(flow.locals) };
    const assigned = assignedLocals([body]);
    let empty = false;
    for (const name of assigned) {
      const start = flow.locals.get(name);
      inner.locals.delete(name);
      if (!start || start.end) continue;
      const last = this.#lastOf(name, test, flow);
      if (!last) continue;
      inner.locals.set(name, { form: start.form, end: last });
      if (start.form.terms.size === 0 && last.terms.size === 0 && start.form.constant > last.constant)
        empty = true;
    }
    this.#read(test, inner);
    if (!empty) {
      // Twice: what comes late in the body comes before what is early in it. The loop's variable stands for its range
      // each time.
      this.statements(body, { ...inner, locals: new Map(inner.locals) });
      this.statements(body, { ...inner, locals: new Map(inner.locals) });
    }
    for (const name of assigned) flow.locals.delete(name);
  }

  /** The last value of a variable that a loop's test bounds: `i < 32`, `i <= RT`. */
  #lastOf(name: string, test: Expression, flow: Flow): Linear | undefined {
    if (test.kind !== "binary") return undefined;
    const isName = (e: Expression): boolean => {
      const [term] = linearOf(e)?.terms.values() ?? [];
      return term?.atom.kind === "local" && term.atom.name === name;
    };
    if (!isName(test.left)) return undefined;
    const bound = this.#form(test.right, flow);
    if (!bound) return undefined;
    if (test.operator === "<=") return bound;
    return test.operator === "<" || test.operator === "!="
      ? { constant: bound.constant - 1n, terms: bound.terms }
      : undefined;
  }

  #bind(name: string, value: Expression | undefined, flow: Flow): void {
    const form = value ? this.#form(value, flow) : { constant: 0n, terms: new Map() };
    if (form) flow.locals.set(name, { form });
    else flow.locals.delete(name);
  }

  #forgetAssigned(bodies: readonly (readonly Statement[])[], flow: Flow): void {
    for (const name of assignedLocals(bodies)) flow.locals.delete(name);
  }

  // ---- Expressions ---------------------------------------------------------------------------------------------

  #read(e: Expression, flow: Flow): void {
    switch (e.kind) {
      case "cia":
        this.#source(this.#whole(CURRENT_ADDRESS), flow);
        return;
      case "nia":
        this.#source(this.#whole(NEXT_ADDRESS), flow);
        return;
      case "register":
      case "element":
        this.#readAll(operandsOf(e), flow);
        this.#source(this.#useOf(e, flow), flow);
        return;
      case "slice":
      case "range":
        this.#readAll([e.first, e.last], flow);
        if (e.value.kind === "register" || e.value.kind === "element") {
          this.#readAll(operandsOf(e.value), flow);
          this.#source(this.#useOf(e, flow), flow);
        } else this.#read(e.value, flow);
        return;
      case "conditional": {
        this.#read(e.test, flow);
        const known = this.#constant(e.test, flow);
        if (known !== 0n) this.#read(e.then, flow);
        if (known === undefined || known === 0n) this.#read(e.otherwise, flow);
        return;
      }
      case "service":
        this.#readAll(e.arguments, flow);
        for (const local of e.outputs ?? []) if (local.kind === "local") flow.locals.delete(local.name);
        return;
      case "call":
        this.#call(e, flow);
        return;
      default:
        this.#readAll(operandsOf(e), flow);
    }
  }

  #readAll(list: readonly Expression[], flow: Flow): void {
    for (const e of list) this.#read(e, flow);
  }

  #call(e: Extract<Expression, { kind: "call" }>, flow: Flow): void {
    this.#readAll(e.arguments, flow);
    const helper = this.#helpers.get(e.helper);
    if (!helper || this.#stack.includes(e.helper) || this.#stack.length >= LIMITS.helperDepth) return;
    const inner: Flow = { usage: emptyUsage(), locals: new Map(), depth: flow.depth + 1 };
    helper.parameters.forEach((parameter, at) => {
      const argument = e.arguments[at];
      const form = argument ? this.#form(argument, flow) : undefined;
      if (form) inner.locals.set(parameter.name, { form });
    });
    this.#stack.push(e.helper);
    this.statements(helper.body, inner);
    this.#stack.pop();
    merge(flow.usage, inner.usage);
    for (const output of e.outputs ?? []) this.#write(output, POISON, flow);
  }

  #write(target: Expression, value: Expression, flow: Flow): void {
    switch (target.kind) {
      case "local":
        this.#bind(target.name, value, flow);
        return;
      case "memory":
        this.#read(target.address, flow);
        return;
      case "nia":
        insert(flow.usage.targets, this.#whole(NEXT_ADDRESS));
        return;
      case "cia":
        insert(flow.usage.targets, this.#whole(CURRENT_ADDRESS));
        return;
      case "entry":
        this.#readAll(target.indices, flow);
        return;
      case "slice":
      case "range":
        this.#readAll([target.first, target.last], flow);
        if (target.value.kind === "local") {
          flow.locals.delete(target.value.name);
          return;
        }
        if (target.value.kind === "element") this.#read(target.value.index, flow);
        break;
      case "element":
        this.#read(target.index, flow);
        break;
      default:
        break;
    }
    const use = this.#useOf(target, flow);
    if (use) insert(flow.usage.targets, use);
  }

  #source(use: Use | undefined, flow: Flow): void {
    if (!use) return;
    const { sources, targets } = flow.usage;
    const key = keyOf(use);
    const target = targets.get(key);
    if (!target) insert(sources, use);
    else if (target.partial) {
      insert(sources, use);
      targets.set(key, { ...target, partial: false });
    } else if (sources.has(key)) insert(sources, use);
  }

  #whole(name: string): Use {
    return { name, index: { kind: "none" }, mask: 0n, partial: false };
  }

  /** The register, element or part of it that an expression names. */
  #useOf(e: Expression, flow: Flow): Use | undefined {
    if (e.kind === "slice" || e.kind === "range") {
      const named = this.#named(e.value, flow);
      if (!named) return undefined;
      if (e.kind === "range") return { ...named, mask: 0n, partial: true };
      const first = this.#constant(e.first, flow);
      const last = this.#constant(e.last, flow);
      const full = (1n << BigInt(named.width)) - 1n;
      if (first === undefined || last === undefined) return { ...named, mask: 0n, partial: true };
      // Low bits of an element are what is left of a wider value: reading it means the whole.
      const isCut = e.value.kind === "element" && last === BigInt(named.width - 1);
      const low = BigInt(named.width - 1) - last;
      const mask = low < 0n || first > last ? full : (((1n << (last - first + 1n)) - 1n) << low) & full;
      return mask === full || isCut
        ? { ...named, mask: 0n, partial: false }
        : { ...named, mask, partial: true };
    }
    const named = this.#named(e, flow);
    return named ? { ...named, mask: 0n, partial: false } : undefined;
  }

  #named(e: Expression, flow: Flow): Named | undefined {
    if (e.kind === "register") return { name: e.register, index: { kind: "none" }, width: e.type.width };
    if (e.kind !== "element") return undefined;
    return { name: e.registerFile, index: this.#index(e.index, flow), width: e.type.width };
  }

  #index(e: Expression, flow: Flow): RegisterIndex {
    const inner = stripped(e);
    const known = inner.kind === "local" ? flow.locals.get(inner.name) : undefined;
    if (known?.end) {
      const first = indexOf(known.form);
      const last = indexOf(known.end);
      return first && last ? { kind: "range", first, last } : { kind: "none" };
    }
    const form = this.#form(e, flow);
    return (form && indexOf(form)) ?? { kind: "none" };
  }

  #form(e: Expression, flow: Flow): Linear | undefined {
    const form = linearOf(e, (atom) => {
      if (atom.kind !== "local") return undefined;
      const known = flow.locals.get(atom.name);
      return known && !known.end ? known.form : undefined;
    });
    if (form) return [...form.terms.values()].every((term) => term.atom.kind === "field") ? form : undefined;
    const value = this.#constant(e, flow);
    return value === undefined ? undefined : { constant: value, terms: new Map() };
  }

  /** The value of an expression of constants and of locals that are constant here. */
  #constant(e: Expression, flow: Flow): bigint | undefined {
    switch (e.kind) {
      case "constant":
        return constantValue(e);
      case "local": {
        const known = flow.locals.get(e.name);
        return known && !known.end && known.form.terms.size === 0 ? known.form.constant : undefined;
      }
      case "extend": {
        const value = this.#constant(e.value, flow);
        if (value === undefined) return undefined;
        return e.type.signed ? BigInt.asIntN(e.type.width, value) : BigInt.asUintN(e.type.width, value);
      }
      case "slice": {
        const value = this.#constant(e.value, flow);
        const last = this.#constant(e.last, flow);
        if (value === undefined || last === undefined) return undefined;
        return BigInt.asUintN(e.type.width, value >> (BigInt(e.value.type.width - 1) - last));
      }
      case "unary": {
        const value = this.#constant(e.value, flow);
        if (value === undefined) return undefined;
        if (e.operator === "!") return value === 0n ? 1n : 0n;
        if (e.operator === "-") return -value;
        return e.operator === "~" ? BigInt.asUintN(e.type.width, ~value) : value;
      }
      case "binary": {
        if (e.operator === "&&" || e.operator === "||") {
          const a = this.#constant(e.left, flow);
          const b = this.#constant(e.right, flow);
          const decides = e.operator === "&&" ? 0n : 1n;
          const truth = (v: bigint | undefined): bigint | undefined =>
            v === undefined ? undefined : v === 0n ? 0n : 1n;
          if (truth(a) === decides || truth(b) === decides) return decides;
          return a === undefined || b === undefined ? undefined : truth(b);
        }
        if (!EVALUATED.has(e.operator)) return undefined;
        const a = this.#constant(e.left, flow);
        const b = this.#constant(e.right, flow);
        return a === undefined || b === undefined ? undefined : evaluate(e.operator, a, b, e.left.type.width);
      }
      case "conditional": {
        const test = this.#constant(e.test, flow);
        return test === undefined ? undefined : this.#constant(test === 0n ? e.otherwise : e.then, flow);
      }
      default:
        return undefined;
    }
  }
}

/** Operators that `#constant` follows: all but shifts and divisions. `&&` and `||` need not know both sides. */
const EVALUATED = new Set<BinaryOperator>(["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "&", "|", "^"]);

function stripped(e: Expression): Expression {
  return e.kind === "extend" ? stripped(e.value) : e;
}

function indexOf(form: Linear): Exclude<RegisterIndex, { kind: "range" } | { kind: "none" }> | undefined {
  const terms = [...form.terms.values()];
  const fields = terms.flatMap(({ atom, factor }) =>
    atom.kind === "field" ? [{ field: atom.field, factor: Number(factor) }] : [],
  );
  if (fields.length !== terms.length) return undefined;
  const [only] = fields;
  if (!only) return { kind: "constant", value: Number(form.constant) };
  if (fields.length === 1 && only.factor === 1 && form.constant === 0n)
    return { kind: "field", field: only.field };
  return { kind: "sum", constant: Number(form.constant), terms: fields };
}

/** Adds a use: one of the whole file stands for all its single elements. */
function insert(uses: Map<string, Use>, use: Use): void {
  const key = keyOf(use);
  const known = uses.get(key);
  if (known) {
    uses.set(key, { ...known, mask: joined(known.mask, use.mask) });
    return;
  }
  const isWhole = use.index.kind === "none";
  if (!isWhole && uses.has(keyOf({ name: use.name, index: { kind: "none" } }))) return;
  if (isWhole) {
    for (const [other, one] of uses) {
      if (one.name === use.name && one.index.kind !== "range") uses.delete(other);
    }
  }
  uses.set(key, use);
}

/** 0 means the whole register, and stays. */
function joined(a: bigint, b: bigint): bigint {
  return a === 0n || b === 0n ? 0n : a | b;
}

function merge(into: Usage, from: Usage): void {
  for (const use of from.sources.values()) mergeOne(into.sources, use);
  for (const use of from.targets.values()) mergeOne(into.targets, use);
}

function mergeOne(uses: Map<string, Use>, use: Use): void {
  const known = uses.get(keyOf(use));
  insert(uses, use);
  if (known && use.partial && !known.partial)
    uses.set(keyOf(use), { ...uses.get(keyOf(use))!, partial: true });
}
