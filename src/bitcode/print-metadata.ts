// Metadata as text: operands, and the nodes of the list at the end of a module.

import {
  CONVENTIONS,
  ENCODINGS,
  LANGUAGES,
  MACRO_TYPES,
  nodeFlags,
  operationOperands,
  OPERATIONS,
  subprogramFlags,
  TAGS,
} from "./dwarf-names.ts";
import { textOf, type Metadata, type MetadataField, type MetadataNode } from "./module.ts";
import { quoted } from "./print-text.ts";

/** How a field is printed. "!" forms are printed always, the others only when they say something. */
type Style =
  | "string"
  | "string!"
  | "node"
  | "node!"
  | "int"
  | "int!"
  | "maybe"
  | "size"
  | "bound"
  | "bool!"
  | "true"
  | "false"
  | "flags"
  | "spflags"
  | "tag"
  | "language"
  | "encoding"
  | "convention"
  | "macro"
  | "emission"
  | "names"
  | "checksum";

const forms = (text: string): readonly (readonly [string, Style, number])[] =>
  text
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [name, style, usual] = entry.split(":") as [string, Style, string | undefined];
      // A tag that is the usual one for its kind of node is left out.
      return [name, style, Number(usual ?? 0)];
    });

const FORMS: Readonly<Record<string, readonly (readonly [string, Style, number])[]>> = {
  DILocation: forms(
    "line:int! column:int scope:node! inlinedAt:node isImplicitCode:false atomGroup:int atomRank:int",
  ),
  DISubrange: forms("count:bound lowerBound:bound upperBound:bound stride:bound"),
  DIGenericSubrange: forms("count:bound lowerBound:bound upperBound:bound stride:bound"),
  DIEnumerator: forms("name:string! value:int! isUnsigned:false"),
  DIBasicType: forms(
    `tag:tag:36 name:string scope:node file:node line:int size:size align:int dataSize:int encoding:encoding
    num_extra_inhabitants:int flags:flags`,
  ),
  DIFixedPointType: forms(
    "tag:tag:36 name:string size:size align:int encoding:encoding flags:flags kind:int factor:int",
  ),
  DIStringType: forms(
    `tag:tag:18 name:string stringLength:node stringLengthExpression:node stringLocationExpression:node size:size
    align:int encoding:encoding`,
  ),
  DIDerivedType: forms(
    `tag:tag name:string scope:node file:node line:int baseType:node! size:size align:int offset:size flags:flags
    extraData:node dwarfAddressSpace:maybe annotations:node`,
  ),
  DICompositeType: forms(
    `tag:tag name:string scope:node file:node line:int baseType:node size:size align:int offset:size flags:flags
    elements:node runtimeLang:language vtableHolder:node templateParams:node identifier:string discriminator:node
    dataLocation:node associated:node allocated:node rank:bound annotations:node specification:node
    num_extra_inhabitants:int bitStride:node`,
  ),
  DISubroutineType: forms("flags:flags cc:convention types:node!"),
  DISubrangeType: forms(
    `name:string scope:node file:node line:int size:size align:int flags:flags baseType:node lowerBound:bound
    upperBound:bound stride:bound bias:bound`,
  ),
  DIFile: forms("filename:string! directory:string! checksumkind:checksum checksum:string source:string"),
  DICompileUnit: forms(
    `language:language sourceLanguageName:maybe sourceLanguageVersion:int file:node! producer:string
    isOptimized:bool! flags:string runtimeVersion:int! splitDebugFilename:string emissionKind:emission enums:node
    retainedTypes:node globals:node imports:node macros:node dwoId:int splitDebugInlining:true
    debugInfoForProfiling:false nameTableKind:names rangesBaseAddress:false sysroot:string sdk:string`,
  ),
  DISubprogram: forms(
    `name:string linkageName:string scope:node! file:node line:int type:node scopeLine:int containingType:node
    virtualIndex:int thisAdjustment:int flags:flags spFlags:spflags unit:node templateParams:node declaration:node
    retainedNodes:node thrownTypes:node annotations:node targetFuncName:string keyInstructions:false`,
  ),
  DILexicalBlock: forms("scope:node! file:node line:int column:int"),
  DILexicalBlockFile: forms("scope:node! file:node discriminator:int!"),
  DINamespace: forms("name:string scope:node! exportSymbols:false"),
  DICommonBlock: forms("scope:node! declaration:node! name:string file:node line:int"),
  DIMacro: forms("type:macro line:int name:string value:string"),
  DIMacroFile: forms("line:int file:node! nodes:node"),
  DIModule: forms(
    `scope:node! name:string configMacros:string includePath:string apinotes:string file:node line:int
    isDecl:false`,
  ),
  DITemplateTypeParameter: forms("name:string type:node! defaulted:false"),
  DITemplateValueParameter: forms("tag:tag:48 name:string type:node defaulted:false value:node!"),
  DIGlobalVariable: forms(
    `name:string linkageName:string scope:node! file:node line:int type:node isLocal:bool! isDefinition:bool!
    declaration:node templateParams:node align:int annotations:node`,
  ),
  DILocalVariable: forms(
    "name:string arg:int scope:node! file:node line:int type:node flags:flags align:int annotations:node",
  ),
  DILabel: forms(
    "scope:node! name:string file:node line:int column:int isArtificial:false coroSuspendIdx:maybe",
  ),
  DIGlobalVariableExpression: forms("var:node expr:node"),
  DIObjCProperty: forms(
    "name:string file:node line:int setter:string getter:string attributes:int type:node",
  ),
  DIImportedEntity: forms("tag:tag name:string scope:node! entity:node file:node line:int elements:node"),
  DIAssignID: [],
};

