// Encodings that descriptions can have beyond words of 32 bits counted from the left: other widths, bits counted from
// the right, fields without places of their own, parts of instructions that are written once, packets, prefixes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDecoder, encodeWords, extractField, fieldOf } from "../../src/isa/index.ts";
import type { IsaModel } from "../../src/machine/model.ts";
import { bytesOf, describeMachine, execute, named, registers } from "./support/encoded.ts";

const WIDTHS = `
  define (instrfield=A) { pseudo=true; width=4; ref=R; }
  define (instrfield=B) { pseudo=true; width=4; ref=R; }
  define (instrfield=SHORT) { pseudo=true; width=8; is_signed=true; }
  define (instrfield=LONG) { pseudo=true; width=32; }
  define (instrfield=HUGE) { pseudo=true; width=40; }
  define (instr=stop) { fields=((bits(15,0),0xffff)); action={ halt(); }; }
  define (instr=load8) { fields=((bits(23,20),1),(bits(19,16),A),(bits(15,8),SHORT),(bits(7,0),reserved)); action={ R(A) = SHORT; }; }
  define (instr=load32) { fields=((bits(39,36),2),(bits(35,32),A),(bits(31,0),LONG)); action={ R(A) = LONG; }; }
  define (instr=top) { fields=((bits(47,44),3),(bits(43,40),A),(bits(39,0),HUGE)); action={ R(A) = HUGE(39,8); }; }
  define (instr=split) { width=64; fields=((bits(63,60),4),(bits(59,44),LONG(31,16)),(bits(31,28),A),(bits(27,12),LONG(15,0))); action={ R(A) = LONG; }; }
  define (instr=copy) { width=16; fields=((bits(15,12),5),(bits(7,4),A),(bits(3,0),B)); action={ R(A) = R(B)(15,0); }; }
`;

/** Program whose registers are the same whichever way the machine counts and stores. */
function runWidths(isa: IsaModel): number[] {
  const s = execute(isa, [
    ["load8", { A: 1, SHORT: -2 }],
    ["load32", { A: 2, LONG: 0x89abcdef }],
    ["top", { A: 3, "HUGE[0]": 0x123456, "HUGE[1]": 0x7890 }],
    ["split", { A: 4, LONG: 0xdeadbeef }],
    ["copy", { A: 5, B: 4 }],
    ["stop"],
  ]);
  expect(s.halted()).toBe(true);
  return registers(s, 1, 5);
}

describe("widths from 16 to 64 bits, bits counted from the right", () => {
  const expected = [0xfffffffe, 0x89abcdef, 0x12345678, 0xdeadbeef, 0xbeef];

  it("stored with the highest byte first", () => {
    const isa = describeMachine(`bit_endianness=little;${WIDTHS}`);
    expect(runWidths(isa)).toEqual(expected);
    expect(bytesOf(isa, ["load32", { A: 2, LONG: 0x89abcdef }])).toEqual([0x22, 0x89, 0xab, 0xcd, 0xef]);
    expect(isa.instructions.map((i) => [i.name, i.width ?? 32])).toEqual([
      ["stop", 16],
      ["load8", 24],
      ["load32", 40],
      ["top", 48],
      ["split", 64],
      ["copy", 16],
    ]);
  });

  it("stored with the lowest byte first", () => {
    // Every first word has to tell the instruction: the operation code stands at the right.
    const isa = describeMachine(`bit_endianness=little; instr_endianness=little; data_endianness=little;
      define (instrfield=A) { pseudo=true; width=4; ref=R; }
      define (instrfield=LONG) { pseudo=true; width=32; }
      define (instr=stop) { width=16; fields=((bits(15,0),0xf)); action={ halt(); }; }
      define (instr=load) { width=64; fields=((bits(63,32),LONG),(bits(7,4),A),(bits(3,0),1)); action={ R(A) = LONG; Mem(0x100,4) = LONG; }; }
      define (instr=half) { width=16; fields=((bits(7,4),A),(bits(3,0),2)); action={ R(A) = Mem(0x100,2); }; }`);
    expect(bytesOf(isa, ["load", { A: 3, LONG: 0x01020304 }])).toEqual([0x31, 0, 0, 0, 4, 3, 2, 1]);
    const s = execute(isa, [["load", { A: 3, LONG: 0x01020304 }], ["half", { A: 4 }], ["stop"]]);
    expect(registers(s, 3, 2)).toEqual([0x01020304, 0x0304]);
    expect([...s.readMemory(0x100, 4)]).toEqual([4, 3, 2, 1]);
  });

  it("decodes what it encodes, and gives back the fields", () => {
    const isa = describeMachine(`bit_endianness=little;${WIDTHS}`);
    const decoder = createDecoder(isa);
    fc.assert(
      fc.property(
        fc.nat(isa.instructions.length - 1),
        fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        (at, raw) => {
          const instruction = isa.instructions[at]!;
          const values = Object.fromEntries(
            instruction.fields.map((f, i) => [f, (raw[i % 4] ?? 0) % 2 ** fieldOf(isa, f).width]),
          );
          const [word = 0, ...more] = encodeWords(isa, instruction, values);
          expect(isa.instructions[decoder.decode(word, (n) => more[n] ?? 0)]?.name).toBe(instruction.name);
          for (const [f, v] of Object.entries(values))
            expect(extractField(fieldOf(isa, f), word, more)).toBe(v);
        },
      ),
    );
  });
});

