// What a core adds to its instruction set: pipeline, classes, resources, energy, and where the numbers come from.
import type { BlockText, SourceText } from "../../adl/description-text.ts";
import type { EventTrigger, MachineModel, PipelineModel, SourcedNumber } from "../../machine/model.ts";
import { pipelinePicture, routeOf } from "./class-route.ts";
import type { Route } from "./class-route.ts";
import { code, codeBlock, escape, idOf, inline, table } from "./html.ts";

export type Routes = ReadonlyMap<string, Route>;

/** The route of each class. */
export function routesOf(pipeline: PipelineModel, core: BlockText): Routes {
  const routes = new Map<string, Route>();
  for (const cls of pipeline.classes) {
    const block = core.children.find((b) => b.type === "instr_class" && b.name === cls.name);
    const route = routeOf(cls, pipeline, block?.keys.find((key) => key.name === "action")?.labels ?? {});
    if (route) routes.set(cls.name, route);
  }
  return routes;
}

/** "4 cycles", "from 5 cycles". */
export function cyclesText({ cycles, varies }: Route): string {
  return `${varies ? "from " : ""}${cycles} cycle${cycles === 1 ? "" : "s"}`;
}

function routeText({ stages }: Route): string {
  return stages.map(({ stage, cycles, extra }) => `${stage} ${[cycles, ...extra].join(" + ")}`).join(" → ");
}

export function pipelineSection(model: MachineModel, routes: Routes): string {
  const shapes = new Map<string, { svg: string; classes: string[] }>();
  for (const [name, { shape, svg }] of routes) {
    const known = shapes.get(shape);
    if (known) known.classes.push(name);
    else shapes.set(shape, { svg, classes: [name] });
  }
  const ways = [...shapes.values()]
    .sort((a, b) => b.classes.length - a.classes.length)
    .map(
      ({ svg, classes }) =>
        `<figure><div class="wide">${svg}</div><figcaption>${classes.map(classLink).join(" ")}</figcaption></figure>`,
    );
  return `<figure><div class="wide">${pipelinePicture(model.pipeline)}</div><figcaption>The stages, and which follow which. Point at an arrow for the classes that take it.</figcaption></figure>
<h3 id="ways">Ways through it</h3>
<p>The states of an instruction on its way, each with the stage that it belongs to. In states with a dashed frame it may have to wait: point at one for what it asks for.</p>
${ways.join("\n")}`;
}

function classLink(name: string): string {
  return `<a class="badge" href="#${idOf("class", name)}">${escape(name)}</a>`;
}

export function classSection(model: MachineModel, core: BlockText, routes: Routes): string {
  const blocks = core.children.filter((b) => b.type === "instr_class");
  return blocks
    .map((block) => {
      const cls = model.pipeline.classes.find((c) => c.name === block.name);
      const route = routes.get(block.name);
      if (!cls || !route) return "";
      const members = cls.instructions.map(({ instruction, constraints }) => {
        const only = Object.entries(constraints).map(([field, value]) => `${field} = ${value}`);
        const text = only.length > 0 ? `${instruction} (${only.join(", ")})` : instruction;
        return instruction === "default_instruction"
          ? "<em>all that no other class has</em>"
          : `<code>${escape(text)}</code>`;
      });
      const labels = block.keys.find((key) => key.name === "action")?.labels ?? {};
      const operands = block.children.filter((b) => b.type === "operands");
      return `<details class="entry" id="${idOf("class", block.name)}">
<summary><b>${escape(block.name)}</b><span class="syntax">${escape(cyclesText(route))}</span><span class="tag">${members.length === 1 && cls.instructions[0]?.instruction === "default_instruction" ? "default" : `${members.length}`}</span></summary>
<div class="body">
${block.remarks === "" ? "" : `<p>${inline(block.remarks)}</p>`}
<p class="members">${members.join(" ")}</p>
<p><span class="quiet">shortest way</span> ${escape(routeText(route))}</p>
<div class="wide">${route.svg}</div>
${operands
  .map((b) =>
    table(
      ["operand", "stands for"],
      b.keys.map((key) => [`<code>${escape(key.name)}</code>`, `<code>${code(key.text)}</code>`]),
    ),
  )
  .join("")}
${table(
  ["state", "what happens in it, each cycle"],
  Object.entries(labels).map(([state, text]) => [
    `<code>${escape(state)}</code>`,
    `<pre class="code"><code>${code(text)}</code></pre>`,
  ]),
  "states",
)}
<p class="foot"><span class="quiet">${escape(block.file)}:${block.line}</span></p>
</div></details>`;
    })
    .join("\n");
}

