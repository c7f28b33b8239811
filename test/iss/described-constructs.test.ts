// Constructs of the language that few descriptions use: contexts, fields and aliases of every shape, delayed writes, skipped
// instructions, functions with arguments for types, next addresses that are not counted up, caches that hold what memory
// does not have yet.
import { describe, expect, it } from "vitest";
import { createModelSimulator } from "../../src/iss/index.ts";
import { assemble, describeToy, generalRegisters, run } from "./support/described.ts";

const CONTEXTS = `
  define (reg=WHICH) { }
  define (reg=WRITES) { }
  define (reg=AR) {
    log_name=Alpha;
    define (field=High) { bits=(0,15); }
    define (field=Byte) { indexed=8; }
    define (write) { action=func(bits<32> v) { WRITES = WRITES + 1; AR = v; }; }
  }
  define (regfile=BANK) { size=4; }
  define (regfile=ENDS) { define (read) { alias=BANK; regs=((0,0),(3,3)); } define (write) { alias=BANK; regs=((0,0),(3,3)); } }
  define (context=set) { regs=(AR); regfiles=(BANK,ENDS); num_contexts=3; active={ return WHICH.uint32(); }; }
  define (reg=FIRST) { alias=set(0).AR; }
  define (reg=THIRD) { define (read) { alias=set(2).AR; slice=((0,15),4); } define (write) { alias=set(2).AR; slice=((0,15),4); } }
  define (regfile=SPR) { size=8; define (entry=1) { reg=set(1).AR; } define (entry=2) { reg=set(2).BANK(3); } }
  define (instr=select) { fields=(OP(16),UI); action={ WHICH = UI; }; }
  define (instr=put) { fields=(OP(17),RA); action={ AR = GPR(RA); BANK(3) = GPR(RA) + 1; }; }
`;

describe("registers of several contexts", () => {
  it("change places when another one becomes active, and have names of their own", () => {
    const isa = describeToy(`${CONTEXTS}
      define (instr=look) { fields=(OP(18)); action={
        GPR(1) = set(0).AR; GPR(2) = set(1).AR; GPR(3) = set(1).BANK(3); GPR(4) = AR; GPR(5) = ENDS(1); GPR(6) = set(1).ENDS(1);
        GPR(7) = set.num_contexts();
      }; }
    `);
    const s = run(isa, [
      ["li", { RT: 9, SI: 0x10 }],
      ["put", { RA: 9 }],
      ["select", { UI: 1 }],
      ["li", { RT: 9, SI: 0x20 }],
      ["put", { RA: 9 }],
      ["select", { UI: 0 }],
      ["look"],
      ["stop"],
    ]);
    expect(generalRegisters(s, 7)).toEqual([0x10, 0x20, 0x21, 0x10, 0x11, 0x21, 3]);
    expect([
      s.register("WRITES"),
      s.stored("Alpha"),
      s.stored("AR", undefined, { name: "set", which: 1 }),
    ]).toEqual([2n, 0x10n, 0x20n]);
    expect(s.stored("AR", undefined, { name: "set", which: 1 })).toBe(0x20n);
    expect(s.stored("BANK", 3, { name: "set", which: 1 })).toBe(0x21n);
  });

  it("run their hooks for that context; fields, bits, aliases and entries of files reach them", () => {
    const isa = describeToy(`${CONTEXTS}
      define (instr=mix) { fields=(OP(18)); action={
        set(1).AR = 0x11112222; set(1).AR.High = 0x3333; set(1).AR.Byte(3) = 0x44; set(2).AR(0,15) = 0x5555;
        set(2).BANK(3) = 7; FIRST = 0x66; THIRD = 0xabc0;
        GPR(1) = SPR(1); GPR(2) = SPR(2); GPR(3) = THIRD; SPR(2) = 9; GPR(4) = set(2).BANK(3); GPR(5) = set(2).AR;
      }; }
    `);
    const s = run(isa, [["select", { UI: 1 }], ["mix"], ["stop"]]);
    expect(generalRegisters(s, 5)).toEqual([0x33332244, 7, 0xabc0, 9, 0x0abc_0000]);
    expect(s.stored("AR", undefined, { name: "set", which: 0 })).toBe(0x66n);
    // One for each write, of whichever context.
    expect(s.register("WRITES")).toBe(6n);
  });

  it("are set by images, each context's own, without hooks", () => {
    const isa = describeToy(CONTEXTS);
    const s = run(isa, [["stop"]], {
      registers: [
        { name: "Alpha", context: { name: "set", which: 0 }, value: 5n },
        { name: "AR", context: { name: "set", which: 2 }, value: 6n },
        { name: "BANK", index: 3, context: { name: "set", which: 2 }, value: 7n },
      ],
    });
    const at = (which: number): unknown => s.stored("AR", undefined, { name: "set", which });
    expect([
      at(0),
      at(1),
      at(2),
      s.stored("BANK3", undefined, { name: "set", which: 2 }),
      s.register("WRITES"),
    ]).toEqual([5n, 0n, 6n, 7n, 0n]);
  });
});

