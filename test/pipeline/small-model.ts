// A tiny machine built by hand, so that the engine is tested apart from the description language: four stages
// (fetch, ID, EX, WB), one forwarding path, a load, a divide with a latency that depends on its operands, branches.
import type { Expression, Statement } from "../../src/machine/action.ts";
import type {
  Instruction,
  InstructionClass,
  MachineModel,
  OperandBinding,
  RegisterUse,
  SourcedNumber,
} from "../../src/machine/model.ts";

const bit = { width: 1, signed: false };
const word = { width: 32, signed: false };

export function call(object: string, method: string, ...args: (Expression | string | number)[]): Expression {
  return {
    kind: "method",
    type: bit,
    object,
    method,
    arguments: args.map((argument): Expression =>
      typeof argument === "string"
        ? { kind: "name", type: bit, name: argument }
        : typeof argument === "number"
          ? constant(argument)
          : argument,
    ),
  };
}
export function constant(value: number): Expression {
  return { kind: "constant", type: word, value: BigInt(value) };
}
export function all(...tests: Expression[]): Expression {
  return tests.reduce((left, right) => ({ kind: "binary", type: bit, operator: "&&", left, right }));
}
export function not(value: Expression): Expression {
  return { kind: "unary", type: bit, operator: "!", value };
}
export function act(value: Expression): Statement {
  return { kind: "expression", value };
}
export function go(state: string): Statement {
  return act(call("", "change_state", state));
}
export function when(test: Expression, then: Statement[], otherwise: Statement[] = []): Statement {
  return { kind: "if", test, then, otherwise };
}

const none: SourcedNumber["source"] = { kind: "none" };
const number = (value: number, unit: string): SourcedNumber => ({ value, unit, source: none });
const gpr = (field: string): RegisterUse => ({ name: "GPR", field, mask: 0xffffffff });

function instruction(
  name: string,
  opcode: number,
  fields: readonly string[],
  sources: readonly RegisterUse[],
  targets: readonly RegisterUse[],
  more: Partial<Instruction> = {},
): Instruction {
  return {
    name,
    mask: 0xfc000000,
    match: (opcode << 26) >>> 0,
    fields,
    syntax: { template: "", operands: [] },
    attributes: [],
    place: { file: "small", line: opcode },
    action: [],
    sources,
    targets,
    aliases: [],
    ...more,
  };
}

const allUses: OperandBinding[] = [
  { name: "Src", elements: [{ kind: "sources" }] },
  { name: "Trg", elements: [{ kind: "targets" }] },
];

function classOf(
  name: string,
  instructions: readonly string[],
  action: Record<string, readonly Statement[]>,
  operands: readonly OperandBinding[] = allUses,
): InstructionClass {
  return {
    name,
    machine: "normal",
    instructions: instructions.map((each) => ({ instruction: each, constraints: {} })),
    attributes: [],
    operands,
    operandOverrides: {},
    functions: {},
    functionOverrides: {},
    commitOnException: true,
    action,
  };
}

const readAndGo: Statement[] = [
  when(all(call("Src", "can_read_fp", "Fwd"), call("mEX", "has_space")), [
    act(call("Src", "read", "Fwd")),
    act(call("Trg", "allocate")),
    go("S_EX"),
  ]),
];
const start: Statement[] = [when(call("mID", "has_space"), [go("S_ID")])];
const writeBack: Statement[] = [act(call("", "write_ops")), go("S_INIT")];

export interface SmallOptions {
  readonly predictor?: "BackwardTaken" | "NeverTaken";
}

