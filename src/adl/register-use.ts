// What an instruction touches, found from its typed action code: registers read and written with the bits that matter,
// memory, and branching. Helper calls are followed with their arguments. Where an index is too hard to follow, the whole
// register file or register is meant: a needless dependency, never a missed one.
import type { Expression, HelperFunction, Statement } from "../machine/action.ts";
import type { Instruction, InstructionField, Register, RegisterFile, RegisterUse } from "../machine/model.ts";
import {
  collectAssigned,
  containsConditional,
  operandsOf,
  returnsEarly,
  stripped,
  zeroTest,
} from "./action-shapes.ts";
import { constantValue } from "./fold.ts";
import { LIMITS } from "./limits.ts";
import { linearOf } from "./linear.ts";
import type { Linear } from "./linear.ts";

/** What the analysis needs to know of the instruction set. */
export interface UseContext {
  readonly registers: ReadonlyMap<string, Register>;
  readonly registerFiles: ReadonlyMap<string, RegisterFile>;
  readonly helpers: ReadonlyMap<string, HelperFunction>;
  readonly fields: ReadonlyMap<string, InstructionField>;
}

export type InstructionFacts = Pick<Instruction, "sources" | "targets" | "branch" | "memory">;

/** What is known of a local: a linear form of fields, or every number from a field's value up (a loop variable). */
type Known =
  { readonly kind: "linear"; readonly form: Linear } | { readonly kind: "upFrom"; readonly field: string };

/** Path-dependent knowledge while walking. */
interface Flow {
  locals: Map<string, Known>;
  /** Last value given to a local, for finding where a branch target comes from. */
  origins: Map<string, Expression>;
  /** Element or register → bits that were certainly written before. */
  written: Map<string, bigint>;
  /** Fields that are not zero on this path. */
  nonZero: ReadonlySet<string>;
  conditional: boolean;
  looping: boolean;
}

interface Access {
  readonly key: string;
  readonly use: Omit<RegisterUse, "mask" | "unlessZero">;
  readonly mask: bigint;
  readonly indexField?: string;
}

const FULL = (1n << 64n) - 1n;

/** Sources, targets, branch and memory of an action. */
export function analyseUse(action: readonly Statement[], context: UseContext): InstructionFacts {
  return new UseAnalysis(context).run(action);
}

class UseAnalysis {
  readonly #context: UseContext;
  readonly #sources = new Map<string, { access: Access; mask: bigint; unlessZero: boolean }>();
  readonly #targets = new Map<string, { access: Access; mask: bigint; unlessZero: boolean }>();
  #branch:
    { conditional: boolean; target: { field: string; relative: boolean } | { register: string } } | undefined;
  #link = false;
  #reads = 0;
  #writes = 0;
  #bytes = 0;
  #multiple = false;
  readonly #stack: string[] = [];

  constructor(context: UseContext) {
    this.#context = context;
  }

