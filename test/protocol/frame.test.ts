// Frames out of a stream, however it is cut; limits; what a decoder holds.
import test from 'ava';
import fc from 'fast-check';
import { TchatError } from '../../src/errors.ts';
import { FRAME_BEFORE_LOGIN, FRAME_CONTROL, FRAME_HEADER, REASON_LENGTH } from '../../src/limits.ts';
import {
  decodeClose,
  encodeClose,
  encodeFrame,
  FRAME,
  FrameDecoder,
  type FrameType,
} from '../../src/protocol/frame.ts';
import { anyText } from '../helpers/arbitraries.ts';

type Frame = readonly [FrameType, string];

/** What a decoder makes of chunks. */
function decode(chunks: readonly Uint8Array[], limit = FRAME_CONTROL): Frame[] {
  const decoder = new FrameDecoder(limit);
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    const buffer = Buffer.from(chunk);
    decoder.feed(buffer, (type, payload) => frames.push([type, payload.toString('hex')]) > 0);
    // A payload is valid only during the call: what the decoder keeps must be its own.
    buffer.fill(0xee);
  }
  return frames;
}

function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const result: Buffer[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[n % sizes.length] as number);
    result.push(bytes.subarray(at, at + size));
    at += size;
  }
  return result;
}

const frames = fc.array(
  fc.tuple(
    fc.constantFrom(FRAME.packet, FRAME.ping, FRAME.pong, FRAME.close),
    fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ minLength: 60, maxLength: 400 })),
  ),
  { minLength: 1, maxLength: 6 },
);

// Red when the decoder keeps a view of the chunk instead of a copy, or forgets what is behind a frame.
test('a stream gives the same frames whole, cut at every byte, cut anywhere and glued', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }), (list, sizes) => {
        const expected = list.map(([type, payload]) => [type, Buffer.from(payload).toString('hex')]);
        const stream = Buffer.concat(list.map(([type, payload]) => encodeFrame(type, payload)));
        for (const cut of [[], [1], [2], [3], [4], [5], [6], sizes]) {
          if (JSON.stringify(decode(pieces(stream, cut))) !== JSON.stringify(expected)) return false;
        }
        return true;
      }),
      { numRuns: 500 },
    ),
  );
});

test('a stream cut in two at each place gives the same frames', t => {
  const stream = Buffer.concat([
    encodeFrame(1, Buffer.from('first')),
    encodeFrame(2, Buffer.alloc(0)),
    encodeFrame(1, Buffer.from('last')),
  ]);
  const expected = decode([stream]);
  t.is(expected.length, 3);
  for (let at = 0; at <= stream.length; at++)
    t.deepEqual(decode([stream.subarray(0, at), stream.subarray(at)]), expected);
});

test('a frame as large as the limit passes, and one byte more ends it before its bytes come', t => {
  t.is(decode([encodeFrame(FRAME.packet, Buffer.alloc(FRAME_BEFORE_LOGIN))], FRAME_BEFORE_LOGIN).length, 1);
  const header = encodeFrame(FRAME.packet, Buffer.alloc(FRAME_BEFORE_LOGIN + 1)).subarray(0, FRAME_HEADER);
  t.throws(() => decode([header], FRAME_BEFORE_LOGIN), { instanceOf: TchatError, code: 'not-tchat' });
  t.throws(() => decode([encodeFrame(FRAME.ping, Buffer.alloc(0)), header], FRAME_BEFORE_LOGIN), { code: 'bad-frame' });
});

test('what begins as something else is told from what breaks later', t => {
  for (const words of [
    'GET / HTTP/1.1\r\n',
    'SSH-2.0-OpenSSH_9\r\n',
    '\u0016\u0003\u0001\u0002\u0000',
    'NICK alice\r\n',
  ]) {
    t.throws(() => decode([Buffer.from(words)]), { code: 'not-tchat' }, words);
  }
  for (const type of [0, 5, 255]) {
    t.throws(() => decode([Buffer.of(0, 0, 0, 0, type)]), { code: 'not-tchat' });
    t.throws(() => decode([encodeFrame(FRAME.pong, Buffer.alloc(0)), Buffer.of(0, 0, 0, 0, type)]), {
      code: 'bad-frame',
    });
  }
});

