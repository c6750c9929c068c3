// A crowd that comes back at once: everybody hears of everybody, in few pieces.
import test from 'ava';
import { PRESENCE_AT_ONCE, PRESENCE_GATHERED } from '../../src/limits.ts';
import { newProfile, openServer } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { Peer } from '../helpers/peer.ts';

const CROWD = 20;

// Red when each of a crowd is told of at once, and when what was gathered is lost.
test('of a crowd the first are told of at once, the others together a moment later', async t => {
  const clock = fakeClock();
  const { facts } = await openServer(t, { clock });
  const ann = await Peer.open(t, newProfile('ann'), facts.port);
  const heard = () =>
    ann.pushed('presence').flatMap(({ name, here }) => (name === 'ann' ? [] : [`${name} ${here ? 'here' : 'gone'}`]));
  clock.advance(PRESENCE_GATHERED);
  const isHere = async (name: string) => {
    const { pages } = await ann.ask({ kind: 'people' });
    const people = (pages ?? []).flatMap(page => (page.kind === 'people' ? page.items : []));
    return people.some(person => person.name === name && person.here);
  };
  const crowd: Peer[] = [];
  for (let i = 1; i <= CROWD; i++) crowd.push(await Peer.open(t, newProfile(`p${i}`), facts.port));
  const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `p${from + i} here`);
  await ann.settled();
  t.deepEqual(heard(), names(1, PRESENCE_AT_ONCE));
  await crowd[9]?.leave();
  while (await isHere('p10')) {}
  clock.advance(PRESENCE_GATHERED);
  await ann.settled();
  t.deepEqual(heard(), [...names(1, CROWD), 'p10 gone']);
  clock.advance(2 * PRESENCE_GATHERED);
  await crowd[0]?.leave();
  while (await isHere('p1')) {}
  await ann.settled();
  t.is(heard().at(-1), 'p1 gone', 'and afterwards at once again');
});
