// A miniature of the public suite's layout, all of it ours: a machine of five instructions, a pipeline of three stages with
// a forwarding path, and recorded results whose times are worked out by hand from the description.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const architecture = `
define (arch = Mini) {
  define (reg = CIA) { attrs = cia; }
  define (reg = NIA) { attrs = nia; }
  define (regfile = R) { size = 8; prefix = r; }
  define (instrfield = OP) { bits = (0,5); }
  define (instrfield = T) { bits = (6,10); ref = R; type = regfile; }
  define (instrfield = S) { bits = (11,15); ref = R; type = regfile; }
  define (instrfield = I) { bits = (16,31); is_signed = true; }
  define (instr = set) {
    fields = (OP(1),T,S,I);
    action = { R(T) = R(S) + I; };
  }
  define (instr = get) {
    fields = (OP(2),T,S,I);
    action = { R(T) = Mem(R(S) + I,4); };
  }
  define (instr = put) {
    fields = (OP(3),T,S,I);
    action = { Mem(R(S) + I,4) = R(T); };
  }
  define (instr = stop) {
    fields = (OP(0));
    width = 32;
    action = { halt(); };
  }
}
define (core = P) {
  archs = Mini;
}
`;

const pipeline = `
define (core P) {
  define (resources) {
    define (fetchunit Fetcher) {
      fetch_memory = mem.I;
      entries = 4;
      entry_size = 4;
      fetch_size = (4);
    }
    define (pipestage = (Decode,Execute,Write)) {}
    define (forwarding_path = Bypass) {}
    define (memory mem) { read_latency = 1; write_latency = 1; data_width = 32; max_requests = 2;
      define (port I) { type = instr; }
      define (port D) { type = data; }
    }
  }
  define (machine normal) {
    init_state = S_INIT;
    states = (S_D,S_E,S_W);
    define (mapping) { Decode = S_D; Execute = S_E; Write = S_W; }
  }
  define (instr_class simple) {
    instructions = (set,stop);
    machine = normal;
    define (operands) { Src = sources; Trg = targets; }
    action = {
      S_INIT: { change_state(S_D); };
      S_D: if (Src.can_read(FORWARD) && Execute.has_space()) { Src.read(FORWARD); Trg.allocate(); change_state(S_E); };
      S_E: if (Write.has_space()) { exec(); FORWARDING change_state(S_W); };
      S_W: { write_ops(); change_state(S_INIT); };
    };
  }
  define (instr_class access) {
    instructions = (get);
    machine = normal;
    define (operands) { Src = sources; Trg = targets; }
    action = {
      S_INIT: { change_state(S_D); };
      S_D: if (Src.can_read() && mem.D.can_request_read()) {
        Src.read(); Trg.allocate(); exec(); mem.D.send_read_request(); change_state(S_E);
      };
      S_E: if (mem.D.can_read() && Write.has_space()) { exec_and_read(mem.D); change_state(S_W); };
      S_W: { write_ops(); change_state(S_INIT); };
    };
  }
  define (instr_class store) {
    instructions = (put);
    machine = normal;
    define (operands) { Src = sources; Trg = targets; }
    action = {
      S_INIT: { change_state(S_D); };
      S_D: if (Src.can_read() && mem.D.can_request_write()) {
        Src.read(); exec(); mem.D.send_write_request(); change_state(S_E);
      };
      S_E: if (mem.D.can_write() && Write.has_space()) { exec_and_write(mem.D); change_state(S_W); };
      S_W: { change_state(S_INIT); };
    };
  }
}
`;

const makefile = `
UADLBUILD = $(PARSER) $(word 2, $^) $(word 1, $^)
IssDir = $(top_srcdir)/tests/iss
define template
$(1).cc: $(2)
	$$(UADLBUILD) -o $(1) $3
endef
define safe_template
$(1).cc: $(2)
	$$(UADLBUILD) --safe-mode -o $(1) $3
