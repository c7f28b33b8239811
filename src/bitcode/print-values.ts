// Values and constants as text.

import { BitcodeError } from "./error.ts";
import type {
  BasicBlock,
  Constant,
  ConstantExpression,
  DataConstant,
  GepFlags,
  GlobalFunction,
  GlobalValue,
  IntegerConstant,
  IntegerFlags,
  SimpleType,
  Type,
  Value,
} from "./module.ts";
import { localNumbers, type Numbering } from "./numbering.ts";
import { childrenOf } from "./operands.ts";
import type { MetadataPrinter } from "./print-metadata.ts";
import { floatText, identifier, quoted } from "./print-text.ts";
import type { TypePrinter } from "./print-types.ts";
import { floatWidth } from "./types.ts";

// Constants that contain a constant twice double in length at every level; this many is more than any program has.
const MAX_CONSTANTS = 1 << 24;

export class ValuePrinter {
  /** Set by the owner; metadata and values print each other. */
  metadata: MetadataPrinter | null = null;
  private left = MAX_CONSTANTS;
  private readonly otherLocals = new Map<GlobalFunction, ReturnType<typeof localNumbers>>();
  private readonly types: TypePrinter;
  private readonly numbering: Numbering;

  constructor(types: TypePrinter, numbering: Numbering) {
    this.types = types;
    this.numbering = numbering;
  }

  type(type: Type): string {
    return this.types.print(type);
  }

  /** With its type: `i32 5`, `ptr @x`. */
  typed(value: Value): string {
    return `${this.types.print(value.type)} ${this.untyped(value)}`;
  }

  untyped(value: Value): string {
    switch (value.kind) {
      case "argument":
      case "instruction":
        if (value.name !== null) return `%${identifier(value.name)}`;
        return `%${String(this.numbering.local(value) ?? "<badref>")}`;
      case "metadata":
        return this.metadata?.operand(value.metadata) ?? "";
      case "block":
        return `%${String(value.block)}`;
      case "asm": {
        const words = ["asm"];
        if (value.sideEffect) words.push("sideeffect");
        if (value.alignStack) words.push("alignstack");
        if (value.intelDialect) words.push("inteldialect");
        if (value.canThrow) words.push("unwind");
        return `${words.join(" ")} ${quoted(value.text)}, ${quoted(value.constraints)}`;
      }
      default:
        return this.constant(value);
    }
  }

  global(value: GlobalValue): string {
    return `@${value.name === "" ? String(this.numbering.global(value) ?? "<badref>") : identifier(value.name)}`;
  }

  label(block: BasicBlock): string {
    return `%${block.name === null ? String(this.numbering.local(block) ?? "<badref>") : identifier(block.name)}`;
  }

  private constant(constant: Constant): string {
    this.left -= 1;
    if (this.left < 0) throw new BitcodeError("BW0408", "constants whose text would be too long");
    switch (constant.kind) {
      case "function":
      case "global":
      case "alias":
      case "ifunc":
        return this.global(constant);
      case "integer":
        return integerText(constant);
      case "float":
        return floatText(constant);
      case "null":
      case "undef":
      case "poison":
      case "none":
        return constant.kind;
      case "zero":
        return "zeroinitializer";
      case "data":
        return this.data(constant);
      case "aggregate":
        return this.aggregate(constant.type, constant.elements);
      case "blockaddress":
        return `blockaddress(${this.global(constant.function)}, ${this.labelIn(constant.function, constant.block)})`;
      case "dso_local_equivalent":
      case "no_cfi":
        return `${constant.kind} ${this.global(constant.function)}`;
      case "ptrauth":
        return `ptrauth (${constant.operands.map((operand) => this.typed(operand)).join(", ")})`;
      case "expression":
        return this.expression(constant);
    }
  }

  private aggregate(type: Type, elements: readonly Constant[]): string {
    if (type.kind === "vector") {
      const first = elements[0];
      const isSplat =
        first !== undefined &&
        (first.kind === "integer" || first.kind === "float") &&
        elements.every((element) => sameScalar(element, first));
      if (isSplat) return `splat (${this.typed(first)})`;
    }
    const parts = elements.map((element) => this.typed(element)).join(", ");
    if (type.kind === "vector") return `<${parts}>`;
    if (type.kind !== "struct") return `[${parts}]`;
    const inner = parts === "" ? "{}" : `{ ${parts} }`;
    return type.packed ? `<${inner}>` : inner;
  }

  private data(constant: DataConstant): string {
    const { type, elements } = constant;
    if (type.kind === "array" && elements instanceof Uint8Array) {
      return `c${quoted(Buffer.from(elements.buffer, elements.byteOffset, elements.length).toString("latin1"))}`;
    }
    const element = type.element;
    const width = element.kind === "integer" ? element.width : floatWidth(element);
    const parts: Constant[] = [];
    for (const value of elements) {
      const bits = BigInt(value);
      if (element.kind === "integer")
        parts.push({ kind: "integer", type: element, value: BigInt.asIntN(width, bits) });
      else parts.push({ kind: "float", type: element as SimpleType, bits });
    }
    return this.aggregate(type, parts);
  }

  private expression(constant: ConstantExpression): string {
    const operands = childrenOf(constant).map((operand) => this.typed(operand));
    switch (constant.op) {
      case "cast":
        return `${constant.operator} (${operands.join()} to ${this.type(constant.type)})`;
      case "binary":
        return `${constant.operator}${integerFlagsText(constant.flags)} (${operands.join(", ")})`;
      case "getelementptr": {
        const { inRange } = constant;
        const range = inRange === null ? "" : ` inrange(${String(inRange.low)}, ${String(inRange.high)})`;
        const flags = gepFlagsText(constant.flags) + range;
        return `getelementptr${flags} (${[this.type(constant.sourceType), ...operands].join(", ")})`;
      }
      default: {
        const predicate = constant.predicate === null ? "" : ` ${constant.predicate}`;
        return `${constant.op}${predicate} (${operands.join(", ")})`;
      }
    }
  }

  /** A block of another function than the one being printed, perhaps. */
  private labelIn(fn: GlobalFunction, index: number): string {
    const block = fn.blocks[index];
    if (block === undefined) return "%<badref>";
    if (block.name !== null) return `%${identifier(block.name)}`;
    let numbers = this.otherLocals.get(fn);
    if (numbers === undefined) {
      numbers = localNumbers(fn);
      this.otherLocals.set(fn, numbers);
    }
    return `%${String(numbers.get(block) ?? "<badref>")}`;
  }
}

function integerText(constant: IntegerConstant): string {
  if (constant.type.width === 1) return constant.value === 0n ? "false" : "true";
  return String(constant.value);
}

function sameScalar(left: Constant, right: Constant): boolean {
  if (left.kind === "integer") return right.kind === "integer" && left.value === right.value;
  return left.kind === "float" && right.kind === "float" && left.bits === right.bits;
}

export function integerFlagsText(flags: IntegerFlags): string {
  let text = "";
  if (flags.nuw) text += " nuw";
  if (flags.nsw) text += " nsw";
  if (flags.exact) text += " exact";
  if (flags.disjoint) text += " disjoint";
  return text;
}

export function gepFlagsText(flags: GepFlags): string {
  return (flags.inbounds ? " inbounds" : flags.nusw ? " nusw" : "") + (flags.nuw ? " nuw" : "");
}
