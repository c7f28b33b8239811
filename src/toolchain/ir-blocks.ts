// Functions and blocks in the text of LLVM IR, for what cuts blocks in parts. A block that was cut has two names: its values come
// from its last part, so phis elsewhere get other names.

/** A block's label, whose name is the first group. */
export const LABEL = /^((?:"(?:[^"\\]|\\.)*"|[-\w$.]+)):/;

/** The IR with the lines of each function, from `define` to `}`, changed. */
export function changeFunctions(ir: string, change: (body: readonly string[]) => readonly string[]): string {
  const out: string[] = [];
  let body: string[] | undefined;
  for (const line of ir.split("\n")) {
    if (body !== undefined) {
      body.push(line);
      if (line !== "}") continue;
      for (const changed of change(body)) out.push(changed);
      body = undefined;
    } else if (line.startsWith("define ")) body = [line];
    else out.push(line);
  }
  return [...out, ...(body ?? [])].join("\n");
}

/** Name of the entry block, which has a label only when it has a name: else it takes the number after the arguments. */
export function entryName(body: readonly string[]): string {
  const label = LABEL.exec(body[1] ?? "");
  if (label) return label[1] ?? "";
  const args = (body[0] ?? "").replace(/^define [^@]*@(?:"(?:[^"\\]|\\.)*"|[-\w$.]+)/, "");
  return String([...args.matchAll(/ %(\d+)(?=[,)])/g)].length);
}

export function isPhi(line: string): boolean {
  return /^ {2}\S+ = phi /.test(line);
}

/** A phi whose values come from the last parts of blocks that were cut; `last`: by the block's name. */
export function withLastParts(phi: string, last: ReadonlyMap<string, string>): string {
  return phi.replace(/, %("(?:[^"\\]|\\.)*"|[-\w$.]+) \]/g, (whole, name: string) => {
    const part = last.get(name);
    return part === undefined ? whole : `, %${part} ]`;
  });
}

/** An instruction's debug location with its comma, or nothing: what it has in common with those made in its place. */
export function locationOf(metadata: string): string {
  return /, !dbg !\d+/.exec(metadata)?.[0] ?? "";
}
