// The in-memory form of an LLVM module: plain readonly data, made by `readModule` and walked by everyone else.
//
// Why this way: operands are direct object references (no id tables to look through), every function's
// SSA values also carry a dense `slot` (arguments first, then each instruction that makes a value, in
// order), and basic blocks are named by their index in `fn.blocks`, so a walker can keep per-value and
// per-block facts in plain arrays. Discriminate values by `kind` and instructions by `op`.
//
//     const module = readModule(bytes);
//     for (const fn of module.functions) {
//       if (fn.isDeclaration) continue;
//       const locals = new Array<number>(fn.slotCount);            // index: slot
//       for (const arg of fn.args) locals[arg.slot] = allocate(arg.type);
//       for (const block of fn.blocks) {
//         for (const inst of block.instructions) {                  // phis first, the terminator last
//           switch (inst.op) {
//             case "binary": emit(inst.operator, use(inst.left), use(inst.right), inst.slot); break;
//             case "load": emitLoad(inst.type, use(inst.address), inst.align); break;
//             case "call": inst.callee.kind === "function" ? direct(inst.callee.name) : indirect(inst.callee); break;
//             case "condbr": branch(use(inst.condition), inst.ifTrue, inst.ifFalse); break;
//             …
//           }
//         }
//       }
//     }
//     function use(v: Value) {
//       switch (v.kind) {
//         case "argument": case "instruction": return locals[v.slot];
//         case "integer": return v.value;                           // bigint, sign-extended from the type's width
//         case "float": return v.bits;                              // bigint, the raw bit pattern
//         case "null": case "zero": return 0;                       // null pointer / zeroinitializer
//         case "function": case "global": case "alias": return addressOf(v.name);
//         case "expression": …                                      // constant gep, ptrtoint, …
//       }
//     }
//
// Types are interned: equal types are the same object, except that named structures are distinct by name.
// The data is as the file says; nothing is upgraded or simplified, except that i1…iN zero and floating
// zero are always `integer` and `float` constants (never `zero`).
//
// Names, section names, metadata strings and the like are byte strings: each character is one byte (0 to 255),
// because LLVM's names can be any bytes. `fileOf` decodes UTF-8.

import type { Type } from "./model-types.ts";
import type { Comdat, GlobalAlias, GlobalFunction, GlobalIFunc, GlobalVariable } from "./model-values.ts";
import type { MetadataNode } from "./model-metadata.ts";

export * from "./model-types.ts";
export * from "./model-values.ts";
export * from "./model-instructions.ts";
export * from "./model-metadata.ts";

export interface NamedMetadata {
  readonly name: string;
  readonly operands: readonly MetadataNode[];
}

/** A whole module. */
export interface Module {
  /** What wrote the file, `"LLVM22.1.0"`. */
  readonly producer: string;
  readonly epoch: number;
  readonly sourceFileName: string;
  /** `"powerpc-unknown-linux-gnu"`. */
  readonly triple: string;
  readonly dataLayout: string;
  /** Module-level inline assembly. */
  readonly asm: string;
  readonly types: readonly Type[];
  readonly globals: readonly GlobalVariable[];
  readonly functions: readonly GlobalFunction[];
  readonly aliases: readonly GlobalAlias[];
  readonly ifuncs: readonly GlobalIFunc[];
  readonly comdats: readonly Comdat[];
  /** Every node of the module and of its functions; index: `node.id`. */
  readonly metadata: readonly MetadataNode[];
  readonly namedMetadata: readonly NamedMetadata[];
  readonly syncScopes: readonly string[];
  readonly gcNames: readonly string[];
}
