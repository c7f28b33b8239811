// A small machine of our own for tests of the operation state machines: fifteen instructions, and a pipeline of three stages
// that each test changes where it looks.
import { DiagnosticError } from "../../../src/base/diagnostic.ts";
import { loadMachine } from "../../../src/adl/index.ts";
import type { MachineModel } from "../../../src/machine/model.ts";
import { createModelSimulator } from "../../../src/iss/index.ts";
import {
  createOsmEngine,
  createSimulatorOracle,
  splitBytesOf,
  wordsOfSimulator,
} from "../../../src/pipeline/index.ts";
import type { OsmOptions } from "../../../src/pipeline/index.ts";
import { withFiles } from "../../adl/temporary.ts";

const architecture = `
define (arch = Tiny) {
  attrs = (branches, loads);
  define (reg = CIA) { attrs = cia; }
  define (reg = NIA) { attrs = nia; }
  define (reg = SAVED) {}
  define (reg = FLAGS) {
    define (field = LOW) { bits = (24,31); }
    define (field = HIGH) { bits = (16,23); }
  }
  define (regfile = R) { size = 8; prefix = r; }
  define (regfile = V) { size = 32; define (entry = 1) { reg = SAVED; } }
  define (instrfield = OP) { bits = (0,5); }
  define (instrfield = T) { bits = (6,10); ref = R; type = regfile; }
  define (instrfield = S) { bits = (11,15); ref = R; type = regfile; }
  define (instrfield = I) { bits = (16,31); is_signed = true; }
  define (instrfield = N) { bits = (11,15); ref = V; type = regfile; }
  define (exception = Fault) { action = { SAVED = CIA + 4; NIA = 0x100; }; }
  define (instr = stop) { fields = (OP(0)); width = 32; action = { halt(); }; }
  define (instr = add) { fields = (OP(1),T,S,I); action = { R(T) = R(S) + I; }; }
  define (instr = get) { fields = (OP(2),T,S,I); attrs = loads; action = { R(T) = Mem(R(S) + I,4); }; }
  define (instr = put) { fields = (OP(3),T,S,I); action = { Mem(R(S) + I,4) = R(T); }; }
  define (instr = jump) { fields = (OP(4),T,S,I); attrs = branches; action = { NIA = CIA + I; }; }
  define (instr = loop) { fields = (OP(5),T,S,I); attrs = branches; action = { if (R(T) != 0) { NIA = CIA + I; } }; }
  define (instr = fail) { fields = (OP(6),T,S,I); action = { raiseException(Fault); }; }
  define (instr = pair) { fields = (OP(7),T,S,I); action = { R(T) = Mem(R(S) + I,4) + Mem(R(S) + I + 4,4); }; }
  define (instr = low) { fields = (OP(8),T,S,I); action = { FLAGS.LOW = I; }; }
  define (instr = high) { fields = (OP(9),T,S,I); action = { FLAGS.HIGH = I; }; }
  define (instr = askHigh) { fields = (OP(10),T,S,I); action = { R(T) = FLAGS.HIGH; }; }
  define (instr = divide) { fields = (OP(11),T,S,I); action = { R(T) = R(S) - 1; }; }
  define (instr = save) { fields = (OP(12),T,S,I); action = { SAVED = I; }; }
  define (instr = saved) { fields = (OP(13),T,S,I); action = { R(T) = SAVED; }; }
  define (instr = view) { fields = (OP(14),T,N,I); action = { R(T) = V(N); }; }
}
define (core = P) { archs = Tiny; }
`;

/** What a test changes of the pipeline. Classes: of those not named, the standard one. */
export interface Changes {
  readonly fetchUnit?: string;
  readonly stages?: string;
  readonly resources?: string;
  readonly memory?: string;
  /** Keys of the core. */
  readonly core?: string;
  readonly states?: string;
  readonly mapping?: string;
  readonly machine?: string;
  /** Class → text of its block. */
  readonly classes?: Readonly<Record<string, string>>;
}

export const operands = "define (operands) { Src = sources; Trg = targets; }";

/** A class whose instructions only pass, with the given text in place of the standard state. */
export function passing(
  instructions: string,
  states: Readonly<Record<string, string>> = {},
  more = "",
): string {
  const actions: Readonly<Record<string, string>> = {
    S_INIT: "if (D.has_space()) { change_state(S_D); }",
    S_D: "if (Src.can_read() && E.has_space()) { Src.read(); Trg.allocate(); change_state(S_E); }",
    S_E: "if (W.has_space()) { exec(); change_state(S_W); }",
    S_W: "{ write_ops(); change_state(S_INIT); }",
    ...states,
  };
  return `instructions = (${instructions}); machine = normal; ${more} ${operands}
    action = { ${Object.entries(actions)
      .map(([state, text]) => `${state}: ${text};`)
      .join("\n      ")} };`;
}

const standard: Readonly<Record<string, string>> = {
  simple: passing("add, stop, low, high, askHigh"),
  others: passing("save, saved, view"),
  slow: passing("divide"),
  fault: passing("fail"),
  load: passing("get, pair", {
    S_D: "if (Src.can_read() && mem.can_request_read() && E.has_space()) { Src.read(); Trg.allocate(); exec(); mem.send_read_request(); change_state(S_E); }",
    S_E: "if (mem.can_read() && W.has_space()) { exec_and_read(mem); change_state(S_W); }",
  }),
  store: passing("put", {
    S_D: "if (Src.can_read() && mem.can_request_write() && E.has_space()) { Src.read(); exec(); mem.send_write_request(); change_state(S_E); }",
    S_E: "if (mem.can_write() && W.has_space()) { exec_and_write(mem); change_state(S_W); }",
    S_W: "{ change_state(S_INIT); }",
  }),
  branch: passing("jump, loop", {
    S_D: "if (Src.can_read() && E.has_space()) { Src.read(); exec(); if (branch_taken()) { taken_flush(); } change_state(S_E); }",
    S_E: "if (W.has_space()) { change_state(S_W); }",
    S_W: "{ change_state(S_INIT); }",
  }),
};

