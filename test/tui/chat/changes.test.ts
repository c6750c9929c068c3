// What is done about messages later: edits, deletions, reactions, answers; and the keys and commands that do it.
import test from 'ava';
import fc from 'fast-check';
import { fold } from '../../../src/chat/fold.ts';
import type { AnyEvent, Message, MessageRef } from '../../../src/chat/vocabulary.ts';
import { PICK_KEYS } from '../../../src/tui/chat/keys.ts';
import { chatOf, currentChat } from '../../../src/tui/chat/model.ts';
import { type Later, messageOf } from '../../../src/tui/chat/timeline.ts';
import { isWordKey } from '../../../src/words/words.ts';
import { changed, type Driver, entered, event, type Name, NOW, PEOPLE, whisper } from './scenes.ts';

const text = (words: string) => ({ kind: 'text', text: words }) as const;
const about = (from: Name, id: string): MessageRef => ({ account: PEOPLE[from], id });

function said(from: Name, words: string, id: string, at: number, room = '#lobby'): Message {
  return event(room, from, NOW, { kind: 'message', body: text(words), action: false }, id, at) as Message;
}

const edited = (from: Name, id: string, words: string, at: number) =>
  event('#lobby', from, NOW, { kind: 'edited', about: about(from, id), body: text(words) }, null, at) as Later;
const deleted = (from: Name, id: string, at: number, by: Name = from) =>
  event('#lobby', by, NOW, { kind: 'deleted', about: about(from, id) }, null, at) as Later;
const reacted = (by: Name, from: Name, id: string, reaction: string, on: boolean, at: number) =>
  event('#lobby', by, NOW, { kind: 'reacted', about: about(from, id), reaction, on }, null, at) as Later;

const live = (driver: Driver, ...events: readonly AnyEvent[]) =>
  driver.send(...events.map(each => ({ kind: 'event', event: each }) as const));

function draft(driver: Driver): string {
  return currentChat(driver.model)?.draft.text ?? '';
}

test('an edit, a reaction and a deletion change the line where it stands', t => {
  const driver = entered();
  live(driver, said('bob', 'nine', 'b1', 10), said('carol', 'fine', 'c1', 20));
  live(driver, edited('bob', 'b1', 'ten', 30), reacted('alice', 'bob', 'b1', '👍', true, 40));
  t.regex(driver.screen(), /bob +ten \(edited\)[^\n]*\n[^\n]*👍 1/);
  t.notRegex(driver.screen(), /nine/);
  live(driver, reacted('alice', 'bob', 'b1', '👍', false, 50));
  t.notRegex(driver.screen(), /👍/);
  live(driver, deleted('bob', 'b1', 60), edited('bob', 'b1', 'once more', 70));
  t.regex(driver.screen(), /bob +deleted/);
  t.notRegex(driver.screen(), /ten|edited|once more/);
  t.regex(driver.screen(), /carol +fine/);
});

// Red when what comes before its message is dropped, or when what a page holds folded is undone by what came before it.
test('a message is the same whenever it is read back among what is done about it', t => {
  const change = fc.oneof(
    fc.constantFrom('one', 'two', 'three').map(words => ({ is: 'edit' as const, words })),
    fc.record({
      is: fc.constant('react' as const),
      by: fc.constantFrom<Name>('alice', 'bob', 'carol'),
      reaction: fc.constantFrom('👍', '🎉'),
      on: fc.boolean(),
    }),
    fc.constant({ is: 'delete' as const }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.nat({ max: 12 }), fc.nat({ max: 12 }), (list, one, other) => {
      const original = said('bob', 'zero', 'b1', 10);
      const changes = list.map((each, index): Later => {
        const at = 20 + index;
        if (each.is === 'edit') return edited('bob', 'b1', each.words, at);
        return each.is === 'delete'
          ? deleted('bob', 'b1', at)
          : reacted(each.by, 'bob', 'b1', each.reaction, each.on, at);
      });
      // The server has folded so many when it answers, and the screen has heard so many when the answer comes.
      const [heard, answered] = [Math.min(one, other, list.length), Math.min(Math.max(one, other), list.length)];
      const folded = (to: number) =>
        changes.slice(0, to).reduce((each, next) => fold(each, next, next.position), original);
      const driver = entered();
      live(driver, ...changes.slice(0, heard));
      driver.send({
        kind: 'page',
        conversation: '#lobby',
        events: [folded(answered)],
        more: false,
        direction: 'older',
      });
      live(driver, ...changes.slice(heard));
      const line = messageOf(chatOf(driver.model, '#lobby').timeline, about('bob', 'b1'))!;
      const last = folded(changes.length);
      t.deepEqual(line.event.body, last.body);
      t.is(line.event.deleted, last.deleted);
      t.deepEqual(people(line.event), people(last));
    }),
    { numRuns: 500 },
  );
});

