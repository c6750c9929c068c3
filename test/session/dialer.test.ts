// Addresses, one dial, and the pauses between dials.
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import test from 'ava';
import fc from 'fast-check';
import { TchatError } from '../../src/errors.ts';
import { RECONNECT_FIRST, RECONNECT_LONGEST } from '../../src/limits.ts';
import {
  DEFAULT_PORT,
  formatAddress,
  formatLink,
  isLoopback,
  type Link,
  parseAddress,
  parseLink,
  serverKeyOf,
} from '../../src/session/address.ts';
import { Backoff, dial } from '../../src/session/dialer.ts';
import { anyText } from '../helpers/arbitraries.ts';

test('a dial gives a connected socket', async t => {
  const server = createServer(socket => socket.end('hi'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const { socket, exporter } = await dial(
    { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 },
    { timeout: 5_000 },
  );
  t.is(exporter.length, 0);
  socket.on('error', () => {});
  const text = await new Promise(resolve => socket.once('data', resolve));
  t.is(String(text), 'hi');
  socket.destroy();
});

test('a port where nothing listens, and a host that does not exist, are told apart', async t => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise(resolve => server.close(resolve));
  const refused = await t.throwsAsync(dial({ host: '127.0.0.1', port }, { timeout: 5_000 }), {
    instanceOf: TchatError,
    code: 'unreachable',
  });
  t.deepEqual((refused as TchatError).params, { address: `127.0.0.1:${port}`, reason: 'nothing listens there' });
  await t.throwsAsync(dial({ host: 'no-such-host.invalid', port: 1 }, { timeout: 20_000 }), { code: 'no-such-host' });
});

test('a dial that gets no answer ends at its time', async t => {
  // A full backlog, or an address of documentation (RFC 5737): either is silent or unreachable, never connected.
  const error = await t.throwsAsync(dial({ host: '192.0.2.1', port: 9 }, { timeout: 50 }), { instanceOf: TchatError });
  t.is(error?.code, 'unreachable');
});

// Red without the doubling, the ceiling or the jitter.
test('pauses double up to a ceiling and are spread over all of it', t => {
  const highest = new Backoff(() => 1);
  const ceilings = Array.from({ length: 12 }, () => highest.next());
  t.deepEqual(ceilings.slice(0, 4), [RECONNECT_FIRST, RECONNECT_FIRST * 2, RECONNECT_FIRST * 4, RECONNECT_FIRST * 8]);
  t.is(ceilings.at(-1), RECONNECT_LONGEST);
  t.deepEqual(
    ceilings,
    [...ceilings].sort((a, b) => a - b),
  );
  highest.reset();
  t.is(highest.next(), RECONNECT_FIRST);
  t.is(new Backoff(() => 0).next(), 0);
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), parts => {
        let at = 0;
        const backoff = new Backoff(() => parts[at % parts.length] as number);
        return parts.every((part, n) => {
          at = n;
          return backoff.next() === Math.round(part * Math.min(RECONNECT_LONGEST, RECONNECT_FIRST * 2 ** n));
        });
      }),
    ),
  );
});

test('an address may be a name, a number, bracketed, a link, with or without a port', t => {
  const good: readonly (readonly [string, string, number])[] = [
    ['localhost', 'localhost', DEFAULT_PORT],
    [' chat.example:80 ', 'chat.example', 80],
    ['10.0.0.1:65535', '10.0.0.1', 65535],
    ['::1', '::1', DEFAULT_PORT],
    ['[::1]', '::1', DEFAULT_PORT],
    ['[2001:db8::1]:7000', '2001:db8::1', 7000],
    ['tchat://[::1]:9/', '::1', 9],
  ];
  for (const [text, host, port] of good) t.deepEqual(parseAddress(text), { host, port }, text);
  for (const text of [
    '',
    ' ',
    ':80',
    'a b',
    'a:b',
    'a:0',
    'a:65536',
    'a:',
    '[a]:1',
    '[::1',
    'a:1:2',
    '[]',
    'tchat://',
    '::1]:8',
  ]) {
    t.throws(() => parseAddress(text), { instanceOf: TchatError, code: 'bad-address' }, text);
  }
});

test('what is written of an address reads back as the same, and nothing else throws', t => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom('localhost', '服务器'));
  t.notThrows(() =>
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65535 }), (name, port) => {
        t.deepEqual(parseAddress(formatAddress({ host: name, port })), { host: name, port });
      }),
    ),
  );
  t.notThrows(() =>
    fc.assert(
      fc.property(anyText, text => {
        try {
          const { port } = parseAddress(text);
          return port >= 1 && port <= 65535;
        } catch (error) {
          return error instanceof TchatError && /^bad-(address|link)$/.test(error.code);
        }
      }),
    ),
  );
});

