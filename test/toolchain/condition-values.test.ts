// Conditions that leave the condition register, made numbers: text in, text out.
import { expect, test } from "vitest";
import { conditionsAsNumbers } from "../../src/toolchain/condition-values.ts";

const inFunction = (...body: string[]): string =>
  ["define zeroext i1 @f(i32 %0, i1 zeroext %1) {", ...body, "}"].join("\n");
const changed = (...body: string[]): string => conditionsAsNumbers(inFunction(...body));

test("a returned comparison", () => {
  expect(changed("  %3 = icmp slt i32 %0, 7", "  ret i1 %3, !dbg !5")).toBe(
    inFunction(
      "  %3 = icmp slt i32 %0, 7",
      "  %bw.value.0 = zext i1 %3 to i32, !dbg !5",
      "  %bw.bit.0 = trunc nuw i32 %bw.value.0 to i1, !dbg !5",
      "  ret i1 %bw.bit.0, !dbg !5",
    ),
  );
});

test("comparisons that are passed, one of them twice", () => {
  expect(
    changed(
      "  %3 = icmp slt i32 %0, 7",
      '  %4 = call zeroext i1 (i1, ...) @"g h"(i1 noundef zeroext %3, i32 noundef 5, i1 zeroext %3, i1 %1) #4, !dbg !6',
      "  ret i1 %4",
    ),
  ).toBe(
    inFunction(
      "  %3 = icmp slt i32 %0, 7",
      "  %bw.value.0 = zext i1 %3 to i32, !dbg !6",
      "  %bw.bit.0 = trunc nuw i32 %bw.value.0 to i1, !dbg !6",
      '  %4 = call zeroext i1 (i1, ...) @"g h"(i1 noundef zeroext %bw.bit.0, i32 noundef 5, i1 zeroext %bw.bit.0, i1 %1) #4, !dbg !6',
      "  ret i1 %4",
    ),
  );
});

test("what is in a general register already, and arguments of intrinsics, stay", () => {
  const body = [
    "  %3 = icmp eq i32 %0, 2",
    "  call void @llvm.assume(i1 %3)",
    "  %4 = trunc i32 %0 to i1",
    "  call void @g(i1 zeroext %4, i1 true)",
    "  ret i1 %1",
  ];
  expect(changed(...body)).toBe(inFunction(...body));
});

test("an intrinsic's result is in the condition register", () => {
  const isNan = "  %3 = call i1 @llvm.is.fpclass.f64(double 0.0, i32 3)";
  expect(changed(isNan, "  ret i1 %3")).toContain("  ret i1 %bw.bit.0");
});

test("a number of another block has been in the condition register", () => {
  expect(changed("  %3 = trunc i32 %0 to i1", "  br label %4", "", "4:", "  ret i1 %3")).toContain(
    "  ret i1 %bw.bit.0",
  );
});
