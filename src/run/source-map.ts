// Source maps of annotated modules: from a byte of the module to the source line that it is from. Binaryen's maps have one
// "line", whose columns are the module's bytes; only lines and files are of interest here.

interface SourceMap {
  /** Bytes by which the code was moved after the map was made. */
  readonly moved: number;
  readonly sources: readonly string[];
  readonly mappings: string;
}

export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Numbers of one segment: base 64, five bits a digit, the lowest first, the sign in the lowest bit. */
function numbers(segment: string): number[] {
  const found: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits >= 32) continue;
    found.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    value = 0;
    shift = 0;
  }
  return found;
}

/** The line that the byte at `offset` is from; undefined when the map does not say, or is none. */
export function placeOfByte(map: string, offset: number): SourcePlace | undefined {
  let read: SourceMap;
  try {
    read = JSON.parse(map) as SourceMap;
  } catch {
    return undefined;
  }
  let byte = 0;
  let source = 0;
  let line = 1; // the map counts from 0
  let place: SourcePlace | undefined;
  for (const segment of read.mappings.split(",")) {
    const [bytes = 0, sources, lines] = numbers(segment);
    byte += bytes;
    if (byte + read.moved > offset) break;
    if (sources === undefined) {
      place = undefined;
      continue;
    }
    source += sources;
    line += lines ?? 0;
    const file = read.sources[source];
    place = file === undefined ? undefined : { file, line };
  }
  return place;
}
