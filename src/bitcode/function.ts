// A function's body: the FUNCTION block with its nested constants, metadata, names and attachments.
//
// Operands are numbers relative to the instruction being read. Those that point forward (mostly in phis) get a
// placeholder, and the instructions that hold one are gone over when the body is complete.

import { BLOCK, END, type BitCursor } from "./bitstream.ts";
import { BLOCK_ID, FUNCTION_CODE } from "./codes.ts";
import { readConstants, type Mutable } from "./constants.ts";
import { InstructionReader } from "./instructions.ts";
import { MAX_ATTACHMENTS, type MetadataTable } from "./metadata.ts";
import {
  successorsOf,
  terminatorOf,
  type Argument,
  type BasicBlock,
  type DebugLocation,
  type DebugRecord,
  type GlobalFunction,
  type Instruction,
  type Metadata,
  type MetadataAttachment,
} from "./module.ts";
import type { ModuleTables } from "./tables.ts";

const NAME_ENTRY = 1;
const BLOCK_NAME_ENTRY = 2;
const ATTACHMENT = 11;
const USE_LIST_BLOCK = 2;
const NOT_A_BRANCH = -1;

const RECORD_KINDS: Readonly<Record<number, DebugRecord["kind"]>> = {
  [FUNCTION_CODE.debugDeclare]: "declare",
  [FUNCTION_CODE.debugDeclareValue]: "declare_value",
  [FUNCTION_CODE.debugAssign]: "assign",
  [FUNCTION_CODE.debugLabel]: "label",
};

type Building = Mutable<GlobalFunction>;
type BuildingBlock = { -readonly [K in keyof BasicBlock]: BasicBlock[K] } & { instructions: Instruction[] };

/** Reads the FUNCTION block that the cursor has just been told of into `fn`. Errors: BW0402 to BW0408. */
export function readFunction(tables: ModuleTables, fn: Building): void {
  const valueCount = tables.values.length;
  const metadataCount = tables.metadata.length;
  new FunctionReader(tables, fn).read();
  tables.values.length = valueCount;
  tables.metadata.truncate(metadataCount);
}

class FunctionReader {
  private readonly tables: ModuleTables;
  private readonly cursor: BitCursor;
  private readonly metadata: MetadataTable;
  private readonly fn: Building;
  private readonly blocks: BuildingBlock[] = [];
  private readonly all: Mutable<Instruction>[] = [];
  private readonly useLists: { readonly block: number; readonly order: readonly number[] }[] = [];
  private readonly reader: InstructionReader;
  private current = 0;
  private sawPlainInstruction = false;
  private lastLocation: DebugLocation | null = null;

  constructor(tables: ModuleTables, fn: Building) {
    this.tables = tables;
    this.cursor = tables.cursor;
    this.metadata = tables.metadata;
    this.fn = fn;
    this.reader = new InstructionReader(tables, fn);
  }

  read(): void {
    const cursor: BitCursor = this.cursor;
    const { fn, tables } = this;
    cursor.enter();
    const args: Argument[] = fn.valueType.params.map((type, index) => {
      return { kind: "argument", type, name: null, index, slot: index };
    });
    fn.args = args;
    for (const arg of args) tables.values.push(arg);
    for (;;) {
      const found = cursor.next();
      if (found === END) break;
      if (found === BLOCK) this.readNested();
      else this.readRecord();
    }
    if (this.blocks.length === 0) cursor.fail("BW0404", "a function body without blocks");
    if (this.current !== this.blocks.length) cursor.fail("BW0404", "a function body with unfinished blocks");
    this.reader.finish();
    this.metadata.resolveValues(true);
    fn.blocks = this.blocks;
    fn.slotCount = this.reader.slotCount;
    this.linkPredecessors();
  }

  private readNested(): void {
    const cursor: BitCursor = this.cursor;
    switch (cursor.blockId) {
      case BLOCK_ID.constants:
        readConstants(cursor, this.tables.types, this.tables.values);
        break;
      case BLOCK_ID.metadata:
        this.metadata.readBlock();
        this.metadata.resolveValues(false);
        break;
      case BLOCK_ID.valueSymbols:
        this.readNames();
        break;
      case BLOCK_ID.metadataAttachment:
        this.readAttachments();
        break;
      case BLOCK_ID.useLists:
        this.readUseLists();
        break;
      default:
        cursor.skip();
    }
  }

