// Buses and the caches on them: an extension of the language for caches whose timing is that of a state machine which
// shares one memory port with others (adl/README.md, "Caches on a bus").
import type { BusResource, MemoryResource } from "../machine/model.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { booleanOf, checkKnown, entryOf, integerOf, nameOf, namesOf } from "./keys.ts";

const LATENCY = { min: 1, max: 64 };

/** `define (bus=B) { masters = (D,I); row_size = 8; read_latency = 2; }` */
export function readBus(block: Block, findings: Findings): BusResource {
  checkKnown(block, ["masters", "row_size", "read_latency"], [], findings);
  const masters = namesOf(block, "masters", findings);
  if (masters.length === 0) findings.error("BW0208", block.span, `bus ${block.name} has no masters`);
  return {
    name: block.name,
    rowBytes: powerOfTwo(block, "row_size", 8, findings),
    readLatency: integerOf(block, "read_latency", 1, LATENCY, findings),
    masters: masters.map((one) => one.text),
  };
}

/** `define (bus_cache=D) { bus = B; type = data; sets = 64; ways = 2; line_size = 64; … }` */
export function readBusCache(
  block: Block,
  buses: readonly BusResource[],
  findings: Findings,
): MemoryResource {
  const keys = [
    "bus",
    "type",
    "sets",
    "ways",
    "line_size",
    "fill_latency",
    "max_writes",
    "write_page",
    "miss_touches_first_way",
  ];
  checkKnown(block, keys, [], findings);
  const bus = nameOf(block, "bus", findings);
  const names = buses.map((one) => one.name);
  const wanted = buses.find((one) => one.name === bus?.text);
  if (!wanted) {
    findings.error(
      "BW0212",
      bus?.span ?? block.span,
      `bus_cache ${block.name} has no known bus`,
      bus ? didYouMean(bus.text, names) : undefined,
    );
  } else if (!wanted.masters.includes(block.name)) {
    findings.error("BW0212", bus?.span, `${block.name} is no master of bus ${wanted.name}`);
  }
  const type = nameOf(block, "type", findings);
  if (type?.text !== "instr" && type?.text !== "data") {
    findings.error("BW0205", entryOf(block, "type")?.span ?? block.span, "type is instr or data");
  }
  const lineBytes = powerOfTwo(block, "line_size", 64, findings);
  if (wanted && lineBytes < wanted.rowBytes)
    findings.error("BW0206", entryOf(block, "line_size")?.span, "a line is at least one row of its bus");
  return {
    name: block.name,
    readLatency: 1,
    writeLatency: 1,
    addressBandwidth: 1,
    dataBandwidth: 1,
    maxRequests: 1,
    dataWidth: (wanted?.rowBytes ?? 8) * 8,
    allowBusWait: false,
    preemptive: false,
    queued: false,
    ports: [],
    busCache: {
      bus: wanted?.name ?? "",
      holds: type?.text === "instr" ? "instr" : "data",
      sets: powerOfTwo(block, "sets", 64, findings),
      ways: powerOfTwo(block, "ways", 1, findings),
      lineBytes,
      fillLatency: integerOf(block, "fill_latency", 1, LATENCY, findings),
      maxWrites: integerOf(block, "max_writes", 1, LATENCY, findings),
      writePage: powerOfTwo(block, "write_page", 4096, findings),
      missTouchesFirstWay: booleanOf(block, "miss_touches_first_way", false, findings),
    },
  };
}

function powerOfTwo(block: Block, key: string, fallback: number, findings: Findings): number {
  const value = integerOf(block, key, fallback, { min: 1, max: 1 << 20 }, findings);
  if ((value & (value - 1)) === 0) return value;
  findings.error("BW0206", entryOf(block, key)?.span, `${key} must be a power of two`);
  return fallback;
}
