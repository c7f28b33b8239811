// Expressions of action code, from syntax to typed trees: names, members, calls, operators. The rules of widths stand in
// width-rules.ts, bits of values in bit-access.ts, methods in value-methods.ts and method-calls.ts, the language's own
// functions in builtin-calls.ts and model-calls.ts.
import type { BinaryOperator, Expression, ValueType } from "../machine/action.ts";
import { bitsAt, readBits } from "./bit-access.ts";
import { typeBuiltin, typeConversion } from "./builtin-calls.ts";
import { fieldValue } from "./field-values.ts";
import { SPECIALS, typeCacheMethod, typeLookupMethod, typeSpecial } from "./model-calls.ts";
import type { Findings } from "./findings.ts";
import { count, didYouMean } from "./findings.ts";
import { BIT, WORD, binary, conditional, constant, constantValue, convert, truth, unary } from "./fold.ts";
import { LIMITS } from "./limits.ts";
import { isRegisterMethod, typeObjectMethod } from "./method-calls.ts";
import { parseInteger } from "./number.ts";
import { isTruth } from "./scope.ts";
import type { Binding, HelperSignature, Scope, Structure } from "./scope.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";
import { contextPlace } from "./contexts.ts";
import { messageCall } from "./message-calls.ts";
import { cacheFieldOf, elementOf, memoryAccess } from "./places.ts";
import { asStructure, fieldFunction, fieldOf, indexedField } from "./register-fields.ts";
import type { Parts } from "./register-fields.ts";
import { POISON } from "./typed.ts";
import type { InstructionNames, Typed, Typer } from "./typed.ts";
import { resolveType } from "./types.ts";
import { typeValueMethod } from "./value-methods.ts";
import { armsOf, INT, operate, promoted, settle } from "./width-rules.ts";

const BINARY_OPERATORS = new Set<string>("+ - * / % == != < <= > >= & | ^ << >> && ||".split(" "));

type Call = Extract<SyntaxExpression, { kind: "call" }>;

export abstract class ExpressionTyper implements Typer {
  readonly findings: Findings;
  scope: Scope;
  readonly instruction: InstructionNames | undefined;
  readonly #calls = new Set<string>();
  #depth = 0;

  constructor(scope: Scope, findings: Findings, instruction?: InstructionNames) {
    this.scope = scope;
    this.findings = findings;
    this.instruction = instruction;
  }

  /** Names of the helpers that were called. */
  get calledHelpers(): ReadonlySet<string> {
    return this.#calls;
  }

  abstract target(e: SyntaxExpression): Expression | undefined;

  error(code: string, span: Span, message: string, help?: string): Expression {
    this.findings.error(code, span, message, help);
    return POISON;
  }

  /** A value with a type of its own. */
  value(e: SyntaxExpression): Expression {
    return settle(this.typed(e));
  }

  /** A value converted to `type`. */
  valueAs(e: SyntaxExpression, type: ValueType): Expression {
    return this.coerce(this.typed(e), type, e.span);
  }

  /** A value as a condition of one bit. */
  condition(e: SyntaxExpression): Expression {
    const typed = this.typed(e);
    return typed.kind === "untyped" ? constant(typed.value === 0n ? 0n : 1n, BIT) : truth(typed);
  }

  coerce(typed: Typed, type: ValueType, span: Span): Expression {
    if (typed.kind !== "untyped") {
      // A signed bit vector takes the leftmost bit of a narrower one for its sign.
      const own = typed.type;
      if (
        type.signed &&
        !type.native &&
        !own.native &&
        !own.signed &&
        own.width < type.width &&
        own.width > 1
      )
        return convert(convert(typed, { width: own.width, signed: true }), type);
      return convert(typed, type);
    }
    const { value } = typed;
    // A mask such as ~0x3ULL is a negative number here; that it loses its upper ones is no loss.
    if (value >= 1n << BigInt(type.width) || (value < -(1n << BigInt(type.width - 1)) && !typed.long)) {
      this.findings.warn("BW0231", span, `${value} does not fit in ${type.width} bits`);
    }
    return constant(value, type);
  }

