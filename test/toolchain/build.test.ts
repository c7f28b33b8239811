import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildProgram } from "../../src/toolchain/build.ts";
import { loadCoreToolchain } from "../../src/toolchain/core.ts";
import type { CoreToolchain } from "../../src/toolchain/core.ts";
import { runQemu } from "../../src/toolchain/qemu.ts";
import { specOfSources } from "../../src/toolchain/spec.ts";
import { diagnosticsOf, withLibrary, withOwnCache } from "./temporary-cache.ts";

let folder: string;
let core: CoreToolchain;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "blockwatt-build-"));
  core = await withLibrary("ppc440");
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

function source(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function output(elf: string, args: readonly string[] = [], stdin = ""): Promise<[number, string]> {
  const run = await runQemu(core.qemu_cpu, elf, args, Buffer.from(stdin), { timeoutMs: 30_000 });
  return [run.exitCode, Buffer.from(run.stdout).toString("utf8")];
}

const HELLO = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  char line[40];
  for (int i = 1; i < argc; i++) printf("%d=%s ", i, argv[i]);
  while (fgets(line, sizeof line, stdin)) printf("[%lu]", (unsigned long)strlen(line));
  char *p = malloc(3000000);
  printf("%lld %zu %s %08x\\n", -1234567890123LL, sizeof(long), p ? "heap" : "none", 0xbeefu);
  return 7;
}
`;

/** A program that is built in half the time, for what is asked of every program. */
const SMALL = "int main(int argc, char **argv) { (void)argv; return argc + 6; }\n";

describe("building programs", () => {
  test("a program prints the same on every core", async () => {
    const spec = specOfSources([source("hello.c", HELLO)]);
    for (const name of ["ppc440", "e200z3"]) {
      const built = await buildProgram(spec, await withLibrary(name));
      const result = await output(built.elfPath, ["a", "b c"], "one\ntwo");
      expect(result).toEqual([7, "1=a 2=b c [4][3]-1234567890123 4 heap 0000beef\n"]);
    }
  }, 600_000);

  test("the same input gives the same bytes, and is found again fast", async () => {
    const spec = specOfSources([source("same.c", HELLO)]);
    const files = ["program.elf", "final.bc", "program.s", "probes.json"];
    const results: Buffer[][] = [];
    for (let i = 0; i < 2; i++) {
      await withOwnCache(async () => {
        const built = await buildProgram(spec, core);
        results.push(files.map((name) => readFileSync(join(built.folder, name))));
        const start = performance.now();
        expect(await buildProgram(spec, core)).toEqual({ ...built, mapped: undefined });
        expect(performance.now() - start).toBeLessThan(300);
      });
    }
    for (const [i, name] of files.entries()) expect(results[0]![i]!.equals(results[1]![i]!), name).toBe(true);
  });

  test("probes cover main and are sorted by address", async () => {
    const { probes } = await buildProgram(specOfSources([source("hello.c", HELLO)]), core);
    expect(probes.filter((p) => p.function === "main").map((p) => p.irBlock)).toContain(0);
    expect([...probes].sort((a, b) => a.address - b.address)).toEqual(probes);
  });

  test("a changed header builds again, a changed comment elsewhere does not", async () => {
    source("value.h", "#define VALUE 1\n");
    const spec = specOfSources([
      source("header.c", '#include "value.h"\nint main(void) { return VALUE; }\n'),
    ]);
    const first = await buildProgram(spec, core);
    source("other.h", "#define OTHER 1\n");
    expect((await buildProgram(spec, core)).key).toBe(first.key);
    source("value.h", "#define VALUE 5\n");
    const second = await buildProgram(spec, core);
    expect(second.key).not.toBe(first.key);
    expect(await output(second.elfPath)).toEqual([5, ""]);
  });

  test("several sources, and flags", async () => {
    const a = source("a.c", "int b(void); int main(void) { return b(); }\n");
    const b = source("b.c", "int b(void) { return N; }\n");
    const built = await buildProgram({ ...specOfSources([a, b]), cflags: ["-DN=9"] }, core);
    expect(await output(built.elfPath)).toEqual([9, ""]);
  });

  test("a program that ends by abort, and one with too many arguments", async () => {
    const aborts = await buildProgram(
      specOfSources([source("aborts.c", "#include <stdlib.h>\nint main(void) { abort(); }\n")]),
      core,
    );
    expect(await output(aborts.elfPath)).toEqual([134, ""]);
    const many = Array.from({ length: 300 }, (_, i) => `${i}`);
    expect(await output(aborts.elfPath, many)).toEqual([127, ""]);
  });
});

describe("arithmetic routines", () => {
  const doubles = [
    0,
    -0,
    1,
    1.5,
    -2.75,
    1e308,
    -1e308,
    5e-324,
    2.2250738585072014e-308,
    3,
    0.1,
    Infinity,
    NaN,
  ];
  const bits = (x: number): string => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, Number.isNaN(x) ? NaN : x);
    return Number.isNaN(x) ? "nan" : view.getBigUint64(0).toString(16);
  };

  test("double precision agrees with IEEE arithmetic, bit for bit", async () => {
    const list = doubles.map((x) =>
      Number.isNaN(x) ? "0.0/0.0" : x === Infinity ? "1e999" : bitsLiteral(x),
    );
    const program = source(
      "double.c",
      `#include <stdio.h>
