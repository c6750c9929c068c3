// A disk that is full, that fails, and that is in the middle of a flush when the server dies: refusals within a second, no
// crash, reading goes on, recovery by itself, and what was acked is there exactly once (D7, D1).
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { goesOn, refusal, talking } from '../helpers/bad-disk.ts';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { openClient, type TestClient } from '../helpers/clients.ts';
import { Killable } from '../helpers/killer.ts';
import { MAIN } from '../helpers/program.ts';
import { inject } from '../helpers/strace.ts';
import { history } from '../helpers/talkers.ts';
import { cases, random, SEED } from '../helpers/tier.ts';
import { Tmpfs, whyNoStrace, whyNoTmpfs } from '../helpers/volumes.ts';

/** Milliseconds in which the server looks several times whether there is room again. */
const LOOKS = 1_700;
const FLUSHES = cases(4, 40, 'TCHAT_FAULTS');

const noTmpfs = whyNoTmpfs();
const noStrace = whyNoStrace();
const onTmpfs = noTmpfs ? test.skip : test;
const traced = noStrace ? test.skip : test;
const title = (what: string, why: string | null) => (why ? `not here (${why}): ${what}` : what);

// Broken once by an ack before the commit (lost), and by a committer that looks only once whether there is room (no
// recovery).
onTmpfs(title('a full disk refuses, and when there is room again all goes on', noTmpfs), async t => {
  t.timeout(120_000);
  const disk = new Tmpfs('64m');
  t.teardown(() => disk.close());
  const { server, talkers } = await talking(t, { data: join(disk.path, 'server') });
  const alice = await openClient(t, 'alice', { port: server.port, tls: true });
  talkers.start();
  await talkers.acks(40);
  const ballast = join(disk.path, 'ballast');
  fill(ballast);

  await filled(t, alice, 'storage-full');
  // As long as it takes the server to look more than once.
  for (const end = performance.now() + LOOKS; performance.now() < end; ) {
    t.is(await refusal(alice, '#lobby', 'and more'), 'storage-full');
  }
  const stranger = await t.throwsAsync(openClient(t, 'stranger', { port: server.port, tls: true }));
  t.is((stranger as TchatError).code, 'storage-full', 'nobody can claim a name');
  talkers.stop();
  await talkers.answered();
  t.true(talkers.refused > 0);
  const { profile, lines } = talkers.people[0]!;
  const read = new Set((await history(profile, server.port)).map(line => line.position));
  t.true(lines.length > 0 && lines.every(line => read.has(line.position)), 'reading goes on');
  t.true(server.alive);

  rmSync(ballast);
  await server.waitForLine(line => line['code'] === 'storage-recovered');
  await openClient(t, 'stranger', { port: server.port, tls: true });
  await goesOn(t, server, talkers);
});

for (const [what, calls] of [
  ['write', 'pwrite64'],
  ['flush', 'fsync,fdatasync'],
] as const) {
  // Broken once by a server that does not rebuild its state when a write has failed: the room and the name are there.
  traced(title(`a disk that fails to ${what} refuses, nothing of it happened, and it recovers`, noStrace), async t => {
    t.timeout(120_000);
    const { server, talkers } = await talking(t);
    const { port } = server;
    const alice = await openClient(t, 'alice', { port, tls: true });
    const before = await openClient(t, 'before', { port, tls: true });
    talkers.start();
    await talkers.acks(40);

    const fault = await inject(server.pid, `${calls}:error=EIO`);
    t.teardown(() => fault.detach());
    const stranger = openClient(t, 'stranger', { port, tls: true });
    const [refused, joined] = await Promise.all([t.throwsAsync(stranger), t.throwsAsync(alice.join('#new'))]);
    t.is((refused as TchatError).code, 'storage-failed');
    t.is((joined as TchatError).code, 'storage-failed');
    t.is(await refusal(before, '#lobby', 'no'), 'storage-failed');
    await talkers.until('a refusal', () => talkers.refused > 0);
    const [rooms] = await before.query({ kind: 'rooms' });
    t.false(rooms?.kind === 'rooms' && rooms.items.some(({ room }) => room === '#new'), 'no room');
    const [people] = await before.query({ kind: 'people' });
    t.false(people?.kind === 'people' && people.items.some(({ name }) => name === 'stranger'), 'no name');
    t.true(server.alive);

    await fault.detach();
    await server.waitForLine(line => line['code'] === 'storage-recovered');
    lookInto(server.data);
    await openClient(t, 'stranger', { port, tls: true });
    await alice.join('#new');
    await goesOn(t, server, talkers);
  });

  traced(
    title(`single failures to ${what} in the middle of talk cost refusals and nothing else`, noStrace),
    async t => {
      t.timeout(120_000);
      const { server, talkers } = await talking(t);
      talkers.start();
      await talkers.acks(20);
      const recovered = () => server.lines.filter(line => line['code'] === 'storage-recovered').length;
      for (let n = 1; n <= 3; n++) {
        const fault = await inject(server.pid, `${calls}:error=EIO:when=${1 + n * n}`);
        t.teardown(() => fault.detach());
        await server.waitForLine(() => recovered() >= n);
        await talkers.acks(20);
        await fault.detach();
      }
      t.true(talkers.refused > 0);
      await goesOn(t, server, talkers);
    },
  );
}

