// The canonical form of a model and its hash: the same machine described in other words, order of keys or files gives
// the same hash, so that characterizations stay valid when only prose or places change.
import { createHash } from "node:crypto";

const LEFT_OUT = new Set(["place", "description", "hash", "source"]);

/** SHA-256, in hexadecimal, of a model without places, descriptions and sources of numbers. */
export function modelHash(model: unknown): string {
  return createHash("sha256").update(canonical(model)).digest("hex");
}

function canonical(value: unknown): string {
  if (typeof value === "bigint") return `"${value}n"`;
  if (value === undefined) return "null";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value)
    .filter((key) => !LEFT_OUT.has(key) && (value as Record<string, unknown>)[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key])}`).join(",")}}`;
}
