// Addresses, one dial, and the pauses between dials.
import { createServer } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { TchatError } from '../../src/errors.ts';
import { RECONNECT_FIRST, RECONNECT_LONGEST } from '../../src/limits.ts';
import { DEFAULT_PORT, formatAddress, parseAddress } from '../../src/session/address.ts';
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
          return error instanceof TchatError && error.code === 'bad-address';
        }
      }),
    ),
  );
});
