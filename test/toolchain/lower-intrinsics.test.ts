// What becomes of intrinsics that are lowered before the target's code is made: text in, text out.
import { expect, test } from "vitest";
import { lowerIntrinsics, mayNeedLowering } from "../../src/toolchain/lower-intrinsics.ts";

/** The lines of a lowered function `f`, and the functions that it brought. */
function lowered(body: string, declarations: string): string {
  const ir = `define double @f(double %x, i32 %n) #0 {\n${body}\n}\n\n${declarations}\n\nattributes #0 = { nounwind strictfp }\n`;
  const result = lowerIntrinsics(ir);
  const functions = [...result.ir.matchAll(/^define internal [^@]*@(\S+)\(/gm)].map(([, name]) => name);
  const own = /^define double @f[^]*?^\}/m.exec(result.ir)?.[0].split("\n").slice(1, -1).join("\n");
  return [own, `brings ${functions.join(" ")}`, `calls ${result.calls.join(" ")}`].join("\n");
}

test("an extreme is the library's function, for elements of vectors, too", () => {
  const vector = "<2 x float>";
  expect(
    lowered(
      `  %a = call nnan double @llvm.maximum.f64(double %x, double 1.0), !dbg !7\n  %b = call ${vector} @llvm.minimumnum.v2f32(${vector} zeroinitializer, ${vector} zeroinitializer)\n  ret double %a`,
      `declare double @llvm.maximum.f64(double, double)\ndeclare ${vector} @llvm.minimumnum.v2f32(${vector}, ${vector})`,
    ),
  ).toMatchInlineSnapshot(`
    "  %a = call nnan double @__bw.maximum.f64(double %x, double 1.0), !dbg !7
      %b = call <2 x float> @__bw.minimumnum.v2f32(<2 x float> zeroinitializer, <2 x float> zeroinitializer)
      ret double %a
    brings __bw.maximum.f64 __bw.minimumnum.f32 __bw.minimumnum.v2f32
    calls fmaximum fminimum_numf"
  `);
});

test("operations that mind the rounding mode are plain ones", () => {
  const options = 'metadata !"round.dynamic", metadata !"fpexcept.strict"';
  const name = (operation: string): string => `@llvm.experimental.constrained.${operation}`;
  expect(
    lowered(
      [
        `  %a = tail call nsz double ${name("fadd.f64")}(double noundef %x, double 2.0, ${options}) #3, !dbg !9`,
        `  %b = call i1 ${name("fcmps.f64")}(double %a, double %x, metadata !"olt", metadata !"fpexcept.strict") #3`,
        `  %c = call double ${name("sitofp.f64.i32")}(i32 %n, ${options})`,
        `  %d = call double ${name("sqrt.f64")}(double %c, ${options})`,
        "  ret double %d",
      ].join("\n"),
      `declare double ${name("fadd.f64")}(double, double, metadata, metadata)`,
    ),
  ).toMatchInlineSnapshot(`
    "  %a = fadd nsz double %x, 2.0, !dbg !9
      %b = fcmp olt double %a, %x
      %c = sitofp i32 %n to double
      %d = call double @llvm.sqrt.f64(double %c)
      ret double %d
    brings 
    calls "
  `);
});

test("sine and cosine stay themselves where a program has both", () => {
  const sine = "  %s = call double @llvm.sin.f64(double %x)\n";
  const cosine = "  %c = call double @llvm.cos.f64(double %x)\n";
  const both = "declare double @llvm.sin.f64(double)\ndeclare double @llvm.cos.f64(double)";
  expect(lowered(`${sine}  ret double %s`, "declare double @llvm.sin.f64(double)")).toMatchInlineSnapshot(`
    "  %s = call double @llvm.sin.f64(double %x)
      ret double %s
    brings 
    calls "
  `);
  expect(lowered(`${sine}${cosine}  ret double %s`, both)).toMatchInlineSnapshot(`
    "  %s = call double @__bw.sin.f64(double %x)
      %c = call double @__bw.cos.f64(double %x)
      ret double %s
    brings __bw.sin.f64 __bw.cos.f64
    calls sin cos"
  `);
});

test("other programs are left alone", () => {
  const names = "llvm.memcpy.p0.p0.i32llvm.sin.f64llvm.ppc.sync";
  expect(mayNeedLowering(Buffer.from(names))).toBe(false);
  expect(mayNeedLowering(Buffer.from(`${names}llvm.cos.f32`))).toBe(true);
  expect(mayNeedLowering(Buffer.from("llvm.ppc.mulhwu"))).toBe(true);
});
