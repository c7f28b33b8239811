// Puts an image into the state of a described machine as it is: hooks are not called, but watches see it. Names are those of
// the description, those that it gives to registers in traces, or a file's name with the index appended.
import { fail } from "../base/diagnostic.ts";
import type { ArchitectureModel, IsaModel } from "../machine/model.ts";
import { setLineField } from "./caches.ts";
import type { Caches } from "./caches.ts";
import type { FileSlots, Slot, StateLayout } from "./layout.ts";
import type { MachineServices } from "./model-services.ts";
import type { EntryImage, PlainImage } from "./model-simulator.ts";
import type { RegisterContexts } from "./register-contexts.ts";
import type { StaleLines } from "./stale-lines.ts";
import type { CallHook, Translator } from "./translation.ts";

/** What an image is put into. */
export interface ImageState {
  readonly isa: IsaModel;
  readonly machine: ArchitectureModel;
  readonly layout: StateLayout;
  readonly services: MachineServices;
  readonly translator: Translator;
  readonly caches: Caches;
  readonly contexts: RegisterContexts;
  readonly stale: StaleLines;
  readonly parms: Int32Array;
  readonly call: CallHook;
  put(slot: Slot | FileSlots, at: number, v: bigint): void;
  setRegister(name: string, index: number | undefined, v: bigint): void;
  writeMemory(address: number, bytes: Uint8Array): void;
}

/** Fails: BW0333 when the image does not fit, BW0334 when it is larger than the memory. */
export function loadIntoState(image: PlainImage, state: ImageState): void {
  const { services, machine } = state;
  for (const piece of image.memory) {
    if (piece.memory !== undefined && piece.memory !== "Mem")
      services.writeLocal(piece.memory, piece.address, piece.bytes);
    else state.writeMemory(piece.address, piece.bytes);
  }
  for (const { name, index, context, value } of image.registers) {
    if (typeof value === "string") setOption(state, name, value);
    else if (context) setInContext(state, context, name, index, value);
    else setPlain(state, name, index, value);
  }
  for (const entry of image.translations ?? []) setTranslation(state, entry);
  // The innermost cache has the newest contents.
  const level = (name: string): number => machine.caches.find((one) => one.name === name)?.level ?? 0;
  const lines = [...(image.cacheLines ?? [])].sort((a, b) => level(b.name) - level(a.name));
  for (const entry of lines) setCacheLine(state, entry);
  for (const { hook } of machine.watches) {
    if (hook === ".itable_watch") services.watchTable();
    else if (machine.contexts?.some((c) => c.active === hook)) services.watchContexts();
    else state.call(hook);
  }
  state.translator.invalidate();
}

/** The register, or the file and the index in it, that a name of an image or a trace means. */
export function registerNamed(
  isa: IsaModel,
  name: string,
  index?: number,
): { readonly name: string; readonly index?: number } {
  const all = [...Object.values(isa.registers), ...Object.values(isa.registerFiles)];
  const own = (of: string): string | undefined =>
    of in isa.registers || of in isa.registerFiles ? of : all.find((one) => one.logName === of)?.name;
  const alias = index === undefined && isa.aliases && Object.hasOwn(isa.aliases, name) && isa.aliases[name];
  if (alias) return alias;
  const whole = own(name);
  if (whole !== undefined) return { name: whole, ...(index === undefined ? {} : { index }) };
  const match = index === undefined ? /^(.*?)([0-9]+)$/.exec(name) : undefined;
  const file = match && own(match[1]!);
  return file && file in isa.registerFiles
    ? { name: file, index: Number(match[2]) }
    : { name, ...(index === undefined ? {} : { index }) };
}

function setOption({ machine, parms }: ImageState, name: string, value: string): void {
  const at = machine.parms.findIndex((p) => p.name === name);
  const option = machine.parms[at]?.options.indexOf(value) ?? -1;
  if (option < 0)
    fail("BW0333", `${name} cannot be set to ${value}`, "the description has no such parameter or option");
  parms[at] = option;
}

function setInContext(
  { contexts, isa }: ImageState,
  context: { readonly name: string; readonly which: number },
  given: string,
  at: number | undefined,
  v: bigint,
): void {
  const { name, index } = registerNamed(isa, given, at);
  const object = `${context.name}.${name}`;
  if (!contexts.has(object))
    fail("BW0333", `the description has no context ${context.name} with a register ${given}`);
  const width = isa.registerFiles[name]?.width ?? isa.registers[name]?.width ?? 32;
  contexts.write(object, context.which, index ?? 0, BigInt.asUintN(width, v));
}

function setPlain(state: ImageState, given: string, at: number | undefined, v: bigint): void {
  const { isa, layout } = state;
  const { name, index } = registerNamed(isa, given, at);
  if (isa.registerFiles[name] && index === undefined)
    fail("BW0333", `${name} is a register file: an index is missing`);
  const slots = layout.files.get(name);
  const slot = isa.registers[name]?.pseudo ? undefined : layout.registers.get(name);
  if (slots && !slots.entries) {
    if ((index ?? 0) >= slots.size)
      fail("BW0333", `${name} has registers 0 to ${slots.size - 1}, not ${index}`);
    state.put(slots, slots.first + (index ?? 0), v);
  } else if (slot) state.put(slot, slot.index, v);
  else state.setRegister(name, index, v);
}

function setTranslation({ machine, translator }: ImageState, { name, set, way, fields }: EntryImage): void {
  const lookup = machine.mmu?.lookups.find((l) => l.name === name);
  const table = translator.tables.get(name);
  if (!lookup || table?.[set]?.[way] === undefined)
    fail("BW0333", `there is no entry ${set},${way} of a translation table ${name}`);
  let entry = 0n;
  for (const f of lookup.fields) {
    const v = fields[f.name] ?? 0n;
    entry = (entry << BigInt(f.last - f.first + 1)) | BigInt.asUintN(f.last - f.first + 1, v);
  }
  table[set]![way] = entry;
}

function setCacheLine(state: ImageState, { name, set, way, fields, words }: EntryImage): void {
  const { caches, stale } = state;
  const array = caches.arrays.get(name);
  if (!array || set >= array.geometry.sets || way >= array.geometry.ways)
    fail("BW0333", `there is no line ${set},${way} of a cache ${name}`);
  const line = array.line(set, way);
  for (const [field, v] of Object.entries(fields)) setLineField(line, field, v);
  if ("ra" in fields) line.tag = Number(fields["ra"]);
  if (!line.valid || !words || words.length === 0) return;
  const bytes = new Uint8Array(Math.min(4 * words.length, array.geometry.lineBytes));
  bytes.forEach((_, i) => (bytes[i] = (words[i >> 2]! >>> (24 - 8 * (i & 3))) & 255));
  stale.newer(name, line.tag, array.geometry.lineBytes);
  state.writeMemory(line.tag, bytes);
}
