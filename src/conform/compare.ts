// Compares a run with a recording, as strictly as the original's own comparison: instruction by instruction the address,
// the word, each register written, each access, the branch; the final registers and memory; and every issue and completion
// time, unadjusted: one late instruction makes all later ones wrong, and they count as wrong.
import { numberOf, valueOf } from "../dat/index.ts";
import type { DatCommand, DatImage, RecordedInstruction } from "../dat/index.ts";

/** What the comparison asks of a simulator after each instruction. */
export interface ComparedMachine {
  /** Undefined: there is no such register. */
  readonly register: (
    name: string,
    index?: number,
    context?: { readonly name: string; readonly which: number },
  ) => bigint | undefined;
  /** Big-endian word, as the processor or as memory behind its caches has it; undefined: it cannot be read. */
  readonly memoryWord: (address: number, bytes: number, behindCaches?: boolean) => number | undefined;
  /** The four bytes of a memory as they lie, the first on the left; undefined: there is no such memory. */
  readonly storedWord: (memory: string, address: number) => number | undefined;
  /** Value of a register's named value; undefined: no such name. */
  readonly enumerated: (register: string, value: string) => bigint | undefined;
}

export interface ExecutedInstruction {
  readonly address: number;
  readonly word: bigint;
  /** Of the instruction; 0 when it could not be fetched. */
  readonly bytes: number;
  readonly accesses: readonly {
    readonly kind: string;
    readonly effective: number;
    readonly real: number;
    readonly bytes: number;
  }[];
  readonly exception?: string;
  /** Target when a branch was taken. */
  readonly target?: number;
}

export interface Difference {
  /** Position in the trace, from 0; -1 for the final state. */
  readonly index: number;
  /** Line of the recorded file. */
  readonly line: number;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface CompareOptions {
  readonly ignoredRegisters: ReadonlySet<string>;
  readonly ignoredKinds: ReadonlySet<string>;
}

/** Functional differences that are kept. */
const keptDifferences = 20;

export class Comparison {
  readonly recorded: readonly RecordedInstruction[];
  readonly differences: Difference[] = [];
  /** Instructions executed so far. */
  executed = 0;
  readonly #options: CompareOptions;

  constructor(recorded: readonly RecordedInstruction[], options: CompareOptions) {
    this.recorded = recorded;
    this.#options = options;
  }

  add(difference: Difference): void {
    if (this.differences.length < keptDifferences) this.differences.push(difference);
  }

  /** Compares the instruction that has just executed with the next recorded one. */
  step(one: ExecutedInstruction, machine: ComparedMachine): void {
    const index = this.executed++;
    const expected = this.recorded[index];
    if (!expected) return;
    const differ = (what: string, wanted: string, found: string): void =>
      this.add({ index, line: expected.line, what, expected: wanted, found });
    if (expected.address !== undefined && expected.address !== one.address) {
      differ("address", hex(expected.address), hex(one.address));
      return;
    }
    if (expected.word !== undefined && expected.word !== one.word) {
      differ("instruction word", hex(expected.word), hex(one.word));
    }
    for (const [name, value] of expected.registers) {
      if (!this.#options.ignoredKinds.has("R")) this.#register(machine, name, value, differ);
    }
    let access = 0;
    for (const event of expected.events) {
      if (this.#options.ignoredKinds.has(event.name)) continue;
      if (event.name === "D") access = this.#access(event, one, access, differ);
      else if (event.name === "M" && valueOf(event, "t") === "write") this.#word(event, machine, differ);
      else if (event.name === "B") {
        // Recordings may leave branches out, or their targets; what stands there has to be right.
        const target = Number(numberOf(valueOf(event, "ea")) ?? -1n);
        if (target >= 0 && one.target !== target)
          differ("branch target", hex(target), one.target === undefined ? "not taken" : hex(one.target));
      } else if (event.name === "E" && one.exception === undefined) {
        differ("exception", valueOf(event, "n") ?? "", "none");
      }
    }
  }

  #register(
    machine: ComparedMachine,
    name: string,
    value: bigint | string,
    differ: (what: string, wanted: string, found: string) => void,
  ): void {
    if (this.#options.ignoredRegisters.has(name)) return;
    const found = registerOf(machine, name);
    const wanted = typeof value === "string" ? machine.enumerated(name, value) : value;
    if (found === undefined || wanted === undefined || found !== wanted) {
      differ(
        name,
        typeof value === "string" ? value : hex(value),
        found === undefined ? "no such register" : hex(found),
      );
    }
  }

  #access(
    event: DatCommand,
    one: ExecutedInstruction,
    from: number,
    differ: (what: string, wanted: string, found: string) => void,
  ): number {
    const kind = valueOf(event, "t") ?? "";
    const address = Number(numberOf(valueOf(event, "ea")) ?? -1n);
    const bytes = Number(numberOf(valueOf(event, "nb")) ?? 0n);
    const data = one.accesses.filter((access) => access.kind === "read" || access.kind === "write");
    const found = data[from];
    const text = `${kind} of ${bytes} at ${hex(address)}`;
    if (!found) differ("data access", text, "none");
    else if (found.kind !== kind || found.effective !== address || found.bytes !== bytes) {
      differ("data access", text, `${found.kind} of ${found.bytes} at ${hex(found.effective)}`);
    }
    return from + 1;
  }

  #word(
    event: DatCommand,
    machine: ComparedMachine,
    differ: (what: string, wanted: string, found: string) => void,
  ): void {
    const address = numberOf(valueOf(event, "ra"));
    const data = numberOf(valueOf(event, "d"));
    if (address === undefined || data === undefined) return;
    const found = machine.storedWord(valueOf(event, "n") ?? "Mem", Number(address));
    if (found !== Number(data)) {
      differ(`memory at ${hex(address)}`, hex(data), found === undefined ? "cannot be read" : hex(found));
    }
  }