describe("fields of registers", () => {
  it("lie in several pieces, or side by side as many as fit", () => {
    const isa = describeToy(`
      define (reg=S) { define (field=Split) { bits=((0,3),(28,31)); } define (field=Rest) { bits=(4,27); } }
      define (regfile=V) { width=64; size=2; define (field=B) { indexed=8; } define (field=H) { indexed=16; } }
      define (instr=mix) { fields=(OP(16)); action={
        S.Split = 0xab; GPR(1) = S; S = 0x12345678; GPR(2) = S.Split;
        for (unsigned i = 0; i != 4; ++i) { V(1).H(i) = i + 1; }
        V(1).B(7) = 0xff; GPR(3) = V(1).H(3); GPR(4) = V(1).B(1);
        GPR(5) = getfield_S_Split(0xf000000eu); GPR(6) = setfield_S_Split(0,0x21);
      }; }
    `);
    const s = run(isa, [["mix"], ["stop"]]);
    expect(generalRegisters(s, 6)).toEqual([0xa000000b, 0x18, 0xff, 1, 0xfe, 0x20000001]);
  });

  it("that are read-only keep their value; those that are writable change by their name alone; hooks decide themselves", () => {
    const isa = describeToy(`
      define (reg=R1) { define (field=F) { bits=(0,15); } define (field=K) { bits=(16,31); readonly=true; } reset=0x5; }
      define (regfile=R2) { size=2; define (field=F) { bits=(0,15); } define (field=K) { bits=(16,31); readonly=true; writable=true; } }
      define (regfile=SPR) { size=4; define (entry=1) { reg=R2(1); } }
      define (reg=R3) {
        define (field=F) { bits=(0,15); } define (field=K) { bits=(16,31); readonly=true; }
        define (write) { action=func(bits<32> v) { ThisReg = v; ThisReg.K = 9; }; }
      }
      define (instr=mix) { fields=(OP(16)); action={
        R1 = 0x00010002; R1.K = 7; R1.F = 3;
        R2(1) = 0x00010002; GPR(1) = R2(1); R2(1).K = 7; GPR(2) = R2(1); SPR(1) = 0x00030004; GPR(3) = R2(1);
        R3.F = 8; R3.K = 1; GPR(4) = R3;
      }; }
    `);
    const s = run(isa, [["mix"], ["stop"]]);
    expect(s.register("R1")).toBe(0x0003_0000n | 5n);
    expect(generalRegisters(s, 4)).toEqual([0x10000, 0x10007, 0x30007, 0x80009]);
  });

  it("of files without holes have a word for indices that there are not", () => {
    const isa = describeToy(`
      define (regfile=FEW) { size=3; invalid_entry_read=func(unsigned index) { return 0x100 + index; }; invalid_entry_write=func(unsigned index,bits<32> v) { GPR(2) = index + v; }; }
      define (instr=get) { fields=(OP(16),UI); action={ FEW(UI) = 5; GPR(1) = FEW(UI); }; }
    `);
    expect(generalRegisters(run(isa, [["get", { UI: 2 }], ["stop"]]), 2)).toEqual([5, 0]);
    expect(generalRegisters(run(isa, [["get", { UI: 3 }], ["stop"]]), 2)).toEqual([0x103, 8]);
  });
});

