// The door: who is admitted, who is told why not, and that every count goes back.
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { TchatError } from '../../src/errors.ts';
import { FRAME_HEADER } from '../../src/limits.ts';
import { type CloseNote, decodeClose } from '../../src/protocol/frame.ts';
import { Admission, type AdmissionLimits, type Ticket } from '../../src/session/admission.ts';
import { systemClock } from '../../src/session/clock.ts';
import { type Admitted, Listener } from '../../src/session/listener.ts';
import type { TlsKey } from '../../src/session/tls.ts';
import { Inbox } from '../helpers/inbox.ts';
import { newServerKey } from '../helpers/tls.ts';

const LIMITS: AdmissionLimits = {
  connections: 100,
  unauthenticated: 100,
  perAddress: 100,
  unauthenticatedPerAddress: 100,
  perMinute: 1_000,
  exempt: [],
};

const DOOR = { port: 0, tls: null, clock: systemClock, admitted: () => {}, refused: () => {} } as const;

interface Door {
  readonly listener: Listener;
  readonly admission: Admission;
  readonly inside: Inbox<Admitted>;
  readonly refused: string[];
  /** Resolves when so many are inside. */
  open(count: number): Promise<void>;
}

async function door(t: ExecutionContext, limits: Partial<AdmissionLimits>): Promise<Door> {
  const admission = new Admission({ ...LIMITS, ...limits });
  const inside = new Inbox<Admitted>();
  const changes = new Inbox<null>();
  const refused: string[] = [];
  const listener = await Listener.open({
    host: '127.0.0.1',
    port: 0,
    tls: null,
    clock: systemClock,
    admission,
    admitted: connection => {
      connection.socket.on('error', () => {});
      connection.socket.on('close', () => changes.add(null));
      connection.socket.resume();
      inside.add(connection);
      changes.add(null);
    },
    refused: (address, code) => refused.push(`${address} ${code}`),
  });
  t.teardown(() => {
    listener.close();
    for (const { socket } of inside.all) socket.destroy();
  });
  const open = (count: number) => changes.until(`${count} open`, () => admission.open === count).then(() => {});
  return { listener, admission, inside, refused, open };
}

/** What a connection reads until its end, as a close. */
function reads(socket: Socket): Promise<CloseNote> {
  const chunks: Buffer[] = [];
  socket.on('data', chunk => chunks.push(chunk));
  socket.on('error', () => {});
  return new Promise(resolve =>
    socket.once('close', () => resolve(decodeClose(Buffer.concat(chunks).subarray(FRAME_HEADER)))),
  );
}

function come(t: ExecutionContext, { listener }: Door, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ host: '127.0.0.1', port: listener.port, localAddress });
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

// Red when the count goes back only for those that ended by themselves.
test('so many connections are let in; the next reads that the server is full, and has room when one has gone', async t => {
  const at = await door(t, { connections: 3 });
  const first = [come(t, at), come(t, at), come(t, at)];
  await at.open(3);
  const late = come(t, at);
  // It has said something already: the reason still arrives.
  late.write('hello');
  t.deepEqual(await reads(late), { code: 'server-full', detail: '' });
  first[0]?.resetAndDestroy();
  await at.open(2);
  come(t, at);
  await at.open(3);
  at.inside.all[1]?.socket.destroy();
  await at.open(2);
  t.is(at.admission.unauthenticated, 2);
});

test('an address has its own limits, and others are not held to them', async t => {
  const at = await door(t, { perAddress: 3, unauthenticatedPerAddress: 2 });
  come(t, at, '127.0.0.2');
  come(t, at, '127.0.0.2');
  await at.open(2);
  t.is((await reads(come(t, at, '127.0.0.2'))).code, 'address-full');
  const other = come(t, at, '127.0.0.3');
  await at.open(3);
  for (const { ticket } of at.inside.all) ticket.authenticated();
  come(t, at, '127.0.0.2');
  await at.open(4);
  for (const { ticket } of at.inside.all) ticket.authenticated();
  t.is((await reads(come(t, at, '127.0.0.2'))).code, 'address-full', 'open ones count too');
  other.destroy();
  await at.open(3);
  t.deepEqual(at.refused, ['127.0.0.2 address-full', '127.0.0.2 address-full']);
  t.deepEqual(
    at.inside.all.map(each => each.address),
    ['127.0.0.2', '127.0.0.2', '127.0.0.3', '127.0.0.2'],
  );
});

test('an exempt address is held to the limit of all connections alone', async t => {
  const at = await door(t, {
    connections: 4,
    perAddress: 1,
    unauthenticatedPerAddress: 1,
    perMinute: 1_000,
    exempt: ['127.0.0.9'],
  });
  for (let n = 0; n < 4; n++) come(t, at, '127.0.0.9');
  await at.open(4);
  t.is((await reads(come(t, at, '127.0.0.9'))).code, 'server-full');
});

test('a port in use and an address of others are told apart', async t => {
  const at = await door(t, {});
  const again = (host: string, port: number, tls: TlsKey | null = null) =>
    Listener.open({ ...DOOR, host, port, tls, admission: at.admission });
  await t.throwsAsync(again('127.0.0.1', at.listener.port), { instanceOf: TchatError, code: 'address-in-use' });
  await t.throwsAsync(again('192.0.2.1', 0, newServerKey()), { instanceOf: TchatError, code: 'address-not-ours' });
});

