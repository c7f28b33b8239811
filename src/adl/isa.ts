// Elaboration of the instruction set: instruction fields, registers, register files, helper functions, instructions and
// their aliases, from define blocks to IsaModel. Arch blocks come first, then the core's own, which add to or change them.
import { BUILTINS } from "../machine/action.ts";
import type { BuiltinName, HelperFunction } from "../machine/action.ts";
import type { ArchitectureModel, Instruction, IsaModel } from "../machine/model.ts";
import {
  ARCHITECTURE_CHILDREN,
  ARCHITECTURE_KEYS,
  createHookTyper,
  declareArchitecture,
  elaborateArchitecture,
} from "./architecture.ts";
import { preferred } from "../machine/preferred.ts";
import { readAspects } from "./aspects.ts";
import { readBitOrder } from "./bit-numbering.ts";
import { childrenOf } from "./blocks.ts";
import { declareContexts } from "./contexts.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { FieldViews } from "./field-values.ts";
import { readFieldSpecs } from "./instruction-fields.ts";
import { elaborateInstruction, isAbstract } from "./instructions.ts";
import { makeEncodings } from "./made-encodings.ts";
import type { IsaContext } from "./instructions.ts";
import {
  booleanOf,
  checkKnown,
  constantOf,
  elementsOf,
  expressionOf,
  integerOf,
  nameIn,
  oneOf,
} from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { LANGUAGE_CONSTANTS, SPECIALS } from "./model-calls.ts";
import { addRegisterHooks, readRegisters } from "./register-state.ts";
import { addPacketRegisters, serialNames } from "./packets.ts";
import { PlacedFields } from "./placements.ts";
import { Scope } from "./scope.ts";
import type { Binding, HelperSignature } from "./scope.ts";
import type { Span } from "./source.ts";
import { addShorthands, isShorthand } from "./shorthands.ts";
import { helperSignature, reportRecursion, typeHelper } from "./helper-functions.ts";
import { readSubInstructions } from "./sub-instructions.ts";
import type { SyntaxFunction, SyntaxType } from "./syntax.ts";

/** The instruction set with what later phases need of its names. */
export interface ElaboratedIsa {
  readonly isa: IsaModel;
  readonly scope: Scope;
  readonly helperSignatures: ReadonlyMap<string, HelperSignature>;
  /** Place of each instruction, for later findings. */
  readonly places: ReadonlyMap<string, Span>;
  readonly block: Block;
}

const NAMED = new Set("reg regfile instrfield instr exception parm cache mem eventbus".split(" "));

