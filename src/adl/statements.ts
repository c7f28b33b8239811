// Statements of action code, from syntax to typed trees. Blocks are flattened and locals get names that are unique in
// their function; an `if` whose test is constant leaves only the branch that runs (the other is checked all the same).
import type { BinaryOperator, Expression, Statement, ValueType } from "../machine/action.ts";
import { ExpressionTyper } from "./expressions.ts";
import { count } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { isReadonlyField, keepingGuarded } from "./guarded-fields.ts";
import { BIT, WORD, concat, conditional, constant, convert, constantValue } from "./fold.ts";
import { constantOf } from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { isTruth, Scope } from "./scope.ts";
import type { Binding, Structure } from "./scope.ts";
import type { SyntaxExpression, SyntaxStatement, SyntaxType } from "./syntax.ts";
import type { InstructionNames } from "./typed.ts";
import { resolveType } from "./types.ts";
import { CHANGING } from "./value-methods.ts";
import { INT, operate } from "./width-rules.ts";

/** Code that a description inserts at a label, or nothing. */
export type CodeAtLabel = (label: string) => readonly SyntaxStatement[];

export class ActionTyper extends ExpressionTyper {
  readonly #used = new Set<string>();
  readonly #inserted: CodeAtLabel;
  readonly #labels = new Set<string>();
  #result: ValueType | undefined;
  readonly #references: Expression[] = [];
  #loops = 0;
  #nesting = 0;

  constructor(
    scope: Scope,
    findings: Findings,
    instruction?: InstructionNames,
    inserted: CodeAtLabel = () => [],
  ) {
    super(scope, findings, instruction);
    this.#inserted = inserted;
  }

