// Selects without an instruction become branches in the final IR's text, where their ways are blocks that are counted.
import { expect, test } from "vitest";
import { selectsToBranches } from "../../src/toolchain/selects.ts";

const floats = (type: string): boolean => type === "double" || type === "float" || type === "fptoui";
const lines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

test("a select of numbers is a branch; phis behind it come from its last piece", () => {
  const ir = `define double @f(double %0, i1 %1) {
  %3 = select i1 %1, double %0, double 1.000000e+00, !prof !5
  %4 = select i1 %1, i32 1, i32 2
  br label %5

5:                                                ; preds = %2
  %6 = phi double [ %3, %2 ]
  ret double %6
}`;
  expect(lines(selectsToBranches(ir, floats))).toEqual(
    lines(`define double @f(double %0, i1 %1) {
  br i1 %1, label %bw.join.0, label %bw.false.0
bw.false.0:
  call void asm sideeffect "", ""()
  br label %bw.join.0
bw.join.0:
  %3 = phi double [ %0, %2 ], [ 1.000000e+00, %bw.false.0 ]
  %4 = select i1 %1, i32 1, i32 2
  br label %5
5:                                                ; preds = %2
  %6 = phi double [ %3, %bw.join.0 ]
  ret double %6
}`),
  );
});

test("selects of one condition share a branch unless one uses the other; constant expressions are operands", () => {
  const ir = `define void @f(i1 %c, ptr %p) {
entry:
  %a = select i1 %c, ptr getelementptr (i8, ptr @x, i32 4), ptr null
  %b = select i1 %c, i32 -1, i32 %n
  %d = select i1 %c, i32 %b, i32 7
  ret void
}`;
  const text = selectsToBranches(ir, () => true);
  expect(text).toContain("%a = phi ptr [ getelementptr (i8, ptr @x, i32 4), %entry ], [ null, %bw.false.0 ]");
  expect(text).toContain("%b = phi i32 [ -1, %entry ], [ %n, %bw.false.0 ]");
  expect(text).toContain("%d = phi i32 [ %b, %bw.join.0 ], [ 7, %bw.false.1 ]");
  expect(text.match(/ br i1 /g)).toHaveLength(2);
});

test("minima, conditions as numbers, unsigned conversions and signs", () => {
  const ir = `define void @f(i1 %c) {
entry:
  %a = tail call i32 @llvm.umin.i32(i32 range(i32 1, 9) %x, i32 %y), !dbg !7
  %b = zext i1 %c to i32
  %d = fptoui double %z to i32
  %e = tail call double @llvm.copysign.f64(double %z, double %w)
  ret void
}`;
  const text = selectsToBranches(ir, () => true);
  expect(text).toContain("%bw.which.0 = icmp ult i32 %x, %y, !dbg !7");
  expect(text).toContain("%a = phi i32 [ %x, %entry ], [ %y, %bw.false.0 ], !dbg !7");
  expect(text).toContain("%b = phi i32 [ 1, %bw.join.0 ], [ 0, %bw.false.1 ]");
  expect(text).toContain("%bw.less.2 = phi double [ 0.0, %bw.join.1 ], [ 0x41E0000000000000, %bw.false.2 ]");
  expect(text).toContain("%d = xor i32 %bw.signed.2, %bw.bit.2");
  expect(text).toContain("%e = bitcast i64 ");
  expect(text).not.toMatch(/llvm\.(umin|copysign)|fptoui|zext/);
});

test("what has an instruction stays", () => {
  const ir = `define i32 @f(i1 %c) {
  %2 = select i1 %c, i32 1, i32 2
  ret i32 %2
}`;
  expect(selectsToBranches(ir, floats)).toBe(ir);
});

test("operands of a minimum can be constant expressions", () => {
  const ir = `define void @f(i32 %n) {
entry:
  %a = call i32 @llvm.umax.i32(i32 noundef %n, i32 add (i32 ptrtoint (ptr @"a b" to i32), i32 1)), !dbg !7
  %b = call i32 @llvm.smin.i32(i32 sub (i32 0, i32 ptrtoint (ptr @x to i32)), i32 %a)
  ret void
}`;
  const text = selectsToBranches(ir, () => true);
  const limit = 'add (i32 ptrtoint (ptr @"a b" to i32), i32 1)';
  expect(text).toContain(`%bw.which.0 = icmp ugt i32 %n, ${limit}, !dbg !7`);
  expect(text).toContain(`%a = phi i32 [ %n, %entry ], [ ${limit}, %bw.false.0 ], !dbg !7`);
  expect(text).toContain("%bw.which.1 = icmp slt i32 sub (i32 0, i32 ptrtoint (ptr @x to i32)), %a");
});
