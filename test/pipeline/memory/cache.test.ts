// Caches in front of a memory. The rules behind the cycles: a request sent in cycle n is looked up in n+1; a hit has its
// data after the hit latency, counted from the lookup; a miss sends its first request at the end of n+2 (work for the
// level below that is found in a cycle waits for the next), so that with a memory latency of m the word that was asked for
// is there in n+2+m. One access of 8 bytes a cycle then fills the 32-byte line.
import { expect, test } from "vitest";
import { cacheAccess } from "../../../src/iss/cache-array.ts";
import type { Cache } from "../../../src/pipeline/memory/cache.ts";
import type { Sent } from "../../../src/pipeline/memory/request.ts";
import { array, bench, cache, memory, port } from "./levels.ts";
import type { Bench } from "./levels.ts";

const fourPorts = memory({ maxRequests: 4 });

function cacheOf(one: Bench, name: string): Cache {
  return one.system.caches.get(name)!;
}

function command(kind: number, address: number): Sent {
  return {
    kind,
    effective: address,
    real: address,
    bytes: 32,
    serialized: 0,
    hint: undefined,
    writeThrough: false,
    instruction: 1,
    eviction: false,
  };
}

test("miss, then hits in the line as its words arrive, then hits in the array", () => {
  const one = bench([fourPorts], [cache("D")], [array("D")]);
  expect(one.readDone("D", one.read("D", 0x108, 1))).toBe(4); // 1 + 2 + 1
  // Words come in at 4 (0x108), 5 (0x110), 6 (0x118), 7 (0x100): critical word first, and round the line.
  expect(one.readDone("D", one.read("D", 0x100, 4))).toBe(7); // looked up at 5, its word comes at 7
  expect(one.readDone("D", one.read("D", 0x11c, 8))).toBe(10); // looked up at 9, hit latency 1
  expect(one.level("D").counts).toMatchObject({ misses: 1, hits: 2, linefills: 1 });
});

test("without critical word first the line comes from its start", () => {
  const one = bench([fourPorts], [cache("D", {}, { critical_word_first: false })], [array("D")]);
  expect(one.readDone("D", one.read("D", 0x118, 1))).toBe(7); // fourth word: 4, 5, 6, 7
});

test("hit latencies of 0 and 3", () => {
  for (const latency of [0, 3]) {
    const one = bench([fourPorts], [cache("D", { read_hit_latency: latency })], [array("D")]);
    one.readDone("D", one.read("D", 0x100, 1));
    expect(one.readDone("D", one.read("D", 0x100, 10))).toBe(11 + latency);
  }
});

test("wider accesses fill the line with fewer requests", () => {
  const one = bench([fourPorts], [cache("D", { linefill_access_width: 128 })], [array("D")]);
  one.readDone("D", one.read("D", 0x100, 1));
  one.goTo(20);
  expect(one.level("Mem").counts.reads).toBe(2);
});

test("write-through: a write that misses goes past the cache through the store buffer when there is no allocation", () => {
  const hooks = { missEnable: () => false };
  const one = bench([fourPorts], [cache("D")], [array("D", {}, hooks)]);
  // Looked up at 2 and taken at once, as the store buffer has room.
  expect(one.writeDone("D", one.write("D", 0x100, 1))).toBe(2);
  // The action was there at the end of 2 only; the entry is sent at the end of 3, written at 4.
  one.goTo(3);
  expect(one.level("Mem").counts.writes).toBe(0);
  expect(cacheOf(one, "D").storeBufferDone(1)).toBe(false);
  one.goTo(4);
  expect(one.level("Mem").counts.writes).toBe(1);
  expect(cacheOf(one, "D").storeBufferDone(1)).toBe(true);
  expect(one.level("D").counts).toMatchObject({ bypasses: 1, linefills: 0 });
});

test("write-through with allocation: the line is filled first, then the write goes on", () => {
  const one = bench([fourPorts], [cache("D")], [array("D")]);
  expect(one.writeDone("D", one.write("D", 0x108, 1))).toBe(4); // when its word has come, as for a read
  one.goTo(20);
  expect(one.level("Mem").counts).toMatchObject({ reads: 4, writes: 1 });
});

