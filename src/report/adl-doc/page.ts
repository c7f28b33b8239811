// The page of `blockwatt adl doc`: one HTML file that needs no network, the same for the same description.
import type { DescribedMachine } from "../../adl/index.ts";
import type { BlockText } from "../../adl/description-text.ts";
import type { IsaModel } from "../../machine/model.ts";
import {
  blockTables,
  classSection,
  cyclesText,
  energySection,
  pipelineSection,
  quantityText,
  resourceSection,
  routesOf,
  sourceSection,
  sourcesOf,
} from "./core-sections.ts";
import { escape, idOf, prose, table } from "./html.ts";
import { chapterNames, functionSection, instructionSection } from "./instruction-section.ts";
import { SCRIPT, STYLE } from "./style.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
  readonly parts?: readonly { readonly id: string; readonly title: string }[];
}

/** The page's text. The description must have loaded without errors: `isa` is there. */
export function documentationPage(described: DescribedMachine & { readonly isa: IsaModel }): string {
  const { model, isa, arch, core } = described;
  const title = model?.name ?? isa.name;
  const sections: Section[] = [];
  const add = (id: string, name: string, html: string, parts: Section["parts"] = []): void => {
    if (html.trim() !== "") sections.push({ id, title: name, html, parts });
  };
  const classes = new Map<string, { name: string; cycles: string }[]>();
  if (model && core) {
    const routes = routesOf(model.pipeline, core);
    let rest: { name: string; cycles: string } | undefined;
    for (const cls of model.pipeline.classes) {
      const route = routes.get(cls.name);
      const entry = { name: cls.name, cycles: route ? cyclesText(route) : "" };
      for (const { instruction } of cls.instructions) {
        if (instruction === "default_instruction") rest = entry;
        classes.set(instruction, [...(classes.get(instruction) ?? []), entry]);
      }
    }
    if (rest) for (const { name } of isa.instructions) if (!classes.has(name)) classes.set(name, [rest]);
    add("pipeline", "Pipeline", pipelineSection(model, routes));
    add("classes", "Instruction classes", classSection(model, core, routes));
    add("resources", "Resources", resourceSection(core));
    if (hasPower(core)) add("energy", "Energy", energySection(model, core));
  }
  const chapters = chapterNames(isa, arch).map((name) => ({ id: idOf("chapter", name), title: name }));
  const search =
    '<p><input type="search" id="filter" placeholder="find an instruction" aria-label="find an instruction" autocomplete="off"> <span id="found" class="quiet"></span></p>';
  add(
    "instructions",
    "Instructions",
    search + instructionSection(isa, arch, (name) => classes.get(name) ?? []),
    chapters,
  );
  add("functions", "Functions", functionSection(arch));
  add("registers", "Registers", registerSection(isa));
  const others = arch.children.filter((b) => !["instr", "instrfield", "reg", "regfile"].includes(b.type));
  add("architecture", "Architecture", blockTables(others));
  if (core) add("sources", "Sources", sourceSection([core]));
  const nav = sections
    .map(({ id, title: name, parts = [] }) => {
      const inner = parts.map((part) => `<li><a href="#${part.id}">${escape(part.title)}</a></li>`).join("");
      return `<li><a href="#${id}">${escape(name)}</a>${inner === "" ? "" : `<ul>${inner}</ul>`}</li>`;
    })
    .join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<nav><details open><summary>${escape(title)}</summary><ul>${nav}</ul></details></nav>
<main>
<h1>${escape(title)}</h1>
<div class="intro">${prose(introOf(title, model?.description ?? arch.remarks))}</div>
${tiles(described)}
${sections.map(({ id, title: name, html }) => `<section id="${id}"><h2>${escape(name)}</h2>\n${html}\n</section>`).join("\n")}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function hasPower(core: BlockText): boolean {
  return core.children.some((block) => block.type === "power");
}

/** The description without the name that many begin with: the heading says it. */
function introOf(title: string, text: string): string {
  const rest = text.startsWith(`${title}: `) ? text.slice(title.length + 2) : text;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function tiles({ model, isa, core }: DescribedMachine & { readonly isa: IsaModel }): string {
  const list: [string, string][] = [["instructions", String(isa.instructions.length)]];
  if (model && core) {
    const { pipeline, power } = model;
    const sources = sourcesOf(core);
    const estimates = sources.filter((source) => source.kind === "estimate").length;
    list.push(["classes", String(pipeline.classes.length)], ["stages", String(pipeline.stages.length)]);
    if (hasPower(core))
      list.push(
        ["clock", quantityText(power.frequency)],
        ["voltage", quantityText(power.voltage)],
        ["leakage", quantityText(power.leakage)],
        ["energy events", String(power.events.length)],
      );
    if (sources.length > 0) list.push(["estimated values", `${estimates} of ${sources.length}`]);
  }
  return `<dl class="tiles">${list.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`).join("")}</dl>`;
}

function registerSection({ registers, registerFiles }: IsaModel): string {
  const files = Object.values(registerFiles).map((file) => {
    const entries = Object.entries(file.entries).map(
      ([index, name]) => `<code>${index}</code> ${escape(name)}`,
    );
    return [`<code>${escape(file.name)}</code>`, `${file.size} × ${file.width} bits`, entries.join(", ")];
  });
  const single = Object.values(registers).map((register) => {
    const fields = register.fields.map(
      ({ name, first, last }) =>
        `<code>${escape(name)}</code>&nbsp;${first === last ? first : `${first}–${last}`}`,
    );
    return [`<code>${escape(register.name)}</code>`, `${register.width} bits`, fields.join(", ")];
  });
  return (
    table(["register file", "size", "elements that are registers"], files) +
    table(["register", "width", "fields, by bit"], single)
  );
}

export type { BlockText };