/** One source as shown behind a number. */
export function sourceHtml(source: SourceText | SourcedNumber["source"]): string {
  if (source.kind === "none") return '<span class="bad">no source</span>';
  if (source.kind === "document") return `<span class="source">${escape(source.text)}</span>`;
  const bound = source.boundPercent === undefined ? "" : ` ±${source.boundPercent} %`;
  return `<span class="estimate">estimate${bound}</span> <span class="source">${escape(source.text)}</span>`;
}

/** Tables of blocks: key, value, source. Works for any block, so that new kinds of resources show up by themselves. */
export function blockTables(blocks: readonly BlockText[], depth = 0): string {
  return blocks
    .map((block) => {
      const rows = block.keys.map((key) => [
        `<code>${escape(key.name)}</code>`,
        key.isCode ? codeBlock(key.text) : `<code>${code(key.text)}</code>`,
        key.sources.map(sourceHtml).join(" "),
      ]);
      const name = `${block.type} ${block.name}`.trim();
      const remarks = block.remarks === "" ? "" : `<p>${inline(block.remarks)}</p>`;
      const inner = block.children.length > 0 ? blockTables(block.children, depth + 1) : "";
      const tag = depth === 0 ? "h3" : "h4";
      return `<div class="block depth-${Math.min(depth, 3)}"><${tag}><span class="quiet">${escape(block.type)}</span> ${escape(block.name === "" ? name : block.name)}</${tag}>${remarks}${table(["key", "value", "source"], rows)}${inner}</div>`;
    })
    .join("\n");
}

export function resourceSection(core: BlockText): string {
  const blocks = core.children.filter((b) => b.type === "resources").flatMap((b) => b.children);
  // Stages say little one by one.
  const bare = blocks.filter((b) => b.keys.length === 0 && b.children.length === 0);
  const rest = blocks.filter((b) => !bare.includes(b));
  const types = [...new Set(bare.map((b) => b.type))];
  const lists = types.map((type) => [
    escape(type),
    bare
      .filter((b) => b.type === type)
      .map((b) => `<code>${escape(b.name)}</code>`)
      .join(" "),
  ]);
  return `${table(["with the defaults", ""], lists)}${blockTables(rest)}`;
}

const UNITS: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  J: [[1e-12, "pJ"]],
  W: [
    [1, "W"],
    [1e-3, "mW"],
    [1e-6, "µW"],
  ],
  V: [[1, "V"]],
  Hz: [
    [1e9, "GHz"],
    [1e6, "MHz"],
    [1, "Hz"],
  ],
};

/** A number in a unit that suits it. */
export function quantityText({ value, unit }: SourcedNumber): string {
  const choices = UNITS[unit] ?? [[1, unit]];
  const [factor, name] = choices.find(([f]) => Math.abs(value) >= f) ?? choices.at(-1) ?? [1, unit];
  return `${Number((value / factor).toPrecision(4))} ${name}`;
}

