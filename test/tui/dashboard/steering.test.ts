// What operators do on the dashboard: what asks first, lists and what may be done in them, forms, the door, a chosen line.
// Seen red: a written command that goes another way than a key, a list that acts on the row beside, words that are missing.
import test from 'ava';
import { COMMANDS } from '../../../src/chat/decide.ts';
import { steeringForms } from '../../../src/chat/line.ts';
import { formatSpan, parseSpan } from '../../../src/chat/span.ts';
import type { Command } from '../../../src/chat/vocabulary.ts';
import { questionOf } from '../../../src/tui/dashboard/ask.ts';
import { ACTS_ASKED, learnt, NOTHING_KNOWN } from '../../../src/tui/dashboard/facts.ts';
import type { Effect, Msg } from '../../../src/tui/dashboard/model.ts';
import { isWordKey } from '../../../src/words/words.ts';
import {
  AUDIT,
  BANS,
  BUSY,
  DOUBTED,
  key,
  LOG,
  NOW,
  PEOPLE,
  PERSON,
  play,
  ROOMS,
  SETTINGS,
  SNAPSHOT,
  STATS,
  TRANSFERS,
  typed,
  WRITTEN,
} from './sample.ts';

const TOLD: readonly Msg[] = [...BUSY, BANS, AUDIT, ROOMS, SETTINGS, PERSON, TRANSFERS];
const written = (line: string): readonly Msg[] => [...TOLD, typed(':'), typed(line), key('Enter')];
const commands = (effects: readonly Effect[]) =>
  effects.flatMap(effect => (effect.type === 'command' ? [effect.command] : []));
const closed: Msg = { type: 'stats', stats: { ...STATS, door: 'closed', doorBefore: 'invited' } };

/** What hurts, as it is written; and the same milder, which just does. */
const HURTS: readonly (readonly [string, string | null])[] = [
  ['kick @bob', null],
  ['ban @bob 1h rude', 'unban @bob'],
  ['ban name:admin', 'unban name:admin'],
  ['ban 10.0.0.0/8 1d', 'unban 10.0.0.0/8'],
  ['mute @bob 1h', 'unmute @bob'],
  ['lock #dev', 'unlock #dev'],
  ['announce-only #dev on', 'announce-only #dev off'],
  ['slow #dev 60', 'slow #dev off'],
  ['unmoderator #dev @bob', 'moderator #dev @bob'],
  ['visibility #dev hidden', 'visibility #dev public'],
  ['visibility #dev invite', null],
  [`stop-file ${'a'.repeat(22)}/00000000-0000-7000-8000-000000000009`, null],
  ['door closed', 'door open'],
  ['door guests', null],
  ['limit 5', 'limit 800'],
  ['set new-per-minute 3', null],
  ['release bob', null],
  ['op @bob', null],
  ['deop @carol', null],
  ['guest @bob', null],
  ['unexempt 10.1.0.0/16', 'exempt 10.1.0.0/16'],
  ['uninvite abcdefghijk', null],
  ['retain 30', null],
  ['confirm-clock', null],
];

test('what hurts asks first and names its target also when it is written; Enter does it, Esc does not', t => {
  for (const [line, milder] of HURTS) {
    const { effects, model } = play(written(line));
    t.deepEqual(commands(effects), [], line);
    t.true(model.overlay?.is === 'ask' || model.overlay?.is === 'sanction', `${line}: ${JSON.stringify(model.notice)}`);
    t.is(commands(play([...written(line), key('Enter')]).effects).length, 1, line);
    const back = play([...written(line), key('Esc')]);
    t.deepEqual([back.model.overlay, commands(back.effects)], [null, []], line);
    if (milder !== null) t.is(commands(play(written(milder)).effects).length, 1, milder);
  }
});

test('whatever operators may write has its words: what it is, what was done, what it asks', t => {
  const kinds = Object.entries(COMMANDS).flatMap(([kind, { needs }]) =>
    needs === 'member' || needs === 'guest' ? [] : [kind],
  );
  for (const kind of [...kinds, 'delete']) t.true(isWordKey(`dashboard.done.${kind}`), kind);
  for (const { help } of steeringForms()) t.true(isWordKey(help), help);
  const { model } = play(TOLD);
  for (const [line] of HURTS) {
    const { overlay } = play(written(line)).model;
    const asked = overlay?.is === 'ask' ? questionOf(overlay.command, model) : null;
    if (asked) t.true(isWordKey(asked.title) && isWordKey(asked.what), line);
  }
});

