// Makes calls of the library out of intrinsics that back ends treat differently or that hide a call, in the whole program's
// bitcode before the target's code is made of it. Both sides then see the same call, and the core's kind of floating point
// does not matter.
//
// `sin` and `cos` of one number become one call of `sincos` in the back end where it has registers for floating point; in
// wrappers that are no built-in functions they stay two. Operations that mind the rounding mode and the exceptions are plain
// ones: nothing that a program may contain changes or reads either (docs/intrinsics.md).

import { POWERPC_LOWERED, powerpcForm } from "./powerpc-wrappers.ts";
import { timeBaseLoops } from "./time-base-loop.ts";

/** What programs without any of these are spared: their bitcode has none of these names. */
const LOWERED = new RegExp(
  "llvm\\.(?:experimental\\.constrained|fpto[su]i\\.sat|maximum|minimum|frexp|modf|sincos|canonicalize|powi" +
    `|convert\\.from\\.fp16\\.f64|clear_cache|read(?:cycle|steady)counter|${POWERPC_LOWERED})`,
);
const BOTH = [/llvm\.sin\.[fv]/, /llvm\.cos\.[fv]/];

/** May this bitcode have intrinsics for `lowerIntrinsics`? Names are plain bytes in it. */
export function mayNeedLowering(bitcode: Buffer): boolean {
  const text = bitcode.toString("latin1");
  return LOWERED.test(text) || BOTH.every((name) => name.test(text));
}

export interface Lowered {
  readonly ir: string;
  /** Library functions that it calls now. */
  readonly calls: readonly string[];
}