/** `block` holds all architectures and what the core adds to them; `root` what stands outside of them. */
export function elaborateIsa(name: string, block: Block, root: Block, findings: Findings): ElaboratedIsa {
  checkKnown(block, ARCHITECTURE_KEYS, ARCHITECTURE_CHILDREN, findings);
  findings.bitOrder = readBitOrder(block, findings);
  for (const child of block.children) {
    if (child.name === "" && NAMED.has(child.type))
      findings.error(
        "BW0208",
        child.span,
        `this ${child.type} has no name`,
        `write define (${child.type}=NAME)`,
      );
  }
  const scope = languageScope();
  for (const one of [root, block]) declareEnums(one, scope, findings);
  const parallel = integerOf(block, "parallel_execution", 0, { min: 0, max: 64 }, findings);
  const specs = readFieldSpecs(block, parallel, findings);
  const placed = new PlacedFields(specs, findings.bitOrder);
  const { fields } = placed;
  for (const name of fields.keys()) if (!scope.lookup(name)) scope.set(name, { kind: "otherField" });
  const state = readRegisters(block, scope, findings);
  const perPacket = addPacketRegisters(block, specs, state, scope, findings);
  if (parallel > 0) findings.serial = serialNames(block, perPacket, findings);
  // Code compares the current table with their names.
  tableNames(block, findings).forEach((name, i) => {
    if (!scope.lookup(name)) scope.set(name, { kind: "constant", value: BigInt(i) });
  });
  const { registerFiles } = state;
  for (const [field, { registerFile }] of fields) {
    if (registerFile === undefined || registerFiles.has(registerFile)) continue;
    const span = childrenOf(block, "instrfield").find((b) => b.name === field)?.span;
    findings.error(
      "BW0212",
      span,
      `field ${field} refers to an unknown register file ${registerFile}`,
      didYouMean(registerFile, registerFiles.keys()),
    );
  }
  declareContexts(block, scope, findings);
  const declared = declareArchitecture(block, scope, findings);
  const { helpers, signatures } = elaborateHelpers([root, block], scope, findings);
  const hooks = createHookTyper(block, scope, findings);
  const hooked = addRegisterHooks(block, state, hooks, scope, findings);
  const aspects = readAspects(block, findings);
  const blocks = allInstructions(block);
  const context: IsaContext = {
    specs,
    placed,
    views: new FieldViews(helpers, findings.bitOrder),
    subs: readSubInstructions(block, findings),
    clauses: new Map(blocks.map((b) => [b.name, b])),
    order: findings.bitOrder,
    stored: endianness(block, "instr_endianness", findings),
    encodings: makeEncodings(blocks, specs, findings),
    ...hooked,
    helpers,
    scope,
    findings,
    aspects,
    hooks,
  };
  const instructions = new Map<string, Instruction>();
  const places = new Map<string, Span>();
  for (const one of blocks) {
    if (isShorthand(one) || isAbstract(one, context)) continue;
    for (const instruction of elaborateInstruction(one, context)) {
      if (instructions.has(instruction.name)) {
        findings.error(
          "BW0210",
          one.span,
          `instruction ${instruction.name} is defined twice`,
          "its variants may include it",
        );
        continue;
      }
      instructions.set(instruction.name, instruction);
      places.set(instruction.name, one.span);
    }
    if (instructions.size > LIMITS.instructions) {
      findings.error("BW0207", one.span, `more than ${LIMITS.instructions} instructions`);
      break;
    }
  }
  spreadConflicts(instructions, blocks, findings);
  addShorthands(blocks.filter(isShorthand), instructions, context);
  const tables = readTables(block, [...instructions.values()], findings);
  const machine = elaborateArchitecture({
    block,
    scope,
    declared,
    hooks,
    helpers,
    isMmuControl: (name) =>
      (hooked.registers.get(name) ?? hooked.registerFiles.get(name))?.attributes?.includes(
        "no_mmu_control",
      ) !== true,
    counters: state.counters,
    resetAddress: hooked.resetAddress,
    tables: tables && tables.length > 1 ? tables : undefined,
    packets:
      parallel > 0
        ? {
            size: parallel,
            unit: integerOf(block, "packet_pos_incr", 0, { min: 0, max: 512 }, findings),
            byCode: perPacket.size > 0 || block.keys.has("post_packet"),
            perPacket: Object.fromEntries(perPacket),
          }
        : undefined,
    littleEndian: {
      instructions: context.stored === "little",
      data: endianness(block, "data_endianness", findings) === "little",
    },
    findings,
  });
  // Of a single table, only its own instructions are decoded.
  const [only] = tables ?? [];
  const decoded =
    only && tables?.length === 1
      ? [...instructions.values()].filter((i) => only.instructions.includes(i.name))
      : [...instructions.values()];
  return {
    isa: {
      name,
      fields: Object.fromEntries(fields),
      registers: Object.fromEntries(hooked.registers),
      registerFiles: Object.fromEntries(hooked.registerFiles),
      instructions: decoded,
      helpers: Object.fromEntries(helpers),
      ...(Object.keys(state.aliases).length > 0 ? { aliases: state.aliases } : {}),
      ...(isPlain(machine) ? {} : { machine }),
    },
    scope,
    helperSignatures: signatures,
    places,
    block,
  };
}

/** Whether there is nothing but registers and instructions. */
function isPlain(machine: ArchitectureModel): boolean {
  const { hooks, parms, exceptions, mmu, caches, memories, buses, tables, counters } = machine;
  const lists = [parms, exceptions, caches, memories, buses, tables ?? []];
  return (
    Object.keys(hooks).length === 0 &&
    lists.every((list) => list.length === 0) &&
    !mmu &&
    counters.nia === "NIA" &&
    counters.cia === "CIA" &&
    machine.resetAddress === 0 &&
    !machine.littleEndian &&
    !machine.packets
  );
}

