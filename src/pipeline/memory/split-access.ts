// Accesses that memory is asked for in parts. As in the language: accesses of up to four bytes are split where they cross a
// word if the memory that loads and stores ask first is not wider than one; all others where they cross a doubleword.
import { architectureOf } from "../../iss/model-code.ts";
import type { MachineModel } from "../../machine/model.ts";

export interface AccessPart {
  readonly effective: number;
  readonly real: number;
  readonly bytes: number;
}

/** 4 or 8: bytes whose boundaries accesses of up to four bytes are split at. */
export function splitBytesOf({ pipeline, isa }: Pick<MachineModel, "pipeline" | "isa">): number {
  const caches = pipeline.caches.length === 0 ? [] : architectureOf(isa).caches;
  const described = new Map(caches.map((cache) => [cache.name, cache]));
  const levelOf = (name: string): number => described.get(name)?.level ?? 1;
  const nearest = pipeline.caches
    .filter(({ name }) => described.get(name)?.type !== "instr")
    .sort((a, b) => levelOf(a.name) - levelOf(b.name))[0];
  // A memory that the fetch unit has for itself is not asked for data.
  const memory =
    pipeline.memories.find(({ name }) => name !== pipeline.fetchUnit.memory) ?? pipeline.memories[0];
  return ((nearest ?? memory)?.dataWidth ?? 32) > 32 ? 8 : 4;
}

/** The parts of an access, in order. The parts lie side by side in real memory, as in effective. */
export function splitAccess(effective: number, real: number, bytes: number, splitBytes = 4): AccessPart[] {
  const grain = bytes > 4 ? 8 : splitBytes;
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
