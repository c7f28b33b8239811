// Registers of described machines: hooks, aliases, sparse files, widths of any size, masks, resets.
import { describe, expect, it } from "vitest";
import { describeToy, generalRegisters, run } from "./support/described.ts";

describe("registers of a described machine", () => {
  it("go through their hooks, which see the stored bits themselves", () => {
    const isa = describeToy(`
      define (reg=COUNT) {
        define (read) { action={ return COUNT + 1; }; }
        define (write) { action=func(bits<32> v) { COUNT = v & 0xff; }; }
      }
      define (instr=put) { fields=(OP(16),RA); action={ COUNT = GPR(RA); }; }
      define (instr=get) { fields=(OP(17),RT); action={ GPR(RT) = COUNT; }; }
    `);
    const s = run(isa, [["li", { RT: 1, SI: 0x1234 }], ["put", { RA: 1 }], ["get", { RT: 2 }], ["stop"]]);
    expect(generalRegisters(s, 2)).toEqual([0x1234, 0x35]);
    expect(s.register("COUNT")).toBe(0x35n);
  });

  it("have fields, aliases of elements, of other registers and of their bits", () => {
    const isa = describeToy(`
      define (reg=STATUS) {
        define (field=Low) { bits=(24,31); }
        define (field=Mid) { bits=(16,23); }
        define (field=Top) { bits=0; }
      }
      define (reg=SP) { alias=GPR(5); }
      define (reg=STATE) { alias=STATUS; }
      define (reg=BYTE) { width=8; alias=STATUS; alias_slice=(16,23); }
      define (instr=mix) { fields=(OP(16)); action={
        STATUS.Low = 0xff; STATUS.Top = 1; SP = STATE; BYTE = 0x42; GPR(6) = STATUS.Low + BYTE;
      }; }
    `);
    const s = run(isa, [["mix"], ["stop"]]);
    expect(s.register("STATUS")).toBe(0x8000_42ffn);
    expect(generalRegisters(s, 6).slice(4)).toEqual([0x8000_00ff, 0x41]);
  });

  it("stand in sparse files, whose missing entries have hooks of their own", () => {
    const isa = describeToy(`
      define (reg=A) { } define (reg=B) { }
      define (regfile=SPR) {
        size=64; width=32;
        define (entry=3) { reg=A; }
        define (entry=7) { reg=B; define (write) { action=func(bits<32> v) { B = v + 1; }; } }
        define (entry=8) { reg=GPR(9); }
        invalid_entry_read=func(unsigned index) { return 0x100 + index; };
        invalid_entry_write=func(unsigned index, bits<32> v) { A = A + index; };
      }
      define (instr=mtspr) { fields=(OP(16),RA,UI); action={ SPR(UI) = GPR(RA); }; }
      define (instr=mfspr) { fields=(OP(17),RT,UI); action={ GPR(RT) = SPR(UI); }; }
    `);
    const s = run(isa, [
      ["li", { RT: 1, SI: 5 }],
      ["mtspr", { RA: 1, UI: 3 }],
      ["mtspr", { RA: 1, UI: 7 }],
      ["mtspr", { RA: 1, UI: 8 }],
      ["mtspr", { RA: 1, UI: 20 }],
      ["mfspr", { RT: 2, UI: 3 }],
      ["mfspr", { RT: 3, UI: 7 }],
      ["mfspr", { RT: 4, UI: 33 }],
      ["stop"],
    ]);
    expect(generalRegisters(s, 4)).toEqual([5, 25, 6, 0x100 + 33]);
    expect(s.register("GPR", 9)).toBe(5n);
  });

  it("keep the bits that exist, and start from their reset values", () => {
    const isa = describeToy(`
      define (reg=M) { width=32; reset=0xa5; define (field=X) { bits=(24,31); } }
      define (reg=N) { reset={ N = M * 2; }; }
      define (instr=get) { fields=(OP(16),RT); action={ GPR(RT) = N + M; M = 0x1234; }; }
    `);
    const s = run(isa, [["get", { RT: 1 }], ["stop"]]);
    expect(generalRegisters(s, 1)).toEqual([3 * 0xa5]);
    // Bits outside all fields do not exist.
    expect(s.register("M")).toBe(0x34n);
  });

  it("may be as wide as vectors", () => {
    const isa = describeToy(`
      define (regfile=VR) { size=4; width=128; }
      define (instr=vset) { fields=(OP(16),RT,RA); action={
        VR(RT) = concat(GPR(RA),GPR(RA),GPR(RA),GPR(RA)) + 1;
      }; }
      define (instr=vsum) { fields=(OP(17),RT,RA); action={
        bits<128> v = VR(RA) << 4;
        bits<128> w = ~v;
        GPR(RT) = v(0,31) ^ w(64,95);
      }; }
    `);
    const s = run(isa, [
      ["li", { RT: 1, SI: -1 }],
      ["vset", { RT: 2, RA: 1 }],
      ["lis", { RT: 1, UI: 0x1234 }],
      ["vset", { RT: 3, RA: 1 }],
      ["vsum", { RT: 2, RA: 3 }],
      ["stop"],
    ]);
    expect(s.register("VR", 2)).toBe(0n);
    expect(s.register("VR", 3)).toBe(0x12340000_12340000_12340000_12340001n);
    expect(generalRegisters(s, 2)[1]).toBe((0x23400001 ^ ~0x23400001) >>> 0);
  });
});
