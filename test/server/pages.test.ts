// Whatever people have written, a page fits into a frame: or whoever asks for it would be thrown out by it.
import test from 'ava';
import fc from 'fast-check';
import type { AnyEvent } from '../../src/chat/vocabulary.ts';
import { AWAY_LENGTH, FRAME_CONTROL, FRAME_HEADER, REACTION_LENGTH, REACTIONS_PER_MESSAGE } from '../../src/limits.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import { bytesAtMost } from '../../src/server/page-bytes.ts';
import { events } from '../helpers/arbitraries.ts';
import { newId, openClient, openRaw, openServer } from '../helpers/clients.ts';

/** Bytes on the wire: an event that is pushed has its type besides. */
const bytesOf = (event: AnyEvent) => encodePacket({ type: 'event', event }).length - FRAME_HEADER;

// Red when a field is not counted: the other one's name, the room of an invitation, a reaction.
test('an event takes no more bytes than are counted for it', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(events, event => bytesOf(event) <= bytesAtMost(event)),
      { numRuns: 3_000 },
    ),
  );
  const wide = (length: number) => '中'.repeat(length);
  const account = 'x'.repeat(22);
  const ref = { account, id: newId() };
  const to = { account, name: wide(32) };
  const head = { position: 2 ** 52, time: 2 ** 52, account, from: wide(32), id: newId() };
  const inTalk = { ...head, conversation: `~${account}` };
  const inRoom = { ...head, conversation: `#${wide(48)}` };
  const each = (n: number) => ({
    reaction: wide(REACTION_LENGTH - 1) + String.fromCodePoint(0x4e00 + n),
    accounts: [account],
  });
  const reactions = Array.from({ length: REACTIONS_PER_MESSAGE }, (_, n) => each(n));
  const body = { kind: 'text', text: wide(2_730) } as const;
  const worst: AnyEvent[] = [
    { ...inTalk, kind: 'message', body, action: true, to, reply: ref, edited: 2 ** 52, reactions },
    { ...inRoom, kind: 'message', body, action: true, reply: ref, edited: 2 ** 52, reactions },
    { ...inTalk, kind: 'edited', body, about: ref, to },
    { ...inTalk, kind: 'reacted', about: ref, to, reaction: wide(REACTION_LENGTH), on: true },
    { ...inRoom, kind: 'reacted', about: ref, reaction: wide(REACTION_LENGTH), on: false },
    { ...inTalk, kind: 'invited', room: `#${wide(48)}`, to },
    { ...inRoom, kind: 'visibility', visibility: 'public' },
    { ...inRoom, kind: 'topic', text: wide(300) },
    { ...inRoom, conversation: '*', kind: 'kicked', target: account, name: wide(32), reason: wide(200) },
  ];
  for (const event of worst) t.true(bytesOf(event) <= bytesAtMost(event), `${event.kind}: ${bytesOf(event)}`);
});

// Red when what is said on going away is passed on as long as it came.
test('a list of people who all have much to say on being away fits', async t => {
  const { port } = (await openServer(t)).facts;
  const asks = await openClient(t, 'asks', { port });
  const raws = await Promise.all(Array.from({ length: 33 }, (_, n) => openRaw(t, `away${n}`, { port })));
  const away = '中'.repeat(AWAY_LENGTH * 4);
  for (const raw of raws) {
    await raw.login();
    raw.send({ type: 'status', away });
  }
  const said = (name: string) =>
    asks.message('presence', each => each.presence.name === name && each.presence.away !== null);
  for (const raw of raws) await said(raw.profile.name);
  const pages = await asks.query({ kind: 'people' });
  const people = pages.flatMap(page => (page.kind === 'people' ? page.items : []));
  t.is(people.length, 34);
  t.is(people.filter(each => each.away === '中'.repeat(AWAY_LENGTH)).length, 33);
  for (const page of pages) t.true(encodePacket(page).length < FRAME_CONTROL);
});