function people({ reactions = [] }: Message) {
  return reactions.map(each => [each.reaction, [...each.accounts].sort()]).sort();
}

test('a change of a message further back is in it when one scrolls there, and what a page tells of changes is no line', t => {
  const driver = entered();
  driver.send({
    kind: 'page',
    conversation: '#lobby',
    events: [said('bob', 'new', 'b2', 100)],
    more: true,
    direction: 'older',
  });
  live(driver, edited('bob', 'b1', 'better', 110));
  const page = [said('bob', 'worse', 'b1', 50), reacted('carol', 'bob', 'b1', '👍', true, 60)];
  driver.send({ kind: 'page', conversation: '#lobby', events: page, more: false, direction: 'older' });
  t.regex(driver.screen(), /better \(edited\)/);
  t.is(chatOf(driver.model, '#lobby').timeline.logged.length, 2);
});

test('an answer stands below who said what it answers, as far as that is known', t => {
  const driver = entered();
  const reply = (id: string, words: string, to: MessageRef, at: number) => ({
    ...said('carol', words, id, at),
    reply: to,
  });
  live(driver, said('bob', 'first\nsecond', 'b1', 10), reply('c1', 'yes', about('bob', 'b1'), 20));
  t.regex(driver.screen(), /↳ {2}bob {2}first second[^\n]*\n[^\n]*carol +yes/);
  live(driver, reply('c2', 'no', about('dmitri', 'long-ago'), 30));
  t.regex(driver.screen(), /↳ {2}dmitri {2}something from before/);
  live(driver, deleted('bob', 'b1', 40));
  t.regex(driver.screen(), /↳ {2}bob {2}deleted/);
});

test('/edit, /delete, /reply, /react and /unreact mean the newest message, and of one’s own where it must be', t => {
  const driver = entered();
  live(
    driver,
    said('alice', 'mine', 'a1', 10),
    said('bob', 'his', 'b1', 20),
    said('carol', 'gone', 'c1', 30),
    deleted('carol', 'c1', 40),
  );
  const command = (line: string) => {
    const [effect] = driver.say(line);
    return effect?.kind === 'send' ? effect.command : null;
  };
  t.deepEqual(command('/edit ours'), { kind: 'edit', about: about('alice', 'a1'), body: text('ours') });
  t.deepEqual(command('/delete'), { kind: 'delete', about: about('alice', 'a1') });
  t.deepEqual(command('/react 👍'), { kind: 'react', about: about('bob', 'b1'), reaction: '👍', on: true });
  t.deepEqual(command('/unreact 👍'), { kind: 'react', about: about('bob', 'b1'), reaction: '👍', on: false });
  t.like(command('/reply indeed'), { kind: 'post', reply: about('bob', 'b1') });
  driver.say('/go #dev');
  t.is(command('/delete'), null);
  t.regex(driver.screen(), /no such message/);
});

test('r in message mode: what is written next is an answer, and Esc makes it a line like others', t => {
  const driver = entered();
  live(driver, said('bob', 'who?', 'b1', 10));
  driver.key('Alt-M');
  driver.type('r');
  t.is(driver.model.picked, null);
  t.regex(driver.screen(), /↳ bob: who\?/);
  t.like(driver.say('me')[0], {
    kind: 'send',
    command: { kind: 'post', body: { text: 'me' }, reply: about('bob', 'b1') },
  });
  t.regex(driver.screen(), /↳ {2}bob {2}who\?[^\n]*\n[^\n]*alice +me +queued/);
  const [plain] = driver.say('and a line');
  t.false(plain?.kind === 'send' && 'reply' in plain.command);
  driver.key('Alt-M', 'Up', 'Up');
  driver.type('r');
  driver.key('Esc');
  const [other] = driver.say('not an answer');
  t.false(other?.kind === 'send' && 'reply' in other.command);
});

