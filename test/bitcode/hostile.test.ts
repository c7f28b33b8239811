// Damaged modules: whatever the bytes, `readModule` gives a module or a BitcodeError, soon, and a module that it gives
// can be printed. The modules are real ones, made here, with truncations, flipped bits, and moved and random bytes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BitcodeError, printModule, readModule } from "../../src/bitcode/index.ts";
import { BitWriter } from "./bit-writer.ts";
import { compile, compileText } from "./llvm.ts";

const SMALL = `struct s { int a; struct s *next; } list[2] = {{1, list}, {2, 0}};
double mean(struct s *at, int n) { double t = 0; for (int i = 0; i < n; i++, at = at->next) t += at->a; return t / n; }
int main(void) { return (int)mean(list, 2); }
`;

type Outcome = "module" | "error";

function outcome(bytes: Uint8Array): Outcome {
  try {
    const module = readModule(bytes);
    printModule(module);
    return "module";
  } catch (error) {
    if (error instanceof BitcodeError) return "error";
    throw error;
  }
}

// Without a bias to small numbers, which would only ever damage the first bytes.
const place = fc.noBias(fc.nat({ max: 0x7fffffff }));

function complaint(bytes: Uint8Array): string {
  try {
    readModule(bytes);
  } catch (error) {
    if (error instanceof BitcodeError) return error.message.replace(/ \(at bit \d+\)/, "");
    throw error;
  }
  return "no complaint";
}

/** One kind of damage; places are taken modulo the module's length, so that they fit any module. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: place }),
  fc.record({
    kind: fc.constant("flip" as const),
    bits: fc.array(place, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("overwrite" as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({
    kind: fc.constant("move" as const),
    from: place,
    to: place,
    words: fc.integer({ min: 1, max: 16 }),
  }),
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Uint8Array, how: Damage): Uint8Array {
  const copy = bytes.slice();
  switch (how.kind) {
    case "cut":
      return copy.slice(0, how.at % bytes.length);
    case "flip":
      for (const at of how.bits) {
        const bit = at % (bytes.length * 8);
        copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
      }
      return copy;
    case "overwrite": {
      const at = how.at % bytes.length;
      copy.set(how.bytes.subarray(0, bytes.length - at), at);
      return copy;
    }
    case "move": {
      const words = bytes.length >> 2;
      const from = (how.from % words) * 4;
      copy.copyWithin((how.to % words) * 4, from, from + how.words * 4);
      return copy;
    }
  }
}

describe("damaged modules", () => {
  const modules = [compileText(SMALL, ["-O2", "-g"]), compileText(SMALL, ["-O0"]), compile("rare.ll", [])];

  it("whole, they are read", () => {
    expect(modules.map(outcome)).toEqual(["module", "module", "module"]);
  });

  it("give a module or a BitcodeError", () => {
    const seen = new Set<Outcome>();
    fc.assert(
      fc.property(fc.constantFrom(...modules), damage, (bytes, how) => {
        const started = performance.now();
        seen.add(outcome(damaged(bytes, how)));
        // Milliseconds in truth; the bound only has to tell slow machines from endless loops.
        expect(performance.now() - started).toBeLessThan(10_000);
      }),
      { numRuns: 4000, seed: 20_240_607 },
    );
    expect([...seen].sort()).toEqual(["error", "module"]);
  });

  it("that ask for much more than they hold are refused soon", () => {
    // An abbreviation of one constant makes records of three bits: here one and a half million instructions.
    const records = new BitWriter().magic().block(8, 2, (module) => {
      module.record(1, 2);
      module.fixed(2, 3).vbr(1, 5).fixed(1, 1).vbr(99, 8);
      for (let count = 0; count < 1_500_000; count += 1) module.fixed(4, 3);
    });
    // Many functions of one type with many parameters.
    const params = new BitWriter().magic().block(8, 2, (module) => {
      module.record(1, 2);
      module.block(17, 3, (types) => {
        types
          .record(2)
          .record(7, 32)
          .record(21, 0, 0, ...new Array<number>(5000).fill(1));
      });
      for (let count = 0; count < 500; count += 1) module.record(8, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0);
    });
    expect([records, params].map((writer) => complaint(writer.bytes()))).toEqual([
      "BW0408: more records than a file of this size can need",
      "BW0408: functions with too many parameters",
    ]);
  });

  it("cut anywhere in the first kilobyte, they are an error", () => {
    const [bytes] = modules as [Uint8Array];
    const read = new Set<Outcome>();
    for (let length = 0; length < 1024; length += 1) read.add(outcome(bytes.slice(0, length)));
    expect([...read]).toEqual(["error"]);
  });
});