#include <string.h>
static void show(volatile double x) {
  unsigned long long u;
  double y = x;
  memcpy(&u, &y, 8);
  if (y != y) printf("nan ");
  else printf("%llx ", u);
}
int main(void) {
  static volatile double v[] = {${list.join(", ")}};
  for (int i = 0; i < ${list.length}; i++)
    for (int j = 0; j < ${list.length}; j++) {
      double a = v[i], b = v[j];
      show(a + b), show(a - b), show(a * b), show(a / b), show((float)a);
      printf("%d%d%d\\n", a < b, a == b, a >= b);
    }
}
`,
    );
    const expected = doubles.flatMap((a) =>
      doubles.map(
        (b) =>
          `${[a + b, a - b, a * b, a / b, Math.fround(a)].map(bits).join(" ")} ` +
          `${Number(a < b)}${Number(a === b)}${Number(a >= b)}\n`,
      ),
    );
    const built = await buildProgram(specOfSources([program]), core);
    expect(await output(built.elfPath)).toEqual([0, expected.join("")]);
    // The first floating-point program on a machine also builds that half of the C library.
  }, 600_000);

  function bitsLiteral(x: number): string {
    return Object.is(x, -0) ? "-0.0" : x === 5e-324 ? "0x1p-1074" : `(double)${x}`;
  }

  test("64-bit division", async () => {
    const values = [
      0n,
      1n,
      3n,
      10n,
      0xffffffffn,
      0x100000000n,
      0x123456789abcdefn,
      0x8000000000000000n,
      0xffffffffffffffffn,
    ];
    const program = source(
      "divide.c",
      `#include <stdio.h>
