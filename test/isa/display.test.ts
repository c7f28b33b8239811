// How fields are shown in assembly text: as each field's `display` says.
import { expect, it } from "vitest";
import { createDisassembler } from "../../src/isa/index.ts";
import { describeToy } from "../iss/support/described.ts";

it("fields are shown as their display says, in decimal otherwise", () => {
  const isa = describeToy(`
  define (regfile=V) { size=32; width=32; prefix=v; }
  define (instrfield=NAMED) { bits=(8,12); ref=V; type=regfile; display=name; }
  define (instrfield=SIGNED) { bits=(13,18); is_signed=true; display=signed_dec; }
  define (instrfield=HEX) { bits=(19,26); display=hex; }
  define (instrfield=PLAIN) { bits=(27,31); }
  define (instr=show) { fields=(OP(63),NAMED,SIGNED,HEX,PLAIN);
    syntax=("%i %f,%f,%f,%f",NAMED,SIGNED,HEX,PLAIN); action={}; }
`);
  const { disassemble } = createDisassembler(isa);
  const word = (signed: number): number => ((63 << 26) | (5 << 19) | (signed << 13) | (0x1f << 5) | 9) >>> 0;
  expect(disassemble(word(62), 0)).toBe("show v5, -2, 0x1f, 9");
  expect(disassemble(word(2), 0)).toBe("show v5, +2, 0x1f, 9");
});
