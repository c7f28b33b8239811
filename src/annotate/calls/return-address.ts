// Return addresses: `__builtin_return_address(0)` is the address on the target. It is known where the call is made (the address
// behind the machine call), so callers leave it in a global, but only those that call a function which asks. The 32-bit ABI has
// no tail calls, so that every call sets the link register.

import type { CallInstruction, GlobalFunction, Module } from "../../bitcode/index.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { Expression } from "../wasm.ts";

export interface LinkUsers {
  readonly functions: ReadonlySet<string>;
  /** May an indirect call reach one of them? */
  readonly indirect: boolean;
}

const INTRINSIC = "llvm.returnaddress";

/** The functions that ask for their return address. */
export function linkUsers(module: Module, addressTaken: readonly string[]): LinkUsers {
  const functions = new Set<string>();
  if (module.functions.some(({ name }) => name.startsWith(INTRINSIC)))
    for (const fn of module.functions)
      if (fn.blocks.some(({ instructions }) => instructions.some(asks))) functions.add(fn.name);
  return { functions, indirect: addressTaken.some((name) => functions.has(name)) };
}

function asks(inst: { readonly op: string }): boolean {
  if (inst.op !== "call") return false;
  const { callee, args } = inst as CallInstruction;
  const own = args[0]?.kind === "integer" && args[0].value === 0n;
  return own && callee.kind === "function" && callee.name.startsWith(INTRINSIC);
}

/** Statements before a call that leave its return address for the callee (null: an indirect call), if that may ask. */
export function leaveReturnAddress(f: FunctionEmitter, callee: GlobalFunction | null): Expression[] {
  const { functions, indirect } = f.p.returnAddress;
  if (callee === null ? !indirect : !functions.has(callee.name)) return [];
  const call = f.node.calls?.find(({ instruction }) => instruction === f.instructionIndex);
  if (call === undefined)
    throw new Untranslatable(
      `${callee?.name ?? "a function that may be called here"} asks for its return address, which is not known`,
      "block mapping does not understand the calling function",
    );
  return [f.m.global.set(f.p.linkRegister(), f.m.i32.const(call.link | 0))];
}
