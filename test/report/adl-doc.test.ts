// The documentation page: whole, the same every time, without the network, and with every link leading somewhere.
import { describe as group, expect, it } from "vitest";
import { describe } from "../../src/adl/index.ts";
import { drawGraph } from "../../src/report/adl-doc/layered-graph.ts";
import { documentationPage } from "../../src/report/adl-doc/page.ts";
import { withFiles } from "../adl/temporary.ts";

function pageOf(path: string): string {
  const described = describe(path);
  expect(described.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  if (!described.isa) throw new Error("not loaded");
  return documentationPage({ ...described, isa: described.isa });
}

/** Elements that are opened and never closed, or the other way round. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const empty = new Set(["meta", "input", "br", "path", "rect", "circle"]);
  const text = html.replace(/<(script|style)>[^]*?<\/\1>/g, "");
  for (const [, close, name = "", , self] of text.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^>"])*?)(\/?)>/g,
  )) {
    if (empty.has(name) || self === "/") continue;
    if (close === "") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [`</${name}> after <${open.at(-1) ?? "nothing"}>`];
  }
  return open;
}

group("adl doc", () => {
  const page = pageOf("targets/toy/core.uadl");

  it("is the same every time", () => {
    expect(pageOf("targets/toy/core.uadl")).toBe(page);
  });

  it("needs no network", () => {
    expect(page.match(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]+|\b(?:src|srcset)=|@import|<link/gi) ?? []).toEqual(
      [],
    );
  });

  it("is well-formed, its ids are unique and its links lead to them", () => {
    expect(unbalanced(page)).toEqual([]);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  it("has every instruction, class, stage and energy event", () => {
    const { model } = describe("targets/toy/core.uadl");
    const names = [
      ...(model?.isa.instructions ?? []).map((i) => i.name),
      ...(model?.pipeline.classes ?? []).map((c) => c.name),
      ...(model?.pipeline.stages ?? []).map((s) => s.name),
      ...(model?.power.events ?? []).map((e) => e.name),
    ];
    expect(names.filter((name) => !page.includes(`>${name}<`) && !page.includes(`>${name} `))).toEqual([]);
  });

  it("shows an instruction set alone", () => {
    const isa = pageOf("adl/powerpc/powerpc.adl");
    expect(unbalanced(isa)).toEqual([]);
    expect(isa).toContain('id="instr-add"');
    expect(isa).not.toContain('id="classes"');
  });

  it("escapes what a description says", () => {
    const text = `define (arch=M) {
      """ <img src=x onerror=alert(1)> & "quotes" """
      define (regfile=G) { size = 2; }
      define (instrfield=O) { bits = (0,31); }
      define (instr="<b>") { """ a </details><script>alert(2)</script> """ fields = (O(1)); syntax = ("%i </pre>"); action = { G(0) = 1 < 2; } }
    }`;
    const html = withFiles({ "m.adl": text }, pageOf);
    expect(unbalanced(html)).toEqual([]);
    expect(html).not.toMatch(/<img|<script>alert/);
  });
});

group("layered graph", () => {
  it("draws nodes from left to right and edges back below", () => {
    const node = (id: string): { id: string; label: string } => ({ id, label: id });
    const svg = drawGraph(
      [node("a"), node("b"), node("c"), node("d")],
      [
        { from: "a", to: "b" },
        { from: "b", to: "c" },
        { from: "a", to: "d" },
        { from: "a", to: "c" },
        { from: "c", to: "b" },
        { from: "d", to: "d" },
      ],
      "a",
      "small",
    );
    const left = (id: string): number =>
      Number(new RegExp(`<rect x="([\\d.]+)"[^>]*/><text[^>]*>${id}<`).exec(svg)?.[1]);
    expect(left("a")).toBeLessThan(left("b"));
    expect(left("b")).toBeLessThan(left("c"));
    expect(left("b")).toBe(left("d"));
    expect(svg.match(/class="edge/g)).toHaveLength(6);
    expect(svg).not.toMatch(/NaN/);
  });
});
