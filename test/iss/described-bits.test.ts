// Bits of values whose positions are computed: the same whether the compiler knows them or not, and modulo the width.
import { describe, expect, it } from "vitest";
import { describeToy, generalRegisters, run } from "./support/described.ts";

const isa = describeToy(`
  int four() { return 4; }
  define (instr=known) { fields=(OP(16)); action={
    var m = four();
    unsigned past = 32 + m;
    GPR(2) = GPR(1)(m,11);
    GPR(3)(m,11) = GPR(1);
    GPR(4) = GPR(1)(past,past + 7);
    GPR(5)(0,31) = GPR(1);
    bits<8> low = 0xab;
    low(m,7) = 0x1c;
    GPR(6) = low;
  }; }
  define (instr=computed) { fields=(OP(17)); action={
    var m = GPR(10);
    unsigned past = 32 + m;
    GPR(2) = GPR(1)(m,m + 7);
    GPR(3)(m,11) = GPR(1);
    GPR(4) = GPR(1)(past,past + 7);
    GPR(5)(m - m,31) = GPR(1);
    bits<8> low = 0xab;
    low(m,m + 3) = 0xc;
    GPR(6) = low;
  }; }
`);

describe("bits at computed positions", () => {
  it.each(["known", "computed"])("%s", (name) => {
    const s = run(isa, [
      ["lis", { RT: 1, UI: 0x1234 }],
      ["ori", { RT: 1, RA: 1, UI: 0x5678 }],
      ["li", { RT: 3, SI: -1 }],
      ["li", { RT: 10, SI: 4 }],
      [name],
      ["stop"],
    ]);
    expect(generalRegisters(s, 6).slice(1)).toEqual([0x23, 0xf78f_ffff, 0x23, 0x1234_5678, 0xac]);
  });
});
