// Memories without caches. Cycles are derived from the manual's rules: a request sent in cycle n has its data in cycle
// n + latency, data leaves in the order of the queue, one transfer a cycle, one request a cycle.
import { expect, test } from "vitest";
import { cacheAccess } from "../../../src/iss/cache-array.ts";
import { bench, memory, port } from "./levels.ts";

test("a read takes the read latency, a write the write latency", () => {
  const one = bench([memory({ readLatency: 3, writeLatency: 5 })]);
  expect(one.readDone("Mem", one.read("Mem", 0x100, 1))).toBe(4); // 1 + 3
  expect(one.writeDone("Mem", one.write("Mem", 0x100, 5))).toBe(10); // 5 + 5
});

test("one request more than the queue holds waits on the bus", () => {
  const one = bench([memory({ readLatency: 2, maxRequests: 1, addressBandwidth: 4 })]);
  const first = one.read("Mem", 0, 1);
  const second = one.read("Mem", 4, 1);
  expect(one.level("Mem").canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false);
  // Its latency counts from when it was sent; it comes into the queue when the first leaves, and is seen in the next cycle.
  expect(one.readDone("Mem", first)).toBe(3);
  expect(one.readDone("Mem", second)).toBe(4);
});

test("without bus waiting a full queue takes nothing, also not in the cycle in which it empties", () => {
  const one = bench([memory({ allowBusWait: false })]);
  const first = one.read("Mem", 0, 1);
  expect(one.level("Mem").canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false);
  one.goTo(2);
  one.level("Mem").read(first, 0);
  expect(one.level("Mem").canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false);
  one.goTo(3);
  expect(one.level("Mem").canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(true);
});

test("bandwidth limits requests and transfers of a cycle; a common one counts both", () => {
  const wide = memory({ maxRequests: 4, ports: [port("A", { maxRequests: 4, addressBandwidth: 2 })] });
  const apart = bench([wide]);
  const a = apart.read("Mem", 0, 1);
  const b = apart.read("Mem", 4, 1);
  expect(apart.level("Mem").canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false); // two a cycle
  expect(apart.readDone("Mem", a)).toBe(2);
  expect(apart.readDone("Mem", b)).toBe(3); // one transfer a cycle

  const common = bench([memory({ ports: [port("A", { maxRequests: 4, commonBandwidth: true })] })]);
  const c = common.read("Mem", 0, 1);
  common.goTo(2);
  common.level("Mem").read(c, 0);
  expect(common.level("Mem").canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false); // the transfer took it
  common.goTo(3);
  expect(common.level("Mem").canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(true);
});

test("ports have queues and latencies of their own", () => {
  const one = bench([memory({ readLatency: 1, ports: [port("D", { readLatency: 4 }), port("I")] })]);
  const d = one.level("Mem").portIndex("D");
  const i = one.level("Mem").portIndex("I");
  const slow = one.read("Mem", 0, 1, d);
  const fast = one.read("Mem", 0, 1, i);
  expect(one.readDone("Mem", fast, i)).toBe(2); // the memory's latency
  expect(one.readDone("Mem", slow, d)).toBe(5); // the port's
});

test("a lock keeps others out until it is given up, also with a delay", () => {
  const one = bench([memory()]);
  const level = one.level("Mem");
  one.goTo(1);
  expect(level.canLock(7)).toBe(true);
  level.lock(7);
  expect(level.canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false);
  expect(level.canSend(7, cacheAccess.CacheRead, 0, 0)).toBe(true);
  level.unlock(1);
  expect(level.canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false);
  one.goTo(2);
  expect(level.canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(true);
});

test("a request that is cancelled deeply is gone, one that is cancelled weakly runs to its end", () => {
  const one = bench([memory({ readLatency: 3, allowBusWait: false })]);
  const level = one.level("Mem");
  level.cancel(one.read("Mem", 0, 1), 0, true);
  expect(level.isEmpty()).toBe(true);
  const weak = one.read("Mem", 0, 2);
  level.cancel(weak, 0, false);
  one.goTo(4);
  expect(level.isEmpty()).toBe(false);
  one.goTo(5); // 2 + 3
  expect(level.isEmpty()).toBe(true);
});

test("a load takes the place of a fetch that waits on the bus of a preemptive memory", () => {
  const one = bench([memory({ readLatency: 9, preemptive: true, addressBandwidth: 4 })]);
  const level = one.level("Mem");
  let preempted = 0;
  (level as unknown as { onPreemptedFetch: () => void }).onPreemptedFetch = () => preempted++;
  const fetch = {
    kind: cacheAccess.CacheIFetch,
    effective: 0,
    real: 0,
    bytes: 4,
    serialized: 0,
    hint: undefined,
    writeThrough: false,
    instruction: -1,
    eviction: false,
  };
  one.goTo(1);
  level.send(fetch, 0);
  level.send(fetch, 0);
  expect(level.canSend(1, cacheAccess.CacheRead, 0, 0)).toBe(false); // it waits since this cycle only
  one.goTo(2);
  expect(level.canSend(-1, cacheAccess.CacheIFetch, 0, 0)).toBe(false);
  one.read("Mem", 0, 2);
  expect(preempted).toBe(1);
});
