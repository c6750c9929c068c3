// Who owns a name when many want it at one moment (PROMISES A1): over real connections, with a log on the disk.
// Seen red: the state takes a claim only once it is kept; names are compared without their looks.
import { join } from 'node:path';
import test from 'ava';
import type { Profile } from '../../src/identity/profile.ts';
import { SqliteLog } from '../helpers/built-store.ts';
import { newProfile, openClient, openRaw, openServer, type RawClient } from '../helpers/clients.ts';
import { temporaryHome } from '../helpers/program.ts';

const ROUNDS = 20;
const RACERS = 100;
/** The same name to the eye. */
const SPELLINGS = ['coco', 'Coco', 'COCO', 'сосо', 'СОСО', 'ｃｏｃｏ', 'c0c0', 'ｃＯｃ0'];

interface Racer {
  readonly raw: RawClient;
  readonly profile: Profile;
  readonly end: string;
}

function end(raw: RawClient): Promise<string> {
  return Promise.race([raw.packet('welcome').then(() => 'in'), raw.closed().then(note => note.code)]);
}

test('of 100 keys that claim one name at one moment one gets it, twenty times, and keeps it', async t => {
  t.timeout(120_000);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const file = join(home, 'chat.db');
  const server = await openServer(t, { log: await SqliteLog.open(file) });
  const { port } = server.facts;

  async function race(round: number): Promise<Racer[]> {
    const raws = await Promise.all(
      Array.from({ length: RACERS }, (_, n) => {
        // Every other round all write it the same way.
        const spelling = round % 2 === 0 ? 'coco' : (SPELLINGS[n % SPELLINGS.length] as string);
        return openRaw(t, newProfile(`${spelling}-${round}`), { port });
      }),
    );
    const logins = await Promise.all(
      raws.map(raw => {
        raw.send(raw.hello());
        return raw.answer(raw.hello());
      }),
    );
    for (const [n, raw] of raws.entries()) raw.send(logins[n] as (typeof logins)[number]);
    const ends = await Promise.all(raws.map(end));
    for (const raw of raws) raw.socket.destroy();
    return raws.map((raw, n) => ({ raw, profile: raw.profile, end: ends[n] as string }));
  }

  const rounds: Racer[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const racers = await race(round);
    rounds.push(racers);
    t.deepEqual(racers.map(racer => racer.end).sort(), ['in', ...Array(RACERS - 1).fill('name-taken')], `${round}`);
  }

  await server.close();
  const again = await openServer(t, { log: await SqliteLog.open(file) });
  for (const racers of rounds) {
    const winner = racers.find(racer => racer.end === 'in') as Racer;
    const loser = racers.find(racer => racer.end !== 'in') as Racer;
    const owner = await openClient(t, winner.profile, { port: again.facts.port });
    t.is((await owner.message('online')).welcome.name, winner.profile.name.normalize('NFC'));
    owner.client.close();
    await t.throwsAsync(openClient(t, loser.profile, { port: again.facts.port }), { code: 'name-taken' });
  }
});
