// Calls of the language's own functions that touch the model: exceptions, address translation, caches, translation
// tables, event buses, system calls; and its arithmetic functions on bit vectors (`Carry`, `signExtend` …).
import type { Expression, ServiceName, ValueType } from "../machine/action.ts";
import { cacheAccess } from "../machine/cache-access.ts";
import { count, didYouMean } from "./findings.ts";
import { BIT, WORD, constant, constantValue, convert, truth } from "./fold.ts";
import { nameIn } from "./keys.ts";
import type { Binding } from "./scope.ts";
import type { SyntaxExpression } from "./syntax.ts";
import { POISON } from "./typed.ts";
import type { Typed, Typer } from "./typed.ts";
import { ADDRESS, commonType, INT, operandAs, settle, UNSIGNED } from "./width-rules.ts";

type Call = Extract<SyntaxExpression, { kind: "call" }>;
type Member = Extract<SyntaxExpression, { kind: "member" }>;

/** Functions that typeSpecial knows. */
export const SPECIALS = (
  "Carry signExtend zeroExtend signedMultiply signedDivide raiseException setException cancelException halt " +
  "resetCore instrHasAttr instrHasAttrVal instrReadTranslate dataReadTranslate dataWriteTranslate checkDataPerms " +
  "checkInstrPerms lastRealAddr info warning error logMmuTranslation syscall_enabled syscall_add_arg " +
  "syscall_trigger syscall_return_code syscall_errno getInstrCount getCycleCount setCurrentInstrTable " +
  "getCurrentInstrTable run run_commit setMicroOpOffset getMicroOpOffset " +
  "setPacketPosition getPacketPosition getExtInstrFlag setExtInstrFlag skip_instruction set_active_count get_active_count is_active " +
  "cia set_ignore_mode ignore_enabled enable_rollback commit_rollback flush_rollback getChildId getCoreId direct_access"
).split(" ");

/** Enumerators of the language's own types, usable wherever numbers are. */
export const LANGUAGE_CONSTANTS: Readonly<Record<string, bigint>> = {
  InstrTrans: 0n,
  LoadTrans: 1n,
  StoreTrans: 2n,
  WriteTrans: 3n,
  ...Object.fromEntries(Object.entries(cacheAccess).map(([name, value]) => [name, BigInt(value)])),
};

function service(
  name: ServiceName,
  type: ValueType,
  values: readonly Expression[] = [],
  object?: string,
): Expression {
  return {
    kind: "service",
    service: name,
    ...(object === undefined ? {} : { object }),
    arguments: values,
    type,
  };
}

