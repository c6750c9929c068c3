// Keys, commands and the mouse: the same things done three ways.
import test from 'ava';
import { lineForms } from '../../../src/chat/line.ts';
import { OWN_COMMANDS } from '../../../src/tui/chat/commands.ts';
import { choicesOf, scoreOf } from '../../../src/tui/chat/go-to.ts';
import { chatKeys, FILE_KEYS, HINTS, PICK_KEYS, PICKER_KEYS } from '../../../src/tui/chat/keys.ts';
import { marksOf, mentionOf } from '../../../src/tui/chat/markup.ts';
import { chatOf, currentChat } from '../../../src/tui/chat/model.ts';
import { EDITOR_KEYS } from '../../../src/tui/kit/editor.ts';
import { keyTable } from '../../../src/tui/kit/keys.ts';
import { isWordKey, say } from '../../../src/words/words.ts';
import { busy, type Driver, entered, goTo, help, message, PEOPLE, SCENES, start } from './scenes.ts';

function draft(driver: Driver): string {
  return currentChat(driver.model)?.draft.text ?? '';
}

test('no key of the chat is one of the editor', t => {
  const editing = keyTable(EDITOR_KEYS);
  const twice = chatKeys()
    .rows.flatMap(row => [row.key].flat())
    .filter(key => editing.actionOf(key) !== undefined);
  t.deepEqual(twice, []);
});

test('every key, hint and command has its words', t => {
  const keys = [...chatKeys().rows, ...EDITOR_KEYS, ...OWN_COMMANDS, ...lineForms('owner')].map(row => row.help);
  const hints = HINTS.map(({ action }) => `chat.hint.${action}`);
  t.deepEqual(
    [...keys, ...hints].filter(key => !isWordKey(key)),
    [],
  );
});

test('no name of a command of the screen is one of the server’s', t => {
  const names = (rows: readonly { name: string; aliases: readonly string[] }[]) =>
    rows.flatMap(row => [row.name, ...row.aliases]);
  const all = [...names(OWN_COMMANDS), ...names(lineForms('owner'))];
  t.is(new Set(all).size, all.length);
});

test('the help names every key and every command', t => {
  const driver = help({ width: 200, height: 100 });
  const screen = driver.screen();
  for (const row of [...OWN_COMMANDS, ...lineForms('owner')]) t.true(screen.includes(`/${row.name}`), row.name);
  for (const row of [...chatKeys().rows, ...EDITOR_KEYS]) {
    const [key = ''] = [row.key].flat();
    t.true(screen.includes(/^Alt-[2-9]$/.test(key) ? 'Alt-1…9' : key), key);
  }
  for (const { help: words } of [...PICK_KEYS, ...FILE_KEYS, ...PICKER_KEYS]) {
    t.true(isWordKey(words) && screen.includes(say(words).slice(0, 30)), words);
  }
});

test('a key of the configuration takes the place of the usual one, in hints and help too', t => {
  const driver = entered({ keys: { 'go-to': 'Ctrl-G' } });
  t.regex(driver.screen(), /Ctrl-G go to/);
  driver.key('Ctrl-G');
  t.is(driver.model.overlay?.is, 'go-to');
});

test('go-to finds rooms, people and rooms not joined by a few letters', t => {
  const { model } = entered();
  const found = (filter: string) =>
    choicesOf(model, filter).map(choice => (choice.is === 'chat' ? choice.title : `${choice.is} ${choice.room}`));
  t.is(found('dev')[0], '#dev');
  t.is(found('cib')[0], '#ci-builds');
  t.is(found('@bo')[0], 'bob');
  t.is(found('李')[0], '李雷');
  t.is(found('rand')[0], 'join #random');
  t.is(found('#new').at(-1), 'make #new');
  t.is(scoreOf('#dev', 'x'), null);
  t.deepEqual(found('@nobody'), []);
});

test('Enter in go-to opens a chat, joins a room, or makes one; Esc leaves everything as it was', t => {
  const driver = goTo();
  driver.key('Enter');
  t.is(driver.model.current, PEOPLE.bob);
  driver.key('Alt-G');
  driver.type('random');
  t.like(driver.key('Enter').at(-1), { kind: 'send', command: { kind: 'join', room: '#random' } });
  driver.key('Alt-G');
  driver.type('zzz');
  t.like(driver.key('Enter').at(-1), { kind: 'send', command: { kind: 'join', room: '#zzz' } });
  driver.key('Alt-G', 'Esc');
  t.is(driver.model.overlay, null);
  t.is(driver.model.current, PEOPLE.bob);
});

