// Files on the chat screen: the list, the cards in the log, what is told, and the three ways to do each thing.
import test from 'ava';
import { FILE_KEYS, PICKER_KEYS } from '../../../src/tui/chat/keys.ts';
import { type Transfer, wantsAnswer } from '../../../src/tui/chat/model-files.ts';
import { isWordKey, say } from '../../../src/words/words.ts';
import { fileList, files, note, offer, several, told, transfer } from './file-scenes.ts';
import { busy, type Driver, entered, event, NOW, PEOPLE, TALK, whisper } from './scenes.ts';

const notice = (driver: Driver) => {
  const { code = '', params = {} } = driver.model.notice ?? {};
  return isWordKey(code) ? say(code, params) : code;
};

function at(driver: Driver, text: string): { readonly x: number; readonly y: number } {
  const rows = driver.rows();
  const y = rows.findIndex(row => row.includes(text));
  if (y < 0) throw new Error(`nowhere: ${text}\n${rows.join('\n')}`);
  return { x: rows[y]!.indexOf(text), y };
}

function click(driver: Driver, text: string) {
  const { x, y } = at(driver, text);
  return driver.mouse(x, y);
}

const accepts = (key: string, more: object = {}) => [
  { kind: 'accept', transfer: key, folder: null, always: false, ...more },
];
const does = (what: string, { key }: Transfer) => [{ kind: 'file', do: what, transfer: key }];

test('every key of files has its words', t => {
  const rows = [...FILE_KEYS, ...PICKER_KEYS];
  t.deepEqual(
    rows.map(row => row.help).filter(key => !isWordKey(key)),
    [],
  );
});

test('an offer is told once, and answered by a key, a command, the mouse or its card', t => {
  const one = transfer('plan', { file: note('plan.pdf') });
  const offered = () => {
    const driver = entered();
    told(driver);
    driver.send(offer('bob', 'plan', note('plan.pdf'), 1024 * 1024, TALK));
    told(driver, one);
    return driver;
  };
  const driver = offered();
  t.is(notice(driver), 'bob offers you plan.pdf (1.0 MB): Alt-X answers.');
  driver.type('x');
  told(driver, one);
  t.is(driver.model.notice, null);
  driver.key('Alt-X');
  t.deepEqual(driver.type('a'), accepts(one.key));
  t.deepEqual(driver.type('A'), accepts(one.key, { always: true }));
  t.deepEqual(driver.type('d'), does('decline', one));
  t.deepEqual(driver.key('Enter'), accepts(one.key));
  t.deepEqual(click(driver, 'a accept'), accepts(one.key));
  t.deepEqual(offered().say('/accept'), accepts(one.key));
  t.deepEqual(offered().say('/accept PLAN'), accepts(one.key));
  t.deepEqual(offered().say('/decline'), does('decline', one));
  const other = offered();
  t.deepEqual(other.say('/accept other'), []);
  t.regex(notice(other), /other/);
  // In the log: message mode at the card, or a click on it.
  const talk = offered();
  talk.say('/go @bob');
  t.deepEqual(click(talk, 'd decline'), does('decline', one));
  talk.key('Alt-M');
  t.deepEqual(talk.type('a'), accepts(one.key));
  t.is(talk.model.picked, null);
});

test('only what fits a file is done about it: letters that mean nothing now do nothing', t => {
  const driver = entered();
  const states: readonly (readonly [Transfer, string])[] = [
    [transfer('a'), 'aAd'],
    [transfer('b', { side: 'send' }), 'x'],
    [transfer('c', { state: 'running' }), 'px'],
    [transfer('d', { state: 'waiting' }), 'px'],
    [transfer('e', { state: 'paused' }), 'rx'],
    [transfer('f', { state: 'failed', reason: { code: 'disk-full', params: {} } }), 'rx'],
    [transfer('g', { state: 'kept', side: 'send' }), 'x'],
    [transfer('h', { state: 'done', path: '/d/h.bin' }), 'f'],
    [transfer('i', { state: 'done', side: 'send' }), ''],
    [transfer('j', { state: 'declined', side: 'send' }), ''],
  ];
  for (const [one, letters] of states) {
    told(driver, one);
    for (const letter of 'aAdprxf') {
      driver.key('Esc', 'Esc', 'Alt-X');
      const asked =
        driver.type(letter).length > 0 || (driver.model.overlay?.is === 'files' && driver.model.overlay.asking);
      t.is(asked, letters.includes(letter), `${one.state} ${one.side}: ${letter}`);
    }
    driver.key('Esc', 'Esc');
  }
});

