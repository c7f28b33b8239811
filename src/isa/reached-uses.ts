// Which registers a given instruction word really uses.
//
// A description's sources and targets are those of any word: `bc` reads CR and changes CTR. A word whose BO field says
// "count only" reads no condition, and waiting for one would be a stall that no processor has. Here the action code is
// walked with the word's fields as constants, so that what they rule out is not reached. Everything that is not known
// counts as reached; general registers are left as the description has them.
import type { Expression, Statement, ValueType } from "../machine/action.ts";
import type { Instruction, IsaModel, RegisterUse } from "../machine/model.ts";
import { fieldOf, fieldValue } from "./fields.ts";
import { binary, complement, concat, constant, convert, negate, not, slice, value } from "./values.ts";
import type { Value } from "./values.ts";

/** The instruction with only those single registers among its sources and targets that the word's action reaches. */
export function instructionOfWord(isa: IsaModel, instruction: Instruction, word: number): Instruction {
  const single = (use: RegisterUse): boolean => isa.registers[use.name] !== undefined;
  if (!instruction.sources.some(single) && !instruction.targets.some(single)) return instruction;
  const walk = new Walk(isa, word);
  walk.statements(instruction.action);
  // Registers behind a file's entries are named by the file in the action.
  if (walk.entries) return instruction;
  const sources = instruction.sources.filter((u) => !single(u) || walk.reads.has(u.name));
  const targets = instruction.targets.filter((u) => !single(u) || walk.writes.has(u.name));
  return { ...instruction, sources, targets };
}

type Locals = Map<string, Value>;

const DEPTH = 16;

class Walk {
  reads = new Set<string>();
  readonly writes = new Set<string>();
  entries = false;
  readonly #isa: IsaModel;
  readonly #word: number;
  #locals: Locals = new Map();
  #depth = 0;
  /** Value of the helper's `return`; undefined while none was reached. */
  #result: Value | undefined;
  /** Set after a return that is certain: what follows is not reached. */
  #returned = false;

  constructor(isa: IsaModel, word: number) {
    this.#isa = isa;
    this.#word = word;
  }

  statements(list: readonly Statement[]): void {
    for (const s of list) {
      if (this.#returned) return;
      this.#statement(s);
    }
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case "declare":
        this.#locals.set(s.name, s.value ? convert(this.#value(s.value), s.type) : constant(s.type, 0n));
        return;
      case "assign":
        this.#assign(s.target, this.#value(s.value));
        return;
      case "expression":
        this.#value(s.value);
        return;
      case "if": {
        const test = this.#value(s.test);
        if (test.known !== undefined) this.statements(test.known !== 0n ? s.then : s.otherwise);
        else this.#either([s.then, s.otherwise]);
        return;
      }
      case "switch":
        this.#value(s.value);
        this.#either([...s.cases.map((c) => c.body), []]);
        return;
      case "while":
      case "do":
        this.#loop([], s.test, [], s.body);
        return;
      case "for":
        this.#loop(s.initial, s.test, s.step, s.body);
        return;
      case "return":
        this.#result = s.value ? this.#value(s.value) : undefined;
        this.#returned = true;
        return;
      default:
        return;
    }
  }

  /** One of the lists is executed: afterwards only what all leave alike is known. */
  #either(lists: readonly (readonly Statement[])[]): void {
    const before = this.#locals;
    const ends = lists.map((list) => {
      this.#locals = new Map(before);
      this.statements(list);
      const end = { locals: this.#locals, returned: this.#returned };
      this.#returned = false;
      return end;
    });
    const some = ends.some((e) => e.returned);
    // A return on one way only: nothing is certain about the result.
    if (some && this.#result) this.#result = value(this.#result.type, "?");
    this.#returned = ends.every((e) => e.returned);
    this.#locals = new Map();
    for (const [name, v] of before) {
      const same = ends.every((e) => e.locals.get(name)?.known === v.known);
      this.#locals.set(name, same ? v : value(v.type, "?"));
    }
  }

  /** The body any number of times: locals that it changes are unknown in it and after it. */
  #loop(
    initial: readonly Statement[],
    test: Expression,
    step: readonly Statement[],
    body: readonly Statement[],
  ): void {
    this.statements(initial);
    for (const [name, v] of this.#locals) this.#locals.set(name, value(v.type, "?"));
    this.#value(test);
    this.#either([[...body, ...step], []]);
  }

  #assign(target: Expression, v: Value): void {
    switch (target.kind) {
      case "local":
        this.#locals.set(target.name, convert(v, target.type));
        return;
      case "register":
        this.writes.add(target.register);
        return;
      case "element":
        this.#element(target.registerFile);
        this.#value(target.index);
        return;
      case "memory":
        this.#value(target.address);
        return;
      case "slice":
        this.#value(target.first);
        this.#value(target.last);
        if (target.value.kind === "local") this.#locals.set(target.value.name, unknown(target.value.type));
        else this.#assign(target.value, v);
        return;
      case "concat":
        for (const part of target.parts) this.#assign(part, unknown(part.type));
        return;
      default:
        return;
    }
  }