const EMISSION = ["NoDebug", "FullDebug", "LineTablesOnly", "DebugDirectivesOnly"];
const NAME_TABLES = ["", "GNU", "None", "Apple"];
const CHECKSUMS = ["", "CSK_MD5", "CSK_SHA1", "CSK_SHA256"];

export class MetadataPrinter {
  private readonly numberOf: (node: MetadataNode) => number | undefined;
  private readonly valueText: (value: Extract<Metadata, { kind: "value" }>) => string;

  /** Inside a location without a number; a damaged one could contain itself. */
  private inPlace = false;

  /** `valueText` prints a value with its type. */
  constructor(
    numberOf: (node: MetadataNode) => number | undefined,
    valueText: (value: Extract<Metadata, { kind: "value" }>) => string,
  ) {
    this.numberOf = numberOf;
    this.valueText = valueText;
  }

  /** Metadata where it is referred to: `!5`, `!"text"`, `i32 %x`, or an expression in full. */
  operand(metadata: Metadata | null): string {
    if (metadata === null) return "null";
    switch (metadata.kind) {
      case "string":
        return `!${quoted(metadata.value)}`;
      case "value":
        return this.valueText(metadata);
      case "arglist":
        return `!DIArgList(${metadata.values.map((value) => this.operand(value)).join(", ")})`;
      case "node": {
        if (metadata.tag === "DIExpression") return expressionText(metadata);
        const number = this.numberOf(metadata);
        if (number !== undefined) return `!${String(number)}`;
        if (metadata.tag !== "DILocation" || this.inPlace) return "<badref>";
        this.inPlace = true;
        const text = this.body(metadata);
        this.inPlace = false;
        return text;
      }
    }
  }

  /** A node in full, as after `!5 = `. */
  body(node: MetadataNode): string {
    const distinct = node.distinct ? "distinct " : "";
    if (node.tag === "tuple") {
      return `${distinct}!{${node.operands.map((operand) => this.operand(operand)).join(", ")}}`;
    }
    if (node.tag === "DIExpression") return distinct + expressionText(node);
    return `${distinct}!${node.tag}(${this.fields(node)})`;
  }

  private fields(node: MetadataNode): string {
    if (node.tag === "GenericDINode") return this.generic(node);
    const parts: string[] = [];
    for (const [name, style, usual] of FORMS[node.tag] ?? []) {
      const field = node.fields[name];
      if (field === undefined) continue;
      if (name === "virtualIndex" && (Number(node.fields["spFlags"]) & 3) !== 0)
        parts.push(`${name}: ${String(field as number)}`);
      else {
        const text = this.field(field, style, usual);
        if (text !== null) parts.push(`${name}: ${text}`);
      }
    }
    return parts.join(", ");
  }

