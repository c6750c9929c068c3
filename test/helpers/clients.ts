// A server and its clients in one process, over loopback; and a raw peer that may send whatever it likes.
// Everything waits for what must come, never for time to pass.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { AnyEvent, Command, ConversationId, MessageId } from '../../src/chat/vocabulary.ts';
import { Client, type ClientMessage, type ClientOptions } from '../../src/client/client.ts';
import { createKey, type LoginBinding, type LoginFacts, signLogin, UNBOUND } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { FRAME_CONTROL } from '../../src/limits.ts';
import { decodeServerPacket, encodePacket } from '../../src/protocol/codec.ts';
import { type CloseNote, decodeClose, encodeFrame, FRAME, FrameDecoder } from '../../src/protocol/frame.ts';
import { makeId } from '../../src/protocol/ids.ts';
import type { ClientPacket, Hello, Page, Query, ServerPacket, Welcome } from '../../src/protocol/packet.ts';
import { Server, type ServerOptions } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import { systemClock } from '../../src/session/clock.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { Inbox } from './inbox.ts';
import { anyKey, connectedTls } from './tls.ts';

/** A server on a free port, closed when the test is over. */
export async function openServer(t: ExecutionContext, options: Partial<ServerOptions> = {}): Promise<Server> {
  const server = await Server.open({
    host: '127.0.0.1',
    port: 0,
    name: 'test server',
    version: '0',
    admission: defaultAdmission(),
    log: new MemoryLog(),
    clock: systemClock,
    ...options,
  });
  t.teardown(() => server.close());
  return server;
}

/** A profile that exists in memory alone. */
export function newProfile(name: string): Profile {
  return { name, key: createKey(), device: randomBytes(16) };
}

export function newId(): MessageId {
  return makeId(Date.now(), randomBytes(10));
}

export function postTo(room: ConversationId, text: string): Command {
  return { kind: 'post', target: { to: 'room', room }, body: { kind: 'text', text }, action: false };
}

export function postToName(name: string, text: string): Command {
  return { kind: 'post', target: { to: 'name', name }, body: { kind: 'text', text }, action: false };
}

/** The real client, with what it hears. */
export class TestClient {
  readonly client: Client;
  readonly profile: Profile;
  /** Who else hears what it hears. */
  readonly hearers: ((message: ClientMessage) => void)[] = [];
  readonly #inbox = new Inbox<ClientMessage>();

  constructor(options: ClientOptions) {
    this.profile = options.profile;
    this.client = new Client(options, message => {
      this.#inbox.add(message);
      for (const hear of this.hearers) hear(message);
    });
  }

  get messages(): readonly ClientMessage[] {
    return this.#inbox.all;
  }

  get events(): readonly AnyEvent[] {
    return this.messages.flatMap(message => (message.is === 'event' ? [message.event] : []));
  }

  /** Texts of the messages of a conversation, in the order in which they came; of all without one. */
  texts(conversation?: ConversationId): string[] {
    return textsOf(this.events.filter(event => conversation === undefined || event.conversation === conversation));
  }

  until<T>(what: string, find: (all: readonly ClientMessage[]) => T | undefined | false | null): Promise<T> {
    return this.#inbox.until(what, find);
  }

  /** The first message of a kind, past or to come. */
  message<K extends ClientMessage['is']>(
    kind: K,
    fits: (message: Extract<ClientMessage, { is: K }>) => boolean = () => true,
  ): Promise<Extract<ClientMessage, { is: K }>> {
    type Kind = Extract<ClientMessage, { is: K }>;
    return this.#inbox.first(`message ${kind}`, each =>
      each.is === kind && fits(each as Kind) ? (each as Kind) : null,
    );
  }

  event(what: string, fits: (event: AnyEvent) => boolean): Promise<AnyEvent> {
    return this.#inbox.first(what, each => (each.is === 'event' && fits(each.event) ? each.event : null));
  }

  /** Waits for a message of this text. */
  text(text: string): Promise<AnyEvent> {
    return this.event(`text ${text}`, event => textsOf([event])[0] === text);
  }

  /** Sends a command and waits for its ack; rejects with the refusal. */
  async does(command: Command): Promise<Extract<ClientMessage, { is: 'acked' }>> {
    const id = this.client.send(command);
    const answer = await this.#inbox.first(`answer to ${command.kind}`, each =>
      (each.is === 'acked' || each.is === 'refused') && each.id === id ? each : null,
    );
    if (answer.is === 'refused') throw answer.error;
    return answer;
  }

  says(room: ConversationId, text: string) {
    return this.does(postTo(room, text));
  }

  join(room: ConversationId) {
    return this.does({ kind: 'join', room });
  }

  query(query: Query): Promise<readonly Page[]> {
    return this.client.query(query);
  }
}

export function textsOf(events: readonly AnyEvent[]): string[] {
  return events.flatMap(event => (event.kind === 'message' && event.body.kind === 'text' ? [event.body.text] : []));
}

export type OpenOptions = Partial<ClientOptions> & { readonly port: number; readonly tls?: boolean };

