import { describe, expect, test } from "vitest";
import { makeDependencies } from "../../src/toolchain/compile.ts";
import { usesFloatingPoint } from "../../src/toolchain/final-ir.ts";
import { irFromMir } from "../../src/toolchain/mir.ts";
import { framesFit } from "../../src/toolchain/frames.ts";
import {
  hasLargeSwitch,
  labelProbes,
  probeBlocks,
  resolveProbes,
  withProbes,
} from "../../src/toolchain/probes.ts";

const ASSEMBLY = `\t.type\tf,@function
f:
\t.pseudoprobe\t14740650423002898831 1 0 0 f
\tcmpwi\t3, 0
\t.pseudoprobe\t14740650423002898831 2 2 0 f
\t.pseudoprobe\t14740650423002898831 3 0 0 f
\tblr
\t.type\t"odd name",@function
"odd name":
\t.pseudoprobe\t7 1 0 0 odd
\tblr
`;

describe("probes", () => {
  test("block probes become labels, call probes go", () => {
    expect(labelProbes(ASSEMBLY)).toEqual({
      assembly: `\t.type\tf,@function
f:
__bw_probe.0: # block 1
\tcmpwi\t3, 0
__bw_probe.1: # block 3
\tblr
\t.type\t"odd name",@function
"odd name":
__bw_probe.2: # block 1
\tblr
`,
      probes: [
        { label: "__bw_probe.0", function: "f", index: 1 },
        { label: "__bw_probe.1", function: "f", index: 3 },
        { label: "__bw_probe.2", function: "odd name", index: 1 },
      ],
    });
  });

  test("block ordinals are counted in the IR, blocks without a probe included", () => {
    const ir = `define internal i32 @f(i32 %0) #0 !dbg !3 {
  call void @llvm.pseudoprobe(i64 1, i64 1, i32 0, i64 -1), !dbg !4
  switch i32 %0, label %no.probe [
    i32 1, label %"quoted: name"
  ]

no.probe:                                         ; preds = %1
  unreachable

"quoted: name":                                   ; preds = %1
  call void @llvm.pseudoprobe(i64 1, i64 2, i32 0, i64 -1), !dbg !5
  ret i32 0
}

define void @"odd\\20name"() {
entry:
  call void @llvm.pseudoprobe(i64 2, i64 1, i32 0, i64 -1)
  br label %2

2:
  call void @llvm.pseudoprobe(i64 2, i64 2, i32 0, i64 -1)
  ret void
}
`;
    expect([...probeBlocks(ir)].map(([name, blocks]) => [name, [...blocks]])).toEqual([
      [
        "f",
        [
          [1, 0],
          [2, 2],
        ],
      ],
      [
        "odd name",
        [
          [1, 0],
          [2, 1],
        ],
      ],
    ]);
  });

  test("the map is by address, without repetitions and without dropped functions", () => {
    const placed = [
      { label: "a", function: "f", index: 2 },
      { label: "b", function: "f", index: 1 },
      { label: "c", function: "f", index: 2 },
      { label: "d", function: "gone", index: 1 },
    ];
    const blocks = new Map([
      [
        "f",
        new Map([
          [1, 0],
          [2, 1],
        ]),
      ],
    ]);
    const addresses = new Map([
      ["a", 0x110008],
      ["b", 0x110000],
      ["c", 0x110008],
    ]);
    expect(resolveProbes(placed, blocks, addresses)).toEqual([
      { address: 0x110000, function: "f", irBlock: 0 },
      { address: 0x110008, function: "f", irBlock: 1 },
    ]);
  });

  test("the IR comes out of machine IR without its indentation", () => {
    expect(irFromMir("--- |\n  define void @f() {\n    ret void\n  }\n  \n...\n---\nname: f\n...\n")).toBe(
      "define void @f() {\n  ret void\n}\n\n",
    );
    expect(irFromMir("--- |\n  @s = private constant i8 1\n...\n")).toBe("@s = internal constant i8 1\n");
    expect(() => irFromMir("nothing")).toThrow("internal error");
  });
});

test("floating point is seen in types, not in strings or metadata", () => {
  expect(usesFloatingPoint("  %2 = fadd double %0, %1\n")).toBe(true);
  expect(usesFloatingPoint('@s = constant [9 x i8] c"a double\\00"\n!3 = !{!"float", !4}\n')).toBe(false);
});

test("make's dependency lists", () => {
  expect(makeDependencies("out.bc: /a/b.c /a/with\\ space.h \\\n  /a/c$$d.h\n")).toEqual([
    "/a/b.c",
    "/a/with space.h",
    "/a/c$d.h",
  ]);
});

test("probes that are placed here: in each block, after its phis", () => {
  const ir = [
    "define i32 @f(i32 %x) {",
    "  br label %loop",
    "",
    "loop:                                             ; preds = %loop, %0",
    "  %i = phi i32 [ 0, %0 ], [ %next, %loop ]",
    "  %next = add i32 %i, 1",
    "  br label %loop",
    "}",
    "!7 = !{}",
  ].join("\n");
  const probed = withProbes(ir);
  expect(probed).toBe(
    [
      "define i32 @f(i32 %x) {",
      "  call void @llvm.pseudoprobe(i64 1, i64 1, i32 0, i64 -1)",
      "  br label %loop",
      "",
      "loop:                                             ; preds = %loop, %0",
      "  %i = phi i32 [ 0, %0 ], [ %next, %loop ]",
      "  call void @llvm.pseudoprobe(i64 1, i64 2, i32 0, i64 -1)",
      "  %next = add i32 %i, 1",
      "  br label %loop",
      "}",
      "!7 = !{}",
      "declare void @llvm.pseudoprobe(i64, i64, i32 immarg, i64 immarg)",
      "!llvm.pseudo_probe_desc = !{!8}",
      '!8 = !{i64 1, i64 1, !"probes"}',
      "",
    ].join("\n"),
  );
  expect(probeBlocks(probed)).toEqual(
    new Map([
      [
        "f",
        new Map([
          [1, 0],
          [2, 1],
        ]),
      ],
    ]),
  );
});

test("only a switch of thousands of cases is large", () => {
  const cases = (n: number): string =>
    `  switch i32 %x, label %a [\n${"    i32 1, label %b\n".repeat(n)}  ]\n`;
  expect([cases(2999).repeat(3), cases(3000)].map(hasLargeSwitch)).toEqual([false, true]);
});

test("frames fit when functions lower the stack pointer by their sizes", () => {
  const assembly = "f:\n\tstwu 1, -32(1)\ng:\n\tblr\n";
  const frame = (size: number) => ({ size, allocas: [] });
  expect(framesFit({ f: frame(32), g: frame(0) }, assembly)).toBe(true);
  expect(framesFit({ f: frame(48), g: frame(0) }, assembly)).toBe(false);
});
