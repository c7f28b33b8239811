// What the functions of one module share while they are emitted: symbols, signatures, counter cells, support functions,
// and which functions can end the program.

import { operandsOf } from "../bitcode/index.ts";
import type {
  CallInstruction,
  Constant,
  FunctionType,
  GlobalFunction,
  Module,
  Type,
  Value,
} from "../bitcode/index.ts";
import { isConstant, isWideInteger, limbCount, scalarWidth, type AddressMap } from "./constants.ts";
import type { ElfFile } from "../elf/index.ts";
import { Untranslatable } from "./fault.ts";
import { stackUsers, type MachineFrame } from "./memory/frames.ts";
import { linkUsers, type LinkUsers } from "./calls/return-address.ts";
import { LONG_JUMP, noreturnFunctions } from "../ir/index.ts";
import { Locations } from "./locations.ts";
import type { LiveModule } from "./counting/live.ts";
import { laneCount } from "./vectors/lanes.ts";
import { TRAPS, type MemoryRange } from "./layout.ts";
import { PointerMultiples } from "./memory/pointer-multiple.ts";
import { readsTimeBase, TIME_BASE_INTRINSIC } from "./counting/time-base.ts";
import { recursiveFunctions } from "./calls/recursion.ts";
import { binaryen, NAMES, type Expression, type WasmModule, type WasmType } from "./wasm.ts";

/** What computes with floating-point numbers: software, a floating-point unit with registers of its own, or the embedded
 *  instructions on general registers, for single precision only or for both. */
export type FloatingPoint = "soft" | "fpu" | "embedded-single" | "embedded";

/** The C function that the assembly entry point calls. */
export const START_FUNCTION = "__bw_start";
/** The assembly stub for system calls; it is an import here. */
export const SYSCALL_STUB = "__bw_syscall";
/** The symbol of the stack's lower end. */
const STACK_BOTTOM = "__bw_stack_bottom";
const EXIT_CALLS: readonly bigint[] = [1n, 234n];

export interface Signature {
  readonly params: readonly WasmType[];
  /** The first leaf is the WebAssembly result; the others travel in globals. */
  readonly results: readonly WasmType[];
  readonly variadic: boolean;
}

/** Scalars that a first-class value consists of; a scalar is itself, void is nothing. */
export function leavesOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case "void":
    case "metadata":
    case "token":
      return [];
    case "struct":
      return type.elements.flatMap((element) => leavesOf(element));
    case "array": {
      if (type.count > 64)
        throw new Untranslatable("an array value of more than 64 elements is not supported");
      const one = leavesOf(type.element);
      return Array.from({ length: type.count }, () => one).flat();
    }
    case "vector": {
      const one = leavesOf(type.element);
      return Array.from({ length: laneCount(type) }, () => one).flat();
    }
    default:
      return isWideInteger(type) ? Array.from({ length: limbCount(type) }, () => LIMB) : [type];
  }
}

/** A part of an integer of more than 64 bits. */
const LIMB: Type = { id: -1, kind: "integer", width: 64 };

export function wasmType(type: Type): WasmType {
  return scalarWidth(type) <= 32 ? binaryen.i32 : binaryen.i64;
}

/** The type that a value is passed as: bits, or on floating-point units, a number; see passing.ts. */
export function passedType(type: Type, unit: FloatingPoint): WasmType {
  if (unit === "fpu" && type.kind === "double") return binaryen.v128;
  return unit === "fpu" && type.kind === "float" ? binaryen.f32 : wasmType(type);
}

export function signatureOf(type: FunctionType, unit: FloatingPoint): Signature {
  const passed = (leaf: Type): WasmType => passedType(leaf, unit);
  return {
    params: [
      ...type.params.flatMap((param) => leavesOf(param).map(passed)),
      ...(type.variadic ? [binaryen.i32] : []),
    ],
    results: leavesOf(type.returnType).map((leaf, i) => (i === 0 ? passed : wasmType)(leaf)),
    variadic: type.variadic,
  };
}

/** A function that an indirect call can mean, and its position in `addressTaken`. */
export interface CallTarget {
  readonly name: string;
  readonly position: number;
}

/** WebAssembly instructions that add to a cell. */
const ADDITION_SIZE = 6;