/** Names that every description has. */
function languageScope(): Scope {
  const scope = new Scope();
  for (const builtin of Object.keys(BUILTINS))
    scope.set(builtin, { kind: "builtin", name: builtin as BuiltinName });
  for (const special of SPECIALS) scope.set(special, { kind: "special", name: special });
  for (const [constant, value] of Object.entries(LANGUAGE_CONSTANTS))
    scope.set(constant, { kind: "constant", value });
  scope.set("Mem", { kind: "memory" });
  scope.set("CIA", { kind: "cia" });
  scope.set("NIA", { kind: "nia" });
  return scope;
}

/** The clauses of an architecture, nested ones after those that they stand in, with what they have from them. */
function allInstructions(block: Block): Block[] {
  return childrenOf(block, "instr").flatMap((one) => [
    one,
    ...childrenOf(one, "instr").map((inner): Block => {
      const keys = new Map(inner.keys);
      for (const key of ["attrs", "syntax", "blk"]) {
        const outer = one.keys.get(key) ?? [];
        const own = keys.get(key) ?? [];
        if (outer.length > 0 && (key === "attrs" || own.length === 0)) keys.set(key, [...outer, ...own]);
      }
      return { ...inner, keys };
    }),
  ]);
}

/** `allow_conflict` in an instruction is for all that it meets: the one that fixes more bits is preferred. */
function spreadConflicts(
  instructions: Map<string, Instruction>,
  blocks: readonly Block[],
  findings: Findings,
): void {
  const open = blocks.filter(
    (b) => b.keys.has("allow_conflict") && booleanOf(b, "allow_conflict", false, findings),
  );
  for (const { name } of open) {
    const one = instructions.get(name);
    for (const other of one ? instructions.values() : [])
      if (one && preferred(one, other) !== "apart")
        instructions.set(other.name, { ...other, conflicts: true });
  }
}

function endianness(block: Block, key: string, findings: Findings): "big" | "little" {
  return block.keys.has(key) ? oneOf(block, key, ["big", "little"], findings) : "big";
}

function tableNames(block: Block, findings: Findings): string[] {
  const e = block.keys.has("instrtables") ? expressionOf(block, "instrtables", findings) : undefined;
  return elementsOf(e).flatMap((one) => nameIn(one)?.text ?? []);
}

/** `instrtables = (other,vle);`: instructions by attribute; `other` takes those that no other table has. */
function readTables(
  block: Block,
  instructions: readonly Instruction[],
  findings: Findings,
): { name: string; instructions: string[] }[] | undefined {
  if (!block.keys.has("instrtables")) return undefined;
  // The last list counts: a core's replaces that of an architecture.
  const list = tableNames(block, findings);
  const named = list.filter((n) => n !== "other");
  return list.map((name) => ({
    name,
    instructions: instructions
      .filter((i) =>
        name === "other"
          ? i.attributes.includes("other") || !i.attributes.some((a) => named.includes(a))
          : i.attributes.includes(name),
      )
      .map((i) => i.name),
  }));
}

/** Members of enums are constants, counted up as in C. */
export function declareEnums(block: Block, scope: Scope, findings: Findings): void {
  for (const e of block.enums) {
    let next = 0n;
    for (const member of e.members) {
      if (member.value) next = constantOf(member.value, findings.constants) ?? next;
      scope.set(member.name, { kind: "constant", value: next });
      findings.constants.set(member.name, next);
      next++;
    }
  }
}