test('e puts the words into the composer, Enter sends the others, and what was being written is there again', t => {
  const driver = entered();
  live(driver, said('alice', '/etc is full', 'a1', 10), said('bob', 'oh', 'b1', 20));
  driver.type('half a thought');
  driver.key('Alt-M');
  driver.type('e');
  t.regex(driver.screen(), /Only who wrote a message may change it/);
  driver.key('Up');
  driver.type('e');
  t.is(draft(driver), '//etc is full');
  t.regex(driver.screen(), /✎ \/etc is full/);
  driver.type(' now');
  t.deepEqual(driver.key('Enter')[0], {
    ...{ kind: 'send', ref: 1 },
    command: { kind: 'edit', about: about('alice', 'a1'), body: text('/etc is full now') },
  });
  t.is(draft(driver), 'half a thought');
  driver.key('Alt-M', 'Up');
  driver.type('e');
  driver.key('Esc');
  t.is(draft(driver), 'half a thought');
});

test('a draft that is kept is what was being written, not the message that is being edited', t => {
  const driver = entered();
  driver.send({ kind: 'restored', kept: null });
  live(driver, said('alice', 'mine', 'a1', 10));
  driver.type('draft');
  driver.key('Alt-M');
  const effects = driver.type('e');
  t.deepEqual(
    effects.filter(each => each.kind === 'keep'),
    [],
  );
  t.deepEqual(
    driver.type('x').filter(each => each.kind === 'keep'),
    [],
  );
});

test('d asks first: y takes the message back, any other key leaves it', t => {
  const driver = entered();
  live(driver, said('alice', 'a slip', 'a1', 10));
  driver.key('Alt-M');
  driver.type('d');
  t.regex(driver.screen(), /Take it back\? a slip/);
  t.deepEqual(driver.type('n'), []);
  t.is(driver.model.asking, null);
  driver.key('Alt-M');
  driver.type('d');
  t.like(driver.type('y')[0], { kind: 'send', command: { kind: 'delete', about: about('alice', 'a1') } });
});

test('+ reacts by a name, by an emoji, and takes back what one had said', t => {
  const driver = entered();
  live(driver, said('bob', 'done', 'b1', 10), reacted('alice', 'bob', 'b1', '🎉', true, 20));
  const react = (words: string) => {
    driver.key('Alt-M');
    driver.type('+');
    if (words !== '') driver.type(words);
    const [effect] = driver.key('Enter');
    return effect?.kind === 'send' ? effect.command : null;
  };
  t.deepEqual(react(''), { kind: 'react', about: about('bob', 'b1'), reaction: '🎉', on: false });
  t.deepEqual(react('heart'), { kind: 'react', about: about('bob', 'b1'), reaction: '❤️', on: true });
  t.deepEqual(react('🦆'), { kind: 'react', about: about('bob', 'b1'), reaction: '🦆', on: true });
  t.is(driver.model.overlay, null);
});

test('what is no message is neither answered nor edited, and an invitation is followed by Enter', t => {
  const driver = entered();
  const to = { account: PEOPLE.alice, name: 'alice' };
  live(driver, whisper('bob', 'come'), event('~alice-and-bob', 'bob', NOW, { kind: 'invited', room: '#board', to }));
  t.regex(driver.screen(), /bob invited you to #board/, 'wherever one is');
  t.is(chatOf(driver.model, PEOPLE.bob).unread, 2);
  driver.key('Alt-A');
  t.regex(driver.screen(), /Enter on this line/);
  driver.key('Alt-M');
  driver.type('r');
  t.regex(driver.screen(), /no message/);
  t.like(
    driver.key('Enter').find(each => each.kind === 'send'),
    { command: { kind: 'join', room: '#board' } },
  );
});

test('every key of message mode has its words and is one of them alone', t => {
  const keys = PICK_KEYS.flatMap(row => row.keys);
  t.is(new Set(keys).size, keys.length);
  t.deepEqual(
    PICK_KEYS.filter(row => !isWordKey(row.help)),
    [],
  );
  const driver = changed({ width: 200, height: 100 });
  driver.key('F1');
  for (const row of PICK_KEYS) t.true(driver.screen().includes(row.keys.join(', ')), row.action);
});

test('what another line was answered to stays when it is sent again after a refusal', t => {
  const driver = entered();
  live(driver, said('bob', 'who?', 'b1', 10));
  driver.say('/reply me');
  driver.send({ kind: 'refused', ref: 1, id: null, code: 'queue-full', params: { name: 'bob' } });
  t.like(driver.say('/retry')[0], { kind: 'send', command: { reply: about('bob', 'b1') } });
});
