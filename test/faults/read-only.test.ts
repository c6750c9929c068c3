// A disk that turns read-only under a running server, as file systems do when they find themselves damaged, and one that is
// read-only from the start: refusals within a second, reading goes on, recovery by itself, what was acked is there (D7).
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { goesOn, refusal, talking } from '../helpers/bad-disk.ts';
import { openClient } from '../helpers/clients.ts';
import type { Killable } from '../helpers/killer.ts';
import { runTchat } from '../helpers/program.ts';
import { inject } from '../helpers/strace.ts';
import { history, type Talkers } from '../helpers/talkers.ts';
import { ImageDisk, whyNoDamage, whyNoImage, whyNoStrace } from '../helpers/volumes.ts';

/** Mebibytes. */
const DISK = 48;
/** Milliseconds in which the server looks several times whether it can write again. */
const LOOKS = 1_700;

const noImage = whyNoImage();
const noDamage = whyNoDamage();
const noStrace = whyNoStrace();
const title = (what: string, why: string | null) => (why ? `not here (${why}): ${what}` : what);

// Broken once by a committer that looks only once whether it can write again (it never recovers).
(noStrace ? test.skip : test)(
  title('while the disk is read-only all is refused and can be read; then all goes on by itself', noStrace),
  async t => {
    t.timeout(120_000);
    const { server, talkers } = await talking(t);
    talkers.start();
    await talkers.acks(40);
    const fault = await inject(server.pid, 'pwrite64,fsync,fdatasync,ftruncate:error=EROFS');
    t.teardown(() => fault.detach());
    await refuses(t, server, talkers);

    await fault.detach();
    await server.waitForLine(line => line['code'] === 'storage-recovered');
    await openClient(t, 'stranger', { port: server.port, tls: true });
    await goesOn(t, server, talkers);
  },
);

// Broken once by a server that ends when a commit fails.
(noDamage ? test.skip : test)(
  title('a file system that turns read-only under the server: it stays up, and has all when it is mended', noDamage),
  async t => {
    t.timeout(120_000);
    const disk = new ImageDisk(DISK);
    t.teardown(() => disk.close());
    const { server, talkers } = await talking(t, { data: join(disk.path, 'server') });
    talkers.start();
    await talkers.acks(40);
    disk.damage();
    await refuses(t, server, talkers);

    // What is damaged can be written again only when it was mounted anew, and so when nobody has it open.
    await server.kill();
    disk.mend();
    await server.restart();
    await talkers.online();
    await goesOn(t, server, talkers);
  },
);

// Broken once by a start that tells the operator to ask the operator.
(noImage ? test.skip : test)(
  title('a server that is started on a read-only disk says so and ends; when it can be written all is there', noImage),
  async t => {
    t.timeout(120_000);
    const disk = new ImageDisk(DISK);
    t.teardown(() => disk.close());
    const data = join(disk.path, 'server');
    const { server, talkers } = await talking(t, { data });
    talkers.start();
    await talkers.acks(40);
    talkers.stop();
    await talkers.settled();
    await server.kill();

    disk.readOnly(true);
    for (const folder of [data, join(disk.path, 'new')]) {
      const { code, stdout, stderr } = await runTchat(['serve', '--headless', '--port', '0', '--data', folder]);
      t.is(code, 1, stdout);
      t.regex(stderr, /^tchat: The data in [^\n]+ cannot be opened [^\n]+\.\n$/);
    }
    disk.readOnly(false);
    await server.restart();
    await talkers.online();
    await goesOn(t, server, talkers);
  },
);

/** Everything is refused, in time and again and again; whoever asks can read; the server lives. */
async function refuses(t: ExecutionContext, server: Killable, talkers: Talkers): Promise<void> {
  const { port } = server;
  const { profile } = talkers.people[0]!;
  await talkers.until('a refusal', () => talkers.refused > 0);
  // Whoever is known comes in, also now.
  const alice = await openClient(t, { ...profile, device: Buffer.alloc(16, 1) }, { port, tls: true });
  // As long as it takes the server to look more than once.
  for (const end = performance.now() + LOOKS; performance.now() < end; ) {
    t.is(await refusal(alice, '#room-1', 'no'), 'storage-failed');
  }
  const stranger = await t.throwsAsync(openClient(t, 'stranger', { port, tls: true }));
  t.is((stranger as TchatError).code, 'storage-failed', 'nobody can claim a name');
  talkers.stop();
  await talkers.answered();
  await reads(t, server, talkers);
  t.true(server.alive);
}

/** Everything that was acked can be read by somebody who comes in now. */
async function reads(t: ExecutionContext, { port }: Killable, talkers: Talkers): Promise<void> {
  for (const { profile, notes } of talkers.people) {
    const read = new Set((await history(profile, port)).map(line => line.position));
    const acked = [...notes.values()].flatMap(({ outcome }) => (outcome.is === 'ok' ? [outcome.position] : []));
    t.true(acked.length > 0);
    t.true(
      acked.every(position => read.has(position)),
      'reading goes on',
    );
  }
}