export class Program {
  readonly m: WasmModule;
  readonly module: Module;
  readonly addresses: AddressMap;
  readonly counters: boolean;
  readonly counterBase: number;
  readonly functions = new Map<string, GlobalFunction>();
  /** Functions whose address is a value somewhere, by name. */
  readonly addressTaken: readonly string[];
  /** Labels whose address is a value somewhere, by address: their numbers in the table at `targetMapBase`. */
  readonly labelPositions: ReadonlyMap<number, number>;
  /** Machine stack frames by function name, as far as they are known. */
  readonly frames: Readonly<Record<string, MachineFrame>>;
  /** Functions in which, or below which, something is on the stack. */
  readonly stackUsers: ReadonlySet<string>;
  /** Functions that ask for their return address, and whether some indirect call may be meant for one. */
  readonly returnAddress: LinkUsers;
  /** Functions that can be active more than once at a time. */
  readonly recursive: ReadonlySet<string>;
  /** What the program may read and write at all, and what of it is code and constants. */
  readonly #memory: MemoryRange & {
    readonly readOnly: readonly MemoryRange[];
    readonly unlinked: MemoryRange;
  };
  /** Lowest address of the stack. */
  readonly stackBottom: number;
  /** Functions that may be left by an exit of the program or a longjmp while they or their callees run. */
  readonly mayExit: ReadonlySet<string>;
  /** Functions that do not return. */
  readonly #endless: ReadonlySet<string>;
  /** May some indirect call end the program? */
  readonly indirectMayExit: boolean;
  /** Where the module's expressions are from. */
  readonly locations: Locations;
  /** Set in modules with live accounting, before functions are emitted. */
  live: LiveModule | null = null;
  /** Functions that may make a system call, and whether indirect calls may. */
  readonly #maySystem: { readonly functions: ReadonlySet<string>; readonly indirect: boolean };
  /** What divides pointers for sure. */
  readonly multiples: PointerMultiples;
  /** First address of the code; function pointers are table indexes from here. */
  readonly textBase: number;
  /** Byte address of the u16 table from code word to position in `addressTaken`, or of a label. */
  readonly targetMapBase: number;
  /** What computes with floating-point numbers; see hard-float.ts. */
  floatingPoint: FloatingPoint = "soft";
  /** May the module use the host's fused multiply-add? */
  fused = false;
  /** Accesses that may not be aligned though the IR says so are done by bytes (true) or trap (false). */
  tolerant = false;
  /** Floating-point numbers at addresses that are not multiples of four are an alignment exception on the core. */
  alignedNumbers = false;
  #cells = 0;
  #scratch = -1;
  readonly #support = new Map<string, () => void>();
  readonly #globals = new Set<string>();

  constructor(
    m: WasmModule,
    module: Module,
    elf: ElfFile,
    counters: boolean,
    addresses: AddressMap,
    programBytes: number,
    /** Where globals are that the executable does not have; see unlinked.ts. */
    unlinked: MemoryRange,
    targetMapBase: number,
    targetMapBytes: number,
    frames: Readonly<Record<string, MachineFrame>>,
  ) {
    this.m = m;
    this.module = module;
    this.locations = new Locations(m);
    this.addresses = addresses;
    this.#memory = {
      from: Math.min(...elf.segments.map(({ address }) => address)),
      to: programBytes,
      unlinked,
      readOnly: elf.segments
        .filter(({ writable }) => !writable)
        .map(({ address, memorySize }) => ({ from: address, to: address + memorySize })),
    };
    this.counters = counters;
    this.targetMapBase = targetMapBase;
    this.counterBase = targetMapBase + targetMapBytes;
    this.textBase = elf.segments.find((segment) => segment.executable)?.address ?? 0;
    for (const fn of module.functions) if (!fn.isDeclaration) this.functions.set(fn.name, fn);
    this.addressTaken = [...takenFunctions(module)]
      .filter((name) => this.functions.has(name) && addresses.isLinked(name))
      .sort();
    this.labelPositions = new Map(
      this.addresses.labels().map((address, i) => [address, this.addressTaken.length + 1 + i] as const),
    );
    this.frames = frames;
    this.stackUsers = stackUsers(module, this.addressTaken);
    this.returnAddress = linkUsers(module, this.addressTaken);
    this.recursive = recursiveFunctions(module, this.addressTaken);
    this.stackBottom = this.addresses.find(STACK_BOTTOM) ?? 0;
    this.multiples = new PointerMultiples(
      module,
      this.addresses,
      takenFunctions(module),
      START_FUNCTION,
      resolveCallee,
    );
    const exits = functionsReaching(module, new Set(this.addressTaken), mayExitCall);
    this.#maySystem = functionsReaching(module, new Set(this.addressTaken), () => true, looksAtTime);
    this.mayExit = exits.functions;
    this.indirectMayExit = exits.indirect;
    this.#endless = noreturnFunctions(module);
  }

  /** May the program read (or write) at a constant address? */
  isMemory(address: number, access: "load" | "store"): boolean {
    const { from, to, readOnly, unlinked } = this.#memory;
    if (address >= unlinked.from && address < unlinked.to) return true;
    if (address < from || address >= to) return false;
    return access === "load" || !readOnly.some((range) => address >= range.from && address < range.to);
  }

  /** Reserves `count` consecutive counter cells and returns the first. */
  cells(count: number): number {
    const first = this.#cells;
    this.#cells += count;
    return first;
  }

  /** A cell that is written and never read. */
  scratchCell(): number {
    if (this.#scratch < 0) this.#scratch = this.cells(1);
    return this.#scratch;
  }

  get cellCount(): number {
    return this.#cells;
  }

  cellAddress(cell: number): number {
    return this.counterBase + 8 * cell;
  }

  /** WebAssembly instructions that only count, so far, and of each function. */
  countingCode = 0;
  readonly countingSize = new Map<string, number>();

  /** Statement: adds one (or an i64) to a cell in memory. */
  addToCell(cell: number, amount?: Expression): Expression {
    const { m } = this;
    this.countingCode += ADDITION_SIZE;
    const address = this.cellAddress(cell);
    return m.i64.store(
      address,
      8,
      m.i32.const(0),
      m.i64.add(m.i64.load(address, 8, m.i32.const(0)), amount ?? m.i64.const(1n)),
    );
  }

  /** Makes the exact multiply-add of rare operands an import, once. */
  importFused(): void {
    if (this.#globals.has(NAMES.fused)) return;
    this.#globals.add(NAMES.fused);
    const { f64 } = binaryen;
    this.m.addFunctionImport(NAMES.fused, "env", "fused", binaryen.createType([f64, f64, f64]), f64);
  }

  /** Makes the time base an import, once. */
  importTimeBase(): void {
    if (this.#globals.has(NAMES.timeBase)) return;
    this.#globals.add(NAMES.timeBase);
    this.m.addFunctionImport(NAMES.timeBase, "env", "time_base", binaryen.none, binaryen.i64);
  }

  /** Name of a support function, which `define` adds to the module at its first use. */
  support(name: string, define: (m: WasmModule, name: string) => void): string {
    if (!this.#support.has(name)) {
      this.#support.set(name, () => undefined);
      define(this.m, name);
    }
    return name;
  }

  /** Name of the global through which result `index` (from 1) of a function travels. */
  resultGlobal(index: number, type: WasmType): string {
    const name = `bw:result${String(index)}_${type === binaryen.i64 ? "i64" : "i32"}`;
    if (!this.#globals.has(name)) {
      this.#globals.add(name);
      this.m.addGlobal(name, type, true, type === binaryen.i64 ? this.m.i64.const(0n) : this.m.i32.const(0));
    }
    return name;
  }

  /** Name of the global in which callers leave what the target has in its link register, for functions that ask for it. */
  linkRegister(): string {
    const name = "bw:link";
    if (!this.#globals.has(name)) {
      this.#globals.add(name);
      this.m.addGlobal(name, binaryen.i32, true, this.m.i32.const(0));
    }
    return name;
  }

  /** A trap of the program's own. */
  trap(): Expression {
    return this.#trapFor(TRAPS.own);
  }

  /** A trap since the stack is full. */
  stackOverflow(): Expression {
    return this.#trapFor(TRAPS.stackOverflow);
  }

  /** A trap since an access is not aligned, by an instruction that must be. */
  misaligned(): Expression {
    return this.#trapFor(TRAPS.misaligned);
  }

  #trapFor(reason: number): Expression {
    const { m } = this;
    return m.block(null, [m.global.set(NAMES.trapped, m.i32.const(reason)), m.unreachable()]);
  }

  stackPointer(): Expression {
    return this.m.global.get(NAMES.stackPointer, binaryen.i32);
  }

  setStackPointer(value: Expression): Expression {
    return this.m.global.set(NAMES.stackPointer, value);
  }

  /** Functions with their address taken that have an indirect call's type, with their positions in `addressTaken`. */
  callTargets(call: CallInstruction): CallTarget[] {
    const wanted = call.functionType;
    return this.addressTaken.flatMap((name, position) => {
      const type = this.functions.get(name)?.valueType;
      const fits =
        type?.returnType === wanted.returnType &&
        type.variadic === wanted.variadic &&
        type.params.length === wanted.params.length &&
        type.params.every((param, i) => param === wanted.params[i]);
      return fits ? [{ name, position }] : [];
    });
  }

  /**
   * Functions with their address taken that take nothing while this call passes something: the machine calls them all the same. A
   * pure virtual function is one, and handlers that are not interested in their argument. Their result is what the call wants,
   * or they give none and do not return.
   */
  callTargetsWithoutParameters(call: CallInstruction): (CallTarget & { readonly ends: boolean })[] {
    if (call.functionType.params.length === 0) return [];
    return this.addressTaken.flatMap((name, position) => {
      const fn = this.functions.get(name);
      if (fn === undefined || fn.valueType.params.length > 0 || fn.valueType.variadic) return [];
      const { returnType } = fn.valueType;
      const fits = returnType === call.functionType.returnType;
      const ends = returnType.kind === "void" && this.#endless.has(name);
      return fits || ends ? [{ name, position, ends: !fits }] : [];
    });
  }

  /** Can this call end the program, or be left by a longjmp? */
  callMayExit(call: CallInstruction): boolean {
    const callee = resolveCallee(call.callee);
    if (callee === null) return this.indirectMayExit;
    if (callee.name === SYSCALL_STUB) return mayExitCall(call);
    return callee.name === LONG_JUMP || this.mayExit.has(callee.name);
  }

  /** Can this call reach a system call or a longjmp? */
  callMaySystem(call: CallInstruction): boolean {
    const callee = resolveCallee(call.callee);
    if (callee === null) return this.#maySystem.indirect;
    return (
      callee.name === SYSCALL_STUB || callee.name === LONG_JUMP || this.#maySystem.functions.has(callee.name)
    );
  }
}

/** The function that a call names, through aliases and casts; null: indirect. */
export function resolveCallee(callee: Value): GlobalFunction | null {
  let at: Value = callee;
  for (let steps = 0; steps < 100; steps += 1) {
    if (at.kind === "function") return at;
    if (at.kind === "alias") at = at.aliasee;
    else if (at.kind === "expression" && at.op === "cast") at = at.operand;
    else if (at.kind === "dso_local_equivalent" || at.kind === "no_cfi") at = at.function;
    else return null;
  }
  return null;
}

function mayExitCall(call: CallInstruction): boolean {
  const number = call.args[0];
  return number?.kind !== "integer" || EXIT_CALLS.includes(number.value);
}

/** Does a call that is none read the time base? */
function looksAtTime(call: CallInstruction): boolean {
  const { callee } = call;
  if (callee.kind === "asm") return readsTimeBase(callee.text);
  return callee.kind === "function" && TIME_BASE_INTRINSIC.test(callee.name);
}

/** Functions used as values: in initialisers, or as operands other than a direct call's callee. */
function takenFunctions(module: Module): Set<string> {
  const taken = new Set<string>();
  const visit = (root: Constant): void => {
    const work: Constant[] = [root];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      switch (at.kind) {
        case "function":
          taken.add(at.name);
          break;
        case "alias":
          work.push(at.aliasee);
          break;
        case "aggregate":
          work.push(...at.elements);
          break;
        case "dso_local_equivalent":
        case "no_cfi":
          work.push(at.function);
          break;
        case "expression":
          if (at.op === "cast") work.push(at.operand);
          else if (at.op === "binary") work.push(at.left, at.right);
          else if (at.op === "getelementptr") work.push(at.base, ...at.indices);
          else work.push(...at.operands);
          break;
        default:
          break;
      }
    }
  };
  for (const global of module.globals) {
    const called = !global.name.startsWith("llvm.") || global.name.startsWith("llvm.global_");
    if (global.initializer !== null && called) visit(global.initializer);
  }
  for (const fn of module.functions)
    for (const block of fn.blocks)
      for (const inst of block.instructions)
        for (const operand of operandsOf(inst)) {
          if (inst.op === "call" && operand === inst.callee && resolveCallee(operand) !== null) continue;
          if (isConstant(operand)) visit(operand);
        }
  return taken;
}

