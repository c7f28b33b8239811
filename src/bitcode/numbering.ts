// The numbers that a module's text gives to attribute sets, metadata nodes and unnamed values.
//
// LLVM numbers metadata in the order of use: a walk over globals, named lists and then function by function, each
// node before the nodes it refers to. The same walk here gives the same numbers, so texts can be compared as
// they are.

import type {
  Argument,
  Attribute,
  BasicBlock,
  DebugLocation,
  DebugRecord,
  GlobalFunction,
  GlobalValue,
  Instruction,
  Metadata,
  MetadataAttachment,
  MetadataField,
  MetadataNode,
  Module,
} from "./module.ts";

// The fields that refer to other nodes, in the order in which LLVM keeps them. Tuples have `operands` instead.
const OPERANDS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    DILocation: "scope inlinedAt",
    GenericDINode: "operands",
    DISubrange: "count lowerBound upperBound stride",
    DIGenericSubrange: "count lowerBound upperBound stride",
    DIBasicType: "file scope size",
    DIFixedPointType: "size",
    DIDerivedType: "file scope size offset baseType extraData annotations",
    DICompositeType:
      "file scope size offset baseType elements vtableHolder templateParams discriminator dataLocation associated " +
      "allocated rank annotations specification bitStride",
    DISubrangeType: "file scope size baseType lowerBound upperBound stride bias",
    DIStringType: "size stringLength stringLengthExpression stringLocationExpression",
    DISubroutineType: "types",
    DICompileUnit: "file enums retainedTypes globals imports macros",
    DISubprogram:
      "file scope type unit declaration retainedNodes containingType templateParams thrownTypes annotations",
    DILexicalBlock: "file scope",
    DILexicalBlockFile: "file scope",
    DINamespace: "scope",
    DICommonBlock: "scope declaration file",
    DIModule: "file scope",
    DITemplateTypeParameter: "type",
    DITemplateValueParameter: "type value",
    DIGlobalVariable: "scope file type declaration templateParams annotations",
    DILocalVariable: "scope file type annotations",
    DILabel: "scope file",
    DIGlobalVariableExpression: "var expr",
    DIObjCProperty: "file type",
    DIImportedEntity: "scope entity file elements",
    DIMacroFile: "file nodes",
  }).map(([tag, names]) => [tag, names.split(" ")]),
);

export class Numbering {
  /** Metadata nodes by number. */
  readonly nodes: MetadataNode[] = [];
  /** Attribute sets by number. */
  readonly sets: (readonly Attribute[])[] = [];
  private readonly nodeNumbers = new Map<MetadataNode, number>();
  private readonly setNumbers = new Map<readonly Attribute[], number>();
  private readonly setKeys = new Map<string, number>();
  private readonly globals = new Map<GlobalValue, number>();
  private locals = new Map<Argument | Instruction | BasicBlock, number>();
  private readonly locations = new Map<string, MetadataNode>();
  private readonly locationNodes = new Map<DebugLocation, MetadataNode>();

  constructor(module: Module) {
    for (const node of module.metadata) {
      if (node.tag === "DILocation" && !node.distinct) this.locations.set(nodeKey(node), node);
    }
    for (const global of module.globals) {
      this.unnamedGlobal(global);
      this.addAttachments(global.metadata);
      this.addSet(global.attributes);
    }
    for (const alias of module.aliases) this.unnamedGlobal(alias);
    for (const ifunc of module.ifuncs) this.unnamedGlobal(ifunc);
    for (const list of module.namedMetadata) for (const node of list.operands) this.addNode(node);
    for (const fn of module.functions) {
      this.unnamedGlobal(fn);
      this.addSet(declaredAttributes(fn));
    }
  }

  /** Numbers what is in `fn`; call for every function in order. Local numbers are those of the last one. */
  enterFunction(fn: GlobalFunction): void {
    this.addAttachments(fn.metadata);
    for (const block of fn.blocks)
      for (const instruction of block.instructions) this.addInstruction(instruction);
    this.locals = localNumbers(fn);
    for (const block of fn.blocks) {
      for (const instruction of block.instructions) {
        if ("attributes" in instruction) this.addSet(instruction.attributes.function);
      }
    }
  }

  node(node: MetadataNode): number | undefined {
    return this.nodeNumbers.get(node);
  }

  set(set: readonly Attribute[]): number | undefined {
    return this.setNumbers.get(set);
  }

  global(value: GlobalValue): number | undefined {
    return this.globals.get(value);
  }

  local(value: Argument | Instruction | BasicBlock): number | undefined {
    return this.locals.get(value);
  }

  /** The node of an instruction's location: one of the module's with the same content, or a new one. */
  location(location: DebugLocation): MetadataNode {
    let node = this.locationNodes.get(location);
    if (node === undefined) {
      const { line, column, scope, inlinedAt, implicit, atomGroup, atomRank } = location;
      const fields = { line, column, scope, inlinedAt, isImplicitCode: implicit, atomGroup, atomRank };
      const made: MetadataNode = {
        kind: "node",
        id: -1,
        tag: "DILocation",
        distinct: false,
        operands: [],
        fields,
      };
      const key = nodeKey(made);
      node = this.locations.get(key) ?? made;
      this.locations.set(key, node);
      this.locationNodes.set(location, node);
    }
    return node;
  }

