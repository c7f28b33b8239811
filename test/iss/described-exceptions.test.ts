// Exceptions, parameters, and what is called at certain moments, of described machines.
import { describe, expect, it } from "vitest";
import { createModelSimulator } from "../../src/iss/index.ts";
import { assemble, describeToy, generalRegisters, run } from "./support/described.ts";

const handled = `
  define (reg=SAVED) { }
  define (reg=MASK) { define (field=On) { bits=31; } }
  define (instr=back) { fields=(OP(20)); action={ NIA = SAVED; }; }
  define (instr=fault) { fields=(OP(21),UI); action={
    GPR(1) = GPR(1) + 1;
    Problem_t p;
    p.Why = UI;
    raiseException(p);
    GPR(1) = 99;
  }; }
`;

describe("exceptions of a described machine", () => {
  it("end the instruction, carry data to their handler and continue where it says", () => {
    const isa = describeToy(`
      define (exception=Problem) {
        priority=3;
        define (field=Why) { bits=8; }
        action=func(Problem_t p) { SAVED = NIA; GPR(2) = p.Why; NIA = 0x100; };
      }
      ${handled}
    `);
    const s = run(isa, [["fault", { UI: 0x17 }], ["li", { RT: 3, SI: 7 }], ["stop"]], {
      handlers: { 0x100: [["li", { RT: 4, SI: 8 }], ["back"]] },
    });
    expect(generalRegisters(s, 4)).toEqual([1, 0x17, 7, 8]);
  });

  it("are handled by priority", () => {
    const isa = describeToy(`
      define (exception=First) { priority=1; action={ GPR(2) = GPR(2) * 10 + 1; NIA = 0x100; }; }
      define (exception=Second) { priority=2; action={ GPR(2) = GPR(2) * 10 + 2; NIA = 0x200; }; }
      define (instr=both) { fields=(OP(16)); action={
        setException(Second); setException(First); GPR(1) = 5;
      }; }
    `);
    const s = run(isa, [["both"], ["stop"]], { handlers: { 0x100: [["stop"]], 0x200: [["stop"]] } });
    // The less important one first; the more important one has the last word.
    expect({ registers: generalRegisters(s, 2), at: s.pc() }).toEqual({ registers: [5, 21], at: 0x104 });
  });

  it("wait while they are not enabled, when they are levels", () => {
    const isa = describeToy(`
      define (exception=Level) { sensitivity=level; enable={ return MASK.On; }; action={ GPR(2) = 6; NIA = 0x100; }; }
      define (reg=MASK) { define (field=On) { bits=31; } }
      define (instr=allow) { fields=(OP(16)); action={ MASK.On = 1; }; }
    `);
    const code = assemble(isa, [["li", { RT: 1, SI: 1 }], ["allow"], ["li", { RT: 1, SI: 2 }], ["stop"]]);
    const handler = assemble(isa, [["stop"]]);
    const s = createModelSimulator(isa, {
      memory: [
        { address: 0, bytes: code },
        { address: 0x100, bytes: handler },
      ],
      registers: [],
    });
    s.interrupt("Level");
    for (let n = 0; n < 10 && !s.halted(); n++) s.step();
    expect([s.halted(), ...generalRegisters(s, 2)]).toEqual([true, 1, 6]);
  });

  it("can be caught by the action that causes them", () => {
    const isa = describeToy(`
      define (exception=Problem) { action={ NIA = 0x200; }; }
      define (instr=careful) { fields=(OP(16)); action={
        try { GPR(1) = 1; raiseException(Problem); GPR(1) = 2; } catch (Exception e) { GPR(2) = 3; }
        GPR(3) = 4;
      }; }
    `);
    const s = run(isa, [["careful"], ["stop"]]);
    expect(generalRegisters(s, 3)).toEqual([1, 3, 4]);
  });
});

describe("parameters of a described machine", () => {
  it("are options that actions ask for and set, or follow registers", () => {
    const isa = describeToy(`
      define (reg=CONTROL) { define (field=Big) { bits=31; } }
      define (parm=Size) { options=(Small,Large); value=Small; watch={ if (CONTROL.Big) { Size = Large; } else { Size = Small; } }; }
      define (parm=Speed) { options=(Slow,Fast); value=Fast; }
      define (instr=grow) { fields=(OP(16)); action={ CONTROL.Big = 1; }; }
      define (instr=ask) { fields=(OP(17),RT); action={
        GPR(RT) = (Size == Large ? 10 : 20) + (Speed == Fast ? 1 : 2);
      }; }
    `);
    const s = run(isa, [["ask", { RT: 1 }], ["grow"], ["ask", { RT: 2 }], ["stop"]]);
    expect(generalRegisters(s, 2)).toEqual([21, 11]);
  });
});

describe("moments of a described machine", () => {
  it("are called before fetches, after actions and in every cycle", () => {
    const isa = describeToy(`
      define (reg=FETCHES) { } define (reg=DONE) { } define (reg=CYCLES) { }
      pre_fetch = func(addr_t ea) { FETCHES = FETCHES + 1; };
      post_exec = { DONE = DONE + 2; };
      pre_cycle = { CYCLES = CYCLES + 1; };
    `);
    const s = run(isa, [["li", { RT: 1, SI: 1 }], ["li", { RT: 2, SI: 1 }], ["stop"]]);
    const counts = ["FETCHES", "DONE", "CYCLES"].map((name) => s.register(name));
    expect(counts).toEqual([3n, 6n, 3n]);
  });
});