/** Which functions can reach one of some system calls, longjmp, or an instruction that `looks`: a fixed point over the call graph. */
function functionsReaching(
  module: Module,
  taken: ReadonlySet<string>,
  isOne: (call: CallInstruction) => boolean,
  looks: (call: CallInstruction) => boolean = () => false,
): { functions: Set<string>; indirect: boolean } {
  const callers = new Map<string, string[]>();
  const indirectCallers: string[] = [];
  const exits = new Set<string>();
  const work: string[] = [];
  const add = (name: string): void => {
    if (exits.has(name)) return;
    exits.add(name);
    work.push(name);
  };
  for (const fn of module.functions) {
    for (const block of fn.blocks) {
      for (const inst of block.instructions) {
        if (inst.op !== "call") continue;
        if (looks(inst)) add(fn.name);
        if (inst.callee.kind === "asm") continue;
        const callee = resolveCallee(inst.callee);
        if (callee === null) indirectCallers.push(fn.name);
        else if (callee.name === SYSCALL_STUB || callee.name === LONG_JUMP) {
          if (callee.name === LONG_JUMP || isOne(inst)) add(fn.name);
        } else {
          const list = callers.get(callee.name);
          if (list === undefined) callers.set(callee.name, [fn.name]);
          else list.push(fn.name);
        }
      }
    }
  }
  let indirect = false;
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    for (const caller of callers.get(name) ?? []) add(caller);
    if (!indirect && taken.has(name)) {
      indirect = true;
      for (const caller of indirectCallers) add(caller);
    }
  }
  return { functions: exits, indirect };
}
