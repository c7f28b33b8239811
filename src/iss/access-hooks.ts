// Hooks that a description has for accesses to data: those of its memory management unit, and those that change what is
// read or written, by the access's size.

import type { ArchitectureModel } from "../machine/model.ts";
import type { CodeValue } from "./model-code.ts";
import type { HookCode } from "./translation.ts";

type Changed = readonly (((v: CodeValue) => CodeValue) | undefined)[];

export interface AccessHooks {
  readonly preRead: HookCode | undefined;
  readonly postRead: HookCode | undefined;
  readonly alignedWrite: HookCode | undefined;
  readonly preWrite: HookCode | undefined;
  readonly postWrite: HookCode | undefined;
  /** By the number of bytes. */
  readonly read: Changed;
  readonly write: Changed;
}

type BySize = Readonly<Record<number, string>> | undefined;

export function findAccessHooks(
  machine: ArchitectureModel,
  hookCode: (name: string) => HookCode,
  read: BySize,
  write: BySize,
): AccessHooks {
  const ofMmu = (name: string): HookCode | undefined => {
    const hook = machine.mmu?.hooks[name];
    return hook === undefined ? undefined : hookCode(hook);
  };
  const bySize = (table: BySize): Changed => {
    const list: ((v: CodeValue) => CodeValue)[] = [];
    for (const [size, hook] of Object.entries(table ?? {})) {
      const code = hookCode(hook);
      const bits = 8 * Number(size);
      const takesSize = (machine.hooks[hook]?.parameters.length ?? 2) !== 1;
      list[Number(size)] = takesSize ? (v) => code(bits, v) : (v) => code(v);
    }
    return list;
  };
  return {
    preRead: ofMmu("pre_read"),
    postRead: ofMmu("post_read"),
    alignedWrite: ofMmu("aligned_write"),
    preWrite: ofMmu("pre_write"),
    postWrite: ofMmu("post_write"),
    read: bySize(read),
    write: bySize(write),
  };
}