int main(void) {
  static volatile unsigned long long v[] = {${values.map((v) => `0x${v.toString(16)}ull`).join(", ")}};
  for (int i = 0; i < ${values.length}; i++)
    for (int j = 1; j < ${values.length}; j++) {
      unsigned long long a = v[i], b = v[j];
      printf("%llu %llu ", a / b, a % b);
      if (i != ${values.length - 2} || j != ${values.length - 1}) printf("%lld %lld", (long long)a / (long long)b, (long long)a % (long long)b);
      printf("\\n");
    }
}
`,
    );
    const signed = (x: bigint): bigint => BigInt.asIntN(64, x);
    const lines: string[] = [];
    for (const [i, a] of values.entries()) {
      for (const [j, b] of values.entries()) {
        if (j === 0) continue;
        const overflow = i === values.length - 2 && j === values.length - 1;
        const tail = overflow ? "" : `${signed(a) / signed(b)} ${signed(a) % signed(b)}`;
        lines.push(`${a / b} ${a % b} ${tail}\n`);
      }
    }
    const built = await buildProgram(specOfSources([program]), core);
    expect(await output(built.elfPath)).toEqual([0, lines.join("")]);
  });
});

describe("faults", () => {
  test("C errors reach the user in the compiler's words", async () => {
    const path = source("wrong.c", "int main(void) { return foo(x; }\n");
    const [diagnostic] = await diagnosticsOf(() => buildProgram(specOfSources([path]), core));
    expect(diagnostic?.code).toBe("BW0501");
    expect(diagnostic?.message).toContain(`${path} does not compile:\n${path}:1:25: error: `);
    expect(diagnostic?.message).toContain("use of undeclared identifier 'x'");
  });

  test("a missing header", async () => {
    const path = source("header-missing.c", '#include "nowhere.h"\nint main(void) { return 0; }\n');
    const [diagnostic] = await diagnosticsOf(() => buildProgram(specOfSources([path]), core));
    expect(diagnostic?.code).toBe("BW0501");
    expect(diagnostic?.message).toContain("'nowhere.h' file not found");
  });

  test("an undefined function", async () => {
    const path = source("undefined.c", "void launch(int); int main(void) { launch(1); return 0; }\n");
    const [diagnostic] = await diagnosticsOf(() => buildProgram(specOfSources([path]), core));
    expect(diagnostic?.code).toBe("BW0514");
    expect(diagnostic?.message).toMatch(/^undefined: launch\n.*undefined symbol: launch/);
  });

  test("no main", async () => {
    const path = source("no-main.c", "int f(void) { return 0; }\n");
    const [diagnostic] = await diagnosticsOf(() => buildProgram(specOfSources([path]), core));
    expect(diagnostic?.code).toBe("BW0514");
    expect(diagnostic?.message).toMatch(/^undefined: main\n/);
  });

  test("two definitions", async () => {
    const a = source("twice-a.c", "int f(void) { return 0; } int main(void) { return f(); }\n");
    const b = source("twice-b.c", "int f(void) { return 1; }\n");
    const [diagnostic] = await diagnosticsOf(() => buildProgram(specOfSources([a, b]), core));
    expect(diagnostic?.code).toBe("BW0514");
    expect(diagnostic?.message).toContain("symbol multiply defined!");
  });

  test("functions that a loader would choose are refused, not ignored", async () => {
    const path = source(
      "chosen.c",
      "static int one(void) { return 1; } static void *choose(void) { return one; }\n" +
        'int f(void) __attribute__((ifunc("choose"))); int main(void) { return f(); }\n',
    );
    const [diagnostic] = await diagnosticsOf(() => buildProgram(specOfSources([path]), core));
    expect(diagnostic?.code).toBe("BW0516");
  });

  test("no tools on PATH", async () => {
    const path = source("hello.c", HELLO);
    const before = process.env["PATH"];
    process.env["PATH"] = folder;
    try {
      const [diagnostic] = await diagnosticsOf(() => buildProgram(specOfSources([path]), core));
      expect(diagnostic?.code).toBe("BW0502");
    } finally {
      process.env["PATH"] = before;
    }
  });

  test("cancelled in the middle: nothing half is left, and the next build succeeds", () =>
    withOwnCache(async (cache) => {
      const spec = specOfSources([source("cancelled.c", SMALL)]);
      const controller = new AbortController();
      const progress = (step: string): void => {
        if (step.endsWith(": optimise")) controller.abort();
      };
      const first = () => buildProgram(spec, core, { signal: controller.signal, progress });
      expect((await diagnosticsOf(first)).map((d) => d.code)).toEqual(["BW0508"]);
      expect(readdirSync(join(cache, "scratch"))).toEqual([]);
      expect(readdirSync(join(cache, "programs"))).toEqual([]);
      expect(await output((await buildProgram(spec, core)).elfPath)).toEqual([7, ""]);
    }));

  test("a damaged cache record is ignored", () =>
    withOwnCache(async (cache) => {
      const spec = specOfSources([source("small.c", SMALL)]);
      const first = await buildProgram(spec, core);
      for (const name of readdirSync(join(cache, "inputs"))) writeFileSync(join(cache, "inputs", name), "{");
      writeFileSync(join(cache, "tools.json"), "\0");
      expect((await buildProgram(spec, core)).key).toBe(first.key);
    }));

  test("a result of which files were deleted is made again", () =>
    withOwnCache(async () => {
      const spec = specOfSources([source("small.c", SMALL)]);
      const first = await buildProgram(spec, core);
      rmSync(first.elfPath);
      const second = await buildProgram(spec, core);
      expect(await output(second.elfPath)).toEqual([7, ""]);
    }));

  test("a cache that cannot be written", () =>
    withOwnCache(async (cache) => {
      writeFileSync(join(cache, "file"), "");
      mkdirSync(join(cache, "x"));
      process.env["BLOCKWATT_CACHE"] = join(cache, "file", "below");
      const spec = specOfSources([source("small.c", SMALL)]);
      const codes = (await diagnosticsOf(() => buildProgram(spec, loadCoreToolchain("ppc440")))).map(
        (d) => d.code,
      );
      expect(codes).toEqual(["BW0506"]);
    }));
});
