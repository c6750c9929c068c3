// Files by the programs themselves, through the server, directly and by the server's store: what arrives is what was sent. In the
// long tier (TCHAT_FAULTS) they are 1 GiB and 5 GiB large, with the limits raised as an operator does.
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runTchat, temporaryHome } from '../helpers/program.ts';
import { startServer } from '../helpers/server.ts';
import { cases } from '../helpers/tier.ts';

const MIB = 1024 * 1024;
const LONG = cases(1, 2, 'TCHAT_FAULTS') > 1;
const SIZES = LONG ? [1024 * MIB, 5 * 1024 * MIB] : [0, 1, 10 * MIB + 1];

function homeOf(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return home;
}

/** Random bytes, and their hash. */
function fill(path: string, size: number): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  for (let left = size; left > 0; ) {
    const piece = randomBytes(Math.min(left, 16 * MIB));
    writeSync(file, piece);
    hash.update(piece);
    left -= piece.length;
  }
  closeSync(file);
  return hash.digest('hex');
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 4 * MIB })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

for (const route of ['relay', 'direct', 'spool'] as const) {
  for (const size of SIZES) {
    test.serial(`${size} bytes arrive as they were: ${route}`, async t => {
      t.timeout(LONG ? 1_200_000 : 120_000);
      const [alice, bob] = [homeOf(t), homeOf(t)];
      const server = await startServer();
      t.teardown(() => server.stop());
      const limits = { 'file-mib': 6_144, 'spool-mib-per-account': 8_192 };
      for (const [name, value] of Object.entries(limits)) {
        const words = ['admin', '--data', server.data, 'set', name, String(value)];
        t.is((await runTchat(words, { home: server.home })).code, 0);
      }
      // The name is bob’s before anybody sends to it.
      t.is((await runTchat(['users', server.address, '--name', 'bob'], { home: bob })).code, 0);
      const file = join(alice, 'a.bin');
      const sent = fill(file, size);
      const out = join(bob, 'out');
      mkdirSync(out);
      const way = route === 'direct' ? '--direct' : '--no-direct';
      const sends = ['send', server.address, '--name', 'alice', '--to', '@bob', '--file', file, '--json', way];
      const receives = ['receive', server.address, '--name', 'bob', '--dir', out, '--count', '1', '--json', way];
      const patience = { timeout: LONG ? 900_000 : 60_000 };
      let told: string;
      if (route === 'spool') {
        const given = await runTchat(sends, { home: alice, ...patience });
        t.is(given.code, 0, given.stderr);
        rmSync(file);
        const taken = await runTchat(receives, { home: bob, ...patience });
        t.is(taken.code, 0, taken.stderr);
        told = taken.stdout;
      } else {
        const before = new Set(server.lines);
        const taking = runTchat(receives, { home: bob, ...patience });
        await server.waitForLine(line => !before.has(line) && line['event'] === 'connected' && line['name'] === 'bob');
        const given = await runTchat(sends, { home: alice, ...patience });
        t.is(given.code, 0, given.stderr);
        const taken = await taking;
        t.is(taken.code, 0, taken.stderr);
        told = taken.stdout;
      }
      t.deepEqual(
        readdirSync(out).filter(name => !name.startsWith('.')),
        ['a.bin'],
      );
      t.is(await hashOf(join(out, 'a.bin')), sent);
      // A small one has come before there is a direct way.
      const came = (JSON.parse(told.trim()) as { readonly route: string }).route;
      if (route === 'direct' && !LONG) t.true(came === 'direct' || came === 'relay', came);
      else t.is(came, route);
    });
  }
}
