// What the dashboard does with what it is told, pressed and clicked.
import test from 'ava';
import { BINDINGS, lettersOf } from '../../../src/tui/dashboard/keys.ts';
import type { Msg, Place } from '../../../src/tui/dashboard/model.ts';
import { Frame } from '../../../src/tui/kit/canvas.ts';
import { keyTable } from '../../../src/tui/kit/keys.ts';
import { isWordKey } from '../../../src/words/words.ts';
import { BUSY, CROWD, key, LINK, LOG, NOW, play, SNAPSHOT, STATS, typed } from './sample.ts';

const SIZE = { width: 120, height: 34 };

/** A click or a notch of the wheel on the first target that answers to `wanted`, as the terminal would report it. */
function mouse(before: readonly Msg[], wanted: (place: Place) => boolean, action: 'press' | 'wheel-up' = 'press'): Msg {
  const { model, dashboard } = play(before, SIZE);
  const frame = new Frame(SIZE.width, SIZE.height);
  dashboard.view(model, frame.root);
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      const target = frame.targetAt(x, y) as Place | undefined;
      if (!target || !wanted(target)) continue;
      const event = {
        type: 'mouse',
        action,
        button: 'left',
        x,
        y,
        ctrl: false,
        alt: false,
        shift: false,
      } as const;
      return { type: 'input', event, target };
    }
  }
  throw new Error('nothing on the screen answers to that');
}

test('a key is bound once, and everything that is bound has its words', t => {
  t.notThrows(() => keyTable(BINDINGS.map(({ action, keys, help }) => ({ key: keys, action, help }))));
  t.notThrows(() => lettersOf(BINDINGS));
  t.throws(() => lettersOf([...BINDINGS, BINDINGS[0]!]), { message: 'key-twice' });
  for (const { help, hint } of BINDINGS) t.true(isWordKey(help) && (hint === undefined || isWordKey(hint)));
});

test('a kick asks first, names its target, and goes out with the reason', t => {
  const asked = play([...BUSY, key('Down'), key('Down'), typed('k'), typed('flooding')]);
  t.deepEqual(asked.effects, []);
  t.like(asked.model.overlay, { is: 'sanction', act: 'kick', targets: [{ name: 'guest~7' }] });
  const { effects, model } = play([...BUSY, key('Down'), key('Down'), typed('k'), typed('flooding'), key('Enter')]);
  t.deepEqual(effects, [
    {
      type: 'command',
      ref: 1,
      command: { kind: 'kick', target: { to: 'account', account: 'account-of-guest~7' }, reason: 'flooding' },
    },
  ]);
  t.is(model.overlay, null);
  t.like(model.pending, [{ params: { name: 'guest~7' } }]);
});

test('Esc takes a question back, and nothing has happened', t => {
  for (const open of [
    ...['k', 'b', 'm', 'l', 'i'].map(typed),
    ...['Ctrl-Q', 'F1', 'F3', 'F6', 'F7', 'F8', 'F10'].map(key),
  ]) {
    const { effects, model } = play([...BUSY, key('Down'), open, key('Esc')]);
    t.false(effects.some(({ type }) => type === 'command' || type === 'quit'));
    t.is(model.overlay, null);
  }
});

test('a kick without a selection says to select somebody', t => {
  const { effects, model } = play([...BUSY, typed('k')]);
  t.deepEqual(effects, []);
  t.is(model.overlay, null);
  t.like(model.notice, { tone: 'error', code: 'dashboard.notice.nobody-selected' });
});

test('a written kick asks as well', t => {
  const written = [...BUSY, typed(':'), typed('kick @bob too loud'), key('Enter')];
  const { effects, model } = play(written);
  t.deepEqual(effects, []);
  t.like(model.overlay, { is: 'sanction', act: 'kick', targets: [{ name: 'bob' }] });
  t.deepEqual(play([...written, key('Enter')]).effects, [
    {
      type: 'command',
      ref: 1,
      command: { kind: 'kick', target: { to: 'name', name: 'bob' }, reason: 'too loud' },
    },
  ]);
});

