// System calls as the kernel interface has them: results, errors and structures; nothing but the program's own files is seen.
import { describe, expect, it } from "vitest";
import { filesFromBytes, SystemCalls } from "../../src/iss/index.ts";
import type { ProgramIo, SystemMemory } from "../../src/iss/index.ts";

const SIZE = 4096;

function machine(
  io: Partial<ProgramIo> = {},
  time = 0,
): { calls: SystemCalls; bytes: Uint8Array; output: string[] } {
  const bytes = new Uint8Array(SIZE);
  const memory: SystemMemory = {
    readBytes: (at, n) => (at + n <= SIZE ? bytes.slice(at, at + n) : undefined),
    writeBytes(at, data) {
      if (at + data.length > SIZE) return false;
      bytes.set(data, at);
      return true;
    },
  };
  const output: string[] = [];
  const whole: ProgramIo = {
    args: [],
    write: (d, b) => output.push(`${d}:${new TextDecoder().decode(b)}`),
    ...io,
  };
  const calls = new SystemCalls({
    io: whole,
    memory,
    nanoseconds: () => time,
    heapStart: 0x1000,
    heapEnd: 0x3000,
  });
  return { calls, bytes, output };
}

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const ok = (value: number): { value: number; error: boolean } => ({ value, error: false });
const no = (value: number): { value: number; error: boolean } => ({ value, error: true });
const words = (bytes: Uint8Array, at: number, count: number): number[] => {
  const view = new DataView(bytes.buffer);
  return Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i));
};

describe("streams", () => {
  it("writes to the two outputs only", () => {
    const { calls, bytes, output } = machine();
    bytes.set(text("hello"));
    expect([calls.call(4, 1, 0, 5), calls.call(4, 2, 1, 2), calls.call(4, 1, 0, 0)]).toEqual([
      ok(5),
      ok(2),
      ok(0),
    ]);
    expect([calls.call(4, 0, 0, 5), calls.call(4, 7, 0, 5), calls.call(4, 1, 4090, 10)]).toEqual([
      no(9),
      no(9),
      no(14),
    ]);
    expect(calls.call(4, 1, 0, -1)).toEqual(no(14));
    expect(output).toEqual(["1:hello", "2:el"]);
  });
  it("reads standard input to its end", () => {
    const { calls, bytes } = machine({ stdin: text("abcdef") });
    expect([calls.call(3, 0, 16, 4), calls.call(3, 0, 20, 100), calls.call(3, 0, 30, 4)]).toEqual([
      ok(4),
      ok(2),
      ok(0),
    ]);
    expect(new TextDecoder().decode(bytes.slice(16, 22))).toBe("abcdef");
    expect([calls.call(3, 1, 0, 4), calls.call(19, 0, 0, 0), calls.call(54, 1, 0, 0)]).toEqual([
      no(9),
      no(29),
      no(25),
    ]);
  });
});

describe("files", () => {
  const files = filesFromBytes(new Map([["/data.txt", text("0123456789")]]));
  const open = (
    m: ReturnType<typeof machine>,
    path: string,
    flags = 0,
  ): { value: number; error: boolean } => {
    m.bytes.set(text(`${path}\0`));
    return m.calls.call(5, 0, flags, 0);
  };
  it("opens what is mounted, for reading", () => {
    const m = machine({ files });
    expect(open(m, "/etc/passwd")).toEqual(no(2));
    expect(open(m, "data.txt", 1)).toEqual(no(30));
    expect(open(m, "data.txt")).toEqual(ok(3));
    expect(open(m, "data.txt")).toEqual(ok(4));
    expect([m.calls.call(3, 3, 100, 4), m.calls.call(19, 3, -3, 2), m.calls.call(3, 3, 104, 9)]).toEqual([
      ok(4),
      ok(7),
      ok(3),
    ]);
    expect(new TextDecoder().decode(m.bytes.slice(100, 107))).toBe("0123789");
    expect([m.calls.call(19, 3, -1, 0), m.calls.call(19, 3, 0, 9)]).toEqual([no(22), no(22)]);
    expect(m.calls.call(140, 4, 0, 5, 200, 0)).toEqual(ok(0));
    expect(words(m.bytes, 200, 2)).toEqual([0, 5]);
    expect([m.calls.call(6, 3, 0, 0), m.calls.call(6, 3, 0, 0), m.calls.call(3, 3, 0, 1)]).toEqual([
      ok(0),
      no(9),
      no(9),
    ]);
    expect(open(m, "data.txt")).toEqual(ok(3));
  });
  it("tells about them", () => {
    const m = machine({ files });
    open(m, "data.txt");
    expect(m.calls.call(108, 3, 512, 0)).toEqual(ok(0));
    expect(words(m.bytes, 512, 18)).toEqual([
      1,
      6,
      0o100444,
      0x10000,
      0,
      0,
      0,
      10,
      4096,
      1,
      ...new Array<number>(8).fill(0),
    ]);
    expect(m.calls.call(106, 0, 512, 0)).toEqual(ok(0));
    expect(m.calls.call(197, 3, 512, 0)).toEqual(ok(0));
    expect(words(m.bytes, 512, 18).slice(4)).toEqual([0o100444, 1, 0, 0, 0, 0, 0, 0, 0, 10, 4096, 0, 0, 1]);
    expect([m.calls.call(108, 9, 512, 0), m.calls.call(108, 1, 4090, 0)]).toEqual([no(9), no(14)]);
  });
  it("an unterminated path is too long or a fault", () => {
    const m = machine({ files });
    m.bytes.fill(65);
    expect([m.calls.call(5, 0, 0, 0), m.calls.call(5, 1, 0, 0)]).toEqual([no(36), no(14)]);
  });
});

describe("time, heap and end", () => {
  it("gives target time", () => {
    const { calls, bytes } = machine({}, 3_456_789_012);
    expect([calls.call(78, 0, 0, 0), calls.call(246, 0, 8, 0), calls.call(43, 16, 0, 0)]).toEqual([
      ok(0),
      ok(0),
      ok(345),
    ]);
    expect(words(bytes, 0, 8)).toEqual([3, 456789, 3, 456789012, 345, 0, 0, 0]);
    expect([calls.call(246, 99, 8, 0), calls.call(78, 4094, 0, 0), calls.call(13, 0, 0, 0)]).toEqual([
      no(22),
      no(14),
      ok(3),
    ]);
  });
  it("moves the break within the heap", () => {
    const { calls } = machine();
    const results = [0, 0x2000, 0x3001, 0xfff, 0x3000].map((a) => calls.call(45, a, 0, 0).value);
    expect(results).toEqual([0x1000, 0x2000, 0x2000, 0x2000, 0x3000]);
  });
  it("ends", () => {
    for (const [call, a, b, code] of [
      [1, 256 + 7, 0, 7],
      [234, 3, 0, 3],
      [37, 1, 6, 134],
    ] as const) {
      const { calls } = machine();
      expect(calls.exited).toBe(false);
      calls.call(call, a, b, 0);
      expect({ exited: calls.exited, code: calls.exitCode }).toEqual({ exited: true, code });
    }
    const { calls } = machine();
    expect([calls.call(37, 2, 9, 0), calls.call(20, 0, 0, 0), calls.call(999, 0, 0, 0)]).toEqual([
      no(22),
      ok(1),
      no(38),
    ]);
    expect(calls.exited).toBe(false);
  });
});
