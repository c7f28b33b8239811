// Scaling formulas of the power model, such as "(v/vn)^2". mathjs parses them; only its arithmetic is reachable.
// mathjs is loaded on first use, in its single-file build, because loading it takes longer than pricing.
import { createRequire } from "node:module";
import { fail } from "../base/diagnostic.ts";

interface Math {
  parse(text: string): { compile(): { evaluate(scope: object): unknown } };
}
let loaded: Math | undefined;
function math(): Math {
  loaded ??= createRequire(import.meta.url)("mathjs/lib/browser/math.js") as Math;
  return loaded;
}

/** Compiles a formula of named values. Fails: BW0711 when it cannot be read. */
export function compileFormula(text: string): (values: Readonly<Record<string, number>>) => number {
  let code: { evaluate(scope: object): unknown };
  try {
    code = math().parse(text).compile();
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