describe("the course of execution", () => {
  it("has writes that come some instructions later, to the place that they named", () => {
    const isa = describeToy(`
      define (instr=later) { fields=(OP(16),RA); action={ delayed_write(GPR(GPR(RA)),2) = GPR(RA) + 1; delayed_write(Mem(0x80,4),0) = 7; GPR(RA) = 9; }; }
      define (instr=see) { fields=(OP(17),RT); action={ GPR(RT) = GPR(5); }; }
      define (instr=hop) { fields=(OP(18),UI); action={ delayed_write(NIA,1) = UI; }; }
    `);
    const s = run(isa, [
      ["li", { RT: 1, SI: 5 }],
      ["later", { RA: 1 }],
      ["see", { RT: 2 }],
      ["see", { RT: 3 }],
      ["see", { RT: 4 }],
      ["hop", { UI: 0x24 }],
      ["li", { RT: 6, SI: 1 }],
      ["li", { RT: 7, SI: 1 }],
      ["stop"],
      ["stop"],
    ]);
    expect(generalRegisters(s, 7)).toEqual([9, 0, 0, 6, 6, 1, 0]);
    expect([...s.readMemory(0x80, 4)]).toEqual([0, 0, 0, 7]);
  });

  it("skips instructions where a hook says so, and leaves the next address to those that want it", () => {
    const isa = describeToy(`
      define (reg=HOLD) { }
      pre_fetch=func() { if (CIA == 8) { NIA = 12; skip_instruction(); } };
      define (instr=stay) { width=32; fields=(OP(16)); enable_post_fetch=false; action={ GPR(3) = NIA; NIA = CIA + 4; }; }
      define (instr=maybe) { width=32; fields=(OP(17)); enable_post_fetch=func() { return HOLD == 0; }; action={ GPR(4) = NIA; HOLD = 1; NIA = 0x14; }; }
    `);
    const s = run(isa, [
      ["li", { RT: 1, SI: 1 }],
      ["stay"],
      ["li", { RT: 2, SI: 1 }],
      ["maybe"],
      ["stop"],
      ["stop"],
    ]);
    expect(generalRegisters(s, 4)).toEqual([1, 0, 4, 16]);
  });

  it("calls functions that take widths and types, given or found from what they are called with", () => {
    const isa = describeToy(`
      template <size_t N> bits<N> twice(const bits<N> &x) { return x + x; }
      template <size_t N,typename T> bits<N> mixed(bits<N> x,T y) { bits<(N-1)> low = x(1,N-1); return concat(bits<1>(1),low) ^ y; }
      template <int n> bits<32> shifted(bits<32> x) { return x << n; }
      define (instr=mix) { fields=(OP(16),UI); action={
        bits<8> byte = 0x81; GPR(1) = twice(byte); GPR(2) = twice(GPR(1)); GPR(3) = mixed(byte,3); GPR(4) = shifted<4>(UI);
      }; }
    `);
    expect(generalRegisters(run(isa, [["mix", { UI: 5 }], ["stop"]]), 4)).toEqual([2, 4, 0x82, 0x50]);
  });

  it("changes members of structures by the methods of values", () => {
    const isa = describeToy(`
      define (exception=Problem) { define (field=Why) { bits=32; } action=func(Problem_t p) { GPR(1) = p.Why; NIA = 4; }; }
      define (instr=fault) { fields=(OP(16)); action={ Problem_t p; p.Why.set(4,4,1); p.Why.mask(28,31); raiseException(p); }; }
    `);
    expect(generalRegisters(run(isa, [["fault"], ["stop"]]), 1)).toEqual([0x0800000f]);
  });

  it("can be undone, and ignored", () => {
    const isa = describeToy(`
      define (instr=record) { width=32; fields=(OP(16)); action={ enable_rollback(true); }; }
      define (instr=undo) { width=32; fields=(OP(17)); action={ var next = NIA; commit_rollback(); NIA = next; }; }
      define (instr=settle) { width=32; fields=(OP(18)); action={ flush_rollback(); }; }
      define (instr=quiet) { fields=(OP(19),RT,UI); action={
        set_ignore_mode(UI == 1); GPR(RT) = UI + 1; Mem(0x80,4) = UI + 1; set_ignore_mode(false); GPR(9) = ignore_enabled() ? 1 : 2;
      }; }
    `);
    const s = run(isa, [
      ["record"],
      ["quiet", { RT: 1, UI: 5 }],
      ["settle"],
      ["quiet", { RT: 1, UI: 7 }],
      ["li", { RT: 2, SI: 3 }],
      ["undo"],
      ["quiet", { RT: 3, UI: 1 }],
      ["quiet", { RT: 4, UI: 0 }],
      ["undo"],
      ["stop"],
    ]);
    expect([...generalRegisters(s, 4), ...s.readMemory(0x80, 4)]).toEqual([6, 0, 0, 0, 0, 0, 0, 6]);
  });

  it("counts cycles in fractions where the core says how many an instruction takes", () => {
    const isa = describeToy(
      `define (reg=BEFORE) { } define (reg=AFTER) { }
       pre_cycle={ BEFORE = BEFORE + 1; }; post_cycle={ AFTER = AFTER + 1; };`,
      "clock_cycle_ratio=1.5;",
    );
    const code = assemble(isa, [["li", {}], ["li", {}], ["li", {}], ["stop"]]);
    const s = createModelSimulator(isa, { memory: [{ address: 0, bytes: code }], registers: [] });
    const seen: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      s.step();
      seen.push([s.register("BEFORE"), s.register("AFTER")]);
    }
    expect(seen).toEqual([1n, 3n, 4n, 6n].map((n) => [n, n]));
  });
});