test('a ban goes by key, by name or by address, for a time, with a reason', t => {
  const begun = [...TOLD, key('Down'), key('Down'), typed('b'), typed('rude')];
  const who = { by: 'account', target: { to: 'account', account: 'account-of-guest~7' } };
  const ban = (...more: readonly Msg[]) => commands(play([...begun, ...more, key('Enter')]).effects)[0];
  t.deepEqual(ban(), { kind: 'ban', who, lasts: 3_600_000, reason: 'rude' } as Command);
  t.like(ban(key('Tab'), key('Right')), { who: { by: 'name', name: 'guest~7' } });
  t.like(ban(key('Tab'), key('Left')), { who: { by: 'network', network: '192.168.1.77/32' } });
  t.like(ban(key('Up'), key('Ctrl-U'), typed('2d')), { who, lasts: 2 * 86_400_000 });
  t.like(ban(key('Up'), key('Ctrl-U')), { who, lasts: null });
  const wrong = play([...begun, key('Up'), typed('x'), key('Enter')]);
  t.deepEqual(commands(wrong.effects), []);
  t.like(wrong.model.overlay, { fault: { code: 'dashboard.fault.lasts' }, at: 'lasts' });
});

test('a length of time is written as it is read', t => {
  for (const text of ['1s', '90s', '30m', '2h', '7d', '36h']) t.is(formatSpan(parseSpan(text) ?? 0), text);
  t.is(formatSpan(parseSpan('3w') ?? 0), '21d');
});

test('one key closes the door once it was asked, and opens it again as it was', t => {
  const asking = play([...TOLD, key('F8')]);
  t.deepEqual(commands(asking.effects), []);
  t.like(asking.model.overlay, { is: 'ask', command: { kind: 'door', door: 'closed' } });
  t.like(commands(play([...TOLD, key('F8'), key('Enter')]).effects), [{ kind: 'door', door: 'closed' }]);
  t.like(commands(play([...TOLD, closed, key('F8')]).effects), [{ kind: 'door', door: 'invited' }]);
  // As soon as the log tells of it, whoever did it.
  const told = (door: string): Msg => ({
    type: 'log',
    entries: [{ time: 1, kind: 'door', name: 'carol', params: { door } }],
  });
  t.like(play([...TOLD, told('guests'), told('closed')]).model.stats, { door: 'closed', doorBefore: 'guests' });
  t.like(play([...TOLD, told('closed'), told('open')]).model.stats, { door: 'open', doorBefore: 'open' });
  // Pressed twice in a hurry it is asked once.
  t.deepEqual(play([...TOLD, key('F8'), key('F8')]).model.overlay, asking.model.overlay);
});

test('a list asks for what it shows: when it is opened, when something was done, and rooms each second', t => {
  const asks = (...more: readonly Msg[]) =>
    play([...TOLD, ...more], { width: 100, height: 30 }).effects.flatMap(effect =>
      effect.type === 'ask' ? [effect.query] : [],
    );
  const second: Msg = { type: 'stats', stats: STATS };
  t.deepEqual(asks(key('F6')), [{ of: 'bans' }]);
  t.deepEqual(asks(key('F6'), second), [{ of: 'bans' }]);
  const lifted: Msg = { type: 'log', entries: [{ time: 1, kind: 'unbanned', name: 'x' }] };
  t.deepEqual(asks(key('F6'), lifted, second, second), [{ of: 'bans' }, { of: 'bans' }]);
  t.deepEqual(asks(key('F3'), second, second).length, 3);
  t.deepEqual(asks(key('F6'), BANS, typed('u'), { type: 'result', ref: 1, ok: true }), [
    { of: 'bans' },
    { of: 'bans' },
  ]);
  t.deepEqual(asks(second), []);
});

