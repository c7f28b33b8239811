// The instruction set: one entry for each clause of the description, with all its variants.
import type { BlockText } from "../../adl/description-text.ts";
import type { Instruction, InstructionField, IsaModel, RegisterUse } from "../../machine/model.ts";
import { encodingDiagram } from "./encoding.ts";
import { code, codeBlock, escape, idOf, inline, table } from "./html.ts";

interface Clause {
  readonly block: BlockText;
  /** The instructions that the clause makes; the first is the plain one. */
  readonly instructions: readonly Instruction[];
}

/** Class names of each instruction, with the latency to show. */
export type ClassesOf = (
  instruction: string,
) => readonly { readonly name: string; readonly cycles: string }[];

/** Entries by chapter, that is, by file. */
export function instructionSection(isa: IsaModel, arch: BlockText, classesOf: ClassesOf): string {
  const chapters = new Map<string, Clause[]>();
  for (const clause of clausesOf(isa, arch)) {
    const file = clause.block.file;
    const list = chapters.get(file);
    if (list) list.push(clause);
    else chapters.set(file, [clause]);
  }
  const single = chapters.size === 1;
  return [...chapters]
    .map(([file, clauses]) => {
      const title = single
        ? ""
        : `<h3 id="${idOf("chapter", chapterOf(file))}">${escape(chapterOf(file))}</h3>`;
      return `<section class="chapter">${title}${clauses.map((c) => entry(isa, c, classesOf)).join("\n")}</section>`;
    })
    .join("\n");
}

/** Chapter names, for the table of contents. */
export function chapterNames(isa: IsaModel, arch: BlockText): string[] {
  const files = [...new Set(clausesOf(isa, arch).map((clause) => clause.block.file))];
  return files.length > 1 ? files.map(chapterOf) : [];
}

function chapterOf(file: string): string {
  return (/([^/]+)\.\w+$/.exec(file)?.[1] ?? file).replace(/[-_]/g, " ");
}

function clausesOf(isa: IsaModel, arch: BlockText): Clause[] {
  const byPlace = new Map<string, Instruction[]>();
  for (const instruction of isa.instructions) {
    const key = `${instruction.place.file}:${instruction.place.line}:${stem(instruction, arch)}`;
    const list = byPlace.get(key);
    if (list) list.push(instruction);
    else byPlace.set(key, [instruction]);
  }
  return arch.children.flatMap((block) => {
    if (block.type !== "instr") return [];
    const instructions = byPlace.get(`${block.file}:${block.line}:${block.name}`);
    return instructions ? [{ block, instructions }] : [];
  });
}

/** Name of the clause that made the instruction: several clauses may stand on one line. */
function stem(instruction: Instruction, arch: BlockText): string {
  const { file, line } = instruction.place;
  const names = arch.children.flatMap((b) =>
    b.type === "instr" && b.file === file && b.line === line ? [b.name] : [],
  );
  const fits = names.filter((name) => instruction.name.startsWith(name));
  return fits.sort((a, b) => b.length - a.length)[0] ?? names[0] ?? instruction.name;
}

function entry(isa: IsaModel, { block, instructions }: Clause, classesOf: ClassesOf): string {
  const [first] = instructions;
  if (!first) return "";
  const variants = namesIn(keyOf(block, "variants"));
  const names = instructions.map((i) => i.name);
  const classes = [...new Map(names.flatMap((name) => classesOf(name)).map((c) => [c.name, c])).values()];
  const badges = classes
    .map(
      ({ name, cycles }) =>
        `<a class="badge" href="#${idOf("class", name)}">${escape(name)} · ${escape(cycles)}</a>`,
    )
    .join(" ");
  const kind = kindOf(first);
  const syntaxes = instructions.map((i) => syntaxOf(i.name, i.syntax));
  const aliases = instructions.flatMap((i) =>
    i.aliases.map((alias) => {
      const equal = Object.entries(alias.constraints).map(([field, value]) => `${field} = ${value}`);
      return [
        `<code>${escape(syntaxOf(alias.name, alias.syntax))}</code>`,
        `<code>${escape(i.name)}</code>${equal.length > 0 ? ` with ${escape(equal.join(", "))}` : ""}`,
      ];
    }),
  );
  const action = keyOf(block, "action")?.text ?? "";
  const search = [...names, ...first.attributes, ...aliases.map(([a]) => a ?? "")].join(" ").toLowerCase();
  return `<details class="entry" id="${idOf("instr", block.name)}" data-search="${escape(search.replace(/<[^>]*>/g, ""))}">
<summary><b>${escape(block.name)}</b><span class="syntax">${escape(syntaxes[0] ?? "")}</span>${kind}</summary>
<div class="body">
${block.remarks === "" ? "" : `<p>${inline(block.remarks)}</p>`}
${encodingDiagram(isa, first, fieldsIn(keyOf(block, "fields")?.text ?? ""), variants)}
${syntaxes.length > 1 ? `<p class="forms">${syntaxes.map((s) => `<code>${escape(s)}</code>`).join(" ")}</p>` : ""}
${action.trim() === "" ? '<p class="quiet">does nothing</p>' : codeBlock(action)}
${operandTable(isa, first)}
${usesText(instructions)}
${aliases.length > 0 ? `<h5>Also written</h5>${table(["spelling", "is"], aliases)}` : ""}
<p class="foot">${badges}${first.attributes.map((a) => ` <span class="tag">${escape(a)}</span>`).join("")} <span class="quiet">${escape(block.file)}:${block.line}</span></p>
</div></details>`;
}