test('Tab completes commands, names and rooms, and goes on through the choices', t => {
  const driver = busy();
  driver.type('/jo');
  driver.key('Tab');
  t.is(draft(driver), '/join ');
  driver.type('#r');
  driver.key('Tab');
  t.is(draft(driver), '/join #release ');
  driver.key('Tab');
  t.is(draft(driver), '/join #random ');
  driver.key('Shift-Tab');
  t.is(draft(driver), '/join #release ');
  driver.key('Ctrl-U');
  driver.type('c');
  driver.key('Tab');
  t.is(draft(driver), '@carol: ');
  driver.type('ask @d');
  driver.key('Tab');
  t.is(draft(driver), '@carol: ask @dmitri ');
  driver.key('Ctrl-U');
  driver.type('/theme l');
  driver.key('Tab');
  t.is(draft(driver), '/theme light');
});

test('a command that is not right is explained and stays in the composer', t => {
  const driver = entered();
  driver.say('/join');
  t.regex(driver.screen(), /Usage: \/join #ROOM/);
  t.is(draft(driver), '/join');
  driver.key('Ctrl-U');
  driver.say('/nonsense');
  t.regex(driver.screen(), /no command \/nonsense/);
  driver.key('Ctrl-U');
  driver.say('/mouse constructor');
  t.regex(driver.screen(), /Usage: \/mouse/);
});

test('two slashes say a text that begins with one', t => {
  const driver = entered();
  t.like(driver.say('//etc').at(-1), { kind: 'send', command: { kind: 'post', body: { text: '/etc' } } });
});

test('Ctrl-C empties the composer first and quits with nothing written; Ctrl-Y brings it back', t => {
  const driver = entered();
  driver.type('precious');
  t.deepEqual(driver.key('Ctrl-C'), []);
  t.is(draft(driver), '');
  driver.key('Ctrl-Y');
  t.is(draft(driver), 'precious');
  driver.key('Ctrl-C');
  t.deepEqual(driver.key('Ctrl-C'), [{ kind: 'quit' }]);
  t.deepEqual(entered().key('Ctrl-C'), [{ kind: 'quit' }]);
});

test('Ctrl-D on an empty composer does nothing', t => {
  const driver = entered();
  t.deepEqual(driver.key('Ctrl-D'), []);
  t.is(draft(driver), '');
});

test('message mode picks lines and copies what was said, nothing of how it is shown', t => {
  const driver = busy();
  driver.key('Alt-M');
  driver.key('Up', 'Up');
  t.deepEqual(driver.type('y'), [
    { kind: 'copy', text: '$ git tag -s v1.4.0 -m "one point four"\n$ git push origin v1.4.0' },
  ]);
  t.is(driver.model.picked, null);
  driver.key('Alt-M', 'Esc');
  t.is(driver.model.picked, null);
  t.is(draft(driver), '');
});

test('typing in message mode writes nothing', t => {
  const driver = busy();
  driver.key('Alt-M');
  driver.type('hello');
  t.is(draft(driver), '');
});

test('the plain view leaves the mouse to the terminal and gives it back', t => {
  const driver = busy();
  t.deepEqual(driver.key('F2'), [{ kind: 'mouse', on: false }]);
  t.notRegex(driver.screen(), /ROOMS/);
  t.deepEqual(driver.key('F2'), [{ kind: 'mouse', on: true }]);
  t.regex(driver.screen(), /ROOMS/);
});

test('/theme, its key and a wrong name', t => {
  const driver = entered();
  t.deepEqual(driver.say('/theme light'), [{ kind: 'theme', name: 'light' }]);
  t.deepEqual(driver.key('F9'), [{ kind: 'theme', name: 'dark' }]);
  t.deepEqual(driver.say('/theme pink'), []);
  t.regex(driver.screen(), /There is no theme pink/);
});

/** The cell where a text begins on the screen. */
function find(driver: Driver, text: string): readonly [number, number] {
  for (const [y, row] of driver.rows().entries()) {
    if (row.includes(text)) return [row.indexOf(text), y];
  }
  throw new Error(`${text} is not on the screen`);
}

test('a click opens a room or a person, joins a room, runs a hint, scrolls to the newest line', t => {
  const driver = entered();
  driver.mouse(...find(driver, 'release'));
  t.is(driver.model.current, '#release');
  driver.mouse(...find(driver, 'carol'));
  t.is(driver.model.current, PEOPLE.carol);
  t.like(driver.mouse(...find(driver, 'random')).at(-1), { kind: 'send', command: { kind: 'join', room: '#random' } });
  driver.mouse(...find(driver, 'F1 help'));
  t.is(driver.model.overlay?.is, 'help');
  driver.mouse(0, 10);
  t.is(driver.model.overlay, null, 'a click outside closes it');
});

test('a click in the composer places the cursor', t => {
  const driver = entered();
  driver.type('hello 世界 there');
  const [x, y] = find(driver, 'hello');
  driver.mouse(x + 8, y);
  t.is(currentChat(driver.model)?.draft.cursor, 7);
});

test('the wheel scrolls the log, and a click on what is newer goes back down', t => {
  const driver = entered();
  const events = Array.from({ length: 60 }, (_, n) => message('#lobby', 'bob', `line ${n}`));
  driver.send({ kind: 'page', conversation: '#lobby', events, more: false, direction: 'older' });
  driver.mouse(50, 10, 'wheel-up');
  t.not(chatOf(driver.model, '#lobby').anchor, 'end');
  driver.mouse(...find(driver, '↓ 3 newer'));
  t.is(chatOf(driver.model, '#lobby').anchor, 'end');
});

test('the start screen asks for what is missing, then connects', t => {
  const driver = start();
  t.deepEqual(driver.key('Enter'), [{ kind: 'connect', address: 'lab.local:7420', name: 'alice' }]);
  t.deepEqual(driver.key('Enter'), [], 'while a dial is on its way nothing is asked twice');
  driver.send({ kind: 'link', link: { state: 'over', code: 'name-taken', params: { name: 'alice' } } });
  t.regex(driver.screen(), /belongs to somebody else/);
  driver.type('other.host:1');
  t.deepEqual(driver.key('Enter'), [{ kind: 'connect', address: 'other.host:1', name: 'alice' }]);
});

test('the start screen refuses a name that cannot be one, and no name', t => {
  const driver = start();
  driver.key('Tab', 'Ctrl-U');
  t.deepEqual(driver.key('Enter'), []);
  t.regex(driver.screen(), /Write the name/);
  driver.type('a b');
  t.deepEqual(driver.key('Enter'), []);
  t.regex(driver.screen(), /a b cannot be used/);
});

test('with a profile the start screen asks for the server alone', t => {
  const driver = start({ start: { profiles: ['alice'], servers: [{ address: 'lab:7420', name: 'Lab' }] } });
  t.notRegex(driver.screen(), /What should others call you/);
  t.regex(driver.screen(), /as alice/);
  driver.key('Ctrl-U');
  driver.key('Up', 'Up', 'Up');
  t.deepEqual(driver.key('Enter'), [{ kind: 'connect', address: 'lab:7420', name: '' }]);
});

test('every key in every scene is survived', t => {
  const keys = [...chatKeys().rows, ...EDITOR_KEYS].flatMap(row => [row.key].flat());
  for (const scene of Object.values(SCENES)) {
    for (const size of [{}, { width: 40, height: 10 }, { width: 3, height: 2 }]) {
      const driver = scene({});
      driver.send({ kind: 'resized', width: 100, height: 30, ...size });
      for (const key of keys) {
        driver.key(key);
        driver.type('a');
        driver.draw();
      }
    }
  }
  t.pass();
});

test('a name is a mention as a word of its own, or after an @', t => {
  const alice = mentionOf('alice');
  for (const text of ['alice', 'hey Alice!', '@alice: x', '(alice)', '你好alice你好'.replace('alice', ' alice ')])
    t.true(alice(text), text);
  for (const text of ['malice', 'alices', '@alice2', 'al ice', '']) t.false(alice(text), text);
  t.true(mentionOf('李雷')('早上好 @李雷 在吗'));
  t.false(mentionOf('李雷')('李雷锋'));
  t.true(mentionOf('a.b-c')('ping a.b-c'));
  t.false(mentionOf('a.b-c')('axb-c'));
});

test('links end before what closes a sentence, code keeps its marks', t => {
  const parts = (text: string) => marksOf(text, 'alice').map(mark => [text.slice(mark.start, mark.end), mark.token]);
  t.deepEqual(parts('see https://a.b/c?d=1. `x y` @alice @bob #dev e@mail'), [
    ['https://a.b/c?d=1', 'link'],
    ['`x y`', 'code'],
    ['@alice', 'warn'],
    ['@bob', 'accent'],
    ['#dev', 'link'],
  ]);
});
