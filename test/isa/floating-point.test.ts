// What QEMU cannot tell about floating-point instructions: enabled exceptions, the bit FR, rounding before negation, and the
// estimates of a core. The architecture's rules, each with operands of its own.
import { describe, expect, it } from "vitest";
import { loadIsa } from "../../src/adl/index.ts";
import type { IsaModel } from "../../src/machine/model.ts";
import { isa, word } from "../iss/support/isa.ts";
import { createRandom, randomDouble } from "../iss/support/random.ts";
import { execute } from "./vector.ts";

const ONE = "3ff0000000000000";
const INFINITY = "7ff0000000000000";
const LARGEST = "7fefffffffffffff";
const LEAST = "10000000000000";

const two = (name: string): string => word(name, { FRT: 1, FRA: 2, FRB: 3 }).toString(16).padStart(8, "0");
const product = word("fmul", { FRT: 1, FRA: 2, FRC: 3 }).toString(16).padStart(8, "0");

function after(text: string, a: string, b: string, fpscr: number): Record<string, string> {
  const before = { "FPR(1)": "1234", "FPR(2)": a, "FPR(3)": b, FPSCR: fpscr.toString(16) };
  return execute(isa, { word: text, before });
}

describe("enabled exceptions", () => {
  // FPSCR: FX 80000000, FEX 40000000, VX 20000000, OX 10000000, UX 08000000, ZX 04000000, XX 02000000, VXISI 00800000.
  it("a division by zero leaves the target", () => {
    expect(after(two("fdiv"), ONE, "0", 0)).toEqual({ "FPR(1)": INFINITY, FPSCR: "84005000" });
    expect(after(two("fdiv"), ONE, "0", 0x10)).toEqual({ FPSCR: "c4000010" });
  });
  it("an invalid operation leaves the target and the class of the last result", () => {
    expect(after(two("fsub"), INFINITY, INFINITY, 0)).toEqual({
      "FPR(1)": "7ff8000000000000",
      FPSCR: "a0811000",
    });
    expect(after(two("fsub"), INFINITY, INFINITY, 0x00068080)).toEqual({ FPSCR: "e0808080" });
  });
  it("an overflow gives the exponent less 1536", () => {
    // Twice the largest number: exponent 1024 becomes −512.
    expect(after(product, LARGEST, "4000000000000000", 0x40)).toEqual({
      "FPR(1)": "1fffffffffffffff",
      FPSCR: "d0004040",
    });
    expect(after(product, LARGEST, "4000000000000000", 0)).toEqual({ "FPR(1)": INFINITY, FPSCR: "92065000" });
  });
  it("an underflow gives the exponent plus 1536, also when it is exact", () => {
    // Half the least normal number: exponent −1023 becomes 513.
    expect(after(product, LEAST, "3fe0000000000000", 0x20)).toEqual({
      "FPR(1)": "6000000000000000",
      FPSCR: "c8004020",
    });
    expect(after(product, LEAST, "3fe0000000000000", 0)).toEqual({
      "FPR(1)": "8000000000000",
      FPSCR: "14000",
    });
  });
});

describe("rounding", () => {
  const random = createRandom(12);
  const text = (): string =>
    randomDouble(random)
      .map((n) => (n >>> 0).toString(16).padStart(8, "0"))
      .join("");
  const run = (name: string, before: Record<string, string>, mode: number): { x: bigint; fpscr: number } => {
    const fields = { FRT: 1, FRA: 2, FRC: 3, ...(/madd|msub/.test(name) ? { FRB: 4 } : {}) };
    const changed = execute(isa, {
      word: word(name, fields).toString(16).padStart(8, "0"),
      before: { ...before, FPSCR: mode.toString(16) },
    });
    return {
      x: BigInt(`0x${changed["FPR(1)"] ?? "0"}`),
      fpscr: parseInt(changed["FPSCR"] ?? mode.toString(16), 16),
    };
  };
  const SIGN = 1n << 63n;

  it("FR tells that the magnitude is greater than the one rounded to zero", () => {
    for (let n = 0; n < 100; n++) {
      const before = { "FPR(2)": text(), "FPR(3)": text() };
      const [nearest, cut] = [run("fmul", before, 0), run("fmul", before, 1)];
      // Of an overflow FR is undefined.
      if (((nearest.fpscr | cut.fpscr) & 0x10000000) !== 0) continue;
      expect((nearest.fpscr >>> 18) & 1).toBe((nearest.x & ~SIGN) > (cut.x & ~SIGN) ? 1 : 0);
      expect((cut.fpscr >>> 18) & 1).toBe(0);
    }
  });
  it.each([
    ["fnmadd", "fmadd"],
    ["fnmsub", "fmsub"],
    ["fnmadds", "fmadds"],
    ["fnmsubs", "fmsubs"],
  ])("%s negates what %s has rounded", (negated, plain) => {
    for (let n = 0; n < 100; n++) {
      const before = { "FPR(2)": text(), "FPR(3)": text(), "FPR(4)": text() };
      const [a, b] = [run(negated, before, n & 3), run(plain, before, n & 3)];
      const isNan = (b.x & ~SIGN) > 0x7ff0_0000_0000_0000n;
      expect(a.x).toBe(isNan ? b.x : b.x ^ SIGN);
      expect(a.fpscr & 0xfffe0fff).toBe(b.fpscr & 0xfffe0fff);
    }
  });
});

describe("estimates", () => {
  const coarse: IsaModel = {
    ...isa,
    ...(isa.machine
      ? { machine: { ...isa.machine, parms: isa.machine.parms.map((p) => ({ ...p, initial: 1 })) } }
      : {}),
  };
  const estimate = (model: IsaModel, name: string, x: string): string | undefined =>
    execute(model, {
      word: word(name, { FRT: 1, FRB: 2 }).toString(16).padStart(8, "0"),
      before: { "FPR(2)": x },
    })["FPR(1)"];

  it("are as exact as the core's parameters say", () => {
    expect(
      loadIsa("adl/powerpc/user-level.adl").isa?.machine?.parms.map((p) => [p.name, ...p.options]),
    ).toEqual([
      ["ReciprocalEstimate", "Rounded", "Within256", "Within4096"],
      ["RootEstimate", "Rounded", "Within32", "Within4096"],
    ]);
    const three = "4008000000000000";
    expect(estimate(isa, "fres", three)).toBe("3fd5555560000000");
    expect(estimate(coarse, "fres", three)).toBe("3fd5500000000000");
    expect(estimate(isa, "frsqrte", three)).toBe("3fe279a74590331d");
    expect(estimate(coarse, "frsqrte", three)).toBe("3fe2800000000000");
    expect(estimate(coarse, "fres", "0")).toBe(INFINITY);
  });
});
