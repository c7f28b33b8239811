// Memory of described machines: translation, caches, further memories, buses, instructions of two widths.
import { describe, expect, it } from "vitest";
import { describeToy, generalRegisters, run } from "./support/described.ts";

const translated = `
  define (reg=MODE) { define (field=On) { bits=31; } define (field=Space) { bits=30; } }
  define (reg=WHERE) { }
  define (exception=Missing) { action={ GPR(10) = WHERE; NIA = 0x400; }; }
  define (exception=Denied) { action={ GPR(11) = 1; NIA = 0x300; }; }
  define (mmu) {
    data_enable={ return MODE.On; };
    instr_enable={ return 0; };
    data_miss=func(addr_t ea) { WHERE = ea; raiseException(Missing); };
    define (lookup=Pages) {
      priority=0;
      test=Compare(Valid,1);
      test=Compare(Space,MODE.Space);
      test=AddrComp(Number);
      size=Bits; sizescale=2; sizeoffset=5; pageshift=10;
      realpage=Real;
      define (array) { entries=8; set_assoc=2; }
      define (wayfield=Number) { bits=22; }
      define (wayfield=Real) { bits=22; }
      define (wayfield=Bits) { bits=4; }
      define (wayfield=Valid) { bits=1; }
      define (wayfield=Space) { bits=1; }
      define (wayfield=Writable) { bits=1; }
      store_perm=func(Pages_t page) { if (!page.Writable) { raiseException(Denied); } };
    }
  }
  define (instr=on) { fields=(OP(16)); action={ MODE.On = 1; }; }
  define (instr=space) { fields=(OP(17),UI); action={ MODE.Space = UI; }; }
  define (instr=where) { fields=(OP(18),RT,RA); action={ GPR(RT) = dataReadTranslate(GPR(RA)); }; }
  define (instr=entry) { fields=(OP(19)); action={
    Pages_t p;
    p.Number = 3; p.Real = 5; p.Bits = 0; p.Valid = 1; p.Space = 0; p.Writable = 0;
    Pages(3,0) = p;
    GPR(12) = Pages(3,0).Real;
  }; }
`;

describe("translation of a described machine", () => {
  it("finds pages by their tests, and raises what the misses and permissions say", () => {
    const isa = describeToy(translated);
    const s = run(
      isa,
      [
        ["entry"],
        ["on"],
        ["li", { RT: 1, SI: 0xc10 }],
        ["lw", { RT: 2, RA: 1, SI: 4 }],
        ["sw", { RT: 2, RA: 1, SI: 4 }],
      ],
      {
        handlers: {
          0x400: [["stop"]],
          0x300: [
            ["space", { UI: 1 }],
            ["li", { RT: 3, SI: 0x7ff }],
            ["lw", { RT: 3, RA: 1, SI: 8 }],
          ],
        },
        memory: [{ address: 0x1414, bytes: Uint8Array.of(1, 2, 3, 4) }],
        registers: [{ name: "GPR", index: 9, value: 0n }],
      },
    );
    const [, loaded, inHandler] = generalRegisters(s, 3);
    expect([loaded, inHandler]).toEqual([0x01020304, 0x7ff]);
    // The second miss's address, the denied store, the entry read back.
    expect(generalRegisters(s, 12).slice(9)).toEqual([0xc18, 1, 5]);
  });
});

describe("memory of a described machine", () => {
  it("may be several, named in accesses", () => {
    const isa = describeToy(
      `
      define (instr=put) { fields=(OP(16),RT,RA); action={ Scratch(GPR(RA),4) = GPR(RT); }; }
      define (instr=get) { fields=(OP(17),RT,RA); action={ GPR(RT) = Scratch(GPR(RA),2); }; }
      define (mem=Scratch) { size=0x1000; }
    `,
    );
    const s = run(isa, [
      ["lis", { RT: 1, UI: 0x1234 }],
      ["li", { RT: 2, SI: 0x40 }],
      ["put", { RT: 1, RA: 2 }],
      ["get", { RT: 3, RA: 2 }],
      ["lw", { RT: 4, RA: 2, SI: 0 }],
      ["stop"],
    ]);
    expect(generalRegisters(s, 4).slice(2)).toEqual([0x1234, 0]);
  });

  it("is seen through buses by whoever listens", () => {
    const isa = describeToy(`
      define (reg=HELD) { }
      define (eventbus=Stores) {
        define (field=Where) { bits=32; }
        action=func(Stores_t s) { HELD = s.Where; };
      }
      define (instr=tell) { fields=(OP(16),RA); action={ Stores_t s; s.Where = GPR(RA); Stores.send(s,true); }; }
    `);
    const s = run(isa, [["li", { RT: 1, SI: 0x77 }], ["tell", { RA: 1 }], ["stop"]]);
    expect(s.register("HELD")).toBe(0x77n);
  });

  it("has caches whose lines instructions touch, lock and ask about", () => {
    const isa = describeToy(`
      define (cache=L1) { type=data; size=256; linesize=16; set_assoc=2; }
      define (instr=probe) { fields=(OP(16),RT); action={
        GPR(RT) = (L1.is_valid(0,0) ? 1 : 0) + (L1.is_locked(0,0) ? 2 : 0);
      }; }
      define (instr=touch) { fields=(OP(17),RA); action={ L1.touch(GPR(RA)); }; }
      define (instr=lock) { fields=(OP(18),RA); action={ L1.lock(GPR(RA)); }; }
      define (instr=drop) { fields=(OP(19),RA); action={ L1.invalidate(GPR(RA)); }; }
    `);
    const s = run(isa, [
      ["li", { RT: 9, SI: 0x400 }],
      ["probe", { RT: 1 }],
      ["touch", { RA: 9 }],
      ["probe", { RT: 2 }],
      ["lock", { RA: 9 }],
      ["probe", { RT: 3 }],
      ["drop", { RA: 9 }],
      ["probe", { RT: 4 }],
      ["stop"],
    ]);
    // A lock outlives the line.
    expect(generalRegisters(s, 4)).toEqual([0, 1, 3, 2]);
  });
});

describe("instructions of a described machine", () => {
  it("may have 16 or 32 bits", () => {
    const isa = describeToy(`
      define (instr=inc) { width=16; fields=(OP(40),RT); action={ GPR(RT) = GPR(RT) + 1; }; }
      define (instr=here) { width=32; fields=(OP(16),RT); action={ GPR(RT) = CIA; }; }
    `);
    const s = run(isa, [
      ["inc", { RT: 1 }],
      ["here", { RT: 2 }],
      ["inc", { RT: 1 }],
      ["here", { RT: 3 }],
      ["stop"],
    ]);
    expect(generalRegisters(s, 3)).toEqual([2, 2, 8]);
    expect(s.instructions()).toBe(5);
  });
});