describe("fields", () => {
  const isa = describeMachine(`
    define (instrfield=OP) { bits=(0,7); }
    define (instrfield=RT) { bits=(8,11); ref=R; }
    define (instrfield=NOT) { bits=(12,15); is_inverted=true; }
    define (instrfield=PAIR) { width=4; size=10; pseudo=true;
      define (instrfield=Row) { bits=(2,3); table=((1,2),(3,4),reserved,(7,9)); }
      fields=(0,Row(0),1,Row(1));
      define (instrfield=High) { size=4; fields=(0,4); }
    }
    define (instrfield=ONE) { width=2; pseudo=true; table=(10,20,30,40); }
    define (instr=inverted) { fields=(OP(1),RT,NOT); action={ R(RT) = NOT; }; }
    define (instr=pair) { fields=(OP(2),RT,PAIR); action={ R(RT) = PAIR; R(RT + 1) = PAIR.High; }; }
    define (instr=row) { fields=(OP(3),RT,ONE,(bits(14,15),0)); action={ R(RT) = ONE(0) + 1; }; }
    define (instr=stop) { fields=(OP(255),(bits(8,15),0)); action={ halt(); }; }`);

  it("have values from parts, tables and complements", () => {
    const s = execute(isa, [
      ["inverted", { RT: 1, NOT: 0b0011 }],
      ["pair", { RT: 2, PAIR: 0b1011 }],
      ["row", { RT: 4, ONE: 2 }],
      ["stop"],
    ]);
    // PAIR: bit 0, a table element of four bits, bit 1, another element.
    expect(registers(s, 1, 4)).toEqual([0b1100, 0b1_0111_0_1001, 0b1_0111, 31]);
  });
});