test('a broadcast is written in the command line and sent with Enter', t => {
  const { effects, model } = play([...BUSY, typed('e'), typed('Maintenance at noon'), key('Enter')]);
  t.deepEqual(effects, [{ type: 'command', ref: 1, command: { kind: 'broadcast', text: 'Maintenance at noon' } }]);
  t.is(model.command.text, '');
  t.deepEqual(model.command.history, ['broadcast Maintenance at noon']);
});

test('letters that came in one read act one by one, and what follows a colon is written', t => {
  const { model } = play([...BUSY, typed('s:kick k')]);
  t.is(model.table.sort, 'rooms');
  t.is(model.focus, 'command');
  t.is(model.command.text, 'kick k');
  t.is(model.overlay, null);
});

test('while a command is being written letters are text', t => {
  const { model } = play([...BUSY, key('Down'), typed(':'), typed('k'), typed('l'), typed(' ')]);
  t.is(model.overlay, null);
  t.is(model.command.text, 'kl ');
  t.is(model.log.state, 'following');
});

test('what is written stays when the command line is left, and Esc leaves it', t => {
  const { model } = play([...BUSY, key('F4'), typed(':'), typed('limit 5'), key('Esc')]);
  t.is(model.focus, 'log');
  t.is(model.command.text, 'limit 5');
});

test('a result says what became of the command', t => {
  const sent = [...BUSY, typed('e'), typed('hi'), key('Enter')];
  t.like(play([...sent, { type: 'result', ref: 1, ok: true }]).model, {
    notice: { tone: 'ok', code: 'dashboard.done.broadcast' },
    pending: [],
  });
  const refused: Msg = { type: 'result', ref: 1, ok: false, code: 'not-allowed', params: { needs: 'operator' } };
  t.like(play([...sent, refused]).model.notice, { tone: 'error', code: 'not-allowed', params: { needs: 'operator' } });
  t.like(play([...sent, { type: 'result', ref: 7, ok: true }]).model.pending, [{ ref: 1 }]);
});

test('a limit below what is open asks once more, another one does not', t => {
  const low = [...BUSY, typed(':'), typed('limit 5'), key('Enter')];
  t.like(play(low).model.overlay, { is: 'ask', command: { kind: 'limit', connections: 5 } });
  t.deepEqual(play(low).effects, []);
  t.like(play([...low, typed('y')]).effects, [{ command: { kind: 'limit', connections: 5 } }]);
  t.like(play([...BUSY, typed(':'), typed('limit 800'), key('Enter')]).effects, [
    { command: { kind: 'limit', connections: 800 } },
  ]);
});

test('the limit’s field starts with the limit, and says what is wrong with a value', t => {
  const wrong = play([...BUSY, typed('l'), typed('x'), key('Enter')]);
  t.like(wrong.model.overlay, { is: 'change', fault: { code: 'limit-invalid', params: { value: '500x' } } });
  t.deepEqual(wrong.effects, []);
  const right = play([...BUSY, typed('l'), key('Backspace'), key('Enter')]);
  t.like(right.model.overlay, { is: 'ask', command: { kind: 'limit', connections: 50 } });
});

test('stopping asks first, on Ctrl-Q, Ctrl-C and `stop`, wherever the keys are', t => {
  const ways: (readonly Msg[])[] = [
    [key('Ctrl-Q')],
    [key('Ctrl-C')],
    [typed(':'), typed('stop'), key('Enter')],
    [typed(':'), typed('half a li'), key('Ctrl-C')],
    [typed('/'), key('Ctrl-Q')],
    [key('F1'), key('Ctrl-Q')],
  ];
  for (const way of ways) {
    t.deepEqual(play([...BUSY, ...way]).effects, []);
    t.deepEqual(play([...BUSY, ...way]).model.overlay, { is: 'quit' });
    t.deepEqual(play([...BUSY, ...way, key('Enter')]).effects, [{ type: 'quit', now: false }]);
  }
});