/** A client that dials; closed when the test is over. */
export function startClient(t: ExecutionContext, who: string | Profile, options: OpenOptions): TestClient {
  const { port, tls, ...rest } = options;
  const client = new TestClient({
    ...(tls ? { accept: anyKey } : {}),
    address: { host: '127.0.0.1', port },
    profile: typeof who === 'string' ? newProfile(who) : who,
    presence: true,
    client: 'test',
    reconnect: false,
    clock: systemClock,
    // Comes back at once: how long it stays away is tested where pauses are.
    random: () => 0,
    ...rest,
  });
  t.teardown(() => client.client.close());
  client.client.start();
  return client;
}

/** A client that is logged in. */
export async function openClient(
  t: ExecutionContext,
  who: string | Profile,
  options: OpenOptions,
): Promise<TestClient> {
  const client = startClient(t, who, options);
  const first = await client.until('login', all => all.find(each => each.is === 'online' || each.is === 'over'));
  if (first.is === 'over') throw first.error;
  return client;
}

export type RawItem =
  | { readonly packet: ServerPacket }
  | { readonly close: CloseNote }
  | { readonly pong: string }
  | { readonly ended: true };

/** A peer on a bare socket: sends any bytes, in any state. */
export class RawClient {
  readonly socket: Socket;
  readonly profile: Profile;
  readonly binding: LoginBinding;
  readonly #inbox = new Inbox<RawItem>();
  readonly #decoder = new FrameDecoder(FRAME_CONTROL);

  constructor(socket: Socket, profile: Profile, binding: LoginBinding = UNBOUND) {
    this.socket = socket;
    this.profile = profile;
    this.binding = binding;
    socket.on('error', () => {});
    socket.on('data', chunk =>
      this.#decoder.feed(chunk, (type, payload) => {
        if (type === FRAME.packet) this.#inbox.add({ packet: decodeServerPacket(payload) });
        if (type === FRAME.close) this.#inbox.add({ close: decodeClose(payload) });
        if (type === FRAME.pong) this.#inbox.add({ pong: Buffer.from(payload).toString('hex') });
        if (type === FRAME.ping) socket.write(encodeFrame(FRAME.pong, payload));
        return true;
      }),
    );
    socket.on('close', () => this.#inbox.add({ ended: true }));
  }

  get packets(): readonly ServerPacket[] {
    return this.#inbox.all.flatMap(item => ('packet' in item ? [item.packet] : []));
  }

  send(...packets: readonly ClientPacket[]): void {
    this.socket.write(Buffer.concat(packets.map(packet => encodePacket(packet))));
  }

  /** The server has taken everything that was sent, in whatever state it is. */
  async echoed(): Promise<void> {
    const payload = randomBytes(8);
    this.socket.write(encodeFrame(FRAME.ping, payload));
    await this.#inbox.first('pong', item => 'pong' in item && item.pong === payload.toString('hex'));
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  packet<T extends ServerPacket['type']>(
    type: T,
    fits: (packet: Extract<ServerPacket, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ServerPacket, { type: T }>> {
    type Kind = Extract<ServerPacket, { type: T }>;
    return this.#inbox.first(`packet ${type}`, item =>
      'packet' in item && item.packet.type === type && fits(item.packet as Kind) ? (item.packet as Kind) : null,
    );
  }

  until<R>(what: string, find: () => R | undefined | false | null): Promise<R> {
    return this.#inbox.until(what, () => find());
  }

  /** The reason with which the server closes; `connection-lost` where it gives none. */
  closed(): Promise<CloseNote> {
    return this.#inbox.until('close', all => {
      const note = all.find((item): item is { close: CloseNote } => 'close' in item);
      if (note) return note.close;
      return all.some(item => 'ended' in item) ? { code: 'connection-lost', detail: '' } : null;
    });
  }

  ended(): Promise<true> {
    return this.#inbox.until('end', all => (all.some(item => 'ended' in item) ? (true as const) : null));
  }

  hello(changes: Partial<Hello> = {}): Hello {
    const { key, device } = this.profile;
    return {
      type: 'hello',
      protocol: { min: 1, max: 1 },
      capabilities: [],
      client: 'raw',
      key: key.public,
      device,
      presence: true,
      cursor: null,
      ...changes,
    };
  }

  /** Says hello and logs in. */
  async login(changes: Partial<Hello> = {}): Promise<Welcome> {
    const hello = this.hello(changes);
    this.send(hello);
    this.send(await this.answer(hello));
    return this.packet('welcome');
  }

  /** The login that answers the server's challenge. */
  async answer(hello: Hello, changes: Partial<LoginFacts> = {}) {
    const { protocol, nonce, server } = await this.packet('challenge');
    const { name, key } = this.profile;
    const own = { protocol, serverId: server.id, nonce, key: hello.key, device: hello.device, name };
    const facts = { ...own, ...this.binding, ...changes };
    return { type: 'login', name, signature: signLogin(key, facts) } as const;
  }
}

/** A connected raw peer, destroyed when the test is over. */
export async function openRaw(
  t: ExecutionContext,
  who: string | Profile,
  options: { readonly port: number; readonly localAddress?: string; readonly tls?: boolean },
): Promise<RawClient> {
  const { port, localAddress, tls } = options;
  const profile = typeof who === 'string' ? newProfile(who) : who;
  if (tls) {
    const { socket, binding } = await connectedTls(port, localAddress ? { localAddress } : {});
    t.teardown(() => socket.destroy());
    return new RawClient(socket, profile, binding);
  }
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, ...(localAddress ? { localAddress } : {}) });
  t.teardown(() => socket.destroy());
  const raw = new RawClient(socket, profile);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return raw;
}
