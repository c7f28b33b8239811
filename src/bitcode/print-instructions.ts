// Instructions as text, one string each (switches and a few others span lines).

import type {
  AttributeList,
  Attribute,
  DebugRecord,
  FastMathFlag,
  GlobalFunction,
  Instruction,
  MetadataAttachment,
  Ordering,
  Value,
} from "./module.ts";
import type { Numbering } from "./numbering.ts";
import { operandsOf } from "./operands.ts";
import { attributeSet } from "./print-attributes.ts";
import type { MetadataPrinter } from "./print-metadata.ts";
import { identifier, metadataIdentifier, quoted } from "./print-text.ts";
import { gepFlagsText, integerFlagsText, type ValuePrinter } from "./print-values.ts";

type Call = Extract<Instruction, { op: "call" | "invoke" | "callbr" }>;

const CONVENTIONS: Readonly<Record<number, string>> = {
  8: "fastcc",
  9: "coldcc",
  10: "ghccc",
  13: "anyregcc",
  14: "preserve_mostcc",
  15: "preserve_allcc",
  16: "swiftcc",
  17: "cxx_fast_tlscc",
  18: "tailcc",
  19: "cfguard_checkcc",
  20: "swifttailcc",
  21: "preserve_nonecc",
  64: "x86_stdcallcc",
  65: "x86_fastcallcc",
  66: "arm_apcscc",
  67: "arm_aapcscc",
  68: "arm_aapcs_vfpcc",
  70: "x86_thiscallcc",
  75: "spir_func",
  76: "spir_kernel",
  77: "intel_ocl_bicc",
  78: "x86_64_sysvcc",
  79: "win64cc",
  80: "x86_vectorcallcc",
  92: "x86_regcallcc",
};

/** A calling convention that is not C's. */
export function conventionText(convention: number): string {
  return CONVENTIONS[convention] ?? `cc${String(convention)}`;
}

export class InstructionPrinter {
  private readonly values: ValuePrinter;
  private readonly metadata: MetadataPrinter;
  private readonly numbering: Numbering;
  private fn: GlobalFunction | null = null;

  constructor(values: ValuePrinter, metadata: MetadataPrinter, numbering: Numbering) {
    this.values = values;
    this.metadata = metadata;
    this.numbering = numbering;
  }

  enterFunction(fn: GlobalFunction): void {
    this.fn = fn;
  }

  print(instruction: Instruction): string {
    let result = "";
    if (instruction.slot >= 0) {
      const name =
        instruction.name === null ? String(this.numbering.local(instruction)) : identifier(instruction.name);
      result = `%${name} = `;
    }
    return `  ${result}${this.body(instruction)}${this.attachments(instruction)}`;
  }

  record(record: DebugRecord): string {
    const parts =
      record.kind === "label"
        ? [record.variable]
        : record.kind === "assign"
          ? [
              record.location,
              record.variable,
              record.expression,
              record.assignId,
              record.addressLocation,
              record.addressExpression,
            ]
          : [record.location, record.variable, record.expression];
    const texts = [...parts, record.debugLocation].map((part) => this.metadata.operand(part));
    return `    #dbg_${record.kind}(${texts.join(", ")})`;
  }

  /** Attachments, each after `separator`. */
  attachmentList(attachments: readonly MetadataAttachment[], separator: string): string {
    let text = "";
    for (const { name, node } of attachments) {
      text += `${separator}!${metadataIdentifier(name)} ${this.metadata.operand(node)}`;
    }
    return text;
  }

  /** Attributes with a space in front, or nothing. */
  attributes(set: readonly Attribute[] | undefined): string {
    if (set === undefined || set.length === 0) return "";
    return ` ${attributeSet(set, (type) => this.values.type(type))}`;
  }

  private attachments(instruction: Instruction): string {
    const location = instruction.debugLocation;
    const debug =
      location === null ? "" : `, !dbg ${this.metadata.operand(this.numbering.location(location))}`;
    return debug + this.attachmentList(instruction.metadata, ", ");
  }

  private label(index: number): string {
    const block = this.fn?.blocks[index];
    return block === undefined ? "%<badref>" : this.values.label(block);
  }

  private target(index: number): string {
    return `label ${this.label(index)}`;
  }

