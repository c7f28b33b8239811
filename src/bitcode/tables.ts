// What the readers of a module's parts share: the cursor and the numbered tables that records refer to.

import type { AttributeTable } from "./attributes.ts";
import type { BitCursor } from "./bitstream.ts";
import type { KindedAttachment, MetadataTable } from "./metadata.ts";
import type { Value } from "./module.ts";
import type { TypeTable } from "./types.ts";

export interface ModuleTables {
  readonly cursor: BitCursor;
  readonly types: TypeTable;
  readonly attributes: AttributeTable;
  readonly metadata: MetadataTable;
  /** By value number: globals and the module's constants, and while a function is read its own values. */
  readonly values: Value[];
  readonly bundleTags: readonly string[];
  readonly syncScopes: readonly string[];
  /** Attaches metadata to a global. */
  attachTo(value: Value, attachments: readonly KindedAttachment[]): void;
}
