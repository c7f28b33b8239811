// The suite's build file and regression script read as data: which description makes which model, and which runs are
// compared with which recorded result.
import { describe, expect, test } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCases } from "../../src/conform/cases.ts";
import { readCommandScript } from "../../src/conform/command-script.ts";
import { readMakefile } from "../../src/conform/makefile.ts";
import { readPerl } from "../../src/conform/perl.ts";
import { setupOf } from "../../src/conform/setup.ts";

const makefile = `
# define not_this
Other = --other-mode
Dir   = $(top_srcdir)/dir
GENERATE = $(TOOL) $(word 2, $^) \\
  $(word 1, $^)
UADLBUILD = $(GENERATE)

define plain_template
$(1).cc: $(2)
	$$(UADLBUILD) -o $(1) $3

endef

define safe_template
$(1).cc: $(2) $(TOOL)
	$$(UADLBUILD) --safe-mode $$(Other) -o $(1) $3
endef

a_b_SOURCES = a-b.cc
$(eval $(call plain_template,a-b,$(srcdir)/a.uadl $(Dir)/a.adl $(Dir)/more.adl,-I=$(Dir) -D=X=1,2))
a_safe_SOURCES = a-safe.cc extra.C
a_safe_CXXFLAGS = -DBAD
$(eval $(call safe_template,a-safe,$(srcdir)/a.uadl \\
   $(Dir)/a.adl, --detect-deadlock=9))
ruled.cc: $(srcdir)/r.uadl r.adl
	$(UADLBUILD) --systemc=thread -o $(patsubst %.cc,%,$@)
$(eval $(call unknown_template,u,$(srcdir)/a.uadl $(Dir)/a.adl))
`;

test("recipes come from templates and rules, with variables put in", () => {
  const recipes = readMakefile(makefile, { srcdir: "S", top_srcdir: "T" });
  expect([...recipes.values()].map(({ line: _, ...one }) => one)).toEqual([
    {
      model: "a-b",
      uadl: "S/a.uadl",
      adl: "T/dir/a.adl",
      flags: ["-I=T/dir", "-D=X=1,2"],
      sources: [],
      compilerFlags: [],
    },
    {
      model: "a-safe",
      uadl: "S/a.uadl",
      adl: "T/dir/a.adl",
      flags: ["--safe-mode", "--other-mode", "--detect-deadlock=9"],
      sources: ["extra.C"],
      compilerFlags: ["-DBAD"],
    },
    {
      model: "ruled",
      uadl: "S/r.uadl",
      adl: "r.adl",
      flags: ["--systemc=thread"],
      sources: [],
      compilerFlags: [],
    },
    { model: "u", uadl: "S/a.uadl", adl: "T/dir/a.adl", flags: [], sources: [], compilerFlags: [] },
  ]);
});

const script = `#!/usr/bin/env perl
# model_test("./commented","$src/no.dat")
my @Tests = (
	model_test("./m -trace", "$src/one.dat"),	model_test('./m',"$src/two.dat",1),
	model_test("./m","$src/../x/three.dat",0,0,[ "NIA", "card:C", "field:F" ],"--ignore-timing --ic=D"),
	model_test("./m","$src/one.dat"),
	ext_model_test(
		model   => "./n --flag=1",
		input   => "$src/pre.dat $src/one.dat",
		results => "$src/one-n.dat",
		td_flags => "--map-core-name=a:b",
	),
	{
		cmd     => "./m $src/four.dat -trace > out.txt",
		checker => \\&check_four,
	},
	{
		cmd     => "./m $src/five.dat",
		checker => sub { die if (!grep(/quote" in ( regex/, @_)); },
	},
	{ cmd => "./m $src/six.dat", fail => 1 },
);
if (1) {
  push(@Tests, ( model_test("./m","$src/seven.elf",0,"s.dat") ));
}
sub check_four {
  my ($data) = @_;
  s#^x##;
	print <<END;
it's text { with model_test("./m","here.dat")
END
  check_results ("$src/four.dat","four.out.dat",0,0,0,0,"--ignore-timing");
}
`;