// Red when whoever serves in the clear is asked for no address of its own.
test('what is not encrypted is for this machine alone', async t => {
  const at = await door(t, {});
  const plain = (host: string | null) => Listener.open({ ...DOOR, host, admission: at.admission });
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'chat.example']) {
    await t.throwsAsync(plain(host), { instanceOf: TchatError, code: 'plain-address' }, host);
  }
  const own = await plain(null);
  t.is(own.host, '127.0.0.1');
  own.close();
});

test('a closed door lets nobody in, and those inside stay', async t => {
  const at = await door(t, {});
  come(t, at);
  await at.open(1);
  at.listener.close();
  at.listener.close();
  const late = come(t, at);
  await new Promise(resolve => late.once('close', resolve));
  t.is(at.admission.open, 1);
});

const ADDRESSES = [
  '10.0.0.1',
  '::ffff:10.0.0.1',
  '10.0.0.2',
  '2001:db8::1',
  '2001:db8:0:0:ffff::2',
  '2001:db8:0:1::1',
  '::1',
  'fe80::1%lo',
];
/** Which of them count as one. */
const NETWORKS = [0, 0, 1, 2, 2, 3, 4, 5];

// Red when a full door refuses everybody alike, when it cuts the newest, or when an exempt network is cut.
test('where strangers fill all places, an address with fewer takes the oldest of the one with most', async t => {
  const at = await door(t, { unauthenticated: 4, exempt: ['127.0.0.9'] });
  const held: Socket[] = [];
  for (const [n, address] of ['127.0.0.9', '127.0.0.9', '127.0.0.2', '127.0.0.2'].entries()) {
    held.push(come(t, at, address));
    await at.open(n + 1);
  }
  t.is((await reads(come(t, at, '127.0.0.2'))).code, 'server-full', 'it has the most itself');
  const ended = new Promise(resolve => held[2]?.once('close', resolve));
  come(t, at, '127.0.0.3');
  await ended;
  await at.open(4);
  t.true(held[3]?.readable);
  t.is(at.admission.unauthenticated, 4);
  t.is((await reads(come(t, at, '127.0.0.2'))).code, 'server-full', 'nobody has more than it');
  // Each address but the exempt one has one place now.
  const next = new Promise(resolve => held[3]?.once('close', resolve));
  come(t, at, '127.0.0.9');
  await next;
  at.inside.all.at(-2)?.ticket.authenticated();
  t.is(at.admission.unauthenticated, 3, 'who has logged in is a stranger no more');
  t.deepEqual(at.refused, Array(4).fill('127.0.0.2 server-full'));
});

// Red when leave counts twice, or an IPv6 address counts by itself.
test('counts are those of a simple model, and all go back', t => {
  const step = fc.record({
    what: fc.constantFrom('enter', 'enter', 'in', 'leave'),
    at: fc.nat(),
    address: fc.nat(ADDRESSES.length - 1),
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const limits = {
          connections: 8,
          unauthenticated: 5,
          perAddress: 3,
          unauthenticatedPerAddress: 2,
          perMinute: 1_000,
          exempt: ['10.0.0.2'],
        };
        const admission = new Admission(limits);
        const inside: { ticket: Ticket; network: number; strange: boolean }[] = [];
        let cut: (() => void)[] = [];
        for (const { what, at, address } of steps) {
          const one = inside[at % Math.max(1, inside.length)];
          if (what === 'enter') {
            const network = NETWORKS[address] as number;
            const same = inside.filter(each => each.network === network);
            const strangers = inside.filter(each => each.strange);
            const strange = (at: number) => strangers.filter(each => each.network === at).length;
            const crowded = network !== 1 && (same.length >= 3 || strange(network) >= 2);
            // The first of those who have most.
            const others = strangers.filter(each => each.network !== 1);
            const most = others.find(each => others.every(other => strange(other.network) <= strange(each.network)));
            const room = most && !crowded && (network === 1 || strange(most.network) > strange(network));
            const full = inside.length >= 8 || (strangers.length >= 5 && !room);
            const expected = full ? 'server-full' : crowded ? 'address-full' : 'in';
            const gone = strangers.length >= 5 && expected === 'in' ? most : undefined;
            cut = [];
            const me = { strange: true, network };
            const end = () => cut.push(() => inside.splice(inside.indexOf(entry), 1));
            const ticket = admission.enter(ADDRESSES[address] as string, end);
            const entry = { ...me, ticket: ticket as Ticket };
            if ((typeof ticket === 'string' ? ticket : 'in') !== expected) return false;
            if (cut.length !== (gone ? 1 : 0)) return false;
            for (const each of cut) each();
            if (gone && inside.includes(gone)) return false;
            if (typeof ticket !== 'string') inside.push(entry);
          } else if (one && what === 'in') {
            one.strange = false;
            one.ticket.authenticated();
            one.ticket.authenticated();
          } else if (one) {
            inside.splice(inside.indexOf(one), 1);
            one.ticket.leave();
            one.ticket.leave();
            one.ticket.authenticated();
          }
          if (admission.open !== inside.length) return false;
          if (admission.unauthenticated !== inside.filter(each => each.strange).length) return false;
        }
        for (const { ticket } of inside) ticket.leave();
        return admission.open === 0 && admission.unauthenticated === 0;
      }),
      { numRuns: 1_000 },
    ),
  );
});