  private readRecord(): void {
    const cursor: BitCursor = this.cursor;
    switch (cursor.code) {
      case FUNCTION_CODE.declareBlocks:
        this.declareBlocks();
        return;
      case FUNCTION_CODE.debugLoc:
        this.readLocation();
        this.last().debugLocation = this.lastLocation;
        return;
      case FUNCTION_CODE.debugLocAgain:
        if (this.lastLocation === null)
          cursor.fail("BW0404", "the last debug location again, but there is none");
        this.last().debugLocation = this.lastLocation;
        return;
      case FUNCTION_CODE.bundle:
        this.reader.readBundle();
        return;
      case FUNCTION_CODE.blockAddressUsers:
        return;
      case FUNCTION_CODE.debugValue:
      case FUNCTION_CODE.debugDeclare:
      case FUNCTION_CODE.debugAssign:
      case FUNCTION_CODE.debugValueSimple:
      case FUNCTION_CODE.debugLabel:
      case FUNCTION_CODE.debugDeclareValue: {
        const last = this.last();
        if (last.debugRecords.length === 0) last.debugRecords = [];
        (last.debugRecords as DebugRecord[]).push(this.readDebugRecord());
        return;
      }
    }
    const block = this.blocks[this.current];
    if (block === undefined) cursor.fail("BW0404", "an instruction outside the declared blocks");
    const instruction = this.reader.read(this.blocks.length);
    if (instruction.op === "phi") {
      if (this.sawPlainInstruction) cursor.fail("BW0404", "a phi after other instructions");
    } else this.sawPlainInstruction = true;
    block.instructions.push(instruction);
    this.all.push(instruction);
    if (isTerminator(instruction)) {
      this.current += 1;
      this.sawPlainInstruction = false;
    }
  }

  private declareBlocks(): void {
    const cursor: BitCursor = this.cursor;
    const count = cursor.word(0);
    if (this.blocks.length > 0 || count === 0) cursor.fail("BW0404", "a malformed declaration of blocks");
    // Every block has a terminator, which takes at least an abbreviation id.
    if (count > cursor.bitsLeft / 2 || count > cursor.recordsLeft)
      cursor.fail("BW0402", "more blocks are declared than the body has room for");
    for (let index = 0; index < count; index += 1) {
      this.blocks.push({ index, name: null, predecessors: [], instructions: [] });
    }
  }

  private last(): Mutable<Instruction> {
    const last = this.all[this.all.length - 1];
    if (last === undefined) this.cursor.fail("BW0404", "a debug location before the first instruction");
    return last;
  }

  private readLocation(): void {
    const cursor: BitCursor = this.cursor;
    const scope = cursor.word(2);
    const inlinedAt = cursor.word(3);
    if (scope === 0) {
      this.lastLocation = null;
      return;
    }
    this.lastLocation = {
      line: cursor.word(0),
      column: cursor.word(1),
      scope: this.metadata.node(scope - 1),
      inlinedAt: inlinedAt === 0 ? null : this.metadata.node(inlinedAt - 1),
      implicit: cursor.length > 4 && cursor.word(4) !== 0,
      atomGroup: cursor.length > 5 ? exact(cursor, 5) : 0,
      atomRank: cursor.length > 6 ? cursor.word(6) : 0,
    };
  }

  private readDebugRecord(): DebugRecord {
    const cursor: BitCursor = this.cursor;
    const code = cursor.code;
    const debugLocation = this.at(0);
    const variable = this.at(1);
    const isLabel = code === FUNCTION_CODE.debugLabel;
    const isAssign = code === FUNCTION_CODE.debugAssign;
    const simple = code === FUNCTION_CODE.debugValueSimple;
    return {
      kind: RECORD_KINDS[code] ?? "value",
      location: isLabel ? null : simple ? { kind: "value", value: this.reader.typedOperand(3) } : this.at(3),
      variable,
      expression: isLabel ? null : this.at(2),
      assignId: isAssign ? this.at(4) : null,
      addressLocation: isAssign ? this.at(6) : null,
      addressExpression: isAssign ? this.at(5) : null,
      debugLocation,
    };
  }

