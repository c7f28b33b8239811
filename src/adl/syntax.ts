// The syntax tree of a description, as the parser makes it: names are not resolved and nothing is typed. Only the
// loader's phases see it; everything else reads the MachineModel.
import type { Span } from "./source.ts";

/** `from "document"` or `estimate 40 percent "reason"` behind a value. */
export interface Sourcing {
  readonly kind: "document" | "estimate";
  readonly text: string;
  readonly boundPercent: number;
  readonly span: Span;
}

export type SyntaxExpression = { readonly span: Span } & (
  | {
      readonly kind: "number";
      readonly text: string;
      /** Unit as written, e.g. `pJ`, `mW/MHz`. */
      readonly unit?: string;
      readonly sourcing?: Sourcing;
    }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string }
  /** `x.name`, `x.name<32>`. */
  | {
      readonly kind: "member";
      readonly object: SyntaxExpression;
      readonly name: string;
      readonly template?: readonly SyntaxExpression[];
    }
  | {
      readonly kind: "call";
      readonly callee: SyntaxExpression;
      readonly arguments: readonly SyntaxExpression[];
    }
  | { readonly kind: "subscript"; readonly object: SyntaxExpression; readonly index: SyntaxExpression }
  /** `bits<32>(x)`, `(unsigned) x`: construction of a value of a type. */
  | { readonly kind: "construct"; readonly type: SyntaxType; readonly arguments: readonly SyntaxExpression[] }
  /** `(a, b)`: a list, also `()`. One element in parentheses is that element. */
  | { readonly kind: "list"; readonly elements: readonly SyntaxExpression[] }
  | { readonly kind: "unary"; readonly operator: string; readonly value: SyntaxExpression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: SyntaxExpression;
      readonly right: SyntaxExpression;
    }
  | {
      readonly kind: "conditional";
      readonly test: SyntaxExpression;
      readonly then: SyntaxExpression;
      readonly otherwise: SyntaxExpression;
    }
  /** An assignment or increment used as a value: `a = b = c`, `if (++n > 2)`. `value` is absent for "++" and "--". */
  | {
      readonly kind: "assign";
      readonly target: SyntaxExpression;
      readonly operator: string;
      readonly value?: SyntaxExpression;
      /** `n++`: the value is the one before. */
      readonly postfix?: boolean;
    }
  /** Made where the text could not be parsed; already reported. */
  | { readonly kind: "broken" }
);

export interface SyntaxType {
  readonly name: string;
  /** `<…>` arguments. */
  readonly arguments: readonly SyntaxExpression[];
  readonly constant: boolean;
  readonly reference: boolean;
  readonly span: Span;
}

export interface SyntaxParameter {
  readonly type: SyntaxType;
  readonly name: string;
  readonly initial?: SyntaxExpression;
  readonly span: Span;
}

export type SyntaxStatement = { readonly span: Span } & (
  | { readonly kind: "block"; readonly body: readonly SyntaxStatement[] }
  | {
      readonly kind: "declare";
      readonly type: SyntaxType;
      readonly names: readonly {
        readonly name: string;
        /** Number of elements, for an array. */
        readonly size?: SyntaxExpression;
        readonly value?: SyntaxExpression;
        readonly span: Span;
      }[];
    }
  | {
      readonly kind: "assign";
      readonly target: SyntaxExpression;
      /** "=", "+=", …, "++", "--". */
      readonly operator: string;
      readonly value?: SyntaxExpression;
    }
  | { readonly kind: "expression"; readonly value: SyntaxExpression }
  | {
      readonly kind: "if";
      readonly test: SyntaxExpression;
      readonly then: SyntaxStatement;
      readonly otherwise?: SyntaxStatement;
    }
  | { readonly kind: "while"; readonly test: SyntaxExpression; readonly body: SyntaxStatement }
  | { readonly kind: "do"; readonly test: SyntaxExpression; readonly body: SyntaxStatement }
  | {
      readonly kind: "for";
      readonly initial: readonly SyntaxStatement[];
      readonly test?: SyntaxExpression;
      readonly step: readonly SyntaxStatement[];
      readonly body: SyntaxStatement;
    }
  | {
      readonly kind: "switch";
      readonly value: SyntaxExpression;
      readonly cases: readonly {
        readonly values: readonly SyntaxExpression[];
        readonly isDefault: boolean;
        readonly body: readonly SyntaxStatement[];
        readonly span: Span;
      }[];
    }
  | { readonly kind: "break" }
  | { readonly kind: "continue" }
  | { readonly kind: "return"; readonly value?: SyntaxExpression }
  | { readonly kind: "label"; readonly name: string; readonly body: SyntaxStatement }
  | {
      readonly kind: "try";
      readonly body: SyntaxStatement;
      readonly handlers: readonly { readonly parameter?: SyntaxParameter; readonly body: SyntaxStatement }[];
    }
  /** Names for numbers, known in the rest of the function. */
  | { readonly kind: "enum"; readonly name?: string; readonly members: readonly SyntaxEnumMember[] }
  | { readonly kind: "empty" }
);

export interface SyntaxEnumMember {
  readonly name: string;
  readonly value?: SyntaxExpression;
  readonly span: Span;
}

export interface SyntaxFunction {
  readonly name: string;
  readonly result: SyntaxType;
  readonly parameters: readonly SyntaxParameter[];
  readonly body: SyntaxStatement;
  /** `template <int n, typename T>`: parameters that each call fills in from the types of its arguments. */
  readonly template?: readonly { readonly type: SyntaxType; readonly name: string }[];
  readonly span: Span;
}

/** The right-hand side of a key. */
export type SyntaxValue =
  | {
      readonly kind: "expression";
      readonly value: SyntaxExpression;
      readonly sourcing?: Sourcing;
      readonly span: Span;
    }
  | {
      readonly kind: "code";
      readonly parameters: readonly SyntaxParameter[];
      readonly body: SyntaxStatement;
      readonly span: Span;
    };

export interface SyntaxName {
  readonly text: string;
  /** `*NAME`: the members of a group. */
  readonly group?: boolean;
  readonly span: Span;
}

export interface SyntaxDefine {
  readonly kind: "define";
  /** `define` replaces an earlier block of the same type and name, `defmod` is merged into it. */
  readonly modify: boolean;
  readonly type: string;
  readonly names: readonly SyntaxName[];
  readonly items: readonly SyntaxItem[];
  readonly span: Span;
}

/** What may stand in a define block, or at the top level. */
export type SyntaxItem =
  | SyntaxDefine
  | { readonly kind: "key"; readonly name: string; readonly value: SyntaxValue; readonly span: Span }
  | { readonly kind: "remove"; readonly names: readonly SyntaxName[]; readonly span: Span }
  | { readonly kind: "function"; readonly function: SyntaxFunction; readonly span: Span }
  | {
      readonly kind: "enum";
      readonly name?: string;
      readonly members: readonly SyntaxEnumMember[];
      readonly span: Span;
    }
  /** `int f(int x);`: a function that is defined later, or nowhere. */
  | {
      readonly kind: "prototype";
      readonly name: string;
      readonly result: SyntaxType;
      readonly parameters: readonly SyntaxParameter[];
      readonly span: Span;
    }
  /** `Foo f0, f1;` in a system: instances of a core. */
  | {
      readonly kind: "instances";
      readonly type: string;
      readonly names: readonly SyntaxName[];
      readonly span: Span;
    }
  /** `const int n = 64;` outside of code. */
  | { readonly kind: "variable"; readonly statement: SyntaxStatement; readonly span: Span }
  | { readonly kind: "documentation"; readonly text: string; readonly span: Span };
