// The two changes that we make to IR text: names for long types, and pins.
import { expect, test } from "vitest";
import { nameLongTypes } from "../../src/toolchain/mir.ts";
import { withPins } from "../../src/toolchain/pins.ts";

test("long types of globals get a name, and only they", () => {
  const long = `<{ ${Array.from({ length: 40 }, (_, i) => `[${i + 1} x i8]`).join(", ")}, <{ i32 }> }>`;
  const ir = [
    'target triple = "powerpc"',
    "",
    `@_MergedGlobals = internal global ${long} zeroinitializer, align 4`,
    "@short = global <{ i8, i32 }> <{ i8 1, i32 2 }>, align 1",
    "@plain = global i32 7",
    "",
    "define ptr @f() {",
    `  ret ptr getelementptr inbounds (${long}, ptr @_MergedGlobals, i32 0, i32 3)`,
    "}",
  ];
  const named = [...ir];
  named[2] = "@_MergedGlobals = internal global %__bw_merged.0 zeroinitializer, align 4";
  named[7] = "  ret ptr getelementptr inbounds (%__bw_merged.0, ptr @_MergedGlobals, i32 0, i32 3)";
  named.splice(2, 0, `%__bw_merged.0 = type ${long}`, "");
  expect(nameLongTypes(ir.join("\n"))).toBe(named.join("\n"));
  const without = ir.filter((line) => !line.includes("Merged")).join("\n");
  expect(nameLongTypes(without)).toBe(without);
});

test("pins stand behind the probes of their blocks", () => {
  const probe = (index: number): string =>
    `  call void @llvm.pseudoprobe(i64 -7, i64 ${index}, i32 0, i64 -1)`;
  const ir = [
    'define void @"a b"(i32 %0) {',
    probe(1),
    "  br label %x",
    "",
    "x:",
    "  %p = phi i32 [ 1, %0 ]",
    probe(3),
    "  ret void",
    "}",
    "define void @other() {",
    probe(1),
    "  ret void",
    "}",
  ];
  const pinned = [...ir];
  pinned.splice(7, 0, '  call void asm sideeffect "# pin 0", ""()');
  expect(withPins(ir.join("\n"), new Map([["a b", new Set([1])]]))).toBe(pinned.join("\n"));
});