function microarchitecture(changes: Changes): string {
  const classes = { ...standard, ...changes.classes };
  return `
define (core P) {
  ${changes.core ?? ""}
  define (resources) {
    define (fetchunit Fetcher) {
      fetch_memory = mem.I; entries = 4; entry_size = 4; fetch_size = (4); ${changes.fetchUnit ?? ""}
    }
    ${changes.stages ?? "define (pipestage = (D,E,W)) {}"}
    define (memory mem) {
      ${changes.memory ?? "read_latency = 1; write_latency = 1; data_width = 32; max_requests = 2;"}
      define (port I) { type = instr; }
      define (port A) { type = data; }
    }
    ${changes.resources ?? ""}
  }
  define (machine normal) {
    init_state = S_INIT;
    states = (${changes.states ?? "S_D,S_E,S_W"});
    define (mapping) { ${changes.mapping ?? "D = S_D; E = S_E; W = S_W;"} }
    ${changes.machine ?? ""}
  }
  ${Object.entries(classes)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `define (instr_class ${name}) { ${text.replaceAll(/\bmem\b/g, "mem.A")} }`)
    .join("\n  ")}
}
`;
}

export function describe(changes: Changes): MachineModel {
  return withFiles({ "tiny.uadl": microarchitecture(changes), "tiny.adl": architecture }, (path) => {
    const description = path.replace(/tiny\.uadl$/, "tiny.adl");
    const { model, diagnostics } = loadMachine(path, { description, importFolders: [], defines: {} });
    const errors = diagnostics.filter((one) => one.severity === "error");
    if (!model || errors.length > 0) throw new DiagnosticError(errors);
    return model;
  });
}

const opcodes = [
  "stop",
  "add",
  "get",
  "put",
  "jump",
  "loop",
  "fail",
  "pair",
  "low",
  "high",
  "askHigh",
  "divide",
  "save",
  "saved",
  "view",
];

/** A word: `add(1, 2, 5)` is r1 = r2 + 5. */
export function word(name: string, t = 0, s = 0, i = 0): number {
  const at = opcodes.indexOf(name);
  if (at < 0) throw new Error(`no instruction ${name}`);
  return ((at << 26) | (t << 21) | (s << 16) | (i & 0xffff)) >>> 0;
}

export interface Timed {
  /** Issue and completion of each executed instruction, in order; −1: never. */
  readonly times: readonly (readonly [issue: number, completion: number])[];
  readonly cycles: number;
  readonly halted: boolean;
  readonly registers: readonly number[];
  /** Ways that were looked up, and instructions that executed with others as one. */
  readonly replayed: number;
  readonly inBlocks: number;
}

/** Runs words from address 0 (and handlers) until `stop`. */
export function run(
  model: MachineModel,
  words: readonly number[],
  options: OsmOptions & {
    readonly handlers?: Readonly<Record<number, readonly number[]>>;
    limit?: number;
    /** Straight pieces of code execute as one. */
    readonly blocks?: boolean;
    /** Instructions whose times are kept (default 100). */
    readonly timed?: number;
  } = {},
): Timed {
  const bytesOf = (list: readonly number[]): Uint8Array =>
    Uint8Array.from(list.flatMap((one) => [one >>> 24, (one >>> 16) & 255, (one >>> 8) & 255, one & 255]));
  const simulator = createModelSimulator(
    model.isa,
    {
      memory: [
        { memory: "Mem", address: 0, bytes: bytesOf(words) },
        ...Object.entries(options.handlers ?? {}).map(([address, list]) => ({
          memory: "Mem",
          address: Number(address),
          bytes: bytesOf(list),
        })),
      ],
      registers: [],
    },
    { cycleHooks: false },
  );
  let executed = 0;
  const several = {
    left: () => 1e9,
    executed: (count: number) => {
      executed += count;
    },
  };
  const stepped = {
    pc: () => simulator.pc(),
    halted: () => simulator.halted(),
    step: () => simulator.step(),
    last: simulator.last,
    register: (name: string, index?: number) => simulator.register(name, index),
    readMemory: (address: number, bytes: number) => simulator.readMemory(address, bytes),
    ...(options.blocks ? { blocks: simulator } : {}),
  };
  const oracle = createSimulatorOracle(
    stepped,
    (name) => name in model.isa.registerFiles,
    { step: () => undefined, several },
    splitBytesOf(model),
  );
  const engine = createOsmEngine(model, wordsOfSimulator(simulator, 0, 0x200), oracle, options);
  engine.record(options.timed ?? 100);
  const halted = engine.run(options.limit ?? 1000);
  const { issued, completed } = engine.trace;
  const count = issued.findLastIndex((one) => one >= 0) + 1;
  return {
    times: Array.from({ length: count }, (_, at) => [issued[at]!, completed[at]!] as const),
    cycles: engine.cycles(),
    halted,
    registers: Array.from({ length: 8 }, (_, at) => Number(simulator.register("R", at))),
    replayed: engine.replayed?.replayed ?? 0,
    inBlocks: executed,
  };
}
