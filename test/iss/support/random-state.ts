// The registers that a random program loads before the tested word and stores after it, and random values for them. r31 is
// the program's own and points to where they are in memory.
import { word } from "./isa.ts";
import type { StateKind } from "./processors.ts";
import { randomDouble, randomSingle, randomWord } from "./random.ts";
import type { Random } from "./random.ts";

/** r0 to r30, CR, XER, LR, CTR, and a word that is not used. */
const BASIC = 36;
const NAMES = [...Array.from({ length: 31 }, (_, i) => `r${i}`), "cr", "xer", "lr", "ctr", ""];
const SPR = [1, 8, 9];
const SPEFSCR = 512;
/** Bits of FPSCR that are loaded: not the enables, for which QEMU sends signals, nor those that follow others. */
const FPSCR_BITS = 0x9fff_f703;
const SPEFSCR_BITS = 0x003e_0f03;

export interface StateKindCode {
  readonly words: number;
  readonly names: readonly string[];
  random(random: Random, xer: number): number[];
  /** Code that loads all but r0 to r30, with r30 free, and what comes last, after `special`: r0 to r30. */
  load(): number[];
  loadGeneral(): number[];
  store(): number[];
}

const lwz = (rt: number, d: number, ra: number): number => word("lwz", { RT: rt, D: d, RA: ra });
const stw = (rs: number, d: number, ra: number): number => word("stw", { RS: rs, D: d, RA: ra });
const general = Array.from({ length: 31 }, (_, r) => r);
const floats = Array.from({ length: 32 }, (_, r) => r);

function basicRandom(random: Random, xer: number): number[] {
  const s = Array.from({ length: BASIC }, () => randomWord(random));
  s[32] = random() & xer;
  if (random() % 3 === 0) s[34] = random() % 3;
  s[35] = 0;
  return s;
}

const basic: StateKindCode = {
  words: BASIC,
  names: NAMES,
  random: basicRandom,
  load: () => [
    lwz(30, 4 * 31, 31),
    word("mtcrf", { FXM: 255, RS: 30 }),
    ...SPR.flatMap((spr, i) => [lwz(30, 4 * (32 + i), 31), word("mtspr", { RS: 30, SPRN: spr })]),
  ],
  loadGeneral: () => general.map((r) => lwz(r, 4 * r, 31)),
  store: () => [
    ...general.map((r) => stw(r, 4 * r, 31)),
    word("mfcr", { RT: 30 }),
    stw(30, 4 * 31, 31),
    ...SPR.flatMap((spr, i) => [word("mfspr", { RT: 30, SPRN: spr }), stw(30, 4 * (32 + i), 31)]),
  ],
};

/** With FX whenever there is an exception: without, QEMU sets it for one that was there before, too. */
export function fpscr(random: Random): number {
  const bits = (random() % 3 === 0 ? random() : random() & 3) & FPSCR_BITS;
  return (bits & 0x1ff8_0700) === 0 ? bits : bits | 0x8000_0000;
}

/** FPSCR as mffs gives it, then f0 to f31. */
const float: StateKindCode = {
  words: BASIC + 2 + 64,
  names: [...NAMES, "fpscr upper", "fpscr", ...floats.flatMap((f) => [`f${f} upper`, `f${f} lower`])],
  random: (random, xer) => [
    ...basicRandom(random, xer),
    0,
    fpscr(random),
    ...floats.flatMap(() => randomDouble(random)),
  ],
  load: () => [
    word("lfd", { FRT: 0, D: 4 * BASIC, RA: 31 }),
    word("mtfsf", { FLM: 255, FRB: 0 }),
    ...floats.map((f) => word("lfd", { FRT: f, D: 4 * BASIC + 8 + 8 * f, RA: 31 })),
    ...basic.load(),
  ],
  loadGeneral: basic.loadGeneral,
  store: () => [
    ...basic.store(),
    ...floats.map((f) => word("stfd", { FRS: f, D: 4 * BASIC + 8 + 8 * f, RA: 31 })),
    word("mffs", { FRT: 0 }),
    word("stfd", { FRS: 0, D: 4 * BASIC, RA: 31 }),
  ],
};

/** SPEFSCR, then the upper halves of r0 to r30. */
const spe: StateKindCode = {
  words: BASIC + 1 + 31,
  names: [...NAMES, "spefscr", ...general.map((r) => `r${r} upper`)],
  random: (random, xer) => {
    const s = [
      ...basicRandom(random, xer),
      random() & SPEFSCR_BITS & ~3,
      ...general.map(() => randomWord(random)),
    ];
    for (const r of general) {
      const kind = random() % 3;
      const [high, low] = kind === 0 ? randomDouble(random) : [randomSingle(random), randomSingle(random)];
      if (kind === 2) continue;
      s[r] = low;
      s[BASIC + 1 + r] = high;
    }
    return s;
  },
  load: () => [
    ...general.flatMap((r) => {
      const free = r === 30 ? 29 : 30;
      return [lwz(free, 4 * (BASIC + 1 + r), 31), word("evmergelo", { RT: r, RA: free, RB: r })];
    }),
    lwz(30, 4 * BASIC, 31),
    word("mtspr", { RS: 30, SPRN: SPEFSCR }),
    ...basic.load(),
  ],
  loadGeneral: basic.loadGeneral,
  store: () => [
    ...basic.store().slice(0, 31),
    ...general.flatMap((r) => [word("evmergehi", { RT: r, RA: r, RB: r }), stw(r, 4 * (BASIC + 1 + r), 31)]),
    ...basic.store().slice(31),
    word("mfspr", { RT: 30, SPRN: SPEFSCR }),
    stw(30, 4 * BASIC, 31),
  ],
};

export const STATE_KINDS: Readonly<Record<StateKind, StateKindCode>> = { integer: basic, float, spe };
