// What generated code asks a described machine for besides data: exceptions, halting, instruction tables and packets, delayed
// writes, system calls, facts about the instruction. Method names are the services' names (SERVICES).
import { fail } from "../base/diagnostic.ts";
import { hex8 } from "../isa/decoder.ts";
import type { ArchitectureModel, Instruction, IsaModel } from "../machine/model.ts";
import type { Caches } from "./caches.ts";
import type { StateLayout } from "./layout.ts";
import type { CodeValue } from "./model-code.ts";
import type { LastStep } from "./model-simulator.ts";
import { Packet } from "./packet.ts";
import type { RegisterContexts } from "./register-contexts.ts";
import type { UndoLog } from "./undo-log.ts";
import type { SparseMemory } from "./sparse-memory.ts";
import type { CallHook, HookCode, Translator } from "./translation.ts";

/** Thrown by generated code to leave an action when an exception of the architecture is raised. */
export const RAISED = Symbol("an exception of the simulated architecture");

export interface Raised {
  readonly exception: string;
  readonly data: CodeValue;
}

export interface ServiceContext {
  readonly isa: IsaModel;
  readonly layout: StateLayout;
  readonly machine: ArchitectureModel;
  readonly memory: SparseMemory;
  readonly translator: Translator;
  readonly caches: Caches;
  readonly contexts: RegisterContexts;
  readonly undo: UndoLog;
  /** A timing model looks accesses up in the caches. */
  readonly timed: boolean;
  readonly call: CallHook;
  /** The code of a hook, once there is some. */
  readonly hookCode: (hook: string) => HookCode;
  /** Where accesses are noted; undefined: nowhere. */
  readonly accesses: LastStep | undefined;
  readonly instruction: () => Instruction | undefined;
  /** The word of the instruction with this number. */
  readonly word: (at: number) => number;
  readonly count: () => number;
  readonly reset: () => void;
  /** Executes an instruction of a table that is held in a field of so many bits; says whether it is a branch. */
  readonly run: (table: string, value: bigint, width: number) => boolean;
  readonly cia: () => number;
  readonly systemCall: ((code: number, values: readonly number[]) => number) | undefined;
}

/** The half of the services that concerns the course of execution. */
export class ControlServices {
  readonly pending: Raised[] = [];
  halted = false;
  /** The instruction that is fetched next is not executed. */
  skipped = false;
  /** Number of the current instruction table. */
  table = 0;
  /** Flag that action code leaves for a timing model. */
  flag = 0;
  readonly packet = new Packet();
  #microOffset = 0;
  #nextMicroOffset = 0;
  #delayed: { left: number; readonly write: () => void }[] = [];
  #systemArguments: number[] = [];
  #systemResult = 0;
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  noRegister(file: string, index: number): never {
    return fail(
      "BW0306",
      `${file} ${index} is no register of this description (instruction at address 0x${hex8(this.#context.cia())})`,
    );
  }

  // ---- Exceptions and control ------------------------------------------------------------------------------------

  raise(exception: string, data: CodeValue = 0): never {
    this.pending.push({ exception, data });
    throw RAISED;
  }

  isRaised(error: unknown): boolean {
    if (error !== RAISED) return false;
    // The handler deals with it: it is not pending any more.
    this.pending.pop();
    return true;
  }

  set_exception(exception: string, data: CodeValue = 0): number {
    this.pending.push({ exception, data });
    return 0;
  }

  cancel_exception(exception: string): number {
    for (let i = this.pending.length - 1; i >= 0; i--)
      if (this.pending[i]?.exception === exception) this.pending.splice(i, 1);
    return 0;
  }

  halt(): number {
    this.halted = true;
    return 0;
  }

  reset_core(): number {
    this.#context.reset();
    return 0;
  }

  fatal(): never {
    return fail("BW0334", `the description reports an error at address 0x${hex8(this.#context.cia())}`);
  }

  has_attribute(attribute: string): number {
    return this.#context.instruction()?.attributes.includes(attribute) === true ? 1 : 0;
  }

  instruction_count(): number {
    return this.#context.count() | 0;
  }

  valid_index(file: string, index: number): number {
    const f = this.#context.isa.registerFiles[file];
    if (!f) return 0;
    const slots = this.#context.layout.files.get(file);
    if (!slots?.entries) return index >>> 0 < f.size ? 1 : 0;
    const known =
      slots.entries.has(index) ||
      f.addresses?.[index] !== undefined ||
      f.inContexts?.[index] !== undefined ||
      f.entryHooks?.[index] !== undefined;
    return known ? 1 : 0;
  }

