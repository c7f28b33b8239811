// The functional simulator. Code is found block by block as the program reaches it; a block runs instruction by
// instruction at first and is compiled to a JavaScript function when it has proven hot, so that start-up is quick and
// long runs are fast.
import { DiagnosticError, fail, InternalError } from "../base/diagnostic.ts";
import type { ElfFile } from "../elf/elf.ts";
import { createDecoder, hex8 } from "../isa/decoder.ts";
import type { Decoder } from "../isa/decoder.ts";
import type { Memory } from "./memory.ts";
import type { IsaModel, MachineModel } from "../machine/model.ts";
import { CodeGenerator } from "./code-generator.ts";
import type { BlockInstruction, Code } from "./code-generator.ts";
import { ENDED, Environment } from "./environment.ts";
import type { Iss, IssOptions, MachineState, Profile, ProgramIo } from "./iss-types.ts";
import { layoutState } from "./layout.ts";
import { loadProgram } from "./loader.ts";
import type { LoadedProgram } from "./loader.ts";
import { EdgeCounts } from "./profile.ts";
import { createState } from "./state.ts";
import { SystemCalls } from "./system-calls.ts";

/** Executions after which a block is compiled. */
const HOT = 32;
/** Instructions of a block at most. */
const BLOCK_LIMIT = 128;
const DEFAULT_HEAP = 64 << 20;

interface Block {
  readonly start: number;
  readonly length: number;
  readonly instructions: readonly BlockInstruction[];
  /** Whether the last instruction is a branch, whose edges are counted. */
  readonly branches: boolean;
  readonly edges: EdgeCounts | undefined;
  run: Code;
  count: number;
  /** Executions until compilation. */
  coolness: number;
}

/** Makes a simulator with the program loaded and ready to run.
 *  Fails: BW0308 (memory), BW0320 and BW0321 (the description), before anything runs. */
export function createIss(
  model: MachineModel | IsaModel,
  elf: ElfFile,
  io: ProgramIo,
  options: IssOptions = {},
): Iss {
  return new Simulator("isa" in model ? model.isa : model, elf, io, options);
}

class Simulator implements Iss {
  readonly state: MachineState;
  readonly profile: Profile;
  readonly #file: string;
  readonly #isa: IsaModel;
  readonly #decoder: Decoder;
  readonly #program: LoadedProgram;
  readonly #environment: Environment;
  readonly #calls: SystemCalls;
  readonly #generator: CodeGenerator;
  readonly #access = new Int32Array(2);
  readonly #counting: boolean;
  /** Blocks and single-instruction functions by code word. */
  readonly #blocks: (Block | undefined)[];
  readonly #singles: (Code | undefined)[];
  /** Executions outside counted blocks, by code word; and edges found by step(). */
  readonly #stepped: Float64Array;
  readonly #steppedEdges = new Map<number, EdgeCounts>();
  #executed = 0;