/** A call of one of the SPECIALS. */
export function typeSpecial(typer: Typer, name: string, e: Call): Typed {
  const [a, b, c] = e.arguments;
  const arity = (n: number): boolean => {
    if (e.arguments.length === n) return true;
    typer.error("BW0225", e.span, `${name} takes ${count(n, "argument")}, not ${e.arguments.length}`);
    return false;
  };
  switch (name) {
    case "Carry": {
      if (!arity(3) || !a || !b || !c) return POISON;
      const [x, y] = pair(typer, a, b);
      return built("carries", x.type, x, y, convert(typer.valueAs(c, { width: 1, signed: false }), BIT));
    }
    case "signExtend":
    case "zeroExtend": {
      if (!arity(2) || !a || !b) return POISON;
      const width = constantValue(typer.value(b));
      if (width === undefined || width < 1n || width > 1024n)
        return typer.error("BW0220", b.span, `${name} takes a constant width from 1 to 1024`);
      const value = typer.value(a);
      const own = convert(value, { width: value.type.width, signed: name === "signExtend" });
      return convert(own, { width: Number(width), signed: false });
    }
    case "signedMultiply":
    case "signedDivide": {
      if (!arity(2) || !a || !b) return POISON;
      const values = [settle(typer.typed(a)), settle(typer.typed(b))] as const;
      const width = Math.max(...values.map((v) => v.type.width));
      const signed: ValueType = { width, signed: true };
      const own = (v: Expression): Expression =>
        convert(convert(v, { width: v.type.width, signed: true }), signed);
      const builtin = name === "signedMultiply" ? "signed_multiply" : "signed_divide";
      return convert(built(builtin, signed, own(values[0]), own(values[1])), { width, signed: false });
    }
    case "raiseException":
    case "setException":
    case "cancelException":
      return arity(1) && a ? exception(typer, name, a) : POISON;
    case "halt":
      return service("halt", BIT);
    case "set_active_count": {
      // One core is active or not.
      if (!arity(1) || !a) return POISON;
      const known = constantValue(typer.value(a));
      return known === 0n ? service("halt", BIT) : constant(0n, BIT);
    }
    case "get_active_count":
      return service("is_active", UNSIGNED);
    case "is_active":
    case "skip_instruction":
      return service(name, BIT);
    case "enable_rollback":
    case "set_ignore_mode":
      return arity(1) && a ? service(name, BIT, [convert(truth(typer.value(a)), WORD)]) : POISON;
    case "commit_rollback":
    case "flush_rollback":
    case "ignore_enabled":
      return arity(0) ? service(name, BIT) : POISON;
    case "resetCore":
      return service("reset_core", BIT);
    case "instrHasAttr":
    case "instrHasAttrVal":
      return attribute(typer, e);
    case "instrReadTranslate":
    case "dataReadTranslate":
    case "dataWriteTranslate": {
      if (!arity(1) || !a) return POISON;
      const kind = name === "instrReadTranslate" ? 0n : name === "dataReadTranslate" ? 1n : 2n;
      return service("translate", ADDRESS, [constant(kind, WORD), typer.valueAs(a, WORD)]);
    }
    case "lastRealAddr":
      return service("last_real_address", ADDRESS);
    // Translations are looked up anew whenever something that they depend on has changed, so there is nothing to force;
    // messages and log entries have no effect on what is computed.
    case "checkInstrPerms":
      return service("check_permissions", BIT);
    case "checkDataPerms":
    case "info":
    case "warning":
    case "logMmuTranslation":
      return constant(0n, BIT);
    case "error":
      return service("fatal", BIT);
    case "syscall_enabled":
      return service("syscall_enabled", BIT);
    case "syscall_add_arg":
      return arity(1) && a ? service("syscall_argument", BIT, [typer.valueAs(a, WORD)]) : POISON;
    case "syscall_trigger":
      return arity(1) && a ? service("syscall_trigger", BIT, [typer.valueAs(a, WORD)]) : POISON;
    case "syscall_return_code":
    case "syscall_errno":
      return service("syscall_result", UNSIGNED);
    case "getInstrCount":
    case "getCycleCount":
      return service("instruction_count", ADDRESS);
    case "setCurrentInstrTable": {
      const table = a ? nameIn(a)?.text : undefined;
      if (!arity(1) || table === undefined)
        return typer.error("BW0225", e.span, `${name} takes the name of a table`);
      return service("set_table", BIT, [], table);
    }
    case "cia":
      return { kind: "cia", type: WORD };
    case "run":
    case "run_commit":
      return runFields(typer, e);
    case "setMicroOpOffset":
    case "setPacketPosition": {
      const own = name === "setPacketPosition" ? "set_packet_position" : "set_micro_offset";
      return arity(1) && a ? service(own, BIT, [typer.valueAs(a, WORD)]) : POISON;
    }
    case "getMicroOpOffset":
      return service("micro_offset", UNSIGNED);
    case "getPacketPosition":
      return service("packet_position", UNSIGNED);
    case "getCurrentInstrTable":
      return service("current_table", UNSIGNED);
    case "getExtInstrFlag":
      return service("external_flag", UNSIGNED);
    case "setExtInstrFlag":
      return arity(1) && a ? service("set_external_flag", BIT, [typer.valueAs(a, UNSIGNED)]) : POISON;
    case "getChildId":
    case "getCoreId":
      return { kind: "untyped", value: 0n };
    case "direct_access":
      return arity(1) && a ? direct(typer.value(a)) : POISON;
    default:
      return typer.error("BW0222", e.span, `${name} is not supported`);
  }
}

/** Executes the instruction that `value`, the bits of a field, is in an instruction table. */
export function runInstruction(value: Expression, table: string): Expression {
  const { width } = value.type;
  const wide = convert(value, { width: Math.max(64, width), signed: false });
  return service("run", BIT, [wide, constant(BigInt(width), WORD)], table);
}

