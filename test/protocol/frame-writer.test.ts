// The short ways of the frame writer give the bytes of the general one.
import test from 'ava';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import type { Message } from '../../src/chat/vocabulary.ts';
import { encodeFrame, FRAME } from '../../src/protocol/frame.ts';
import { FrameWriter } from '../../src/protocol/frame-writer.ts';
import type { ServerPacket } from '../../src/protocol/packet.ts';
import { toWire } from '../../src/protocol/wire.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true });
const general = (packet: ServerPacket) => encodeFrame(FRAME.packet, packr.pack(toWire(packet)));

const numbers = fc.oneof(
  fc.constantFrom(0, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0xffffffff, 0x100000000, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat(),
);
const ids = fc.uuid();
const texts = (most: number) =>
  fc.oneof(
    fc.string({ maxLength: most }),
    fc.string({ unit: 'grapheme', maxLength: most }),
    // Lengths at which the form of a text's header changes, in ASCII and beyond.
    fc
      .constantFrom(31, 32, 84, 85, 86, 127, 128, 255, 256, 8_192)
      .chain(length => fc.constantFrom('x', 'é', '界').map(unit => unit.repeat(length))),
  );
const messages = fc.record({
  kind: fc.constant('message' as const),
  position: numbers,
  time: numbers,
  conversation: texts(48),
  account: fc.string({ minLength: 22, maxLength: 22 }),
  from: texts(32),
  id: ids,
  action: fc.boolean(),
  body: fc.record({ kind: fc.constant('text' as const), text: texts(8_192) }),
}) as fc.Arbitrary<Message>;
const someone = fc.string({ minLength: 22, maxLength: 22 });
const reply = fc.record({ account: someone, id: ids });
const reaction = fc.record({ reaction: texts(16), accounts: fc.array(someone, { maxLength: 3 }) });
const reactions = fc.array(reaction, { maxLength: 3 });
const deleted = fc.constant(true as const);
/** What a message answers, and what became of it: one of it, or all. */
const became = fc.oneof(
  fc.record({ reply }),
  fc.record({ edited: numbers }),
  fc.record({ deleted }),
  fc.record({ reactions }),
  fc.record({ reply, edited: numbers, deleted, reactions }),
);
const packets: fc.Arbitrary<ServerPacket> = fc.oneof(
  messages.map(event => ({ type: 'event', event }) as const),
  fc.tuple(messages, became).map(([event, more]) => ({ type: 'event', event: { ...event, ...more } }) as const),
  fc.record({ type: fc.constant('ack' as const), id: ids, position: numbers, time: numbers }),
  fc.record({
    type: fc.constant('presence' as const),
    account: fc.string(),
    name: fc.string(),
    here: fc.boolean(),
    time: fc.maxSafeNat(),
    away: fc.constant(null),
  }),
);

// Red when a key, a header's length or the order of fields is another, or what became of a message is left out.
test('a message and an ack have the bytes of the general way', t => {
  const writer = new FrameWriter();
  t.notThrows(() =>
    fc.assert(
      fc.property(packets, packet => {
        writer.add(packet);
        t.deepEqual(writer.take().toString('hex'), general(packet).toString('hex'));
      }),
      { numRuns: 2_000 },
    ),
  );
});

// Red when a buffer that was handed out is written to again.
test('frames stand one behind the other, and stay as they were once taken', t => {
  const writer = new FrameWriter();
  const taken: Buffer[] = [];
  const expected: Buffer[] = [];
  for (const some of fc.sample(fc.array(packets, { maxLength: 20 }), 40)) {
    for (const packet of some) writer.add(packet);
    const all = Buffer.concat(some.map(general));
    t.is(writer.length, all.length);
    taken.push(writer.take());
    expected.push(all);
  }
  t.deepEqual(taken, expected);
  t.is(writer.length, 0);
});
