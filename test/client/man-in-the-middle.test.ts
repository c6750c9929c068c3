// Somebody stands in between, in every way that one can: whoever knows the server does not say one byte to them, and
// whoever does not know it cannot be logged in by them.
// Seen red: the look at the key left out, or done after the hello; a link that is not asked; statements that are not
// checked, or not against the key that is known; a transcript without the exporter; no look at the ALPN.
import { generateKeyPairSync, sign } from 'node:crypto';
import { connect } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { type Rotation, readCertificate, signRotation } from '../../src/identity/certificate.ts';
import { KnownServers } from '../../src/identity/known-servers.ts';
import { ROTATIONS_KEPT } from '../../src/limits.ts';
import { encodeClose } from '../../src/protocol/frame.ts';
import { openClient, openServer } from '../helpers/clients.ts';
import { Inbox } from '../helpers/inbox.ts';
import { inTheMiddle, listening, type MiddleOptions } from '../helpers/man-in-the-middle.ts';
import { temporaryHome } from '../helpers/program.ts';
import { clientHello, connectedTls, type MadeKey, newServerKey } from '../helpers/tls.ts';

/** One person's machine: what it knows, and a client on it. Every address is the same server to it. */
function machine(t: ExecutionContext, link: Buffer | null = null) {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const known = new KnownServers(home);
  const server = 'chat.example:7420';
  const verdicts: string[] = [];
  const accept = (certificate: Uint8Array) => {
    const { verdict, fingerprint } = known.judge({ server, fingerprint: link }, certificate);
    verdicts.push(verdict);
    return fingerprint;
  };
  return {
    ...{ known, server, verdicts },
    dial: (port: number, name = 'alice') => openClient(t, name, { port, accept, timeout: 5_000 }),
    /** The code of the error with which a dial ends. */
    fails: async (port: number, name = 'alice') => {
      const error = (await t.throwsAsync(openClient(t, name, { port, accept, timeout: 5_000 }))) as TchatError;
      return error.code;
    },
  };
}

const shown = ({ key, certificate }: MadeKey) => ({ key, cert: certificate });

/** A server and a machine that knows it, and somebody in between who shows another key. */
async function between(t: ExecutionContext, middle: Partial<MiddleOptions> = {}) {
  const real = newServerKey();
  const own = newServerKey();
  const server = await openServer(t, { tls: real });
  const at = machine(t);
  at.known.set(at.server, real.fingerprint);
  const attacker = await inTheMiddle(t, { tls: shown(own), relay: server.facts.port, ...middle });
  return { real, own, server, at, attacker };
}

/** Refused, and nothing was said. */
async function refused(t: ExecutionContext, where: Awaited<ReturnType<typeof between>>, code: string): Promise<void> {
  t.is(await where.at.fails(where.attacker.port), code);
  await where.attacker.ended.until('the end', all => all.length > 0);
  t.deepEqual(where.attacker.heard, [], 'not one byte');
  t.deepEqual(where.at.known.get(where.at.server), where.real.fingerprint, 'the pin stays');
}

test('a server that is known is joined, and nothing is said of its key', async t => {
  const { at, server } = await between(t);
  await at.dial(server.facts.port);
  t.deepEqual(at.verdicts, ['known']);
});

test('1: another key than the one that is known', async t => {
  await refused(t, await between(t), 'server-key-changed');
});

test('2: another key than the one in the link, where nothing is known', async t => {
  const real = newServerKey();
  const at = machine(t, real.fingerprint);
  const attacker = await inTheMiddle(t, { tls: shown(newServerKey()) });
  t.is(await at.fails(attacker.port), 'link-key-differs');
  await attacker.ended.until('the end', all => all.length > 0);
  t.deepEqual(attacker.heard, []);
  t.is(at.known.get(at.server), null, 'and it is not known from then on');
});

test('3: a link for the attacker’s key, where the server is known', async t => {
  const own = newServerKey();
  const real = newServerKey();
  const at = machine(t, own.fingerprint);
  at.known.set(at.server, real.fingerprint);
  const attacker = await inTheMiddle(t, { tls: shown(own) });
  t.is(await at.fails(attacker.port), 'server-key-changed');
  t.deepEqual(attacker.heard, []);
});

