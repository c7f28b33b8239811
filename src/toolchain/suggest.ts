// "Did you mean": the names closest to a misspelt one.

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Up to three names within a third of the word's length (at least 2 edits) or that contain it, closest first, joined
 *  by " or "; undefined when none is close. */
export function closestNames(wrong: string, names: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(wrong.length / 3));
  const near = names
    .map((name) => ({ name, d: name.includes(wrong) || wrong.includes(name) ? 1 : distance(wrong, name) }))
    .filter((x) => x.d <= limit)
    .sort((a, b) => a.d - b.d || (a.name < b.name ? -1 : 1))
    .slice(0, 3);
  return near.length === 0 ? undefined : near.map((x) => x.name).join(" or ");
}
