// `blockwatt simulate` and `conform` on a program that never ends: limits, signals, exit statuses. The machine and the suite
// are ours, of two instructions.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const architecture = `
define (arch = Two) {
  define (reg = CIA) { attrs = cia; }
  define (reg = NIA) { attrs = nia; }
  define (regfile = R) { size = 8; prefix = r; }
  define (instrfield = OP) { bits = (0,5); }
  define (instrfield = T) { bits = (6,10); ref = R; type = regfile; }
  define (instrfield = I) { bits = (16,31); is_signed = true; }
  define (instr = add) { fields = (OP(1),T,I); action = { R(T) = R(T) + I; }; }
  define (instr = go) { fields = (OP(2),T(0),I); action = { NIA = CIA + I; }; }
}
define (core = P) { archs = Two; }
`;
const pipeline = `
define (core P) {
  define (resources) {
    define (fetchunit Fetcher) { fetch_memory = mem; entries = 4; entry_size = 4; fetch_size = (4); }
    define (pipestage = (D,E)) {}
    define (memory mem) { read_latency = 1; data_width = 32; max_requests = 2; }
  }
  define (machine normal) {
    init_state = S_I; states = (S_D,S_E);
    define (mapping) { D = S_D; E = S_E; }
  }
  define (instr_class all) {
    instructions = (add,go);
    machine = normal;
    define (operands) { Src = sources; Trg = targets; }
    action = {
      S_I: { change_state(S_D); };
      S_D: if (Src.can_read() && E.has_space()) { Src.read(); Trg.allocate(); exec(); change_state(S_E); };
      S_E: { write_ops(); change_state(S_I); };
    };
  }
}
`;
const image = "CORE n=:P\nRD n=NIA d=0x100\nMD n=Mem ra=0x100 d=0x04200001\nMD n=Mem ra=0x104 d=0x0800fffc\n";

const root = mkdtempSync(join(tmpdir(), "blockwatt-endless-"));
const suite = join(root, "tests", "uadl");
mkdirSync(suite, { recursive: true });
const adl = join(suite, "two.adl");
const uadl = join(suite, "two.uadl");
const endless = join(suite, "endless.dat");
writeFileSync(adl, architecture);
writeFileSync(uadl, pipeline);
writeFileSync(endless, image);
writeFileSync(
  join(suite, "Makefile.am"),
  "UADLBUILD = $(P)\ntwo.cc: $(srcdir)/two.uadl $(srcdir)/two.adl\n\t$(UADLBUILD) -o two\n",
);
writeFileSync(
  join(suite, "regress"),
  'my @Tests = (\n  ext_model_test(model => "./two", flags => "--mic=100000000", results => "$src/endless.dat"),\n);\n',
);
afterAll(() => rmSync(root, { recursive: true }));

const command = ["bin/blockwatt.mjs", "simulate", endless, "--uadl", uadl, "--adl", adl, "--json"];
const host = { seconds: expect.any(Number) as number, mips: expect.any(Number) as number };

describe("a program that never ends", () => {
  it("is ended by --max-cycles, with a report of where it was", () => {
    const run = spawnSync(process.execPath, [...command, "--max-cycles", "1000"], { encoding: "utf8" });
    expect(run.status).toBe(124);
    const report = JSON.parse(run.stdout) as { instructions: number; cycles: number; stopped: unknown };
    const { stopped, cycles } = report;
    expect(cycles).toBeGreaterThan(900);
    expect(cycles).toBeLessThanOrEqual(1001);
    expect(stopped).toEqual({
      by: "max-cycles",
      address: expect.toSatisfy((at) => at === 0x100 || at === 0x104) as number,
      instruction: expect.stringMatching(/^(add|go) /) as string,
    });
  });

  it("is ended by --timeout", () => {
    const run = spawnSync(process.execPath, [...command, "--timeout", "0.2"], { encoding: "utf8" });
    expect(run.status).toBe(124);
    expect(JSON.parse(run.stdout)).toMatchObject({ halted: false, stopped: { by: "timeout" }, host });
  });

  /** The signal that ended it, or the exit status 130 when it came before the run began. */
  const signalled = (
    args: readonly string[],
    signal: "SIGINT" | "SIGTERM",
  ): Promise<string | number | null> =>
    new Promise((done) => {
      const child = spawn(process.execPath, [...args], { stdio: "ignore" });
      child.on("exit", (status, by) => done(by ?? status));
      setTimeout(() => child.kill(signal), 8000);
    });

  it("and a conformance run end at once on a signal", async () => {
    const conform = ["bin/blockwatt.mjs", "conform", "--suite", root];
    const ends = await Promise.all([signalled(command, "SIGTERM"), signalled(conform, "SIGINT")]);
    expect(["SIGTERM", 130]).toContain(ends[0]);
    expect(["SIGINT", 130]).toContain(ends[1]);
  }, 30_000);
});
