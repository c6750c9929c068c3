// Choosing what to send: the picker, /send, completion of paths, and what is dropped into the composer.
import test from 'ava';
import fc from 'fast-check';
import { currentChat } from '../../../src/tui/chat/model.ts';
import type { FolderEntry } from '../../../src/tui/chat/model-files.ts';
import { asWord, pastedPaths, shellWords } from '../../../src/tui/chat/paths.ts';
import { dropped, entry, listed, told, transfer } from './file-scenes.ts';
import { type Driver, entered, NOW, PEOPLE } from './scenes.ts';

const draft = (driver: Driver) => currentChat(driver.model)?.draft.text ?? '';
const texts = (line: string) => shellWords(line).map(word => word.text);

type Entry = readonly [name: string, more?: Partial<FolderEntry>];

function open(entries: readonly Entry[] = []): Driver {
  const driver = entered();
  driver.key('Ctrl-O');
  listed(
    driver,
    entries.map(each => entry(...each)),
  );
  return driver;
}

const HERE: readonly Entry[] = [['docs', { folder: true }], ['a.txt'], ['b.txt'], ['.hidden']];
const sends = (paths: readonly string[], to: object = { to: 'room', room: '#lobby' }, who = '#lobby', away = true) => [
  { kind: 'offer', target: to, who, away, paths },
];

