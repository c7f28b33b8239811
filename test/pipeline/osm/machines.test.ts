// Operation state machines, feature by feature. The standard machine asks for an instruction's word in one cycle, has it and
// issues in the next, and then spends a cycle in each of D, E and W: the first completes at 4. Stages act from W to D.
import { describe as group, expect, test } from "vitest";
import { describe, passing, run, word } from "./machine.ts";
import type { Changes, Timed } from "./machine.ts";

const add = (t: number, s = 0): number => word("add", t, s, 1);
const stop = word("stop");
const independent = [add(1), add(2), add(3), add(4), stop];
const dependent = [add(1), add(2, 1), add(3), add(4), stop];

function timesOf(changes: Changes, words: readonly number[], options: Parameters<typeof run>[2] = {}) {
  const { times, halted } = run(describe(changes), words, options);
  expect(halted).toBe(true);
  return times;
}

group("one instruction after the other", () => {
  test("flows one a cycle, and a reader waits for the writer's W", () => {
    expect(timesOf({}, [add(1), add(2), stop])).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(timesOf({}, [add(1), add(2, 1), stop])).toEqual([
      [1, 4],
      [2, 6],
      [4, 7],
    ]);
  });

  test("counts as issued when it leaves a stage that says so", () => {
    const stages = "define (pipestage D) { issue = true; } define (pipestage = (E,W)) {}";
    expect(timesOf({ stages }, [add(1), add(2, 1), stop])).toEqual([
      [2, 4],
      [4, 6],
      [5, 7],
    ]);
  });

  test("waits for fields of a register only where they overlap", () => {
    const words = [word("low", 0, 0, 1), word("high", 0, 0, 1), word("askHigh", 1), stop];
    expect(timesOf({}, words)).toEqual([
      [1, 4],
      [2, 5],
      [3, 7],
      [5, 8],
    ]);
  });

  test("reads a forwarding path in the cycle in which it is written", () => {
    const simple = passing("add, stop, low, high, askHigh", {
      S_D: "if (Src.can_read_fp(Path) && E.has_space()) { Src.read(Path); Trg.allocate(); change_state(S_E); }",
      S_E: "if (W.has_space()) { exec(); Path.write(Trg); change_state(S_W); }",
    });
    const changes = { resources: "define (forwarding_path = Path) {}", classes: { simple } };
    expect(timesOf(changes, [add(1), add(2, 1), stop])).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  // Checked on the original simulator, made from the same description.
  test.each([
    ["", "saved", 2, 5],
    ["", "view", 2, 6],
    ["broadcast = true;", "view", 2, 5],
  ] as const)("is forwarded (%s) to one that reads it as %s", (keys, reader, issue, completion) => {
    const others = passing("save, saved, view", {
      S_D: "if (Src.can_read_fp(Path) && E.has_space()) { Src.read(Path); Trg.allocate(); change_state(S_E); }",
      S_E: "if (W.has_space()) { exec(); Path.write(Trg); change_state(S_W); }",
    });
    const changes = { resources: `define (forwarding_path = Path) { ${keys} }`, classes: { others } };
    expect(timesOf(changes, [word("save", 0, 0, 5), word(reader, 2, 1), stop]).slice(0, 2)).toEqual([
      [1, 4],
      [issue, completion],
    ]);
  });

  test("holds its stage for the latency that it sets", () => {
    const slow = passing("divide", {
      S_E: "{ exec(); set_latency(3); change_state(S_Ep); }",
      S_Ep: "if (check_latency() && W.has_space()) { change_state(S_W); } else { decr_latency(); }",
    });
    const changes = {
      states: "S_D,S_E,S_Ep,S_W",
      mapping: "D = S_D; E = (S_E,S_Ep); W = S_W;",
      classes: { slow },
    };
    // E counts down in 3, 4 and 5.
    expect(timesOf(changes, [word("divide", 1), add(3), stop])).toEqual([
      [1, 7],
      [2, 8],
      [6, 9],
    ]);
  });

  test.each([
    [
      "flag",
      "simple",
      [
        [1, 4],
        [2, 6],
        [4, 7],
      ],
    ],
    [
      "semaphore",
      "slow",
      [
        [1, 4],
        [2, 6],
        [4, 7],
      ],
    ],
  ] as const)("waits for a %s that another has", (resource, waiting, times) => {
    const slow = passing("divide", {
      S_D: "if (Src.can_read() && Gate.can_allocate() && E.has_space()) { Src.read(); Trg.allocate(); Gate.allocate(); change_state(S_E); }",
      S_W: "{ write_ops(); Gate.deallocate(); change_state(S_INIT); }",
    });
    const simple = passing("add, stop, low, high, askHigh", {
      S_D: "if (Src.can_read() && Gate.can_allocate() && E.has_space()) { Src.read(); Trg.allocate(); change_state(S_E); }",
    });
    const changes = {
      resources: `define (${resource} Gate) {}`,
      classes: waiting === "simple" ? { slow, simple } : { slow },
    };
    const second = waiting === "simple" ? add(3) : word("divide", 3);
    expect(timesOf(changes, [word("divide", 1), second, stop])).toEqual(times);
  });

  test("asks for a misaligned word twice", () => {
    const load = passing("get, pair", {
      S_D: "if (Src.can_read() && mem.can_request_read() && E.has_space()) { Src.read(); Trg.allocate(); exec(); mem.send_read_request(); change_state(S_E); }",
      S_E: "if (mem.can_read()) { exec_and_read(mem); change_state(S_Ep); }",
      S_Ep: "if (exec_done() && W.has_space()) { change_state(S_W); } else if (mem.can_request_read()) { mem.send_read_request(); change_state(S_E); }",
    });
    const changes = {
      states: "S_D,S_E,S_Ep,S_W",
      mapping: "D = S_D; E = (S_E,S_Ep); W = S_W;",
      classes: { load },
    };
    const words = [word("get", 1, 0, 66), word("get", 1, 0, 64), word("pair", 2, 0, 64), stop];
    expect(timesOf(changes, words)).toEqual([
      [1, 5],
      [2, 6],
      [4, 8],
      [5, 9],
    ]);
  });
});

group("two instructions a cycle", () => {
  const two = (scheduler: string): Changes => ({
    fetchUnit: "entries = 8; fetch_size = (8,4);",
    stages: `define (pipestage = (D,E,W)) { size = 2; ${scheduler} }`,
  });

  test.each(["", "scheduler = lock_step;", "scheduler = independent;"])(
    "flow side by side: %s",
    (scheduler) => {
      expect(timesOf(two(scheduler), independent)).toEqual([
        [1, 4],
        [1, 4],
        [2, 5],
        [2, 5],
        [3, 6],
      ]);
    },
  );

  test("dependent: one that waits holds those behind it", () => {
    expect(timesOf(two(""), dependent)).toEqual([
      [1, 4],
      [1, 6],
      [2, 6],
      [4, 7],
      [4, 7],
    ]);
  });

  test("independent: those behind it pass", () => {
    expect(timesOf(two("scheduler = independent;"), dependent)).toEqual([
      [1, 4],
      [1, 6],
      [2, 5],
      [3, 6],
      [4, 7],
    ]);
  });

  test("lock step: two that need each other never go on", () => {
    const { times, halted } = run(describe(two("scheduler = lock_step;")), dependent, { limit: 200 });
    expect(halted).toBe(false);
    expect(times).toEqual([
      [1, -1],
      [1, -1],
    ]);
  });

  test.each([
    [
      "",
      [
        [1, 6],
        [1, 6],
        [2, 8],
        [2, 8],
        [6, 9],
      ],
    ],
    [
      "Repeat:",
      [
        [1, 6],
        [1, 6],
        [2, 7],
        [2, 7],
        [5, 8],
      ],
    ],
  ] as const)(
    "lock step: what is done before the other can go on is done once, or again (%s)",
    (repeat, times) => {
      const read =
        "if (Src.can_read_fp(Path) && E.has_space()) { Src.read(Path); Trg.allocate(); change_state(S_E); }";
      const changes: Changes = {
        fetchUnit: "entries = 8; fetch_size = (8,4);",
        stages:
          "define (pipestage D) { size = 2; } define (pipestage = (E,W)) { size = 2; scheduler = lock_step; }",
        resources: "define (forwarding_path = Path) { size = 2; }",
        states: "S_D,S_E,S_Ep,S_W",
        mapping: "D = S_D; E = (S_E,S_Ep); W = S_W;",
        classes: {
          simple: passing("add, stop, low, high, askHigh", {
            S_D: read,
            S_E: `if (W.has_space()) { exec(); ${repeat} Path.write(Trg); change_state(S_W); }`,
          }),
          slow: passing("divide", {
            S_D: read,
            S_E: "{ exec(); set_latency(2); change_state(S_Ep); }",
            S_Ep: "if (check_latency() && W.has_space()) { change_state(S_W); } else { decr_latency(); }",
          }),
        },
      };
      // The first two leave E at 5; the third needs the first one's result, written at 3 or, with Repeat, until 5.
      expect(timesOf(changes, [add(1), word("divide", 2), add(3, 1), add(4), stop])).toEqual(times);
    },
  );
});

group("changes of flow", () => {
  const far = [word("jump", 0, 0, 16), add(1), add(2), add(3), add(4), stop];

  test("a taken branch flushes what was fetched behind it", () => {
    expect(timesOf({}, far)).toEqual([
      [1, 4],
      [3, 6],
      [4, 7],
    ]);
  });

  test("one that flushes nothing is made to when it retires", () => {
    const branch = passing("jump, loop", {
      S_D: "if (Src.can_read() && E.has_space()) { Src.read(); exec(); change_state(S_E); }",
      S_E: "if (W.has_space()) { change_state(S_W); }",
      S_W: "{ change_state(S_INIT); }",
    });
    expect(timesOf({ classes: { branch } }, far, { mode: "safe" })).toEqual([
      [1, 4],
      [5, 8],
      [6, 9],
    ]);
  });

  test.each([
    [
      false,
      [
        [1, 4],
        [3, 6],
        [4, 7],
      ],
    ],
    [
      true,
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
  ] as const)("to an address in the buffer, with reuse_data = %s", (reuse, times) => {
    const fetchUnit = `entries = 8; fetch_size = (16,8,4); reuse_data = ${reuse};`;
    expect(timesOf({ fetchUnit }, [word("jump", 0, 0, 8), add(1), add(2), stop])).toEqual(times);
  });

  test("are predicted: a branch that is known costs nothing while it is taken", () => {
    const branch = passing("jump, loop", {
      S_D: "if (Src.can_read() && E.has_space()) { Src.read(); exec(); if (!last_branch_prediction_correct()) { taken_flush(); } BP.update(); change_state(S_E); }",
      S_E: "if (W.has_space()) { change_state(S_W); }",
      S_W: "{ change_state(S_INIT); }",
    });
    const changes = {
      fetchUnit: "branch_predictor = BP; entries = 8;",
      resources: "define (branch_predictor BP) { algorithm = Counter; size = 8; counter_width = 2; }",
      classes: { branch },
    };
    const words = [word("add", 1, 0, 3), word("add", 1, 1, -1), word("loop", 1, 0, -4), stop];
    const first = [
      [1, 4],
      [2, 6],
      [4, 8],
    ];
    const flushed = [
      [7, 10],
      [8, 12],
    ];
    const predicted = [
      [10, 13],
      [11, 15],
    ];
    expect(timesOf(changes, words)).toEqual([...first, ...flushed, ...predicted, [14, 17]]);
  });
});

// Times checked on the original simulator, made from the same description.
group("what a branch makes of its prediction in safe mode", () => {
  const branch = passing("jump, loop", {
    S_D: "if (Src.can_read() && E.has_space()) { Src.read(); exec(); BP.update(); if (branch_taken() != BP.last_predict_taken()) { taken_flush(); } change_state(S_E); }",
    S_E: "if (W.has_space()) { change_state(S_W); }",
    S_W: "{ change_state(S_INIT); }",
  });
  const changes: Changes = {
    fetchUnit: "branch_predictor = BP; entries = 8;",
    resources: "define (branch_predictor BP) { algorithm = Counter; size = 8; counter_width = 2; }",
    classes: { branch: branch.replace(" taken_flush();", "") },
  };
  const words = [word("jump", 0, 0, 8), add(1), add(2), stop];
  const times = (hook: string): Timed["times"] =>
    timesOf({ ...changes, core: hook }, words, { mode: "safe" });

  test("a hook that says it went as predicted: what executes next is issued from what was fetched", () => {
    const hook = "branch_hook = func(InstrType &i) { set_speculative(i, false); };";
    expect(times(hook)).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  test("a hook asks the branch and the predictor", () => {
    const hook =
      "branch_hook = func(InstrType &i) { set_speculative(i, i.branch_taken(thisCore()) != BP.last_predict_taken(thisCore(), i)); };";
    expect(times(hook)).toEqual(times(""));
    expect(times(hook)).toEqual([
      [1, 4],
      [5, 8],
      [6, 9],
    ]);
  });

  test("without a predictor at fetch the description alone says what is speculative", () => {
    const fetchUnit = "entries = 8;";
    expect(timesOf({ ...changes, fetchUnit }, words, { mode: "safe" })).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });
});

group("exceptions", () => {
  const changes: Changes = {
    states: "S_D,S_E,S_W,S_Ee,S_We",
    mapping: "D = S_D; E = (S_E,S_Ee); W = (S_W,S_We);",
    machine: "define (exception_mapping) { S_Ee = S_E; }",
    classes: {
      fault: passing("fail", {
        S_Ee: "if (W.has_space()) { change_state(S_We); }",
        S_We: "{ change_state(S_INIT); }",
      }),
    },
  };
  test.each(["normal", "safe"] as const)(
    "send fetch to the handler from the state that raises them (%s)",
    (mode) => {
      const words = [add(1), word("fail"), add(2), add(3)];
      const { times, registers } = run(describe(changes), words, {
        mode,
        handlers: { 0x100: [add(4), stop] },
      });
      expect(times).toEqual([
        [1, 4],
        [2, 5],
        [5, 8],
        [6, 9],
      ]);
      expect(registers.slice(1, 5)).toEqual([1, 0, 0, 1]);
    },
  );
});

group("faults of a description", () => {
  const stuck = (core: string): Changes => ({
    core,
    resources: "define (flag Gate) {}",
    classes: {
      store: passing("put", {
        S_D: "if (Src.can_read() && Gate.can_allocate() && E.has_space()) { Src.read(); exec(); Gate.allocate(); change_state(S_E); }",
        S_E: "if (Gate.can_allocate() && W.has_space()) { change_state(S_W); }",
        S_W: "{ Gate.deallocate(); change_state(S_INIT); }",
      }),
    },
  });
  const words = [word("put", 1, 0, 64), add(1), stop];

  test("an instruction that never goes on ends the run", () => {
    expect(() => run(describe(stuck("")), words, { deadlockCycles: 20 })).toThrow(
      "nothing has retired for 20 cycles; the oldest instruction is put at 0x0",
    );
  });

  test("in safe mode it is thrown away", () => {
    expect(timesOf(stuck("dead_lock_timeout = 20;"), words, { mode: "safe" })).toEqual([
      [1, -1],
      [2, 23],
      [21, 24],
    ]);
  });

  test("instructions of no class matter when they are executed", () => {
    const model = describe({ core: "allow_unimpl_instrs = true;", classes: { slow: "" } });
    expect(run(model, [add(1), stop]).halted).toBe(true);
    expect(() => run(model, [word("divide", 1), stop])).toThrow("no instruction class covers");
  });
});
