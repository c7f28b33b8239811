// Stack protection (`-fstack-protector…`) as blocks of the final IR. The back end would compare the guard in blocks that it makes
// itself, after the IR that is counted, and load it from a thread's memory of Linux. Here the guard is the variable
// `__stack_chk_guard`, as in programs without an operating system, and a function compares it before each return.

/** What a protected program needs: the guard's value, and what is called when it changed. */
export const STACK_GUARD = "__stack_chk_guard";
export const STACK_FAULT = "__stack_chk_fail";

const ATTRIBUTE = / \bssp(?:strong|req)?\b(?=[ }])/g;
const GUARD = /^ {2}(%\S+) = call ptr @llvm\.stackguard\(\)/;
const PROTECT =
  /^ {2}call void @llvm\.stackprotector\(ptr (?:[a-z]+ )*(%[^,\s]+), ptr (?:[a-z]+ )*(%[^,\s)]+)\)/;

/** Has a function of this IR been compiled with stack protection? */
export function isStackProtected(ir: string): boolean {
  return ir.split("\n").some((line) => isAttributes(line) && line.search(ATTRIBUTE) >= 0);
}

/** The IR with the back end's protection written out and not asked for again, or as it is. */
export function withStackChecks(ir: string): string {
  if (!isStackProtected(ir)) return ir;
  const lines: string[] = [];
  /** Of the function that the lines are in: where the guard is kept. */
  let slot: string | undefined;
  let place: string | undefined;
  let checks = 0;
  for (const line of ir.split("\n")) {
    if (line.startsWith("define ")) slot = place = undefined;
    // A call in a function with lines must have one.
    place = /, !dbg (!\d+)/.exec(line)?.[1] ?? place;
    const [, guard] = GUARD.exec(line) ?? [];
    const [, kept, to] = PROTECT.exec(line) ?? [];
    if (guard !== undefined) {
      lines.push(`  ${guard} = load volatile ptr, ptr @${STACK_GUARD}, align 4`);
    } else if (kept !== undefined && to !== undefined) {
      slot = to;
      lines.push(`  store volatile ptr ${kept}, ptr ${to}, align 4`);
    } else if (slot !== undefined && /^ {2}ret\b/.test(line)) {
      const id = String(checks++);
      const dbg = place === undefined ? "" : `, !dbg ${place}`;
      lines.push(
        `  %bw.guard.${id} = load volatile ptr, ptr @${STACK_GUARD}, align 4`,
        `  %bw.kept.${id} = load volatile ptr, ptr ${slot}, align 4`,
        `  %bw.same.${id} = icmp eq ptr %bw.guard.${id}, %bw.kept.${id}`,
        `  br i1 %bw.same.${id}, label %bw.whole.${id}, label %bw.smashed.${id}`,
        "",
        `bw.smashed.${id}:`,
        `  call void @${STACK_FAULT}()${dbg}`,
        "  unreachable",
        "",
        `bw.whole.${id}:`,
        line,
      );
    } else lines.push(isAttributes(line) ? line.replace(ATTRIBUTE, "") : line);
  }
  return lines.join("\n");
}

/** A group of attributes; functions refer to it by number. */
function isAttributes(line: string): boolean {
  return line.startsWith("attributes #");
}
