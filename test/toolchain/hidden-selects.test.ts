// Operations with a hidden select, written out: text in, text out.
import { expect, test } from "vitest";
import { exposedSelects } from "../../src/toolchain/hidden-selects.ts";

const exposed = (line: string): string => exposedSelects(`${line}\n`).trimEnd();

test("a shift of a doubleword by an amount that varies", () => {
  expect(exposed("  %r = ashr i64 %a, %n, !dbg !5")).toMatchInlineSnapshot(`
    "  %bw.h1.x.u = lshr i64 %a, 32, !dbg !5
      %bw.h1.x.high = trunc i64 %bw.h1.x.u to i32, !dbg !5
      %bw.h1.x.low = trunc i64 %a to i32, !dbg !5
      %bw.h1.n = trunc i64 %n to i32, !dbg !5
      %bw.h1.n5 = and i32 %bw.h1.n, 32, !dbg !5
      %bw.h1.n4 = and i32 %bw.h1.n, 31, !dbg !5
      %bw.h1.far = icmp ne i32 %bw.h1.n5, 0, !dbg !5
      %bw.h1.sh = ashr i32 %bw.h1.x.high, %bw.h1.n4, !dbg !5
      %bw.h1.sign = ashr i32 %bw.h1.x.high, 31, !dbg !5
      %bw.h1.sl = call i32 @llvm.fshr.i32(i32 %bw.h1.x.high, i32 %bw.h1.x.low, i32 %bw.h1.n4), !dbg !5
      %bw.h1.rh = select i1 %bw.h1.far, i32 %bw.h1.sign, i32 %bw.h1.sh, !dbg !5
      %bw.h1.rl = select i1 %bw.h1.far, i32 %bw.h1.sh, i32 %bw.h1.sl, !dbg !5
      %bw.h1.zh = zext i32 %bw.h1.rh to i64, !dbg !5
      %bw.h1.zl = zext i32 %bw.h1.rl to i64, !dbg !5
      %bw.h1.mh = shl nuw i64 %bw.h1.zh, 32, !dbg !5
      %r = or disjoint i64 %bw.h1.mh, %bw.h1.zl, !dbg !5

    declare i32 @llvm.fshr.i32(i32, i32, i32)"
  `);
  expect(exposed("  %r = ashr i64 %a, 3")).toBe("  %r = ashr i64 %a, 3");
});

test("a saturating difference", () => {
  expect(exposed("  %r = tail call i32 @llvm.usub.sat.i32(i32 %a, i32 noundef 7) #3")).toMatchInlineSnapshot(`
    "  %bw.h1.pair = call { i32, i1 } @llvm.usub.with.overflow.i32(i32 %a, i32 7)
      %bw.h1.value = extractvalue { i32, i1 } %bw.h1.pair, 0
      %bw.h1.over = extractvalue { i32, i1 } %bw.h1.pair, 1
      %r = select i1 %bw.h1.over, i32 0, i32 %bw.h1.value

    declare { i32, i1 } @llvm.usub.with.overflow.i32(i32, i32)"
  `);
});

test("leading zeros of a doubleword, and a comparison with three outcomes", () => {
  const zeros = "  %r = call range(i64 0, 65) i64 @llvm.ctlz.i64(i64 %a, i1 false)";
  expect(exposed(zeros)).toMatchInlineSnapshot(`
    "  %bw.h1.x.u = lshr i64 %a, 32
      %bw.h1.x.high = trunc i64 %bw.h1.x.u to i32
      %bw.h1.x.low = trunc i64 %a to i32
      %bw.h1.near = call i32 @llvm.ctlz.i32(i32 %bw.h1.x.high, i1 false)
      %bw.h1.far = call i32 @llvm.ctlz.i32(i32 %bw.h1.x.low, i1 false)
      %bw.h1.further = add i32 %bw.h1.far, 32
      %bw.h1.none = icmp eq i32 %bw.h1.x.high, 0
      %bw.h1.found = select i1 %bw.h1.none, i32 %bw.h1.further, i32 %bw.h1.near
      %r = zext i32 %bw.h1.found to i64

    declare i32 @llvm.ctlz.i32(i32, i1)"
  `);
  expect(exposed("  %r = call i8 @llvm.scmp.i8.i64(i64 %a, i64 %b)")).toMatchInlineSnapshot(`
    "  %bw.h1.more = icmp sgt i64 %a, %b
      %bw.h1.less = icmp slt i64 %a, %b
      %bw.h1.up = zext i1 %bw.h1.more to i8
      %bw.h1.down = zext i1 %bw.h1.less to i8
      %r = sub i8 %bw.h1.up, %bw.h1.down"
  `);
});
