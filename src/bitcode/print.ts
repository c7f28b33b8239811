// A module as LLVM's text (what llvm-dis writes for LLVM 22): for people, and to check the reader against LLVM.

import { BitcodeError } from "./error.ts";
import type {
  BasicBlock,
  Comdat,
  GlobalAlias,
  GlobalFunction,
  GlobalIFunc,
  GlobalValue,
  GlobalVariable,
  Module,
  UnnamedAddr,
} from "./module.ts";
import { declaredAttributes, Numbering } from "./numbering.ts";
import { attributeSet } from "./print-attributes.ts";
import { conventionText, InstructionPrinter } from "./print-instructions.ts";
import { MetadataPrinter } from "./print-metadata.ts";
import { escaped, identifier, metadataIdentifier, quoted } from "./print-text.ts";
import { TypePrinter } from "./print-types.ts";
import { ValuePrinter } from "./print-values.ts";

/**
 * The module's text, without llvm-dis's first line (the file's name).
 *
 * @throws BitcodeError BW0408 where types or constants are built so that their text would be enormous.
 */
export function printModule(module: Module): string {
  try {
    return new ModulePrinter(module).print();
  } catch (error) {
    // The longest string that the engine makes is the last bound on what a hostile module's text can grow to.
    if (error instanceof RangeError)
      throw new BitcodeError("BW0408", "a module whose text would be too long");
    throw error;
  }
}

const UNNAMED: Readonly<Record<UnnamedAddr, string>> = {
  none: "",
  local: "local_unnamed_addr",
  global: "unnamed_addr",
};

class ModulePrinter {
  private readonly module: Module;
  private readonly numbering: Numbering;
  private readonly types: TypePrinter;
  private readonly values: ValuePrinter;
  private readonly metadata: MetadataPrinter;
  private readonly instructions: InstructionPrinter;
  private readonly out: string[] = [];

  constructor(module: Module) {
    this.module = module;
    this.numbering = new Numbering(module);
    this.types = new TypePrinter(module);
    this.values = new ValuePrinter(this.types, this.numbering);
    this.metadata = new MetadataPrinter(
      (node) => this.numbering.node(node),
      ({ value }) => this.values.typed(value),
    );
    this.values.metadata = this.metadata;
    this.instructions = new InstructionPrinter(this.values, this.metadata, this.numbering);
  }

  print(): string {
    const { module, out } = this;
    if (module.sourceFileName !== "") out.push(`source_filename = ${quoted(module.sourceFileName)}\n`);
    if (module.dataLayout !== "") out.push(`target datalayout = "${module.dataLayout}"\n`);
    if (module.triple !== "") out.push(`target triple = "${module.triple}"\n`);
    if (module.asm !== "") {
      out.push("\n");
      for (const line of module.asm.replace(/\n$/, "").split("\n")) out.push(`module asm ${quoted(line)}\n`);
    }
    this.printTypes();
    this.printComdats();
    if (module.globals.length > 0) out.push("\n");
    for (const global of module.globals) out.push(this.globalText(global), "\n");
    if (module.aliases.length > 0) out.push("\n");
    for (const alias of module.aliases) out.push(this.aliasText(alias), "\n");
    if (module.ifuncs.length > 0) out.push("\n");
    for (const ifunc of module.ifuncs) out.push(this.aliasText(ifunc), "\n");
    for (const fn of module.functions) {
      out.push("\n");
      this.printFunction(fn);
    }
    this.printAttributeSets();
    this.printMetadata();
    return out.join("");
  }

  private printTypes(): void {
    const { numbered, named } = this.types;
    if (numbered.length + named.length > 0) this.out.push("\n");
    numbered.forEach((type, index) => this.out.push(`%${String(index)} = type ${this.types.body(type)}\n`));
    for (const type of named)
      this.out.push(`%${identifier(type.name ?? "")} = type ${this.types.body(type)}\n`);
  }

  private printComdats(): void {
    const used = new Set<Comdat>();
    for (const { comdat } of [...this.module.functions, ...this.module.globals])
      if (comdat !== null) used.add(comdat);
    if (used.size > 0) this.out.push("\n");
    this.out.push(
      [...used].map(({ name, selection }) => `$${identifier(name)} = comdat ${selection}\n`).join("\n"),
    );
  }

  private printAttributeSets(): void {
    const { sets } = this.numbering;
    if (sets.length > 0) this.out.push("\n");
    sets.forEach((set, index) => {
      const text = attributeSet(set, (type) => this.types.print(type), true);
      this.out.push(`attributes #${String(index)} = { ${text} }\n`);
    });
  }

  private printMetadata(): void {
    const { namedMetadata } = this.module;
    if (namedMetadata.length > 0) this.out.push("\n");
    for (const { name, operands } of namedMetadata) {
      const list = operands.map((operand) => this.metadata.operand(operand)).join(", ");
      this.out.push(`!${metadataIdentifier(name)} = !{${list}}\n`);
    }
    const { nodes } = this.numbering;
    if (nodes.length > 0) this.out.push("\n");
    nodes.forEach((node, index) => this.out.push(`!${String(index)} = ${this.metadata.body(node)}\n`));
  }

  /** Linkage and the like, each with a space after it. */
  private prefix(value: GlobalValue): string {
    const isLocal = value.linkage === "internal" || value.linkage === "private";
    const implied = isLocal || (value.visibility !== "default" && value.linkage !== "extern_weak");
    let text = value.linkage === "external" ? "" : `${value.linkage} `;
    if (value.dsoLocal && !implied) text += "dso_local ";
    if (value.visibility !== "default") text += `${value.visibility} `;
    if (value.dllStorage !== "default" && value.kind !== "ifunc") text += `${value.dllStorage} `;
    if (value.kind === "function" || value.kind === "ifunc") return text;
    if (value.threadLocal !== "none") {
      text +=
        value.threadLocal === "generaldynamic" ? "thread_local " : `thread_local(${value.threadLocal}) `;
    }
    if (value.unnamedAddr !== "none") text += `${UNNAMED[value.unnamedAddr]} `;
    return text;
  }