  private body(instruction: Instruction): string {
    const { values } = this;
    switch (instruction.op) {
      case "binary":
        return `${instruction.operator}${fastMathText(instruction.fastMath)}${integerFlagsText(instruction.flags)} ${this.plain(instruction)}`;
      case "fneg":
        return `fneg${fastMathText(instruction.fastMath)} ${this.plain(instruction)}`;
      case "cast": {
        const { operator, fastMath, nneg, nuw, nsw } = instruction;
        const flags = `${fastMathText(fastMath)}${nuw ? " nuw" : ""}${nsw ? " nsw" : ""}${nneg ? " nneg" : ""}`;
        return `${operator}${flags} ${values.typed(instruction.operand)} to ${values.type(instruction.type)}`;
      }
      case "icmp":
        return `icmp${instruction.samesign ? " samesign" : ""} ${instruction.predicate} ${this.plain(instruction)}`;
      case "fcmp":
        return `fcmp${fastMathText(instruction.fastMath)} ${instruction.predicate} ${this.plain(instruction)}`;
      case "select":
        return `select${fastMathText(instruction.fastMath)} ${this.allTyped(instruction)}`;
      case "phi": {
        const entries = instruction.incoming.map(
          ({ value, block }) => `[ ${values.untyped(value)}, ${this.label(block)} ]`,
        );
        return `phi${fastMathText(instruction.fastMath)} ${values.type(instruction.type)} ${entries.join(", ")}`;
      }
      case "alloca": {
        const { count, align, type } = instruction;
        const kind = `${instruction.inalloca ? "inalloca " : ""}${instruction.swiftError ? "swifterror " : ""}`;
        const isOne = count.kind === "integer" && count.value === 1n && count.type.width === 32;
        const space = type.kind === "pointer" && type.addressSpace !== 0 ? type.addressSpace : null;
        return `alloca ${kind}${values.type(instruction.allocatedType)}${isOne ? "" : `, ${values.typed(count)}`}${align === null ? "" : `, align ${String(align)}`}${space === null ? "" : `, addrspace(${String(space)})`}`;
      }
      case "load": {
        const words = `load${instruction.ordering === "notatomic" ? "" : " atomic"}${instruction.volatile ? " volatile" : ""}`;
        return `${words} ${values.type(instruction.type)}, ${values.typed(instruction.address)}${atomicText(instruction)}, align ${String(instruction.align)}`;
      }
      case "store": {
        const words = `store${instruction.ordering === "notatomic" ? "" : " atomic"}${instruction.volatile ? " volatile" : ""}`;
        return `${words} ${this.allTyped(instruction)}${atomicText(instruction)}, align ${String(instruction.align)}`;
      }
      case "getelementptr":
        return `getelementptr${gepFlagsText(instruction.flags)} ${values.type(instruction.sourceType)}, ${this.plain(instruction)}`;
      case "extractvalue":
      case "insertvalue":
        return `${instruction.op} ${[this.allTyped(instruction), ...instruction.path.map(String)].join(", ")}`;
      case "shufflevector":
        return `shufflevector ${this.allTyped(instruction)}, ${this.mask(instruction.mask)}`;
      case "call": {
        const tail = instruction.tail === "none" ? "" : `${instruction.tail} `;
        return `${tail}call${fastMathText(instruction.fastMath)}${this.callText(instruction)}`;
      }
      case "va_arg":
        return `va_arg ${values.typed(instruction.list)}, ${values.type(instruction.type)}`;
      case "ret":
        return `ret ${instruction.value === null ? "void" : values.typed(instruction.value)}`;
      case "br":
        return `br ${this.target(instruction.target)}`;
      case "condbr":
        return `br ${values.typed(instruction.condition)}, ${this.target(instruction.ifTrue)}, ${this.target(instruction.ifFalse)}`;
      case "switch": {
        const cases = instruction.cases.map(
          ({ value, target }) => `\n    ${values.typed(value)}, ${this.target(target)}`,
        );
        return `switch ${values.typed(instruction.condition)}, ${this.target(instruction.defaultTarget)} [${cases.join("")}\n  ]`;
      }
      case "unreachable":
        return "unreachable";
      default:
        return this.rareBody(instruction);
    }
  }