test('a ban and a mute are lifted where the list shows them', t => {
  const lift = (...keys: readonly Msg[]) => commands(play([...TOLD, key('F6'), BANS, ...keys, typed('u')]).effects)[0];
  t.deepEqual(lift(), { kind: 'unban', who: { by: 'account', target: { to: 'account', account: 'account-of-spam' } } });
  t.deepEqual(lift(key('Down')), { kind: 'unban', who: { by: 'name', name: 'admin' } });
  t.like(lift(key('End')), { kind: 'unmute', target: { account: 'account-of-bob' }, room: null });
  t.like(lift(typed('/'), typed('lobby'), key('Enter'), key('Down')), { kind: 'unmute', room: '#lobby' });
});

test('the selection stays with its row when the list changes, and Esc goes back step by step', t => {
  t.true(BANS.type === 'answer' && BANS.answer.of === 'bans');
  if (BANS.type !== 'answer' || BANS.answer.of !== 'bans') return;
  const fewer: Msg = { type: 'answer', answer: { ...BANS.answer, bans: BANS.answer.bans.slice(1), mutes: [] } };
  const { model } = play([...TOLD, key('F6'), BANS, key('Down'), key('Down'), fewer]);
  t.true(model.overlay?.is === 'list' && model.overlay.selected === 'ban network 203.0.113.0/24');
  const filtered = [...TOLD, key('F6'), BANS, typed('/'), typed('admin'), key('Enter')];
  t.like(play([...filtered, key('Esc')]).model.overlay, { is: 'list', filter: '' });
  t.is(play([...filtered, key('Esc'), key('Esc')]).model.overlay, null);
});

test('the selected row stays the one that was seen, whatever comes above it or goes', t => {
  t.true(AUDIT.type === 'answer' && AUDIT.answer.of === 'audit');
  if (AUDIT.type !== 'answer' || AUDIT.answer.of !== 'audit') return;
  const entry = { time: NOW, kind: 'door' as const, name: 'carol', text: 'closed' };
  const door = { position: 9, entry, undo: { kind: 'door', door: 'open', reason: '' } as const };
  const later: Msg = { type: 'answer', answer: { ...AUDIT.answer, acts: [...AUDIT.answer.acts, door] } };
  const pressed = play([...TOLD, key('F10'), AUDIT, later, typed('u')]);
  t.like(commands(pressed.effects)[0], { kind: 'unban' }, 'not the act that came meanwhile');
  // One that goes gives its place to the next.
  const fewer: Msg = { type: 'answer', answer: { of: 'bans', bans: [], mutes: [] } };
  if (BANS.type !== 'answer' || BANS.answer.of !== 'bans') return t.fail();
  const lifted: Msg = { type: 'answer', answer: { ...BANS.answer, bans: BANS.answer.bans.slice(1) } };
  t.like(play([...TOLD, key('F6'), BANS, lifted]).model.overlay, { selected: 'ban name admin' });
  t.like(play([...TOLD, key('F6'), BANS, fewer]).model.overlay, { is: 'list' });
  t.is(
    play([...TOLD, key('F6'), typed('u')]).effects.filter(({ type }) => type === 'command').length,
    0,
    'no list yet',
  );
});

test('in the rooms modes are changed, a room is written to, and its log is shown', t => {
  const rooms = (...keys: readonly Msg[]) => play([...TOLD, key('F3'), ROOMS, ...keys]);
  t.like(rooms(key('Down'), typed('o'), key('Enter')).effects.at(-1), {
    command: { kind: 'announce-only', room: '#dev', on: true },
  });
  t.like(rooms(key('Down'), key('Down'), typed('o')).effects.at(-1), {
    command: { room: '#announcements', on: false },
  });
  t.like(rooms(key('End'), typed('x')).effects.at(-1), { command: { kind: 'lock', room: '#war-room', on: false } });
  const slow = rooms(typed('s'), key('Ctrl-U'), typed('0'), key('Enter'));
  t.like(slow.effects.at(-1), { command: { kind: 'slow', room: '#lobby', seconds: 0 } });
  t.like(slow.model.overlay, { is: 'list', of: 'rooms' });
  t.like(rooms(key('Down'), key('Enter')).model, { overlay: null, focus: 'log', log: { filter: '#dev' } });
  t.like(rooms(key('Down'), typed('e')).model, {
    overlay: null,
    focus: 'command',
    command: { text: 'broadcast #dev ' },
  });
});