/** The IR (as text) without these intrinsics. Its new functions are to be inlined. */
export function lowerIntrinsics(ir: string): Lowered {
  const made = new Wrappers();
  let text = timeBaseLoops(plainArithmetic(ir));
  const declared = [...text.matchAll(/^declare [^@\n]*@(llvm\.[\w.]+)\([^\n]*\n/gm)];
  const names = declared.map(([, name = ""]) => name);
  const both = BOTH.every((one) => names.some((name) => one.test(name)));
  for (const [line, name = ""] of declared) {
    const wrapper = made.of(name, both);
    if (wrapper === undefined) continue;
    text = text.replace(line, "\n").replaceAll(`@${name}(`, `@${wrapper}(`);
  }
  const defined = new Set([...text.matchAll(/^(?:define|declare) [^@\n]*@([\w.]+)\(/gm)].map(([, n]) => n));
  const calls = [...made.calls.keys()];
  const declarations = [...made.calls, ...made.intrinsics].flatMap(([name, line]) =>
    defined.has(name) ? [] : [line],
  );
  const attributes = "attributes #9000000 = { nobuiltin nounwind }\n";
  return { ir: `${text}\n${[...declarations, ...made.functions.values(), attributes].join("\n")}`, calls };
}

// -------------------------------------------------------------------------------------------------------- wrappers

const FLOAT: Readonly<Record<string, string>> = { f32: "float", f64: "double" };

/** Intrinsics with two operands, and the functions that they are. */
const EXTREMES: Readonly<Record<string, string>> = {
  maximum: "fmaximum",
  minimum: "fminimum",
  maximumnum: "fmaximum_num",
  minimumnum: "fminimum_num",
};

class Wrappers {
  /** Declarations of library functions, by name. */
  readonly calls = new Map<string, string>();
  /** Declarations of intrinsics, by name. */
  readonly intrinsics = new Map<string, string>();
  /** Definitions, by name. */
  readonly functions = new Map<string, string>();

  /** Name of the function that an intrinsic's calls are to call; undefined: it stays. */
  of(name: string, both: boolean): string | undefined {
    const [, kind = "", suffix = ""] =
      /^llvm\.(convert\.from\.fp16|ppc\.\w+|[a-z_]+(?:\.sat)?)((?:\.\w+)*)$/.exec(name) ?? [];
    const types = suffix.split(".").slice(1);
    const wrapper = `__bw.${kind}${suffix}`;
    const first = types.at(0) ?? "";
    const vector = /^v(\d+)/.exec(first);
    if (vector !== null) {
      const one = this.of(`llvm.${kind}.${types.map((type) => type.replace(/^v\d+/, "")).join(".")}`, both);
      if (one === undefined) return undefined;
      const body = laneByLane(wrapper, one, kind, types, Number(vector[1]));
      if (body === undefined) return undefined;
      this.functions.set(wrapper, body);
      return wrapper;
    }
    const definition = this.#scalar(wrapper, kind, types, both);
    if (definition !== undefined) this.functions.set(wrapper, definition);
    return definition === undefined ? undefined : wrapper;
  }

  #scalar(wrapper: string, kind: string, types: readonly string[], both: boolean): string | undefined {
    const [first = "", second = ""] = types;
    const type = FLOAT[first];
    const f = first === "f32" ? "f" : "";
    const own = (result: string, params: string, lines: readonly string[]): string =>
      `define internal ${result} @${wrapper}(${params}) alwaysinline nounwind {\n${lines.join("\n")}\n}\n`;
    if (kind === "readcyclecounter" || kind === "readsteadycounter") {
      const call = this.#call("i64", "__bw_time_base", []);
      return own("i64", "", [`  %r = ${call}`, "  ret i64 %r"]);
    }
    if (kind === "clear_cache") {
      const call = this.#call("void", "__clear_cache", ["ptr %from", "ptr %to"]);
      return own("void", "ptr %from, ptr %to", [`  ${call}`, "  ret void"]);
    }
    if (kind.startsWith("ppc.")) return this.#powerpc(own, kind.slice(4), first);
    if (/^fpto[su]i\.sat$/.test(kind)) return saturating(own, kind, first, second);
    if (type === undefined) return undefined;
    const extreme = EXTREMES[kind];
    if (extreme !== undefined) {
      const params = [`${type} %x`, `${type} %y`];
      const call = this.#call(type, `${extreme}${f}`, params);
      return own(type, params.join(", "), [`  %r = ${call}`, `  ret ${type} %r`]);
    }
    switch (kind) {
      case "convert.from.fp16": {
        // By way of single precision, which holds every half.
        if (first !== "f64") return undefined;
        const call = this.#call("float", "__extendhfsf2", ["i16 %x"]);
        return own(type, "i16 %x", [`  %a = ${call}`, "  %r = fpext float %a to double", "  ret double %r"]);
      }
      case "powi": {
        // The back end would multiply where the exponent is a constant.
        if (second !== "i32") return undefined;
        const call = this.#call(type, f === "f" ? "__powisf2" : "__powidf2", [`${type} %x`, "i32 %n"]);
        return own(type, `${type} %x, i32 %n`, [`  %r = ${call}`, `  ret ${type} %r`]);
      }
      case "sin":
      case "cos":
        if (!both) return undefined;
        return own(type, `${type} %x`, [
          `  %r = ${this.#call(type, `${kind}${f}`, [`${type} %x`])}`,
          `  ret ${type} %r`,
        ]);
      case "frexp": {
        if (second !== "i32") return undefined;
        const call = this.#call(type, `frexp${f}`, [`${type} %x`, "ptr %p"]);
        return own(`{ ${type}, i32 }`, `${type} %x`, [
          "  %p = alloca i32",
          `  %a = ${call}`,
          ...pair(type, "%a", "i32", "%p"),
        ]);
      }
      case "modf": {
        const call = this.#call(type, `modf${f}`, [`${type} %x`, "ptr %p"]);
        return own(`{ ${type}, ${type} }`, `${type} %x`, [
          `  %p = alloca ${type}`,
          `  %a = ${call}`,
          ...pair(type, "%a", type, "%p"),
        ]);
      }
      case "sincos": {
        const call = this.#call("void", `sincos${f}`, [`${type} %x`, "ptr %s", "ptr %p"]);
        return own(`{ ${type}, ${type} }`, `${type} %x`, [
          `  %s = alloca ${type}`,
          `  %p = alloca ${type}`,
          `  ${call}`,
          `  %a = load ${type}, ptr %s`,
          ...pair(type, "%a", type, "%p"),
        ]);
      }
      case "canonicalize": {
        const bits = f === "f" ? "i32" : "i64";
        const [sign, infinity, quiet] =
          f === "f"
            ? ["2147483647", "2139095040", "4194304"]
            : ["9223372036854775807", "9218868437227405312", "2251799813685248"];
        return own(type, `${type} %x`, [
          `  %b = bitcast ${type} %x to ${bits}`,
          `  %m = and ${bits} %b, ${sign}`,
          `  %n = icmp ugt ${bits} %m, ${infinity}`,
          `  %w = select i1 %n, ${bits} ${quiet}, ${bits} 0`,
          `  %q = or ${bits} %b, %w`,
          `  %r = bitcast ${bits} %q to ${type}`,
          `  ret ${type} %r`,
        ]);
      }
      default:
        return undefined;
    }
  }

  #powerpc(
    own: (result: string, params: string, lines: readonly string[]) => string,
    name: string,
    suffix: string,
  ): string | undefined {
    const form = powerpcForm(name, suffix);
    if (form === undefined) return undefined;
    for (const [, result = "", used = "", args = ""] of form.body
      .join("\n")
      .matchAll(/call (\w+) @(llvm\.[\w.]+)\((.*)\)/g)) {
      const types = args === "" ? [] : args.split(", ").map((arg) => arg.split(" ")[0] ?? "");
      this.intrinsics.set(used, `declare ${result} @${used}(${types.join(", ")})`);
    }
    return own(form.result, form.params, form.body);
  }

  #call(result: string, name: string, args: readonly string[]): string {
    const params = args.map((arg) => arg.slice(0, arg.lastIndexOf(" ")));
    this.calls.set(name, `declare ${result} @${name}(${params.join(", ")})`);
    return `call ${result} @${name}(${args.join(", ")}) #9000000`;
  }
}

