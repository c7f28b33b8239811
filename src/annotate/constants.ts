// IR constants as bit patterns. Symbols have their addresses from the linked executable, so every scalar constant is a
// plain number here: nothing is left to link.

import type { Constant, ConstantExpression, IntegerType, Module, Value } from "../bitcode/index.ts";
import type { ElfFile } from "../elf/index.ts";
import { allocSize, labelAddresses, structOffset, type LabelAddresses } from "../ir/index.ts";
import { Untranslatable } from "./fault.ts";

/** Widest integer that is translated. */
const MOST_BITS = 4096;

/** The symbol of what the thread pointer holds, and how far that is above the thread-local variables. */
const THREAD_POINTER = "__bw_thread_pointer";
const THREAD_BIAS = 0x7000;

/** Addresses of symbols. Private names carry the assembler's local prefix in the ELF, if they are there at all. */
export class AddressMap {
  readonly #symbols = new Map<string, number>();
  readonly #unlinked = new Set<string>();
  readonly #weak: ReadonlySet<string>;
  readonly #labels: LabelAddresses;

  constructor(module: Module, elf: ElfFile) {
    const pointer = elf.symbols.find((symbol) => symbol.name === THREAD_POINTER)?.address ?? THREAD_BIAS;
    for (const symbol of elf.symbols) {
      if (symbol.section < 0 || symbol.kind === "section" || symbol.kind === "file") continue;
      const base = symbol.kind === "thread" ? pointer - THREAD_BIAS : 0;
      if (!this.#symbols.has(symbol.name) || symbol.binding !== "local")
        this.#symbols.set(symbol.name, base + symbol.address);
    }
    for (const symbol of elf.symbols) {
      if (
        symbol.section === -1 &&
        symbol.name !== "" &&
        symbol.address !== 0 &&
        !this.#symbols.has(symbol.name)
      )
        this.#symbols.set(symbol.name, symbol.address);
    }
    const weak = new Set<string>();
    for (const value of [...module.globals, ...module.functions])
      if (value.linkage === "extern_weak") weak.add(value.name);
    this.#weak = weak;
    this.#labels = labelAddresses(module, elf);
  }

  /** Address of an IR block whose address is a value somewhere; undefined: it is not. */
  label(fn: string, block: number): number | undefined {
    return this.#labels.get(fn)?.get(block);
  }

  /** All addresses of labels, in no order. */
  labels(): number[] {
    return [...new Set([...this.#labels.values()].flatMap((blocks) => [...blocks.values()]))];
  }

  /**
   * Private globals have no symbol, but the aliases that the global merger leaves into them may: the address of such a
   * global follows from any alias with a known address at a known offset.
   */
  learn(module: Module): void {
    for (const alias of module.aliases) {
      const address = this.find(alias.name);
      if (address === undefined) continue;
      let at: Constant = alias.aliasee;
      let offset = 0;
      while (at.kind === "expression" && at.op === "getelementptr") {
        offset += constantOffset(at, this);
        at = at.base;
      }
      if (at.kind === "global" && this.find(at.name) === undefined)
        this.#symbols.set(at.name, address - offset);
    }
  }

  /** Gives a symbol that the executable does not have an address. */
  place(name: string, address: number): void {
    this.#unlinked.add(plainName(name));
    this.#symbols.set(plainName(name), address);
  }

  /** Has the executable got the symbol? */
  isLinked(name: string): boolean {
    return this.find(name) !== undefined && !this.#unlinked.has(plainName(name));
  }

  /** The address, or undefined when the executable does not have the symbol. */
  find(name: string): number | undefined {
    const plain = plainName(name);
    return this.#symbols.get(plain) ?? this.#symbols.get(`.L${plain}`);
  }

  /** The address. Fails: BW0802 when the executable does not have the symbol. */
  of(name: string): number {
    const address = this.find(name);
    if (address !== undefined) return address;
    if (this.#weak.has(name)) return 0;
    throw new Untranslatable(
      `the executable has no symbol ${name}`,
      "the module and the executable must come from the same build, with symbols kept",
      "BW0802",
    );
  }
}

/** A name without the mark that it is to be taken as it stands. */
function plainName(name: string): string {
  return name.startsWith("\u0001") ? name.slice(1) : name;
}

export function isConstant(value: Value): value is Constant {
  switch (value.kind) {
    case "argument":
    case "instruction":
    case "asm":
    case "metadata":
    case "block":
      return false;
    default:
      return true;
  }
}

/** Is it an integer that takes several locals? */
export function isWideInteger(type: Value["type"]): type is IntegerType {
  return type.kind === "integer" && type.width > 64;
}

/** Locals of 64 bits that a wide integer takes. */
export function limbCount(type: IntegerType): number {
  if (type.width > MOST_BITS)
    throw new Untranslatable(`integers of more than ${String(MOST_BITS)} bits are not supported`);
  return Math.ceil(type.width / 64);
}

/** Bits of a scalar type: integers up to 64, pointers, float and double as their patterns. */
export function scalarWidth(type: Value["type"]): number {
  switch (type.kind) {
    case "integer":
      if (type.width > 64)
        throw new Untranslatable(
          `integers of ${String(type.width)} bits are not supported here`,
          "avoid bit-precise integers of more than 64 bits here",
        );
      return type.width;
    case "pointer":
    case "float":
      return 32;
    case "double":
      return 64;
    case "vector":
      throw new Untranslatable("a vector is not supported here", "compile without vector types");
    default:
      throw new Untranslatable(`a value of type ${type.kind} is not supported`);
  }
}

/** A scalar constant as its unsigned bit pattern. undef and poison are 0. */
export function constantBits(constant: Constant, addresses: AddressMap): bigint {
  switch (constant.kind) {
    case "integer":
      return BigInt.asUintN(scalarWidth(constant.type), constant.value);
    case "float":
      return BigInt.asUintN(scalarWidth(constant.type), constant.bits);
    case "null":
    case "undef":
    case "poison":
      return 0n;
    case "global":
    case "function":
      return BigInt(addresses.of(constant.name));
    case "alias": {
      const own = addresses.find(constant.name);
      return own === undefined ? constantBits(constant.aliasee, addresses) : BigInt(own);
    }
    case "dso_local_equivalent":
    case "no_cfi":
      return constantBits(constant.function, addresses);
    case "expression":
      return expressionBits(constant, addresses);
    case "blockaddress": {
      const address = addresses.label(constant.function.name, constant.block);
      if (address !== undefined) return BigInt(address);
      throw new Untranslatable(
        "the executable does not tell the address of a label (&&label)",
        "the module and the executable must come from the same build",
        "BW0802",
      );
    }
    default:
      throw new Untranslatable(`a constant of kind ${constant.kind} is not supported here`);
  }
}

function expressionBits(expression: ConstantExpression, addresses: AddressMap): bigint {
  const width = scalarWidth(expression.type);
  switch (expression.op) {
    case "cast": {
      const bits = constantBits(expression.operand, addresses);
      if (expression.operator === "sext")
        return BigInt.asUintN(width, BigInt.asIntN(scalarWidth(expression.operand.type), bits));
      return BigInt.asUintN(width, bits);
    }
    case "binary": {
      const left = constantBits(expression.left, addresses);
      const right = constantBits(expression.right, addresses);
      switch (expression.operator) {
        case "add":
          return BigInt.asUintN(width, left + right);
        case "sub":
          return BigInt.asUintN(width, left - right);
        case "mul":
          return BigInt.asUintN(width, left * right);
        case "and":
          return left & right;
        case "or":
          return left | right;
        case "xor":
          return left ^ right;
        case "shl":
          return BigInt.asUintN(width, left << (right & 63n));
        case "lshr":
          return left >> right;
        default:
          throw new Untranslatable(`a constant ${expression.operator} is not supported`);
      }
    }
    case "getelementptr": {
      let at = constantBits(expression.base, addresses);
      at += BigInt(constantOffset(expression, addresses));
      return BigInt.asUintN(32, at);
    }
    default:
      throw new Untranslatable(`a constant ${expression.op} is not supported`);
  }
}

function constantOffset(gep: ConstantExpression & { op: "getelementptr" }, addresses: AddressMap): number {
  let type = gep.sourceType;
  let offset = 0;
  gep.indices.forEach((index, i) => {
    const bits = constantBits(index, addresses);
    const value = Number(BigInt.asIntN(scalarWidth(index.type), bits));
    if (i === 0) offset += value * allocSize(type);
    else if (type.kind === "struct") {
      offset += structOffset(type, value);
      const element = type.elements[value];
      if (element === undefined) throw new Untranslatable("a structure index is out of range");
      type = element;
    } else if (type.kind === "array" || type.kind === "vector") {
      type = type.element;
      offset += value * allocSize(type);
    } else throw new Untranslatable("an address computation goes into a scalar");
  });
  return offset;
}