test('in the rooms who may see one is changed, and its moderators are made and taken off', t => {
  const rooms = (...keys: readonly Msg[]) => play([...TOLD, key('F3'), ROOMS, key('Down'), ...keys]);
  const hidden = rooms(typed('v'), key('Ctrl-U'), typed('hidden'), key('Enter'));
  // The form has asked, and nothing asks twice.
  t.like(hidden.effects.at(-1), { command: { kind: 'visibility', room: '#dev', visibility: 'hidden' } });
  t.like(hidden.model.overlay, { is: 'list', of: 'rooms' });
  t.like(rooms(typed('v')).model.overlay, { value: { text: 'public' } });
  t.like(rooms(typed('v'), typed('x'), key('Enter')).model.overlay, { is: 'change', fault: { code: 'usage' } });
  const target = { to: 'name', name: 'dmitri' } as const;
  t.like(rooms(typed('m'), typed('@dmitri'), key('Enter')).effects.at(-1), {
    command: { kind: 'moderator', room: '#dev', target, on: true },
  });
  t.like(rooms(typed('m'), key('Enter')).model.overlay, { is: 'change', fault: { code: 'usage' } });
  t.like(rooms(typed('u'), key('Enter')).effects.at(-1), {
    command: { kind: 'moderator', room: '#dev', target: { to: 'name', name: 'bob' }, on: false },
  });
  // Where there is none, none is taken off.
  t.like(play([...TOLD, key('F3'), ROOMS, typed('u')]).model.overlay, { is: 'list' });
});

test('a clock in doubt is confirmed in the settings once it was asked; one that is right is not', t => {
  const clock = (...keys: readonly Msg[]) => play([...TOLD, key('F7'), ...keys]);
  const row = [typed('/'), typed('clock'), key('Enter')] as const;
  t.like(clock(SETTINGS, ...row, key('Enter')).model.overlay, { is: 'list' });
  const asking = clock(DOUBTED, ...row, key('Enter'));
  t.like(asking.model.overlay, { is: 'ask', command: { kind: 'confirm-clock' }, back: { is: 'list' } });
  t.like(clock(DOUBTED, ...row, typed('c'), key('Enter')).effects.at(-1), { command: { kind: 'confirm-clock' } });
});

test('a file is stopped where the list shows it, once it was asked by its name', t => {
  const list = (...keys: readonly Msg[]) => play([...TOLD, key('F5'), TRANSFERS, ...keys]);
  const [account, id] = ['a'.repeat(22), '00000000-0000-7000-8000-000000000012'];
  const asking = list(key('Down'), typed('x'));
  t.deepEqual(commands(asking.effects), []);
  t.like(asking.model.overlay, { is: 'ask', command: { kind: 'stop-file', about: { account, id } } });
  const { model } = asking;
  t.like(model.overlay?.is === 'ask' && questionOf(model.overlay.command, model), {
    name: 'build.tar.gz',
    params: { from: '李雷', to: 'alice' },
  });
  t.deepEqual(commands(list(key('Down'), key('Delete'), key('Enter')).effects), [
    { kind: 'stop-file', about: { account, id } },
  ]);
  // Whatever moves above it meanwhile.
  if (TRANSFERS.type !== 'answer' || TRANSFERS.answer.of !== 'transfers') return t.fail();
  const { files } = TRANSFERS.answer;
  const moved: Msg = { ...TRANSFERS, answer: { ...TRANSFERS.answer, files: files.toReversed() } };
  t.like(list(key('Down'), moved, typed('x'), key('Enter')).effects.at(-1), { command: { about: { id } } });
});

test('files on their way are asked for each second where they are to be seen: in the list, and below on a large screen', t => {
  const second: Msg = { type: 'stats', stats: STATS };
  const asks = (size: { width: number; height: number }, ...more: readonly Msg[]) =>
    play([SNAPSHOT, ...more], size).effects.filter(effect => effect.type === 'ask' && effect.query.of === 'transfers')
      .length;
  const [large, small] = [
    { width: 120, height: 34 },
    { width: 100, height: 30 },
  ];
  t.is(asks(small, second, second), 0);
  t.is(asks(large, second, second), 2);
  t.is(asks(small, key('F5'), second, second), 3);
  t.is(asks(large, key('F5'), second, second), 3);
});