const FORGED: Readonly<Record<string, (real: MadeKey, own: MadeKey) => readonly Rotation[]>> = {
  '4: statements of the server that lead to another key of its own': real => [
    signRotation(real.secret, newServerKey().raw),
  ],
  '5: a statement for the attacker’s key that the attacker signed': (real, own) => {
    const forged = signRotation(own.secret, own.raw);
    real.raw.copy(forged, 0);
    return [forged];
  },
  '6: a statement with a changed bit': (real, own) => {
    const changed = signRotation(real.secret, newServerKey().raw);
    own.raw.copy(changed, 32);
    return [changed];
  },
  '7: a statement of an earlier key than the one that is known, which was stolen since': (real, own) => {
    const earlier = newServerKey();
    return [signRotation(earlier.secret, real.raw), signRotation(earlier.secret, own.raw)];
  },
  '8: a statement whose signature is of other bytes': (real, own) => {
    const keys = Buffer.concat([real.raw, own.raw]);
    return [Buffer.concat([keys, sign(null, keys, real.secret)])];
  },
  '9: a true statement that leads away from the attacker’s key': (real, own) => [
    signRotation(own.secret, real.raw),
    signRotation(real.secret, newServerKey().raw),
  ],
  '10: statements in an order that does not lead there': (real, own) => {
    const step = newServerKey();
    return [signRotation(step.secret, own.raw), signRotation(real.secret, step.raw)];
  },
};

for (const [title, forge] of Object.entries(FORGED)) {
  test(title, async t => {
    const where = await between(t);
    const { real } = where;
    const secret = generateKeyPairSync('ed25519').privateKey;
    const own = newServerKey(forge(real, newServerKey([], secret)), secret);
    const attacker = await inTheMiddle(t, { tls: shown(own), relay: where.server.facts.port });
    await refused(t, { ...where, attacker }, 'server-key-changed');
  });
}

test('11: the server’s own certificate, without its key', async t => {
  const where = await between(t);
  const cert = where.real.certificate;
  // TLS itself takes no such pair where it can compare them.
  t.throws(() => createSecureContext({ key: where.own.key, cert }));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const tls = { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
  await refused(t, { ...where, attacker: await inTheMiddle(t, { tls }) }, 'not-tchat');
});

test('12: TLS 1.2, with the server’s own key', async t => {
  const where = await between(t);
  const tls = { ...shown(where.real), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
  await refused(t, { ...where, attacker: await inTheMiddle(t, { tls }) }, 'not-tchat');
});

test('13: no ALPN, with the server’s own key', async t => {
  const where = await between(t);
  await refused(
    t,
    { ...where, attacker: await inTheMiddle(t, { tls: shown(where.real), protocols: [] }) },
    'not-tchat',
  );
});

test('14: another ALPN, with the server’s own key', async t => {
  const where = await between(t);
  const attacker = await inTheMiddle(t, { tls: shown(where.real), protocols: ['h2', 'tchat/2'] });
  await refused(t, { ...where, attacker }, 'not-tchat');
});

for (const [title, words] of [
  ['15: a server that does not encrypt', encodeClose({ code: 'closed', detail: '' })],
  ['16: a web server', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['17: an SSH server', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
  ['18: a mail server', Buffer.from('220 mail.example ESMTP ready\r\n')],
] as const) {
  test(`${title} in its place`, async t => {
    const heard = new Inbox<Buffer>();
    const port = await listening(t, socket => {
      socket.on('data', chunk => heard.add(chunk));
      socket.write(words);
    });
    t.is(await machine(t).fails(port), 'not-encrypted');
    await heard.until('its first words', all => all.length > 0);
    // A client of TLS speaks first; nothing of it is a login.
    t.is(heard.all[0]?.[0], 0x16);
    t.false(Buffer.concat(heard.all).includes('hello'));
  });
}

test('19: a login that is passed on, by somebody whom the person took for the server', async t => {
  const { attacker, own, server } = await between(t);
  const at = machine(t);
  t.is(await at.fails(attacker.port), 'login-invalid');
  t.deepEqual(at.verdicts, ['pinned'], 'nobody can know on first use');
  t.deepEqual(at.known.get(at.server), own.fingerprint);
  t.true(attacker.heard.length > 0);
  t.is(server.admin(() => {}).snapshot().users.length, 0);
});

test('20: a login that is passed on, by somebody who has the server’s own key', async t => {
  const where = await between(t);
  const attacker = await inTheMiddle(t, { tls: shown(where.real), relay: where.server.facts.port });
  // Who the server is looks right from both sides: what differs is the connection.
  t.is(await where.at.fails(attacker.port), 'login-invalid');
});

test('21: another tchat server in the place of the one that is known', async t => {
  const { at } = await between(t);
  const other = await openServer(t, { tls: newServerKey() });
  t.is(await at.fails(other.facts.port), 'server-key-changed');
});

test('22: the first words of the true server, played again', async t => {
  const { at, real, server } = await between(t);
  const recorded = await new Promise<Buffer>(resolve => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port: server.facts.port });
    void clientHello().then(hello => socket.write(hello));
    socket.on('data', chunk => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length > 300) resolve(Buffer.concat(chunks));
    });
    t.teardown(() => socket.destroy());
  });
  const heard: Buffer[] = [];
  const port = await listening(t, socket => {
    socket.on('data', chunk => heard.push(chunk));
    socket.once('data', () => socket.write(recorded));
  });
  t.is(await at.fails(port), 'not-tchat');
  t.deepEqual(at.known.get(at.server), real.fingerprint);
});

