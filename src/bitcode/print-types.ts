// Types as text, and the list of structure types that a module's text opens with, in LLVM's order: the order in
// which a walk over the module meets them.

import { isConstant } from "./constants.ts";
import { BitcodeError } from "./error.ts";
import type {
  AttributeList,
  Constant,
  GlobalFunction,
  Instruction,
  Metadata,
  MetadataNode,
  Module,
  StructType,
  Type,
  Value,
} from "./module.ts";
import { childrenOf, operandsOf } from "./operands.ts";
import { identifier, quoted } from "./print-text.ts";

// Types that contain types twice double in length at every level.
const MAX_LENGTH = 1 << 20;

export class TypePrinter {
  /** Structures without a name, by number. */
  readonly numbered: StructType[] = [];
  readonly named: StructType[] = [];
  private readonly numbers = new Map<Type, number>();
  private readonly texts = new Map<Type, string>();

  constructor(module: Module) {
    for (const type of new TypeFinder().find(module)) {
      if (type.name === null) continue;
      if (type.name !== "") this.named.push(type);
      else {
        this.numbers.set(type, this.numbered.length);
        this.numbered.push(type);
      }
    }
  }

  print(type: Type): string {
    let text = this.texts.get(type);
    if (text === undefined) {
      text = this.text(type);
      if (text.length > MAX_LENGTH) throw new BitcodeError("BW0408", "a type whose text would be too long");
      this.texts.set(type, text);
    }
    return text;
  }

  body(type: StructType): string {
    if (type.opaque) return "opaque";
    const elements = type.elements.map((element) => this.print(element)).join(", ");
    const inner = elements === "" ? "{}" : `{ ${elements} }`;
    return type.packed ? `<${inner}>` : inner;
  }

  private text(type: Type): string {
    switch (type.kind) {
      case "integer":
        return `i${String(type.width)}`;
      case "pointer":
        return type.addressSpace === 0 ? "ptr" : `ptr addrspace(${String(type.addressSpace)})`;
      case "function": {
        const params = type.params.map((param) => this.print(param));
        if (type.variadic) params.push("...");
        return `${this.print(type.returnType)} (${params.join(", ")})`;
      }
      case "struct":
        if (type.name === null) return this.body(type);
        return `%${type.name === "" ? String(this.numbers.get(type) ?? 0) : identifier(type.name)}`;
      case "array":
        return `[${String(type.count)} x ${this.print(type.element)}]`;
      case "vector":
        return `<${type.scalable ? "vscale x " : ""}${String(type.count)} x ${this.print(type.element)}>`;
      case "target": {
        const params = [...type.typeParams.map((param) => this.print(param)), ...type.intParams.map(String)];
        return `target(${[quoted(type.name), ...params].join(", ")})`;
      }
      default:
        return type.kind;
    }
  }
}

class TypeFinder {
  private readonly found: StructType[] = [];
  private readonly types = new Set<Type>();
  private readonly constants = new Set<Constant>();
  private readonly nodes = new Set<MetadataNode>();
  private readonly attributes = new Set<AttributeList>();

  find(module: Module): readonly StructType[] {
    for (const global of module.globals) {
      this.type(global.valueType);
      if (global.initializer !== null) this.value(global.initializer);
    }
    for (const alias of module.aliases) {
      this.type(alias.valueType);
      this.value(alias.aliasee);
    }
    for (const ifunc of module.ifuncs) this.type(ifunc.valueType);
    for (const fn of module.functions) this.function(fn);
    for (const list of module.namedMetadata) for (const node of list.operands) this.metadata(node);
    return this.found;
  }

  private function(fn: GlobalFunction): void {
    this.type(fn.valueType);
    this.attributeList(fn.attributes);
    for (const operand of [fn.personality, fn.prefix, fn.prologue]) if (operand !== null) this.value(operand);
    for (const block of fn.blocks)
      for (const instruction of block.instructions) this.instruction(instruction);
  }

  private instruction(instruction: Instruction): void {
    this.type(instruction.type);
    for (const operand of operandsOf(instruction)) if (operand.kind !== "instruction") this.value(operand);
    if (instruction.op === "getelementptr") this.type(instruction.sourceType);
    if (instruction.op === "alloca") this.type(instruction.allocatedType);
    if ("attributes" in instruction) this.attributeList(instruction.attributes);
    for (const { node } of instruction.metadata) this.metadata(node);
    for (const record of instruction.debugRecords) {
      if (record.location?.kind === "value" || record.location?.kind === "arglist")
        this.metadata(record.location);
      if (record.addressLocation?.kind === "value") this.metadata(record.addressLocation);
    }
  }

  private attributeList(list: AttributeList): void {
    if (this.attributes.has(list)) return;
    this.attributes.add(list);
    for (const set of [list.function, list.return, ...list.params]) {
      for (const attribute of set) {
        if (attribute.kind === "type" && attribute.type !== null) this.type(attribute.type);
      }
    }
  }

  private type(root: Type): void {
    if (this.types.has(root)) return;
    this.types.add(root);
    const work: Type[] = [root];
    for (let type = work.pop(); type !== undefined; type = work.pop()) {
      if (type.kind === "struct") this.found.push(type);
      const parts = partsOf(type);
      for (let at = parts.length - 1; at >= 0; at -= 1) {
        const part = parts[at] as Type;
        if (this.types.has(part)) continue;
        this.types.add(part);
        work.push(part);
      }
    }
  }

  private value(value: Value): void {
    if (value.kind === "metadata") {
      if (value.metadata !== null) this.metadata(value.metadata);
      return;
    }
    if (!isConstant(value)) return;
    if (
      value.kind === "function" ||
      value.kind === "global" ||
      value.kind === "alias" ||
      value.kind === "ifunc"
    )
      return;
    if (this.constants.has(value)) return;
    this.constants.add(value);
    this.type(value.type);
    for (const operand of childrenOf(value)) this.value(operand);
    if (value.kind === "expression" && value.op === "getelementptr") this.type(value.sourceType);
  }

  private metadata(root: Metadata): void {
    if (root.kind === "arglist") {
      for (const entry of root.values) this.metadata(entry);
      return;
    }
    if (root.kind === "value") this.value(root.value);
    if (root.kind !== "node" || this.nodes.has(root)) return;
    this.nodes.add(root);
    const work = [root];
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      const later: MetadataNode[] = [];
      const fields = node.tag === "tuple" ? node.operands : Object.values(node.fields);
      for (const field of fields) {
        if (typeof field !== "object" || field === null || !("kind" in field)) continue;
        if (field.kind === "value") this.value(field.value);
        else if (field.kind === "node" && !this.nodes.has(field)) {
          this.nodes.add(field);
          later.push(field);
        }
      }
      work.push(...later.reverse());
    }
  }
}

function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case "function":
      return [type.returnType, ...type.params];
    case "struct":
      return type.elements;
    case "array":
    case "vector":
      return [type.element];
    case "target":
      return type.typeParams;
    default:
      return [];
  }
}