  /** Types a body that returns `result`, or nothing. */
  body(statement: SyntaxStatement, result?: ValueType): Statement[] {
    this.#result = result;
    const body = this.#inner(statement);
    if (this.#references.length === 0 || result) return body;
    return [...body, { kind: "return", value: this.#withReferences(undefined) }];
  }

  /** A parameter whose last value is given back with the result. */
  reference(name: string, type: ValueType): void {
    this.#references.push({ kind: "local", name, type });
  }

  #withReferences(value: Expression | undefined): Expression {
    return concat([...(value ? [value] : []), ...this.#references]);
  }

  /** Declares a parameter. */
  parameter(name: string, type: ValueType, structure?: Structure): void {
    this.#used.add(name);
    this.scope.set(name, { kind: "local", name, type, ...(structure ? { structure } : {}) });
  }

  #inner(statement: SyntaxStatement): Statement[] {
    const outer = this.scope;
    this.scope = new Scope(outer);
    const result =
      statement.kind === "block"
        ? statement.body.flatMap((s) => this.#statement(s))
        : this.#statement(statement);
    this.scope = outer;
    return result;
  }

  #statement(s: SyntaxStatement): Statement[] {
    if (++this.#nesting > LIMITS.chain) {
      this.#nesting--;
      this.findings.error("BW0121", s.span, "statements are nested too deeply");
      return [];
    }
    try {
      return this.#typeStatement(s);
    } finally {
      this.#nesting--;
    }
  }

  #typeStatement(s: SyntaxStatement): Statement[] {
    switch (s.kind) {
      case "empty":
        return [];
      case "block":
        return this.#inner(s);
      case "declare":
        return this.#declare(s);
      case "assign":
        return this.#assign(s);
      case "expression": {
        const changed = this.#change(s.value) ?? this.#inlined(s.value);
        if (changed) return changed;
        const value = this.value(s.value);
        if (!EFFECTS.has(value.kind)) {
          // What only logs is a constant; a call that stands alone and computes something is of no use.
          if (this.findings.errors === 0 && value.kind !== "constant")
            this.findings.warn("BW0228", s.span, "this statement has no effect");
          return [];
        }
        return [{ kind: "expression", value }];
      }
      case "if": {
        const test = this.condition(s.test);
        const then = this.#inner(s.then);
        const otherwise = s.otherwise ? this.#inner(s.otherwise) : [];
        const known = constantValue(test);
        if (known !== undefined) return known === 0n ? otherwise : then;
        if (then.length === 0 && otherwise.length === 0) return [];
        return [{ kind: "if", test, then, otherwise }];
      }
      case "while":
      case "do": {
        const test = this.condition(s.test);
        this.#loops++;
        const body = this.#inner(s.body);
        this.#loops--;
        if (s.kind === "while" && constantValue(test) === 0n) return [];
        return [{ kind: s.kind, test, body }];
      }
      case "for":
        return this.#for(s);
      case "switch":
        return this.#switch(s);
      case "break":
      case "continue":
        if (this.#loops === 0) this.findings.error("BW0229", s.span, `${s.kind} outside a loop`);
        return [{ kind: s.kind }];
      case "return":
        return this.#return(s);
      case "label":
        if (s.name === "Repeat") return [{ kind: "repeat", body: this.#inner(s.body) }];
        return [...this.#atLabel(s.name), ...this.#statement(s.body)];
      case "try":
        return [
          {
            kind: "try",
            body: this.#inner(s.body),
            // Whichever exception it names: all that can be raised are of one type.
            handler: s.handlers.flatMap((h) => this.#inner(h.body)),
          },
        ];
      case "enum": {
        let next = 0n;
        for (const member of s.members) {
          if (member.value) next = constantOf(member.value, this.findings.constants) ?? next;
          this.scope.set(member.name, { kind: "constant", value: next++ });
        }
        return [];
      }
    }
  }

  /** The code of aspects that name the label; an aspect's own labels are not looked up again in it. */
  #atLabel(name: string): Statement[] {
    if (this.#labels.has(name)) return [];
    this.#labels.add(name);
    const code = this.#inserted(name).flatMap((s) => this.#inner(s));
    this.#labels.delete(name);
    return code;
  }

  /** `x.mask(0,3);`, `data.field.set(0);`: a method that changes its vector, or a member of a structure. */
  #change(e: SyntaxExpression): Statement[] | undefined {
    if (e.kind !== "call" || e.callee.kind !== "member" || !CHANGING.has(e.callee.name)) return undefined;
    const { object } = e.callee;
    const owner = object.kind === "member" ? object.object : object;
    const binding = owner.kind === "name" ? this.scope.lookup(owner.name) : undefined;
    if (binding?.kind !== "local" || (binding.structure !== undefined) !== (object.kind === "member"))
      return undefined;
    const target = this.target(object);
    return target ? [{ kind: "assign", target, value: this.valueAs(e, target.type) }] : [];
  }

  /** `Mode(ea);`: the code of a sub-instruction, here. A `return` in it ends the instruction. */
  #inlined(e: SyntaxExpression): Statement[] | undefined {
    if (e.kind !== "call" || e.callee.kind !== "name") return undefined;
    const code = this.scope.lookup(e.callee.name);
    if (code?.kind !== "code") return undefined;
    if (e.arguments.length !== code.parameters.length) {
      const wanted = count(code.parameters.length, "argument");
      this.findings.error("BW0225", e.span, `${code.name} takes ${wanted}, not ${e.arguments.length}`);
      return [];
    }
    const inner = new Scope(code.scope);
    const before = code.parameters.flatMap((parameter, i): Statement[] => {
      const given = e.arguments[i];
      if (!given) return [];
      if (parameter.type.reference && !parameter.type.constant) {
        const expression = this.target(given);
        if (expression) inner.set(parameter.name, { kind: "alias", expression, offset: 0 });
        return [];
      }
      const type = this.#typeOf(parameter.type).type ?? { width: 32, signed: false };
      const name = this.#unique(parameter.name);
      inner.set(parameter.name, { kind: "local", name, type });
      return [{ kind: "declare", name, type, value: this.valueAs(given, type) }];
    });
    const outer = this.scope;
    this.scope = inner;
    const body = this.#inner(code.body);
    this.scope = outer;
    return [...before, ...body];
  }

  /** A name that no other local of the function has. */
  #unique(name: string): string {
    let unique = name;
    for (let n = 2; this.#used.has(unique); n++) unique = `${name}_${n}`;
    this.#used.add(unique);
    return unique;
  }

  /** The type of a declaration or parameter, with its structure when it has one. */
  #typeOf(type: SyntaxType): { type: ValueType | undefined; structure?: Structure } {
    return typeIn(type, this.scope, this.findings);
  }

  #for(s: Extract<SyntaxStatement, { kind: "for" }>): Statement[] {
    const outer = this.scope;
    this.scope = new Scope(outer);
    const initial = s.initial.flatMap((i) => this.#statement(i));
    const test = s.test ? this.condition(s.test) : undefined;
    const step = s.step.flatMap((i) => this.#statement(i));
    this.#loops++;
    const body = this.#inner(s.body);
    this.#loops--;
    this.scope = outer;
    return [{ kind: "for", initial, test: test ?? constant(1n, BIT), step, body }];
  }

  #return(s: Extract<SyntaxStatement, { kind: "return" }>): Statement[] {
    if (s.value && !this.#result) {
      this.value(s.value);
      this.findings.error("BW0230", s.span, "this code returns no value");
      return [{ kind: "return" }];
    }
    if (!s.value && this.#result) this.findings.error("BW0230", s.span, "return needs a value here");
    const value = s.value && this.#result ? this.valueAs(s.value, this.#result) : undefined;
    if (this.#references.length > 0) return [{ kind: "return", value: this.#withReferences(value) }];
    return [{ kind: "return", ...(value ? { value } : {}) }];
  }

  #declare(s: Extract<SyntaxStatement, { kind: "declare" }>): Statement[] {
    const inferred = s.type.name === "var";
    const resolved = inferred ? undefined : this.#typeOf(s.type);
    const type = resolved?.type;
    if (s.type.name === "void") this.findings.error("BW0220", s.type.span, "a variable cannot be void");
    const result: Statement[] = [];
    for (const { name, size, value, span } of s.names) {
      if (size)
        this.findings.error("BW0220", span, "there are no arrays", "use a regfile of the description");
      let typed: Expression | undefined;
      let structure = resolved?.structure;
      if (value) {
        typed = type ? this.valueAs(value, type) : this.value(value);
        if (inferred) structure = this.structureOf(value);
        if (structure?.predictor !== undefined) {
          const type = { width: 2, signed: false };
          typed = { kind: "method", object: structure.predictor, method: "prediction", arguments: [], type };
        }
      } else if (structure) {
        typed = constant(structure.initial, { width: structure.width, signed: false });
      } else if (inferred)
        this.findings.error("BW0220", span, `var ${name} needs a value`, "its type is that of the value");
      if (this.scope.own(name)) this.findings.error("BW0234", span, `${name} is already declared here`);
      const hidden = this.scope.lookup(name);
      if (hidden && HIDDEN.has(hidden.kind)) {
        this.findings.warn("BW0235", span, `${name} hides a ${bindingWord(hidden)} of the same name`);
      }
      const unique = this.#unique(name);
      const actual: ValueType = type ?? typed?.type ?? { width: 32, signed: false };
      this.scope.set(name, {
        kind: "local",
        name: unique,
        type: actual,
        constant: s.type.constant,
        ...(structure ? { structure } : {}),
      });
      result.push({ kind: "declare", name: unique, type: actual, ...(typed ? { value: typed } : {}) });
    }
    return result;
  }

  #assign(s: Extract<SyntaxStatement | SyntaxExpression, { kind: "assign" }>): Statement[] {
    const delayed = this.#delayed(s) ?? this.#instructionWords(s);
    if (delayed) return delayed;
    const target = this.target(s.target);
    if (!target) {
      if (s.value) this.typed(s.value);
      return [];
    }
    if (isReadonlyField(s.target, this.scope)) {
      if (s.value) this.typed(s.value);
      return [];
    }
    if (this.#waits(target)) return this.#untilPacketEnds(s, target);
    if (s.operator === "=") {
      if (!s.value) return [];
      // a = b = c: b has c's value, and a has b's.
      if (s.value.kind === "assign" && s.value.postfix !== true) {
        const first = this.#assign(s.value);
        const read = this.target(s.value.target);
        return read ? [...first, { kind: "assign", target, value: convert(read, target.type) }] : first;
      }
      const option = this.optionOf(s.target, s.value);
      const parm = s.target.kind === "name" ? this.scope.lookup(s.target.name) : undefined;
      if (option === undefined && parm?.kind === "parm" && isTruth(parm)) {
        const one = conditional(
          this.condition(s.value),
          constant(0n, target.type),
          constant(1n, target.type),
        );
        return [{ kind: "assign", target, value: one }];
      }
      const value = option === undefined ? this.valueAs(s.value, target.type) : constant(option, target.type);
      return [{ kind: "assign", target, value: keepingGuarded(target, value, this.scope) }];
    }
    const operator = (
      s.operator === "++" ? "+" : s.operator === "--" ? "-" : s.operator.slice(0, -1)
    ) as BinaryOperator;
    const span = s.value?.span ?? s.span;
    const right = s.value ? this.typed(s.value) : ({ kind: "untyped", value: 1n } as const);
    const value = operate(operator, target, right);
    return [{ kind: "assign", target, value: this.coerce(value, target.type, span) }];
  }

  /** `delayed_write(target,delay) = value;`: what is written, and where, is that of now. */
  #delayed(s: Extract<SyntaxStatement | SyntaxExpression, { kind: "assign" }>): Statement[] | undefined {
    const call = s.target;
    if (call.kind !== "call" || call.callee.kind !== "name" || call.callee.name !== "delayed_write")
      return undefined;
    const [where, when] = call.arguments;
    if (!where || !when || !s.value || call.arguments.length !== 2 || s.operator !== "=") {
      this.findings.error("BW0225", call.span, "a delayed write is delayed_write(target,delay) = value");
      return [];
    }
    const target = this.target(where);
    if (!target) return [];
    return this.#later(target, this.valueAs(s.value, target.type), this.valueAs(when, WORD));
  }

  /** `uint32_t *words = getCurrentInstr(bytes);`: the words of the instruction, and how many bytes it has. */
  #instructionWords(
    s: Extract<SyntaxStatement | SyntaxExpression, { kind: "assign" }>,
  ): Statement[] | undefined {
    const { target, value } = s;
    if (value?.kind !== "call" || value.callee.kind !== "name" || value.callee.name !== "getCurrentInstr")
      return undefined;
    const name = target.kind === "binary" && target.operator === "*" ? target.right : target;
    const [bytes] = value.arguments;
    const size = bytes ? this.target(bytes) : undefined;
    if (name.kind !== "name" || value.arguments.length !== 1 || !size) {
      this.findings.error("BW0225", s.span, "write uint32_t *words = getCurrentInstr(bytes);");
      return [];
    }
    this.scope.set(name.name, { kind: "words" });
    const count: Expression = {
      kind: "service",
      service: "instruction_bytes",
      arguments: [],
      type: { width: 32, signed: false },
    };
    return [{ kind: "assign", target: size, value: convert(count, size.type) }];
  }

  /** An assignment of now to a place of now, made later. */
  #later(target: Expression, given: Expression, delay: Expression): Statement[] {
    const before: Statement[] = [];
    const kept = (e: Expression): Expression => {
      if (e.kind === "constant" || e.kind === "field") return e;
      const name = this.#unique("later");
      before.push({ kind: "declare", name, type: e.type, value: e });
      return { kind: "local", name, type: e.type };
    };
    const value = kept(given);
    const body: Statement[] = [{ kind: "assign", target: fixedPlace(target, kept), value }];
    return [...before, { kind: "delayed", delay, body }];
  }

  /** Whether a write is made when the packet of instructions ends. */
  #waits(target: Expression): boolean {
    const { serial } = this.findings;
    if (!serial) return false;
    switch (target.kind) {
      case "slice":
      case "range":
        return this.#waits(target.value);
      case "concat":
        return target.parts.some((part) => this.#waits(part));
      case "register":
        return !serial.has(target.register);
      case "element":
        return !serial.has(target.registerFile);
      default:
        return target.kind === "memory";
    }
  }

  #untilPacketEnds(
    s: Extract<SyntaxStatement | SyntaxExpression, { kind: "assign" }>,
    target: Expression,
  ): Statement[] {
    const step = s.operator === "++" || s.operator === "--";
    const right = s.value ? this.typed(s.value) : ({ kind: "untyped", value: 1n } as const);
    const operator = step ? s.operator.slice(1) : s.operator.slice(0, -1);
    const value = s.operator === "=" ? right : operate(operator as BinaryOperator, target, right);
    return this.#later(target, this.coerce(value, target.type, s.span), PACKET_END);
  }

  /** The left side of an assignment, or undefined when it is none (then reported). */
  target(e: SyntaxExpression): Expression | undefined {
    if (e.kind === "name") {
      const binding = this.scope.lookup(e.name);
      if (binding?.kind === "field") {
        this.findings.error("BW0236", e.span, `${e.name} is an instruction field and cannot be assigned`);
        return undefined;
      }
      if (binding?.kind === "local" && binding.constant) {
        this.findings.error("BW0236", e.span, `${e.name} is declared const`);
        return undefined;
      }
    }
    const named = e.kind === "name" ? this.scope.lookup(e.name) : undefined;
    if (named?.kind === "parm") return { kind: "parm", parm: named.name, type: INT };
    const before = this.findings.errors;
    let target = this.value(e);
    if (this.findings.errors > before || e.kind === "broken") return undefined;
    // What reading extends (bits with computed positions, a 32-bit NIA), an assignment does not.
    if (target.kind === "extend" && isPlace(target.value)) target = target.value;
    // A field of several pieces.
    if (target.kind === "concat" && target.parts.every(isPlace)) return target;
    const base = target.kind === "slice" || target.kind === "range" ? target.value : target;
    switch (base.kind) {
      case "local":
      case "register":
      case "element":
      case "parm":
      case "entry":
        return target;
      case "slice":
        // Bits of a field of a register.
        if (isPlace(base)) return target;
        break;
      case "memory":
      case "nia":
      case "cia":
        if (base === target) return target;
        break;
      default:
        break;
    }
    this.findings.error(
      "BW0236",
      e.span,
      "this cannot be assigned to",
      "assign to a variable, a register, bits of one of them, Mem(address,bytes) or NIA",
    );
    return undefined;
  }

  #switch(s: Extract<SyntaxStatement, { kind: "switch" }>): Statement[] {
    const value = this.value(s.value);
    const seen = new Set<bigint>();
    const cases: { values: bigint[]; body: Statement[] }[] = [];
    s.cases.forEach((c, i) => {
      const values: bigint[] = [];
      for (const v of c.values) {
        const known = constantValue(
          convert(this.valueAs(v, value.type), { width: value.type.width, signed: false }),
        );
        if (known === undefined) this.findings.error("BW0237", v.span, "a case needs a constant");
        else if (seen.has(known)) this.findings.error("BW0237", v.span, `case ${known} occurs twice`);
        else {
          seen.add(known);
          values.push(known);
        }
      }
      const statements = c.body.length === 1 && c.body[0]?.kind === "block" ? c.body[0].body : c.body;
      const last = statements.at(-1);
      const ends = last?.kind === "break" || last?.kind === "return";
      if (!ends && i < s.cases.length - 1) {
        this.findings.error(
          "BW0237",
          c.span,
          "a case has to end with break",
          "there is no fall through; list several values with one body",
        );
      }
      const own = last?.kind === "break" ? statements.slice(0, -1) : statements;
      const body = this.#inner({ kind: "block", body: own, span: c.span });
      cases.push({ values: c.isDefault ? [] : values, body });
    });
    if (cases.filter((c) => c.values.length === 0).length > 1)
      this.findings.error("BW0237", s.span, "several default cases");
    const known = constantValue(convert(value, { width: value.type.width, signed: false }));
    if (known !== undefined) {
      return (
        (cases.find((c) => c.values.includes(known)) ?? cases.find((c) => c.values.length === 0))?.body ?? []
      );
    }
    return [{ kind: "switch", value, cases }];
  }
}

