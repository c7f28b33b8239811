// Maps a whole program: final bitcode, listing and linked ELF to machine code with its block mapping.
import type { FunctionType, Module } from "../bitcode/index.ts";
import {
  buildMachineCode,
  codeImageOf,
  findJumpTables,
  parseListing,
  type CanMake,
  placeFunction,
  type CodeImage,
  type JumpTables,
  type MachineCode,
  type PlacedFunction,
} from "../cfg/index.ts";
import type { ElfFile } from "../elf/index.ts";
import {
  addressTakenFunctions,
  calleeOf,
  labelAddresses,
  LONG_JUMP,
  SET_JUMP,
  noreturnFunctions,
  probeIndexes,
  canMakeCalls,
} from "../ir/index.ts";
import type { FunctionMapping, ProgramMapping } from "./mapping.ts";
import { matchFunction } from "./match-function.ts";
import { exploreRegion, walkable } from "./region.ts";
import type { ReadWord } from "./symbolic-machine.ts";

export interface MapInput {
  readonly module: Module;
  readonly elf: ElfFile;
  /** The back end's assembly text of the whole program, with probes. */
  readonly listing: string;
  /** Name of the listing for messages. */
  readonly listingFile?: string;
}

export interface MappedProgram {
  readonly code: MachineCode;
  readonly mapping: ProgramMapping;
  readonly image: CodeImage;
}

/** Maps every function of the program. Functions that can't be mapped are in it, with the reason.
 *  Fails: BW0601, BW0602 when the listing does not belong to the program. */
export function mapProgram(input: MapInput): MappedProgram {
  const { module, elf } = input;
  const file = input.listingFile ?? "program.s";
  const called = calledFunctions(module);
  const listing = parseListing(input.listing, file, callLimits(module, called));
  const image = codeImageOf(elf, listing.functions);
  const placed = new Map<string, PlacedFunction>();
  const tables = new Map<string, JumpTables>();
  const jumpTargets = new Map<number, Set<number>>();
  for (const symbol of image.functions) {
    const text = listing.functions.get(symbol.name);
    if (text === undefined) continue;
    const fn = placeFunction(text, symbol, image, file);
    placed.set(symbol.name, fn);
    const found = findJumpTables(fn, listing.tables);
    tables.set(symbol.name, found);
    for (const [item, targets] of found.targets) {
      jumpTargets.set(fn.addresses[item]!, new Set(targets.flat().map((target) => fn.addresses[target]!)));
    }
  }

  const nameOf = programNames(elf, image);
  const taken = [...addressTakenFunctions(module)].map(nameOf);
  const endless = new Set([...noreturnFunctions(module)].map(nameOf));
  const callees = indirectCallees(module, taken, nameOf, endless);
  const code = buildMachineCode(image, {
    jumpTargets,
    indirectCallees: (block) => callees(block.function),
    noreturnFunctions: endless,
    returnsTwice: { first: nameOf(SET_JUMP), later: nameOf(LONG_JUMP) },
  });

  const read = readOnlyWords(elf);
  const labels = labelAddresses(module, elf);
  const irCallees = new Set([...called].map(nameOf));
  const isIrCallee = (name: string | null): boolean => name === null || irCallees.has(name);
  const bodies = new Map(
    module.functions.filter((fn) => !fn.isDeclaration).map((fn) => [nameOf(fn.name), fn] as const),
  );
  const functions = new Map<string, FunctionMapping>();
  for (const machine of code.functions.values()) {
    const fn = bodies.get(machine.name);
    const place = placed.get(machine.name);
    const wordAt = (address: number): number => image.wordAt(address) ?? 0;
    if (fn !== undefined && place !== undefined) {
      const jumps = tables.get(machine.name)?.targets ?? new Map<number, never>();
      functions.set(
        machine.name,
        matchFunction(
          fn,
          walkable(place, code, machine, jumps, probeIndexes(fn), labels.get(fn.name) ?? new Map(), wordAt),
          read,
          nameOf,
          isIrCallee,
        ),
      );
    } else functions.set(machine.name, mapAssembly(machine.name, image, code));
  }
  return { code, mapping: { functions }, image };
}

/** Can an IR block's code make runtime calls? Not those of a function that the IR names, for then such a call is the IR's. */
function callLimits(module: Module, called: ReadonlySet<string>): CanMake {
  const functions = new Map(module.functions.map((fn) => [fn.name, fn] as const));
  const probes = new Map<string, ReadonlyMap<number, number>>();
  return (name, probe, callee, calls) => {
    if (called.has(callee)) return false;
    const fn = functions.get(name);
    if (fn === undefined) return true;
    let byProbe = probes.get(name);
    if (byProbe === undefined) probes.set(name, (byProbe = probeIndexes(fn)));
    const block = fn.blocks[byProbe.get(probe) ?? -1];
    return block === undefined || canMakeCalls(block, callee, calls);
  };
}