endef
$(eval $(call template,mini,$(srcdir)/mini.uadl $(IssDir)/mini.adl,-D=FORWARD= -D=FORWARDING=))
$(eval $(call safe_template,mini-safe,$(srcdir)/mini.uadl $(IssDir)/mini.adl,-D=FORWARD= -D=FORWARDING=))
$(eval $(call template,broken,$(srcdir)/broken.uadl $(IssDir)/mini.adl))
outside_SOURCES = outside.cc memory.C
$(eval $(call template,outside,$(srcdir)/mini.uadl $(IssDir)/mini.adl))
`;

const regress = `
my @Tests = (
  model_test("./mini","$src/chain.dat"),
  model_test("./mini-safe","$src/chain.dat"),
  model_test("./mini","$src/wrong.dat"),
  model_test("./broken","$src/chain.dat"),
  model_test("./outside","$src/chain.dat"),
  model_test("./mini","$src/absent.dat"),
  model_test("./mini","$src/chain.dat",1),
);
`;

export interface Recorded {
  readonly text: string;
  readonly times: readonly (readonly [issue: number, complete: number])[];
}

/** r1 = 5; r2 = r1 + 1; memory[r1 + 0x1fb] = r2; r3 = memory[r1 + 0x1fb]; stop. */
const words = [0x04200005, 0x04410001, 0x0c4101fb, 0x086101fb, 0];

export function recordedChain(times: readonly (readonly [number, number])[], loaded = 6): string {
  const effects = [
    "R n=R i=1 d=0x5",
    "R n=R i=2 d=0x6",
    "D n=Mem t=write ea=0x200 nb=4\nM n=Mem t=write ea=0x200 ra=0x200 d=0x6",
    `D n=Mem t=read ea=0x200 nb=4\nR n=R i=3 d=0x${loaded.toString(16)}`,
    "",
  ];
  const image = words.map(
    (word, at) => `MD n=Mem ra=0x${(0x100 + 4 * at).toString(16)} d=0x${word.toString(16)}`,
  );
  const trace = words.map((word, at) => {
    const [issue, complete] = times[at]!;
    const opcode = `INSTR op=0x${word.toString(16).padStart(8, "0")} asm="word ${at}"`;
    return `I ea=0x${(0x100 + 4 * at).toString(16)}\n${opcode}\nITIME t=${issue}\n${effects[at]!}\nCTIME t=${complete}`;
  });
  return `CORE n=:P\nRD n=NIA d=0x100\n${image.join("\n")}\nTRACE\n${trace.join("\n")}\nRESULTS\nRD n=R i=3 d=0x${loaded.toString(16)}\nMD n=Mem ra=0x200 d=0x6\n`;
}

/** Writes the miniature into a folder of its own and gives its path. `times`: what chain.dat records. */
export function writeMiniature(times: readonly (readonly [number, number])[]): string {
  const root = mkdtempSync(join(tmpdir(), "blockwatt-miniature-"));
  const uadl = join(root, "tests", "uadl");
  const iss = join(root, "tests", "iss");
  mkdirSync(uadl, { recursive: true });
  mkdirSync(iss, { recursive: true });
  writeFileSync(join(iss, "mini.adl"), architecture);
  writeFileSync(join(uadl, "mini.uadl"), pipeline);
  writeFileSync(
    join(uadl, "broken.uadl"),
    "define (core P) { define (resources) { define (pipestage X) {} } }\n",
  );
  writeFileSync(join(uadl, "Makefile.am"), makefile);
  writeFileSync(join(uadl, "regress"), regress);
  writeFileSync(join(uadl, "chain.dat"), recordedChain(times));
  const late = times.map(([issue, complete], at) => [issue, complete + (at === 3 ? 1 : 0)] as const);
  writeFileSync(join(uadl, "wrong.dat"), recordedChain(late, 7));
  return root;
}