/** The delay that stands for the end of the packet. */
const PACKET_END = constant(0xffffffffn, WORD);

const EFFECTS = new Set<Expression["kind"]>(["call", "method", "builtin", "service", "memory"]);

/** A place with everything that says where it is evaluated by `kept`. */
function fixedPlace(e: Expression, kept: (e: Expression) => Expression): Expression {
  switch (e.kind) {
    case "element":
      return { ...e, index: kept(e.index) };
    case "memory":
      return { ...e, address: kept(e.address) };
    case "entry":
      return { ...e, indices: e.indices.map(kept) };
    case "slice":
    case "range": {
      const first = kept(e.first);
      return {
        ...e,
        value: fixedPlace(e.value, kept),
        first,
        last: e.last === e.first ? first : kept(e.last),
      };
    }
    case "concat":
      return { ...e, parts: e.parts.map((part) => fixedPlace(part, kept)) };
    default:
      return e;
  }
}

/** Names that a variable had better not have. */
const HIDDEN = new Set<Binding["kind"]>(["field", "register", "registerFile", "helper", "builtin"]);

/** Whether an expression stands for something that can be assigned to. */
function isPlace(e: Expression): boolean {
  if (e.kind === "slice" || e.kind === "range") return isPlace(e.value);
  return ["local", "register", "element", "parm", "entry", "nia", "cia"].includes(e.kind);
}

/** The type that a name stands for here: one of the language's, or a structure of the description. */
export function typeIn(
  type: SyntaxType,
  scope: Scope,
  findings: Findings,
): { type: ValueType | undefined; structure?: Structure } {
  const binding = scope.lookup(type.name);
  if (binding?.kind === "type") {
    const { structure } = binding;
    return { type: { width: structure.width, signed: false }, structure };
  }
  if (binding?.kind === "plainType") return { type: binding.type };
  return { type: resolveType(type, findings) };
}

function bindingWord(binding: Binding): string {
  const words: Readonly<Record<string, string>> = {
    field: "field",
    register: "register",
    registerFile: "register file",
    helper: "function",
    builtin: "built-in function",
  };
  return words[binding.kind] ?? "name";
}