  run(action: readonly Statement[]): InstructionFacts {
    this.#statements(action, {
      locals: new Map(),
      origins: new Map(),
      written: new Map(),
      nonZero: new Set(),
      conditional: false,
      looping: false,
    });
    const memory = this.#reads + this.#writes > 0;
    return {
      sources: this.#list(this.#sources),
      targets: this.#list(this.#targets),
      ...(this.#branch ? { branch: { ...this.#branch, link: this.#link } } : {}),
      ...(memory
        ? {
            memory: {
              kind: this.#writes === 0 ? "load" : this.#reads === 0 ? "store" : "both",
              bytes: this.#bytes,
              multiple: this.#multiple,
            },
          }
        : {}),
    };
  }

  #list(uses: ReadonlyMap<string, { access: Access; mask: bigint; unlessZero: boolean }>): RegisterUse[] {
    const list: RegisterUse[] = [];
    for (const { access, mask, unlessZero } of uses.values()) {
      const use: RegisterUse = {
        ...access.use,
        mask: Number(BigInt.asUintN(32, mask)),
        ...(unlessZero ? { unlessZero } : {}),
      };
      const whole =
        access.use.maskField !== undefined &&
        uses.get(access.use.name)?.mask === (uses.get(access.use.name)?.access.mask ?? 0n);
      if (!whole || !uses.has(access.use.name)) list.push(use);
    }
    return list;
  }

  // ---- Statements --------------------------------------------------------------------------------------------

  #statements(list: readonly Statement[], flow: Flow): void {
    for (const s of list) this.#statement(s, flow);
  }

  #statement(s: Statement, flow: Flow): void {
    switch (s.kind) {
      case "declare":
        if (s.value) this.#read(s.value, flow);
        this.#setLocal(s.name, s.value, flow);
        return;
      case "assign":
        this.#read(s.value, flow);
        this.#assign(s.target, s.value, flow);
        return;
      case "expression":
        this.#read(s.value, flow);
        return;
      case "if": {
        this.#read(s.test, flow);
        const tested = zeroTest(s.test);
        const inner = (zero: boolean): Flow => ({
          ...copy(flow),
          conditional: true,
          nonZero:
            tested && tested.zeroWhen !== zero ? new Set([...flow.nonZero, tested.field]) : flow.nonZero,
        });
        const then = inner(true);
        const otherwise = inner(false);
        this.#statements(s.then, then);
        this.#statements(s.otherwise, otherwise);
        merge(flow, [then, otherwise]);
        return;
      }
      case "switch": {
        this.#read(s.value, flow);
        const branches = s.cases.map((c) => {
          const inner = { ...copy(flow), conditional: true };
          this.#statements(c.body, inner);
          return inner;
        });
        merge(flow, s.cases.some((c) => c.values.length === 0) ? branches : [...branches, copy(flow)]);
        return;
      }
      case "while":
      case "do":
        this.#loop(s.test, s.body, flow);
        return;
      case "for":
        this.#statements(s.initial, flow);
        this.#loop(s.test, [...s.body, ...s.step], flow);
        return;
      case "return":
        if (s.value) this.#read(s.value, flow);
        return;
      case "repeat":
        this.#statements(s.body, flow);
        return;
      case "try": {
        const handler = { ...copy(flow), conditional: true };
        this.#statements(s.body, flow);
        this.#statements(s.handler, handler);
        merge(flow, [copy(flow), handler]);
        return;
      }
      case "delayed":
        this.#read(s.delay, flow);
        this.#statements(s.body, flow);
        return;
      case "break":
      case "continue":
        return;
    }
  }

  #loop(test: Expression, body: readonly Statement[], flow: Flow): void {
    const assigned = new Map<string, Expression[]>();
    collectAssigned(body, assigned);
    const inner = { ...copy(flow), conditional: true, looping: true };
    for (const [name, values] of assigned) {
      const known = this.#inductive(name, values, test, flow);
      if (known) inner.locals.set(name, known);
      else inner.locals.delete(name);
      flow.locals.delete(name);
      inner.origins.delete(name);
      flow.origins.delete(name);
    }
    this.#read(test, inner);
    this.#statements(body, inner);
  }

  /** A loop variable that runs from a field's value to the last register, as in lmw. */
  #inductive(name: string, values: readonly Expression[], test: Expression, flow: Flow): Known | undefined {
    const before = flow.locals.get(name);
    if (before?.kind !== "linear" || before.form.constant !== 0n || before.form.terms.size !== 1)
      return undefined;
    const [term] = before.form.terms.values();
    if (!term || term.factor !== 1n || term.atom.kind !== "field") return undefined;
    for (const value of values) {
      const step = linearOf(value);
      const [only] = step?.terms.values() ?? [];
      if (step?.terms.size !== 1 || step.constant !== 1n || only?.factor !== 1n) return undefined;
      if (only.atom.kind !== "local" || only.atom.name !== name) return undefined;
    }
    if (test.kind !== "binary" || (test.operator !== "<" && test.operator !== "<=")) return undefined;
    const bound = constantValue(test.right);
    const left = linearOf(test.left);
    const [tested] = left?.terms.values() ?? [];
    const isName = tested?.atom.kind === "local" && tested.atom.name === name && left?.constant === 0n;
    if (bound === undefined || !isName) return undefined;
    return { kind: "upFrom", field: term.atom.field };
  }

  #setLocal(name: string, value: Expression | undefined, flow: Flow): void {
    if (!value) {
      flow.locals.set(name, { kind: "linear", form: { constant: 0n, terms: new Map() } });
      flow.origins.delete(name);
      return;
    }
    const form = this.#linear(value, flow);
    if (form) flow.locals.set(name, { kind: "linear", form });
    else flow.locals.delete(name);
    flow.origins.set(name, value);
  }

  #assign(target: Expression, value: Expression, flow: Flow): void {
    switch (target.kind) {
      case "local":
        this.#setLocal(target.name, value, flow);
        return;
      case "memory":
        this.#read(target.address, flow);
        this.#memory(target.bytes, true, flow);
        return;
      case "nia":
        this.#setBranch(value, flow);
        return;
      case "entry":
        this.#readAll(target.indices, flow);
        return;
      case "slice":
      case "range":
        this.#readAll([target.first, target.last], flow);
        if (target.value.kind === "local") {
          flow.locals.delete(target.value.name);
          flow.origins.delete(target.value.name);
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
    const access = this.#access(target, flow);
    if (!access) return;
    if (
      value.kind === "binary" &&
      value.operator === "+" &&
      value.left.kind === "cia" &&
      value.right.kind === "constant"
    ) {
      this.#link = true;
    }
    note(this.#targets, access, false);
    // Which bits a range writes is not known here, so that none are certain.
    if (target.kind !== "range" && access.use.maskField === undefined && !access.use.upToLast) {
      flow.written.set(access.key, (flow.written.get(access.key) ?? 0n) | access.mask);
    }
  }

  // ---- Expressions -------------------------------------------------------------------------------------------

  #read(e: Expression, flow: Flow): void {
    switch (e.kind) {
      case "register":
      case "element":
        this.#readAll(operandsOf(e), flow);
        this.#noteRead(e, flow);
        return;
      case "slice":
      case "range":
        this.#readAll([e.first, e.last], flow);
        if (e.value.kind === "register" || e.value.kind === "element") {
          this.#readAll(operandsOf(e.value), flow);
          this.#noteRead(e, flow);
        } else this.#read(e.value, flow);
        return;
      case "conditional": {
        this.#read(e.test, flow);
        const tested = zeroTest(e.test);
        const when = (zero: boolean): Flow =>
          tested && tested.zeroWhen !== zero
            ? { ...flow, nonZero: new Set([...flow.nonZero, tested.field]) }
            : flow;
        this.#read(e.then, when(true));
        this.#read(e.otherwise, when(false));
        return;
      }
      case "memory":
        this.#read(e.address, flow);
        this.#memory(e.bytes, false, flow);
        return;
      case "service":
        this.#readAll(e.arguments, flow);
        this.#forget(e.outputs ?? [], flow);
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

  #forget(locals: readonly Expression[], flow: Flow): void {
    for (const local of locals) {
      if (local.kind !== "local") continue;
      flow.locals.delete(local.name);
      flow.origins.delete(local.name);
    }
  }

  #call(e: Extract<Expression, { kind: "call" }>, flow: Flow): void {
    this.#readAll(e.arguments, flow);
    const helper = this.#context.helpers.get(e.helper);
    if (!helper || this.#stack.includes(e.helper) || this.#stack.length >= LIMITS.helperDepth) return;
    const inner: Flow = { ...flow, locals: new Map(), origins: new Map() };
    const early = returnsEarly(helper.body);
    if (early) inner.written = new Map(flow.written);
    helper.parameters.forEach((parameter, i) => {
      const argument = e.arguments[i];
      if (!argument) return;
      const form = this.#linear(argument, flow);
      if (form) inner.locals.set(parameter.name, { kind: "linear", form });
      inner.origins.set(parameter.name, this.#resolveOrigin(argument, flow));
    });
    this.#stack.push(e.helper);
    this.#statements(helper.body, inner);
    this.#stack.pop();
  }

  #linear(e: Expression, flow: Flow): Linear | undefined {
    return linearOf(e, (atom) => {
      if (atom.kind !== "local") return undefined;
      const known = flow.locals.get(atom.name);
      return known?.kind === "linear" ? known.form : undefined;
    });
  }

  #memory(bytes: number, write: boolean, flow: Flow): void {
    if (write) this.#writes++;
    else this.#reads++;
    this.#bytes = Math.max(this.#bytes, bytes);
    if (flow.looping || (write ? this.#writes : this.#reads) > 1) this.#multiple = true;
  }

  #noteRead(e: Expression, flow: Flow): void {
    const access = this.#access(e, flow);
    if (!access) return;
    const before = flow.written.get(access.key) ?? 0n;
    if (access.use.maskField === undefined && !access.use.upToLast && (access.mask & ~before) === 0n) return;
    note(this.#sources, access, access.indexField !== undefined && flow.nonZero.has(access.indexField));
  }

  /** Which register and which of its bits an expression names. */
  #access(e: Expression, flow: Flow): Access | undefined {
    if (e.kind === "range") return this.#access(e.value, flow);
    if (e.kind === "slice") {
      const base = this.#access(e.value, flow);
      if (!base) return undefined;
      const first = this.#linear(e.first, flow);
      const total = e.value.type.width;
      const ones = (1n << BigInt(e.type.width)) - 1n;
      if (!first) return base;
      const shift = BigInt(total - e.type.width) - first.constant;
      if (shift < 0n) return base;
      if (first.terms.size === 0) return { ...base, mask: base.mask & (ones << shift) };
      const [term] = first.terms.values();
      if (first.terms.size !== 1 || term?.atom.kind !== "field" || base.use.field !== undefined) return base;
      if (term.factor !== 1n && term.factor !== 4n) return base;
      const unit = term.factor === 1n ? 1 : 4;
      return {
        ...base,
        key: `${base.key}|${term.atom.field}*${unit}`,
        use: { ...base.use, maskField: term.atom.field, maskUnit: unit },
        mask: ones << shift,
      };
    }
    if (e.kind === "register") {
      return { key: e.register, use: { name: e.register }, mask: ones(e.type.width) };
    }
    if (e.kind !== "element") return undefined;
    const mask = ones(e.type.width);
    const name = e.registerFile;
    const index = stripped(e.index);
    const known = index.kind === "local" ? flow.locals.get(index.name) : undefined;
    if (known?.kind === "upFrom") {
      return { key: `${name}(${known.field}…)`, use: { name, field: known.field, upToLast: true }, mask };
    }
    const form = this.#linear(e.index, flow);
    if (form?.terms.size === 0) {
      const value = Number(form.constant);
      const own = this.#context.registerFiles.get(name)?.entries[value];
      if (own !== undefined) return { key: own, use: { name: own }, mask };
      return { key: `${name}(${value})`, use: { name, index: value }, mask };
    }
    const [term] = form?.terms.values() ?? [];
    if (form?.terms.size === 1 && form.constant === 0n && term?.factor === 1n && term.atom.kind === "field") {
      const field = term.atom.field;
      return { key: `${name}(${field})`, use: { name, field }, mask, indexField: field };
    }
    return { key: name, use: { name }, mask };
  }

  // ---- Branches ----------------------------------------------------------------------------------------------

  #setBranch(value: Expression, flow: Flow): void {
    const origin = { fields: new Map<string, number>(), registers: new Set<string>(), cia: 0 };
    this.#origin(value, flow, origin, 1, 0);
    const conditional = flow.conditional || containsConditional(value);
    const [register] = origin.registers;
    const [field] = origin.fields;
    if (register !== undefined) this.#branch = { conditional, target: { register } };
    else if (field) {
      const [name, times] = field;
      const relative = origin.cia + (this.#context.fields.get(name)?.address === "pc" ? times : 0) > 0;
      this.#branch = { conditional, target: { field: name, relative } };
    }
  }

  /** Fields, registers and multiples of CIA that an address is made of. */
  #origin(
    e: Expression,
    flow: Flow,
    found: { fields: Map<string, number>; registers: Set<string>; cia: number },
    sign: number,
    depth: number,
  ): void {
    if (depth > 50) return;
    const inner = (part: Expression, s = sign): void => this.#origin(part, flow, found, s, depth + 1);
    switch (e.kind) {
      case "local": {
        const origin = flow.origins.get(e.name);
        if (origin) inner(origin);
        return;
      }
      case "field":
        found.fields.set(e.field, (found.fields.get(e.field) ?? 0) + sign);
        return;
      case "cia":
        found.cia += sign;
        return;
      case "register":
        found.registers.add(e.register);
        return;
      case "element": {
        const access = this.#access(e, flow);
        if (access) found.registers.add(access.use.name);
        return;
      }
      case "slice":
      case "extend":
      case "unary":
        inner(e.value);
        return;
      case "concat":
        for (const part of e.parts) inner(part);
        return;
      case "binary":
        inner(e.left);
        inner(e.right, e.operator === "-" ? -sign : sign);
        return;
      case "conditional":
        inner(e.then);
        if (found.fields.size === 0 && found.registers.size === 0) inner(e.otherwise);
        return;
      default:
        return;
    }
  }

  /** An argument with the caller's locals replaced, one level deep, so that it means the same inside the helper. */
  #resolveOrigin(e: Expression, flow: Flow): Expression {
    return e.kind === "local" ? (flow.origins.get(e.name) ?? e) : e;
  }
}

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