  #element(file: string): void {
    if (Object.keys(this.#isa.registerFiles[file]?.entries ?? {}).length > 0) this.entries = true;
  }

  #value(e: Expression): Value {
    switch (e.kind) {
      case "constant":
        return constant(e.type, e.value);
      case "local":
        return this.#locals.get(e.name) ?? unknown(e.type);
      case "field": {
        const field = fieldOf(this.#isa, e.field);
        if (field.address === "pc") return unknown(e.type);
        return constant(e.type, BigInt(fieldValue(field, this.#word, 0)));
      }
      case "register":
        this.reads.add(e.register);
        return unknown(e.type);
      case "element":
        this.#element(e.registerFile);
        this.#value(e.index);
        return unknown(e.type);
      case "slice": {
        const [v, first, last] = [this.#value(e.value), this.#value(e.first), this.#value(e.last)];
        const inside = first.known !== undefined && last.known !== undefined && v.known !== undefined;
        if (!inside || Number(last.known) >= v.type.width) return unknown(e.type);
        return slice(v, Number(first.known), Number(last.known), e.type);
      }
      case "concat":
        return settle(
          e.type,
          e.parts.map((p) => this.#value(p)),
          (parts) => concat(parts, e.type),
        );
      case "extend":
        return settle(e.type, [this.#value(e.value)], ([v = unknown(e.type)]) => convert(v, e.type));
      case "unary":
        return settle(e.type, [this.#value(e.value)], ([v = unknown(e.type)]) => {
          if (e.operator === "!") return not(v);
          const same = convert(v, e.type);
          return e.operator === "~" ? complement(same) : e.operator === "-" ? negate(same) : same;
        });
      case "binary":
        return this.#binary(e);
      case "conditional": {
        const test = this.#value(e.test);
        if (test.known !== undefined)
          return convert(this.#value(test.known !== 0n ? e.then : e.otherwise), e.type);
        this.#value(e.then);
        this.#value(e.otherwise);
        return unknown(e.type);
      }
      case "memory":
        this.#value(e.address);
        return unknown(e.type);
      case "builtin":
      case "method":
        for (const a of e.arguments) this.#value(a);
        return unknown(e.type);
      case "call":
        return this.#call(e.helper, e.arguments, e.type);
      default:
        return unknown(e.type);
    }
  }

  /** `x & 0` and the sides of `&&` and `||` that are not needed do not count as reached. */
  #binary(e: Expression & { kind: "binary" }): Value {
    const before = new Set(this.reads);
    const left = this.#value(e.left);
    const { operator } = e;
    if (left.known !== undefined) {
      const zero = left.known === 0n;
      if (zero && (operator === "&" || operator === "&&")) return constant(e.type, 0n);
      if (!zero && operator === "||") return constant(e.type, 1n);
    }
    const right = this.#value(e.right);
    if (right.known === 0n && operator === "&") {
      this.reads = before;
      return constant(e.type, 0n);
    }
    return settle(e.type, [left, right], () => convert(binary(e.type, operator, left, right), e.type));
  }

  #call(name: string, args: readonly Expression[], type: ValueType): Value {
    const values = args.map((a) => this.#value(a));
    const helper = this.#isa.helpers[name];
    if (!helper || this.#depth >= DEPTH) return unknown(type);
    const saved = { locals: this.#locals, result: this.#result, returned: this.#returned };
    this.#locals = new Map(
      helper.parameters.map((p, i) => [p.name, convert(values[i] ?? unknown(p.type), p.type)]),
    );
    this.#result = undefined;
    this.#returned = false;
    this.#depth++;
    this.statements(helper.body);
    this.#depth--;
    const result = this.#returned ? this.#result : undefined;
    this.#locals = saved.locals;
    this.#result = saved.result;
    this.#returned = saved.returned;
    return result ? convert(result, type) : unknown(type);
  }
}

function unknown(type: ValueType): Value {
  return value(type, "?");
}

/** The result when all of the values are known. */
function settle(type: ValueType, values: readonly Value[], make: (values: readonly Value[]) => Value): Value {
  return values.every((v) => v.known !== undefined) ? make(values) : unknown(type);
}