test('a setting is changed in its list, and what is wrong is said there', t => {
  const change = (...keys: readonly Msg[]) =>
    play([...TOLD, key('F7'), SETTINGS, key('Down'), key('Enter'), key('Ctrl-U'), ...keys]);
  t.like(change(typed('99'), key('Enter')).effects.at(-1), {
    command: { kind: 'set', name: 'connections-per-address', value: 99 },
  });
  t.like(change(typed('many'), key('Enter')).model.overlay, { is: 'change', fault: { code: 'setting-invalid' } });
  t.like(change(key('Enter')).model.overlay, { is: 'change', fault: { code: 'usage' } });
  // Written in the form it was asked; what cannot be taken back asks all the same.
  t.like(change(typed('2'), key('Enter')).effects.at(-1), { command: { kind: 'set', value: 2 } });
  const retain = [
    ...TOLD,
    key('F7'),
    SETTINGS,
    typed('/'),
    typed('retain'),
    key('Enter'),
    key('Enter'),
    key('Ctrl-U'),
    typed('9'),
  ];
  t.like(play([...retain, key('Enter')]).model.overlay, {
    is: 'ask',
    command: { kind: 'retain' },
    back: { is: 'list' },
  });
  t.like(play([...TOLD, key('F7'), SETTINGS, key('End'), typed('u')]).model.overlay, {
    is: 'ask',
    command: { kind: 'exempt', network: '10.1.0.0/16', on: false },
  });
});

test('an act is taken back where something takes it back; `undo` takes the newest such act', t => {
  const audit = (...keys: readonly Msg[]) => play([...TOLD, key('F10'), AUDIT, ...keys, typed('u')]);
  t.like(commands(audit().effects)[0], { kind: 'unban' });
  t.deepEqual(commands(audit(key('Down')).effects), [], 'a deletion stays');
  t.like(commands(audit(key('Down'), key('Down')).effects)[0], { kind: 'unmute', room: '#lobby' });
  const undo = play([...TOLD, typed(':'), typed('undo'), key('Enter')]);
  t.deepEqual(commands(undo.effects), []);
  t.like(commands(play([...written('undo'), AUDIT]).effects), [{ kind: 'unban' }]);
  const nothing: Msg = { type: 'answer', answer: { of: 'audit', before: null, acts: [] } };
  t.is(play([...written('undo'), nothing]).model.notice?.code, 'dashboard.notice.nothing-to-undo');
});

test('acts come by pages: what joins is added, what does not is left out, and the newest are taken anew', t => {
  const acts = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => ({
      position: from + n,
      entry: { time: 1, kind: 'motd' as const, name: 'x' },
      undo: null,
    }));
  const at = (known: typeof NOTHING_KNOWN) => known.audit?.acts.map(({ position }) => position);
  const count = ACTS_ASKED;
  const first = learnt(NOTHING_KNOWN, { of: 'audit', before: null, acts: acts(count + 1, 2 * count) });
  t.false(first.audit?.whole);
  const all = learnt(first, { of: 'audit', before: count + 1, acts: acts(2, count) });
  t.true(all.audit?.whole);
  t.deepEqual(
    at(all),
    acts(2, 2 * count)
      .map(({ position }) => position)
      .toReversed(),
  );
  t.is(learnt(first, { of: 'audit', before: 5, acts: acts(1, 4) }).audit, first.audit);
  const newer = learnt(all, { of: 'audit', before: null, acts: acts(count + 4, 2 * count + 3) });
  t.deepEqual(
    at(newer),
    acts(2, 2 * count + 3)
      .map(({ position }) => position)
      .toReversed(),
  );
  const gap = learnt(all, { of: 'audit', before: null, acts: acts(5 * count, 6 * count - 1) });
  t.deepEqual(at(gap)?.length, count, 'with a gap it begins anew');
});