test('ending a file asks first', t => {
  const driver = fileList();
  const [, moving] = driver.model.files.transfers;
  t.deepEqual(driver.type('x'), []);
  t.regex(driver.screen(), /End notes\.pdf for good\?/);
  t.deepEqual(driver.type('n'), []);
  t.notRegex(driver.screen(), /for good/);
  driver.type('x');
  t.deepEqual(driver.type('y'), does('cancel', moving!));
});

test('the list keeps to the selected file while others come and go', t => {
  const driver = fileList();
  driver.key('Down');
  const key = () => (driver.model.overlay?.is === 'files' ? driver.model.overlay.selected : null);
  const selected = key();
  told(driver, transfer('new', { state: 'offered' }), ...several());
  t.is(key(), selected);
  t.regex(driver.screen(), /▌ ↓ build\.tar\.gz/);
  t.deepEqual(driver.type('p'), does('pause', several()[1]!));
  // It is gone: the first one is meant, and that one is to be answered.
  told(driver, several()[3]!);
  t.deepEqual(driver.type('p'), []);
  t.deepEqual(driver.type('a'), accepts(several()[3]!.key));
  told(driver);
  t.regex(driver.screen(), /No file is on its way/);
  t.deepEqual(driver.key('Enter', 'Up', 'Down'), []);
});

test('what is to be answered stands first, what is over last and the latest of it first', t => {
  const driver = entered();
  told(
    driver,
    transfer('old', { state: 'done', path: '/x' }),
    transfer('up', { state: 'running', side: 'send' }),
    transfer('late', { state: 'failed' }),
    transfer('down', { state: 'waiting' }),
    transfer('ask'),
  );
  t.deepEqual(
    driver.model.files.transfers.map(({ about }) => about.id),
    ['ask', 'up', 'down', 'late', 'old'],
  );
});

test('what becomes of a file is told: where it is, who has it, why it failed', t => {
  const driver = entered();
  const running = transfer('plan', { state: 'running' });
  const sent = transfer('mine', { state: 'running', side: 'send' });
  told(driver, running, sent);
  const becomes = (...all: readonly Transfer[]) => {
    told(driver, running, sent);
    driver.type('x');
    told(driver, ...all);
    return notice(driver);
  };
  t.is(
    becomes({ ...running, state: 'done', path: '/home/alice/Downloads/plan (1).bin' }, sent),
    'plan.bin from bob is here: /home/alice/Downloads/plan (1).bin',
  );
  t.is(becomes(running, { ...sent, state: 'done', received: ['bob'] }), 'mine.bin: bob has it');
  const full = { code: 'disk-full', params: { folder: '/d', reason: 'ENOSPC' } };
  t.regex(becomes({ ...running, state: 'failed', reason: full }, sent), /^plan\.bin: .*\/d/);
  t.true(driver.model.notice?.bad);
  t.regex(becomes(running, { ...sent, state: 'declined' }), /bob does not want it/);
  t.regex(becomes(running, { ...sent, state: 'expired' }), /send it again/);
  t.regex(becomes({ ...running, state: 'withdrawn' }, sent), /bob took it back/);
  // What one did oneself one knows.
  t.is(becomes({ ...running, state: 'declined' }, { ...sent, state: 'withdrawn' }), '');
});

test('what was over before one came is no news and is not in the side pane, what waits for an answer is', t => {
  const driver = entered();
  told(driver, transfer('old', { state: 'failed' }), transfer('done', { state: 'done', path: '/x' }));
  t.is(driver.model.notice, null);
  t.notRegex(driver.screen(), /FILES/);
  driver.key('Alt-X');
  t.regex(driver.screen(), /✗ old\.bin/);
  const other = entered();
  told(other, transfer('one'), transfer('two'));
  t.regex(notice(other), /^2 files wait for your answer: Alt-X/);
  t.regex(other.screen(), /FILES +2 to answer/);
});

