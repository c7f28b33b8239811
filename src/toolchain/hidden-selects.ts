// Operations in which the back end hides a select, for cores without `isel`, where it makes a branch of it: shifts and counts of
// doublewords, saturating sums, comparisons of three outcomes. They are written out in the final IR's text, with selects that
// selects.ts makes branches of, so that both sides have the same blocks.

import { argumentValues } from "./operand-text.ts";

const VALUE = String.raw`(?:%"[^"]*"|[-%\w.$]+)`;
const ATTRIBUTES = String.raw`(?:\w+\([^)]*\) |\w+ )*?`;
const CALL = new RegExp(
  String.raw`^  (${VALUE}) = (?:tail |notail )?call ${ATTRIBUTES}(i\d+) @llvm\.([a-z]+(?:\.sat)?)\.(i\d+(?:\.i\d+)?)\((.*)\)(?: #\d+)?((?:, !.*)?)$`,
);
const ASHR = new RegExp(String.raw`^  (${VALUE}) = ashr (?:exact )?i64 (${VALUE}), (%\S+?)((?:, !.*)?)$`);
const KINDS = /ashr |@llvm\.(?:ct[lt]z\.i64|fsh[lr]\.i64|[us](?:add|sub)\.sat\.i|[us]cmp\.i)/;

/** The IR (as text) with these operations written out. */
export function exposedSelects(ir: string): string {
  const writer = new Writer();
  const lines = ir.split("\n").flatMap((line) => (KINDS.test(line) ? writer.of(line) : [line]));
  return `${lines.join("\n")}${writer.declarations(ir)}`;
}

/** Writes one operation as several instructions. */
class Writer {
  readonly #used = new Map<string, string>();
  #count = 0;
  #lines: string[] = [];
  #location = "";

  of(line: string): readonly string[] {
    const shift = ASHR.exec(line);
    const call = CALL.exec(line);
    this.#count += 1;
    this.#lines = [];
    if (shift !== null) {
      const [, result = "", value = "", amount = "", location = ""] = shift;
      this.#location = location;
      this.#shifted(result, value, amount);
      return this.#lines;
    }
    if (call === null) return [line];
    const [, result = "", type = "", kind = "", suffix = "", list = "", location = ""] = call;
    this.#location = location;
    return this.#call(result, type, kind, suffix, argumentValues(list)) ? this.#lines : [line];
  }

  declarations(ir: string): string {
    const missing = [...this.#used].filter(([name]) => !new RegExp(`^declare .*@${name}\\(`, "m").test(ir));
    return missing.map(([, text]) => `\n${text}\n`).join("");
  }

  #set(name: string, text: string): string {
    const full = name.startsWith("%") ? name : `%bw.h${String(this.#count)}.${name}`;
    this.#lines.push(`  ${full} = ${text}${this.#location}`);
    return full;
  }

