// The sessions of docs/protocol.md, played with a real server: the client's bytes are the document's, and what
// the server answers is the document's, but for what it draws by chance (its id and the nonce).
// Seen red: a byte of the document's answers changed; a closed room's topic told to strangers; `edited` not
// folded; another position of what was delivered.
import { createPrivateKey } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
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

  /** The next packet of a type; those before it go. */
  async until(type: string): Promise<Record<string, unknown>> {
    let packet = await this.packet();
    while (packet['type'] !== type) packet = await this.packet();
    return packet;
  }

  /** Writes an example of the document. */
  say(name: string): void {
    this.socket.write(example(name).bytes);
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

/** Who talks, once what section 1 tells has happened. */
interface Scene {
  readonly clock: Clock & { time: number };
  readonly alice: Wire;
  readonly bob: Wire;
  /** One more connection. */
  readonly dial: () => Wire;
}

async function smallSession(t: ExecutionContext): Promise<Scene> {
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
  const wires: Wire[] = [];
  const dial = () => {
    const wire = new Wire(server.facts.port);
    wires.push(wire);
    return wire;
  };
  t.teardown(async () => {
    for (const wire of wires) wire.socket.destroy();
    await server.close();
  });
  const alice = dial();
  const bob = dial();

  const hello = example('hello').bytes;
  const { device } = packr.unpack(hello.subarray(5)) as Hello;
  const { challenge, welcome } = await alice.login(ALICE, 'alice', hello, device);
  const chance = { server: challenge['server'] };
  t.deepEqual(challenge, expected('challenge', { ...chance, nonce: challenge['nonce'] }));
  t.deepEqual(welcome, expected('welcome', chance));
  for (const name of ['presence', 'created', 'joined']) t.deepEqual(await alice.packet(), expected(name), name);

  clock.time = START + 2_000;
  alice.say('post-lobby');
  for (const name of ['ack', 'message-own']) t.deepEqual(await alice.packet(), expected(name), name);

  await bob.login(BOB, 'bob', helloOf(BOB, Buffer.alloc(16, 1)), Buffer.alloc(16, 1));
  t.is((await alice.packet())['type'], 'presence');
  t.is((await alice.packet())['position'], 6);
  clock.time = START + 9_000;
  const id = makeId(clock.time, Buffer.from([0, 2, 0, 0, 0, 0, 0, 0, 0, 2]));
  const body = { kind: 'text', text: 'welcome 你好' } as const;
  const target = { to: 'room', room: '#lobby' } as const;
  bob.socket.write(encodePacket({ type: 'command', id, command: { kind: 'post', target, body, action: false } }));
  t.deepEqual(await alice.packet(), expected('message-answer'));
  return { clock, alice, bob, dial };
}

/** The hello of the document, of another key and device. */
function helloOf(key: AccountKey, device: Uint8Array): Buffer {
  const hello = packr.unpack(example('hello').bytes.subarray(5)) as Hello;
  return encodePacket({ ...hello, key: key.public, device });
}

test('a server answers the small session as the document says', async t => {
  const { alice } = await smallSession(t);

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

/** What tells packets of one session apart: enough to find the one that is meant among the others. */
function keyOfPacket({ type, kind, position, ref, away }: Record<string, unknown>): string {
  return [type, kind, type === 'event' ? position : '', ref, away].join(' ');
}

test('a server answers the longer session as the document says', async t => {
  const { clock, alice, bob, dial } = await smallSession(t);
  const phone = dial();
  await phone.login(ALICE, 'alice', helloOf(ALICE, Buffer.alloc(16, 2)), Buffer.alloc(16, 2));
  const at = (seconds: number) => {
    clock.time = START + seconds * 1_000;
  };
  /** Each hears these, one after the other; what stands between is no concern of the document's. */
  const hear = async (wires: readonly Wire[], ...names: readonly string[]) => {
    for (const wire of wires) {
      for (const name of names) {
        const wanted = expected(name);
        let packet = await wire.packet();
        while (keyOfPacket(packet) !== keyOfPacket(wanted)) packet = await wire.packet();
        t.deepEqual(packet, wanted, name);
      }
    }
  };
  const all = [alice, phone, bob];

  at(12);
  alice.say('edit');
  await hear(all, 'edited');
  at(13);
  bob.say('react');
  await hear(all, 'reacted');
  alice.say('history-changed');
  await hear([alice], 'page-changed');
  alice.say('mark');
  await hear([phone], 'marked');

  at(14);
  alice.say('join');
  t.is((await alice.until('ack'))['position'], 11);
  at(20);
  alice.say('post-action');
  await hear(all, 'message-private');
  at(21);
  alice.say('post-sealed');
  await hear(all, 'message-sealed');
  bob.say('stored');
  await hear([alice, phone], 'delivered');

  at(22);
  alice.say('topic-command');
  await hear([alice, phone], 'topic');
  at(23);
  alice.say('visibility-command');
  await hear([alice, phone], 'visibility');
  bob.say('rooms');
  bob.say('members');
  await hear([bob], 'page-rooms', 'refused-query');
  at(24);
  alice.say('invite');
  await hear(all, 'invited');
  alice.say('status');
  await hear(all, 'presence-away');
  alice.say('members');
  alice.say('people');
  await hear([alice], 'page-members', 'page-people');

  at(25);
  bob.say('join');
  t.is((await bob.until('ack'))['position'], 17);
  bob.say('conversations');
  bob.say('search');
  await hear([bob], 'page-conversations', 'page-hits');
  at(26);
  alice.say('post-reply');
  await hear(all, 'message-reply');
  at(27);
  alice.say('delete');
  await hear(all, 'deleted');
  const range = { before: null, after: 9, since: null, limit: 1 };
  const scope = { of: 'conversation', conversation: '#lobby' } as const;
  alice.socket.write(encodePacket({ type: 'query', ref: 10, query: { kind: 'history', scope, ...range } }));
  await hear([alice], 'page-deleted');
  bob.say('history-except');
  const page = await bob.until('page');
  t.deepEqual(
    (page['items'] as { position: number }[]).map(each => each.position),
    [10, 11, 12, 13, 14, 15, 16, 17],
  );
  alice.say('status-back');
  t.is((await bob.until('presence'))['away'], null);
  at(28);
  alice.say('leave');
  await hear([alice, phone, bob], 'left');
});

test('the longer session tells of every example that it plays', t => {
  const played = DOCUMENT.slice(DOCUMENT.indexOf('\n## 16.'), DOCUMENT.indexOf('\n## 17.'));
  const names = [...played.matchAll(/\(([a-z-]+(?:, [a-z-]+)*)\)/g)].flatMap(match => (match[1] as string).split(', '));
  t.true(names.length > 40);
  for (const name of names) t.true(EXAMPLES.has(name), name);
});

test('the keys that play the session are those of the document', t => {
  t.true(DOCUMENT.includes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'));
  t.true(DOCUMENT.includes(BOB.public.toString('hex')));
});
