// Ends blocks of the final IR after calls of setjmp. Where control comes back a second time is then the beginning of a block,
// with a probe of its own, so the second return is an edge like any other. The back end puts the two parts together again.

import { SET_JUMP } from "../ir/index.ts";

const CALL = new RegExp(`^  (?:%\\S+ = )?(?:(?:tail|notail|musttail) )?call [^"]*@${SET_JUMP}\\(`);
const LABEL = /^("[^"]*"|[-\w$.]+):/;
const DEFINE = /^define [^@]*@(?:"[^"]*"|[-\w$.]+)\((.*)/;

/** The IR with these blocks split, or as it is. */
export function splitSetJumps(ir: string): string {
  if (!ir.includes(`@${SET_JUMP}(`)) return ir;
  const lines: string[] = [];
  let first = 0;
  let label = "";
  /** Label of a block that was split → of its last part. */
  let last = new Map<string, string>();
  let count = 0;
  for (const line of ir.split("\n")) {
    const define = DEFINE.exec(line);
    if (define) {
      first = lines.length;
      last = new Map();
      // An entry block without a name has the number after the arguments'.
      label = String([...(define[1] ?? "").matchAll(/ %\d+(?=[,)])/g)].length);
    }
    const named = LABEL.exec(line);
    if (named) label = named[1] ?? "";
    lines.push(line);
    if (CALL.test(line)) {
      const next = `bw.resume.${String(count++)}`;
      lines.push(`  br label %${next}`, "", `${next}:`);
      last.set(label, next);
    } else if (line === "}" && last.size > 0) {
      for (let i = first; i < lines.length; i++) {
        if (!/^ {2}%\S+ = phi /.test(lines[i]!)) continue;
        lines[i] = lines[i]!.replace(/, %("[^"]*"|[-\w$.]+) \]/g, (whole, from: string) => {
          const end = last.get(from);
          return end === undefined ? whole : `, %${end} ]`;
        });
      }
    }
  }
  return lines.join("\n");
}
