// Recorded instructions of a `.dat` file: what each did and when, and the final state, as data to compare with.
import type { Diagnostic } from "../base/diagnostic.ts";
import { contextOf } from "./image.ts";
import { missingKey } from "./sections.ts";
import type { DatTest } from "./sections.ts";
import { numberOf, valueOf } from "./syntax.ts";
import type { DatCommand } from "./syntax.ts";

export interface RecordedInstruction {
  readonly line: number;
  /** Effective address; absent for a register written from outside. */
  readonly address?: number;
  /** The instruction's bits as a number, and how many hexadecimal digits it was written with. */
  readonly word?: bigint;
  readonly digits?: number;
  readonly assembly?: string;
  /** Cycle of issue and of completion. */
  readonly issue?: number;
  readonly complete?: number;
  /**
   * Registers written, the last value of each, by name with the index appended; those of a context that was not active
   * then as `CONTEXT(n).NAME`.
   */
  readonly registers: ReadonlyMap<string, bigint | string>;
  /** All other lines in their order: memory, data accesses, branches, caches, exceptions, translations. */
  readonly events: readonly DatCommand[];
}

/** A recorded instruction whose lines are still being read. */
type Building = {
  -readonly [Key in keyof RecordedInstruction]: RecordedInstruction[Key] extends ReadonlyMap<infer K, infer V>
    ? Map<K, V>
    : RecordedInstruction[Key] extends readonly (infer E)[]
      ? E[]
      : RecordedInstruction[Key];
};

export interface Recording {
  readonly instructions: readonly RecordedInstruction[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The trace of one core (`""`: of all). Faults: BW0363 a key is missing or no number. */
export function recordingOf(test: DatTest, core = ""): Recording {
  const diagnostics: Diagnostic[] = [];
  const instructions: RecordedInstruction[] = [];
  let current: Building | undefined;
  for (const entry of test.entries) {
    if (entry.section !== "trace") continue;
    if (core !== "" && entry.core !== "" && entry.core !== core) continue;
    const { command } = entry;
    const time = (): number | undefined => {
      const value = numberOf(valueOf(command, "t"));
      if (value !== undefined && value >= 0n && value <= Number.MAX_SAFE_INTEGER) return Number(value);
      diagnostics.push(missingKey(test.file, command, "t"));
      return undefined;
    };
    if (command.name === "I" || command.name === "ERW") {
      const address = numberOf(valueOf(command, "ea"));
      current = { line: command.line, registers: new Map(), events: [] };
      if (address !== undefined) current.address = Number(address);
      instructions.push(current);
      continue;
    }
    // Lines before the first instruction belong to none.
    if (!current) continue;
    switch (command.name) {
      case "INSTR": {
        const text = valueOf(command, "op");
        const word = numberOf(text);
        const assembly = valueOf(command, "asm");
        if (word !== undefined) {
          current.word = word;
          current.digits = text!.replace(/^0[xX]/, "").length;
        }
        if (assembly !== undefined) current.assembly = assembly;
        break;
      }
      case "ITIME": {
        const issue = time();
        if (issue !== undefined) current.issue = issue;
        break;
      }
      case "CTIME": {
        const complete = time();
        if (complete !== undefined) current.complete = complete;
        break;
      }
      case "R": {
        if (valueOf(command, "a") === "read") break;
        const text = valueOf(command, "d");
        const context = contextOf(`${valueOf(command, "ctx") ?? ""}:${valueOf(command, "ctxi") ?? ""}`);
        const prefix = context ? `${context.name}(${context.which}).` : "";
        const name = `${prefix}${valueOf(command, "n") ?? ""}${indexOf(command)}`;
        if (text === undefined) diagnostics.push(missingKey(test.file, command, "d"));
        else current.registers.set(name, numberOf(text) ?? text);
        break;
      }
      default:
        current.events.push(command);
    }
  }
  return { instructions, diagnostics };
}

/** Index of a register line as it is appended to the name. */
export function indexOf(command: DatCommand): string {
  const index = numberOf(valueOf(command, "i"));
  return index === undefined ? "" : String(index);
}
