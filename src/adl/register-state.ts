// All registers and register files of an instruction set: their names in code, aliases, and hooks.
import type { Expression, ValueType } from "../machine/action.ts";
import type { Register, RegisterFile, RegisterHooks } from "../machine/model.ts";
import type { HookTyper } from "./architecture.ts";
import { fromLeft } from "./bit-numbering.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { contextElement, isOfContext } from "./contexts.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { WORD, binary, constant, constantValue, convert, slice } from "./fold.ts";
import { booleanOf, checkKnown, constantOf, elementsOf, expressionOf, nameIn } from "./keys.ts";
import { elaborateRegister, elaborateRegisterFile } from "./registers.ts";
import { Scope } from "./scope.ts";
import type { Binding } from "./scope.ts";
import type { SyntaxExpression } from "./syntax.ts";

export interface RegisterState {
  readonly registers: Map<string, Register>;
  readonly registerFiles: Map<string, RegisterFile>;
  /** Registers that are another one as a whole. */
  readonly aliases: Readonly<Record<string, { readonly name: string; readonly index?: number }>>;
  /** How the program counter's registers are called. */
  readonly counters: { readonly cia: string; readonly nia: string };
  /** Where the core starts. */
  readonly resetAddress: number;
}

/** Reads all registers and makes their names known. */
export function readRegisters(block: Block, scope: Scope, findings: Findings): RegisterState {
  const registers = new Map<string, Register>();
  const registerFiles = new Map<string, RegisterFile>();
  const addresses = new Map<string, "cia" | "nia">();
  const counters = { cia: "CIA", nia: "NIA" };
  let resetAddress = 0;
  const aliases: Block[] = [];
  for (const child of childrenOf(block, "reg")) {
    const { register, offset, role } = elaborateRegister(child, findings);
    if (role) {
      scope.set(register.name, { kind: role });
      addresses.set(register.name, role);
      counters[role] = register.name;
      if (role === "nia") findings.counterWidth = Math.max(32, register.width);
      if (role === "nia") resetAddress = Number(BigInt.asUintN(32, register.resetValue));
    } else if (child.keys.has("alias")) aliases.push(child);
    else {
      registers.set(register.name, register);
      scope.set(register.name, { kind: "register", register, offset });
    }
  }
  // Files that are made of others need those first.
  const files = childrenOf(block, "regfile");
  const later = (child: Block): boolean =>
    child.keys.has("alias") || childrenOf(child, "read").some((r) => r.keys.has("alias"));
  const sparse = (child: Block): boolean => childrenOf(child, "entry").length > 0;
  const plain = files.filter((f) => !later(f) && !sparse(f));
  const ofPlain = (child: Block): boolean => plain.some((f) => f.name === aliasName(child));
  const order = [
    ...plain,
    ...files.filter((f) => later(f) && ofPlain(f)),
    ...files.filter((f) => !later(f) && sparse(f)),
    ...files.filter((f) => later(f) && !ofPlain(f)),
  ];
  // What an alias names may stand in a file in its place.
  const places = new Map(
    aliases.flatMap((child) => {
      const e = expressionOf(child, "alias", findings);
      return e ? [[child.name, e] as const] : [];
    }),
  );
  for (const child of order) {
    const file = elaborateRegisterFile(child, block, registers, addresses, registerFiles, places, findings);
    registerFiles.set(file.name, file);
    scope.set(file.name, { kind: "registerFile", file, offset: file.offset ?? 0, fields: file.fields ?? [] });
  }
  const named: Record<string, { name: string; index?: number }> = {};
  for (const child of aliases) {
    const target = declareAlias(child, block, { registers, registerFiles }, scope, findings);
    if (target?.kind === "register") named[child.name] = { name: target.register };
    else if (target?.kind === "element") {
      const index = Number(constantValue(target.index) ?? 0n);
      named[child.name] = { name: target.registerFile, index };
    }
  }
  return { registers, registerFiles, aliases: named, counters, resetAddress };
}

function aliasName(block: Block): string | undefined {
  const owner = [block, ...childrenOf(block, "read")].find((one) => one.keys.has("alias"));
  const value = owner?.keys.get("alias")?.at(-1)?.value;
  return value?.kind === "expression" ? nameIn(value.value)?.text : undefined;
}