describe("sub-instructions", () => {
  const isa = describeMachine(`
    define (instrfield=OP) { pseudo=true; width=4; }
    define (instrfield=F) { pseudo=true; width=4; }
    define (instrfield=X) { pseudo=true; width=8; }
    define (instrfield=Y) { pseudo=true; width=16; }
    define (subinstr=near) { fields=(F(0),X); syntax=("%f",X); action=func(bits<32> &v) { v = X; }; }
    define (subinstr=far) { fields=(F(1),Y); syntax=("%f!",Y); action=func(bits<32> &v) { v = Y + 1; }; }
    define (subinstr=twice) { fields=(F(2),X); syntax=("2*%f",X); action=func(bits<32> &v) { v = X; v = v + v; }; }
    define (instr=sum) { fields=(OP(1),To,From); syntax=("sum %f,%f",To,From);
      define (subinstrs=To) { subs=(near,far); }
      define (subinstrs=From) { subs=(near,far); }
      action={ bits<32> a; bits<32> b; To(a); From(b); R(1) = R(1) + a + b; };
    }
    define (instr=one) { fields=(OP(2),From); names=("short",reserved,"double");
      define (subinstrs=From) { subs=(near,far,twice); }
      action={ bits<32> a; From(a); R(2) = R(2) + a; };
    }
    define (instr=stop) { fields=(OP(15),F(15)); action={ halt(); }; }`);

  it("make one instruction for each choice", () => {
    expect(isa.instructions.map((i) => [i.name, i.width ?? 32, i.syntax.template])).toEqual([
      ["sum_near_near", 32, "sum %f,%f"],
      // By the names of the groups: From, then To.
      ["sum_near_far", 40, "sum %f!,%f"],
      ["sum_far_near", 40, "sum %f,%f!"],
      ["sum_far_far", 48, "sum %f!,%f!"],
      ["short", 16, "%i %f"],
      ["double", 16, "%i %f"],
      ["stop", 8, "%i"],
    ]);
  });

  it("execute the code of the chosen ones", () => {
    const near = named(isa, "sum_near_near").fields;
    expect(near.length).toBe(2);
    const s = execute(isa, [
      ["sum_near_near", { [near[0] ?? ""]: 1, [near[1] ?? ""]: 2 }],
      ["short", { X: 5 }],
      ["double", { X: 4 }],
      ["stop"],
    ]);
    expect(registers(s, 1, 2)).toEqual([3, 13]);
  });
});

describe("other encodings of an instruction", () => {
  const isa = describeMachine(`
    define (instrfield=OP) { bits=(0,3); }
    define (instrfield=D) { bits=(4,7); ref=R; }
    define (instrfield=I) { bits=(8,15); is_signed=true; }
    define (instrfield=S) { bits=(4,7); }
    define (instrfield=Any) { width=variable; pseudo=true; }
    define (instrfield=To) { width=4; pseudo=true; ref=R; }
    define (instrfield=From) { width=4; pseudo=true; ref=R; }
    define (instr=set) { fields=(OP(1),D,I); action={ R(D) = I; }; }
    define (instr=clear) { fields=(OP(2),D); alias=set(D(D),I(0)); }
    define (instr=minus) { fields=(OP(3),S); alias=set(D(2),I(0-S)); }
    define (instr=move) { fields=(Any,To,From); action={ R(To) = R(From) + 1; };
      define (instr=movelow) { fields=((bits(0,3),4),(bits(4,7),From)); alias=move(Any(Any),To(0),From(From)); }
    }
    define (instr=stop) { fields=(OP(15),S(0)); action={ halt(); }; }`);

  it("have the action of the one that they stand for, with fields that they compute", () => {
    const s = execute(isa, [
      ["set", { D: 1, I: -5 }],
      ["minus", { S: 9 }],
      ["movelow", { From: 1 }],
      ["clear", { D: 1 }],
      ["stop"],
    ]);
    expect(registers(s, 0, 3)).toEqual([0xfffffffc, 0, 0xfffffff7]);
  });
});

describe("encodings that the loader makes up", () => {
  it("number the instructions by name, the operation code on the left", () => {
    const isa = describeMachine(`
      define (instrfield=A) { width=4; pseudo=true; ref=R; }
      define (instr=zero) { width=variable; fields=((bits(0,3),A)); action={ R(A) = 7; }; }
      define (instr=halted) { fields=((bits(0,7),1)); action={ halt(); }; }`);
    expect(isa.instructions.map((i) => [i.name, i.width, i.match >>> 30])).toEqual([
      ["zero", 8, 0b10],
      ["halted", 8, 0b01],
    ]);
    expect(registers(execute(isa, [["zero", { A: 3 }], ["halted"]]), 3, 1)).toEqual([7]);
  });
});