/** Returns a value and what a pointer points at. */
function pair(first: string, value: string, second: string, pointer: string): string[] {
  const both = `{ ${first}, ${second} }`;
  return [
    `  %b = load ${second}, ptr ${pointer}`,
    `  %c = insertvalue ${both} poison, ${first} ${value}, 0`,
    `  %d = insertvalue ${both} %c, ${second} %b, 1`,
    `  ret ${both} %d`,
  ];
}

/** A conversion to an integer of any width; what does not fit gives the nearest that does, and a NaN 0. */
function saturating(
  own: (result: string, params: string, lines: readonly string[]) => string,
  kind: string,
  to: string,
  from: string,
): string | undefined {
  const type = FLOAT[from];
  const width = Number(/^i(\d+)$/.exec(to)?.[1] ?? 0);
  if (type === undefined || width === 0 || width > 128) return undefined;
  const signed = kind === "fptosi.sat";
  const bits = signed ? width - 1 : width;
  // The first number that is too large; in single precision, 2^128 is infinity.
  const limit = from === "f32" && bits === 128 ? powerOfTwo(1024) : powerOfTwo(bits);
  const least = signed ? -(1n << BigInt(bits)) : 0n;
  const most = (1n << BigInt(bits)) - 1n;
  const low = signed ? powerOfTwo(bits, true) : "0.0";
  return own(to, `${type} %x`, [
    `  %n = fcmp uno ${type} %x, 0.0`,
    `  br i1 %n, label %nan, label %number`,
    "nan:",
    `  ret ${to} 0`,
    "number:",
    `  %o = fcmp oge ${type} %x, ${limit}`,
    `  br i1 %o, label %over, label %notover`,
    "over:",
    `  ret ${to} ${String(most)}`,
    "notover:",
    `  %u = fcmp olt ${type} %x, ${low}`,
    `  br i1 %u, label %under, label %fits`,
    "under:",
    `  ret ${to} ${String(least)}`,
    "fits:",
    `  %r = ${kind.slice(0, 6)} ${type} %x to ${to}`,
    `  ret ${to} %r`,
  ]);
}

/** A power of two as the bits of a double, which is how IR writes both formats; infinity from 2^1024 on. */
function powerOfTwo(exponent: number, negative = false): string {
  const bits = (BigInt(Math.min(exponent, 1024)) + 1023n) << 52n;
  return `0x${(bits | (negative ? 1n << 63n : 0n)).toString(16).toUpperCase().padStart(16, "0")}`;
}