  private addInstruction(instruction: Instruction): void {
    for (const record of instruction.debugRecords) this.addRecord(record);
    if (instruction.op === "call" && instruction.callee.kind === "function") {
      if (instruction.callee.name.startsWith("llvm.")) {
        for (const arg of instruction.args) {
          if (arg.kind === "metadata" && arg.metadata?.kind === "node") this.addNode(arg.metadata);
        }
      }
    }
    if (instruction.debugLocation !== null) this.addNode(this.location(instruction.debugLocation));
    this.addAttachments(instruction.metadata);
  }

  private addRecord(record: DebugRecord): void {
    const parts =
      record.kind === "label"
        ? [record.variable, record.debugLocation]
        : [record.location, record.variable, record.assignId, record.addressLocation, record.debugLocation];
    for (const part of parts) if (part?.kind === "node") this.addNode(part);
  }

  private addAttachments(attachments: readonly MetadataAttachment[]): void {
    for (const { node } of attachments) if (node.kind === "node") this.addNode(node);
  }

  private addNode(root: MetadataNode): void {
    if (!this.enter(root)) return;
    // A stack of its own: type descriptions chain thousands deep.
    const stack = [{ children: childrenOf(root), next: 0 }];
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const child = top.children[top.next];
      if (child === undefined) {
        stack.pop();
        continue;
      }
      top.next += 1;
      if (this.enter(child)) stack.push({ children: childrenOf(child), next: 0 });
    }
  }

  /** Numbers the node unless it has a number, or is an expression, which is always written in place. */
  private enter(node: MetadataNode): boolean {
    if (node.tag === "DIExpression" || this.nodeNumbers.has(node)) return false;
    this.nodeNumbers.set(node, this.nodes.length);
    this.nodes.push(node);
    return true;
  }

  private addSet(set: readonly Attribute[]): void {
    if (set.length === 0 || this.setNumbers.has(set)) return;
    const key = setKey(set);
    let number = this.setKeys.get(key);
    if (number === undefined) {
      number = this.sets.length;
      this.setKeys.set(key, number);
      this.sets.push(set);
    }
    this.setNumbers.set(set, number);
  }

  private unnamedGlobal(value: GlobalValue): void {
    if (value.name === "") this.globals.set(value, this.globals.size);
  }
}

const INFERRED: ReadonlySet<string> = new Set(["mustprogress", "norecurse"]);
const INFERRED_WITHOUT_DEFAULTS: ReadonlySet<string> = new Set([...INFERRED, "nofree", "nosync"]);
const declared = new WeakMap<GlobalFunction, readonly Attribute[]>();

/**
 * A function's own attributes as LLVM shows them. For an intrinsic LLVM does not take the file's but its own, which lack
 * what passes have worked out about it.
 */
export function declaredAttributes(fn: GlobalFunction): readonly Attribute[] {
  if (!fn.name.startsWith("llvm.")) return fn.attributes.function;
  let set = declared.get(fn);
  if (set === undefined) {
    const all = fn.attributes.function;
    // An intrinsic without `nocallback` does not have the attributes that intrinsics have by default either.
    const inferred = all.some(({ name }) => name === "nocallback") ? INFERRED : INFERRED_WITHOUT_DEFAULTS;
    set = all.filter(({ name }) => !inferred.has(name));
    declared.set(fn, set);
  }
  return set;
}

function setKey(set: readonly Attribute[]): string {
  return JSON.stringify(set, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** The numbers of a function's unnamed arguments, blocks and results. */
export function localNumbers(fn: GlobalFunction): Map<Argument | Instruction | BasicBlock, number> {
  const numbers = new Map<Argument | Instruction | BasicBlock, number>();
  for (const arg of fn.args) if (arg.name === null) numbers.set(arg, numbers.size);
  for (const block of fn.blocks) {
    if (block.name === null) numbers.set(block, numbers.size);
    for (const instruction of block.instructions) {
      if (instruction.slot >= 0 && instruction.name === null) numbers.set(instruction, numbers.size);
    }
  }
  return numbers;
}

function childrenOf(node: MetadataNode): readonly MetadataNode[] {
  const children: MetadataNode[] = [];
  const add = (field: MetadataField | undefined): void => {
    if (typeof field !== "object" || field === null) return;
    if (Array.isArray(field)) for (const part of field as readonly (Metadata | null)[]) add(part);
    else if ("kind" in field && field.kind === "node") children.push(field);
  };
  if (node.tag === "tuple") for (const operand of node.operands) add(operand);
  else for (const name of OPERANDS[node.tag] ?? []) add(node.fields[name]);
  return children;
}

function nodeKey(node: MetadataNode): string {
  const { line, column, scope, inlinedAt, isImplicitCode, atomGroup, atomRank } = node.fields;
  const idOf = (field: MetadataField | undefined): number =>
    typeof field === "object" && field !== null && "kind" in field && field.kind === "node" ? field.id : -1;
  return [line, column, idOf(scope), idOf(inlinedAt), isImplicitCode, atomGroup, atomRank].map(String).join();
}
