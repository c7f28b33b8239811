// Energy events of caches on a bus, on a small description of ours: three stages, both caches, and what goes through them.
import { expect, test } from "vitest";
import { DiagnosticError } from "../../../src/base/diagnostic.ts";
import { loadMachine } from "../../../src/adl/index.ts";
import { createPipeline, createScriptedOracle } from "../../../src/pipeline/index.ts";
import { withFiles } from "../../adl/temporary.ts";

const description = `
define (arch = Tiny) {
  define (reg = CIA) { attrs = cia; }
  define (reg = NIA) { attrs = nia; }
  define (regfile = R) { size = 8; prefix = r; }
  define (instrfield = OP) { bits = (0,5); }
  define (instrfield = T) { bits = (6,10); ref = R; type = regfile; }
  define (instrfield = S) { bits = (11,15); ref = R; type = regfile; }
  define (instrfield = I) { bits = (16,31); is_signed = true; }
  define (instr = get) { fields = (OP(2),T,S,I); action = { R(T) = Mem(R(S) + I,4); }; }
  define (instr = put) { fields = (OP(3),T,S,I); action = { Mem(R(S) + I,4) = R(T); }; }
}
define (core = tiny) {
  archs = Tiny;
  define (resources) {
    define (fetchunit = Fetcher) { fetch_memory = ICache; entries = 1; entry_size = 4; fetch_size = (4); }
    define (pipestage = (D,E,W)) {}
    define (bus = Wires) { masters = (DCache,ICache); row_size = 8; read_latency = 2; }
    define (bus_cache = ICache) { bus = Wires; type = instr; sets = 4; ways = 2; line_size = 32; }
    define (bus_cache = DCache) { bus = Wires; type = data; sets = 4; ways = 2; line_size = 16; }
  }
  define (machine = normal) {
    init_state = S_INIT;
    states = (S_D,S_E,S_W);
    define (mapping) { D = S_D; E = S_E; W = S_W; }
  }
  define (instr_class = load) {
    instructions = get;
    define (operands) { Src = sources; Trg = targets; }
    action = {
      S_INIT: { change_state(S_D); }
      S_D: if (Src.can_read() && DCache.can_request_read() && E.has_space()) {
        Src.read(); Trg.allocate(); exec(); DCache.send_read_request(); change_state(S_E);
      }
      S_E: if (DCache.can_read() && W.has_space()) { exec_and_read(DCache); change_state(S_W); }
      S_W: { write_ops(); change_state(S_INIT); }
    };
  }
  define (instr_class = store) {
    instructions = put;
    define (operands) { Src = sources; }
    action = {
      S_INIT: { change_state(S_D); }
      S_D: if (Src.can_read() && DCache.can_request_write() && E.has_space()) {
        Src.read(); exec(); DCache.send_write_request(); change_state(S_E);
      }
      S_E: if (DCache.can_write() && W.has_space()) { exec_and_write(DCache); change_state(S_W); }
      S_W: { change_state(S_INIT); }
    };
  }
  define (power = nominal) {
    frequency = 100 MHz; voltage = 1 V; leakage = 1 mW;
    define (event = fetch_hits) { trigger = hit(ICache); energy = 1 pJ; }
    define (event = fetch_misses) { trigger = miss(ICache); energy = 2 pJ; }
    define (event = code_lines) { trigger = refill(ICache); energy = 16 pJ; }
    define (event = data_hits) { trigger = hit(DCache); energy = 1 pJ; }
    define (event = data_misses) { trigger = miss(DCache); energy = 2 pJ; }
    define (event = data_lines) { trigger = refill(DCache); energy = 8 pJ; }
    define (event = rows_read) { trigger = memory_read(Wires); energy = 20 pJ; }
    define (event = rows_written) { trigger = memory_write(Wires); energy = 25 pJ; }
    define (event = loads) { trigger = memory_read(DCache); energy = 4 pJ; }
  }
}
`;

const model = withFiles({ "tiny.uadl": description }, (path) => {
  const loaded = loadMachine(path);
  const errors = loaded.diagnostics.filter((one) => one.severity === "error");
  if (!loaded.model) throw new DiagnosticError(errors);
  return loaded.model;
});

const get = 0x08200000;
const put = 0x0c200000;

/** Runs loads and stores of these addresses, one instruction each, and gives the events that happened. */
function eventsOf(accesses: readonly (readonly [word: number, address: number])[]) {
  const script = createScriptedOracle();
  script.load(accesses.map((_, at) => 4 * at));
  let executed = -1;
  const oracle = {
    ...script,
    step: () => {
      executed++;
      return script.step();
    },
    dataAddress: () => accesses[executed]![1],
  };
  const words = Uint32Array.from(accesses, ([word]) => word);
  const pipeline = createPipeline(model, { pieces: [{ address: 0, words }] }, oracle);
  expect(pipeline.run({ maxCycles: 1000 })).toBe(true);
  return pipeline.result();
}

test("hits, misses and lines of each cache, and rows of the memory behind the bus", () => {
  // Code: two lines of 32 bytes for ten instructions. Data: 0x100 misses and loads a line; the rest of it hits; a store
  // misses and loads nothing; a store that hits is written through.
  const { events } = eventsOf([
    [get, 0x100],
    [get, 0x104],
    [get, 0x108],
    [put, 0x200],
    [put, 0x100],
    [get, 0x200],
    [get, 0x204],
    [get, 0x100],
    [put, 0x204],
    [get, 0x20c],
  ]);
  expect(events).toEqual({
    fetch_hits: 10,
    fetch_misses: 2,
    code_lines: 2,
    data_hits: 7,
    data_misses: 3,
    data_lines: 2,
    rows_read: 2 * 4 + 2 * 2,
    rows_written: 3,
    loads: 7,
  });
});

test("they are priced like all events", () => {
  const { events, energy } = eventsOf([[get, 0x100]]);
  expect(energy["rows_read"]).toBeCloseTo(events["rows_read"]! * 20e-12, 20);
  expect(energy["data_lines"]).toBeCloseTo(8e-12, 20);
});

test("only caches on a bus have them", () => {
  const wrong = description.replace("hit(ICache)", "hit(Wires)").replace("miss(DCache)", "miss(D)");
  const codes = withFiles({ "tiny.uadl": wrong }, (path) =>
    loadMachine(path)
      .diagnostics.filter((one) => one.severity === "error")
      .map(({ code, message }) => `${code} ${message}`),
  );
  expect(codes).toEqual(["BW0212 unknown cache on a bus Wires", "BW0212 unknown cache on a bus D"]);
});