test('a card says what became of its offer, whether a transfer tells it or the log alone', t => {
  const driver = entered();
  driver.say('/go @bob');
  const about = (id: string) => ({ account: PEOPLE.bob, id });
  const to = { account: PEOPLE.alice, name: 'alice' };
  driver.send(
    // What became of the first one is heard before it.
    { kind: 'event', event: event(TALK, 'alice', NOW, { kind: 'received', about: about('one'), to }) },
    offer('bob', 'one', note('one.txt'), 5, TALK),
    offer('bob', 'two', note('two.txt'), 5, TALK),
    { kind: 'event', event: event(TALK, 'bob', NOW, { kind: 'withdrawn', about: about('two'), why: 'withdrawn', to }) },
    offer('bob', 'three', note('three.txt'), 5, TALK),
    { kind: 'event', event: event(TALK, 'bob', NOW, { kind: 'withdrawn', about: about('three'), why: 'expired', to }) },
    offer('alice', 'four', note('four.txt'), 5, TALK),
    {
      kind: 'event',
      event: event(TALK, 'bob', NOW, { kind: 'declined', about: { account: PEOPLE.alice, id: 'four' }, to }),
    },
  );
  const below = (name: string) => {
    const rows = driver.rows();
    return rows[rows.findIndex(row => row.includes(name)) + 1]!.slice(40).trim();
  };
  t.is(below('one.txt'), 'you have it');
  t.is(below('two.txt'), 'bob took it back');
  t.is(below('three.txt'), 'it was not fetched in time; ask for it again');
  t.is(below('four.txt'), 'bob does not want it');
  const four = transfer('four', { side: 'send', state: 'running', size: 200, done: 100, rate: 50 });
  told(driver, four);
  t.regex(below('four.txt'), /50 %/);
  t.deepEqual(click(driver, 'p pause'), does('pause', four));
});

test('an offer is read back with what became of it, counts as unread, and is copied by its name', t => {
  const driver = entered();
  const other = whisper('bob', 'hello');
  const [offered] = [offer('bob', 'one', note('one.txt'), 5, TALK)];
  driver.send({ kind: 'event', event: other }, offered);
  t.is(driver.model.chats.get(PEOPLE.bob)?.unread, 2);
  driver.say('/go @bob');
  driver.key('Alt-M');
  t.deepEqual(driver.type('y'), [{ kind: 'copy', text: 'one.txt' }]);
  // A page from before: what became of its offers is in it, or came long ago.
  const older = offer('bob', 'old', note('old.txt'), 5, TALK);
  const about = { account: PEOPLE.bob, id: 'old' };
  const had = event(
    TALK,
    'alice',
    NOW,
    { kind: 'received', about, to: { account: PEOPLE.bob, name: 'bob' } },
    null,
    -2,
  );
  if (older.kind !== 'event') return t.fail();
  const events = [{ ...older.event, position: -4 }, had];
  driver.send({ kind: 'page', conversation: TALK, events, more: false, direction: 'older' });
  driver.key('Alt-Home');
  t.regex(driver.screen(), /old\.txt.*\n.*you have it/);
});

test('all files in one line where there is no side pane', t => {
  const driver = files({ width: 60, height: 20 });
  t.regex(driver.rows()[0]!, /▤ 1 ↑ 2 ↓ 1 · 42 %/);
  const x = driver.rows()[0]!.indexOf('▤');
  driver.mouse(x, 0);
  t.is(driver.model.overlay?.is, 'files');
});

test('a click in the side pane opens the list at that file', t => {
  const driver = files();
  click(driver, '‖ 照片 2026 → carol');
  t.deepEqual(driver.model.overlay, { is: 'files', selected: several()[2]!.key, details: false, asking: false });
  // A second click on its row tells all about it.
  click(driver, '照片 2026');
  t.regex(driver.screen(), /size +214 files, 700 MB/);
  driver.key('Esc');
  t.is(driver.model.overlay?.is, 'files');
  driver.key('Esc');
  t.is(driver.model.overlay, null);
});

