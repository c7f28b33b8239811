// Elaboration of the instruction set: instruction fields, registers, register files, helper functions, instructions and
// their aliases, from define blocks to IsaModel. Arch blocks come first, then the core's own, which add to or change them.
import { BUILTINS } from "../machine/action.ts";
import type { BuiltinName, HelperFunction } from "../machine/action.ts";
import type { Instruction, InstructionField, IsaModel, Register, RegisterFile } from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { addAliases, elaborateInstruction } from "./instructions.ts";
import { constantOf } from "./keys.ts";
import { LIMITS } from "./limits.ts";
import { elaborateField, elaborateRegister, elaborateRegisterFile } from "./registers.ts";
import { Scope } from "./scope.ts";
import type { HelperSignature } from "./scope.ts";
import type { Span } from "./source.ts";
import { helperSignature, reportRecursion, typeHelper } from "./statements.ts";
import type { SyntaxFunction } from "./syntax.ts";

/** The instruction set with what later phases need of its names. */
export interface ElaboratedIsa {
  readonly isa: IsaModel;
  readonly scope: Scope;
  readonly helperSignatures: ReadonlyMap<string, HelperSignature>;
  /** Place of each instruction, for later findings. */
  readonly places: ReadonlyMap<string, Span>;
}

/** `arches` in order, then the core that refines them. */
export function elaborateIsa(name: string, arches: readonly Block[], findings: Findings): ElaboratedIsa {
  const fields = new Map<string, InstructionField>();
  const suffixes = new Map<string, string>();
  const registers = new Map<string, Register>();
  const registerFiles = new Map<string, RegisterFile>();
  const scope = new Scope();
  for (const builtin of Object.keys(BUILTINS))
    scope.set(builtin, { kind: "builtin", name: builtin as BuiltinName });
  scope.set("Mem", { kind: "memory" });
  scope.set("CIA", { kind: "cia" });
  scope.set("NIA", { kind: "nia" });

  for (const arch of arches) {
    for (const block of childrenOf(arch, "reg")) {
      const { register, offset, role } = elaborateRegister(block, findings);
      if (role) scope.set(register.name, { kind: role });
      else {
        registers.set(register.name, register);
        scope.set(register.name, { kind: "register", register, offset });
      }
    }
    for (const block of childrenOf(arch, "instrfield")) {
      const { field, suffix } = elaborateField(block, findings);
      fields.set(field.name, field);
      if (!scope.lookup(field.name)) scope.set(field.name, { kind: "otherField" });
      if (suffix !== undefined) suffixes.set(field.name, suffix);
    }
  }
  for (const arch of arches) {
    for (const block of childrenOf(arch, "regfile")) {
      const file = elaborateRegisterFile(block, registers, findings);
      registerFiles.set(file.name, file);
      scope.set(file.name, { kind: "registerFile", file });
    }
  }
  for (const [field, { registerFile }] of [...fields].map(([k, v]) => [k, v] as const)) {
    if (registerFile === undefined || registerFiles.has(registerFile)) continue;
    const span = arches.flatMap((a) => childrenOf(a, "instrfield")).find((b) => b.name === field)?.span;
    findings.error(
      "BW0212",
      span,
      `field ${field} refers to an unknown register file ${registerFile}`,
      didYouMean(registerFile, registerFiles.keys()),
    );
  }
  for (const arch of arches) declareEnums(arch, scope);

  // Functions of a core with a pipeline belong to its instruction classes: they may name stages and memories.
  const owners = arches.filter((block) => childrenOf(block, "resources").length === 0);
  const { helpers, signatures } = elaborateHelpers(owners, scope, findings);
  const context = { fields, suffixes, registers, registerFiles, helpers, scope, findings };
  const instructions = new Map<string, Instruction>();
  const places = new Map<string, Span>();
  const blocks = arches.flatMap((arch) => childrenOf(arch, "instr"));
  for (const block of blocks) {
    if (block.keys.has("alias")) continue;
    for (const instruction of elaborateInstruction(block, context)) {
      if (instructions.has(instruction.name)) {
        findings.error(
          "BW0210",
          block.span,
          `instruction ${instruction.name} is defined twice`,
          "its variants may include it",
        );
        continue;
      }
      instructions.set(instruction.name, instruction);
      places.set(instruction.name, block.span);
    }
    if (instructions.size > LIMITS.instructions) {
      findings.error("BW0207", block.span, `more than ${LIMITS.instructions} instructions`);
      break;
    }
  }
  addAliases(
    blocks.filter((b) => b.keys.has("alias")),
    instructions,
    context,
  );
  return {
    isa: {
      name,
      fields: Object.fromEntries(fields),
      registers: Object.fromEntries(registers),
      registerFiles: Object.fromEntries(registerFiles),
      instructions: [...instructions.values()],
      helpers: Object.fromEntries(helpers),
    },
    scope,
    helperSignatures: signatures,
    places,
  };
}

/** Members of enums are constants, counted up as in C. */
export function declareEnums(block: Block, scope: Scope): void {
  for (const e of block.enums) {
    let next = 0n;
    for (const member of e.members) {
      if (member.value) next = constantOf(member.value) ?? next;
      scope.set(member.name, { kind: "constant", value: next });
      next++;
    }
  }
}

/** Signatures of all helpers first, then their bodies: they may call each other in any order. */
export function elaborateHelpers(
  blocks: readonly Block[],
  scope: Scope,
  findings: Findings,
): { helpers: Map<string, HelperFunction>; signatures: Map<string, HelperSignature> } {
  const signatures = new Map<string, HelperSignature>();
  const functions = new Map<string, SyntaxFunction>();
  for (const block of blocks) {
    for (const [name, f] of block.functions) {
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
      const signature = helperSignature(f, findings);
      signatures.set(name, signature);
      functions.set(name, f);
      scope.set(name, { kind: "helper", helper: signature });
    }
  }
  const helpers = new Map<string, HelperFunction>();
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
