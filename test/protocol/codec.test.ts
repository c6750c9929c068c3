// The gate between bytes and types, in both directions.
import test from 'ava';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { TchatError } from '../../src/errors.ts';
import { FRAME_HEADER, VALUE_DEPTH } from '../../src/limits.ts';
import { decodeClientPacket, decodeServerPacket, encodePacket } from '../../src/protocol/codec.ts';
import { idFromBytes, idToBytes, makeId } from '../../src/protocol/ids.ts';
import type { ClientPacket, ServerPacket } from '../../src/protocol/packet.ts';
import { scanValue } from '../../src/protocol/scan.ts';
import { anyText, clientPackets, mutate, mutations, serverPackets } from '../helpers/arbitraries.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true, variableMapSize: true });
const pack = (value: unknown) => Buffer.from(packr.pack(value));
const payload = (packet: ClientPacket | ServerPacket) => encodePacket(packet).subarray(FRAME_HEADER);
const bad = { instanceOf: TchatError, code: 'bad-packet' };

/** Binary is compared by its bytes, whatever holds it. */
const plain = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? [...each] : Object.is(each, -0) ? 0 : each)),
  );

/** Only a TchatError `bad-packet` counts as an answer. */
function survives(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    decode(bytes);
    return true;
  } catch (error) {
    return error instanceof TchatError && error.code === 'bad-packet';
  }
}

// Red when a field is left out of wire.ts or of its gate.
test('every packet of a client passes the gate unchanged', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(clientPackets, packet => {
        t.deepEqual(plain(decodeClientPacket(payload(packet))), plain(packet));
      }),
      { numRuns: 1_500 },
    ),
  );
});

test('every packet of a server passes the gate unchanged, an event of an unknown kind as unknown', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(serverPackets, packet => {
        t.deepEqual(plain(decodeServerPacket(payload(packet))), plain(packet));
      }),
      { numRuns: 1_500 },
    ),
  );
});

test('fields that are not known are ignored', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(clientPackets, packet => {
        const value = packr.unpack(payload(packet)) as Record<string, unknown>;
        const more = pack({ ...value, future: [1, { deep: 'x' }], zzz: null });
        t.deepEqual(plain(decodeClientPacket(more)), plain(packet));
      }),
      { numRuns: 300 },
    ),
  );
});

// Red when the decoder is called before the scan, or a check reads a property of what may be nil.
test('random and mutated bytes are a packet or a bad packet, and nothing else', t => {
  const decoders = [decodeClientPacket, decodeServerPacket];
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => decoders.every(decode => survives(decode, bytes))),
      { numRuns: 3_000 },
    ),
  );
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.oneof(clientPackets, serverPackets), mutations, (packet, changes) => {
        const bytes = mutate(payload(packet), changes);
        return decoders.every(decode => survives(decode, bytes));
      }),
      { numRuns: 4_000 },
    ),
  );
});

test('any value under any field is a packet or a bad packet', t => {
  const value = fc.anything({ withDate: false, withMap: false, withSet: false, withBigInt: false, maxDepth: 3 });
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.oneof(clientPackets, serverPackets), fc.nat(), value, (packet, at, other) => {
        const fields = packr.unpack(payload(packet)) as Record<string, unknown>;
        const name = Object.keys(fields)[at % Object.keys(fields).length] as string;
        let bytes: Buffer;
        try {
          bytes = pack({ ...fields, [name]: other });
        } catch {
          return true;
        }
        return survives(decodeClientPacket, bytes) && survives(decodeServerPacket, bytes);
      }),
      { numRuns: 3_000 },
    ),
  );
});

test('numbers that count nothing are refused', t => {
  const ack = { type: 'ack', id: Buffer.alloc(16), position: 1, time: 1 };
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53, '1', null, true]) {
    t.throws(() => decodeServerPacket(pack({ ...ack, position: number })), bad, String(number));
  }
  const uint64 = Buffer.from(
    `84a474797065a361636ba26964c410${'00'.repeat(16)}a8706f736974696f6ecfffffffffffffffffa474696d6501`,
    'hex',
  );
  t.throws(() => decodeServerPacket(uint64), bad, '2^64-1');
  const zero = decodeServerPacket(pack({ ...ack, position: -0 }));
  t.true(zero.type === 'ack' && Object.is(zero.position, 0), 'minus zero is zero');
  // Red when a time is any whole number: formatting this one throws.
  t.throws(() => decodeServerPacket(pack({ ...ack, time: 8.64e15 + 1 })), bad);
});

test('names of fields that reach into objects reach nothing', t => {
  const key = (name: string, value: unknown) =>
    Buffer.concat([Buffer.of(0x82), pack('type'), pack('stale'), pack(name), pack(value)]);
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
    t.deepEqual(decodeServerPacket(key(name, { polluted: 1 })), { type: 'stale' });
  }
  t.is(({} as Record<string, unknown>)['polluted'], undefined);
  const inherited = Buffer.concat([Buffer.of(0x81), pack('__proto__'), pack({ type: 'stale' })]);
  t.throws(() => decodeServerPacket(inherited), bad);
  const params = (bytes: Buffer) =>
    Buffer.concat([Buffer.of(0x83), pack('type'), pack('refused'), pack('code'), pack('x'), pack('params'), bytes]);
  t.throws(() => decodeServerPacket(params(pack({ Constructor: 'x' }))), bad);
});

