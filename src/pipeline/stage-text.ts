// Text for what a stage holds: its only instruction in `s_`, or a list `a_` with its count `n_`, the oldest first.

/** Whether something is in the stage. */
export function holdsText(stage: number, size: number): string {
  return size === 1 ? `s_${stage} !== null` : `n_${stage} !== 0`;
}

/** Puts `ins` into the stage, which must have room: behind the others, or where its place in program order is. */
export function enterText(stage: number, size: number, sorted = false): string {
  if (size === 1) return `if (s_${stage} !== null) fault("full", ins); s_${stage} = ins;`;
  const full = `if (n_${stage} === ${size}) fault("full", ins);`;
  return sorted
    ? `${full} { let at = n_${stage}++; for (; at > 0 && a_${stage}[at - 1].iid > ins.iid; at--) a_${stage}[at] = a_${stage}[at - 1]; a_${stage}[at] = ins; }`
    : `${full} a_${stage}[n_${stage}++] = ins;`;
}

/** Takes the oldest out. */
export function removeFirstText(stage: number, size: number): string {
  if (size === 1) return `s_${stage} = null;`;
  return size === 2
    ? `a_${stage}[0] = a_${stage}[1]; a_${stage}[1] = null; n_${stage}--;`
    : `for (let i = 1; i < n_${stage}; i++) a_${stage}[i - 1] = a_${stage}[i]; a_${stage}[--n_${stage}] = null;`;
}