test('the limit may be raised between two frames of one chunk', t => {
  const decoder = new FrameDecoder(10);
  const sizes: number[] = [];
  const stream = Buffer.concat([encodeFrame(1, Buffer.alloc(3)), encodeFrame(1, Buffer.alloc(1_000))]);
  decoder.feed(stream, (_, payload) => {
    decoder.limit = FRAME_CONTROL;
    return sizes.push(payload.length) > 0;
  });
  t.deepEqual(sizes, [3, 1_000]);
});

// Red when feed gives the chunk's length although it was stopped: frames behind a pause would be lost.
test('whoever stops learns how far the bytes were taken, and can go on from there', t => {
  const stream = Buffer.concat([1, 2, 3].map(size => encodeFrame(FRAME.packet, Buffer.alloc(size, size))));
  for (let first = 1; first < stream.length; first++) {
    const decoder = new FrameDecoder(FRAME_CONTROL);
    const seen: number[] = [];
    for (const chunk of [stream.subarray(0, first), stream.subarray(first)]) {
      for (let rest = chunk; rest.length > 0; ) {
        const taken = decoder.feed(rest, (_, payload) => {
          seen.push(payload.length);
          return false;
        });
        rest = rest.subarray(taken);
      }
    }
    t.deepEqual(seen, [1, 2, 3]);
  }
});

// Red when the buffer for a held frame is allocated by the declared length.
test('a declared length costs nothing before its bytes come', t => {
  const count = 2_000;
  const header = Buffer.alloc(FRAME_HEADER);
  header.writeUInt32BE(FRAME_CONTROL);
  header[4] = FRAME.packet;
  const before = process.memoryUsage().arrayBuffers;
  const decoders = Array.from({ length: count }, () => {
    const decoder = new FrameDecoder(FRAME_CONTROL);
    for (const byte of [...header, ...Buffer.alloc(100)]) decoder.feed(Buffer.from([byte]), () => true);
    return decoder;
  });
  const grown = process.memoryUsage().arrayBuffers - before;
  t.true(decoders.every(decoder => decoder.pending === FRAME_HEADER + 100));
  // Declared: 125 MiB.
  t.true(grown < count * 1_024, `${grown} bytes`);
});

test('a frame that comes byte by byte is copied a few times, not once a byte', t => {
  const frame = encodeFrame(FRAME.packet, Buffer.alloc(FRAME_CONTROL, 7));
  const decoder = new FrameDecoder(FRAME_CONTROL);
  let whole = 0;
  const start = performance.now();
  for (let at = 0; at < frame.length; at++) {
    decoder.feed(frame.subarray(at, at + 1), (_, payload) => {
      whole += payload.length;
      return true;
    });
  }
  t.is(whole, FRAME_CONTROL);
  // A copy for each byte would move 2 GiB.
  t.true(performance.now() - start < 1_000);
});

test('a close says its code and its detail; what is no code is just closed', t => {
  t.deepEqual(decodeClose(encodeClose({ code: 'kicked', detail: 'too loud' }).subarray(FRAME_HEADER)), {
    code: 'kicked',
    detail: 'too loud',
  });
  t.deepEqual(decodeClose(encodeClose({ code: 'server-full', detail: '' }).subarray(FRAME_HEADER)), {
    code: 'server-full',
    detail: '',
  });
  for (const bytes of [Buffer.alloc(0), Buffer.from('Kicked x'), Buffer.of(0xff, 0xfe), Buffer.from('a'.repeat(41))]) {
    t.deepEqual(decodeClose(bytes), { code: 'closed', detail: '' });
  }
});

// Red when decodeClose gives the detail as it came.
test('the detail of a close is clean and short whatever the peer writes', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(anyText, text => {
        const { code, detail } = decodeClose(Buffer.from(`kicked ${text.repeat(20)}`));
        return code === 'kicked' && [...detail].length <= REASON_LENGTH && !/[\p{Cc}\p{Cs}\u202a-\u202e]/u.test(detail);
      }),
    ),
  );
});
