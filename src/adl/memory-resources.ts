// Memories of a core's resources and their ports. Defaults are the uADL manual's.
import type { MemoryResource } from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { checkKnown, integerOf } from "./keys.ts";

const COUNT = { min: 0, max: 1_000_000 };
const SIZE = { min: 1, max: 4096 };

/** A memory or a port (`outer`: its memory); a port starts from its memory's figures. */
export function readMemory(
  block: Block,
  outer: MemoryResource | undefined,
  findings: Findings,
): MemoryResource {
  const keys = [
    "read_latency",
    "write_latency",
    "addr_bandwidth",
    "data_bandwidth",
    "bandwidth",
    "max_requests",
    "max_request",
    "data_width",
    "allow_bus_wait",
    "preemptive",
    "read_only",
    "type",
  ];
  checkKnown(block, keys, outer ? [] : ["port"], findings);
  const bandwidth = integerOf(block, "bandwidth", 1, SIZE, findings);
  const requests = block.keys.has("max_request") ? "max_request" : "max_requests";
  const memory: MemoryResource = {
    name: block.name,
    readLatency: integerOf(block, "read_latency", outer?.readLatency ?? 1, COUNT, findings),
    writeLatency: integerOf(block, "write_latency", outer?.writeLatency ?? 1, COUNT, findings),
    addressBandwidth: integerOf(
      block,
      "addr_bandwidth",
      outer?.addressBandwidth ?? bandwidth,
      SIZE,
      findings,
    ),
    dataBandwidth: integerOf(block, "data_bandwidth", outer?.dataBandwidth ?? bandwidth, SIZE, findings),
    maxRequests: integerOf(block, requests, outer?.maxRequests ?? 1, SIZE, findings),
    dataWidth: integerOf(block, "data_width", outer?.dataWidth ?? 32, { min: 8, max: 1024 }, findings),
    ports: [],
  };
  return { ...memory, ports: childrenOf(block, "port").map((port) => readMemory(port, memory, findings)) };
}
