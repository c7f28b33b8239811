import { expect, test } from "vitest";
import { parseListing } from "../../src/cfg/index.ts";
import { DiagnosticError } from "../../src/base/diagnostic.ts";

const TEXT = `	.text
	.globl	f                               # -- Begin function f
	.p2align	2
	.type	f,@function
f:                                      # @f
.Lfunc_begin0:
	.loc	1 3 21 prologue_end             # f.c:3:21
# %bb.0:
	stwu 1, -16(1)
__bw_probe.0: # block 1
	cmplwi	3, 2
	bgt	0, .LBB0_2
.Ltmp1:
# %bb.1:
	.pseudoprobe	123 2 0 0 @ 77:0 f
	lis 4, .LJTI0_0@ha
	la 4, .LJTI0_0@l(4)                     # a comment
	bctr
	.p2align	4
.LBB0_2:                                #   in Loop: Header=BB0_2 Depth=1
	blr
.Lfunc_end0:
	.size	f, .Lfunc_end0-f
	.section	.rodata,"a",@progbits
	.p2align	2, 0x0
.LJTI0_0:
	.long	.LBB0_2
	.long	.LBB0_3                         # third
                                        # -- End function
	.type	"odd name",@function
"odd name":
	blr
	.size	"odd name", 4
	.type	data,@object
data:
	.long	7
`;

test("a listing gives instructions, boundaries, labels, probes, padding and jump tables", () => {
  const listing = parseListing(TEXT, "p.s");
  expect([...listing.functions.keys()]).toEqual(["f", "odd name"]);
  // The first probe of a block of the back end stands at its start.
  expect(listing.functions.get("f")!.items).toEqual([
    { kind: "boundary" },
    { kind: "probe", index: 1 },
    { kind: "instruction", mnemonic: "stwu", operands: ["1", "-16(1)"] },
    { kind: "instruction", mnemonic: "cmplwi", operands: ["3", "2"] },
    { kind: "instruction", mnemonic: "bgt", operands: ["0", ".LBB0_2"] },
    { kind: "boundary" },
    { kind: "probe", index: 2 },
    { kind: "instruction", mnemonic: "lis", operands: ["4", ".LJTI0_0@ha"] },
    { kind: "instruction", mnemonic: "la", operands: ["4", ".LJTI0_0@l(4)"] },
    { kind: "instruction", mnemonic: "bctr", operands: [] },
    { kind: "align", bytes: 16 },
    { kind: "label", name: ".LBB0_2" },
    { kind: "instruction", mnemonic: "blr", operands: [] },
  ]);
  expect(listing.tables).toEqual(new Map([[".LJTI0_0", [".LBB0_2", ".LBB0_3"]]]));
});

test("a probe passes calls that only the back end makes, and no others", () => {
  const items = (calls: readonly string[]): string[] => {
    const lines = calls.map((call) => `\t${call}\n`).join("");
    const text = `\t.type\tf,@function\nf:\n# %bb.0:\n${lines}__bw_probe.0: # block 1\n\tblr\n\t.size\tf, 8\n`;
    const listing = parseListing(text, "p.s", (_name, _probe, callee) => callee.startsWith("__"));
    return listing.functions
      .get("f")!
      .items.map((item) => (item.kind === "instruction" ? item.mnemonic : item.kind));
  };
  expect(items(["li 3, 1", "bl __divdi3"])).toEqual(["boundary", "probe", "li", "bl", "blr"]);
  expect(items(["bl g", "bl __divdi3"])).toEqual(["boundary", "bl", "probe", "bl", "blr"]);
  expect(items(["bctrl", "li 3, 1"])).toEqual(["boundary", "bctrl", "probe", "li", "blr"]);
});

test("a probe passes no more calls than its block can make", () => {
  const text = `\t.type\tf,@function\nf:\n# %bb.0:\n\tbl __adddf3\n\tli 3, 1\n\tbl __adddf3\n__bw_probe.0: # block 7
\tbl __adddf3\n\tblr\n\t.size\tf, 8\n`;
  const kinds = (most: number): string[] =>
    parseListing(text, "p.s", (name, probe, callee, calls) => {
      return name === "f" && probe === 7 && (calls.get(callee) ?? 0) <= most;
    })
      .functions.get("f")!
      .items.map((item) => (item.kind === "instruction" ? item.mnemonic : item.kind));
  expect(kinds(1)).toEqual(["boundary", "bl", "li", "bl", "probe", "bl", "blr"]);
  expect(kinds(2)).toEqual(["boundary", "bl", "probe", "li", "bl", "bl", "blr"]);
  expect(kinds(3)).toEqual(["boundary", "probe", "bl", "li", "bl", "bl", "blr"]);
});

test("a probe label without its block is refused with its line", () => {
  const text = "\t.type\tf,@function\nf:\n__bw_probe.0:\n\tblr\n";
  try {
    parseListing(text, "p.s");
    expect.unreachable();
  } catch (error) {
    expect((error as DiagnosticError).diagnostics).toEqual([
      {
        code: "BW0601",
        severity: "error",
        message: "the probe __bw_probe.0 does not say its block",
        help: "build the program again",
        place: { file: "p.s", line: 3 },
      },
    ]);
  }
});
