// Fields of registers that writes leave alone: read-only ones, and those that only their own name writes.
import type { Expression } from "../machine/action.ts";
import { binary, constant } from "./fold.ts";
import type { Scope } from "./scope.ts";
import type { SyntaxExpression } from "./syntax.ts";

/** A register's field that code may not write: what is written has no effect. */
export function isReadonlyField(e: SyntaxExpression, scope: Scope): boolean {
  if (e.kind !== "member") return false;
  const owner = e.object.kind === "call" ? e.object.callee : e.object;
  const binding = owner.kind === "name" ? scope.lookup(owner.name) : undefined;
  if ((binding?.kind !== "register" && binding?.kind !== "registerFile") || binding.direct) return false;
  const fields = binding.kind === "register" ? binding.register.fields : binding.fields;
  return fields.some((field) => field.name === e.name && field.readonly === true);
}

/** What a write of a whole register stores: bits that only their own field writes keep their value. */
export function keepingGuarded(target: Expression, value: Expression, scope: Scope): Expression {
  const name =
    target.kind === "register" ? target.register : target.kind === "element" ? target.registerFile : "";
  const binding = name === "" ? undefined : scope.lookup(name);
  const guarded =
    binding?.kind === "register"
      ? binding.register.guarded
      : binding?.kind === "registerFile"
        ? binding.file.guarded
        : undefined;
  if (guarded === undefined) return value;
  const { type } = target;
  const bits = constant(guarded, type);
  const others = constant(BigInt.asUintN(type.width, ~guarded), type);
  const old = { ...target, direct: true } as Expression;
  return binary("|", binary("&", value, others, type), binary("&", old, bits, type), type);
}
