// Architectures that execute instructions in packets: registers that stand for what a packet's prefix says, and for the
// counters that index it; registers that are written at once although the others wait for the packet's end.
import type { Register } from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import type { FieldSpec } from "./instruction-fields.ts";
import { booleanOf, checkKnown, integerOf } from "./keys.ts";
import type { RegisterState } from "./register-state.ts";
import type { Scope } from "./scope.ts";

/** Adds a register for each field of prefixes and each prefix counter; gives their values at a packet's start. */
export function addPacketRegisters(
  block: Block,
  specs: ReadonlyMap<string, FieldSpec>,
  state: RegisterState,
  scope: Scope,
  findings: Findings,
): Map<string, bigint> {
  const initial = new Map<string, bigint>();
  const add = (name: string, width: number, reset: bigint): void => {
    const register: Register = { name, width, fields: [], resetValue: reset };
    state.registers.set(name, register);
    scope.set(name, { kind: "register", register, offset: 0 });
    initial.set(name, reset);
  };
  for (const [name, spec] of specs)
    if (spec.prefix && !name.includes(".") && spec.width > 0) add(name, spec.width, spec.initial);
  for (const child of childrenOf(block, "prefixcounter")) {
    checkKnown(child, ["reset"], [], findings);
    add(child.name, 32, BigInt(integerOf(child, "reset", 0, { min: 0, max: 2 ** 31 }, findings)));
  }
  return initial;
}

/** Registers and files that are written at once. */
export function serialNames(
  block: Block,
  perPacket: ReadonlyMap<string, bigint>,
  findings: Findings,
): ReadonlySet<string> {
  const names = new Set(perPacket.keys());
  for (const type of ["reg", "regfile"])
    for (const child of childrenOf(block, type))
      if (booleanOf(child, "serial", false, findings)) names.add(child.name);
  return names;
}