function triggerText(trigger: EventTrigger): string {
  switch (trigger.kind) {
    case "issue":
      return trigger.classes.length === 0 ? "instruction issued" : `issued: ${trigger.classes.join(", ")}`;
    case "occupy":
      return `cycle in ${trigger.stage}${trigger.classes.length === 0 ? "" : `: ${trigger.classes.join(", ")}`}`;
    case "fetch":
      return "fetch access";
    case "cycle":
      return "clock cycle";
    default: {
      const [object] = Object.entries(trigger).flatMap(([key, value]) =>
        key === "kind" ? [] : [String(value)],
      );
      return `${trigger.kind.replace(/_/g, " ")}${object === undefined ? "" : ` ${object}`}`;
    }
  }
}

export function energySection({ power }: MachineModel, core: BlockText): string {
  const blocks = core.children.filter((b) => b.type === "power");
  const signals = blocks.flatMap((b) => b.children.filter((c) => c.type === "signal"));
  const valueOf = (block: BlockText, key: string): string =>
    block.keys.find((k) => k.name === key)?.text.replace(/^\(|\)$/g, "") ?? "";
  const remarks = new Map(
    core.children
      .filter((b) => b.type === "power")
      .flatMap((b) => b.children.map((c) => [c.name, c.remarks] as const)),
  );
  const largest = Math.max(...power.events.map((event) => event.energy.value), 1e-15);
  const point = [
    ["clock", power.frequency],
    ["voltage", power.voltage],
    ["energies hold at", power.nominalVoltage],
    ["and at", power.nominalTemperature],
    ["leakage", power.leakage],
  ] as const;
  return `${table(
    ["operating point", "", "source"],
    point.map(([name, number]) => [
      escape(name),
      `<b>${escape(quantityText(number))}</b>`,
      sourceHtml(number.source),
    ]),
  )}
<p>Dynamic energy goes with <code>${escape(power.dynamicScaling)}</code> of voltage (V) and temperature (K), leakage with <code>${escape(power.leakageScaling)}</code>.</p>
${table(
  ["event", "once for each", "energy", "source"],
  power.events.map((event) => {
    const { energy } = event;
    const width = Math.max(1, Math.round((100 * energy.value) / largest));
    const remark = remarks.get(event.name) ?? "";
    return [
      `<b>${escape(event.name)}</b>${remark === "" ? "" : `<div class="quiet">${inline(remark)}</div>`}`,
      escape(triggerText(event.trigger)),
      `<span class="amount">${escape(quantityText(energy))}</span><span class="bar"><span style="width:${width}%"></span></span>`,
      sourceHtml(energy.source),
    ];
  }),
  "energy",
)}
${table(
  ["signal", "driven on entry of", "carries the first of", "else"],
  signals.map((signal) => [
    `<b>${escape(signal.name)}</b>`,
    `<code>${escape(valueOf(signal, "stage"))}</code>`,
    `<code>${escape(valueOf(signal, "carries"))}</code>`,
    valueOf(signal, "idle") === "zero" ? "zero" : "what was there",
  ]),
)}`;
}

/** Every source with the number of values that rest on it. */
export function sourceSection(blocks: readonly BlockText[]): string {
  const counts = new Map<string, { source: SourceText; count: number }>();
  for (const source of blocks.flatMap(sourcesOf)) {
    const key = JSON.stringify([source.kind, source.text]);
    const known = counts.get(key);
    counts.set(key, { source: known?.source ?? source, count: (known?.count ?? 0) + 1 });
  }
  const rows = [...counts.values()]
    .sort(
      (a, b) =>
        a.source.kind.localeCompare(b.source.kind) ||
        b.count - a.count ||
        a.source.text.localeCompare(b.source.text),
    )
    .map(({ source, count }) => [
      source.kind === "document" ? "document" : '<span class="estimate">estimate</span>',
      escape(source.text),
      String(count),
    ]);
  return table(["", "source", "values"], rows);
}

/** The sources of all values in a block. */
export function sourcesOf(block: BlockText): SourceText[] {
  return [...block.keys.flatMap((key) => key.sources), ...block.children.flatMap(sourcesOf)];
}