  private rareBody(instruction: Instruction): string {
    const { values } = this;
    switch (instruction.op) {
      case "atomicrmw":
        return `atomicrmw${instruction.volatile ? " volatile" : ""} ${instruction.operator} ${this.allTyped(instruction)}${atomicText(instruction)}, align ${String(instruction.align)}`;
      case "cmpxchg": {
        const { successOrdering, failureOrdering, syncScope, weak } = instruction;
        const order = `${scopeText(syncScope)} ${successOrdering} ${failureOrdering}`;
        return `cmpxchg${weak ? " weak" : ""}${instruction.volatile ? " volatile" : ""} ${this.allTyped(instruction)}${order}, align ${String(instruction.align)}`;
      }
      case "fence":
        return `fence${atomicText(instruction)}`;
      case "indirectbr": {
        const targets = instruction.targets.map((target) => this.target(target)).join(", ");
        return `indirectbr ${values.typed(instruction.address)}, [${targets}]`;
      }
      case "invoke":
        return `invoke${this.callText(instruction)}\n          to ${this.target(instruction.normal)} unwind ${this.target(instruction.unwind)}`;
      case "callbr": {
        const indirect = instruction.indirect.map((target) => this.target(target)).join(", ");
        return `callbr${this.callText(instruction)}\n          to ${this.target(instruction.fallthrough)} [${indirect}]`;
      }
      case "landingpad": {
        const lines = instruction.cleanup ? ["          cleanup"] : [];
        for (const { clause, value } of instruction.clauses)
          lines.push(`          ${clause} ${values.typed(value)}`);
        return [`landingpad ${values.type(instruction.type)}`, ...lines].join("\n");
      }
      case "catchpad":
      case "cleanuppad": {
        const args = instruction.args.map((arg) => values.typed(arg)).join(", ");
        return `${instruction.op} within ${values.untyped(instruction.parent)} [${args}]`;
      }
      case "cleanupret":
      case "catchswitch": {
        const unwind = instruction.unwind === null ? "to caller" : this.target(instruction.unwind);
        if (instruction.op === "cleanupret")
          return `cleanupret from ${values.untyped(instruction.pad)} unwind ${unwind}`;
        const handlers = instruction.handlers.map((handler) => this.target(handler)).join(", ");
        return `catchswitch within ${values.untyped(instruction.parent)} [${handlers}] unwind ${unwind}`;
      }
      case "catchret":
        return `catchret from ${values.untyped(instruction.pad)} to ${this.target(instruction.target)}`;
      default:
        return `${instruction.op} ${this.plain(instruction)}`;
    }
  }

  private allTyped(instruction: Instruction): string {
    return operandsOf(instruction)
      .map((operand) => this.values.typed(operand))
      .join(", ");
  }

  /** Operands with the type once if it is the same for all, else with each. */
  private plain(instruction: Instruction): string {
    const operands = operandsOf(instruction);
    const first = operands[0];
    if (first === undefined) return "";
    if (operands.some((operand) => operand.type !== first.type)) return this.allTyped(instruction);
    return `${this.values.type(first.type)} ${operands.map((operand) => this.values.untyped(operand)).join(", ")}`;
  }

  private callText(call: Call): string {
    const { values } = this;
    const convention = call.callingConvention === 0 ? "" : ` ${conventionText(call.callingConvention)}`;
    const { functionType } = call;
    const space = call.callee.type.kind === "pointer" ? call.callee.type.addressSpace : 0;
    const type = values.type(functionType.variadic ? functionType : functionType.returnType);
    const args = call.args.map((arg, index) => this.argument(arg, call.attributes, index));
    if (call.op === "call" && call.tail === "musttail" && this.fn?.valueType.variadic === true)
      args.push("...");
    const set = this.numbering.set(call.attributes.function);
    const bundles = call.bundles.map(
      ({ tag, inputs }) => `${quoted(tag)}(${inputs.map((input) => values.typed(input)).join(", ")})`,
    );
    return (
      `${convention}${this.attributes(call.attributes.return)}${space === 0 ? "" : ` addrspace(${String(space)})`} ` +
      `${type} ${values.untyped(call.callee)}(${args.join(", ")})` +
      (set === undefined ? "" : ` #${String(set)}`) +
      (bundles.length === 0 ? "" : ` [ ${bundles.join(", ")} ]`)
    );
  }

  private argument(arg: Value, attributes: AttributeList, index: number): string {
    if (arg.kind === "block") return this.target(arg.block);
    return `${this.values.type(arg.type)}${this.attributes(attributes.params[index])} ${this.values.untyped(arg)}`;
  }

  private mask(mask: Value): string {
    const { type } = mask;
    if (type.kind !== "vector") return "";
    const prefix = `<${type.scalable ? "vscale x " : ""}${String(type.count)} x i32> `;
    const elements = maskElements(mask);
    if (elements.every((element) => element === 0)) return `${prefix}zeroinitializer`;
    if (elements.every((element) => element === null)) return `${prefix}poison`;
    const parts = elements.map((element) => `i32 ${element === null ? "poison" : String(element)}`);
    return `${prefix}<${parts.join(", ")}>`;
  }
}

/** The elements of a shuffle's mask; null for any. */
function maskElements(mask: Value): readonly (number | null)[] {
  switch (mask.kind) {
    case "data":
      return Array.from(mask.elements as Uint32Array);
    case "aggregate":
      return mask.elements.map((element) => (element.kind === "integer" ? Number(element.value) : null));
    case "zero":
      return [0];
    default:
      return [null];
  }
}

function fastMathText(flags: readonly FastMathFlag[]): string {
  if (flags.length === 0) return "";
  return flags.length === 7 ? " fast" : ` ${flags.join(" ")}`;
}

function scopeText(scope: string): string {
  return scope === "" ? "" : ` syncscope(${quoted(scope)})`;
}

function atomicText(access: { readonly ordering: Ordering; readonly syncScope: string }): string {
  return access.ordering === "notatomic" ? "" : `${scopeText(access.syncScope)} ${access.ordering}`;
}
