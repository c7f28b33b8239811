// Source text of the scoreboard and the forwarding paths. A register counts its whole owners (`cnt`) and remembers the
// last one (`last`); owners of parts are kept in a list with their masks, and `parts` is the union of those. A forwarding
// path holds, for this cycle, the last entry of each register and the union of all its entries.
import type { OsmLayout } from "./layout.ts";

export function hazardSource(layout: OsmLayout): string {
  const { forwardingPaths } = layout.model.pipeline;
  const count = layout.registers.count;
  // By the rule "word", a result that is on a path while its reader records its sources is taken at once.
  const onPath = layout.units
    ? forwardingPaths.map((_, path) => ` || (fs_${path}[r] === cyc && ft_${path}[r] === last[r])`).join("")
    : "";
  const paths = forwardingPaths
    .map(
      (path, index) => `
const fs_${index} = new Int32Array(${count}).fill(-1), ft_${index} = new Int32Array(${count}), fm_${index} = new Int32Array(${count}), fo_${index} = new Int32Array(${count});
function forward_${index}(o, iid) {
  const list = o.forwards;
  for (let i = 0; i < list.length; i += 2) {
    const r = list[i], mask = list[i + 1];
    fo_${index}[r] = fs_${index}[r] === cyc ? fo_${index}[r] | mask : mask;
    fs_${index}[r] = cyc; ft_${index}[r] = iid; fm_${index}[r] = mask;
    ${path.broadcast ? `fo_${index}[r] = mask;` : ""}
  }
}`,
    )
    .join("");
  return `
const cnt = new Int32Array(${count}), last = new Int32Array(${count}), parts = new Int32Array(${count});
const owners = Array.from({ length: ${count} }, () => []);
function resetHazards() {
  cnt.fill(0); parts.fill(0); last.fill(0);
  for (let i = 0; i < owners.length; i++) if (owners[i].length !== 0) owners[i] = [];
  ${forwardingPaths.map((_, index) => `fs_${index}.fill(-1);`).join(" ")}
}
function canRead(o, iid) {
  const whole = o.checks;
  for (let i = 0; i < whole.length; i++) {
    const r = whole[i];
    if ((cnt[r] !== 0 && last[r] !== iid) || parts[r] !== 0) return false;
  }
  const some = o.partialChecks;
  for (let i = 0; i < some.length; i += 2) {
    const r = some[i];
    if (cnt[r] !== 0 || (parts[r] & some[i + 1]) !== 0) return false;
  }
  return true;
}
function allocate(o, iid) {
  const whole = o.owns;
  for (let i = 0; i < whole.length; i++) { const r = whole[i]; cnt[r]++; last[r] = iid; }
  const some = o.partialOwns;
  for (let i = 0; i < some.length; i += 2) {
    const r = some[i], mask = some[i + 1];
    owners[r].push(iid, mask); parts[r] |= mask; last[r] = iid;
  }
}
function release(o) {
  const whole = o.owns;
  for (let i = 0; i < whole.length; i++) { const r = whole[i]; if (cnt[r] !== 0) cnt[r]--; }
  const some = o.partialOwns;
  for (let i = 0; i < some.length; i += 2) releasePart(some[i], some[i + 1]);
}
// The oldest owner of just this mask goes.
function releasePart(r, mask) {
  const list = owners[r];
  let found = -1, all = 0;
  for (let i = 0; i < list.length; i += 2) {
    if (found < 0 && list[i + 1] === mask) found = i;
    else all |= list[i + 1];
  }
  parts[r] = all;
  if (found >= 0) list.splice(found, 2);
}
// What is left of the bits that an instruction put on a path, now that younger ones own some of them.
function stillOwned(r, mask, iid) {
  if (cnt[r] !== 0) return iid === last[r] ? mask : 0;
  const list = owners[r];
  for (let i = list.length - 2; i >= 0; i -= 2) {
    if (list[i] === iid) break;
    mask &= ~list[i + 1];
  }
  return mask;
}
// Results that are waited for: whose result each source needs, until it has been read.
function recordSources(o, ins) {
  const list = o.waits;
  for (let i = 0; i < list.length; i += 3) {
    const r = list[i], mask = list[i + 1], slot = list[i + 2];
    if ((ins.read & (1 << slot)) !== 0) continue;
    const free = mask === 0 ? (cnt[r] === 0 || last[r] === ins.iid) && parts[r] === 0 : cnt[r] === 0 && (parts[r] & mask) === 0;
    ins.tags[slot] = free${onPath} ? 0 : last[r];
  }
}
function markRead(o, ins) {
  const list = o.waits;
  for (let i = 0; i < list.length; i += 3) ins.read |= 1 << list[i + 2];
}
${paths}
${[...layout.pathReaders].map(([name, list]) => readerSource(layout, name, list)).join("\n")}`;
}

function readerSource(layout: OsmLayout, name: string, paths: readonly number[]): string {
  const { forwardingPaths } = layout.model.pipeline;
  if (name.startsWith("readAvailable")) {
    const hit = paths
      .map(
        (path) =>
          `(fs_${path}[r] === cyc && ft_${path}[r] === tag && (mask === 0 ? fm_${path}[r] === -1 : (fm_${path}[r] & mask) === mask))`,
      )
      .join(" || ");
    return `function ${name}(o, ins) {
  const list = o.waits;
  let done = true;
  for (let i = 0; i < list.length; i += 3) {
    const r = list[i], mask = list[i + 1], bit = 1 << list[i + 2];
    if ((ins.read & bit) !== 0) continue;
    const tag = ins.tags[list[i + 2]];
    if (tag === 0${hit === "" ? "" : ` || ${hit}`}) ins.read |= bit;
    else done = false;
  }
  return done;
}`;
  }
  const whole = paths
    .map(
      (path) =>
        `(fs_${path}[r] === cyc && fm_${path}[r] === -1${forwardingPaths[path]!.broadcast ? "" : ` && ft_${path}[r] === last[r] && (o.throughFile.length === 0 || !o.throughFile.includes(r))`})`,
    )
    .join(" || ");
  const some = paths
    .map((path) => `if (fs_${path}[r] === cyc) mask &= ~stillOwned(r, fo_${path}[r], ft_${path}[r]);`)
    .join(" ");
  return `function ${name}(o, iid) {
  const whole = o.checks;
  for (let i = 0; i < whole.length; i++) {
    const r = whole[i];
    if (((cnt[r] !== 0 && last[r] !== iid) || parts[r] !== 0) && !(${whole || "false"})) return false;
  }
  const some = o.partialChecks;
  for (let i = 0; i < some.length; i += 2) {
    const r = some[i];
    let mask = some[i + 1];
    if (cnt[r] === 0 && (parts[r] & mask) === 0) continue;
    ${some}
    if (mask !== 0 && (cnt[r] !== 0 || (parts[r] & mask) !== 0)) return false;
  }
  return true;
}`;
}