  /** Compares the number of instructions and the final state. */
  finish(results: DatImage, machine: ComparedMachine): void {
    const wanted = this.recorded.length;
    if (wanted > 0 && this.executed !== wanted) {
      const line = this.recorded.at(-1)!.line;
      this.add({
        index: -1,
        line,
        what: "instructions",
        expected: String(wanted),
        found: String(this.executed),
      });
    }
    const last = new Map<string, { value: bigint | string; line: number }>();
    for (const { name, index, context, value, line } of results.registers) {
      const prefix = context ? `${context.name}(${context.which}).` : "";
      last.set(`${prefix}${name}${index ?? ""}`, { value, line });
    }
    for (const [name, { value, line }] of last) {
      if (this.#options.ignoredKinds.has("RD")) break;
      this.#register(machine, name, value, (what, expected, found) =>
        this.add({ index: -1, line, what: `final ${what}`, expected, found }),
      );
    }
    if (this.#options.ignoredKinds.has("MD")) return;
    // What a cache's line holds is newer than the memory behind it; some recordings have the one, some the other.
    const cached = new Map<number, number>();
    for (const { fields, words } of results.cacheLines) {
      if (fields["valid"] === 0n) continue;
      words.forEach((word, at) => cached.set(Number(fields["ra"] ?? 0n) + 4 * at, word));
    }
    const wordAt = (address: number): number | undefined => cached.get(address - (address % 4));
    for (const { memory, address, bytes } of results.memory) {
      if (memory !== "Mem") continue;
      let expected = 0;
      for (const byte of bytes) expected = expected * 256 + byte;
      const written = expected;
      if (bytes.length === 4) expected = wordAt(address) ?? expected;
      const found = machine.memoryWord(address, bytes.length);
      if (found === expected || machine.memoryWord(address, bytes.length, true) === written) continue;
      const what = `final memory at ${hex(address)}`;
      this.add({ index: -1, line: 0, what, expected: hex(expected), found: hex(found ?? -1) });
    }
  }
}

/**
 * A register by the name that a recording uses: the index of a file's element is appended, and a context that is not the
 * active one stands before it.
 */
function registerOf(machine: ComparedMachine, given: string): bigint | undefined {
  const inContext = /^(\w+)\(([0-9]+)\)\.(.*)$/.exec(given);
  const context = inContext ? { name: inContext[1]!, which: Number(inContext[2]) } : undefined;
  const name = inContext ? inContext[3]! : given;
  const whole = machine.register(name, undefined, context);
  if (whole !== undefined) return whole;
  const match = /^(.*?)([0-9]+)$/.exec(name);
  return match ? machine.register(match[1]!, Number(match[2]), context) : undefined;
}

function hex(value: bigint | number): string {
  return value < 0 ? "none" : `0x${value.toString(16)}`;
}

/** Equal and different times of a run. Position i of `issued` and `completed` is the i-th recorded instruction; -1: never. */
export function compareTimes(
  recorded: readonly RecordedInstruction[],
  issued: ArrayLike<number>,
  completed: ArrayLike<number>,
): {
  readonly timed: number;
  readonly issueTimes: number;
  readonly completionTimes: number;
  readonly issueMatches: number;
  readonly completionMatches: number;
  readonly first?: Difference;
} {
  const figures = { timed: 0, issueTimes: 0, completionTimes: 0, issueMatches: 0, completionMatches: 0 };
  let first: Difference | undefined;
  recorded.forEach((one, index) => {
    if (one.issue !== undefined || one.complete !== undefined) figures.timed++;
    const check = (what: string, expected: number, found: number): boolean => {
      if (expected === found) return true;
      first ??= { index, line: one.line, what, expected: String(expected), found: String(found) };
      return false;
    };
    if (one.issue !== undefined) {
      figures.issueTimes++;
      if (check("issue time", one.issue, issued[index] ?? -1)) figures.issueMatches++;
    }
    if (one.complete !== undefined) {
      figures.completionTimes++;
      if (check("completion time", one.complete, completed[index] ?? -1)) figures.completionMatches++;
    }
  });
  return { ...figures, ...(first ? { first } : {}) };
}
