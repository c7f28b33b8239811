// The annotator's one door: a module, its linked executable and a plan of what to count, to WebAssembly.

import { DiagnosticError, fail, type Diagnostic } from "../base/diagnostic.ts";
import type { Module } from "../bitcode/index.ts";
import type { ElfFile } from "../elf/index.ts";
import { withBranchHints } from "./module/branch-hints.ts";
import { AddressMap } from "./constants.ts";
import { faultDiagnostic, Untranslatable } from "./fault.ts";
import type { MachineFrame } from "./memory/frames.ts";
import { FunctionEmitter } from "./function-emitter.ts";
import { inlineSmallFunctions } from "./module/inlining.ts";
import { memoryImage, targetMap } from "./memory/memory-image.ts";
import { ASIDE_BYTES, TRAPPED_GLOBAL, type CounterLayout, type FunctionLayout } from "./layout.ts";
import { LiveModule } from "./counting/live.ts";
import type { LivePlan } from "./counting/live-plan.ts";
import { identityPlan, type FunctionPlan } from "./plan.ts";
import { shareLocals } from "./module/shared-locals.ts";
import { Program, START_FUNCTION, SYSCALL_STUB, type FloatingPoint } from "./program.ts";
import { placeUnlinked } from "./calls/unlinked.ts";
import { binaryen, FEATURES, NAMES } from "./wasm.ts";

/** The symbol of the stack's upper end. */
const STACK_TOP = "__bw_stack_top";
/** What the entry point leaves free below the stack's upper end (a back chain and padding). */
const STACK_RESERVE = 32;
const PAGE = 65536;
/** The source map's name, in the module. */
const SOURCE_MAP = "program.map";
/** Room above the program's memory for the frame that the kernel leaves: argc, argv and their texts. */
const ARGUMENT_BYTES = 65536;
/** Of nothing between the program, the counters, and the stack of what only the host needs. */
const HOLE_BYTES = 65536;
const DEFAULT_PROGRAM_BYTES = 0x0400_0000;

export interface AnnotateOptions {
  /** False gives the plain module, without any counter: the yardstick for the counters' overhead. Default true. */
  readonly counters?: boolean;
  /** What to count, by function name; a function without a plan gets `identityPlan`. */
  readonly plans?: ReadonlyMap<string, FunctionPlan>;
  /** Machine stack frames by function name, so that stack variables have the target's addresses. */
  readonly frames?: Readonly<Record<string, MachineFrame>>;
  /** Bytes of address space that the program may use. Default 64 MiB, the runtime's limit. */
  readonly programBytes?: number;
  /**
   * What an access does that the IR calls aligned (by its type) and that is not: `trap` (the default; `runAnnotated` reports
   * BW0813), or `any`, what the target does. The second costs time where nothing is known about an address.
   */
  readonly alignment?: "trap" | "any";
  /**
   * With `any`: loads and stores of floating-point numbers at addresses that are not multiples of four end the program, as on
   * cores that take an alignment exception then. Default false.
   */
  readonly alignedNumbers?: boolean;
  /** What computes with floating-point numbers on the core. Default: software. */
  readonly floatingPoint?: FloatingPoint;
  /** May the module use WebAssembly's relaxed multiply-add? Only where it is known to be fused. Default false. */
  readonly fused?: boolean;
  /** With it, the module adds up cycles and energy while it runs. */
  readonly live?: LivePlan;
}

export interface AnnotatedProgram {
  readonly wasm: Uint8Array;
  readonly layout: CounterLayout;
  /** Source map: from the module's bytes to source lines; read when a run ends in a fault. */
  readonly map: string;
}

/**
 * Translates the final IR. The module defines its memory (the target's addresses, the ELF's contents) and exports it
 * as `memory`; it imports `env.syscall(number, a, b, c)` and exports `start(kernelStack)`.
 * Fails: BW0801 for IR that cannot be translated (function, instruction and source line are named, several at once),
 * BW0802 when the IR names what neither it nor the ELF defines, BW0803 when a plan does not fit its function.
 */
