// Helper functions: their signatures, known before any body is typed so that they may call each other, and their bodies. A
// parameter that is a reference is given back beside the result, and the call assigns it to what was passed.
import type { HelperFunction, Statement } from "../machine/action.ts";
import type { Findings } from "./findings.ts";
import { constantOf } from "./keys.ts";
import { Scope } from "./scope.ts";
import type { HelperSignature } from "./scope.ts";
import type { Span } from "./source.ts";
import { ActionTyper, typeIn } from "./statements.ts";
import type { CodeAtLabel } from "./statements.ts";
import type { SyntaxFunction, SyntaxParameter } from "./syntax.ts";

/** The signature of a helper function; wrong types are reported and replaced by 32 bits. */
export function helperSignature(f: SyntaxFunction, scope: Scope, findings: Findings): HelperSignature {
  const { type: result } = typeIn(f.result, scope, findings);
  const parameters = readParameters(f.parameters, scope, findings);
  const references = parameters.filter((p) => p.reference);
  const width = references.reduce((sum, p) => sum + p.type.width, result?.width ?? 0);
  return {
    name: f.name,
    parameters,
    ...(result ? { result } : {}),
    ...(references.length > 0 ? { given: { width, signed: false } } : {}),
  };
}

/** Parameters with their types. One without a name gets one that no code can use. */
export function readParameters(
  list: readonly SyntaxParameter[],
  scope: Scope,
  findings: Findings,
): HelperSignature["parameters"] {
  const names = new Set<string>();
  // C's way to say that there are none.
  if (list.length === 1 && list[0]!.type.name === "void" && list[0]!.name === "") return [];
  return list.map(({ name, type, initial, span }, i) => {
    if (name !== "" && names.has(name)) findings.error("BW0234", span, `parameter ${name} occurs twice`);
    names.add(name);
    const known = typeIn(type, scope, findings);
    const value = initial ? constantOf(initial, findings.constants) : undefined;
    return {
      name: name === "" ? `_${i}` : name,
      type: known.type ?? { width: 32, signed: false },
      ...(known.structure ? { structure: known.structure } : {}),
      ...(value === undefined ? {} : { initial: value }),
      ...(type.reference && !type.constant ? { reference: true as const } : {}),
    };
  });
}

/** Types the body of a helper. */
export function typeHelper(
  f: Pick<SyntaxFunction, "body" | "span">,
  signature: HelperSignature,
  scope: Scope,
  findings: Findings,
  inserted?: CodeAtLabel,
): { helper: HelperFunction; calls: ReadonlySet<string> } {
  const typer = new ActionTyper(new Scope(scope), findings, undefined, inserted);
  for (const p of signature.parameters) {
    typer.parameter(p.name, p.type, p.structure);
    if (p.reference) typer.reference(p.name, p.type);
  }
  const body = typer.body(f.body, signature.result);
  if (signature.result && !alwaysReturns(body)) {
    findings.error("BW0230", f.span, `${signature.name} does not return a value on every path`);
  }
  const parameters = signature.parameters.map(({ name, type }) => ({ name, type }));
  const result = signature.given ?? signature.result;
  return {
    helper: { name: signature.name, parameters, ...(result ? { result } : {}), body },
    calls: typer.calledHelpers,
  };
}

function alwaysReturns(body: readonly Statement[]): boolean {
  return body.some(
    (s) =>
      s.kind === "return" ||
      (s.kind === "expression" &&
        s.value.kind === "service" &&
        (s.value.service === "raise" || s.value.service === "fatal")) ||
      (s.kind === "try" && alwaysReturns(s.body) && alwaysReturns(s.handler)) ||
      (s.kind === "if" && alwaysReturns(s.then) && alwaysReturns(s.otherwise)) ||
      (s.kind === "switch" &&
        s.cases.some((c) => c.values.length === 0) &&
        s.cases.every((c) => alwaysReturns(c.body))),
  );
}

/** Helpers that call themselves, directly or through others: their analysis would not end. */
export function reportRecursion(
  calls: ReadonlyMap<string, ReadonlySet<string>>,
  spans: ReadonlyMap<string, Span>,
  findings: Findings,
): void {
  for (const name of calls.keys()) {
    const seen = new Set<string>();
    const queue = [...(calls.get(name) ?? [])];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (next === name) {
        findings.error(
          "BW0239",
          spans.get(name),
          `function ${name} calls itself`,
          "functions of a description are not recursive",
        );
        break;
      }
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(...(calls.get(next) ?? []));
    }
  }
}
