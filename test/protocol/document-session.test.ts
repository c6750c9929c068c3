// The small session of docs/protocol.md, played with a real server: the client's bytes are the document's, and what
// the server answers is the document's, but for what it draws by chance (its id and the nonce).
// Seen red: a byte of the document's answers changed.
import { createPrivateKey } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import test from 'ava';
import { Packr } from 'msgpackr';
import { type AccountKey, readKey, signLogin, UNBOUND } from '../../src/identity/keys.ts';
import { FRAME_CONTROL } from '../../src/limits.ts';
import { decodeServerPacket, encodePacket } from '../../src/protocol/codec.ts';
import { encodeClose, encodeFrame, FRAME, FrameDecoder } from '../../src/protocol/frame.ts';
import { makeId } from '../../src/protocol/ids.ts';
import type { Hello } from '../../src/protocol/packet.ts';
import { Server } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import type { Clock } from '../../src/session/clock.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { DOCUMENT, type Example, examples } from '../helpers/protocol-document.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true });
const EXAMPLES = new Map(examples().map(each => [each.name, each]));
const START = 1_767_225_600_000;

function example(name: string): Example {
  const found = EXAMPLES.get(name);
  if (!found) throw new Error(`no example ${name}`);
  return found;
}

/** The keys of RFC 8032, section 7.1, tests 1 and 2. */
const ALICE = keyOf('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const BOB = keyOf('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');

function keyOf(seed: string): AccountKey {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return readKey(key.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** A clock that a test sets; its timers never fire. */
function settableClock(): Clock & { time: number } {
  const clock = {
    time: START,
    now: () => clock.time,
    elapsed: () => clock.time,
    after: () => () => {},
    every: () => () => {},
  };
  return clock;
}

/** A socket that hands over one frame after the other. */
class Wire {
  readonly socket: Socket;
  readonly #frames: { type: number; payload: Buffer }[] = [];
  #wanted: () => void = () => {};
  #ended = false;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    const decoder = new FrameDecoder(FRAME_CONTROL);
    this.socket.on('data', (chunk: Buffer) => {
      decoder.feed(chunk, (type, payload) => this.#frames.push({ type, payload: Buffer.from(payload) }) > 0);
      this.#wanted();
    });
    this.socket.on('close', () => {
      this.#ended = true;
      this.#wanted();
    });
  }

  async frame(): Promise<{ type: number; payload: Buffer }> {
    while (this.#frames.length === 0) {
      if (this.#ended) throw new Error('the server ended the connection');
      await new Promise<void>(resolve => {
        this.#wanted = resolve;
      });
    }
    return this.#frames.shift() as { type: number; payload: Buffer };
  }

  async packet(): Promise<Record<string, unknown>> {
    return packr.unpack((await this.frame()).payload) as Record<string, unknown>;
  }

  /** The whole of a login. Gives what the server answers to hello and to login. */
  async login(key: AccountKey, name: string, helloFrame: Uint8Array, device: Uint8Array) {
    this.socket.write(helloFrame);
    const answer = await this.frame();
    const challenge = decodeServerPacket(answer.payload);
    if (challenge.type !== 'challenge') throw new Error(challenge.type);
    const { protocol, server, nonce } = challenge;
    const signature = signLogin(key, {
      protocol,
      serverId: server.id,
      nonce,
      key: key.public,
      device,
      name,
      ...UNBOUND,
    });
    this.socket.write(encodePacket({ type: 'login', name, signature }));
    return { challenge: packr.unpack(answer.payload) as Record<string, unknown>, welcome: await this.packet() };
  }
}

/** A packet of the document with what the server drew by chance put in. */
function expected(name: string, chance: Record<string, unknown> = {}): Record<string, unknown> {
  const { bytes } = example(name);
  return { ...(packr.unpack(bytes.subarray(5)) as Record<string, unknown>), ...chance };
}

test('a server answers the small session as the document says', async t => {
  t.timeout(20_000);
  const clock = settableClock();
  const server = await Server.open({
    host: '127.0.0.1',
    port: 0,
    name: 'lab',
    version: '0',
    admission: defaultAdmission(),
    log: new MemoryLog(),
    clock,
  });
  const alice = new Wire(server.facts.port);
  const bob = new Wire(server.facts.port);
  t.teardown(async () => {
    alice.socket.destroy();
    bob.socket.destroy();
    await server.close();
  });

  const hello = example('hello').bytes;
  const { device } = packr.unpack(hello.subarray(5)) as Hello;
  const { challenge, welcome } = await alice.login(ALICE, 'alice', hello, device);
  const chance = { server: challenge['server'] };
  t.deepEqual(challenge, expected('challenge', { ...chance, nonce: challenge['nonce'] }));
  t.deepEqual(welcome, expected('welcome', chance));
  for (const name of ['presence', 'created', 'joined']) t.deepEqual(await alice.packet(), expected(name), name);

  clock.time = START + 2_000;
  alice.socket.write(example('post-lobby').bytes);
  for (const name of ['ack', 'message-own']) t.deepEqual(await alice.packet(), expected(name), name);

  const theirs = encodePacket({
    ...(packr.unpack(hello.subarray(5)) as Hello),
    key: BOB.public,
    device: Buffer.alloc(16, 1),
  });
  await bob.login(BOB, 'bob', theirs, Buffer.alloc(16, 1));
  t.is((await alice.packet())['type'], 'presence');
  t.is((await alice.packet())['position'], 6);
  clock.time = START + 9_000;
  const id = makeId(clock.time, Buffer.from([0, 2, 0, 0, 0, 0, 0, 0, 0, 2]));
  const body = { kind: 'text', text: 'welcome 你好' } as const;
  const target = { to: 'room', room: '#lobby' } as const;
  bob.socket.write(encodePacket({ type: 'command', id, command: { kind: 'post', target, body, action: false } }));
  t.deepEqual(await alice.packet(), expected('message-answer'));

  // What else the document says about a session, on the same connection.
  alice.socket.write(example('ping').bytes);
  t.deepEqual(encodeFrame(FRAME.pong, (await alice.frame()).payload), example('pong').bytes);
  alice.socket.write(example('post-lobby').bytes);
  t.deepEqual(await alice.packet(), expected('ack'), 'the same id gets the same ack');
  alice.socket.write(example('limit').bytes);
  t.is((await alice.packet())['code'], 'not-allowed');
  alice.socket.write(example('history-other').bytes);
  const page = await alice.packet();
  t.deepEqual([page['kind'], page['final'], page['more']], ['events', true, false]);
  t.deepEqual(
    (page['items'] as { position: number }[]).map(each => each.position),
    [6, 7],
  );
  alice.socket.write(example('bad-fraction').bytes);
  t.deepEqual(
    encodeFrame(FRAME.close, (await alice.frame()).payload),
    encodeClose({ code: 'bad-packet', detail: '.ref' }),
  );
});

test('the keys that play the session are those of the document', t => {
  t.true(DOCUMENT.includes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'));
  t.true(DOCUMENT.includes(BOB.public.toString('hex')));
});
