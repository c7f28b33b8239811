// How a node ends: which of its plan edges it goes along.

import type { Instruction, Value } from "../../bitcode/index.ts";
import { emitComputedGoto } from "./computed-goto.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import type { OutgoingEdge } from "../plan.ts";
import { emitSwitch } from "./switch.ts";
import { sequence, type Expression } from "../wasm.ts";

/** Statements of a terminator; `edges` leave its node, `go` gives those of an edge, `giveBack` those of a return. */
export function emitTerminator(
  f: FunctionEmitter,
  inst: Instruction,
  edges: readonly OutgoingEdge[],
  go: (edge: number) => Expression[],
  giveBack: (value: Value | null) => Expression[],
): Expression[] {
  const { m } = f;
  const bySuccessor = (successor: number): number => {
    const found = edges.find(({ edge }) => edge.successors.includes(successor));
    if (found === undefined)
      throw new Untranslatable(`a plan has no edge for successor ${String(successor)}`, undefined, "BW0803");
    return found.i;
  };
  switch (inst.op) {
    case "br":
      return go(bySuccessor(0));
    case "condbr": {
      const yes = bySuccessor(0);
      const no = bySuccessor(1);
      if (yes === no) return go(yes);
      const condition = f.use(inst.condition);
      return [m.if(condition, sequence(m, go(yes))), ...go(no)];
    }
    case "switch":
      return emitSwitch(f, inst, edges, go);
    case "ret":
      return giveBack(inst.value);
    case "unreachable":
      return [f.p.trap()];
    case "indirectbr":
      return emitComputedGoto(f, inst, edges, go);
    default:
      throw new Untranslatable(`the terminator ${inst.op} is not supported`);
  }
}
