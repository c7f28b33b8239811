// Ends blocks of the final IR after calls of setjmp. Where control comes back a second time is then the beginning of a block,
// with a probe of its own, so the second return is an edge like any other. The back end puts the two parts together again.

import { SET_JUMP } from "../ir/index.ts";
import { changeFunctions, entryName, isPhi, LABEL, withLastParts } from "./ir-blocks.ts";

const CALL = new RegExp(`^  (?:%\\S+ = )?(?:(?:tail|notail|musttail) )?call [^"]*@${SET_JUMP}\\(`);

/** The IR with these blocks split, or as it is. */
export function splitSetJumps(ir: string): string {
  if (!ir.includes(`@${SET_JUMP}(`)) return ir;
  let count = 0;
  return changeFunctions(ir, (body) => {
    const out: string[] = [];
    /** Label of a block that was split → of its last part. */
    const last = new Map<string, string>();
    let label = entryName(body);
    for (const line of body) {
      label = LABEL.exec(line)?.[1] ?? label;
      out.push(line);
      if (!CALL.test(line)) continue;
      const next = `bw.resume.${String(count++)}`;
      out.push(`  br label %${next}`, "", `${next}:`);
      last.set(label, next);
    }
    return last.size === 0 ? body : out.map((line) => (isPhi(line) ? withLastParts(line, last) : line));
  });
}
