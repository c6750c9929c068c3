// Draws the pictures of the README: the real program in a pseudo-terminal, its screen as SVG. `npm run pictures`.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cell, openPty, type Pty } from '../test/helpers/pty.ts';

const CELL = { width: 8.4, height: 17, font: 14 };
const GROUND = '#14171c';
const TEXT = '#d8dee9';

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, each => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[each] as string);
}

/** What follows each other in one look: drawn as one piece. `cells` counts columns. */
interface Run {
  readonly x: number;
  cells: number;
  text: string;
  readonly look: string;
}

/**
 * One row: grounds, then text. Plain letters of one look are one run that is stretched to its columns; anything else
 * stands at its own column, so that no font can shift a neighbour.
 */
function rowSvg(pty: Pty, y: number, columns: number): string {
  const grounds: Run[] = [];
  const texts: Run[] = [];
  for (let x = 0; x < columns; x++) {
    const cell = pty.cell(x, y);
    const ground = cell.bg === 'default' ? GROUND : cell.bg;
    add(grounds, { x, cells: 1, text: '', look: ground });
    const plain = /^[\x20-\x7e]?$/.test(cell.text);
    const run = { x, cells: Math.max(1, cell.width), text: cell.text || ' ', look: lookOf(cell) };
    if (cell.width > 0 && plain) add(texts, run);
    else if (cell.width > 0) texts.push(run, { x: x + run.cells, cells: 0, text: '', look: '' });
  }
  const rects = grounds.filter(({ look }) => look !== GROUND).map(run => rect(run, y));
  return [...rects, ...texts.filter(({ text }) => text.trim() !== '').map(run => words(run, y))].join('\n');
}

function add(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (last && last.look === run.look && last.x + last.cells === run.x) {
    last.cells += run.cells;
    last.text += run.text;
  } else runs.push(run);
}

function lookOf(cell: Cell): string {
  const fill = cell.fg === 'default' ? TEXT : cell.fg;
  return `fill="${fill}"${cell.bold ? ' font-weight="bold"' : ''}${cell.italic ? ' font-style="italic"' : ''}`;
}

function rect({ x, cells, look }: Run, y: number): string {
  const size = `width="${(cells * CELL.width + 0.3).toFixed(1)}" height="${CELL.height + 0.3}"`;
  return `<rect x="${(x * CELL.width).toFixed(1)}" y="${y * CELL.height}" ${size} fill="${look}"/>`;
}

function words({ x, text, look }: Run, y: number): string {
  const said = text.trimEnd();
  const lead = said.length - said.trimStart().length;
  const left = ((x + lead) * CELL.width).toFixed(1);
  const base = (y * CELL.height + CELL.height * 0.76).toFixed(1);
  const shown = said.trimStart();
  const stretch = /^[\x20-\x7e]{2,}$/.test(shown) ? ` textLength="${(shown.length * CELL.width).toFixed(1)}"` : '';
  return `<text x="${left}" y="${base}"${stretch} ${look}>${escaped(shown)}</text>`;
}

function svg(pty: Pty, columns: number, rows: number): string {
  const [width, height] = [columns * CELL.width, rows * CELL.height];
  const lines = Array.from({ length: rows }, (_, y) => rowSvg(pty, y, columns));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 ${width + 16} ${height + 16}" font-size="${CELL.font}"
 font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace" xml:space="preserve">
<rect x="-8" y="-8" width="${width + 16}" height="${height + 16}" rx="8" fill="${GROUND}"/>
${lines.join('\n')}
</svg>
`;
}

function line(pty: Pty, text: string): void {
  pty.type(text);
  pty.press('Enter');
}

async function main(): Promise<void> {
  const server = openPty(['serve', '--host', '127.0.0.1', '--port', '0', '--name', 'Lab chat'], {
    columns: 120,
    rows: 34,
  });
  const opened: Pty[] = [server];
  const folder = mkdtempSync(join(tmpdir(), 'tchat-pictures-'));
  try {
    await server.waitFor(/127\.0\.0\.1:\d+/);
    const [address = ''] = /127\.0\.0\.1:\d+/.exec(server.screen().join('\n')) ?? [];
    const people: Pty[] = [];
    for (const name of ['alice', 'bob', 'carol', '李雷']) {
      const pty = openPty(['join', address, '--name', name], { columns: 100, rows: 30 });
      opened.push(pty);
      people.push(pty);
      await pty.waitFor(/connected/);
      await pty.waitFor(/# lobby\s+\d/);
    }
    await talk(people);
    const [alice] = people as [Pty];
    writeFileSync(new URL('client.svg', import.meta.url), svg(alice, 100, 30));
    await server.waitFor(/bob ⇄ alice/);
    await give(people, folder);
    await server.waitFor(/bob → carol .* [1-9]\d %.* relay/);
    await server.waitFor(/李雷 → #dev .*kept/);
    writeFileSync(new URL('dashboard.svg', import.meta.url), svg(server, 120, 34));
  } finally {
    for (const pty of opened.reverse()) await pty.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files on their way: one from person to person, so slowly that it is seen, and one that the server keeps for a room. */
async function give(people: readonly Pty[], folder: string): Promise<void> {
  const [, bob, carol, lilei] = people as [Pty, Pty, Pty, Pty];
  const sized = (name: string, size: number) => {
    const path = join(folder, name);
    writeFileSync(path, '');
    truncateSync(path, size);
    return path;
  };
  line(bob, '/rate 3M');
  line(bob, `/send @carol ${sized('build.tar.gz', 48 * 1024 ** 2)}`);
  await carol.waitFor('build.tar.gz');
  line(carol, '/accept build');
  line(lilei, `/send #dev ${sized('slides.pdf', 6 * 1024 ** 2)}`);
}

/** A short conversation that shows rooms, private talk, scripts of the world, code, a mention and what is unread. */
async function talk(people: readonly Pty[]): Promise<void> {
  const [alice, bob, carol, lilei] = people as [Pty, Pty, Pty, Pty];
  for (const pty of [alice, bob, carol, lilei]) {
    line(pty, '/join #dev');
    await pty.waitFor(/# dev\s+/);
  }
  line(alice, '/topic build and release');
  await bob.waitFor(/# dev\s+build and release/);
  const said = async (pty: Pty, text: string, seen: string) => {
    line(pty, text);
    await alice.waitFor(seen);
  };
  await said(bob, 'the nightly is green again 🎉', 'nightly is green');
  await said(bob, 'two flaky tests left, I take the first', 'flaky tests');
  await said(alice, 'shipping at ten then?', 'shipping at ten then?');
  await carol.waitFor('shipping at ten then?');
  await said(carol, '/reply yes. the changes are in `docs/CHANGES.md`', 'CHANGES.md');
  await bob.waitFor('CHANGES.md');
  line(bob, '/react 👍');
  await alice.waitFor(/👍\s+1/);
  await said(lilei, '早上好！中文、emoji 👍 都对齐了', '都对齐了');
  await said(carol, '/me reads https://example.org/release-notes', 'release-notes');
  line(alice, '/join #release');
  await alice.waitFor(/# release\s+/);
  line(bob, '@alice can you sign the tag when CI is done?');
  line(lilei, '好的，我也看一下');
  line(bob, '/msg @alice and bring the key, please');
  await alice.waitFor(/bob\s+1/);
  alice.press('Alt-1');
  await alice.waitFor(/# lobby\s+/);
  line(alice, '/join #dev');
  alice.press('Alt-2');
  await alice.waitFor('sign the tag');
  alice.type('on it, give me five minutes');
  await alice.waitFor('five minutes');
}

await main();