const OPERATIONS = `
  attrs=(adds,moves);
  define (instrfield=Left) { pseudo=true; width=12; type=instr; ref=adds; }
  define (instrfield=Right) { pseudo=true; width=8; type=instr; ref=moves; }
  define (instrfield=A) { pseudo=true; width=4; ref=R; }
  define (instrfield=B) { pseudo=true; width=4; ref=R; }
  define (instrfield=K) { pseudo=true; width=4; }
  define (instr=add) { width=12; attrs=adds; fields=((bits(0,3),A),(bits(4,7),B),(bits(8,11),K)); action={ R(A) = R(B) + K; }; }
  define (instr=swap) { width=8; attrs=moves; fields=((bits(0,3),A),(bits(4,7),B)); action={ R(A) = R(B); R(B) = R(A); }; }
  define (instr=both) { width=24; fields=((bits(0,3),1),(bits(4,15),Left),(bits(16,23),Right)); action={ run(Left,Right); }; }
  define (instr=implied) { width=24; fields=((bits(0,3),2),(bits(4,15),Left),(bits(16,23),Right)); }
  define (instr=stop) { width=24; fields=((bits(0,3),15),(bits(4,23),0)); action={ halt(); }; }
`;

describe("instructions in fields of instructions", () => {
  const program = [
    ["both", { Left: 0x105, Right: 0x21 }],
    ["implied", { Left: 0x315, Right: 0x43 }],
    ["stop"],
  ] as const;

  it("are executed one after the other", () => {
    const isa = describeMachine(OPERATIONS, "instrtables=(other,adds,moves);");
    expect(registers(execute(isa, program), 1, 4)).toEqual([5, 5, 10, 10]);
  });

  it("write at the end of a packet where there are packets", () => {
    const isa = describeMachine(`parallel_execution=1;${OPERATIONS}`, "instrtables=(other,adds,moves);");
    // The second one of each packet has registers as they were before the packet.
    expect(registers(execute(isa, program), 1, 4)).toEqual([0, 0, 0, 0]);
  });
});

describe("packets with a prefix", () => {
  const isa = describeMachine(
    `
    bit_endianness=little; parallel_execution=4; attrs=(prefix);
    define (instrfield=Size) { width=3; prefix=true; pseudo=true; value=1; }
    define (instrfield=High) { indexed=1; prefix=true; pseudo=true; value=0; }
    define (instrfield=Word) { width=16; pseudo=true; }
    define (instrfield=T) { width=4; pseudo=true; ref=R; }
    define (instrfield=S) { width=4; pseudo=true; ref=R; }
    define (prefixcounter=Left) { reset=1; }
    define (instr=lead) { prefix=true; width=16; fields=((bits(15,12),0xf),(bits(11,8),0),(bits(7),0),(bits(6,4),Size),(bits(3,0),High)); next_table={ Left = Size; }; }
    define (instr=Normal) { pseudo=true; fields=((bits(15,0),Word),(bits(16),High)); }
    define (instr=inc) { type=Normal; fields=((bits(15,12),1),(bits(16),T(3)),(bits(10,8),T(2,0)),(bits(11),0),(bits(7,4),S),(bits(3,0),0)); action={ R(T) = R(S) + 1; }; }
    define (instr=stop) { type=Normal; fields=((bits(15,12),2),(bits(11,0),0),(bits(16),0)); action={ halt(); }; }
    define (group=normal) { type=instr; items="*" - (lead,Normal); }
    defmod (instr=*normal) { prefix_counter_decr=Left; next_table={ if (Left == 0) { setPacketPosition(0); } }; }
    post_packet=func() { setCurrentInstrTable(prefix); };
    decode_retry=func(addr_t,unsigned) {
      if (getCurrentInstrTable() == prefix) { setCurrentInstrTable(other); return true; }
      return false;
    };`,
    "instrtables=(prefix,other);",
  );

  it("take bits from it, and see registers as they were before", () => {
    const s = execute(isa, [
      // Two instructions; the one at position 2 has its register's highest bit set.
      ["lead", { Size: 2, High: 0b0100 }],
      ["inc", { T: 1, S: 0 }],
      ["inc", { T: 2, S: 1 }],
      // A packet of one, without a prefix.
      ["inc", { T: 3, S: 1 }],
      ["stop"],
    ]);
    expect(s.halted()).toBe(true);
    expect([1, 2, 3, 10].map((n) => Number(s.register("R", n)))).toEqual([1, 0, 2, 1]);
    expect(named(isa, "inc").supplied).toEqual({ hook: ".supplied.Normal.", bits: 1, side: "right" });
  });
});