describe("caches that write back", () => {
  const isa = describeToy(`
    define (cache=L1) { type=data; level=1; size=64; linesize=16; set_assoc=2; }
    define (cache=L2) { type=unified; level=2; size=256; linesize=32; set_assoc=2; }
    define (instr=put) { fields=(OP(16),RT,RA); action={ Mem(GPR(RA),4) = GPR(RT); }; }
    define (instr=get) { fields=(OP(17),RT,RA); action={ GPR(RT) = Mem(GPR(RA),4); }; }
    define (instr=drop) { fields=(OP(18),RA); action={ L1.invalidate(GPR(RA)); }; }
    define (instr=clean) { fields=(OP(19),RA); action={ L1.store(GPR(RA)); }; }
    define (instr=cleanAll) { fields=(OP(20),RA); action={ L1.store(GPR(RA)); L2.store(GPR(RA)); }; }
  `);
  const before = [
    ["li", { RT: 1, SI: 0x77 }],
    ["li", { RT: 2, SI: 0x400 }],
    ["put", { RT: 1, RA: 2 }],
  ] as const;
  const after = (line: string): unknown => {
    const s = run(isa, [...before, [line, { RA: 2 }], ["get", { RT: 3, RA: 2 }], ["stop"]]);
    return [Number(s.register("GPR", 3)), s.readBehindCaches(0x400, 4)[3], s.readMemory(0x400, 4)[3]];
  };

  it("have what memory has not until a line is written back; an invalidated line is lost", () => {
    expect({ drop: after("drop"), clean: after("clean"), cleanAll: after("cleanAll") }).toEqual({
      drop: [0, 0, 0],
      clean: [0x77, 0, 0x77],
      cleanAll: [0x77, 0x77, 0x77],
    });
  });

  it("start with the lines of an image", () => {
    const s = run(
      isa,
      [
        ["li", { RT: 2, SI: 0x400 }],
        ["get", { RT: 3, RA: 2 }],
        ["drop", { RA: 2 }],
        ["get", { RT: 4, RA: 2 }],
        ["stop"],
      ],
      {
        memory: [{ address: 0x400, bytes: Uint8Array.of(0, 0, 0, 1) }],
        cacheLines: [
          { name: "L1", set: 0, way: 0, fields: { ra: 0x400n, valid: 1n, dirty: 1n }, words: [2, 3, 4, 5] },
        ],
      },
    );
    expect(generalRegisters(s, 4).slice(2)).toEqual([2, 1]);
  });
});
