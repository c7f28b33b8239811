// What each kind of debug-information record holds, as the fields of a node.
//
// A reader function makes the fields in the order in which the textual form prints them, so the printer can go
// through a node's fields without a second list. The version bits that LLVM keeps in the first operand are looked
// at where LLVM 19 to 22 differ; older versions are refused rather than guessed.

import type { Metadata, MetadataField, MetadataString } from "./module.ts";

/** One record's operands, with checked access; made by the metadata table. */
export interface NodeRecord {
  readonly length: number;
  /** Operand as it is. */
  int(index: number): number | bigint;
  /** Operand, or `otherwise` where the record is shorter (written by an older LLVM). */
  optional(index: number, otherwise: number): number | bigint;
  /** Operand with the sign in the lowest bit. */
  signed(index: number): bigint;
  /** Operand that is a node's number plus one; 0 is null. Null too where the record is shorter. */
  node(index: number): Metadata | null;
  /** Operand that is a node's number. */
  required(index: number): Metadata;
  /** Operand that is a string's number plus one; 0 is null. */
  string(index: number): MetadataString | null;
  /** An error about this record. */
  fail(code: "BW0404" | "BW0407", message: string): never;
}

export interface NodeForm {
  readonly tag: string;
  /** Always distinct, or by these fields, whatever the record says. */
  readonly distinct?: (fields: Record<string, MetadataField>) => boolean;
  readonly fields: (record: NodeRecord) => Record<string, MetadataField>;
}

const bit = (value: number | bigint, mask: number): boolean => (Number(value) & mask) !== 0;
const int32 = (value: number | bigint): number => Number(BigInt.asIntN(32, BigInt(value)));

/** Sizes and offsets are numbers, or nodes where a flag in the first operand says so. */
function sizeOf(record: NodeRecord, index: number, mask: number): MetadataField {
  return bit(record.int(0), mask) ? record.node(index) : record.int(index);
}

function bounds(record: NodeRecord): Record<string, MetadataField> {
  return {
    count: record.node(1),
    lowerBound: record.node(2),
    upperBound: record.node(3),
    stride: record.node(4),
  };
}

function enumerator(record: NodeRecord): Record<string, MetadataField> {
  const flags = record.int(0);
  const isUnsigned = bit(flags, 2);
  let value: bigint;
  if (bit(flags, 4)) {
    const width = Number(record.int(1));
    if (width < 1 || width > 1 << 16 || record.length - 3 > (width + 63) / 64)
      record.fail("BW0404", "a wide enumerator");
    value = 0n;
    for (let word = 3; word < record.length; word += 1) {
      value |= BigInt.asUintN(64, record.signed(word)) << BigInt(64 * (word - 3));
    }
    value = isUnsigned ? BigInt.asUintN(width, value) : BigInt.asIntN(width, value);
  } else {
    value = isUnsigned ? BigInt.asUintN(64, record.signed(1)) : record.signed(1);
  }
  return { name: record.string(2), value, isUnsigned };
}

function compileUnit(record: NodeRecord): Record<string, MetadataField> {
  const language = BigInt(record.int(1));
  const versioned = language >> 63n !== 0n;
  const named: Record<string, MetadataField> = versioned
    ? { sourceLanguageName: Number(language & 0xffffffffn), sourceLanguageVersion: record.optional(22, 0) }
    : { language: Number(language) };
  return {
    ...named,
    file: record.node(2),
    producer: record.string(3),
    isOptimized: bit(record.int(4), 1),
    flags: record.string(5),
    runtimeVersion: record.int(6),
    splitDebugFilename: record.string(7),
    emissionKind: record.int(8),
    enums: record.node(9),
    retainedTypes: record.node(10),
    globals: record.node(12),
    imports: record.node(13),
    macros: record.node(15),
    dwoId: record.optional(14, 0),
    splitDebugInlining: bit(record.optional(16, 1), 1),
    debugInfoForProfiling: bit(record.optional(17, 0), 1),
    nameTableKind: record.optional(18, 0),
    rangesBaseAddress: bit(record.optional(19, 0), 1),
    sysroot: record.string(20),
    sdk: record.string(21),
  };
}

function subprogram(record: NodeRecord): Record<string, MetadataField> {
  if (!bit(record.int(0), 4)) record.fail("BW0407", "a subprogram of an LLVM before 8");
  return {
    name: record.string(2),
    linkageName: record.string(3),
    scope: record.node(1),
    file: record.node(4),
    line: record.int(5),
    type: record.node(6),
    scopeLine: record.int(7),
    containingType: record.node(8),
    virtualIndex: record.int(10),
    thisAdjustment: int32(record.int(16)),
    flags: record.int(11),
    spFlags: record.int(9),
    unit: record.node(12),
    templateParams: record.node(13),
    declaration: record.node(14),
    retainedNodes: record.node(15),
    thrownTypes: record.node(17),
    annotations: record.node(18),
    targetFuncName: record.string(19),
    keyInstructions: bit(record.optional(20, 0), 1),
  };
}