  typed(e: SyntaxExpression): Typed {
    if (++this.#depth > 4 * LIMITS.chain) {
      this.#depth--;
      return this.error("BW0121", e.span, "expression is nested too deeply");
    }
    try {
      return this.#typed(e);
    } finally {
      this.#depth--;
    }
  }

  #typed(e: SyntaxExpression): Typed {
    switch (e.kind) {
      case "number": {
        if (e.unit !== undefined && e.unit !== "cycles" && e.unit !== "cycle") {
          return this.error("BW0221", e.span, "numbers in action code have no unit, or are cycles");
        }
        const value = parseInteger(e.text);
        if (value === undefined) return this.error("BW0221", e.span, `${e.text.slice(0, 40)} is no integer`);
        if (value >= 1n << 64n) return this.error("BW0221", e.span, "numbers have at most 64 bits");
        return /[lL]/.test(e.text) ? { kind: "untyped", value, long: true } : { kind: "untyped", value };
      }
      case "boolean":
        return constant(e.value ? 1n : 0n, BIT);
      case "string": {
        const value = /^\d/.test(e.value) ? parseInteger(e.value) : undefined;
        if (value !== undefined) return { kind: "untyped", value };
        return this.error("BW0221", e.span, "a string is no value in action code");
      }
      case "list":
        return this.error("BW0221", e.span, "a list is no value in action code");
      case "broken":
        return POISON;
      case "name":
        return this.#name(e.name, e.span);
      case "member":
        return this.#member(e);
      case "call":
        return this.#call(e);
      case "subscript":
        if (e.object.kind === "name" && this.scope.lookup(e.object.name)?.kind === "words")
          return {
            kind: "service",
            service: "instruction_word",
            arguments: [this.valueAs(e.index, WORD)],
            type: WORD,
          };
        return this.error("BW0222", e.span, "there are no arrays; bits are written x(n) or x(first,last)");
      case "construct":
        return this.#construct(e);
      case "assign":
        return this.error(
          "BW0236",
          e.span,
          "an assignment is no value here",
          "write it as a statement of its own",
        );
      case "unary":
        return this.#unary(e.operator, e.value, e.span);
      case "binary":
        return this.#binary(e.operator, e.left, e.right, e.span);
      case "conditional": {
        const test = this.condition(e.test);
        const [then, otherwise] = armsOf(this.typed(e.then), this.typed(e.otherwise));
        return conditional(test, then, otherwise);
      }
    }
  }

  /** `bits<32>(x)`, also from a string, which may be longer than numbers are. */
  #construct(e: Extract<SyntaxExpression, { kind: "construct" }>): Typed {
    const type = resolveType(e.type, this.findings);
    const [argument] = e.arguments;
    if (!argument || e.arguments.length !== 1)
      return this.error("BW0225", e.span, `${e.type.name}<…>(x) takes one value`);
    if (!type) return POISON;
    if (argument.kind === "string") {
      const value = parseInteger(argument.value);
      if (value === undefined) return this.error("BW0221", argument.span, "the string is no integer");
      return this.coerce({ kind: "untyped", value }, type, argument.span);
    }
    return this.valueAs(argument, type);
  }

  // ---- Names -------------------------------------------------------------------------------------------------

  #register(binding: Extract<Binding, { kind: "register" }>): Expression {
    const { name, width } = binding.register;
    const direct = binding.direct ? { direct: true as const } : {};
    return { kind: "register", register: name, ...direct, type: { width, signed: false } };
  }

  #name(name: string, span: Span): Typed {
    const binding = this.scope.lookup(name);
    // `REGISTER::MEMBER`, a name for a value of an enumerated register.
    const member = !binding && name.includes("::") ? this.findings.constants.get(name) : undefined;
    if (member !== undefined) return { kind: "untyped", value: member };
    if (!binding) return this.unknown(name, span);
    switch (binding.kind) {
      case "local":
        return { kind: "local", name: binding.name, type: binding.type };
      case "field":
        return binding.view?.value ?? fieldValue(binding.field, binding.value, this.findings.counterWidth);
      case "register":
        return this.#register(binding);
      case "alias":
        return binding.expression;
      case "parm": {
        const number: Expression = { kind: "parm", parm: binding.name, type: INT };
        // The options are (true,false): its value in code is a truth value, not the number of the option.
        return isTruth(binding) ? binary("==", number, constant(0n, INT), BIT) : number;
      }
      case "constant":
        return { kind: "untyped", value: binding.value };
      case "cia":
        return { kind: "cia", type: WORD };
      case "nia":
        return { kind: "nia", type: WORD };
      case "registerFile":
        return this.error(
          "BW0222",
          span,
          `${name} is a register file`,
          `name one of its registers: ${name}(n)`,
        );
      case "helper":
      case "builtin":
      case "special":
      case "method":
      case "code":
        return this.error("BW0222", span, `${name} is a function`, `call it: ${name}(…)`);
      case "memory":
        return this.error(
          "BW0222",
          span,
          `${name} is the memory`,
          `name an address and a size: ${name}(ea,4)`,
        );
      case "otherField":
        return this.error(
          "BW0223",
          span,
          `${name} is an instruction field, but none of this code's own`,
          "an action sees the fields in its instruction's `fields`; a function gets them as arguments",
        );
      case "template":
      case "plainType":
      case "lookup":
      case "cache":
      case "context":
      case "refused":
      case "bus":
      case "exception":
      case "type":
      case "words":
        return this.error("BW0222", span, `${name} is no value`);
      case "object":
        return { kind: "name", name: binding.name, type: WORD };
      case "name":
        return { kind: "name", name, type: WORD };
    }
  }

  unknown(name: string, span: Span): Expression {
    return this.error("BW0223", span, `unknown name ${name}`, didYouMean(name, this.scope.names()));
  }

  /** What has named fields: a register, a register file's element, a variable or entry with structure. */
  #partsOf(e: SyntaxExpression): Parts | undefined {
    const place = contextPlace(this, e);
    if (place) return place;
    const callee = e.kind === "call" ? e.callee : e;
    const binding = callee.kind === "name" ? this.scope.lookup(callee.name) : undefined;
    if (!binding) return undefined;
    if (e.kind === "name") {
      if (binding.kind === "register")
        return {
          value: this.#register(binding),
          fields: binding.register.fields,
          what: `register ${binding.register.name}`,
        };
      if (binding.kind === "local" && binding.structure)
        return {
          value: { kind: "local", name: binding.name, type: binding.type },
          fields: binding.structure.fields,
          what: e.name,
        };
    }
    if (e.kind === "call" && binding.kind === "registerFile" && binding.fields.length > 0)
      return { value: this.value(e), fields: binding.fields, what: binding.file.name };
    if (e.kind === "call" && binding.kind === "lookup")
      return { value: this.value(e), fields: binding.structure.fields, what: binding.name };
    return undefined;
  }

  /** The structure of a value, when it has one. */
  structureOf(e: SyntaxExpression): Structure | undefined {
    const callee = e.kind === "call" ? e.callee : e;
    if (e.kind === "call" && callee.kind === "member" && callee.name === "predict") {
      const object = callee.object.kind === "name" ? this.scope.lookup(callee.object.name) : undefined;
      if (object?.kind === "object" && object.objectKind === "branch_predictor") {
        const fields = [{ name: "first", first: 0, last: 1 }];
        return { name: "prediction", width: 2, fields, initial: 0n, predictor: object.name };
      }
    }
    const binding = callee.kind === "name" ? this.scope.lookup(callee.name) : undefined;
    if (binding?.kind === "local" && e.kind === "name") return binding.structure;
    return binding?.kind === "lookup" && e.kind === "call" ? binding.structure : undefined;
  }

  #member(e: Extract<SyntaxExpression, { kind: "member" }>): Typed {
    const predictor = e.name === "second" ? this.structureOf(e.object)?.predictor : undefined;
    if (predictor !== undefined) {
      return { kind: "method", object: predictor, method: "predicted_target", arguments: [], type: WORD };
    }
    const place = contextPlace(this, e);
    if (place) return place.value;
    const parts = this.#partsOf(e.object);
    if (parts) return fieldOf(this, parts, e.name, e.span);
    if (e.object.kind === "call" && e.object.callee.kind === "name") {
      const cache = this.scope.lookup(e.object.callee.name);
      if (cache?.kind === "cache") return cacheFieldOf(this, cache, e.object, e.name, e.span);
    }
    const binding = e.object.kind === "name" ? this.scope.lookup(e.object.name) : undefined;
    if (binding?.kind === "field") {
      const member = binding.view?.member(e.name);
      if (member) return member;
    }
    if (binding?.kind === "object") {
      return { kind: "name", name: `${e.object.kind === "name" ? e.object.name : ""}.${e.name}`, type: WORD };
    }
    if (!binding && e.object.kind === "name") return this.unknown(e.object.name, e.object.span);
    return this.error("BW0222", e.span, `.${e.name} is no field of a register`);
  }

  // ---- Calls -------------------------------------------------------------------------------------------------

  #call(e: Call): Typed {
    const { callee } = e;
    if (callee.kind === "name") {
      const binding = this.scope.lookup(callee.name);
      // A variable may have the name of a function that logs: text is no position of bits.
      const logs = binding?.kind === "local" && e.arguments.some((argument) => argument.kind === "string");
      if (logs && SPECIALS.includes(callee.name)) return typeSpecial(this, callee.name, e);
      if (binding) return this.#callBinding(binding, callee.name, e);
      const known = typeConversion(this, callee.name, e) ?? fieldFunction(this, callee.name, e);
      return (
        known ??
        messageCall(this, callee.name, e, this.#suggestFunction(callee.name)) ??
        this.error(
          "BW0223",
          callee.span,
          `unknown function ${callee.name}`,
          this.#suggestFunction(callee.name),
        )
      );
    }
    if (callee.kind === "member") return this.#callMember(e, callee);
    return readBits(bitsAt(this, settle(this.typed(callee)), e, 0), POISON);
  }

  /** `x.f(…)`: a method, or bits of a field. */
  #callMember(e: Call, callee: Extract<SyntaxExpression, { kind: "member" }>): Typed {
    const element = contextPlace(this, e);
    if (element) return element.value;
    const ofContext = contextPlace(this, callee);
    if (ofContext) return readBits(bitsAt(this, ofContext.value, e, ofContext.offset), POISON);
    const object = callee.object.kind === "name" ? this.scope.lookup(callee.object.name) : undefined;
    if (object?.kind === "context" && callee.name === "num_contexts" && e.arguments.length === 0)
      return { kind: "untyped", value: BigInt(object.size) };
    const dotted = callee.object.kind === "member" ? this.#dottedObject(callee.object) : undefined;
    if (object?.kind === "object")
      return typeObjectMethod(
        this,
        object.objectKind,
        object.name,
        callee,
        e.arguments,
        object.open === true,
      );
    if (dotted) return typeObjectMethod(this, dotted.objectKind, dotted.name, callee, e.arguments);
    if (object?.kind === "cache") return typeCacheMethod(this, object, callee, e.arguments);
    if (object?.kind === "lookup" || object?.kind === "bus" || object?.kind === "registerFile")
      return typeLookupMethod(this, object, callee, e.arguments);
    const parts = this.#partsOf(callee.object);
    const named = parts?.fields.find((f) => f.name === callee.name);
    if (parts && named?.indexed !== undefined) return indexedField(this, parts, named.indexed, e);
    if (parts && named) {
      return readBits(bitsAt(this, fieldOf(this, parts, callee.name, callee.span), e, 0), POISON);
    }
    if (object?.kind === "register" && isRegisterMethod(callee.name))
      return typeObjectMethod(this, "register", object.register.name, callee, e.arguments);
    const method = typeValueMethod(this, callee, e.arguments);
    if (method) return method;
    // A field of a cache's set may be sliced: ThisCache(set).B(0,3).
    const owner = callee.object.kind === "call" ? callee.object.callee : undefined;
    if (owner?.kind === "name" && this.scope.lookup(owner.name)?.kind === "cache")
      return readBits(bitsAt(this, this.value(callee), e, 0), POISON);
    return this.error("BW0222", callee.span, `a value has no method ${callee.name}`);
  }

  /** `Mem.D` in `Mem.D.can_read()`. */
  #dottedObject(
    e: Extract<SyntaxExpression, { kind: "member" }>,
  ): Extract<Binding, { kind: "object" }> | undefined {
    if (e.object.kind !== "name") return undefined;
    const binding = this.scope.lookup(`${e.object.name}.${e.name}`);
    return binding?.kind === "object" ? binding : undefined;
  }

  #suggestFunction(name: string): string | undefined {
    const own = "concat zero ones sign_extend zero_extend signed unsigned".split(" ");
    return didYouMean(name, [...this.scope.names(), ...own]);
  }

  #callBinding(binding: Binding, name: string, e: Call): Typed {
    switch (binding.kind) {
      case "field": {
        const element = binding.view?.elementAt(e.arguments, this.findings.constants);
        return element ?? readBits(bitsAt(this, this.value(e.callee), e, 0), POISON);
      }
      case "local":
        return readBits(bitsAt(this, this.value(e.callee), e, 0), POISON);
      case "register":
      case "alias":
        return readBits(bitsAt(this, this.value(e.callee), e, binding.offset), POISON);
      case "registerFile":
        return elementOf(this, binding, name, e);
      case "memory":
        return memoryAccess(this, binding, name, e);
      case "lookup": {
        const indices = e.arguments.map((i) => this.valueAs(i, WORD));
        // Its fields alone may be those of a set.
        if (indices.length !== 2 && !(indices.length === 1 && binding.setFields.size > 0))
          return this.error("BW0225", e.span, `${name}(set,way) names one entry of the table`);
        return {
          kind: "entry",
          object: binding.name,
          indices,
          type: { width: binding.structure.width, signed: false },
        };
      }
      case "builtin":
        return typeBuiltin(this, binding.name, e);
      case "special":
        return typeSpecial(this, binding.name, e);
      case "helper":
        return this.#helper(binding.helper, e);
      case "template": {
        const helper = binding.deduce(
          e.arguments.map((argument) => (argument.kind === "string" ? WORD : this.value(argument).type)),
        );
        if (helper) return this.#helper(helper, e);
        return this.error("BW0240", e.span, `${name} cannot be made for these arguments`);
      }
      case "refused":
        return { kind: "service", service: "refuse", object: name, arguments: [], type: BIT };
      case "method":
        return typeObjectMethod(this, undefined, "", { name: binding.name, span: e.span }, e.arguments);
      default:
        return this.error("BW0222", e.callee.span, `${name} cannot be called or sliced`);
    }
  }

  #helper(helper: HelperSignature, e: Call): Expression {
    this.#calls.add(helper.name);
    const least = helper.parameters.filter((p) => p.initial === undefined).length;
    const most = helper.parameters.length;
    if (e.arguments.length < least || e.arguments.length > most) {
      const wanted = least === most ? `${most}` : `${least} to ${most}`;
      return this.error(
        "BW0225",
        e.span,
        `${helper.name} takes ${count(wanted, "argument")}, not ${e.arguments.length}`,
      );
    }
    const values = helper.parameters.map((p, i) => {
      const given = e.arguments[i];
      const own =
        given && p.structure ? asStructure(this, given, this.structureOf(given), p.structure) : undefined;
      if (own) return own;
      return given ? this.valueAs(given, p.type) : constant(p.initial ?? 0n, p.type);
    });
    const type = helper.result ?? BIT;
    const call = { kind: "call", helper: helper.name, arguments: values, type } as const;
    if (!helper.given) return call;
    const outputs: Expression[] = [];
    helper.parameters.forEach((p, i) => {
      const given = e.arguments[i];
      if (!p.reference || !given) return;
      const place =
        (p.structure && asStructure(this, given, this.structureOf(given), p.structure)) ?? this.target(given);
      if (place && place.type.width !== p.type.width)
        this.error(
          "BW0238",
          given!.span,
          `${p.name} is a reference to ${p.type.width} bits, not ${place.type.width}`,
        );
      if (place) outputs.push(place);
    });
    return { ...call, outputs };
  }

  // ---- Operators ---------------------------------------------------------------------------------------------

  #unary(operator: string, operand: SyntaxExpression, span: Span): Typed {
    const value = this.typed(operand);
    if (operator === "!") {
      if (value.kind === "untyped") return constant(value.value === 0n ? 1n : 0n, BIT);
      return unary("!", truth(value), BIT);
    }
    if (operator !== "-" && operator !== "+" && operator !== "~")
      return this.error("BW0222", span, `${operator} is no operator here`);
    if (value.kind === "untyped") {
      const result = operator === "-" ? -value.value : operator === "~" ? ~value.value : value.value;
      return { ...value, value: result };
    }
    if (operator === "~") {
      const type = promoted(value.type);
      return unary("~", convert(value, type), type);
    }
    const native = value.type.native ? { native: true as const } : {};
    const type: ValueType = {
      width: Math.max(32, value.type.width),
      signed: value.type.signed || (value.type.native === true && value.type.width < 32),
      ...native,
    };
    return unary(operator, convert(value, type), type);
  }

  #binary(operator: string, leftSyntax: SyntaxExpression, rightSyntax: SyntaxExpression, span: Span): Typed {
    if (!BINARY_OPERATORS.has(operator)) return this.error("BW0222", span, `${operator} is no operator here`);
    if (operator === "&&" || operator === "||") {
      return binary(operator, this.condition(leftSyntax), this.condition(rightSyntax), BIT);
    }
    const call = operator === ">" ? this.#templateCall(leftSyntax, rightSyntax, span) : undefined;
    if (call) return call;
    if (operator === "==" || operator === "!=") {
      const option = this.#optionTest(operator, leftSyntax, rightSyntax);
      if (option) return option;
    }
    return this.operate(
      operator as BinaryOperator,
      this.typed(leftSyntax),
      this.typed(rightSyntax),
      rightSyntax.span,
    );
  }

  /** `f<T>(…)`, which the grammar reads as a comparison. */
  #templateCall(left: SyntaxExpression, right: SyntaxExpression, span: Span): Expression | undefined {
    if (left.kind !== "binary" || left.operator !== "<" || left.left.kind !== "name") return undefined;
    const binding = this.scope.lookup(left.left.name);
    if (binding?.kind !== "template") return undefined;
    const helper = binding.instantiate([left.right], this.scope);
    if (!helper)
      return this.error("BW0240", span, `${binding.name} cannot be made for these template arguments`);
    const values = right.kind === "list" ? right.elements : [right];
    return this.#helper(helper, { kind: "call", callee: left.left, arguments: values, span });
  }

  /** `Mode == Mode32`: the names of a parameter's options mean something only beside it. */
  #optionTest(operator: "==" | "!=", a: SyntaxExpression, b: SyntaxExpression): Expression | undefined {
    for (const [parm, option] of [
      [a, b],
      [b, a],
    ] as const) {
      const value = this.optionOf(parm, option);
      if (value === undefined || parm.kind !== "name") continue;
      const binding = this.scope.lookup(parm.name);
      const name = binding?.kind === "parm" ? binding.name : parm.name;
      return binary(operator, { kind: "parm", parm: name, type: INT }, constant(value, INT), BIT);
    }
    return undefined;
  }

  /** The number of the option that `option` names for the parameter `parm`. */
  optionOf(parm: SyntaxExpression, option: SyntaxExpression): bigint | undefined {
    const binding = parm.kind === "name" ? this.scope.lookup(parm.name) : undefined;
    if (binding?.kind !== "parm") return undefined;
    const name = option.kind === "name" ? option.name : option.kind === "boolean" ? String(option.value) : "";
    const index = binding.options.indexOf(name);
    return index < 0 ? undefined : BigInt(index);
  }

  /** left operator right, by the rules of width-rules.ts. */
  operate(operator: BinaryOperator, left: Typed, right: Typed, rightSpan: Span): Typed {
    if ((operator === "/" || operator === "%") && isZero(right))
      return this.error("BW0232", rightSpan, "division by zero");
    return operate(operator, left, right);
  }
}

function isZero(e: Typed): boolean {
  return e.kind === "untyped" ? e.value === 0n : constantValue(e) === 0n;
}