export function annotate(module: Module, elf: ElfFile, options: AnnotateOptions = {}): AnnotatedProgram {
  const counters = options.counters ?? true;
  const programBytes = options.programBytes ?? DEFAULT_PROGRAM_BYTES;
  const m = new binaryen.Module();
  try {
    m.setFeatures(FEATURES);
    const code = elf.segments.filter((segment) => segment.executable);
    const textBytes = code[0]?.memorySize ?? 0;
    if (code.length !== 1)
      fail("BW0804", `the executable has ${String(code.length)} code segments; one is wanted`);
    const addresses = new AddressMap(module, elf);
    addresses.learn(module);
    const unlinkedBase = programBytes + ARGUMENT_BYTES + HOLE_BYTES;
    const unlinkedBytes = placeUnlinked(module, elf, addresses, unlinkedBase);
    const unlinked = {
      from: unlinkedBase,
      to: unlinkedBase + Math.ceil(unlinkedBytes / PAGE) * PAGE,
    };
    const mapBase = unlinkedBytes === 0 ? unlinkedBase : unlinked.to + HOLE_BYTES;
    const mapBytes = Math.ceil((2 * Math.ceil(textBytes / 4)) / PAGE) * PAGE;
    const program = new Program(
      m,
      module,
      elf,
      counters,
      addresses,
      programBytes,
      unlinked,
      mapBase,
      mapBytes,
      options.frames ?? {},
    );
    program.floatingPoint = options.floatingPoint ?? "soft";
    program.fused = options.fused ?? false;
    if (program.fused) m.setFeatures(FEATURES | binaryen.Features.RelaxedSIMD);
    program.tolerant = options.alignment === "any";
    program.alignedNumbers = options.alignedNumbers ?? false;
    if (counters && options.live) program.live = new LiveModule(m, options.live);
    const stackTop = program.addresses.find(STACK_TOP);
    if (stackTop === undefined || !program.functions.has(START_FUNCTION))
      fail(
        "BW0802",
        `the program lacks ${START_FUNCTION} or ${STACK_TOP}`,
        "link it with this project's runtime",
      );
    // Loads and stores want a memory to be there; its size is known at the end.
    m.setMemory(1, 1, null, [], false, false, NAMES.memory);
    m.addGlobal(NAMES.stackPointer, binaryen.i32, true, m.i32.const(stackTop - STACK_RESERVE));
    m.addGlobal(NAMES.trapped, binaryen.i32, true, m.i32.const(0));
    m.addGlobalExport(NAMES.trapped, TRAPPED_GLOBAL);
    m.addFunctionImport(
      NAMES.syscall,
      "env",
      "syscall",
      binaryen.createType([binaryen.i32, binaryen.i32, binaryen.i32, binaryen.i32]),
      binaryen.i32,
    );
    const functions = emitFunctions(program, options.plans ?? new Map<string, FunctionPlan>());
    addTable(program, textBytes);
    const countersEnd = Math.ceil((program.counterBase + 8 * program.cellCount) / PAGE) * PAGE;
    const asideBase = countersEnd + HOLE_BYTES;
    m.addGlobal(NAMES.aside, binaryen.i32, true, m.i32.const(asideBase));
    const memoryPages = (asideBase + ASIDE_BYTES) / PAGE;
    const segments = memoryImage(elf, programBytes);
    segments.push(...targetMap(program, textBytes));
    if (program.live) segments.push(...program.live.segments);
    m.setMemory(
      memoryPages,
      memoryPages,
      "memory",
      segments.map(({ address, data }) => ({ offset: m.i32.const(address), data })),
      false,
      false,
      NAMES.memory,
    );
    m.addFunctionExport(START_FUNCTION, "start");
    binaryen.setDebugInfo(true); // function names, for traps and profiles
    inlineSmallFunctions(m, program.countingSize);
    m.runPasses(["propagate-debug-locs"]);
    const { binary, sourceMap } = m.emitBinary(SOURCE_MAP);
    const wasm = withBranchHints(binary);
    shareLocals(wasm);
    return {
      wasm,
      // The hints stand before the code and move it.
      map: JSON.stringify({
        moved: wasm.length - binary.length,
        ...(JSON.parse(sourceMap ?? "{}") as object),
      }),
      layout: {
        schema: "blockwatt.counters/1",
        counters,
        counterBase: program.counterBase,
        cellCount: program.cellCount,
        programBytes,
        argumentBase: programBytes,
        argumentBytes: ARGUMENT_BYTES,
        holes: [
          { from: 0, to: Math.min(...elf.segments.map(({ address }) => address)) },
          { from: programBytes + ARGUMENT_BYTES, to: unlinkedBase },
          ...(unlinkedBytes === 0 ? [] : [{ from: unlinked.to, to: mapBase }]),
          { from: countersEnd, to: asideBase },
        ],
        tables: { from: mapBase, to: mapBase + mapBytes },
        memoryPages,
        start: "start",
        addressTaken: program.addressTaken,
        functions: counters ? functions : [],
        ...(program.live ? { places: program.live.places } : {}),
      },
    };
  } finally {
    m.dispose();
  }
}

/** Emits every function; faults are gathered, one a function. */
function emitFunctions(program: Program, plans: ReadonlyMap<string, FunctionPlan>): FunctionLayout[] {
  const diagnostics: Diagnostic[] = [];
  const layouts: FunctionLayout[] = [];
  for (const fn of program.functions.values()) {
    if (fn.name === SYSCALL_STUB) continue;
    let emitter: FunctionEmitter | null = null;
    try {
      emitter = new FunctionEmitter(program, fn, plans.get(fn.name) ?? identityPlan(fn));
      const before = program.countingCode;
      layouts.push(emitter.emit());
      program.countingSize.set(fn.name, program.countingCode - before);
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      diagnostics.push(faultDiagnostic(error, fn, emitter?.instruction ?? null));
    }
  }
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  return layouts;
}

/** The table of functions that pointers can name: the entry of the function at address a is (a - text base) / 4. */
function addTable(program: Program, textBytes: number): void {
  const { m } = program;
  const size = Math.ceil(textBytes / 4);
  m.addTable(NAMES.table, size, size);
  for (const name of program.addressTaken) {
    const fn = program.functions.get(name);
    const address = program.addresses.of(name);
    if (fn === undefined) continue;
    const index = (address - program.textBase) / 4;
    if (!Number.isInteger(index) || index < 0 || index >= size)
      fail("BW0804", `the function ${name} is outside the code segment`);
    m.addActiveElementSegment(NAMES.table, `bw:${name}`, [name], m.i32.const(index));
  }
}
