// Draws a small directed graph as SVG: nodes in columns by how far they are from the entry, edges from left to right,
// the few that go back below. Made for state machines of a dozen states; the same graph always gives the same picture.
import { escape } from "./html.ts";

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** A second, smaller line. */
  readonly note?: string;
  /** CSS classes. */
  readonly style?: string;
  /** Shown when pointed at. */
  readonly title?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly title?: string;
  readonly style?: string;
}

const CHARACTER = 7.6;
const NOTE_CHARACTER = 6.4;
const HEIGHT = 40;
const ROW = 62;
const GAP = 40;
const MARGIN = 12;

interface Placed {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly rank: number;
}

/** The graph as an `<svg>` element; `entry` is the node that everything starts from. */
export function drawGraph(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  entry: string,
  name: string,
): string {
  const { ranks, back } = rankNodes(nodes, edges, entry);
  const columns: GraphNode[][] = [];
  for (const node of nodes) (columns[ranks.get(node.id) ?? 0] ??= []).push(node);
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const placed = new Map<string, Placed>();
  let x = MARGIN;
  columns.forEach((column, rank) => {
    const width = Math.max(...column.map(widthOf));
    column.forEach((node, i) => {
      const own = widthOf(node);
      const y = MARGIN + ((tallest - column.length) / 2 + i) * ROW;
      placed.set(node.id, { node, x: x + (width - own) / 2, y, width: own, rank });
    });
    x += width + GAP;
  });
  const bows = edges.map((edge) => drawEdge(edge, placed, back.has(edge)));
  const above = Math.max(0, ...bows.map((bow) => bow.above));
  const below = Math.max(0, ...bows.map((bow) => bow.below - (MARGIN + tallest * ROW - (ROW - HEIGHT))));
  const width = x - GAP + MARGIN;
  const top = -above;
  const height = above + 2 * MARGIN + tallest * ROW - (ROW - HEIGHT) + below;
  return [
    `<svg class="graph" role="img" aria-label="${escape(name)}" viewBox="0 ${round(top)} ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}">`,
    ...bows.map((bow) => bow.svg),
    ...[...placed.values()].map(drawNode),
    "</svg>",
  ].join("");
}

function widthOf(node: GraphNode): number {
  if (node.style?.includes("end") === true) return 16;
  const label = node.label.length * CHARACTER;
  return Math.ceil(Math.max(44, label + 20, (node.note ?? "").length * NOTE_CHARACTER + 16));
}

function drawNode({ node, x, y, width }: Placed): string {
  const title = node.title === undefined ? "" : `<title>${escape(node.title)}</title>`;
  const middle = x + width / 2;
  if (node.style?.includes("end") === true)
    return `<g class="node ${node.style}">${title}<circle cx="${round(middle)}" cy="${round(y + HEIGHT / 2)}" r="7"/><text class="note" x="${round(middle)}" y="${round(y + HEIGHT / 2 + 22)}">${escape(node.label)}</text></g>`;
  const labelAt = node.note === undefined ? y + HEIGHT / 2 + 4.5 : y + 17;
  const note =
    node.note === undefined
      ? ""
      : `<text class="note" x="${round(middle)}" y="${round(y + 31)}">${escape(node.note)}</text>`;
  return `<g class="node ${node.style ?? ""}">${title}<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${HEIGHT}" rx="7"/><text x="${round(middle)}" y="${round(labelAt)}">${escape(node.label)}</text>${note}</g>`;
}

function drawEdge(
  edge: GraphEdge,
  placed: ReadonlyMap<string, Placed>,
  isBack: boolean,
): { svg: string; above: number; below: number } {
  const a = placed.get(edge.from);
  const b = placed.get(edge.to);
  if (!a || !b) return { svg: "", above: 0, below: 0 };
  const title = edge.title === undefined ? "" : `<title>${escape(edge.title)}</title>`;
  const style = edge.style ?? "";
  const draw = (path: string, tip: string): string =>
    `<g class="edge ${style}">${title}<path d="${path}"/><path class="tip" d="${tip}"/></g>`;
  const span = b.rank - a.rank;
  // A straight line would run through the nodes between.
  const blocked =
    span > 1 &&
    [...placed.values()].some(
      (p) => p.rank > a.rank && p.rank < b.rank && Math.abs(p.y - (a.y + b.y) / 2) < HEIGHT,
    );
  if (isBack || blocked) return detour(a, b, [...placed.values()], isBack, draw);
  const startX = a.x + rightOf(a);
  const endX = b.x + (b.width - rightOf(b));
  const startY = a.y + HEIGHT / 2;
  const endY = b.y + HEIGHT / 2;
  const bend = Math.max(18, (endX - startX) / 2);
  const path = `M${round(startX)} ${round(startY)}C${round(startX + bend)} ${round(startY)} ${round(endX - bend)} ${round(endY)} ${round(endX - 7)} ${round(endY)}`;
  return { svg: draw(path, arrow(endX, endY, "right")), above: 0, below: 0 };
}

