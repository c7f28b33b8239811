// What a name in action code can mean. The instruction-set elaboration fills one scope; each instruction adds its fields,
// each instruction class of a pipeline its operands and states.
import type { BuiltinName, HelperFunction, ValueType } from "../machine/action.ts";
import type { InstructionField, Register, RegisterFile } from "../machine/model.ts";

/** Signature of a helper function, known before any body is typed so that helpers may call each other. */
export interface HelperSignature {
  readonly name: string;
  readonly parameters: HelperFunction["parameters"];
  readonly result?: ValueType;
}

/** Kinds of uADL objects that have methods. */
export type ObjectKind =
  | "stage"
  | "fetchunit"
  | "forwarding_path"
  | "memory"
  | "semaphore"
  | "flag"
  | "custom"
  | "branch_predictor"
  | "operand"
  | "register";

export type Binding =
  | { readonly kind: "local"; readonly name: string; readonly type: ValueType; readonly constant?: boolean }
  /** `value` is set when the instruction fixes the field. */
  | { readonly kind: "field"; readonly field: InstructionField; readonly value?: bigint }
  /** A field of the instruction set, where no instruction is at hand that has it. */
  | { readonly kind: "otherField" }
  | { readonly kind: "register"; readonly register: Register; readonly offset: number }
  | { readonly kind: "registerFile"; readonly file: RegisterFile }
  | { readonly kind: "constant"; readonly value: bigint }
  | { readonly kind: "helper"; readonly helper: HelperSignature }
  | { readonly kind: "builtin"; readonly name: BuiltinName }
  | { readonly kind: "cia" }
  | { readonly kind: "nia" }
  | { readonly kind: "memory" }
  | { readonly kind: "object"; readonly objectKind: ObjectKind; readonly name: string }
  /** A method of the instruction itself: `exec()`. */
  | { readonly kind: "method"; readonly name: string }
  /** A state, an attribute or a class, as an argument. */
  | { readonly kind: "name"; readonly name: string };

export class Scope {
  readonly #parent: Scope | undefined;
  readonly #names = new Map<string, Binding>();

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  lookup(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.#parent?.lookup(name);
  }

  own(name: string): Binding | undefined {
    return this.#names.get(name);
  }

  set(name: string, binding: Binding): void {
    this.#names.set(name, binding);
  }

  /** All names that can be seen from here, for suggestions. */
  names(): Set<string> {
    const names = this.#parent?.names() ?? new Set<string>();
    for (const name of this.#names.keys()) names.add(name);
    return names;
  }
}