test('asked a second time while the server drains, it is to stop at once', t => {
  const { effects, model } = play([...BUSY, { type: 'closing' }, key('Ctrl-Q'), key('Enter')]);
  t.is(model.phase, 'closing');
  t.deepEqual(effects, [{ type: 'quit', now: true }]);
});

test('an unknown command is a sentence, and stays to be mended', t => {
  const { model } = play([...BUSY, typed(':'), typed('frobnicate now'), key('Enter')]);
  t.like(model.notice, { tone: 'error', code: 'unknown-command', params: { name: 'frobnicate' } });
  t.is(model.command.text, 'frobnicate now');
});

test('what only members say is no command of the dashboard', t => {
  for (const line of ['join #x', 'me waves', 'msg @bob hi', 'topic x']) {
    const { effects, model } = play([...BUSY, typed(':'), typed(line), key('Enter')]);
    t.deepEqual(effects, []);
    t.is(model.notice?.code, 'unknown-command');
  }
});

test('Tab completes commands and names, lists what is open, and moves on from an empty line', t => {
  const line = (text: string) => play([...BUSY, typed(':'), typed(text), key('Tab')]).model;
  t.is(line('bro').command.text, 'broadcast ');
  t.is(line('kick al').command.text, 'kick @alice ');
  t.is(line('kick @李').command.text, 'kick @李雷 ');
  t.is(line('sort la').command.text, 'sort lag ');
  t.is(line('kick gu').command.text, 'kick @guest');
  t.true(String(line('kick gu').notice?.params.choices).startsWith('@guest-10  @guest-100'));
  t.is(play([...BUSY, typed(':'), key('Tab')]).model.focus, 'users');
});

test('Tab and Shift-Tab go round users, log and command line', t => {
  t.is(play([...BUSY, key('Tab')]).model.focus, 'log');
  t.is(play([...BUSY, key('Tab'), key('Tab')]).model.focus, 'command');
  t.is(play([...BUSY, key('Shift-Tab')]).model.focus, 'command');
  t.is(play([...BUSY, key('Shift-Tab'), key('Shift-Tab')]).model.focus, 'log');
});

test('everything that can be seen to act acts on a click', t => {
  const click = (wanted: (place: Place) => boolean, before: readonly Msg[] = BUSY) =>
    play([...before, mouse(before, wanted)]);
  t.is(
    click(place => place.on === 'user' && place.account === 'account-of-bob').model.table.selected,
    'account-of-bob',
  );
  t.is(click(place => place.on === 'column' && place.column === 'lag').model.table.sort, 'lag');
  t.is(click(place => place.on === 'command').model.focus, 'command');
  t.is(click(place => place.on === 'pane' && place.pane === 'log').model.focus, 'log');
  t.is(click(place => place.on === 'action' && place.action === 'pause').model.log.state, 'paused');
  t.is(click(place => place.on === 'action' && place.action === 'quit').model.overlay?.is, 'quit');
  const asking = [...BUSY, key('Ctrl-Q')];
  t.deepEqual(click(place => place.on === 'yes', asking).effects, [{ type: 'quit', now: false }]);
  t.is(click(place => place.on === 'no', asking).model.overlay, null);
});

test('a click in the command line that is being written places the cursor', t => {
  const writing = [...BUSY, typed(':'), typed('kick 李雷 now')];
  const at = (x: number): Msg => {
    const click = mouse(writing, place => place.on === 'command');
    return click.type === 'input' && click.event.type === 'mouse' ? { ...click, event: { ...click.event, x } } : click;
  };
  t.is(play([...writing, at(3 + 10)]).model.command.cursor, 'kick 李雷 '.length);
  t.is(play([...writing, at(90)]).model.command.cursor, 'kick 李雷 now'.length);
});

