// A flood of strangers keeps nobody out and costs little (R1), and a server out of descriptors goes on (R6). In `npm test`
// some 10 s of it; with TCHAT_FAULTS two minutes at 500 connections a second, in which times count too.
import { execFileSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { LOGIN_TIMEOUT } from '../../src/limits.ts';
import { newId, newProfile, openRaw, postTo, RawClient } from '../helpers/clients.ts';
import { openFlood } from '../helpers/flood.ts';
import { descriptors, residentBytes, settled } from '../helpers/proc.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { connectedTls } from '../helpers/tls.ts';

const LONG = process.env['TCHAT_FAULTS'] !== undefined;
const PER_SECOND = LONG ? 500 : 100;
const COUNT = PER_SECOND * (LONG ? 120 : 10);
const HONEST = LONG ? 40 : 12;
/** One in twenty may fail. */
const HONEST_LEAST = LONG ? 38 : 11;
const HONEST_WITHIN = 5_000;
/** Strangers that a server holds, and those refused that may linger to read why. */
const HELD = 256;
const LINGERING = 64;
const MIB = 1024 * 1024;
const PATIENCE = 60_000;

/** With no exempt address: by hand the limits hold for loopback too. */
const LIMITED = ['--max-per-address', '16'];

/** The time that a login took, in milliseconds; null where it failed. */
async function login(t: ExecutionContext, { port }: TestServer, n: number): Promise<number | null> {
  const began = performance.now();
  try {
    const { socket, binding } = await connectedTls(port, { localAddress: `127.0.4.${n + 1}` });
    t.teardown(() => socket.destroy());
    const peer = new RawClient(socket, newProfile(`honest-${n}`), binding);
    const welcomed = peer.login().then(() => true);
    const ended = peer.ended().then(() => false);
    return (await Promise.race([welcomed, ended])) ? performance.now() - began : null;
  } catch {
    return null;
  }
}

// Red when a full server refuses everybody alike (then hardly anybody gets in), when who is silent is not cut
// (connections that are left), and when TLS has no limit of its own (the same).
test.serial(`${HONEST} log in while ${COUNT} hostile connections come at ${PER_SECOND} a second`, async t => {
  t.timeout(10 * 60_000);
  const server = await startServer({ args: LIMITED });
  t.teardown(() => server.stop());
  const pid = server.child.pid!;
  const flood = await openFlood(server.port);
  t.teardown(() => flood.end());

  const first = descriptors(pid);
  const above = (least: number, most: number) => () => {
    const more = descriptors(pid) - first - least;
    return more <= most ? null : `${more} descriptors more`;
  };
  // Once all that there is is compiled and pools have their size.
  await flood.run(300, 150);
  flood.end();
  await settled(above(0, 5), PATIENCE);
  const before = { bytes: residentBytes(pid), begun: flood.begun.length };

  let [files, bytes] = [0, 0];
  const watch = setInterval(() => {
    files = Math.max(files, descriptors(pid) - first);
    bytes = Math.max(bytes, residentBytes(pid) - before.bytes);
  }, 50);
  t.teardown(() => clearInterval(watch));
  const logins: Promise<number | null>[] = [];
  const flooded = flood.run(COUNT, PER_SECOND);
  // By how far the flood has come, so that they meet it on a slow machine too; the first when it is high.
  for (let n = 0; n < HONEST; n++) {
    const due = before.begun + COUNT * (0.4 + (0.55 * n) / HONEST);
    await settled(() => (flood.begun.length >= due ? null : 'the flood does not go on'), 5 * PATIENCE);
    logins.push(login(t, server, n));
  }
  await flooded;
  const times = (await Promise.all(logins)).filter(time => time !== null);
  clearInterval(watch);
  const slowest = Math.max(...times);
  await settled(() => (flood.begun.some(each => each.open()) ? 'hostile connections are left' : null), PATIENCE);
  const longest = Math.max(...flood.begun.slice(before.begun).map(each => each.lasted()));
  await settled(above(times.length, 5), PATIENCE);

  t.log(`${times.length} of ${HONEST} logins, the slowest in ${Math.round(slowest)} ms; hostile ones held for
    ${Math.round(longest)} ms at most; ${files} descriptors and ${(bytes / MIB).toFixed(1)} MiB more at most`);
  t.true(files > HELD / 2, `it was a flood: ${files} descriptors`);
  t.true(files <= HELD + LINGERING + HONEST, `${files} descriptors`);
  t.true(times.length >= HONEST_LEAST, `${times.length} logins`);
  t.true(bytes <= 32 * MIB, `${bytes} bytes more`);
  if (LONG) {
    t.true(times.filter(time => time <= HONEST_WITHIN).length >= HONEST_LEAST, `slowest ${slowest} ms`);
    // The clocks of two processes, and a timer that is due within a turn.
    t.true(longest <= LOGIN_TIMEOUT + 500, `held for ${longest} ms`);
  }
  t.is(server.lines.filter(line => line['event'] === 'dropped').length, 0);
  t.is(server.stderr(), '');
});

// Red when the log opens a file for what it writes.
test.serial('out of descriptors, those connected keep talking, and whoever comes later gets in', async t => {
  const server = await startServer({ args: ['--max-per-address', '1000'] });
  t.teardown(() => server.stop());
  const pid = server.child.pid!;
  const alice = await openRaw(t, 'alice', { port: server.port, tls: true });
  await alice.login();
  const says = async (text: string) => {
    const id = newId();
    alice.send({ type: 'command', id, command: postTo('#lobby', text) });
    await alice.packet('ack', each => each.id === id);
  };
  await says('before');

  const most = descriptors(pid) + 4;
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${most}:${most + 1_000}`]);
  const flood = await openFlood(server.port);
  t.teardown(() => flood.end());
  for (let n = 0; n < 100; n++) flood.begin();
  await settled(() => (descriptors(pid) >= most - 1 ? null : 'it still has descriptors'), PATIENCE);
  for (let n = 0; n < 20; n++) await says(`meanwhile ${n}`);

  flood.end();
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${most + 1_000}`]);
  // The same queue of connections that were never accepted is worked through first.
  const bob = await openRaw(t, 'bob', { port: server.port, tls: true });
  await bob.login();
  await says('after');
  t.is(server.stderr(), '');
});
