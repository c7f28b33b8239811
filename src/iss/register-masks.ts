// JavaScript text of what a write leaves in a register some of whose bits are reserved, read-only, or written by the name of
// their field alone.
import type { Register } from "../machine/model.ts";

/** What is stored of `v` in `place`: reserved bits are 0, read-only ones keep their value. */
export function maskedText(
  { width, hooks, ...bits }: Pick<Register, "width" | "hooks" | "implemented" | "readonly">,
  place: string,
  v: string,
): string {
  const all = (1n << BigInt(width)) - 1n;
  // A hook for writes decides itself what becomes of them.
  const kept = hooks?.write === undefined ? (bits.readonly ?? 0n) : 0n;
  const written = (bits.implemented ?? all) & ~kept;
  const text = (n: bigint): string => (width > 32 ? `${n}n` : String(BigInt.asIntN(32, n)));
  if (written === all) return v;
  return kept === 0n ? `${v}&${text(written)}` : `${v}&${text(written)}|${place}&${text(kept)}`;
}

/** What a write of a whole register stores where some of its bits are only written by their field's name. */
export function guardedText(
  { width, guarded }: Pick<Register, "width" | "guarded">,
  place: string,
  v: string,
): string {
  if (guarded === undefined) return v;
  const text = (n: bigint): string => (width > 32 ? `${n}n` : String(BigInt.asIntN(32, n)));
  return `${v}&${text(((1n << BigInt(width)) - 1n) & ~guarded)}|${place}&${text(guarded)}`;
}
