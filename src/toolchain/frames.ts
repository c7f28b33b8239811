// Where the back end put each function's stack variables: read from its machine IR after prologue insertion. The annotated
// module gives its stack variables the same addresses, so that code which looks at addresses (alignment tests in memcmp,
// hashes of pointers, printed pointers) goes the same way as on the target.

/** Stack frame of one function, relative to the stack pointer on entry. */
export interface FrameLayout {
  /** Bytes by which the prologue lowers the stack pointer. */
  readonly size: number;
  /** Offset of each `alloca` of the function, in IR order; null for those of variable size. */
  readonly allocas: readonly (number | null)[];
}

/** Frames by function name. Objects are numbered in the order in which the IR's allocas stand; later numbers are the
 *  back end's own. */
export function framesOfMir(mir: string): Record<string, FrameLayout> {
  const frames: Record<string, FrameLayout> = {};
  let name = "";
  let inStack = false;
  let size = 0;
  let allocas: (number | null)[] = [];
  const finish = (): void => {
    if (name !== "") frames[name] = { size, allocas };
  };
  for (const line of mir.split("\n")) {
    if (line.startsWith("name: ")) {
      finish();
      name = line
        .slice(5)
        .trim()
        .replace(/^['"]|['"]$/g, "");
      size = 0;
      allocas = [];
      inStack = false;
    } else if (/^\S/.test(line)) {
      inStack = line.startsWith("stack:");
    } else if (!inStack) {
      const match = /^ {2}stackSize: +(\d+)/.exec(line);
      if (match) size = Number(match[1]);
    } else {
      const object = /^ {2}- \{ id: (\d+),(.*)/.exec(line);
      // Spill slots have the type spill-slot; the register save area of a variadic function has no name.
      if (!object || !object[2]!.includes("name:")) continue;
      const offset = /offset: (-?\d+)/.exec(object[2]!);
      allocas[Number(object[1])] =
        object[2]!.includes("variable-sized") || !offset ? null : Number(offset[1]);
    }
  }
  finish();
  for (const frame of Object.values(frames)) {
    for (let index = 0; index < frame.allocas.length; index++) {
      if (frame.allocas[index] === undefined) (frame.allocas as (number | null)[])[index] = null;
    }
  }
  return frames;
}

/** Do the frames have the sizes by which the functions of this assembly lower the stack pointer, where they do it at once? */
export function framesFit(frames: Readonly<Record<string, FrameLayout>>, assembly: string): boolean {
  let name = "";
  for (const line of assembly.split("\n")) {
    const label = /^("(?:[^"\\]|\\.)*"|[A-Za-z_$][\w$.]*):/.exec(line)?.[1];
    if (label !== undefined) name = label.replace(/^"|"$/g, "");
    const size = line.startsWith("\tstwu") ? /^\tstwu 1, -(\d+)\(1\)/.exec(line)?.[1] : undefined;
    const frame = frames[name];
    if (size !== undefined && frame !== undefined && frame.size !== Number(size)) return false;
  }
  return true;
}