describe("recorded cases", () => {
  const { cases, skipped } = readCases(script, "S");
  test("come from test calls and from commands whose checker compares", () => {
    expect(
      cases.map(({ model, name, inputs, results, flags }) => [model, name, inputs, results, flags]),
    ).toEqual([
      ["m", "one", ["S/one.dat"], "S/one.dat", ["-trace"]],
      ["m", "two", ["S/two.dat"], "S/two.dat", []],
      ["m", "three", ["S/../x/three.dat"], "S/../x/three.dat", []],
      ["m", "one#2", ["S/one.dat"], "S/one.dat", []],
      ["n", "one-n", ["S/pre.dat", "S/one.dat"], "S/one-n.dat", ["--flag=1"]],
      ["m", "four", ["S/four.dat"], "S/four.dat", ["-trace", "out.txt"]],
      ["m", "seven", ["S/seven.elf"], "S/seven.dat", []],
    ]);
  });

  test("carry what is not compared", () => {
    expect(cases.find((one) => one.name === "three")).toMatchObject({
      ignoredRegisters: ["NIA"],
      ignoredKinds: ["C", "D"],
      ignoredFields: ["F"],
      ignoreTiming: true,
      mustDiffer: false,
    });
    expect(cases.find((one) => one.name === "two")?.mustDiffer).toBe(true);
    expect(cases.find((one) => one.name === "one-n")?.coreNames).toEqual(new Map([["a", "b"]]));
    expect(cases.find((one) => one.name === "four")?.ignoreTiming).toBe(true);
  });

  test("leave out what compares with no recording", () => {
    expect(skipped.map(({ what, reason }) => [what, reason])).toEqual([
      ["./m $src/five.dat", "checks what the simulator prints, not a recorded result"],
      ["./m $src/six.dat", "the run has to fail"],
    ]);
  });
});

test("unbalanced brackets and quotes end with the text", () => {
  expect(readPerl(`a ( "b [ c`)).toEqual([
    { kind: "word", text: "a", line: 1 },
    { kind: "group", open: "(", items: [{ kind: "string", text: "b [ c", line: 1 }], line: 1 },
  ]);
  expect(readPerl("a ) ] ( b ] c )")).toMatchObject([
    { text: "a" },
    { items: [{ text: "b" }, { text: "c" }] },
  ]);
});

describe("setups", () => {
  const recipe = { model: "m", line: 1, uadl: "S/a.uadl", adl: "T/a.adl", sources: [], compilerFlags: [] };
  const one = readCases(`model_test("./m","a.dat")`, "S").cases[0]!;
  const of = (flags: string[], caseFlags: string[] = []) =>
    setupOf({ ...recipe, flags }, { ...one, flags: caseFlags });

  test("take definitions, folders and modes", () => {
    expect(
      of(["--safe-mode", "-I=/i", "-D=A=b=c", "-D=E", "--instr-cache", "--detect-deadlock=7"], ["--mic=5"]),
    ).toMatchObject({
      setup: {
        defines: { A: "b=c", E: "" },
        safeMode: true,
        functionalMemory: false,
        deadlockCycles: 7,
        instructions: 5,
      },
    });
  });

  test("give the reason why a case cannot be run", () => {
    const reasons = [
      ["--extern-mem"],
      ["--systemc=x"],
      ["--script=x.cli"],
      ["--unheard-of"],
      ["--config=/nowhere"],
    ];
    expect(reasons.map((flags) => of(flags))).toEqual([
      { reason: "needs a memory model in C++" },
      { reason: "is simulated together with SystemC" },
      { reason: "its script cannot be read: x.cli" },
      { reason: "option --unheard-of is not known" },
      { reason: "its configuration cannot be read: nowhere" },
    ]);
    expect(setupOf({ ...recipe, flags: [], sources: ["x.C"] }, one)).toEqual({
      reason: "is linked with C++ of the suite: x.C",
    });
  });
});

describe("scripts", () => {
  const read = (text: string, values: string[] = []) => {
    const folder = mkdtempSync(join(tmpdir(), "blockwatt-script-"));
    writeFileSync(join(folder, "x.cli"), text);
    const script = readCommandScript(join(folder, "x.cli"), "S", values);
    rmSync(folder, { recursive: true });
    return script;
  };

  test("say what is loaded and set, and when exceptions come and go", () => {
    const text = `# comment
setdynparm bp-size 16
puts "size [getdynparm bp-size]"
simload $env(srcdir)/../a.dat
setreg MSR 0x40000
step 100
triggerexcpt External
step
cancelexcpt External
go
quit
`;
    expect(read(text)).toEqual({
      inputs: ["S/../a.dat"],
      registers: [{ name: "MSR", value: 0x40000n }],
      parameters: { "bp-size": 16 },
      events: [
        { after: 100, kind: "raise", exception: "External" },
        { after: 101, kind: "cancel", exception: "External" },
      ],
    });
  });

  test("say where the run stops", () => {
    const text = `proc p {id ea} { return "simstop" }\nsetbreakcmd [lindex $argv 0] p\ngo\n`;
    expect(read(text, ["0x8", "2"])).toMatchObject({ stop: { address: 8, times: 2 } });
    expect(read(text, ["0x8"])).toEqual({ reason: "its script lacks arguments" });
  });

  test("that ask for more give the command", () => {
    expect(read("setreg A:B 1\n")).toEqual({ reason: "its script has a command that is not known: setreg" });
    expect(read("setbrk 0x8\n")).toEqual({ reason: "its script has a command that is not known: setbrk" });
  });
});
