// Files between two people in front of their screens: chosen, offered, accepted, here.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { joined, say, serverFor } from '../helpers/people.ts';
import { temporaryHome } from '../helpers/program.ts';

function homeOf(t: { teardown(end: () => void): void }): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return home;
}

test.serial(
  'a file is chosen in the picker and accepted with a key: both see that it is there, and it is the same',
  async t => {
    const server = await serverFor(t);
    const [aliceHome, bobHome] = [homeOf(t), homeOf(t)];
    const bytes = randomBytes(3_000_000);
    mkdirSync(join(aliceHome, 'plans'));
    writeFileSync(join(aliceHome, 'plans', 'the plan (final).pdf'), bytes);
    const alice = await joined(t, server, 'alice', { home: aliceHome });
    const bob = await joined(t, server, 'bob', { home: bobHome });
    await alice.waitFor(/● bob/);
    say(alice, '/go @bob');
    await alice.waitFor('Write to bob');
    alice.press('Ctrl-O');
    await alice.waitFor(/plans\//);
    alice.type('plans');
    await alice.waitFor(/▌ ▸ plans/);
    alice.press('Enter');
    await alice.waitFor('the plan (final).pdf');
    alice.press('Down', 'Enter');
    await alice.waitFor('waits for bob to accept it');
    await bob.waitFor(/alice offers you the plan \(final\)\.pdf/);
    bob.press('Alt-X');
    await bob.waitFor(/a accept/);
    bob.type('a');
    await bob.waitFor(/✓ the plan \(final\)/);
    await bob.waitFor(/saved as/);
    await alice.waitFor('bob has it');
    t.deepEqual(readFileSync(join(bobHome, 'downloads', 'the plan (final).pdf')), bytes);
  },
);

test.serial('dropped paths are sent to a room, a folder among them; who is there fetches them', async t => {
  const server = await serverFor(t);
  const [aliceHome, bobHome] = [homeOf(t), homeOf(t)];
  mkdirSync(join(aliceHome, 'src', 'deep'), { recursive: true });
  writeFileSync(join(aliceHome, 'src', 'deep', 'a.txt'), 'deep down\n');
  writeFileSync(join(aliceHome, 'src', 'empty'), '');
  writeFileSync(join(aliceHome, 'b c.txt'), 'beside\n');
  const alice = await joined(t, server, 'alice', { home: aliceHome });
  const bob = await joined(t, server, 'bob', { home: bobHome });
  alice.paste(`'${join(aliceHome, 'src')}' '${join(aliceHome, 'b c.txt')}'`);
  await alice.waitFor(/Send 2 files .* to #lobby\?/);
  alice.press('Enter');
  await bob.waitFor(/2 files wait for your answer/);
  say(bob, '/accept src');
  say(bob, '/accept b');
  await bob.waitFor(screen => screen.filter(row => row.includes('saved as')).length === 2);
  await alice.waitFor(screen => screen.filter(row => row.includes('bob has it')).length === 2);
  const there = (...path: string[]) => readFileSync(join(bobHome, 'downloads', ...path), 'utf8');
  t.is(there('src', 'deep', 'a.txt'), 'deep down\n');
  t.is(there('src', 'empty'), '');
  t.is(there('b c.txt'), 'beside\n');
});

test.serial('a file that is declined is not there, and a paste that is no path is text', async t => {
  const server = await serverFor(t);
  const home = homeOf(t);
  writeFileSync(join(home, 'no.txt'), 'x');
  const alice = await joined(t, server, 'alice', { home });
  const bob = await joined(t, server, 'bob');
  await alice.waitFor(/● bob/);
  alice.paste(join(home, 'gone.txt'));
  await alice.waitFor(/› .*gone\.txt/);
  alice.press('Ctrl-U');
  say(alice, '/send @bob no.txt');
  await bob.waitFor(/offers you no\.txt/);
  say(bob, '/decline');
  await alice.waitFor(/bob does not want it/);
  t.pass();
});

test.serial('a file for somebody who is away waits at the server; its sender need not stay', async t => {
  const server = await serverFor(t);
  const [aliceHome, bobHome] = [homeOf(t), homeOf(t)];
  const bytes = randomBytes(200_000);
  writeFileSync(join(aliceHome, 'later.bin'), bytes);
  const before = await joined(t, server, 'bob', { home: bobHome });
  const alice = await joined(t, server, 'alice', { home: aliceHome });
  await alice.waitFor(/● bob/);
  before.press('Ctrl-Q');
  await before.exited;
  await alice.waitFor(/○ bob/);
  say(alice, '/send @bob later.bin');
  await alice.waitFor('waits at the server for bob');
  alice.press('Ctrl-Q');
  await alice.exited;
  const bob = await joined(t, server, 'bob', { home: bobHome });
  await bob.waitFor(/alice offers you later\.bin/);
  say(bob, '/accept');
  await bob.waitFor(/later\.bin from alice is here/);
  t.deepEqual(readFileSync(join(bobHome, 'downloads', 'later.bin')), bytes);
});
