// Scripts of the original's command language that drive a recorded run, read as data: what they load and set, after how
// many instructions they raise or cancel an exception, and where they stop. A script that asks for more gives a reason.
import { readFileSync } from "node:fs";

export interface CommandScript {
  /** Files that it loads. */
  readonly inputs: readonly string[];
  readonly registers: readonly { readonly name: string; readonly value: bigint }[];
  /** Dynamic parameters that it sets. */
  readonly parameters: Readonly<Record<string, number>>;
  /** What happens to an exception once so many instructions have executed. */
  readonly events: readonly {
    readonly after: number;
    readonly kind: "raise" | "cancel";
    readonly exception: string;
  }[];
  /** The run ends when the instruction at this address has executed so often. */
  readonly stop?: { readonly address: number; readonly times: number };
}

/** Commands that only print or follow from the rest. */
const silent = new Set(["puts", "traceon", "traceoff", "go", "quit"]);

/** `folder`: what `$env(srcdir)` stands for; `values`: the script's arguments. */
export function readCommandScript(
  file: string,
  folder: string,
  values: readonly string[],
): CommandScript | { readonly reason: string } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return { reason: `its script cannot be read: ${file.replace(/^.*\//, "")}` };
  }
  // The one kind of program that such scripts contain: stop at the n-th visit of an address, both given as arguments.
  if (/^\s*setbreakcmd\b/m.test(text) && /\bsimstop\b/.test(text)) {
    const [address, times] = values.map(Number);
    if (!Number.isInteger(address) || !Number.isInteger(times))
      return { reason: "its script lacks arguments" };
    const stop = { address: address!, times: times! };
    return { inputs: [], registers: [], parameters: {}, events: [], stop };
  }
  const inputs: string[] = [];
  const registers: { name: string; value: bigint }[] = [];
  const parameters: Record<string, number> = {};
  const events: { after: number; kind: "raise" | "cancel"; exception: string }[] = [];
  let steps = 0;
  for (const line of text.split("\n")) {
    const [command = "", first = "", second = ""] = line.trim().split(/\s+/);
    if (command === "" || command.startsWith("#") || silent.has(command)) continue;
    if (command === "simload") inputs.push(first.replace("$env(srcdir)", folder));
    else if (command === "step") steps += first === "" ? 1 : Number(first);
    else if (command === "triggerexcpt") events.push({ after: steps, kind: "raise", exception: first });
    else if (command === "cancelexcpt") events.push({ after: steps, kind: "cancel", exception: first });
    else if (command === "setreg" && /^(0x[0-9a-f]+|[0-9]+)$/i.test(second) && !first.includes(":")) {
      registers.push({ name: first, value: BigInt(second) });
    } else if (command === "setdynparm" && Number.isFinite(Number(second))) {
      parameters[first] = Number(second);
    } else return { reason: `its script has a command that is not known: ${command}` };
  }
  return { inputs, registers, parameters, events };
}