/** An edge over or under all nodes between its ends: under for one that goes back, unless nodes are in its way there. */
function detour(
  a: Placed,
  b: Placed,
  all: readonly Placed[],
  isBack: boolean,
  draw: (path: string, tip: string) => string,
): { svg: string; above: number; below: number } {
  const low = Math.min(a.rank, b.rank);
  const high = Math.max(a.rank, b.rank);
  const inWay = (above: boolean): boolean =>
    [a, b].some((end) => all.some((p) => p.rank === end.rank && (above ? p.y < end.y : p.y > end.y)));
  const over = isBack ? inWay(false) && !inWay(true) : !inWay(true) || inWay(false);
  const between = all.filter((p) => p.rank >= low && p.rank <= high).map((p) => p.y);
  const room = 16 + 5 * (high - low);
  const line = over ? Math.min(...between) - room : Math.max(...between) + HEIGHT + room;
  const self = a === b ? 12 : 0;
  const startX = a.x + a.width / 2 + self;
  const endX = b.x + b.width / 2 - self;
  const way = endX < startX ? -1 : 1;
  const reach = way * Math.min(60, Math.abs(endX - startX) / 3);
  const startY = over ? a.y + endTop(a) : a.y + HEIGHT - endTop(a);
  const endY = over ? b.y + endTop(b) : b.y + HEIGHT - endTop(b);
  const tipY = over ? endY - 7 : endY + 7;
  const path = `M${round(startX)} ${round(startY)}C${round(startX)} ${round(line)} ${round(startX + reach / 2)} ${round(line)} ${round(startX + reach)} ${round(line)}L${round(endX - reach)} ${round(line)}C${round(endX - reach / 2)} ${round(line)} ${round(endX)} ${round(line)} ${round(endX)} ${round(tipY)}`;
  return {
    svg: draw(path, arrow(endX, endY, over ? "down" : "up")),
    above: over ? Math.max(0, -(line - 6)) : 0,
    below: over ? 0 : line + 6,
  };
}

function rightOf({ node, width }: Placed): number {
  return node.style?.includes("end") === true ? width / 2 + 8 : width;
}

function endTop({ node }: Placed): number {
  return node.style?.includes("end") === true ? HEIGHT / 2 - 8 : 0;
}

function arrow(x: number, y: number, to: "right" | "up" | "down"): string {
  const [a, b] = to === "right" ? [-8, -4.5] : [-4.5, to === "up" ? 8 : -8];
  const [c, d] = to === "right" ? [-8, 4.5] : [4.5, to === "up" ? 8 : -8];
  return `M${round(x)} ${round(y)}L${round(x + a)} ${round(y + b)}L${round(x + c)} ${round(y + d)}Z`;
}

/** Longest way from the entry, without the edges that close circles. */
function rankNodes(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  entry: string,
): { ranks: Map<string, number>; back: Set<GraphEdge> } {
  const back = new Set<GraphEdge>();
  const state = new Map<string, "open" | "done">();
  const order: string[] = [];
  const explore = (id: string): void => {
    state.set(id, "open");
    for (const edge of edges) {
      if (edge.from !== id) continue;
      const seen = state.get(edge.to);
      if (seen === "open") back.add(edge);
      else if (seen === undefined) explore(edge.to);
    }
    state.set(id, "done");
    order.unshift(id);
  };
  explore(entry);
  for (const node of nodes) if (!state.has(node.id)) explore(node.id);
  const ranks = new Map<string, number>();
  for (const id of order) {
    const rank = ranks.get(id) ?? 0;
    ranks.set(id, rank);
    for (const edge of edges) {
      if (edge.from !== id || back.has(edge)) continue;
      ranks.set(edge.to, Math.max(ranks.get(edge.to) ?? 0, rank + 1));
    }
  }
  return { ranks, back };
}

function round(n: number): string {
  return String(Math.round(n * 10) / 10);
}