  /** The metadata that operand `index` refers to. */
  private at(index: number): Metadata {
    return this.metadata.get(this.cursor.word(index));
  }

  private readNames(): void {
    const cursor: BitCursor = this.cursor;
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) return;
      if (found === BLOCK) cursor.skip();
      else if (cursor.code === NAME_ENTRY) {
        const value = this.tables.values[cursor.word(0)];
        if (value === undefined || (value.kind !== "argument" && value.kind !== "instruction")) {
          cursor.fail("BW0405", "a name for a value that does not exist");
        }
        (value as { -readonly [K in keyof Argument]: Argument[K] }).name = cursor.text(1);
      } else if (cursor.code === BLOCK_NAME_ENTRY) {
        const block = this.blocks[cursor.word(0)];
        if (block === undefined) cursor.fail("BW0405", "a name for a block that does not exist");
        block.name = cursor.text(1);
      }
    }
  }

  private readAttachments(): void {
    const cursor: BitCursor = this.cursor;
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) return;
      if (found === BLOCK) cursor.skip();
      else if (cursor.code === ATTACHMENT) {
        const numbers = cursor.numbers();
        if (numbers.length % 2 === 0) {
          this.tables.attachTo(this.fn, this.metadata.attachmentsOf(numbers, 0));
          continue;
        }
        const instruction = this.all[numbers[0] as number];
        if (instruction === undefined)
          cursor.fail("BW0405", "an attachment to an instruction that does not exist");
        const more: readonly MetadataAttachment[] = this.metadata.attachmentsOf(numbers, 1);
        if (instruction.metadata.length > MAX_ATTACHMENTS) cursor.fail("BW0408", "too many attachments");
        instruction.metadata = instruction.metadata.length === 0 ? more : [...instruction.metadata, ...more];
      }
    }
  }

  private readUseLists(): void {
    const cursor: BitCursor = this.cursor;
    cursor.enter();
    for (;;) {
      const found = cursor.next();
      if (found === END) return;
      if (found === BLOCK) cursor.skip();
      else if (cursor.code === USE_LIST_BLOCK && cursor.length > 1) {
        const order = cursor.numbers();
        this.useLists.push({ block: order.pop() as number, order });
      }
    }
  }

  /**
   * LLVM keeps uses in a list with the newest first, and lists a block's predecessors in that order, unless the file
   * says how the list was sorted when it was written.
   */
  private linkPredecessors(): void {
    const lists: number[][] = this.blocks.map(() => []);
    for (const block of this.blocks) {
      const terminator = terminatorOf(block);
      // A switch sets its operands in the order of `successorsOf`; a branch sets the last one first.
      const targets = successorsOf(terminator);
      if (terminator.op === "condbr") {
        (lists[terminator.ifFalse] as number[]).push(block.index);
        (lists[terminator.ifTrue] as number[]).push(block.index);
      } else for (const target of targets) (lists[target] as number[]).push(block.index);
    }
    for (const list of lists) list.reverse();
    for (const { block, order } of this.useLists) {
      const list = lists[block];
      if (list === undefined) continue;
      // A block whose address is taken has one use more, the oldest: constants are made before instructions.
      if (order.length === list.length + 1) list.push(NOT_A_BRANCH);
      if (order.length !== list.length) continue;
      const sorted = list.map((from, index) => ({ from, key: order[index] as number }));
      sorted.sort((left, right) => left.key - right.key);
      lists[block] = sorted.map((entry) => entry.from);
    }
    for (const block of this.blocks) {
      block.predecessors = (lists[block.index] as number[]).filter((from) => from !== NOT_A_BRANCH);
    }
  }
}

function exact(cursor: BitCursor, index: number): number | bigint {
  return (cursor.high[index] as number) < 1 << 21 ? cursor.number(index) : cursor.big(index);
}

function isTerminator(instruction: Instruction): boolean {
  switch (instruction.op) {
    case "ret":
    case "br":
    case "condbr":
    case "switch":
    case "indirectbr":
    case "unreachable":
    case "invoke":
    case "callbr":
    case "resume":
    case "cleanupret":
    case "catchret":
    case "catchswitch":
      return true;
    default:
      return false;
  }
}