/** Executes the instructions in fields of instruction tables, in order. */
export function runAll(list: readonly { readonly value: Expression; readonly table: string }[]): Expression {
  const values = list.flatMap(({ value }) => [
    convert(value, { width: Math.max(64, value.type.width), signed: false }),
    constant(BigInt(value.type.width), WORD),
  ]);
  return service("run_all", BIT, values, list.map((one) => one.table).join(","));
}

/** `run(opA,opB)`: the instructions in these fields, one after the other. */
function runFields(typer: Typer, e: Call): Typed {
  let all: Expression | undefined;
  for (const argument of e.arguments) {
    const binding = argument.kind === "name" ? typer.scope.lookup(argument.name) : undefined;
    if (binding?.kind !== "field" || binding.table === undefined)
      return typer.error("BW0225", argument.span, "run takes fields that hold instructions (type = instr)");
    const one = runInstruction(typer.value(argument), binding.table);
    all = all ? service("in_turn", BIT, [all, one]) : one;
  }
  return all ?? constant(0n, BIT);
}

function direct(e: Expression): Expression {
  return e.kind === "register" || e.kind === "element" ? { ...e, direct: true } : e;
}

function built(
  name: "carries" | "signed_multiply" | "signed_divide",
  type: ValueType,
  ...values: Expression[]
): Expression {
  return { kind: "builtin", name, arguments: values, type: { width: type.width, signed: type.signed } };
}

/** Both at the wider one's width, as unsigned vectors. */
function pair(typer: Typer, a: SyntaxExpression, b: SyntaxExpression): [Expression, Expression] {
  const [x, y] = [settle(typer.typed(a)), settle(typer.typed(b))];
  const type = { width: commonType(x.type, y.type).width, signed: false };
  // Carry(x, unsigned) takes the number at x's own width.
  const width = y.type.native && !x.type.native ? x.type.width : type.width;
  return [operandAs(x, { width, signed: false }), operandAs(y, { width, signed: false })];
}

function exception(typer: Typer, name: string, a: SyntaxExpression): Expression {
  const which: ServiceName =
    name === "raiseException" ? "raise" : name === "setException" ? "set_exception" : "cancel_exception";
  const binding = a.kind === "name" ? typer.scope.lookup(a.name) : undefined;
  if (binding?.kind === "exception") {
    const data = binding.structure;
    const initial = data ? [constant(data.initial, { width: data.width, signed: false })] : [];
    return service(which, BIT, which === "cancel_exception" ? [] : initial, binding.name);
  }
  const raised = binding?.kind === "local" ? binding.structure?.exception : undefined;
  if (raised !== undefined) return service(which, BIT, [typer.value(a)], raised);
  return typer.error(
    "BW0223",
    a.span,
    `${name} takes an exception, or its data`,
    a.kind === "name" ? didYouMean(a.name, typer.scope.names()) : undefined,
  );
}

/** `instrHasAttr(load)`: known where the code belongs to one instruction. */
function attribute(typer: Typer, e: Call): Expression {
  const [a] = e.arguments;
  const name = a ? nameIn(a)?.text : undefined;
  if (name === undefined) return typer.error("BW0225", e.span, "an attribute is named");
  if (typer.instruction) return constant(typer.instruction.attributes.includes(name) ? 1n : 0n, BIT);
  return service("has_attribute", BIT, [], name);
}

// ---- Caches --------------------------------------------------------------------------------------------------------

interface Method {
  readonly service: ServiceName;
  /** Numbers of arguments that it may have; named outputs come first. */
  readonly arity: readonly number[];
  readonly result: ValueType;
  readonly outputs?: number;
}

