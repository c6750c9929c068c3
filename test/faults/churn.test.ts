// Connects and disconnects of every kind, at every stage, leave nothing behind (R5): two thousand in `npm test`, a hundred
// thousand with TCHAT_FAULTS. The seed is printed, TCHAT_SEED repeats it.
import { type ChildProcess, spawn } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { churn, churners } from '../helpers/churn.ts';
import { openRaw } from '../helpers/clients.ts';
import { descriptors, residentBytes, settled } from '../helpers/proc.ts';
import { environment, MAIN, temporaryHome } from '../helpers/program.ts';
import { type ServerLine, startServer } from '../helpers/server.ts';
import { cases, random, SEED } from '../helpers/tier.ts';

const COUNT = process.env['TCHAT_FAULTS'] === undefined ? 2_000 : 100_000;
/** Processes of the built program that are killed while they listen. */
const KILLED = cases(3, 30, 'TCHAT_FAULTS');
const MIB = 1024 * 1024;
/** Milliseconds: a collection of garbage may wait for an idle moment. */
const PATIENCE = 40_000;

// Broken once by tickets given back only on an orderly end (then few get in), by a leave told only when the peer said
// goodbye (presence), by a session that tells its owner twice that it is closed (more ends than logins), and by a server
// that keeps closed connections in its set (memory, in the long tier).
test(`after ${COUNT} connections of every kind the server is as before (seed ${SEED})`, async t => {
  t.timeout(40 * 60_000);
  // From some twenty addresses more come and go in a minute than an address may.
  const server = await startServer({ limits: { perMinute: 100_000 } });
  t.teardown(() => server.stop());
  const pid = server.child.pid!;
  const next = random(SEED);
  const profiles = churners(48);
  const observer = await openRaw(t, 'observer', { port: server.port, tls: true });
  await observer.login();

  // Once through everything first: names are claimed, code is compiled, pools have their size.
  await churn({ port: server.port, count: 500, random: next, profiles });
  await killed(t, server.address, 1, server.lines);
  const logins = () => server.lines.filter(line => line['event'] === 'connected').length;
  const ends = () => server.lines.filter(line => line['event'] === 'gone').length;
  // The observer stays.
  const quiet = () => (ends() === logins() - 1 ? null : `${logins() - 1} logins, ${ends()} ends`);
  await settled(quiet, PATIENCE);
  const before = { bytes: residentBytes(pid), files: descriptors(pid), logins: logins() };

  await churn({ port: server.port, count: COUNT, random: next, profiles });
  await killed(t, server.address, KILLED, server.lines);
  await settled(quiet, PATIENCE);
  const files = () => Math.abs(descriptors(pid) - before.files);
  await settled(() => (files() <= 5 ? null : `${files()} descriptors more`), PATIENCE);
  const grown = () => residentBytes(pid) - before.bytes;
  await settled(() => (grown() <= 32 * MIB ? null : `${Math.round(grown() / MIB)} MiB more`), PATIENCE);
  t.log(`${logins() - before.logins} logins, ${Math.round(grown() / MIB)} MiB and ${files()} descriptors more`);

  t.true(logins() - before.logins > COUNT / 3, 'logins');
  t.deepEqual(unpaired(server.lines), ['observer'], 'each login has one end, in order');
  t.is(server.lines.filter(line => line['event'] === 'dropped').length, 0);
  observer.send({ type: 'query', ref: 1, query: { kind: 'people' } });
  const page = await observer.packet('page', each => each.ref === 1);
  const here = page.kind === 'people' ? page.items.filter(person => person.here) : [];
  t.deepEqual(
    here.map(person => person.name),
    ['observer'],
  );
  t.deepEqual(presenceFaults(observer.packets), []);
  t.is(server.stderr(), '');
});

/** Runs the built program some times and kills it while it listens. */
async function killed(
  t: ExecutionContext,
  address: string,
  count: number,
  lines: readonly ServerLine[],
): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { home, remove } = temporaryHome();
    t.teardown(remove);
    const name = `killed-${lines.length}-${n}`;
    const env = environment(home);
    const child: ChildProcess = spawn(process.execPath, [MAIN, 'tail', address, '--name', name], {
      env,
      stdio: 'ignore',
    });
    t.teardown(() => child.kill('SIGKILL'));
    const isIn = () => lines.some(line => line['event'] === 'connected' && line['name'] === name);
    await settled(() => (isIn() ? null : `${name} never came`), PATIENCE);
    child.kill('SIGKILL');
  }
}

/** Names whose logins and ends do not pair; each login adds one session, each end takes one. */
function unpaired(lines: readonly ServerLine[]): readonly string[] {
  const open = new Map<string, number>();
  for (const line of lines) {
    const change = line['event'] === 'connected' ? 1 : line['event'] === 'gone' ? -1 : 0;
    if (change === 0) continue;
    const name = String(line['name']);
    const count = (open.get(name) ?? 0) + change;
    if (count < 0) return [`${name} has gone more often than it came`];
    open.set(name, count);
  }
  return [...open].filter(([, count]) => count > 0).map(([name]) => name);
}

/** Somebody who comes is told once, and once that they have gone. */
function presenceFaults(packets: readonly { type: string; name?: string; here?: boolean }[]): readonly string[] {
  const here = new Set<string>();
  const faults: string[] = [];
  for (const { type, name = '', here: comes = false } of packets) {
    if (type !== 'presence') continue;
    if (comes === here.has(name)) faults.push(`${name} ${comes ? 'came' : 'went'} twice`);
    if (comes) here.add(name);
    else here.delete(name);
  }
  here.delete('observer');
  return [...faults, ...[...here].map(name => `${name} never went`)];
}
