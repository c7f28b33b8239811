// Scaling formulas of the power model, such as "(v/vn)^2". mathjs parses them; only its arithmetic is reachable.
import { parse } from "mathjs";
import { fail } from "../base/diagnostic.ts";

/** Compiles a formula of named values. Fails: BW0711 when it cannot be read. */
export function compileFormula(text: string): (values: Readonly<Record<string, number>>) => number {
  let code: { evaluate(scope: object): unknown };
  try {
    code = parse(text).compile();
  } catch (error) {
    return fail("BW0711", `the scaling formula "${text}" cannot be read: ${(error as Error).message}`);
  }
  return (values) => {
    try {
      return Number(code.evaluate({ ...values }));
    } catch (error) {
      return fail("BW0711", `the scaling formula "${text}" cannot be computed: ${(error as Error).message}`);
    }
  };
}