const CACHE_METHODS: Readonly<Record<string, Method>> = {
  allocate: { service: "cache_allocate", arity: [1], result: BIT },
  enabled: { service: "cache_enabled", arity: [1, 2], result: BIT },
  fill: { service: "cache_fill", arity: [2], result: BIT },
  find: { service: "cache_find", arity: [3], result: BIT, outputs: 2 },
  flush: { service: "cache_flush", arity: [1, 2], result: BIT },
  fully_locked: { service: "cache_fully_locked", arity: [1], result: BIT },
  fully_unlocked: { service: "cache_fully_unlocked", arity: [0, 1], result: BIT },
  get_set: { service: "cache_get_set", arity: [1], result: UNSIGNED },
  invalidate: { service: "cache_invalidate", arity: [1, 2], result: BIT },
  is_dirty: { service: "cache_is_dirty", arity: [2], result: BIT },
  is_locked: { service: "cache_is_locked", arity: [2], result: BIT },
  is_valid: { service: "cache_is_valid", arity: [2], result: BIT },
  is_write_through: { service: "cache_is_write_through", arity: [2], result: BIT },
  lock: { service: "cache_lock", arity: [1, 2], result: BIT },
  num_sets: { service: "sets", arity: [0], result: INT },
  num_ways: { service: "ways", arity: [0], result: INT },
  read_from_mem: { service: "cache_read_from_mem", arity: [4], result: BIT },
  read_from_next: { service: "cache_read_from_next", arity: [4, 5], result: BIT },
  store: { service: "cache_store", arity: [1, 2], result: BIT },
  touch: { service: "cache_touch", arity: [1], result: BIT },
  unlock: { service: "cache_unlock", arity: [2], result: BIT },
};

const LOOKUP_METHODS: Readonly<Record<string, Method>> = {
  search: { service: "search", arity: [4], result: BIT, outputs: 2 },
  num_sets: { service: "sets", arity: [0], result: UNSIGNED },
  num_ways: { service: "ways", arity: [0], result: UNSIGNED },
};

export function typeCacheMethod(
  typer: Typer,
  cache: Extract<Binding, { kind: "cache" }>,
  callee: Member,
  values: readonly SyntaxExpression[],
): Expression {
  return method(typer, CACHE_METHODS, cache.name, "a cache", callee, values);
}

/** Methods of translation tables, event buses and register files. */
export function typeLookupMethod(
  typer: Typer,
  object: Extract<Binding, { kind: "lookup" | "bus" | "registerFile" }>,
  callee: Member,
  values: readonly SyntaxExpression[],
): Typed {
  if (object.kind === "lookup")
    return method(typer, LOOKUP_METHODS, object.name, "a translation table", callee, values);
  const [a, b] = values;
  if (object.kind === "bus") {
    if (callee.name !== "send" || !a || values.length > 2)
      return typer.error("BW0241", callee.span, "an event bus has the method send(data)");
    const self = b ? typer.valueAs(b, BIT) : constant(0n, BIT);
    const data = typer.valueAs(a, { width: object.structure.width, signed: false });
    return service("send", BIT, [data, self], object.name);
  }
  if (callee.name === "size" && values.length === 0)
    return { kind: "untyped", value: BigInt(object.file.size) };
  if (callee.name === "hasAttr" && a && b && values.length === 2) {
    const attribute = nameIn(b)?.text;
    if (attribute !== undefined)
      return service(
        "register_has_attribute",
        BIT,
        [typer.valueAs(a, WORD)],
        `${object.file.name}:${attribute}`,
      );
  }
  if ((callee.name === "validIndex" || callee.name === "valid") && a && values.length === 1)
    return service("valid_index", BIT, [typer.valueAs(a, WORD)], object.file.name);
  return typer.error("BW0241", callee.span, `a register file has no method ${callee.name}`);
}

function method(
  typer: Typer,
  table: Readonly<Record<string, Method>>,
  object: string,
  what: string,
  callee: Member,
  values: readonly SyntaxExpression[],
): Expression {
  const found = Object.hasOwn(table, callee.name) ? table[callee.name] : undefined;
  if (!found)
    return typer.error(
      "BW0241",
      callee.span,
      `${what} has no method ${callee.name}`,
      didYouMean(callee.name, Object.keys(table)),
    );
  if (!found.arity.includes(values.length))
    return typer.error(
      "BW0225",
      callee.span,
      `${callee.name} takes ${found.arity.join(" or ")} arguments, not ${values.length}`,
    );
  const outputs: Expression[] = [];
  for (const value of values.slice(0, found.outputs ?? 0)) {
    const target = typer.target(value);
    if (target?.kind === "local") outputs.push(target);
    else if (target) typer.error("BW0236", value.span, `${callee.name} gives its result to variables`);
  }
  const rest = values.slice(found.outputs ?? 0).map((v) => typer.valueAs(v, WORD));
  const called = service(found.service, found.result, rest, object);
  return outputs.length > 0 && called.kind === "service" ? { ...called, outputs } : called;
}
