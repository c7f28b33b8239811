// Questions about the shape of typed action code: what an expression is made of, tests of a field against zero, locals
// that a loop changes, functions that return early.
import type { Expression, Statement } from "../machine/action.ts";
import { constantValue } from "./fold.ts";

/** `RA == 0`, `RA != 0`, `RA`: the field that is tested, and whether it is zero when the test holds. */
export function zeroTest(e: Expression): { field: string; zeroWhen: boolean } | undefined {
  if (e.kind === "unary" && e.operator === "!") {
    const inner = zeroTest(e.value);
    return inner ? { field: inner.field, zeroWhen: !inner.zeroWhen } : undefined;
  }
  if (e.kind !== "binary" || (e.operator !== "==" && e.operator !== "!=")) return undefined;
  const left = stripped(e.left);
  const right = stripped(e.right);
  const field = left.kind === "field" ? left : right.kind === "field" ? right : undefined;
  const other = left.kind === "field" ? right : left;
  if (!field || constantValue(other) !== 0n) return undefined;
  return { field: field.field, zeroWhen: e.operator === "==" };
}

/** Without extensions and cuts of the upper bits. */
export function stripped(e: Expression): Expression {
  if (e.kind === "extend") return stripped(e.value);
  if (e.kind === "slice" && constantValue(e.last) === BigInt(e.value.type.width - 1))
    return stripped(e.value);
  return e;
}

/** The expressions that `e` is made of, in the order in which they are read. */
export function operandsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "element":
      return [e.index];
    case "slice":
    case "range":
      return [e.first, e.last, e.value];
    case "insert":
      return [e.value, e.first, e.last, e.bits];
    case "concat":
      return e.parts;
    case "extend":
    case "unary":
      return [e.value];
    case "binary":
      return [e.left, e.right];
    case "conditional":
      return [e.test, e.then, e.otherwise];
    case "memory":
      return [e.address];
    case "entry":
      return e.indices;
    case "builtin":
    case "call":
    case "method":
    case "service":
      return e.arguments;
    case "constant":
    case "local":
    case "field":
    case "register":
    case "parm":
    case "cia":
    case "nia":
    case "name":
      return [];
  }
}

export function containsConditional(e: Expression): boolean {
  switch (e.kind) {
    case "conditional":
      return true;
    case "binary":
      return containsConditional(e.left) || containsConditional(e.right);
    case "extend":
    case "slice":
    case "unary":
      return containsConditional(e.value);
    default:
      return false;
  }
}

/** Values given to each local anywhere in `body`. */
export function collectAssigned(body: readonly Statement[], into: Map<string, Expression[]>): void {
  for (const s of body) {
    if (s.kind === "assign") {
      const isPart = s.target.kind === "slice" || s.target.kind === "range";
      const target = isPart ? s.target.value : s.target;
      if (target.kind === "local") {
        const list = into.get(target.name) ?? [];
        list.push(isPart ? s.target : s.value);
        into.set(target.name, list);
      }
    } else if (s.kind === "if") {
      collectAssigned(s.then, into);
      collectAssigned(s.otherwise, into);
    } else if (s.kind === "while" || s.kind === "do" || s.kind === "repeat") collectAssigned(s.body, into);
    else if (s.kind === "try") collectAssigned([...s.body, ...s.handler], into);
    else if (s.kind === "for") collectAssigned([...s.initial, ...s.step, ...s.body], into);
    else if (s.kind === "switch") for (const c of s.cases) collectAssigned(c.body, into);
  }
}

/** Whether some path returns before the end, so that what follows is not certain to happen. */
export function returnsEarly(body: readonly Statement[]): boolean {
  const inside = (list: readonly Statement[]): boolean =>
    list.some(
      (s) =>
        s.kind === "return" ||
        (s.kind === "if" && (inside(s.then) || inside(s.otherwise))) ||
        ((s.kind === "while" || s.kind === "do" || s.kind === "for") && inside(s.body)) ||
        (s.kind === "switch" && s.cases.some((c) => inside(c.body))),
    );
  return inside(body.slice(0, -1)) || (body.at(-1)?.kind !== "return" && inside(body.slice(-1)));
}
