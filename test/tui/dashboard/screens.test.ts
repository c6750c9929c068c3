// The dashboard's screens as they are to look, and what must hold on all of them.
import test from 'ava';
import fc from 'fast-check';
import type { LogEntry, LogKind } from '../../../src/tui/dashboard/entry.ts';
import { arrange } from '../../../src/tui/dashboard/layout.ts';
import type { Msg, UserRow } from '../../../src/tui/dashboard/model.ts';
import { type Colours, Frame, type Rect } from '../../../src/tui/kit/canvas.ts';
import { tokensOf } from '../../../src/tui/kit/tokens.ts';
import { clusters, widthOf } from '../../../src/tui/kit/width.ts';
import { golden } from '../../helpers/golden.ts';
import { BUSY, key, play, SCENES, SNAPSHOT, STATS, typed } from './sample.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const SIZES = {
  '120x34': { width: 120, height: 34 },
  '100x30': { width: 100, height: 30 },
  '80x24': { width: 80, height: 24 },
  '40x10': { width: 40, height: 10 },
  '200x60': { width: 200, height: 60 },
} as const satisfies Record<string, Size>;

function draw(messages: readonly Msg[], size: Size, colours?: Colours): Frame {
  const { model, dashboard } = play(messages, size);
  const frame = new Frame(size.width, size.height, colours);
  dashboard.view(model, frame.root);
  return frame;
}

for (const [name, size] of Object.entries(SIZES)) {
  test(`a busy server at ${name}`, t => golden(t, `dashboard-busy-${name}`, draw(SCENES.busy, size)));
}

const AT_100: readonly (keyof typeof SCENES)[] = [
  'start',
  'empty',
  'kick',
  'command',
  'paused',
  'searching',
  'filtering',
  'wrapped',
  'help',
  'details',
  'share',
  'limit',
  'quit',
  'refused',
];
for (const scene of AT_100) {
  test(`the scene ${scene} at 100x30`, t =>
    golden(t, `dashboard-${scene}-100x30`, draw(SCENES[scene], SIZES['100x30'])));
}

const SMALL: readonly (keyof typeof SCENES)[] = ['kick', 'help', 'quit', 'refused', 'command', 'share', 'empty'];
for (const scene of SMALL) {
  test(`the scene ${scene} at 40x10`, t => golden(t, `dashboard-${scene}-40x10`, draw(SCENES[scene], SIZES['40x10'])));
}

/** What lies above the screen, at all sizes and without colours. */
const ABOVE: readonly (keyof typeof SCENES)[] = [
  ...(['rooms', 'slow', 'bans', 'audit', 'audit-filter', 'settings', 'change', 'person', 'ban', 'mute'] as const),
  ...(['door', 'closed', 'picked', 'delete'] as const),
  ...(['visibility', 'moderator', 'transfers', 'stop-file', 'clock'] as const),
];
for (const scene of ABOVE) {
  for (const size of ['40x10', '80x24', '100x30', '200x60'] as const) {
    test(`the scene ${scene} at ${size}`, t =>
      golden(t, `dashboard-${scene}-${size}`, draw(SCENES[scene], SIZES[size])));
  }
  test(`the scene ${scene} without colours`, t =>
    golden(t, `dashboard-${scene}-80x24-mono`, draw(SCENES[scene], SIZES['80x24'], 'none')));
}

test('the log alone at 40x10', t => {
  golden(t, 'dashboard-log-40x10', draw([...BUSY, key('F4')], SIZES['40x10']));
});

test('without colours marks and lines take over', t => {
  golden(t, 'dashboard-mono-100x30', draw(SCENES.busy, SIZES['100x30'], 'none'));
  golden(t, 'dashboard-mono-quit-100x30', draw(SCENES.quit, SIZES['100x30'], 'none'));
});

test('what has the keys is told by a mark and by the accent', t => {
  const lit = (frame: Frame, y: number, x: number) => {
    const at = y * frame.width + x;
    return `${frame.glyphs[at]} ${tokensOf(frame.styles[at]!).at(-1)}`;
  };
  const size = SIZES['120x34'];
  const { users, log, command } = arrange({ ...size, pane: 'users' });
  const marks = (frame: Frame) => [lit(frame, users!.y, 0), lit(frame, log!.y, log!.x), lit(frame, command.y, 1)];
  t.deepEqual(marks(draw(BUSY, size)), ['▌ current-bar', '  base', '› faint']);
  t.deepEqual(marks(draw([...BUSY, key('F4')], size)), ['  side', '▌ current-bar', '› faint']);
  t.deepEqual(marks(draw([...BUSY, typed(':')], size)), ['  side', '  base', '› accent']);
});

test('the cursor is shown where text is being written, and nowhere else', t => {
  t.is(draw(SCENES.busy, SIZES['120x34']).cursor, null);
  for (const scene of ['kick', 'command', 'filtering', 'limit'] as const) {
    for (const size of Object.values(SIZES)) t.truthy(draw(SCENES[scene], size).cursor, `${scene} ${size.width}`);
  }
});

const overlaps = (a: Rect, b: Rect) =>
  a.width > 0 &&
  b.width > 0 &&
  a.x < b.x + b.width &&
  b.x < a.x + a.width &&
  a.y < b.y + b.height &&
  b.y < a.y + a.height;