function note(
  uses: Map<string, { access: Access; mask: bigint; unlessZero: boolean }>,
  access: Access,
  unlessZero: boolean,
): void {
  const existing = uses.get(access.key);
  if (existing) {
    existing.mask |= access.mask;
    existing.unlessZero &&= unlessZero;
  } else uses.set(access.key, { access, mask: access.mask & FULL, unlessZero });
}

function copy(flow: Flow): Flow {
  return {
    ...flow,
    locals: new Map(flow.locals),
    origins: new Map(flow.origins),
    written: new Map(flow.written),
  };
}

/** Keeps in `flow` what holds at the end of all `branches`. */
function merge(flow: Flow, branches: readonly Flow[]): void {
  const [first] = branches;
  if (!first) return;
  flow.locals = new Map(
    [...first.locals].filter(([name, known]) => branches.every((b) => sameKnown(b.locals.get(name), known))),
  );
  flow.origins = first.origins;
  flow.written = new Map();
  for (const key of first.written.keys()) {
    let mask = FULL;
    for (const b of branches) mask &= b.written.get(key) ?? 0n;
    if (mask !== 0n) flow.written.set(key, mask);
  }
}

function sameKnown(a: Known | undefined, b: Known): boolean {
  if (!a || a.kind !== b.kind) return false;
  if (a.kind === "upFrom") return b.kind === "upFrom" && a.field === b.field;
  if (b.kind !== "linear" || a.form.constant !== b.form.constant || a.form.terms.size !== b.form.terms.size)
    return false;
  const form = b.form;
  return [...a.form.terms].every(([key, { factor }]) => form.terms.get(key)?.factor === factor);
}