const PRINT = Buffer.alloc(32, 0xa5).toString('base64url');

test('a link carries the fingerprint and the invite along, and each may be missing', t => {
  const good: readonly (readonly [string, Link])[] = [
    [
      `tchat://h:1/#${PRINT}.in-vite_1`,
      { address: at('h', 1), fingerprint: Buffer.alloc(32, 0xa5), invite: 'in-vite_1' },
    ],
    [`tchat://h/#${PRINT}`, { address: at('h', DEFAULT_PORT), fingerprint: Buffer.alloc(32, 0xa5), invite: null }],
    [`TCHAT://h:1#${PRINT}`, { address: at('h', 1), fingerprint: Buffer.alloc(32, 0xa5), invite: null }],
    ['tchat://h:1/#.token', { address: at('h', 1), fingerprint: null, invite: 'token' }],
    ['tchat://h:1/#', { address: at('h', 1), fingerprint: null, invite: null }],
    ['h:1', { address: at('h', 1), fingerprint: null, invite: null }],
    [
      'tchat+plain://127.0.0.1:1/',
      { address: { ...at('127.0.0.1', 1), plain: true }, fingerprint: null, invite: null },
    ],
  ];
  for (const [text, link] of good) t.deepEqual(parseLink(text), link, text);
  const print = PRINT.slice(0, -1);
  for (const rest of [
    print,
    `${PRINT}A`,
    `${print}B`,
    `${PRINT}.`,
    `${PRINT}.a.b`,
    `${PRINT}.a b`,
    `.${'a'.repeat(513)}`,
    'x',
  ]) {
    t.throws(() => parseLink(`tchat://h:1/#${rest}`), { instanceOf: TchatError, code: 'bad-link' }, rest);
  }
});

function at(host: string, port: number) {
  return { host, port };
}

test('a link that is printed reads back as the same, and is one word for a shell', t => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  const invite = fc.option(fc.string({ unit: fc.constantFrom(...'aZ0-_'), minLength: 1, maxLength: 60 }), {
    nil: null,
  });
  const print = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: null });
  const port = fc.integer({ min: 1, max: 65535 });
  t.notThrows(() =>
    fc.assert(
      fc.property(host, port, fc.boolean(), print, invite, (name, number, plain, bytes, token) => {
        const address = { host: name, port: number, ...(plain ? ({ plain: true } as const) : {}) };
        const link = { address, fingerprint: bytes === null ? null : Buffer.from(bytes), invite: token };
        const text = formatLink(link);
        t.deepEqual(parseLink(text), link);
        t.deepEqual(parseAddress(formatAddress(address)), address);
        t.regex(text, /^[\w+:./[\]#-]+$/);
      }),
    ),
  );
});

test('a server has one entry, however its host is spelt', t => {
  const same = (...spellings: readonly string[]) =>
    t.is(new Set(spellings.map(each => serverKeyOf(parseAddress(each)))).size, 1, spellings.join(' '));
  same('Chat.Example', 'chat.example', 'chat.example.', 'tchat://CHAT.example:7420/');
  same('[::1]:7', '[0:0:0:0:0:0:0:1]:7', '[0::1]:7');
  same('[2001:DB8::A]', '[2001:db8:0::a]:7420');
  t.is(serverKeyOf({ host: '10.0.0.1', port: 1 }), '10.0.0.1:1');
  t.is(serverKeyOf({ host: 'fe80::1%eth0', port: 1 }), '[fe80::1%eth0]:1');
  t.not(serverKeyOf(at('a', 1)), serverKeyOf(at('a', 2)));
});

test('this machine is known by its addresses, and nothing that only looks like one', t => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1'])
    t.true(isLoopback(host), host);
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.example',
    '127.1',
    'localhost.example',
    '',
    '::ffff:10.0.0.1',
  ])
    t.false(isLoopback(host), host);
});

test('without encryption no other machine is spoken to', async t => {
  const own = Object.values(networkInterfaces()).flatMap(each => (each ?? []).filter(({ internal }) => !internal));
  const { address } = own.find(({ family }) => family === 'IPv4') ?? {};
  if (address === undefined) {
    t.pass('this machine has no address of its own');
    return;
  }
  const heard: Buffer[] = [];
  const server = createServer(socket => socket.on('data', chunk => heard.push(chunk)));
  await new Promise<void>(resolve => server.listen(0, address, resolve));
  t.teardown(() => server.close());
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  await t.throwsAsync(dial({ host: address, port }, { timeout: 5_000 }), { code: 'plain-address' });
  t.deepEqual(heard, []);
});
