// Who may do what, by all the ways there are (issue 6, must show 6): every row of the table on live sessions of a guest, a
// member, a room's moderator and its owner, and in an admin session from elsewhere. The rows and what they need are those of
// the table that `test/chat/needs.test.ts` writes down once more.
// Seen red: a moderator of one room who is one in all; an admin session for whoever is no guest.
import test from 'ava';
import { COMMANDS } from '../../src/chat/decide.ts';
import type { Command, CommandKind, Needs } from '../../src/chat/vocabulary.ts';
import { encodeAdmin } from '../../src/protocol/admin.ts';
import { newId, newProfile, openServer } from '../helpers/clients.ts';
import { drawnByKind, REFUSALS, TABLE } from '../helpers/needs.ts';
import { OperatorScreen } from '../helpers/operator.ts';
import { Peer } from '../helpers/peer.ts';

const named = (name: string) => ({ to: 'name', name }) as const;
const [HERE, ELSEWHERE] = ['#dev', '#other'] as const;
/** Commands of each kind that are tried. */
const EACH = 3;
const ROWS = Object.entries(TABLE) as [CommandKind, Needs][];

/** What each of them may do, in the room that is theirs and anywhere. */
const MAY: Readonly<Record<string, readonly (Needs | 'moderator here' | 'room-owner here')[]>> = {
  guest: ['guest'],
  member: ['guest', 'member'],
  moderator: ['guest', 'member', 'moderator here'],
  founder: ['guest', 'member', 'moderator here', 'room-owner here'],
};

/** Some of each kind, about the room that is theirs and about another. */
function* tried(kind: CommandKind): Iterable<{ readonly command: Command; readonly here: boolean }> {
  for (const command of (drawn.get(kind) ?? []).slice(0, EACH)) {
    if (!('room' in command) || (TABLE[kind] !== 'moderator' && TABLE[kind] !== 'room-owner')) {
      yield { command, here: false };
      continue;
    }
    for (const room of [HERE, ELSEWHERE]) yield { command: { ...command, room } as Command, here: room === HERE };
  }
}

const drawn = drawnByKind(4_000);

test('each row is refused to whoever lacks what it needs, where they lack it, and to nobody else for that', async t => {
  t.timeout(120_000);
  const server = await openServer(t);
  const admin = server.admin(() => {}, false);
  const people = new Map<string, Peer>();
  for (const name of [...Object.keys(MAY), 'another']) {
    people.set(name, await Peer.open(t, newProfile(name), server.facts.port));
  }
  const founder = people.get('founder') as Peer;
  await founder.does({ kind: 'join', room: HERE });
  await founder.does({ kind: 'moderator', room: HERE, target: named('moderator'), on: true });
  await people.get('another')?.does({ kind: 'join', room: ELSEWHERE });
  await admin.command({ kind: 'role', target: named('guest'), role: 'guest' });
  t.deepEqual(Object.keys(TABLE).toSorted(), Object.keys(COMMANDS).toSorted());
  for (const [name, may] of Object.entries(MAY)) {
    const peer = people.get(name) as Peer;
    for (const [kind, needs] of ROWS) {
      let count = 0;
      for (const { command, here } of tried(kind)) {
        const answer = await peer.answered(peer.send(command));
        const lacks = !may.includes(needs) && !(here && may.includes(`${needs} here` as never));
        // Where they may, some other refusal may come, by what the command is about.
        t.is(answer === REFUSALS[needs], lacks, `${kind} by ${name}: ${answer}`);
        count += 1;
      }
      t.true(count >= EACH, kind);
    }
  }
});

test('no row is done in an admin session of whoever does not operate; an operator’s own is for all that operators may', async t => {
  const server = await openServer(t);
  const admin = server.admin(() => {}, false);
  const olga = newProfile('olga');
  const screen = await OperatorScreen.open(t, olga, server.facts.port);
  let refusals = 0;
  for (const [kind] of ROWS) {
    const [{ command } = { command: null }] = [...tried(kind)];
    if (!command) throw new Error(kind);
    screen.send(encodeAdmin({ type: 'command', id: newId(), command }));
    refusals += 1;
  }
  const all = () => screen.raw.packets.filter(packet => packet.type === 'refused');
  await screen.raw.until('a refusal of each', () => all().length === refusals);
  t.true(all().every(packet => packet.type === 'refused' && packet.code === 'not-allowed'));
  t.deepEqual(screen.replies, []);
  t.is(admin.ask({ kind: 'audit', before: null, limit: 9, whom: null }).acts.length, 0);

  await admin.command({ kind: 'role', target: named('olga'), role: 'operator' });
  screen.attach();
  for (const [kind, needs] of ROWS) {
    // These are about operators, and end what they are given in.
    if (['role', 'release', 'rename'].includes(kind)) continue;
    for (const { command } of tried(kind)) {
      const result = await screen.command(command);
      t.false(!result.ok && result.code === REFUSALS[needs], `${kind}: ${JSON.stringify(result)}`);
    }
  }
  t.deepEqual(await screen.command({ kind: 'role', target: named('olga'), role: 'member' }), {
    ...{ ok: false, code: 'not-allowed', params: { needs: 'owner' } },
  });
});
