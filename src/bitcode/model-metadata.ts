// The data model: metadata and debug information. See `module.ts` for how the parts fit together.

import type { Value } from "./model-values.ts";

export interface MetadataString {
  readonly kind: "string";
  readonly value: string;
}
/** A constant (module level) or a local value (in a function) as metadata. */
export interface ValueMetadata {
  readonly kind: "value";
  readonly value: Value;
}
/** What a node's field can hold. */
export type MetadataField =
  | Metadata
  | null
  | number
  | bigint
  | boolean
  | string
  | readonly (Metadata | null)[]
  | readonly (number | bigint)[];

/**
 * A node. `tag` is `"tuple"` for plain `!{…}` nodes, whose operands are in `operands`; for the others it is the
 * printed name (`"DISubprogram"`, `"DILocation"`, `"DIFile"`, `"DILexicalBlock"`, …) and `fields` has the
 * fields by the names that the textual form prints (`fields.name`, `fields.line`, `fields.scope`, …).
 * Strings in fields are MetadataString (or null); use `fileOf`, `subprogramOf`, `textOf`.
 */
export interface MetadataNode {
  readonly kind: "node";
  /** Unique and dense in the module, `module.metadata[id]`; not the number that the textual form prints. */
  readonly id: number;
  readonly tag: string;
  readonly distinct: boolean;
  readonly operands: readonly (Metadata | null)[];
  readonly fields: Readonly<Record<string, MetadataField>>;
}
/** `!DIArgList(…)`, only as an operand of debug records and intrinsics. */
export interface ArgListMetadata {
  readonly kind: "arglist";
  readonly values: readonly ValueMetadata[];
}
export type Metadata = MetadataString | ValueMetadata | MetadataNode | ArgListMetadata;

export interface MetadataAttachment {
  /** `"tbaa"`, `"prof"`, `"llvm.loop"`, … */
  readonly name: string;
  readonly node: Metadata;
}

/** Line and column are 1-based; 0 means unknown. */
export interface DebugLocation {
  readonly line: number;
  readonly column: number;
  /** A DISubprogram, DILexicalBlock or DILexicalBlockFile. */
  readonly scope: MetadataNode;
  /** The DILocation of the call that was inlined (`fields.line`, `fields.column`, `fields.scope`, `fields.inlinedAt`). */
  readonly inlinedAt: MetadataNode | null;
  readonly implicit: boolean;
  /** Source atom of "key instructions"; 0 and 0: none. */
  readonly atomGroup: number | bigint;
  readonly atomRank: number;
}

export interface DebugRecord {
  readonly kind: "value" | "declare" | "declare_value" | "assign" | "label";
  readonly location: Metadata | null;
  /** A DILocalVariable, or the DILabel. */
  readonly variable: Metadata | null;
  readonly expression: Metadata | null;
  readonly assignId: Metadata | null;
  readonly addressLocation: Metadata | null;
  readonly addressExpression: Metadata | null;
  /** The DILocation node of the record itself. */
  readonly debugLocation: Metadata | null;
}

/** The text of a field that is a string, else null. */
export function textOf(field: MetadataField | undefined): string | null {
  if (typeof field === "string") return field;
  return isMetadata(field) && field.kind === "string" ? field.value : null;
}

/** The node in a field, else null. */
export function nodeOf(field: MetadataField | undefined): MetadataNode | null {
  return isMetadata(field) && field.kind === "node" ? field : null;
}

function isMetadata(field: MetadataField | undefined): field is Metadata {
  return typeof field === "object" && field !== null && "kind" in field;
}

/** The function that a scope is in: up through lexical blocks to the DISubprogram, or null. */
export function subprogramOf(scope: MetadataNode | null): MetadataNode | null {
  let at = scope;
  for (let steps = 0; at !== null && steps < 10_000; steps += 1) {
    if (at.tag === "DISubprogram") return at;
    at = nodeOf(at.fields["scope"]);
  }
  return null;
}

/** The source file that a scope names (a lexical block's own, else its parents'), or null. */
export function fileOf(
  scope: MetadataNode | null,
): { readonly name: string; readonly directory: string } | null {
  let at = scope;
  for (let steps = 0; at !== null && steps < 10_000; steps += 1) {
    const file = at.tag === "DIFile" ? at : nodeOf(at.fields["file"]);
    if (file !== null) {
      return {
        name: decoded(file.fields["filename"]),
        directory: decoded(file.fields["directory"]),
      };
    }
    at = nodeOf(at.fields["scope"]);
  }
  return null;
}

function decoded(field: MetadataField | undefined): string {
  return Buffer.from(textOf(field) ?? "", "latin1").toString("utf8");
}
