// The upper halves of registers that are wider than the instruction set in use shows: a core of 64 bits that runs a program
// of 32 bits still moves all 64, and they cost energy. The simulator knows the lower halves only; what the instructions
// do to the upper ones is told by lists in the description (`wide_sum` and so on).
import type { Instruction, IsaModel, PowerModel, WideKind } from "../machine/model.ts";
import type { Oracle } from "./oracle.ts";
import { readField } from "./static-code.ts";

/** What an instruction word does to the upper half of its result's register. */
export interface WideResult {
  readonly kind: WideKind | "zero";
  readonly file: string;
  readonly target: number;
  /** Registers of the same file that it reads, in the order of its operands; -1: no register there. */
  readonly first: number;
  readonly second: number;
  /** Sign of its immediate operand. */
  readonly immediate: number;
}

/** Undefined: no result in a register file. */
export function wideResult(
  power: PowerModel,
  isa: IsaModel,
  instruction: Instruction | undefined,
  word: number,
): WideResult | undefined {
  const use = instruction?.targets.find((one) => one.name in isa.registerFiles && one.field !== undefined);
  if (!instruction || use?.field === undefined) return undefined;
  const kind =
    (Object.keys(power.wide ?? {}) as WideKind[]).find((one) =>
      power.wide?.[one]?.includes(instruction.name),
    ) ?? "zero";
  const read = instruction.sources.flatMap((one) => {
    if (one.name !== use.name || one.field === undefined) return [];
    const index = readField(isa, word, one.field);
    return one.unlessZero === true && index === 0 ? [] : [index];
  });
  const signed = instruction.fields.find((name) => isa.fields[name]?.signed === true);
  const field = signed === undefined ? undefined : isa.fields[signed];
  const negative = field !== undefined && readField(isa, word, field.name) >>> (field.width - 1) === 1;
  return {
    kind,
    file: use.name,
    target: readField(isa, word, use.field),
    first: read[0] ?? -1,
    second: read[1] ?? -1,
    immediate: negative ? -1 : 0,
  };
}

export class WideRegisters {
  private readonly files = new Map<string, Int32Array>();
  private readonly isa: IsaModel;
  private readonly oracle: Oracle;
  // Lower halves of the operands, from before the instruction executes.
  private first = 0;
  private second = 0;

  constructor(isa: IsaModel, oracle: Oracle) {
    this.isa = isa;
    this.oracle = oracle;
  }

  reset(): void {
    this.files.clear();
  }

  upper(file: string, index: number): number {
    return this.files.get(file)?.[index] ?? 0;
  }

  /** Before the instruction executes. */
  before(result: WideResult): void {
    if (result.first >= 0) this.first = this.oracle.registerValue(result.file, result.first) >>> 0;
    if (result.second >= 0) this.second = this.oracle.registerValue(result.file, result.second) >>> 0;
  }

  /** After it: the upper half of its result. */
  after(result: WideResult): void {
    let halves = this.files.get(result.file);
    if (!halves) {
      halves = new Int32Array(this.isa.registerFiles[result.file]?.size ?? 32);
      this.files.set(result.file, halves);
    }
    const low = this.oracle.registerValue(result.file, result.target) >>> 0;
    const a = result.first < 0 ? 0 : halves[result.first]!;
    const b = result.second < 0 ? result.immediate : halves[result.second]!;
    halves[result.target] = this.half(result, low, a, b);
  }

  private half(result: WideResult, low: number, a: number, b: number): number {
    const { kind, first, second, immediate } = result;
    switch (kind) {
      case "zero":
        return 0;
      case "sign":
        return low >> 31;
      case "sum":
        // Without a register the immediate is the result; else the sum has wrapped when it is below an operand.
        if (first < 0) return low >> 31;
        return a + b + (low < this.first ? 1 : 0);
      case "difference": {
        // The second operand, or an immediate, or nothing, less the first.
        const from = second >= 0 ? this.second : (low + this.first) >>> 0;
        return (second >= 0 ? b : immediate) - a - (from < this.first ? 1 : 0);
      }
      case "product": {
        const other = second >= 0 ? BigInt(this.second | 0) : undefined;
        if (other === undefined) return low >> 31;
        return Number(BigInt.asIntN(32, (BigInt(this.first | 0) * other) >> 32n));
      }
      case "or":
        return second < 0 ? a : a | b;
      case "xor":
        return second < 0 ? a : a ^ b;
      case "and":
        return second < 0 ? 0 : a & b;
    }
  }
}
