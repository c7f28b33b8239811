// Places that action code names like calls: elements of register files, `GPR(RA)`, and memory, `Mem(address,bytes)`.
import type { Expression } from "../machine/action.ts";
import { didYouMean } from "./findings.ts";
import { WORD, constantValue } from "./fold.ts";
import type { Binding } from "./scope.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";
import type { Typer } from "./typed.ts";

type Call = Extract<SyntaxExpression, { kind: "call" }>;

/** `FILE(index)`. Fails: BW0225 not one index, BW0233 a constant one that the file does not have. */
export function elementOf(
  typer: Typer,
  binding: Extract<Binding, { kind: "registerFile" }>,
  name: string,
  e: Call,
): Expression {
  const [index] = e.arguments;
  if (!index || e.arguments.length !== 1) return typer.error("BW0225", e.span, `${name}(n) takes one index`);
  const typed = typer.valueAs(index, WORD);
  const known = constantValue(typed);
  const { file } = binding;
  if (known !== undefined && known >= BigInt(file.size)) {
    return typer.error("BW0233", index.span, `${name} has registers 0 to ${file.size - 1}, not ${known}`);
  }
  const direct = binding.direct ? { direct: true as const } : {};
  return {
    kind: "element",
    registerFile: file.name,
    index: typed,
    ...direct,
    type: { width: file.width, signed: false },
  };
}

/** `Mem(address,bytes)`. */
export function memoryAccess(
  typer: Typer,
  binding: Extract<Binding, { kind: "memory" }>,
  name: string,
  e: Call,
): Expression {
  const [address, size] = e.arguments;
  if (!address || !size || e.arguments.length > 5)
    return typer.error("BW0225", e.span, `${name}(address,bytes) takes an address and a size`);
  const typed = typer.valueAs(address, WORD);
  const bytes = constantValue(typer.value(size));
  // An access of no bytes asks whether there could be one: the address is translated.
  if (bytes === undefined || bytes < 0n || bytes > 128n)
    return typer.error("BW0226", size.span, "a memory access has a constant number of bytes, up to 128");
  return {
    kind: "memory",
    address: typed,
    bytes: Number(bytes),
    ...(binding.name === undefined ? {} : { memory: binding.name }),
    type: { width: Math.max(8, 8 * Number(bytes)), signed: false },
  };
}

/** `L1d(set,way).FIELD`. */
export function cacheFieldOf(
  typer: Typer,
  cache: Extract<Binding, { kind: "cache" }>,
  at: Call,
  field: string,
  span: Span,
): Expression {
  const width = cache.fields.get(field);
  if (width === undefined)
    return typer.error(
      "BW0223",
      span,
      `cache ${cache.name} has no field ${field}`,
      didYouMean(field, cache.fields.keys()),
    );
  const indices = at.arguments.map((i) => typer.valueAs(i, WORD));
  return { kind: "entry", object: cache.name, indices, field, type: { width, signed: false } };
}
