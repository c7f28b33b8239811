// The registers as users of the simulator see them: views and named accessors over the register array. A description
// whose registers have other names has no such accessor, and reading it gives 0.
import type { MachineState } from "./iss-types.ts";
import type { StateLayout } from "./layout.ts";

export function createState(layout: StateLayout, narrow: Int32Array): MachineState {
  const general = layout.files.get("GPR");
  const index = (name: string): number => layout.registers.get(name)?.index ?? -1;
  const at = (name: string): { get(): number; set(v: number): void } => {
    const i = index(name);
    return {
      get: () => narrow[i] ?? 0,
      set: (v) => {
        if (i >= 0) narrow[i] = v;
      },
    };
  };
  const [cr, xer, lr, ctr] = [at("CR"), at("XER"), at("LR"), at("CTR")];
  return {
    gpr: general ? narrow.subarray(general.first, general.first + general.size) : new Int32Array(0),
    pc: 0,
    get cr() {
      return cr.get();
    },
    set cr(v) {
      cr.set(v);
    },
    get xer() {
      return xer.get();
    },
    set xer(v) {
      xer.set(v);
    },
    get lr() {
      return lr.get();
    },
    set lr(v) {
      lr.set(v);
    },
    get ctr() {
      return ctr.get();
    },
    set ctr(v) {
      ctr.set(v);
    },
  };
}
