// The power goes: what a disk holds then is what was flushed to it. The server's data stand on a file system in a file;
// the server is stopped under load, the file copied as it is, and the server goes on with the copy (D1). Two cuts in
// `npm test`, thirty in `npm run test:faults`.
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'better-sqlite3';
import { Killable } from '../helpers/killer.ts';
import { patchedBuild } from '../helpers/patched-build.ts';
import { temporaryHome } from '../helpers/program.ts';
import { Talkers } from '../helpers/talkers.ts';
import { cases, random, SEED } from '../helpers/tier.ts';
import { freeze, ImageDisk, whyNoImage } from '../helpers/volumes.ts';

const CUTS = cases(2, 30, 'TCHAT_FAULTS');
/** Cuts of the build that does not flush: each of them loses some. */
const CARELESS_CUTS = cases(1, 5, 'TCHAT_FAULTS');
/** Mebibytes. */
const DISK = 48;

const why = whyNoImage();
const title = (what: string) => (why ? `not here (${why}): ${what}` : what);

(why ? test.skip : test)(title(`${CUTS} power cuts lose nothing that was acked (seed ${SEED})`), async t => {
  t.timeout(20_000 + CUTS * 20_000);
  const { talkers, integrity, port } = await cutPower(t, CUTS);
  await talkers.settled();
  t.deepEqual(integrity, Array(CUTS).fill('ok'));
  t.deepEqual(await talkers.faults(port), []);
  t.log(`${talkers.acked} answers`);
});

// What shows that the test above can fail.
(why ? test.skip : test)(title(`without a flush for each commit, ${CARELESS_CUTS} power cuts lose some`), async t => {
  t.timeout(20_000 + CARELESS_CUTS * 20_000);
  const from = "db.exec('PRAGMA synchronous = FULL');";
  const build = patchedBuild([{ file: 'store/sqlite/database.js', from, to: from.replace('FULL', 'NORMAL') }]);
  t.teardown(build.remove);
  const { talkers, port } = await cutPower(t, CARELESS_CUTS, build.main);
  await talkers.answered();
  const faults = await talkers.faults(port);
  const lost = faults.find(each => each.includes(' lost: '));
  t.truthy(lost, faults.join('\n'));
  t.log(`${talkers.acked} answers, ${lost?.split(':')[0]}`);
});

async function cutPower(t: ExecutionContext, cuts: number, main?: string) {
  const next = random(SEED);
  const disk = new ImageDisk(DISK);
  t.teardown(() => disk.close());
  const data = join(disk.path, 'server');
  const server = await Killable.open({ data, ...(main === undefined ? {} : { main }) });
  t.teardown(() => server.close());
  const port = () => server.port;
  const talkers = await Talkers.open({ people: 8, rooms: 4, perSecond: 200, inFlight: 16, port, random: next });
  t.teardown(() => talkers.close());

  const integrity: string[] = [];
  talkers.start();
  for (let n = 0; n < cuts; n++) {
    await talkers.acks(60 + Math.floor(next() * 100));
    for (let each = 0; each < 30; each++) talkers.say();
    await new Promise(resolve => setTimeout(resolve, next() * 6));
    await freeze(server.pid);
    const copy = disk.cut();
    await server.kill();
    disk.plug(copy);
    integrity.push(checked(data));
    await server.restart();
  }
  await talkers.acks(50);
  talkers.stop();
  return { talkers, integrity, port: server.port };
}

/** What SQLite says of the database; of a copy, so that the server itself has to mend what the cut left. */
function checked(data: string): string {
  const { home, remove } = temporaryHome();
  try {
    for (const file of readdirSync(data))
      if (file.startsWith('chat.db')) copyFileSync(join(data, file), join(home, file));
    const db = new Database(join(home, 'chat.db'));
    const found = db.pragma('integrity_check', { simple: true });
    db.close();
    return String(found);
  } finally {
    remove();
  }
}
