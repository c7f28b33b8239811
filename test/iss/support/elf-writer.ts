// Writes small ELF files for tests: code and data given as big-endian words at fixed addresses.

export interface TestSegment {
  readonly address: number;
  readonly words: readonly number[];
  /** Size in memory in bytes, when more than the words. */
  readonly memorySize?: number;
  readonly writable?: boolean;
  readonly executable?: boolean;
}

export const CODE = 0x0011_0000;
export const DATA = 0x0100_0000;

/** A static ELF32 big-endian PowerPC executable without sections. */
export function writeElf(segments: readonly TestSegment[], entry = CODE): Uint8Array {
  const headers = 52 + 32 * segments.length;
  // Segments start at file offsets that are equal to their addresses modulo the page size, as loaders want.
  let end = Math.ceil(headers / 4096) * 4096;
  const offsets = segments.map((s) => {
    const at = end + (s.address % 4096);
    end = Math.ceil((at + 4 * s.words.length) / 4096) * 4096;
    return at;
  });
  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 2, 1]);
  view.setUint16(16, 2);
  view.setUint16(18, 20);
  view.setUint32(20, 1);
  view.setUint32(24, entry);
  view.setUint32(28, 52);
  view.setUint16(40, 52);
  view.setUint16(42, 32);
  view.setUint16(44, segments.length);
  segments.forEach((s, i) => {
    const at = 52 + 32 * i;
    const size = 4 * s.words.length;
    const flags = 4 + (s.writable ? 2 : 0) + (s.executable ? 1 : 0);
    const offset = offsets[i] ?? 0;
    const fields = [1, offset, s.address, s.address, size, s.memorySize ?? size, flags, 4096];
    fields.forEach((v, k) => view.setUint32(at + 4 * k, v));
    s.words.forEach((w, k) => view.setUint32(offset + 4 * k, w >>> 0));
  });
  return bytes;
}

/** One executable segment at CODE and a writable one of `dataBytes` zeros at DATA. */
export function writeProgram(
  code: readonly number[],
  dataBytes = 4096,
  data: readonly number[] = [],
): Uint8Array {
  return writeElf([
    { address: CODE, words: code, executable: true },
    { address: DATA, words: data, memorySize: Math.max(dataBytes, 4 * data.length), writable: true },
  ]);
}
