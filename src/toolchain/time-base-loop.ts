// Inline assembly that reads both halves of the time base in a loop (upper, lower, upper again, until the upper half is the same)
// becomes a loop of the IR around single reads: the same instructions, but with blocks that the mapping and the annotated module
// can follow. Manuals of the processors print this loop, so programs have it.

/** A call of such assembly: result, type, text, constraints, what follows. */
const CALL =
  /^(\s*(?:%\S+ = )?)(?:tail )?call (\{ i32(?:, i32)* \}|i32) asm (?:sideeffect )?"((?:[^"\\]|\\[0-9A-F]{2})*)", "([^"]*)"\(\)(?: #\d+)?(.*)$/;
const READ = /^mf(?:tb[ul]?\s+\$\d+|(?:tb|spr)\s+\$\d+\s*,\s*26[89])$/;
const COMPARE = /^cmpl?w\s+(?:(?:cr)?0\s*,\s*)?\$(\d+)\s*,\s*\$(\d+)$/;
const AGAIN = /^bne[-+]?\s+(?:(?:cr)?0\s*,\s*)?(\d+)b$/;

interface Loop {
  /** The reads, each with its output. */
  readonly reads: readonly { readonly text: string; readonly output: number }[];
  readonly compared: readonly [number, number];
}

function loopOf(text: string): Loop | null {
  const lines = text
    .replace(/\\0[9AD]/g, (code) => (code === "\\09" ? " " : "\n"))
    .split(/\n|;/)
    .map((line) => line.replace(/#.*/, "").trim())
    .flatMap((line) => line.replace(/^(\d+:)\s*/, "$1\n").split("\n"))
    .filter((line) => line !== "");
  const label = /^(\d+):$/.exec(lines[0] ?? "")?.[1];
  const compare = COMPARE.exec(lines.at(-2) ?? "");
  const reads = lines.slice(1, -2);
  if (label === undefined || compare === null || AGAIN.exec(lines.at(-1) ?? "")?.[1] !== label) return null;
  if (reads.length === 0 || !reads.every((line) => READ.test(line))) return null;
  return {
    reads: reads.map((line) => {
      const output = Number(/\$(\d+)/.exec(line)?.[1]);
      return { text: line.replace(/\$\d+/, "$0"), output };
    }),
    compared: [Number(compare[1]), Number(compare[2])],
  };
}

/** Does this IR (as text) have such assembly? */
export function hasTimeBaseLoop(ir: string): boolean {
  return ir.split("\n").some((line) => line.includes(" asm ") && loopOf(CALL.exec(line)?.[3] ?? "") !== null);
}

/** The IR with loops in its place; the functions that hold them are to be inlined. */
export function timeBaseLoops(ir: string): string {
  const made: string[] = [];
  const lines = ir.split("\n").map((line) => {
    const call = line.includes(" asm ") ? CALL.exec(line) : null;
    if (call === null) return line;
    const [, result = "", type = "", text = "", , rest = ""] = call;
    const loop = loopOf(text);
    const outputs = type === "i32" ? 1 : type.split(",").length;
    if (loop === null) return line;
    const last = (output: number): string =>
      `%r${String(loop.reads.findLastIndex((one) => one.output === output))}`;
    const known = (output: number): boolean => loop.reads.some((one) => one.output === output);
    if (!Array.from({ length: outputs }, (_, i) => i).every(known) || !loop.compared.every(known))
      return line;
    const name = `__bw.time_base_loop.${String(made.length)}`;
    const body = [
      "  br label %again",
      "again:",
      ...loop.reads.map(
        ({ text: read }, i) => `  %r${String(i)} = call i32 asm sideeffect "${read}", "=r"()`,
      ),
      `  %c = icmp eq i32 ${last(loop.compared[0])}, ${last(loop.compared[1])}`,
      "  br i1 %c, label %done, label %again",
      "done:",
    ];
    if (type === "i32") body.push(`  ret i32 ${last(0)}`);
    else {
      let before = "poison";
      for (let i = 0; i < outputs; i++) {
        body.push(`  %v${String(i)} = insertvalue ${type} ${before}, i32 ${last(i)}, ${String(i)}`);
        before = `%v${String(i)}`;
      }
      body.push(`  ret ${type} ${before}`);
    }
    made.push(`define internal ${type} @${name}() alwaysinline nounwind {\n${body.join("\n")}\n}\n`);
    return `${result}call ${type} @${name}()${rest}`;
  });
  return [...lines, ...made].join("\n");
}