  /** `object` is FILE:ATTRIBUTE. */
  register_has_attribute(object: string, index: number): number {
    const [file = "", attribute = ""] = object.split(":");
    const f = this.#context.isa.registerFiles[file];
    const register = this.#context.isa.registers[f?.entries[index] ?? ""];
    const element = this.#context.isa.registerFiles[f?.elements?.[index]?.registerFile ?? ""];
    return (register ?? element ?? f)?.attributes?.includes(attribute) === true ? 1 : 0;
  }

  check_permissions(): number {
    this.#context.translator.recheck();
    return 0;
  }

  set_table(name: string): number {
    const at = this.#context.machine.tables?.findIndex((t) => t.name === name) ?? -1;
    if (at >= 0) this.table = at;
    return 0;
  }

  current_table(): number {
    return this.table;
  }

  run(table: string, value: bigint, width: number): number {
    this.#context.run(table, value, width);
    return 0;
  }

  in_turn(): number {
    return 0;
  }

  /** `tables`: their names; `list`: the value and the width of each field. */
  run_all(tables: string, ...list: (bigint | number)[]): number {
    this.#microOffset = this.#nextMicroOffset;
    this.#nextMicroOffset = 0;
    const names = tables.split(",");
    for (let at = this.#microOffset; at < names.length; at++) {
      this.#microOffset = at + 1;
      const ends = this.#context.run(names[at] ?? "", BigInt(list[2 * at] ?? 0), Number(list[2 * at + 1]));
      if (ends && !this.#context.machine.packets) break;
    }
    return 0;
  }

  micro_offset(): number {
    return this.#microOffset;
  }

  set_micro_offset(offset: number): number {
    this.#nextMicroOffset = offset >>> 0;
    return 0;
  }

  instruction_word(at: number): number {
    return this.#context.word(at) | 0;
  }

  instruction_bytes(): number {
    return Math.ceil((this.#context.instruction()?.width ?? 32) / 8);
  }

  packet_position(): number {
    return this.packet.position;
  }

  set_packet_position(position: number): number {
    this.packet.position = position | 0;
    this.packet.ends = position === 0;
    return 0;
  }

  /** A register that says which context is active has changed. */
  watchContexts(): void {
    this.#context.contexts.update((hook) => Number(this.#context.call(hook)));
  }

  watchTable(): void {
    const hook = this.#context.machine.moments.itable_watch;
    if (hook === undefined) return;
    const count = this.#context.machine.tables?.length ?? 1;
    this.table = Number(this.#context.call(hook)) % count;
  }

  external_flag(): number {
    return this.flag;
  }

  set_external_flag(v: number): number {
    this.flag = v;
    return 0;
  }

  // ---- Delayed writes and skipped instructions -------------------------------------------------------------------

  /** Has `write` done at the end of the instruction so many after this one. */
  delay(instructions: number, write: () => void): void {
    if (this.#context.undo.ignoring) return;
    if (instructions === -1 && this.#context.machine.packets) return this.packet.later(write);
    if (this.#delayed.length >= 100_000)
      fail("BW0334", `the program has more than 100000 delayed writes at once`);
    this.#delayed.push({ left: instructions >>> 0, write });
  }

  /** Whether delayed writes wait. */
  get delays(): boolean {
    return this.#delayed.length > 0;
  }

  /** At the end of an instruction: does what is due, in the order in which it was written. */
  endDelays(): void {
    const due = this.#delayed.filter((one) => one.left === 0);
    this.#delayed = this.#delayed.filter((one) => one.left > 0);
    for (const one of this.#delayed) one.left--;
    for (const one of due) one.write();
  }

  skip_instruction(): number {
    this.skipped = true;
    return 0;
  }

  // ---- Undone and ignored execution ------------------------------------------------------------------------------

  enable_rollback(on: number): number {
    this.#context.undo.enable(on !== 0);
    return 0;
  }

  commit_rollback(): number {
    this.#context.undo.commit();
    return 0;
  }

  flush_rollback(): number {
    this.#context.undo.flush();
    return 0;
  }

  set_ignore_mode(on: number): number {
    this.#context.undo.ignore(on !== 0);
    return 0;
  }

  ignore_enabled(): number {
    return this.#context.undo.ignoring ? 1 : 0;
  }

  is_active(): number {
    return this.halted ? 0 : 1;
  }

  refuse(what: string): never {
    return fail(
      "BW0334",
      `the instruction at address 0x${hex8(this.#context.cia())} uses ${what}, which the simulator does not have`,
    );
  }

  // ---- System calls ----------------------------------------------------------------------------------------------

  syscall_enabled(): number {
    return this.#context.systemCall ? 1 : 0;
  }

  syscall_argument(v: number): number {
    this.#systemArguments.push(v);
    return 0;
  }

  syscall_trigger(code: number): number {
    this.#systemResult = this.#context.systemCall?.(code, this.#systemArguments) ?? 0;
    this.#systemArguments = [];
    return 0;
  }

  syscall_result(): number {
    return this.#systemResult | 0;
  }
}