test('no part of the screen lies over another or beyond the edge, whatever the size', t => {
  const size = fc.record({ width: fc.integer({ min: 1, max: 250 }), height: fc.integer({ min: 1, max: 80 }) });
  fc.assert(
    fc.property(size, fc.constantFrom('users', 'log'), ({ width, height }, pane) => {
      const { bar, cards, totals, users, log, transfers, result, command, keys } = arrange({
        width,
        height,
        pane,
      } as const);
      const parts = [
        bar,
        ...cards,
        totals,
        users,
        log,
        transfers,
        result,
        ...(height >= 3 ? [command, keys] : []),
      ].filter((part): part is Rect => part !== null && part.height > 0);
      for (const [index, part] of parts.entries()) {
        t.true(part.x >= 0 && part.y >= 0 && part.x + part.width <= width && part.y + part.height <= height);
        for (const other of parts.slice(index + 1)) t.false(overlaps(part, other), `${width}x${height}`);
      }
    }),
  );
});

const KINDS: readonly LogKind[] = [
  'message',
  'private',
  'joined',
  'left',
  'created',
  'topic',
  'claimed',
  'connected',
  'gone',
  'refused',
  'broadcast',
  'kicked',
  'limited',
  'warning',
];
const hostile = fc.oneof(
  fc.constantFrom(
    'ab\x1b]0;title\x07',
    '\x1b[2J\x1b[31m',
    '\u202eevil\u2066',
    '李雷李雷李雷李雷李雷李雷李雷李雷李雷',
    '👩‍👩‍👧👍🏽❤️🇩🇪',
    'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
    '{bold}x{/bold}\r\n\t\u200b\u2800',
    'कि नि ﷽ ꧅',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);
const rowOf = fc.record({
  account: fc.uuid(),
  name: hostile,
  address: hostile,
  since: fc.integer({ min: 0, max: STATS.now }),
  lastActive: fc.integer({ min: 0, max: STATS.now }),
  rooms: fc.nat(),
  sessions: fc.nat(9),
  messagesPerSecond: fc.double({ min: 0, max: 1e9, noNaN: true }),
  bytesInPerSecond: fc.nat(),
  bytesOutPerSecond: fc.nat(),
  queuedBytes: fc.nat(),
  role: fc.constantFrom('owner', 'operator', 'member'),
}) satisfies fc.Arbitrary<UserRow>;
const lineOf = fc.record({
  time: fc.integer({ min: 0, max: STATS.now }),
  kind: fc.constantFrom(...KINDS),
  room: hostile,
  name: hostile,
  other: hostile,
  address: hostile,
  text: hostile,
  code: fc.oneof(fc.constantFrom('name-taken', 'slowed', 'lost', '__proto__'), hostile),
}) satisfies fc.Arbitrary<LogEntry>;

/** Each row's cells taken together are exactly the width, and none holds what moves a cursor. */
function isWhole(frame: Frame): boolean {
  for (let y = 0; y < frame.height; y++) {
    let width = 0;
    for (let x = 0; x < frame.width; x++) {
      const glyph = frame.glyphs[y * frame.width + x]!;
      if (glyph === '') continue;
      const cells = x + 1 < frame.width && frame.glyphs[y * frame.width + x + 1] === '' ? 2 : 1;
      if (widthOf(glyph) !== cells || clusters(glyph).length !== 1 || /\p{Cc}/u.test(glyph)) return false;
      width += cells;
    }
    if (width !== frame.width) return false;
  }
  return true;
}

test('names and texts of any kind change nothing but their own places', t => {
  const server = SNAPSHOT.type === 'snapshot' ? SNAPSHOT.server : null;
  const size = fc.record({ width: fc.integer({ min: 1, max: 140 }), height: fc.integer({ min: 1, max: 40 }) });
  const scene = fc.constantFrom('F1', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F10', 'Ctrl-Q');
  const all = fc.tuple(fc.array(rowOf, { maxLength: 12 }), fc.array(lineOf, { maxLength: 40 }), hostile, size, scene);
  fc.assert(
    fc.property(all, ([users, entries, name, screen, pressed]) => {
      const snapshot = { ...SNAPSHOT, users, server: { ...server!, name, address: name } } as Msg;
      const wrap: Msg = { type: 'input', event: { type: 'text', text: 'w' }, target: undefined };
      const told: Msg[] = [{ type: 'stats', stats: STATS }, snapshot, { type: 'log', entries }, key('Down')];
      for (const messages of [told, [...told, wrap], [...told, key(pressed)]]) {
        if (!isWhole(draw(messages, screen))) return false;
      }
      return true;
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('names do not leave the users’ pane, nor texts the log', t => {
  const size = SIZES['120x34'];
  const { users, log } = arrange({ ...size, pane: 'users' });
  const calm = draw([SNAPSHOT], size);
  const within = (rect: Rect, at: number) => {
    const [x, y] = [at % size.width, Math.floor(at / size.width)];
    return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
  };
  const same = (frame: Frame, but: Rect) =>
    frame.glyphs.every((glyph, at) => within(but, at) || glyph === calm.glyphs[at]);
  fc.assert(
    fc.property(fc.array(lineOf, { minLength: 1, maxLength: 30 }), entries => {
      return same(draw([SNAPSHOT, { type: 'log', entries }], size), log!);
    }),
    { numRuns: 40 },
  );
  fc.assert(
    fc.property(fc.array(rowOf, { minLength: 1, maxLength: 30 }), rows => {
      return same(draw([SNAPSHOT, { type: 'users', rows }], size), users!);
    }),
    { numRuns: 40 },
  );
  t.pass();
});