test('a line of the log is chosen by keys or by the mouse: its message is deleted, its author dealt with', t => {
  const chosen = [...TOLD, { type: 'log', entries: [WRITTEN] } as Msg, key('F4'), key('Up')];
  const asking = play([...chosen, typed('d')]);
  t.like(asking.model.overlay, { is: 'ask', command: { kind: 'delete', about: WRITTEN.ref } });
  t.deepEqual(commands(play([...chosen, key('Delete'), key('Enter')]).effects), [
    { kind: 'delete', about: WRITTEN.ref! },
  ]);
  t.like(play([...chosen, typed('k')]).model.overlay, { is: 'sanction', targets: [{ name: 'guest~7' }] });
  // One line up somebody has left: nothing that could be deleted.
  const other = play([...chosen, key('Up'), typed('d')]);
  t.is(other.model.overlay, null);
  t.is(other.model.notice?.code, 'dashboard.notice.no-message-picked');
  t.is(play([...chosen, key('Esc')]).model.log.picked, -1);
  t.is(play([...chosen, key('Down')]).model.log.state, 'following');
});

test('a message that was deleted says nothing in the log any more, also while that stands still', t => {
  const gone: Msg = {
    type: 'log',
    entries: [{ time: 2, kind: 'deleted', room: '#lobby', name: 'carol', ref: WRITTEN.ref! }],
  };
  for (const before of [[], [typed(' ')], [typed('/'), typed('buy'), key('Enter')]]) {
    const { model } = play([...BUSY, { type: 'log', entries: [...LOG, WRITTEN] }, key('F4'), ...before, gone]);
    const held = [...model.log.entries, ...model.log.waiting].filter(({ ref, kind }) => ref && kind === 'message');
    t.deepEqual(
      held.map(({ text, gone }) => [text, gone]),
      [['', true]],
    );
    t.false(model.log.shown.some(({ ref, text }) => ref && text === WRITTEN.text));
  }
});

test('in what is known of somebody they are kicked, banned, muted, given a role, and let speak again', t => {
  const about = (letter: string) =>
    play([...TOLD, key('Down'), key('Down'), typed('i'), PERSON, typed(letter)]).model.overlay;
  t.like(about('k'), { is: 'sanction', act: 'kick', back: { is: 'details' } });
  t.like(about('b'), { is: 'sanction', act: 'ban' });
  t.like(about('m'), { is: 'sanction', act: 'mute' });
  t.like(about('o'), { is: 'ask', command: { kind: 'role', role: 'operator' } });
  t.like(about('g'), { is: 'ask', command: { kind: 'role', role: 'guest' } });
  t.like(about('f'), { is: 'ask', command: { kind: 'release', name: 'guest~7' } });
  const lifted = play([...TOLD, key('Down'), key('Down'), typed('i'), PERSON, typed('u')]);
  t.like(commands(lifted.effects), [{ kind: 'unmute', room: '#lobby' }]);
  t.like(lifted.model.overlay, { is: 'details' });
  t.like(play(written('details @nobody-here')).effects.at(-1), { type: 'ask', query: { whom: '@nobody-here' } });
});

test('keys of the bar go from one list to another, and a letter of one is none of another', t => {
  t.like(play([...TOLD, key('F6'), BANS, key('F3')]).model.overlay, { is: 'list', of: 'rooms' });
  t.like(play([...TOLD, key('F3'), ROOMS, key('F10')]).model.overlay, { is: 'list', of: 'audit' });
  t.is(play([...TOLD, key('F3'), ROOMS, key('F4')]).model.overlay, null);
  t.deepEqual(commands(play([...TOLD, key('F7'), SETTINGS, typed('x')]).effects), []);
  // While a filter is being written letters are text.
  t.like(play([...TOLD, key('F6'), BANS, typed('/'), typed('u')]).model.overlay, { is: 'list', field: { text: 'u' } });
});

test('the users are sorted by what comes in and goes out', t => {
  const first = (column: string) =>
    play([...TOLD, typed(':'), typed(`sort ${column}`), key('Enter')]).model.table.shown[0]?.name;
  t.is(first('out'), 'frida');
  t.is(first('in'), 'alice');
  t.true(PEOPLE.length > 0);
});
