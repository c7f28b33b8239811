// Where QEMU 7.2 does not do what the architecture says, or the architecture leaves a result undefined: what the comparison
// passes over, as narrow as can be, with the reason. docs/isa-comparison.md has the books' words.
import type { Instruction } from "../../../src/machine/model.ts";

export interface KnownDifference {
  /** Instructions that it is about. */
  readonly names: RegExp;
  readonly register: RegExp;
  /** Bits that may differ. */
  readonly bits: number;
  /** Only when the values are such; otherwise always. */
  readonly when?: (ours: number, theirs: number) => boolean;
  readonly reason: string;
}

const fprf = (fpscr: number): number => (fpscr >>> 12) & 31;

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    names: /^f/,
    register: /^fpscr$/,
    bits: 0x0004_0000,
    reason:
      "FR: QEMU never sets or clears it; the architecture sets it when rounding increments the fraction",
  },
  {
    names: /^f(add|sub|mul|div|n?madd|n?msub|sqrt|res)s?\.?$|^frsp/,
    register: /^fpscr$/,
    bits: 0x0001_0000,
    when: (fpscr) => fprf(fpscr) === 0x14 || fprf(fpscr) === 0x18,
    reason:
      "FPRF of a single-precision denormalized result: QEMU classifies the double that holds it, a normal number",
  },
  {
    names: /^fres\.?$/,
    register: /^f\d+ upper$/,
    bits: -1,
    when: (ours, theirs) => ours >>> 0 === 0xfff0_0000 && theirs >>> 0 === 0xbfe0_0000,
    reason: "the reciprocal of -0 is minus infinity; QEMU says that it divides by zero, and gives -0.5",
  },
  {
    names: /^fres\.?$/,
    register: /^fpscr$/,
    bits: 0x0000_1000,
    when: (ours) => fprf(ours) === 0x09,
    reason: "FPRF of that infinity",
  },
  {
    names: /^fcmp[uo]$/,
    register: /^fpscr$/,
    bits: 0x0002_0000,
    reason: "FI: QEMU's comparisons clear it; the architecture does not name it among what they alter",
  },
  {
    names: /^fcmpo$/,
    register: /^fpscr$/,
    bits: 0x0001_0000,
    reason: "C: QEMU sets it with VXVC; the architecture alters FPCC only",
  },
  {
    names: /^mtfsb1/,
    register: /^fpscr$/,
    bits: 0x8000_0000 | 0,
    reason:
      "FX: QEMU's mtfsb1 of an exception bit leaves it; the architecture names it among what is altered",
  },
  {
    names: /^mtfsb1\.$/,
    register: /^cr$/,
    bits: 0x0800_0000,
    reason: "the copy of FX, as above",
  },
  {
    names: /^(ef|ev|brinc)/,
    register: /^spefscr$/,
    bits: 0x0f3e_0f00,
    reason: "SPEFSCR: QEMU's operations do not report there",
  },
  {
    names: /^(ef[sd]|evfs)ct/,
    register: /^r/,
    bits: -1,
    when: (ours, theirs) => ours === 0 && (theirs === 0x7fff_ffff || theirs === 0xffff_ffff),
    reason: "a signalling NaN converts to the largest integer in QEMU, to 0 in the manual, as every NaN",
  },
  ...[
    {
      names: /^evldhx?$/,
      reason: "the second word of the four halfwords goes to the upper half in QEMU",
    },
    {
      names: /^evlwhsplatx?$/,
      reason: "the lower half gets bits of the upper one in QEMU",
    },
    {
      names: /^(evslw|evsrwu|evsrws)$/,
      reason: "QEMU uses a value that a branch in its generated code has lost",
    },
    {
      names: /^evrndw$/,
      reason: "QEMU keeps the lower 16 bits, which are to be cleared, and clears the upper ones",
    },
    {
      names: /^(ef[sd]|evfs)c[ft]sf$/,
      reason: "a signed fraction has 31 bits behind the point in the manual, 32 in QEMU",
    },
    {
      names: /^evfsctsi$/,
      reason: "QEMU extends the lower element's sign over the upper element",
    },
  ].map((one) => ({ ...one, register: /^r/, bits: -1 })),
  {
    names: /^evfs(cmp|tst)/,
    register: /^cr$/,
    bits: -1,
    reason: "QEMU puts bits of the condition outside the field",
  },
];

/** Bits of a register in which an instruction's results may differ. */
export function allowedDifference(name: string, register: string, ours: number, theirs: number): number {
  let bits = 0;
  for (const known of KNOWN_DIFFERENCES)
    if (known.register.test(register) && known.names.test(name) && (known.when?.(ours, theirs) ?? true))
      bits |= known.bits;
  return bits;
}

/** Instructions that cannot be compared, and why. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  sc: "what a system call does is the operating system's business",
  mftb: "reads the clock",
  bca: "branches to the lowest or highest 32 KiB, where no program's code is",
  bcla: "branches to the lowest or highest 32 KiB, where no program's code is",
};

export const isCompared = (instruction: Instruction): boolean => !(instruction.name in NOT_COMPARED);