/** Instructions: 1 add t,a,b; 2 load t,a; 3 branch to a displacement (bit 6: conditional); 4 divide t,a,b. */
export function smallModel(options: SmallOptions = {}): MachineModel {
  const field = (name: string, first: number, last: number, more: object = {}) => ({
    name,
    bits: [[first, last] as const],
    width: last - first + 1,
    signed: false,
    shift: 0,
    address: "none" as const,
    ...more,
  });
  const classes = [
    classOf("simple", ["add"], {
      S_INIT: start,
      S_ID: readAndGo,
      S_EX: [when(call("mWB", "has_space"), [act(call("Fwd", "write", "Trg")), go("S_WB")])],
      S_WB: writeBack,
    }),
    classOf("load", ["load"], {
      S_INIT: start,
      S_ID: [
        when(
          all(call("Src", "can_read_fp", "Fwd"), call("mEX", "has_space"), call("Mem", "can_request_read")),
          [
            act(call("Src", "read")),
            act(call("Trg", "allocate")),
            act(call("Mem", "send_read_request")),
            go("S_EX"),
          ],
        ),
      ],
      S_EX: [
        when(all(call("Mem", "can_read"), call("mWB", "has_space")), [
          act(call("", "exec_and_read", "Mem")),
          go("S_WB"),
        ]),
      ],
      // The value is there at the end of WB only: one more cycle than an add.
      S_WB: [act(call("Fwd", "write", "Trg")), ...writeBack],
    }),
    classOf("branch", ["jump", "branch"], {
      S_INIT: start,
      S_ID: [
        when(call("mEX", "has_space"), [
          when(not(call("", "last_branch_prediction_correct")), [act(call("", "taken_flush"))]),
          go("S_EX"),
        ]),
      ],
      S_EX: [when(call("mWB", "has_space"), [go("S_WB")])],
      S_WB: writeBack,
    }),
    classOf(
      "divide",
      ["divide"],
      {
        S_INIT: start,
        S_ID: readAndGo,
        S_EX: [
          act(
            call("", "set_latency", {
              kind: "call",
              type: word,
              helper: "steps",
              arguments: [
                { ...call("A", "value"), type: word },
                { ...call("B", "value"), type: word },
              ],
            }),
          ),
          go("S_EXp"),
        ],
        S_EXp: [
          when(
            all(call("", "check_latency"), call("mWB", "has_space")),
            [act(call("Fwd", "write", "Trg")), go("S_WB")],
            [act(call("", "decr_latency"))],
          ),
        ],
        S_WB: writeBack,
      },
      [
        ...allUses,
        { name: "A", elements: [{ kind: "register", name: "GPR", field: "RA", role: "source" }] },
        { name: "B", elements: [{ kind: "register", name: "GPR", field: "RB", role: "source" }] },
      ],
    ),
  ];
  const a = { kind: "local" as const, type: word, name: "a" };
  const b = { kind: "local" as const, type: word, name: "b" };
  const stage = (name: string) => ({
    name,
    size: 1,
    bandwidth: 1,
    scheduler: "dependent" as const,
    rigid: false,
    issue: false,
    shared: false,
  });
  const memory = (name: string) => ({
    name,
    readLatency: 1,
    writeLatency: 1,
    addressBandwidth: 1,
    dataBandwidth: 1,
    maxRequests: 2,
    dataWidth: 32,
    queued: false,
    allowBusWait: true,
    preemptive: false,
    ports: [],
  });
  return {
    name: "small",
    description: "",
    hash: "small",
    isa: {
      name: "small",
      fields: Object.fromEntries(
        [
          field("RT", 6, 10, { registerFile: "GPR" }),
          field("RA", 11, 15, { registerFile: "GPR" }),
          field("RB", 16, 20, { registerFile: "GPR" }),
          field("DISP", 16, 31, { signed: true, address: "pc" }),
        ].map((each) => [each.name, each]),
      ),
      registers: {},
      registerFiles: { GPR: { name: "GPR", size: 32, width: 32, entries: {} } },
      instructions: [
        instruction("add", 1, ["RT", "RA", "RB"], [gpr("RA"), gpr("RB")], [gpr("RT")]),
        instruction("load", 2, ["RT", "RA"], [gpr("RA")], [gpr("RT")], {
          memory: { kind: "load", bytes: 4, multiple: false },
        }),
        instruction("jump", 3, ["DISP"], [], [], {
          branch: { conditional: false, link: false, target: { field: "DISP", relative: true } },
        }),
        instruction("divide", 4, ["RT", "RA", "RB"], [gpr("RA"), gpr("RB")], [gpr("RT")]),
        instruction("branch", 5, ["DISP"], [], [], {
          branch: { conditional: true, link: false, target: { field: "DISP", relative: true } },
        }),
      ],
      helpers: {},
    },
    pipeline: {
      name: "small",
      fetchUnit: {
        name: "Fetcher",
        memory: "Code",
        entries: 4,
        entrySize: 4,
        fetchSizes: [8, 4],
        lazyFetch: false,
        flushFetch: true,
        canCancel: true,
        reuseData: false,
        minFetchEntries: 0,
        maxFetchCount: 1,
        ...(options.predictor ? { branchPredictor: "BP" } : {}),
      },
      stages: ["mID", "mEX", "mWB"].map(stage),
      forwardingPaths: [{ name: "Fwd", size: 4, broadcast: false }],
      memories: [memory("Code"), memory("Mem")],
      caches: [],
      buses: [],
      semaphores: [],
      flags: [],
      customs: [],
      branchPredictors: options.predictor
        ? [{ name: "BP", algorithm: options.predictor, parameters: {} }]
        : [],
      machines: [
        {
          name: "normal",
          initialState: "S_INIT",
          states: ["S_ID", "S_EX", "S_EXp", "S_WB"],
          stageOf: { S_ID: "mID", S_EX: "mEX", S_EXp: "mEX", S_WB: "mWB" },
          exceptionState: {},
        },
      ],
      classes,
      allowUnimplemented: false,
      helpers: {
        steps: {
          name: "steps",
          parameters: [
            { name: "a", type: word },
            { name: "b", type: word },
          ],
          result: word,
          body: [
            {
              kind: "return",
              value: {
                kind: "conditional",
                type: word,
                test: { kind: "binary", type: bit, operator: "<", left: a, right: b },
                then: constant(2),
                otherwise: constant(5),
              },
            },
          ],
        },
      },
    },
    power: {
      name: "small",
      frequency: number(100e6, "Hz"),
      voltage: number(1, "V"),
      nominalVoltage: number(1, "V"),
      temperature: number(300, "K"),
      nominalTemperature: number(300, "K"),
      leakage: number(1e-3, "W"),
      dynamicScaling: "(v/vn)^2",
      leakageScaling: "v/vn",
      events: [
        { name: "clock", trigger: { kind: "cycle" }, energy: number(1e-12, "J") },
        { name: "fetch", trigger: { kind: "fetch" }, energy: number(3e-12, "J") },
        { name: "issue", trigger: { kind: "issue", classes: [] }, energy: number(2e-12, "J") },
        {
          name: "divide",
          trigger: { kind: "occupy", stage: "mEX", classes: ["divide"] },
          energy: number(5e-12, "J"),
        },
        { name: "read", trigger: { kind: "read", registerFile: "GPR" }, energy: number(1e-12, "J") },
        { name: "write", trigger: { kind: "write", registerFile: "GPR" }, energy: number(2e-12, "J") },
        { name: "load", trigger: { kind: "memory_read", memory: "Mem" }, energy: number(9e-12, "J") },
      ],
    },
  };
}

/** Words of the small machine. */
export const small = {
  add: (t: number, a: number, b: number): number => ((1 << 26) | (t << 21) | (a << 16) | (b << 11)) >>> 0,
  load: (t: number, a: number): number => ((2 << 26) | (t << 21) | (a << 16)) >>> 0,
  jump: (displacement: number): number => ((3 << 26) | (displacement & 0xffff)) >>> 0,
  divide: (t: number, a: number, b: number): number => ((4 << 26) | (t << 21) | (a << 16) | (b << 11)) >>> 0,
  branch: (displacement: number): number => ((5 << 26) | (displacement & 0xffff)) >>> 0,
};
