// Variable arguments as 32-bit PowerPC Linux passes them. The caller lays out, in memory of its own, the eight words that
// r3 to r10 would hold, on cores with a floating-point unit the eight numbers of f1 to f8, and after them the stack area; the callee gets the address of this block as one more parameter.
// `va_start` fills the ABI's va_list {u8 gpr, u8 fpr, u16, ptr overflow area, ptr register area}, which the compiler's own
// expansion of va_arg then reads.

import type { CallInstruction, FunctionType, Type, VaArgInstruction, Value } from "../../bitcode/index.ts";
import { scalarWidth } from "../constants.ts";
import { Untranslatable } from "../fault.ts";
import type { FunctionEmitter } from "../function-emitter.ts";
import { addressOf, storeBytes, wholeAddress } from "../memory/memory.ts";
import { leavesOf } from "../program.ts";
import { binaryen, type Expression } from "../wasm.ts";

const REGISTERS = 8;

/** Where the stack area begins in the block: behind the general registers, and the floating-point registers if there are any. */
function overflowStart(f: FunctionEmitter): number {
  return 4 * REGISTERS + (f.p.floatingPoint === "fpu" ? 8 * REGISTERS : 0);
}

/** Walks arguments through registers and stack as the ABI assigns them. */
class Assignment {
  /** Registers used so far, 0 to 8. */
  registers = 0;
  /** Floating-point registers used so far, 0 to 8. */
  numbers = 0;
  /** Bytes of the overflow area used so far. */
  overflow = 0;
  readonly #start: number;
  readonly #hasNumbers: boolean;

  constructor(f: FunctionEmitter) {
    this.#start = overflowStart(f);
    this.#hasNumbers = f.p.floatingPoint === "fpu";
  }

  /** Offset in the block of an argument. */
  next(type: Type): number {
    const words = wordsOf(type);
    if (this.#hasNumbers && (type.kind === "double" || type.kind === "float")) {
      if (this.numbers < REGISTERS) {
        this.numbers += 1;
        return 4 * REGISTERS + 8 * (this.numbers - 1);
      }
      return this.#onStack(words);
    }
    if (words === 2) this.registers += this.registers & 1;
    if (this.registers + words <= REGISTERS) {
      const offset = 4 * this.registers;
      this.registers += words;
      return offset;
    }
    this.registers = REGISTERS;
    return this.#onStack(words);
  }

  #onStack(words: number): number {
    if (words === 2) this.overflow = (this.overflow + 7) & ~7;
    const offset = this.#start + this.overflow;
    this.overflow += 4 * words;
    return offset;
  }
}

function wordsOf(type: Type): number {
  const leaves = leavesOf(type);
  const only = leaves[0];
  if (only === undefined || leaves.length !== 1)
    throw new Untranslatable("a structure as a variable argument is not supported");
  return scalarWidth(only) > 32 ? 2 : 1;
}

/** Lays out the variable arguments of a call: statements, and the address of the block. */
export function layOutArguments(
  f: FunctionEmitter,
  call: CallInstruction,
  type: FunctionType,
  valueOf: (arg: Value, index: number) => Expression,
): { statements: Expression[]; address: Expression } {
  const assignment = new Assignment(f);
  const placed: { value: Expression; words: number; offset: number }[] = [];
  call.args.forEach((arg, i) => {
    const words = wordsOf(arg.type);
    const offset = assignment.next(arg.type);
    if (i >= type.params.length) placed.push({ value: valueOf(arg, i), words, offset });
  });
  const place = f.aside.reserve(overflowStart(f) + assignment.overflow, 8);
  return {
    statements: placed.map(({ value, words, offset }) =>
      storeBytes(f, { base: f.aside.at(place), offset, multiple: 8 }, 4 * words, 4, value),
    ),
    address: f.aside.at(place),
  };
}

/** `llvm.va_start(list)`. */
export function emitVaStart(f: FunctionEmitter, list: Value): Expression[] {
  const { m } = f;
  if (f.variadicLocal < 0) throw new Untranslatable("va_start outside a variadic function");
  const assignment = new Assignment(f);
  for (const param of f.fn.valueType.params) assignment.next(param);
  const at = f.newLocal(binaryen.i32);
  const field = (offset: number): { base: Expression; offset: number; multiple: number } => ({
    base: f.get(at),
    offset,
    multiple: 4,
  });
  return [
    m.local.set(at, wholeAddress(f, addressOf(f, list))),
    // gpr, fpr and the unused halfword as one word, high byte first.
    storeBytes(f, field(0), 4, 4, m.i32.const((assignment.registers << 24) | (assignment.numbers << 16))),
    storeBytes(
      f,
      field(4),
      4,
      4,
      m.i32.add(f.get(f.variadicLocal), m.i32.const(overflowStart(f) + assignment.overflow)),
    ),
    storeBytes(f, field(8), 4, 4, f.get(f.variadicLocal)),
  ];
}

/** `llvm.va_copy(to, from)`: three words. */
export function emitVaCopy(f: FunctionEmitter, to: Value, from: Value): Expression[] {
  const { m } = f;
  const target = f.newLocal(binaryen.i32);
  const source = f.newLocal(binaryen.i32);
  const out = [
    m.local.set(target, wholeAddress(f, addressOf(f, to))),
    m.local.set(source, wholeAddress(f, addressOf(f, from))),
  ];
  for (const offset of [0, 4, 8])
    out.push(m.i32.store(offset, 4, f.get(target), m.i32.load(offset, 4, f.get(source))));
  return out;
}

export function emitVaArg(_f: FunctionEmitter, _inst: VaArgInstruction): Expression {
  throw new Untranslatable(
    "the va_arg instruction is not supported",
    "clang expands va_arg for this target itself",
  );
}