/** An intrinsic of vectors with one or two operands of the same kind: by elements. */
function laneByLane(
  wrapper: string,
  scalar: string,
  kind: string,
  types: readonly string[],
  lanes: number,
): string | undefined {
  const element = (name: string): string => FLOAT[name] ?? name;
  const names = types.map((type) => element(type.replace(/^v\d+/, "")));
  const conversion = kind.endsWith(".sat");
  const [to = "", from = to] = conversion ? names : [names[0] ?? "", names[0] ?? ""];
  if (["frexp", "modf", "sincos"].includes(kind)) return undefined;
  const operands = kind in EXTREMES ? ["%x", "%y"] : ["%x"];
  const size = String(lanes);
  const lines: string[] = [];
  let before = "poison";
  for (let lane = 0; lane < lanes; lane++) {
    const at = String(lane);
    const args = operands.map((name, i) => {
      lines.push(`  %e${at}.${String(i)} = extractelement <${size} x ${from}> ${name}, i32 ${at}`);
      return `${from} %e${at}.${String(i)}`;
    });
    lines.push(`  %r${at} = call ${to} @${scalar}(${args.join(", ")})`);
    lines.push(`  %v${at} = insertelement <${size} x ${to}> ${before}, ${to} %r${at}, i32 ${at}`);
    before = `%v${at}`;
  }
  const params = operands.map((name) => `<${size} x ${from}> ${name}`).join(", ");
  return `define internal <${size} x ${to}> @${wrapper}(${params}) alwaysinline nounwind {\n${lines.join("\n")}\n  ret <${size} x ${to}> ${before}\n}\n`;
}

// ---------------------------------------------------------------------------------------------- rounding and exceptions

const CONSTRAINED =
  /^(\s*(?:%\S+ = )?)(?:(?:tail|notail|musttail) )?call ((?:\w+ )*?)((?:<[^>]*>|\w+)) @llvm\.experimental\.constrained\.([a-z0-9]+)(\.[\w.]+)?\((.*?)\)(?: #\d+)?(,? ?!.*)?$/;
const ARITHMETIC = /^f(?:add|sub|mul|div|rem)$/;
const CONVERSION = /^(?:fpto[su]i|[su]itofp|fpext|fptrunc)$/;
const ATTRIBUTES = /\b(?:noundef|zeroext|signext|nofpclass\([^)]*\)|range\([^)]*\)) /g;

/** The IR with operations that mind rounding and exceptions as plain ones. */
function plainArithmetic(ir: string): string {
  if (!/\bstrictfp\b/.test(ir)) return ir;
  const needed = new Map<string, string>();
  const lines = ir.split("\n").map((line) => {
    // Inlining into a function that minds them would make such operations again.
    if (line.startsWith("attributes #")) return line.replace(" strictfp", "");
    const found = CONSTRAINED.exec(line);
    if (found === null) return line;
    const [, result = "", flags = "", type = "", name = "", suffix = "", list = "", rest = ""] = found;
    const all = splitArguments(list);
    const args = all.filter((arg) => !arg.startsWith("metadata ")).map((arg) => arg.replace(ATTRIBUTES, ""));
    const [a = "", b = ""] = args;
    const from = /^(?:<[^>]*>|\S+)/.exec(a)?.[0] ?? "";
    const operand = (arg: string): string => arg.replace(/^(?:<[^>]*>|\S+) /, "");
    if (ARITHMETIC.test(name)) return `${result}${name} ${flags}${a}, ${operand(b)}${rest}`;
    if (CONVERSION.test(name)) return `${result}${name} ${a} to ${type}${rest}`;
    if (name === "fcmp" || name === "fcmps") {
      const predicate = /metadata !"(\w+)"/.exec(all[2] ?? "")?.[1] ?? "false";
      return `${result}fcmp ${flags}${predicate} ${from} ${operand(a)}, ${operand(b)}${rest}`;
    }
    const types = args.map((arg) => /^(?:<[^>]*>|\S+)/.exec(arg)?.[0] ?? "");
    needed.set(`llvm.${name}${suffix}`, `declare ${type} @llvm.${name}${suffix}(${types.join(", ")})`);
    return `${result}call ${flags}${type} @llvm.${name}${suffix}(${args.join(", ")})${rest}`;
  });
  const plain = lines
    .filter((line) => !/^declare [^@]*@llvm\.experimental\.constrained\./.test(line))
    .join("\n");
  const declarations = [...needed].flatMap(([name, line]) =>
    new RegExp(`^declare [^@\\n]*@${name.replaceAll(".", "\\.")}\\(`, "m").test(plain) ? [] : [line],
  );
  return `${plain}\n${declarations.join("\n")}\n`;
}

/** Arguments of a call, as text. */
function splitArguments(list: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= list.length; i++) {
    const c = list[i];
    if (c === "(" || c === "<" || c === "{" || c === "[") depth += 1;
    else if (c === ")" || c === ">" || c === "}" || c === "]") depth -= 1;
    else if (i === list.length || (c === "," && depth === 0)) {
      args.push(list.slice(start, i).trim());
      start = i + 1;
    }
  }
  return args;
}