test('23: a bit of the stream changed ends the connection, whichever way it goes', async t => {
  const { at, server } = await between(t);
  for (const direction of ['up', 'down'] as const) {
    let count = 0;
    const port = await listening(t, near => {
      const far = connect({ host: '127.0.0.1', port: server.facts.port, noDelay: true });
      far.on('error', () => {});
      const pass = (from: typeof near, to: typeof near, changes: boolean) =>
        from.on('data', chunk => {
          count += changes ? 1 : 0;
          // Beyond the first words of TLS.
          if (changes && count > 2) chunk[chunk.length - 1] = (chunk.at(-1) as number) ^ 1;
          to.write(chunk);
        });
      pass(near, far, direction === 'up');
      pass(far, near, direction === 'down');
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
    const error = await at
      .dial(port, `user-${direction}`)
      .then(client => client.message('over').then(({ error }) => error))
      .catch((error: TchatError) => error);
    t.regex(error.code, /^(connection-lost|not-tchat|login-timeout)$/);
  }
});

test('24: a connection that is cut after each of its bytes in turn is an error, and never a login', async t => {
  t.timeout(60_000);
  const { at, server } = await between(t);
  let most = 0;
  let cut = Number.POSITIVE_INFINITY;
  const port = await listening(t, near => {
    const far = connect({ host: '127.0.0.1', port: server.facts.port, noDelay: true });
    far.on('error', () => {});
    let passed = 0;
    near.pipe(far);
    far.on('data', chunk => {
      const part = chunk.subarray(0, Math.max(0, cut - passed));
      passed += part.length;
      most = Math.max(most, passed);
      near.write(part);
      if (passed >= cut) near.end();
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const whole = await at.dial(port);
  whole.client.close();
  const handshake = most;
  t.true(handshake > 500);
  for (cut = 1; cut < Math.min(700, handshake); cut += 23) {
    t.regex(await at.fails(port, 'bob'), /^(not-tchat|connection-lost)$/, `cut after ${cut}`);
  }
});

// Rotations that are true

test('a new key that the known one has signed for is taken by itself, and the old one never again', async t => {
  const first = newServerKey();
  const second = newServerKey([], generateKeyPairSync('ed25519').privateKey);
  const rotated = newServerKey([signRotation(first.secret, second.raw)], second.secret);
  const at = machine(t);
  at.known.set(at.server, first.fingerprint);
  const server = await openServer(t, { tls: rotated });
  await at.dial(server.facts.port);
  t.deepEqual(at.verdicts, ['rotated']);
  t.deepEqual(at.known.get(at.server), second.fingerprint);
  await at.dial(server.facts.port, 'bob');
  t.deepEqual(at.verdicts, ['rotated', 'known'], 'said once');
  const thief = await inTheMiddle(t, { tls: shown(first), relay: server.facts.port });
  t.is(await at.fails(thief.port), 'server-key-changed');
  t.deepEqual(thief.heard, []);
});

test('whoever was away for several new keys still comes in, and so does an old link; for too many not', async t => {
  const keys = [newServerKey()];
  const rotations: Rotation[] = [];
  for (let n = 0; n <= ROTATIONS_KEPT; n++) {
    const next = newServerKey();
    rotations.push(signRotation((keys.at(-1) as MadeKey).secret, next.raw));
    keys.push(next);
  }
  const last = newServerKey(rotations.slice(-ROTATIONS_KEPT), (keys.at(-1) as MadeKey).secret);
  const server = await openServer(t, { tls: last });
  for (const [age, passes] of [
    [1, true],
    [5, true],
    [ROTATIONS_KEPT, true],
    [ROTATIONS_KEPT + 1, false],
  ] as const) {
    const old = keys[keys.length - 1 - age] as MadeKey;
    const pinned = machine(t);
    pinned.known.set(pinned.server, old.fingerprint);
    const linked = machine(t, old.fingerprint);
    if (passes) {
      await pinned.dial(server.facts.port, `pinned-${age}`);
      await linked.dial(server.facts.port, `linked-${age}`);
      t.deepEqual(linked.known.get(linked.server), last.fingerprint);
    } else {
      t.is(await pinned.fails(server.facts.port), 'server-key-changed');
      t.is(await linked.fails(server.facts.port), 'link-key-differs');
    }
  }
});

test('a key that changes while one is connected ends the client for good, at its next dial', async t => {
  const first = newServerKey();
  const server = await openServer(t, { tls: first });
  const { port } = server.facts;
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const known = new KnownServers(home);
  const accept = (certificate: Uint8Array) =>
    known.judge({ server: 'one:1', fingerprint: null }, certificate).fingerprint;
  const alice = await openClient(t, 'alice', { port, accept, reconnect: true });
  await server.close();
  const attacker = await openServer(t, { tls: newServerKey(), port });
  const { error } = await alice.message('over');
  t.is(error.code, 'server-key-changed');
  t.deepEqual(error.params['known'], first.fingerprint.toString('base64url'));
  t.is(attacker.admin(() => {}).snapshot().users.length, 0);
});

test('what a login is bound to is the same at both ends, and another on every connection', async t => {
  const key = newServerKey();
  const exporters: string[] = [];
  const port = await listening(t, raw => {
    const socket = new TLSSocket(raw, {
      ...{ isServer: true, secureContext: createSecureContext(shown(key)), ALPNProtocols: ['tchat/1'] },
    });
    socket.once('secure', () =>
      exporters.push(socket.exportKeyingMaterial(32, 'EXPERIMENTAL tchat login', Buffer.alloc(0)).toString('hex')),
    );
    socket.on('error', () => {});
    socket.resume();
  });
  const mine: string[] = [];
  for (let n = 0; n < 3; n++) {
    const { binding, socket } = await connectedTls(port);
    t.teardown(() => socket.destroy());
    mine.push(Buffer.from(binding.exporter).toString('hex'));
    t.deepEqual(Buffer.from(binding.serverKey), key.fingerprint);
  }
  while (exporters.length < 3) await new Promise(resolve => setImmediate(resolve));
  t.deepEqual([...exporters].sort(), [...mine].sort());
  t.is(new Set(mine).size, 3);
  t.deepEqual(readCertificate(Buffer.from(key.certificate.replace(/-----[^-]+-----|\n/g, ''), 'base64')).rotations, []);
});
