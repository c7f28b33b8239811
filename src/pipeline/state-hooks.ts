// Hooks of the microarchitecture that look at architectural state: whether a predictor or a store buffer is enabled, what
// a memory access is marked as. They become functions of a reader of registers, and see the state as the functional
// model has it now.
import { fail } from "../base/diagnostic.ts";
import { cacheAccess } from "../machine/cache-access.ts";
import type { Expression, HelperFunction } from "../machine/action.ts";
import type { MachineModel } from "../machine/model.ts";
import { compileExpression, compileStatements, endless, identifier, reachedHelpers } from "./expression.ts";
import type { ExpressionContext } from "./expression.ts";
import type { MemoryAccess } from "./memory/request.ts";

/** Value of a register, or of an element of a register file, unsigned. */
export type RegisterReader = (name: string, index: number) => number;

export type StateHook = (args: readonly number[], access?: MemoryAccess) => number;

/** Fails: BW0702 when the hook's code uses what it cannot reach. */
export function compileStateHook(model: MachineModel, hook: HelperFunction, read: RegisterReader): StateHook {
  const reached = reachedHelpers(
    hook.body,
    (name) => model.pipeline.helpers[name] ?? model.isa.helpers[name],
  );
  const context: ExpressionContext = {
    helperPrefix: "h_",
    leaf: (expression, compile) => leaf(hook, expression, compile),
  };
  const functionText = (one: HelperFunction, name: string): string => {
    const parameters = one.parameters.map((parameter) => `l_${identifier(parameter.name)}`).join(", ");
    return `function ${name}(${parameters}) { ${compileStatements(one.body, context)} return 0; }`;
  };
  const helpers = reached.map((helper) => functionText(helper, `h_${identifier(helper.name)}`));
  const text = `"use strict"; let access;
${helpers.join("\n")}
${functionText(hook, "hook")}
return (args, given) => { access = given; return Number(hook(...args)); };`;
  const create = new Function("read", "endless", text) as (
    read: RegisterReader,
    endless: () => never,
  ) => StateHook;
  return create(read, endless);
}

/** Text of what a hook's code reaches outside itself. */
function leaf(hook: HelperFunction, expression: Expression, compile: (inner: Expression) => string): string {
  switch (expression.kind) {
    case "register":
      return `read(${JSON.stringify(expression.register)}, 0)`;
    case "element":
      return `read(${JSON.stringify(expression.registerFile)}, ${compile(expression.index)})`;
    case "name":
      if (expression.name === "true" || expression.name === "false") return expression.name;
      break;
    case "method":
      if (expression.object === "$access")
        return accessMethod(expression.method, expression.arguments, compile);
      break;
    default:
      break;
  }
  return fail("BW0702", `${hook.name} uses a ${expression.kind}, which a hook of the pipeline cannot reach`);
}

function accessMethod(
  name: string,
  args: readonly Expression[],
  compile: (inner: Expression) => string,
): string {
  const first = args[0] ? compile(args[0]) : "0";
  switch (name) {
    case "ea":
      return "access.effective";
    case "ra":
      return "access.real";
    case "size":
      return "access.bytes";
    case "is_write":
      return `(access.kind === ${cacheAccess.CacheWrite})`;
    case "set_serialized":
      return `(access.serialized |= ${first})`;
    case "set_serialized_level":
      return `(access.serialized |= 1 << (${first}))`;
    case "clr_serialized":
      return `(access.serialized &= ~(${first}))`;
    default:
      return fail("BW0702", `a memory access has no method ${name}`);
  }
}

/** A reader of one register or field, as `reg_compares` names it. */
export function registerOrField(model: MachineModel, name: string, read: RegisterReader): () => number {
  const [register = "", fieldName] = name.split(".");
  const declared = model.isa.registers[register];
  const field = declared?.fields.find((one) => one.name === fieldName);
  if (!declared || !field) return () => read(register, 0);
  const whole: Expression = {
    kind: "register",
    register,
    type: { width: declared.width, signed: false },
  };
  const constant = (value: number): Expression => ({
    kind: "constant",
    value: BigInt(value),
    type: { width: 32, signed: false },
  });
  const width = field.last - field.first + 1;
  const text = compileExpression(
    {
      kind: "slice",
      value: whole,
      first: constant(field.first),
      last: constant(field.last),
      type: { width, signed: false },
    },
    { helperPrefix: "h_", leaf: () => `read(${JSON.stringify(register)}, 0)` },
  );
  return new Function("read", `"use strict"; return () => ${text};`)(read) as () => number;
}