test("write-back: a dirty victim is evicted beside the fill", () => {
  const direct = array("D", { ways: 1 });
  const one = bench([fourPorts], [cache("D", {}, {}, { writeMode: "WriteBack" })], [direct]);
  one.writeDone("D", one.write("D", 0x100, 1));
  one.goTo(20);
  expect(direct.line(0, 0)).toMatchObject({ valid: true, dirty: true, tag: 0x100 });
  expect(one.level("Mem").counts.writes).toBe(0);
  expect(one.readDone("D", one.read("D", 0x200, 20))).toBe(23);
  one.goTo(40);
  expect(direct.line(0, 0)).toMatchObject({ valid: true, dirty: false, tag: 0x200 });
  expect(one.level("Mem").counts).toMatchObject({ reads: 8, writes: 4 });
  expect(one.level("D").counts).toMatchObject({ evictions: 1, linefills: 2 });
});

test("lookups stop while a line begins to come", () => {
  const lock = { linefill_lock_cycle: 3, linefill_lock_holdoff_cycle: 2 };
  const two = { maxRequests: 2 };
  const one = bench([fourPorts], [cache("D", lock, {}, two)], [array("D")]);
  one.readDone("D", one.read("D", 0x100, 1)); // the fill begins at the end of 3: no lookup in 5, 6, 7
  expect(one.readDone("D", one.read("D", 0x104, 4))).toBe(9); // looked up at 8, the array's latency
});

test("a disabled cache is passed by", () => {
  const one = bench([fourPorts], [cache("D")], [array("D", {}, { enabled: () => false })]);
  expect(one.readDone("D", one.read("D", 0x100, 1))).toBe(4);
  one.goTo(20);
  expect(one.level("Mem").counts.reads).toBe(1);
});

test("two levels: the second adds its own lookup and queue", () => {
  const both = [cache("L1", {}, {}, { nextLevel: "L2" }), cache("L2", {}, {}, { maxRequests: 4 })];
  const arrays = [array("L1"), array("L2", { level: 2, sets: 16 })];
  const one = bench([fourPorts], both, arrays);
  // L1 looks up at 2 and sends at the end of 3; L2 looks up at 4 and sends at the end of 5; memory answers at 6.
  expect(one.readDone("L1", one.read("L1", 0x100, 1))).toBe(6);
  one.goTo(40);
  cacheOf(one, "L1").array.invalidate(0, 0);
  // Now L2 hits: looked up at 44, its hit latency ends at 45.
  expect(one.readDone("L1", one.read("L1", 0x100, 41))).toBe(45);
});

test("commands: touch brings a line, invalidate and flush take time and the line", () => {
  const slow = cache("D", { invalidate_latency: 3 }, {}, { writeMode: "WriteBack" });
  const lines = array("D");
  const one = bench([fourPorts], [slow], [lines]);
  one.goTo(1);
  const level = cacheOf(one, "D");
  expect(level.canSendCommand()).toBe(true);
  level.sendCommand(command(cacheAccess.CacheTouch, 0x100), -1, -1);
  expect(level.canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false); // a command is under way
  one.goTo(4); // looked up at 2; the fill begins at the end of 3
  expect(level.commandsDone()).toBe(true);
  one.goTo(20);
  expect(lines.find(cacheAccess.CacheRead, 0x100)).toBe(0);
  level.sendCommand(command(cacheAccess.CacheInvalidate, 0x100), 0, 0);
  one.goTo(22);
  expect(level.commandsDone()).toBe(false);
  one.goTo(23); // 20 + 3
  expect(level.commandsDone()).toBe(true);
  expect(lines.find(cacheAccess.CacheRead, 0x100)).toBe(-1);
});

test("ports of the memory below: instruction and data caches fill side by side", () => {
  const both = memory({
    maxRequests: 4,
    ports: [port("D", { maxRequests: 4 }), port("I", { maxRequests: 4 })],
  });
  const caches = [cache("I", {}, {}, { nextLevel: "Mem.I" }), cache("D", {}, {}, { nextLevel: "Mem.D" })];
  const one = bench([both], caches, [array("I"), array("D")]);
  const i = one.read("I", 0x100, 1);
  const d = one.read("D", 0x200, 1);
  expect([one.readDone("I", i), one.readDone("D", d)]).toEqual([4, 4]);
});

test("lazy write-back keeps the line in the buffer until the next one is wanted", () => {
  const one = bench([fourPorts], [cache("D", {}, { linefill_lazy_writeback: true })], [array("D")]);
  one.readDone("D", one.read("D", 0x100, 1));
  one.goTo(20);
  expect(one.level("D").isActive()).toBe(false);
  // Still from the buffer: linefill_read_latency counts.
  expect(one.readDone("D", one.read("D", 0x100, 20))).toBe(22);
  expect(one.readDone("D", one.read("D", 0x140, 30))).toBe(33);
  expect(one.readDone("D", one.read("D", 0x100, 40))).toBe(42); // from the array
});
