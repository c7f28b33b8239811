// What a name in action code can mean. The instruction-set elaboration fills one scope; each instruction adds its fields,
// each instruction class of a pipeline its operands and states.
import type { BuiltinName, Expression, ValueType } from "../machine/action.ts";
import type { FieldView } from "./field-values.ts";
import type { SyntaxExpression, SyntaxParameter, SyntaxStatement } from "./syntax.ts";
import type { InstructionField, Register, RegisterField, RegisterFile } from "../machine/model.ts";

/** Signature of a helper function, known before any body is typed so that helpers may call each other. */
export interface HelperSignature {
  readonly name: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: ValueType;
    readonly structure?: Structure;
    /** Value when a call leaves it out. */
    readonly initial?: bigint;
    /** What is passed is assigned the parameter's last value. */
    readonly reference?: true;
  }[];
  readonly result?: ValueType;
  /** What the function gives when it has references: the result, then their last values, side by side. */
  readonly given?: ValueType;
}

/** A bit vector with named parts: the data of an exception or a bus, an entry of a translation table. */
export interface Structure {
  readonly name: string;
  readonly width: number;
  readonly fields: readonly { readonly name: string; readonly first: number; readonly last: number }[];
  /** Number of the translation table that it is an entry of, for `t.id()`. */
  readonly id?: number;
  /** The exception whose data it is. */
  readonly exception?: string;
  /** Value that a new one starts with. */
  readonly initial: bigint;
  /** What a branch predictor says, `var p = BP.predict()`: the predictor. */
  readonly predictor?: string;
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
  /** A memory access, in the hook `mem_access`. */
  | "access"
  | "operand"
  | "register";

export type Binding =
  | {
      readonly kind: "local";
      readonly name: string;
      readonly type: ValueType;
      readonly constant?: boolean;
      readonly structure?: Structure;
    }
  /** Stands for a piece of code: a register that is another one, a field of the entry at hand. */
  | { readonly kind: "alias"; readonly expression: Expression; readonly offset: number }
  /** `value` is set when the instruction fixes the field. */
  | {
      readonly kind: "field";
      readonly field: InstructionField;
      readonly value?: bigint;
      /** Present where the field's value is more than its bits. */
      readonly view?: FieldView;
      /** The instruction table that its value is an instruction of. */
      readonly table?: string;
    }
  /** Code that a statement may call by name, put in its place: the action of a sub-instruction, with its own names. */
  | {
      readonly kind: "code";
      readonly name: string;
      readonly parameters: readonly SyntaxParameter[];
      readonly body: SyntaxStatement;
      readonly scope: Scope;
    }
  /** A field of the instruction set, where no instruction is at hand that has it. */
  | { readonly kind: "otherField" }
  | {
      readonly kind: "register";
      readonly register: Register;
      readonly offset: number;
      readonly direct?: true;
    }
  | {
      readonly kind: "registerFile";
      readonly file: RegisterFile;
      readonly offset: number;
      readonly fields: readonly RegisterField[];
      readonly direct?: true;
    }
  | { readonly kind: "parm"; readonly name: string; readonly options: readonly string[] }
  | { readonly kind: "type"; readonly structure: Structure }
  | { readonly kind: "plainType"; readonly type: ValueType }
  /** A function with template parameters; `instantiate` makes one for given types and numbers. */
  | {
      readonly kind: "template";
      readonly name: string;
      readonly instantiate: (
        values: readonly SyntaxExpression[],
        scope: Scope,
      ) => HelperSignature | undefined;
      /** Makes the one that arguments of these types call for. */
      readonly deduce: (types: readonly ValueType[]) => HelperSignature | undefined;
    }
  | { readonly kind: "exception"; readonly name: string; readonly structure: Structure | undefined }
  /** `setFields`: those that all ways of a set share. */
  | {
      readonly kind: "lookup";
      readonly name: string;
      readonly structure: Structure;
      readonly setFields: ReadonlySet<string>;
    }
  | { readonly kind: "cache"; readonly name: string; readonly fields: ReadonlyMap<string, number> }
  | { readonly kind: "context"; readonly name: string; readonly size: number }
  /** A function in C++ that the simulators do not have: calls of it end the simulation. */
  | { readonly kind: "refused"; readonly name: string }
  | { readonly kind: "bus"; readonly name: string; readonly structure: Structure }
  /** A function of the language that has its own rules: `raiseException`, `Carry` … */
  | { readonly kind: "special"; readonly name: string }
  /** The words of the instruction that is being executed. */
  | { readonly kind: "words" }
  | { readonly kind: "constant"; readonly value: bigint }
  | { readonly kind: "helper"; readonly helper: HelperSignature }
  | { readonly kind: "builtin"; readonly name: BuiltinName }
  | { readonly kind: "cia" }
  | { readonly kind: "nia" }
  /** `name`: a local memory. */
  | { readonly kind: "memory"; readonly name?: string }
  /** `open`: of a class that is not read; methods that are not known take anything and say yes. */
  | {
      readonly kind: "object";
      readonly objectKind: ObjectKind;
      readonly name: string;
      readonly open?: true;
    }
  /** A method of the instruction itself: `exec()`. */
  | { readonly kind: "method"; readonly name: string }
  /** A state, an attribute or a class, as an argument. */
  | { readonly kind: "name"; readonly name: string };

/** Whether the options of a parameter are true and false, in this order. */
export function isTruth({ options }: Extract<Binding, { kind: "parm" }>): boolean {
  return options.length === 2 && options[0] === "true" && options[1] === "false";
}

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
