// Results as a table for people: the first column to the left, all others to the right.

export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((word, at) => Math.max(word.length, ...rows.map(row => (row[at] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  const text = [title, line(head), widths.map(width => '-'.repeat(width)).join('  '), ...rows.map(line)];
  process.stdout.write(`\n${text.join('\n')}\n`);
}

/** With so many places; '–' for what was not measured. */
export function fixed(value: number | undefined, places: number): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(places);
}

/** What is being measured, on standard error: it takes minutes. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
