// The guard of protected functions in the final IR's text: loaded, kept, and compared before each return.
import { expect, test } from "vitest";
import { isStackProtected, withStackChecks } from "../../src/toolchain/stack-protection.ts";

const plain = `define i32 @g() #1 {
  ret i32 0
}

attributes #1 = { nounwind "stack-protector-buffer-size"="8" }`;

test("a function without protection stays as it is", () => {
  expect(isStackProtected(plain)).toBe(false);
  expect(withStackChecks(plain)).toBe(plain);
});

test("each return is behind a comparison, and the back end is not asked for another", () => {
  const ir = `define void @f(i32 %0) #0 !dbg !4 {
  %StackGuardSlot = alloca ptr, align 4
  %2 = call ptr @llvm.stackguard()
  call void @llvm.stackprotector(ptr %2, ptr %StackGuardSlot)
  %3 = icmp eq i32 %0, 1, !dbg !7
  br i1 %3, label %4, label %5, !dbg !7

4:                                                ; preds = %1
  ret void, !dbg !8

5:                                                ; preds = %1
  ret void
}

define void @h() #1 {
  ret void
}

declare ptr @llvm.stackguard() #2

attributes #0 = { noinline sspstrong uwtable "stack-protector-buffer-size"="8" }
attributes #1 = { nounwind }
attributes #2 = { sspreq }`;
  expect(withStackChecks(ir)).toBe(`define void @f(i32 %0) #0 !dbg !4 {
  %StackGuardSlot = alloca ptr, align 4
  %2 = load volatile ptr, ptr @__stack_chk_guard, align 4
  store volatile ptr %2, ptr %StackGuardSlot, align 4
  %3 = icmp eq i32 %0, 1, !dbg !7
  br i1 %3, label %4, label %5, !dbg !7

4:                                                ; preds = %1
  %bw.guard.0 = load volatile ptr, ptr @__stack_chk_guard, align 4
  %bw.kept.0 = load volatile ptr, ptr %StackGuardSlot, align 4
  %bw.same.0 = icmp eq ptr %bw.guard.0, %bw.kept.0
  br i1 %bw.same.0, label %bw.whole.0, label %bw.smashed.0

bw.smashed.0:
  call void @__stack_chk_fail(), !dbg !8
  unreachable

bw.whole.0:
  ret void, !dbg !8

5:                                                ; preds = %1
  %bw.guard.1 = load volatile ptr, ptr @__stack_chk_guard, align 4
  %bw.kept.1 = load volatile ptr, ptr %StackGuardSlot, align 4
  %bw.same.1 = icmp eq ptr %bw.guard.1, %bw.kept.1
  br i1 %bw.same.1, label %bw.whole.1, label %bw.smashed.1

bw.smashed.1:
  call void @__stack_chk_fail(), !dbg !8
  unreachable

bw.whole.1:
  ret void
}

define void @h() #1 {
  ret void
}

declare ptr @llvm.stackguard() #2

attributes #0 = { noinline uwtable "stack-protector-buffer-size"="8" }
attributes #1 = { nounwind }
attributes #2 = { }`);
});
