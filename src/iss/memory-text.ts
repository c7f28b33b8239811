// JavaScript text of loads and stores.
//
// Memory is one buffer from address B on, with words in host order: byte address XOR 3, halfword XOR 2. The distance from
// B is rotated right by the access's alignment bits, so that one unsigned comparison finds both unaligned and
// out-of-range accesses; those take the slow path in Memory, which knows the rest. K is where writable memory starts.
import type { Value } from "./values.ts";

/** `const name = …` for a load of `bytes` at the int32 expression `address`. */
export function loadText(name: string, address: string, bytes: number, cia: Value, index: string): string {
  const x = `${index}x`;
  const at = `const ${x}=${address}-B|0;E.data=${address};`;
  switch (bytes) {
    case 1:
      return `${at}const ${name}=${x}>>>0<N?M8[${x}^3]:M.load(${address},1,${cia.js});`;
    case 2:
      return (
        `${at}const ${index}=${x}>>>1|${x}<<31;` +
        `const ${name}=${index}>>>0<N>>>1?M16[${index}^1]:M.load(${address},2,${cia.js});`
      );
    case 4:
      return (
        `${at}const ${index}=${x}>>>2|${x}<<30;` +
        `const ${name}=${index}>>>0<N>>>2?M32[${index}]:M.load(${address},4,${cia.js});`
      );
    default:
      return `E.data=${address};const ${name}=M.loadWide(${address},${bytes},${cia.js});`;
  }
}

/** A store of `bytes` bytes. */
export function storeText(address: string, bytes: number, v: Value, cia: Value, index: string): string {
  const x = `${index}x`;
  const at = `const ${x}=${address}-B|0;E.data=${address};`;
  const slow = `M.store(${address},${v.js},${bytes},${cia.js})`;
  switch (bytes) {
    case 1:
      return `${at}if((${x}-K)>>>0<N-K)M8[${x}^3]=${v.js};else ${slow};`;
    case 2:
      return (
        `${at}const ${index}=${x}>>>1|${x}<<31;` +
        `if((${index}-(K>>>1))>>>0<(N-K)>>>1)M16[${index}^1]=${v.js};else ${slow};`
      );
    case 4:
      return (
        `${at}const ${index}=${x}>>>2|${x}<<30;` +
        `if((${index}-(K>>>2))>>>0<(N-K)>>>2)M32[${index}]=${v.js};else ${slow};`
      );
    default:
      return `E.data=${address};M.storeWide(${address},${v.js},${bytes},${cia.js});`;
  }
}