traced(
  title(`a server that dies at a flush, ${FLUSHES} times, has all that was acked (seed ${SEED})`, noStrace),
  async t => {
    t.timeout(30_000 + FLUSHES * 20_000);
    const { server, talkers } = await talking(t);
    const next = random(SEED);
    talkers.start();
    for (let n = 0; n < FLUSHES; n++) {
      await talkers.acks(20);
      const fault = await inject(server.pid, `fsync,fdatasync:signal=SIGKILL:when=${1 + Math.floor(next() * 12)}`);
      // It ends when the process does.
      await fault.ended;
      await server.restart();
    }
    await goesOn(t, server, talkers);
  },
);

// Broken once by a client that goes on without what it could not pull.
traced(title('who comes back while the disk fails to read misses nothing', noStrace), async t => {
  const server = await Killable.open();
  t.teardown(() => server.close());
  const proxy = await ChaosProxy.open(server.port);
  t.teardown(() => proxy.close());
  const alice = await openClient(t, 'alice', { port: server.port, tls: true });
  const bob = await openClient(t, 'bob', { port: proxy.port, tls: true, reconnect: true, random: () => 0.05 });
  proxy.refusing = true;
  proxy.reset();
  await bob.message('waiting');
  const missed = Array.from({ length: 60 }, (_, n) => `missed ${n} ${'and so on '.repeat(50)}`.trim());
  for (const text of missed) await alice.says('#lobby', text);

  const fault = await inject(server.pid, 'pread64:error=EIO');
  t.teardown(() => fault.detach());
  proxy.refusing = false;
  await bob.message('online', ({ again }) => again);
  const range = { before: null, after: 0, since: null, limit: 200 };
  const history = { kind: 'history', scope: { of: 'own' }, ...range } as const;
  // Asked behind the pull: when this is refused, so was that.
  await t.throwsAsync(bob.query(history), { message: 'storage-failed' });
  await fault.detach();
  await alice.says('#lobby', 'after it');
  await bob.text('after it');
  t.deepEqual(bob.texts('#lobby'), [...missed, 'after it']);
});

// Broken once by a server that does not expect a read to fail (it ended), and by one that refuses what it cannot look up:
// it may be a repeat of what is kept (kept though refused).
traced(title('a disk that fails to read ends nobody, and what cannot be looked up waits', noStrace), async t => {
  t.timeout(120_000);
  const { server, talkers, proxy } = await talking(t);
  talkers.start();
  for (let n = 0; n < 4; n++) {
    await talkers.acks(40);
    for (let each = 0; each < 30; each++) talkers.say();
    const fault = await inject(server.pid, 'pread64:error=EIO');
    t.teardown(() => fault.detach());
    proxy.reset();
    await talkers.until('all away', () => talkers.people.every(each => !each.online));
    await talkers.online();
    t.true(server.alive);
    await fault.detach();
  }
  await goesOn(t, server, talkers);
});

// Broken once by a committer that refuses before a later write has taken the place of the failed one in the file.
traced(
  title('what was refused at a failed flush stays away, also when the server dies right then', noStrace),
  async t => {
    t.timeout(120_000);
    const { server, talkers } = await talking(t);
    talkers.start();
    for (let n = 1; n <= 3; n++) {
      await talkers.acks(20);
      const refused = talkers.refused;
      const fault = await inject(server.pid, `fsync,fdatasync:error=EIO:when=${n}`);
      await talkers.until('a refusal', () => talkers.refused > refused);
      await server.kill();
      await fault.ended;
      await server.restart();
    }
    await goesOn(t, server, talkers);
  },
);

/** Says long things until one is refused: what room the log had taken before is used up first. */
async function filled(t: ExecutionContext, client: TestClient, code: string): Promise<void> {
  for (;;) {
    const refused = await refusal(client, '#lobby', 'much '.repeat(1_500));
    if (refused !== '') {
      t.is(refused, code);
      return;
    }
  }
}

/** Takes all the room that is left. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(descriptor);
}

/** Another program opens the database, reads and goes: it must not think that it was the last one. */
function lookInto(data: string): void {
  const script = `
    const Database = require('better-sqlite3');
    const db = new Database(${JSON.stringify(join(data, 'chat.db'))});
    db.prepare('SELECT count(*) FROM events').get();
    db.close();`;
  execFileSync(process.execPath, ['-e', script], { cwd: join(MAIN, '../..') });
}
