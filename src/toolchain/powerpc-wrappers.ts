// PowerPC's own intrinsics (`__builtin_ppc_…`) in terms of plain IR, from which the back end makes the same instructions: a high
// product is a wide product's upper half, a byte-reversed load is a load and a swap, and so on.

/** The body of a function that does what `llvm.ppc.<name>` does, and its type; undefined: it stays an intrinsic. */
export interface PlainForm {
  readonly result: string;
  readonly params: string;
  readonly body: readonly string[];
}

/** Names of the intrinsics that have such a form. */
export const POWERPC_LOWERED =
  "ppc\\.(?:mulhwu?|rlwimi|rlwnm|load[24]r|store[24]r|trap|tw|mftbu|fn?m(?:add|sub)s?|fnabss?|fsels?)\\b";

/** `suffix`: the intrinsic's type, where its name has one (`f32`). */
export function powerpcForm(name: string, suffix: string): PlainForm | undefined {
  const [, base = name, s = ""] = /^(f(?:n?m(?:add|sub)|nabs|sel))(s?)$/.exec(name) ?? [];
  const single = s === "s" || suffix === "f32";
  const float = floating(base, single ? "float" : "double", single ? "f32" : "f64");
  if (float !== undefined) return float;
  const two = (result: readonly string[]): PlainForm => ({
    result: "i32",
    params: "i32 %a, i32 %b",
    body: result,
  });
  switch (name) {
    case "mulhw":
    case "mulhwu": {
      const extend = name === "mulhw" ? "sext" : "zext";
      return two([
        `  %x = ${extend} i32 %a to i64`,
        `  %y = ${extend} i32 %b to i64`,
        "  %p = mul i64 %x, %y",
        "  %h = lshr i64 %p, 32",
        "  %r = trunc i64 %h to i32",
        "  ret i32 %r",
      ]);
    }
    case "rlwimi":
      return {
        result: "i32",
        params: "i32 %a, i32 %b, i32 %n, i32 %mask",
        body: [
          "  %t = call i32 @llvm.fshl.i32(i32 %a, i32 %a, i32 %n)",
          "  %x = and i32 %t, %mask",
          "  %m = xor i32 %mask, -1",
          "  %y = and i32 %b, %m",
          "  %r = or i32 %x, %y",
          "  ret i32 %r",
        ],
      };
    case "rlwnm":
      return {
        result: "i32",
        params: "i32 %a, i32 %n, i32 %mask",
        body: [
          "  %t = call i32 @llvm.fshl.i32(i32 %a, i32 %a, i32 %n)",
          "  %r = and i32 %t, %mask",
          "  ret i32 %r",
        ],
      };
    case "load4r":
      return {
        result: "i32",
        params: "ptr %p",
        body: ["  %v = load i32, ptr %p, align 1", "  %r = call i32 @llvm.bswap.i32(i32 %v)", "  ret i32 %r"],
      };
    case "load2r":
      return {
        result: "i32",
        params: "ptr %p",
        body: [
          "  %v = load i16, ptr %p, align 1",
          "  %s = call i16 @llvm.bswap.i16(i16 %v)",
          "  %r = zext i16 %s to i32",
          "  ret i32 %r",
        ],
      };
    case "store4r":
      return {
        result: "void",
        params: "i32 %v, ptr %p",
        body: ["  %s = call i32 @llvm.bswap.i32(i32 %v)", "  store i32 %s, ptr %p, align 1", "  ret void"],
      };
    case "store2r":
      return {
        result: "void",
        params: "i32 %v, ptr %p",
        body: [
          "  %t = trunc i32 %v to i16",
          "  %s = call i16 @llvm.bswap.i16(i16 %t)",
          "  store i16 %s, ptr %p, align 1",
          "  ret void",
        ],
      };
    case "trap":
      return { result: "void", params: "i32 %a", body: trapIf(["  %c = icmp ne i32 %a, 0"]) };
    case "tw":
      return { result: "void", params: "i32 %a, i32 %b, i32 %to", body: trapIf(anyOf()) };
    case "mftbu":
      return { result: "i32", params: "", body: readOf("mftbu $0") };
    default:
      return undefined;
  }
}

function trapIf(condition: readonly string[]): string[] {
  return [
    ...condition,
    "  br i1 %c, label %trap, label %on",
    "trap:",
    "  call void @llvm.trap()",
    "  unreachable",
    "on:",
    "  ret void",
  ];
}

/** The trap instruction's conditions, by bit of its TO field from the highest on. */
function anyOf(): string[] {
  const lines: string[] = [];
  let before = "false";
  ["slt", "sgt", "eq", "ult", "ugt"].forEach((predicate, i) => {
    const last = i === 4;
    const n = String(i);
    lines.push(
      `  %b${n} = and i32 %to, ${String(16 >> i)}`,
      `  %w${n} = icmp ne i32 %b${n}, 0`,
      `  %p${n} = icmp ${predicate} i32 %a, %b`,
      `  %q${n} = and i1 %w${n}, %p${n}`,
      `  %${last ? "c" : `c${n}`} = or i1 ${before}, %q${n}`,
    );
    before = `%c${n}`;
  });
  return lines;
}

function readOf(text: string): string[] {
  return [`  %r = call i32 asm sideeffect "${text}", "=r"()`, "  ret i32 %r"];
}

/** Fused and chosen numbers. */
function floating(name: string, type: string, suffix: string): PlainForm | undefined {
  const fused = /^f(n?)m(add|sub)$/.exec(name);
  if (fused !== null) {
    const negated = fused[1] === "n";
    const sum = fused[2] === "add" ? "%c" : "%d";
    return {
      result: type,
      params: `${type} %a, ${type} %b, ${type} %c`,
      body: [
        `  %d = fneg ${type} %c`,
        `  %s = call ${type} @llvm.fma.${suffix}(${type} %a, ${type} %b, ${type} ${sum})`,
        `  %n = fneg ${type} %s`,
        `  ret ${type} ${negated ? "%n" : "%s"}`,
      ],
    };
  }
  if (name === "fnabs")
    return {
      result: type,
      params: `${type} %a`,
      body: [
        `  %m = call ${type} @llvm.fabs.${suffix}(${type} %a)`,
        `  %r = fneg ${type} %m`,
        `  ret ${type} %r`,
      ],
    };
  if (name === "fsel")
    return {
      result: type,
      params: `${type} %a, ${type} %b, ${type} %c`,
      body: [
        `  %t = fcmp oge ${type} %a, 0.0`,
        `  %r = select i1 %t, ${type} %b, ${type} %c`,
        `  ret ${type} %r`,
      ],
    };
  return undefined;
}
