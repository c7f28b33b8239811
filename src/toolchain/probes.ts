// Where each IR block is in the machine code. LLVM's pseudo probes are meta instructions that the back end carries along
// with a block's code: duplicated when it duplicates code, dropped when nothing is left. Their assembly directives become
// local labels here, whose final addresses the linked program's symbol table tells.

import { InternalError } from "../base/diagnostic.ts";
import { LABEL } from "./ir-blocks.ts";

export interface ProbeLabel {
  /** Address of the first instruction at or after the place where the IR block executes. */
  readonly address: number;
  /** Name of the function whose machine code this is. */
  readonly function: string;
  /** Index of the IR block in the function, counted from 0 in the final bitcode's order. */
  readonly irBlock: number;
}

/** A probe whose address is not known yet. */
interface PlacedProbe {
  readonly label: string;
  readonly function: string;
  readonly index: number;
}

/** Prefix of the labels that stand for probes; no C identifier has dots. */
export const PROBE_LABEL = "__bw_probe.";
const BLOCK_PROBE = "0";

/** Replaces `.pseudoprobe` directives by labels. Directives that describe the probes to profilers are dropped. */
export function labelProbes(assembly: string): { assembly: string; probes: PlacedProbe[] } {
  const probes: PlacedProbe[] = [];
  const lines: string[] = [];
  let current = "";
  for (const line of assembly.split("\n")) {
    const type = /^\t\.type\t([^,]+),@function/.exec(line);
    if (type) current = unquote(type[1]!);
    const probe = /^\t\.pseudoprobe\t(\d+) (\d+) (\d+) /.exec(line);
    if (!probe) {
      lines.push(line);
      continue;
    }
    if (probe[3] !== BLOCK_PROBE) continue;
    const label = `${PROBE_LABEL}${probes.length}`;
    probes.push({ label, function: current, index: Number(probe[2]) });
    // The comment is for block mapping, which reads the listing.
    lines.push(`${label}: # block ${probe[2]}`);
  }
  return { assembly: lines.join("\n"), probes };
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, "$1") : name;
}

/** Reads the probed IR's text: for each function, the ordinal of the block that holds each probe index. */
export function probeBlocks(ir: string): Map<string, Map<number, number>> {
  const functions = new Map<string, Map<number, number>>();
  let blocks: Map<number, number> | undefined;
  let ordinal = -1;
  let pending = false;
  for (const line of ir.split("\n")) {
    if (blocks === undefined) {
      const define = /^define [^@]*@("(?:[^"\\]|\\.)*"|[-\w$.]+)\(/.exec(line);
      if (!define) continue;
      blocks = new Map();
      functions.set(irName(define[1]!), blocks);
      ordinal = 0;
      // The entry block may or may not have a label line; either way it is block 0.
      pending = true;
    } else if (line === "}") {
      blocks = undefined;
    } else if (LABEL.test(line)) {
      if (!pending) ordinal++;
      pending = false;
    } else if (line.trim() !== "") {
      pending = false;
      const probe = /call void @llvm\.pseudoprobe\(i64 -?\d+, i64 (\d+), i32 0,/.exec(line);
      if (probe && !blocks.has(Number(probe[1]))) blocks.set(Number(probe[1]), ordinal);
    }
  }
  return functions;
}

/** A name as LLVM writes it, without quotes and escapes. */
export function irName(name: string): string {
  if (!name.startsWith('"')) return name;
  return name
    .slice(1, -1)
    .replace(/\\([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The probe map: every placed probe that the linker kept, by address, without repetitions. */
export function resolveProbes(
  placed: readonly PlacedProbe[],
  blocks: ReadonlyMap<string, ReadonlyMap<number, number>>,
  addresses: ReadonlyMap<string, number>,
): ProbeLabel[] {
  const seen = new Set<string>();
  const result: ProbeLabel[] = [];
  for (const probe of placed) {
    const address = addresses.get(probe.label);
    if (address === undefined) continue; // in a function that the linker left out
    const irBlock = blocks.get(probe.function)?.get(probe.index);
    if (irBlock === undefined)
      throw new InternalError(`no IR block for probe ${probe.index} of ${probe.function}`);
    const key = `${address} ${irBlock}`;
    if (seen.has(key)) continue;
    seen.add(key);
    result.push({ address, function: probe.function, irBlock });
  }
  return result.sort((a, b) => a.address - b.address);
}

/** Cases from which on LLVM's pass for probes takes minutes: its time grows with the square of a block's predecessors. */
const MANY_CASES = 3000;

/** Has the IR a switch with so many cases that it is better to place the probes here? */
export function hasLargeSwitch(ir: string): boolean {
  let cases = 0;
  let inSwitch = false;
  for (const line of ir.split("\n")) {
    if (inSwitch) {
      if (line.trim().startsWith("]")) inSwitch = false;
      else if (++cases >= MANY_CASES) return true;
    } else if (/^ +switch .*\[$/.test(line)) {
      inSwitch = true;
      cases = 0;
    }
  }
  return false;
}

/** The IR, as text, with a probe in each block, as LLVM's pass places them: after the block's phis. */
export function withProbes(ir: string): string {
  const lines: string[] = [];
  let fn = 0;
  let block = 0;
  // A block has begun, and its probe is not there yet.
  let wanted = false;
  let inside = false;
  for (const line of ir.split("\n")) {
    if (!inside) {
      if (line.startsWith("define ")) {
        inside = true;
        wanted = true;
        fn++;
        block = 1;
      }
    } else if (line === "}") inside = false;
    else if (LABEL.test(line)) {
      // The entry block may have a label line.
      if (!wanted) block++;
      wanted = true;
    } else if (wanted && line.trim() !== "" && !/^ +(?:;|%\S+ = phi |#dbg_)/.test(line)) {
      wanted = false;
      lines.push(`  call void @llvm.pseudoprobe(i64 ${fn}, i64 ${block}, i32 0, i64 -1)`);
    }
    lines.push(line);
  }
  const last = [...ir.matchAll(/^!(\d+) = /gm)].reduce((most, [, id]) => Math.max(most, Number(id)), -1);
  const description = `!${last + 1} = !{i64 1, i64 1, !"probes"}`;
  const declaration = "declare void @llvm.pseudoprobe(i64, i64, i32 immarg, i64 immarg)";
  lines.push(declaration, `!llvm.pseudo_probe_desc = !{!${last + 1}}`, description, "");
  return lines.join("\n");
}