  private comdatText(value: GlobalVariable | GlobalFunction): string {
    if (value.comdat === null) return "";
    const name = value.comdat.name === value.name ? "" : `($${identifier(value.comdat.name)})`;
    return `${value.kind === "global" ? "," : ""} comdat${name}`;
  }

  private globalText(global: GlobalVariable): string {
    let text = `${this.values.global(global)} = `;
    if (global.initializer === null && global.linkage === "external") text += "external ";
    text += this.prefix(global);
    if (global.type.addressSpace !== 0) text += `addrspace(${String(global.type.addressSpace)}) `;
    if (global.externallyInitialized) text += "externally_initialized ";
    text += `${global.isConstant ? "constant" : "global"} ${this.types.print(global.valueType)}`;
    if (global.initializer !== null) text += ` ${this.values.untyped(global.initializer)}`;
    if (global.section !== null) text += `, section ${quoted(global.section)}`;
    if (global.partition !== null) text += `, partition ${quoted(global.partition)}`;
    if (global.codeModel !== null) text += `, code_model "${global.codeModel}"`;
    for (const sanitizer of global.sanitizer) text += `, ${sanitizer}`;
    text += this.comdatText(global);
    if (global.align !== null) text += `, align ${String(global.align)}`;
    text += this.instructions.attachmentList(global.metadata, ", ");
    const set = this.numbering.set(global.attributes);
    return set === undefined ? text : `${text} #${String(set)}`;
  }

  private aliasText(alias: GlobalAlias | GlobalIFunc): string {
    const target = alias.kind === "alias" ? alias.aliasee : alias.resolver;
    const shown = target.kind === "expression" ? this.values.untyped(target) : this.values.typed(target);
    const partition = alias.partition === null ? "" : `, partition ${quoted(alias.partition)}`;
    return `${this.values.global(alias)} = ${this.prefix(alias)}${alias.kind} ${this.types.print(alias.valueType)}, ${shown}${partition}`;
  }

  private printFunction(fn: GlobalFunction): void {
    const { out } = this;
    this.numbering.enterFunction(fn);
    this.instructions.enterFunction(fn);
    const comment = attributeSet(
      declaredAttributes(fn).filter((attribute) => attribute.kind !== "string"),
      (type) => this.types.print(type),
    );
    if (comment !== "") out.push(`; Function Attrs: ${comment}\n`);
    const attachments = this.instructions.attachmentList(fn.metadata, " ");
    out.push(fn.isDeclaration ? `declare${attachments} ` : "define ", this.signature(fn));
    if (fn.isDeclaration) {
      out.push("\n");
      return;
    }
    out.push(attachments, " {");
    for (const block of fn.blocks) this.printBlock(fn, block);
    out.push("}\n");
  }

  private signature(fn: GlobalFunction): string {
    const { attributes, valueType } = fn;
    const params = fn.args.map((arg, index) => {
      const text = this.types.print(arg.type) + this.instructions.attributes(attributes.params[index]);
      return fn.isDeclaration ? text : `${text} ${this.values.untyped(arg)}`;
    });
    if (valueType.variadic) params.push("...");
    const returned = this.instructions.attributes(attributes.return).slice(1);
    let text = this.prefix(fn);
    if (fn.callingConvention !== 0) text += `${conventionText(fn.callingConvention)} `;
    if (returned !== "") text += `${returned} `;
    text += `${this.types.print(valueType.returnType)} ${this.values.global(fn)}(${params.join(", ")})`;
    if (fn.unnamedAddr !== "none") text += ` ${UNNAMED[fn.unnamedAddr]}`;
    if (fn.type.addressSpace !== 0) text += ` addrspace(${String(fn.type.addressSpace)})`;
    const set = this.numbering.set(declaredAttributes(fn));
    if (set !== undefined) text += ` #${String(set)}`;
    if (fn.section !== null) text += ` section ${quoted(fn.section)}`;
    if (fn.partition !== null) text += ` partition ${quoted(fn.partition)}`;
    text += this.comdatText(fn);
    if (fn.align !== null) text += ` align ${String(fn.align)}`;
    if (fn.preferredAlign !== null) text += ` prefalign(${String(fn.preferredAlign)})`;
    if (fn.gc !== null) text += ` gc "${escaped(fn.gc)}"`;
    if (fn.prefix !== null) text += ` prefix ${this.values.typed(fn.prefix)}`;
    if (fn.prologue !== null) text += ` prologue ${this.values.typed(fn.prologue)}`;
    if (fn.personality !== null) text += ` personality ${this.values.typed(fn.personality)}`;
    return text;
  }

  private printBlock(fn: GlobalFunction, block: BasicBlock): void {
    const { out } = this;
    const isEntry = block.index === 0;
    if (block.name !== null || !isEntry) {
      const label = `${this.values.label(block).slice(1)}:`;
      out.push("\n", isEntry ? label : label.padEnd(49) + " ");
    }
    if (!isEntry) {
      const from = block.predecessors.map((index) => this.values.label(fn.blocks[index] as BasicBlock));
      out.push(from.length === 0 ? "; No predecessors!" : `; preds = ${from.join(", ")}`);
    }
    out.push("\n");
    for (const instruction of block.instructions) {
      for (const record of instruction.debugRecords) out.push(this.instructions.record(record), "\n");
      out.push(this.instructions.print(instruction), "\n");
    }
  }
}