/** A register that is another one, an element of a file, or bits of them; gives what it is as a whole. */
function declareAlias(
  block: Block,
  architecture: Block,
  state: Files,
  scope: Scope,
  findings: Findings,
): Expression | undefined {
  const e = expressionOf(block, "alias", findings);
  if (e && isOfContext(e)) {
    const place = contextRegister(e, architecture, state, findings);
    if (!place) return undefined;
    const { offset } = elaborateRegister(block, findings);
    scope.set(block.name, { kind: "alias", expression: place, offset });
    return undefined;
  }
  const name = e ? nameIn(e.kind === "call" ? e.callee : e) : undefined;
  const binding = name ? scope.lookup(name.text) : undefined;
  if (!e || !name || !binding) {
    if (e?.kind !== "broken")
      findings.error(
        "BW0212",
        e?.span ?? block.span,
        `alias of an unknown register ${name?.text ?? ""}`,
        name ? didYouMean(name.text, scope.names()) : undefined,
      );
    return undefined;
  }
  const target = aliasTarget(e, binding, findings);
  if (!target) {
    findings.error("BW0212", e.span, `${block.name} cannot be an alias of this`);
    return undefined;
  }
  const { register, offset } = elaborateRegister(block, findings);
  const range = elementsOf(expressionOf(block, "alias_slice", findings)).map((x) =>
    constantOf(x, findings.constants),
  );
  const [first, last] = range;
  if (first !== undefined && last !== undefined) {
    const [from, to] = fromLeft([Number(first), Number(last)], target.type.width, findings.bitOrder);
    const bits = slice(target, constant(BigInt(from), WORD), constant(BigInt(to), WORD), to - from + 1);
    const expression = convert(bits, { width: register.width, signed: false });
    scope.set(block.name, { kind: "alias", expression, offset });
    return undefined;
  }
  scope.set(
    block.name,
    binding.kind === "registerFile" ? { kind: "alias", expression: target, offset } : binding,
  );
  return target;
}

type Files = Pick<RegisterState, "registers" | "registerFiles">;

/** `foobar(0).AR`, `foobar(0).ARF(1)` as code that names it. */
function contextRegister(
  e: SyntaxExpression,
  architecture: Block,
  { registers, registerFiles }: Files,
  findings: Findings,
): Expression | undefined {
  const widthOf = (name: string): Register | RegisterFile | undefined =>
    registers.get(name) ?? registerFiles.get(name);
  const found = contextElement(e, architecture, widthOf, findings);
  return (
    found && {
      kind: "entry",
      object: found.object,
      indices: [constant(BigInt(found.which), WORD), constant(BigInt(found.index), WORD)],
      type: { width: found.width, signed: false },
    }
  );
}

function aliasTarget(e: SyntaxExpression, binding: Binding, findings: Findings): Expression | undefined {
  switch (binding.kind) {
    case "register":
      return {
        kind: "register",
        register: binding.register.name,
        type: { width: binding.register.width, signed: false },
      };
    case "cia":
    case "nia":
      return { kind: binding.kind, type: WORD };
    case "alias":
      return binding.expression;
    case "registerFile": {
      const [index] = e.kind === "call" ? e.arguments : [];
      const value = index ? constantOf(index, findings.constants) : undefined;
      // `child_id` is the number of this core among its siblings: there is one.
      const at = value ?? (index && nameIn(index)?.text === "child_id" ? 0n : undefined);
      if (at === undefined || at >= BigInt(binding.file.size)) return undefined;
      return {
        kind: "element",
        registerFile: binding.file.name,
        index: constant(at, WORD),
        type: { width: binding.file.width, signed: false },
      };
    }
    default:
      return undefined;
  }
}

// ---- Hooks ---------------------------------------------------------------------------------------------------------

