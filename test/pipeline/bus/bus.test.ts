// Buses, the caches on them, and the branch target cache, cycle by cycle. Times are counted from the cycle of the request.
import { describe, expect, test } from "vitest";
import { Bus } from "../../../src/pipeline/bus/bus.ts";
import { DataCache } from "../../../src/pipeline/bus/data-cache.ts";
import type { DataRequestKind } from "../../../src/pipeline/bus/data-cache.ts";
import { FetchCache } from "../../../src/pipeline/bus/fetch-cache.ts";
import { CacheLines } from "../../../src/pipeline/bus/lines.ts";
import { TargetCache, targetKind } from "../../../src/pipeline/bus/target-cache.ts";

const shape = { sets: 4, ways: 2, lineBytes: 64, rowBytes: 8 };
const timing = { maxWrites: 7, writePage: 4096, missTouchesFirstWay: true };

function system(readLatency = 2) {
  const bus = new Bus({ readLatency });
  const data = new DataCache(bus, shape, timing);
  const fetch = new FetchCache(bus, shape, { fillLatency: 1 });
  const clock = (): void => {
    bus.clock();
    data.clock();
    fetch.clock();
  };
  return { bus, data, fetch, clock };
}

/** Cycles from the first sending to each request's being done; requests go one a cycle as soon as they may. */
function times(requests: readonly (readonly [DataRequestKind, number])[]): number[] {
  const { data, clock } = system();
  const done: number[] = [];
  const sent: number[] = [];
  for (let cycle = 0; cycle < 200 && done.filter((x) => x >= 0).length < requests.length; cycle++) {
    sent.forEach((number, index) => {
      if (done[index] === undefined && data.done(number)) done[index] = cycle;
    });
    const next = requests[sent.length];
    if (next && data.ready()) sent.push(data.send(next[0], next[1]));
    clock();
  }
  return done;
}

describe("data cache", () => {
  test("a miss is answered by its row, a hit in two cycles, rows of the same line as they come", () => {
    expect(times([["read", 0x100]])).toEqual([5]);
    expect(
      times([
        ["read", 0x100],
        ["read", 0x108],
        ["read", 0x138],
      ]),
    ).toEqual([5, 6, 12]);
  });

  test("a miss in another line waits until the line before is whole", () => {
    expect(
      times([
        ["read", 0x100],
        ["read", 0x200],
      ]),
    ).toEqual([5, 16]);
  });

  test("writes follow each other, and a read that misses waits until they are acknowledged", () => {
    expect(
      times([
        ["write", 0x100],
        ["write", 0x108],
        ["write", 0x110],
      ]),
    ).toEqual([2, 3, 4]);
    expect(
      times([
        ["write", 0x100],
        ["read", 0x200],
      ]),
    ).toEqual([2, 8]);
    expect(
      times([
        ["write", 0x100],
        ["write", 0x2000],
      ]),
    ).toEqual([2, 5]);
  });

  test("a set that only misses keeps the line in way 0", () => {
    const { data, clock } = system();
    const read = (address: number): void => {
      const number = data.send("read", address);
      for (let i = 0; i < 40 && !(data.done(number) && i > 20); i++) clock();
    };
    [0x0, 0x100, 0x200, 0x300].forEach(read);
    expect([0x0, 0x100, 0x200, 0x300].map((address) => data.lines.find(address))).toEqual([0, -1, -1, 1]);
  });
});

describe("instruction cache", () => {
  test("the wanted row comes first, the others while it goes on", () => {
    const { fetch, clock } = system();
    const found: number[] = [];
    const wanted = [0x120, 0x124, 0x128, 0x118];
    for (let cycle = 0; found.length < wanted.length && cycle < 40; cycle++) {
      if (fetch.lookup(wanted[found.length]!)) found.push(cycle);
      clock();
    }
    expect(found).toEqual([5, 6, 7, 12]);
  });

  test("the master that has the bus keeps it; the first one goes before the other", () => {
    const { fetch, data, clock } = system();
    fetch.lookup(0x100);
    const number = data.send("read", 0x200);
    let fetched = -1;
    let read = -1;
    for (let cycle = 0; cycle < 40; cycle++) {
      if (fetched < 0 && fetch.lookup(0x100)) fetched = cycle;
      if (read < 0 && data.done(number)) read = cycle;
      clock();
    }
    expect([fetched, read]).toEqual([5, 14]);
  });
});

test("pseudo-LRU of four ways goes round", () => {
  const lines = new CacheLines({ sets: 1, ways: 4, lineBytes: 64, rowBytes: 8 });
  const order: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const way = lines.victim(0);
    order.push(way);
    lines.assign(turn * 64, way, true);
    lines.touch(turn * 64, way);
  }
  expect(order).toEqual([0, 2, 1, 3]);
});

test("an update of the branch target cache is seen after its delay", () => {
  const table = new TargetCache(4, 2);
  table.update(0x100, true, 0x40);
  const seen: number[] = [];
  for (let cycle = 0; cycle < 3; cycle++) {
    seen.push(table.look(0x100));
    table.clock();
  }
  expect(seen).toEqual([targetKind.unknown, targetKind.unknown, targetKind.taken]);
  expect([table.target(0x100), table.look(0x110)]).toEqual([0x40, targetKind.unknown]);
});

test("an instruction miss while decoding stands takes its victim by the set of the address before", () => {
  const ways = [true, false].map((moves) => {
    const { fetch, clock } = system();
    const fill = (address: number, free: boolean): void => {
      for (let cycle = 0; cycle < 20; cycle++) {
        fetch.lookup(address, free);
        clock();
      }
    };
    // Sets 0 and 1: way 0 of set 0 was used last, so its victim is way 1; set 1 is empty and would take way 0.
    fill(0x0, true);
    fill(0x40, moves);
    return fetch.lines.find(0x40);
  });
  expect(ways).toEqual([0, 1]);
});
