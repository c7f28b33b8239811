// Accesses that memory is asked for in parts. As in the language: accesses of up to four bytes are split where they cross a
// word, wider ones where they cross a doubleword.

export interface AccessPart {
  readonly effective: number;
  readonly real: number;
  readonly bytes: number;
}

/** The parts of an access, in order. The parts lie side by side in real memory, as in effective. */
export function splitAccess(effective: number, real: number, bytes: number): AccessPart[] {
  const grain = bytes > 4 ? 8 : 4;
  const parts: AccessPart[] = [];
  for (let at = 0; at < bytes;) {
    const address = effective + at;
    const count = Math.min(bytes - at, grain - (address % grain));
    parts.push({ effective: wrap(address), real: wrap(real + at), bytes: count });
    at += count;
  }
  return parts;
}

/** Addresses of 32 bits begin again at 0. */
function wrap(address: number): number {
  return address >= 2 ** 32 && address < 2 ** 32 + 64 ? address - 2 ** 32 : address;
}