/** The registers and files with the code of their hooks. */
export function addRegisterHooks(
  block: Block,
  state: RegisterState,
  hooks: HookTyper,
  scope: Scope,
  findings: Findings,
): Pick<RegisterState, "registers" | "registerFiles"> & { readonly resetAddress: number | string } {
  const registers = new Map(state.registers);
  const registerFiles = new Map(state.registerFiles);
  let resetAddress: number | string = state.resetAddress;
  for (const child of childrenOf(block, "reg")) {
    const register = registers.get(child.name);
    if (!register) {
      if (child.name === state.counters.nia)
        resetAddress = hooks.type(child, "reset", `${child.name}.reset`) ?? resetAddress;
      continue;
    }
    const inner = new Scope(scope);
    const self: Binding = { kind: "register", register, offset: register.offset ?? 0, direct: true };
    inner.set("ThisReg", self);
    inner.set(child.name, self);
    const found = readHooks(
      child,
      child.name,
      { width: register.width, signed: false },
      inner,
      hooks,
      findings,
    );
    const aliased = aliasHooks(child, register, block, state, hooks, scope, findings);
    if (found || aliased) {
      // What is read and written elsewhere needs no bits of its own.
      const elsewhere = aliased?.read !== undefined && aliased.write !== undefined;
      registers.set(child.name, {
        ...register,
        ...(elsewhere ? { pseudo: true } : {}),
        hooks: { ...found, ...aliased },
      });
    }
  }
  for (const child of childrenOf(block, "regfile")) {
    const file = registerFiles.get(child.name);
    if (!file) continue;
    const vector: ValueType = { width: file.width, signed: false };
    const inner = new Scope(scope);
    const self: Binding = {
      kind: "registerFile",
      file,
      offset: file.offset ?? 0,
      fields: file.fields ?? [],
      direct: true,
    };
    inner.set("ThisReg", self);
    inner.set(child.name, self);
    const own = file.elements ? undefined : readHooks(child, child.name, vector, inner, hooks, findings);
    const entryHooks: Record<number, RegisterHooks> = {};
    for (const entry of childrenOf(child, "entry")) {
      const from = Number(entry.name);
      for (let at = from; at < file.size; at++) {
        const place = entryPlace(file, at, state);
        if (at > from && !(file.elements?.[at] && file.elements[from])) break;
        if (at > from && childrenOf(child, "entry").some((e) => Number(e.name) === at)) break;
        const entryScope = new Scope(scope);
        if (place) entryScope.set("ThisReg", place);
        const found = readHooks(entry, `${child.name}.${at}`, vector, entryScope, hooks, findings);
        if (!found) break;
        entryHooks[at] = found;
      }
    }
    const invalid: { read?: string; write?: string } = {};
    for (const which of ["read", "write"] as const) {
      const name = `${child.name}.invalid_${which}`;
      const result = which === "read" ? vector : undefined;
      const hook = hooks.type(child, `invalid_entry_${which}`, name, result);
      if (hook !== undefined) invalid[which] = hook;
    }
    registerFiles.set(child.name, {
      ...file,
      ...(own ? { hooks: own } : {}),
      ...(Object.keys(entryHooks).length > 0 ? { entryHooks } : {}),
      ...(Object.keys(invalid).length > 0 ? { invalid } : {}),
    });
  }
  return { registers, registerFiles, resetAddress };
}

/** `define (read) { alias=FOO; slice=(0,15); }`: hooks that read or write another register, or bits of it. */
function aliasHooks(
  block: Block,
  register: Register,
  architecture: Block,
  state: RegisterState,
  hooks: HookTyper,
  scope: Scope,
  findings: Findings,
): { read?: string; write?: string } | undefined {
  const made: { read?: string; write?: string } = {};
  for (const which of ["read", "write"] as const) {
    for (const child of childrenOf(block, which)) {
      const e = expressionOf(child, "alias", findings);
      if (!e) continue;
      const place = aliasedPlace(e, architecture, state, scope, findings);
      if (!place) continue;
      const own: ValueType = { width: register.width, signed: false };
      const { bits, shift } = sliceOf(child, place, findings);
      const value: Expression = { kind: "local", name: "value", type: own };
      const by = constant(BigInt(shift), WORD);
      made[which] = hooks.add(
        which === "read"
          ? {
              name: `${block.name}.read`,
              parameters: [],
              result: own,
              body: [{ kind: "return", value: shifted("<<", convert(bits, own), by) }],
            }
          : {
              name: `${block.name}.write`,
              parameters: [{ name: "value", type: own }],
              body: [{ kind: "assign", target: bits, value: convert(shifted(">>", value, by), bits.type) }],
            },
      );
    }
  }
  return made.read === undefined && made.write === undefined ? undefined : made;
}