function compositeType(record: NodeRecord): Record<string, MetadataField> {
  return {
    tag: record.int(1),
    name: record.string(2),
    scope: record.node(5),
    file: record.node(3),
    line: record.int(4),
    baseType: record.node(6),
    size: sizeOf(record, 7, 4),
    align: record.int(8),
    offset: sizeOf(record, 9, 4),
    flags: record.int(10),
    elements: record.node(11),
    runtimeLang: record.int(12),
    vtableHolder: record.node(13),
    templateParams: record.node(14),
    identifier: record.string(15),
    discriminator: record.node(16),
    dataLocation: record.node(17),
    associated: record.node(18),
    allocated: record.node(19),
    rank: record.node(20),
    annotations: record.node(21),
    specification: record.node(23),
    num_extra_inhabitants: record.optional(22, 0),
    enumKind: record.optional(24, -1),
    bitStride: record.node(25),
  };
}

function derivedType(record: NodeRecord): Record<string, MetadataField> {
  const space = Number(record.optional(12, 0));
  const both = record.length > 14;
  return {
    tag: record.int(1),
    name: record.string(2),
    scope: record.node(5),
    file: record.node(3),
    line: record.int(4),
    baseType: record.node(6),
    size: sizeOf(record, 7, 2),
    align: record.int(8),
    offset: sizeOf(record, 9, 2),
    flags: record.int(10),
    extraData: record.node(11),
    dwarfAddressSpace: space === 0 ? null : space - 1,
    annotations: both ? record.node(13) : null,
    ptrAuth: both ? record.int(14) : 0,
  };
}

function globalVariable(record: NodeRecord): Record<string, MetadataField> {
  if (Number(record.int(0)) >> 1 !== 2)
    record.fail("BW0407", "a global variable description of an older LLVM");
  return {
    name: record.string(2),
    linkageName: record.string(3),
    scope: record.node(1),
    file: record.node(4),
    line: record.int(5),
    type: record.node(6),
    isLocal: bit(record.int(7), 1),
    isDefinition: bit(record.int(8), 1),
    declaration: record.node(9),
    templateParams: record.node(10),
    align: record.int(11),
    annotations: record.node(12),
  };
}

function localVariable(record: NodeRecord): Record<string, MetadataField> {
  if (!bit(record.int(0), 2)) record.fail("BW0407", "a local variable description of an older LLVM");
  return {
    name: record.string(2),
    arg: record.int(6),
    scope: record.node(1),
    file: record.node(3),
    line: record.int(4),
    type: record.node(5),
    flags: record.int(7),
    align: record.int(8),
    annotations: record.node(9),
  };
}

function expression(record: NodeRecord): Record<string, MetadataField> {
  if (Number(record.int(0)) >> 1 !== 3) record.fail("BW0407", "an expression of an older LLVM");
  const elements: (number | bigint)[] = [];
  for (let index = 1; index < record.length; index += 1) elements.push(record.int(index));
  return { elements };
}

function subrange(record: NodeRecord): Record<string, MetadataField> {
  if (Number(record.int(0)) >> 1 !== 2) record.fail("BW0407", "a subrange of an older LLVM");
  return bounds(record);
}

function file(record: NodeRecord): Record<string, MetadataField> {
  const kind = Number(record.optional(3, 0));
  return {
    filename: record.string(1),
    directory: record.string(2),
    checksumkind: kind,
    checksum: kind === 0 ? null : record.string(4),
    source: record.string(5),
  };
}

function stringType(record: NodeRecord): Record<string, MetadataField> {
  const size = record.length > 8 ? 6 : 5;
  return {
    tag: record.int(1),
    name: record.string(2),
    stringLength: record.node(3),
    stringLengthExpression: record.node(4),
    stringLocationExpression: size === 6 ? record.node(5) : null,
    size: sizeOf(record, size, 2),
    align: record.int(size + 1),
    encoding: record.int(size + 2),
  };
}

function fixedPointType(record: NodeRecord): Record<string, MetadataField> {
  return {
    tag: record.int(1),
    name: record.string(2),
    size: sizeOf(record, 3, 2),
    align: record.int(4),
    encoding: record.int(5),
    flags: record.int(6),
    kind: record.int(7),
    factor: int32(record.int(8)),
  };
}

function genericNode(record: NodeRecord): Record<string, MetadataField> {
  const operands: (Metadata | null)[] = [];
  for (let index = 4; index < record.length; index += 1) operands.push(record.node(index));
  return { tag: record.int(1), header: record.string(3), operands };
}

const always = (): boolean => true;