function kindOf({ branch, memory }: Instruction): string {
  const words: string[] = [];
  if (branch) words.push(branch.conditional ? "conditional branch" : "branch");
  if (memory)
    words.push(
      `${memory.kind === "both" ? "load and store" : memory.kind}${memory.multiple ? " multiple" : ` ${memory.bytes}`}`,
    );
  return words.map((word) => `<span class="tag">${escape(word)}</span>`).join("");
}

function keyOf(block: BlockText, name: string): BlockText["keys"][number] | undefined {
  return block.keys.find((key) => key.name === name);
}

function namesIn(key: BlockText["keys"][number] | undefined): string[] {
  return key?.text.match(/\w+/g) ?? [];
}

/** `(OPCD(31),RT)` → OPCD = 31, RT. */
function fieldsIn(text: string): { name: string; value?: string }[] {
  const list = text.replace(/^\(|\)$/g, "");
  return [...list.matchAll(/([A-Za-z_]\w*)(?:\(([^)]*)\))?/g)].map(([, name = "", value]) => ({
    name,
    ...(value === undefined ? {} : { value }),
  }));
}

function syntaxOf(name: string, { template, operands }: Instruction["syntax"]): string {
  let at = 0;
  return template.replace(/%i/g, name).replace(/%f/g, () => operands[at++] ?? "?");
}

function operandTable(isa: IsaModel, instruction: Instruction): string {
  const rows = instruction.fields.flatMap((name) => {
    const field = isa.fields[name];
    return field ? [[`<code>${escape(name)}</code>`, escape(bitsOf(field)), escape(meaningOf(field))]] : [];
  });
  return table(["operand", "bits", "meaning"], rows);
}

function bitsOf({ bits }: InstructionField): string {
  return bits.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(", ");
}

function meaningOf({ signed, shift, address, registerFile, width, offset }: InstructionField): string {
  if (registerFile !== undefined) return `register of ${registerFile}`;
  const words = [`${signed ? "signed" : "unsigned"} number of ${width} bit${width === 1 ? "" : "s"}`];
  if (shift > 0) words.push(`times ${2 ** shift}`);
  if (offset !== undefined && offset !== 0) words.push(`plus ${offset}`);
  if (address === "pc") words.push("from this instruction");
  if (address === "absolute") words.push("an address");
  return words.join(", ");
}

/** Registers that the plain form reads and writes, and what other forms add. */
function usesText([first, ...others]: readonly Instruction[]): string {
  if (!first) return "";
  const textsOf = (uses: readonly RegisterUse[]): string[] => [...new Set(uses.map(useText))];
  const show = (texts: readonly string[]): string =>
    texts.length === 0 ? "–" : texts.map((text) => `<code>${escape(text)}</code>`).join(" ");
  const reads = textsOf(first.sources);
  const writes = textsOf(first.targets);
  const more = others.flatMap((other) => {
    const alsoReads = textsOf(other.sources).filter((text) => !reads.includes(text));
    const alsoWrites = textsOf(other.targets).filter((text) => !writes.includes(text));
    const parts = [
      ...(alsoReads.length > 0 ? [`reads ${show(alsoReads)}`] : []),
      ...(alsoWrites.length > 0 ? [`writes ${show(alsoWrites)}`] : []),
    ];
    return parts.length > 0 ? [`<span><b>${escape(other.name)}</b> also ${parts.join(", ")}</span>`] : [];
  });
  return `<p class="uses"><span>reads ${show(reads)}</span> <span>writes ${show(writes)}</span> ${more.join(" ")}</p>`;
}

function useText({ name, field, index, unlessZero, upToLast, mask, maskField }: RegisterUse): string {
  const element = field ?? (index === undefined ? undefined : String(index));
  let text = element === undefined ? name : `${name}(${element}${upToLast === true ? "…" : ""})`;
  if (unlessZero === true && field !== undefined) text += ` unless ${field} = 0`;
  if (maskField !== undefined) text += `.${maskField}`;
  else if (mask >>> 0 !== 0xffffffff && mask !== 0) text += ` & 0x${(mask >>> 0).toString(16)}`;
  return text;
}

/** Functions that actions call. */
export function functionSection(arch: BlockText): string {
  return arch.functions
    .map(
      ({ name, text, remarks }) =>
        `<details class="entry" id="${idOf("function", name)}"><summary><b>${escape(name)}</b><span class="syntax">${code(text.split("\n")[0]?.replace(/ \{.*$/, "") ?? "")}</span></summary><div class="body">${remarks === "" ? "" : `<p>${inline(remarks)}</p>`}${codeBlock(text.trimEnd())}</div></details>`,
    )
    .join("\n");
}