  private generic(node: MetadataNode): string {
    const parts = [`tag: ${named(TAGS, node.fields["tag"])}`];
    const header = textOf(node.fields["header"]) ?? "";
    if (header !== "") parts.push(`header: ${quoted(header)}`);
    const operands = node.fields["operands"] as readonly (Metadata | null)[];
    if (operands.length > 0)
      parts.push(`operands: {${operands.map((operand) => this.operand(operand)).join(", ")}}`);
    return parts.join(", ");
  }

  /** The field's text, or null where it is left out. */
  private field(field: MetadataField, style: Style, usual: number): string | null {
    const isZero = field === 0 || field === 0n || field === null;
    switch (style) {
      case "string":
        return (textOf(field) ?? "") === "" ? null : quoted(textOf(field) ?? "");
      case "string!":
        return quoted(textOf(field) ?? "");
      case "node":
        return field === null ? null : this.operand(field as Metadata);
      case "node!":
        return this.operand(field as Metadata | null);
      case "int":
        return isZero ? null : String(field as number);
      case "int!":
        return String(field as number);
      case "maybe":
        return field === null ? null : String(field as number);
      case "size":
      case "bound":
        return this.sizeText(field, style === "size");
      case "bool!":
        return String(field as boolean);
      case "true":
      case "false":
        return String(field as boolean) === style ? null : String(field as boolean);
      case "flags":
        return isZero ? null : nodeFlags(Number(field));
      case "spflags":
        return subprogramFlags(Number(field));
      case "tag":
        return Number(field) === usual && usual !== 0 ? null : named(TAGS, field);
      case "language":
        return isZero ? null : named(LANGUAGES, field);
      case "encoding":
        return isZero ? null : named(ENCODINGS, field);
      case "convention":
        return isZero ? null : named(CONVENTIONS, field);
      case "macro":
        return named(MACRO_TYPES, field);
      case "emission":
        return EMISSION[Number(field)] ?? String(field as number);
      case "names":
        return isZero ? null : (NAME_TABLES[Number(field)] ?? String(field as number));
      case "checksum":
        return isZero ? null : (CHECKSUMS[Number(field)] ?? String(field as number));
    }
  }

  /** A number that can also be a constant in a node of its own, or an expression; 0 is left out for sizes. */
  private sizeText(field: MetadataField, skipZero: boolean): string | null {
    if (field === null) return null;
    if (typeof field === "object" && "kind" in field) {
      if (field.kind !== "value" || field.value.kind !== "integer") return this.operand(field);
      const { value, type } = field.value;
      if (value === 0n && skipZero) return null;
      return String(skipZero ? BigInt.asUintN(type.width, value) : value);
    }
    if (skipZero && (field === 0 || field === 0n)) return null;
    return String(field as number);
  }
}

function named(names: ReadonlyMap<number, string>, field: MetadataField | undefined): string {
  return names.get(Number(field)) ?? String(field as number);
}

function expressionText(node: MetadataNode): string {
  const elements = node.fields["elements"] as readonly (number | bigint)[];
  return `!DIExpression(${(operationsText(elements) ?? elements.map(String)).join(", ")})`;
}

/** Null where the elements are not a valid expression; those are printed as bare numbers. */
function operationsText(elements: readonly (number | bigint)[]): string[] | null {
  const parts: string[] = [];
  for (let at = 0; at < elements.length;) {
    const operation = Number(elements[at]);
    const name = OPERATIONS.get(operation);
    const count = operationOperands(operation);
    if (name === undefined || at + count >= elements.length) return null;
    parts.push(name);
    for (let operand = 1; operand <= count; operand += 1) {
      const value = elements[at + operand] as number | bigint;
      const isEncoding = name === "DW_OP_LLVM_convert" && operand === 2;
      parts.push(isEncoding ? (ENCODINGS.get(Number(value)) ?? String(value)) : String(value));
    }
    at += count + 1;
  }
  return parts;
}