/** Names of the functions that the IR calls directly. */
function calledFunctions(module: Module): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fn of module.functions) {
    for (const block of fn.blocks) {
      for (const instruction of block.instructions) {
        const callee = calleeOf(instruction);
        if (typeof callee === "string") names.add(callee);
      }
    }
  }
  return names;
}

/** A function without IR: one path from its entry to its end, or unmatched. */
function mapAssembly(name: string, image: CodeImage, code: MachineCode): FunctionMapping {
  const machine = code.functions.get(name)!;
  const items = Array.from({ length: (machine.end - machine.start) / 4 }, () => ({
    kind: "instruction" as const,
    mnemonic: "",
    operands: [],
  }));
  const symbol = { name, start: machine.start, end: machine.end };
  const place = placeFunction({ name, items }, symbol, image, name);
  const walk = walkable(
    place,
    code,
    machine,
    new Map<number, never>(),
    new Map<number, number>(),
    new Map<number, number>(),
    (a) => image.wordAt(a) ?? 0,
  );
  const region = exploreRegion(walk, 0, undefined);
  const blank = { function: name, entryPath: [], entryCalls: [], nodes: [], classes: [] };
  if ("reason" in region) {
    return {
      ...blank,
      status: { kind: "unmatched", reason: region.reason, irBlock: null, detail: region.detail },
    };
  }
  if (region.leaves.length !== 1) {
    const detail = "assembly that branches has no counts";
    return { ...blank, status: { kind: "unmatched", reason: "branch-in-block", irBlock: null, detail } };
  }
  return { ...blank, status: { kind: "assembly" }, entryPath: region.path, entryCalls: region.calls };
}

/** From any symbol of a function to the name that machine functions have. */
function programNames(elf: ElfFile, image: CodeImage): (name: string) => string {
  const primary = new Map(image.functions.map((fn) => [fn.start, fn.name]));
  const names = new Set(primary.values());
  const alias = new Map<string, string>();
  for (const symbol of elf.symbols) {
    const name = primary.get(symbol.address);
    if (name === undefined || symbol.kind === "section" || names.has(symbol.name)) continue;
    alias.set(symbol.name, name);
  }
  return (name) => alias.get(name) ?? name;
}

/**
 * Which functions the indirect calls of a function can reach: those whose address is taken and that take arguments in the
 * same registers as some indirect call there, or none. C programs do call through types that differ in more than that.
 * @param endless functions that do not return
 */
function indirectCallees(
  module: Module,
  taken: readonly string[],
  nameOf: (name: string) => string,
  endless: ReadonlySet<string>,
): (caller: string) => readonly string[] {
  const byShape = new Map<string, string[]>();
  const variadic: string[] = [];
  const types = new Map(module.functions.map((fn) => [nameOf(fn.name), fn.valueType] as const));
  for (const name of new Set(taken)) {
    const type = types.get(name);
    if (type === undefined) continue;
    if (type.variadic) variadic.push(name);
    const shape = shapeOf(type);
    const list = byShape.get(shape);
    if (list) list.push(name);
    else byShape.set(shape, [name]);
  }
  const byCaller = new Map<string, Set<string>>();
  for (const fn of module.functions) {
    for (const block of fn.blocks) {
      for (const instruction of block.instructions) {
        if (calleeOf(instruction) !== null || instruction.op !== "call") continue;
        const name = nameOf(fn.name);
        const callees = byCaller.get(name) ?? new Set<string>(variadic);
        byCaller.set(name, callees);
        for (const callee of byShape.get(shapeOf(instruction.functionType)) ?? []) callees.add(callee);
        const { returnType } = instruction.functionType;
        for (const callee of byShape.get("") ?? [])
          if (types.get(callee)?.returnType === returnType || endless.has(callee)) callees.add(callee);
      }
    }
  }
  return (caller) => [...(byCaller.get(caller) ?? [])];
}

/** Sizes of the parameters, in words: all that decides which registers they are in. */
function shapeOf(type: FunctionType): string {
  return type.params
    .map((param) =>
      param.kind === "integer" ? Math.ceil(param.width / 32) : param.kind === "double" ? 2 : 1,
    )
    .join(",");
}

/** Words of segments that the program can't write. */
function readOnlyWords(elf: ElfFile): ReadWord {
  const segments = elf.segments.filter((segment) => !segment.writable);
  const views = segments.map((s) => new DataView(s.data.buffer, s.data.byteOffset, s.data.byteLength));
  return (address) => {
    for (let i = 0; i < segments.length; i++) {
      const offset = address - segments[i]!.address;
      if (offset >= 0 && offset + 4 <= views[i]!.byteLength) return views[i]!.getUint32(offset);
    }
    return undefined;
  };
}
