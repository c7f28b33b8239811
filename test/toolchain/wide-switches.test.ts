import { describe, expect, it } from "vitest";
import { splitWideSwitches } from "../../src/toolchain/wide-switches.ts";

const FUNCTION = (body: string): string => `define i32 @f(i64 %0) {\n${body}\n}`;

describe("switches on wide numbers", () => {
  it("become trees, and phis know the new blocks", () => {
    const ir = FUNCTION(`  switch i64 %0, label %4 [
    i64 4294967296, label %2
    i64 4294967297, label %2
    i64 -7, label %3
  ], !dbg !5

2:                                                ; preds = %1, %1
  %x = phi i32 [ 5, %1 ], [ 5, %1 ]
  ret i32 %x

3:
  br label %4

4:
  %y = phi i32 [ 1, %1 ], [ 2, %3 ]
  ret i32 %y`);
    expect(splitWideSwitches(ir)).toBe(
      FUNCTION(`  %bw.wide.0.2 = icmp slt i64 %0, 4294967296, !dbg !5
  br i1 %bw.wide.0.2, label %bw.wide.0.0, label %bw.wide.0.1, !dbg !5

bw.wide.0.0:
  %bw.wide.0.3 = icmp eq i64 %0, -7, !dbg !5
  br i1 %bw.wide.0.3, label %bw.wide.0.way.2, label %bw.wide.0.way.0, !dbg !5

bw.wide.0.1:
  %bw.wide.0.4 = icmp sle i64 %0, 4294967297, !dbg !5
  br i1 %bw.wide.0.4, label %bw.wide.0.way.1, label %bw.wide.0.way.0, !dbg !5

bw.wide.0.way.0:
  br label %4, !dbg !5

bw.wide.0.way.1:
  br label %2, !dbg !5

bw.wide.0.way.2:
  br label %3, !dbg !5

2:                                                ; preds = %1, %1
  %x = phi i32 [ 5, %bw.wide.0.way.1 ]
  ret i32 %x

3:
  br label %4

4:
  %y = phi i32 [ 1, %bw.wide.0.way.0 ], [ 2, %3 ]
  ret i32 %y`),
    );
  });

  it("takes over the debug location, and no weights of the cases", () => {
    const ir = FUNCTION(
      "  switch i64 %0, label %2 [\n    i64 1, label %3\n  ], !dbg !5, !prof !6\n\n2:\n  ret i32 1\n\n3:\n  ret i32 2",
    );
    const tree = splitWideSwitches(ir);
    expect(tree).toContain("%bw.wide.0.0 = icmp eq i64 %0, 1, !dbg !5\n");
    expect(tree).not.toContain("!prof");
  });

  it("leaves narrow ones as they are", () => {
    const ir = FUNCTION("  switch i32 %0, label %4 [\n    i32 1, label %2\n  ]");
    expect(splitWideSwitches(ir)).toBe(ir);
  });
});