/** By record code. */
export const NODE_FORMS: Readonly<Record<number, NodeForm>> = {
  7: {
    tag: "DILocation",
    fields: (record) => ({
      line: record.int(1),
      column: record.int(2),
      scope: record.required(3),
      inlinedAt: record.node(4),
      isImplicitCode: bit(record.optional(5, 0), 1),
      atomGroup: record.optional(6, 0),
      atomRank: record.optional(7, 0),
    }),
  },
  12: { tag: "GenericDINode", fields: genericNode },
  13: { tag: "DISubrange", fields: subrange },
  14: { tag: "DIEnumerator", fields: enumerator },
  15: {
    tag: "DIBasicType",
    fields: (record) => ({
      tag: record.int(1),
      name: record.string(2),
      scope: record.node(11),
      file: record.node(9),
      line: record.optional(10, 0),
      size: sizeOf(record, 3, 2),
      align: record.int(4),
      dataSize: record.optional(8, 0),
      encoding: record.int(5),
      num_extra_inhabitants: record.optional(7, 0),
      flags: record.optional(6, 0),
    }),
  },
  16: { tag: "DIFile", fields: file },
  17: { tag: "DIDerivedType", fields: derivedType },
  18: { tag: "DICompositeType", fields: compositeType },
  19: {
    tag: "DISubroutineType",
    fields: (record) => ({ flags: record.int(1), cc: record.optional(3, 0), types: record.node(2) }),
  },
  20: { tag: "DICompileUnit", distinct: always, fields: compileUnit },
  // A definition (flag 8) is distinct, whatever its record says.
  21: { tag: "DISubprogram", distinct: (fields) => bit(fields["spFlags"] as number, 8), fields: subprogram },
  22: {
    tag: "DILexicalBlock",
    fields: (record) => ({
      scope: record.node(1),
      file: record.node(2),
      line: record.int(3),
      column: record.int(4),
    }),
  },
  23: {
    tag: "DILexicalBlockFile",
    fields: (record) => ({ scope: record.node(1), file: record.node(2), discriminator: record.int(3) }),
  },
  24: {
    tag: "DINamespace",
    fields: (record) => ({
      name: record.string(record.length === 3 ? 2 : 3),
      scope: record.node(1),
      exportSymbols: bit(record.int(0), 2),
    }),
  },
  25: {
    tag: "DITemplateTypeParameter",
    fields: (record) => ({
      name: record.string(1),
      type: record.node(2),
      defaulted: bit(record.optional(3, 0), 1),
    }),
  },
  26: {
    tag: "DITemplateValueParameter",
    fields: (record) => ({
      tag: record.int(1),
      name: record.string(2),
      type: record.node(3),
      defaulted: record.length > 5 && bit(record.int(4), 1),
      value: record.node(record.length > 5 ? 5 : 4),
    }),
  },
  27: { tag: "DIGlobalVariable", fields: globalVariable },
  28: { tag: "DILocalVariable", fields: localVariable },
  29: { tag: "DIExpression", fields: expression },
  30: {
    tag: "DIObjCProperty",
    fields: (record) => ({
      name: record.string(1),
      file: record.node(2),
      line: record.int(3),
      setter: record.string(5),
      getter: record.string(4),
      attributes: record.int(6),
      type: record.node(7),
    }),
  },
  31: {
    tag: "DIImportedEntity",
    fields: (record) => ({
      tag: record.int(1),
      name: record.string(5),
      scope: record.node(2),
      entity: record.node(3),
      file: record.node(6),
      line: record.int(4),
      elements: record.node(7),
    }),
  },
  32: {
    tag: "DIModule",
    fields: (record) => ({
      scope: record.node(2),
      name: record.string(3),
      configMacros: record.string(4),
      includePath: record.string(5),
      apinotes: record.string(6),
      file: record.node(1),
      line: record.optional(7, 0),
      isDecl: bit(record.optional(8, 0), 1),
    }),
  },
  33: {
    tag: "DIMacro",
    fields: (record) => ({
      type: record.int(1),
      line: record.int(2),
      name: record.string(3),
      value: record.string(4),
    }),
  },
  34: {
    tag: "DIMacroFile",
    fields: (record) => ({
      type: record.int(1),
      line: record.int(2),
      file: record.node(3),
      nodes: record.node(4),
    }),
  },
  37: {
    tag: "DIGlobalVariableExpression",
    fields: (record) => ({ var: record.node(1), expr: record.node(2) }),
  },
  40: {
    tag: "DILabel",
    fields: (record) => ({
      scope: record.node(1),
      name: record.string(2),
      file: record.node(3),
      line: record.int(4),
      column: record.optional(5, 0),
      isArtificial: bit(record.int(0), 2),
      coroSuspendIdx: record.length > 6 && Number(record.int(6)) < 2 ** 32 ? record.int(6) : null,
    }),
  },
  41: { tag: "DIStringType", fields: stringType },
  44: {
    tag: "DICommonBlock",
    fields: (record) => ({
      scope: record.node(1),
      declaration: record.node(2),
      name: record.string(3),
      file: record.node(4),
      line: record.int(5),
    }),
  },
  45: { tag: "DIGenericSubrange", fields: bounds },
  47: { tag: "DIAssignID", distinct: always, fields: () => ({}) },
  48: {
    tag: "DISubrangeType",
    fields: (record) => ({
      name: record.string(1),
      scope: record.node(4),
      file: record.node(2),
      line: record.int(3),
      size: sizeOf(record, 5, 2),
      align: record.int(6),
      flags: record.int(7),
      baseType: record.node(8),
      lowerBound: record.node(9),
      upperBound: record.node(10),
      stride: record.node(11),
      bias: record.node(12),
    }),
  },
  49: { tag: "DIFixedPointType", fields: fixedPointType },
};