test('text is clean behind the gate, whatever its bytes', t => {
  const event = { type: 'event', kind: 'message', position: 1, time: 1, conversation: '#a', account: '*' };
  t.notThrows(() =>
    fc.assert(
      fc.property(anyText, fc.uint8Array({ maxLength: 80 }), (text, bytes) => {
        const raw = Buffer.concat([Buffer.of(0xda, bytes.length >> 8, bytes.length & 255), bytes]);
        const rest = Object.entries({ ...event, from: text.slice(0, 100) }).flatMap(([name, value]) => [
          pack(name),
          pack(value),
        ]);
        const packet = decodeServerPacket(Buffer.concat([Buffer.of(0x88), ...rest, pack('text'), raw]));
        if (packet.type !== 'event' || packet.event.kind !== 'message' || packet.event.body.kind !== 'text')
          return false;
        const harmful = /[\p{Cs}\p{Co}\p{Cn}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;
        return (
          !harmful.test(packet.event.body.text) && !harmful.test(packet.event.from) && !packet.event.from.includes('\n')
        );
      }),
      { numRuns: 1_500 },
    ),
  );
});

test('the scan takes every plain value, as the library writes it', t => {
  const plainValue = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(null, true, false),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.string({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
      fc.array(tie('value'), { maxLength: 20 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 20 }),
    ),
  })).value;
  const depth = (value: unknown): number =>
    typeof value === 'object' && value !== null && !Buffer.isBuffer(value)
      ? 1 + Math.max(0, ...Object.values(value).map(depth))
      : 0;
  t.notThrows(() =>
    fc.assert(
      fc.property(plainValue, value => {
        fc.pre(depth(value) <= VALUE_DEPTH);
        const bytes = pack(value);
        scanValue(bytes);
        t.throws(() => scanValue(bytes.subarray(0, -1)), bad);
        t.throws(() => scanValue(Buffer.concat([bytes, Buffer.of(0xc0)])), bad);
      }),
      { numRuns: 1_000 },
    ),
  );
});

// Red when scan counts depth per map only, or the extension types' -1 is read as a length.
test('the scan refuses extensions, truncations, and more than sixteen levels', t => {
  for (const type of [0xc1, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8]) {
    t.throws(
      () => scanValue(Buffer.of(type, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
      bad,
      type.toString(16),
    );
  }
  t.throws(() => scanValue(Buffer.alloc(0)), bad);
  const nested = (levels: number) => Buffer.concat([Buffer.alloc(levels, 0x91), Buffer.of(0xc0)]);
  t.notThrows(() => scanValue(nested(VALUE_DEPTH)));
  t.throws(() => scanValue(nested(VALUE_DEPTH + 1)), bad);
  t.throws(() => scanValue(nested(60_000)), bad);
  const maps = Buffer.concat([
    ...Array.from({ length: VALUE_DEPTH + 1 }, () => Buffer.of(0x81, 0xa1, 0x61)),
    Buffer.of(0xc0),
  ]);
  t.throws(() => scanValue(maps), bad);
});

// Red when the gate decodes without the scan.
test('an extension ends the packet, also in a field that nobody reads', t => {
  const head = Buffer.concat([Buffer.of(0x82), pack('type'), pack('stale'), pack('future')]);
  t.deepEqual(decodeServerPacket(Buffer.concat([head, pack(1)])), { type: 'stale' });
  for (const extension of [Buffer.of(0xd4, 0x01, 0), Buffer.of(0xd6, 0xff, 0, 0, 0, 0), Buffer.of(0xc7, 0, 5)]) {
    t.throws(() => decodeServerPacket(Buffer.concat([head, extension])), bad);
  }
});

test('a huge declared length is refused at once', t => {
  const start = performance.now();
  for (const type of [0xc6, 0xdb, 0xdd, 0xdf]) {
    for (const length of [0xffffffff, 0x7fffffff, 0x00010000]) {
      const bytes = Buffer.alloc(64);
      bytes[0] = type;
      bytes.writeUInt32BE(length, 1);
      t.throws(() => scanValue(bytes), bad);
    }
  }
  t.true(performance.now() - start < 500);
});

test('message ids are the same in bytes and in letters, and begin with their time', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes =>
        idToBytes(idFromBytes(bytes)).equals(bytes),
      ),
    ),
  );
  const id = makeId(1_700_000_000_000, Buffer.alloc(10, 0xff));
  t.is(id, '018bcfe5-6800-7fff-bfff-ffffffffffff');
  t.true(makeId(1_700_000_000_001, Buffer.alloc(10)) > id);
});