test('nothing behind an overlay answers the mouse', t => {
  const asking = [...BUSY, key('Ctrl-Q')];
  t.throws(() => mouse(asking, place => place.on === 'user' || place.on === 'action' || place.on === 'command'));
});

test('the wheel scrolls what it is over', t => {
  const log: Msg = { type: 'log', entries: [...LOG, ...LOG, ...LOG] };
  const before = [...BUSY, log];
  const over = mouse(before, place => place.on === 'pane' && place.pane === 'log', 'wheel-up');
  const { model } = play([...before, over]);
  t.is(model.log.state, 'scrolled');
  t.is(model.focus, 'users');
});

test('people leave and come: the selection stays with its person, or with its place', t => {
  const selected = [...BUSY, key('Down'), key('Down')];
  const moved = CROWD.map(row => (row.name === 'guest~7' ? { ...row, lastActive: NOW - 60_000 } : row));
  t.is(play([...selected, { type: 'users', rows: moved }]).model.table.selected, 'account-of-guest~7');
  const gone = CROWD.filter(row => row.name !== 'guest~7');
  t.is(play([...selected, { type: 'users', rows: gone }]).model.table.selected, 'account-of-alice');
  t.is(play([...selected, { type: 'users', rows: [] }]).model.table.selected, null);
});

test('a filter acts while it is written, and Esc brings everybody back', t => {
  const filtering = [...BUSY, typed('/'), typed('192.168')];
  t.is(play(filtering).model.table.shown.length, 5);
  t.is(play([...filtering, key('Enter')]).model.table.shown.length, 5);
  t.is(play([...filtering, key('Esc')]).model.table.shown.length, CROWD.length);
  t.is(play([...filtering, key('Enter'), key('Esc')]).model.table.shown.length, CROWD.length);
});

test('what changes nothing leaves the same model, so that nothing is painted', t => {
  const { model, dashboard } = play(BUSY, SIZE);
  const idle: readonly Msg[] = [
    { type: 'log', entries: [] },
    { type: 'resized', ...SIZE },
    { type: 'tick', now: NOW },
    { type: 'input', event: { type: 'focus', focused: true }, target: undefined },
    { type: 'input', event: { type: 'report', name: 'cursor', values: [1, 1] }, target: undefined },
    typed('Z'),
    key('F12'),
  ];
  for (const msg of idle) t.is(dashboard.update(model, msg)[0], model, msg.type);
});

test('a new snapshot drops what was never answered and keeps the charts', t => {
  const { model } = play([...BUSY, typed('e'), typed('hi'), key('Enter'), SNAPSHOT]);
  t.deepEqual(model.pending, []);
  t.is(model.stats?.messagesPerSecond, STATS.messagesPerSecond);
  t.true(model.charts.users.length > 20);
});

test('redraw, theme and copy are effects', t => {
  t.deepEqual(play([...BUSY, key('Ctrl-L')]).effects, [{ type: 'redraw' }]);
  t.deepEqual(play([...BUSY, key('F9')]).effects, [{ type: 'theme' }]);
  t.deepEqual(play([...BUSY, typed('y')]).effects, [{ type: 'copy', text: LINK }]);
});

test('how others join lies above the screen; y copies the link and any of its keys closes it', t => {
  const shown = play([...BUSY, typed('j')]).model;
  t.deepEqual(shown.overlay, { is: 'share' });
  const copied = play([...BUSY, typed('j'), typed('y')]);
  t.deepEqual([copied.model.overlay, copied.effects], [null, [{ type: 'copy', text: LINK }]]);
  for (const close of [typed('j'), typed('q'), key('Esc')])
    t.is(play([...BUSY, typed('j'), close]).model.overlay, null);
  t.deepEqual(play([...BUSY, typed(':'), typed('link'), key('Enter')]).model.overlay, { is: 'share' });
  t.is(play([typed('j')]).model.overlay, null, 'before there is a server there is nothing to show');
});