  constructor(isa: IsaModel, elf: ElfFile, io: ProgramIo, options: IssOptions) {
    this.#file = elf.file;
    this.#isa = isa;
    this.#decoder = createDecoder(isa);
    this.#counting = options.profile ?? false;
    const layout = layoutState(isa);
    this.#environment = new Environment(elf.file, options.timeBase ?? (() => BigInt(this.#executed)));
    this.#program = loadProgram(elf, io, options.heapBytes ?? DEFAULT_HEAP, (cia, what) =>
      this.#environment.memoryFault(cia, what),
    );
    this.#program.memory.alignment = this.#alignmentRule(options.wordAligned ?? []);
    const { memory, code, heapStart, heapEnd } = this.#program;
    const narrow = new Int32Array(Math.max(1, layout.narrowSize));
    const wide = new BigUint64Array(Math.max(1, layout.wideSize));
    const state = createState(layout, narrow);
    this.state = state;
    state.pc = this.#program.entry;
    state.gpr[1] = this.#program.stackPointer;
    this.#calls = new SystemCalls({
      io,
      memory,
      nanoseconds: options.nanoseconds ?? (() => this.#executed),
      heapStart,
      heapEnd,
    });
    this.#environment.connect(() => {
      const [r0, r3, r4, r5, r6, r7] = [0, 3, 4, 5, 6, 7].map((i) => state.gpr[i] ?? 0);
      const result = this.#calls.call(r0 ?? 0, r3 ?? 0, r4 ?? 0, r5 ?? 0, r6, r7);
      state.gpr[3] = result.value;
      state.cr = result.error ? state.cr | 0x10000000 : state.cr & ~0x10000000;
      return this.#calls.exited;
    });
    this.#generator = new CodeGenerator(isa, layout, {
      narrow,
      wide,
      memory,
      environment: this.#environment,
      access: this.#access,
    });
    this.#blocks = new Array<Block | undefined>(code.length).fill(undefined);
    this.#singles = new Array<Code | undefined>(code.length).fill(undefined);
    this.#stepped = new Float64Array(code.length);
    this.profile = { executions: (address) => this.#executions(address), edges: () => this.#edges() };
  }

  /** What the memory asks about accesses of words that are not aligned. */
  #alignmentRule(names: readonly string[]): Memory["alignment"] {
    if (names.length === 0) return undefined;
    const wanted = new Set(names);
    return (cia, what) => {
      const { code, codeStart } = this.#program;
      const decoded = this.#decoder.decode(code[(cia - codeStart) >>> 2] ?? 0);
      const name = this.#isa.instructions[decoded]?.name ?? "";
      if (wanted.has(name)) this.#environment.misaligned(cia, `${name}: ${what}`);
    };
  }

  get instructions(): number {
    return this.#executed;
  }

  get exited(): boolean {
    return this.#calls.exited;
  }

  get exitCode(): number {
    return this.#calls.exitCode;
  }

  get dataAddress(): number {
    const address = this.#access[0] ?? -1;
    return address === -1 ? -1 : address >>> 0;
  }

  get jumped(): boolean {
    return this.#access[1] !== 0;
  }

  readBytes(address: number, length: number): Uint8Array {
    const bytes = this.#program.memory.readBytes(address, length);
    if (!bytes) fail("BW0302", `${length} bytes at 0x${hex8(address)} lie outside the program's memory`);
    return bytes;
  }

  writeBytes(address: number, bytes: Uint8Array): void {
    if (!this.#program.memory.writeBytes(address, bytes))
      fail("BW0302", `${bytes.length} bytes at 0x${hex8(address)} are not writable memory of the program`);
  }

  wordAt(address: number): number {
    return (this.#program.code[this.#index(address)] ?? 0) >>> 0;
  }

  run(limit = Infinity): boolean {
    const blocks = this.#blocks;
    const codeStart = this.#program.codeStart;
    const counting = this.#counting;
    const end = this.#executed + limit;
    let pc = this.state.pc | 0;
    let block: Block | undefined;
    try {
      while (!this.#calls.exited && this.#executed < end) {
        block = undefined;
        const known = blocks[(pc - codeStart) >>> 2];
        block = known === undefined || (pc & 3) !== 0 ? this.#findBlock(pc) : known;
        if (this.#executed + block.length > end) {
          block = undefined;
          this.state.pc = pc >>> 0;
          while (this.#executed < end && !this.#calls.exited) {
            this.step();
            pc = this.state.pc | 0;
          }
          break;
        }
        this.#executed += block.length;
        block.count++;
        if (--block.coolness === 0) this.#compile(block);
        pc = block.run();
        if (counting && block.branches) block.edges?.add(pc);
      }
      this.state.pc = this.#after(pc);
    } catch (error) {
      if (block && error instanceof DiagnosticError) this.#undo(block);
      else this.state.pc = pc >>> 0;
      throw error;
    }
    return this.#calls.exited;
  }

  step(): void {
    const pc = this.state.pc;
    const index = this.#index(pc);
    let code = this.#singles[index];
    if (code === undefined) {
      code = this.#single(pc);
      this.#singles[index] = code;
    }
    this.#access[0] = -1;
    this.#access[1] = 0;
    const next = this.#after(code());
    this.#executed++;
    this.#stepped[index] = (this.#stepped[index] ?? 0) + 1;
    this.state.pc = next;
    if (this.#counting) this.#countStep(index, pc, next);
  }

  /** Where the program stands after code that returned `next`: a program that has ended stays at its last instruction. */
  #after(next: number): number {
    return (next === ENDED ? this.#environment.lastSystemCall : next) >>> 0;
  }

  #countStep(index: number, pc: number, next: number): void {
    const instruction = this.#isa.instructions[this.#decoder.decode(this.#program.code[index] ?? 0)];
    if (!instruction?.branch) return;
    let edges = this.#steppedEdges.get(pc);
    if (!edges) this.#steppedEdges.set(pc, (edges = new EdgeCounts()));
    edges.add(next | 0);
  }

  /** Takes back what was counted for the instructions of a block from a fault on. */
  #undo(block: Block): void {
    const fault = this.#environment.faultAddress;
    const done = Math.max(0, Math.min(block.length, (fault - (block.start >>> 0)) >> 2));
    block.count--;
    this.#executed -= block.length - done;
    const index = this.#index(block.start);
    for (let i = 0; i < done; i++) this.#stepped[index + i] = (this.#stepped[index + i] ?? 0) + 1;
    this.state.pc = fault;
  }

  #index(address: number): number {
    const index = ((address >>> 0) - this.#program.codeStart) / 4;
    if (!Number.isInteger(index) || index < 0 || index >= this.#program.code.length)
      fail(
        "BW0305",
        `address 0x${hex8(address)} is outside the program's code`,
        "the program jumped through a wrong pointer or returned on a damaged stack",
        { file: this.#file },
      );
    return index;
  }

  #single(address: number): Code {
    const word = this.wordAt(address);
    const instruction = this.#decoder.instruction(word, address, this.#file);
    return this.#generator.single(instruction, word, address);
  }

  #findBlock(pc: number): Block {
    const first = this.#index(pc);
    const known = this.#blocks[first];
    if (known) return known;
    const { code } = this.#program;
    const instructions: BlockInstruction[] = [];
    let branches = false;
    for (let i = first; i < code.length && instructions.length < BLOCK_LIMIT; i++) {
      const word = code[i] ?? 0;
      const found = this.#isa.instructions[this.#decoder.decode(word)];
      if (!found) {
        if (instructions.length > 0) break;
        this.#decoder.instruction(word, pc, this.#file);
        throw new InternalError("an undecodable word was decoded");
      }
      instructions.push({ instruction: found, word });
      if (this.#generator.endsBlock(found)) {
        branches = found.branch !== undefined;
        break;
      }
    }
    const block: Block = {
      start: pc,
      length: instructions.length,
      instructions,
      branches,
      edges: this.#counting && branches ? new EdgeCounts() : undefined,
      run: this.#interpreter(instructions, pc),
      count: 0,
      coolness: HOT,
    };
    this.#blocks[first] = block;
    return block;
  }

  /** The block as a list of single instructions. */
  #interpreter(list: readonly BlockInstruction[], start: number): Code {
    const codes = list.map(({ instruction, word }, i) =>
      this.#generator.single(instruction, word, start + 4 * i),
    );
    return () => {
      let next = 0;
      for (const code of codes) next = code();
      return next;
    };
  }

  #compile(block: Block): void {
    block.run = this.#generator.block(block.instructions, block.start);
  }

  // ---- Profile -------------------------------------------------------------------------------------------------

  #executions(address: number): number {
    const index = ((address >>> 0) - this.#program.codeStart) / 4;
    let count = this.#stepped[index] ?? 0;
    for (let i = Math.max(0, index - BLOCK_LIMIT + 1); i <= index; i++) {
      const block = this.#blocks[i];
      if (block && i + block.length > index) count += block.count;
    }
    return count;
  }

  #edges(): { readonly from: number; readonly to: number; readonly count: number }[] {
    const all = new Map<number, Map<number, number>>();
    const merge = (from: number, edges: EdgeCounts): void => {
      let targets = all.get(from);
      if (!targets) all.set(from, (targets = new Map()));
      for (const [to, count] of edges.entries()) targets.set(to >>> 0, (targets.get(to >>> 0) ?? 0) + count);
    };
    for (const block of this.#blocks) {
      if (block?.edges) merge((block.start + 4 * (block.length - 1)) >>> 0, block.edges);
    }
    for (const [from, edges] of this.#steppedEdges) merge(from, edges);
    return [...all]
      .flatMap(([from, targets]) => [...targets].map(([to, count]) => ({ from, to, count })))
      .sort((a, b) => a.from - b.from || a.to - b.to);
  }
}