test('a speed limit is set, told and lifted', t => {
  const driver = busy();
  t.deepEqual(driver.say('/rate 2M'), [{ kind: 'rate', bytes: 2 * 1024 * 1024 }]);
  t.is(notice(driver), 'Each file takes at most 2.0 MB/s; /rate off lifts that.');
  driver.send({ kind: 'file-settings', cap: 2 * 1024 * 1024, downloads: '/d' });
  t.deepEqual(driver.say('/rate'), []);
  t.regex(notice(driver), /2\.0 MB/);
  driver.key('Alt-X');
  t.regex(driver.screen(), /Files · at most 2\.0 MB\/s/);
  driver.key('Esc');
  t.deepEqual(driver.say('/rate off'), [{ kind: 'rate', bytes: null }]);
  for (const wrong of ['/rate fast', '/rate 0', '/rate -1', '/rate 1e3']) {
    t.deepEqual(driver.say(wrong), [], wrong);
    driver.key('Ctrl-U');
  }
  t.deepEqual(driver.say('/downloads'), []);
  t.regex(notice(driver), /\/d/);
  t.deepEqual(driver.say("/downloads '/srv/my files'"), [{ kind: 'downloads', folder: '/srv/my files' }]);
  t.deepEqual(driver.say('/downloads /srv/my files'), [{ kind: 'downloads', folder: '/srv/my files' }]);
});

test('finished ones are cleared, and only those', t => {
  const driver = files();
  driver.key('Alt-X');
  t.deepEqual(driver.type('c'), [{ kind: 'clear-files' }]);
  told(driver, ...several().filter(each => wantsAnswer(each)));
  t.deepEqual(driver.type('c'), []);
});

test('a click on what was possible a moment ago does nothing but say so', t => {
  const driver = entered();
  const one = transfer('plan');
  told(driver, { ...one, state: 'running' });
  const event = {
    type: 'mouse',
    action: 'press',
    button: 'left',
    x: 0,
    y: 0,
    ctrl: false,
    alt: false,
    shift: false,
  } as const;
  const press = (key: string) =>
    driver.send({ kind: 'input', event, target: { on: 'file', transfer: key, do: 'accept' } });
  t.deepEqual(press(one.key), []);
  t.regex(notice(driver), /not possible/);
  t.deepEqual(press('gone'), []);
});

test('each thing that a key does about a file, a command does too', t => {
  const all = [
    transfer('plan'),
    transfer('moving', { state: 'running' }),
    transfer('more', { state: 'running' }),
    transfer('still', { state: 'paused' }),
    transfer('here', { state: 'done', path: '/d/here.bin' }),
  ] as const;
  const [plan, moving, more, still, here] = all;
  const after = (line: string) => {
    const driver = entered();
    told(driver, ...all);
    const asked = driver.say(line);
    return { driver, asked };
  };
  t.deepEqual(after('/accept always').asked, accepts(plan.key, { always: true }));
  t.like(after('/accept into plan').asked, [{ kind: 'list-folder' }]);
  t.deepEqual(after('/pause').asked, does('pause', moving));
  t.deepEqual(after('/pause MORE').asked, does('pause', more));
  t.deepEqual(after('/resume').asked, does('resume', still));
  t.deepEqual(after('/show here').asked, does('open', here));
  t.deepEqual(after('/files clear').asked, [{ kind: 'clear-files' }]);
  const { driver } = after('/cancel mo');
  t.regex(driver.screen(), /End moving\.bin for good/);
  t.deepEqual(driver.type('y'), does('cancel', moving));
  const none = after('/pause plan');
  t.deepEqual(none.asked, []);
  t.regex(notice(none.driver), /no file plan/);
  // What of a file a key can do: nothing is without a command.
  const commands = ['accept', 'always', 'folder', 'decline', 'pause', 'resume', 'cancel', 'open', 'details', 'clear'];
  t.deepEqual(FILE_KEYS.map(row => row.action).sort(), commands.sort());
});
