// Generated functions: of whole basic blocks, and of single instructions for step() and for code that runs rarely.
//
// A block function has its instruction fields as constants; V8 takes it as a function of its own and optimises it. The
// functions of single instructions share one text per kind of instruction, with the fields as parameters, so that
// making one for an address costs next to nothing.
import { InternalError } from "../base/diagnostic.ts";
import type { Expression, Statement } from "../machine/action.ts";
import type { Instruction, IsaModel } from "../machine/model.ts";
import { ActionCompiler } from "./action-compiler.ts";
import { BUILTIN_SUPPORT_NAMES, builtinSupport } from "./builtins.ts";
import type { Environment } from "./environment.ts";
import { fieldConstant, fieldNumber, fieldType } from "./field-text.ts";
import type { StateLayout } from "./layout.ts";
import type { Memory } from "./memory.ts";
import { constant, value, WORD } from "../isa/values.ts";

/** Executes a block or an instruction and returns the next address, as int32. */
export type Code = () => number;

/** Everything that generated code works on. */
export interface GeneratedState {
  readonly narrow: Int32Array;
  readonly wide: BigUint64Array;
  readonly memory: Memory;
  readonly environment: Environment;
  /** [0]: address of the last data access made by step(). */
  readonly access: Int32Array;
}

export interface BlockInstruction {
  readonly instruction: Instruction;
  readonly word: number;
}

export class CodeGenerator {
  readonly #isa: IsaModel;
  readonly #layout: StateLayout;
  readonly #state: GeneratedState;
  readonly #factories = new Map<Instruction, (fields: readonly number[], cia: number) => Code>();
  readonly #enders = new Map<Instruction, boolean>();
  /** The values that the names in generated code stand for. */
  readonly #shared: readonly unknown[];

  constructor(isa: IsaModel, layout: StateLayout, state: GeneratedState) {
    this.#isa = isa;
    this.#layout = layout;
    this.#state = state;
    const { narrow, wide, memory, environment, access } = state;
    this.#shared = [
      narrow,
      wide,
      new Int32Array(wide.buffer, wide.byteOffset, 2 * wide.length),
      memory,
      environment,
      access,
      memory.m8,
      memory.m16,
      memory.m32,
      ...builtinSupport(),
    ];
  }

  /** Whether control may go elsewhere after the instruction, so that a block ends with it. */
  endsBlock(instruction: Instruction): boolean {
    let ends = this.#enders.get(instruction);
    if (ends === undefined) {
      ends = changesFlow(this.#isa, instruction.action, 0);
      this.#enders.set(instruction, ends);
    }
    return ends;
  }

  /** One function for the instructions from `address` on. */
  block(list: readonly BlockInstruction[], address: number): Code {
    const access = { bounds: this.#state.memory, record: false };
    const compiler = new ActionCompiler(this.#isa, this.#layout, access, true);
    const body = list.map(({ instruction, word }, i) => {
      const cia = address + 4 * i;
      return compiler.instruction(instruction, {
        cia: constant(WORD, BigInt(cia)),
        field: (name) => fieldConstant(this.#isa, name, word, cia),
      });
    });
    const next = (address + 4 * list.length) | 0;
    const text = compiler.registers.finish(
      `${compiler.registers.prologue()}let nia=${next};${body.join("")}return nia;`,
    );
    return this.#evaluate(`return function block_${(address >>> 0).toString(16)}(){${text}}`) as Code;
  }

  /** A function for one instruction at `address`. */
  single(instruction: Instruction, word: number, address: number): Code {
    let factory = this.#factories.get(instruction);
    if (!factory) {
      factory = this.#factory(instruction);
      this.#factories.set(instruction, factory);
    }
    const fields = instruction.fields.map((name) => fieldNumber(this.#isa, name, word, address));
    return factory(fields, address | 0);
  }

  #factory(instruction: Instruction): (fields: readonly number[], cia: number) => Code {
    const access = { bounds: this.#state.memory, record: true };
    const compiler = new ActionCompiler(this.#isa, this.#layout, access, false);
    const operands = new Set(instruction.fields);
    const body = compiler.instruction(instruction, {
      cia: value(WORD, "cia"),
      // A field that is not an operand is fixed by the encoding.
      field: (name) =>
        operands.has(name)
          ? value(fieldType(this.#isa, name), `f_${name}`)
          : fieldConstant(this.#isa, name, instruction.match, 0),
    });
    const parameters = instruction.fields.map((name) => `f_${name}`).join(",");
    const name = instruction.name.replace(/\W/g, "_");
    return this.#evaluate(
      `return function([${parameters}],cia){return function step_${name}(){` +
        `let nia=cia+4|0;${compiler.registers.finish(body)}return nia;}}`,
    ) as (fields: readonly number[], cia: number) => Code;
  }

  #evaluate(text: string): unknown {
    // Constants of the enclosing function, not parameters, so that V8 can build them into the machine code.
    const source = `"use strict";const [C,W,WI,M,E,X,M8,M16,M32,${BUILTIN_SUPPORT_NAMES}]=state;${text}`;
    try {
      return new Function("state", source)(this.#shared);
    } catch (error) {
      throw new InternalError(`generated code: ${error instanceof Error ? error.message : ""}: ${text}`);
    }
  }
}

function changesFlow(isa: IsaModel, action: readonly Statement[], depth: number): boolean {
  let found = false;
  const look = (node: unknown): void => {
    if (found || typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(look);
      return;
    }
    const n = node as Statement | Expression;
    if (n.kind === "assign" && n.target.kind === "nia") found = true;
    else if (n.kind === "builtin" && n.name === "system_call") found = true;
    else if (n.kind === "call" && depth < 16)
      found = changesFlow(isa, isa.helpers[n.helper]?.body ?? [], depth + 1);
    if (!found) Object.values(node).forEach(look);
  };
  look(action);
  return found;
}