function shifted(operator: "<<" | ">>", value: Expression, by: Expression): Expression {
  return constantValue(by) === 0n ? value : binary(operator, value, by, value.type);
}

function aliasedPlace(
  e: SyntaxExpression,
  architecture: Block,
  state: RegisterState,
  scope: Scope,
  findings: Findings,
): Expression | undefined {
  if (isOfContext(e)) return contextRegister(e, architecture, state, findings);
  const name = nameIn(e.kind === "call" ? e.callee : e);
  const binding = name && scope.lookup(name.text);
  const target = binding && aliasTarget(e, binding, findings);
  if (!target) findings.error("BW0212", e.span, `alias of an unknown register ${name?.text ?? ""}`);
  return target;
}

/** `slice = (first,last)`, or `((first,last),shift)`; all of the register where there is none. */
function sliceOf(
  block: Block,
  place: Expression,
  findings: Findings,
): { readonly bits: Expression; readonly shift: number } {
  const given = elementsOf(expressionOf(block, "slice", findings));
  const [first] = given;
  if (!first) return { bits: place, shift: 0 };
  const { width } = place.type;
  const range = first.kind === "list" ? first.elements : given;
  const [from, to] = range.map((x) => constantOf(x, findings.constants));
  const shift = first.kind === "list" && given[1] ? constantOf(given[1], findings.constants) : 0n;
  if (from === undefined || to === undefined || shift === undefined || shift < 0n || shift >= 1024n) {
    findings.error("BW0205", first.span, "a slice is (first,last), or ((first,last),shift)");
    return { bits: place, shift: 0 };
  }
  const [left, right] = fromLeft([Number(from), Number(to)], width, findings.bitOrder);
  if (left < 0 || right >= width || left > right) {
    findings.error("BW0206", first.span, `the register that is meant has bits 0 to ${width - 1}`);
    return { bits: place, shift: 0 };
  }
  const [a, b] = [constant(BigInt(left), WORD), constant(BigInt(right), WORD)];
  return { bits: slice(place, a, b, right - left + 1), shift: Number(shift) };
}

/** What ThisReg means in the hook of a file's entry. */
function entryPlace(file: RegisterFile, at: number, state: RegisterState): Binding | undefined {
  const register = state.registers.get(file.entries[at] ?? "");
  if (register) return { kind: "register", register, offset: register.offset ?? 0 };
  const element = file.elements?.[at];
  const owner = element && state.registerFiles.get(element.registerFile);
  if (!element || !owner) return undefined;
  const expression: Expression = {
    kind: "element",
    registerFile: owner.name,
    index: constant(BigInt(element.index), WORD),
    type: { width: owner.width, signed: false },
  };
  return { kind: "alias", expression, offset: owner.offset ?? 0 };
}

function readHooks(
  block: Block,
  name: string,
  type: ValueType,
  scope: Scope,
  hooks: HookTyper,
  findings: Findings,
): RegisterHooks | undefined {
  const found: { read?: string; write?: string; reset?: string; ignoreWrites?: true } = {};
  for (const child of childrenOf(block, "read")) {
    checkKnown(child, ["action", "alias", "slice", "regs"], [], findings);
    const hook = hooks.type(child, "action", `${name}.read`, type, scope);
    if (hook !== undefined) found.read = hook;
  }
  for (const child of childrenOf(block, "write")) {
    checkKnown(child, ["action", "alias", "slice", "regs", "ignore", "immediate"], [], findings);
    const hook = hooks.type(child, "action", `${name}.write`, undefined, scope);
    if (hook !== undefined) found.write = hook;
    if (booleanOf(child, "ignore", false, findings)) found.ignoreWrites = true;
  }
  const reset = block.keys.get("reset")?.at(-1);
  if (reset?.value.kind === "code") {
    const hook = hooks.type(block, "reset", `${name}.reset`, undefined, scope);
    if (hook !== undefined) found.reset = hook;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}