  #intrinsic(type: string, name: string, args: readonly string[]): string {
    const types = args.map((arg) => arg.slice(0, arg.lastIndexOf(" ")));
    this.#used.set(name.replaceAll(".", "\\."), `declare ${type} @${name}(${types.join(", ")})`);
    return `call ${type} @${name}(${args.join(", ")})`;
  }

  #halves(name: string, value: string): readonly [string, string] {
    const upper = this.#set(`${name}.u`, `lshr i64 ${value}, 32`);
    return [
      this.#set(`${name}.high`, `trunc i64 ${upper} to i32`),
      this.#set(`${name}.low`, `trunc i64 ${value} to i32`),
    ];
  }

  #whole(result: string, high: string, low: string): void {
    const upper = this.#set("zh", `zext i32 ${high} to i64`);
    const lower = this.#set("zl", `zext i32 ${low} to i64`);
    const moved = this.#set("mh", `shl nuw i64 ${upper}, 32`);
    this.#set(result, `or disjoint i64 ${moved}, ${lower}`);
  }

  /** The amount within a word, and whether it goes beyond one. */
  #amount(amount: string): readonly [string, string] {
    const all = this.#set("n", `trunc i64 ${amount} to i32`);
    const beyond = this.#set("n5", `and i32 ${all}, 32`);
    return [this.#set("n4", `and i32 ${all}, 31`), this.#set("far", `icmp ne i32 ${beyond}, 0`)];
  }

  #shifted(result: string, value: string, amount: string): void {
    const [high, low] = this.#halves("x", value);
    const [by, far] = this.#amount(amount);
    const upper = this.#set("sh", `ashr i32 ${high}, ${by}`);
    const sign = this.#set("sign", `ashr i32 ${high}, 31`);
    const args = [`i32 ${high}`, `i32 ${low}`, `i32 ${by}`];
    const lower = this.#set("sl", this.#intrinsic("i32", "llvm.fshr.i32", args));
    const top = this.#set("rh", `select i1 ${far}, i32 ${sign}, i32 ${upper}`);
    const rest = this.#set("rl", `select i1 ${far}, i32 ${upper}, i32 ${lower}`);
    this.#whole(result, top, rest);
  }

  #call(result: string, type: string, kind: string, suffix: string, args: readonly string[]): boolean {
    const [a = "", b = "", c = ""] = args;
    const of = suffix.split(".").at(-1) ?? "";
    switch (kind) {
      case "ctlz":
      case "cttz": {
        if (type !== "i64") return false;
        const [high, low] = this.#halves("x", a);
        const [first, other] = kind === "ctlz" ? [high, low] : [low, high];
        const count = (name: string, word: string): string =>
          this.#set(name, this.#intrinsic("i32", `llvm.${kind}.i32`, [`i32 ${word}`, "i1 false"]));
        const near = count("near", first);
        const further = this.#set("further", `add i32 ${count("far", other)}, 32`);
        const none = this.#set("none", `icmp eq i32 ${first}, 0`);
        const found = this.#set("found", `select i1 ${none}, i32 ${further}, i32 ${near}`);
        this.#set(result, `zext i32 ${found} to i64`);
        return true;
      }
      case "fshl":
      case "fshr": {
        if (type !== "i64" || !c.startsWith("%")) return false;
        const [w3, w2] = this.#halves("x", a);
        const [w1, w0] = this.#halves("y", b);
        const [by, far] = this.#amount(c);
        const pick = (name: string, whenFar: string, whenNear: string): string =>
          this.#set(name, `select i1 ${far}, i32 ${whenFar}, i32 ${whenNear}`);
        const left = kind === "fshl";
        const parts = left
          ? [pick("a", w2, w3), pick("b", w1, w2), pick("c", w0, w1)]
          : [pick("a", w3, w2), pick("b", w2, w1), pick("c", w1, w0)];
        const move = (name: string, upper = "", lower = ""): string =>
          this.#set(
            name,
            this.#intrinsic("i32", `llvm.${kind}.i32`, [`i32 ${upper}`, `i32 ${lower}`, `i32 ${by}`]),
          );
        this.#whole(result, move("rh", parts[0], parts[1]), move("rl", parts[1], parts[2]));
        return true;
      }
      case "scmp":
      case "ucmp": {
        const sign = kind.slice(0, 1);
        const more = this.#set("more", `icmp ${sign}gt ${of} ${a}, ${b}`);
        const less = this.#set("less", `icmp ${sign}lt ${of} ${a}, ${b}`);
        const up = this.#set("up", `zext i1 ${more} to ${type}`);
        const down = this.#set("down", `zext i1 ${less} to ${type}`);
        this.#set(result, `sub ${type} ${up}, ${down}`);
        return true;
      }
      default:
        break;
    }
    const saturating = /^([us])(add|sub)\.sat$/.exec(kind);
    if (saturating === null) return false;
    const [, sign = "", operation = ""] = saturating;
    const both = `{ ${type}, i1 }`;
    const name = `llvm.${sign}${operation}.with.overflow.${type}`;
    const pair = this.#set("pair", this.#intrinsic(both, name, [`${type} ${a}`, `${type} ${b}`]));
    const value = this.#set("value", `extractvalue ${both} ${pair}, 0`);
    const over = this.#set("over", `extractvalue ${both} ${pair}, 1`);
    const width = Number(type.slice(1));
    let limit = operation === "add" ? "-1" : "0";
    if (sign === "s") {
      // Towards the first operand's sign.
      const spread = this.#set("spread", `ashr ${type} ${a}, ${String(width - 1)}`);
      limit = this.#set("limit", `xor ${type} ${spread}, ${String((1n << BigInt(width - 1)) - 1n)}`);
    }
    this.#set(result, `select i1 ${over}, ${type} ${limit}, ${type} ${value}`);
    return true;
  }
}