test('a file is sent by opening the picker, going to it and pressing Enter', t => {
  const driver = entered();
  const [asked] = driver.key('Ctrl-O');
  t.like(asked, { kind: 'list-folder', folder: '', into: null });
  t.regex(driver.screen(), /Send to #lobby[\s\S]*reading/);
  listed(
    driver,
    HERE.map(each => entry(...each)),
  );
  t.notRegex(driver.screen(), /hidden/);
  driver.key('Down', 'Down');
  t.deepEqual(driver.key('Enter'), sends(['/home/alice/src/a.txt']));
  t.is(driver.model.overlay, null);
  t.regex(driver.screen(), /Offering \/home\/alice\/src\/a\.txt to #lobby/);
});

test('several are marked, whole folders too, and sent with the one where one is', t => {
  const driver = open(HERE);
  driver.key('Down');
  driver.type(' ');
  driver.type(' ');
  t.regex(driver.screen(), /2 chosen/);
  t.deepEqual(driver.key('Enter'), sends(['docs', 'a.txt', 'b.txt'].map(name => `/home/alice/src/${name}`)));
  // What is chosen stays chosen in other folders, and is unchosen again.
  const other = open(HERE);
  other.key('Down', 'Down');
  other.type(' ');
  other.key('Up', 'Up');
  t.like(other.key('Enter')[0], { kind: 'list-folder', folder: '/home/alice/src/docs' });
  listed(other, [entry('c.txt', { path: '/home/alice/src/docs/c.txt' })], '/home/alice/src/docs');
  other.key('Down');
  other.type(' ');
  other.type(' ');
  const marked = () => (other.model.overlay?.is === 'send-file' ? [...other.model.overlay.marked.keys()] : []);
  t.deepEqual(marked(), ['/home/alice/src/a.txt']);
  const y = other.rows().findIndex(row => row.includes('1 chosen'));
  t.deepEqual(other.mouse(other.rows()[y]!.indexOf('1 chosen'), y), sends(['/home/alice/src/a.txt']));
});

test('letters look among the names, Tab completes them, a slash goes along a path', t => {
  const driver = open([['docs', { folder: true }], ['report-1.txt'], ['report-2.txt'], ['other']]);
  driver.type('rep');
  t.regex(driver.screen(), /▌ +report-1\.txt.*\n.* report-2\.txt/);
  t.notRegex(driver.screen(), /docs\/|other/);
  driver.key('Tab');
  t.regex(driver.screen(), /› report-/);
  driver.type('2');
  t.deepEqual(driver.key('Enter'), sends(['/home/alice/src/report-2.txt']));
  const other = open([['docs', { folder: true }], ['dot']]);
  other.type('doc');
  t.like(other.key('Tab')[0], { kind: 'list-folder', folder: '/home/alice/src/docs', into: null });
  const typed = open([['docs', { folder: true }]]);
  t.like(typed.type('~/'), [{ kind: 'list-folder', folder: '/home/alice/src', into: '~/' }]);
  const pasted = open();
  const path = { kind: 'input', event: { type: 'paste', text: '/srv/data/x.iso' }, target: undefined } as const;
  t.like(pasted.send(path), [{ kind: 'list-folder', into: '/srv/data/' }]);
  t.is(pasted.model.overlay?.is === 'send-file' ? pasted.model.overlay.filter.text : '', 'x.iso');
});

test('Backspace goes up when nothing is written, to where one was; before that it is the field’s', t => {
  const driver = open([['docs', { folder: true }]]);
  driver.type('x');
  t.deepEqual(driver.key('Backspace'), []);
  t.like(driver.key('Backspace')[0], { kind: 'list-folder', folder: '/home/alice', into: null });
  listed(
    driver,
    [
      entry('music', { folder: true, path: '/home/alice/music' }),
      entry('src', { folder: true, path: '/home/alice/src' }),
    ],
    '/home/alice',
  );
  t.regex(driver.screen(), /▌ ▸ src\//);
});

test('hidden files are shown by a key, or by writing a dot', t => {
  const driver = open(HERE);
  driver.key('Alt-H');
  t.regex(driver.screen(), /\.hidden/);
  driver.key('Alt-H');
  t.notRegex(driver.screen(), /\.hidden/);
  driver.type('.h');
  t.regex(driver.screen(), /▌ +\.hidden/);
});

test('a folder that cannot be read is told, and one stays where one is; an old listing is nothing', t => {
  const driver = open([['docs', { folder: true }]]);
  driver.key('Down', 'Enter');
  const asked = driver.effects.at(-1);
  if (asked?.kind !== 'list-folder') return t.fail();
  const problem = { code: 'folder-unusable', params: { folder: '/home/alice/src/docs', reason: 'EACCES' } };
  const answer = {
    kind: 'listing',
    folder: '/home/alice/src',
    above: null,
    entries: [],
    more: false,
    problem,
  } as const;
  driver.send({ ...answer, ref: asked.ref - 1 });
  t.notRegex(driver.screen(), /EACCES/);
  driver.send({ ...answer, ref: asked.ref });
  t.regex(driver.screen(), /docs cannot be used \(EACCES\)/);
  driver.key('Esc');
  driver.send({ ...answer, ref: asked.ref });
  t.is(driver.model.overlay, null);
});

test('what is offered goes into another folder: that is chosen among folders', t => {
  const driver = entered();
  told(driver, transfer('plan'));
  driver.key('Alt-X');
  driver.type('o');
  listed(
    driver,
    HERE.map(each => entry(...each)),
  );
  t.regex(driver.screen(), /Put plan\.bin into/);
  t.notRegex(driver.screen(), /a\.txt/);
  driver.key('Down', 'Down', 'Enter');
  listed(driver, [], '/home/alice/src/docs');
  t.deepEqual(driver.key('Enter'), [
    { kind: 'accept', transfer: transfer('plan').key, folder: '/home/alice/src/docs', always: false },
  ]);
  t.is(driver.model.overlay?.is, 'files');
});

test('/send takes paths as a shell does, to this chat or to somebody', t => {
  const bob = { to: 'account', account: PEOPLE.bob };
  const say = (line: string) => entered().say(line);
  t.deepEqual(say("/send a.txt 'b c.txt' d\\ e ~/f"), sends(['a.txt', 'b c.txt', 'd e', '~/f']));
  const driver = entered();
  t.deepEqual(driver.say('/send @bob "my notes.pdf"').at(-1), sends(['my notes.pdf'], bob, 'bob', false)[0]);
  t.is(driver.model.current, PEOPLE.bob);
  t.deepEqual(entered().say('/send @eve x').at(-1), sends(['x'], { to: 'account', account: PEOPLE.eve }, 'eve')[0]);
  t.deepEqual(say('/send #dev x').at(-1), sends(['x'], { to: 'room', room: '#dev' }, '#dev')[0]);
  t.deepEqual(say("/send '@bob' './#dev'"), sends(['@bob', './#dev']));
  t.like(say('/send'), [{ kind: 'list-folder' }]);
  const picking = entered();
  picking.say('/send @bob');
  t.regex(picking.screen(), /Send to bob/);
  t.deepEqual(say('/send @nobody x'), []);
  const lost = entered();
  lost.send({ kind: 'link', link: { state: 'waiting', retryAt: NOW, code: 'connection-lost', params: {} } });
  t.deepEqual(lost.say('/send a.txt'), []);
  t.regex(lost.screen(), /no connection/);
  t.deepEqual(say('/send #random x'), [], 'a room that one is not in');
});

test('Tab completes the path of /send; who writes on meanwhile is not disturbed', t => {
  const driver = entered();
  driver.type('/send @bob dist/tch');
  const [asked] = driver.key('Tab');
  t.like(asked, { kind: 'complete-path', path: 'dist/tch' });
  if (asked?.kind !== 'complete-path') return t.fail();
  driver.send({ kind: 'completed-path', ref: asked.ref, choices: ['dist/tchat 1.tgz'] });
  t.is(draft(driver), '/send @bob dist/tchat\\ 1.tgz ');
  const [next] = driver.key('Tab');
  t.like(next, { kind: 'complete-path', path: '' });
  driver.type('x');
  if (next?.kind !== 'complete-path') return t.fail();
  driver.send({ kind: 'completed-path', ref: next.ref, choices: ['other'] });
  t.is(draft(driver), '/send @bob dist/tchat\\ 1.tgz x');
  // Several go around; a folder is written on from.
  const around = entered();
  around.type('/send d');
  const [which] = around.key('Tab');
  if (which?.kind !== 'complete-path') return t.fail();
  around.send({ kind: 'completed-path', ref: which.ref, choices: ['dist/', 'docs/'] });
  t.is(draft(around), '/send dist/');
  around.key('Tab');
  t.is(draft(around), '/send docs/');
  // A name is completed as everywhere.
  const named = entered();
  named.type('/send @bo');
  t.deepEqual(named.key('Tab'), []);
  t.is(draft(named), '/send @bob ');
});

test('paths that are dropped are offered to be sent: Enter sends, Esc leaves the text', t => {
  const driver = dropped();
  t.regex(driver.screen(), /Send my notes\.pdf \(2\.1 MB\) to #lobby\?/);
  t.is(draft(driver), '');
  t.deepEqual(driver.key('Enter'), sends(['/home/alice/src/my notes.pdf']));
  t.is(driver.model.dropped, null);
  const left = dropped();
  t.deepEqual(left.key('Esc'), []);
  t.is(draft(left), "'/home/alice/my notes.pdf'");
  // Whoever writes on has meant the text.
  const written = dropped();
  written.type('!');
  t.is(draft(written), "'/home/alice/my notes.pdf'!");
});

test('a paste that is no path, or of what is not there, is text; nothing that is typed meanwhile is lost', t => {
  const paste = (driver: Driver, text: string) =>
    driver.send({ kind: 'input', event: { type: 'paste', text }, target: undefined });
  const driver = entered();
  t.deepEqual(paste(driver, 'see /etc/passwd'), []);
  t.is(draft(driver), 'see /etc/passwd');
  const gone = entered();
  const [asked] = paste(gone, '/etc/gone');
  if (asked?.kind !== 'look-at') return t.fail();
  t.deepEqual(asked.readings, [['/etc/gone']]);
  gone.send({ kind: 'looked-at', ref: asked.ref, files: null });
  t.is(draft(gone), '/etc/gone');
  const typed = entered();
  const [late] = paste(typed, '/etc/gone');
  typed.type(' or so');
  if (late?.kind !== 'look-at') return t.fail();
  typed.send({ kind: 'looked-at', ref: late.ref, files: [entry('gone')] });
  t.is(draft(typed), '/etc/gone or so');
  t.is(typed.model.dropped, null);
});

test('a paste is read as terminals write it: quoted, escaped, as URIs, or a path a line', t => {
  t.deepEqual(pastedPaths('\'/a b\' /c\\ d "/e f" '), [['/a b', '/c d', '/e f']]);
  t.deepEqual(pastedPaths('file:///a%20b\nfile://localhost/c'), [['/a b', '/c']]);
  t.deepEqual(pastedPaths('/a b\n/c d'), [['/a b', '/c d']]);
  t.deepEqual(pastedPaths('/a /b'), [['/a', '/b'], ['/a /b']]);
  t.deepEqual(pastedPaths('~/a'), [['~/a']]);
  for (const text of [
    '',
    ' ',
    'a',
    '/',
    'https://x/y',
    'file://other/x',
    'file:///%00',
    'file:///%zz',
    'x\n/a',
    '/help me',
  ])
    t.false(
      pastedPaths(text).some(reading => reading.length > 1 || !text.includes(' ')),
      text,
    );
});

test('words of a line: quotes, backslashes, and back again', t => {
  t.deepEqual(texts(`a 'b c' "d \\" e" f\\ g "open`), ['a', 'b c', 'd " e', 'f g', 'open']);
  t.deepEqual(texts(`"a\\b" '\\' end\\`), ['a\\b', '\\', 'end\\']);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 })), paths => {
      t.deepEqual(texts(paths.map(asWord).join(' ')), paths);
    }),
    { numRuns: 300 },
  );
});