/** A function with template parameters becomes a helper for each set of arguments that it is called with. */
function templateOf(
  f: SyntaxFunction,
  template: NonNullable<SyntaxFunction["template"]>,
  scope: Scope,
  helpers: Map<string, HelperFunction>,
  findings: Findings,
): Binding {
  const made = new Map<string, HelperSignature>();
  const make = (inner: Scope, names: readonly string[]): HelperSignature => {
    const own = `${f.name}<${names.join(",")}>`;
    const known = made.get(own);
    if (known) return known;
    // Widths that depend on template parameters are constants here.
    const outer = new Map(findings.constants);
    for (const parameter of template) {
      const binding = inner.lookup(parameter.name);
      if (binding?.kind === "constant") findings.constants.set(parameter.name, binding.value);
    }
    const signature = { ...helperSignature(f, inner, findings), name: own };
    made.set(own, signature);
    helpers.set(own, typeHelper(f, signature, inner, findings).helper);
    findings.constants.clear();
    for (const [name, value] of outer) findings.constants.set(name, value);
    return signature;
  };
  return {
    kind: "template",
    name: f.name,
    instantiate: (values, caller) => {
      const inner = new Scope(scope);
      const names: string[] = [];
      for (const [i, parameter] of template.entries()) {
        const value = values[i];
        const name = value && nameIn(value)?.text;
        const binding = name === undefined ? undefined : caller.lookup(name);
        const number = value && constantOf(value, findings.constants);
        if (binding?.kind === "type" || binding?.kind === "plainType") inner.set(parameter.name, binding);
        else if (number !== undefined) inner.set(parameter.name, { kind: "constant", value: number });
        else return undefined;
        names.push(name ?? String(number));
      }
      return make(inner, names);
    },
    deduce: (types) => {
      const inner = new Scope(scope);
      const names: string[] = [];
      for (const parameter of template) {
        const found = f.parameters.findIndex(({ type }) => mentions(type, parameter.name));
        const type = types[found];
        const { name, span } = { name: parameter.name, span: f.span };
        if (!type) {
          findings.error("BW0240", span, `template parameter ${name} does not follow from the arguments`);
          return undefined;
        }
        if (f.parameters[found]?.type.name === name) inner.set(name, { kind: "plainType", type });
        else inner.set(name, { kind: "constant", value: BigInt(type.width) });
        names.push(`${type.signed ? "s" : ""}${type.width}${type.native ? "n" : ""}`);
      }
      return make(inner, names);
    },
  };
}

/** Whether a parameter's type is the template parameter, or a vector of so many bits. */
function mentions(type: SyntaxType, name: string): boolean {
  return type.name === name || type.arguments.some((argument) => nameIn(argument)?.text === name);
}

/** Types that only C++ has: pointers to text. */
const OF_CPP = new Set(["char", "std::string", "string"]);

/** A function that works on C's strings: told by name, and not simulated. */
function isForeign(f: SyntaxFunction, findings: Findings): boolean {
  if (!f.parameters.some((p) => OF_CPP.has(p.type.name))) return false;
  findings.warn(
    "BW0240",
    f.span,
    `function ${f.name} has text as a parameter, which is C++: instructions that call it cannot be executed`,
    "write a function for each text that it is called with",
  );
  return true;
}

/** Types of what an assembler hands to the functions that are called while it assembles. */
const OF_ASSEMBLERS = new Set([
  "InstrBundle",
  "InstrInfo",
  "InstrArgs",
  "InstrArg",
  "RegWrites",
  "InstrBlks",
]);

/** Whether a function is for assemblers: nothing that is simulated can call it. */
function isForAssemblers(f: SyntaxFunction): boolean {
  return OF_ASSEMBLERS.has(f.result.name) || f.parameters.some((p) => OF_ASSEMBLERS.has(p.type.name));
}

/** Signatures of all helpers first, then their bodies: they may call each other in any order. */
export function elaborateHelpers(
  blocks: readonly Block[],
  scope: Scope,
  findings: Findings,
): { helpers: Map<string, HelperFunction>; signatures: Map<string, HelperSignature> } {
  const signatures = new Map<string, HelperSignature>();
  const functions = new Map<string, SyntaxFunction>();
  const helpers = new Map<string, HelperFunction>();
  for (const block of blocks) {
    for (const [name, f] of block.functions) {
      if (f.template) {
        scope.set(name, templateOf(f, f.template, scope, helpers, findings));
        continue;
      }
      if (isForAssemblers(f)) continue;
      if (isForeign(f, findings)) {
        scope.set(name, { kind: "refused", name });
        continue;
      }
      const taken = scope.lookup(name);
      if (taken && taken.kind !== "helper" && taken.kind !== "otherField") {
        findings.error(
          "BW0211",
          f.span,
          `function ${name} has the name of something else`,
          "choose another name",
        );
        continue;
      }
      const signature = helperSignature(f, scope, findings);
      signatures.set(name, signature);
      functions.set(name, f);
      scope.set(name, { kind: "helper", helper: signature });
    }
  }
  const calls = new Map<string, ReadonlySet<string>>();
  const spans = new Map<string, Span>();
  for (const [name, f] of functions) {
    const signature = signatures.get(name);
    if (!signature) continue;
    const typed = typeHelper(f, signature, scope, findings);
    helpers.set(name, typed.helper);
    calls.set(name, typed.calls);
    spans.set(name, f.span);
  }
  reportRecursion(calls, spans, findings);
  return { helpers, signatures };
}
